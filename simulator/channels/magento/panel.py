"""What the shop's people do in its panel and on its server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import (
    auth,
    background,
    invoices,
    limits,
    orders,
    refunds,
    salable,
    shipments,
    sources,
)
from simulator.channels.magento.errors import Refusal
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

Args = Mapping[str, Any]


def act(dialect: Magento, action: str, args: Args) -> Any:
    """Do one of these. LookupError for an unknown action or order, ValueError when refused.

    `run_consumers` {consumer} runs the queue's work now (all of it, or one consumer's) ·
    `expire_tokens` admins' and shoppers' tokens given so far run out (those of integrations never
    do) · `revoke_integration` {on} the owner takes the integration's rights away, or gives them
    back · `integration_as_bearer` {on} whether an integration's token is good without a signature
    (the recorded shop's owner has turned that on; in a new shop it is off) · `limit_input` {on}
    calls take 20 rows and pages of 300 at most · `cancel_order` {number} · `hold_order` {number,
    on} · `invoice_order` {number, items} · `ship_order` {number, items {sku: pieces}, source,
    track} · `refund_order` {number, items {sku: pieces}, to_stock, shipping} · `edit_order`
    {number, items {sku: pieces}} cancels the order and makes a new one · `change_address` {number,
    fields} · `comment` {number, text} · `report_stock` {sku, source, quantity} somebody counts.
    """
    do = _ACTS.get(action)
    if do is None:
        raise LookupError(f"the operator of {dialect.name} knows no action {action!r}")
    try:
        return do(dialect, args)
    except Refusal as refusal:
        raise ValueError(refusal.text()) from refusal


def _run_consumers(dialect: Magento, args: Args) -> None:
    wanted = args.get("consumer")
    if wanted in (None, background.CONSUMER):
        background.run_due(dialect, is_asked=True)
    if wanted in (None, salable.CONSUMER):
        salable.run_due(dialect, is_asked=True)


def _expire_tokens(dialect: Magento, args: Args) -> None:
    soon = dialect.shop.clock.now() + timedelta(microseconds=1)
    dialect.shop.set_setting("tokens from", soon.timestamp())


def _revoke_integration(dialect: Magento, args: Args) -> None:
    kept = dialect.integrations()
    kept["main"]["is_revoked"] = bool(args.get("on", True))
    dialect.shop.set_setting("integrations", kept)


def _integration_as_bearer(dialect: Magento, args: Args) -> None:
    dialect.shop.set_setting(auth.BEARER_OFF, not args.get("on", True))


def _limit_input(dialect: Magento, args: Args) -> None:
    dialect.shop.set_setting(limits.SETTING, bool(args.get("on", True)))


def find(dialect: Magento, args: Args) -> Document:
    """The order with this number. LookupError when there is none."""
    number = str(args["number"])
    for found in dialect.shop.all("order", sku=number):
        return found
    raise LookupError(f"no order {number}")


def _cancel(dialect: Magento, args: Args) -> bool:
    return orders.cancel_order(dialect, find(dialect, args))


def _hold(dialect: Magento, args: Args) -> None:
    found = find(dialect, args)
    head = found.body["head"]
    if args.get("on", True):
        head |= {"hold_before_state": head["state"], "hold_before_status": head["status"]}
        orders.set_state(found, orders.HELD)
    elif head.get("hold_before_state"):
        orders.set_state(found, head["hold_before_state"], head["hold_before_status"])
        head |= {"hold_before_state": None, "hold_before_status": None}
    orders.save(dialect, found)


def _pieces(
    found: Document, args: Args, left: Callable[[dict[str, Any]], float]
) -> dict[int, float]:
    """Pieces by row for {sku: pieces}; all that is left where none are named."""
    wanted = args.get("items")
    rows = {row["item_id"]: row for row in orders.real_items(found)}
    if wanted is None:
        return {id: left(row) for id, row in rows.items() if left(row)}
    return {id: wanted[row["sku"]] for id, row in rows.items() if wanted.get(row["sku"])}


def _invoice(dialect: Magento, args: Args) -> int:
    found = find(dialect, args)
    pieces = _pieces(found, args, orders.to_invoice)
    if not pieces:
        raise Refusal(invoices.NOT_ALLOWED)
    return invoices.make(dialect, found, pieces, is_paid=True).id


def _ship(dialect: Magento, args: Args) -> int:
    found = find(dialect, args)
    pieces = _pieces(found, args, orders.to_ship)
    if not pieces:
        raise Refusal(shipments.NOTHING)
    track = {"carrier_code": "custom", "title": "Courier", "track_number": args.get("track")}
    tracks = [track] if args.get("track") else []
    source = str(args.get("source") or sources.DEFAULT)
    return shipments.send(dialect, found, pieces, source, tracks).id


def _refund(dialect: Magento, args: Args) -> int:
    found = find(dialect, args)
    pieces = _pieces(found, args, orders.to_refund)
    wanted = [{"order_item_id": id, "qty": count} for id, count in pieces.items()]
    back = list(pieces) if args.get("to_stock", True) else []
    shipping = args.get("shipping")
    return refunds.give_back(dialect, found, wanted, shipping=shipping, to_stock=back).id


def _edit(dialect: Magento, args: Args) -> str:
    """An order is not edited here: it is cancelled, and another one takes its place."""
    from simulator.channels.magento import reorder

    return reorder.replace(dialect, find(dialect, args), args["items"])


def _change_address(dialect: Magento, args: Args) -> None:
    found = find(dialect, args)
    found.body["shipping"] |= dict(args["fields"])
    orders.save(dialect, found, touch=False)


def _comment(dialect: Magento, args: Args) -> None:
    found = find(dialect, args)
    orders.add_history(dialect, found, str(args["text"]), found.body["head"]["status"])
    orders.save(dialect, found, touch=False)


def _report_stock(dialect: Magento, args: Args) -> None:
    quantity = float(args["quantity"])
    source = str(args.get("source") or sources.DEFAULT)
    shipments.write(dialect, str(args["sku"]), source, quantity, int(quantity > 0))


_ACTS: Mapping[str, Callable[[Magento, Args], Any]] = {
    "run_consumers": _run_consumers,
    "expire_tokens": _expire_tokens,
    "revoke_integration": _revoke_integration,
    "integration_as_bearer": _integration_as_bearer,
    "limit_input": _limit_input,
    "cancel_order": _cancel,
    "hold_order": _hold,
    "invoice_order": _invoice,
    "ship_order": _ship,
    "refund_order": _refund,
    "edit_order": _edit,
    "change_address": _change_address,
    "comment": _comment,
    "report_stock": _report_stock,
}
