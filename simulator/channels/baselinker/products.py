"""Products and variants: how they are made, changed, deleted, and what is written down about it."""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal
from typing import Any

from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.catalogue import warehouse_key
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import Params, money, whole
from simulator.channels.baselinker.store import Store, goods
from simulator.commerce.shop import Document

FIRST = 2685  # the number of an account's first product
SERIES = "product"
CENT = Decimal("0.01")
PICTURES, ADDRESS, PICTURE_BYTES = 16, 1000, 2 * 1024 * 1024
TAXES = (Decimal(-1), Decimal("-0.02"), Decimal("-0.03"))  # exempt, NP, reverse charge
STOCK, PRICE, CREATED, DELETED, TEXTS, LOCATIONS, LINKS, GALLERY, VARIANTS, BUNDLE = range(1, 11)
NUMBERS = ("weight", "height", "width", "length", "average_cost")


def blank(store: Store, inventory_id: int, parent_id: int) -> dict[str, Any]:
    """What a new product is before anything is said of it."""
    return {
        "inventory_id": inventory_id,
        "parent_id": parent_id,
        "is_bundle": False,
        "sku": "",
        "ean": "",
        "ean_additional": [],
        "tags": [],
        "tax_rate": store.setting("tax_rate"),
        "weight": "0",
        "height": "0",
        "width": "0",
        "length": "0",
        "star": 0,
        "category_id": 0,
        "manufacturer_id": 0,
        "average_cost": "0",
        "prices": {},
        "stock": {},
        "reserved": {},
        "locations": {},
        "text_fields": {},
        "images": {},
        "links": {},
        "bundle_products": {},
    }


def make(store: Store, body: dict[str, Any]) -> Document:
    """Keep a new product or variant."""
    return store.add(
        goods(body["inventory_id"]),
        body,
        id=store.shop.next_number(SERIES, FIRST),
        parent_id=body["parent_id"],
        sku=body["sku"] or None,
    )


def note(store: Store, product: Document, type: int, old: Any, new: Any) -> None:
    """Write down a change of a product, for its log: of a map, what changed in it, by key."""
    if not isinstance(new, dict):
        old, new = {"": old}, {"": new}
    nothing = 0 if type == STOCK else ""
    entries = [
        {"type": type, "info": key, "from": old.get(key, nothing), "to": new.get(key, nothing)}
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    ]
    body = {"date": store.now(), "type": type, "entries": entries}
    store.shop.add("product_log", body, parent_id=product.id, quiet=True)


def add_inventory_product(call: Call) -> dict[str, Any]:
    """A new product, or a changed one where `product_id` is given; only what is sent changes.

    Fields that cannot be kept come back in `warnings`; the rest is kept.
    """
    inventory = call.inventory()
    if call.params.has("product_id"):
        product = call.store.shop.get(goods(inventory.id), call.params.whole("product_id"))
        if product is None:
            raise wrong("product_id", f"Invalid product ID: {call.params['product_id']}")
        body = product.body
    else:
        parent = call.params.whole("parent_id", 0)
        _check_parent(call, inventory, parent)
        product, body = None, blank(call.store, inventory.id, parent)
    warnings: dict[str, str] = {}
    types = _apply(call, inventory, body, warnings)
    if product is None:
        product = make(call.store, body)
        note(call.store, product, CREATED, "", product.id)
        if body["parent_id"]:
            main = call.store.shop.get(product.kind, body["parent_id"])
            assert main is not None
            note(call.store, main, VARIANTS, "", product.id)
    else:
        call.store.save(product)
        for type, (old, new) in types.items():
            note(call.store, product, type, old, new)
    return {"product_id": product.id, "warnings": warnings}


def _check_parent(call: Call, inventory: Document, parent: int) -> None:
    if not parent:
        return
    found = call.store.shop.get(goods(inventory.id), parent)
    if found is None or found.body["parent_id"]:
        raise wrong("parent_id", f"Invalid parent product ID: {parent}")


def _apply(
    call: Call, inventory: Document, body: dict[str, Any], warnings: dict[str, str]
) -> dict[int, tuple[Any, Any]]:
    """Put what was sent into the body; gives the kinds of change with what changed."""
    given, changed = call.params, {}
    if given.has("sku"):
        body["sku"] = given.text("sku", most=50)
    elif "sku" in given:
        body["sku"] = ""
    if "ean" in given:
        body["ean"] = str(given["ean"] or "")[:32]
    if "is_bundle" in given:
        body["is_bundle"] = given.flag("is_bundle", default=False)
    _apply_plain(given, body, warnings)
    for name, type, apply in (
        ("prices", PRICE, _prices),
        ("stock", STOCK, _stock),
        ("locations", LOCATIONS, _locations),
        ("text_fields", TEXTS, _texts),
        ("images", GALLERY, _images),
        ("links", LINKS, _plain_map),
        ("bundle_products", BUNDLE, _bundle),
    ):
        if name in given:
            old = dict(body[name])
            apply(call, inventory, body[name], given.mapping(name, {}), warnings)
            if body[name] != old:
                changed[type] = (old, dict(body[name]))
    return changed


def _apply_plain(given: Params, body: dict[str, Any], warnings: dict[str, str]) -> None:
    for name in ("category_id", "manufacturer_id", "star"):
        if name in given:
            body[name] = given.whole(name, 0)
    for name in NUMBERS:
        if name in given:
            body[name] = str(given.money(name, Decimal(0)))
    for name in ("tags", "ean_additional"):
        if name in given:
            body[name] = given.rows(name, [])
    if given.has("tax_rate"):
        rate = given.money("tax_rate")
        if 0 <= rate <= 100 or rate in TAXES:
            body["tax_rate"] = str(rate)
        else:
            warnings["tax_rate"] = "Invalid tax rate"


def _prices(call: Call, inventory: Document, kept: Any, sent: Any, warnings: Any) -> None:
    fault = write_prices(inventory, kept, sent)
    if fault:
        warnings["prices"] = fault


def write_prices(inventory: Document, kept: dict[str, str], sent: dict[str, Any]) -> str:
    """Put prices by price group into a product's; gives what was wrong with some, or ""."""
    fault = ""
    for group, price in sent.items():
        amount = money(price)
        if whole(group) not in inventory.body["price_groups"]:
            fault = f"Price group {group} is not available in the catalog"
        elif amount is None or amount < 0:
            fault = f"Invalid price for price group {group}"
        else:
            kept[str(group)] = str(amount)
    return fault


def _stock(call: Call, inventory: Document, kept: Any, sent: Any, warnings: Any) -> None:
    fault = write_stock(writable(call.store, inventory), kept, sent)
    if fault:
        warnings["stock"] = fault


def writable(store: Store, inventory: Document) -> set[str]:
    """The keys of a catalogue's warehouses whose stock is not kept by an outside storage."""
    own = {
        warehouse_key(w) for w in store.shop.all("warehouse") if w.body["warehouse_type"] == "bl"
    }
    return own & set(inventory.body["warehouses"])


def write_stock(own: set[str], kept: dict[str, int], sent: dict[str, Any]) -> str:
    """Put stock by warehouse into a product's; gives what was wrong with some, or ""."""
    fault = ""
    for key, quantity in sent.items():
        pieces = whole(quantity)
        if key not in own:
            fault = f"Stock cannot be assigned to warehouse {key}"
        elif pieces is None:
            fault = f"Invalid stock for warehouse {key}"
        else:
            kept[key] = pieces
    return fault


def _locations(call: Call, inventory: Document, kept: Any, sent: Any, warnings: Any) -> None:
    for key, place in sent.items():
        if key in inventory.body["warehouses"]:
            kept[key] = str(place)
        else:
            warnings["locations"] = f"Invalid warehouse {key}"


def _texts(call: Call, inventory: Document, kept: Any, sent: Any, warnings: Any) -> None:
    for key, text in sent.items():
        if text in ("", None) and key != "name":
            kept.pop(key, None)
        else:
            kept[key] = str(text)[:200] if key.partition("|")[0] == "name" else text


def _plain_map(call: Call, inventory: Document, kept: Any, sent: Any, warnings: Any) -> None:
    kept.clear()
    kept.update(sent)


def _bundle(call: Call, inventory: Document, kept: Any, sent: Any, warnings: Any) -> None:
    """Parts of a bundle are products that are there, no bundles, and not the product itself."""
    kept.clear()
    for id, pieces in sent.items():
        part = call.store.shop.get(goods(inventory.id), whole(id) or 0)
        count = whole(pieces) or 0
        is_itself = part is not None and part.id == call.params.whole("product_id", 0)
        if part is None or part.body["is_bundle"] or is_itself or count < 1:
            warnings["bundle_products"] = f"Invalid product {id} in the bundle"
        else:
            kept[str(part.id)] = count


def _images(call: Call, inventory: Document, kept: Any, sent: Any, warnings: Any) -> None:
    for position, value in sent.items():
        number, text = whole(position), str(value or "")
        fault = ""
        if number is None or not 0 <= number < PICTURES:
            fault = f"Invalid image position {position}"
        elif text == "":
            kept.pop(str(number), None)
        elif text.startswith("url:"):
            fault = f"Image {position}: the address is too long" if len(text) > ADDRESS else ""
            kept |= {} if fault else {str(number): text.removeprefix("url:")}
        elif text.startswith("data:"):
            fault = _picture_fault(position, text)
            address = f"{call.dialect.home}/upload/{call.store.now()}-{number}.jpg"
            kept |= {} if fault else {str(number): address}
        else:
            fault = f"Image {position}: no url: or data: prefix"
        if fault:
            warnings["images"] = fault


def _picture_fault(position: str, text: str) -> str:
    try:
        data = base64.b64decode(text.removeprefix("data:"), validate=True)
    except (binascii.Error, ValueError):  # a + that was not sent as %2B has become a space
        return f"Image {position}: invalid base64 data"
    return f"Image {position}: the file is too large" if len(data) > PICTURE_BYTES else ""


def delete_inventory_product(call: Call) -> dict[str, Any]:
    """Delete a product with its variants, or one variant."""
    product = call.product()
    for child in list(call.store.shop.all(product.kind, parent_id=product.id)):
        call.store.drop(child)
    call.store.drop(product)
    note(call.store, product, DELETED, product.id, "")
    return {}


def get_inventory_product_logs(call: Call) -> dict[str, Any]:
    """What happened to a product or variant, a hundred edits a page, oldest first by default."""
    given = call.params
    since, until = given.whole("date_from", 0), given.whole("date_to", 0)
    types = given.get("log_type")
    wanted = {whole(t) for t in (types if isinstance(types, list) else [types]) if t}
    found = [
        d.body
        for d in call.store.shop.all("product_log", parent_id=given.whole("product_id"))
        if d.body["date"] >= since
        and (not until or d.body["date"] <= until)
        and (not wanted or d.body["type"] in wanted)
    ]
    if str(given.text("sort", "ASC")).upper() == "DESC" or given.get("sort") == 1:
        found.reverse()
    start = (max(1, given.whole("page", 1)) - 1) * 100
    page = found[start : start + 100]
    rows = [{"profile": "API", "date": b["date"], "entries": _entries(b)} for b in page]
    return {"logs": rows}


def _entries(body: dict[str, Any]) -> list[dict[str, Any]]:
    if body["type"] != PRICE:
        return list(body["entries"])
    amounts = ("from", "to")
    return [
        {**e, "info": whole(e["info"]), **{n: float(e[n]) if e[n] else e[n] for n in amounts}}
        for e in body["entries"]
    ]


METHODS = {
    "addInventoryProduct": add_inventory_product,
    "deleteInventoryProduct": delete_inventory_product,
    "getInventoryProductLogs": get_inventory_product_logs,
}
