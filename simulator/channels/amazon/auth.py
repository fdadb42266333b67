"""Login with Amazon and who may call what: refresh tokens, access tokens, restricted data tokens."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.chance import Chance
from simulator.channels.amazon import NAME
from simulator.channels.amazon.calls import Call, Grant, Json, Operation, Reply, covers
from simulator.channels.amazon.errors import Refused, Style, bad, denied
from simulator.commerce.shop import Shop

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

LIFE_S = 3600
CODE_LIFE = timedelta(minutes=5)
SECRET_GRACE = timedelta(days=7)  # how long the old secret works beside a new one
SCOPES = ("sellingpartnerapi::notifications", "sellingpartnerapi::migration")
ELEMENTS = ("buyerInfo", "shippingAddress", "buyerTaxInformation")
RESTRICTED = (
    "/orders/v0/orders",
    "/orders/v0/orders/{orderId}",
    "/orders/v0/orders/{orderId}/address",
    "/orders/v0/orders/{orderId}/buyerInfo",
    "/orders/v0/orders/{orderId}/orderItems",
    "/orders/v0/orders/{orderId}/orderItems/buyerInfo",
    "/reports/2021-06-30/documents/{reportDocumentId}",
)
MOST_RESOURCES = 50
WRONG = "The access token you provided is revoked, malformed or invalid."
EXPIRED = "The access token you provided has expired."
ABSENT = "Access token is missing in the request header."


class LoginRefused(Exception):
    """What the token endpoint does not grant; its answer has these two keys."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.body = status, {"error": error, "error_description": description}


def new_keys(seed: int) -> Json:
    """The application's and the seller's keys; the same for the same seed."""
    stream = Chance(seed).stream(f"{NAME} keys")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return {
        "client_id": f"amzn1.application-oa2-client.{stream.getrandbits(128):032x}",
        "client_secret": f"amzn1.oa2-cs.v1.{stream.getrandbits(256):064x}",
        "app_id": f"amzn1.sp.solution.{stream.getrandbits(128):032x}",
        "seller_id": "A" + "".join(stream.choice(letters) for _ in range(13)),
        "refresh_token": "Atzr|" + _text(stream.randbytes(240)),
    }


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Tokens:
    """The tokens of one seller's authorisation, kept in the shop's settings."""

    def __init__(self, dialect: Amazon) -> None:
        self.dialect: Amazon = dialect
        self.shop: Shop = dialect.shop

    # -- Login with Amazon ----------------------------------------------------------------------

    def granted(self, sent: Mapping[str, Any]) -> Json:
        """The token endpoint's answer. LoginRefused when it grants nothing."""
        kind = sent.get("grant_type")
        if not kind:
            text = "The request is missing a required parameter : grant_type"
            raise LoginRefused(400, "invalid_request", text)
        if kind not in ("refresh_token", "client_credentials", "authorization_code"):
            text = "The authorization grant type is not supported by the authorization server"
            raise LoginRefused(400, "unsupported_grant_type", text)
        self._check_client(sent)
        if kind == "client_credentials":
            return self._grantless(str(sent.get("scope") or ""))
        if kind == "authorization_code":
            return self._first(str(sent.get("code") or ""))
        return self._refreshed(sent.get("refresh_token"))

    def _check_client(self, sent: Mapping[str, Any]) -> None:
        for name in ("client_id", "client_secret"):
            if not sent.get(name):
                text = f"The request is missing a required parameter : {name}"
                raise LoginRefused(400, "invalid_request", text)
        keys, now = self.dialect.keys, self.shop.clock.now()
        good = [keys["client_secret"]]
        old = self.shop.setting("old secret")
        if old and now < datetime.fromisoformat(old["until"]):
            good.append(old["secret"])
        if sent["client_id"] != keys["client_id"] or sent["client_secret"] not in good:
            raise LoginRefused(401, "invalid_client", "Client authentication failed")

    def _refreshed(self, token: Any) -> Json:
        if not token:
            text = "The request is missing a required parameter : refresh_token"
            raise LoginRefused(400, "invalid_request", text)
        if token not in self.shop.setting("refresh tokens", []):
            text = "The request has an invalid grant parameter : refresh_token"
            raise LoginRefused(400, "invalid_grant", text)
        return {**self._issued("seller"), "refresh_token": token}

    def _grantless(self, scope: str) -> Json:
        if scope not in SCOPES:
            raise LoginRefused(400, "invalid_scope", "The requested scope is invalid or unknown")
        return self._issued("grantless")

    def _first(self, code: str) -> Json:
        codes: Json = self.shop.setting("consent codes", {})
        until = codes.pop(code, None)
        self.shop.set_setting("consent codes", codes)
        if until is None or self.shop.clock.now() >= datetime.fromisoformat(until):
            text = "The request has an invalid grant parameter : code"
            raise LoginRefused(400, "invalid_grant", text)
        token = "Atzr|" + self.random(240)
        self.shop.set_setting("refresh tokens", [*self.shop.setting("refresh tokens", []), token])
        return {**self._issued("seller"), "refresh_token": token}

    def _issued(self, kind: str, **more: Any) -> Json:
        life = self.shop.dials.token_life_s
        seconds = int(LIFE_S if life is None else life)
        token = "Atza|" + self.random(240)
        self.remember(token, {"kind": kind, **more}, seconds)
        return {"access_token": token, "token_type": "bearer", "expires_in": seconds}

    # -- tokens ---------------------------------------------------------------------------------

    def remember(self, token: str, grant: Json, seconds: int) -> None:
        """Let a token in for so many seconds; those that ran out a day ago are forgotten."""
        now = self.shop.clock.now()
        dead = (now - timedelta(days=1)).isoformat()
        kept = {t: g for t, g in self._kept().items() if g["until"] > dead}
        kept[token] = {**grant, "until": (now + timedelta(seconds=seconds)).isoformat()}
        self.shop.set_setting("tokens", kept)

    def grant(self, token: str | None) -> Grant:
        """What a token grants. Refused when it grants nothing (any more)."""
        if not token:
            raise denied(ABSENT)
        found = self._kept().get(token)
        if found is None:
            raise denied(WRONG)
        if self.shop.clock.now() >= datetime.fromisoformat(found["until"]):
            raise denied(EXPIRED)
        return Grant(found["kind"], tuple(found.get("resources", ())))

    def expire(self) -> None:
        """Every access token runs out now."""
        now = self.shop.clock.now().isoformat()
        self.shop.set_setting("tokens", {t: {**g, "until": now} for t, g in self._kept().items()})

    def revoke(self) -> None:
        """The seller takes the application's authorisation back: all of its tokens are void."""
        self.shop.set_setting("refresh tokens", [])
        self.shop.set_setting("tokens", {})

    def consent(self) -> str:
        """The seller authorises the application: a code that is good for five minutes."""
        code = self.random(15)
        until = (self.shop.clock.now() + CODE_LIFE).isoformat()
        codes = self.shop.setting("consent codes", {})
        self.shop.set_setting("consent codes", {**codes, code: until})
        return code

    def rotate_secret(self) -> str:
        """A new client secret; the old one works for a week more."""
        keys, now = self.dialect.keys, self.shop.clock.now()
        old = {"secret": keys["client_secret"], "until": (now + SECRET_GRACE).isoformat()}
        self.shop.set_setting("old secret", old)
        stream = self.shop.chance.stream(f"{NAME} tokens")
        fresh = {**keys, "client_secret": f"amzn1.oa2-cs.v1.{stream.getrandbits(256):064x}"}
        self.shop.set_setting("keys", fresh)
        return str(fresh["client_secret"])

    def random(self, size: int) -> str:
        """Text of a token, from the world's chance."""
        return _text(self.shop.chance.stream(f"{NAME} tokens").randbytes(size))

    def _kept(self) -> Json:
        kept: Json = self.shop.setting("tokens", {})
        return kept


# -- restricted data tokens -----------------------------------------------------------------------


def create_restricted_token(dialect: Amazon, call: Call) -> Reply:
    """A token for personal data in Orders v0, and for the documents of reports."""
    asked = call.body().get("restrictedResources")
    if not isinstance(asked, list) or not asked:
        raise bad("restrictedResources must have at least one element.")
    if len(asked) > MOST_RESOURCES:
        raise bad(f"restrictedResources has more than {MOST_RESOURCES} elements.")
    resources = [_resource(one) for one in asked]
    _check_roles(dialect, resources)
    life = dialect.shop.dials.token_life_s
    seconds = int(LIFE_S if life is None else life)
    token = "Atz.sprdt|" + dialect.tokens.random(240)
    dialect.tokens.remember(token, {"kind": "restricted", "resources": resources}, seconds)
    return 200, {"restrictedDataToken": token, "expiresIn": seconds}


def _check_roles(dialect: Amazon, resources: list[Json]) -> None:
    needed = {"shippingAddress": "shipping", "buyerInfo": "tax", "buyerTaxInformation": "tax"}
    wanted = [e for resource in resources for e in resource["dataElements"]]
    lacking = sorted({e for e in wanted if needed[e] not in dialect.roles})
    if lacking:
        names = ", ".join(lacking)
        text = f"Application does not have access to one or more requested data elements: [{names}]"
        raise Refused(400, text, code="InvalidInput")


def _resource(asked: Any) -> Json:
    if not isinstance(asked, dict):
        raise bad("A restricted resource is an object.")
    method, path = asked.get("method"), asked.get("path")
    if method not in ("GET", "PUT", "POST", "DELETE"):
        raise bad(f"Invalid method in restrictedResources: {method}")
    is_known = isinstance(path, str) and any(covers(known, path) for known in RESTRICTED)
    if method != "GET" or not is_known:
        raise bad(f"Invalid path in restrictedResources: {method} {path}")
    elements = asked.get("dataElements") or []
    strange = [e for e in elements if e not in ELEMENTS]
    if strange:
        raise bad(f"Invalid dataElements in restrictedResources: {strange[0]}")
    part = str(path).rsplit("/", 1)[-1]
    implied = {"address": ["shippingAddress"], "buyerInfo": ["buyerInfo"]}.get(part, [])
    shown = [*elements, *implied]
    return {"path": path, "dataElements": shown}


OPERATIONS = (
    Operation(
        "createRestrictedDataToken",
        "POST",
        "/tokens/2021-03-01/restrictedDataToken",
        1,
        10,
        create_restricted_token,
        Style("InvalidRequest"),
    ),
)
