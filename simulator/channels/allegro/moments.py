"""Moments as the vendor writes them: ISO 8601, UTC, milliseconds, Z. Their text sorts like time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def iso(moment: datetime) -> str:
    """`2026-03-02T08:00:00.000Z`"""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The moment of an ISO 8601 text; without a zone it counts as UTC. ValueError when it is none."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def span(text: str) -> timedelta:
    """The length of `PT72H` or `P3D`. ValueError when it is none."""
    found = DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        raise ValueError(f"no duration: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def micros(moment: datetime) -> int:
    """Unix time in microseconds, as the ids of journal entries look."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond
