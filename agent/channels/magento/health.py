"""What `tally doctor` asks the shop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from agent.channels import Health
from agent.channels.magento import reserved, stock, values
from agent.channels.magento.client import criteria
from agent.channels.magento.connection import Connection
from agent.errors import ChannelError, Refused, Unauthorised

SKEW_S = 120.0
SAMPLE = 3  # skus whose reservations are compared


def check(c: Connection) -> Health:
    """Credentials (by a read that needs them), rights, clock, currency, zone, and what to mend."""
    answer = c.client.get("/products", {**criteria([], ["entity_id"], 1, 1), "fields": "items[id]"})
    skew = answer.clock_skew_s(c.ports.clock.now())
    name = values.text(c.website, "name") or c.settings.address
    return Health(name, c.currency, c.zone.key, skew, tuple(_notes(c, skew)))


def _notes(c: Connection, skew: float) -> Iterator[str]:
    if len(c.websites) > 1 and not c.settings.website:
        known = ", ".join(str(one.get("code")) for one in c.websites)
        yield f"the shop has the websites {known}: name yours as `website` in tally.yaml"
    if abs(skew) > SKEW_S:
        yield f"its clock is {skew:+.0f} s from ours"
    yield from _rights(c)
    if not c.has_sources:
        yield "the shop has no inventory sources: stock is read and set product by product"
        return
    try:
        yield from _sources(c)
        yield from _reservations(c)
    except Refused as refusal:
        yield f"its stock could not be read: {refusal.what}"


def _rights(c: Connection) -> Iterator[str]:
    """What the integration may not do of what we need, as far as reading shows it."""
    asked = {"orders": "/orders", "parcels": "/shipments"}
    if c.has_sources:
        asked["stock"] = "/inventory/source-items"
    for what, path in asked.items():
        try:
            c.client.read(path, {**criteria([], [], 1, 1), "fields": "total_count"})
        except Unauthorised as error:
            yield f"the integration may not read {what}: {error.what}"


def _sources(c: Connection) -> Iterator[str]:
    """Other sources of our website's stock would be sold as well, and are not ours to set."""
    links = c.client.found("/inventory/stock-source-links", [("stock_id", "eq", c.stock_id)])
    codes = sorted(values.text(row, "source_code") for row in links)
    if c.settings.source not in codes:
        told = ", ".join(codes) or "no source"
        yield (
            f'the website sells from {told}, not from "{c.settings.source}":'
            " check `source` in tally.yaml"
        )
    elif len(codes) > 1:
        others = ", ".join(code for code in codes if code != c.settings.source)
        yield (
            f"the website sells from {others} as well: what lies there comes on top of what the ERP"
            " states; take those sources out of its stock, or keep them empty"
        )


def _reservations(c: Connection) -> Iterator[str]:
    """Whether some skus' reservations are those of the open orders: else bought pieces are miscounted."""
    promised = reserved.by_all(c)
    skus = sorted(promised)[:SAMPLE]
    held = stock.source_rows(c, skus)
    for sku in skus:
        row = held.get(sku)
        if row is None or values.amount(row, "status") != 1:
            continue
        path = f"/inventory/get-product-salable-quantity/{quote(sku, safe='')}/{c.stock_id}"
        try:
            said: Any = values.number_of(c.client.read(path))
        except ChannelError:  # a product that was deleted is an internal error there
            continue
        ours = values.amount(row, "quantity") - promised[sku]
        if said is not None and said != ours and said != max(ours, 0):
            yield (
                f"the shop would sell {said:f} of {sku}, its source and its open orders say {ours:f}:"
                " look for a threshold or another source, or have the shop's reservations put right"
                " (bin/magento inventory:reservation:list-inconsistencies)"
            )
            return
