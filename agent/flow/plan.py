"""Station: the plan of each channel, kept for people to see; and their answers to what is held."""

from __future__ import annotations

from typing import Literal

from agent.decide.planning import waiting
from agent.errors import PlanRefused
from agent.flow.difference import keep, planned
from agent.flow.site import Did, Site
from agent.flow.terms import unready
from agent.flow.unsent import Unsent
from agent.model.plan import Plan
from agent.store import files, plans

LOOK_AGAIN_S = 1.0
SHORTEST = 8  # digits of a digest that a person must give at least


def plan_and_hold(site: Site, shop: str, unsent: Unsent | None = None) -> Did:
    """Compute the shop's plan and keep it; nothing is kept when nothing differs.

    Nothing is planned while what is `unsent` of the last plan can be gone on with.
    """
    if unsent is not None and unsent.waits(site.ports.clock.now()):
        return Did()
    if unready(site, shop):
        return Did(again_s=LOOK_AGAIN_S)
    found = plan(site, shop)
    counts = {"changes": len(found.changes), "held": len(found.waiting)}
    again_s = LOOK_AGAIN_S if files.next_waiting(site.db) else None  # new listings wait for them
    return Did({key: count for key, count in counts.items() if count}, again_s=again_s)


def plan(site: Site, shop: str) -> Plan:
    """The shop's plan as things stand, kept as its newest. Sends nothing.

    Ask `unready` first: before the channel was looked at, or while offers are being decided, the
    plan shows only a part.
    """
    found = planned(site, shop)
    keep(site, found)
    return found


def approve(site: Site, digest: str) -> Plan:
    """Let the changes that wait under this digest be sent; gives the plan they are part of.

    The answer holds for just these changes and while they are all that is held; it lapses when
    they are done. PlanRefused, naming the present digests, when nothing waits under this one.
    """
    return _answer(site, digest, "approved")


def reject(site: Site, digest: str) -> Plan:
    """Keep the changes under this digest from being sent for as long as they stay the same.

    PlanRefused, naming the present digests, when nothing waits under this one.
    """
    return _answer(site, digest, "rejected")


def held_plans(site: Site) -> list[Plan]:
    """The plans in which something is held, answered for or not."""
    found = [planned(site, shop) for shop in site.settings.channels]
    return [p for p in found if p.held]


def _answer(site: Site, digest: str, word: Literal["approved", "rejected"]) -> Plan:
    with site.db.atomic():
        present = held_plans(site)
        meant = [p for p in present if _means(digest, p.held_digest)]
        if len(meant) != 1:
            raise _no_such(digest, present)
        found = meant[0]
        plans.answer(site.db, found, waiting(found.held), word, site.ports.clock.now())
        return planned(site, found.channel)


def _means(digest: str, held: str) -> bool:
    return digest == held or (len(digest) >= SHORTEST and held.startswith(digest))


def _no_such(digest: str, present: list[Plan]) -> PlanRefused:
    if not present:
        return PlanRefused(
            f'nothing is held under the digest "{digest}"',
            "plans",
            "nothing waits for an answer now; `tally plan` shows what is planned",
        )
    held = ", ".join(f"{p.channel} holds {p.held_digest}" for p in present)
    return PlanRefused(
        f'nothing is held under the digest "{digest}"',
        f"plans: {held}",
        "look at `tally plan` again; if that is what you want, answer with the digest it shows",
    )
