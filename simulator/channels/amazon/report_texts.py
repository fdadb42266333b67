"""What stands in the reports: tab-separated rows (one of them as XML) under the vendor's headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from simulator.channels.amazon import catalogue, listing_views, money_back, offers, orders
from simulator.channels.amazon.attributes import first
from simulator.channels.amazon.moments import iso
from simulator.channels.amazon.orders_v0 import WORDS
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

Row = Mapping[str, Any]
Body = Mapping[str, Any]


def text(dialect: Amazon, kind: str, asked: Body) -> str | None:
    """The report; None when it needs data and there is none."""
    make, empty_is_good = TYPES[kind]
    rows = list(make(dialect, asked))
    if not rows and not empty_is_good:
        return None
    if "XML" in kind:
        return _xml(rows)
    return _tabs(rows, HEADINGS[make])


def _tabs(rows: Iterable[Row], headings: tuple[str, ...]) -> str:
    lines = ["\t".join(headings)]
    lines += ["\t".join(_cell(row.get(name, "")) for name in headings) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def _cell(value: Any) -> str:
    return str(value).replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _xml(rows: Iterable[Row]) -> str:
    root = ET.Element("Message")
    for row in rows:
        one = ET.SubElement(root, "return_details")
        for name, value in row.items():
            ET.SubElement(one, name.replace("-", "_").replace(" ", "_").lower()).text = str(value)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


# -- listings -------------------------------------------------------------------------------------


def _shown(dialect: Amazon) -> Iterator[Document]:
    for listing in dialect.shop.seen(catalogue.KIND):
        is_whole = listing.body["asin"] is not None
        if is_whole and not dialect.world.faults.omits(dialect.name, "products"):
            yield listing


def _all_listings(dialect: Amazon, asked: Body) -> Iterator[Row]:
    now = dialect.shop.clock.now()
    for listing in _shown(dialect):
        attributes = listing.body["attributes"]
        price = offers.price(offers.offer(attributes), now)
        stock = offers.stock(attributes, listing.body["fba"])
        is_buyable = "BUYABLE" in offers.status(listing.body, now)
        quantity = "" if stock.is_fba or stock.quantity is None else stock.quantity
        yield {
            "item-name": first(attributes, "item_name") or "",
            "listing-id": f"{listing.id:08d}",
            "seller-sku": listing.sku,
            "price": f"{price.now:.2f}" if price else "",
            "quantity": quantity,
            "open-date": listing.created_at.strftime("%d/%m/%Y %H:%M:%S UTC"),
            "item-is-marketplace": "y",
            "product-id-type": "1",
            "item-condition": "11",
            "asin1": listing.body["asin"],
            "product-id": listing.body["asin"],
            "fulfillment-channel": stock.channel,
            "merchant-shipping-group": "Default",
            "status": "Active" if is_buyable else "Inactive",
        }


def _active_listings(dialect: Amazon, asked: Body) -> Iterator[Row]:
    return (row for row in _all_listings(dialect, asked) if row["status"] == "Active")


def _inactive_listings(dialect: Amazon, asked: Body) -> Iterator[Row]:
    return (row for row in _all_listings(dialect, asked) if row["status"] == "Inactive")


def _open_listings(dialect: Amazon, asked: Body) -> Iterator[Row]:
    for row in _active_listings(dialect, asked):
        names = {"sku": "seller-sku", "asin": "asin1", "price": "price", "quantity": "quantity"}
        yield {name: row[known] for name, known in names.items()}


def _fba_stock(dialect: Amazon, asked: Body) -> Iterator[Row]:
    for listing in _shown(dialect):
        stock = offers.stock(listing.body["attributes"], listing.body["fba"])
        if stock.is_fba:
            yield {
                "sku": listing.sku,
                "fnsku": listing_views.fn_sku(listing),
                "asin": listing.body["asin"],
                "product-name": first(listing.body["attributes"], "item_name") or "",
                "condition": "New",
                "afn-fulfillable-quantity": stock.quantity,
                "afn-total-quantity": stock.quantity,
            }


# -- orders ---------------------------------------------------------------------------------------


def _orders(dialect: Amazon, asked: Body, stamp: Callable[[Document], datetime]) -> Iterator[Row]:
    start, end = asked["dataStartTime"], asked["dataEndTime"]
    for order in dialect.shop.seen(orders.KIND):
        if not start <= iso(stamp(order)) <= end:
            continue
        if dialect.world.faults.omits(dialect.name, "orders"):
            continue
        for line in order.body["lines"]:
            yield _order_row(dialect, order, line)


def _order_row(dialect: Amazon, order: Document, line: orders.Body) -> Row:
    body, place = order.body, dialect.marketplace
    state = WORDS[orders.status(body)]
    row: dict[str, Any] = {
        "amazon-order-id": order.sku,
        "merchant-order-id": order.sku,
        "purchase-date": iso(order.created_at).replace("Z", "+00:00"),
        "last-updated-date": iso(order.modified_at).replace("Z", "+00:00"),
        "order-status": "Cancelled" if state == "Canceled" else state,
        "fulfillment-channel": "Amazon" if body["fba"] else "Merchant",
        "sales-channel": place.site,
        "ship-service-level": "Standard",
        "product-name": line["title"],
        "sku": line["sku"],
        "asin": line["asin"],
        "item-status": state,
        "quantity": line["quantity"] - line["cancelled"],
    }
    if state not in ("Pending", "Canceled"):
        row |= {
            "currency": place.currency,
            "item-price": f"{orders.item_price(line):.2f}",
            "item-tax": f"{orders.item_tax(line, body['gross']):.2f}",
            "shipping-price": line["shipping"] if Decimal(line["shipping"]) else "",
            "ship-city": body["address"]["city"],
            "ship-postal-code": body["address"]["postcode"],
            "ship-country": body["address"]["country"],
        }
    return row


def _orders_updated(dialect: Amazon, asked: Body) -> Iterator[Row]:
    return _orders(dialect, asked, lambda order: order.modified_at)


def _orders_placed(dialect: Amazon, asked: Body) -> Iterator[Row]:
    return _orders(dialect, asked, lambda order: order.created_at)


# -- returns --------------------------------------------------------------------------------------


def _returned(dialect: Amazon, asked: Body, fba: bool) -> Iterator[Document]:
    start, end = asked["dataStartTime"], asked["dataEndTime"]
    for one in dialect.shop.all(money_back.RETURN):
        if one.body["fba"] is fba and start <= iso(one.created_at) <= end:
            yield one


def _returns(dialect: Amazon, asked: Body) -> Iterator[Row]:
    for one in _returned(dialect, asked, False):
        body = one.body
        yield {
            "Order ID": body["order"],
            "Order date": body["ordered"],
            "Return request date": iso(one.created_at),
            "Return request status": "Approved",
            "Amazon RMA ID": f"D{one.id:08d}RRMA",
            "Merchant SKU": body["sku"],
            "ASIN": body["asin"],
            "Item Name": body["title"],
            "Return quantity": body["quantity"],
            "Return Reason": body["reason"],
        }


def _fba_returns(dialect: Amazon, asked: Body) -> Iterator[Row]:
    for one in _returned(dialect, asked, True):
        body = one.body
        yield {
            "return-date": iso(one.created_at),
            "order-id": body["order"],
            "sku": body["sku"],
            "asin": body["asin"],
            "product-name": body["title"],
            "quantity": body["quantity"],
            "detailed-disposition": "SELLABLE",
            "reason": body["reason"],
            "status": "Unit returned to inventory",
        }


Maker = Callable[["Amazon", Body], Iterable[Row]]
LISTING_COLUMNS = (
    *("item-name", "item-description", "listing-id", "seller-sku", "price", "quantity"),
    *("open-date", "image-url", "item-is-marketplace", "product-id-type", "item-note"),
    *("item-condition", "asin1", "product-id", "fulfillment-channel"),
    *("merchant-shipping-group", "status"),
)
ORDER_COLUMNS = (
    *("amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date"),
    *("order-status", "fulfillment-channel", "sales-channel", "order-channel", "url"),
    *("ship-service-level", "product-name", "sku", "asin", "item-status", "quantity", "currency"),
    *("item-price", "item-tax", "shipping-price", "shipping-tax", "gift-wrap-price"),
    *("gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city"),
    *("ship-state", "ship-postal-code", "ship-country", "promotion-ids"),
)
HEADINGS: dict[Maker, tuple[str, ...]] = {
    _all_listings: LISTING_COLUMNS,
    _active_listings: LISTING_COLUMNS,
    _inactive_listings: LISTING_COLUMNS,
    _open_listings: ("sku", "asin", "price", "quantity"),
    _fba_stock: (
        *("sku", "fnsku", "asin", "product-name", "condition", "afn-fulfillable-quantity"),
        "afn-total-quantity",
    ),
    _orders_updated: ORDER_COLUMNS,
    _orders_placed: ORDER_COLUMNS,
    _returns: (
        *("Order ID", "Order date", "Return request date", "Return request status"),
        *("Amazon RMA ID", "Merchant SKU", "ASIN", "Item Name", "Return quantity"),
        "Return Reason",
    ),
    _fba_returns: (
        *("return-date", "order-id", "sku", "asin", "product-name", "quantity"),
        *("detailed-disposition", "reason", "status"),
    ),
}
TYPES: dict[str, tuple[Maker, bool]] = {  # with whether it may be empty
    "GET_MERCHANT_LISTINGS_ALL_DATA": (_all_listings, True),
    "GET_MERCHANT_LISTINGS_DATA": (_active_listings, True),
    "GET_MERCHANT_LISTINGS_INACTIVE_DATA": (_inactive_listings, True),
    "GET_FLAT_FILE_OPEN_LISTINGS_DATA": (_open_listings, True),
    "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA": (_fba_stock, False),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": (_orders_updated, False),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": (_orders_placed, False),
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": (_returns, False),
    "GET_XML_RETURNS_DATA_BY_RETURN_DATE": (_returns, False),
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": (_fba_returns, False),
}
