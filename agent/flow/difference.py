"""What separates a channel from what it should show, gathered from the tables and judged; sends nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from agent.decide.planning import plan_of, waiting
from agent.flow.site import Site
from agent.flow.terms import limits_of
from agent.model.listing import Listing, Offer
from agent.model.plan import Plan
from agent.store import differences, listings, parked, plans

log = logging.getLogger(__name__)


def pairs_of(
    site: Site, shop: str, skus: Sequence[str] | None = None
) -> list[tuple[Offer, Listing | None]]:
    """Offers with the listings that they differ from, of all skus or only of these.

    Nothing of a sku that a job is at; except, where the vendor takes it, stock that must go lower
    than what the job leaves: what sells out must not wait for hours.
    """
    pairs = differences.differing(site.db, shop, skus)
    if limits_of(site, shop).overtakes:
        wanted = None if skus is None else frozenset(skus)
        lower = differences.overtaking(site.db, shop)
        pairs += [(o, seen) for o, seen in lower if wanted is None or o.sku in wanted]
    return pairs


def planned(site: Site, shop: str) -> Plan:
    """The plan for this shop as the tables stand, with the answer that people have given to it."""
    pairs = pairs_of(site, shop)
    return plan_of(
        shop,
        pairs,
        accepts=limits_of(site, shop).accepts,
        guards=site.settings.guards(shop),
        listed=listings.ours(site.db, shop) if pairs else 0,
        parked=parked.all_of(site.db, shop) if pairs else (),
        decision=plans.standing(site.db, shop) if pairs else None,
    )


def keep(site: Site, plan: Plan) -> None:
    """Keep this plan as the shop's newest, and say once what a person should look at."""
    is_new = plans.record(site.db, plan, waiting(plan.held), site.ports.clock.now())
    for hold in plan.holds if is_new and plan.waiting else ():
        log.warning("channel=%s held=%s %s", plan.channel, plan.held_digest, hold.reason)
