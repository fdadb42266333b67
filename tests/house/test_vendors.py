"""A vendor is two folders and its golden file: what is missing is named, with where it belongs."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from agent import channels
from simulator import channels as simulated
from simulator.world import World
from tests.agent.channels.golden_variants import golden

ROOT = Path(__file__).resolve().parents[2]
# Other tests add vendors of their own to the list.
VENDORS = sorted(p.parent.name for p in (ROOT / "agent" / "channels").glob("*/__init__.py"))
SIMULATED = sorted(p.parent.name for p in (ROOT / "simulator" / "channels").glob("*/__init__.py"))
FACE = {
    "NAME": str,
    "LIMITS": channels.Limits,
    "Settings": type,
    "connect": object,
    "project": object,
}
LOOKS = {"NAME": str, "ENTRY": simulated.Entry, "LEAST": simulated.Least, "build": object}
DIALECT = (  # what the rest of the world asks of a shop
    *("name", "hosts", "shop", "app", "storefront", "credentials", "set_up", "stock"),
    *("tick", "empty", "operator"),
)
STOREFRONT = ("shelf", "item", "buy", "cancel", "order", "sold")


def lacks(module: Any, wanted: dict[str, Any]) -> list[str]:
    """The names that a folder's __init__.py does not give, or gives as something else."""
    missing = [name for name in wanted if not hasattr(module, name)]
    wrong = [n for n, kind in wanted.items() if n not in missing and not _is(module, n, kind)]
    return [f"{n} is not there" for n in missing] + [f"{n} is something else" for n in wrong]


def _is(module: Any, name: str, kind: type) -> bool:
    return isinstance(getattr(module, name), kind)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_agents_folder_has_the_whole_face(vendor: str) -> None:
    folder = f"agent/channels/{vendor}"
    module = channels.module(vendor)
    assert lacks(module, FACE) == [], f"add it to {folder}/__init__.py: see agent/channels"
    assert vendor == module.NAME
    assert issubclass(module.Settings, channels.ChannelSettings)
    assert callable(module.connect)
    assert callable(module.project)
    notes = ROOT / folder / "NOTES.md"
    assert notes.exists(), (
        f"write {folder}/NOTES.md: what this vendor does, what we decided, and why"
    )


@pytest.mark.parametrize("vendor", SIMULATED)
def test_the_staging_worlds_folder_has_the_whole_face(vendor: str) -> None:
    folder = f"simulator/channels/{vendor}"
    module = importlib.import_module(f"simulator.channels.{vendor}")
    assert lacks(module, LOOKS) == [], f"add it to {folder}/__init__.py: see simulator/README.md"
    assert vendor == module.NAME
    assert callable(module.build)
    differences = ROOT / folder / "DIFFERENCES.md"
    assert differences.exists(), f"write {folder}/DIFFERENCES.md: what differs from the real vendor"


@pytest.mark.parametrize("vendor", SIMULATED)
def test_a_shop_gives_what_the_world_asks_of_it(vendor: str) -> None:
    world = World(channel_names=[vendor])
    dialect = world.dialects[vendor]
    missing = [name for name in DIALECT if not hasattr(dialect, name)]
    missing += [f"storefront.{n}" for n in STOREFRONT if not hasattr(dialect.storefront, n)]
    told = dialect.credentials()
    words = {*simulated.entry(vendor).secrets.values(), *simulated.entry(vendor).settings.values()}
    hosts = dialect.hosts
    world.close()
    assert missing == [], f"simulator/channels/{vendor}: see Dialect in simulator/channels"
    assert words - told.keys() - {"base_url"} == set(), "ENTRY names words that credentials() lacks"
    assert hosts, "name the hosts where the real vendor answers, for clients that insist on them"


@pytest.mark.parametrize("vendor", SIMULATED)
def test_tally_yaml_takes_what_init_writes(vendor: str) -> None:
    entry = simulated.entry(vendor)
    known = set(channels.module(vendor).Settings.model_fields)
    unknown = {*entry.secrets, *entry.settings} - known
    assert unknown == set(), f"ENTRY of simulator/channels/{vendor} names settings that are none"


@pytest.mark.parametrize("vendor", VENDORS)
def test_its_page_of_variants_is_on_record(vendor: str) -> None:
    writes = f"python -m tests.agent.channels.golden_variants {vendor}"
    assert golden(vendor).exists(), f"write it by `{writes}`, and read it"


def test_both_worlds_have_the_same_vendors() -> None:
    assert VENDORS == SIMULATED
