"""The tally.yaml and the secrets with which a scenario's agent starts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML

from simulator.connections import entries
from simulator.world import World

GUARDS = {
    "to_zero": 100,
    "unpublished": 100,
    "price_move": 1000,
    "price_moves": 100,
    "file_shrunk": 50,
    "price_zero": "hold",
    "under_cost": "hold",
    "free": 100,
}


def settings_text(world: World, channels: Sequence[str], zone: str, over: Mapping[str, Any]) -> str:
    """A tally.yaml for these channels, with a scenario's own settings laid over it, key by key."""
    base: dict[str, Any] = {
        "data": "tally-data",
        "erp": "unleashed",
        "zone": zone,
        "currency": "PLN",
        "prices": "gross",
        "exports": "erp/export",
        "imports": "erp/import",
        "import_files": {"customer": "WEB"},
        "guards": GUARDS,
        "channels": {
            name: {
                "address": world.base_urls[name],
                **entries(name, facts(world, name))[0],
                "tax_rate": 23,
            }
            for name in channels
        },
        "every": {"scan": "10s", "pull": "60s", "observe": "1h"},
        "hooks": {"address": "https://agent.test/hooks"},
    }
    text = io.StringIO()
    YAML().dump(_laid_over(base, over), text)
    return text.getvalue()


def secrets_for(world: World) -> dict[str, str]:
    """The environment variables that hold the simulated vendors' credentials."""
    secrets = (entries(name, facts(world, name))[1] for name in world.dialects)
    return {f"TALLY_SECRET_{k}".upper(): v for some in secrets for k, v in some.items()}


def facts(world: World, name: str) -> dict[str, Any]:
    """A shop's credentials with its address."""
    return {"base_url": world.base_urls[name], **world.dialects[name].credentials()}


def _laid_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _laid_over(merged[key], value) if both else value
    return merged
