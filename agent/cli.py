"""`tally`: finds the verb, and turns errors into exit codes. Every verb's code is loaded when called."""

from __future__ import annotations

import importlib
import sys
import traceback
from importlib.metadata import entry_points
from typing import Any

import click

from agent.commands.output import tell
from agent.errors import ConfigError, StoreDamaged, TallymanError

# verb: what it does, as `tally --help` shows it
VERBS = {
    "init": "Write a commented tally.yaml that works against staging at once.",
    "connect": "Let tallyman into a channel: keys, a code, or the vendor's page.",
    "run": "Watch, push and pull until stopped.",
    "sync": "One full round of what `run` repeats.",
    "step": "Run one station once.",
    "plan": "Show what would change on each channel, and send nothing.",
    "push": "Send the newest plan as far as the guard lets it.",
    "approve": "Let go on what the guard holds, by its digest.",
    "reject": "Refuse what the guard holds, by its digest.",
    "activate": "Let new items go live.",
    "status": "Show how things stand.",
    "explain": "Show why a sku shows what it shows, back to file and line.",
    "rejects": "List the rows that could not be used, and why.",
    "orders": "List orders and what each waits for.",
    "channels": "List the channels, what they can express, and their health.",
    "doctor": "Check settings, folders, secrets and channels.",
}
EXIT_CODES = """\b
Exit codes: 0 done · 1 unexpected failure · 2 wrong usage · 3 done, with rejects or
parked changes · 4 held by the guard · 5 a channel cannot be reached or asks to wait ·
6 settings or database · 7 another agent runs here · 130 interrupted"""


INTERRUPTED = 130


class Verbs(click.Group):
    """The group that knows its verbs by name and loads each when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of a day's work, then those that plug-ins add."""
        return [*VERBS, *sorted(e.name for e in _plugins())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, loaded now; None when there is no such verb."""
        if cmd_name in VERBS:
            command: click.Command = importlib.import_module(f"agent.commands.{cmd_name}").command
            return command
        for entry in _plugins():
            if entry.name == cmd_name:
                plugin: click.Command = entry.load()
                return plugin
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading any of them."""
        rows = [*VERBS.items(), *((e.name, "The staging world: see `--help`.") for e in _plugins())]
        with formatter.section("Verbs"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest verb for one that does not exist."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            advice = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"{error.message}{advice}", ctx) from error


def _plugins() -> tuple[Any, ...]:
    return tuple(entry_points(group="tally.commands"))


@click.group(cls=Verbs, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tallyman", prog_name="tally")
@click.option(
    "--config",
    "-c",
    default="tally.yaml",
    show_default=True,
    envvar="TALLY_CONFIG",
    help="The settings.",
)
@click.option("--verbose", "-v", is_flag=True, help="One line per request, on stderr.")
@click.pass_context
def cli(ctx: click.Context, config: str, verbose: bool) -> None:
    """Keep web shops true to an ERP that has no API, and bring their orders back as import files."""
    ctx.obj = {"config": config, "verbose": verbose}


def main(arguments: list[str] | None = None) -> None:
    """The console script: run the verb, and exit as the table of exit codes says."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8 by itself
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run(arguments, as_json="--json" in arguments))


def _run(arguments: list[str], *, as_json: bool) -> int:
    try:
        code = cli.main(arguments, prog_name="tally", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; what was begun goes on at the next start", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        if not as_json:
            error.show()
        else:
            tell([_usage(error)], as_json=True)
        return error.exit_code
    except TallymanError as error:
        tell([error], as_json=as_json)
        return error.exit_code
    except SystemExit:  # click's answer when the reader of our output has seen enough
        return 0
    except Exception as error:  # noqa: BLE001  the one door where a bug becomes exit code 1
        known = _known(error)
        if known is not None:
            tell([known], as_json=as_json)
            return known.exit_code
        traceback.print_exc()
        click.echo(
            "error  this is a fault in tallyman; please report it with the lines above", err=True
        )
        return 1
    return code if isinstance(code, int) else 0


def _usage(error: click.ClickException) -> TallymanError:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "tally"
    return TallymanError(error.format_message(), path, f"see `{path} --help`")


def _known(error: Exception) -> TallymanError | None:
    """What the disk or the database says, as an error of ours; None for a fault of the program."""
    from agent.ports.database import Failure  # only now: no verb needs it to say its help

    if isinstance(error, Failure):
        return StoreDamaged(
            f"the database cannot be used now: {error}",
            "data",
            "look at the disk's free space and the folder's permissions, then try again",
        )
    if isinstance(error, OSError) and error.filename:
        return ConfigError(
            error.strerror or str(error),
            str(error.filename),
            "see that it is there and that you may read and write it",
        )
    if isinstance(error, OSError):
        return TallymanError(error.strerror or str(error), "", "mend that, then try again")
    return None
