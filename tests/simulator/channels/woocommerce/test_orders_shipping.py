from typing import Any

import pytest

from tests.simulator.channels.woocommerce.ordering import TRACKING, Desk


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.shop.set_option("woocommerce_feature_fulfillments_enabled", "yes")
    return desk


@pytest.fixture
def order(desk: Desk) -> Any:
    return desk.order(**{f"p{desk.product('RETRO-CLOCK')}": 3})


def items(order: Any, pieces: int) -> dict[str, Any]:
    row = order["line_items"][0]["id"]
    return {"key": "_items", "value": [{"item_id": row, "qty": pieces}]}


def ship(desk: Desk, order: Any, pieces: int, number: str = "TR1", **fields: Any) -> Any:
    meta = [items(order, pieces), {"key": "_tracking_number", "value": number}]
    sent = {"status": "fulfilled", "is_fulfilled": True, "meta_data": meta, **fields}
    return desk.post(f"/orders/{order['id']}/fulfillments", **sent)


def marked(desk: Desk, order: Any) -> str | None:
    meta = desk.get(f"/orders/{order['id']}")["meta_data"]
    return next((m["value"] for m in meta if m["key"] == "_fulfillment_status"), None)


def test_without_the_feature_there_is_no_such_route(desk: Desk, order: Any) -> None:
    desk.shop.set_option("woocommerce_feature_fulfillments_enabled", "no")
    answer = desk.get(f"/orders/{order['id']}/fulfillments")

    assert (desk.status, answer["code"]) == (404, "rest_no_route")


def test_orders_are_marked_as_far_as_they_were_sent(desk: Desk, order: Any) -> None:
    seen = [marked(desk, order)]
    for act in (
        lambda: ship(desk, order, 1, status="unfulfilled", is_fulfilled=False),
        lambda: ship(desk, order, 1),
        lambda: ship(desk, order, 2),
    ):
        act()
        seen.append(marked(desk, order))

    assert seen == [None, "unfulfilled", "partially_fulfilled", "partially_fulfilled"]
    assert desk.get(f"/orders/{order['id']}")["status"] == "processing"


def test_neither_rows_nor_quantities_are_checked(desk: Desk, order: Any) -> None:
    ship(desk, order, 99)
    assert (desk.status, marked(desk, order)) == (201, "fulfilled")


def test_updating_drops_the_keys_left_out(desk: Desk, order: Any) -> None:
    made = ship(desk, order, 1)
    path = f"/orders/{order['id']}/fulfillments/{made['id']}"
    changed = desk.put(path, meta_data=[items(order, 2)])

    assert [m["key"] for m in changed["meta_data"]] == ["_items", "_date_fulfilled"]
    assert changed["is_fulfilled"] == "1"  # text unless the call sent it


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"status": ""}, "Invalid fulfillment status."),
        (
            {"meta_data": [{"key": "_items", "value": []}]},
            "The fulfillment should contain at least one item.",
        ),
    ],
)
def test_refusals_have_a_number_for_a_code(
    desk: Desk, order: Any, fields: dict[str, Any], message: str
) -> None:
    answer = ship(desk, order, 1, **fields)

    assert (desk.status, answer["code"], answer["message"]) == (400, 0, message)


def test_a_deleted_fulfilment_is_not_found(desk: Desk, order: Any) -> None:
    made = ship(desk, order, 3)
    path = f"/orders/{order['id']}/fulfillments/{made['id']}"
    desk.delete(path)
    answer = desk.get(path)

    assert (desk.status, answer["code"], marked(desk, order)) == (400, 404, None)


def test_an_unknown_order_is_named_first(desk: Desk) -> None:
    answer = desk.get("/orders/999/fulfillments")

    assert desk.status == 404
    assert answer["data"] == {"status": "404"}


def test_completing_an_order_dates_it_and_its_payment(desk: Desk) -> None:
    made = desk.post("/orders")
    done = desk.put(f"/orders/{made['id']}", status="completed")

    assert done["date_completed_gmt"] == done["date_paid_gmt"] == "2026-03-02T08:00:00"


# -- the extension ----------------------------------------------------------------------------


def test_the_tracking_extension_answers_only_where_it_is_active(desk: Desk, order: Any) -> None:
    path = f"/wc-shipment-tracking/v3/orders/{order['id']}/shipment-trackings"
    desk.get(path)
    without = desk.status
    desk.shop.set_option("active_plugins", [TRACKING])
    made = desk.post(path, tracking_provider="UPS", tracking_number="1Z", date_shipped="2026-03-03")

    assert (without, desk.status) == (404, 201)
    assert (made["tracking_provider"], made["date_shipped"]) == ("UPS", "2026-03-03")
    assert desk.get(path) == [made]
    meta = desk.get(f"/orders/{order['id']}")["meta_data"]
    assert [m["value"][0]["tracking_number"] for m in meta if "shipment" in m["key"]] == ["1Z"]


def test_a_custom_carrier_brings_its_own_link(desk: Desk, order: Any) -> None:
    desk.shop.set_option("active_plugins", [TRACKING])
    path = f"/wc-shipment-tracking/v3/orders/{order['id']}/shipment-trackings"
    made = desk.post(
        path,
        custom_tracking_provider="Ox & Cart",
        custom_tracking_link="https://ox.test/7",
        tracking_number="7",
    )
    desk.delete(f"{path}/{made['tracking_id']}")

    assert (made["tracking_provider"], made["tracking_link"]) == ("Ox & Cart", "https://ox.test/7")
    assert desk.get(path) == []
