"""Credit memos: money given back, and what becomes of the goods."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import (
    creditmemos,
    invoices,
    orders,
    salable,
    search,
    shipments,
    source_items,
    sources,
)
from simulator.channels.magento.calls import Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_entity
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

FOREIGN_RETURN = (
    "The return to stock argument contains product item that is not part of the original order."
)
HEADLINE = "Creditmemo Document Validation Error(s):"
FOREIGN = "The creditmemo contains product item that is not part of the original order."
TOO_MUCH = "The quantity to refund must not be greater than the unrefunded quantity."
NOT_OF_INVOICE = "We can't create creditmemo for the invoice."
STOPPED = (orders.CLOSED, orders.CANCELED, orders.HELD, "payment_review")


def refund_order(call: Call) -> str:
    """Give money back offline: what is named, or all that is left; gives the memo's id as text."""
    found = orders.need(call.dialect, call["orderId"])
    return str(_refund(call, found).id)


def refund_invoice(call: Call) -> str:
    """Give money back through the gateway. Offline payments have none."""
    invoice = call.dialect.shop.get("invoice", call["invoiceId"])
    if invoice is None:
        raise no_entity()
    found = orders.need(call.dialect, invoice.parent_id or 0)
    if found.body["payment"]["method"] in invoices.OFFLINE:
        raise Refusal("\n".join([HEADLINE, NOT_OF_INVOICE]))
    return str(_refund(call, found, invoice.id).id)


def _refund(call: Call, found: Document, invoice_id: int | None = None) -> Document:
    arguments = call["arguments"] or {}
    extension = arguments.get("extension_attributes") or {}
    made = give_back(
        call.dialect,
        found,
        call["items"],
        shipping=arguments.get("shipping_amount"),
        positive=arguments.get("adjustment_positive") or 0,
        negative=arguments.get("adjustment_negative") or 0,
        to_stock=extension.get("return_to_stock_items") or (),
        invoice_id=invoice_id,
    )
    comment = call["comment"]
    if comment and comment.get("comment"):
        visible = comment.get("is_visible_on_front") or 0
        creditmemos.comment_on(
            call.dialect, made, comment["comment"], visible, int(bool(call["notify"]))
        )
    return made


def give_back(
    dialect: Magento,
    found: Document,
    wanted: Sequence[Mapping[str, Any]] | None,
    *,
    shipping: float | None = None,
    positive: float = 0,
    negative: float = 0,
    to_stock: Sequence[int] = (),
    invoice_id: int | None = None,
) -> Document:
    """Write a credit memo and settle goods and money. Refusal for more than there is."""
    head = found.body["head"]
    pieces, faults = _pieces(found, wanted)
    left = round((head.get("shipping_invoiced") or 0) - (head.get("shipping_refunded") or 0), 4)
    if head.get("shipping_invoiced") is None:
        left = head["shipping_amount"] or 0
    if shipping is not None and shipping > left + 0.0001:
        message = "Maximum shipping amount allowed to refund is: %1"
        raise Refusal(message, [dialect.money(left)])
    sending = left if shipping is None else shipping
    items = _items(found, pieces)
    net = round(sum(row.get("row_total", 0) for row in items), 4)
    tax = round(sum(row.get("tax_amount", 0) for row in items), 4)
    total = round(net + tax + sending + positive - negative, 4)
    members = {one.get("order_item_id") for one in wanted} if wanted else set(pieces)
    _check(found, total, [*faults, *_not_taken_back(dialect, members, to_stock)])
    id = dialect.shop.next_number("creditmemo")
    for row in items:
        row |= {"entity_id": dialect.shop.next_number("creditmemo item"), "parent_id": id}
    body = {
        "increment_id": f"{id:09d}",
        "head": {
            "adjustment": round(positive - negative, 4),
            "adjustment_negative": negative,
            "adjustment_positive": positive,
            "discount_amount": 0,
            "grand_total": total,
            "discount_tax_compensation_amount": 0,
            "shipping_amount": sending,
            "shipping_incl_tax": sending,
            "shipping_tax_amount": 0,
            "subtotal": net,
            "subtotal_incl_tax": round(net + tax, 4),
            "tax_amount": tax,
        },
        "billing_address_id": head.get("billing_address_id"),
        "shipping_address_id": (found.body["shipping"] or {}).get("entity_id"),
        "invoice_id": invoice_id,
        "items": items,
        "comments": [],
    }
    made = dialect.shop.add("creditmemo", body, id=id, parent_id=found.id)
    _settle_goods(dialect, found, pieces, set(to_stock))
    _settle_money(dialect, found, made, is_offline=invoice_id is None)
    return made


def _pieces(
    found: Document, wanted: Sequence[Mapping[str, Any]] | None
) -> tuple[dict[int, float], list[str]]:
    """Pieces by row, and what is wrong with those that were named."""
    rows = {row["item_id"]: row for row in orders.real_items(found)}
    if not wanted:
        left = {id: orders.to_refund(row) for id, row in rows.items()}
        return {id: pieces for id, pieces in left.items() if pieces}, []
    named: dict[int, float] = {}
    faults = []
    for one in wanted:
        id, pieces = one.get("order_item_id"), one.get("qty") or 0
        row = rows.get(id or 0)
        if row is None:
            faults.append(FOREIGN)
        elif pieces > 0 and not orders.to_refund(row):
            faults.append(TOO_MUCH)
        elif pieces > orders.to_refund(row):
            message = 'We found an invalid quantity to refund item "%1".'
            raise Refusal(message, [row["name"]])
        elif pieces > 0:
            named[row["item_id"]] = pieces
    return named, faults


def _not_taken_back(
    dialect: Magento, members: Container[Any], to_stock: Sequence[int]
) -> list[str]:
    """Why the first row that cannot come back to the shelf with this memo cannot."""
    for id in to_stock:
        row = orders.rows_beside(dialect, id).get(id)
        if row is None:
            return [FOREIGN_RETURN]
        if id not in members:
            return [f'The "{row["sku"]}" product is not part of the current creditmemo.']
    return []


def _check(found: Document, total: float, more: list[str]) -> None:
    head = found.body["head"]
    if head["state"] in STOPPED:
        text = f"A creditmemo can not be created when an order has a status of {head['state']}"
        raise Refusal("\n".join([HEADLINE, text]))
    available = round((head.get("total_paid") or 0) - (head.get("total_refunded") or 0), 4)
    faults = []
    if total > available + 0.0001:
        text = f"{available:g}"
        faults.append(f"The most money available to refund is {text}.")
    elif total < 0:
        faults.append("The credit memo's total must be positive.")
    if faults or more:
        raise Refusal("\n".join([HEADLINE, *faults, *more]))


def _items(found: Document, pieces: Mapping[int, float]) -> list[dict[str, Any]]:
    shown = []
    for row in found.body["items"]:
        count = pieces.get(row.get("parent_item_id") or row["item_id"])
        if not count:
            continue
        share = count / row["qty_ordered"]
        total, tax = round(row["row_total"] * share, 4), round(row["tax_amount"] * share, 4)
        one = {
            "base_cost": None,
            "name": row["name"],
            "order_item_id": row["item_id"],
            "price": row["price"],
            "product_id": row["product_id"],
            "qty": count,
            "sku": row["sku"],
        }
        if not row.get("parent_item_id"):  # the money of a variant is on its parent's row
            one |= {
                "row_total": total,
                "tax_amount": tax,
                "base_weee_tax_row_disposition": 0,
                "weee_tax_applied": "[]",
                "weee_tax_applied_row_amount": 0,
                "weee_tax_row_disposition": 0,
                "price_incl_tax": row.get("price_incl_tax", row["price"]),
                "row_total_incl_tax": round(total + tax, 4),
                "discount_tax_compensation_amount": 0,
            }
        shown.append(one)
    return shown


def _settle_goods(
    dialect: Magento, found: Document, pieces: Mapping[int, float], to_stock: set[int]
) -> None:
    """Sent goods come back where they are named; unsent ones are released, or written off."""
    for row in orders.real_items(found):
        count = pieces.get(row["item_id"], 0)
        if not count:
            continue
        sku = orders.stocked(found, row)["sku"]
        waiting = row["qty_ordered"] - row["qty_shipped"] - row["qty_canceled"]
        waiting -= row.get("_refunded_unsent", 0)
        unsent = min(count, max(waiting, 0))
        row["_refunded_unsent"] = row.get("_refunded_unsent", 0) + unsent
        is_named = row["item_id"] in to_stock
        salable.reserve(dialect, found.body["stock_id"], sku, unsent)
        if unsent and not is_named:
            _move(dialect, sku, sources.DEFAULT, -unsent)
        if is_named and count > unsent:
            _move(dialect, sku, _source(dialect, found, row), count - unsent)
        for part in found.body["items"]:
            if row["item_id"] in (part["item_id"], part.get("parent_item_id")):
                part["qty_refunded"] += count
                part["updated_at"] = search.now(dialect)


def _move(dialect: Magento, sku: str, source: str, pieces: float) -> None:
    held = source_items.rows_of(dialect, sku).get(source)
    if held is not None:
        quantity = held.body["quantity"] + pieces
        status = 1 if pieces > 0 and quantity > 0 else held.body["status"]
        shipments.write(dialect, sku, source, quantity, status)


def _source(dialect: Magento, found: Document, row: Mapping[str, Any]) -> str:
    """Where a row's goods were sent from last."""
    for shipment in reversed(list(dialect.shop.all("shipment", parent_id=found.id))):
        if any(item["order_item_id"] == row["item_id"] for item in shipment.body["items"]):
            return str(shipment.body["source_code"])
    return sources.DEFAULT


def _settle_money(dialect: Magento, found: Document, made: Document, *, is_offline: bool) -> None:
    head, memo, payment = found.body["head"], made.body["head"], found.body["payment"]
    by_item = {row["order_item_id"]: row for row in made.body["items"]}
    for row in found.body["items"]:
        one = by_item.get(row["item_id"])
        if one is not None:
            _add(row, "amount_refunded", one.get("row_total", 0))
            _add(row, "tax_refunded", one.get("tax_amount", 0))
            _add(row, "discount_refunded", 0)
            _add(row, "discount_tax_compensation_refunded", 0)
    for name, amount in (
        ("subtotal_refunded", memo["subtotal"]),
        ("tax_refunded", memo["tax_amount"]),
        ("shipping_refunded", memo["shipping_amount"]),
        ("shipping_tax_refunded", 0),
        ("discount_refunded", 0),
        ("discount_tax_compensation_refunded", 0),
        ("adjustment_positive", memo["adjustment_positive"]),
        ("adjustment_negative", memo["adjustment_negative"]),
        ("total_refunded", memo["grand_total"]),
        ("total_offline_refunded" if is_offline else "total_online_refunded", memo["grand_total"]),
    ):
        _add(head, name, amount)
    for name in ("adjustment_positive", "adjustment_negative"):
        head[f"base_{name}"] = head[name]
    _add(payment, "amount_refunded", memo["grand_total"])
    _add(payment, "shipping_refunded", memo["shipping_amount"])
    orders.settle_state(found)
    way = "offline" if is_offline else "online"
    text = f"We refunded {dialect.money(memo['grand_total'])} {way}."
    orders.add_history(
        dialect, found, text, head["status"], entity_name="creditmemo", is_customer_notified=1
    )
    orders.save(dialect, found)


def _add(amounts: dict[str, Any], name: str, amount: float) -> None:
    amounts[name] = round((amounts.get(name) or 0) + amount, 4)


_RIGHT = "Magento_Sales::creditmemo"
_API = "Magento\\Sales\\Api"
_SAID = (
    maybe("notify", "bool"),
    maybe("appendComment", "bool"),
    maybe("comment", "NewComment"),
    maybe("arguments", "RefundArguments"),
)
ROUTES = (
    Route(
        "POST",
        "/V1/order/:orderId/refund",
        refund_order,
        _RIGHT,
        (param("orderId", "int"), maybe("items", "QuantityOf[]"), *_SAID),
        f"{_API}\\RefundOrderInterface::execute",
        "Magento\\Sales\\Model\\RefundOrder",
    ),
    Route(
        "POST",
        "/V1/invoice/:invoiceId/refund",
        refund_invoice,
        _RIGHT,
        (
            param("invoiceId", "int"),
            maybe("items", "QuantityOf[]"),
            maybe("isOnline", "bool"),
            *_SAID,
        ),
        f"{_API}\\RefundInvoiceInterface::execute",
        "Magento\\Sales\\Model\\RefundInvoice",
    ),
)
