"""Catalogues and what they are made of: price groups, warehouses, categories, makers, tags."""

from __future__ import annotations

from typing import Any

from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import whole
from simulator.channels.baselinker.store import Store, goods
from simulator.commerce.shop import Document

PAGE = 1000
TEXT_KEYS = ("name", "description", "features", "description_extra1", "description_extra2")
FIRST = {
    "inventory": 307,
    "price_group": 105,
    "warehouse": 205,
    "category": 3201,
    "manufacturer": 701,
    "tag": 41,
}


def add(store: Store, kind: str, body: dict[str, Any]) -> Document:
    """A new part of the account, numbered in its own series."""
    id = store.shop.next_number(kind, FIRST[kind])
    return store.add(kind, body, id=id)


def warehouse_key(warehouse: Document) -> str:
    """How a warehouse is named elsewhere: its type and its number, as "bl_205"."""
    return f"{warehouse.body['warehouse_type']}_{warehouse.id}"


def drop_inventory(store: Store, inventory: Document) -> None:
    """Delete a catalogue with all its goods."""
    for product in list(store.shop.all(goods(inventory.id))):
        store.drop(product)
    store.drop(inventory)


def get_inventories(call: Call) -> dict[str, Any]:
    """All catalogues."""
    return {
        "inventories": [{"inventory_id": d.id, **d.body} for d in call.store.visible("inventory")]
    }


def add_inventory(call: Call) -> dict[str, Any]:
    """A new catalogue, or new settings of one; the defaults must be among what it has."""
    given = call.params
    body: dict[str, Any] = {
        "name": given.text("name", most=100),
        "description": given.text("description", ""),
        "languages": [str(v) for v in given.rows("languages")],
        "default_language": given.text("default_language"),
        "price_groups": _known(call, "price_groups"),
        "default_price_group": given.whole("default_price_group"),
        "warehouses": _known_warehouses(call),
        "default_warehouse": given.text("default_warehouse"),
        "reservations": given.flag("reservations"),
    }
    for one, many in (
        ("default_language", "languages"),
        ("default_price_group", "price_groups"),
        ("default_warehouse", "warehouses"),
    ):
        if body[one] not in body[many]:
            raise wrong(one, f"{one} is not included in {many}")
    if given.has("inventory_id"):
        found = call.inventory()
        found.body.update(body)
        return {"inventory_id": call.store.save(found).id}
    return {"inventory_id": add(call.store, "inventory", {**body, "is_default": False}).id}


def _known(call: Call, name: str) -> list[int]:
    ids = [i for i in map(whole, call.params.rows(name)) if i is not None]
    if not ids or any(call.store.shop.get("price_group", i) is None for i in ids):
        raise wrong(name, "Invalid price group ID")
    return ids


def _known_warehouses(call: Call) -> list[str]:
    keys = [str(v) for v in call.params.rows("warehouses")]
    known = {warehouse_key(w) for w in call.store.shop.all("warehouse")}
    if not keys or not known.issuperset(keys):
        raise wrong("warehouses", "Invalid warehouse ID")
    return keys


def delete_inventory(call: Call) -> dict[str, Any]:
    """Delete a catalogue, goods and all; the last one stays."""
    found = call.inventory()
    if len(call.store.inventories()) == 1:
        raise wrong("inventory_id", "The only catalog cannot be deleted")
    drop_inventory(call.store, found)
    if found.body["is_default"]:
        heir = call.store.inventories()[0]
        heir.body["is_default"] = True
        call.store.save(heir)
    return {}


def get_inventory_price_groups(call: Call) -> dict[str, Any]:
    """All price groups of the account."""
    return {
        "price_groups": [
            {"price_group_id": d.id, **d.body} for d in call.store.visible("price_group")
        ]
    }


def add_inventory_price_group(call: Call) -> dict[str, Any]:
    """A new price group, or new settings of one."""
    given = call.params
    body = {
        "name": given.text("name", most=100),
        "description": given.text("description", ""),
        "currency": given.text("currency", most=3).upper(),
    }
    if given.has("price_group_id"):
        found = call.need("price_group", "price_group_id")
        found.body.update(body)
        return {"price_group_id": call.store.save(found).id}
    return {"price_group_id": add(call.store, "price_group", {**body, "is_default": False}).id}


def delete_inventory_price_group(call: Call) -> dict[str, Any]:
    """Delete a price group that no catalogue has as its default."""
    found = call.need("price_group", "price_group_id")
    users = call.store.inventories()
    if any(d.body["default_price_group"] == found.id for d in users):
        raise wrong("price_group_id", "The default price group of a catalog cannot be deleted")
    for user in users:
        user.body["price_groups"] = [i for i in user.body["price_groups"] if i != found.id]
        call.store.save(user)
    call.store.drop(found)
    return {}


def get_inventory_warehouses(call: Call) -> dict[str, Any]:
    """All warehouses of the account, also those that mirror an outside storage."""
    return {
        "warehouses": [
            {"warehouse_type": d.body["warehouse_type"], "warehouse_id": d.id, **d.body}
            for d in call.store.visible("warehouse")
        ]
    }


def add_inventory_warehouse(call: Call) -> dict[str, Any]:
    """A new warehouse, or new settings of one that the account made itself."""
    given = call.params
    body = {
        "warehouse_type": "bl",
        "name": given.text("name", "", most=100),
        "description": given.text("description", ""),
        "stock_edition": given.flag("stock_edition", default=True),
    }
    if given.has("warehouse_id"):
        found = _own_warehouse(call)
        found.body.update(body)
        return {"warehouse_id": call.store.save(found).id}
    return {"warehouse_id": add(call.store, "warehouse", {**body, "is_default": False}).id}


def delete_inventory_warehouse(call: Call) -> dict[str, Any]:
    """Delete a warehouse that the account made itself and no catalogue has as its default."""
    found = _own_warehouse(call)
    key, users = warehouse_key(found), call.store.inventories()
    if any(d.body["default_warehouse"] == key for d in users):
        raise wrong("warehouse_id", "The default warehouse of a catalog cannot be deleted")
    for user in users:
        user.body["warehouses"] = [k for k in user.body["warehouses"] if k != key]
        call.store.save(user)
    call.store.drop(found)
    return {}


def _own_warehouse(call: Call) -> Document:
    found = call.need("warehouse", "warehouse_id")
    if found.body["warehouse_type"] != "bl":
        raise wrong("warehouse_id", "This warehouse was created automatically and is read only")
    return found


def get_inventory_categories(call: Call) -> dict[str, Any]:
    """Categories of a catalogue together with those of all catalogues; all without a name."""
    only = call.inventory().id if call.params.has("inventory_id") else None
    return {
        "categories": [
            {"category_id": d.id, "name": d.body["name"], "parent_id": d.body["parent_id"]}
            for d in call.store.visible("category")
            if only is None or d.body["inventory_id"] in (0, only)
        ]
    }


def add_inventory_category(call: Call) -> dict[str, Any]:
    """A new category under one that exists (0: at the top), or a changed one."""
    given = call.params
    parent = given.whole("parent_id")
    if parent and call.store.shop.get("category", parent) is None:
        raise wrong("parent_id", f"Invalid parent category ID: {parent}")
    body = {"name": given.text("name", most=200), "parent_id": parent}
    if given.has("category_id"):
        found = call.need("category", "category_id")
        found.body.update(body)
        return {"category_id": call.store.save(found).id}
    body["inventory_id"] = call.inventory().id if given.has("inventory_id") else 0
    return {"category_id": add(call.store, "category", body).id}


def delete_inventory_category(call: Call) -> dict[str, Any]:
    """Delete a category with the products in it; its subcategories move to the top."""
    found = call.need("category", "category_id")
    for inventory in call.store.inventories():
        for product in list(call.store.shop.all(goods(inventory.id))):
            if product.body["category_id"] == found.id:
                call.store.drop(product)
    for other in call.store.shop.all("category"):
        if other.body["parent_id"] == found.id:
            other.body["parent_id"] = 0
            call.store.save(other)
    call.store.drop(found)
    return {}


def get_inventory_manufacturers(call: Call) -> dict[str, Any]:
    """All manufacturers, or a page of a thousand."""
    found = call.store.visible("manufacturer")
    if call.params.has("page"):
        start = (max(1, call.params.whole("page")) - 1) * PAGE
        found = found[start : start + PAGE]
    return {"manufacturers": [{"manufacturer_id": d.id, "name": d.body["name"]} for d in found]}


def add_inventory_manufacturer(call: Call) -> dict[str, Any]:
    """A new manufacturer, or a new name; older clients call it `name`."""
    word = "manufacturer_name" if call.params.has("manufacturer_name") else "name"
    body = {"name": call.params.text(word, most=200)}
    if call.params.has("manufacturer_id"):
        found = call.need("manufacturer", "manufacturer_id")
        found.body.update(body)
        return {"manufacturer_id": call.store.save(found).id}
    return {"manufacturer_id": add(call.store, "manufacturer", body).id}


def delete_inventory_manufacturer(call: Call) -> dict[str, Any]:
    """Delete a manufacturer."""
    found = call.need("manufacturer", "manufacturer_id")
    call.store.drop(found)
    return {}


def get_inventory_tags(call: Call) -> dict[str, Any]:
    """All tags that products may carry."""
    return {"tags": [{"name": d.body["name"]} for d in call.store.visible("tag")]}


def add_inventory_tag(call: Call) -> dict[str, Any]:
    """A new tag, or a new name."""
    body = {"name": call.params.text("name", most=200)}
    if call.params.has("tag_id"):
        found = call.need("tag", "tag_id")
        found.body.update(body)
        return {"tag_id": call.store.save(found).id}
    if any(d.body["name"] == body["name"] for d in call.store.shop.all("tag")):
        raise wrong("name", "Tag already exists")
    return {"tag_id": add(call.store, "tag", body).id}


def delete_inventory_tag(call: Call) -> dict[str, Any]:
    """Delete a tag."""
    call.store.drop(call.need("tag", "tag_id"))
    return {}


def get_inventory_extra_fields(call: Call) -> dict[str, Any]:
    """Extra fields of products; this account has none."""
    return {"extra_fields": []}


def get_inventory_integrations(call: Call) -> dict[str, Any]:
    """Integrations that may have texts of their own: the connected sources."""
    langs = call.inventory().body["languages"]
    found: dict[str, Any] = {}
    for source in call.dialect.hub.sources():
        if source.is_connected:
            entry = found.setdefault(source.type, {"langs": langs, "accounts": {}})
            entry["accounts"][str(source.id)] = source.title
    return {"integrations": found}


def get_inventory_available_text_field_keys(call: Call) -> dict[str, Any]:
    """The keys of text fields, alone and by language."""
    inventory = call.inventory().body
    languages = [v for v in inventory["languages"] if v != inventory["default_language"]]
    keys = [*TEXT_KEYS, *(f"{key}|{lang}" for lang in languages for key in TEXT_KEYS)]
    return {"text_field_keys": {key: key for key in keys}}


METHODS = {
    "getInventories": get_inventories,
    "addInventory": add_inventory,
    "deleteInventory": delete_inventory,
    "getInventoryPriceGroups": get_inventory_price_groups,
    "addInventoryPriceGroup": add_inventory_price_group,
    "deleteInventoryPriceGroup": delete_inventory_price_group,
    "getInventoryWarehouses": get_inventory_warehouses,
    "addInventoryWarehouse": add_inventory_warehouse,
    "deleteInventoryWarehouse": delete_inventory_warehouse,
    "getInventoryCategories": get_inventory_categories,
    "addInventoryCategory": add_inventory_category,
    "deleteInventoryCategory": delete_inventory_category,
    "getInventoryManufacturers": get_inventory_manufacturers,
    "addInventoryManufacturer": add_inventory_manufacturer,
    "deleteInventoryManufacturer": delete_inventory_manufacturer,
    "getInventoryTags": get_inventory_tags,
    "addInventoryTag": add_inventory_tag,
    "deleteInventoryTag": delete_inventory_tag,
    "getInventoryExtraFields": get_inventory_extra_fields,
    "getInventoryIntegrations": get_inventory_integrations,
    "getInventoryAvailableTextFieldKeys": get_inventory_available_text_field_keys,
}
