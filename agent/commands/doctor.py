"""`tally doctor`: settings, folders, secrets, channels; each fault with what to do about it."""

from __future__ import annotations

from typing import Any

import click

from agent.commands.opened import settings as read_settings
from agent.commands.output import clean, json_option, print_json
from agent.flow.examination import Finding, examine
from agent.flow.opening import ports_of


@click.command("doctor")
@click.option("--settings", "show_settings", is_flag=True, help="Also show the effective settings.")
@json_option
def command(show_settings: bool, as_json: bool) -> None:
    """Look at everything that the agent needs, and change nothing. Exit code 6 when something is wrong."""
    found = read_settings()
    findings = list(examine(found, ports_of(found.path)))
    if as_json:
        facts: dict[str, Any] = {"findings": [_facts(finding) for finding in findings]}
        print_json({**facts, "settings": found.model_dump(mode="json")} if show_settings else facts)
    else:
        if show_settings:
            click.echo(found.model_dump_json(indent=2))
        for finding in findings:
            _show(finding)
    faults = [finding.fault for finding in findings if finding.fault]
    raise click.exceptions.Exit(faults[0].exit_code if faults else 0)


def _facts(finding: Finding) -> dict[str, Any]:
    facts = {"what": finding.what, "found": finding.found, "notes": list(finding.notes)}
    if finding.fault is None:
        return facts
    fault = finding.fault
    return {**facts, "error": fault.what, "at": fault.where, "next": fault.next}


def _show(finding: Finding) -> None:
    click.echo(
        f"{'wrong' if finding.fault else 'good':<6} {clean(finding.what)}: {clean(finding.found)}"
    )
    for note in finding.notes:
        click.echo(f"       note   {clean(note)}")
    if finding.fault is not None:
        for line in str(finding.fault).splitlines():
            click.echo(f"       {clean(line)}")
