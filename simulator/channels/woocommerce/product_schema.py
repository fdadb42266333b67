"""The fields of products and variations, and the parameters of their lists, as schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.lists import CONTEXT, IDS, PAGES, SEARCH, TIMES, ordered
from simulator.channels.woocommerce.properties import STATUSES, TYPES
from simulator.channels.woocommerce.rules import STOCK_STATUSES

TEXT: Schema = {"type": "string"}
INT: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
DATE: Schema = {"type": ["null", "string"]}
BACKORDERS = ["no", "notify", "yes"]
VISIBILITIES = ["visible", "catalog", "search", "hidden"]
TAX_STATUSES = ["taxable", "shipping", "none"]


def rows(**fields: Schema) -> dict[str, Any]:
    """A list of objects."""
    return {"type": "array", "items": {"type": "object", "properties": fields}}


def _ids() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "integer"}}


META = rows(id=INT, key=TEXT, value={"type": "mixed"})
IMAGE: dict[str, Schema] = {"id": INT, "src": TEXT, "name": TEXT, "alt": TEXT}
SHARED: dict[str, Schema] = {  # products and variations
    "description": TEXT,
    "sku": TEXT,
    "global_unique_id": TEXT,
    "regular_price": TEXT,
    "sale_price": TEXT,
    "date_on_sale_from": DATE,
    "date_on_sale_from_gmt": DATE,
    "date_on_sale_to": DATE,
    "date_on_sale_to_gmt": DATE,
    "virtual": FLAG,
    "downloadable": FLAG,
    "downloads": rows(id=TEXT, name=TEXT, file=TEXT),
    "download_limit": INT,
    "download_expiry": INT,
    "tax_status": {"type": "string", "enum": TAX_STATUSES},
    "tax_class": TEXT,
    "stock_quantity": INT,
    "stock_status": {"type": "string", "enum": list(STOCK_STATUSES)},
    "backorders": {"type": "string", "enum": BACKORDERS},
    "low_stock_amount": {"type": ["integer", "null"]},
    "weight": TEXT,
    "dimensions": {
        "type": "object",
        "properties": {"length": TEXT, "width": TEXT, "height": TEXT},
    },
    "shipping_class": TEXT,
    "menu_order": INT,
    "meta_data": META,
}
PRODUCT: dict[str, Schema] = {  # in the order in which errors name them
    "name": TEXT,
    "slug": TEXT,
    "date_created": DATE,
    "date_created_gmt": DATE,
    "type": {"type": "string", "enum": list(TYPES)},
    "status": {"type": "string", "enum": list(STATUSES)},
    "featured": FLAG,
    "catalog_visibility": {"type": "string", "enum": VISIBILITIES},
    "description": TEXT,
    "short_description": TEXT,
    **{k: v for k, v in SHARED.items() if k not in ("description", "stock_status", "menu_order")},
    "external_url": TEXT,
    "button_text": TEXT,
    "manage_stock": FLAG,
    "stock_status": SHARED["stock_status"],
    "sold_individually": FLAG,
    "reviews_allowed": FLAG,
    "upsell_ids": _ids(),
    "cross_sell_ids": _ids(),
    "parent_id": INT,
    "purchase_note": TEXT,
    "categories": rows(id=INT, name=TEXT, slug=TEXT),
    "brands": rows(id=INT, name=TEXT, slug=TEXT),
    "tags": rows(id=INT, name=TEXT, slug=TEXT),
    "images": rows(**IMAGE),
    "attributes": rows(
        id=INT,
        name=TEXT,
        position=INT,
        visible=FLAG,
        variation=FLAG,
        options={"type": "array", "items": TEXT},
    ),
    "default_attributes": rows(id=INT, name=TEXT, option=TEXT),
    "menu_order": INT,
    "post_password": TEXT,
}
READ_ONLY = {
    "id": INT,
    "permalink": TEXT,
    "date_modified": DATE,
    "date_modified_gmt": DATE,
    "price": TEXT,
    "price_html": TEXT,
    "on_sale": FLAG,
    "purchasable": FLAG,
    "total_sales": {"type": ["integer", "string"]},
    "backorders_allowed": FLAG,
    "backordered": FLAG,
    "shipping_required": FLAG,
    "shipping_taxable": FLAG,
    "shipping_class_id": TEXT,
    "average_rating": TEXT,
    "rating_count": INT,
    "related_ids": _ids(),
    "variations": _ids(),
    "grouped_products": _ids(),
    "has_options": FLAG,
    "permalink_template": TEXT,
    "generated_slug": TEXT,
}
PRODUCT_RESOURCE = {
    "title": "product",
    "properties": {
        **PRODUCT,
        **{name: {**schema, "readonly": True} for name, schema in READ_ONLY.items()},
    },
}
VARIATION: dict[str, Schema] = {
    **SHARED,
    "status": {"type": "string", "enum": ["draft", "pending", "private", "publish"]},
    "manage_stock": {"type": "mixed"},
    "image": {"type": "object", "properties": IMAGE},
    "gallery_image_ids": _ids(),
    "attributes": rows(id=INT, name=TEXT, option=TEXT),
}
_VARIATION_READ_ONLY = str.split(
    "id date_modified date_modified_gmt permalink price on_sale purchasable backorders_allowed"
    " backordered shipping_class_id"
)
VARIATION_RESOURCE = {
    "title": "product_variation",
    "properties": {
        **VARIATION,
        **{name: {**READ_ONLY[name], "readonly": True} for name in _VARIATION_READ_ONLY},
        "type": {"type": "string", "readonly": True},
        "name": {"type": "string", "readonly": True},
        "parent_id": {"type": "integer", "readonly": True},
        "date_created": {**DATE, "readonly": True},
        "date_created_gmt": {**DATE, "readonly": True},
    },
}
ORDERBY = str.split(
    "date id include title slug modified popularity rating price sales menu_order random post__in"
)
_WORDS: Schema = {"type": "array", "items": TEXT}
_LISTED = ["any", "future", "trash", "draft", "pending", "private", "publish"]


def _words(allowed: Sequence[str]) -> dict[str, Any]:
    """A list of some words."""
    return {"type": "array", "items": {"type": "string", "enum": list(allowed)}}


LIST: dict[str, Schema] = {
    **PAGES,
    **TIMES,
    **ordered(ORDERBY),
    "search": SEARCH,
    "search_fields": _WORDS,
    "search_sku": TEXT,
    "search_name_or_sku": TEXT,
    "exclude": IDS,
    "include": IDS,
    "parent": IDS,
    "parent_exclude": IDS,
    "slug": TEXT,
    "status": {"type": "string", "enum": _LISTED, "default": "any"},
    "include_status": _words(_LISTED),
    "exclude_status": _words(_LISTED[1:]),
    "type": {"type": "string", "enum": list(TYPES)},
    "include_types": _words(TYPES),
    "exclude_types": _words(TYPES),
    "sku": TEXT,
    "featured": FLAG,
    "category": TEXT,
    "tag": TEXT,
    "brand": TEXT,
    "shipping_class": TEXT,
    "attribute": TEXT,
    "attribute_term": TEXT,
    "tax_class": TEXT,
    "on_sale": FLAG,
    "min_price": TEXT,
    "max_price": TEXT,
    "stock_status": {"type": "string", "enum": list(STOCK_STATUSES)},
    "virtual": FLAG,
    "downloadable": FLAG,
    "include_meta": _WORDS,
    "exclude_meta": _WORDS,
    "image_size": TEXT,
    "pos_products_only": FLAG,
}
ONE: dict[str, Schema] = {"id": INT, "context": CONTEXT}
