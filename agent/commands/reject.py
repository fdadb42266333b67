"""`tally reject DIGEST`."""

from __future__ import annotations

import click

from agent.commands.opened import to_tell
from agent.commands.output import json_option, print_json
from agent.flow import people


@click.command("reject")
@click.argument("digest")
@json_option
def command(digest: str, as_json: bool) -> None:
    """Refuse what waits under DIGEST (as `tally plan` shows it), for as long as it stays the same."""
    with to_tell() as site:
        answered = people.answer(site, digest, "reject")
    if as_json:
        print_json({"answer": "reject", "what": answered.what, "where": answered.where})
    else:
        click.echo(f"rejected the {answered.what} of {answered.where}")
