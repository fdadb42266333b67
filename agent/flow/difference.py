"""What separates a channel from what it should show, gathered from the tables and judged; sends nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from agent.decide.planning import plan_of, waiting
from agent.flow.site import Site
from agent.flow.terms import limits_of
from agent.model.listing import Listing, Offer
from agent.model.plan import Plan, Unmade
from agent.store import differences, families, files, listings, parked, plans

log = logging.getLogger(__name__)


ON_A_LIVE_PAGE = "waits for `tally activate`: its page is live, and what is put on it shows at once"
PAGE_NOT_LIVE = "waits for `tally activate` of all variants of its page: they go live together"

Pairs = list[tuple[Offer, Listing | None]]


def pairs_of(site: Site, shop: str, skus: Sequence[str] | None = None) -> Pairs:
    """Offers with the listings that they differ from, of all skus or only of these.

    Nothing of a sku that a job is at; except, where the vendor takes it, stock that must go lower
    than what the job leaves: what sells out must not wait for hours.
    """
    return _pairs(site, shop, skus)[0]


def _pairs(site: Site, shop: str, skus: Sequence[str] | None) -> tuple[Pairs, list[Unmade]]:
    """The same, and what waits for its page."""
    limits = limits_of(site, shop)
    unreleased = site.ports.clock.now() - timedelta(seconds=limits.releases_s)
    pairs = differences.differing(
        site.db,
        shop,
        skus,
        rests=limits.rests,
        unreleased=unreleased if limits.releases_s else None,
    )
    late = list[Unmade]()
    if limits.page_state:
        gone = sorted(offer.sku for offer, listing in pairs if _would_show(offer, listing))
        pairs = [(offer, listing) for offer, listing in pairs if offer.sku not in gone]
        pairs, early = _without_their_page(site, shop, pairs)
        reasons = ((ON_A_LIVE_PAGE, gone), (PAGE_NOT_LIVE, early))
        late = [Unmade(reason, named[0], len(named)) for reason, named in reasons if named]
    if limits.overtakes:
        wanted = None if skus is None else frozenset(skus)
        lower = differences.overtaking(site.db, shop)
        pairs += [(o, seen) for o, seen in lower if wanted is None or o.sku in wanted]
    return pairs, late


def _would_show(offer: Offer, listing: Listing | None) -> bool:
    """Whether a variant that nobody has let go live would be made on a page that is live."""
    if listing is not None or offer.shown is None or offer.shown.state == "live":
        return False
    return any(sibling.shown.state == "live" for sibling in offer.siblings)


def _without_their_page(site: Site, shop: str, pairs: Pairs) -> tuple[Pairs, list[str]]:
    """The pairs without going live before a person has let the whole page go live; and whose that is.

    Each would take the others with it, which nobody has let go yet.
    """
    goers = {o.sku: o.variant.family for o, seen in pairs if o.variant and _goes_live(o, seen)}
    if not goers:
        return pairs, []
    codes = families.half_activated(site.db, shop, set(goers.values()))
    early = {sku for sku, code in goers.items() if code in codes}
    return [_kept(o, seen) if o.sku in early else (o, seen) for o, seen in pairs], sorted(early)


def _goes_live(offer: Offer, listing: Listing | None) -> bool:
    if listing is None or offer.shown is None:
        return False
    return offer.shown.state == "live" != listing.shown.state


def _kept(offer: Offer, listing: Listing | None) -> tuple[Offer, Listing | None]:
    """The same, in the state that the channel shows."""
    if offer.shown is None or listing is None:
        return offer, listing
    return replace(offer, shown=replace(offer.shown, state=listing.shown.state)), listing


def planned(site: Site, shop: str) -> Plan:
    """The plan for this shop as the tables stand, with the answer that people have given to it.

    Nothing new is made while files wait to be read: one of them may say what else belongs to it, such
    as its page, and what was made without that cannot be put right.
    """
    pairs, late = _pairs(site, shop, None)
    if files.next_waiting(site.db) is not None:
        pairs = [(offer, listing) for offer, listing in pairs if listing is not None]
    return plan_of(
        shop,
        pairs,
        accepts=limits_of(site, shop).accepts,
        guards=site.settings.guards(shop),
        listed=listings.ours(site.db, shop) if pairs else 0,
        parked=parked.all_of(site.db, shop) if pairs else (),
        decision=plans.standing(site.db, shop) if pairs else None,
        unmade=[*families.unmade(site.db, shop), *late],
    )


def keep(site: Site, plan: Plan) -> None:
    """Keep this plan as the shop's newest, and say once what a person should look at."""
    is_new = plans.record(site.db, plan, waiting(plan.held), site.ports.clock.now())
    for hold in plan.holds if is_new and plan.waiting else ():
        log.warning("channel=%s held=%s %s", plan.channel, plan.held_digest, hold.reason)
