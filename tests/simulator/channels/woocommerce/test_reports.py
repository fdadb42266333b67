"""The shop counts what it has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.channels.woocommerce.ordering import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A shop and its administrator."""
    found = Desk()
    yield found
    found.world.close()


def _counted(desk: Desk, what: str) -> dict[str, int]:
    rows = desk.get(f"/reports/{what}/totals")
    return {row["slug"]: row["total"] for row in rows if row["total"]}


def test_counts_what_is_there_by_sort(desk: Desk) -> None:
    lamp = desk.product("LAMP")
    desk.post("/products", name="Draft", status="draft")
    desk.post("/orders", customer_id=2, status="completed", line_items=[{"product_id": lamp}])
    desk.post("/orders")
    desk.post("/coupons", code="ten", discount_type="percent", amount="10")
    assert _counted(desk, "products") == {"simple": 1}
    assert _counted(desk, "orders") == {"completed": 1, "pending": 1}
    assert _counted(desk, "customers") == {"paying": 1}
    assert _counted(desk, "coupons") == {"percent": 1}
    assert _counted(desk, "reviews") == {}


def test_lists_its_reports(desk: Desk) -> None:
    assert "orders/totals" in [row["slug"] for row in desk.get("/reports")]


def test_reports_are_not_for_everybody(desk: Desk) -> None:
    desk.headers = {}
    assert desk.get("/reports")["code"] == "woocommerce_rest_cannot_view"
