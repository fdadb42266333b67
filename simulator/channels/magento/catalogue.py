"""Products over REST."""

from __future__ import annotations

from typing import Any

from simulator.channels.magento import attributes, product_view, products, salable, search
from simulator.channels.magento.calls import Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_product, no_such
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

NOT_SENT_NOT_TOLD = ("product_links", "tier_prices")  # in the answer to a POST
STATIC = frozenset(
    words(
        "entity_id sku attribute_set_id type_id created_at updated_at website_id category_id store"
        " store_id website_ids category_ids"
    )
)
TYPES = (
    ("simple", "Simple Product"),
    ("virtual", "Virtual Product"),
    ("downloadable", "Downloadable Product"),
    ("bundle", "Bundle Product"),
    ("grouped", "Grouped Product"),
    ("configurable", "Configurable Product"),
)


def create(call: Call) -> dict[str, Any]:
    """Create a product, or change the one with this sku."""
    found = products.save(call.dialect, call["product"], call.store)
    shown = product_view.whole(call.dialect, found, call.store)
    if call.is_background:
        return shown
    sent = call["product"]
    return {k: v for k, v in shown.items() if k not in NOT_SENT_NOT_TOLD or k in sent}


def update(call: Call) -> dict[str, Any]:
    """Change the product with the path's sku, or create it.

    The body's sku counts in bulk work, and where something stands beside the product.
    """
    given = dict(call["product"])
    if call["sku"] is not None and call["saveOptions"] is None:
        given["sku"] = call["sku"]
    found = products.save(call.dialect, given, call.store)
    return product_view.whole(call.dialect, found, call.store)


def read(call: Call) -> dict[str, Any]:
    """One product, as the address's store view shows it, or the one that is asked for."""
    found = products.need(call.dialect, call["sku"])
    if call.dialect.shop.lag:
        then = {d.id: d for d in call.dialect.shop.seen("product")}
        if found.id not in then:
            raise no_product()
        found = then[found.id]
    store = call.store if call["storeId"] is None else call["storeId"]
    return product_view.whole(call.dialect, found, store)


def delete(call: Call) -> bool:
    """Take a product away for good."""
    products.delete(call.dialect, products.need(call.dialect, call["sku"]))
    return True


def list_products(call: Call) -> dict[str, Any]:
    """Products by criteria. Sorting by price goes through an index that holds only what is sold."""
    criteria = call["searchCriteria"] or {}
    orders = criteria.get("sort_orders") or ()
    by_index = any(o.get("field") == "price" or search.direction(o) is None for o in orders)
    entity = _entity(call)
    return search.listing(
        call,
        entity,
        lambda c, d: product_view.row(c.dialect, d, c.store),
        _indexed(call) if by_index else None,
    )


def _indexed(call: Call) -> Any:
    def is_indexed(found: Document) -> bool:
        values = products.values_at(found, call.store)
        is_on = values["status"] == 1 and found.body["websites"]
        return bool(is_on) and salable.is_salable(call.dialect, 1, found.body["sku"])

    return is_indexed


def _entity(call: Call) -> search.Entity:
    known = {a.code for a in attributes.all_known(call.dialect)}
    return search.Entity(
        kind="product",
        name="products",
        row=_row,
        fields=frozenset(known | STATIC),
        is_eav=True,
        sku_field="sku",
    )


def _row(call: Call, found: Document) -> dict[str, Any]:
    """What filters see; numbers as numbers."""
    body = found.body
    row = {**product_view.FIXED, **products.values_at(found, call.store)}
    for code in ("special_price", "cost", "msrp", "tax_class_id"):
        if row.get(code) is not None:
            row[code] = float(row[code])
    categories = list(body["categories"])
    stores = [0, *call.dialect.stores_of(body["websites"])]
    return row | {
        "entity_id": found.id,
        "sku": body["sku"],
        "attribute_set_id": body["set"],
        "type_id": body["type"],
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
        "website_id": body["websites"],
        "website_ids": body["websites"],
        "store": stores,
        "store_id": stores,
        "category_id": categories,
        "category_ids": categories,
    }


def types(call: Call) -> list[dict[str, str]]:
    """The types of products."""
    return [{"name": name, "label": label} for name, label in TYPES]


def add_website(call: Call) -> bool:
    """Sell a product on a website."""
    return _set_website(call, call["productWebsiteLink"].get("website_id"), is_sold=True)


def remove_website(call: Call) -> bool:
    """Sell a product on a website no more."""
    return _set_website(call, call["websiteId"], is_sold=False)


def _set_website(call: Call, website: Any, *, is_sold: bool) -> bool:
    found = products.need(call.dialect, call["sku"])
    if website != 1:
        message = 'Could not assign product "%1" to websites "%2"'
        raise Refusal(message, [found.id, website]) if is_sold else no_such("website_id", website)
    websites = set(found.body["websites"])
    found.body["websites"] = sorted(websites | {1} if is_sold else websites - {1})
    call.dialect.shop.put(found)
    return True


_RIGHT, _SKU = "Magento_Catalog::products", param("sku", "string")
_SERVICE = "Magento\\Catalog\\Api\\ProductRepositoryInterface"
_LINKS = "Magento\\Catalog\\Api\\ProductWebsiteLinkRepositoryInterface"
_PRODUCT = param("product", "Product")
_WEBSITE = param("productWebsiteLink", "ProductWebsiteLink")
ROUTES = (
    Route("GET", "/V1/products", list_products, _RIGHT, search.CRITERIA),
    Route("POST", "/V1/products", create, _RIGHT, (_PRODUCT,), f"{_SERVICE}::save"),
    Route("GET", "/V1/products/types", types, _RIGHT),
    Route("GET", "/V1/products/:sku", read, _RIGHT, (_SKU, maybe("storeId", "int"))),
    Route(
        "PUT",
        "/V1/products/:sku",
        update,
        _RIGHT,
        (maybe("sku", "string"), _PRODUCT, maybe("saveOptions", "bool")),
        f"{_SERVICE}::save",
    ),
    Route("DELETE", "/V1/products/:sku", delete, _RIGHT, (_SKU,), f"{_SERVICE}::deleteById"),
    Route(
        "POST",
        "/V1/products/:sku/websites",
        add_website,
        _RIGHT,
        (_SKU, _WEBSITE),
        f"{_LINKS}::save",
    ),
    Route(
        "PUT",
        "/V1/products/:sku/websites",
        add_website,
        _RIGHT,
        (_SKU, _WEBSITE),
        f"{_LINKS}::save",
    ),
    Route(
        "DELETE",
        "/V1/products/:sku/websites/:websiteId",
        remove_website,
        _RIGHT,
        (_SKU, param("websiteId", "int")),
        f"{_LINKS}::deleteById",
    ),
)
