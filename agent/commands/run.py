"""`tally run`: one process that repeats everything until it is stopped."""

from __future__ import annotations

import click

from agent.commands.opened import to_work
from agent.flow import running

INTERRUPTED = 130


@click.command("run")
def command() -> None:
    """Watch the export folders, keep every channel right, bring orders back; until stopped.

    Stops cleanly on Ctrl-C (exit code 130) or when a service manager asks (0). A second one on the
    same database is refused (7).
    """
    with to_work() as site:
        interrupted = running.run(site)
    if interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
