"""A vendor with sale dates and one wide request for every kind of change, for tests."""

from typing import Any

from agent.channels import Batch, ChannelSettings, Limits
from agent.errors import Lossy
from agent.model.change import CreateListing, SetPrice, SetState, SetStock, SetTitle
from agent.model.family import Family

NAME = "paper"
LIMITS = Limits(
    batches=(
        Batch(frozenset({SetStock, SetPrice, SetState, SetTitle}), 4),
        Batch(frozenset({CreateListing}), 3),
    ),
    repeatable=frozenset({SetStock, SetPrice, SetState, SetTitle}),
    sale_dates=True,
    compare_at=False,
    axes=2,
    variants=4,
    job_s=600.0,
    overtakes=True,
)


def project(family: Family) -> dict[str, Any]:
    """The page as it is; no choice may be called Lost."""
    for sku, choices in family.variants.items():
        if "Lost" in choices.values():
            raise Lossy(f"{NAME} has no word for Lost ({sku})", f"family {family.code}")
    return {"title": family.title, "variants": {s: family.choices(s) for s in family.variants}}


class Settings(ChannelSettings):
    """Nothing beyond what every channel has."""
