"""What an agent needs to reach the staging shops, in the agent's own settings' words; for `tally init`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator import channels

PORT_BASE = (
    8700  # where `tally staging serve` listens unless told otherwise: the desk, then the shops
)
FOLDER = "tally-staging"  # where it then keeps its certificate authority


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
        found = {}
        # Two ports a shop, as they are bound: with TLS, then without.
        for number, (name, dialect) in enumerate(world.dialects.items()):
            address = f"https://127.0.0.1:{PORT_BASE + 1 + 2 * number}"
            found[name] = {"base_url": address, **dialect.credentials()}
        return {"channels": found, "ca_file": f"{FOLDER}/ca.pem"}
    finally:
        world.close()
