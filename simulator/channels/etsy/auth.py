"""Who calls: the app's key, the seller's tokens, and how tokens are given out and renewed.

Access tokens live an hour, refresh tokens ninety days; a refresh token is worth one refresh and its
answer carries the next. Both are "<user id>.<opaque>".
"""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Request

from simulator.channels.etsy.errors import EtsyError, forbidden, invalid_grant, invalid_token
from simulator.channels.etsy.fields import Fields

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

SCOPES = (
    *("address_r", "address_w", "email_r", "listings_r", "listings_w", "listings_d", "profile_r"),
    *("profile_w", "shops_r", "shops_w", "transactions_r", "transactions_w"),
)
ACCESS_LIFE_S, REFRESH_LIFE_S, CODE_LIFE_S = 3600, 90 * 86_400, 600
LETTERS = string.ascii_letters + string.digits + "-_"
KEPT = 50  # spent refresh tokens that are remembered, so that their use is told from nonsense
Json = dict[str, Any]


class UnknownApp(EtsyError):
    """The key is no app's, so no limits are counted."""


# -- calls --------------------------------------------------------------------------------------


def check_key(store: Store, request: Request) -> None:
    """The app behind `x-api-key: keystring:shared_secret`; EtsyError when it is not one."""
    sent = request.headers.get("x-api-key")
    if not sent:
        raise UnknownApp(401, "Missing x-api-key header")
    keystring, colon, secret = sent.partition(":")
    is_ours = keystring == store.given("keystring")
    if not is_ours and not colon:
        text = "Invalid API key: should be in the format 'keystring:shared_secret'."
        raise UnknownApp(403, text)
    if not is_ours:
        raise UnknownApp(401, "Invalid API key")
    if not secret:
        raise forbidden("Shared secret is required in x-api-key header.")
    if secret != store.given("shared_secret"):
        raise forbidden("Invalid shared secret in x-api-key header.")


def check_token(store: Store, request: Request, needed: Sequence[str]) -> str | None:
    """The access token of a call that needs these scopes; EtsyError when it does not let in."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not needed:
        return token or None
    if scheme.lower() != "bearer" or not token:
        raise invalid_token("missing access token")
    held = scopes_of(store, token)
    if not set(needed) <= set(held):
        lacking = " ".join(sorted(set(needed) - set(held)))
        raise EtsyError(403, "insufficient_scope", f"required scope: {lacking}")
    return token


def scopes_of(store: Store, token: str) -> list[str]:
    """What an access token allows; EtsyError when it is unknown or has expired."""
    entry = tokens(store)["access"].get(token)
    if entry is None or entry.get("revoked"):
        raise invalid_token("access token is invalid")
    if store.second() >= entry["until"]:
        raise invalid_token("access token is expired")
    held: list[str] = entry["scopes"]
    return held


# -- the token endpoint -------------------------------------------------------------------------


def token_answer(store: Store, given: Fields) -> Json:
    """The answer of POST /v3/public/oauth/token."""
    given.need(["grant_type", "client_id"])
    client = (given.text("client_id") or "").partition(":")[0]
    if client != store.given("keystring"):
        raise EtsyError(401, "invalid_client", "unknown client_id")
    grant = given.text("grant_type")
    if grant == "authorization_code":
        return _by_code(store, given)
    if grant == "refresh_token":
        return _by_refresh(store, given)
    raise EtsyError(400, "unsupported_grant_type", "grant_type is not supported")


def _by_code(store: Store, given: Fields) -> Json:
    given.need(["redirect_uri", "code", "code_verifier"])
    kept = tokens(store)
    code = kept["codes"].pop(given.text("code"), None)
    store.shop.set_setting("etsy tokens", kept)
    if code is None or store.second() >= code["until"]:
        raise invalid_grant("code is invalid or has expired")
    if code["redirect_uri"] != given.text("redirect_uri"):
        raise invalid_grant("redirect_uri does not match")
    if challenge(given.text("code_verifier") or "") != code["challenge"]:
        raise invalid_grant("code_verifier does not match")
    return issue(store, code["scopes"])


def _by_refresh(store: Store, given: Fields) -> Json:
    given.need(["refresh_token"])
    token = given.text("refresh_token") or ""
    kept = tokens(store)
    entry = kept["refresh"].get(token)
    if entry is None:
        raise invalid_grant("refresh_token is invalid")
    if entry["state"] != "live":
        raise invalid_grant("refresh_token is revoked")
    if store.second() >= entry["until"]:
        raise invalid_grant("refresh_token is expired")
    entry["state"] = "revoked"
    store.shop.set_setting("etsy tokens", kept)
    return issue(store, entry["scopes"])


def issue(store: Store, scopes: Sequence[str]) -> Json:
    """A new pair of tokens, as the token endpoint answers."""
    now = store.second()
    dialled = store.shop.dials.token_life_s
    life = ACCESS_LIFE_S if dialled is None else max(1, int(dialled))
    kept = tokens(store)
    access, refresh = new_token(store), new_token(store)
    kept["access"] = {t: e for t, e in kept["access"].items() if e["until"] > now - REFRESH_LIFE_S}
    kept["access"] = dict(list(kept["access"].items())[-KEPT:])
    kept["refresh"] = dict(list(kept["refresh"].items())[-KEPT:])
    kept["access"][access] = {"scopes": list(scopes), "until": now + life}
    until = now + REFRESH_LIFE_S
    kept["refresh"][refresh] = {"scopes": list(scopes), "until": until, "state": "live"}
    store.shop.set_setting("etsy tokens", kept)
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": life,
        "refresh_token": refresh,
    }


def new_code(store: Store, scopes: Sequence[str], redirect_uri: str, challenge: str) -> str:
    """A code that the app trades for tokens, once."""
    kept = tokens(store)
    code = _random(store, 86)
    kept["codes"][code] = {
        "scopes": list(scopes),
        "redirect_uri": redirect_uri,
        "challenge": challenge,
        "until": store.second() + CODE_LIFE_S,
    }
    store.shop.set_setting("etsy tokens", kept)
    return code


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


# -- what is kept -------------------------------------------------------------------------------


def tokens(store: Store) -> Json:
    """All tokens: {"access": {…}, "refresh": {…}, "codes": {…}}, oldest first."""
    kept: Json = store.shop.setting("etsy tokens") or {"access": {}, "refresh": {}, "codes": {}}
    return kept


def newest(store: Store, kind: str) -> str:
    """The newest token of a kind, if possible one that is worth something."""
    kept = tokens(store)[kind]
    live = [token for token, entry in kept.items() if entry.get("state", "live") == "live"]
    return str((live or list(kept))[-1])


def expire(store: Store, *, refresh: bool = False) -> None:
    """Every access token runs out now; with `refresh` the refresh tokens too."""
    kept, now = tokens(store), store.second()
    for entry in [*kept["access"].values(), *(kept["refresh"].values() if refresh else ())]:
        entry["until"] = min(entry["until"], now)
    store.shop.set_setting("etsy tokens", kept)


def revoke(store: Store) -> None:
    """The seller takes the consent back (or changes the password): no token is worth anything."""
    kept = tokens(store)
    for entry in kept["refresh"].values():
        entry["state"] = "revoked"
    for entry in kept["access"].values():
        entry["revoked"] = True
    store.shop.set_setting("etsy tokens", {**kept, "codes": {}})


def new_token(store: Store) -> str:
    """A token of the shop's owner."""
    return f"{store.given('user_id')}.{_random(store, 88)}"


def _random(store: Store, length: int) -> str:
    stream = store.world.chance.stream(f"{store.shop.name} keys")
    return "".join(LETTERS[stream.getrandbits(6)] for _ in range(length))
