"""Moments as Amazon writes and reads them: ISO 8601 in UTC, to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


def iso(moment: datetime) -> str:
    """ "2026-03-02T08:00:00Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def exact(moment: datetime) -> str:
    """The same with milliseconds, as notifications have it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: object) -> datetime | None:
    """A date or date-time with its zone (UTC when it names none); None for what is neither."""
    if not isinstance(text, str) or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.combine(date.fromisoformat(text), time())
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
