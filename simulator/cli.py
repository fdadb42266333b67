"""The `tally staging` commands. Each is imported only when it is run."""

from __future__ import annotations

import importlib

import click

COMMANDS = {  # name: (where it lives, what it does)
    "serve": ("simulator.serve:serve", "Serve the staging world until it is stopped."),
    "env": ("simulator.env:env", "Print what leads a shell's programs into the staging world."),
    "control": ("simulator.remote:control", "Act on a served world as a shop's operator."),
    "replay": ("simulator.scenario.commands:replay", "Play a scenario and tell whether it holds."),
    "conformance": (
        "simulator.scenario.conforming:conformance",
        "Check agent and shops by the vendors' published schemas.",
    ),
    "list": ("simulator.scenario.commands:list_scenarios", "List the scenarios that come with it."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported now; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup)
def staging() -> None:
    """A world to try everything in: simulated shops, an ERP, shoppers, faults and a clock."""
