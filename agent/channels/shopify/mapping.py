"""Shopify variants ⇄ listings and changes. Pure."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.model.change import CreateListing, SetPrice, SetState, SetStock
from agent.model.listing import Details, Listing, Shown, State
from agent.model.money import from_minor, to_minor

Node = Mapping[str, Any]
DEFAULT_OPTION, DEFAULT_VALUE = "Title", "Default Title"  # of a product without choices


def listing(node: Node, currency: str) -> Listing:
    """A variant as a listing."""
    product, item = node["product"], node["inventoryItem"]
    level = (item.get("inventoryLevel") or {}).get("quantities") or [{}]
    counted = item["tracked"] and level[0].get("quantity") is not None
    alone = bool(product["hasOnlyDefaultVariant"])
    shown = Shown(
        state=state(product),
        price=minor(node.get("price"), currency),
        compare_at=minor(node.get("compareAtPrice"), currency),
        quantity=int(level[0]["quantity"]) if counted else None,
        backorders=node.get("inventoryPolicy") == "CONTINUE",
        # A product's title belongs to all its variants, so it is compared only for one that is alone.
        title=str(product["title"]) if alone else None,
    )
    handles = {
        "product": str(product["id"]),
        "item": str(item["id"]),
        "alone": "yes" if alone else "no",
        "status": str(product["status"]),
        "revision": str(level[0].get("updatedAt") or ""),
    }
    return Listing(str(node.get("sku") or ""), str(node["id"]), shown, handles)


def state(product: Node) -> State:
    """Active (or unlisted) and published is live; not published is hidden."""
    status = product["status"]
    if status == "ARCHIVED":
        return "archived"
    if status == "DRAFT":
        return "draft"
    return "live" if product["publishedOnPublication"] else "hidden"


def price_input(change: SetPrice, currency: str) -> dict[str, Any]:
    """The price fields of one variant: both, always, so that an ended sale leaves nothing behind."""
    return {"id": change.listing.external_id, **_price_fields(change.shown, currency)}


def stock_rows(changes: Sequence[SetStock], location: str) -> list[dict[str, Any]]:
    """Quantities to set, each only if what is there is what we last saw."""
    return [
        {
            "inventoryItemId": change.listing.handles["item"],
            "locationId": location,
            "quantity": change.quantity,
            "changeFromQuantity": change.listing.shown.quantity,
        }
        for change in changes
    ]


def stock_key(shop: str, changes: Sequence[SetStock], attempt: int = 1) -> str:
    """An idempotency key from content: store, items, quantities, and the very state expected.

    The revision of what was seen is part of it: the same step from 5 to 3 a day later is another.
    """
    rows = sorted(
        f"{c.listing.handles['item']} {c.listing.shown.quantity} {c.listing.handles.get('revision')}"
        f" {c.quantity}"
        for c in changes
    )
    return key(shop, "stock", str(attempt), *rows)


def key(*content: str) -> str:
    """A key in the shape that the vendor asks for (a UUID), from content."""
    digest = hashlib.sha256("\n".join(content).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def stocked(change: SetStock, revision: str) -> Listing:
    """The listing after its quantity was set."""
    shown = replace(change.listing.shown, quantity=change.quantity, backorders=change.backorders)
    handles = {**change.listing.handles, "revision": revision}
    return replace(change.listing, shown=shown, handles=handles)


def repriced(change: SetPrice, variant: Node, currency: str) -> Listing:
    """The listing after its price was set, as the vendor answered."""
    shown = replace(
        change.listing.shown,
        price=minor(variant.get("price"), currency),
        compare_at=minor(variant.get("compareAtPrice"), currency),
    )
    return replace(change.listing, shown=shown)


def restated(change: SetState) -> Listing:
    """The listing after its state was set."""
    shown = replace(change.listing.shown, state=change.state)
    handles = {**change.listing.handles, "status": status_for(change)}
    return replace(change.listing, shown=shown, handles=handles)


def status_for(change: SetState) -> str:
    """The product's status that goes with a state. Unlisted stays so: that is the shop's choice."""
    if change.state == "draft":
        return "DRAFT"
    if change.state == "archived":
        return "ARCHIVED"
    unlisted = change.listing.handles.get("status") == "UNLISTED"
    return "UNLISTED" if unlisted else "ACTIVE"


def create_input(change: CreateListing, currency: str, location: str) -> dict[str, Any]:
    """A new product with one variant, as a draft that no sales channel shows."""
    chosen = [{"optionName": DEFAULT_OPTION, "name": DEFAULT_VALUE}]
    return {
        **new_product(change.details, change.details.title, change.sku),
        "productOptions": [{"name": DEFAULT_OPTION, "values": [{"name": DEFAULT_VALUE}]}],
        "variants": [new_variant(change, chosen, currency, location)],
    }


def new_product(details: Details, title: str, code: str) -> dict[str, Any]:
    """What belongs to a product as a whole, as a draft."""
    product: dict[str, Any] = {
        "title": title or code,
        "descriptionHtml": html.escape(details.description, quote=False).replace("\n", "<br>"),
        "status": "DRAFT",
    }
    if details.brand:
        product["vendor"] = details.brand
    if details.category:
        product["productType"] = details.category
    if details.image:
        product["files"] = [{"originalSource": details.image, "alt": title, "contentType": "IMAGE"}]
    return product


def new_variant(
    change: CreateListing, chosen: Sequence[Node], currency: str, location: str
) -> dict[str, Any]:
    """A variant of a product that is made with it."""
    variant = _new_variant(change, chosen, currency)
    variant["sku"] = change.sku
    if change.shown.quantity is not None:
        stock = {"locationId": location, "name": "available", "quantity": change.shown.quantity}
        variant["inventoryQuantities"] = [stock]
    return variant


def added_variant(
    change: CreateListing, chosen: Sequence[Node], currency: str, location: str
) -> dict[str, Any]:
    """A variant for a product that is there: the vendor writes its sku and stock another way."""
    variant = _new_variant(change, chosen, currency)
    variant["inventoryItem"]["sku"] = change.sku
    if change.shown.quantity is not None:
        stock = {"locationId": location, "availableQuantity": change.shown.quantity}
        variant["inventoryQuantities"] = [stock]
    return variant


def _new_variant(change: CreateListing, chosen: Sequence[Node], currency: str) -> dict[str, Any]:
    details, shown = change.details, change.shown
    item: dict[str, Any] = {"tracked": shown.quantity is not None}
    if details.weight_g is not None:
        item["measurement"] = {"weight": {"unit": "GRAMS", "value": float(details.weight_g)}}
    variant: dict[str, Any] = {
        "optionValues": list(chosen),
        "inventoryPolicy": policy(shown.backorders),
        "inventoryItem": item,
        **_price_fields(shown, currency),
    }
    if details.gtin:
        variant["barcode"] = details.gtin
    return variant


def policy(backorders: bool) -> str:
    """Whether the vendor sells on below zero."""
    return "CONTINUE" if backorders else "DENY"


def minor(text: object, currency: str) -> int | None:
    """A Money text in minor units; None when there is none."""
    try:
        return to_minor(Decimal(str(text)), currency)
    except InvalidOperation:
        return None


def _price_fields(shown: Shown, currency: str) -> dict[str, Any]:
    compare = shown.compare_at
    return {
        "price": None if shown.price is None else str(from_minor(shown.price, currency)),
        "compareAtPrice": None if compare is None else str(from_minor(compare, currency)),
    }
