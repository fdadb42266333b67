"""Houzz listings ⇄ listings and changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.channels.houzz.documents import Content
from agent.channels.houzz.settings import Settings
from agent.model.change import (
    CreateListing,
    ListingChange,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing, Shown, State
from agent.model.money import from_minor, to_minor

Row = Mapping[str, Any]
Elements = list[tuple[str, Content]]
ENTRIES = {  # {a list of the listing document: what each of its entries is called}
    "Images": "ImageLink",
    "Packages": "Package",
    "ProductAttributes": "Attribute",
    "ShippingOptions": "ShippingOption",
}
STOCK = {
    "Price",
    "MSRP",
    "Quantity",
    "Status",
}  # what updateInventory sets, and not we with a title
# What a listing shows and no document takes.
SHOWN_ONLY = {"ProductId", "RejectReason"}
GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "oz": Decimal("28.349523125")} | dict.fromkeys(
    ("lb", "lbs"), Decimal("453.59237")
)


def is_page(row: Row) -> bool:
    """Whether it is the parent of variants, which nobody buys."""
    return text(row, "Parentage").lower() == "parent"


def is_deleted(row: Row) -> bool:
    """Whether it is not there any more."""
    return text(row, "Status").lower() == "deleted"


def listing(row: Row, currency: str) -> Listing:
    """A listing as getListings and getListing show it. ValueError for another shape."""
    sku = text(row, "SKU")
    handles = {"status": text(row, "Status").lower()}
    if text(row, "ParentSKU"):
        handles["parent"] = text(row, "ParentSKU")
    price, msrp = amount(row, "Price", currency), amount(row, "MSRP", currency)
    shown = Shown(
        state=state(row),
        price=price,
        # Cleared is told as the price itself: a reference price only shows when it is above.
        compare_at=msrp if msrp is not None and msrp > (price or 0) else None,
        quantity=whole(row, "Quantity"),
        title=text(row, "Title"),
    )
    return Listing(sku, sku, shown, handles)


def state(row: Row) -> State:
    """Active is live; all others (inactive, in review, rejected) no shopper sees."""
    return "live" if text(row, "Status").lower() == "active" else "hidden"


def inventory(sku: str, changes: Sequence[ListingChange], currency: str) -> Elements:
    """Everything about one sku's stock, prices and status as updateInventory takes it."""
    found: dict[str, Content] = {}
    for change in changes:
        match change:
            case SetStock(quantity=pieces):
                found["Quantity"] = max(0, pieces)
            case SetPrice(shown=shown) if shown.price is not None:
                found["Price"] = _money(shown.price, currency)
                # Always both: an old reference price would be struck through beside a lower price.
                found["MSRP"] = _money(shown.compare_at or shown.price, currency)
            case SetState(state=wanted):
                found["Status"] = "active" if wanted == "live" else "inactive"
            case _:
                pass
    return [("SKU", sku), ("Action", "update"), *found.items()]


def new_listing(
    change: CreateListing, settings: Settings, category: int, child: Row | None = None
) -> Elements:
    """A new listing that shoppers do not see yet. `child` says its place among variants."""
    shown, details = change.shown, change.details
    found: Elements = [("SKU", change.sku)]
    found += document(child or {})
    found += [("Title", details.title or change.sku)]
    found += [("Description", details.description)] if details.description else []
    found += [("UPC", details.gtin)] if details.gtin else []
    found += [("CategoryId", category)]
    found += [("Manufacturer", details.brand)] if details.brand else []
    if shown.price is not None:
        found += [("Price", _money(shown.price, settings.sells_in))]
    if shown.compare_at is not None:
        found += [("MSRP", _money(shown.compare_at, settings.sells_in))]
    found += [("Quantity", max(0, shown.quantity or 0))]
    found += _weight(details.weight_g, settings.weight_unit)
    found += [("Images", [("ImageLink", details.image)])] if details.image else []
    found += _lead_days(settings)
    return [("Listing", [*found, ("Status", "inactive")])]


def as_sent(change: CreateListing, parent: str) -> Listing:
    """The new listing as it was sent; what Houzz shows of it may come later."""
    shown, handles = change.shown, {"status": "new"}
    face = Shown(
        state="hidden",
        price=shown.price,
        compare_at=shown.compare_at,
        quantity=max(0, shown.quantity or 0),
        title=change.details.title or change.sku,
    )
    return Listing(change.sku, change.sku, face, handles | ({"parent": parent} if parent else {}))


def retitled(row: Row, change: SetTitle) -> Elements:
    """The whole listing as it is now, with another title, but for what updateInventory sets.

    Whether updateListing puts what it gets over the listing or in its place is not published.
    """
    kept = {k: v for k, v in row.items() if k not in STOCK | SHOWN_ONLY}
    return [("Listing", document({**kept, "Title": change.title}))]


def document(row: Row) -> Elements:
    """JSON values as the elements of a document; what is empty is left out."""
    return [
        (name, _content(name, part)) for name, part in row.items() if part not in (None, "", [], {})
    ]


def text(row: Row, name: str) -> str:
    """A field that is text. ValueError, naming it, when it is none."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{name} is no text: {value!r:.80}")
    return str(value).strip()


def whole(row: Row, name: str) -> int | None:
    """A field that is a whole number, or not there. ValueError, naming it, when it is none."""
    value = text(row, name)
    if not value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError(f'{name} is no whole number: "{value[:80]}"')
    return int(number)


def amount(row: Row, name: str, currency: str) -> int | None:
    """A field that is an amount, in minor units, or not there. ValueError, naming it, when it is none."""
    value = text(row, name)
    if not value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise ValueError(f'{name} is no amount: "{value[:80]}"')
    return to_minor(number, currency)


def rows(value: Any, name: str) -> list[Row]:
    """A list of objects; an only one may stand there by itself. ValueError for anything else.

    Answers that are or were XML show a list of one as that one (clients break on it), and have
    what stands in a list in an element of its own: <Orders><Order>…
    """
    entry = name.removesuffix("s")
    if isinstance(value, Mapping) and set(value) == {entry}:
        value = value[entry]
    if value in (None, ""):
        return []
    found = [value] if isinstance(value, Mapping) else value
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise ValueError(f"{name} is no list: {value!r:.80}")
    return found


def _content(name: str, value: Any) -> Content:
    if isinstance(value, Mapping):
        return document(value)
    if isinstance(value, list):
        entry = ENTRIES.get(name, name.removesuffix("s"))
        return [(entry, _content(entry, part)) for part in value]
    return str(value)


def _money(minor: int, currency: str) -> str:
    return str(from_minor(minor, currency))


def _weight(grams: int | None, unit: str | None) -> Elements:
    if grams is None or unit is None:  # how units are spelled is not published
        return []
    weight = (Decimal(grams) / GRAMS[unit]).quantize(Decimal("0.01")).normalize()
    return [("ProductSpec", [("Weight", f"{weight:f}"), ("WeightUnit", unit)])]


def _lead_days(settings: Settings) -> Elements:
    if settings.lead_days is None:
        return []
    least, most = settings.lead_days
    return [("ShippingDetails", [("LeadTimeMin", least), ("LeadTimeMax", most)])]
