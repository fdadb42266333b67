"""What each field gives: one file per topic, each with `FIELDS` {type: {field: resolver}}."""

from __future__ import annotations

from simulator.channels.shopify.call import Resolver
from simulator.channels.shopify.resolvers import (
    bulk,
    customers,
    fulfilment,
    inventory,
    media_acts,
    metafields,
    nodes,
    option_acts,
    order_edits,
    orders,
    product_acts,
    products,
    publishing,
    rest,
    returns,
    stock_acts,
    stock_moves,
    webhooks,
)

MODULES = (
    *(nodes, products, product_acts, inventory, stock_acts, orders, order_edits, fulfilment),
    *(
        returns,
        customers,
        webhooks,
        metafields,
        media_acts,
        option_acts,
        publishing,
        bulk,
        rest,
        stock_moves,
    ),
)


def tables() -> dict[str, dict[str, Resolver]]:
    """All resolvers, by type and field."""
    merged: dict[str, dict[str, Resolver]] = {}
    for module in MODULES:
        for type, fields in module.FIELDS.items():
            merged.setdefault(type, {}).update(fields)
    return merged
