"""Reading the catalogue: the list of products, their data, prices and stock, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.params import Params, whole
from simulator.channels.baselinker.store import Store
from simulator.commerce.shop import Document

PAGE = 1000
FILTERS = (
    "filter_id",
    "filter_category_id",
    "filter_ean",
    "filter_sku",
    "filter_name",
    "filter_price_from",
    "filter_price_to",
    "filter_stock_from",
    "filter_stock_to",
    "filter_locations",
)


def name_of(store: Store, product: Document) -> str:
    """A product's name in the catalogue's own language."""
    texts = product.body["text_fields"]
    return str(texts.get("name") or next((v for k, v in texts.items() if k[:5] == "name|"), ""))


def amounts(prices: dict[str, str]) -> dict[str, float]:
    """Prices as the answers give them."""
    return {group: float(price) for group, price in prices.items()}


def stocks(inventory: Document, product: Document) -> dict[str, int]:
    """Stock by warehouse of the catalogue; 0 where none was ever set."""
    kept = product.body["stock"]
    return {key: kept.get(key, 0) for key in inventory.body["warehouses"]}


def _matches(inventory: Document, product: Document, given: Params) -> bool:
    body = product.body
    if given.has("filter_id") and product.id != given.whole("filter_id"):
        return False
    if given.has("filter_category_id") and body["category_id"] != given.whole("filter_category_id"):
        return False
    if given.has("filter_sku") and body["sku"] != given.text("filter_sku"):
        return False
    if given.has("filter_ean") and given.text("filter_ean") not in _eans(body):
        return False
    if given.has("filter_locations"):
        part = given.text("filter_locations").lower()
        if not any(part in str(place).lower() for place in body["locations"].values()):
            return False
    if given.has("filter_name"):
        texts = body["text_fields"]
        if given.text("filter_name").lower() not in str(texts.get("name", "")).lower():
            return False
    price = Decimal(body["prices"].get(str(inventory.body["default_price_group"]), "0"))
    pieces = sum(stocks(inventory, product).values())
    return not (
        (given.has("filter_price_from") and price < given.money("filter_price_from"))
        or (given.has("filter_price_to") and price > given.money("filter_price_to"))
        or (given.has("filter_stock_from") and pieces < given.whole("filter_stock_from"))
        or (given.has("filter_stock_to") and pieces > given.whole("filter_stock_to"))
    )


def _eans(body: dict[str, Any]) -> set[str]:
    """A product's codes, those of its larger packings too."""
    more = (row.get("ean") for row in body["ean_additional"] if isinstance(row, dict))
    return {body["ean"], *map(str, more)}


def _page(call: Call, *, with_variants: bool) -> list[Document]:
    """One page of a catalogue's main products (and variants), filtered, by id."""
    inventory, given = call.inventory(), call.params
    kind = call.goods()
    start = (max(1, given.whole("page", 1)) - 1) * PAGE
    descending = given.text("filter_sort", "").upper().endswith("DESC")
    parent = None if with_variants else 0
    if not any(given.has(name) for name in FILTERS):
        return call.store.page(
            kind, parent_id=parent, limit=PAGE, offset=start, descending=descending
        )
    found: Iterable[Document]
    if given.has("filter_sku") and not call.store.shop.lag:
        found = call.store.shop.all(kind, sku=given.text("filter_sku"))
    else:
        found = call.store.visible(kind)
    kept = [d for d in found if parent is None or d.body["parent_id"] == parent]
    kept = [d for d in kept if _matches(inventory, d, given)]
    kept = kept[::-1] if descending else kept
    return kept[start : start + PAGE]


def get_inventory_products_list(call: Call) -> dict[str, Any]:
    """The short rows of products, a thousand a page; variants too where asked for."""
    inventory = call.inventory()
    found = _page(call, with_variants=call.params.flag("include_variants", default=False))
    rows = {
        str(d.id): {
            "id": d.id,
            "parent_id": d.body["parent_id"],
            "ean": d.body["ean"],
            "sku": d.body["sku"],
            "name": name_of(call.store, d),
            "prices": amounts(d.body["prices"]),
            "stock": stocks(inventory, d),
        }
        for d in found
        if not call.dialect.omits("products")
    }
    return {"products": rows}


def get_inventory_products_data(call: Call) -> dict[str, Any]:
    """Everything about the products named; unknown ones are left out."""
    inventory, kind = call.inventory(), call.goods()
    ids = [i for i in map(whole, call.params.rows("products")) if i is not None]
    found = call.store.read_many(kind, dict.fromkeys(ids))
    rows = {str(d.id): _data(call.store, inventory, d) for d in found}
    if call.params.flag("include_additional_eans", default=False):
        for d in found:
            rows[str(d.id)]["ean_additional"] = d.body["ean_additional"]
    return {"products": rows}


def _data(store: Store, inventory: Document, product: Document) -> dict[str, Any]:
    body = product.body
    variants = [] if body["parent_id"] else store.under(product.kind, product.id)
    return {
        "is_bundle": body["is_bundle"],
        "parent_id": body["parent_id"],
        "ean": body["ean"],
        "sku": body["sku"],
        "tags": body["tags"],
        "tax_rate": float(body["tax_rate"]),
        "weight": float(body["weight"]),
        "height": float(body["height"]),
        "width": float(body["width"]),
        "length": float(body["length"]),
        "star": body["star"],
        "category_id": body["category_id"],
        "manufacturer_id": body["manufacturer_id"],
        "prices": amounts(body["prices"]),
        "stock": stocks(inventory, product),
        "locations": body["locations"],
        "text_fields": body["text_fields"],
        "average_cost": float(body["average_cost"]),
        "average_landed_cost": 0.0,
        # written by position 0 to 15, read by position 1 to 16
        "images": {str(int(k) + 1): v for k, v in sorted(body["images"].items(), key=_position)},
        "links": body["links"],
        **({"bundle_products": body["bundle_products"]} if body["is_bundle"] else {}),
        "variants": {
            str(v.id): {
                "name": name_of(store, v),
                "sku": v.body["sku"],
                "ean": v.body["ean"],
                "prices": amounts(v.body["prices"]),
                "stock": stocks(inventory, v),
                "locations": v.body["locations"],
            }
            for v in variants
        },
    }


def _position(image: tuple[str, str]) -> int:
    return int(image[0])


def _families(call: Call) -> list[tuple[Document, list[Document]]]:
    """One page of main products, each with its variants."""
    kind = call.goods()
    mains = _page(call, with_variants=False)
    by_parent: dict[int, list[Document]] = {}
    for main in mains:
        by_parent[main.id] = call.store.under(kind, main.id) if not call.store.shop.lag else []
    if call.store.shop.lag:
        for product in call.store.visible(kind):
            by_parent.get(product.body["parent_id"], []).append(product)
    return [(main, by_parent[main.id]) for main in mains]


def get_inventory_products_prices(call: Call) -> dict[str, Any]:
    """Prices by price group, a thousand main products a page, variants inside."""
    return {
        "products": {
            str(main.id): {
                "prices": amounts(main.body["prices"]),
                "variants": {str(v.id): amounts(v.body["prices"]) for v in variants},
            }
            for main, variants in _families(call)
        }
    }


def get_inventory_products_stock(call: Call) -> dict[str, Any]:
    """Stock and reservations by warehouse, a thousand main products a page, variants inside."""
    inventory = call.inventory()
    return {
        "products": {
            str(main.id): {
                "product_id": main.id,
                "stock": stocks(inventory, main),
                "reservations": {
                    k: main.body["reserved"].get(k, 0) for k in inventory.body["warehouses"]
                },
                "variants": {str(v.id): stocks(inventory, v) for v in variants},
            }
            for main, variants in _families(call)
        }
    }


METHODS = {
    "getInventoryProductsList": get_inventory_products_list,
    "getInventoryProductsData": get_inventory_products_data,
    "getInventoryProductsPrices": get_inventory_products_prices,
    "getInventoryProductsStock": get_inventory_products_stock,
}
