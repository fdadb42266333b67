"""From the fields of a request to a product's stored properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from simulator.channels.woocommerce import (
    attributes,
    checks,
    images,
    lists,
    properties,
    rules,
    terms,
)
from simulator.channels.woocommerce.calls import Call
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.product_schema import TAX_STATUSES, VISIBILITIES
from simulator.channels.woocommerce.properties import Props

TEXTS = ("description", "short_description", "purchase_note", "post_password")
FLAGS = ("featured", "virtual", "downloadable", "sold_individually", "reviews_allowed")
NUMBERS = ("menu_order", "parent_id")
ID_LISTS = ("upsell_ids", "cross_sell_ids")
SCHEDULED = 60  # seconds from now on: a product of a later date waits for it
SIZES = ("length", "width", "height")


def apply(call: Call, props: Props) -> None:
    """Set on `props` what the call's parameters say; null mostly means "not sent"."""
    sent = {k: v for k, v in call.params.items() if v is not None}
    _set_words(sent, props)
    apply_common(call, sent, props)
    _set_terms(call, sent, props)
    if "attributes" in sent:
        props["attributes"] = attributes.chosen(call.dialect, _rows(sent["attributes"]))
    if "default_attributes" in sent:
        rows = _rows(sent["default_attributes"])
        props["default_attributes"] = attributes.defaults(call.dialect, rows, props["attributes"])
    _set_stock(call, sent, props)
    if "images" in sent:
        images.set_gallery(call, _rows(sent["images"]), props)


def apply_common(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    """Set what products and variations share, stock and texts apart."""
    for name in FLAGS:
        if name in sent and name in props:
            props[name] = rules.yes(sent[name])
    for name in NUMBERS:
        if name in sent and name in props:
            props[name] = rules.whole(sent[name])
    if "sku" in sent:
        props["sku"] = rules.line(sent["sku"])
    if "global_unique_id" in sent:
        gtin = rules.text(sent["global_unique_id"])
        props["global_unique_id"] = re.sub(r"[^0-9Xx-]", "", gtin)
    _set_prices(call, props)
    _set_sizes(sent, props)
    _set_tax(call, sent, props)
    _set_created(call, sent, props)
    if "shipping_class" in sent:
        slug = rules.line(sent["shipping_class"])
        props["shipping_class_id"] = terms.id_of_slug(call.dialect, "shipping_class", slug)
    _set_downloads(call, sent, props)
    if "meta_data" in sent:
        rows = _rows(sent["meta_data"])
        next_id = call.dialect.shelf.next_meta
        props["meta_data"] = properties.set_meta(props["meta_data"], rows, next_id)


def _set_words(sent: Mapping[str, Any], props: Props) -> None:
    for name in TEXTS:
        if name in sent:
            props[name] = rules.escaped(sent[name])
    _set_name(sent, props)
    if "slug" in sent:
        props["slug"] = rules.slug_of(rules.text(sent["slug"]))[:200]
    if sent.get("type") in properties.TYPES:
        props["type"] = sent["type"]
    if "status" in sent:
        status = rules.text(sent["status"])
        props["status"] = status if status in properties.STATUSES else "draft"
    for name in ("external_url", "button_text"):
        if props["type"] == "external" and name in sent:
            props[name] = rules.line(sent[name])
    if props["type"] == "grouped" and "grouped_products" in sent:
        props["grouped_products"] = [
            rules.whole(i) for i in checks.as_list(sent["grouped_products"])
        ]
    if "catalog_visibility" in sent:
        if rules.text(sent["catalog_visibility"]) not in VISIBILITIES:
            raise WooError(
                "product_invalid_catalog_visibility", "Invalid catalog visibility option."
            )
        props["catalog_visibility"] = sent["catalog_visibility"]
    for name in ID_LISTS:
        if name in sent:
            props[name] = [rules.whole(i) for i in checks.as_list(sent[name])]


def _set_name(sent: Mapping[str, Any], props: Props) -> None:
    """An empty name changes nothing: the site keeps no entry without any words."""
    name = rules.escaped(sent.get("name")).strip()
    if name or ("name" in sent and (props["description"] or props["short_description"])):
        props["name"] = name


def _set_downloads(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    if not props["downloadable"]:
        return
    for name in ("download_limit", "download_expiry"):
        if name in sent:
            props[name] = rules.whole(sent[name])
    if "downloads" in sent:
        stream = call.dialect.world.chance.stream("woocommerce downloads")
        rows = [r for r in _rows(sent["downloads"]) if isinstance(r, dict) and r.get("file")]
        props["downloads"] = [
            {"id": r.get("id") or str(UUID(int=stream.getrandbits(128), version=4)),
             "name": rules.line(r.get("name")), "file": rules.line(r["file"])}
            for r in rows
        ]  # fmt: skip


def _set_prices(call: Call, props: Props) -> None:
    sign = call.dialect.option("woocommerce_price_decimal_sep", ".")
    for name in ("regular_price", "sale_price"):
        if name in call.params:  # null clears these
            props[name] = rules.clean_price(call.params[name], sign)
    now, zone = call.shop.clock.now(), call.dialect.zone
    for name in ("date_on_sale_from", "date_on_sale_to"):
        for field, gmt in ((name, False), (f"{name}_gmt", True)):
            value = call.params.get(field)
            if value is not None:
                moment = rules.sale_moment(value, zone, now, gmt=gmt)
                props[name] = properties.stamp(moment)


def _set_sizes(sent: Mapping[str, Any], props: Props) -> None:
    if props["virtual"]:  # what has no body weighs nothing
        props.update(dict.fromkeys(("weight", *SIZES), ""))
        return
    if "weight" in sent:
        props["weight"] = rules.clean_price(sent["weight"])
    sizes = sent.get("dimensions")
    for name in SIZES:
        if isinstance(sizes, dict) and sizes.get(name) is not None:
            props[name] = rules.clean_price(sizes[name])


def _set_tax(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    if "tax_status" in sent:
        status = rules.text(sent["tax_status"]) or TAX_STATUSES[0]
        if status not in TAX_STATUSES:
            raise WooError("product_invalid_tax_status", "Invalid product tax status.")
        props["tax_status"] = status
    if "tax_class" in sent:
        wanted = rules.slug_of(rules.text(sent["tax_class"]))
        known = {slug for slug, _ in call.dialect.tax_classes() if slug != "standard"}
        if "attributes" in props and isinstance(props["attributes"], dict):
            known.add("parent")
        props["tax_class"] = wanted if wanted in known else ""


def _set_created(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    """Both times are read as UTC, `date_created` too; text that is no time changes nothing."""
    for name in ("date_created", "date_created_gmt"):
        with suppress(ValueError):
            props["date_created"] = properties.stamp(lists.moment(rules.text(sent.get(name)), UTC))
    if props["status"] in ("publish", "future"):
        later = properties.stamp(call.shop.clock.now() + timedelta(seconds=SCHEDULED)) or ""
        props["status"] = "future" if props["date_created"] > later else "publish"


def _set_terms(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    shop = call.dialect
    if "categories" in sent:
        props["category_ids"] = terms.known_ids(shop, "category", _rows(sent["categories"]))
    if not props["category_ids"]:
        props["category_ids"] = [terms.default_category(shop)]
    if sent.get("brands"):  # an empty list changes nothing
        props["brand_ids"] = terms.known_ids(shop, "brand", _rows(sent["brands"]))
    if "tags" in sent:
        props["tag_ids"] = terms.known_ids(shop, "tag", _rows(sent["tags"]), make=True)


def _set_stock(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    status = rules.text(sent["stock_status"]) if "stock_status" in sent else props["stock_status"]
    status = status if status in rules.STOCK_STATUSES else "instock"
    is_variable = props["type"] == "variable"
    if call.dialect.option("woocommerce_manage_stock") != "yes":
        if not is_variable:
            props["stock_status"] = status
        return
    if "manage_stock" in sent:
        props["manage_stock"] = rules.yes(sent["manage_stock"])
        if props["manage_stock"] and props["type"] == "external":
            raise WooError(
                "product_external_invalid_manage_stock",
                "External products cannot be stock managed.",
            )
    if "backorders" in sent:
        props["backorders"] = rules.text(sent["backorders"]) or "no"
        if props["backorders"] != "no" and props["type"] == "external":
            raise WooError(
                "product_external_invalid_backorders", "External products cannot be backordered."
            )
    if props["type"] in ("grouped", "external"):
        props["manage_stock"] = False
        props["stock_status"] = "instock" if props["type"] == "external" else status
    elif props["manage_stock"]:
        set_quantity(call, props)
    elif not is_variable:
        props["stock_status"] = status


def set_quantity(call: Call, props: Props) -> None:
    """Set counted stock, absolutely or by `inventory_delta`, and when it counts as low."""
    if "stock_quantity" in call.params:
        props["stock_quantity"] = rules.whole(call.params["stock_quantity"])
    elif call.params.get("inventory_delta") is not None:
        delta = rules.whole(call.params["inventory_delta"])
        props["stock_quantity"] = (props["stock_quantity"] or 0) + delta
    if "low_stock_amount" in call.params:
        low = call.params["low_stock_amount"]
        props["low_stock_amount"] = None if low in (None, "") else abs(rules.whole(low))


def _rows(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
