"""A vendor that takes commands about orders and nothing else, for tests."""

from agent.channels import Batch, ChannelSettings, Limits
from agent.model.change import CancelOrder, ConfirmShipment, RecordReturn

NAME = "stall"
LIMITS = Limits(
    batches=(Batch(frozenset({ConfirmShipment, CancelOrder, RecordReturn}), 1),),
    repeatable=frozenset(),
    sale_dates=False,
    compare_at=False,
)


class Settings(ChannelSettings):
    """Nothing beyond what every channel has."""
