"""When to try again after a call failed: never before the channel asked, never later than an hour."""

from __future__ import annotations

FIRST_S = 5.0
CAP_S = 3600.0
LONGEST_ASK_S = 60.0
JITTER = 0.2  # share of a wait that chance may add, so that shops do not knock all at once


def wait_s(failures: int, *, asked_s: float = 0.0, chance: float) -> float:
    """Seconds to wait after `failures` failures in a row; `chance` lies between 0 and 1.

    What the channel asked for is a floor, up to the cap: a figure beyond an hour is not believed.
    Without one the wait doubles from 5 s.
    """
    doubled = min(CAP_S, FIRST_S * 2.0 ** min(max(failures - 1, 0), 16))
    wait = doubled if asked_s <= 0 else asked_s
    if 0 < asked_s < FIRST_S:  # a pause between two calls of one shop: nobody else knocks then
        return wait
    return min(CAP_S, wait * (1 + JITTER * chance))


def ask_again_s(asked: int) -> float:
    """Seconds until a job is asked for that was asked for so often: 1, 2, 4, … and at most a minute."""
    return min(LONGEST_ASK_S, 2.0 ** min(asked, 10))
