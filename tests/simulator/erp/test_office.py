"""The people around the ERP: what they do by themselves, and what goes wrong with their exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.channels import Goods
from simulator.erp.office import Office
from simulator.faults import Fault
from simulator.world import World

GOODS = (
    Goods("RETRO-CLOCK", "Retro clock", Decimal("49.20"), 5),
    Goods("OAK-SHELF-80", "Shelf", Decimal("99"), 4),
)
ORDER = (
    "*Order Number,*Customer Code,Line Number,*Product Code,*Quantity,*Unit Price\r\n"
    "WEB-1,WEB,1,RETRO-CLOCK,2,40.00\r\n,,2,OAK-SHELF-80,1,80.49\r\n"
)  # fmt: skip


@pytest.fixture
def world() -> Iterator[World]:
    found = World(channel_names=[])
    yield found
    found.close()


def names(office: Office, kind: str) -> list[str]:
    return sorted(path.name for path in office.site.exports.glob(f"{kind}_*.csv"))


def test_dumps_everything_once_and_then_only_what_changed(world: World, tmp_path: Path) -> None:
    office = Office(world, tmp_path, GOODS)
    office.tick()
    world.advance(timedelta(minutes=1))
    office.tick()
    assert len(names(office, "Products")) == len(names(office, "StockOnHand")) == 1
    office.site.books.sell("RETRO-CLOCK", 1)
    world.advance(timedelta(minutes=1))
    office.tick()
    assert len(names(office, "Products")) == 1
    assert len(names(office, "StockOnHand")) == 2


def test_takes_orders_in_releases_them_and_sends_them_line_by_line(
    world: World, tmp_path: Path
) -> None:
    office = Office(world, tmp_path, GOODS)
    (office.site.imports / "WEB-1.csv").write_text(ORDER, encoding="utf-8", newline="")
    office.tick()
    assert office.site.books.order("WEB-1").body["status"] == "Placed"
    for parcels in (1, 2):
        world.advance(timedelta(seconds=30))
        office.tick()
        assert len(office.site.books.shipments()) == parcels
    assert office.site.books.order("WEB-1").body["status"] == "Completed"


def test_an_export_breaks_off_comes_twice_or_comes_late(world: World, tmp_path: Path) -> None:
    office = Office(world, tmp_path, GOODS)
    world.faults.add(Fault("export half-written", channel="StockOnHand", count=1))
    office.tick()
    half = (office.site.exports / names(office, "StockOnHand")[0]).read_bytes()
    assert not half.endswith(b"\n")
    for kind, files in (("export twice", 3), ("export stale", 4)):
        world.faults.add(Fault(kind, channel="StockOnHand", count=1))
        world.advance(timedelta(minutes=1))
        office.site.books.sell("RETRO-CLOCK", 1)
        office.tick()
        assert len(names(office, "StockOnHand")) == files
    assert [m.kind for m in world.ledger.mishaps()] == [
        "export half-written",
        "export twice",
        "export stale",
    ]
