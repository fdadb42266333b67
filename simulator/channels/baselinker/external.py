"""External storages: a wholesaler's or a shop's own stock as the account reaches through to it.

The account's people connect one with its products (`operating.connect_storage`); each storage has
a warehouse of its type in the account, whose stock no catalogue call may write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from simulator.channels.baselinker import catalogue
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import CENT, money, whole
from simulator.channels.baselinker.store import Store
from simulator.commerce.shop import Document

PAGE = 1000
TYPES = ("shop", "warehouse")
READS = ("ProductsList", "ProductsData", "ProductsPrices", "ProductsQuantity", "Categories")
SORTS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "id": lambda body: (len(body["product_id"]), body["product_id"]),
    "name": lambda body: body["name"],
    "quantity": lambda body: body["quantity"],
    "price": lambda body: Decimal(body["price_brutto"]),
}
ABILITIES = [*(f"getExternalStorage{r}" for r in READS), "updateExternalStorageProductsQuantity"]


def connect(store: Store, type: str, name: str, products: Sequence[Mapping[str, Any]]) -> str:
    """A new storage with its products {sku, name, quantity, price_brutto}; gives its id."""
    if type not in TYPES:
        raise ValueError(f"a storage is one of {', '.join(TYPES)}, not {type!r}")
    body = {"warehouse_type": type, "name": name, "description": "", "stock_edition": False}
    made = catalogue.add(store, "warehouse", {**body, "is_default": False})
    key = catalogue.warehouse_key(made)
    for number, given in enumerate(products, start=1):
        row = {
            "product_id": str(given.get("product_id", number)),
            "sku": str(given.get("sku", "")),
            "ean": str(given.get("ean", "")),
            "name": str(given.get("name", "")),
            "quantity": int(given.get("quantity", 0)),
            "price_brutto": str(money(given.get("price_brutto", 0)) or Decimal(0)),
            "tax_rate": store.setting("tax_rate"),
        }
        store.add("outside", row, parent_id=made.id, sku=row["sku"] or None)
    return key


def _storage(call: Call) -> Document:
    key = call.params.text("storage_id")
    for warehouse in call.store.shop.all("warehouse"):
        if warehouse.body["warehouse_type"] in TYPES and catalogue.warehouse_key(warehouse) == key:
            return warehouse
    raise wrong("storage_id", f"Invalid storage ID: {key}")


def get_external_storages_list(call: Call) -> dict[str, Any]:
    """The storages that are connected."""
    found = [w for w in call.store.visible("warehouse") if w.body["warehouse_type"] in TYPES]
    return {
        "storages": [
            {
                "storage_id": catalogue.warehouse_key(w),
                "name": w.body["name"],
                "methods": ABILITIES,
            }
            for w in found
        ]
    }


def get_external_storage_categories(call: Call) -> dict[str, Any]:
    """The categories of a storage; these have none."""
    return {"storage_id": catalogue.warehouse_key(_storage(call)), "categories": []}


def _page(call: Call) -> list[Document]:
    found = [d for d in call.store.under("outside", _storage(call).id) if _matches(d.body, call)]
    by, _, way = call.params.text("filter_sort", "id ASC").partition(" ")
    if by in SORTS:
        found.sort(key=lambda d: SORTS[by](d.body), reverse=way.upper() == "DESC")
    start = (max(1, call.params.whole("page", 1)) - 1) * PAGE
    return found[start : start + PAGE]


def _matches(body: Mapping[str, Any], call: Call) -> bool:
    given, price, pieces = call.params, Decimal(body["price_brutto"]), body["quantity"]
    same = (("id", "product_id"), ("sku", "sku"), ("ean", "ean"))
    return not (
        any(given.has(f"filter_{n}") and body[k] != given.text(f"filter_{n}") for n, k in same)
        or given.text("filter_name", "").lower() not in body["name"].lower()
        or given.whole("filter_category_id", 0)
        or (given.has("filter_price_from") and price < given.money("filter_price_from"))
        or (given.has("filter_price_to") and price > given.money("filter_price_to"))
        or (given.has("filter_quantity_from") and pieces < given.whole("filter_quantity_from"))
        or (given.has("filter_quantity_to") and pieces > given.whole("filter_quantity_to"))
        or (given.has("filter_available") and (pieces > 0) != given.flag("filter_available"))
    )


def get_external_storage_products_list(call: Call) -> dict[str, Any]:
    """Short rows of a storage's products."""
    names = ("product_id", "ean", "sku", "name", "quantity")
    rows = [
        {**{n: d.body[n] for n in names}, "price_brutto": float(d.body["price_brutto"])}
        for d in _page(call)
    ]
    return {"storage_id": call.params["storage_id"], "products": rows}


def get_external_storage_products_quantity(call: Call) -> dict[str, Any]:
    """The stock of a storage's products."""
    rows = [
        {"product_id": d.body["product_id"], "quantity": d.body["quantity"], "variants": []}
        for d in _page(call)
    ]
    return {"storage_id": call.params["storage_id"], "products": rows}


def get_external_storage_products_prices(call: Call) -> dict[str, Any]:
    """The prices of a storage's products."""
    rows = [
        {
            "product_id": d.body["product_id"],
            "price": float(d.body["price_brutto"]),
            "variants": [],
        }
        for d in _page(call)
    ]
    return {"storage_id": call.params["storage_id"], "products": rows}


def get_external_storage_products_data(call: Call) -> dict[str, Any]:
    """Everything about the products named."""
    wanted = {str(i) for i in call.params.rows("products")}
    found = call.store.under("outside", _storage(call).id)
    rows = {d.body["product_id"]: _whole(d.body) for d in found if d.body["product_id"] in wanted}
    return {"storage_id": call.params["storage_id"], "products": rows}


def _whole(body: Mapping[str, Any]) -> dict[str, Any]:
    """All that is told of a product; of most, these storages know nothing."""
    gross, rate = Decimal(body["price_brutto"]), Decimal(body["tax_rate"])
    texts = ("description", "description_extra1", "description_extra2", "man_name", "man_image")
    return {
        **body,
        "price_netto": float((gross / (1 + max(rate, Decimal(0)) / 100)).quantize(CENT)),
        "price_brutto": float(gross),
        "price_wholesale_netto": 0.0,
        "tax_rate": float(rate),
        "weight": 0.0,
        **dict.fromkeys(texts, ""),
        "category_id": 0,
        "images": [],
        "features": {},
        "variants": [],
    }


def update_external_storage_products_quantity(call: Call) -> dict[str, Any]:
    """Stock of up to a thousand products of a storage, each as [product, variant or 0, pieces]."""
    sent = call.params.rows("products")
    if len(sent) > PAGE:
        raise wrong("products", f"Maximum {PAGE} products at a time")
    kept = {
        d.body["product_id"]: d for d in call.store.shop.all("outside", parent_id=_storage(call).id)
    }
    counter, warnings = 0, {}
    for row in sent:
        id = str(row[0]) if isinstance(row, list) and len(row) == 3 else str(row)
        pieces = whole(row[2]) if isinstance(row, list) and len(row) == 3 else None
        found = kept.get(id)
        if found is None or pieces is None:
            warnings[id] = "Product not found" if found is None else "Invalid quantity"
            continue
        found.body["quantity"] = pieces
        call.store.save(found)
        counter += 1
    return {"counter": counter, "warnings": warnings}


METHODS = {
    "getExternalStoragesList": get_external_storages_list,
    "getExternalStorageCategories": get_external_storage_categories,
    "getExternalStorageProductsList": get_external_storage_products_list,
    "getExternalStorageProductsData": get_external_storage_products_data,
    "getExternalStorageProductsPrices": get_external_storage_products_prices,
    "getExternalStorageProductsQuantity": get_external_storage_products_quantity,
    "updateExternalStorageProductsQuantity": update_external_storage_products_quantity,
}
