"""Station: settles listings in doubt by looking at the channel; nothing is sent for them before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from agent.decide.doubles import shown_twice
from agent.flow import trouble
from agent.flow.site import Did, Site
from agent.flow.terms import limits_of
from agent.model.listing import Listing
from agent.store import doubts, listings, parked, receipts
from agent.store.doubts import Doubt
from agent.store.receipts import Told

SKUS = 250  # looked at in one call of this station
LOOK_AGAIN_S = 2.0


def reconcile(site: Site, shop: str) -> Did:
    """Look at some listings in doubt and keep what they show.

    A listing that is gone is forgotten, and made anew if it is wanted. A creation of unknown
    outcome is searched for by its sku; only when it stays unfound for as long as the vendor may take to
    show it did it not happen.
    """
    quiet = trouble.quiet_for(site, shop)
    open_doubts = doubts.all_of(site.db, shop)
    if not open_doubts or quiet > 0:
        return Did(again_s=quiet or None)
    now = site.ports.clock.now()
    settles_s = limits_of(site, shop).settles_s
    ripe = [d for d in open_doubts if _due_in_s(d, settles_s, now) <= 0][:SKUS]
    if not ripe:
        return Did(again_s=min(_due_in_s(d, settles_s, now) for d in open_doubts))
    settled = _look(site, shop, ripe, now)
    trouble.cleared(site, shop)
    left = len(open_doubts) - settled
    return Did(
        {"looked": len(ripe), "settled": settled},
        more=bool(left) and settled > 0,
        again_s=LOOK_AGAIN_S if left else None,
    )


def _due_in_s(doubt: Doubt, settles_s: float, now: datetime) -> float:
    """What may still be on its way, or not show yet, is looked at when it must have shown."""
    shows_s = 0.0 if doubt.why == "moved" else settles_s
    return (doubt.since + timedelta(seconds=shows_s) - now).total_seconds()


def _look(site: Site, shop: str, ripe: Sequence[Doubt], now: datetime) -> int:
    """Look at these, keep what is seen; gives how many are settled."""
    channel = site.channels[shop]
    known = listings.get(site.db, shop, [d.sku for d in ripe])
    named = {listing.sku for listing in known}
    created = [d for d in ripe if d.sku not in named]
    seen = list(channel.look(known)) if known else []
    found = list(channel.find([d.sku for d in created])) if created else []
    with site.db.atomic():
        shown = {listing.sku for listing in seen}
        listings.remove(site.db, shop, sorted(named - shown))
        moved = {d.sku for d in ripe if d.why == "moved"}  # by an order that we know, or by us
        listings.put(site.db, shop, [x for x in seen if x.sku in moved], now)
        listings.put(site.db, shop, [x for x in seen if x.sku not in moved], now, falls=True)
        late = _keep_found(site, shop, created, found, now)
        settled = [d.sku for d in ripe if d.sku not in late]
        doubts.remove(site.db, shop, settled)
        told = [Told("Look", sku, "done", "looked at to settle a doubt") for sku in settled]
        receipts.add(site.db, shop, told, now)
    return len(settled)


def _keep_found(
    site: Site, shop: str, created: Sequence[Doubt], found: Sequence[Listing], now: datetime
) -> set[str]:
    """Keep the created listings that were found; gives the skus that may yet appear."""
    late: set[str] = set()
    for doubt in created:
        same = [listing for listing in found if listing.sku == doubt.sku]
        if len(same) > 1:
            ids = tuple(sorted(listing.external_id for listing in same))
            parked.park(site.db, shop, shown_twice(doubt.sku, ids), now)
        elif same:
            listings.put(site.db, shop, same, now)
        elif now < doubt.since + timedelta(seconds=limits_of(site, shop).appears_s):
            late.add(doubt.sku)
    return late
