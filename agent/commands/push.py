"""`tally push`: send the newest plan as far as the guard lets it."""

from __future__ import annotations

import click

from agent.commands.opened import to_tell, to_work
from agent.commands.outcome import exit_code
from agent.commands.output import json_option
from agent.commands.progress import progress
from agent.commands.status import show
from agent.errors import StoreBusy
from agent.flow import people
from agent.flow.engine import Engine
from agent.flow.standing import standing


@click.command("push")
@json_option
def command(as_json: bool) -> None:
    """Send what the last look called for, and try again what channels refused before.

    What the guard holds waits for approve or reject (exit 4). Beside a running agent it leaves the
    work to that one, which begins at once.
    """
    try:
        with to_work() as site:
            people.try_refused_again(site)
            with progress(Engine(site)) as engine:
                engine.only("finish", "reconcile", "observe", "offer", "plan", "push", "commands")
            found = standing(site)
    except StoreBusy:
        with to_tell() as site:
            people.try_refused_again(site)
            found = standing(site)
        click.echo("the agent that runs here tries it now: see `tally status`", err=True)
    show(found, as_json=as_json)
    raise click.exceptions.Exit(exit_code(found))
