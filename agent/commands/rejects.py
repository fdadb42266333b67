"""`tally rejects`: rows and files that could not be used, each with place, reason and what to do."""

from __future__ import annotations

from typing import Any

import click

from agent.commands.opened import to_look
from agent.commands.output import clean, json_option, print_json
from agent.flow import refusals
from agent.flow.refusals import Refusals
from agent.store.rejects import Reject
from agent.store.turned_away import TurnedAway


@click.command("rejects")
@click.argument("feed", required=False, default="")
@json_option
def command(feed: str, as_json: bool) -> None:
    """List what could not be used of FEED's files, or of every feed's; the good rows were applied."""
    with to_look() as site:
        found = refusals.refusals(site, feed)
    if as_json:
        print_json(_facts(found))
        return
    for row in found.rows:
        _tell(row.reason, _place(row), row.next)
    for file in found.files:
        _tell(f"{file.state}: {file.what}", file.where or file.file, file.next)
    for path in found.reports:
        click.echo(f"for a spreadsheet: {clean(path)}")
    if not found.rows and not found.files:
        click.echo("nothing is rejected")


def _tell(what: str, where: str, advice: str) -> None:
    rows = (("error", what), ("at", where), ("next", advice))
    click.echo("\n".join(f"{name:<6} {clean(text)}" for name, text in rows if text) + "\n")


def _place(row: Reject) -> str:
    spot = f"{row.file}:{row.line}"
    return spot if row.column is None else f"{spot}:{row.column}"


def _facts(found: Refusals) -> dict[str, Any]:
    return {
        "rejects": [_row(row) for row in found.rows],
        "files": [_file(file) for file in found.files],
        "reports": [str(path) for path in found.reports],
    }


def _row(row: Reject) -> dict[str, Any]:
    return {
        "feed": row.feed,
        "file": row.file,
        "line": row.line,
        "column": row.column,
        "at": _place(row),
        "field": row.field,
        "value": row.value,
        "error": row.reason,
        "next": row.next,
        "raw": row.raw,
    }


def _file(file: TurnedAway) -> dict[str, Any]:
    return {
        "feed": file.feed,
        "file": file.file,
        "state": file.state,
        "error": file.what,
        "at": file.where,
        "next": file.next,
        "settled_at": file.settled_at,
    }
