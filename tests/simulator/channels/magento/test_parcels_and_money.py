"""Shipments in parts, invoices, and what is given back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.channels import Buyer
from simulator.world import World
from tests.simulator.channels.magento.connector import Rest

TRACK = {"track_number": "1Z", "title": "UPS", "carrier_code": "ups"}
NOT_SAVED = (400, "Could not save a shipment, see error log for details")


@pytest.fixture
def order(rest: Rest) -> int:
    """Two bowls and a cup, 10 of each on the shelf."""
    rest.product("BOWL", price=40)
    rest.product("CUP", price=25)
    return rest.order({"BOWL": 2, "CUP": 1})


def ship(rest: Rest, order: int, **body: Any) -> str:
    return str(rest.post(f"/V1/order/{order}/ship", body))


def sent(rest: Rest, shipment: str) -> dict[str, float]:
    return {row["sku"]: row["qty"] for row in rest.get(f"/V1/shipment/{shipment}")["items"]}


def items(rest: Rest, order: int, **pieces: float) -> list[dict[str, Any]]:
    rows = rest.rows(order)
    return [{"order_item_id": rows[sku], "qty": qty} for sku, qty in pieces.items()]


def state(rest: Rest, order: int) -> str:
    return str(rest.get(f"/V1/orders/{order}")["state"])


# -- parcels ----------------------------------------------------------------------------------------


def test_a_large_quantity_is_cut_and_strange_rows_are_dropped(rest: Rest, order: int) -> None:
    rows = items(rest, order, BOWL=9)
    rows += [{"order_item_id": 999999, "qty": 1}, *items(rest, order, CUP=0.5)]
    assert sent(rest, ship(rest, order, items=rows)) == {"BOWL": 2}
    refused = rest.refused("POST", f"/V1/order/{order}/ship", {"items": items(rest, order, CUP=0)})
    assert refused == (
        400,
        "Shipment Document Validation Error(s):\nYou can't create a shipment without products.",
    )
    assert sent(rest, ship(rest, order, items=[])) == {"CUP": 1}


def test_tracks_need_all_their_fields(rest: Rest, order: int) -> None:
    path = f"/V1/order/{order}/ship"
    assert rest.refused("POST", path, {"tracks": [{**TRACK, "title": None}]}) == NOT_SAVED
    status, message = rest.refused("POST", path, {"tracks": TRACK})
    assert (status, message.count("Please enter a tracking number.")) == (400, 3)


def test_goods_leave_the_named_source_alone(rest: Rest, order: int) -> None:
    path, unknown = f"/V1/order/{order}/ship", {"extension_attributes": {"source_code": "nosuch"}}
    assert rest.refused("POST", path, {"arguments": unknown}) == NOT_SAVED
    rest.source_items(("BOWL", "default", 1, 1))
    assert rest.refused("POST", path, {}) == NOT_SAVED
    assert rest.get("/V1/shipments?searchCriteria=")["total_count"] == 0


def test_a_later_track_moves_neither_order_nor_shipment(
    rest: Rest, order: int, world: World
) -> None:
    shipment = ship(rest, order)
    before = rest.get(f"/V1/orders/{order}")["updated_at"]
    world.advance(timedelta(minutes=1))
    track = {"order_id": order, "parent_id": int(shipment), **TRACK}
    assert rest.post("/V1/shipment/track", {"entity": track})["track_number"] == "1Z"
    found = rest.get(f"/V1/shipment/{shipment}")
    assert (found["updated_at"], found["tracks"][0]["track_number"]) == (before, "1Z")
    assert rest.get(f"/V1/orders/{order}")["updated_at"] == before


def test_a_raw_shipment_can_be_sent_twice(rest: Rest, order: int) -> None:
    ship(rest, order)
    entity = {"order_id": order, "items": items(rest, order, CUP=1)}
    assert rest.ask("POST", "/V1/shipment/", {"entity": entity}).status_code == 200
    assert rest.held("CUP") == {"default": (8, 1)}


# -- invoices ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", [0, -1, None, 0.5])
def test_refuses_invoices_of_nothing(rest: Rest, order: int, quantity: float | None) -> None:
    row = {"order_item_id": rest.rows(order)["BOWL"], "qty": quantity}
    refused = rest.refused("POST", f"/V1/order/{order}/invoice", {"items": [row]})
    assert refused == (
        400,
        "Invoice Document Validation Error(s):\n"
        "The invoice can't be created without products. Add products and try again.",
    )


def test_refuses_to_invoice_more_than_was_ordered(rest: Rest, order: int) -> None:
    body = {"items": items(rest, order, BOWL=3)}
    refused = rest.refused("POST", f"/V1/order/{order}/invoice", body)
    assert refused == (400, 'We found an invalid quantity to invoice item "%1".')


def test_offline_payments_are_paid_when_invoiced(rest: Rest, order: int) -> None:
    assert "weee_tax_applied" not in rest.get(f"/V1/orders/{order}")["items"][0]
    invoice = rest.post(f"/V1/order/{order}/invoice", {"capture": False})
    assert rest.get(f"/V1/invoices/{invoice}")["state"] == 2
    assert rest.get(f"/V1/orders/{order}")["items"][0]["weee_tax_applied"] == "[]"
    refused = rest.refused("POST", f"/V1/invoices/{invoice}/capture", {})
    assert refused == (400, "The capture action is not available.")
    found = rest.get(f"/V1/orders/{order}")
    assert (found["total_due"], found["total_paid"], found["state"]) == (0, 120, "processing")
    ship(rest, order)
    assert state(rest, order) == "complete"


# -- refunds ----------------------------------------------------------------------------------------


def refund(rest: Rest, order: int, **body: Any) -> dict[str, Any]:
    memo = rest.post(f"/V1/order/{order}/refund", body)
    found: dict[str, Any] = rest.get(f"/V1/creditmemo/{memo}")
    return found


def test_unsent_goods_are_released_or_written_off(rest: Rest, order: int) -> None:
    """Named, the reservation is released: salable 8 → 9; not named, the source falls: 10 → 9."""
    rest.post(f"/V1/order/{order}/invoice")
    rows = rest.rows(order)
    named = {"extension_attributes": {"return_to_stock_items": [rows["BOWL"]]}}
    refund(rest, order, items=items(rest, order, BOWL=1), arguments={**named, "shipping_amount": 0})
    assert (rest.salable("BOWL"), rest.held("BOWL")) == (9, {"default": (10, 1)})
    refund(rest, order, items=items(rest, order, BOWL=1), arguments={"shipping_amount": 0})
    assert (rest.salable("BOWL"), rest.held("BOWL")) == (9, {"default": (9, 1)})


def test_adjustments_and_shipping_count(rest: Rest, order: int) -> None:
    rest.post(f"/V1/order/{order}/invoice")
    arguments = {"shipping_amount": 5, "adjustment_positive": 2, "adjustment_negative": 1}
    memo = refund(rest, order, items=items(rest, order, CUP=1), arguments=arguments)
    assert (memo["grand_total"], memo["adjustment"], memo["shipping_amount"]) == (31, 1, 5)
    refused = rest.refused(
        "POST",
        f"/V1/order/{order}/refund",
        {"items": items(rest, order, BOWL=1), "arguments": {"shipping_amount": 11}},
    )
    assert refused == (400, "Maximum shipping amount allowed to refund is: %1")
    assert state(rest, order) == "processing"


def test_a_row_of_nought_gives_the_shipping_back(rest: Rest, order: int) -> None:
    rest.post(f"/V1/order/{order}/invoice")
    memo = refund(rest, order, items=items(rest, order, CUP=0))
    assert (memo["grand_total"], memo["items"]) == (15, [])


def test_foreign_rows_and_the_gateways_route_are_refused(rest: Rest, order: int) -> None:
    invoice = rest.post(f"/V1/order/{order}/invoice")
    foreign = {"items": [{"order_item_id": 999999, "qty": 1}], "arguments": {"shipping_amount": 0}}
    status, message = rest.refused("POST", f"/V1/order/{order}/refund", foreign)
    assert (status, message.splitlines()[1]) == (
        400,
        "The creditmemo contains product item that is not part of the original order.",
    )
    for online in (True, False):
        path, body = f"/V1/invoice/{invoice}/refund", {"isOnline": online}
        assert "We can't create creditmemo for the invoice." in rest.refused("POST", path, body)[1]


def test_only_rows_of_the_memo_come_back_to_the_shelf(rest: Rest, order: int) -> None:
    rest.post(f"/V1/order/{order}/invoice")
    rows = items(rest, order, CUP=1)
    other = rest.rows(order)["BOWL"]
    for id, told in ((999999, "part of the original order."), (other, "the current creditmemo.")):
        named = {"extension_attributes": {"return_to_stock_items": [id]}}
        body = {"items": rows, "arguments": named}
        status, message = rest.refused("POST", f"/V1/order/{order}/refund", body)
        assert (status, message.endswith(told)) == (400, True)


def test_all_given_back_closes_the_order(rest: Rest, order: int) -> None:
    rest.post(f"/V1/order/{order}/invoice")
    ship(rest, order)
    back = list(rest.rows(order).values())
    named = {"extension_attributes": {"return_to_stock_items": back}}
    memo = refund(rest, order, arguments=named)
    assert (memo["grand_total"], state(rest, order)) == (120, "closed")
    assert (rest.held("BOWL"), rest.salable("BOWL")) == ({"default": (10, 1)}, 10)
    assert rest.get(f"/V1/orders/{order}")["total_refunded"] == 120


def test_a_fee_kept_by_the_shop_counts_as_given_back(rest: Rest, order: int) -> None:
    rest.post(f"/V1/order/{order}/invoice", {})
    refund(rest, order, arguments={"adjustment_negative": 5})
    assert state(rest, order) == "closed"


def test_a_paid_purchase_is_refunded_through_its_gateway(rest: Rest) -> None:
    rest.product("BOWL", price=40)
    buyer = Buyer("Jan", "Kot", "jan@example.com", "1", "Długa 1", "Łódź", "90-001")
    number = rest.shop.storefront.buy({"BOWL": 1}, buyer)
    (order,) = rest.find("/V1/orders", increment_id=number)["items"]
    (invoice,) = rest.find("/V1/invoices", order_id=order["entity_id"])["items"]
    memo = rest.post(f"/V1/invoice/{invoice['entity_id']}/refund", {"isOnline": True})
    assert rest.get(f"/V1/creditmemo/{memo}")["invoice_id"] == invoice["entity_id"]
