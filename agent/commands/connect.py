"""`tally connect`: lets tallyman into a shop, with a person's help."""

from __future__ import annotations

import sys

import click

from agent.commands.opened import settings as read_settings
from agent.commands.output import clean
from agent.errors import NotFound
from agent.flow.connect import connect
from agent.flow.opening import ports_of

PORT = 8765  # where a browser comes back to; vendors want the address beforehand


@click.command("connect")
@click.argument("channel")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help="Where the browser comes back to.",
)
def command(channel: str, port: int) -> None:
    """Let tallyman into CHANNEL: type in its keys, confirm a code, or allow it on the vendor's page.

    What the vendor gives is kept beside the settings, in files that only you may read. Run this as the
    user who runs the agent. A running agent uses the new keys at its next start.
    """
    found = read_settings()
    if channel not in found.channels:
        known = ", ".join(found.channels) or "none"
        raise NotFound(f"no channel {channel} in the settings", str(found.path), f"known: {known}")
    shop, ports = found.channels[channel], ports_of(found.path)
    health = connect(channel, shop, ports, _tell, _ask, port)
    click.echo(f"{channel} is connected: {clean(health.shop)}, {health.currency}")
    for note in health.notes:
        click.echo(f"  note  {clean(note)}")


def _tell(line: str) -> None:
    click.echo(clean(line))


def _ask(label: str) -> str:
    on_screen = sys.stdin.isatty()  # what a program hands in is not hidden from anybody
    answer: str = click.prompt(
        clean(label), hide_input=on_screen, default="", show_default=False, err=True
    )
    return answer
