"""What only people do: the seller in Shop Manager, the app's owner in the developer portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import auth, hooks, listings, receipts, sales
from simulator.channels.etsy.store import STATES, quantity
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.dialect import Etsy

Args = Mapping[str, Any]
SHOWN_FIRST = ("active", "sold_out", "inactive", "draft", "expired")


def _receipt(etsy: Etsy, args: Args) -> Document:
    id = int(args["receipt_id"] if "receipt_id" in args else args["order"])
    found = etsy.shop.get("receipt", id)
    if found is None:
        raise LookupError(f"no receipt {id}")
    return found


def _listing(etsy: Etsy, args: Args) -> Document:
    """The listing of a sku, or with a number; one that shoppers see before the others."""
    if "listing_id" in args:
        found = etsy.shop.get("listing", int(args["listing_id"]))
    else:
        several = list(etsy.store.listings_with(str(args["sku"])))
        several.sort(key=lambda d: SHOWN_FIRST.index(d.body["state"]))
        found = several[0] if several else None
    if found is None:
        raise LookupError(f"no listing of {args.get('sku') or args.get('listing_id')}")
    return found


def _product(listing: Document, args: Args) -> dict[str, Any]:
    rows = listing.body["inventory"]["products"]
    chosen: dict[str, Any] = next((r for r in rows if r["sku"] == args.get("sku")), rows[0])
    return chosen


# -- tokens -----------------------------------------------------------------------------------


def _expire(etsy: Etsy, args: Args) -> None:
    auth.expire(etsy.store, refresh=bool(args.get("refresh")))


def _consent(etsy: Etsy, args: Args) -> dict[str, Any]:
    return auth.issue(etsy.store, args.get("scopes") or auth.SCOPES)


# -- orders -----------------------------------------------------------------------------------


def _cancel(etsy: Etsy, args: Args) -> None:
    reason = str(args.get("reason", "Seller cancelled the order"))
    receipts.cancel(etsy.store, _receipt(etsy, args), reason)


def _refund(etsy: Etsy, args: Args) -> None:
    receipt = _receipt(etsy, args)
    left = receipt.body["total"] - receipts.refunded(receipt.body)
    amount = etsy.store.minor(args["amount"]) if "amount" in args else left
    reason, note = str(args.get("reason", "Other")), str(args.get("note", ""))
    receipts.refund(etsy.store, receipt, amount, reason, note)


def _ship(etsy: Etsy, args: Args) -> None:
    code, carrier = args.get("tracking_code"), args.get("carrier_name")
    receipts.ship(etsy.store, _receipt(etsy, args), code, carrier)


def _deliver(etsy: Etsy, args: Args) -> None:
    receipts.deliver(etsy.store, _receipt(etsy, args))


def _pay(etsy: Etsy, args: Args) -> None:
    receipts.pay(etsy.store, _receipt(etsy, args))


def _edit_order(etsy: Etsy, args: Args) -> None:
    receipt = _receipt(etsy, args)
    body = receipt.body
    for name in ("name", "message", "gift_message"):
        body[name] = args.get(name, body[name])
    body["is_gift"] = body["is_gift"] or bool(args.get("gift_message"))
    address = body["address"]
    body["address"] = {name: args.get(name, address[name]) for name in address}
    etsy.shop.put(receipt)


# -- listings ---------------------------------------------------------------------------------


def _restock(etsy: Etsy, args: Args) -> None:
    listing = _listing(etsy, args)
    product = _product(listing, args)
    listings.restock(etsy.store, listing, product["id"], int(args["quantity"]))


def _edit_listing(etsy: Etsy, args: Args) -> None:
    listing = _listing(etsy, args)
    offering = _product(listing, args)["offering"]
    if "price" in args:
        offering["price"] = etsy.store.minor(args["price"])
    if "quantity" in args:
        offering["quantity"] = int(args["quantity"])
    listing.body["title"] = args.get("title", listing.body["title"])
    state = str(args.get("state", listing.body["state"]))
    if state not in STATES:
        raise ValueError(f"no state {state!r}; known: {', '.join(STATES)}")
    if state == "active" and quantity(listing.body) < 1:
        state = "sold_out"
    listing.body["state"] = state
    etsy.store.put_listing(listing)


def _make_listing(etsy: Etsy, args: Args) -> int:
    sku, record = str(args["sku"]), bool(args.get("record", True))
    title, pieces = str(args.get("title", sku)), int(args.get("quantity", 1))
    return etsy.put_up(sku, title, args["price"], pieces, record=record)


def _expire_listing(etsy: Etsy, args: Args) -> None:
    listing = _listing(etsy, args)
    listing.body["should_auto_renew"] = False
    listings.expire(etsy.store, listing)


def _delete_listing(etsy: Etsy, args: Args) -> None:
    listings.delete(etsy.store, _listing(etsy, args))


def _freeze_listing(etsy: Etsy, args: Args) -> None:
    listing = _listing(etsy, args)
    listing.body["frozen"] = bool(args.get("on", True))
    etsy.store.put_listing(listing)


def _break_image(etsy: Etsy, args: Args) -> None:
    listing = _listing(etsy, args)
    listing.body["broken_image"] = bool(args.get("broken", True))
    etsy.store.put_listing(listing, touch=False)


def _sale(etsy: Etsy, args: Args) -> None:
    minutes = args.get("minutes")
    until = None if minutes is None else etsy.store.second() + int(float(minutes) * 60)
    skus = args.get("skus")
    ids = None if skus is None else [_listing(etsy, {"sku": sku}).id for sku in skus]
    sales.start(etsy.store, int(args["percent"]), until, ids)


# -- the shop and the app ---------------------------------------------------------------------


def _throttle(etsy: Etsy, args: Args) -> None:
    etsy.store.change(**{k: int(args[k]) for k in ("per_second", "per_day") if k in args})


def _webhook(etsy: Etsy, args: Args) -> None:
    etsy.hooks.add(str(args["url"]), args.get("events") or hooks.EVENTS)


def _switch(name: str) -> Callable[[Etsy, Args], None]:
    return lambda etsy, args: etsy.store.change(**{name: bool(args.get("on", True))})


def _restrict(etsy: Etsy, args: Args) -> None:
    etsy.store.change(restricted_countries=[str(c) for c in args["countries"]])


ACTIONS: dict[str, Callable[[Etsy, Args], Any]] = {
    "empty": lambda etsy, args: etsy.empty(),
    "expire_tokens": _expire,
    "revoke_consent": lambda etsy, args: auth.revoke(etsy.store),
    "consent": _consent,
    "cancel": _cancel,
    "refund": _refund,
    "ship": _ship,
    "mark_delivered": _deliver,
    "pay": _pay,
    "edit_order": _edit_order,
    "restock": _restock,
    "edit_listing": _edit_listing,
    "make_listing": _make_listing,
    "expire_listing": _expire_listing,
    "delete_listing": _delete_listing,
    "freeze_listing": _freeze_listing,
    "break_image": _break_image,
    "sale": _sale,
    "end_sales": lambda etsy, args: sales.stop(etsy.store),
    "vacation": _switch("vacation"),
    "grant_email": _switch("grants_email"),
    "payments_pending": _switch("payments_pending"),
    "restrict_addresses": _restrict,
    "throttle": _throttle,
    "webhook": _webhook,
    "remove_webhook": lambda etsy, args: etsy.hooks.remove(str(args["url"])),
}
