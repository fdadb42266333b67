"""Products, variants, options, pictures, publications and collections, as they are read."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, lists, money
from simulator.channels.shopify.call import Call, Resolver
from simulator.channels.shopify.errors import bad_request
from simulator.channels.shopify.resolvers.nodes import (
    WITH_METAFIELDS,
    by_id,
    context,
    counted,
    listed,
)
from simulator.channels.shopify.resolvers.product_lists import (
    COLLECTIONS,
    PRODUCTS,
    PUBLICATIONS,
    VARIANTS,
)
from simulator.channels.shopify.rules import products as rules
from simulator.channels.shopify.rules import stock
from simulator.channels.shopify.search import Clause
from simulator.commerce.shop import Document

# -- products ---------------------------------------------------------------------------------


def by_identifier(source: Any, info: Any, identifier: dict[str, Any]) -> Document | None:
    """`productByIdentifier`: by exactly one of id, handle and a unique metafield."""
    return identified(context(info), identifier)


def identified(call: Call, identifier: dict[str, Any]) -> Document | None:
    """The product that an identifier names."""
    given = {k: v for k, v in identifier.items() if v is not None}
    if len(given) != 1:
        raise bad_request("Exactly one identifier must be given.", "INVALID_FIELD_ARGUMENTS")
    if "id" in given:
        return call.store.by_gid("product", given["id"])
    if "handle" in given:
        return rules.product_by_handle(call.store, given["handle"])
    return by_metafield(call, PRODUCTS, given["customId"])


def by_metafield(call: Call, listing: lists.Listing, custom: dict[str, Any]) -> Document | None:
    """The thing that carries a metafield value meant to be unique."""
    space = custom.get("namespace") or "custom"
    where = (
        "exists (select 1 from json_each(d.body, '$.metafields') m"
        " where json_extract(m.value, '$.namespace') = ? and json_extract(m.value, '$.key') = ?"
        " and json_extract(m.value, '$.value') = ?)"
    )
    return listing.first(call, Clause(where, (space, custom["key"], custom["value"])))


def variant_by_identifier(source: Any, info: Any, identifier: dict[str, Any]) -> Document | None:
    """`productVariantByIdentifier`."""
    call = context(info)
    if identifier.get("id"):
        return call.store.by_gid("variant", identifier["id"])
    custom = identifier.get("customId")
    return by_metafield(call, VARIANTS, custom) if custom else None


def variants(source: Document, info: Any, **args: Any) -> lists.Connection:
    """A product's variants; by position unless sorted otherwise."""
    found = rules.variants_of(context(info).store, source)
    if args.get("sortKey") == "SKU":
        found.sort(key=lambda v: (v.sku or "", v.id))
    elif args.get("sortKey") == "ID":
        found.sort(key=lambda v: v.id)
    return lists.sliced(found, args)


def variants_count(source: Document, info: Any) -> dict[str, Any]:
    """How many variants a product has."""
    shop = context(info).store.shop
    (number,) = shop.db.execute(
        "select count(*) from documents where shop = ? and kind = 'variant' and parent_id = ?",
        (shop.name, source.id),
    ).fetchone()
    return {"count": number, "precision": "EXACT"}


def _price_range(name: str, low: str, high: str, empty: str | None) -> Resolver:
    def resolve(source: Document, info: Any) -> dict[str, Any] | None:
        store = context(info).store
        found = [v.body[name] for v in store.children("variant", source)]
        amounts = [Decimal(p) for p in found if p is not None]
        if not amounts and empty is not None:
            amounts = [Decimal(empty)]
        if not amounts:
            return None
        return {
            low: money.money(min(amounts), store.currency),
            high: money.money(max(amounts), store.currency),
        }

    return resolve


def _items(call: Call, product: Document) -> list[Document]:
    found = call.store.children("variant", product)
    return [call.store.need("inventory_item", v.body["inventoryItemId"]) for v in found]


def total_inventory(source: Document, info: Any) -> int:
    """Available of all tracked variants."""
    call = context(info)
    tracked = [i for i in _items(call, source) if i.body["tracked"]]
    return sum(stock.total_available(call.store, item.id) for item in tracked)


def out_of_stock(source: Document, info: Any) -> bool:
    """Whether a tracked variant has nothing left."""
    call = context(info)
    tracked = [i for i in _items(call, source) if i.body["tracked"]]
    return any(stock.total_available(call.store, item.id) <= 0 for item in tracked)


def options(source: Document, info: Any, first: int | None = None) -> list[dict[str, Any]]:
    """A product's options with the values in use or declared."""
    used = [v.body["values"] for v in context(info).store.children("variant", source)]
    shown = []
    for index, option in enumerate(source.body["options"]):
        names = {values[index] for values in used if index < len(values)}
        values = [{**v, "hasVariants": v["name"] in names} for v in option["values"]]
        listed = [v["name"] for v in values if v["hasVariants"]]
        shown.append({**option, "position": index + 1, "values": listed, "optionValues": values})
    return shown[:first]


def description(source: Document, info: Any, truncateAt: int | None = None) -> str:
    """A description without its markup."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", source.body["descriptionHtml"]))
    return " ".join(text.split())[:truncateAt]


def category(source: Document, info: Any) -> dict[str, Any] | None:
    """The taxonomy category; only its id is known here."""
    id = source.body["category"]
    if id is None:
        return None
    name = id.rsplit("/", 1)[-1]
    return {"id": id, "name": name, "fullName": name, "isLeaf": True, "isRoot": False, "level": 1}


def media(source: Document, info: Any, **args: Any) -> lists.Connection:
    """A product's pictures."""
    return lists.sliced(source.body["media"], args)


def variant_media(source: Document, info: Any, **args: Any) -> lists.Connection:
    """A variant's pictures, which are its product's."""
    product = context(info).store.need("product", source.parent_id)
    mine = [m for m in product.body["media"] if m["id"] in source.body["media"]]
    return lists.sliced(mine, args)


def image(source: dict[str, Any], info: Any) -> dict[str, Any]:
    return {
        "id": gids.gid("ProductImage", source["id"]),
        "altText": source["alt"],
        "url": source["url"],
        "width": None,
        "height": None,
    }


# -- publication ----------------------------------------------------------------------------------


def published_on(source: Document, info: Any, publicationId: str) -> bool:
    """Whether a product is on a publication now."""
    number = gids.number(publicationId, "Publication")
    return number is not None and rules.is_published(context(info).store, source, number)


def _publications(source: Document, info: Any, only: bool | None) -> list[dict[str, Any]]:
    store = context(info).store
    shown = []
    for number, date in source.body["publications"].items():
        publication = store.get("publication", int(number))
        now = rules.is_published(store, source, int(number))
        if publication is not None and (now or only is False):
            row = {"publication": publication, "publishable": source}
            shown.append({**row, "isPublished": now, "publishDate": date})
    return shown


def resource_publications(
    source: Document, info: Any, onlyPublished: bool | None = None, **args: Any
) -> lists.Connection:
    """Where a product is (or is to be) published."""
    return lists.sliced(_publications(source, info, onlyPublished), args)


def publications_count(
    source: Document, info: Any, onlyPublished: bool | None = None
) -> dict[str, Any]:
    """On how many publications."""
    return {"count": len(_publications(source, info, onlyPublished)), "precision": "EXACT"}


def published_products(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The products on a publication."""
    within = Clause(f"json_type(body, '$.publications.\"{source.id}\"') is not null")
    return PRODUCTS.connection(context(info), args, within)


def store_url(source: Document, info: Any) -> str | None:
    """The product's page in the online store; null while it is not shown there."""
    call = context(info)
    shown = rules.is_published(call.store, source, rules.online_store(call.store).id)
    if not shown or source.body["status"] not in ("ACTIVE", "UNLISTED"):
        return None
    return f"https://{call.domain}/products/{source.body['handle']}"


# -- collections ----------------------------------------------------------------------------------


def product_collections(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The collections that a product is in."""
    store = context(info).store
    found = [store.get("collection", number) for number in source.body["collections"]]
    return lists.sliced([c for c in found if c is not None], args)


def _collected(collection: Document) -> Clause:
    where = "exists (select 1 from json_each(body, '$.collections') c where c.value = ?)"
    return Clause(where, (collection.id,))


def collection_products(source: Document, info: Any, **args: Any) -> lists.Connection:
    """The products of a collection."""
    args = {**args, "sortKey": None}
    return PRODUCTS.connection(context(info), args, _collected(source))


# -- variants -------------------------------------------------------------------------------------


def item_of(source: Document, info: Any) -> Document:
    """A variant's inventory item."""
    return context(info).store.need("inventory_item", source.body["inventoryItemId"])


def product_of(source: Document, info: Any) -> Document:
    """A variant's product."""
    return context(info).store.need("product", source.parent_id)


def selected_options(source: Document, info: Any) -> list[dict[str, Any]]:
    """What was picked for each option."""
    options = product_of(source, info).body["options"]
    picked = []
    for option, value in zip(options, source.body["values"], strict=False):
        known = {v["name"]: v for v in option["values"]}
        kept = known.get(value, {"id": 0, "name": value})
        chosen = {**kept, "hasVariants": True}
        picked.append({"name": option["name"], "value": value, "optionValue": chosen})
    return picked


def display_name(source: Document, info: Any) -> str:
    """Product and variant in one line."""
    title = product_of(source, info).body["title"]
    return f"{title} - {source.body['title']}"


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "product": by_id("product"),
        "products": listed(PRODUCTS),
        "productsCount": counted(PRODUCTS),
        "productByIdentifier": by_identifier,
        "productVariant": by_id("variant"),
        "productVariants": listed(VARIANTS),
        "productVariantsCount": counted(VARIANTS),
        "productVariantByIdentifier": variant_by_identifier,
        "collection": by_id("collection"),
        "collections": listed(COLLECTIONS),
        "publication": by_id("publication"),
        "publications": listed(PUBLICATIONS),
    },
    "Product": {
        **WITH_METAFIELDS,
        "description": description,
        "category": category,
        "totalInventory": total_inventory,
        "hasOutOfStockVariants": out_of_stock,
        "tracksInventory": lambda source, info: any(
            i.body["tracked"] for i in _items(context(info), source)
        ),
        "hasOnlyDefaultVariant": lambda source, info: (
            [o["name"] for o in source.body["options"]] == [rules.DEFAULT_OPTION]
        ),
        "isGiftCard": lambda source, info: False,
        "options": options,
        "variants": variants,
        "variantsCount": variants_count,
        "priceRangeV2": _price_range("price", "minVariantPrice", "maxVariantPrice", "0"),
        "compareAtPriceRange": _price_range(
            "compareAtPrice", "minVariantCompareAtPrice", "maxVariantCompareAtPrice", None
        ),
        "media": media,
        "mediaCount": lambda source, info: {
            "count": len(source.body["media"]),
            "precision": "EXACT",
        },
        "featuredMedia": lambda source, info: next(iter(source.body["media"]), None),
        "publishedOnPublication": published_on,
        "resourcePublicationsV2": resource_publications,
        "resourcePublicationsCount": publications_count,
        "availablePublicationsCount": publications_count,
        "onlineStoreUrl": store_url,
        "onlineStorePreviewUrl": store_url,
        "collections": product_collections,
        "defaultCursor": lambda source, info: lists.cursor_of(source),
    },
    "ProductVariant": {
        **WITH_METAFIELDS,
        "sku": lambda source, info: source.sku,
        "displayName": display_name,
        "product": product_of,
        "inventoryItem": item_of,
        "inventoryQuantity": lambda source, info: stock.total_available(
            context(info).store, source.body["inventoryItemId"]
        ),
        "sellableOnlineQuantity": lambda source, info: max(
            0, stock.total_available(context(info).store, source.body["inventoryItemId"])
        ),
        "availableForSale": lambda source, info: stock.sellable(context(info).store, source),
        "selectedOptions": selected_options,
        "media": variant_media,
        "defaultCursor": lambda source, info: lists.cursor_of(source),
    },
    "MediaImage": {
        "mediaContentType": lambda source, info: "IMAGE",
        "status": lambda source, info: "READY",
        "mediaErrors": lambda source, info: [],
        "image": image,
        "mimeType": lambda source, info: "image/jpeg",
        "updatedAt": lambda source, info: source["createdAt"],
    },
    "Publication": {
        "supportsFuturePublishing": lambda source, info: True,
        "catalog": lambda source, info: {
            "__typename": "AppCatalog",
            "id": source.id,
            "title": source.body["name"],
            "status": "ACTIVE",
        },
        "products": published_products,
    },
    "Collection": {
        "description": description,
        "products": collection_products,
        "productsCount": lambda source, info: {
            "count": len(
                collection_products(source, info, first=lists.MOST)["nodes"],
            ),
            "precision": "EXACT",
        },
    },
}
