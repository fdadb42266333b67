"""Who is calling: three headers that belong together, and what the seller lets their key do."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers

from simulator.chance import Chance
from simulator.channels.houzz.errors import no_such_key

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

TOKEN, USER, APP = "X-HOUZZ-API-SSL-TOKEN", "X-HOUZZ-API-USER-NAME", "X-HOUZZ-API-APP-NAME"
USER_NAME = "stagingseller"
KEYS = {  # {key: the boxes that were ticked when it was registered}
    "main": ("inventory", "orders"),
    "inventory": ("inventory",),
    "orders": ("orders",),
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class Key:
    """One API key as Seller Central › Settings › API shows it."""

    name: str
    app: str
    token: str
    permits: tuple[str, ...]  # "inventory": update product inventory; "orders": list and process
    until: str | None = None  # no expiry is known of the vendor; set by a dial or the operator


class Keys:
    """The keys of one seller, kept in the shop's settings."""

    def __init__(self, dialect: Houzz) -> None:
        self.dialect = dialect

    def issue(self, name: str) -> Key:
        """A new token for a key, which ends the one before; LookupError for no such key."""
        if name not in KEYS:
            raise LookupError(f"no API key {name!r}; there are {', '.join(KEYS)}")
        kept = self.all()
        issued = self.dialect.shop.setting("tokens issued", 0) + 1
        self.dialect.shop.set_setting("tokens issued", issued)
        stream = Chance(self.dialect.world.chance.seed).stream(f"houzz token {issued}")
        token = "".join(stream.choice(LETTERS) for _ in range(64))
        life_s = self.dialect.shop.dials.token_life_s
        until = None
        if life_s is not None:
            until = (self.dialect.shop.clock.now() + timedelta(seconds=life_s)).isoformat()
        app = f"tally-{name}"
        permits = kept[name].permits if name in kept else KEYS[name]
        self._keep({**kept, name: Key(name, app, token, permits, until)})
        return self.all()[name]

    def expire(self) -> None:
        """End every token now."""
        now = self.dialect.shop.clock.now().isoformat()
        self._keep({name: replace(key, until=now) for name, key in self.all().items()})

    def permit(self, name: str, permits: tuple[str, ...]) -> None:
        """Tick other boxes of a key; LookupError for no such key, ValueError for no such box."""
        kept = self.all()
        if name not in kept:
            raise LookupError(f"no API key {name!r}; there are {', '.join(kept)}")
        if not set(permits) <= set(KEYS["main"]):
            raise ValueError(f"a key permits {' and '.join(KEYS['main'])}, not {permits!r}")
        self._keep({**kept, name: replace(kept[name], permits=permits)})

    def all(self) -> dict[str, Key]:
        """The keys by name."""
        kept: Mapping[str, Any] = self.dialect.shop.setting("keys", {})
        return {n: Key(**{**k, "permits": tuple(k["permits"])}) for n, k in kept.items()}

    def caller(self, headers: Headers) -> Key:
        """The key behind a request's headers; Refused when they do not belong together."""
        token, user, app = (headers.get(name, "") for name in (TOKEN, USER, APP))
        for key in self.all().values():
            same = hmac.compare_digest(key.token.encode(), token.encode())
            if same and (user, app) == (USER_NAME, key.app) and self._is_in_force(key):
                return key
        raise no_such_key(self.dialect.shop.setting("unauthorised status", 200))

    def _is_in_force(self, key: Key) -> bool:
        if key.until is None:
            return True
        return self.dialect.shop.clock.now() < datetime.fromisoformat(key.until)

    def _keep(self, keys: Mapping[str, Key]) -> None:
        self.dialect.shop.set_setting("keys", {name: asdict(key) for name, key in keys.items()})
