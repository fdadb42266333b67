"""Limits on a plan: what would harm too much of a catalogue at once waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agent.decide.diff import goes_to_zero, is_unpublished
from agent.model.change import CreateListing, ListingChange, SetPrice
from agent.model.listing import Shown
from agent.model.plan import Hold
from agent.model.policy import Guards


@dataclass(frozen=True, slots=True)
class Weighed:
    """A change with the item's cost, which only guards look at."""

    change: ListingChange
    cost: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What the guards found, and which of the changes (by position) each of them holds."""

    holds: tuple[Hold, ...] = ()
    held_by: dict[int, tuple[str, ...]] = field(default_factory=dict)


def judged(weighed: Sequence[Weighed], guards: Guards, listed: int) -> Verdict:
    """What of a plan waits for a person, of a channel with `listed` listings of ours.

    Too large a share going to zero, leaving the shelves, or changing price waits as a whole, except
    that `free` items always may. A single price that moves too steeply, a price of zero, and a
    price under cost wait by themselves. An item's steps to zero and off the shelves wait together.
    """
    findings = [
        *_dark("to_zero", weighed, guards.to_zero_pct, guards.free, listed),
        *_dark("unpublished", weighed, guards.unpublished_pct, guards.free, listed),
        *_moves(weighed, guards, listed),
        *_steep(weighed, guards),
        *_zero_price(weighed, guards),
        *_under_cost(weighed, guards),
    ]
    held: dict[int, tuple[str, ...]] = {}
    for hold, positions in findings:
        for position in positions:
            held[position] = (*held.get(position, ()), hold.guard)
    return Verdict(tuple(hold for hold, _ in findings), held)


_Finding = tuple[Hold, Sequence[int]]


def _dark(
    guard: str, weighed: Sequence[Weighed], limit_pct: Decimal, free: int, listed: int
) -> Iterable[_Finding]:
    tests = {"to_zero": goes_to_zero, "unpublished": is_unpublished}
    words = {"to_zero": "would go to zero", "unpublished": "would leave the shelves"}
    skus = {w.change.sku for w in weighed if tests[guard](w.change)}
    if not _too_many(len(skus), limit_pct, free, listed):
        return
    positions = [
        at
        for at, w in enumerate(weighed)
        if w.change.sku in skus and (goes_to_zero(w.change) or is_unpublished(w.change))
    ]
    reason = f"{_share(len(skus), listed)} {words[guard]}; the limit is {limit_pct:f} %"
    yield Hold(guard, reason, len(positions)), positions


def _moves(weighed: Sequence[Weighed], guards: Guards, listed: int) -> Iterable[_Finding]:
    positions = [at for at, w in enumerate(weighed) if _steepness_pct(w.change) > 0]
    limit = guards.price_moves_pct
    if _too_many(len(positions), limit, guards.free, listed):
        reason = f"{_share(len(positions), listed)} would change price; the limit is {limit:f} %"
        yield Hold("price_moves", reason, len(positions)), positions


def _steep(weighed: Sequence[Weighed], guards: Guards) -> Iterable[_Finding]:
    limit = guards.price_move_pct
    steep = {at: pct for at, w in enumerate(weighed) if (pct := _steepness_pct(w.change)) > limit}
    if steep:
        worst = max(steep, key=lambda at: steep[at])
        reason = (
            f"{_prices(len(steep))} would move by more than {limit:f} %, "
            f"most of all {weighed[worst].change.sku} by {steep[worst]:.0f} %"
        )
        yield Hold("price_move", reason, len(steep)), list(steep)


def _zero_price(weighed: Sequence[Weighed], guards: Guards) -> Iterable[_Finding]:
    if guards.price_zero == "allow":
        return
    positions = [at for at, w in enumerate(weighed) if 0 in _figures(w.change)]
    if positions:
        reason = f"{_prices(len(positions))} would be zero, such as {_first(weighed, positions)}"
        yield Hold("price_zero", reason, len(positions)), positions


def _under_cost(weighed: Sequence[Weighed], guards: Guards) -> Iterable[_Finding]:
    if guards.under_cost == "allow":
        return
    positions = [
        at
        for at, w in enumerate(weighed)
        if w.cost is not None and any(figure < w.cost for figure in _figures(w.change))
    ]
    if positions:
        reason = (
            f"{_prices(len(positions))} would be under cost, such as {_first(weighed, positions)}"
        )
        yield Hold("under_cost", reason, len(positions)), positions


def _too_many(count: int, limit_pct: Decimal, free: int, listed: int) -> bool:
    return count > free and count * 100 > limit_pct * listed


def _share(count: int, listed: int) -> str:
    pct = f" ({100 * count / listed:.0f} %)" if listed else ""
    return f"{count} of {listed} listings{pct}"


def _prices(count: int) -> str:
    return "1 price" if count == 1 else f"{count} prices"


def _first(weighed: Sequence[Weighed], positions: Sequence[int]) -> str:
    return weighed[positions[0]].change.sku


def _figures(change: ListingChange) -> list[int]:
    """The prices that a buyer may come to pay after this change."""
    if not isinstance(change, SetPrice | CreateListing):
        return []
    shown = change.shown
    return [figure for figure in (shown.price, shown.sale_price) if figure is not None]


def _steepness_pct(change: ListingChange) -> Decimal:
    """How far a price moves, in per cent of what it was; 0 when it stays.

    The price that was struck through may come back at the end of a sale: that is no move.
    """
    if not isinstance(change, SetPrice):
        return Decimal(0)
    before, after = change.listing.shown, change.shown
    ordinary = _move_pct(before.price, after.price)
    if before.compare_at is not None and after.price == before.compare_at:
        ordinary = Decimal(0)
    return max(ordinary, _sale_move_pct(before, after))


def _sale_move_pct(before: Shown, after: Shown) -> Decimal:
    """How far a sale price moves; a new sale is measured from the ordinary price."""
    base = before.price if before.sale_price is None else before.sale_price
    return _move_pct(base, after.sale_price)


def _move_pct(before: int | None, after: int | None) -> Decimal:
    if before is None or after is None or before == after:
        return Decimal(0)
    if before == 0:
        return Decimal("Infinity")
    return Decimal(abs(after - before)) * 100 / Decimal(abs(before))
