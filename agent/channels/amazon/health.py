"""What `tally doctor` asks Amazon."""

from __future__ import annotations

from agent.channels import Health, trouble
from agent.channels.amazon import mapping, orders
from agent.channels.amazon.client import Query
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.operations import SEARCH_LISTINGS, SEARCH_ORDERS

SKEW_S = 120.0
ALWAYS = ("Amazon tells no time zone: its times are UTC, and are read so",)


def check(c: Connection) -> Health:
    """Credentials, the roles for listings and orders, the clock, and what to mend."""
    query: Query = {**c.marketplace, "includedData": mapping.PARTS, "pageSize": 1}
    told = c.client.call(SEARCH_LISTINGS, c.seller, query=query)
    if "items" not in told.json:
        raise trouble.misshapen("items is missing", c.client.where(SEARCH_LISTINGS))
    if c.client.room(SEARCH_ORDERS):
        orders.newest(c)
    skew = told.answer.clock_skew_s(c.ports.clock.now())
    name = f"{c.place.site} seller {c.settings.seller_id}"
    return Health(name, c.place.currency, "", skew, (*_notes(c, skew), *ALWAYS))


def _notes(c: Connection, skew: float) -> list[str]:
    notes = []
    if c.nameless:
        notes.append(
            "orders come without the buyer's address: give the application the role"
            " Direct-to-Consumer Shipping in Seller Central, and authorise it again"
        )
    if not (c.settings.product_type or c.settings.product_types):
        notes.append("no `product_type` is set: new listings cannot be made")
    if not c.settings.brand:
        notes.append("no `brand` is set: goods whose brand the ERP does not state are not listed")
    if abs(skew) > SKEW_S:
        notes.append(f"its clock is {skew:+.0f} s from ours")
    return notes
