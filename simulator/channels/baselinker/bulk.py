"""Prices and stock of up to a thousand products at once, and what orders do to stock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.channels.baselinker import products
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import whole
from simulator.channels.baselinker.store import Store, goods
from simulator.commerce.shop import Document

MOST = 1000
UNKNOWN = "Product not found"


def _each(
    call: Call, field: str, type: int, write: Callable[[dict[str, Any], dict[str, Any]], str]
) -> dict[str, Any]:
    """Write a field of each product named; those that cannot be written are told by id."""
    kind, sent = call.goods(), call.params.mapping("products")
    if len(sent) > MOST:
        raise wrong("products", f"Maximum {MOST} products at a time")
    counter, warnings = 0, {}
    for id, values in sent.items():
        number = whole(id)
        product = None if number is None else call.store.shop.get(kind, number)
        if product is None or not isinstance(values, Mapping):
            warnings[id] = UNKNOWN if product is None else f"Invalid {field}"
            continue
        old = dict(product.body[field])
        fault = write(product.body[field], dict(values))
        if fault:
            warnings[id] = fault
            if product.body[field] == old:
                continue
        if product.body[field] != old:
            call.store.save(product)
            products.note(call.store, product, type, old, product.body[field])
        counter += 1
    return {"counter": counter, "warnings": warnings}


def update_inventory_products_prices(call: Call) -> dict[str, Any]:
    """Gross prices by price group; the groups that are not named stay."""
    inventory = call.inventory()
    return _each(
        call,
        "prices",
        products.PRICE,
        lambda kept, sent: products.write_prices(inventory, kept, sent),
    )


def update_inventory_products_stock(call: Call) -> dict[str, Any]:
    """Absolute stock by warehouse; the warehouses that are not named stay."""
    own = products.writable(call.store, call.inventory())
    return _each(
        call, "stock", products.STOCK, lambda kept, sent: products.write_stock(own, kept, sent)
    )


def move(store: Store, product: Document, key: str, pieces: int, *, reserved: int = 0) -> None:
    """Add pieces to a product's stock and to its reservations in one warehouse."""
    body = product.body
    old = body["stock"].get(key, 0)
    body["stock"][key] = old + pieces
    if reserved:
        body["reserved"][key] = body["reserved"].get(key, 0) + reserved
    store.save(product)
    if pieces:
        products.note(store, product, products.STOCK, {key: old}, {key: old + pieces})


def available(store: Store, inventory: Document, product: Document) -> int:
    """What may still be sold: stock less reservations; of a bundle, what its parts allow."""
    if product.body["is_bundle"] and product.body["bundle_products"]:
        kind = goods(inventory.id)
        parts = {int(i): max(1, whole(n) or 1) for i, n in product.body["bundle_products"].items()}
        found = {i: store.shop.get(kind, i) for i in parts}
        left = [available(store, inventory, d) // parts[i] if d else 0 for i, d in found.items()]
        return min(left)
    keys = inventory.body["warehouses"]
    stock, reserved = product.body["stock"], product.body["reserved"]
    return sum(int(stock.get(k, 0)) - int(reserved.get(k, 0)) for k in keys)


METHODS = {
    "updateInventoryProductsPrices": update_inventory_products_prices,
    "updateInventoryProductsStock": update_inventory_products_stock,
}
