"""The main job with software at the ERP's end that we did not write: Tryton, folders, tally, both shops."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from simulator.scenario.fate import Doom
from simulator.shoppers import Purchase
from tests.tryton.clerk import Clerk
from tests.tryton.stage import SHOPS, Stage

ITEMS = ("TK-12", "FT-50-ROT", "FT-50-BLAU", "FT-50-GRÜN", "00012345")
TO_PROCESSING = ["quote", "confirm", "process"]


@pytest.fixture
def stage(clerk: Clerk, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Stage]:
    """Tryton has exported, the agent is running, and its new items were let go live on both shops.

    In none of these plays has the agent anything to report as an error.
    """
    stage = Stage(clerk, tmp_path)
    stage.start_agent()
    stage.erp_exports()
    stage.activate(*ITEMS)
    stage.pass_time(timedelta(minutes=2))
    yield stage
    stage.close()
    errors = [record.getMessage() for record in caplog.get_records("call") if _is_error(record)]
    assert errors == []


def _is_error(record: logging.LogRecord) -> bool:
    return record.name.startswith("agent.") and record.levelno >= logging.ERROR


def offered(stage: Stage, sku: str) -> dict[str, int | None]:
    """How many pieces each shop lets shoppers buy."""
    return {shop: stage.storefront(shop).item(sku).quantity for shop in SHOPS}


def on_both(quantity: int) -> dict[str, int]:
    return dict.fromkeys(SHOPS, quantity)


def reference(purchase: Purchase) -> str:
    """What Tryton knows a purchase by."""
    return f"{purchase.channel}-{purchase.number.lstrip('#')}".upper()


def booked(stage: Stage, purchase: Purchase) -> dict[str, Decimal]:
    """The pieces of a purchase by sku, as Tryton's own order list has them; empty when it has none."""
    return {
        row["Lines/Product/Code"]: Decimal(row["Lines/Quantity"])
        for row in stage.clerk.export("orders")
        if row["Reference"] == reference(purchase)
    }


def test_stock_and_prices_of_tryton_show_on_both_shops(stage: Stage) -> None:
    for shop in SHOPS:
        shelf = {item.sku: item for item in stage.storefront(shop).shelf()}
        assert set(shelf) == set(ITEMS)
        # 34.50 net with 19 % is 41.055; of 25 in Hamburg and 5 in Lübeck only Hamburg's count.
        assert Decimal(shelf["TK-12"].price or 0) == Decimal("41.06")
        # 12.6050 net is kept as 12.61, see the profile.
        assert Decimal(shelf["FT-50-ROT"].price or 0) == Decimal("15.00")
        assert {sku: item.quantity for sku, item in shelf.items()} == {
            "TK-12": 25,
            "FT-50-ROT": 40,
            "FT-50-BLAU": 12,
            "FT-50-GRÜN": 3,
            "00012345": 100,
        }


def test_a_stocktake_and_a_new_price_in_tryton_reach_both_shops(stage: Stage) -> None:
    stage.clerk.do("count", sku="FT-50-ROT", warehouse="HH", pieces=0)
    stage.clerk.do("count", sku="FT-50-GRÜN", warehouse="HH", pieces=8)
    stage.clerk.do("reprice", sku="00012345", price="9.00")
    stage.erp_exports()
    for shop in SHOPS:
        front = stage.storefront(shop)
        assert front.item("FT-50-ROT").availability == "sold out"
        assert front.item("FT-50-GRÜN").quantity == 8
        assert Decimal(front.item("00012345").price or 0) == Decimal("10.71")


def test_tryton_acknowledges_an_order_by_listing_it_and_later_gives_it_a_number(
    stage: Stage,
) -> None:
    first, second = (stage.buy(shop, {"00012345": 1}) for shop in SHOPS)
    stage.deliver()
    stage.clerk.do("press", order=reference(first), buttons=TO_PROCESSING)
    stage.erp_exports()  # the second is a draft yet, without a number
    numbers = {row["Reference"]: row["Number"] for row in stage.clerk.export("orders")}
    assert numbers[reference(first)].startswith("VK70")
    assert {order.reference: (order.state, order.erp_number) for order in stage.orders()} == {
        reference(first): ("acknowledged", numbers[reference(first)]),
        reference(second): ("acknowledged", ""),
    }


def test_an_order_is_booked_to_the_cent_and_comes_back_in_two_parcels(stage: Stage) -> None:
    basket = {"TK-12": 2, "FT-50-BLAU": 3}
    bought = [stage.buy(shop, basket) for shop in SHOPS]
    stage.deliver()
    stage.erp_exports()
    for purchase in bought:
        assert booked(stage, purchase) == basket
    totals = {row["Reference"]: Decimal(row["Total"]) for row in stage.clerk.export("orders")}
    # The shops took 2 × 41.06 + 3 × 15.00 and rounded the tax line by line; Tryton gets the same net
    # (69.01 + 37.82) and puts the tax on its sum, which is a cent more.
    assert totals == dict.fromkeys(map(reference, bought), Decimal("127.13"))

    first, rest = {"FT-50-BLAU": 2}, {"FT-50-BLAU": 1, "TK-12": 2}
    for purchase in bought:
        order = reference(purchase)
        stage.clerk.do("press", order=order, buttons=TO_PROCESSING)
        stage.clerk.do("ship", order=order, pieces=first, tracking=f"0034-{order}")
    stage.erp_exports()
    for purchase in bought:
        seen = stage.storefront(purchase.channel).order(purchase.number)
        assert dict(seen.shipped) == first
        assert list(seen.parcels) == [f"0034-{reference(purchase)}"]

    for purchase in bought:
        order = reference(purchase)
        stage.clerk.do("ship", order=order, pieces=rest, tracking=f"0035-{order}")
    stage.erp_exports()
    stage.erp_exports()  # the same news again is no news
    for purchase in bought:
        seen = stage.storefront(purchase.channel).order(purchase.number)
        assert dict(seen.shipped) == basket
        assert list(seen.parcels) == [f"{part}-{reference(purchase)}" for part in ("0034", "0035")]
    assert stage.clerk.failed() == []
    assert stage.troubles() == []


def test_a_sale_is_deducted_once_at_every_step_of_its_order(stage: Stage) -> None:
    purchase = stage.buy("shopify", {"TK-12": 3})
    order = reference(purchase)
    stage.pass_time(timedelta(minutes=2))
    assert offered(stage, "TK-12") == on_both(22)  # only the agent knows
    stage.deliver()
    stage.erp_exports()
    assert offered(stage, "TK-12") == on_both(22)  # Tryton has a draft, which takes no stock
    stage.clerk.do("press", order=order, buttons=TO_PROCESSING)
    stage.erp_exports()
    assert stage.clerk.stock("HH")["TK-12"] == (25, 22)
    assert offered(stage, "TK-12") == on_both(22)  # Tryton's own forecast has fallen
    stage.clerk.do("ship", order=order, pieces={"TK-12": 3}, tracking="1Z-1")
    stage.erp_exports()
    assert stage.clerk.stock("HH")["TK-12"] == (22, 22)
    assert offered(stage, "TK-12") == on_both(22)  # the goods have left


def test_an_order_cancelled_in_tryton_is_cancelled_on_its_shop(stage: Stage) -> None:
    bought = [stage.buy(shop, {"FT-50-BLAU": 2}) for shop in SHOPS]
    stage.deliver()
    stage.erp_exports()
    assert offered(stage, "FT-50-BLAU") == on_both(8)
    for purchase in bought:
        stage.clerk.do("press", order=reference(purchase), buttons=["quote", "cancel"])
    stage.erp_exports()
    for purchase in bought:
        assert stage.storefront(purchase.channel).order(purchase.number).is_cancelled
    assert offered(stage, "FT-50-BLAU") == on_both(12)
    assert stage.troubles() == []


def test_goods_that_came_back_to_tryton_are_recorded_on_their_shop(stage: Stage) -> None:
    bought = [stage.buy(shop, {"TK-12": 2, "00012345": 10}) for shop in SHOPS]
    stage.deliver()
    for purchase in bought:
        order, pieces = reference(purchase), dict(purchase.basket)
        stage.clerk.do("press", order=order, buttons=TO_PROCESSING)
        stage.clerk.do("ship", order=order, pieces=pieces, tracking=f"1Z-{order}")
        stage.clerk.do("promise_back", order=order, pieces={"TK-12": 1})
    stage.erp_exports()
    assert [stage.returned(purchase) for purchase in bought] == [{}, {}]  # only promised
    for purchase in bought:
        stage.clerk.do("receive_back", order=reference(purchase))
    stage.erp_exports()
    stage.erp_exports()
    assert [stage.returned(purchase) for purchase in bought] == [{"TK-12": 1}, {"TK-12": 1}]
    assert offered(stage, "TK-12") == on_both(23)  # 25 - 4 + 2: they stand on the shelf again
    assert stage.troubles() == []


def test_a_file_that_a_clerk_drops_again_is_refused_and_changes_nothing(stage: Stage) -> None:
    purchase = stage.buy("woocommerce", {"00012345": 4})
    stage.deliver()
    (written,) = (stage.clerk.drop / "done").glob("sales_*.csv")
    (stage.clerk.drop / "in" / written.name).write_bytes(written.read_bytes())
    (refusal,) = stage.clerk.take().values()
    assert "must be unique per shop" in refusal
    stage.erp_exports()
    stage.clerk.do("press", order=reference(purchase), buttons=TO_PROCESSING)
    stage.erp_exports()
    assert booked(stage, purchase) == {"00012345": 4}
    assert stage.troubles() == []
    assert offered(stage, "00012345") == on_both(96)


def test_shipping_that_a_shop_charged_is_a_line_in_tryton(stage: Stage) -> None:
    number = stage.order_by_api({"TK-12": 1}, shipping="4.12")
    purchase = Purchase("woocommerce", number, {"TK-12": 1}, stage.shoppers.buyer())
    stage.deliver()
    stage.erp_exports()
    assert booked(stage, purchase) == {"TK-12": 1, "SHIP": 1}
    (total,) = {row["Total"] for row in stage.clerk.export("orders")}
    assert Decimal(total) == Decimal("45.96")  # 41.06 + 4.90
    stage.clerk.do("press", order=reference(purchase), buttons=TO_PROCESSING)
    stage.clerk.do("ship", order=reference(purchase), pieces={"TK-12": 1}, tracking="1Z-9")
    stage.erp_exports()
    assert dict(stage.storefront("woocommerce").order(number).shipped) == {"TK-12": 1}


def test_killed_at_every_hand_over_nothing_is_lost_or_done_twice(stage: Stage) -> None:
    bought = [stage.buy(shop, {"TK-12": 1, "FT-50-ROT": 2}) for shop in SHOPS]
    stage.restart_agent()  # sold, not yet pulled
    for kind in ("parties", "parties", "sales", "sales"):
        stage.files.kill_after = kind  # written, and before the agent can note that
        stage.pass_time(timedelta(minutes=2))
        assert stage.engine is None, f"the agent should have been killed over a file of {kind}"
        (written,) = stage.clerk.take()
        assert written.startswith(kind)
        stage.start_agent()
    stage.deliver()
    stage.erp_exports()
    for purchase in bought:
        stage.clerk.do("press", order=reference(purchase), buttons=TO_PROCESSING)
    stage.erp_exports()
    parcels: list[dict[str, int]] = [{"FT-50-ROT": 2}, {"TK-12": 1}]
    for shop_acts, pieces in zip((False, True), parcels, strict=True):
        for purchase in bought:
            order = reference(purchase)
            number = f"{order}-{'ok' if shop_acts else 'lost'}"
            stage.clerk.do("ship", order=order, pieces=pieces, tracking=number)
            when: Literal["before", "after"] = "after" if shop_acts else "before"
            stage.wire.fate.lay(Doom("send", when, channel=purchase.channel))
            stage.erp_exports()
            assert stage.engine is None, (
                "the agent should have been killed while it sent the parcel"
            )
            stage.start_agent()
            stage.pass_time(timedelta(minutes=5))
    for purchase in bought:
        order = reference(purchase)
        assert booked(stage, purchase) == purchase.basket
        seen = stage.storefront(purchase.channel).order(purchase.number)
        assert list(seen.parcels) == [f"{order}-lost", f"{order}-ok"]
        assert dict(seen.shipped) == purchase.basket
    assert {row["Reference"] for row in stage.clerk.export("orders")} == set(map(reference, bought))
    assert stage.clerk.failed() == []
    assert stage.troubles() == []
    assert offered(stage, "TK-12") == on_both(23)
