"""Whether shoppers see an item, and what happens at zero stock."""

from __future__ import annotations

from dataclasses import dataclass

from agent.decide.availability import Available
from agent.decide.rules import ItemPolicy
from agent.model.item import Item
from agent.model.listing import State


@dataclass(frozen=True, slots=True)
class Publication:
    """How an item appears: state, pieces offered (None: not touched), and sales beyond them."""

    state: State
    quantity: int | None
    backorders: bool
    state_is_ours: bool
    because: tuple[str, ...]


def publication(
    item: Item, policy: ItemPolicy, available: Available, *, activated: bool
) -> Publication:
    """A new item is a draft until a person activates it; then its stock decides what shoppers see.

    The state is ours only once the item was activated (or a rule publishes at once). Until then a
    listing that people have published, hidden or drafted by hand stays as they have it, while its
    stock and price are kept right; from then on a listing that was hidden by hand comes back.

    At zero: sold out stays visible; hide takes it off the shelves until there is stock again;
    backorder shows none but goes on selling as far as its limit; discontinue archives it. Whatever
    the answer, an item that the ERP calls discontinued, or no longer names, is sold down and then
    archived. What the ERP no longer names has no stock to sell unless some feed still states it.
    """
    shelf = _at_stock(item, policy, available)
    if policy.publish == "at_once":
        return shelf
    if activated:
        return Publication(
            shelf.state, shelf.quantity, shelf.backorders, True, (*shelf.because, "activated")
        )
    because = (*shelf.because, "waits for activation")
    return Publication("draft", shelf.quantity, shelf.backorders, False, because)


def _at_stock(item: Item, policy: ItemPolicy, available: Available) -> Publication:
    ending = _ending(item)
    free = available.quantity
    if free is None and not item.gone:
        return _shown("live", None, because=())
    free = free or 0
    if ending:
        if free > 0:
            return _shown("live", free, because=(ending, "the rest is sold down"))
        return _shown("archived", 0, because=(ending, "nothing is left: archived"))
    if policy.zero.answer == "backorder":
        return _backordered(policy, available, free)
    if free > 0:
        return _shown("live", free, because=())
    if policy.zero.answer == "hide":
        return _shown("hidden", 0, because=("at zero: hidden",))
    if policy.zero.answer == "discontinue":
        return _shown("archived", 0, because=("at zero: discontinued and archived",))
    return _shown("live", 0, because=("at zero: sold out, stays visible",))


def _backordered(policy: ItemPolicy, available: Available, free: int) -> Publication:
    limit = policy.zero.backorder_limit
    if limit is not None and free <= -limit:
        return _shown("live", max(free, 0), because=(f"backorder limit {limit} is reached",))
    because = ["backorders" if limit is None else f"backorders to {limit} below zero"]
    if free <= 0 and available.promised_on is not None:
        because.append(f"promised for {available.promised_on.isoformat()}")
    return _shown("live", max(free, 0), backorders=True, because=tuple(because))


def _ending(item: Item) -> str:
    if item.gone:
        return "no longer named by the ERP"
    return "discontinued in the ERP" if item.status == "discontinued" else ""


def _shown(
    state: State, quantity: int | None, *, backorders: bool = False, because: tuple[str, ...]
) -> Publication:
    return Publication(state, quantity, backorders, True, because)
