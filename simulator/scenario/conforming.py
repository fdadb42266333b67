"""`tally staging conformance`: the agent's requests and the shops' answers by the vendors' own schemas."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from agent.errors import ConfigError
from simulator import channels
from simulator.conformance import CannotCheck, Checker, vendors
from simulator.conformance.recorder import Recorder, Seen
from simulator.scenario import shipped
from simulator.scenario.runner import play
from simulator.world import World

VIOLATED = 1


@dataclass(frozen=True)
class Finding:
    """What was found on one channel."""

    channel: str
    seen: Seen
    modelled: int  # operations of the schema that the shop answers
    missing: Sequence[str]  # operations that the agent asked for and the shop does not model
    needed: int  # operations that the agent asked for
    described: int  # operations of the schema

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        seen = self.seen
        return {
            "channel": self.channel,
            "exchanges": seen.exchanges,
            "operations": {
                "modelled": self.modelled,
                "needed": self.needed,
                "described": self.described,
                "needed_and_not_modelled": list(self.missing),
            },
            "violations": [
                {"where": v.where, "what": v.what, "times": n}
                for v, n in sorted(seen.violations.items())
            ],
            "known_gaps": [
                {"where": gap.where, "because": gap.because, "times": n}
                for gap, n in sorted(seen.explained.items(), key=lambda row: row[0].where)
            ],
        }


@click.command("conformance")
@click.option(
    "--specs",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The vendors' published schemas, in one folder for each.",
)
@click.option("--channel", "names", multiple=True, help="Only this vendor; repeatable.")
@click.option("--scenario", "stories", multiple=True, help="Only this scenario; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def conformance(specs: Path, names: Sequence[str], stories: Sequence[str], as_json: bool) -> None:
    """Play the scenarios and check every request and every answer by the vendors' own schemas.

    For each vendor it tells what violates them, which known gaps of a schema account for what, and how
    many operations are modelled, needed by the agent, and described. Exit code 1 on any violation.
    """
    for name in names:
        if name not in channels.names():
            raise click.UsageError(
                f"no such channel: {name!r}; known: {', '.join(channels.names())}"
            )
    try:
        checkers = _checkers(specs, names or channels.names())
        found = _played(checkers, stories or shipped.names())
    except CannotCheck as error:
        raise ConfigError(
            str(error), str(specs), "see `tally staging conformance --help`"
        ) from error
    if as_json:
        click.echo(json.dumps({"channels": [finding.to_json() for finding in found]}))
    else:
        for line in _told(found):
            click.echo(line)
    if any(finding.seen.violations for finding in found):
        raise click.exceptions.Exit(VIOLATED)


def _checkers(specs: Path, names: Sequence[str]) -> dict[str, Checker]:
    found = {name: vendors.checker(name, specs) for name in names}
    return {name: checker for name, checker in found.items() if checker is not None}


def _played(checkers: Mapping[str, Checker], stories: Sequence[str]) -> list[Finding]:
    recorder = Recorder(checkers)
    for name in stories:
        scenario = shipped.find(name)
        if set(scenario.script.channels) & checkers.keys():
            if sys.stderr.isatty():
                click.echo(f"plays {name}", err=True)
            play(scenario, watch=recorder.attach)
    world = World(channel_names=list(checkers))
    try:
        return [_finding(world, n, c, recorder.seen[n]) for n, c in checkers.items()]
    finally:
        world.close()


def _finding(world: World, name: str, checker: Checker, seen: Seen) -> Finding:
    described = checker.operations()
    modelled = set(vendors.modelled(world.dialects[name], described))
    missing = sorted(set(seen.used) - modelled)
    return Finding(name, seen, len(modelled), missing, len(seen.used), len(described))


def _told(found: Sequence[Finding]) -> Iterator[str]:
    for finding in found:
        seen = finding.seen
        yield finding.channel
        yield (
            f"  operations  {finding.modelled} modelled, {finding.needed} needed by the agent, "
            f"{finding.described} described"
        )
        yield f"  exchanges   {seen.exchanges} checked, both directions"
        for operation in finding.missing:
            yield f"  unmodelled  {operation}, which the agent needs"
        for violation, times in sorted(seen.violations.items()):
            yield f"  violation   {violation} ({times}×)"
        for gap, times in sorted(seen.explained.items(), key=lambda row: row[0].where):
            yield f"  known gap   {gap.where}: {gap.because} ({times}×)"
    if not found:
        yield "no schema of a simulated vendor lies there"
