"""What an agent needs to reach the staging shops, in the agent's own settings' words; for `tally init`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import channels

PORT_BASE = 8700  # where `tally staging serve` listens unless told otherwise: see `ports`
PLAIN = 40  # how far behind a shop's port with TLS its port without lies
IN_A_ROW = (  # as the vendors came; ports stand in people's settings, so a place is never given anew
    "shopify",
    "woocommerce",
    "allegro",
    "amazon",
    "baselinker",
    "etsy",
    "houzz",
    "magento",
)
FOLDER = "tally-staging"  # where it then keeps its certificate authority
RECORD = "serving.json"  # in that folder, while it is open: what `serve --json` announces


@dataclass(frozen=True)
class Ports:
    """The desk first, then each vendor at its number; without TLS forty further; the proxy before those.

    From 8700: the desk 8700, shops 8701, 8702, …, the proxy 8740, shops without TLS 8741, 8742, …
    """

    desk: int
    proxy: int
    shops: Mapping[str, int]
    plain: Mapping[str, int]

    def all(self) -> list[int]:
        """Every port."""
        return [self.desk, self.proxy, *self.shops.values(), *self.plain.values()]


def ports(base: int | None, names: Sequence[str]) -> Ports:
    """The ports of a world with these shops; without a base they are 0, which takes free ones."""
    numbered = {name: 0 if base is None else base + _number(name) for name in sorted(names)}
    plain = {name: port and port + PLAIN for name, port in numbered.items()}
    desk, proxy = (0, 0) if base is None else (base, base + PLAIN)
    return Ports(desk, proxy, numbered, plain)


def _number(name: str) -> int:
    """A vendor's own, whichever others are served; those without a place in the row follow by alphabet."""
    later = (known for known in channels.names() if known not in IN_A_ROW)
    return [*IN_A_ROW, *later].index(name) + 1


def shops(announcement: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """By shop: `address`, `ca_file`, `settings` (secrets by name) and `secrets` {name: value}.

    From the JSON line of `tally staging serve --json`; without one, for a world served as by default.
    """
    told = announcement or _by_default()
    return {name: _shop(name, facts, told["ca_file"]) for name, facts in told["channels"].items()}


def entries(name: str, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What stands in tally.yaml under a shop of this vendor beside its address, and its secrets' values.

    `facts` are the shop's credentials with its `base_url`.
    """
    entry = channels.entry(name)
    named = {setting: f"{name}_{word}" for setting, word in entry.secrets.items()}
    plain = {setting: facts[word] for setting, word in entry.settings.items()}
    secrets = {f"{name}_{word}": str(facts[word]) for word in entry.secrets.values()}
    return {**named, **plain}, secrets


def _shop(name: str, facts: Mapping[str, Any], ca_file: str) -> dict[str, Any]:
    settings, secrets = entries(name, facts)
    return {
        "address": facts["base_url"],
        "ca_file": ca_file,
        "settings": settings,
        "secrets": secrets,
    }


def _by_default() -> dict[str, Any]:
    from simulator.world import World  # with Flask and all vendors, which is slow to import

    world = World(seed=1)
    try:
        numbers = ports(PORT_BASE, list(world.dialects)).shops
        found = {
            name: {"base_url": f"https://127.0.0.1:{numbers[name]}", **dialect.credentials()}
            for name, dialect in world.dialects.items()
        }
        return {"channels": found, "ca_file": f"{FOLDER}/ca.pem"}
    finally:
        world.close()
