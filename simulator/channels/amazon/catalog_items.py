"""The Catalog Items API, and what a seller may list: the catalogue here is what the seller has listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import catalogue, listing_views, offers, paging, product_types
from simulator.channels.amazon.attributes import first
from simulator.channels.amazon.calls import Call, Json, Operation, Reply
from simulator.channels.amazon.errors import Style, bad, missing
from simulator.channels.amazon.listing_search import TYPES, identifiers
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STYLE = Style("InvalidInput", "NOT_FOUND")
ASIN = re.compile(r"[0-9]{9}[0-9X]|[A-Z][A-Z0-9]{9}")
MOST = 20  # identifiers, keywords, or items of a page


def get_item(dialect: Amazon, call: Call) -> Reply:
    """One page of the shop, by its ASIN."""
    dialect.check_marketplaces(call)
    asin, parts = call.path["asin"], call.values("includedData", tuple(VIEWS))
    if not ASIN.fullmatch(asin):
        raise bad("Invalid 'asin' provided.")
    found = next((d for d in _items(dialect) if d.body["asin"] == asin), None)
    if found is None:
        place = dialect.marketplace.id
        raise missing(f"Requested item, {asin}, not found in marketplace(s) {place}.")
    return 200, _item(dialect, found, parts)


def search_items(dialect: Amazon, call: Call) -> Reply:
    """The pages with one of the identifiers, or with every keyword in their names."""
    dialect.check_marketplaces(call, most=1)
    parts = call.values("includedData", tuple(VIEWS))
    size = call.whole("pageSize", 10, 1, MOST)
    found = _wanted(dialect, call)
    start = paging.start(call.value("pageToken"), "catalog", call.at)
    pages: Json = {}
    if start + size < len(found):
        pages["nextToken"] = paging.token("catalog", start + size, call.at)
    if start:
        pages["previousToken"] = paging.token("catalog", max(0, start - size), call.at)
    shown = [_item(dialect, one, parts) for one in found[start : start + size]]
    paged = {"pagination": pages} if pages else {}
    return 200, {"numberOfResults": len(found), **paged, "items": shown}


def _wanted(dialect: Amazon, call: Call) -> Sequence[Document]:
    words = [word.lower() for word in call.values("keywords", most=MOST)]
    names, kind = call.values("identifiers", most=MOST), call.value("identifiersType")
    if bool(words) == bool(names):
        raise bad("Exactly one of 'keywords' and 'identifiers' must be provided.")
    if not names:
        return [d for d in _items(dialect) if all(word in _name(d).lower() for word in words)]
    if kind not in TYPES:
        raise bad("Invalid 'identifiersType' provided.")
    if kind == "SKU" and not call.value("sellerId"):
        raise bad("'sellerId' is required with identifiers of the type SKU.")
    if kind == "ASIN" and not all(ASIN.fullmatch(name) for name in names):
        raise bad("Invalid 'asin' provided.")
    return [d for d in _items(dialect) if set(names) & identifiers(d, kind)]


def get_restrictions(dialect: Amazon, call: Call) -> Reply:
    """Why the seller may not list an ASIN: it may list them all."""
    dialect.check_marketplaces(call)
    call.needed("asin")
    if call.needed("sellerId") != dialect.keys["seller_id"]:
        raise bad("Invalid 'sellerId' provided.")
    return 200, {"restrictions": []}


def _items(dialect: Amazon) -> list[Document]:
    return [d for d in dialect.shop.all(catalogue.KIND) if d.body["asin"]]


def _name(listing: Document) -> str:
    return str(first(listing.body["attributes"], "item_name") or "")


# -- views ----------------------------------------------------------------------------------------


def _item(dialect: Amazon, listing: Document, parts: Sequence[str]) -> Json:
    shown = {part: VIEWS[part](dialect, listing) for part in parts or ("summaries",)}
    return {"asin": listing.body["asin"], **shown}


def _here(name: str, view: Callable[[Amazon, Document], Any]) -> Callable[[Amazon, Document], Any]:
    return lambda dialect, found: [
        {"marketplaceId": dialect.marketplace.id, name: view(dialect, found)}
    ]


def _summaries(dialect: Amazon, listing: Document) -> list[Json]:
    attributes = listing.body["attributes"]
    told = {
        "brand": first(attributes, "brand"),
        "color": first(attributes, "color"),
        "itemName": first(attributes, "item_name"),
        "manufacturer": first(attributes, "manufacturer"),
        "modelNumber": first(attributes, "model_number"),
        "partNumber": first(attributes, "part_number"),
        "size": first(attributes, "size"),
        "style": first(attributes, "style"),
    }
    kind = "VARIATION_PARENT" if offers.is_parent(attributes) else "BASE_PRODUCT"
    facts = {name: value for name, value in told.items() if value is not None}
    return [{"marketplaceId": dialect.marketplace.id, "itemClassification": kind, **facts}]


def _attributes(dialect: Amazon, listing: Document) -> Json:
    attributes = listing.body["attributes"]
    return {name: value for name, value in attributes.items() if name not in product_types.TERMS}


def _identifiers(dialect: Amazon, listing: Document) -> list[Json]:
    rows = listing.body["attributes"].get("externally_assigned_product_identifier", ())
    return [
        {"identifierType": str(row.get("type", "")).upper(), "identifier": row.get("value")}
        for row in rows
    ]


def _images(dialect: Amazon, listing: Document) -> list[Json]:
    found = []
    for name, elements in listing.body["attributes"].items():
        if name == "main_product_image_locator" or name.startswith("other_product_image_locator_"):
            variant = "MAIN" if name.startswith("main") else f"PT{int(name.rsplit('_', 1)[-1]):02d}"
            link = elements[0].get("media_location", "")
            found.append({"variant": variant, "link": link, "height": 500, "width": 500})
    return found


def _relationships(dialect: Amazon, listing: Document) -> list[Json]:
    parent = dialect.catalogue.parent(listing)
    kin = {
        "childAsins": [one.body["asin"] for one in dialect.catalogue.children(listing)],
        "parentAsins": [parent.body["asin"]] if parent else [],
    }
    known = {name: asins for name, asins in kin.items() if asins}
    return [{"type": "VARIATION", **known}] if known else []


VIEWS: dict[str, Callable[[Amazon, Document], Any]] = {
    "summaries": _summaries,
    "attributes": _attributes,
    "identifiers": _here("identifiers", _identifiers),
    "images": _here("images", _images),
    "relationships": _here("relationships", _relationships),
    "productTypes": listing_views.VIEWS["productTypes"],
    "classifications": _here("classifications", lambda dialect, listing: []),
    "dimensions": lambda dialect, listing: [{"marketplaceId": dialect.marketplace.id}],
    "salesRanks": lambda dialect, listing: [{"marketplaceId": dialect.marketplace.id}],
    "vendorDetails": lambda dialect, listing: [],
}
ITEMS = "/catalog/2022-04-01/items"
RESTRICTIONS = "/listings/2021-08-01/restrictions"
OPERATIONS = (
    Operation("searchCatalogItems", "GET", ITEMS, 2, 2, search_items, STYLE),
    Operation("getCatalogItem", "GET", f"{ITEMS}/<asin>", 2, 2, get_item, STYLE),
    Operation("getListingsRestrictions", "GET", RESTRICTIONS, 5, 10, get_restrictions, STYLE),
)
