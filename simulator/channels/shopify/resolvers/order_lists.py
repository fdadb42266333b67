"""How orders are searched and sorted."""

from __future__ import annotations

from simulator.channels.shopify import lists
from simulator.channels.shopify.call import Call
from simulator.channels.shopify.resolvers.nodes import BY_TIME, TIMES, in_body
from simulator.channels.shopify.search import Column, Search

LINES = "json_each(d.body, '$.lines') l"
PIECES = "json_extract(l.value, '$.{}')"
SHIPPED = f"exists (select 1 from {LINES} where {PIECES.format('fulfilled')} > 0)"  # noqa: S608
LEFT = (
    f"exists (select 1 from {LINES} where {PIECES.format('quantity')} -"  # noqa: S608
    f" {PIECES.format('removed')} - {PIECES.format('fulfilled')} > 0)"
)
MONEY = (
    "(select coalesce(sum(json_extract(t.body, '$.amount')), 0) from documents t"
    " where t.shop = :shop and t.kind = 'transaction' and t.parent_id = d.id"
    " and json_extract(t.body, '$.kind') in ({}))"
)
IN, BACK, HELD = MONEY.format("'SALE', 'CAPTURE'"), MONEY.format("'REFUND'"), "'AUTHORIZATION'"
RETURN = (
    "exists (select 1 from documents r where r.shop = :shop and r.kind = 'return'"
    " and r.parent_id = d.id and json_extract(r.body, '$.status') in ({}))"
)


def _search(call: Call) -> Search:
    open_, gone = "json_extract(body, '$.closedAt') is null", "json_extract(body, '$.cancelledAt')"
    sku = PIECES.format("sku")
    line_sku = f"coalesce((select group_concat({sku}, ' ') from {LINES}), '')"  # noqa: S608
    columns = {
        **TIMES,
        "id": Column("id", "id"),
        "name": Column(in_body("name")),
        "processed_at": Column(in_body("processedAt"), "time"),
        "email": Column(in_body("email")),
        "tag": Column("json_extract(body, '$.tags')", "list"),
        "source_name": Column(in_body("sourceName")),
        "source_identifier": Column(in_body("sourceIdentifier")),
        "po_number": Column(in_body("poNumber")),
        "sku": Column(line_sku, "word"),
        "customer_id": Column("json_extract(body, '$.customerId')", "id"),
        "test": Column("''", words=_flag("test")),
        "status": Column(
            "''",
            words={
                "open": f"{open_} and {gone} is null",
                "closed": f"not ({open_}) and {gone} is null",
                "cancelled": f"{gone} is not null",
                "not_closed": open_,
                "any": "1",
            },
        ),
        "fulfillment_status": Column(
            "''",
            words={
                "unfulfilled": f"not {SHIPPED}",
                "unshipped": f"not {SHIPPED}",
                "partial": f"{SHIPPED} and {LEFT}",
                "fulfilled": f"{SHIPPED} and not {LEFT}",
                "shipped": f"{SHIPPED} and not {LEFT}",
            },
        ),
        "financial_status": Column("''", words=_financial()),
        "return_status": Column(
            "''",
            words={
                "in_progress": RETURN.format("'OPEN'"),
                "return_requested": RETURN.format("'REQUESTED'"),
                "returned": RETURN.format("'CLOSED'"),
                "no_return": f"not {RETURN.format(_STANDING)}",
            },
        ),
    }
    free = (in_body("name"), in_body("email"), "substr(json_extract(body, '$.name'), 2)")
    return Search(columns, free, call.store.zone)


_STANDING = "'OPEN', 'REQUESTED', 'CLOSED'"


def _flag(field: str) -> dict[str, str]:
    value = f"json_extract(body, '$.{field}')"
    return {"true": f"{value} = 1", "false": f"{value} = 0"}


def _financial() -> dict[str, str]:
    """By what moved; totals after edits are not looked at here (see DIFFERENCES.md)."""
    held = MONEY.format(HELD)
    void = MONEY.format("'VOID'")
    return {
        "paid": f"{IN} > 0 and {BACK} = 0",
        "refunded": f"{BACK} > 0 and {BACK} >= {IN}",
        "partially_refunded": f"{BACK} > 0 and {BACK} < {IN}",
        "authorized": f"{IN} = 0 and {held} > {void}",
        "voided": f"{IN} = 0 and {void} > 0 and {held} <= {void}",
        "pending": f"{IN} = 0 and {held} = 0",
        "unpaid": f"{IN} = 0",
    }


ORDERS = lists.Listing(
    "order",
    _search,
    {
        **BY_TIME,
        "PROCESSED_AT": in_body("processedAt"),
        "ORDER_NUMBER": "json_extract(body, '$.number')",
        "PO_NUMBER": in_body("poNumber"),
    },
    default="PROCESSED_AT",
)
