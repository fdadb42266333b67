"""What can be turned on a simulated vendor while the world runs: how late, how wrong, how strict it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from simulator.clock import Clock


@dataclass
class Dials:
    """One channel's dials, as they stand when nobody has touched them. Times in seconds."""

    lag_s: float = 0.0  # how far what clients read lies behind what was written
    clock_skew_s: float = 0.0  # the vendor's clock less the world's
    job_s: float | None = None  # how long asynchronous work takes; None: as the vendor usually does
    token_life_s: float | None = None  # how long new access tokens live; None: the vendor's own
    allowance: float = 1.0  # the share of its usual rate limits that the vendor grants

    def turn(self, wanted: Mapping[str, Any]) -> None:
        """Set some of them. ValueError for an unknown dial or a senseless number."""
        known = {field.name for field in fields(self)}
        for name, value in wanted.items():
            if name not in known:
                raise ValueError(f"unknown dial {name!r}; known: {', '.join(sorted(known))}")
            may_be_empty = name in ("job_s", "token_life_s")
            if value is None and may_be_empty:
                setattr(self, name, None)
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"the dial {name} takes a number, not {value!r}")
            if name == "allowance" and value <= 0:
                raise ValueError("the dial allowance takes a number above zero")
            if name not in ("allowance", "clock_skew_s") and value < 0:
                raise ValueError(f"the dial {name} takes no number below zero")
            setattr(self, name, float(value))

    def reset(self) -> None:
        """Turn everything back."""
        self.turn(asdict(Dials()))


class ChannelClock(Clock):
    """The world's clock as one channel has it: wrong by its dial, and moved by nobody else."""

    def __init__(self, world: Clock, dials: Dials) -> None:
        self._world, self._dials = world, dials

    def now(self) -> datetime:
        """What the vendor believes the time to be."""
        return self._world.now() + timedelta(seconds=self._dials.clock_skew_s)

    def advance(self, step: timedelta) -> datetime:
        """Move the world forward; gives the vendor's present."""
        self._world.advance(step)
        return self.now()
