"""What the account's people do by hand in its panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.baselinker import external, order_edit, orders, returns
from simulator.channels.baselinker.errors import Refused
from simulator.channels.baselinker.params import Params
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker

Act = Callable[["BaseLinker", Mapping[str, Any]], Any]


def act(dialect: BaseLinker, action: str, args: Mapping[str, Any]) -> Any:
    """Do one of `ACTIONS`. LookupError for anything else, ValueError for what makes no sense.

    `connect_source` {name, whole_past} · `disconnect_source` {name} · `import_now` {name}: orders
    of other shops; `connect_storage` {type, name, products} a wholesaler's or shop's own stock;
    `follow_cancellations` {on} · `journal` {on} · `reservations` {on} ·
    `numbers_as_text` {on}: settings;
    `cancel_order` {number} · `set_status` {number, status} · `edit_order` {number, fields} ·
    `return_order` {number, items: {sku: pieces}} a return as a marketplace opens one ·
    `set_return_status` {return_id, status} · `refund_return` {return_id, amount};
    `confirm_order` {number} · `unconfirm_order` {number} · `pay_order` {number, amount};
    `revoke_token` · `new_token`; `expire_tokens` does nothing: tokens of this vendor never
    expire; `block_account` {on} the vendor serves nobody of this account; `empty`.
    """
    if action not in ACTIONS:
        raise LookupError(f"the operator of {dialect.name} knows no action {action!r}")
    try:
        return ACTIONS[action](dialect, args)
    except Refused as refused:
        raise ValueError(refused.message) from refused


def _order(dialect: BaseLinker, args: Mapping[str, Any]) -> Document:
    number = str(args["number"])
    found = dialect.shop.get("order", int(number)) if number.isdigit() else None
    if found is None:
        raise LookupError(f"no order {number}")
    return found


def _connect(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    name = str(args["name"])
    if name == dialect.name or name not in dialect.world.dialects:
        raise LookupError(f"no channel {name!r} to take orders from")
    dialect.hub.connect(name, whole_past=bool(args.get("whole_past", False)))


def _disconnect(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    dialect.hub.disconnect(str(args["name"]))


def _import_now(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    for source in dialect.hub.sources():
        if source.is_connected and args.get("name", source.name) == source.name:
            dialect.hub.take_over(source)


def _switch(name: str) -> Act:
    def switch(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
        dialect.store.set_setting(name, bool(args.get("on", True)))

    return switch


def _reservations(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    inventory = dialect.store.default_inventory()
    inventory.body["reservations"] = bool(args.get("on", True))
    dialect.store.save(inventory)


def _cancel(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    orders.move_to(dialect, _order(dialect, args), dialect.store.setting("status_cancelled"))


def _set_status(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    wanted = str(args["status"])
    for status in dialect.shop.all("status"):
        if wanted in (str(status.id), status.body["name"]):
            orders.move_to(dialect, _order(dialect, args), status.id)
            return
    raise LookupError(f"no status {wanted!r}")


def _edit(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    order = _order(dialect, args)
    order_edit.change(dialect, order, Params(dict(args.get("fields") or {})))


def _confirm(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    orders.confirm(dialect, _order(dialect, args))


def _unconfirm(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    order = _order(dialect, args)
    order.body["confirmed"], order.body["date_confirmed"] = False, 0
    orders.save(dialect, order)


def _pay(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    order = _order(dialect, args)
    amount = args.get("amount")
    owed = orders.total(order.body) if amount is None else Decimal(str(amount))
    orders.pay(dialect, order, owed.quantize(Decimal("0.01")))


def _connect_storage(dialect: BaseLinker, args: Mapping[str, Any]) -> str:
    type, name = str(args.get("type", "warehouse")), str(args.get("name", "Wholesaler"))
    return external.connect(dialect.store, type, name, list(args.get("products") or []))


def _return(dialect: BaseLinker, args: Mapping[str, Any]) -> int:
    order = _order(dialect, args)
    items = args.get("items")
    body = returns.blank(dialect.store.now(), order, order.body["currency"])
    for row in order.body["products"]:
        pieces = int(row["quantity"]) if items is None else int(items.get(row["sku"], 0))
        if pieces:
            given = {"order_product_id": row["order_product_id"], "quantity": pieces}
            body["products"].append(returns.new_row(dialect, order, Params(given)))
    return returns.place(dialect, body).id


def _found_return(dialect: BaseLinker, args: Mapping[str, Any]) -> Document:
    found = dialect.shop.get("return", int(args["return_id"]))
    if found is None:
        raise LookupError(f"no return {args['return_id']}")
    return found


def _set_return_status(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    wanted = str(args["status"])
    for status in dialect.shop.all("return_status"):
        if wanted in (str(status.id), status.body["name"]):
            returns.move_to(dialect, _found_return(dialect, args), status)
            return
    raise LookupError(f"no return status {wanted!r}")


def _refund(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    found = _found_return(dialect, args)
    amount = args.get("amount")
    owed = returns.worth(found.body) if amount is None else Decimal(str(amount))
    returns.refund(dialect, found, owed.quantize(Decimal("0.01")))


def _revoke(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    dialect.shop.set_setting("token", None)


def _new_token(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    dialect.new_token()


def _nothing(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    return None


def _empty(dialect: BaseLinker, args: Mapping[str, Any]) -> None:
    dialect.empty()


ACTIONS: dict[str, Act] = {
    "connect_source": _connect,
    "disconnect_source": _disconnect,
    "import_now": _import_now,
    "follow_cancellations": _switch("follow_cancellations"),
    "journal": _switch("journal"),
    "numbers_as_text": _switch("numbers_as_text"),
    "reservations": _reservations,
    "block_account": _switch("blocked"),
    "cancel_order": _cancel,
    "set_status": _set_status,
    "edit_order": _edit,
    "confirm_order": _confirm,
    "unconfirm_order": _unconfirm,
    "pay_order": _pay,
    "connect_storage": _connect_storage,
    "return_order": _return,
    "set_return_status": _set_return_status,
    "refund_return": _refund,
    "revoke_token": _revoke,
    "new_token": _new_token,
    "expire_tokens": _nothing,
    "empty": _empty,
}
