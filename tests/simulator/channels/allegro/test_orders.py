"""Orders: the journal, forms and their filters, merging, changing, cancelling, parcels, invoices."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from simulator.channels import SoldOut
from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.allegro.seller import ANNA, Seller, money

PAID = ["BOUGHT", "FILLED_IN", "READY_FOR_PROCESSING"]


def buy(seller: Seller, **pieces: int) -> str:
    """Order by code, with _ for -."""
    basket = {sku.replace("_", "-"): count for sku, count in pieces.items()}
    return seller.shop.storefront.buy(basket, ANNA)


def form(seller: Seller, id: str) -> Any:
    return seller.get(f"/order/checkout-forms/{id}")


def types(seller: Seller, after: str = "0") -> list[str]:
    return [type for type, _ in seller.events(after)]


def test_a_purchase_is_told_in_three_events_and_leaves_the_shelf(seller: Seller) -> None:
    id = buy(seller, LAMP_ARC=1, MUG_STONE=3)
    assert seller.events() == [(type, id) for type in PAID]
    order = form(seller, id)
    assert order["status"] == "READY_FOR_PROCESSING"
    lines = [(row["offer"]["external"]["id"], row["quantity"]) for row in order["lineItems"]]
    assert lines == [
        ("LAMP-ARC", 1),
        ("MUG-STONE", 3),
    ]
    assert order["summary"]["totalToPay"] == money("608.70")  # 489.00 + 3 × 39.90
    assert order["payment"]["paidAmount"] == money("608.70")
    assert order["lineItems"][0]["tax"] == {"rate": "23.00", "subject": "GOODS", "exemption": None}
    assert order["buyer"]["email"].endswith("@allegromail.pl")
    assert (order["buyer"]["address"]["postCode"], order["delivery"]["address"]["zipCode"]) == (
        "60-101",
        "60-101",
    )
    rows = seller.get("/sale/offers", external__id="MUG-STONE")["offers"]
    assert rows[0]["stock"] == {"available": 77, "sold": 3}


def test_the_last_piece_ends_the_offer(seller: Seller) -> None:
    buy(seller, LAMP_ARC=2)
    publication = seller.offer("LAMP-ARC")["publication"]
    assert (publication["status"], publication["endedBy"]) == ("ENDED", "EMPTY_STOCK")
    assert seller.shop.storefront.item("LAMP-ARC").availability == "sold out"
    with pytest.raises(SoldOut, match="LAMP-ARC: the offer has ended"):
        buy(seller, LAMP_ARC=1)
    with pytest.raises(SoldOut, match="OAK-SHELF-80: only 6 left, 7 wanted"):
        buy(seller, OAK_SHELF_80=7, MUG_STONE=1)


def test_an_absolute_stock_overwrites_what_was_bought_meanwhile(
    world: World, seller: Seller
) -> None:
    world.dials["allegro"].turn({"job_s": 10})
    path = f"/sale/product-offers/{seller.offer_id('MUG-STONE')}"
    seller.call("PATCH", path, {"stock": {"available": 50}})
    buy(seller, MUG_STONE=5)
    seller.wait(10)
    assert seller.offer("MUG-STONE")["stock"]["available"] == 50


def test_the_journal_goes_on_where_one_left_off(world: World, seller: Seller) -> None:
    assert seller.get("/order/event-stats") == {"latestEvent": None}
    first = buy(seller, MUG_STONE=1)
    latest = seller.get("/order/event-stats")["latestEvent"]["id"]
    world.advance(timedelta(minutes=1))
    second = buy(seller, MUG_STONE=1)
    assert seller.events(latest) == [(type, second) for type in PAID]
    page = seller.get("/order/events", limit=2)["events"]
    assert [event["order"]["checkoutForm"]["id"] for event in page] == [first, first]
    ready = seller.get("/order/events", type=["READY_FOR_PROCESSING"])["events"]
    assert len(ready) == 2
    assert seller.refused("GET", "/order/events", type="PAID")[0] == 422
    assert seller.refused("GET", "/order/events", limit=1001)[0] == 422
    world.advance(timedelta(days=60, seconds=1))
    seller.token = seller.shop.operator("consent", {})["access_token"]
    assert seller.events() == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("event lost", ["BOUGHT", "READY_FOR_PROCESSING"]),
        ("event twice", ["BOUGHT", "FILLED_IN", "FILLED_IN", "READY_FOR_PROCESSING"]),
        ("event out of order", ["BOUGHT", "READY_FOR_PROCESSING", "FILLED_IN"]),
    ],
)
def test_a_journal_may_be_wrong(
    world: World, seller: Seller, kind: str, expected: list[str]
) -> None:
    world.faults.add(Fault(kind, "allegro", path="FILLED_IN", count=1))
    buy(seller, MUG_STONE=1)
    assert types(seller) == expected


def test_an_entry_held_back_comes_by_itself(world: World, seller: Seller) -> None:
    world.faults.add(Fault("event out of order", "allegro", path="READY*", count=1))
    buy(seller, MUG_STONE=1)
    assert types(seller) == PAID[:2]
    seller.wait(60)
    assert types(seller) == PAID


def test_forms_are_found_by_what_they_hold(world: World, seller: Seller) -> None:
    first = buy(seller, MUG_STONE=1)
    world.advance(timedelta(hours=1))
    between = world.clock.now().isoformat()
    world.advance(timedelta(hours=1))
    second = buy(seller, OAK_SHELF_80=1)
    seller.shop.operator("cancel_order", {"order": first})

    def ids(**query: Any) -> list[str]:
        rows = seller.get("/order/checkout-forms", **query)["checkoutForms"]
        return [row["id"] for row in rows]

    assert ids() == [second, first]
    assert ids(sort="lineItems.boughtAt") == [first, second]
    assert ids(sort="-updatedAt", limit=1) == [second]
    assert ids(status="CANCELLED") == [first]
    assert ids(lineItems__boughtAt__gte=between) == [second]
    assert ids(updatedAt__gte=between) == [second, first]
    assert ids(payment__id=form(seller, first)["payment"]["id"]) == [first]
    assert ids(fulfillment__status="SENT") == []
    page = seller.get("/order/checkout-forms", limit=1, offset=1)
    assert (page["count"], page["totalCount"]) == (1, 2)
    for query in ({"offset": 9_901}, {"limit": 101}, {"status": "PAID"}):
        path = "/order/checkout-forms"
        assert seller.refused("GET", path, **query) == (422, "VALIDATION_ERROR")


def test_what_is_no_form(seller: Seller) -> None:
    assert seller.refused("GET", "/order/checkout-forms/12")[0] == 422
    path = f"/order/checkout-forms/{uuid.uuid4()}"
    assert seller.refused("GET", path) == (404, "CheckoutFormNotFoundException")


def test_a_list_may_leave_one_out(world: World, seller: Seller) -> None:
    buy(seller, MUG_STONE=1)
    world.faults.add(Fault("omitted", "allegro", path="orders", count=1))
    assert seller.get("/order/checkout-forms")["checkoutForms"] == []
    assert len(seller.get("/order/checkout-forms")["checkoutForms"]) == 1


# -- before the payment ---------------------------------------------------------------------------


def unpaid(seller: Seller, **pieces: int) -> str:
    basket = {sku.replace("_", "-"): count for sku, count in pieces.items()}
    return str(seller.shop.operator("buy_unpaid", {"basket": basket}))


def test_an_unpaid_purchase_has_no_address_yet(seller: Seller) -> None:
    id = unpaid(seller, MUG_STONE=1)
    order = form(seller, id)
    assert order["status"] == "BOUGHT"
    assert order["delivery"] is None
    seller.shop.operator("fill_in", {"order": id})
    assert form(seller, id)["payment"]["paidAmount"] is None
    seller.shop.operator("pay", {"order": id})
    assert types(seller) == PAID


def test_purchases_paid_together_become_a_new_form(seller: Seller) -> None:
    first, second = unpaid(seller, MUG_STONE=1), unpaid(seller, LAMP_ARC=1)
    lines = [form(seller, id)["lineItems"][0]["id"] for id in (first, second)]
    merged = seller.shop.operator("pay_together", {"orders": [first, second]})
    assert merged not in (first, second)
    assert [line["id"] for line in form(seller, merged)["lineItems"]] == lines
    for id in (first, second):
        assert seller.refused("GET", f"/order/checkout-forms/{id}")[0] == 404
        assert seller.shop.storefront.order(id).number == merged
    assert seller.events()[-1] == ("READY_FOR_PROCESSING", merged)
    assert [order.foreign_id for order in seller.shop.storefront.sold()] == [merged]


def test_paid_at_the_door_is_ready_without_a_payment(seller: Seller) -> None:
    args = {"basket": {"MUG-STONE": 1}, "cash_on_delivery": True, "pickup_point": "POZ08N"}
    id = seller.shop.operator("buy_unpaid", args)
    seller.shop.operator("pay", {"order": id})
    order = form(seller, id)
    assert (order["status"], order["payment"]["type"]) == (
        "READY_FOR_PROCESSING",
        "CASH_ON_DELIVERY",
    )
    assert order["payment"]["paidAmount"] is None
    assert order["delivery"]["pickupPoint"]["id"] == "POZ08N"
    body = {"payment": {"id": order["payment"]["id"]}, "order": {"id": id}, "reason": "REFUND"}
    line = {"id": order["lineItems"][0]["id"], "type": "QUANTITY", "quantity": 1}
    body |= {"commandId": str(uuid.uuid4()), "lineItems": [line]}  # type: ignore[dict-item]
    assert seller.refused("POST", "/payments/refunds", body) == (422, "PAYMENT_NOT_FINISHED")


def test_a_company_with_a_coupon_wants_an_invoice(seller: Seller) -> None:
    company = {"name": "Kowalski sp. z o.o.", "taxId": "5252674798"}
    args = {"basket": {"LAMP-ARC": 1}, "company": company, "discount": 10}
    id = seller.shop.operator("buy_unpaid", args)
    seller.shop.operator("pay", {"order": id})
    order = form(seller, id)
    assert order["invoice"]["address"]["company"]["ids"] == [
        {"type": "PL_NIP", "value": "5252674798"}
    ]
    (line,) = order["lineItems"]
    assert (line["originalPrice"], line["price"]) == (money("489.00"), money("440.10"))
    assert order["summary"]["totalToPay"] == money("440.10")


def test_time_cancels_what_nobody_pays(seller: Seller) -> None:
    id = unpaid(seller, MUG_STONE=1)
    seller.shop.operator("auto_cancel", {"order": id})
    assert (types(seller)[-1], form(seller, id)["status"]) == ("AUTO_CANCELLED", "CANCELLED")


# -- afterwards -----------------------------------------------------------------------------------


def test_the_buyer_cancels_and_the_sellers_state_stays(seller: Seller) -> None:
    id = buy(seller, MUG_STONE=2)
    seller.shop.storefront.cancel(id)
    order = form(seller, id)
    assert (order["status"], order["fulfillment"]["status"]) == ("CANCELLED", "NEW")
    assert types(seller)[-1] == "BUYER_CANCELLED"
    seen = seller.shop.storefront.order(id)
    assert (seen.is_cancelled, seen.cancelled) == (True, {"MUG-STONE": 2})
    assert seller.offer("MUG-STONE")["stock"]["available"] == 78  # pieces do not come back


def test_a_buyer_cannot_cancel_what_the_seller_works_on(seller: Seller) -> None:
    id = buy(seller, MUG_STONE=2)
    seller.shop.operator("fulfil", {"order": id, "status": "PROCESSING"})
    with pytest.raises(ValueError, match="is being sent"):
        seller.shop.storefront.cancel(id)


def test_the_state_is_set_with_the_newest_revision_only(seller: Seller) -> None:
    id = buy(seller, MUG_STONE=2)
    revision = form(seller, id)["revision"]
    seller.shop.operator("edit_order", {"order": id, "street": "Polna 9", "messageToSeller": "ok"})
    assert types(seller)[-1] == "BUYER_MODIFIED"
    assert form(seller, id)["delivery"]["address"]["street"] == "Polna 9"
    path = f"/order/checkout-forms/{id}/fulfillment"
    body = {"status": "CANCELLED"}
    stale = {"checkoutForm.revision": revision}
    assert seller.refused("PUT", path, body, **stale)[0] == 409
    newest = {"checkoutForm.revision": form(seller, id)["revision"]}
    assert seller.call("PUT", path, body, **newest).status_code == 204
    order = form(seller, id)
    assert (order["status"], order["fulfillment"]["status"]) == (
        "READY_FOR_PROCESSING",
        "CANCELLED",
    )
    assert types(seller)[-1] == "FULFILLMENT_STATUS_CHANGED"
    assert seller.refused("PUT", path, {"status": "RETURNED"})[0] == 422


def test_parcels_line_by_line(seller: Seller) -> None:
    id = buy(seller, MUG_STONE=2, LAMP_ARC=1)
    mugs, lamp = (line["id"] for line in form(seller, id)["lineItems"])
    path = f"/order/checkout-forms/{id}/shipments"
    part = {"carrierId": "INPOST", "waybill": "620000000000000000000001"}
    sent = seller.call("POST", path, {**part, "lineItems": [{"id": mugs}]})
    assert (sent.status_code, sent.json()["lineItems"]) == (201, [{"id": mugs}])
    fulfillment = form(seller, id)["fulfillment"]
    assert (fulfillment["status"], fulfillment["shipmentSummary"]) == (
        "NEW",
        {"lineItemsSent": "SOME"},
    )
    assert seller.shop.storefront.order(id).shipped == {"MUG-STONE": 2}
    seller.call("POST", path, {"carrierId": "OTHER", "carrierName": "Bike", "waybill": "B-1"})
    assert form(seller, id)["fulfillment"]["shipmentSummary"] == {"lineItemsSent": "ALL"}
    listed = seller.get(path)["shipments"]
    assert [row["waybill"] for row in listed] == [part["waybill"], "B-1"]
    assert listed[1]["lineItems"] == [{"id": mugs}, {"id": lamp}]
    assert seller.shop.storefront.order(id).parcels == [part["waybill"], "B-1"]
    assert types(seller) == PAID  # a waybill is no event
    found = seller.get("/order/carriers/INPOST/tracking", waybill=part["waybill"])
    assert found["waybills"][0]["trackingDetails"]["statuses"][0]["code"] == "IN_TRANSIT"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"carrierId": "PIGEON"}, 400),
        ({"waybill": ""}, 400),
        ({"waybill": "9" * 65}, 400),
        ({"carrierId": "OTHER"}, 400),
        ({"carrierId": "OTHER", "carrierName": "x" * 31}, 400),
        ({"lineItems": [{"id": "b7e0f4b8-6e0c-4a4b-9a53-0a6f7f3b9c11"}]}, 422),
    ],
)
def test_parcels_that_are_not_taken(seller: Seller, change: Any, status: int) -> None:
    path = f"/order/checkout-forms/{buy(seller, MUG_STONE=1)}/shipments"
    body = {"carrierId": "INPOST", "waybill": "6200", **change}
    assert seller.refused("POST", path, body)[0] == status


def test_a_waybill_serves_ten_orders_at_most(seller: Seller) -> None:
    body = {"carrierId": "DPD", "waybill": "SAME"}
    paths = [f"/order/checkout-forms/{buy(seller, MUG_STONE=1)}/shipments" for _ in range(11)]
    answers = [seller.call("POST", path, body).status_code for path in paths]
    assert answers == [201] * 10 + [409]


def test_an_invoice_has_its_number_first_and_its_file_later(seller: Seller) -> None:
    path = f"/order/checkout-forms/{buy(seller, MUG_STONE=1)}/invoices"
    body = {"file": {"name": "fv.pdf"}, "invoiceNumber": "FV/1/2026"}
    id = seller.call("POST", path, body).json()["id"]
    headers = {"Authorization": f"Bearer {seller.token}", "Content-Type": "application/pdf"}
    headers["Accept"] = "application/vnd.allegro.public.v1+json"
    for expected in (200, 409):
        sent = seller.http.put(f"{path}/{id}/file", content=b"%PDF-1.7", headers=headers)
        assert sent.status_code == expected
    (kept,) = seller.get(path)["invoices"]
    assert (kept["invoiceNumber"], kept["file"]["name"]) == ("FV/1/2026", "fv.pdf")


def test_readers_learn_of_orders_late_while_a_lag_is_dialled_in(
    world: World, seller: Seller
) -> None:
    world.dials["allegro"].turn({"lag_s": 60})
    id = buy(seller, MUG_STONE=1)
    assert seller.events() == []
    assert seller.refused("GET", f"/order/checkout-forms/{id}")[0] == 404
    assert seller.get("/order/checkout-forms")["checkoutForms"] == []
    seller.wait(61)
    assert len(seller.events()) == 3
    assert form(seller, id)["id"] == id
