"""Money back and goods back, before and after shipping."""

from __future__ import annotations

from typing import Any

from tests.simulator.channels.shopify.connector import Client
from tests.simulator.channels.shopify.ordering import pln, read, ship, source

REFUND = """mutation($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { shopMoney { amount } } } userErrors { field message } } }"""


def test_refunds_pieces_before_and_after_shipping(gql: Client) -> None:
    id = gql.buy(LAMP_01=3)
    order = read(gql, id)
    line, sale = order["lineItems"]["nodes"][0]["id"], order["transactions"][0]["id"]
    ship(gql, id, "DPD-1", LAMP_01=1)

    def refund(how: str, pieces: int, key: str) -> Any:
        money = {"orderId": id, "parentId": sale, "kind": "REFUND", "gateway": "bogus"}
        rows = [{"lineItemId": line, "quantity": pieces, "restockType": how}]
        given = {"orderId": id, "refundLineItems": rows}
        given["transactions"] = [{**money, "amount": str(49 * pieces)}]
        return gql(REFUND, input=given, key=key)

    assert refund("RETURN", 2, "a")["userErrors"] != []  # one piece was shipped
    first = refund("CANCEL", 1, "b")
    assert first["refund"]["totalRefundedSet"]["shopMoney"]["amount"] == "49.0"
    assert refund("CANCEL", 1, "b") == first
    assert gql.stock("LAMP-01") == {"available": 3, "committed": 1, "on_hand": 4}
    assert refund("RETURN", 1, "c")["userErrors"] == []
    assert gql.stock("LAMP-01") == {"available": 4, "committed": 1, "on_hand": 5}
    order = read(gql, id)
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    (row,) = order["lineItems"]["nodes"]
    assert (row["currentQuantity"], row["unfulfilledQuantity"]) == (1, 1)
    assert source(gql, id)["lineItems"]["nodes"][0]["remainingQuantity"] == 1


def test_a_return_is_opened_and_processed(gql: Client) -> None:
    id = gql.buy(LAMP_01=2)
    ship(gql, id, "DPD-1")
    order = read(gql, id)
    shipped = order["fulfillments"][0]["fulfillmentLineItems"]["nodes"][0]["id"]
    open_ = """mutation($id: ID!, $line: ID!, $n: Int!) { returnCreate(returnInput: {orderId: $id,
      returnLineItems: [{fulfillmentLineItemId: $line, quantity: $n, returnReasonNote: "broken"}]})
      { return { id status returnLineItems(first: 5) { nodes { id quantity } }
        reverseFulfillmentOrders(first: 1) { nodes { lineItems(first: 5) { nodes { id } } } } }
        userErrors { code message } } }"""
    assert gql(open_, id=id, line=shipped, n=3)["userErrors"][0]["code"] == "INVALID"
    made = gql(open_, id=id, line=shipped, n=1)["return"]
    assert made["status"] == "OPEN"
    assert read(gql, id)["returnStatus"] == "IN_PROGRESS"
    (back,) = made["reverseFulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"]
    place = gql("{ location { id } }")["id"]
    row = {"id": made["returnLineItems"]["nodes"][0]["id"], "quantity": 1}
    row["dispositions"] = [
        {
            "reverseFulfillmentOrderLineItemId": back["id"],
            "quantity": 1,
            "dispositionType": "RESTOCKED",
            "locationId": place,
        }
    ]
    amount = {"parentId": order["transactions"][0]["id"], "transactionAmount": pln("49")}
    done = gql(
        """mutation($i: ReturnProcessInput!) { returnProcess(input: $i) {
             return { status refunds(first: 2) { nodes { id } } } userErrors { code message } } }""",
        i={
            "returnId": made["id"],
            "returnLineItems": [row],
            "financialTransfer": {"issueRefund": {"orderTransactions": [amount]}},
        },
    )
    assert done["userErrors"] == []
    assert done["return"]["status"] == "CLOSED"
    order = read(gql, id)
    assert order["returnStatus"] == "RETURNED"
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert gql.stock("LAMP-01")["available"] == 4
