"""The Orders API, version v0: its reads, with restricted data by restricted tokens only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import order_lists, orders
from simulator.channels.amazon.calls import Call, Json, Operation, Reply
from simulator.channels.amazon.errors import Style, bad
from simulator.channels.amazon.moments import iso
from simulator.channels.amazon.order_lists import Window
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STYLE = Style("InvalidInput", wrapped=True)
WHAT = "orders v0"
STATUSES = {
    "Pending": "PENDING",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "Canceled": "CANCELLED",
    "PendingAvailability": "PENDING_AVAILABILITY",
    "InvoiceUnconfirmed": "INVOICE_UNCONFIRMED",
    "Unfulfillable": "UNFULFILLABLE",
}
WORDS = {newer: older for older, newer in STATUSES.items()}
WRONG_INPUT = "The input you have submitted is not valid. Please check your input and try again."


def get_orders(dialect: Amazon, call: Call) -> Reply:
    """A page of orders in a window of time, or the orders of some numbers."""
    dialect.check_marketplaces(call, "MarketplaceIds", most=50)
    size = call.whole("MaxResultsPerPage", 100, 1, 100)
    token = call.value("NextToken")
    last = None
    if token is not None:
        wanted, last = order_lists.resumed(token, WHAT, call.at)
    else:
        wanted = _window(call)
    found, following = order_lists.page(dialect, wanted, size, last, WHAT, call.at)
    payload: Json = {"Orders": [_order(dialect, call, one) for one in found]}
    if following:
        payload["NextToken"] = following
    name = "CreatedBefore" if wanted.by == "created_at" else "LastUpdatedBefore"
    return 200, {**payload, name: iso(wanted.before)}


def _window(call: Call) -> Window:
    statuses = tuple(STATUSES[word] for word in call.values("OrderStatuses", list(STATUSES)))
    channels = call.values("FulfillmentChannels", ("MFN", "AFN"))
    keepers = tuple("AMAZON" if one == "AFN" else "MERCHANT" for one in channels)
    numbers = tuple(call.values("AmazonOrderIds", most=50))
    created = (call.moment("CreatedAfter"), call.moment("CreatedBefore"))
    updated = (call.moment("LastUpdatedAfter"), call.moment("LastUpdatedBefore"))
    if numbers and created[0] is None and updated[0] is None:
        return Window("modified_at", call.at.replace(year=2000), call.at, (), (), numbers)
    by, after, before = order_lists.window(created, updated, call.at)
    own = call.value("SellerOrderId")  # the number itself, as nobody gives orders one of their own
    wanted = (own,) if own else numbers
    return Window(by, after, before, statuses, keepers, wanted, call.value("BuyerEmail"))


def get_order(dialect: Amazon, call: Call) -> Reply:
    """One order, without its lines; an empty one for a number that nobody has."""
    _check_number(call)
    found = dialect.orders.shown(call.path["order_id"])
    return 200, {"payload": {} if found is None else _order(dialect, call, found)}


def get_items(dialect: Amazon, call: Call) -> Reply:
    """The lines of an order."""
    found = _found(dialect, call)
    lines = [_item(dialect, found.body, line) for line in found.body["lines"]]
    return 200, {"AmazonOrderId": found.sku, "OrderItems": lines}


def get_buyer(dialect: Amazon, call: Call) -> Reply:
    """Who bought; without a restricted token, nobody."""
    found = _found(dialect, call)
    return 200, {"AmazonOrderId": found.sku, **_people(call, found.body)["BuyerInfo"]}


def get_address(dialect: Amazon, call: Call) -> Reply:
    """Where an order goes; without a restricted token, only about where."""
    found = _found(dialect, call)
    reply: Json = {"AmazonOrderId": found.sku}
    if orders.status(found.body) != orders.PENDING:
        reply["ShippingAddress"] = _people(call, found.body)["ShippingAddress"]
    return 200, reply


def get_items_buyer(dialect: Amazon, call: Call) -> Reply:
    """What buyers asked for at single lines: nothing here."""
    found = _found(dialect, call)
    lines = [{"OrderItemId": line["id"]} for line in found.body["lines"]]
    return 200, {"AmazonOrderId": found.sku, "OrderItems": lines}


def _check_number(call: Call) -> None:
    if not orders.NUMBER.fullmatch(call.path["order_id"]):
        raise bad(WRONG_INPUT)


def _found(dialect: Amazon, call: Call) -> Document:
    _check_number(call)
    found = dialect.orders.shown(call.path["order_id"])
    if found is None:
        raise bad(WRONG_INPUT)
    return found


# -- views ----------------------------------------------------------------------------------------


def money(amount: Decimal, currency: str) -> Json:
    """Money as this API writes it."""
    return {"CurrencyCode": currency, "Amount": f"{amount:.2f}"}


def _order(dialect: Amazon, call: Call, found: Document) -> Json:
    body, place = found.body, dialect.marketplace
    state = orders.status(body)
    shown: Json = {
        "AmazonOrderId": found.sku,
        "SellerOrderId": found.sku,
        "PurchaseDate": iso(found.created_at),
        "LastUpdateDate": iso(found.modified_at),
        "OrderStatus": WORDS[state],
        "FulfillmentChannel": "AFN" if body["fba"] else "MFN",
        "SalesChannel": place.site,
        "ShipServiceLevel": "Std Standard",
        "ShipmentServiceLevelCategory": "Standard",
        "NumberOfItemsShipped": sum(line["shipped"] for line in body["lines"]),
        "NumberOfItemsUnshipped": sum(orders.left(line) for line in body["lines"]),
        "PaymentMethod": "Other",
        "PaymentMethodDetails": ["Standard"],
        "MarketplaceId": place.id,
        "OrderType": "StandardOrder",
        "EarliestShipDate": iso(found.created_at),
        "LatestShipDate": body["ship_by"],
        "IsBusinessOrder": False,
        "IsPrime": False,
        "IsPremiumOrder": False,
        "IsReplacementOrder": False,
        "IsSoldByAB": False,
        "IsISPU": False,
        "HasRegulatedItems": False,
    }
    if state == orders.PENDING:
        return shown
    shown["LatestDeliveryDate"] = body["deliver_by"]
    if state != orders.CANCELLED:
        shown["OrderTotal"] = money(orders.total(body), place.currency)
    return {**shown, **_people(call, body)}


def _people(call: Call, body: Mapping[str, Any]) -> Json:
    path, address = call.request.path, _address(body["address"])
    if not call.grant.shows(path, "shippingAddress"):
        address = {n: address[n] for n in ("City", "PostalCode", "CountryCode")}
    buyer = _buyer(body) if call.grant.shows(path, "buyerInfo") else {}
    return {"ShippingAddress": address, "BuyerInfo": buyer}


def _buyer(body: Mapping[str, Any]) -> Json:
    if orders.status(body) == orders.PENDING:
        return {}
    email = {} if body["fba"] else {"BuyerEmail": body["buyer"]["email"]}
    return {**email, "BuyerName": body["buyer"]["name"]}


def _address(address: Mapping[str, str]) -> Json:
    return {
        "Name": address["name"],
        "AddressLine1": address["line1"],
        "City": address["city"],
        "PostalCode": address["postcode"],
        "CountryCode": address["country"],
        "Phone": address["phone"],
        "AddressType": "Residential",
    }


def _item(dialect: Amazon, body: Mapping[str, Any], line: Mapping[str, Any]) -> Json:
    currency, gross = dialect.marketplace.currency, body["gross"]
    shown: Json = {
        "ASIN": line["asin"],
        "SellerSKU": line["sku"],
        "OrderItemId": line["id"],
        "Title": line["title"],
        "QuantityOrdered": line["quantity"] - line["cancelled"],
        "QuantityShipped": line["shipped"],
        "ProductInfo": {"NumberOfItems": "1"},
        "IsGift": "false",
        "ConditionId": "New",
        "ConditionSubtypeId": "New",
        "IsTransparency": False,
    }
    if line["request"]:
        shown["BuyerRequestedCancel"] = {
            "IsBuyerRequestedCancel": "true",
            "BuyerCancelReason": line["request"]["reason"],
        }
    if orders.status(body) in (orders.PENDING, orders.CANCELLED):
        return shown
    amounts = {
        "ItemPrice": orders.item_price(line),
        "ItemTax": orders.item_tax(line, gross),
        "PromotionDiscount": Decimal(line["discount"]),
    }
    if Decimal(line["shipping"]):
        amounts["ShippingPrice"] = Decimal(line["shipping"])
        amounts["ShippingTax"] = orders.shipping_tax(line, gross)
    return {**shown, **{name: money(amount, currency) for name, amount in amounts.items()}}


ONE = "/orders/v0/orders/<order_id>"
OPERATIONS = (
    Operation("getOrders", "GET", "/orders/v0/orders", 0.0167, 20, get_orders, STYLE),
    Operation("getOrder v0", "GET", ONE, 0.5, 30, get_order, STYLE),
    Operation("getOrderBuyerInfo", "GET", f"{ONE}/buyerInfo", 0.5, 30, get_buyer, STYLE),
    Operation("getOrderAddress", "GET", f"{ONE}/address", 0.5, 30, get_address, STYLE),
    Operation("getOrderItems", "GET", f"{ONE}/orderItems", 0.5, 30, get_items, STYLE),
    Operation(
        "getOrderItemsBuyerInfo",
        "GET",
        f"{ONE}/orderItems/buyerInfo",
        0.5,
        30,
        get_items_buyer,
        STYLE,
    ),
)
