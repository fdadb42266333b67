"""Making and editing offers: what is refused at once, what takes a while, what an operation ends with."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.channels.allegro import jobs, offer_rules, offer_views, offers, products, terms
from simulator.channels.allegro.errors import Body, Refused, all_invalid, error
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

WHAT = "product-offers"
FIELDS = frozenset(  # what an offer may be sent with
    (
        *offer_views.PLAIN,
        "productSet",
        "parameters",
        "publication",
        "additionalMarketplaces",
        "aiCoCreatedContent",
        "tax",
    )
)
PUBLICATION = ("status", "endingAt", "endedBy", "marketplaces")  # beside what is kept of it
LISTING_S = 5.0  # what listing or ending an offer takes; other edits are done at once
Json = dict[str, Any]


def create(store: Store, given: Json) -> tuple[Document, Document | None]:
    """A new offer, and the operation that still has to list it (None: all is done).

    It is listed unless it says that it is a draft.
    """
    if given.get("stock") is None:
        raise all_invalid([error("VALIDATION_ERROR", "Stock is required", "stock")])
    _check(store, given)
    given = terms.settled(store, given)
    wants = (given.get("publication") or {}).get("status") or "ACTIVE"
    body = offers.merged(offers.blank(store), given)
    body["productSet"] = products.resolved(store, given)
    products.fill_in(store, body)
    body["additionalMarketplaces"] = _marketplaces(given.get("additionalMarketplaces"))
    missing = offer_rules.unlisted_because(body)
    # A lack of stock shows only when the operation runs (seen 2025-02, issue 11011).
    at_once = [fault for fault in missing if fault["path"] != "stock.available"]
    if wants in offers.LISTED and at_once:
        raise all_invalid(at_once)
    offer = offers.add(store, body)
    if wants not in offers.LISTED:
        return _later(store, offer, {}, 0.0)
    offer.body["publication"]["status"] = "ACTIVATING"
    store.put(offer)
    return _later(store, offer, {"publication": {"status": "ACTIVE"}}, LISTING_S)


def edit(store: Store, offer: Document, given: Json) -> tuple[Document, Document | None]:
    """An offer after an edit, and the operation that still has to make it."""
    if offer.body["operation"] is not None:
        user = "The previous edition of the offer is still being processed. Try again."
        raise Refused(409, error("OfferConflictException", "Conflict", "", user))  # issue 9620
    _check(store, given)
    given = terms.settled(store, given)
    state = offer.body["publication"]["status"]
    wants = (given.get("publication") or {}).get("status") or state
    if wants != state and wants == "INACTIVE":
        message = "A published offer cannot become a draft again"
        raise all_invalid([error("VALIDATION_ERROR", message, "publication.status")])
    if "productSet" in given:
        given = {**given, "productSet": products.resolved(store, given)}
    if "additionalMarketplaces" in given:
        given = {**given, "additionalMarketplaces": _marketplaces(given["additionalMarketplaces"])}
    after = offers.merged(offer.body, given)
    missing = offer_rules.unlisted_because(after)
    ends = state in offers.LISTED and after["stock"]["available"] < 1
    lists = wants in offers.LISTED and state not in offers.LISTED
    at_once = [f for f in missing if not (ends and f["path"] == "stock.available")]
    if (lists or state in offers.LISTED) and wants != "ENDED" and at_once:
        raise all_invalid(at_once)
    return _later(store, offer, given, LISTING_S if ends or wants != state else 0.0)


def _check(store: Store, given: Json) -> None:
    if unknown := ", ".join(_unknown(given)):  # seen 2024-11, issue 10240
        message = "Unknown properties found in the request."
        user = "The uploaded data includes unsupported properties. Contact your app creator."
        told = {"unknownProperties": unknown}
        raise all_invalid([error("UnknownJSONProperty", message, None, user, told)])
    found = offer_rules.faults(given, store.currency)
    if found:
        raise all_invalid(found)


def _unknown(given: Json) -> Iterator[str]:
    """The fields that an offer has not, as the vendor names them."""
    yield from (f"...{name}" for name in given if name not in FIELDS)
    for name, parts in offers.MERGED.items():
        known = (*parts, *PUBLICATION) if name == "publication" else parts
        yield from (f"{name}.{part}" for part in given.get(name) or () if part not in known)


def _marketplaces(given: Any) -> Json:
    """Prices on other marketplaces, each waiting for the vendor's consent."""
    asked = given if isinstance(given, Mapping) else {}
    return {
        name: {
            "sellingMode": {"price": ((row or {}).get("sellingMode") or {}).get("price")},
            "publication": {"state": "NOT_REQUESTED", "refusalReasons": []},
        }
        for name, row in asked.items()
    }


def _later(
    store: Store, offer: Document, patch: Json, usual_s: float
) -> tuple[Document, Document | None]:
    expected = jobs.fate(store, WHAT, usual_s)
    key = store.uuid("operations")
    job = jobs.add(store, WHAT, key, expected, {"offer": offer.id, "patch": patch, "errors": []})
    if jobs.is_due(store, expected):
        run(store, job)
        job.body["completedAt"] = store.stamp()
        store.put(job, parent_id=jobs.DONE, quiet=True)
        if job.body["errors"]:
            raise all_invalid(job.body["errors"])
        return store.need("offer", offer.id), None
    offer.body["operation"] = key
    return store.put(offer), job


def run(store: Store, job: Document) -> None:
    """Make an edit that was accepted before. What fails stands in the operation's `errors`."""
    offer = store.get("offer", job.body["offer"])
    if offer is None:
        return
    patch = job.body["patch"]
    body = offers.merged(offer.body, patch)
    body["operation"] = None
    errors = [_broken()] if job.body["fails"] else _settle(store, offer, body, patch)
    job.body["errors"] = errors
    if errors:
        body = copy.deepcopy(offer.body)
        body["operation"] = None
        if body["publication"]["status"] == "ACTIVATING" and not body["publication"]["startingAt"]:
            body["publication"]["status"] = "INACTIVE"
    offers.schedule(store, offers.save(store, offer, body))


def _settle(store: Store, offer: Document, body: Json, patch: Json) -> list[Body]:
    """Bring an offer's publication to where the edit leads; gives what stands against it."""
    state = body["publication"]["status"]
    wants = (patch.get("publication") or {}).get("status", state)
    if wants == "ENDED":
        if state in offers.LISTED:
            offers.end(store, body, "USER")
        return []
    if state in offers.LISTED and body["stock"]["available"] < 1 and _was_listed(offer):
        offers.end(store, body, "EMPTY_STOCK")
        return []
    if wants in offers.LISTED:
        missing = offer_rules.unlisted_because(body)
        if not missing:
            offers.publish(store, body)
        return missing
    return []


def _was_listed(offer: Document) -> bool:
    """Whether an offer was on sale before; one that never was stays a draft."""
    publication = offer.body["publication"]
    return publication["status"] == "ACTIVE" or publication["startingAt"] is not None


def _broken() -> Body:
    message = "The offer could not be processed. Please try again"
    return error("INTERNAL_PROCESSING_ERROR", message)
