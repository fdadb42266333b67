"""A vendor without sale dates that takes each kind of change by itself, for tests."""

from typing import Any

from agent.channels import Batch, ChannelSettings, Limits
from agent.errors import Lossy
from agent.model.change import CreateListing, SetPrice, SetState, SetStock
from agent.model.family import Family

NAME = "slate"
LIMITS = Limits(
    batches=(
        Batch(frozenset({SetStock}), 5),
        Batch(frozenset({SetPrice}), 2),
        Batch(frozenset({SetState}), 1),
        Batch(frozenset({CreateListing}), 1),
    ),
    repeatable=frozenset({SetStock, SetPrice, SetState}),
    sale_dates=False,
    compare_at=True,
    axes=None,
    page_state=True,
    lossy=("titles are set by hand",),
)


def project(family: Family) -> dict[str, Any]:
    """The page as it is; no choice may be called Lost."""
    for sku, choices in family.variants.items():
        if "Lost" in choices.values():
            raise Lossy(f"{NAME} has no word for Lost ({sku})", f"family {family.code}")
    return {"title": family.title, "variants": {s: family.choices(s) for s in family.variants}}


class Settings(ChannelSettings):
    """Nothing beyond what every channel has."""
