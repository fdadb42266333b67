"""Offers as the API shows them: whole, in parts, and as a row of a list."""

from __future__ import annotations

from typing import Any

from simulator.channels.allegro.moments import iso
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

Json = dict[str, Any]
PLAIN = (  # shown as they are kept
    "productSet",
    "name",
    "category",
    "parameters",
    "images",
    "description",
    "external",
    "stock",
    "delivery",
    "payments",
    "taxSettings",
    "location",
    "afterSalesServices",
    "additionalServices",
    "attachments",
    "b2b",
    "compatibilityList",
    "contact",
    "discounts",
    "fundraisingCampaign",
    "language",
    "messageToSellerSettings",
    "sizeTable",
)


def whole(store: Store, offer: Document, missing: list[Json]) -> Json:
    """Everything about an offer; `missing` is what it still needs before it can be listed."""
    body = offer.body
    shown = {name: body[name] for name in PLAIN if body[name] is not None or name in NULLABLE}
    return {
        "id": str(offer.id),
        **shown,
        "sellingMode": {k: v for k, v in body["sellingMode"].items() if k != "price" or v},
        "publication": _publication(store, body),
        "additionalMarketplaces": body["additionalMarketplaces"],
        "validation": {"errors": missing, "warnings": [], "validatedAt": iso(offer.modified_at)},
        "createdAt": iso(offer.created_at),
        "updatedAt": iso(offer.modified_at),
    }


NULLABLE = (
    "taxSettings",
    "sizeTable",
    "messageToSellerSettings",
    "contact",
    "fundraisingCampaign",
    "additionalServices",
    "afterSalesServices",
)


def _publication(store: Store, body: Json) -> Json:
    publication = body["publication"]
    others = [{"id": name} for name in body["additionalMarketplaces"]]
    kept = ("duration", "endingAt", "endedBy", "republish", "status")
    shown = {name: publication[name] for name in kept}
    if publication["startingAt"]:
        shown["startingAt"] = publication["startingAt"]
    shown["marketplaces"] = {"base": {"id": store.marketplace}, "additional": others}
    return shown


def parts(offer: Document, wanted: list[str]) -> Json:
    """Stock and price alone, as far as they are asked for."""
    shown: Json = {"id": str(offer.id)}
    if "stock" in wanted:
        shown["stock"] = {"available": offer.body["stock"]["available"]}
    if "price" in wanted:
        shown["sellingMode"] = {"price": offer.body["sellingMode"]["price"]}
        shown["additionalMarketplaces"] = {
            name: {"sellingMode": row["sellingMode"]}
            for name, row in offer.body["additionalMarketplaces"].items()
        }
    return shown


def row(store: Store, offer: Document) -> Json:
    """A row of the seller's list."""
    body = offer.body
    price = body["sellingMode"]["price"]
    shown = {
        "id": str(offer.id),
        "name": body["name"] or "",
        "category": body["category"] or {"id": "0"},
        "sellingMode": {"format": body["sellingMode"]["format"]},
        "saleInfo": {"biddersCount": 0},
        "stock": {"available": body["stock"]["available"], "sold": body["sold"]},
        "stats": {"watchersCount": 0, "visitsCount": 0},
        "publication": _row_publication(store, body),
        "afterSalesServices": body["afterSalesServices"] or {},
        "external": body["external"] or {},
        "delivery": {"shippingRates": body["delivery"]["shippingRates"] or {}},
        "b2b": body["b2b"],
        "isFulfillment": False,
        "additionalMarketplaces": {
            name: {"publication": {"state": r["publication"]["state"]}, "stock": {"sold": 0}}
            for name, r in body["additionalMarketplaces"].items()
        },
    }
    if price:
        shown["sellingMode"]["price"] = price
        shown["saleInfo"]["currentPrice"] = price
    if body["images"]:
        shown["primaryImage"] = {"url": body["images"][0]}
    return shown


def _row_publication(store: Store, body: Json) -> Json:
    publication = body["publication"]
    shown = {"status": publication["status"]}
    for name in ("startingAt", "startedAt", "endingAt", "endedAt"):
        if publication[name] is not None:
            shown[name] = publication[name]
    others = [{"id": name} for name in body["additionalMarketplaces"]]
    shown["marketplaces"] = {"base": {"id": store.marketplace}, "additional": others}
    return shown
