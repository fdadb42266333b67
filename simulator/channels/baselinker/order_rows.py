"""The rows of an order: what was bought, from which storage, and what it took off the stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.channels.baselinker import bulk
from simulator.channels.baselinker.params import Params, whole
from simulator.channels.baselinker.store import Store, goods
from simulator.commerce.shop import Document

FIRST = 59_157_001  # the number of an account's first order row
WIDTHS = {
    "storage_id": 50,
    "product_id": 50,
    "variant_id": 30,
    "auction_id": 20,
    "name": 130,
    "sku": 50,
    "ean": 40,
    "location": 40,
    "attributes": 150,
}
STORAGES = ("db", "shop", "warehouse")


def blank(store: Store) -> dict[str, Any]:
    """A row before anything is said of it."""
    return {
        "storage": "db",
        "storage_id": "0",
        "order_product_id": store.shop.next_number("order_product", FIRST),
        "product_id": "",
        "variant_id": "",
        "name": "",
        "attributes": "",
        "sku": "",
        "ean": "",
        "location": "",
        "warehouse_id": 0,
        "auction_id": "",
        "price_brutto": "0.00",
        "tax_rate": store.setting("tax_rate"),
        "quantity": 1,
        "weight": "0",
        "bundle_id": 0,
    }


def fill(row: dict[str, Any], given: Params) -> None:
    """Put what a client sent into a row."""
    if given.has("storage") and given["storage"] in STORAGES:
        row["storage"] = given["storage"]
    for name, width in WIDTHS.items():
        if name in given:
            row[name] = "" if given[name] is None else str(given[name])[:width]
    for name in ("price_brutto", "tax_rate", "weight"):
        if given.has(name):
            row[name] = str(given.money(name))
    for name in ("quantity", "warehouse_id"):
        if given.has(name):
            row[name] = given.whole(name)


def view(row: dict[str, Any]) -> dict[str, Any]:
    """A row as answers give it."""
    shown = {k: v for k, v in row.items() if not k.startswith("_")}
    money = {k: float(row[k]) for k in ("price_brutto", "tax_rate", "weight")}
    return {**shown, "storage_id": whole(row["storage_id"]) or 0, **money}


def worth(row: dict[str, Any]) -> Decimal:
    """What a row costs, gross."""
    return Decimal(row["price_brutto"]) * int(row["quantity"])


def link(store: Store, row: dict[str, Any], product: Document) -> None:
    """Tie a row to a product or variant of a catalogue, which says what the row does not."""
    main = product.body["parent_id"]
    row["storage"], row["storage_id"] = "db", str(product.body["inventory_id"])
    row["product_id"] = str(main or product.id)
    row["variant_id"] = str(product.id) if main else "0"
    row["ean"] = row["ean"] or product.body["ean"]
    row["weight"] = row["weight"] if Decimal(row["weight"]) else product.body["weight"]
    inventory = store.shop.get("inventory", product.body["inventory_id"])
    if inventory is not None:
        key = inventory.body["default_warehouse"]
        row["warehouse_id"] = row["warehouse_id"] or whole(key.partition("_")[2]) or 0
        row["location"] = row["location"] or product.body["locations"].get(key, "")


def linked(store: Store, row: dict[str, Any]) -> Document | None:
    """The catalogue's product or variant behind a row, if it has one."""
    if row["storage"] != "db":
        return None
    for name in ("variant_id", "product_id"):
        id = whole(row[name])
        if id:
            return store.product(id)
    return None


def take(store: Store, row: dict[str, Any]) -> None:
    """Take a row's pieces off the stock, or reserve them where its catalogue reserves."""
    product = linked(store, row)
    taken: list[dict[str, Any]] = []
    for part, pieces in _parts(store, product, int(row["quantity"])) if product else ():
        inventory = store.shop.get("inventory", part.body["inventory_id"])
        assert inventory is not None
        key, reserves = _place(inventory, row), inventory.body["reservations"]
        if reserves:
            bulk.move(store, part, key, 0, reserved=pieces)
        else:
            bulk.move(store, part, key, -pieces)
        taken.append({"product": part.id, "key": key, "pieces": pieces, "is_reserved": reserves})
    row["_taken"] = taken


def _place(inventory: Document, row: dict[str, Any]) -> str:
    """The warehouse that a row is taken from: the one that it names, or the catalogue's own."""
    named = (k for k in inventory.body["warehouses"] if k.endswith(f"_{row['warehouse_id']}"))
    return str(next(named, inventory.body["default_warehouse"]))


def _parts(store: Store, product: Document, pieces: int) -> list[tuple[Document, int]]:
    """What leaves the shelf: the product, or a bundle's parts."""
    bundled = product.body["bundle_products"]
    if not (product.body["is_bundle"] and bundled):
        return [(product, pieces)]
    kind = goods(product.body["inventory_id"])
    parts = [(store.shop.get(kind, int(i)), (whole(n) or 1) * pieces) for i, n in bundled.items()]
    return [(part, count) for part, count in parts if part is not None]


def give_back(store: Store, row: dict[str, Any]) -> None:
    """Undo what a row took."""
    for took in row.pop("_taken", ()):
        product = store.product(took["product"])
        if product is not None and took["is_reserved"]:
            bulk.move(store, product, took["key"], 0, reserved=-took["pieces"])
        elif product is not None:
            bulk.move(store, product, took["key"], took["pieces"])


def ship(store: Store, row: dict[str, Any]) -> None:
    """What was reserved leaves the stock."""
    for took in row.get("_taken", ()):
        product = store.product(took["product"])
        if took["is_reserved"] and product is not None:
            bulk.move(store, product, took["key"], -took["pieces"], reserved=-took["pieces"])
            took["is_reserved"] = False
