"""The seller's own terms that an offer refers to, by id or by name: shipping rates, returns, warranties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.allegro.errors import all_invalid, error
from simulator.channels.allegro.store import Store

NAMES = {  # {part of an offer: {what it refers to: its name in the panel}}
    "delivery": {"shippingRates": "Standard"},
    "afterSalesServices": {
        "impliedWarranty": "Standard",
        "returnPolicy": "14 dni",
        "warranty": "Standard",
    },
}
Json = dict[str, Any]


def id_of(store: Store, part: str, name: str) -> str:
    """The id of what the seller has."""
    kept = store.given("defaults")
    return str(kept[name] if part == "delivery" else kept[part][name]["id"])


def settled(store: Store, given: Mapping[str, Any]) -> Json:
    """What was sent, with ids for names; `{"id": null}` takes away. Refused when there are no such."""
    made = dict(given)
    for part, names in NAMES.items():
        for name, title in names.items():
            asked = (made.get(part) or {}).get(name)
            if not asked:
                continue
            own, wanted = id_of(store, part, name), asked.get("id") or asked.get("name")
            if wanted not in (None, own, title):
                code = f"{name[0].upper()}{name[1:]}NotFoundException"
                raise all_invalid([error(code, f"{wanted} not found", f"{part}.{name}")])
            made[part] = {**made[part], name: {"id": own} if wanted else None}
    return made
