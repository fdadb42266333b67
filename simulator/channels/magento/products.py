"""Products: saved, found, deleted. A document holds global values and those of store views.

A new product's values are global whatever the store code. A change writes global attributes
globally, those of websites to every view of the code's website, and the others to the view that
the address names; only "all" writes everything globally.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import attribute_sets, attributes, inputs, stock_items, stores
from simulator.channels.magento.attributes import GLOBAL, VIEW, Attribute
from simulator.channels.magento.errors import Crash, Refusal, no_product, not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

Values = dict[str, Any]
LONGEST_SKU = 64
UNSAVED = "The product was unable to be saved. Please try again."
NEGATIVE = "Please enter a number 0 or greater in this field."
URL_TAKEN = "URL key for specified store already exists."
LETTERS = str.maketrans("łŁøØđĐßæÆœŒ", "lLoOdDsaAoO")
SOLD_ALONE = frozenset({"simple", "virtual", "downloadable"})


def folded(sku: str) -> str:
    """A sku as it is compared: without letter case and outer blanks."""
    return sku.strip().casefold()


def find(dialect: Magento, sku: str) -> Document | None:
    """The product with this sku."""
    return next(dialect.shop.all("product", sku=folded(sku)), None)


def need(dialect: Magento, sku: str) -> Document:
    """The product with this sku. Refusal 404 when there is none."""
    found = find(dialect, sku)
    if found is None:
        raise no_product()
    return found


def values_at(found: Document, store: int) -> Values:
    """A product's values as a store view shows them; 0 is the global level."""
    own: Values = found.body["views"].get(str(store), {})
    return {**found.body["attrs"], **own}


def children(dialect: Magento, parent: Document) -> list[Document]:
    """The variants linked to a configurable product."""
    found = (dialect.shop.get("product", id) for id in parent.body["links"])
    return [child for child in found if child is not None]


def save(dialect: Magento, given: Mapping[str, Any], store: int) -> Document:
    """Create a product or change the one with this sku. Refusal where the vendor refuses."""
    if given.get("sku") is None:
        raise Crash
    sku = str(given["sku"]).strip()
    found = find(dialect, sku) if sku else None
    if found is None:
        return _create(dialect, sku, given)
    return _change(dialect, found, sku, given, store)


def delete(dialect: Magento, found: Document) -> None:
    """Take a product away, with its stock and its address."""
    shop = dialect.shop
    shop.drop("product", found.id)
    for kind in ("stock_item", "url"):
        for row in shop.all(kind, parent_id=found.id):
            shop.drop(kind, row.id)
    for row in shop.all("source_item", sku=found.sku):
        shop.drop("source_item", row.id)
    for link in shop.all("child", sku=str(found.id)):
        parent = shop.get("product", link.parent_id or 0)
        if parent is not None:
            parent.body["links"].remove(found.id)
            shop.put(parent, touch=False)
        shop.drop("child", link.id)


# -- saving -------------------------------------------------------------------------------------


def _create(dialect: Magento, sku: str, given: Mapping[str, Any]) -> Document:
    if not attribute_sets.exists(dialect, given.get("attribute_set_id")):
        raise Refusal("Invalid product data: %1", ["Invalid attribute set entity type"])
    if not sku:
        raise Refusal('The "sku" attribute value is empty. Set the attribute and try again.')
    if not str(given.get("name") or "").strip():
        raise Refusal(
            'The "Product Name" attribute value is empty. Set the attribute and try again.'
        )
    body: dict[str, Any] = {
        "sku": sku,
        "set": given["attribute_set_id"],
        "type": given.get("type_id") or "simple",
        "attrs": {"status": 1, "visibility": 4, "tax_class_id": "2"},
        "views": {},
        "websites": [1],
        "categories": {},
        "media": [],
        "tiers": [],
        "options": [],
        "links": [],
        "related": [],
    }
    body["attrs"] |= _values(dialect, given)
    body["attrs"] |= _sale_start(dialect, body["attrs"], body["attrs"])
    _check(dialect, sku, body["attrs"])
    body["attrs"]["url_key"] = url_key(str(body["attrs"].get("url_key") or body["attrs"]["name"]))
    if body["type"] == "virtual":
        body["attrs"].pop("weight", None)
    _apply_extension(dialect, body, given)
    found = dialect.shop.add("product", body, sku=folded(sku))
    _claim_address(dialect, found, str(body["attrs"]["url_key"]))
    item = (given.get("extension_attributes") or {}).get("stock_item")
    stock_items.create(dialect, found, item)
    return _related(dialect, found, given)


def _change(
    dialect: Magento, found: Document, sku: str, given: Mapping[str, Any], store: int
) -> Document:
    body = found.body
    if (wanted := given.get("attribute_set_id")) is not None:
        if not attribute_sets.exists(dialect, wanted):
            raise Refusal("Invalid product data: %1", ["Invalid attribute set entity type"])
        body["set"] = wanted
    body["sku"] = sku
    if given.get("type_id"):
        body["type"] = given["type_id"]
    written = _values(dialect, given, is_change=True)
    written |= _sale_start(dialect, written, values_at(found, store) | written)
    _check(dialect, sku, {k: v for k, v in written.items() if v is not None})
    if written.get("name") == "":
        raise Refusal(
            'The "Product Name" attribute value is empty. Set the attribute and try again.'
        )
    if written.get("url_key"):
        written["url_key"] = url_key(str(written["url_key"]))
    for code, value in written.items():
        one = attributes.known(dialect, code)
        assert one is not None
        for place in _places(dialect, body, one, store):
            if value is None:
                place.pop(code, None)
            else:
                place[code] = value
    if written.get("url_key"):
        _claim_address(dialect, found, str(written["url_key"]))
    _apply_extension(dialect, body, given)
    found = dialect.shop.put(found)
    item = (given.get("extension_attributes") or {}).get("stock_item")
    stock_items.change(dialect, found, item)
    return _related(dialect, found, given)


def _related(dialect: Magento, found: Document, given: Mapping[str, Any]) -> Document:
    """What a save brings besides values: variants, pictures."""
    from simulator.channels.magento import configurable, media

    extension = given.get("extension_attributes") or {}
    found = configurable.save_with_product(dialect, found, extension)
    if given.get("media_gallery_entries") is not None:
        found = media.save_with_product(dialect, found, given["media_gallery_entries"])
    return found


def _places(
    dialect: Magento, body: dict[str, Any], one: Attribute, store: int
) -> list[dict[str, Any]]:
    """Where a change of an attribute is written."""
    if store == 0 or one.scope == GLOBAL:
        return [body["attrs"]]
    stores = [store] if one.scope == VIEW else dialect.stores_beside(store)
    return [body["views"].setdefault(str(s), {}) for s in stores]


def _values(dialect: Magento, given: Mapping[str, Any], *, is_change: bool = False) -> Values:
    """The values that a save writes; None takes one away."""
    found: Values = {}
    for code in ("name", "price", "status", "visibility", "weight"):
        if given.get(code) is not None:
            found[code] = given[code]
    custom = dict(given.get("custom_attributes") or {})
    for code, value in custom.items():
        one = attributes.known(dialect, code)
        if one is None or code in ("sku", "category_ids"):
            continue
        if code in attributes.OWN_FIELDS:
            found[code] = inputs.converted(
                value, "float" if code in ("price", "weight") else "string"
            )
            if code in ("status", "visibility"):
                found[code] = int(found[code])
            continue
        found |= _value(one, value, is_change=is_change)
    return found


def _value(one: Attribute, value: Any, *, is_change: bool) -> Values:
    if value is None:  # only prices are cleared so, everything else stays as it is
        return {one.code: None} if is_change and one.backend == "decimal" else {}
    if isinstance(value, list):
        value = ",".join(inputs.php_text(v) for v in value)
    text = inputs.php_text(value)
    if one.backend == "decimal":
        if text and not inputs.is_numeric(text):
            raise Refusal(NEGATIVE)
        return {one.code: f"{float(text or 0):.6f}"}
    if text == "":
        return {one.code: None} if is_change else {}
    if one.backend == "datetime":
        return {one.code: moment(text)}
    return {one.code: text}


def _sale_start(dialect: Magento, written: Values, values: Values) -> Values:
    """A sale that is given no beginning begins with the shop's day."""
    if not float(written.get("special_price") or 0) or values.get("special_from_date"):
        return {}
    today = dialect.shop.clock.now().astimezone(dialect.zone)
    return {"special_from_date": today.strftime("%Y-%m-%d 00:00:00")}


def moment(text: str) -> str:
    """A date or moment as it is stored. Refusal when it is none."""
    try:
        return datetime.fromisoformat(text.strip()).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError as error:
        raise Refusal("Invalid date") from error


def _check(dialect: Magento, sku: str, values: Values) -> None:
    if len(sku) > LONGEST_SKU:
        raise Refusal("SKU length should be 64 characters maximum.")
    for code in ("price", "special_price", "cost", "msrp", "weight"):
        if values.get(code) is not None and float(values[code]) < 0:
            raise Refusal(NEGATIVE)


def _apply_extension(dialect: Magento, body: dict[str, Any], given: Mapping[str, Any]) -> None:
    extension = given.get("extension_attributes") or {}
    if extension.get("website_ids") is not None:
        if not set(extension["website_ids"]) <= {1}:
            raise Refusal(UNSAVED)
        body["websites"] = list(extension["website_ids"])
    links = extension.get("category_links")
    ids = (given.get("custom_attributes") or {}).get("category_ids")
    if links is None and isinstance(ids, list):
        kept = body["categories"]
        links = [{"category_id": str(i), "position": kept.get(str(i), 0)} for i in ids]
    if links is not None:
        wanted = {str(link.get("category_id")): link.get("position") or 0 for link in links}
        shop = dialect.shop
        body["categories"] = {
            id: place
            for id, place in wanted.items()
            if id.isdigit() and shop.get("category", int(id))
        }
    if given.get("tier_prices") is not None:
        body["tiers"] = _tiers(given["tier_prices"])
    if given.get("product_links") is not None:
        body["related"] = [
            {**row, "sku": body["sku"], "linked_product_type": _type(dialect, row)}
            for row in given["product_links"]
        ]


def _tiers(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = [_tier(row) for row in rows]
    for tier in found:
        if tier["type"] == "discount" and not 0 <= tier["price"] <= 100:
            raise Refusal("Percentage value must be a number between 0 and 100.")
        if (tier["price"] or 0) < 0 or tier["price"] is None:
            raise Refusal("Group price must be a number greater than 0.")
    if len({(t["website"], t["group"], t["quantity"]) for t in found}) < len(found):
        raise Refusal("We found a duplicate website, tier price, customer group and quantity.")
    if not {t["group"] for t in found} <= {*dict(stores.GROUPS), stores.EVERYBODY}:
        raise Refusal(UNSAVED)
    return found


def _tier(row: Mapping[str, Any]) -> dict[str, Any]:
    extension = row.get("extension_attributes") or {}
    percent = extension.get("percentage_value")
    return {
        "group": row.get("customer_group_id", stores.EVERYBODY),
        "quantity": row.get("qty") or 1,
        "price": row.get("value") if percent is None else percent,
        "type": "fixed" if percent is None else "discount",
        "website": extension.get("website_id", 0),
    }


def _type(dialect: Magento, link: Mapping[str, Any]) -> str:
    sku = str(link.get("linked_product_sku") or "")
    found = find(dialect, sku)
    if found is None:
        raise not_found('The Product with the "%1" SKU doesn\'t exist.', [sku])
    return str(found.body["type"])


# -- addresses ----------------------------------------------------------------------------------


def url_key(name: str) -> str:
    """A name as part of an address: "Ręcznik lniany" is "recznik-lniany"."""
    plain = unicodedata.normalize("NFKD", name.translate(LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"[^0-9a-z]+", "-", letters).strip("-")


def _claim_address(dialect: Magento, found: Document, key: str) -> None:
    shop = dialect.shop
    own = None
    for row in shop.all("url", sku=key.casefold()):
        if row.parent_id != found.id:
            raise Refusal(URL_TAKEN)
        own = row
    if own is None:
        shop.add("url", {}, parent_id=found.id, sku=key.casefold(), quiet=True)
