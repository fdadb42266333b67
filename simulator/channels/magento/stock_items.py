"""The single-source stock of a product: quantity, flags and thresholds, kept beside source "default".

Only what differs from the shop's configuration is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import products, search, source_items
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

DEFAULTS: Mapping[str, Any] = {
    "stock_id": 1,
    "qty": None,
    "is_in_stock": False,
    "is_qty_decimal": False,
    "show_default_notification_message": False,
    "use_config_min_qty": True,
    "min_qty": 0,
    "use_config_min_sale_qty": 1,
    "min_sale_qty": 1,
    "use_config_max_sale_qty": True,
    "max_sale_qty": 10000,
    "use_config_backorders": True,
    "backorders": 0,
    "use_config_notify_stock_qty": True,
    "notify_stock_qty": 1,
    "use_config_qty_increments": True,
    "qty_increments": 0,
    "use_config_enable_qty_inc": True,
    "enable_qty_increments": False,
    "use_config_manage_stock": True,
    "manage_stock": True,
    "low_stock_date": None,
    "is_decimal_divided": False,
    "stock_status_changed_auto": 0,
}
SETTABLE = frozenset(DEFAULTS) - {"stock_id", "low_stock_date", "stock_status_changed_auto"}
TWINS = {  # fields that count only while their twin is false
    "min_qty": "use_config_min_qty",
    "min_sale_qty": "use_config_min_sale_qty",
    "max_sale_qty": "use_config_max_sale_qty",
    "backorders": "use_config_backorders",
    "notify_stock_qty": "use_config_notify_stock_qty",
    "qty_increments": "use_config_qty_increments",
    "enable_qty_increments": "use_config_enable_qty_inc",
    "manage_stock": "use_config_manage_stock",
}
COUNTED_TYPES = frozenset({"simple", "virtual", "downloadable"})
Item = Mapping[str, Any]


def value(item: Item, name: str) -> Any:
    """A field as it counts: the shop's configuration where the item follows it.

    A threshold below nought counts only with backorders, one above only without.
    """
    twin = TWINS.get(name)
    if twin and item.get(twin, DEFAULTS[twin]):
        return DEFAULTS[name]
    found = item.get(name, DEFAULTS[name])
    if name == "min_qty":
        found = found or 0
        return min(found, 0) if value(item, "backorders") else max(found, 0)
    return found


def is_available(item: Item) -> bool:
    """Whether the quantity allows the item to be in stock."""
    if not value(item, "manage_stock"):
        return True
    quantity = item.get("qty")
    if quantity is None:
        return False
    return bool(value(item, "backorders") or quantity > value(item, "min_qty"))


def of_product(dialect: Magento, product_id: int) -> Document:
    """A product's stock item."""
    return next(dialect.shop.all("stock_item", parent_id=product_id))


def by_sku(dialect: Magento, sku: str) -> Document | None:
    """The stock item of the product with this sku."""
    return next(dialect.shop.all("stock_item", sku=products.folded(sku)), None)


def create(dialect: Magento, product: Document, given: Item | None) -> Document:
    """The stock item of a new product, and its row at source "default"."""
    body: dict[str, Any] = {}
    type_id = product.body["type"]
    if given is not None:
        _set(body, given)
        _settle(dialect, body, type_id)
    if type_id not in COUNTED_TYPES:
        body["qty"] = 0
    else:
        has_quantity = body.get("qty") is not None
        status = 1 if not has_quantity or body.get("is_in_stock") else 0
        source_items.put_row(dialect, product.body["sku"], "default", body.get("qty") or 0, status)
    return dialect.shop.add("stock_item", body, parent_id=product.id, sku=product.sku)


def change(dialect: Magento, product: Document, given: Item | None) -> Document:
    """Save a product's stock item again, changed or not: its flags follow its quantity."""
    found = of_product(dialect, product.id)
    was = {k: found.body.get(k) for k in ("qty", "is_in_stock")}
    _set(found.body, given or {})
    _settle(dialect, found.body, product.body["type"])
    is_moved = any(found.body.get(k) != was[k] for k in was)
    if product.body["type"] in COUNTED_TYPES and is_moved and found.body.get("qty") is not None:
        status = int(bool(found.body.get("is_in_stock")))
        source_items.put_row(dialect, product.body["sku"], "default", found.body["qty"], status)
    return dialect.shop.put(found)


def follow(dialect: Magento, sku: str, quantity: float, status: int) -> None:
    """Take over what was written at source "default"."""
    found = by_sku(dialect, sku)
    if found is None:
        return
    found.body.update({"qty": quantity, "is_in_stock": bool(status)})
    if not is_available(found.body):
        found.body["is_in_stock"] = False
    dialect.shop.put(found)


def view(found: Document) -> dict[str, Any]:
    """A stock item as it is shown."""
    body = {**DEFAULTS, **found.body}
    body["min_qty"] = value(body, "min_qty")
    return {"item_id": found.id, "product_id": found.parent_id, **body}


def _set(body: dict[str, Any], given: Item) -> None:
    body.update({k: v for k, v in given.items() if k in SETTABLE and v is not None})


def _settle(dialect: Magento, body: dict[str, Any], type_id: str) -> None:
    body["low_stock_date"], body["stock_status_changed_auto"] = None, 0
    if body.get("min_qty"):
        body["min_qty"] = value({**body, "use_config_min_qty": False}, "min_qty")
    if type_id not in COUNTED_TYPES:
        return
    if value(body, "manage_stock") and not is_available(body):
        if body.get("is_in_stock"):
            body["stock_status_changed_auto"] = 1
        body["is_in_stock"] = False
    if (body.get("qty") or 0) < value(body, "notify_stock_qty"):
        body["low_stock_date"] = search.now(dialect)


# -- over REST ----------------------------------------------------------------------------------


def read(call: Call) -> dict[str, Any]:
    """The stock item of a sku."""
    return view(_need(call.dialect, call["productSku"]))


def write(call: Call) -> int:
    """Change the stock item of a sku; the item id in the path counts for nothing."""
    found = _need(call.dialect, call["productSku"])
    product = call.dialect.shop.get("product", found.parent_id or 0)
    assert product is not None
    return change(call.dialect, product, call["stockItem"]).id


def status(call: Call) -> dict[str, Any]:
    """Quantity and status of a sku in the default stock."""
    found = _need(call.dialect, call["productSku"])
    return {
        "product_id": found.parent_id,
        "stock_id": 1,
        "qty": found.body.get("qty") or 0,
        "stock_status": int(not value(found.body, "manage_stock") or shown_in_stock(found.body)),
        "stock_item": view(found),
    }


def low(call: Call) -> dict[str, Any]:
    """Stock statuses at or below a quantity."""
    rows = [
        {"product_id": d.parent_id, "stock_id": 1, "qty": d.body.get("qty") or 0, "stock_status": 1}
        for d in call.dialect.shop.all("stock_item")
        if (d.body.get("qty") or 0) <= call["qty"]
    ]
    size, page = max(1, call["pageSize"] or 1), max(1, call["currentPage"] or 1)
    shown = rows[(page - 1) * size : page * size]
    return {"items": shown, "search_criteria": {"mapper": None}, "total_count": len(rows)}


def shown_in_stock(item: Item) -> bool:
    """The flag by itself."""
    return bool(item.get("is_in_stock"))


def _need(dialect: Magento, sku: str) -> Document:
    found = by_sku(dialect, sku)
    if found is None:
        raise not_found('The Product with the "%1" SKU doesn\'t exist.', [sku])
    return found


_SKU = param("productSku", "string")
_RIGHT = "Magento_CatalogInventory::cataloginventory"
_SERVICE = "Magento\\CatalogInventory\\Api\\StockRegistryInterface"
ROUTES = (
    Route("GET", "/V1/stockItems/:productSku", read, _RIGHT, (_SKU,)),
    Route("GET", "/V1/stockStatuses/:productSku", status, _RIGHT, (_SKU,)),
    Route(
        "GET",
        "/V1/stockItems/lowStock",
        low,
        _RIGHT,
        (
            param("scopeId", "int"),
            param("qty", "float"),
            param("currentPage", "int"),
            param("pageSize", "int"),
        ),
    ),
    Route(
        "PUT",
        "/V1/products/:productSku/stockItems/:itemId",
        write,
        _RIGHT,
        (_SKU, param("itemId", "int"), param("stockItem", "StockItem")),
        f"{_SERVICE}::updateStockItemBySku",
    ),
)
