"""The tally.yaml and the secrets with which a scenario's agent starts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from agent.commands import init, preset
from simulator.connections import entries, shops
from simulator.world import World

if TYPE_CHECKING:
    from simulator.scenario.language import Script

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


HOOKS = {"address": "https://agent.test/hooks"}


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
        "hooks": HOOKS,
    }
    text = io.StringIO()
    YAML().dump(_laid_over(base, over), text)
    return text.getvalue()


def preset_text(world: World, folder: Path, script: Script) -> str:
    """The tally.yaml of `tally init --preset` in an empty folder, with a scenario's own laid over it."""
    told = {"channels": {n: facts(world, n) for n in script.channels}, "ca_file": "ca.pem"}
    today = world.clock.now().date()
    written, secrets = init.write(folder, shops(told), preset.load(script.preset), today)
    over = {"zone": script.zone, "hooks": HOOKS, **script.settings}
    document = YAML(typ="safe").load(written.read_text(encoding="utf-8"))
    for shop in document["channels"].values():
        del shop["ca_file"]  # in process there is no TLS
    secrets.unlink()  # a scenario's agent is told them as variables
    text = io.StringIO()
    YAML().dump(_laid_over(document, over), text)
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
