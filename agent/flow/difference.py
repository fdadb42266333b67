"""What separates a channel from what it should show, gathered from the tables and judged; sends nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from agent.decide.planning import plan_of, waiting
from agent.flow.site import Site
from agent.flow.terms import limits_of
from agent.model.listing import Listing, Offer
from agent.model.plan import Plan, Unmade
from agent.store import differences, families, listings, parked, plans

log = logging.getLogger(__name__)


ON_A_LIVE_PAGE = "waits for `tally activate`: its page is live, and what is put on it shows at once"

Pairs = list[tuple[Offer, Listing | None]]


def pairs_of(site: Site, shop: str, skus: Sequence[str] | None = None) -> Pairs:
    """Offers with the listings that they differ from, of all skus or only of these.

    Nothing of a sku that a job is at; except, where the vendor takes it, stock that must go lower
    than what the job leaves: what sells out must not wait for hours.
    """
    return _pairs(site, shop, skus)[0]


def _pairs(site: Site, shop: str, skus: Sequence[str] | None) -> tuple[Pairs, list[str]]:
    """The same, and the skus that wait for their page."""
    limits = limits_of(site, shop)
    pairs = differences.differing(site.db, shop, skus, rests=limits.rests)
    late = list[str]()
    if limits.page_state:
        late = sorted(offer.sku for offer, listing in pairs if _would_show(offer, listing))
        gone = frozenset(late)
        pairs = [(offer, listing) for offer, listing in pairs if offer.sku not in gone]
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


def planned(site: Site, shop: str) -> Plan:
    """The plan for this shop as the tables stand, with the answer that people have given to it."""
    pairs, late = _pairs(site, shop, None)
    unmade = families.unmade(site.db, shop)
    if late:
        unmade.append(Unmade(ON_A_LIVE_PAGE, late[0], len(late)))
    return plan_of(
        shop,
        pairs,
        accepts=limits_of(site, shop).accepts,
        guards=site.settings.guards(shop),
        listed=listings.ours(site.db, shop) if pairs else 0,
        parked=parked.all_of(site.db, shop) if pairs else (),
        decision=plans.standing(site.db, shop) if pairs else None,
        unmade=unmade,
    )


def keep(site: Site, plan: Plan) -> None:
    """Keep this plan as the shop's newest, and say once what a person should look at."""
    is_new = plans.record(site.db, plan, waiting(plan.held), site.ports.clock.now())
    for hold in plan.holds if is_new and plan.waiting else ():
        log.warning("channel=%s held=%s %s", plan.channel, plan.held_digest, hold.reason)
