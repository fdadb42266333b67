"""What people do by hand: in Seller Central, at the warehouse, and to this simulation.

`expire_tokens` · `revoke_consent` · `give_consent` (gives a code) · `rotate_secret` (gives the new
one) · `empty` · `set_roles` {roles} · `hold_payments` {seconds} for orders placed from now on ·
`cancel_order` {order, reason} · `request_cancel` {order, reason} as the buyer · `ship_order` {order,
tracking, carrier} whole · `return` {order, sku, quantity, reason} · `refund` {order, sku, amount} ·
`set_stock` {sku, quantity} · `set_price` {sku, price} · `delete_listing` {sku} · `send_to_amazon`
{sku, quantity}: the goods now lie in Amazon's warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import moments, money_back, offers, orders, shipments
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

Args = Mapping[str, Any]


def act(dialect: Amazon, action: str, args: Args) -> Any:
    """Do it. LookupError for an unknown action, order or sku."""
    if action not in ACTIONS:
        raise LookupError(f"the operator of {dialect.name} knows no action {action!r}")
    return ACTIONS[action](dialect, args)


def _set(dialect: Amazon, **changed: Any) -> None:
    dialect.shop.set_setting("amazon", {**dialect.settings, **changed})


def _order(dialect: Amazon, args: Args) -> Document:
    found = dialect.orders.find(str(args["order"]))
    if found is None:
        raise LookupError(f"no order {args['order']}")
    return found


def _listing(dialect: Amazon, args: Args) -> Document:
    found = dialect.catalogue.find(str(args["sku"]))
    if found is None:
        raise LookupError(f"no listing {args['sku']}")
    return found


def _cancel(dialect: Amazon, args: Args) -> None:
    dialect.orders.cancel(_order(dialect, args), "MERCHANT", str(args.get("reason", "NoInventory")))


def _request(dialect: Amazon, args: Args) -> None:
    reason = str(args.get("reason", "No longer needed"))
    dialect.orders.request_cancel(_order(dialect, args), reason)


def _ship(dialect: Amazon, args: Args) -> None:
    order, now = _order(dialect, args), moments.iso(dialect.shop.clock.now())
    package = {
        "reference": str(len(order.body["packages"]) + 1),
        "carrier": str(args.get("carrier", "DHL")),
        "method": None,
        "tracking": str(args.get("tracking", "")),
        "shipped": now,
        "created": now,
        "items": {row["id"]: orders.left(row) for row in order.body["lines"] if orders.left(row)},
    }
    shipments.ship(dialect, order, package)


def _return(dialect: Amazon, args: Args) -> None:
    order = _order(dialect, args)
    reason = str(args.get("reason", "CR-UNWANTED_ITEM"))
    money_back.come_back(dialect, order, str(args["sku"]), int(args.get("quantity", 1)), reason)


def _refund(dialect: Amazon, args: Args) -> None:
    order = _order(dialect, args)
    line = money_back.line_of(order, str(args["sku"]))
    money_back.give_back(dialect, order, line["id"], {"item-price": str(args["amount"])}, "Other")


def _patch(dialect: Amazon, args: Args, name: str, field: str, value: Any) -> None:
    listing = _listing(dialect, args)
    elements = [dict(e) for e in listing.body["attributes"].get(name, ())]
    for element in elements:
        element[field] = value
    attributes = {**listing.body["attributes"], name: elements}
    body = {**listing.body, "attributes": attributes}
    dialect.catalogue.save(replace(listing, body=body), listing.body)


def _set_stock(dialect: Amazon, args: Args) -> None:
    _patch(dialect, args, "fulfillment_availability", "quantity", int(args["quantity"]))


def _set_price(dialect: Amazon, args: Args) -> None:
    price = [{"schedule": [{"value_with_tax": float(args["price"])}]}]
    _patch(dialect, args, "purchasable_offer", "our_price", price)


def _delete(dialect: Amazon, args: Args) -> None:
    dialect.catalogue.apply(str(_listing(dialect, args).sku), {"sort": "delete"})


def _send_to_amazon(dialect: Amazon, args: Args) -> None:
    listing = _listing(dialect, args)
    code = dialect.marketplace.fba_code
    elements = [{"fulfillment_channel_code": code}]
    attributes = {**listing.body["attributes"], "fulfillment_availability": elements}
    body = {**listing.body, "attributes": attributes, "fba": int(args["quantity"])}
    dialect.catalogue.save(replace(listing, body=body), listing.body)
    assert offers.stock(attributes, body["fba"]).is_fba


ACTIONS: Mapping[str, Callable[[Amazon, Args], Any]] = {
    "expire_tokens": lambda dialect, args: dialect.tokens.expire(),
    "revoke_consent": lambda dialect, args: dialect.tokens.revoke(),
    "give_consent": lambda dialect, args: dialect.tokens.consent(),
    "rotate_secret": lambda dialect, args: dialect.tokens.rotate_secret(),
    "empty": lambda dialect, args: dialect.empty(),
    "set_roles": lambda dialect, args: _set(dialect, roles=list(args["roles"])),
    "hold_payments": lambda dialect, args: _set(dialect, pending_s=float(args["seconds"])),
    "cancel_order": _cancel,
    "request_cancel": _request,
    "ship_order": _ship,
    "return": _return,
    "refund": _refund,
    "set_stock": _set_stock,
    "set_price": _set_price,
    "delete_listing": _delete,
    "send_to_amazon": _send_to_amazon,
}
