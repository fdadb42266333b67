"""A plan for people and for programs: as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from agent.decide.digest import asked, shown_before
from agent.model.change import CreateListing, SetPrice, SetState, SetStock
from agent.model.listing import Shown
from agent.model.money import Money
from agent.model.plan import Plan, Planned


def plan_json(plan: Plan) -> dict[str, Any]:
    """The whole plan under stable names; money in minor units, times in UTC."""
    return {
        "channel": plan.channel,
        "digest": plan.digest,
        "held_digest": plan.held_digest or None,
        "answer": plan.answer or None,
        "counts": plan.counts,
        "waiting": len(plan.waiting),
        "parked": plan.parked,
        "unsupported": dict(plan.unsupported),
        "holds": [asdict(hold) for hold in plan.holds],
        "changes": [_change_json(planned) for planned in plan.changes],
    }


def _change_json(planned: Planned) -> dict[str, Any]:
    change = planned.change
    return {
        "kind": type(change).__name__,
        "sku": change.sku,
        "before": shown_before(change) or None,
        "after": asked(change),
        "because": list(planned.because),
        "held_by": list(planned.held_by),
        "digest": planned.digest,
    }


def plan_lines(plan: Plan, currency: str, *, reasons: bool = True) -> Iterator[str]:
    """The plan as a person reads it: what changes, why, what waits, and what to do about that."""
    counts = ", ".join(f"{count} {kind}" for kind, count in plan.counts.items())
    yield (
        f"{plan.channel}: {counts}  (plan {plan.digest})"
        if counts
        else (f"{plan.channel}: shows what it should")
    )
    for planned in plan.changes:
        held = f"  [held: {', '.join(planned.held_by)}]" if planned.held_by else ""
        yield f"  {planned.change.sku}  {told(planned, currency)}{held}"
        if reasons and planned.because:
            yield f"    {'; '.join(planned.because)}"
    for hold in plan.holds:
        yield f"  held by {hold.guard}: {hold.reason}"
    yield from _advice(plan)
    if plan.parked:
        yield f"  {plan.parked} parked: the channel refused just these; see `tally status`"
    for kind, count in sorted(plan.unsupported.items()):
        yield f"  {count} {kind} left out: {plan.channel} cannot be told"


def _advice(plan: Plan) -> Iterator[str]:
    held = len(plan.held)
    if plan.answer:
        yield f"  {held} held changes are {plan.answer} under {plan.held_digest}"
    elif held:
        digest = plan.held_digest
        yield f"  {held} changes wait: `tally approve {digest}` or `tally reject {digest}`"


def told(planned: Planned, currency: str) -> str:
    """One change in words, from what is shown to what will be."""
    change = planned.change
    match change:
        case CreateListing(shown=shown):
            return f"new draft: {change.details.title}, {_price(shown, currency)}"
        case SetPrice(shown=shown, listing=listing):
            return f"{_price(listing.shown, currency)} → {_price(shown, currency)}"
        case SetStock(quantity=quantity, backorders=backorders, listing=listing):
            before = listing.shown
            was, will = _stock(before.quantity, before.backorders), _stock(quantity, backorders)
            return f"stock {was} → {will}"
        case SetState(state=state, listing=listing):
            return f"{listing.shown.state} → {state}"
        case _:
            return f"title → {change.title}"


def _stock(quantity: int | None, backorders: bool) -> str:
    counted = "not counted" if quantity is None else str(quantity)
    return f"{counted} and backorders" if backorders else counted


def _price(shown: Shown, currency: str) -> str:
    if shown.price is None:
        return "no price"
    text = f"price {Money(shown.price, currency)}"
    if shown.compare_at is not None:
        text += f", struck through {Money(shown.compare_at, currency)}"
    if shown.sale_price is not None:
        text += f", sale {Money(shown.sale_price, currency)}"
        text += f" from {shown.sale_from:%Y-%m-%d %H:%MZ}" if shown.sale_from else ""
        text += f" until {shown.sale_until:%Y-%m-%d %H:%MZ}" if shown.sale_until else ""
    return text
