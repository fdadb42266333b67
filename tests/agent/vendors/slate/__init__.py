"""A vendor without sale dates that takes each kind of change by itself, for tests."""

from agent.channels import Batch, ChannelSettings, Limits
from agent.model.change import CreateListing, SetPrice, SetState, SetStock

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
    lossy=("titles are set by hand",),
)


class Settings(ChannelSettings):
    """Nothing beyond what every channel has."""
