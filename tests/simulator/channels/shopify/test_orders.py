"""Orders: bought, listed, shipped in parts, cancelled, edited, paid, refunded, returned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.channels import SoldOut
from simulator.channels.shopify.dialect import Shopify
from simulator.world import World
from tests.simulator.channels.shopify.connector import BUYER, Client
from tests.simulator.channels.shopify.ordering import SHIP, pln, read, ship, source

CANCEL = """mutation($id: ID!, $restock: Boolean!) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: $restock,
    refundMethod: {originalPaymentMethodsRefund: true}) {
    job { id done } orderCancelUserErrors { code field message } } }"""


def test_a_bought_order_is_paid_taxed_and_committed(gql: Client) -> None:
    order = read(gql, gql.buy(LAMP_01=2))
    assert order["name"] == "#1001"
    assert order["displayFinancialStatus"] == "PAID"
    assert order["displayFulfillmentStatus"] == "UNFULFILLED"
    assert order["totalPriceSet"]["shopMoney"] == {"amount": "98.0", "currencyCode": "PLN"}
    assert order["totalTaxSet"]["shopMoney"]["amount"] == "18.33"  # 98 − 98 / 1.23
    (line,) = order["lineItems"]["nodes"]
    assert line["taxLines"] == [{"rate": 0.23, "priceSet": {"shopMoney": {"amount": "18.33"}}}]
    assert order["customer"]["defaultEmailAddress"] == {"emailAddress": "ewa@example.com"}
    assert order["shippingAddress"]["countryCodeV2"] == "PL"
    assert gql.stock("LAMP-01") == {"available": 3, "committed": 2, "on_hand": 5}


def test_oversell_is_refused_unless_the_variant_may(gql: Client, shop: Shopify) -> None:
    with pytest.raises(SoldOut, match="LAMP-01"):
        gql.buy(LAMP_01=6)
    assert gql.stock("LAMP-01") == {"available": 5, "committed": 0, "on_hand": 5}
    lamp = gql.variant("LAMP-01")
    gql(
        """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
             productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { code } } }""",
        p=lamp["product"]["id"],
        v=[{"id": lamp["id"], "inventoryPolicy": "CONTINUE"}],
    )
    gql.buy(LAMP_01=6)
    assert gql.stock("LAMP-01") == {"available": -1, "committed": 6, "on_hand": 5}
    assert shop.storefront.item("LAMP-01").availability == "on backorder"


def test_ships_in_parts_with_tracking(gql: Client, shop: Shopify) -> None:
    id = gql.buy(LAMP_01=3, OAK_SHELF_80=1)
    assert ship(gql, id, "DPD-1", LAMP_01=2)["userErrors"] == []
    order = read(gql, id)
    assert order["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert order["fulfillmentOrders"]["nodes"][0]["status"] == "IN_PROGRESS"
    assert gql.stock("LAMP-01") == {"available": 2, "committed": 1, "on_hand": 3}
    ship(gql, id, "DPD-2", "DPD-3")
    order = read(gql, id)
    assert order["displayFulfillmentStatus"] == "FULFILLED"
    assert order["fulfillmentOrders"]["nodes"][0]["status"] == "CLOSED"
    view = shop.storefront.order("#1001")
    assert view.parcels == ["DPD-1", "DPD-2", "DPD-3"]
    assert view.shipped == {"LAMP-01": 3, "OAK-SHELF-80": 1}
    (error,) = gql(SHIP, f={"lineItemsByFulfillmentOrder": [_whole(source(gql, id))]})["userErrors"]
    assert "unfulfillable status= closed" in error["message"]


def _whole(found: dict[str, Any]) -> dict[str, Any]:
    return {"fulfillmentOrderId": found["id"]}


def test_never_ships_more_than_remains_or_by_the_orders_own_line_ids(gql: Client) -> None:
    id = gql.buy(LAMP_01=2)
    found = source(gql, id)
    (row,) = found["lineItems"]["nodes"]
    for line, pieces in ((row["id"], 3), (row["lineItem"]["id"], 1)):
        lines = [{"id": line, "quantity": pieces}]
        wanted = {**_whole(found), "fulfillmentOrderLineItems": lines}
        refused = gql(SHIP, f={"lineItemsByFulfillmentOrder": [wanted]})
        assert refused["fulfillment"] is None
        assert refused["userErrors"] != []
    assert gql.stock("LAMP-01")["committed"] == 2


def test_a_shipment_is_undone_and_its_tracking_corrected(gql: Client) -> None:
    id = gql.buy(LAMP_01=2)
    made = ship(gql, id, "DPD-1")["fulfillment"]["id"]
    gql(
        """mutation($id: ID!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id,
             trackingInfoInput: {company: "InPost", number: "IP-9"}) {
             fulfillment { id } userErrors { message } } }""",
        id=made,
    )
    (shipment,) = read(gql, id)["fulfillments"]
    assert shipment["trackingInfo"] == [{"company": "InPost", "number": "IP-9", "url": None}]
    undo = "mutation($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } } }"
    assert gql(undo, id=made)["fulfillment"] == {"status": "CANCELLED"}
    assert read(gql, id)["displayFulfillmentStatus"] == "UNFULFILLED"
    assert gql.stock("LAMP-01") == {"available": 3, "committed": 2, "on_hand": 5}


@pytest.mark.parametrize(("restock", "available"), [(True, 5), (False, 3)])
def test_cancel_refunds_and_restocks_if_asked(gql: Client, restock: bool, available: int) -> None:
    id = gql.buy(LAMP_01=2)
    done = gql(CANCEL, id=id, restock=restock)
    assert done["orderCancelUserErrors"] == []
    job = gql("query($id: ID!) { job(id: $id) { done } }", id=done["job"]["id"])
    assert job == {"done": True}
    order = read(gql, id)
    assert (order["cancelReason"], order["displayFinancialStatus"]) == ("CUSTOMER", "REFUNDED")
    assert order["lineItems"]["nodes"][0]["currentQuantity"] == 0
    assert order["fulfillmentOrders"]["nodes"][0]["status"] == "CANCELLED"
    assert gql.stock("LAMP-01") == {"available": available, "committed": 0, "on_hand": available}
    (error,) = gql(CANCEL, id=id, restock=True)["orderCancelUserErrors"]
    assert error["code"] == "INVALID"


def test_a_shipped_order_is_not_cancelled(gql: Client) -> None:
    id = gql.buy(LAMP_01=2)
    ship(gql, id, "DPD-1", LAMP_01=1)
    assert gql(CANCEL, id=id, restock=True)["orderCancelUserErrors"][0]["code"] == "INVALID"


def test_edits_take_unshipped_pieces_off_and_add_variants(gql: Client) -> None:
    id = gql.buy(LAMP_01=3)
    begun = gql(
        """mutation($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id
             lineItems(first: 5) { nodes { id quantity editableQuantity } } }
             userErrors { message } } }""",
        id=id,
    )["calculatedOrder"]
    (line,) = begun["lineItems"]["nodes"]
    gql(
        """mutation($id: ID!, $line: ID!) { orderEditSetQuantity(
             id: $id, lineItemId: $line, quantity: 1, restock: true) {
             calculatedLineItem { quantity } userErrors { message } } }""",
        id=begun["id"],
        line=line["id"],
    )
    gql(
        """mutation($id: ID!, $v: ID!) { orderEditAddVariant(id: $id, variantId: $v, quantity: 1) {
             calculatedOrder { subtotalLineItemsQuantity } userErrors { message } } }""",
        id=begun["id"],
        v=gql.variant("OAK-SHELF-80")["id"],
    )
    gql(
        "mutation($id: ID!) { orderEditCommit(id: $id) { order { id } userErrors { message } } }",
        id=begun["id"],
    )
    order = read(gql, id)
    rows = [(r["sku"], r["quantity"], r["currentQuantity"]) for r in order["lineItems"]["nodes"]]
    assert rows == [("LAMP-01", 3, 1), ("OAK-SHELF-80", 1, 1)]
    assert gql.stock("LAMP-01") == {"available": 4, "committed": 1, "on_hand": 5}
    assert order["currentTotalPriceSet"]["shopMoney"]["amount"] == "298.0"
    assert order["totalOutstandingSet"]["shopMoney"]["amount"] == "151.0"  # 298 − 147 paid


CREATE = """mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) { order { id displayFinancialStatus
    totalPriceSet { shopMoney { amount } } transactions { id kind } }
    userErrors { code field message } } }"""


def created(gql: Client, **order: Any) -> Any:
    lamp = gql.variant("LAMP-01")["id"]
    given = {"lineItems": [{"variantId": lamp, "quantity": 2}], **order}
    options = {"inventoryBehaviour": "DECREMENT_OBEYING_POLICY"}
    return gql(CREATE, order=given, options=options)


def test_created_orders_say_for_themselves_what_was_paid(gql: Client) -> None:
    made = created(gql)["order"]
    assert made["displayFinancialStatus"] == "PENDING"
    paid = gql(
        """mutation($id: ID!) { orderMarkAsPaid(input: {id: $id}) {
             order { displayFinancialStatus } userErrors { message } } }""",
        id=made["id"],
    )
    assert paid["order"] == {"displayFinancialStatus": "PAID"}
    assert created(gql, financialStatus="PAID")["order"]["displayFinancialStatus"] == "PAID"
    (error,) = created(gql)["userErrors"]
    assert error["code"] == "INVENTORY_CLAIM_FAILED"


def test_captures_or_voids_an_authorisation_once(gql: Client) -> None:
    sale = [{"kind": "AUTHORIZATION", "amountSet": {"shopMoney": pln("98")}}]
    first, second = (created(gql, transactions=sale)["order"] for _ in range(2))
    assert first["displayFinancialStatus"] == "AUTHORIZED"
    capture = """mutation($i: OrderCaptureInput!) { orderCapture(input: $i) {
      transaction { kind status } userErrors { field message } } }"""
    given = {"id": first["id"], "parentTransactionId": first["transactions"][0]["id"]}
    assert gql(capture, i={**given, "amount": "99"})["userErrors"] != []
    done = gql(capture, i={**given, "amount": "98"})
    assert done["transaction"] == {"kind": "CAPTURE", "status": "SUCCESS"}
    assert gql(capture, i={**given, "amount": "1"})["userErrors"] != []
    assert read(gql, first["id"])["displayFinancialStatus"] == "PAID"
    void = """mutation($id: ID!) { transactionVoid(parentTransactionId: $id) {
      transaction { kind } userErrors { code } } }"""
    assert gql(void, id=second["transactions"][0]["id"])["transaction"] == {"kind": "VOID"}
    assert read(gql, second["id"])["displayFinancialStatus"] == "VOIDED"


def test_polls_orders_by_time_of_change(world: World, gql: Client) -> None:
    first = gql.buy(LAMP_01=1)
    world.advance(timedelta(minutes=5))
    second = gql.buy(LAMP_01=1)
    world.advance(timedelta(minutes=5))
    gql('mutation($id: ID!) { tagsAdd(id: $id, tags: ["packed"]) { node { id } } }', id=first)
    poll = """query($q: String!) { orders(first: 9, query: $q, sortKey: UPDATED_AT) {
      nodes { id updatedAt tags } } }"""
    found = gql(poll, q="updated_at:>='2026-03-02T08:05:00Z'")["nodes"]
    assert [n["id"] for n in found] == [second, first]
    assert found[1] == {"id": first, "updatedAt": "2026-03-02T08:10:00Z", "tags": ["packed"]}
    assert gql(poll, q="updated_at:>'2026-03-02T08:10:00Z'")["nodes"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name:#1001", ["#1001"]),
        ("status:open", ["#1001", "#1002"]),
        ("status:cancelled", ["#1003"]),
        ("fulfillment_status:fulfilled", ["#1002"]),
        ("financial_status:refunded", ["#1003"]),
        ("email:ewa@example.com AND financial_status:paid", ["#1001", "#1002"]),
        ("sku:OAK-SHELF-80", ["#1001"]),
        ("source_name:web", ["#1001", "#1002", "#1003"]),
    ],
)
def test_finds_orders(gql: Client, query: str, found: list[str]) -> None:
    gql.buy(OAK_SHELF_80=1)
    ship(gql, gql.buy(LAMP_01=1), "DPD-1")
    gql(CANCEL, id=gql.buy(LAMP_01=1), restock=True)
    text = "query($q: String!) { orders(first: 9, query: $q, sortKey: ID) { nodes { name } } }"
    assert [n["name"] for n in gql(text, q=query)["nodes"]] == found


def test_notes_and_attributes_are_kept(gql: Client) -> None:
    id = gql.buy(LAMP_01=1)
    answer = gql(
        """mutation($i: OrderInput!) { orderUpdate(input: $i) { order { note poNumber
             customAttributes { key value } tags } userErrors { message } } }""",
        i={
            "id": id,
            "note": "leave at the door",
            "poNumber": "SO-7",
            "tags": ["erp", "a"],
            "customAttributes": [{"key": "erp", "value": "SO-7"}],
        },
    )
    assert answer["order"] == {
        "note": "leave at the door",
        "poNumber": "SO-7",
        "tags": ["a", "erp"],
        "customAttributes": [{"key": "erp", "value": "SO-7"}],
    }


def test_lists_lie_behind_while_the_lag_is_on(world: World, shop: Shopify, gql: Client) -> None:
    gql.buy(LAMP_01=1)
    shop.operator("lag", {"seconds": 30})
    poll = "{ orders(first: 5, sortKey: UPDATED_AT) { nodes { name } } }"
    world.advance(timedelta(seconds=31))
    late = gql.buy(LAMP_01=1)
    assert [n["name"] for n in gql(poll)["nodes"]] == ["#1001"]
    assert read(gql, late)["name"] == "#1002"
    world.advance(timedelta(seconds=30))
    assert [n["name"] for n in gql(poll)["nodes"]] == ["#1001", "#1002"]


def test_customers_are_set_by_email(gql: Client) -> None:
    gql.buy(LAMP_01=1)
    answer = gql(
        """mutation($i: CustomerSetInput!, $by: CustomerSetIdentifiers) {
             customerSet(identifier: $by, input: $i) { customer { firstName numberOfOrders
               amountSpent { amount } } userErrors { code field } } }""",
        i={"email": BUYER.email, "firstName": "Ewelina"},
        by={"email": BUYER.email},
    )
    assert answer == {
        "customer": {
            "firstName": "Ewelina",
            "numberOfOrders": "1",
            "amountSpent": {"amount": "49.0"},
        },
        "userErrors": [],
    }
