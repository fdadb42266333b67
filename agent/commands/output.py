"""How every verb prints: data on stdout, as plain tables or one JSON document; colour only on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from agent.errors import ConfigError, TallymanError


def print_json(document: Any) -> None:
    """One JSON document on stdout, keys in a fixed order."""
    click.echo(json.dumps(document, ensure_ascii=False, sort_keys=True, default=str))


def print_table(captions: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A plain table with aligned columns, without those that are empty; nothing when there are no rows."""
    cells = [[clean(value) for value in row] for row in rows]
    if not cells:
        return
    used = [column for column in zip(captions, *cells, strict=True) if any(column[1:])]
    widths = [max(map(len, column)) for column in used]
    for row in zip(*used, strict=True):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def tell(errors: Iterable[TallymanError], *, as_json: bool) -> None:
    """Errors on stderr, each with what, where and what next; with `as_json` as one document."""
    faults = [fault for error in errors for fault in _faults(error)]
    if not as_json:
        for fault in faults:
            rows = (("error", fault.what), ("at", fault.where), ("next", fault.next))
            lines = [f"{name:<6} {clean(text)}" for name, text in rows if text]
            click.echo("\n".join(lines), err=True)
    elif faults:
        told = [{"error": f.what, "at": f.where, "next": f.next} for f in faults]
        click.echo(json.dumps({"errors": told}), err=True)


def _faults(error: TallymanError) -> Sequence[TallymanError]:
    return error.faults if isinstance(error, ConfigError) and error.faults else (error,)


def clean(value: Any) -> str:
    """A value as text that cannot play tricks on a terminal."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def counted(count: int, noun: str) -> str:
    """So many of something: "1 row", "3 rows"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def json_option(command: Any) -> Any:
    """The `--json` of every verb that prints data."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(
        command
    )


def on_a_terminal() -> bool:
    """Whether progress may be shown: stderr is a terminal."""
    return sys.stderr.isatty()
