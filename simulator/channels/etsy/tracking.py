"""createReceiptShipment: every success is one parcel more and one mail more to the buyer.

What comes as JSON text under a form's content type carries no fields: the receipt is marked shipped
and the tracking code is lost (issues 135, 201 and 466 of the vendor's repository).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels.etsy import carriers, receipts
from simulator.channels.etsy.calls import Call, Reply, Route
from simulator.channels.etsy.errors import bad, conflict, forbidden
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

WITHOUT_CODE = 10  # an order at home in the US above so many dollars needs a code


def create(call: Call) -> Reply:
    """The whole receipt comes back, with status 200."""
    store, given = call.store, call.body
    receipt = store.need("receipt", call.number("receipt_id"))
    code, carrier = given.text("tracking_code"), given.text("carrier_name")
    if receipt.body["address"]["country_iso"] in store.given("restricted_countries"):
        raise forbidden("Your application does not have access to this endpoint")
    if receipt.body["status"] == "canceled":
        raise conflict("The receipt is canceled")
    if not code and needs_code(store, receipt):
        raise bad("A tracking number is required")
    if code and not carrier:
        raise bad("A carrier name is required")
    if code and not carriers.is_known(carrier or ""):
        raise bad(f"Invalid carrier_name: {carrier}")
    shipped = receipts.ship(store, receipt, code, carrier)
    return Reply(receipts.view(store, shipped))


def needs_code(store: Store, receipt: Document) -> bool:
    """Whether Etsy wants a tracking code: US orders over $10 from the US, and all to India."""
    country = receipt.body["address"]["country_iso"]
    within_us = country == "US" and store.given("country") == "US"
    dear = bool(receipt.body["total"] > WITHOUT_CODE * store.divisor)
    return country == "IN" or (within_us and dear)


ROUTES = (
    Route(
        "POST",
        "/shops/{shop_id}/receipts/{receipt_id}/tracking",
        create,
        ("transactions_w",),
    ),
)
