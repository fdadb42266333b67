"""Moments as SQLite keeps them: UTC text that sorts as time does, `2026-03-02T08:00:00.000000Z`."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """The moment as text; it must know its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """The moment that this text states, aware, UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def from_nanoseconds(nanoseconds: int) -> datetime:
    """The moment so many nanoseconds after 1970 (a file's own time), aware, UTC."""
    return datetime.fromtimestamp(nanoseconds // 1000 / 1_000_000, UTC)
