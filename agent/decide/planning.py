"""The plan for one channel, whole, before anything of it is sent."""

from __future__ import annotations

from collections.abc import Iterable

from agent.decide.diff import changes_for, goes_dark
from agent.decide.digest import change_digest, plan_digest
from agent.decide.guard import Weighed, judged
from agent.model.change import ListingChange
from agent.model.listing import Listing, Offer
from agent.model.plan import Decision, Parked, Plan, Planned, Unmade, Waiting
from agent.model.policy import Guards

ORDER = ("SetStock", "SetState", "SetPrice", "SetTitle", "CreateListing")


def plan_of(
    channel: str,
    pairs: Iterable[tuple[Offer, Listing | None]],
    *,
    accepts: frozenset[type],
    guards: Guards,
    listed: int,
    parked: Iterable[Parked] = (),
    decision: Decision | None = None,
    unmade: Iterable[Unmade] = (),
) -> Plan:
    """All changes that these offers and listings call for, items that shoppers lose first.

    Left out are changes that were refused and ask for just the same again, everything about a sku
    that is parked as a whole, and kinds that the channel does not have. A person's answer stands as
    long as it covers every change that is held.
    """
    refused = {(p.sku, p.kind): p.offer for p in parked}
    wanted: list[tuple[Weighed, Offer, str]] = []
    left_out, unsupported = 0, dict[str, int]()
    for offer, listing in pairs:
        for change in changes_for(offer, listing):
            kind = type(change).__name__
            digest = change_digest(change)
            if type(change) not in accepts:
                unsupported[kind] = unsupported.get(kind, 0) + 1
            elif (offer.sku, "*") in refused or refused.get((offer.sku, kind)) == digest:
                left_out += 1
            else:
                wanted.append((Weighed(change, offer.cost), offer, digest))
    wanted = _zero_first(wanted)
    verdict = judged([weighed for weighed, _, _ in wanted], guards, listed)
    changes = tuple(
        Planned(
            weighed.change,
            offer.because,
            digest,
            verdict.held_by.get(at, ()),
            offer.variant.family if offer.variant else "",
        )
        for at, (weighed, offer, digest) in enumerate(wanted)
    )
    held = [planned for planned in changes if planned.held_by]
    covers = decision is not None and bool(held) and waiting(held) <= decision.held
    return Plan(
        channel=channel,
        changes=changes,
        digest=plan_digest(channel, (planned.digest for planned in changes)),
        held_digest=plan_digest(channel, (p.digest for p in held)) if held else "",
        holds=verdict.holds,
        answer=decision.answer if decision is not None and covers else "",
        parked=left_out,
        unsupported=unsupported,
        unmade=tuple(unmade),
    )


def waiting(held: Iterable[Planned]) -> frozenset[Waiting]:
    """The held changes by sku, kind and digest, as an answer to them is kept."""
    return frozenset((p.change.sku, type(p.change).__name__, p.digest) for p in held)


def _zero_first(wanted: list[tuple[Weighed, Offer, str]]) -> list[tuple[Weighed, Offer, str]]:
    dark = {offer.sku for weighed, offer, _ in wanted if goes_dark(weighed.change)}

    def place(entry: tuple[Weighed, Offer, str]) -> tuple[bool, str, str, int]:
        sku, variant = entry[1].sku, entry[1].variant
        page = sku if variant is None else variant.family  # variants of one page stand together
        return sku not in dark, page, sku, _rank(entry[0].change)

    return sorted(wanted, key=place)


def _rank(change: ListingChange) -> int:
    return ORDER.index(type(change).__name__)
