"""What is said of orders, shipments and returns that are not there, in the vendor's words."""

from __future__ import annotations

import pytest

from tests.simulator.channels.shopify.connector import Client

RETURN, SHIPMENT = "gid://shopify/Return/1", "gid://shopify/Fulfillment/1"
MISSING = (
    (f'returnClose(id: "{RETURN}")', ["id"], "Return not found."),
    (f'returnApproveRequest(input: {{id: "{RETURN}"}})', ["input", "id"], "Return not found."),
    (
        f'returnProcess(input: {{returnId: "{RETURN}"}})',
        ["input", "returnId"],
        "Return not found.",
    ),
    (f'fulfillmentCancel(id: "{SHIPMENT}")', ["id"], "Fulfillment not found."),
    (
        f'fulfillmentTrackingInfoUpdate(fulfillmentId: "{SHIPMENT}", trackingInfoInput: {{}})',
        ["fulfillmentId"],
        "Fulfillment does not exist.",
    ),
    (
        "fulfillmentCreate(fulfillment: {lineItemsByFulfillmentOrder: ["
        '{fulfillmentOrderId: "gid://shopify/FulfillmentOrder/1"}]})',
        ["fulfillment"],
        "Fulfillment order does not exist.",
    ),
    (
        'orderEditCommit(id: "gid://shopify/CalculatedOrder/1")',
        ["id"],
        "The calculated order does not exist.",
    ),
)


@pytest.mark.parametrize(("act", "field", "message"), MISSING)
def test_what_is_not_there_is_told(gql: Client, act: str, field: list[str], message: str) -> None:
    found = gql(f"mutation {{ {act} {{ userErrors {{ field message }} }} }}")
    assert found["userErrors"] == [{"field": field, "message": message}]


def test_a_payment_that_was_taken_is_not_taken_again(gql: Client) -> None:
    order = gql.buy(LAMP_01=1)
    paid = gql("query($id: ID!) { order(id: $id) { transactions { id } } }", id=order)
    for parent, message in (
        (paid["transactions"][0]["id"], "Parent transaction should be a successful authorization"),
        ("gid://shopify/OrderTransaction/1", "Unable to find parent transaction"),
    ):
        found = gql(
            """mutation($i: OrderCaptureInput!) { orderCapture(input: $i) {
                 userErrors { field message } } }""",
            i={"id": order, "parentTransactionId": parent, "amount": "1.00"},
        )
        assert found["userErrors"] == [{"field": None, "message": message}]
