"""Orders as they are kept, their states, and what getOrders and getOrder show of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.chance import Chance
from simulator.channels.houzz import lists, payments, tasks, values
from simulator.channels.houzz.calls import Call
from simulator.channels.houzz.errors import Refused, invalid, missing, unknown_order
from simulator.commerce.orders import added
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

NEW, PROCESSING, FAILED, CHARGED, PRODUCTION, SHIPPED, CANCELLED = STATUSES = (
    "New",
    "Processing",
    "Failed to Charge",
    "Charged",
    "In Production",
    "Shipped",
    "Cancelled",
)
SHIPPABLE = (CHARGED, PRODUCTION)
AUTHORISES = timedelta(minutes=30)  # after the purchase Houzz charges the card by itself
AUTHORISED = timedelta(days=7)  # how long a seller's own Charge held before September 2021
SHOWN = ("OrderId", "Created", "Status", "CustomerName", "ShipmentId", "Address", "OrderItems")
PRODUCT = "Product"  # the type of the rows that are goods

# -- what clients ask ---------------------------------------------------------------------------------


def get_orders(dialect: Houzz, call: Call) -> dict[str, Any]:
    """A page of the orders that are released to the seller, oldest first."""
    since, until = lists.span(call)
    fields: tuple[tuple[str, tuple[str, ...]], ...] = (("released", ("yes",)),)
    if asked := call.args.get("Status", ""):
        if asked.lower() not in (s.lower() for s in STATUSES):
            raise Refused([invalid("Status", asked)])
        fields = (*fields, ("Status", (asked.lower(),)))
    wanted = lists.Wanted("order", fields, since=since, until=until)
    return {"Orders": [view(d) for d in lists.page(dialect, call, wanted, "orders")]}


def get_order(dialect: Houzz, call: Call) -> dict[str, Any]:
    """One order by its id."""
    number = call.args.get("OrderId", "")
    if not number:
        raise Refused([missing("OrderId")])
    if not dialect.shop.lag:
        return {"Order": view(released(dialect, number))}
    for found in dialect.shop.seen("order"):
        if found.sku == number and found.body["released"] == "yes":
            return {"Order": view(found)}
    raise unknown_order()


def view(order: Document) -> dict[str, Any]:
    """An order as the API shows it."""
    return {name: order.body[name] for name in SHOWN}


# -- finding ------------------------------------------------------------------------------------------


def find(dialect: Houzz, number: str) -> Document:
    """The order of this id now; LookupError when there is none."""
    for found in dialect.shop.all("order", sku=number):
        return found
    raise LookupError(f"houzz has no order {number}")


def released(dialect: Houzz, number: str) -> Document:
    """The order of this id, for the seller; Refused when it is not released yet, or is none."""
    for found in dialect.shop.all("order", sku=number):
        if found.body["released"] == "yes":
            return found
    raise unknown_order()


def whole(dialect: Houzz, order: Document) -> Iterator[Document]:
    """All parts of the purchase that an order belongs to, the first part first."""
    first = order if order.parent_id is None else dialect.shop.get("order", order.parent_id)
    if first is not None:
        yield first
        yield from dialect.shop.all("order", parent_id=first.id)


def goods(order: Document) -> list[dict[str, Any]]:
    """The rows of an order that are products."""
    return [row for row in order.body["OrderItems"] if row["Type"] == PRODUCT]


def pieces(order: Document) -> dict[str, int]:
    """Pieces ordered, by sku."""
    return added({row["SKU"]: row["Quantity"]} for row in goods(order))


def row_total(row: Mapping[str, Any], count: int | None = None) -> Decimal:
    """What so many pieces of a row cost with shipping and tax; without a count all of them."""
    each = Decimal(row["Price"]) + Decimal(row["Shipping"]) + Decimal(row["Tax"])
    return each * (row["Quantity"] if count is None else count)


def total(order: Document) -> Decimal:
    """What the buyer pays for an order."""
    return sum((row_total(row) for row in goods(order)), Decimal(0))


# -- from state to state --------------------------------------------------------------------------------


def new_id(dialect: Houzz) -> str:
    """An order's id: four groups of four digits, which tell nothing of their order."""
    while True:
        count = dialect.shop.next_number("order id")
        stream = Chance(dialect.world.chance.seed).stream(f"houzz order {count}")
        number = "-".join(f"{stream.randrange(10_000):04d}" for _ in range(4))
        if next(dialect.shop.all("order", sku=number), None) is None:
            return number


def new_shipment_id(dialect: Houzz) -> str:
    """The number of the parcel that an order will be."""
    return str(dialect.shop.next_number("shipment", 70_400_001))


def place(dialect: Houzz, facts: Mapping[str, Any]) -> Document:
    """Write a purchase down. When the seller sees it hangs on the account and its time."""
    now = dialect.shop.clock.now()
    account = dialect.account
    body = {
        "OrderId": new_id(dialect),
        "Created": values.shown(now),
        "Status": CHARGED if account == "vendor" else NEW,
        **facts,
        "ShipmentId": new_shipment_id(dialect),
        "at": values.instant(now),
        "released": "no" if account == "seller" else "yes",
    }
    order = dialect.shop.add("order", body, sku=body["OrderId"])
    if account == "seller":
        tasks.take_on(dialect, "charge", order.id, AUTHORISES)
    return order


def process(dialect: Houzz, order: Document) -> None:
    """The seller accepts an order (accounts before September 2021)."""
    order.body["Status"] = PROCESSING
    dialect.shop.put(order)


def charge(dialect: Houzz, order: Document, *, fails: bool = False) -> None:
    """Authorise the buyer's card; the seller sees the order from now on."""
    order.body.update({"Status": FAILED if fails else CHARGED, "released": "yes"})
    dialect.shop.put(order)
    if dialect.account == "seller before 2021" and not fails:
        tasks.remind(dialect, "authorisation", order.id, AUTHORISED)


def charged(dialect: Houzz, id: int, *, fails: bool) -> None:
    """Houzz's own charging comes to its end."""
    order = dialect.shop.get("order", id)
    if order is not None and order.body["Status"] == NEW:
        charge(dialect, order, fails=fails)


def authorisation_ended(dialect: Houzz, id: int) -> None:
    """The card was not asked for the money in time: the seller must charge again."""
    order = dialect.shop.get("order", id)
    if order is not None and order.body["Status"] in SHIPPABLE:
        process(dialect, order)


def ship(dialect: Houzz, order: Document, method: str, tracking: str, at: datetime) -> None:
    """Send the whole order in one parcel; the buyer's card is asked for the money."""
    order.body.update(
        {
            "Status": SHIPPED,
            "shipped_at": values.instant(at),
            "ShippingMethod": method,
            "TrackingNumber": tracking,
        }
    )
    dialect.shop.put(order)
    tasks.forget(dialect, "authorisation", order.id)
    payments.sold(dialect, order.body["OrderId"], total(order))


def cancel(dialect: Houzz, order: Document, *, by: str, why: str, restocks: bool) -> None:
    """Call a whole order off; nothing was taken from the card yet."""
    order.body.update({"Status": CANCELLED, "cancelled_by": by, "why": why})
    dialect.shop.put(order)
    tasks.forget(dialect, "charge", order.id)
    tasks.forget(dialect, "authorisation", order.id)
    if restocks:
        for sku, count in pieces(order).items():
            dialect.shelf.move(sku, count)
