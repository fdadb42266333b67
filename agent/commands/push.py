"""`tally push`: send the newest plan as far as the guard lets it."""

from __future__ import annotations

import click

from agent.commands.opened import to_work
from agent.commands.outcome import exit_code
from agent.commands.output import json_option
from agent.commands.progress import progress
from agent.commands.status import show
from agent.flow import people
from agent.flow.engine import Engine
from agent.flow.standing import standing


@click.command("push")
@json_option
def command(as_json: bool) -> None:
    """Send what the last look called for, and try again what channels refused before.

    What the guard holds waits for approve or reject (exit 4).
    """
    with to_work() as site:
        people.try_refused_again(site)
        with progress(Engine(site)) as engine:
            engine.only("finish", "reconcile", "observe", "offer", "plan", "push", "commands")
        found = standing(site)
    show(found, as_json=as_json)
    raise click.exceptions.Exit(exit_code(found))
