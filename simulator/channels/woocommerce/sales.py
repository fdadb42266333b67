"""Scheduled sales: the delayed work that lets a product's price follow its sale."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from simulator.channels.woocommerce import properties

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce


def run_due(dialect: WooCommerce, waited: timedelta) -> None:
    """Bring the price of products in line whose sale started or ended so long ago or longer.

    Variations need no such work; a variable product's own price is left as it was.
    """
    now = dialect.shop.clock.now()
    stamp = properties.stamp(now - waited) or ""
    for id in list(dialect.shelf.lookup.due(stamp)):
        document = dialect.shelf.product(id)
        if document is None:
            continue
        props = {**document.body, "due": [t for t in document.body["due"] if t > stamp]}
        props["listed_on_sale"] = properties.on_sale(props, now)
        price = properties.active_price(props, now)
        changed = props["type"] != "variable" and price != props["price"]
        if changed:
            props["price"] = price
        dialect.shop.put(replace(document, body=props), touch=changed)
        if changed:
            dialect.announce("product.updated", id)
