"""Allegro offers ⇄ listings and changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.channels.strict import Row, part, text, whole
from agent.model.change import ListingChange, SetPrice, SetStock
from agent.model.listing import Listing, Shown, State
from agent.model.money import from_minor, to_minor

LISTED = ("ACTIVE", "ACTIVATING")  # to be listed in a moment, or from a moment on


def listing(row: Row) -> Listing:
    """An offer, as a row of the list or whole. ValueError for another shape."""
    selling = part(row, "sellingMode")
    publication = part(row, "publication")
    price, currency = money(selling, "price")
    base = part(part(publication, "marketplaces"), "base")
    handles = {
        "status": text(publication, "status"),
        "marketplace": text(base, "id"),
        "currency": currency,
    }
    number = text(row, "id")
    if not number:
        raise ValueError("id is missing")
    shown = Shown(
        state=state(handles["status"]),
        price=price,
        quantity=whole(part(row, "stock"), "available"),
        title=text(row, "name"),
    )
    sku = text(part(row, "external"), "id")
    return Listing(sku, number, shown, {name: value for name, value in handles.items() if value})


def state(status: str) -> State:
    """Drafts and ended offers no shopper sees; neither becomes the other again."""
    return "live" if status in LISTED else "hidden"


def units(
    changes: Sequence[ListingChange], currency: str, marketplace: str, *, combined: bool
) -> list[Row]:
    """One offer's new price and stock as rows of a bulk command: one row for both, or one for each."""
    found: dict[str, Any] = {}
    for change in changes:
        if isinstance(change, SetStock):
            found["stock"] = {"changeType": "FIXED", "value": change.quantity}
        elif isinstance(change, SetPrice) and change.shown.price is not None:
            value = amount(change.shown.price, currency)
            found["prices"] = {marketplace: {"changeType": "FIXED", "value": value}}
    number = {"offerId": _offer(changes)}
    if combined:
        return [{**number, **found}]
    return [{**number, name: value} for name, value in sorted(found.items())]


def edit(changes: Sequence[ListingChange], currency: str) -> dict[str, Any]:
    """One offer's new price and stock as an edit of the offer itself."""
    found: dict[str, Any] = {}
    for change in changes:
        if isinstance(change, SetStock):
            found["stock"] = {"available": max(0, change.quantity)}
        elif isinstance(change, SetPrice) and change.shown.price is not None:
            found["sellingMode"] = {"price": amount(change.shown.price, currency)}
    return found


def publication(offers: Sequence[str], action: str) -> dict[str, Any]:
    """The body of a command that lists or ends offers."""
    criteria = {"type": "CONTAINS_OFFERS", "offers": [{"id": offer} for offer in offers]}
    return {"offerCriteria": [criteria], "publication": {"action": action}}


def amount(minor: int, currency: str) -> dict[str, str]:
    """Money as Allegro writes it, its amount a text."""
    return {"amount": str(from_minor(minor, currency)), "currency": currency}


def _offer(changes: Sequence[ListingChange]) -> str:
    some = changes[0]
    assert isinstance(some, SetStock | SetPrice)
    return some.listing.external_id


def money(row: Row, name: str) -> tuple[int | None, str]:
    """(minor units, currency) of a field that is money; (None, "") when it is not there."""
    found = part(row, name)
    if not found:
        return None, ""
    currency = text(found, "currency")
    try:
        number = Decimal(text(found, "amount"))
    except InvalidOperation as error:
        raise ValueError(f"{name} is no amount: {found.get('amount')!r:.80}") from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12 or not currency:
        raise ValueError(f"{name} is no amount: {dict(found)!r:.80}")
    return to_minor(number, currency), currency
