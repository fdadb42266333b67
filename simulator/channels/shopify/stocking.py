"""Goods put on the shelf at set-up: the first as an app would, all others after its pattern, at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.channels import Goods
from simulator.channels.shopify import gids
from simulator.channels.shopify.rules import products, stock
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

PARTS = ("product", "variant", "inventory_item", "inventory_level", "option", "option_value")
Row = tuple[int, int | None, str | None, dict[str, Any]]


def put_up(store: Store, goods: Sequence[Goods]) -> None:
    """Active products of one variant, published to the online store, tracked, DENY."""
    if goods:
        first, *rest = goods
        pattern = _one(store, first)
        _alike(store, pattern, rest)


def _one(store: Store, good: Goods) -> dict[str, Document]:
    online = products.online_store(store).id
    options = products.default_options(store)
    product = products.new_product(store, {"title": good.title}, options)
    given = {
        "price": str(good.price),
        "inventoryItem": {"sku": good.sku, "tracked": True},
        "inventoryQuantities": (),
    }
    variant = products.add_variant(store, product, [products.DEFAULT_VALUE], given, 1)
    level = store.level(variant.body["inventoryItemId"], store.locations()[0].id)
    assert level is not None
    stock.set_to(store, level, "available", good.quantity)
    products.publish(store, product, online, None)
    numbers = {
        "product": product.id,
        "variant": variant.id,
        "inventory_item": variant.body["inventoryItemId"],
        "inventory_level": level.id,
    }
    return {kind: store.need(kind, number) for kind, number in numbers.items()}


def _alike(store: Store, pattern: dict[str, Document], goods: Sequence[Goods]) -> None:
    count = len(goods)
    first = {k: store.shop.take_numbers(f"shopify:{k}", count, gids.FIRST[k]) for k in PARTS}
    rows: dict[str, list[Row]] = {kind: [] for kind in pattern}
    taken = {product.sku or "" for product in store.shop.all("product")}
    for offset, good in enumerate(goods):
        ids = {kind: number + offset for kind, number in first.items()}
        handle = products.handle_from(good.title, taken)
        taken.add(handle)
        bodies = _bodies(pattern, good, ids, handle)
        product, item = ids["product"], ids["inventory_item"]
        rows["product"].append((product, None, handle, bodies["product"]))
        rows["variant"].append((ids["variant"], product, good.sku, bodies["variant"]))
        rows["inventory_item"].append((item, None, good.sku, bodies["inventory_item"]))
        rows["inventory_level"].append(
            (ids["inventory_level"], item, None, bodies["inventory_level"])
        )
    for kind, made in rows.items():
        store.shop.add_many(kind, made)


def _bodies(
    pattern: dict[str, Document], good: Goods, ids: dict[str, int], handle: str
) -> dict[str, dict[str, Any]]:
    like = {kind: document.body for kind, document in pattern.items()}
    (option,) = like["product"]["options"]
    (value,) = option["values"]
    values = [{**value, "id": ids["option_value"]}]
    options = [{**option, "id": ids["option"], "values": values}]
    quantities = {**like["inventory_level"]["quantities"], "available": good.quantity}
    return {
        "product": {
            **like["product"],
            "title": good.title.strip(),
            "handle": handle,
            "options": options,
        },
        "variant": {
            **like["variant"],
            "price": str(good.price),
            "inventoryItemId": ids["inventory_item"],
        },
        "inventory_item": {
            **like["inventory_item"],
            "variantId": ids["variant"],
            "sku": good.sku,
        },
        "inventory_level": {**like["inventory_level"], "quantities": quantities},
    }
