"""A feed's columns ↔ a file's header: tolerant of stars, brackets, case and blanks; never of ambiguity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from agent.erps.feeds import Column, Feed
from agent.errors import FileRefused


def folded(caption: str) -> str:
    """A caption without its star, its bracket part, its case and the kind of its blanks."""
    bare = re.sub(r"\s*[(\[][^)\]]*[)\]]\s*$", "", caption.strip().lstrip("*"))
    return re.sub(r"[\s_]+", " ", bare).strip().casefold()


def locate(feed: Feed, header: Sequence[str], name: str) -> dict[str, int]:
    """The position (from 0) of every field that the file has, of those that the feed maps to a column.

    FileRefused, naming the nearest caption, when one that is not optional is missing, or when two
    columns of the file have the caption that is meant.
    """
    found: dict[str, int] = {}
    for field, column in feed.columns.items():
        if column.value:
            continue
        position = _first_of(column.column, header, name)
        if position is not None:
            found[field] = position
        elif not column.optional:
            raise _missing(field, column, header, feed, name)
    return found


def _first_of(wanted: str | int | tuple[str, ...], header: Sequence[str], name: str) -> int | None:
    """Where the first of several captions stands."""
    several = wanted if isinstance(wanted, tuple) else (wanted,)
    found = (position_of(one, header, name) for one in several)
    return next((position for position in found if position is not None), None)


def position_of(wanted: str | int, header: Sequence[str], name: str) -> int | None:
    """Where a column stands, by number from 1 or by caption; None when the file has none such."""
    if isinstance(wanted, int):
        return wanted - 1 if 0 < wanted <= len(header) else None
    exact = [n for n, caption in enumerate(header) if caption.strip() == wanted.strip()]
    alike = exact or [n for n, caption in enumerate(header) if folded(caption) == folded(wanted)]
    if len(alike) > 1:
        raise FileRefused(
            f'two columns are called "{wanted}" (number {alike[0] + 1} and {alike[1] + 1})',
            f"{name}:1",
            "name the column by its number in tally.yaml, or give the columns different captions",
        )
    return alike[0] if alike else None


def fixed(feed: Feed) -> Mapping[str, Column]:
    """The fields that have the same value in every row."""
    return {field: column for field, column in feed.columns.items() if column.value}


def _missing(
    field: str, column: Column, header: Sequence[str], feed: Feed, name: str
) -> FileRefused:
    wanted = column.column[0] if isinstance(column.column, tuple) else column.column
    if isinstance(wanted, int):
        what = f"column {wanted} ({field}) is missing: the rows have {len(header)} columns"
    else:
        what = f'the column "{wanted}" ({field}) is missing'
    if len(header) == 1:
        advice = f'the whole line is one column: is "{feed.layout.delimiter}" the right delimiter?'
        return FileRefused(what, f"{name}:1", advice)
    near = get_close_matches(str(wanted), header, n=1, cutoff=0.5)
    shown = f'nearest: "{near[0]}"' if near else f"there are: {', '.join(header[:12])}"
    return FileRefused(
        what, f"{name}:1", f"{shown}; correct columns.{field} of the feed, or the export"
    )
