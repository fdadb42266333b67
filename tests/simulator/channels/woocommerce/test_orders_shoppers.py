import pytest

from simulator.channels import Buyer, OrderView, SoldOut
from simulator.channels.woocommerce import checkout
from tests.simulator.channels.woocommerce.ordering import Desk

OLA = Buyer(
    first_name="Ola",
    last_name="Maj",
    email="ola@example.org",
    phone="600100200",
    street="ul. Prosta 1",
    city="Warszawa",
    postcode="00-001",
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_bought_basket_is_a_paid_order_from_the_checkout(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    number = checkout.buy(desk.shop, {"RETRO-CLOCK": 2}, OLA)
    order = desk.get(f"/orders/{number}")

    assert (order["status"], order["created_via"], order["total"]) == (
        "processing",
        "checkout",
        "246.00",
    )
    assert order["date_paid"] is not None
    assert order["billing"]["email"] == "ola@example.org"
    assert order["shipping"]["city"] == "Warszawa"
    assert desk.stock(clock) == 8


@pytest.mark.parametrize(
    ("fields", "pieces", "bought"),
    [
        ({}, 2, True),
        ({}, 3, False),
        ({"backorders": "notify"}, 3, True),
        ({"status": "draft"}, 1, False),
    ],
    ids=["the last two", "one too many", "on backorder", "not in the shop"],
)
def test_what_the_checkout_lets_through(
    desk: Desk, fields: dict[str, str], pieces: int, bought: bool
) -> None:
    desk.product("RETRO-CLOCK", stock=2, **fields)
    if bought:
        assert checkout.buy(desk.shop, {"RETRO-CLOCK": pieces}, OLA).isdigit()
    else:
        with pytest.raises(SoldOut, match="RETRO-CLOCK"):
            checkout.buy(desk.shop, {"RETRO-CLOCK": pieces}, OLA)


def test_an_unknown_sku_spoils_the_whole_basket(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    with pytest.raises(SoldOut, match="NOBODY-HAS-IT"):
        checkout.buy(desk.shop, {"RETRO-CLOCK": 1, "NOBODY-HAS-IT": 1}, OLA)

    assert (desk.stock(clock), desk.get("/orders")) == (10, [])


def test_a_buyer_sees_what_was_sent_and_what_was_taken_off(desk: Desk) -> None:
    desk.shop.set_option("woocommerce_feature_fulfillments_enabled", "yes")
    desk.product("RETRO-CLOCK")
    number = checkout.buy(desk.shop, {"RETRO-CLOCK": 3}, OLA)
    row = desk.get(f"/orders/{number}")["line_items"][0]["id"]
    meta = [
        {"key": "_items", "value": [{"item_id": row, "qty": 1}]},
        {"key": "_tracking_number", "value": "TR1"},
    ]
    desk.post(f"/orders/{number}/fulfillments", status="fulfilled", meta_data=meta)
    rows = [{"id": row, "quantity": 1, "refund_total": 123}]
    desk.post(f"/orders/{number}/refunds", api_refund=False, line_items=rows)

    assert checkout.order(desk.shop, number) == OrderView(
        number=number,
        status="processing",
        lines={"RETRO-CLOCK": 3},
        shipped={"RETRO-CLOCK": 1},
        cancelled={"RETRO-CLOCK": 1},
        parcels=["TR1"],
    )
    with pytest.raises(ValueError, match="sent already"):
        checkout.cancel(desk.shop, number)


def test_a_buyer_takes_an_order_back(desk: Desk) -> None:
    clock = desk.product("RETRO-CLOCK")
    number = checkout.buy(desk.shop, {"RETRO-CLOCK": 3}, OLA)
    checkout.cancel(desk.shop, number)
    seen = checkout.order(desk.shop, number)

    assert (seen.is_cancelled, seen.cancelled, desk.stock(clock)) == (True, {"RETRO-CLOCK": 3}, 10)


def test_a_completed_order_was_sent_whole(desk: Desk) -> None:
    desk.product("RETRO-CLOCK")
    number = checkout.buy(desk.shop, {"RETRO-CLOCK": 3}, OLA)
    desk.put(f"/orders/{number}", status="completed")

    assert checkout.order(desk.shop, number).shipped == {"RETRO-CLOCK": 3}


def test_there_is_no_order_of_that_number(desk: Desk) -> None:
    with pytest.raises(LookupError, match="999"):
        checkout.order(desk.shop, "999")
