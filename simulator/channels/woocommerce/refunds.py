"""Refunds of orders: money back, rows taken back, goods back on the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import (
    lists,
    notes,
    order_flow,
    order_goods,
    order_rows,
    order_views,
    rules,
)
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.lists import CONTEXT, IDS, PAGES, SEARCH, TIMES, ordered
from simulator.channels.woocommerce.order_lists import found
from simulator.channels.woocommerce.order_money import Row, amount, fixed, is_number, plain
from simulator.channels.woocommerce.order_schema import FLAG, INT, META, TEXT, rows, shown, times
from simulator.commerce.shop import Document
from simulator.commerce.tax import rounded

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

GATEWAYS = ("bacs", "cheque", "cod")  # of the shop itself; none can move money back


@dataclass(frozen=True)
class Back:
    """What one order row gives back: pieces, net money, taxes by rate."""

    pieces: int
    total: Decimal
    taxes: Mapping[str, Decimal]


# -- what is asked --------------------------------------------------------------------------------


def _backs(posted: Any) -> dict[int, Back]:
    """The posted rows by order row; rows as {id: …} objects are taken too."""
    if isinstance(posted, dict):
        items = [{"id": id, **row} for id, row in posted.items() if isinstance(row, dict)]
    else:
        items = [row for row in posted or () if isinstance(row, dict) and row.get("id")]
    return {
        rules.whole(row["id"]): Back(
            rules.whole(row.get("quantity", row.get("qty", 0))),
            amount(row.get("refund_total")),
            _taxes(row.get("refund_tax")),
        )
        for row in items
    }


def _taxes(posted: Any) -> dict[str, Decimal]:
    if isinstance(posted, dict):
        return {str(id): amount(tax) for id, tax in posted.items() if amount(tax)}
    rows = [t for t in posted or () if isinstance(t, dict) and t.get("id")]
    return {str(t["id"]): amount(t.get("refund_total")) for t in rows if t.get("refund_total")}


def _summed(posted: Any, backs: Mapping[int, Back]) -> Decimal | None:
    """The amount that the rows add up to; None when any of them names no money."""
    rows = list(posted.values()) if isinstance(posted, dict) else list(posted or ())
    if not rows or not all(isinstance(r, dict) and is_number(r.get("refund_total")) for r in rows):
        return None
    return sum((b.total + sum(b.taxes.values(), Decimal(0)) for b in backs.values()), Decimal(0))


def _broken(code: str, message: str, data: int) -> WooError:
    """A refusal as this route words it: HTTP 500 with a bare number as `data`."""
    return WooError(code, message, 500, data=data)


def _asked(call: Call, backs: Mapping[int, Back], left: Decimal) -> Decimal | None:
    """The amount to refund; None when neither an amount nor priced rows were sent."""
    said = call.params.get("amount")
    if said is None:
        wanted = _summed(call.params.get("line_items"), backs)
    elif is_number(said):
        wanted = Decimal(str(said).strip())
    elif str(said) > plain(left):  # text is compared as text, so most words are "too much"
        raise _cannot("Invalid refund amount.")
    else:
        wanted = amount(said) if str(said) else Decimal(-1)
    if wanted is not None and wanted < 0:
        message = "Refund amount must be greater than zero."
        raise _broken("woocommerce_rest_invalid_order_refund", message, 400)
    if wanted is not None and wanted > left:
        raise _cannot("Invalid refund amount.")
    return wanted


def _cannot(message: str) -> WooError:
    return _broken("woocommerce_rest_cannot_create_order_refund", message, 500)


def _move_money(call: Call, order: Document) -> None:
    """Ask the gateway to pay back; without one that can, the refund fails."""
    if call.params.get("api_refund") is False:
        return
    if order.body["payment_method"] not in GATEWAYS:
        raise _cannot("The payment gateway for this order does not exist.")
    raise _cannot("The payment gateway for this order does not support automatic refunds.")


# -- doing it -------------------------------------------------------------------------------------


def _create(call: Call) -> Reply:
    dialect = call.dialect
    order = order_flow.load(dialect, call.number("order_id"))
    if order is None:
        raise _broken("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404)
    backs = _backs(call.params.get("line_items"))
    left = order_flow.left_to_refund(dialect, order)
    wanted = _asked(call, backs, left)
    _move_money(call, order)
    reason, by = rules.text(call.params.get("reason")), call.user.id if call.user else 0
    refund = order_flow.add_refund(dialect, order, wanted, reason=reason, by=by)
    _take_rows_back(dialect, order, refund, backs)
    if isinstance(call.params.get("meta_data"), list):
        _set_meta(dialect, refund, call.params["meta_data"])
    dialect.shop.put(refund)
    if call.params.get("api_restock") is not False:
        _restock(dialect, order, backs)
    if (wanted or 0) >= left and order.body["status"] != "refunded":
        order.body["status"] = "refunded"
    order = order_flow.save(dialect, order)
    order_flow.mail(dialect, order, "Refunded order")
    pattern = r"/orders/(?P<order_id>[\d]+)/refunds/"  # the vendor sends the pattern itself
    headers = {"Location": call.link(f"{pattern}{refund.id}")}
    return Reply(view(call, refund), 201, headers, links(call, refund))


def _set_meta(dialect: WooCommerce, refund: Document, sent: list[Any]) -> None:
    for row in sent:
        if isinstance(row, dict) and row.get("key"):
            order_flow.put_meta(dialect, refund.body, str(row["key"]), row.get("value"))


def _take_rows_back(
    dialect: WooCommerce, order: Document, refund: Document, backs: Mapping[int, Back]
) -> None:
    for kind in order_rows.KINDS:
        for row in order.body[kind]:
            back = backs.get(row["id"])
            if back is not None and (back.pieces or back.total or back.taxes):
                refund.body[kind].append(_row_back(dialect, kind, row, back))
    _reckon(dialect, order, refund)


def _row_back(dialect: WooCommerce, kind: str, row: Row, back: Back) -> Row:
    number = dialect.shop.next_number
    total = plain(-back.total)
    taxes = {id: plain(-tax) for id, tax in back.taxes.items()}
    meta = {"key": "_refunded_item_id", "value": str(row["id"])}
    taken = {
        **row,
        "id": number("order_item"),
        "total": total,
        "taxes": {"total": taxes},
        "meta_data": [{"id": number("order_itemmeta"), **meta}],
    }
    if kind == "line_items":
        taken |= {"quantity": -back.pieces, "subtotal": total}
        taken["taxes"] = {"total": taxes, "subtotal": taxes}
    return taken


def _reckon(dialect: WooCommerce, order: Document, refund: Document) -> None:
    """The refund's tax rows and its whole tax, from the rows taken back."""
    body, by_rate = refund.body, {r["rate_id"]: r for r in order.body["tax_lines"]}
    sums: dict[str, list[Decimal]] = {}
    for kind in order_rows.KINDS:
        for row in body[kind]:
            for id, tax in row["taxes"]["total"].items():
                pair = sums.setdefault(id, [Decimal(0), Decimal(0)])
                pair[kind == "shipping_lines"] += rounded(Decimal(tax))
    for id, (goods, shipping) in sums.items():
        known = by_rate.get(int(id), {})
        body["tax_lines"].append(
            {
                "id": dialect.shop.next_number("order_item"),
                "rate_id": int(id),
                "rate_code": known.get("rate_code", ""),
                "label": known.get("label", ""),
                "compound": known.get("compound", False),
                "rate_percent": known.get("rate_percent", "0"),
                "tax_total": plain(goods),
                "shipping_tax_total": plain(shipping),
            }
        )
    body["total_tax"] = plain(sum((g + s for g, s in sums.values()), Decimal(0)))


def _restock(dialect: WooCommerce, order: Document, backs: Mapping[int, Back]) -> None:
    """Put named pieces of rows whose stock was taken back on the shelf, however many are named."""
    if not order_goods.stock_is_managed(dialect):
        return
    for row in order.body["line_items"]:
        back, good = backs.get(row["id"]), order_goods.of_row(dialect, row)
        taken = order_rows.reduced(row)
        if back is None or not back.pieces or not taken or good is None or not good.counts_stock:
            continue
        now = order_goods.move_stock(dialect, good, back.pieces)
        new_id = lambda: dialect.shop.next_number("order_itemmeta")  # noqa: E731
        before = rules.whole(order_rows.meta(row, "_restock_refunded_items"))
        order_rows.put_meta(row, "_reduced_stock", str(taken - back.pieces), new_id)
        order_rows.put_meta(row, "_restock_refunded_items", str(before + back.pieces), new_id)
        words = f"Item #{good.id} stock increased from {now - back.pieces} to {now}."
        notes.add(dialect, order.id, words)


# -- showing it -----------------------------------------------------------------------------------


def view(call: Call, refund: Document) -> dict[str, Any]:
    """A refund as the API shows it."""
    body, dialect, dp = refund.body, call.dialect, order_views.decimals(call)
    return {
        "id": refund.id,
        **order_views.both("date_created", refund.created_at, dialect.zone),
        "amount": fixed(body["amount"], dp) if body["amount"] != "" else "",
        "reason": body["reason"],
        "refunded_by": body["refunded_by"],
        "refunded_payment": body["refunded_payment"],
        "meta_data": body["meta_data"],
        "line_items": [order_views.line_view(dialect, r, body, dp) for r in body["line_items"]],
        "shipping_lines": [order_views.shipping_view(r, body, dp) for r in body["shipping_lines"]],
        "tax_lines": [order_views.tax_view(r, dp) for r in body["tax_lines"]],
        "fee_lines": [order_views.fee_view(r, body, dp) for r in body["fee_lines"]],
    }


def links(call: Call, refund: Document) -> dict[str, Any]:
    """`_links` of a refund."""
    order = f"/orders/{refund.parent_id}"
    found = item_links(call, f"{order}/refunds/{refund.id}", f"{order}/refunds")
    found["self"][0]["targetHints"] = {"allow": ["GET", "DELETE"]}
    return {**found, "up": [{"href": call.link(order)}]}


def _shown(call: Call, refund: Document) -> Reply:
    return Reply(view(call, refund), links=links(call, refund))


def _existing(call: Call) -> Document:
    refund = call.shop.get("refund", call.number())
    if refund is None:
        raise WooError("woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.", 404)
    if order_flow.load(call.dialect, call.number("order_id")) is None:
        raise _broken("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404)
    if refund.parent_id != call.number("order_id"):
        message = "Invalid order refund ID."
        raise _broken("woocommerce_rest_invalid_order_refund_id", message, 404)
    return refund


def _list(call: Call) -> Reply:
    order = call.number("order_id")
    inner = call.row({**call.params, "parent": [order]})
    refunds, total = found(inner, "refund")
    rows = [_shown(call, r).whole() for r in refunds]
    return lists.answer(call, f"/orders/{order}/refunds", rows, total)


def _list_all(call: Call) -> Reply:
    refunds, total = found(call, "refund")
    rows = []
    for refund in refunds:
        shown = {**view(call, refund), "parent_id": refund.parent_id}
        rows.append(Reply(shown, links=links(call, refund)).whole())
    return lists.answer(call, "/refunds", rows, total)


def _get(call: Call) -> Reply:
    return _shown(call, _existing(call))


def _delete(call: Call) -> Reply:
    reply = _shown(call, refund := _existing(call))
    call.shop.drop("refund", refund.id)
    return reply


_ORDER = {"order_id": INT}
_ONE = {**_ORDER, "id": INT}
_LIST = {
    **PAGES,
    "search": SEARCH,
    **TIMES,
    "exclude": IDS,
    "include": IDS,
    **ordered(["date", "id", "include", "title", "slug", "modified"]),
    "parent": IDS,
    "parent_exclude": IDS,
    "dp": {"type": "integer", "default": 2},
}
_FIELDS = {
    "amount": TEXT,
    "reason": TEXT,
    "refunded_by": INT,
    "meta_data": META,
    "api_refund": {**FLAG, "default": True},
    "api_restock": {**FLAG, "default": True},
}
_ROWS = ("line_items", "shipping_lines", "tax_lines", "fee_lines")
RESOURCE: Schema = {
    "title": "shop_order_refund",
    "properties": {
        **shown(id=INT, refunded_payment=FLAG, **dict.fromkeys(_ROWS, rows({"id": INT}))),
        **times("date_created"),
        **_FIELDS,
    },
}
_REFUNDS = r"/orders/(?P<order_id>[\d]+)/refunds"
_FORCE = {"force": {"type": "boolean", "default": True}}  # without it as well: there is no bin
ROUTES = (
    Route(
        _REFUNDS,
        (
            Endpoint(GET, may("list"), _list, {**_ORDER, **_LIST}),
            Endpoint(CREATE, may("create"), _create, {**_ORDER, **_FIELDS}),
        ),
        RESOURCE,
    ),
    Route(
        _REFUNDS + r"/(?P<id>[\d]+)",
        (
            Endpoint(GET, may("view"), _get, {**_ONE, "context": CONTEXT}),
            Endpoint(DELETE, may("delete"), _delete, {**_ONE, **_FORCE}),
        ),
        RESOURCE,
    ),
    Route("/refunds", (Endpoint(GET, may("list"), _list_all, _LIST),), RESOURCE),
)
