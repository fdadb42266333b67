"""Finding orders: every filter of the order list as SQL, a page at a time.

A shop with 100,000 orders answers `modified_after … orderby=modified` from its index.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import lists
from simulator.channels.woocommerce.calls import Call
from simulator.commerce.shop import Document, document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

_COLUMNS = "kind, id, parent_id, sku, body, created_at, modified_at"
_ORDERS = {
    "id": "id",
    "date": "created_at",
    "modified": "modified_at",
    "title": "created_at",
    "slug": "id",
}
Clause = tuple[str, list[Any]]
_STATUS = "json_extract(body, '$.status')"
_INDEX = (
    "create index if not exists orders_by_{0}"
    f" on documents (shop, {{0}}_at, {_STATUS}) where kind = 'order'"
)
_TIMES = (  # parameter, column, comparison, seconds to add: filters exclude their own second
    ("after", "created_at", ">=", 1),
    ("before", "created_at", "<", 0),
    ("modified_after", "modified_at", ">=", 1),
    ("modified_before", "modified_at", "<", 0),
)


def set_up(dialect: WooCommerce) -> None:
    """Let the database find orders by time and status without reading them."""
    for time in ("created", "modified"):
        dialect.shop.db.execute(_INDEX.format(time))


def found(call: Call, kind: str) -> tuple[list[Document], int]:
    """One page of the documents of a kind that pass the call's filters, and how many pass."""
    source, values = _source(call, kind)
    where, more = _where(call)
    values += more
    db = call.shop.db
    (total,) = db.execute(f"select count(*) from {source} where {where}", values).fetchone()  # noqa: S608
    offset, length = lists.window(call)
    order, extra = _order(call)
    rows = db.execute(
        f"select {_COLUMNS} from {source} where {where} order by {order} limit ? offset ?",  # noqa: S608
        [*values, *extra, length, offset],
    ).fetchall()
    total = total if rows else 0  # past the end the real shop does not count
    return [document(row) for row in rows], int(total)


def _source(call: Call, kind: str) -> tuple[str, list[Any]]:
    """The table to look in: the shop's documents, or what a lagging reader sees of them."""
    shop = call.shop
    if not shop.lag:
        where = f"shop = ? and kind = '{kind}'"  # spelled out, so that partial indexes are used
        return f"(select {_COLUMNS} from documents where {where})", [shop.name]  # noqa: S608
    seen = [
        {
            "kind": d.kind,
            "id": d.id,
            "parent_id": d.parent_id,
            "sku": d.sku,
            "body": json.dumps(d.body),
            "created_at": _stamp(d.created_at),
            "modified_at": _stamp(d.modified_at),
        }
        for d in shop.seen(kind)
    ]
    picked = ", ".join(f"json_extract(value, '$.{c}') as {c}" for c in _COLUMNS.split(", "))
    return f"(select {picked} from json_each(?))", [json.dumps(seen)]  # noqa: S608


def _where(call: Call) -> tuple[str, list[Any]]:
    clauses, values = ["1"], []
    for clause, more in [*_times(call), *_states(call), *_ids(call), *_contents(call)]:
        clauses.append(clause)
        values += more
    return " and ".join(clauses), values


def _times(call: Call) -> list[Clause]:
    zone = UTC if call.params.get("dates_are_gmt") else call.dialect.zone
    clauses: list[Clause] = []
    for name, column, sign, seconds in _TIMES:
        if text := call.params.get(name):
            edge = lists.moment(text, zone) + timedelta(seconds=seconds)
            clauses.append((f"{column} {sign} ?", [_stamp(edge)]))
    return clauses


def _states(call: Call) -> list[Clause]:
    wanted = call.params.get("status") or ["any"]
    if "status" not in call.params:
        return []
    if "any" in wanted:
        return [(f"{_STATUS} not in ('trash', 'auto-draft')", [])]
    return [(f"{_STATUS} in ({_marks(wanted)})", list(wanted))]


def _ids(call: Call) -> list[Clause]:
    clauses: list[Clause] = []
    for name, column, negation in (
        ("include", "id", ""),
        ("exclude", "id", "not "),
        ("parent", "coalesce(parent_id, 0)", ""),
        ("parent_exclude", "coalesce(parent_id, 0)", "not "),
    ):
        if ids := call.params.get(name):
            clauses.append((f"{column} {negation}in ({_marks(ids)})", list(ids)))
    return clauses


def _contents(call: Call) -> list[Clause]:
    clauses: list[Clause] = []
    if call.params.get("customer") is not None:
        clauses.append(("json_extract(body, '$.customer_id') = ?", [call.number("customer")]))
    if vias := call.params.get("created_via"):
        clause = f"json_extract(body, '$.created_via') in ({_marks(vias)})"
        clauses.append((clause, list(vias)))
    if product := call.number("product"):
        clauses.append(
            (
                "exists (select 1 from json_each(body, '$.line_items') as row"
                " where json_extract(row.value, '$.product_id') = ?)",
                [product],
            )
        )
    if words := str(call.params.get("search") or "").strip():
        clauses.append(_search(words))
    return clauses


def _search(words: str) -> Clause:
    """Names, addresses, e-mail and item names by part; the number exactly."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = f"%{escaped}%"
    address = "(select group_concat(value, ' ') from json_each(body, '$.{}')) like ? escape '\\'"
    item = (
        "exists (select 1 from json_each(body, '$.line_items') as row"
        " where json_extract(row.value, '$.name') like ? escape '\\')"
    )
    clause = " or ".join(
        [
            "id = ?",
            address.format("billing"),
            address.format("shipping"),
            item,
            "json_extract(body, '$.transaction_id') = ?",
        ]
    )
    return f"({clause})", [int(words) if words.isdigit() else 0, like, like, like, words]


def _order(call: Call) -> tuple[str, list[Any]]:
    by, ids = call.params.get("orderby", "date"), call.params.get("include") or []
    way = "asc" if str(call.params.get("order", "desc")).lower() == "asc" else "desc"
    if by == "include" and ids:
        cases = " ".join(f"when ? then {n}" for n in range(len(ids)))
        return f"case id {cases} end", list(ids)
    column = _ORDERS.get(by, "created_at")
    return ("id" if column == "id" else f"{column} {way}, id") + f" {way}", []


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
