"""Products and variants: what is made, changed and deleted, and how options hang together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, money
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.rules import stock
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Given = Mapping[str, Any]
DEFAULT_OPTION, DEFAULT_VALUE = "Title", "Default Title"
MOST_OPTIONS, MOST_VARIANTS = 3, 2048
PLAIN_FIELDS = (
    *("title", "descriptionHtml", "vendor", "productType", "status", "templateSuffix", "category"),
)


# -- products -------------------------------------------------------------------------------------


def new_product(store: Store, given: Given, options: list[dict[str, Any]]) -> Document:
    """A product without variants, published nowhere."""
    title = str(given.get("title") or "").strip()
    if not title:
        raise refuse("Title can't be blank", "title", code="INVALID_PRODUCT")
    body = {
        "title": title,
        "handle": free_handle(store, given.get("handle") or title),
        "descriptionHtml": "",
        "vendor": store.setting("name"),
        "productType": "",
        "status": "ACTIVE",
        "tags": [],
        "templateSuffix": None,
        "category": None,
        "seo": {"title": None, "description": None},
        "options": options,
        "metafields": [],
        "media": [],
        "collections": [],
        "publications": {},
        "publishedAt": None,
    }
    product = store.add("product", body, sku=body["handle"])  # the sku column holds the handle
    return change_product(store, product, {**given, "handle": None})


def change_product(store: Store, product: Document, given: Given) -> Document:
    """A product with the given fields; those left out stay."""
    body = product.body
    if "title" in given and not str(given["title"] or "").strip():
        raise refuse("Title can't be blank", "title", code="INVALID_PRODUCT")
    body.update({k: given[k] for k in PLAIN_FIELDS if given.get(k) is not None})
    if given.get("handle"):
        taken = product_by_handle(store, given["handle"])
        if taken is not None and taken.id != product.id:
            message = f"Handle '{given['handle']}' already in use. Please provide a new handle."
            raise refuse(message, "input", "handle", code="HANDLE_NOT_UNIQUE")
        body["handle"] = given["handle"]
    if given.get("tags") is not None:
        body["tags"] = tags(given["tags"])
    if given.get("seo") is not None:
        body["seo"] = {**body["seo"], **given["seo"]}
    if given.get("metafields") is not None:
        body["metafields"] = store.metafields(given["metafields"], body["metafields"])
    joined, left = given.get("collectionsToJoin") or [], given.get("collectionsToLeave") or []
    if given.get("collections") is not None:
        body["collections"] = []
        joined = given["collections"]
    numbers = [gids.number(c, "Collection") for c in joined]
    gone = {gids.number(c, "Collection") for c in left}
    kept = [c for c in [*body["collections"], *numbers] if c not in gone]
    body["collections"] = list(dict.fromkeys(kept))
    return store.shop.put(store.with_sku(product, body["handle"]))


def delete_product(store: Store, product: Document) -> None:
    """A product with everything under it."""
    for variant in store.children("variant", product):
        delete_variant(store, variant)
    store.shop.drop("product", product.id)


def publish(store: Store, product: Document, publication: int, when: str | None) -> None:
    """Show a product on a publication, from `when` on (default: now)."""
    dates = product.body["publications"]
    dates.setdefault(str(publication), when or store.stamp())
    if when:
        dates[str(publication)] = when
    if publication == online_store(store).id:
        product.body["publishedAt"] = dates[str(publication)]
    store.put(product)


def unpublish(store: Store, product: Document, publication: int) -> None:
    """Take a product off a publication."""
    product.body["publications"].pop(str(publication), None)
    if publication == online_store(store).id:
        product.body["publishedAt"] = None
    store.put(product)


def online_store(store: Store) -> Document:
    """The publication that shoppers see."""
    return next(store.shop.all("publication"))


def is_published(store: Store, product: Document, publication: int) -> bool:
    """Whether a product is on a publication now."""
    date = product.body["publications"].get(str(publication))
    return date is not None and date <= store.stamp()


def product_by_handle(store: Store, handle: str) -> Document | None:
    """The product of a handle."""
    return next(store.shop.all("product", sku=handle), None)


def free_handle(store: Store, wish: str) -> str:
    """A handle made of a title, with a number when it is taken."""
    base = _handle(wish)
    taken = {
        row[0]
        for row in store.shop.db.execute(
            "select sku from documents"
            " where shop = ? and kind = 'product' and sku >= ? and sku < ?",
            (store.shop.name, base, base + "~"),
        )
    }
    return handle_from(wish, taken)


def handle_from(wish: str, taken: Collection[str]) -> str:
    """A handle made of a title that is not among those taken."""
    base = _handle(wish)
    number, handle = 0, base
    while handle in taken:
        number += 1
        handle = f"{base}-{number}"
    return handle


def _handle(wish: str) -> str:
    ascii = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii.lower()).strip("-") or "product"


def tags(given: Sequence[str]) -> list[str]:
    """Tags as they are kept: trimmed, once each whatever their case, in alphabetical order."""
    parts = [part.strip() for tag in given for part in tag.split(",")]
    return sorted({part.lower(): part for part in reversed(parts) if part}.values(), key=str.lower)


# -- options --------------------------------------------------------------------------------------


def default_options(store: Store) -> list[dict[str, Any]]:
    """The option of a product that has no choice."""
    return new_options(store, [{"name": DEFAULT_OPTION, "values": [{"name": DEFAULT_VALUE}]}])


def new_options(
    store: Store, given: Sequence[Given], had: Sequence[Given] = ()
) -> list[dict[str, Any]]:
    """Options as declared; those that were there before keep their ids, by id or by name."""
    if len(given) > MOST_OPTIONS:
        message = f"Options are limited to {MOST_OPTIONS}"
        raise refuse(message, "input", "productOptions", code="OPTIONS_OVER_LIMIT")
    by_name = {o["name"]: o for o in had} | {gids.gid("ProductOption", o["id"]): o for o in had}
    options: list[dict[str, Any]] = []
    for index, one in enumerate(given):
        old = by_name.get(one.get("id")) or by_name.get(one.get("name")) or {}
        name = one.get("name") or old.get("name")
        where = ("input", "productOptions", index)
        if not name:
            raise refuse("Option name can't be blank", *where, "name", code="OPTION_DOES_NOT_EXIST")
        if name in [o["name"] for o in options]:
            raise refuse("Duplicated option name.", *where, "name", code="DUPLICATED_OPTION_NAME")
        values = [v.get("name") for v in one.get("values") or ()]
        if not values:
            message = "Each option must have at least one option value specified."
            raise refuse(message, *where, "values", code="OPTION_VALUES_MISSING")
        if len(set(values)) < len(values):
            raise refuse("Duplicated option value.", *where, code="DUPLICATED_OPTION_VALUE")
        ids = {v["name"]: v["id"] for v in old.get("values", ())}
        option = {"id": old.get("id") or store.number("option"), "name": name}
        option["values"] = [
            {"id": ids.get(v) or store.number("option_value"), "name": v} for v in values
        ]
        options.append(option)
    return options


def chosen(
    options: Sequence[Given], given: Sequence[Given], where: tuple[str | int, ...]
) -> list[str]:
    """The value picked for each option, in the options' order."""
    picked: dict[str, str] = {}
    for value in given:
        option = _option(options, value)
        if option is None:
            raise refuse("Option does not exist", *where, code="OPTION_DOES_NOT_EXIST")
        names = {gids.gid("ProductOptionValue", v["id"]): v["name"] for v in option["values"]}
        picked[option["name"]] = value.get("name") or names.get(value.get("id") or "", "")
    missing = [o["name"] for o in options if not picked.get(o["name"])]
    if missing:
        message = f"You need to add option values for {', '.join(missing)}"
        raise refuse(message, *where, code="NEED_TO_ADD_OPTION_VALUES")
    return [picked[o["name"]] for o in options]


def _option(options: Sequence[Given], value: Given) -> Given | None:
    for option in options:
        same_id = value.get("optionId") == gids.gid("ProductOption", option["id"])
        if same_id or value.get("optionName") == option["name"]:
            return option
    return None


def know_values(store: Store, options: list[dict[str, Any]], values: Sequence[str]) -> None:
    """Add to each option the value picked for it, when it is new."""
    for option, value in zip(options, values, strict=True):
        if value not in [v["name"] for v in option["values"]]:
            option["values"].append({"id": store.number("option_value"), "name": value})


# -- variants -------------------------------------------------------------------------------------


def add_variant(
    store: Store, product: Document, values: list[str], given: Given, position: int
) -> Document:
    """A variant with its inventory item, stocked at the first location unless told otherwise."""
    item = store.add("inventory_item", _new_item(), sku=None)
    body = {
        "title": " / ".join(values),
        "values": values,
        "position": position,
        "price": "0.00",
        "compareAtPrice": None,
        "barcode": None,
        "inventoryPolicy": "DENY",
        "taxable": True,
        "taxCode": "",
        "metafields": [],
        "media": [],
        "inventoryItemId": item.id,
    }
    variant = store.add("variant", body, parent_id=product.id)
    item.body["variantId"] = variant.id
    store.shop.put(item, quiet=True)
    change_variant(store, variant, given, ())
    places = given.get("inventoryQuantities") or ()
    if not places:
        stock.connect(store, item.id, store.locations()[0].id)
    return store.need("variant", variant.id)


def change_variant(
    store: Store, variant: Document, given: Given, where: tuple[str | int, ...]
) -> Document:
    """A variant with the given fields; its item is changed along with it."""
    body = variant.body
    for name in ("price", "compareAtPrice"):
        if name not in given:
            continue
        amount = given[name]
        if amount is not None and Decimal(amount) < 0:
            message = "must be greater than or equal to 0"
            raise refuse(message, *where, name, code="GREATER_THAN_OR_EQUAL_TO")
        if amount is not None or name == "compareAtPrice":
            body[name] = None if amount is None else money.text(amount, store.currency)
    for name in ("barcode", "inventoryPolicy", "taxable", "taxCode", "position"):
        if given.get(name) is not None:
            body[name] = given[name]
    if given.get("metafields") is not None:
        body["metafields"] = store.metafields(given["metafields"], body["metafields"])
    item_given = dict(given.get("inventoryItem") or {})
    if given.get("sku") is not None:
        item_given.setdefault("sku", given["sku"])
    sku = variant.sku
    if item_given:
        item = store.need("inventory_item", body["inventoryItemId"])
        sku = change_item(store, item, item_given, quiet_variant=True).sku
    return store.shop.put(store.with_sku(variant, sku))


def change_item(
    store: Store, item: Document, given: Given, *, quiet_variant: bool = False
) -> Document:
    """An inventory item with the given fields; its sku is its variant's too."""
    body = item.body
    for name in ("tracked", "requiresShipping", "countryCodeOfOrigin", "harmonizedSystemCode"):
        if given.get(name) is not None:
            body[name] = given[name]
    if "cost" in given:
        body["cost"] = given["cost"]
    if (given.get("measurement") or {}).get("weight"):
        body["weight"] = dict(given["measurement"]["weight"])
    sku = (given["sku"] or None) if "sku" in given else item.sku
    body["sku"] = sku
    changed = store.shop.put(store.with_sku(item, sku))
    if not quiet_variant:
        variant = store.need("variant", body["variantId"])
        store.shop.put(store.with_sku(variant, sku))
        store.touch("product", variant.parent_id or 0)
    return changed


def delete_variant(store: Store, variant: Document) -> None:
    """A variant, its item and its levels."""
    item = variant.body["inventoryItemId"]
    for level in store.children("inventory_level", item):
        store.shop.drop("inventory_level", level.id)
    store.shop.drop("inventory_item", item)
    store.shop.drop("variant", variant.id, quiet=True)


def _new_item() -> dict[str, Any]:
    return {
        "variantId": None,
        "sku": None,
        "tracked": False,
        "requiresShipping": True,
        "cost": None,
        "weight": {"value": 0.0, "unit": "KILOGRAMS"},
        "countryCodeOfOrigin": None,
        "harmonizedSystemCode": None,
    }


def variants_of(store: Store, product: Document) -> list[Document]:
    """A product's variants in their order."""
    return sorted(store.children("variant", product), key=lambda v: (v.body["position"], v.id))
