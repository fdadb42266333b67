"""Digests of content: the same intention has the same digest, whenever and however it was found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from agent.model.change import CreateListing, ListingChange, SetPrice, SetState, SetStock
from agent.model.family import Family
from agent.model.listing import Details, Shown

LENGTH = 16  # hexadecimal digits: short enough to type, long enough never to meet by accident


def digest_of(value: Any) -> str:
    """Sixteen hexadecimal digits that stand for this JSON-like value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:LENGTH]


def change_digest(change: ListingChange) -> str:
    """What this change asks for, whatever the listing shows before.

    From Python's own spelling of the values, which is as stable as JSON and five times as fast; a
    plan may have a hundred thousand of them.
    """
    said = ascii((type(change).__name__, change.sku, *asked(change).items()))
    return hashlib.sha256(said.encode("ascii")).hexdigest()[:LENGTH]


def plan_digest(channel: str, changes: Iterable[str]) -> str:
    """All these changes (by digest) together, in whatever order they stand."""
    return digest_of([channel, sorted(changes)])


def asked(change: ListingChange) -> dict[str, Any]:
    """The values that a change sets, as JSON values under stable names."""
    match change:
        case CreateListing(shown=shown, details=details, family=family):
            stock = {"quantity": shown.quantity, "backorders": shown.backorders}
            new = {"state": shown.state, **prices(shown), **stock, "details": _details(details)}
            return new if family is None else {**new, "family": _family(family)}
        case SetPrice(shown=shown):
            return prices(shown)
        case SetStock(quantity=quantity, backorders=backorders):
            return {"quantity": quantity, "backorders": backorders}
        case SetState(state=state):
            return {"state": state}
        case _:
            return {"title": change.title}


def shown_before(change: ListingChange) -> dict[str, Any]:
    """What the listing shows now in the fields that the change sets; empty for a creation."""
    if isinstance(change, CreateListing):
        return {}
    shown = change.listing.shown
    face: Mapping[str, Any] = {
        **prices(shown),
        "quantity": shown.quantity,
        "backorders": shown.backorders,
        "state": shown.state,
        "title": shown.title,
    }
    return {key: face[key] for key in asked(change)}


def prices(shown: Shown) -> dict[str, Any]:
    """The fields that are about price."""
    return {
        "price_minor": shown.price,
        "compare_at_minor": shown.compare_at,
        "sale_price_minor": shown.sale_price,
        "sale_from": _moment(shown.sale_from),
        "sale_until": _moment(shown.sale_until),
    }


def _details(details: Details) -> dict[str, Any]:
    return {field.name: getattr(details, field.name) for field in fields(Details)}


def _family(family: Family) -> dict[str, Any]:
    variants = {sku: dict(choices) for sku, choices in family.variants.items()}
    axes = list(family.axes)
    return {"code": family.code, "title": family.title, "axes": axes, "variants": variants}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
