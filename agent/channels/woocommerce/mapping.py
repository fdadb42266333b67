"""WooCommerce products ⇄ listings and changes. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.model.change import (
    CreateListing,
    ListingChange,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Details, Listing, Shown, State
from agent.model.money import from_minor, to_minor

FIELDS = (
    "id,parent_id,sku,type,status,catalog_visibility,name,regular_price,sale_price,"
    "date_on_sale_from_gmt,date_on_sale_to_gmt,manage_stock,stock_quantity,backorders"
)
VARIATION_FIELDS = f"{FIELDS},meta_data"
STATE_KEY = "_tally_state"  # on variations, which have no catalogue visibility of their own
GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lbs": Decimal("453.59237"),
    "oz": Decimal("28.3495"),
}
Row = Mapping[str, Any]


def listing(row: Row, currency: str, parent: State | None = None) -> Listing:
    """A product (or a variation of a parent in that state) as a listing."""
    handles = {"type": str(row.get("type", "simple")), "backorders": str(row.get("backorders", ""))}
    if parent is not None:
        handles |= {"parent": str(row["parent_id"]), "parent_state": parent}
    shown = Shown(
        state=variation_state(row, parent) if parent is not None else state(row),
        price=minor(row.get("regular_price"), currency),
        sale_price=minor(row.get("sale_price"), currency),
        sale_from=moment(row.get("date_on_sale_from_gmt")),
        sale_until=_until(row.get("date_on_sale_to_gmt")),
        quantity=_quantity(row),
        backorders=row.get("backorders") in ("yes", "notify"),
        title=None if parent is not None else html.unescape(str(row.get("name", ""))),
    )
    return Listing(str(row.get("sku", "")), str(row["id"]), shown, handles)


def state(row: Row) -> State:
    """Published is live, private is hidden, private and out of the catalogue is archived."""
    status = row.get("status")
    if status in ("publish", "future"):
        return "live"
    if status == "private":
        return "archived" if row.get("catalog_visibility") == "hidden" else "hidden"
    return "draft" if status != "trash" else "archived"


def variation_state(row: Row, parent: State) -> State:
    """A variation is no more visible than its parent; archived is a private one with our mark."""
    if parent != "live":
        return parent
    status = row.get("status")
    if status in ("publish", "future"):
        return "live"
    if status == "private":
        metas = row.get("meta_data") or ()
        marked = any(m.get("key") == STATE_KEY and m.get("value") == "archived" for m in metas)
        return "archived" if marked else "hidden"
    return "draft"


def update_row(changes: Sequence[ListingChange], currency: str) -> dict[str, Any]:
    """All changes of one listing as one row of a batch."""
    row: dict[str, Any] = {}
    for change in changes:
        row |= _fields_of(change, currency)
    return row


def create_row(
    change: CreateListing, currency: str, weight_unit: str, category: int | None
) -> dict[str, Any]:
    """A new simple product, as a draft."""
    return {
        **new_face(change.details, change.details.title or change.sku, category),
        "type": "simple",
        **variation_row(change, currency, weight_unit),
    }


def new_face(details: Details, title: str, category: int | None) -> dict[str, Any]:
    """What shoppers read of a new product, as a draft, whether it is simple or a variable one's parent."""
    row: dict[str, Any] = {
        "name": title,
        "status": "draft",
        "description": _as_html(details.description),
    }
    if category is not None:
        row["categories"] = [{"id": category}]
    if details.image:
        row["images"] = [{"src": details.image, "alt": title}]
    if details.brand:
        row["attributes"] = [{"name": "Brand", "visible": True, "options": [details.brand]}]
    return row


def variation_row(change: CreateListing, currency: str, weight_unit: str) -> dict[str, Any]:
    """What can be bought: sku, price, stock, as a draft."""
    shown, details = change.shown, change.details
    row: dict[str, Any] = {
        "status": "draft",
        "sku": change.sku,
        **_price_fields(shown, currency),
    }
    if shown.quantity is not None:
        row |= _stock_fields(shown.quantity, shown.backorders)
    if details.gtin:
        row["global_unique_id"] = details.gtin
    if details.weight_g is not None and weight_unit in GRAMS:
        row["weight"] = _plain(Decimal(details.weight_g) / GRAMS[weight_unit])
    return row


def difference(change: ListingChange, now: Listing) -> str:
    """What the shop shows otherwise than it was told, in words; "" when it obeyed."""
    told, shown = expected(change), now.shown
    pairs = {
        "the price": (told.price, shown.price),
        "the sale price": (told.sale_price, shown.sale_price),
        "the start of the sale": (told.sale_from, shown.sale_from),
        "the end of the sale": (told.sale_until, shown.sale_until),
        "the quantity": (told.quantity, shown.quantity),
        "selling on backorder": (told.backorders, shown.backorders),
        "the state": (told.state, shown.state),
        "the title": (told.title, shown.title),
    }
    asked = _asked(change)
    wrong = [
        f"{name} is {_word(got)} instead of {_word(want)}"
        for name, (want, got) in pairs.items()
        if name in asked and want != got
    ]
    return "; ".join(wrong)


def expected(change: ListingChange) -> Shown:
    """The listing's face after the change, as far as the change speaks of it."""
    if isinstance(change, CreateListing):
        return change.shown
    before = change.listing.shown
    if isinstance(change, SetPrice):
        return replace(
            before,
            price=change.shown.price,
            sale_price=change.shown.sale_price,
            sale_from=_whole(change.shown.sale_from),
            sale_until=_whole(change.shown.sale_until),
        )
    if isinstance(change, SetStock):
        return replace(before, quantity=change.quantity, backorders=change.backorders)
    if isinstance(change, SetState):
        return replace(before, state=change.state)
    return replace(before, title=change.title)


def minor(text: object, currency: str) -> int | None:
    """A price text in minor units; None when it is empty or no number."""
    try:
        return to_minor(Decimal(str(text)), currency)
    except InvalidOperation:
        return None


def moment(text: object) -> datetime | None:
    """A `…_gmt` time, which carries no zone, as an aware moment."""
    if not isinstance(text, str) or not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def gmt(at: datetime | None) -> str:
    """A moment as the vendor's `…_gmt` fields take it; "" clears."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if at else ""


def _fields_of(change: ListingChange, currency: str) -> dict[str, Any]:
    match change:
        case SetStock():
            return _stock_fields(
                change.quantity, change.backorders, change.listing.handles.get("backorders")
            )
        case SetPrice():
            return _price_fields(change.shown, currency)
        case SetState():
            return _state_fields(change)
        case SetTitle():
            return {"name": change.title}
        case CreateListing():
            raise TypeError("a creation is no update")


def _stock_fields(quantity: int, backorders: bool, before: str | None = None) -> dict[str, Any]:
    allowed = "yes" if before == "yes" else "notify"  # a shop that does not tell buyers keeps so
    return {
        "manage_stock": True,  # without it the quantity is ignored
        "stock_quantity": quantity,
        "backorders": allowed if backorders else "no",
    }


def _price_fields(shown: Shown, currency: str) -> dict[str, Any]:
    # Text, because a number is refused outside batches; "" clears, null would be ignored in dates.
    until = _whole(shown.sale_until)
    return {
        "regular_price": _price(shown.price, currency),
        "sale_price": _price(shown.sale_price, currency),
        "date_on_sale_from_gmt": gmt(_whole(shown.sale_from)),
        # The vendor's end is the last second of the sale, ours the first one after it.
        "date_on_sale_to_gmt": gmt(until - timedelta(seconds=1) if until else None),
    }


def _state_fields(change: SetState) -> dict[str, Any]:
    status = {"live": "publish", "hidden": "private", "draft": "draft", "archived": "private"}
    row: dict[str, Any] = {"status": status[change.state]}
    was = change.listing.shown.state
    if "parent" in change.listing.handles:
        mark = "archived" if change.state == "archived" else None  # null takes the mark off
        row["meta_data"] = [{"key": STATE_KEY, "value": mark}]
    elif change.state == "archived":
        row["catalog_visibility"] = "hidden"
    elif was == "archived":
        row["catalog_visibility"] = "visible"
    return row


def _asked(change: ListingChange) -> frozenset[str]:
    price = {"the price", "the sale price", "the start of the sale", "the end of the sale"}
    stock = {"the quantity", "selling on backorder"}
    match change:
        case SetPrice():
            return frozenset(price)
        case SetStock():
            return frozenset(stock)
        case SetState():
            return frozenset({"the state"})
        case SetTitle():
            return frozenset({"the title"})
        case CreateListing(shown=shown):
            return frozenset(price | (stock if shown.quantity is not None else set()))


def _price(value: int | None, currency: str) -> str:
    return "" if value is None else str(from_minor(value, currency))


def _quantity(row: Row) -> int | None:
    count = row.get("stock_quantity")
    managed = row.get("manage_stock") is True  # "parent" is the parent's figure, not its own
    return int(count) if managed and isinstance(count, int | float) else None


def _until(text: object) -> datetime | None:
    last = moment(text)
    return last + timedelta(seconds=1) if last else None


def _whole(at: datetime | None) -> datetime | None:
    """The moment, or the next whole second: the vendor keeps no fractions."""
    if at is None or at.microsecond == 0:
        return at
    return at.replace(microsecond=0) + timedelta(seconds=1)


def _as_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.0001')).normalize():f}"


def _word(value: object) -> str:
    return "empty" if value is None else f'"{value}"'
