"""Orders: found, held, cancelled, commented on, and how their state follows what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.magento import order_view, regions, salable, search
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal, no_entity
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

_CENT_FRACTION = 0.0001
NEW, PROCESSING, COMPLETE, CLOSED = "new", "processing", "complete", "closed"
CANCELED, HELD = "canceled", "holded"
STATUS_OF = {NEW: "pending"}  # where the first status of a state has another name
STATUSES = {  # what may be chosen by a comment while an order is in a state
    NEW: {"pending"},
    "pending_payment": {"pending_payment"},
    PROCESSING: {"processing", "fraud"},
    COMPLETE: {"complete"},
    CLOSED: {"closed"},
    CANCELED: {"canceled"},
    HELD: {"holded"},
    "payment_review": {"payment_review", "fraud"},
}
UNSAVED_ADDRESS = "The order address couldn't be saved."
Item = dict[str, Any]


def need(dialect: Magento, id: int) -> Document:
    """The order now. Refusal 404 when there is none."""
    if not id:
        raise Refusal("An ID is needed. Set the ID and try again.")
    found = dialect.shop.get("order", id)
    if found is None:
        raise no_entity()
    return found


def real_items(found: Document) -> list[Item]:
    """The rows that money and parcels go by: no variants' rows beside their parents'."""
    return [row for row in found.body["items"] if not row.get("parent_item_id")]


def stocked(found: Document, row: Item) -> Item:
    """The row whose goods leave the shelf: the variant's for a configurable row."""
    for child in found.body["items"]:
        if child.get("parent_item_id") == row["item_id"]:
            return dict(child)
    return row


def to_ship(row: Item) -> float:
    """Pieces still to be sent."""
    if row.get("is_virtual"):
        return 0
    left = row["qty_ordered"] - max(row["qty_shipped"], row["qty_refunded"]) - row["qty_canceled"]
    return float(max(left, 0))


def to_invoice(row: Item) -> float:
    """Pieces still to be invoiced."""
    return float(max(row["qty_ordered"] - row["qty_invoiced"] - row["qty_canceled"], 0))


def to_refund(row: Item) -> float:
    """Pieces whose money may be given back."""
    return float(max(row["qty_invoiced"] - row["qty_refunded"], 0))


def can_ship(found: Document) -> bool:
    """Whether anything is left to be sent."""
    return any(to_ship(row) > 0 for row in real_items(found))


def can_invoice(found: Document) -> bool:
    """Whether anything is left to be invoiced."""
    return any(to_invoice(row) > 0 for row in real_items(found))


def set_state(found: Document, state: str, status: str | None = None) -> None:
    """Put an order into a state, with the state's usual status."""
    found.body["head"] |= {"state": state, "status": status or STATUS_OF.get(state, state)}


def settle_state(found: Document) -> None:
    """The state that follows from what was invoiced, sent and given back."""
    head = found.body["head"]
    if head["state"] in (CANCELED, HELD, CLOSED):
        return
    rows = real_items(found)
    if head["state"] == NEW and any(r["qty_invoiced"] or r["qty_shipped"] for r in rows):
        set_state(found, PROCESSING)
    if can_invoice(found) or can_ship(found):
        return
    left = (head.get("total_paid") or 0) - (head.get("total_refunded") or 0)
    fee = head.get("adjustment_negative") or 0  # what the shop kept counts as given back
    if head.get("total_refunded") and min(abs(left), abs(left - fee)) < _CENT_FRACTION:
        set_state(found, CLOSED)
    elif head["state"] == PROCESSING:
        set_state(found, COMPLETE)


def save(dialect: Magento, found: Document, *, touch: bool = True) -> Document:
    """Store a changed order."""
    return dialect.shop.put(found, touch=touch)


def add_history(
    dialect: Magento, found: Document, comment: str | None, status: str, **more: Any
) -> None:
    """Write a comment on an order, the newest first."""
    row = {
        "comment": comment,
        "created_at": search.now(dialect),
        "entity_id": dialect.shop.next_number("status history"),
        "is_customer_notified": 0,
        "is_visible_on_front": 0,
        "parent_id": found.id,
        "status": status,
        **more,
    }
    found.body["histories"].insert(0, row)


# -- acts -------------------------------------------------------------------------------------------


def cancel_order(dialect: Magento, found: Document) -> bool:
    """Cancel what was not invoiced; False when nothing can be."""
    head = found.body["head"]
    if head["state"] in (CANCELED, HELD, COMPLETE, CLOSED) or not can_invoice(found):
        return False
    invoiced = {
        k: head.get(f"{k}_invoiced") or 0 for k in ("subtotal", "tax", "shipping", "discount")
    }
    now = search.now(dialect)
    state = CANCELED
    for row in real_items(found):
        if to_refund(row) > 0 and state == CANCELED:
            state = COMPLETE
        gone = min(to_invoice(row), to_ship(row)) if not row.get("is_virtual") else to_invoice(row)
        if to_ship(row) > gone and to_refund(row) > 0:
            state = PROCESSING
        goods = stocked(found, row)
        salable.reserve(dialect, found.body["stock_id"], goods["sku"], gone)
        for part in _family(found, row):
            part["qty_canceled"] += gone
            part |= {"updated_at": now, "tax_canceled": 0, "discount_tax_compensation_canceled": 0}
            share = gone / part["qty_ordered"] if part["qty_ordered"] else 0
            part["tax_canceled"] = round(part["tax_amount"] * share, 4)
    whole = {name: head.get(name) or 0 for name in ("subtotal", "tax_amount", "shipping_amount")}
    head |= {
        "subtotal_canceled": whole["subtotal"] - invoiced["subtotal"],
        "tax_canceled": whole["tax_amount"] - invoiced["tax"],
        "shipping_canceled": whole["shipping_amount"] - invoiced["shipping"],
        "discount_canceled": abs(head.get("discount_amount") or 0) - invoiced["discount"],
        "total_canceled": (head.get("grand_total") or 0) - (head.get("total_paid") or 0),
    }
    set_state(found, state)
    save(dialect, found)
    return True


def _family(found: Document, row: Item) -> list[Item]:
    """A row and those of its variants."""
    return [
        r for r in found.body["items"] if row["item_id"] in (r["item_id"], r.get("parent_item_id"))
    ]


def cancel(call: Call) -> bool:
    """Cancel an order; false when it is too late."""
    return cancel_order(call.dialect, need(call.dialect, call["id"]))


def hold(call: Call) -> bool:
    """Stop an order until somebody lets it go on."""
    found = need(call.dialect, call["id"])
    head = found.body["head"]
    if head["state"] in (CANCELED, HELD, COMPLETE, CLOSED, "payment_review"):
        raise Refusal("A hold action is not available.")
    head |= {"hold_before_state": head["state"], "hold_before_status": head["status"]}
    set_state(found, HELD)
    save(call.dialect, found)
    return True


def unhold(call: Call) -> bool:
    """Let a held order go on as it was."""
    found = need(call.dialect, call["id"])
    head = found.body["head"]
    if head["state"] != HELD:
        raise Refusal("You cannot remove the hold.")
    set_state(found, head["hold_before_state"], head["hold_before_status"])
    head |= {"hold_before_state": None, "hold_before_status": None}
    save(call.dialect, found)
    return True


def add_comment(call: Call) -> bool:
    """Write a comment; a status must be one of the order's present state. Nothing else moves."""
    found, given = need(call.dialect, call["id"]), call["statusHistory"]
    head = found.body["head"]
    status = given.get("status")
    if status is not None and status not in STATUSES.get(head["state"], {head["status"]}):
        message = (
            'Unable to add comment: The status "%1" is not part of the order\n'
            "                 status history."
        )
        raise Refusal(message, [status])
    more = {"is_customer_notified": given.get("is_customer_notified")}
    if given.get("is_visible_on_front") is not None:
        more["is_visible_on_front"] = given["is_visible_on_front"]
    add_history(call.dialect, found, given.get("comment"), status or head["status"], **more)
    head["status"] = status or head["status"]
    save(call.dialect, found, touch=False)
    return True


def comments(call: Call) -> dict[str, Any]:
    """An order's comments, the oldest first."""
    found = need(call.dialect, call["id"])
    rows = [order_view.history(row) for row in reversed(found.body["histories"])]
    return comment_list(found.id, rows)


def comment_list(parent: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Comments as a list that tells whose they are."""
    filters = [{"field": "parent_id", "value": str(parent), "condition_type": "eq"}]
    return search.answer(rows, {"filter_groups": [{"filters": filters}]}, len(rows))


def status(call: Call) -> str:
    """An order's status."""
    return str(need(call.dialect, call["id"]).body["head"]["status"])


def send_mail(call: Call) -> bool:
    """Send the buyer the order's mail; none leaves this shop."""
    need(call.dialect, call["id"])
    return True


def change_address(call: Call) -> dict[str, Any]:
    """Another address for an order, named by the address's own id. The order's moment stays."""
    dialect, given = call.dialect, call["entity"]
    found = dialect.shop.get("order", call["parent_id"])
    if found is None:
        raise Refusal(UNSAVED_ADDRESS)
    for name in ("billing", "shipping"):
        old = found.body[name]
        if not old or old["entity_id"] != given.get("entity_id"):
            continue
        given = {k: v for k, v in given.items() if k not in ("extension_attributes", "parent_id")}
        new = {**old, **given}
        region = regions.by_id(str(new["country_id"]), new.get("region_id"))
        if region is not None:
            new |= {"region": region.name, "region_code": region.code}
        found.body[name] = new
        save(dialect, found, touch=False)
        return order_view.address(new)
    raise Refusal(UNSAVED_ADDRESS)


# -- reading ----------------------------------------------------------------------------------------


def read(call: Call) -> dict[str, Any]:
    """One order, as it was `lag` ago."""
    found = need(call.dialect, call["id"])
    if call.dialect.shop.lag:
        then = {d.id: d for d in call.dialect.shop.seen("order")}
        if found.id not in then:
            raise no_entity()
        found = then[found.id]
    return order_view.order(call, found)


def list_orders(call: Call) -> dict[str, Any]:
    """Orders by criteria."""
    return search.listing(call, ENTITY, order_view.order)


def list_items(call: Call) -> dict[str, Any]:
    """Rows of orders by criteria."""
    criteria = call["searchCriteria"] or {}
    orders_ = _orders_of(call, criteria)
    rows = [order_view.plain_item(r) for found in orders_ for r in found.body["items"]]
    shown, total = search.plain(rows, criteria, ITEM_FIELDS)
    by_id = {row["item_id"]: row for row in shown}
    told = [order_view.with_parent(row, by_id.get(row.get("parent_item_id"))) for row in shown]
    return search.answer(told, criteria, total)


def _orders_of(call: Call, criteria: Any) -> list[Document]:
    """Only the named orders where a filter names some."""
    for group in criteria.get("filter_groups") or ():
        filters: list[Any] = group.get("filters") or []
        if (
            len(filters) == 1
            and filters[0].get("field") == "order_id"
            and (filters[0].get("condition_type") or "eq") in ("eq", "in")
        ):
            ids = [p for p in str(filters[0].get("value") or "").split(",") if p.strip().isdigit()]
            found = (call.dialect.shop.get("order", int(id)) for id in ids)
            return [one for one in found if one is not None]
    return list(call.dialect.shop.seen("order"))


def rows_beside(dialect: Magento, id: int) -> dict[int, Item]:
    """All rows of the order that has the row with this id; {} when there is none."""
    ref = dialect.shop.get("order_item", id)
    found = dialect.shop.get("order", ref.parent_id or 0) if ref else None
    return {row["item_id"]: row for row in found.body["items"]} if found else {}


def read_item(call: Call) -> dict[str, Any]:
    """One row of some order."""
    rows = rows_beside(call.dialect, call["id"])
    if call["id"] not in rows:
        raise no_entity()
    row = order_view.plain_item(rows[call["id"]])
    parent = rows.get(row.get("parent_item_id") or 0)
    return order_view.with_parent(row, parent and order_view.plain_item(parent))


def _row(call: Call, found: Document) -> dict[str, Any]:
    return {
        **order_view.with_twins(found.body["head"]),
        "entity_id": found.id,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
    }


FIELDS = frozenset(
    words(
        "entity_id increment_id state status store_id store_name created_at updated_at grand_total"
        " subtotal subtotal_incl_tax tax_amount shipping_amount shipping_description discount_amount"
        " total_paid total_due total_refunded total_canceled total_invoiced total_qty_ordered"
        " total_item_count customer_id customer_email customer_firstname customer_lastname"
        " customer_group_id customer_is_guest customer_note customer_note_notify customer_taxvat"
        " coupon_code discount_description ext_order_id ext_customer_id quote_id is_virtual weight"
        " order_currency_code base_currency_code global_currency_code store_currency_code"
        " protect_code remote_ip billing_address_id shipping_address_id hold_before_state"
        " hold_before_status original_increment_id relation_parent_id relation_child_id edit_increment"
        " base_grand_total base_subtotal base_total_paid base_total_due base_total_refunded"
        " base_shipping_amount base_tax_amount shipping_method email_sent send_email"
    )
)
ITEM_FIELDS = frozenset(
    words(
        "item_id order_id parent_item_id quote_item_id store_id created_at updated_at product_id"
        " product_type sku name qty_ordered qty_invoiced qty_shipped qty_refunded qty_canceled"
        " qty_backordered price base_price original_price row_total tax_amount tax_percent"
        " discount_amount discount_percent is_virtual weight row_weight row_invoiced free_shipping"
        " no_discount amount_refunded row_total_incl_tax price_incl_tax"
    )
)
ENTITY = search.Entity(kind="order", name="orders", row=_row, fields=FIELDS)
_ID, _VIEW = param("id", "int"), "Magento_Sales::actions_view"
_AT, _API = "/V1/orders", "Magento\\Sales\\Api\\OrderManagementInterface"
_MADE_BY = "Magento\\Sales\\Model\\Service\\OrderService"
_HISTORY = param("statusHistory", "StatusHistory")


def _act(path: str, handler: Any, right: str, method: str, *more: Any) -> Route:
    params = (_ID, *more)
    return Route("POST", f"{_AT}/:id/{path}", handler, right, params, f"{_API}::{method}", _MADE_BY)


ROUTES = (
    Route("GET", _AT, list_orders, _VIEW, search.CRITERIA),
    Route("GET", f"{_AT}/items", list_items, _VIEW, search.CRITERIA),
    Route("GET", f"{_AT}/items/:id", read_item, _VIEW, (_ID,)),
    Route("GET", f"{_AT}/:id", read, _VIEW, (_ID,)),
    Route("GET", f"{_AT}/:id/statuses", status, _VIEW, (_ID,)),
    Route("GET", f"{_AT}/:id/comments", comments, _VIEW, (_ID,)),
    _act("comments", add_comment, "Magento_Sales::comment", "addComment", _HISTORY),
    _act("cancel", cancel, "Magento_Sales::cancel", "cancel"),
    _act("hold", hold, "Magento_Sales::hold", "hold"),
    _act("unhold", unhold, "Magento_Sales::unhold", "unHold"),
    _act("emails", send_mail, "Magento_Sales::emails", "notify"),
    Route(
        "PUT",
        f"{_AT}/:parent_id",
        change_address,
        "Magento_Sales::create",
        (param("parent_id", "int"), param("entity", "OrderAddress")),
        "Magento\\Sales\\Api\\OrderAddressRepositoryInterface::save",
    ),
)
