"""Who is calling: bearer tokens of integrations, admins and shoppers, or a signature (OAuth 1.0a)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

from simulator.channels.magento.calls import Caller
from simulator.channels.magento.errors import REQUIRED, Refusal

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

LIFE_S = 3600.0  # of admins' and shoppers' tokens, since they are JWTs
ADMIN, CUSTOMER = 2, 3  # the vendor's numbers for kinds of users
AHEAD = timedelta(minutes=10)  # how far a signed call's clock may run before the shop's
PARTS = (
    "oauth_consumer_key",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_nonce",
    "oauth_timestamp",
)
METHODS = {"HMAC-SHA256": hashlib.sha256}
CATALOGUE_ONLY = frozenset(
    {
        "Magento_Catalog::catalog",
        "Magento_Catalog::products",
        "Magento_Catalog::catalog_inventory",
    }
)
BEARER_OFF = "integrations sign"  # a setting: their tokens alone are not good enough
NOBODY = Caller()


def caller(
    dialect: Magento, header: str | None, method: str, url: str, pairs: Sequence[tuple[str, str]]
) -> Caller:
    """Who stands behind an Authorization header; nobody where it says nothing that is known.

    Refusal only for a signature that is wrong. `url` is the address without its query, `pairs` the
    query's parameters.
    """
    words = (header or "").split(" ")
    if words[0].lower() == "bearer" and len(words) == 2:
        return bearer(dialect, words[1])
    if words[0].lower() == "oauth":
        return _signed(dialect, header or "", method, url, pairs)
    return NOBODY


def bearer(dialect: Magento, token: str) -> Caller:
    """Who holds a token; nobody when it is unknown, spoilt or has run out."""
    for name, integration in dialect.integrations().items():
        if dialect.shop.setting(BEARER_OFF):
            break
        if hmac.compare_digest(integration["access_token"].encode(), token.encode()):
            return _integration(name, integration)
    claims = _claims(dialect, token)
    now = dialect.shop.clock.now().timestamp()
    if claims is None or claims["exp"] <= now:
        return NOBODY
    if claims["iat"] < dialect.shop.setting("tokens from", 0):
        return NOBODY
    if claims["utypid"] == ADMIN:
        return Caller("admin", claims["uid"], None)
    if dialect.shop.get("customer", claims["uid"]) is None:
        return NOBODY
    return Caller("customer", claims["uid"])


def issue(dialect: Magento, user: int, kind: int, *, ago: timedelta = timedelta(0)) -> str:
    """A new token for a user; those given before stay good."""
    life = dialect.shop.dials.token_life_s
    at = (dialect.shop.clock.now() - ago).timestamp()
    serial = dialect.world.chance.stream(f"{dialect.name} tokens").getrandbits(32)
    claims = {
        "uid": user,
        "utypid": kind,
        "iat": at,
        "exp": at + (LIFE_S if life is None else life),
    }
    head = _encoded(json.dumps({"kid": "1", "alg": "HS256"}).encode())
    body = _encoded(json.dumps({**claims, "jti": serial}, separators=(",", ":")).encode())
    return f"{head}.{body}.{_mark(dialect, f'{head}.{body}')}"


def signature(
    method: str, url: str, pairs: Sequence[tuple[str, str]], secrets: tuple[str, str], kind: str
) -> str:
    """The signature of a request: base64 HMAC over METHOD & url & sorted parameters."""
    ordered = sorted((_enc(k), _enc(v)) for k, v in pairs)
    text = "&".join(f"{k}={v}" for k, v in ordered)
    base = "&".join((method.upper(), _enc(url), _enc(text)))
    key = "&".join(_enc(secret) for secret in secrets)
    return base64.b64encode(hmac.new(key.encode(), base.encode(), METHODS[kind]).digest()).decode()


def query_pairs(query: str) -> list[tuple[str, str]]:
    """The parameters of a query string, as signatures see them."""
    return parse_qsl(query, keep_blank_values=True)


def _signed(
    dialect: Magento, header: str, method: str, url: str, pairs: Sequence[tuple[str, str]]
) -> Caller:
    found = re.findall(r'(oauth_[a-z_]+)=(?:"([^"]*)"|([^,\s]*))', header)
    params = {name: unquote(quoted or bare) for name, quoted, bare in found}
    for name in PARTS:
        if not params.get(name):
            raise Refusal(REQUIRED, {"fieldName": name})
    if params["oauth_signature_method"] not in METHODS:
        message = "Signature method %1 is not supported"
        raise Refusal(message, [params["oauth_signature_method"]])
    asked = params["oauth_consumer_key"]
    found_one = next(
        (i for i in dialect.integrations().items() if i[1]["consumer_key"] == asked), None
    )
    if found_one is None:
        raise _wrong("A consumer having the specified key does not exist")
    name, one = found_one
    _check_nonce(dialect, params, one["id"])
    if params.get("oauth_token") != one["access_token"]:
        known = any(
            i["access_token"] == params.get("oauth_token") for i in dialect.integrations().values()
        )
        raise _wrong("Consumer key has expired" if known else "Specified token does not exist")
    everything = [*pairs, *((k, v) for k, v in params.items() if k != "oauth_signature")]
    secrets = one["consumer_secret"], one["access_token_secret"]
    wanted = signature(method, url, everything, secrets, params["oauth_signature_method"])
    if not hmac.compare_digest(wanted.encode(), params["oauth_signature"].encode()):
        raise _wrong("The signature is invalid. Verify and try again.")
    return _integration(name, one)


def _check_nonce(dialect: Magento, params: Mapping[str, str], consumer: int) -> None:
    """A nonce counts once; an old moment is good, one far ahead is not."""
    at, now = params["oauth_timestamp"], dialect.shop.clock.now()
    if not at.isdigit() or int(at) > (now + AHEAD).timestamp():
        raise _wrong("The timestamp value in the oauth_timestamp parameter is invalid")
    key = f"{consumer}:{params['oauth_nonce']}"
    if dialect.shop.setting(f"nonce {key}"):
        message = "The nonce is already being used by the consumer with ID %1"
        raise Refusal(message, [str(consumer)], 401)
    dialect.shop.set_setting(f"nonce {key}", 1)


def _integration(name: str, one: Mapping[str, Any]) -> Caller:
    if one.get("is_revoked"):
        return NOBODY
    rights = CATALOGUE_ONLY if name == "limited" else None
    return Caller("integration", one["id"], rights)


def _claims(dialect: Magento, token: str) -> dict[str, Any] | None:
    head, _, rest = token.partition(".")
    body, _, mark = rest.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(dialect, f"{head}.{body}").encode()):
        return None
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def _mark(dialect: Magento, text: str) -> str:
    key = str(dialect.shop.setting("token key", "")).encode()
    return _encoded(hmac.new(key, text.encode(), hashlib.sha256).digest())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _enc(text: str) -> str:
    return quote(text, safe="~")


def _wrong(message: str) -> Refusal:
    return Refusal(message, None, 401)
