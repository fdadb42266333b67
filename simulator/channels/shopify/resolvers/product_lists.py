"""How products, variants, collections and publications are searched and sorted."""

from __future__ import annotations

from simulator.channels.shopify import lists
from simulator.channels.shopify.call import Call
from simulator.channels.shopify.resolvers.nodes import BY_TIME, TIMES, in_body
from simulator.channels.shopify.rules import products as rules
from simulator.channels.shopify.search import Column, Search

TITLE = in_body("title")
PRODUCT_OF = "(select {} from documents p where p.shop = :shop and p.kind = 'product' and p.id = "


def _product_search(call: Call) -> Search:
    published = f"json_type(body, '$.publications.\"{rules.online_store(call.store).id}\"')"
    by_variant = "(select group_concat(v.sku, ' ') from documents v where v.shop = :shop"
    columns = {
        **TIMES,
        "id": Column("id", "id"),
        "title": Column(TITLE, "word"),
        "handle": Column("sku"),
        "vendor": Column(in_body("vendor")),
        "product_type": Column(in_body("productType")),
        "status": Column(in_body("status")),
        "tag": Column("json_extract(body, '$.tags')", "list"),
        "published_at": Column(in_body("publishedAt"), "time"),
        "published_status": Column(
            "''",
            words={
                "published": f"{published} is not null",
                "unpublished": f"{published} is null",
                "any": "1",
            },
        ),
        "sku": Column(
            f"coalesce({by_variant} and v.kind = 'variant' and v.parent_id = d.id), '')",
            "word",
        ),
    }
    free = (TITLE, in_body("vendor"), in_body("productType"))
    return Search(columns, free, call.store.zone)


def _variant_search(call: Call) -> Search:
    title, status = in_body("title"), "json_extract(p.body, '$.status')"
    mine = "d.parent_id)"
    columns = {
        **TIMES,
        "id": Column("id", "id"),
        "sku": Column("sku"),
        "barcode": Column(in_body("barcode")),
        "title": Column(title, "word"),
        "product_id": Column("parent_id", "id"),
        "product_status": Column(PRODUCT_OF.format(status) + mine),
        "taxable": Column("json_extract(body, '$.taxable')", words=_truth("body", "taxable")),
        "inventory_quantity": Column(_AVAILABLE, "number"),
    }
    name = PRODUCT_OF.format("json_extract(p.body, '$.title')") + mine
    return Search(columns, ("coalesce(sku, '')", title, name), call.store.zone)


def _truth(column: str, field: str) -> dict[str, str]:
    value = f"json_extract({column}, '$.{field}')"
    return {"true": f"{value} = 1", "false": f"{value} = 0"}


_AVAILABLE = (
    "(select coalesce(sum(json_extract(l.body, '$.quantities.available')), 0) from documents l"
    " where l.shop = :shop and l.kind = 'inventory_level'"
    " and l.parent_id = json_extract(d.body, '$.inventoryItemId'))"
)

PRODUCTS = lists.Listing(
    "product",
    _product_search,
    {
        **BY_TIME,
        "TITLE": TITLE,
        "VENDOR": in_body("vendor"),
        "PRODUCT_TYPE": in_body("productType"),
        "PUBLISHED_AT": in_body("publishedAt"),
    },
)
VARIANTS = lists.Listing(
    "variant",
    _variant_search,
    {
        "ID": "id",
        "SKU": "coalesce(sku, '')",
        "TITLE": in_body("title"),
        "NAME": in_body("title"),
        "POSITION": "json_extract(body, '$.position')",
        "INVENTORY_QUANTITY": _AVAILABLE,
    },
)
COLLECTIONS = lists.Listing(
    "collection",
    lambda call: Search({**TIMES, "title": Column(TITLE, "word"), "id": Column("id", "id")}),
    {**BY_TIME, "TITLE": TITLE},
)
PUBLICATIONS = lists.Listing("publication", lambda call: Search({}), {"ID": "id"})
