"""Tokens: pairs of access and refresh token, each refresh token good for one use.

Kept by digest among the account's settings. An access token lives 12 hours, a refresh token 90 days.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from simulator.channels.allegro.errors import Unauthorised
from simulator.channels.allegro.moments import iso, parse
from simulator.channels.allegro.store import NAME, Store

ACCESS_LIFE_S = 43_199
REFRESH_LIFE = timedelta(days=90)
SCOPES = (
    "allegro:api:orders:read",
    "allegro:api:orders:write",
    "allegro:api:profile:read",
    "allegro:api:profile:write",
    "allegro:api:sale:offers:read",
    "allegro:api:sale:offers:write",
    "allegro:api:sale:settings:read",
    "allegro:api:sale:settings:write",
    "allegro:api:billing:read",
    "allegro:api:payments:read",
    "allegro:api:payments:write",
    "allegro:api:shipments:read",
    "allegro:api:shipments:write",
)
Json = dict[str, Any]


def pair(store: Store, *, is_device: bool = False) -> Json:
    """A new pair for the seller, as the token endpoint answers it."""
    life = _life_s(store)
    jti = store.uuid("tokens")
    access, refresh = _token(store, jti, life), _token(store, jti)
    now = store.now()
    kept = {"until": iso(now + timedelta(seconds=life)), "is_user": True}
    store.shop.set_setting(f"access {_digest(access)}", kept)
    store.shop.set_setting(
        f"refresh {_digest(refresh)}",
        {
            "until": iso(now + REFRESH_LIFE),
            "access": _digest(access),
            "used_at": None,
            "is_device": is_device,
        },
    )
    store.shop.set_setting("newest pair", {"access_token": access, "refresh_token": refresh})
    return _answer(store, jti, access, life, refresh)


def of_application(store: Store) -> Json:
    """An application's own token, without a seller; it is not refreshed."""
    life = _life_s(store)
    jti = store.uuid("tokens")
    access = _token(store, jti, life)
    until = iso(store.now() + timedelta(seconds=life))
    store.shop.set_setting(f"access {_digest(access)}", {"until": until, "is_user": False})
    return _answer(store, jti, access, life, None)


def refreshed(store: Store, token: str) -> Json:
    """A new pair for a refresh token; the old pair dies. Unauthorised when it is not good (any more)."""
    name = f"refresh {_digest(token)}"
    kept = store.shop.setting(name)
    grace = timedelta(seconds=float(store.given("refresh_grace_s")))
    if kept is None or parse(kept["until"]) <= store.now() or _is_used_up(store, kept, grace):
        raise Unauthorised("invalid_grant", f"Invalid refresh token: {token}", 400)
    first = kept["used_at"] is None
    store.shop.set_setting(name, {**kept, "used_at": kept["used_at"] or store.stamp()})
    old = store.shop.setting(f"access {kept['access']}")
    if first and old is not None:
        until = min(parse(old["until"]), store.now() + grace)
        store.shop.set_setting(f"access {kept['access']}", {**old, "until": iso(until)})
    return pair(store, is_device=kept["is_device"])


def _is_used_up(store: Store, kept: Json, grace: timedelta) -> bool:
    return kept["used_at"] is not None and store.now() >= parse(kept["used_at"]) + grace


def is_user(store: Store, header: str | None) -> bool:
    """Whether the bearer of this Authorization header acts for the seller. Unauthorised if nobody is."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        text = "Full authentication is required to access this resource"
        raise Unauthorised("unauthorized", text)
    kept = store.shop.setting(f"access {_digest(token)}")
    if kept is None:
        raise Unauthorised("invalid_token", "Cannot convert access token to JSON")
    if parse(kept["until"]) <= store.now():
        raise Unauthorised("invalid_token", f"Access token expired: {token}")
    return bool(kept["is_user"])


def expire(store: Store, *, refresh_too: bool = False) -> None:
    """All access tokens end now; with `refresh_too` the seller must consent again."""
    for name, kept in _all(store, "access") + (_all(store, "refresh") if refresh_too else []):
        until = min(parse(kept["until"]), store.now())
        store.shop.set_setting(name, {**kept, "until": iso(until)})


def newest(store: Store) -> Json:
    """The pair that was given out last."""
    found: Json = store.shop.setting("newest pair", {"access_token": "", "refresh_token": ""})
    return found


def _all(store: Store, kind: str) -> list[tuple[str, Json]]:
    rows = store.shop.db.execute(
        "select name, value from settings where shop = ? and name like ?", (NAME, f"{kind} %")
    )
    return [(name, json.loads(value)) for name, value in rows.fetchall()]


def _life_s(store: Store) -> float:
    dialled = store.world.dials[NAME].token_life_s
    return ACCESS_LIFE_S if dialled is None else dialled


def _answer(store: Store, jti: str, access: str, life: float, refresh: str | None) -> Json:
    more = {} if refresh is None else {"refresh_token": refresh}
    return {
        "access_token": access,
        "token_type": "bearer",
        **more,
        "expires_in": int(life),
        "scope": " ".join(SCOPES),
        "allegro_api": True,
        "iss": "https://allegro.pl",
        "jti": jti,
    }


def _token(store: Store, jti: str, life: float | None = None) -> str:
    """Three parts like a JWT's; the last is chance, not a signature.

    A refresh token does not tell its end: the first one is the same whenever a world is opened.
    """
    head = {"alg": "RS256", "typ": "JWT"}
    ends = {} if life is None else {"exp": int((store.now() + timedelta(seconds=life)).timestamp())}
    claims = {
        **ends,
        "user_name": store.given("seller_id"),
        "jti": jti,
        "client_id": store.given("client_id"),
        "scope": list(SCOPES),
        "allegro_api": True,
        "ati": store.uuid("tokens"),
    }
    signature = store.bits("tokens", 2048).to_bytes(256, "big")
    return ".".join(_encoded(part) for part in _parts(head, claims, signature))


def _parts(head: Json, claims: Json, signature: bytes) -> Iterator[bytes]:
    yield from (json.dumps(part, separators=(",", ":")).encode() for part in (head, claims))
    yield signature


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
