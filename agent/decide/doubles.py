"""A sku that several listings of one channel carry: nobody but a person knows which is meant."""

from __future__ import annotations

from agent.model.plan import Parked


def shown_twice(sku: str, external_ids: tuple[str, ...]) -> Parked:
    """Parks everything about the sku, naming the listings that share it."""
    return Parked(
        sku,
        "*",
        "twice",
        f"{len(external_ids)} listings carry this sku: {', '.join(external_ids)}",
        "give all but one of them another sku on the channel, or delete them there",
    )
