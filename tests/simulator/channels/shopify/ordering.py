"""Orders read whole, and shipped."""

from __future__ import annotations

from typing import Any

from tests.simulator.channels.shopify.connector import Client

ORDER = """query($id: ID!) { order(id: $id) {
  name displayFinancialStatus displayFulfillmentStatus returnStatus cancelledAt cancelReason
  totalPriceSet { shopMoney { amount currencyCode } }
  currentTotalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
  totalRefundedSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
  lineItems(first: 9) { nodes { id sku quantity currentQuantity unfulfilledQuantity
    refundableQuantity originalUnitPriceSet { shopMoney { amount } }
    taxLines { rate priceSet { shopMoney { amount } } } } }
  customer { firstName defaultEmailAddress { emailAddress } numberOfOrders }
  shippingAddress { firstName city zip countryCodeV2 }
  transactions { id kind status amountSet { shopMoney { amount } } }
  fulfillmentOrders(first: 5) { nodes { id status lineItems(first: 9) {
    nodes { id totalQuantity remainingQuantity lineItem { id sku } } } } }
  fulfillments { id status trackingInfo { company number url }
    fulfillmentLineItems(first: 9) { nodes { id quantity lineItem { sku } } } }
  refunds { id refundLineItems(first: 9) { nodes { quantity restockType restocked } } } } }"""
SHIP = """mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id status } userErrors { field message } } }"""


def read(gql: Client, id: str) -> Any:
    return gql(ORDER, id=id)


def source(gql: Client, id: str) -> dict[str, Any]:
    """The first fulfilment order."""
    return dict(read(gql, id)["fulfillmentOrders"]["nodes"][0])


def ship(gql: Client, id: str, *numbers: str, **pieces: int) -> Any:
    """Ship pieces by sku (underscores for hyphens); everything when none are named."""
    found = source(gql, id)
    rows = {r["lineItem"]["sku"]: r["id"] for r in found["lineItems"]["nodes"]}
    wanted: dict[str, Any] = {"fulfillmentOrderId": found["id"]}
    if pieces:
        wanted["fulfillmentOrderLineItems"] = [
            {"id": rows[sku.replace("_", "-")], "quantity": n} for sku, n in pieces.items()
        ]
    tracking = {"company": "DPD", "numbers": list(numbers)}
    given = {"lineItemsByFulfillmentOrder": [wanted], "trackingInfo": tracking}
    return gql(SHIP, f=given)


def pln(amount: str) -> dict[str, str]:
    """An amount as a MoneyInput."""
    return {"amount": amount, "currencyCode": "PLN"}
