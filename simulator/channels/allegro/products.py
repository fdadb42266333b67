"""The vendor's catalogue of products: found by id, by GTIN or by words; made when an offer names none."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import all_invalid, error, invalid, not_found
from simulator.channels.allegro.queries import Condition, find
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

Json = dict[str, Any]
GTIN, GTIN_NAMES = "225693", ("EAN (GTIN)", "EAN", "GTIN")
PAGE = 30


def resolved(store: Store, given: Mapping[str, Any]) -> list[Json]:
    """The product set of an offer, each product found in the catalogue or entered there."""
    rows = given.get("productSet") or []
    if not isinstance(rows, list):
        raise invalid("must be a list", "productSet")
    return [_element(store, row, number, given) for number, row in enumerate(rows)]


def _element(store: Store, row: Mapping[str, Any], number: int, given: Mapping[str, Any]) -> Json:
    asked, pieces = row.get("product") or {}, (row.get("quantity") or {}).get("value", 1)
    if not isinstance(pieces, int) or pieces < 1:
        raise invalid("must be a whole number above 0", f"productSet[{number}].quantity.value")
    product = _found(store, asked, number)
    if product is None:
        product = _entered(store, asked, given)
    return {
        "quantity": {"value": int(pieces)},
        "product": {"id": product.sku, "publication": {"status": "LISTED"}},
        "responsiblePerson": row.get("responsiblePerson"),
        "responsibleProducer": row.get("responsibleProducer"),
        "safetyInformation": row.get("safetyInformation"),
        "marketedBeforeGPSRObligation": row.get("marketedBeforeGPSRObligation"),
        "deposits": row.get("deposits") or [],
    }


def _found(store: Store, asked: Mapping[str, Any], number: int) -> Document | None:
    id = asked.get("id")
    gtin = id if asked.get("idType") == "GTIN" else None
    gtin = gtin or _gtin(asked.get("parameters") or ())
    if id is not None and asked.get("idType") is None:
        found = store.by_key("product", str(id))
    elif gtin is not None:
        found = by_gtin(store, str(gtin))
    else:
        return None
    if found is None and id is not None:
        message = f"Product {id} not found"
        raise all_invalid(
            [error("ProductNotFoundException", message, f"productSet[{number}].product.id")]
        )
    return found


def by_gtin(store: Store, gtin: str) -> Document | None:
    """The product with this GTIN."""
    found, _ = find(store, "product", [Condition("$.gtin", "in", (gtin,))], limit=1)
    return found[0] if found else None


def _gtin(parameters: Any) -> str | None:
    for row in parameters:
        if str(row.get("id")) == GTIN or row.get("name") in GTIN_NAMES:
            return str((row.get("values") or [""])[0]) or None
    return None


def _entered(store: Store, asked: Mapping[str, Any], given: Mapping[str, Any]) -> Document:
    body = {
        "name": asked.get("name") or given.get("name"),
        "category": asked.get("category") or given.get("category"),
        "images": list(asked.get("images") or given.get("images") or ()),
        "parameters": copy.deepcopy(list(asked.get("parameters") or ())),
        "gtin": _gtin(asked.get("parameters") or ()),
    }
    return store.shop.add("product", body, sku=store.uuid("products"), quiet=True)


def fill_in(store: Store, body: Json) -> None:
    """Give an offer what it did not name itself and its first product has."""
    for row in body["productSet"][:1]:
        product = store.by_key("product", row["product"]["id"])
        if product is not None:
            body["name"] = body["name"] or product.body["name"]
            body["category"] = body["category"] or product.body["category"]
            body["images"] = body["images"] or list(product.body["images"])


# -- HTTP -----------------------------------------------------------------------------------------


def search(call: Call) -> Answer:
    """GET /sale/products: by `phrase`, or by GTIN with `mode=GTIN`."""
    phrase, mode = call.text("phrase"), call.text("mode")
    if phrase is None:
        raise invalid("is required", "phrase")
    claims = [Condition("$.name", "contains", [word]) for word in phrase.split()]
    if mode == "GTIN" or (phrase.isdecimal() and mode is None):
        claims = [Condition("$.gtin", "in", (phrase,))]
    if (category := call.text("category.id")) is not None:
        claims.append(Condition("$.category.id", "in", (category,)))
    offset = int(call.text("page.id") or 0) if (call.text("page.id") or "0").isdecimal() else 0
    found, total = find(call.store, "product", claims, limit=PAGE, offset=offset)
    shown: Json = {"products": [view(p) for p in found], "filters": []}
    shown["categories"] = {"subcategories": [], "path": []}
    if offset + PAGE < total:
        shown["nextPage"] = {"id": str(offset + PAGE)}
    return Answer(body=shown)


def one(call: Call, id: str) -> Answer:
    """GET /sale/products/{productId}"""
    found = call.store.by_key("product", id)
    if found is None:
        raise not_found(call.path)
    return Answer(body=view(found))


def parameter(row: Mapping[str, Any]) -> Json:
    """A parameter as the API shows it."""
    return {
        "id": str(row.get("id") or "0"),
        "name": row.get("name") or "",
        "values": row.get("values") or [],
        "valuesIds": row.get("valuesIds"),
        "rangeValue": row.get("rangeValue"),
    }


def view(product: Document) -> Json:
    """A product as the API shows it."""
    body = product.body
    category = (body["category"] or {}).get("id") or "0"
    return {
        "id": product.sku,
        "name": body["name"] or "",
        "category": {"id": category, "path": [], "similar": []},
        "images": [{"url": url} for url in body["images"]],
        "parameters": [
            {**parameter(row), "valuesLabels": row.get("values") or []}
            for row in body["parameters"]
        ],
        "hasProtectedBrand": False,
        "publication": {"status": "LISTED"},
    }


ROUTES = (
    Route("GET", "/sale/products", search),
    Route("GET", "/sale/products/<id>", one),
)
