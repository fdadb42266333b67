"""Spans of time as people write them: `90s`, `5m`, `1h30m`, `2d`."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
PATTERN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")


def span(text: str) -> timedelta:
    """The span that `text` names; ValueError when it is none."""
    found = PATTERN.fullmatch(text.strip().replace(" ", ""))
    if not found or not any(found.groups()):
        raise ValueError(f"not a span of time: {text!r} (write 90s, 5m, 1h30m or 2d)")
    amounts = (float(amount or 0) for amount in found.groups())
    return timedelta(**dict(zip(UNITS.values(), amounts, strict=True)))
