"""`tally approve DIGEST`."""

from __future__ import annotations

import click

from agent.commands.opened import to_tell
from agent.commands.output import json_option, print_json
from agent.flow import people


@click.command("approve")
@click.argument("digest")
@json_option
def command(digest: str, as_json: bool) -> None:
    """Let go on what waits under DIGEST (as `tally plan` shows it): just that, and nothing newer."""
    with to_tell() as site:
        answered = people.answer(site, digest, "approve")
    if as_json:
        print_json({"answer": "approve", "what": answered.what, "where": answered.where})
    else:
        click.echo(f"approved the {answered.what} of {answered.where}")
