"""Seller Central: what people do there by hand, and what Houzz's own people decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.houzz import after_sales, listings, order_acts, orders, values
from simulator.channels.houzz.auth import KEYS
from simulator.channels.houzz.calls import taken
from simulator.channels.houzz.errors import Fault, Refused
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

Args = Mapping[str, Any]

# -- listings -----------------------------------------------------------------------------------------


def approve(dialect: Houzz, args: Args) -> None:
    """Houzz's reviewer lets a new listing in."""
    dialect.shelf.reviewed(_in_review(dialect, args).id, fails=False)


def reject(dialect: Houzz, args: Args) -> None:
    """Houzz's reviewer turns a new listing down."""
    reason = str(args.get("reason", "Does not meet the guidelines"))
    dialect.shelf.reviewed(_in_review(dialect, args).id, fails=True, reason=reason)


def set_listing(dialect: Houzz, args: Args) -> None:
    """Somebody types another quantity, price, MSRP or status into the listing's page."""
    listing, faults = _listing(dialect, args), list[Fault]()
    for name in ("Quantity", "Price", "MSRP"):
        given = str(args.get(name, ""))
        value = taken(name, given, listings.INVENTORY[name], None, faults)
        listing.body.update({} if value is None else {name: value})
    status = listings.settable(args.get("Status"), faults)
    if faults:
        raise Refused(faults)
    if status is not None:
        dialect.shelf.set_status(listing, status)
    dialect.shop.put(listing)


# -- orders -------------------------------------------------------------------------------------------


def ship(dialect: Houzz, args: Args) -> None:
    """Mark an order shipped."""
    order = _order(dialect, args)
    order_acts.check(order, "ship")
    method, tracking = str(args.get("method", "UPS Ground")), str(args.get("tracking", ""))
    orders.ship(dialect, order, method, tracking, dialect.shop.clock.now())


def cancel(dialect: Houzz, args: Args) -> None:
    """Cancel a whole order, by one of the codes."""
    order = _order(dialect, args)
    order_acts.check(order, "cancel")
    code = str(args.get("code", order_acts.OUT_OF_STOCK))
    why = order_acts.CANCEL_CODES[code]
    restocks = code != order_acts.OUT_OF_STOCK
    orders.cancel(dialect, order, by="seller", why=why, restocks=restocks)


def split(dialect: Houzz, args: Args) -> str:
    """Move pieces of an order that is not sent yet into an order of their own; gives its id."""
    order, moved = _order(dialect, args), dict(args["lines"])
    by_hand = dialect.account == "seller before 2021"  # then split before processing
    if order.body["Status"] not in ((orders.NEW,) if by_hand else orders.SHIPPABLE):
        raise ValueError(f"order {order.sku} is {order.body['Status']} and cannot be split")
    have = orders.pieces(order)
    fits = all(0 < count <= have.get(sku, 0) for sku, count in moved.items())
    if not fits or moved in ({}, have):
        raise ValueError(f"of order {order.sku} only a part of {have} can be moved")
    taken, kept = _parted(order.body["OrderItems"], moved)
    number = orders.new_id(dialect)
    body = {**order.body, "OrderId": number, "OrderItems": taken}
    body["ShipmentId"] = orders.new_shipment_id(dialect)
    order.body["OrderItems"] = kept
    dialect.shop.put(order)
    dialect.shop.add("order", body, sku=number, parent_id=order.parent_id or order.id)
    return number


def _parted(
    rows: list[dict[str, Any]], moved: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows that go and those that stay; what is no product stays."""
    taken, kept = [], []
    for row in rows:
        going = moved.get(row["SKU"], 0) if row["Type"] == orders.PRODUCT else 0
        if going:
            taken.append({**row, "Quantity": going})
        if going < row["Quantity"]:
            kept.append({**row, "Quantity": row["Quantity"] - going})
    return taken, kept


def in_production(dialect: Houzz, args: Args) -> None:
    """Say that a charged order is being made."""
    order = _order(dialect, args)
    if order.body["Status"] != orders.CHARGED:
        raise ValueError(f"order {order.sku} is {order.body['Status']}, not {orders.CHARGED}")
    order.body["Status"] = orders.PRODUCTION
    dialect.shop.put(order)


def charge(dialect: Houzz, args: Args) -> None:
    """The buyer's card is charged now: at once for an order that waits, again for one that failed."""
    order = _order(dialect, args)
    if order.body["Status"] not in (orders.NEW, orders.PROCESSING, orders.FAILED):
        raise ValueError(f"order {order.sku} is {order.body['Status']} already")
    orders.charge(dialect, order, fails=bool(args.get("fails", False)))


def edit_address(dialect: Houzz, args: Args) -> None:
    """Correct where an order goes."""
    order = _order(dialect, args)
    known = order.body["Address"]
    changed = {k: str(v) for k, v in args.items() if k in known}
    if not changed:
        raise ValueError(f"an address has {', '.join(known)}")
    order.body["Address"] = {**known, **changed}
    dialect.shop.put(order)


def add_row(dialect: Houzz, args: Args) -> None:
    """Houzz puts a row into an order that is no product (a promotion, a service)."""
    order = _order(dialect, args)
    row = {
        "Type": str(args.get("type", "Promotion")),
        "SKU": "",
        "ProductId": "",
        "Title": str(args.get("title", "Houzz promotion")),
        "Quantity": 1,
        "Price": str(args.get("price", "0.00")),
        "Cost": "0.00",
        "Shipping": "0.00",
        "Tax": "0.00",
    }
    order.body["OrderItems"] = [*order.body["OrderItems"], row]
    dialect.shop.put(order)


# -- after the sale -----------------------------------------------------------------------------------


def refund(dialect: Houzz, args: Args) -> str:
    """Orders › Issue Refund; gives the amount."""
    lines, amount = args.get("lines"), args.get("amount")
    given = None if amount is None else str(amount)
    return after_sales.refund(dialect, str(args["order"]), lines=lines, amount=given)


def request_return(dialect: Houzz, args: Args) -> str:
    """The buyer asks to send goods back; gives the return's number."""
    number, reason = str(args["order"]), str(args.get("reason", "not as expected"))
    lines = args.get("lines") or orders.pieces(orders.find(dialect, number))
    return after_sales.request_return(dialect, number, lines, reason)


def authorise_return(dialect: Houzz, args: Args) -> str:
    """Give the buyer an RMA number."""
    return after_sales.authorise_return(dialect, str(args["return"]), str(args.get("rma", "")))


def receive_return(dialect: Houzz, args: Args) -> None:
    """The goods have come back."""
    after_sales.receive_return(dialect, str(args["return"]))


def refund_return(dialect: Houzz, args: Args) -> str:
    """Refund what came back; gives the amount."""
    return after_sales.refund_return(dialect, str(args["return"]))


def look(dialect: Houzz, args: Args) -> dict[str, Any]:
    """An order's page: what the API does not show."""
    order = _order(dialect, args)
    body = order.body
    ships_by = _ships_by(dialect, order)
    sent = datetime.fromisoformat(body["shipped_at"]) if "shipped_at" in body else None
    return {
        **orders.view(order),
        "ShippingMethod": body.get("ShippingMethod"),
        "TrackingNumber": body.get("TrackingNumber"),
        "ShipBy": values.shown(ships_by),
        "IsLate": (sent or dialect.shop.clock.now()) > ships_by,
        "CancelledBy": body.get("cancelled_by"),
        "Why": body.get("why"),
        "Refunds": body.get("refunds", []),
        "Returns": after_sales.shown(dialect, order),
    }


def delay(dialect: Houzz, args: Args) -> None:
    """Tell the buyer of a later delivery, so many days (a backorder)."""
    order = _order(dialect, args)
    order.body["delayed_days"] = order.body.get("delayed_days", 0) + int(args["days"])
    dialect.shop.put(order)


def _ships_by(dialect: Houzz, order: Document) -> datetime:
    """The longest lead time of the order's goods after its purchase, and what was delayed."""
    days = 0
    for sku in orders.pieces(order):
        listing = dialect.shelf.find(sku)
        details = listing.body.get("ShippingDetails", {}) if listing else {}
        days = max(days, details.get("LeadTimeMax", details.get("LeadTimeMin", 0)))
    days = (days or 2) + order.body.get("delayed_days", 0)
    return datetime.fromisoformat(order.body["at"]) + timedelta(days=days)


# -- keys ---------------------------------------------------------------------------------------------


def expire_tokens(dialect: Houzz, args: Args) -> None:
    """No token is in force any more."""
    dialect.keys.expire()


def new_token(dialect: Houzz, args: Args) -> str:
    """Settings › API: a new token for a key, in place of its old one; gives the token."""
    return dialect.keys.issue(str(args.get("key", "main"))).token


def permit(dialect: Houzz, args: Args) -> None:
    """Settings › API: tick the boxes anew that say what a key may do."""
    wanted = tuple(box for box in KEYS["main"] if args.get(box, False))
    dialect.keys.permit(str(args.get("key", "main")), wanted)


ACTIONS: dict[str, Callable[[Houzz, Args], Any]] = {
    act.__name__: act
    for act in (
        *(approve, reject, set_listing, ship, cancel, split, in_production, charge, delay),
        *(edit_address, add_row, look, refund, request_return, authorise_return, receive_return),
        *(refund_return, expire_tokens, new_token, permit),
    )
}


def act(dialect: Houzz, action: str, args: Args) -> Any:
    """Do it; ValueError for what the panel would not let anybody do."""
    try:
        return ACTIONS[action](dialect, args)
    except Refused as refusal:
        raise ValueError(str(refusal)) from refusal


def _order(dialect: Houzz, args: Args) -> Document:
    return orders.find(dialect, str(args["order"]))


def _listing(dialect: Houzz, args: Args) -> Document:
    found = dialect.shelf.find(str(args["sku"]))
    if found is None:
        raise LookupError(f"houzz has no listing {args['sku']}")
    return found


def _in_review(dialect: Houzz, args: Args) -> Document:
    listing = _listing(dialect, args)
    if listing.body["Status"] not in ("New", "Rejected"):
        raise ValueError(f"listing {listing.sku} is {listing.body['Status']}, not in review")
    return listing
