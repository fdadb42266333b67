"""Killed between any two statements, a resumed agent has one file for the ERP and one parcel for the shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import OutcomeUnknown
from agent.ports.files import Files
from tests.agent.mortal import Fuse, Killed, MortalDatabase
from tests.agent.paper_orders import OrderSite
from tests.build import NOON, order, order_line


class MortalFiles(Files):
    """A disk before and after whose every file the process may end."""

    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse

    def publish(self, path: Path, data: bytes) -> None:
        self.fuse.burn()
        super().publish(path, data)
        self.fuse.burn()


PARTIES = {
    "customer": "W-{buyer.key}",
    "customers": {"name": "parties_{customer}.csv", "columns": {"Code": "{customer}"}},
}
STEP = 5  # statements between two killings; 1 passes too, and takes five times as long
ECHO = timedelta(hours=1)


def life(site: OrderSite, erp_takes: bool) -> None:
    """An order is pulled, written, taken, acknowledged, shipped in two parcels, partly returned."""
    site.work()
    if not erp_takes:
        return
    site.erp_takes()
    site.work()
    site.erp_takes()
    site.lists("STALL-1001")
    site.moves("STALL-1001", "LS1", RETRO_CLOCK=1)
    site.work()
    site.moves("STALL-1001", "LS2", RETRO_CLOCK=2)
    site.stall.has(order("1001", order_line(quantity=3), modified_at=NOON + ECHO))
    site.work()
    site.moves("STALL-1001", "RL1", kind="return", RETRO_CLOCK=1)
    site.work()


def lived(folder: Path, statements: int, erp_takes: bool) -> tuple[OrderSite, bool]:
    """A site whose agent is killed after so many statements, started again and left to its work."""
    site = OrderSite.opened(folder, **PARTIES)
    site.stall.has(order("1001", order_line(quantity=3)))
    site.stall.faults = [None, OutcomeUnknown("no answer")]
    fuse, whole = Fuse(statements), site.site
    mortal = MortalDatabase(folder / "tally.sqlite", fuse)
    site.site = replace(whole, db=mortal, ports=replace(whole.ports, files=MortalFiles(fuse)))
    site.stall.before = fuse.burn
    died = False
    try:
        life(site, erp_takes)
    except Killed:
        died = True
    mortal.close()
    whole.db.close()
    site.stall.before = None
    site.site = whole
    site.reopened()
    if erp_takes:
        site.erp_takes()  # what had appeared is gone from the folder before the agent is back
    life(site, erp_takes=True)
    life(site, erp_takes=True)
    return site, died


def killings(step: int) -> Iterator[int]:
    yield from range(0, 100_000, step)


@pytest.mark.parametrize("erp_takes", [True, False], ids=["ERP takes meanwhile", "ERP sleeps"])
def test_one_file_and_one_parcel_each_wherever_it_is_killed(
    tmp_path_factory: pytest.TempPathFactory, erp_takes: bool
) -> None:
    for statements in killings(step=STEP):
        site, died = lived(tmp_path_factory.mktemp("killed"), statements, erp_takes)
        told = f"killed after {statements}"
        names = site.written()
        assert [name for name in names if name.startswith("order_")] == ["order_STALL-1001.csv"], (
            told
        )
        assert len(names) == 2, told
        assert sorted(site.stall.done) == [
            "stall|id-1001|return|RL1",
            "stall|id-1001|ship|LS1",
            "stall|id-1001|ship|LS2",
        ], told
        assert site.states == {"STALL-1001": "shipped"}, told
        assert site.concerns == [], told
        assert site.answers("select shipped, returned from order_lines") == [(3, 1)], told
        assert site.answers("select distinct state from commands") == ["done"], told
        site.site.db.close()
        if not died:
            assert statements > 50
            return
