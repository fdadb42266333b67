"""Offers as the API shows them: whole, in parts, and as a row of a list."""

from __future__ import annotations

from typing import Any

from simulator.channels.allegro.moments import iso
from simulator.channels.allegro.products import parameter
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

Json = dict[str, Any]
PLAIN = (  # shown as they are kept; null is written where there is nothing
    "name",
    "category",
    "images",
    "description",
    "external",
    "sellingMode",
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
    return {
        "id": str(offer.id),
        "productSet": [_element(store, row) for row in body["productSet"]],
        "parameters": [parameter(row) for row in body["parameters"]],
        **{name: body[name] for name in PLAIN},
        "publication": _publication(store, body),
        "additionalMarketplaces": body["additionalMarketplaces"],
        "validation": {"errors": missing, "warnings": [], "validatedAt": iso(offer.modified_at)},
        "warnings": [],
        "createdAt": iso(offer.created_at),
        "updatedAt": iso(offer.modified_at),
    }


def _element(store: Store, row: Json) -> Json:
    """A row of the product set, with what the catalogue knows of its product."""
    product = store.by_key("product", row["product"]["id"])
    known = product.body["parameters"] if product else ()
    return {**row, "product": {**row["product"], "parameters": [parameter(p) for p in known]}}


def _publication(store: Store, body: Json) -> Json:
    publication = body["publication"]
    others = [{"id": name} for name in body["additionalMarketplaces"]]
    kept = ("duration", "startingAt", "endingAt", "endedBy", "republish", "status")
    shown = {name: publication[name] for name in kept}
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
    body, publication = offer.body, offer.body["publication"]
    others = [{"id": name} for name in body["additionalMarketplaces"]]
    times = ("status", "startingAt", "startedAt", "endingAt", "endedAt")
    return {
        "id": str(offer.id),
        **{name: body[name] for name in ROW},
        "primaryImage": {"url": body["images"][0]} if body["images"] else None,
        "saleInfo": {"currentPrice": None, "biddersCount": 0},  # of auctions
        "stock": {"available": body["stock"]["available"], "sold": body["sold"]},
        "stats": {"watchersCount": 0, "visitsCount": 0},
        "publication": {
            **{name: publication[name] for name in times},
            "marketplaces": {"base": {"id": store.marketplace}, "additional": others},
        },
        "delivery": {"shippingRates": body["delivery"]["shippingRates"]},
        "isFulfillment": False,
        "additionalMarketplaces": {
            name: {"publication": {"state": r["publication"]["state"]}, "stock": {"sold": 0}}
            for name, r in body["additionalMarketplaces"].items()
        },
    }


ROW = (  # shown in the list as they are kept
    "name",
    "category",
    "sellingMode",
    "afterSalesServices",
    "additionalServices",
    "external",
    "b2b",
    "fundraisingCampaign",
)
