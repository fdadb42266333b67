"""What people do by hand: the seller in the panel, buyers on their account's pages, time itself.

The application: `expire_tokens` {refresh?} · `revoke_consent` · `consent` → a new pair

Buyers: `buy_unpaid` {basket, buyer?, cash_on_delivery?, company? {name, taxId}, pickup_point?,
discount? in per cent} → id · `fill_in` {order} · `pay` {order} · `pay_together` {orders} → id ·
`edit_order` {order, fields of the address, messageToSeller} · `cancel_order` {order} ·
`return_goods` {order, lines {sku: pieces}, reason?, comment?, status?} → id

Time: `auto_cancel` {order} · `move_return` {return, status, waybill?} · `settle_claim` {claim, status}

The seller: `fulfil` {order, status} · `ship` {order, waybill, carrier?, lines?} ·
`refund` {order, lines? {sku: pieces}, amount?, reason?} → id · `end_offer` {sku, by?} ·
`activate_offer` {sku} · `set_offer` {sku, fields of an offer}
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulator.channels import Buyer
from simulator.channels.allegro import (
    offer_rules,
    offers,
    orders,
    refunds,
    returns,
    sessions,
    shipments,
)
from simulator.channels.allegro.baskets import chosen, the_offer
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

Json = dict[str, Any]
SOMEBODY = Buyer(
    "Anna", "Nowak", "anna.nowak@poczta.example", "+48 600 100 200", "Lipowa 3", "Poznań", "60-101"
)


def act(store: Store, action: str, args: Mapping[str, Any]) -> Any:
    """Do one of the things above. LookupError for anything else, or for what is not there."""
    acts = {**ACCOUNT, **ORDERS, **OFFERS, **AFTERWARDS}
    if action not in acts:
        raise LookupError(f"the operator of allegro knows no action {action!r}")
    return acts[action](store, args)


# -- the account ----------------------------------------------------------------------------------


def _expire(store: Store, args: Mapping[str, Any]) -> None:
    sessions.expire(store, refresh_too=bool(args.get("refresh")))


def _revoke(store: Store, args: Mapping[str, Any]) -> None:
    sessions.expire(store, refresh_too=True)


def _consent(store: Store, args: Mapping[str, Any]) -> Json:
    return sessions.pair(store)


# -- orders ---------------------------------------------------------------------------------------


def _form(store: Store, id: Any) -> Document:
    found = store.by_key("form", str(id))
    if found is None:
        raise LookupError(f"no order {id}")
    return found


def _buy(store: Store, args: Mapping[str, Any]) -> str | None:
    buyer = Buyer(**args["buyer"]) if "buyer" in args else SOMEBODY
    wishes = orders.Wishes(
        pays=orders.CASH if args.get("cash_on_delivery") else "ONLINE",
        company=args.get("company"),
        pickup_point=args.get("pickup_point"),
        discount=Decimal(str(args.get("discount", 0))),
    )
    return orders.buy(store, chosen(store, args["basket"]), buyer, wishes).sku


def _fill_in(store: Store, args: Mapping[str, Any]) -> None:
    orders.fill_in(store, _form(store, args["order"]))


def _pay(store: Store, args: Mapping[str, Any]) -> None:
    orders.pay(store, _form(store, args["order"]))


def _pay_together(store: Store, args: Mapping[str, Any]) -> str | None:
    return orders.merge(store, [_form(store, id) for id in args["orders"]]).sku


def _cancel(store: Store, args: Mapping[str, Any]) -> None:
    orders.cancel(store, _form(store, args["order"]))


def _auto_cancel(store: Store, args: Mapping[str, Any]) -> None:
    orders.cancel(store, _form(store, args["order"]), "AUTO_CANCELLED")


def _edit(store: Store, args: Mapping[str, Any]) -> None:
    changes = {name: value for name, value in args.items() if name != "order"}
    orders.readdress(store, _form(store, args["order"]), changes)


def _fulfil(store: Store, args: Mapping[str, Any]) -> None:
    orders.fulfil(store, _form(store, args["order"]), str(args["status"]))


def _ship(store: Store, args: Mapping[str, Any]) -> Any:
    lines = [{"id": id} for id in args.get("lines") or ()]
    given = {"waybill": args["waybill"], "carrierId": args.get("carrier", "INPOST")}
    form = _form(store, args["order"])
    return shipments.add(store, form, {**given, "lineItems": lines}).body


# -- offers ---------------------------------------------------------------------------------------


def _end(store: Store, args: Mapping[str, Any]) -> None:
    offer = the_offer(store, str(args["sku"]))
    body = copy.deepcopy(offer.body)
    offers.end(store, body, args.get("by", "USER"))
    offers.save(store, offer, body)


def _activate(store: Store, args: Mapping[str, Any]) -> None:
    offer = the_offer(store, str(args["sku"]))
    body = copy.deepcopy(offer.body)
    if missing := offer_rules.unlisted_because(body):
        raise ValueError(missing[0]["message"])
    offers.publish(store, body)
    offers.save(store, offer, body)


def _set(store: Store, args: Mapping[str, Any]) -> None:
    offer = the_offer(store, str(args["sku"]))
    given = {name: value for name, value in args.items() if name != "sku"}
    offers.save(store, offer, offers.merged(offer.body, given))


# -- afterwards -----------------------------------------------------------------------------------


def _refund(store: Store, args: Mapping[str, Any]) -> str | None:
    form = _form(store, args["order"])
    given = {"reason": args.get("reason", "REFUND"), "commandId": store.uuid("panel")}
    pieces = args.get("lines") or {}
    rows = [
        {"id": line["id"], "type": "QUANTITY", "quantity": pieces[sku]}
        for line in form.body["lineItems"]
        if (sku := orders.sku(line)) in pieces
    ]
    worth = refunds.worth_of(store, form, rows)
    total = Decimal(str(args.get("amount", sum((w for _, w in worth), Decimal(0)))))
    if not pieces and "amount" not in args:
        total = Decimal(form.body["summary"]["totalToPay"]["amount"])
    return refunds.issue(store, form, given, worth, total).sku


def _return(store: Store, args: Mapping[str, Any]) -> str | None:
    more = {name: args[name] for name in ("reason", "comment", "status") if name in args}
    return returns.open_one(store, _form(store, args["order"]), args["lines"], **more).sku


def _move(store: Store, args: Mapping[str, Any]) -> None:
    back = store.by_key("return", str(args["return"]))
    if back is None:
        raise LookupError(f"no return {args['return']}")
    returns.move(store, back, str(args["status"]), args.get("waybill"))


def _settle(store: Store, args: Mapping[str, Any]) -> None:
    claim = store.by_key("claim", str(args["claim"]))
    if claim is None:
        raise LookupError(f"no claim {args['claim']}")
    claim.body["status"] = str(args["status"])
    store.put(claim)


AFTERWARDS = {
    "refund": _refund,
    "return_goods": _return,
    "move_return": _move,
    "settle_claim": _settle,
}
ACCOUNT = {"expire_tokens": _expire, "revoke_consent": _revoke, "consent": _consent}
ORDERS = {
    "buy_unpaid": _buy,
    "fill_in": _fill_in,
    "pay": _pay,
    "pay_together": _pay_together,
    "cancel_order": _cancel,
    "auto_cancel": _auto_cancel,
    "edit_order": _edit,
    "fulfil": _fulfil,
    "ship": _ship,
}
OFFERS = {"end_offer": _end, "activate_offer": _activate, "set_offer": _set}
