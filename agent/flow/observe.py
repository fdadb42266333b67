"""Station: looks at everything a channel shows, at every start and from time to time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from agent.decide.doubles import shown_twice
from agent.errors import Preparing
from agent.flow import trouble
from agent.flow.site import Did, Site
from agent.flow.terms import limits_of
from agent.model.listing import Listing
from agent.store import channel_state, listings, looks, parked
from agent.store.looks import Looked

PORTION = 500  # listings written in one transaction while a look goes on


def observe(site: Site, shop: str) -> Did:
    """A full look when one is due: what was known is replaced by what was seen, all at once.

    Listings without a sku are nobody's business of ours. Where two listings on one channel carry
    the same sku neither is written to: a person must say which is meant.
    """
    quiet = trouble.quiet_for(site, shop)
    now = site.ports.clock.now()
    wait = max(quiet, _due_in_s(site, shop, now))
    if wait > 0:
        return Did(again_s=wait)
    begun = looks.begin(site.db, shop, now)
    try:
        without_sku = _gather(site, shop, site.channels[shop].listings())
    except Preparing as error:  # the channel itself is well: orders and changes go on
        return Did(again_s=error.retry_after_s)
    unreleased = now - timedelta(seconds=limits_of(site, shop).releases_s)
    with site.db.atomic():
        listings.forget_falls(site.db, shop, unreleased)
        looked = looks.finish(site.db, shop, begun)
        _keep_away(site, shop, looked, now)
        channel_state.observed(site.db, shop, now)
    trouble.cleared(site, shop)
    counts = {
        "seen": looked.listings,
        "gone": looked.gone,
        "without_sku": without_sku,
        "twice": len(looked.twice),
    }
    return Did(
        {"seen": looked.listings} | {key: count for key, count in counts.items() if count},
        again_s=site.settings.every.observe,
    )


def _due_in_s(site: Site, shop: str, now: datetime) -> float:
    seen = channel_state.state(site.db, shop).observed_at
    if seen is None:
        return 0.0
    return (seen + timedelta(seconds=site.settings.every.observe) - now).total_seconds()


def _gather(site: Site, shop: str, shown: Iterator[Listing]) -> int:
    """Read everything into the waiting table; gives how many had no sku."""
    without_sku = 0
    while portion := list(islice(shown, PORTION)):
        named = [listing for listing in portion if listing.sku]
        without_sku += len(portion) - len(named)
        looks.add(site.db, shop, named)
    return without_sku


def _keep_away(site: Site, shop: str, looked: Looked, now: datetime) -> None:
    for sku, ids in looked.twice.items():
        parked.park(site.db, shop, shown_twice(sku, ids), now)
    parked.keep_whole(site.db, shop, sorted(looked.twice))
