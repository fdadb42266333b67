"""Amazon's listings ⇄ listings and changes. Pure.

Every attribute is a list of objects that are told apart by some of their fields (selectors): the
marketplace, the currency, the audience, the language, the fulfilment channel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from agent.channels import strict
from agent.channels.amazon import errors, shapes
from agent.channels.amazon.errors import Issue
from agent.channels.amazon.places import Place
from agent.channels.strict import Row
from agent.model.change import ListingChange, SetPrice, SetState, SetStock, SetTitle
from agent.model.listing import Listing, Shown, State
from agent.model.money import from_minor, to_minor

PARTS = "summaries,attributes,issues"  # of a listing, that we ask for
GENERIC = "PRODUCT"  # the product type under which offers and stock are changed
OURS, AMAZONS = "DEFAULT", "AMAZON_"  # fulfilment channels: the seller's shelf, Amazon's warehouses
# A sale has both dates at Amazon; these stand for none.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)
LAST_SECOND = timedelta(seconds=1)  # a sale's last second is still the sale's
ATTRIBUTES: Mapping[type, str] = {
    SetStock: "fulfillment_availability",
    SetPrice: "purchasable_offer",
    SetState: "skip_offer",
    SetTitle: "item_name",
}

Patch = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """A listing with what Amazon finds wrong with it, when it last moved, and its whole offer."""

    listing: Listing
    is_parent: bool
    issues: tuple[Issue, ...]
    updated_at: datetime | None
    offer: Row  # to consumers on our marketplace, as it stands
    theme: str = ""


def seen(item: Row, place: Place) -> Seen:
    """A listing as getListingsItem and searchListingsItems show it. ValueError for another shape."""
    sku = strict.needed(item, "sku")
    attributes = strict.part(item, "attributes")
    summaries = strict.rows(item, "summaries")
    summary = next((s for s in summaries if _is_here(s, "marketplaceId", place)), {})
    offer = _offer(attributes, place)
    shown = Shown(
        state=_state(attributes, summary, offer),
        price=_price(offer, "our_price", place),
        quantity=_quantity(attributes),
        title=_title(attributes, place) or strict.text(summary, "itemName"),
        **_sale(offer, place),
    )
    return Seen(
        Listing(sku, sku, shown, _handles(attributes, summary)),
        strict.text(shapes.first(attributes, "parentage_level"), "value") == "parent",
        tuple(errors.issues(item.get("issues"))),
        strict.moment(summary, "lastUpdatedDate"),
        offer,
        strict.text(shapes.first(attributes, "variation_theme"), "name"),
    )


def _handles(attributes: Row, summary: Row) -> dict[str, str]:
    relation = shapes.first(attributes, "child_parent_sku_relationship")
    kinds = [strict.text(e, "fulfillment_channel_code") for e in _shelves(attributes)]
    found = {
        "type": strict.text(summary, "productType"),
        "parent": strict.text(relation, "parent_sku"),
        "theme": strict.text(shapes.first(attributes, "variation_theme"), "name"),
        "stock": "amazon" if any(kind.startswith(AMAZONS) for kind in kinds) else "",
    }
    if any(e.get("is_inventory_available") for e in _shelves(attributes)):
        found["stock"] = found["stock"] or "endless"
    return {name: value for name, value in found.items() if value}


def _state(attributes: Row, summary: Row, offer: Row) -> State:
    """Live with an offer that nobody has taken off, whether there are pieces or not."""
    if "BUYABLE" in strict.texts(summary, "status"):
        return "live"
    is_off = bool(shapes.first(attributes, "skip_offer").get("value"))
    return "hidden" if is_off or not offer.get("our_price") else "live"


def _offer(attributes: Row, place: Place) -> Row:
    for element in strict.rows(attributes, "purchasable_offer"):
        in_ours = strict.text(element, "currency") in ("", place.currency)
        for_all = strict.text(element, "audience") in ("", "ALL")
        if for_all and in_ours and _is_here(element, "marketplace_id", place):
            return element
    return {}


def _is_here(element: Row, field: str, place: Place) -> bool:
    return strict.text(element, field) in ("", place.id)


def _price(offer: Row, name: str, place: Place) -> int | None:
    schedule = shapes.first(shapes.first(offer, name), "schedule")
    if "value_with_tax" not in schedule:
        return None
    return to_minor(shapes.number(schedule["value_with_tax"], name), place.currency)


def _sale(offer: Row, place: Place) -> dict[str, Any]:
    price = _price(offer, "discounted_price", place)
    if price is None:
        return {}
    schedule = shapes.first(shapes.first(offer, "discounted_price"), "schedule")
    begins, ends = (strict.moment(schedule, name) for name in ("start_at", "end_at"))
    is_open = ends is None or ends >= FAR_AHEAD
    return {
        "sale_price": price,
        "sale_from": None if begins is None or begins <= LONG_AGO else begins,
        "sale_until": None if is_open or ends is None else ends + LAST_SECOND,
    }


def _shelves(attributes: Row) -> list[Row]:
    return strict.rows(attributes, "fulfillment_availability")


def _quantity(attributes: Row) -> int | None:
    """Pieces on the seller's own shelf; None where Amazon counts, or nobody."""
    if any(
        strict.text(e, "fulfillment_channel_code").startswith(AMAZONS)
        or e.get("is_inventory_available")
        for e in _shelves(attributes)
    ):
        return None
    for element in _shelves(attributes):
        if strict.text(element, "fulfillment_channel_code") == OURS:
            return strict.whole(element, "quantity") or 0
    return None


def _title(attributes: Row, place: Place) -> str:
    names = strict.rows(attributes, "item_name")
    here = [e for e in names if _is_here(e, "marketplace_id", place)]
    ours = [e for e in here if strict.text(e, "language_tag") in ("", place.language)]
    return strict.text((ours or here or [{}])[0], "value")


# -- changes --------------------------------------------------------------------------------------


def patches(changes: Sequence[ListingChange], place: Place, offer: Row | None) -> list[Patch]:
    """What is sent of one listing's changes. `offer` is its whole offer, read just now, where one is
    needed (see `needs_offer`)."""
    return [_patch(change, place, offer) for change in changes]


def needs_offer(change: ListingChange) -> bool:
    """Whether something is to be taken out of the offer, so that all of it must be written anew."""
    if not isinstance(change, SetPrice):
        return False
    return change.shown.sale_price is None and change.listing.shown.sale_price is not None


def product_type(changes: Sequence[ListingChange]) -> str:
    """The type that a message about these names: titles are facts of the product's own type."""
    for change in changes:
        if isinstance(change, SetTitle):
            return change.listing.handles.get("type") or GENERIC
    return GENERIC


def _patch(change: ListingChange, place: Place, offer: Row | None) -> Patch:
    match change:
        case SetStock():
            return stock_patch(change)
        case SetPrice(shown=shown):
            if needs_offer(change):
                return _op("replace", "purchasable_offer", _without_sale(shown, place, offer or {}))
            return _op("merge", "purchasable_offer", price_of(shown, place))
        case SetState(state=state):
            element = {"value": state != "live", "marketplace_id": place.id}
            return _op("replace", "skip_offer", element)
        case SetTitle(title=title):
            return _op("merge", "item_name", worded(title, place))
        case _:
            raise TypeError(f"{type(change).__name__} is no change of a listing that is there")


def stock_patch(change: SetStock) -> Patch:
    """Only the quantity is told, so that handling time and restock date stay as they are.

    Stock without end must go for a quantity to count, which takes a whole element.
    """
    element = {"fulfillment_channel_code": OURS, "quantity": max(0, change.quantity)}
    endless = change.listing.handles.get("stock") == "endless"
    return _op("replace" if endless else "merge", "fulfillment_availability", element)


def price_of(shown: Shown, place: Place) -> dict[str, Any]:
    """The offer's selectors with what is told of prices."""
    found: dict[str, Any] = {
        "marketplace_id": place.id,
        "currency": place.currency,
        "audience": "ALL",
        "our_price": _schedule(shown.price or 0, place),
    }
    if shown.sale_price is not None:
        begins, ends = shown.sale_from or LONG_AGO, shown.sale_until
        window = {
            "start_at": shapes.iso(begins),
            "end_at": shapes.iso(FAR_AHEAD if ends is None else ends - LAST_SECOND),
        }
        found["discounted_price"] = _schedule(shown.sale_price, place, window)
    return found


def worded(text: str, place: Place) -> dict[str, Any]:
    """A text in the marketplace's language."""
    tag = {"language_tag": place.language} if place.language else {}
    return {"value": text, **tag, "marketplace_id": place.id}


def _without_sale(shown: Shown, place: Place, offer: Row) -> dict[str, Any]:
    kept = {name: value for name, value in offer.items() if name != "discounted_price"}
    return {**kept, **price_of(shown, place)}


def _schedule(minor: int, place: Place, window: Row | None = None) -> list[dict[str, Any]]:
    row = {"value_with_tax": as_number(from_minor(minor, place.currency)), **(window or {})}
    return [{"schedule": [row]}]


def as_number(amount: Decimal) -> int | float:
    """An amount as JSON writes it: the shortest float of an amount of cents is that very amount."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _op(op: str, name: str, element: Mapping[str, Any]) -> Patch:
    return {"op": op, "path": f"/attributes/{name}", "value": [dict(element)]}


# -- what was told, and whether it shows ----------------------------------------------------------


def promise(changes: Sequence[ListingChange]) -> dict[str, Any]:
    """What a listing shows once these have happened, short enough to be a job's name."""
    found: dict[str, Any] = {}
    for change in changes:
        match change:
            case SetStock(quantity=quantity):
                found["q"] = max(0, quantity)
            case SetPrice(shown=shown):
                found["p"] = _prices(shown)
            case SetState(state=state):
                found["s"] = state
            case SetTitle(title=title):
                found["t"] = digest(title)
            case _:
                pass
    return found


def shows(found: Mapping[str, Any], shown: Shown) -> bool:
    """Whether a listing shows what was promised of it."""
    now = {
        "q": shown.quantity,
        "p": _prices(shown),
        "s": "live" if shown.state == "live" else "hidden",
        "t": digest(shown.title or ""),
    }
    return all(now.get(name) == value for name, value in found.items())


def digest(text: str) -> str:
    """A short stand-in for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _prices(shown: Shown) -> list[int | str | None]:
    window = [shown.sale_from, shown.sale_until]
    told = ["" if at is None else shapes.iso(at) for at in window]
    return [shown.price, shown.sale_price, *told]
