"""What separates a channel from what it should show, gathered from the tables and judged; sends nothing."""

from __future__ import annotations

import logging

from agent.decide.planning import plan_of, waiting
from agent.flow.site import Site
from agent.flow.terms import limits_of
from agent.model.plan import Plan
from agent.store import differences, listings, parked, plans

log = logging.getLogger(__name__)


def planned(site: Site, shop: str) -> Plan:
    """The plan for this shop as the tables stand, with the answer that people have given to it."""
    pairs = differences.differing(site.db, shop)
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
