"""Pull: one page of a channel's orders into the store, together with the cursor of the next.

The same order again is no news, whichever way it comes; older news than we have is ignored.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime

from agent.decide.matching import reference_candidates
from agent.decide.order_check import NAMELESS, is_storable
from agent.decide.order_state import supersedes
from agent.errors import ChannelError
from agent.flow import trouble
from agent.flow.site import Did, Site
from agent.model.order import Order, OrderPage
from agent.store import listings, marks, order_lines, orders
from agent.store.moments import to_text
from agent.store.order_json import order_digest


def pull(site: Site, shop: str) -> Did:
    """Take one page. A ChannelError when the call failed, or when the channel goes round in circles."""
    since = marks.cursor(site.db, shop)
    page = site.channels[shop].orders(since)
    digest = _page_digest(page)
    circling = page.more and (
        page.cursor == since or (bool(page.orders) and marks.get(site.db, _mark(shop)) == digest)
    )
    new, changed = _store_page(site, shop, page)
    with site.db.atomic():
        marks.put(site.db, _mark(shop), digest if page.more else "")
        if not circling:
            marks.set_cursor(site.db, shop, page.cursor, to_text(site.ports.clock.now()))
    if circling:
        raise ChannelError(
            "the channel gives the same page of orders again and again",
            f"{shop} orders since {since or 'the beginning'}",
            "nothing is lost: the page is stored; look at the shop's own order list",
        )
    trouble.cleared(site, shop)
    return _did(shop, new, changed, more=page.more)


def pull_one(site: Site, shop: str, remote_id: str) -> Did:
    """Read one order afresh, whatever the cursor says. A ChannelError when the call failed."""
    page = site.channels[shop].order(remote_id)
    new, changed = _store_page(site, shop, page)
    return _did(shop, new, changed, more=False)


def _did(shop: str, new: int, changed: int, *, more: bool) -> Did:
    counts = {key: n for key, n in (("new", new), ("changed", changed)) if n}
    wake = frozenset({"files", f"push {shop}"}) if counts else frozenset[str]()
    return Did(counts, more=more, wake=wake)


def _store_page(site: Site, shop: str, page: OrderPage) -> tuple[int, int]:
    """Store each order by itself, so that none waits for another; gives (new, changed)."""
    now = site.ports.clock.now()
    outcomes = [_store(site, _named(replace(order, channel=shop)), now) for order in page.orders]
    return outcomes.count("new"), outcomes.count("changed")


def _store(site: Site, order: Order, now: datetime) -> str:
    with site.db.atomic():
        before = orders.by_remote(site.db, order.channel, order.remote_id)
        if before is None:
            template = site.settings.import_files.for_shop(order.channel).reference
            order_id = orders.add(site.db, order, reference_candidates(order, template), now)
            _store_lines(site, order_id, order)
            orders.doubt_listings(site.db, order_id, order.channel, now)
            if is_storable(order):
                listings.explain_falls(site.db, order.channel, _pieces(order))
            return "new"
        if before.digest == order_digest(order) or not supersedes(before.order, order):
            return ""
        orders.touch(site.db, before.id)
        orders.change(site.db, before.id, order, now)
        if before.state != "linked":
            _store_lines(site, before.id, order)
        orders.doubt_listings(site.db, before.id, order.channel, now)
        return "changed"


def _pieces(order: Order) -> Counter[str]:
    pieces = Counter[str]()
    for line in order.lines:
        pieces[line.sku] += line.quantity
    return pieces


def _store_lines(site: Site, order_id: int, order: Order) -> None:
    if is_storable(order):
        kept = json.dumps([line.remote_id for line in order.lines])
        order_lines.put(site.db, order_id, order.lines, kept)
        orders.touch(site.db, order_id)


def _named(order: Order) -> Order:
    """An order without an id is kept under its content, for a person to see."""
    if order.remote_id:
        return order
    return replace(order, remote_id=NAMELESS + order_digest(order)[:12])


def _mark(shop: str) -> str:
    return f"pull {shop}"


def _page_digest(page: OrderPage) -> str:
    """The same for the same orders in the same state, whatever the cursor."""
    ids = "\n".join(f"{order_digest(o)} {o.modified_at.isoformat()}" for o in page.orders)
    return hashlib.sha256(ids.encode("utf-8", "surrogatepass")).hexdigest()
