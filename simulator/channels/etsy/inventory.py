"""A listing's inventory document: how it is read out of a PUT, checked, merged and shown.

The whole document is replaced: a product that is left out is gone. What is read has fields that may
not be written (product_id, offering_id, is_deleted, scale_name) and shows prices as money.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import taxonomy
from simulator.channels.etsy.errors import bad, missing, wrong_type
from simulator.channels.etsy.fields import as_integer, as_number

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

MOST_PIECES, PROPERTIES, MOST_PROPERTIES = 999, 2, 3
PRODUCT = ("sku", "property_values", "offerings")
VALUE = ("property_id", "property_name", "scale_id", "value_ids", "values")
OFFERING = ("price", "quantity", "is_enabled", "readiness_state_id")
ON = {
    "price_on_property": "price_on",
    "quantity_on_property": "quantity_on",
    "sku_on_property": "sku_on",
    "readiness_state_on_property": "readiness_on",
}
Json = dict[str, Any]


# -- reading --------------------------------------------------------------------------------------


def read(store: Store, given: Mapping[str, Any], before: Json, properties: int) -> Json:
    """The new inventory of a PUT's body, keeping the numbers of products that stay.

    `properties` is how many properties the caller can handle. EtsyError for what is refused.
    """
    rows = given.get("products")
    if not isinstance(rows, list) or not rows:
        raise missing(["products"])
    read_rows = [_product(store, row) for row in rows]
    on = {kept: _numbers(given, name) for name, kept in ON.items()}
    _check_properties(read_rows, properties)
    _check_on_property(read_rows, on)
    unique = list({_combination(row): row for row in read_rows}.values())  # the last one counts
    _check_shared(unique, on)
    if not any(r["offering"]["enabled"] and r["offering"]["quantity"] for r in unique):
        raise bad("One offering must have quantity greater than 0")
    return {"products": [_numbered(store, row, before) for row in unique], **on}


def price(store: Store, amount: float | None) -> int:
    """A price in minor units; EtsyError for one below the least that Etsy takes."""
    least = store.minor(store.given("least_price"))
    minor = store.minor(amount or 0)
    if minor < least:
        text = f"{store.major(least):.2f} {store.currency}"
        raise bad(f"There was a problem with /price : must be at least {text}")
    return minor


def _product(store: Store, row: Any) -> Json:
    if not isinstance(row, dict):
        raise wrong_type("products", "array", row)
    _refuse_unknown(row, PRODUCT)
    values = row.get("property_values") or []
    offerings = row.get("offerings")
    if not isinstance(values, list):
        raise wrong_type("property_values", "array", values)
    if not isinstance(offerings, list) or not offerings:
        raise missing(["offerings"])
    sku = row.get("sku")
    if sku is not None and not isinstance(sku, str):
        raise wrong_type("sku", "string", sku)
    return {
        "sku": sku or "",
        "values": [_value(v) for v in values],
        "offering": _offering(store, offerings[0]),
    }


def _value(row: Any) -> Json:
    if not isinstance(row, dict):
        raise wrong_type("property_values", "array", row)
    _refuse_unknown(row, VALUE)
    property_id = as_integer("property_id", row.get("property_id"))
    for name in ("value_ids", "values"):
        if not isinstance(row.get(name), list):
            raise wrong_type(name, "array", row.get(name))
    values = [str(v) for v in row["values"]]
    ids = [as_integer("value_ids", v) for v in row["value_ids"]]
    if not values and not ids:
        raise bad("Property values can't be empty")
    if any("(" in v or ")" in v for v in values):
        raise bad("Property values cannot contain parentheses")
    return {
        "property_id": property_id,
        "property_name": row.get("property_name") or taxonomy.property_name(property_id),
        "scale_id": row.get("scale_id"),
        "value_ids": ids if len(ids) == len(values) else [value_id(property_id, v) for v in values],
        "values": values or [taxonomy.value_name(property_id, v) for v in ids],
    }


def _offering(store: Store, row: Any) -> Json:
    if not isinstance(row, dict):
        raise wrong_type("offerings", "array", row)
    _refuse_unknown(row, OFFERING)
    amount, enabled = row.get("price"), row.get("is_enabled")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise wrong_type("price", "float", amount)
    pieces = as_integer("quantity", row.get("quantity"))
    if not 0 <= pieces <= MOST_PIECES:
        raise bad(f"There was a problem with /quantity : must be between 0 and {MOST_PIECES}")
    if not isinstance(enabled, bool):
        raise wrong_type("is_enabled", "boolean", enabled)
    readiness = row.get("readiness_state_id")
    if readiness is not None:
        readiness = as_integer("readiness_state_id", readiness)
        if store.shop.get("readiness", readiness) is None:
            raise bad(f"Invalid readiness_state_id: {readiness}")
    return {
        "price": price(store, as_number("price", amount)),
        "quantity": pieces,
        "enabled": enabled,
        "readiness": readiness,
    }


def _refuse_unknown(row: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in row:
        if name not in known:
            raise bad(f"Invalid parameter: [{name}]")


def _numbers(given: Mapping[str, Any], name: str) -> list[int]:
    rows = given.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise wrong_type(name, "array", rows)
    return [as_integer(name, row) for row in rows]


# -- checking -------------------------------------------------------------------------------------


def _check_properties(rows: Sequence[Json], most: int) -> None:
    """Every product has the same properties, and not more than may be."""
    first = _ids(rows[0])
    if any(_ids(row) != first for row in rows):
        raise bad("All products must have the same properties in the same order")
    if len(first) > most:
        raise bad(f"A listing can have at most {most} variations")
    if len(set(first)) != len(first):
        raise bad("A property can be used once in a product")


def _check_on_property(rows: Sequence[Json], on: Mapping[str, list[int]]) -> None:
    """What the *_on_property lists name are the products' properties, in the products' order."""
    ids = _ids(rows[0])
    for name, kept in ON.items():
        named = on[kept]
        if named and not ids:
            raise bad("Property values can't be empty")
        if named != [id for id in ids if id in named]:
            raise bad(f"{name}: property IDs must be in the same order as in products")


def _check_shared(rows: Sequence[Json], on: Mapping[str, list[int]]) -> None:
    """Products alike in the properties named have the same price (quantity, sku, profile)."""
    read_it = {
        "price_on": lambda r: r["offering"]["price"],
        "quantity_on": lambda r: r["offering"]["quantity"],
        "sku_on": lambda r: r["sku"],
        "readiness_on": lambda r: r["offering"]["readiness"],
    }
    for name, kept in ON.items():
        seen: dict[tuple[Any, ...], Any] = {}
        for row in rows:
            key = tuple(v for id, v in _combination(row) if id in on[kept])
            told = read_it[kept](row)
            if seen.setdefault(key, told) != told:
                raise bad(f"{name}: the values of products must be the same across its properties")


def _ids(row: Json) -> list[int]:
    return [v["property_id"] for v in row["values"]]


def _combination(row: Json) -> tuple[tuple[int, tuple[str, ...]], ...]:
    return tuple((v["property_id"], tuple(v["values"])) for v in row["values"])


def _numbered(store: Store, row: Json, before: Json) -> Json:
    """A product with the numbers that its combination had, or new ones."""
    for old in before["products"]:
        if _combination(old) == _combination(row) and old["sku"] in ("", row["sku"]):
            return {
                **row,
                "id": old["id"],
                "offering": {**row["offering"], "id": old["offering"]["id"]},
            }
    offering = {**row["offering"], "id": store.new_id("offering")}
    return {**row, "id": store.new_id("product"), "offering": offering}


def value_id(property_id: int, value: str) -> int:
    """The number of a value: the vendor's own, or one that is always the same for the same words."""
    known = taxonomy.PROPERTIES.get(property_id, ("", ()))[1]
    if value in known:
        return known.index(value) + 1
    digest = hashlib.sha256(f"{property_id}:{value}".encode()).digest()
    return 50_000_000_000 + int.from_bytes(digest[:4], "big")


# -- showing --------------------------------------------------------------------------------------


def view(store: Store, body: Json) -> Json:
    """A ListingInventory."""
    found = body["inventory"]
    shown = {name: found[kept] for name, kept in ON.items()}
    return {"products": [product_view(store, p) for p in found["products"]], **shown}


def product_view(store: Store, product: Json) -> Json:
    """A ListingInventoryProduct."""
    return {
        "product_id": product["id"],
        "sku": product["sku"],
        "is_deleted": False,
        "offerings": [offering_view(store, product["offering"])],
        "property_values": [value_view(v) for v in product["values"]],
    }


def offering_view(store: Store, offering: Json) -> Json:
    """A ListingInventoryProductOffering."""
    return {
        "offering_id": offering["id"],
        "quantity": offering["quantity"],
        "is_enabled": offering["enabled"],
        "is_deleted": False,
        "price": store.money(offering["price"]),
        "readiness_state_id": offering["readiness"],
    }


def value_view(value: Json) -> Json:
    """A ListingPropertyValue."""
    return {
        "property_id": value["property_id"],
        "property_name": value["property_name"],
        "scale_id": value["scale_id"],
        "scale_name": None,
        "value_ids": value["value_ids"],
        "values": value["values"],
    }
