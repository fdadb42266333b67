"""The Orders API, version 2026-01-01."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels.amazon import order_lists, order_views, orders
from simulator.channels.amazon.calls import Call, Json, Operation, Reply
from simulator.channels.amazon.errors import Style, bad, missing
from simulator.channels.amazon.moments import iso
from simulator.channels.amazon.order_lists import Window

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STATUSES = (
    *("PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED"),
    *("SHIPPED", "CANCELLED", "UNFULFILLABLE"),
)
WHAT = "orders 2026"


def search_orders(dialect: Amazon, call: Call) -> Reply:
    """A page of orders in a window of time."""
    if call.value("marketplaceIds"):
        dialect.check_marketplaces(call, most=50)
    blocks = call.values("includedData", order_views.BLOCKS)
    size = call.whole("maxResultsPerPage", 100, 1, 100)
    token = call.value("paginationToken")
    if token is not None:
        wanted, last = order_lists.resumed(token, WHAT, call.at)
    else:
        wanted, last = _window(call), None
    found, following = order_lists.page(dialect, wanted, size, last, WHAT, call.at)
    reply: Json = {"orders": [order_views.order(dialect, one, blocks) for one in found]}
    if following:
        reply["pagination"] = {"nextToken": following}
    name = "createdBefore" if wanted.by == "created_at" else "lastUpdatedBefore"
    reply[name] = iso(wanted.before)
    return 200, reply


def _window(call: Call) -> Window:
    created = (call.moment("createdAfter"), call.moment("createdBefore"))
    updated = (call.moment("lastUpdatedAfter"), call.moment("lastUpdatedBefore"))
    by, after, before = order_lists.window(created, updated, call.at)
    statuses = tuple(call.values("fulfillmentStatuses", STATUSES))
    keepers = tuple(call.values("fulfilledBy", ("MERCHANT", "AMAZON")))
    return Window(by, after, before, statuses, keepers)


def get_order(dialect: Amazon, call: Call) -> Reply:
    """One order."""
    blocks = call.values("includedData", order_views.BLOCKS)
    if not orders.NUMBER.fullmatch(call.path["order_id"]):
        raise bad("The order ID is not valid.", call.path["order_id"])
    found = dialect.orders.shown(call.path["order_id"])
    if found is None:
        raise missing(f"Order {call.path['order_id']} not found.")
    return 200, {"order": order_views.order(dialect, found, blocks)}


OPERATIONS = (
    Operation(
        "searchOrders", "GET", "/orders/2026-01-01/orders", 0.0056, 20, search_orders, Style()
    ),
    Operation(
        "getOrder", "GET", "/orders/2026-01-01/orders/<order_id>", 0.5, 30, get_order, Style()
    ),
)
