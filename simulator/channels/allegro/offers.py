"""Offers: made, changed, listed, ended, sold out. Every change enters the journal of offer events."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Literal

from simulator.channels.allegro import jobs, journals
from simulator.channels.allegro.jobs import Fate
from simulator.channels.allegro.moments import iso, parse, span
from simulator.channels.allegro.offer_rules import unlisted_because
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

Body = dict[str, Any]
EndedBy = Literal["USER", "ADMIN", "EXPIRATION", "EMPTY_STOCK", "PRODUCT_DETACHMENT", "ERROR"]
FIRST = 17_300_000_001
LISTED = ("ACTIVE", "ACTIVATING")
MERGED = {  # {field: its parts that are changed one by one}; others are replaced as they are sent
    "stock": ("available", "unit"),
    "sellingMode": ("format", "price", "minimalPrice", "startingPrice"),
    "publication": ("duration", "startingAt", "republish"),
    "delivery": ("handlingTime", "shippingRates", "additionalInfo", "shipmentDate"),
    "payments": ("invoice",),
    "location": ("city", "countryCode", "postCode", "province"),
    "external": ("id",),
    "afterSalesServices": ("impliedWarranty", "returnPolicy", "warranty"),
    "b2b": ("buyableOnlyByBusiness",),
}


LISTS = ("images", "parameters", "productSet", "attachments")  # empty where null is sent
NEVER_EMPTY = ("stock", "sellingMode", "publication", "delivery", "payments", "location", "b2b")


def blank(store: Store) -> Body:
    """An empty draft, with what the account's settings fill in by themselves."""
    defaults = store.given("defaults")
    return {
        "name": None,
        "category": None,
        "productSet": [],
        "parameters": [],
        "images": [],
        "description": {"sections": []},
        "external": None,
        "sellingMode": {
            "format": "BUY_NOW",
            "price": None,
            "minimalPrice": None,
            "startingPrice": None,
        },
        "stock": {"available": 0, "unit": "UNIT"},
        "sold": 0,
        "initial": 0,
        "publication": {
            "status": "INACTIVE",
            "duration": None,
            "startingAt": None,
            "endingAt": None,
            "endedBy": None,
            "republish": False,
            "startedAt": None,
            "endedAt": None,
        },
        "delivery": {
            "handlingTime": defaults["handlingTime"],
            "shippingRates": {"id": defaults["shippingRates"]},
            "additionalInfo": None,
            "shipmentDate": None,
        },
        "payments": {"invoice": "VAT"},
        "taxSettings": None,
        "location": copy.deepcopy(defaults["location"]),
        "afterSalesServices": copy.deepcopy(defaults["afterSalesServices"]),
        "additionalMarketplaces": {},
        "additionalServices": None,
        "attachments": [],
        "b2b": {"buyableOnlyByBusiness": False},
        "compatibilityList": None,
        "contact": None,
        "discounts": {"wholesalePriceList": None},
        "fundraisingCampaign": None,
        "language": defaults["language"],
        "messageToSellerSettings": {"mode": "OPTIONAL"},
        "sizeTable": None,
        "operation": None,  # the one that is still running
    }


def merged(offer: Mapping[str, Any], given: Mapping[str, Any]) -> Body:
    """An offer after some fields were sent; its publication's status is left to `publish`, `end`."""
    changed = copy.deepcopy(dict(offer))
    for name, value in given.items():
        if name not in changed or (value is None and name in NEVER_EMPTY):
            continue
        if name in MERGED and isinstance(value, Mapping):
            parts = {k: v for k, v in value.items() if k in MERGED[name]}
            if name in ("stock", "payments"):
                parts = {k: v for k, v in parts.items() if v is not None}
            changed[name] = (changed[name] or {}) | copy.deepcopy(parts)
        elif name in LISTS:
            changed[name] = copy.deepcopy(value or [])
        else:
            changed[name] = copy.deepcopy(value)
    return changed


def add(store: Store, body: Body, *, quiet: bool = False) -> Document:
    """Store a new offer under the next number."""
    number = store.shop.next_number("offer", FIRST)
    key = (body["external"] or {}).get("id")
    return store.shop.add("offer", body, id=number, sku=key, quiet=quiet)


def save(store: Store, offer: Document, changed: Body) -> Document:
    """Store a changed offer and enter in the journal what is different."""
    before = offer.body
    kept = Document(
        offer.kind,
        offer.id,
        offer.parent_id,
        offer.sku,
        changed,
        offer.created_at,
        offer.modified_at,
    )
    kept = store.put(kept)
    for event, body in _events(kept, before):
        journals.write(store, journals.OFFERS, event, body)
    return kept


def _events(offer: Document, before: Body) -> list[tuple[str, Body]]:
    named = {"id": str(offer.id), "external": offer.body["external"]}
    found: list[tuple[str, Body]] = []
    now, was = offer.body, before
    if now["stock"]["available"] != was["stock"]["available"]:
        found.append(("OFFER_STOCK_CHANGED", {"offer": named}))
    if now["sellingMode"]["price"] != was["sellingMode"]["price"]:
        found.append(("OFFER_PRICE_CHANGED", {"offer": named}))
    state, was_state = now["publication"]["status"], was["publication"]["status"]
    if state == "ACTIVE" != was_state:
        found.append(("OFFER_ACTIVATED", {"offer": named}))
    if state == "ENDED" != was_state:
        ended = {**named, "publication": {"endedBy": now["publication"]["endedBy"]}}
        found.append(("OFFER_ENDED", {"offer": ended}))
    if not found and _shown(now) != _shown(was):
        found.append(("OFFER_CHANGED", {"offer": named}))
    return found


def _shown(body: Body) -> Body:
    return {k: v for k, v in body.items() if k not in ("operation", "sold", "initial")}


# -- listing and ending -------------------------------------------------------------------------


def publish(store: Store, body: Body, at: str | None = None) -> None:
    """List an offer now, or from its `startingAt` on. It must be fit for it: see offer_rules."""
    publication = body["publication"]
    starts = at or publication["startingAt"]
    if starts is not None and parse(starts) > store.now():
        publication |= {"status": "ACTIVATING", "startingAt": iso(parse(starts))}
        return
    if publication["status"] == "ACTIVE":
        return
    length = publication["duration"]
    publication |= {
        "status": "ACTIVE",
        "startingAt": None,
        "startedAt": store.stamp(),
        "endedAt": None,
        "endedBy": None,
        "endingAt": None if length is None else iso(store.now() + span(length)),
    }
    body["initial"] = body["stock"]["available"]


def end(store: Store, body: Body, by: EndedBy) -> None:
    """Take an offer off the lists."""
    body["publication"] |= {
        "status": "ENDED",
        "endedBy": by,
        "endedAt": store.stamp(),
        "startingAt": None,
        "endingAt": None,
    }
    if body["publication"]["republish"] and by in ("EMPTY_STOCK", "EXPIRATION"):
        # Listed again with what it began with, whatever was sold meanwhile.
        body["stock"]["available"] = body["initial"]
        if not unlisted_because(body):
            publish(store, body)


def schedule(store: Store, offer: Document) -> None:
    """Remember when a listed offer starts or ends by itself."""
    publication = offer.body["publication"]
    for name, state in (("startingAt", "ACTIVATING"), ("endingAt", "ACTIVE")):
        moment = publication[name]
        if moment is not None and publication["status"] == state:
            due = Fate(parse(moment))
            jobs.add(store, "timer", f"timer {offer.id}", due, {"offer": offer.id, "at": moment})


def timer(store: Store, job: Document) -> None:
    """An offer's hour has come: it starts or ends, if it still is as it was planned."""
    offer = store.get("offer", job.body["offer"])
    if offer is None:
        return
    body = copy.deepcopy(offer.body)
    publication = body["publication"]
    if publication["status"] == "ACTIVATING" and publication["startingAt"] == job.body["at"]:
        if unlisted_because(body):
            publication |= {"status": "INACTIVE", "startingAt": None}
        else:
            publish(store, body)
    elif publication["status"] == "ACTIVE" and publication["endingAt"] == job.body["at"]:
        end(store, body, "EXPIRATION")
    else:
        return
    schedule(store, save(store, offer, body))


def sell(store: Store, offer: Document, pieces: int) -> None:
    """Take bought pieces off an offer; the last one ends it."""
    body = copy.deepcopy(offer.body)
    body["stock"]["available"] -= pieces
    body["sold"] += pieces
    if body["stock"]["available"] <= 0:
        end(store, body, "EMPTY_STOCK")
    schedule(store, save(store, offer, body))
