"""A variation as its own routes show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.channels.woocommerce import images, rules
from simulator.channels.woocommerce.calls import ALL_METHODS, Call, Reply, item_links
from simulator.channels.woocommerce.product_view import FIELDS, View
from simulator.commerce.shop import Document

SAME = str.split(  # fields that look as on a product
    "id type date_created date_created_gmt date_modified date_modified_gmt permalink"
    " sku global_unique_id price regular_price sale_price date_on_sale_from date_on_sale_from_gmt"
    " date_on_sale_to date_on_sale_to_gmt on_sale status purchasable virtual downloadable downloads"
    " download_limit download_expiry tax_status tax_class manage_stock stock_quantity stock_status"
    " backorders backorders_allowed backordered low_stock_amount weight dimensions shipping_class"
    " shipping_class_id attributes menu_order meta_data parent_id"
)
OWN: dict[str, Callable[[View], Any]] = {
    "description": lambda v: rules.paragraphs(v.props["description"]),  # raw to nobody
    "image": lambda v: images.one(v.dialect, v.props["image_id"]),
    "gallery_image_ids": lambda v: v.props["gallery_image_ids"],
    "name": lambda v: ", ".join(row["option"] for row in v.attribute_rows()),
}


def reply(call: Call, document: Document, *, edit: bool, is_gone: bool = False) -> Reply:
    """One variation; `edit` shows it raw, as answers to writes do; gone, it has no methods."""
    view = View(call.dialect, document, edit=edit)
    body = {name: FIELDS[name](view) for name in SAME}
    body.update({name: make(view) for name, make in OWN.items()})
    parent = f"/products/{document.parent_id}"
    up = {"up": [{"href": call.link(parent)}]}
    collection = f"{parent}/variations"
    links = item_links(
        call,
        f"{collection}/{document.id}",
        collection,
        methods=() if is_gone else ALL_METHODS,
        **up,
    )
    return Reply(body, links=links)
