"""What happens between two steps of an export: the ERP or the channel may be quicker."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.flow.export import export
from agent.flow.match import match
from agent.flow.pull import pull
from agent.ports.database import Database
from tests.agent.paper_orders import OrderSite
from tests.build import NOON, order


class Interrupted(Database):
    """A database before whose next transaction something else happens."""

    meanwhile: Callable[[], object] | None = None

    @contextlib.contextmanager
    def atomic(self) -> Iterator[None]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        with super().atomic():
            yield


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OrderSite]:
    """An order is due."""
    opened = OrderSite.opened(tmp_path)
    opened.stall.has(order("1001"))
    pull(opened.site, "stall")
    match(opened.site)
    yield opened
    opened.site.db.close()


def test_what_the_erp_lists_by_now_is_not_written(site: OrderSite) -> None:
    site.lists("STALL-1001")
    assert export(site.site).counts == {}
    assert site.written() == []


def test_what_was_cancelled_while_its_file_was_made_up_is_not_written(site: OrderSite) -> None:
    site.stall.has(order("1001", state="cancelled", modified_at=NOON + timedelta(minutes=1)))
    whole, racing = site.site, Interrupted(site.folder / "tally.sqlite")
    racing.meanwhile = lambda: pull(whole, "stall")
    export(replace(whole, db=racing))
    racing.close()
    site.work()
    assert (site.states, site.written()) == ({"STALL-1001": "cancelled"}, [])
