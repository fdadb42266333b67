"""Where what happens to an order is told: at the place where it was bought, whichever record of it was written.

A hub copies the orders of shops. Where such a shop is a channel of ours too, its buyer waits there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.decide.matching import foreign_numbers, possible_numbers
from agent.decide.order_state import is_dead
from agent.decide.shipping import filled
from agent.flow.site import Site
from agent.store import orders, outbox
from agent.store.orders import Stored

ORIGIN = "origin"  # the reference that only copies of an order carry


@dataclass(frozen=True, slots=True)
class Told:
    """A record of an order as its channel knows it: pieces by its own lines."""

    channel: str
    remote_id: str
    pieces: Mapping[str, int]
    before: Mapping[str, int]  # which of them had moved earlier


def told_at(
    site: Site, stored: Stored, pieces: Mapping[str, int], before: Mapping[str, int]
) -> Told:
    """The record whose channel is told of these pieces, given by the lines of the written order.

    What an order's first parcel was told to goes on being told, so that its parcels add up. The written
    record it is, too, where the goods of the two are not the same.
    """
    own = Told(stored.channel, stored.remote_id, pieces, before)
    other = _bought_at(site, stored)
    if other is None or outbox.first_channel(site.db, stored.id) not in (None, other.channel):
        return own
    skus = {line.remote_id: line.sku for line in stored.order.lines}
    room = [(line.remote_id, line.sku, line.quantity) for line in other.order.lines]
    was = filled(room, _by_sku(before, skus))
    now = filled(room, _by_sku(before, skus, _by_sku(pieces, skus)))
    if was is None or now is None:
        return own
    news = {line: n - was.get(line, 0) for line, n in now.items() if n > was.get(line, 0)}
    return Told(other.channel, other.remote_id, news, was)


def _bought_at(site: Site, stored: Stored) -> Stored | None:
    """The shop's own record of a purchase of which a hub's copy was written; None when there is none."""
    if ORIGIN not in dict(stored.order.references):
        return None
    vendors = {name: shop.kind for name, shop in site.settings.channels.items()}
    order = stored.order
    for named in (*foreign_numbers(order, vendors), *possible_numbers(order, vendors)):
        order_id = orders.id_of(site.db, *named)
        other = None if order_id is None else orders.by_id(site.db, order_id)
        if other is not None and other.same_as == stored.id and not is_dead(other.order):
            return other
    return None


def _by_sku(
    pieces: Mapping[str, int], skus: Mapping[str, str], more: Mapping[str, int] | None = None
) -> dict[str, int]:
    found = dict(more or {})
    for line, count in pieces.items():
        found[skus.get(line, "")] = found.get(skus.get(line, ""), 0) + count
    return found
