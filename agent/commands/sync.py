"""`tally sync`: one full round of what `run` repeats."""

from __future__ import annotations

import click

from agent.commands.opened import to_work
from agent.commands.outcome import exit_code
from agent.commands.output import json_option, tell
from agent.commands.progress import progress
from agent.commands.status import show
from agent.flow.engine import Engine
from agent.flow.standing import standing
from agent.flow.unread import unread


@click.command("sync")
@json_option
def command(as_json: bool) -> None:
    """Read what the ERP has exported, bring every channel right, pull and write orders; once.

    Exit code 3 with rejects or parked changes, 4 when the guard holds something, 5 when a channel
    could not be reached, 6 when a secret or an export folder is missing.
    """
    with to_work() as site:
        with progress(Engine(site)) as engine:
            engine.round_and_settle()
        found = standing(site)
        passed_over = list(unread(site.settings, site.ports))
    show(found, as_json=as_json)
    tell(passed_over, as_json=as_json)
    raise click.exceptions.Exit(exit_code(found, passed_over))
