"""A vendor with sale dates and one wide request for every kind of change, for tests."""

from agent.channels import Batch, ChannelSettings, Limits
from agent.model.change import CreateListing, SetPrice, SetState, SetStock, SetTitle

NAME = "paper"
LIMITS = Limits(
    batches=(
        Batch(frozenset({SetStock, SetPrice, SetState, SetTitle}), 4),
        Batch(frozenset({CreateListing}), 3),
    ),
    repeatable=frozenset({SetStock, SetPrice, SetState, SetTitle}),
    sale_dates=True,
    compare_at=False,
)


class Settings(ChannelSettings):
    """Nothing beyond what every channel has."""
