"""A vendor that takes commands about orders and nothing else, for tests."""

from typing import Any

from agent.channels import Batch, ChannelSettings, Limits
from agent.errors import Lossy
from agent.model.change import CancelOrder, ConfirmShipment, RecordReturn
from agent.model.family import Family

NAME = "stall"
LIMITS = Limits(
    batches=(Batch(frozenset({ConfirmShipment, CancelOrder, RecordReturn}), 1),),
    repeatable=frozenset(),
    sale_dates=False,
    compare_at=False,
)


def project(family: Family) -> dict[str, Any]:
    """The page as it is; no choice may be called Lost."""
    for sku, choices in family.variants.items():
        if "Lost" in choices.values():
            raise Lossy(f"{NAME} has no word for Lost ({sku})", f"family {family.code}")
    return {"title": family.title, "variants": {s: family.choices(s) for s in family.variants}}


class Settings(ChannelSettings):
    """Nothing beyond what every channel has."""
