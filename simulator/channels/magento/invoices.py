"""Invoices: what the buyer owes or has paid. Offline payments are paid when they are invoiced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import orders, search
from simulator.channels.magento.calls import Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_entity
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

HEADLINE = "Invoice Document Validation Error(s):"
NOTHING = "The invoice can't be created without products. Add products and try again."
NOT_ALLOWED = "The order does not allow an invoice to be created."
OPEN, PAID, CANCELLED = 1, 2, 3
OFFLINE = frozenset({"checkmo", "banktransfer", "cashondelivery", "purchaseorder", "free"})
STOPPED = (orders.CANCELED, orders.HELD, orders.CLOSED, "payment_review")
TWINS = words(
    "discount_amount grand_total discount_tax_compensation_amount shipping_amount shipping_incl_tax"
    " shipping_tax_amount subtotal subtotal_incl_tax tax_amount price price_incl_tax row_total"
    " row_total_incl_tax total_refunded"
)
COMPENSATION = "shipping_discount_tax_compensation_amount"


def invoice(call: Call) -> str:
    """Invoice what is named, or all that is left; gives the invoice's id as text."""
    dialect, found = call.dialect, orders.need(call.dialect, call["orderId"])
    pieces = _pieces(found, call["items"])
    state, faults = found.body["head"]["state"], []
    if not pieces:
        faults.append(NOTHING)
    if state in STOPPED:
        faults.append(f"An invoice cannot be created when an order has a status of {state}")
    elif not orders.can_invoice(found):
        faults.append(NOT_ALLOWED)
    if faults:
        raise Refusal("\n".join([HEADLINE, *faults]))
    is_offline = found.body["payment"]["method"] in OFFLINE
    made = make(dialect, found, pieces, is_paid=bool(call["capture"]) or is_offline)
    comment = call["comment"]
    if comment and comment.get("comment"):
        visible = comment.get("is_visible_on_front") or 0
        _add_comment(dialect, made, comment["comment"], visible, int(bool(call["notify"])))
    return str(made.id)


def _pieces(found: Document, wanted: Sequence[Mapping[str, Any]] | None) -> dict[int, float]:
    rows = {row["item_id"]: row for row in orders.real_items(found)}
    if not wanted:
        left = {id: orders.to_invoice(row) for id, row in rows.items()}
        return {id: pieces for id, pieces in left.items() if pieces}
    named: dict[int, float] = {}
    for one in wanted:
        id, pieces = one.get("order_item_id") or 0, int(one.get("qty") or 0)  # whole pieces
        if id not in rows or pieces <= 0:
            continue
        if pieces > orders.to_invoice(rows[id]):
            message = 'We found an invalid quantity to invoice item "%1".'
            raise Refusal(message, [rows[id]["name"]])
        named[id] = pieces
    return named


def make(
    dialect: Magento, found: Document, pieces: Mapping[int, float], *, is_paid: bool
) -> Document:
    """Write the invoice; the first one takes all of the shipping."""
    head = found.body["head"]
    rows = [row for row in orders.real_items(found) if row["item_id"] in pieces]
    for row in orders.real_items(found):
        if orders.to_invoice(row) > 0:  # fees for waste are reckoned for rows of no pieces too
            row["weee_tax_applied"] = "[]"
    id = dialect.shop.next_number("invoice")
    items: list[dict[str, Any]] = []
    for row in rows:
        items += _items(dialect, found, id, row, pieces[row["item_id"]])
        row["updated_at"] = search.now(dialect)
    net = round(sum(row.get("row_total", 0) for row in items), 4)
    tax = round(sum(row.get("tax_amount", 0) for row in items), 4)
    is_first = head.get("shipping_invoiced") is None
    shipping = (head["shipping_amount"] or 0) if is_first else 0
    total = round(net + tax + shipping, 4)
    body = {
        "increment_id": f"{id:09d}",
        "state": PAID if is_paid else OPEN,
        "head": {
            "discount_amount": 0,
            "grand_total": total,
            "discount_tax_compensation_amount": 0,
            "shipping_amount": shipping,
            COMPENSATION: 0,
            "shipping_incl_tax": shipping,
            "shipping_tax_amount": 0,
            "subtotal": net,
            "subtotal_incl_tax": round(net + tax, 4),
            "tax_amount": tax,
        },
        "billing_address_id": head.get("billing_address_id"),
        "shipping_address_id": (found.body["shipping"] or {}).get("entity_id"),
        "total_qty": sum(pieces.values()),
        "items": items,
        "comments": [],
        "transaction_id": found.body["payment"].get("last_trans_id") if is_paid else None,
    }
    _add(head, "subtotal_invoiced", net)
    _add(head, "tax_invoiced", tax)
    _add(head, "shipping_invoiced", shipping)
    _add(head, "discount_invoiced", 0)
    _add(head, "discount_tax_compensation_invoiced", 0)
    _add(head, "total_invoiced", total)
    head["base_total_invoiced_cost"] = 0
    made = dialect.shop.add("invoice", body, id=id, parent_id=found.id)
    if is_paid:
        _pay(found, total, shipping)
    orders.settle_state(found)
    orders.save(dialect, found)
    return made


def _items(
    dialect: Magento, found: Document, id: int, row: dict[str, Any], pieces: float
) -> list[dict[str, Any]]:
    """The invoice's rows for a row of the order, a variant's beside it."""
    shown = []
    for part in found.body["items"]:
        if row["item_id"] not in (part["item_id"], part.get("parent_item_id")):
            continue
        share = pieces / part["qty_ordered"]
        total, tax = round(part["row_total"] * share, 4), round(part["tax_amount"] * share, 4)
        part["qty_invoiced"] += pieces
        part["row_invoiced"] = round(part["row_invoiced"] + total, 4)
        part["tax_invoiced"] = round(part["tax_invoiced"] + tax, 4)
        part["discount_tax_compensation_invoiced"] = 0
        one = {
            "entity_id": dialect.shop.next_number("invoice item"),
            "name": part["name"],
            "parent_id": id,
            "price": part["price"],
            "product_id": part["product_id"],
            "sku": part["sku"],
            "order_item_id": part["item_id"],
            "qty": pieces,
        }
        if not part.get("parent_item_id"):  # the money of a variant is on its parent's row
            one |= {
                "row_total": total,
                "tax_amount": tax,
                "price_incl_tax": part.get("price_incl_tax", part["price"]),
                "row_total_incl_tax": round(total + tax, 4),
                "discount_tax_compensation_amount": 0,
            }
        shown.append(one)
    return shown


def _add(amounts: dict[str, Any], name: str, amount: float) -> None:
    amounts[name] = round((amounts.get(name) or 0) + amount, 4)


def _pay(found: Document, total: float, shipping: float) -> None:
    head, payment = found.body["head"], found.body["payment"]
    _add(head, "total_paid", total)
    head["total_due"] = round((head["grand_total"] or 0) - head["total_paid"], 4)
    _add(payment, "amount_paid", total)
    _add(payment, "shipping_captured", shipping)


def capture(call: Call) -> bool:
    """Take the money of an open invoice."""
    made = _need(call.dialect, call["id"])
    if made.body["state"] != OPEN:
        raise Refusal("The capture action is not available.")
    found = orders.need(call.dialect, made.parent_id or 0)
    made.body["state"] = PAID
    call.dialect.shop.put(made)
    _pay(found, made.body["head"]["grand_total"], made.body["head"]["shipping_amount"])
    orders.settle_state(found)
    orders.save(call.dialect, found)
    return True


def void(call: Call) -> bool:
    """Give an authorisation back; an offline payment has none."""
    made = _need(call.dialect, call["id"])
    found = orders.need(call.dialect, made.parent_id or 0)
    if made.body["state"] != OPEN or found.body["payment"]["method"] in OFFLINE:
        raise Refusal("The void action is not available.")
    made.body["state"] = CANCELLED
    call.dialect.shop.put(made)
    return True


def view(call: Call, found: Document) -> dict[str, Any]:
    """An invoice as it is shown."""
    body = found.body
    shown = {
        **money_head(call.dialect, body["head"]),
        "billing_address_id": body["billing_address_id"],
        "can_void_flag": 0,
        "created_at": search.stamp(found.created_at),
        "entity_id": found.id,
        "increment_id": body["increment_id"],
        "order_id": found.parent_id,
        "shipping_address_id": body["shipping_address_id"],
        "state": body["state"],
        "total_qty": body["total_qty"],
        "transaction_id": body.get("transaction_id"),
        "updated_at": search.stamp(found.modified_at),
        "items": [with_twins(row) for row in body["items"]],
        "comments": body["comments"],
    }
    return {key: value for key, value in shown.items() if value is not None}


def money_head(dialect: Magento, amounts: Mapping[str, Any]) -> dict[str, Any]:
    """The amounts of an invoice or credit memo with its currencies."""
    currency = dialect.settings()["currency"]
    codes = ("base", "global", "order", "store")
    shown = {**with_twins(amounts), **{f"{name}_currency_code": currency for name in codes}}
    if COMPENSATION in amounts:
        shown["base_shipping_discount_tax_compensation_amnt"] = amounts[COMPENSATION]
    rates = {"base_to_global_rate": 1, "base_to_order_rate": 1}
    return shown | rates | {"store_id": 1, "store_to_base_rate": 0, "store_to_order_rate": 0}


def with_twins(row: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts, each also in the base currency."""
    return {**row, **{f"base_{name}": row[name] for name in TWINS if name in row}}


def read(call: Call) -> dict[str, Any]:
    """One invoice."""
    return view(call, _need(call.dialect, call["id"]))


def list_invoices(call: Call) -> dict[str, Any]:
    """Invoices by criteria."""
    return search.listing(call, ENTITY, view)


def comments(call: Call) -> dict[str, Any]:
    """An invoice's comments."""
    found = _need(call.dialect, call["id"])
    return orders.comment_list(found.id, found.body["comments"])


def add_comment(call: Call) -> dict[str, Any]:
    """Write a comment on the invoice that the comment names."""
    given = call["entity"]
    found = call.dialect.shop.get("invoice", given.get("parent_id") or 0)
    if found is None or not given.get("comment"):
        raise Refusal("Could not save the invoice comment.")
    notified = given.get("is_customer_notified") or 0
    visible = given.get("is_visible_on_front") or 0
    comment = _add_comment(call.dialect, found, given["comment"], visible, notified)
    return {k: v for k, v in comment.items() if k != "created_at"}


def _add_comment(
    dialect: Magento, found: Document, text: str, is_visible: int, is_notified: int
) -> dict[str, Any]:
    comment = {
        "is_customer_notified": is_notified,
        "parent_id": found.id,
        "comment": text,
        "is_visible_on_front": is_visible,
        "created_at": search.now(dialect),
        "entity_id": dialect.shop.next_number("invoice comment"),
    }
    found.body["comments"].append(comment)
    dialect.shop.put(found, touch=False)
    return comment


def _need(dialect: Magento, id: int) -> Document:
    if not id:
        raise Refusal("An ID is needed. Set the ID and try again.")
    found = dialect.shop.get("invoice", id)
    if found is None:
        raise no_entity()
    return found


ENTITY = search.Entity(
    kind="invoice",
    name="invoices",
    row=lambda call, found: {
        **found.body["head"],
        "entity_id": found.id,
        "increment_id": found.body["increment_id"],
        "order_id": found.parent_id,
        "state": found.body["state"],
        "store_id": 1,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
    },
    fields=frozenset(
        words(
            "entity_id order_id increment_id state store_id grand_total subtotal tax_amount"
            " shipping_amount total_qty created_at updated_at transaction_id base_grand_total"
            " billing_address_id shipping_address_id order_currency_code discount_amount"
        )
    ),
    parent_field="order_id",
)
_RIGHT, _ID, _AT = "Magento_Sales::sales_invoice", param("id", "int"), "/V1/invoices"
_API = "Magento\\Sales\\Api"
ROUTES = (
    Route(
        "POST",
        "/V1/order/:orderId/invoice",
        invoice,
        "Magento_Sales::invoice",
        (
            param("orderId", "int"),
            maybe("capture", "bool"),
            maybe("items", "QuantityOf[]"),
            maybe("notify", "bool"),
            maybe("appendComment", "bool"),
            maybe("comment", "NewComment"),
            maybe("arguments", "InvoiceArguments"),
        ),
        f"{_API}\\InvoiceOrderInterface::execute",
        "Magento\\Sales\\Model\\InvoiceOrder",
    ),
    Route("GET", _AT, list_invoices, _RIGHT, search.CRITERIA),
    Route("GET", f"{_AT}/:id", read, _RIGHT, (_ID,)),
    Route("GET", f"{_AT}/:id/comments", comments, _RIGHT, (_ID,)),
    Route("POST", f"{_AT}/comments", add_comment, _RIGHT, (param("entity", "Comment"),)),
    Route("POST", f"{_AT}/:id/capture", capture, _RIGHT, (_ID,)),
    Route("POST", f"{_AT}/:id/void", void, _RIGHT, (_ID,)),
)
