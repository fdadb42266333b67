"""Presets: a whole site from one command, whose settings load without a fault and fit the staging world."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import preset
from agent.config import load
from simulator.serve import Served, Wish, served
from tests.agent.desk import Answer, Desk

MAGENTO = ("magento", "allegro", "baselinker")
SITES = [
    ("unleashed-four-channels", (), ("shopify", "amazon", "etsy", "houzz")),
    ("wapro-hybrid", (), ("woocommerce", "allegro", "baselinker")),
    ("wapro-hybrid", MAGENTO, MAGENTO),
    ("wapro-hybrid", ("allegro",), ("allegro",)),
    ("unleashed-four-channels", ("woocommerce", "etsy"), ("woocommerce", "etsy")),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Every vendor, on its port, without goods."""
    with served(Wish(is_empty=True, folder=tmp_path_factory.mktemp("staging"))) as found:
        yield found


@pytest.fixture
def desk(world: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Somebody in an empty folder, who is told of the staging world."""
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(world.announcement()) + "\n"))
    return Desk.bare(tmp_path)


def begun(desk: Desk, name: str, only: tuple[str, ...] = ()) -> Answer:
    chosen = [word for channel in only for word in ("--channel", channel)]
    folder = str(desk.folder)
    return desk.tally("init", folder, "--preset", name, "--staging", "-", *chosen)


def test_the_commissioned_sites_are_there() -> None:
    assert preset.names() == ["unleashed-four-channels", "wapro-hybrid"]


@pytest.mark.parametrize(("name", "only", "channels"), SITES)
def test_its_settings_load_and_its_channels_are_well(
    desk: Desk, name: str, only: tuple[str, ...], channels: tuple[str, ...]
) -> None:
    assert begun(desk, name, only).code == 0
    settings = load(desk.folder / "tally.yaml", desk.settings)
    assert set(settings.channels) == set(channels)
    assert settings.erp == name.partition("-")[0]
    told = desk.tally("doctor", "--settings", "--json")
    assert [f for f in told.json["findings"] if "error" in f] == []
    assert told.code == 0
    assert set(told.json["settings"]["channels"]) == set(channels)


@pytest.mark.parametrize("name", preset.names())
def test_a_clerk_finds_a_sheet_whose_captions_the_feeds_know(desk: Desk, name: str) -> None:
    begun(desk, name)
    settings = load(desk.folder / "tally.yaml", desk.settings)
    for sheet in (desk.folder / "erp" / "export").iterdir():
        captions = sheet.read_text(encoding="utf-8").strip().replace(";", ",").split(",")
        [feed] = [f for f in settings.feeds.values() if f.files == f"{sheet.stem}*.csv"]
        mapped = {column.column for column in feed.columns.values()}
        assert set(captions) == mapped
        assert not feed.full


@pytest.mark.parametrize("there", ["tally.yaml", "tally.secrets", "erp/export/Extras.csv"])
def test_nothing_is_replaced(desk: Desk, there: str) -> None:
    path = desk.folder / there
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    said = begun(desk, "unleashed-four-channels")
    assert said.code == 6
    assert f"{path.name} is already there" in said.err
    assert path.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in desk.folder.rglob("*") if p.is_file()] == [path.name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("unleashed-four-channels", "`tally staging serve --erp erp`"),
        ("wapro-hybrid", "`tally staging serve --erp erp --erp-files wapro`"),
    ],
)
def test_the_next_step_starts_the_erp_whose_files_it_reads(
    desk: Desk, name: str, said: str
) -> None:
    assert said in begun(desk, name).out


def test_a_hub_knows_the_one_web_shop_by_its_channel(desk: Desk) -> None:
    begun(desk, "wapro-hybrid", MAGENTO)
    assert "sources: {shop: magento}" in desk.settings
    assert "is named under `sources`" not in desk.tally("doctor").out


@pytest.mark.parametrize("shops", [(), ("woocommerce", "magento")], ids=["none", "two"])
def test_a_hub_is_told_of_no_web_shop_where_it_is_not_clear_which(
    desk: Desk, shops: tuple[str, ...]
) -> None:
    begun(desk, "wapro-hybrid", ("baselinker", *shops))
    assert "sources: {" not in desk.settings
    assert "WEB_SHOP" not in desk.settings


def test_what_a_preset_says_of_a_channel_stands_there_once(desk: Desk) -> None:
    begun(desk, "unleashed-four-channels")
    assert desk.settings.count("product_types:") == 1
    assert desk.settings.count("import_files:") == 1


def test_an_unknown_preset_is_told_with_those_that_there_are(desk: Desk) -> None:
    said = begun(desk, "four-channels")
    assert said.code == 2
    assert 'no preset "four-channels"' in said.err
    assert "known: unleashed-four-channels, wapro-hybrid" in said.err
