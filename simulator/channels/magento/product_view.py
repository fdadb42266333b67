"""Products as REST shows them: one by one, in lists, and as variants of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.magento import attributes, stock_items
from simulator.channels.magento.products import values_at
from simulator.channels.magento.search import stamp
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

FIXED = {  # what every product has, though nobody wrote it
    "options_container": "container2",
    "msrp_display_actual_price_type": "0",
    "required_options": "0",
    "has_options": "0",
}
VARIANT_FIRST = ("required_options", "has_options", "tax_class_id", "category_ids")
VARIANT_LAST = ("url_key", "msrp_display_actual_price_type")
NOT_IN_VARIANT = ("options_container",)


def whole(dialect: Magento, found: Document, store: int) -> dict[str, Any]:
    """A product by itself, with stock and variants."""
    shown = _shape(dialect, found, store)
    extension = shown["extension_attributes"]
    item = stock_items.of_product(dialect, found.id)
    extension["stock_item"] = stock_items.view(item)
    return shown


def row(dialect: Magento, found: Document, store: int) -> dict[str, Any]:
    """A product in a list: without stock."""
    return _shape(dialect, found, store)


def variant(dialect: Magento, found: Document, store: int) -> dict[str, Any]:
    """A product as a variant of another: fewer attributes, in another order."""
    shown = _shape(dialect, found, store)
    for key in ("extension_attributes", "options"):
        shown.pop(key)
    custom = {a["attribute_code"]: a["value"] for a in shown["custom_attributes"]}
    middle = [c for c in custom if c not in (*VARIANT_FIRST, *VARIANT_LAST, *NOT_IN_VARIANT)]
    order = [*VARIANT_FIRST, *middle, *VARIANT_LAST]
    shown["custom_attributes"] = [
        {"attribute_code": code, "value": custom[code]} for code in order if code in custom
    ]
    return shown


def options(dialect: Magento, found: Document) -> list[dict[str, Any]]:
    """What the variants of a configurable product differ in; only values that variants have."""
    shown = []
    for option in found.body["options"]:
        one = attributes.by_id(dialect, int(option["attribute_id"]))
        used = _used_values(dialect, found, one.code if one else "")
        values = [v for v in option["values"] if not found.body["links"] or v in used]
        shown.append(
            {
                "id": option["id"],
                "attribute_id": str(option["attribute_id"]),
                "label": option["label"],
                "position": option["position"],
                "values": [{"value_index": value} for value in values],
                "product_id": found.id,
            }
        )
    return shown


def _used_values(dialect: Magento, found: Document, code: str) -> set[int]:
    used = set()
    for id in found.body["links"]:
        child = dialect.shop.get("product", id)
        if child is not None and str(child.body["attrs"].get(code, "")).isdigit():
            used.add(int(child.body["attrs"][code]))
    return used


def _shape(dialect: Magento, found: Document, store: int) -> dict[str, Any]:
    body, values = found.body, values_at(found, store)
    extension: dict[str, Any] = {"website_ids": body["websites"]}
    if body["categories"]:
        extension["category_links"] = [
            {"position": place, "category_id": id} for id, place in body["categories"].items()
        ]
    if body["type"] == "configurable":
        extension["configurable_product_options"] = options(dialect, found)
        extension["configurable_product_links"] = list(body["links"])
    shown: dict[str, Any] = {
        "id": found.id,
        "sku": body["sku"],
        "name": values["name"],
        "attribute_set_id": body["set"],
        "price": 0 if body["type"] == "configurable" else values.get("price"),
        "status": values["status"],
        "visibility": values["visibility"],
        "type_id": body["type"],
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.modified_at),
        "weight": values.get("weight"),
        "extension_attributes": extension,
        "product_links": body["related"],
        "options": [],
        "media_gallery_entries": [
            {k: v for k, v in entry.items() if k != "content"} for entry in body["media"]
        ],
        "tier_prices": [_tier(tier, values.get("price") or 0) for tier in body["tiers"]],
        "custom_attributes": custom(dialect, found, values),
    }
    return {key: value for key, value in shown.items() if value is not None}


def custom(dialect: Magento, found: Document, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The custom attributes, in the order of the attribute set."""
    told: dict[str, Any] = {**FIXED, **values, "category_ids": list(found.body["categories"])}
    rows = []
    for code, value in told.items():
        if code in attributes.OWN_FIELDS:
            continue
        one = attributes.known(dialect, code)
        if one is not None:
            rows.append((one.place, {"attribute_code": code, "value": value}))
    rows.sort(key=lambda pair: pair[0])
    return [shown for _, shown in rows]


def _tier(tier: dict[str, Any], usual: float) -> dict[str, Any]:
    """A tier; of one in per cent, also what it comes to."""
    extension: dict[str, Any] = {"website_id": tier["website"]}
    value = tier["price"]
    if tier["type"] == "discount":
        extension["percentage_value"] = tier["price"]
        value = round(usual * (1 - value / 100), 4)
    return {
        "customer_group_id": tier["group"],
        "qty": tier["quantity"],
        "value": value,
        "extension_attributes": extension,
    }
