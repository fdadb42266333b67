"""`tally staging replay` and `tally staging list`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from agent.errors import ConfigError
from simulator.scenario import report, shipped
from simulator.scenario.runner import Story, play

FAILED = 1


@click.command("replay")
@click.argument("scenarios", nargs=-1, metavar="NAME|FILE…")
@click.option("--all", "everything", is_flag=True, help="Every scenario that comes with tallyman.")
@click.option("--seed", type=int, help="Play with another seed than the scenario's own.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page with the storefronts as they looked at each step.",
)
@click.option("--json", "as_json", is_flag=True, help="The stories as JSON, one a line.")
def replay(
    scenarios: tuple[str, ...], everything: bool, seed: int | None, html: Path | None, as_json: bool
) -> None:
    """Play scenarios with the real agent and tell, line by line, what happened and what was seen.

    The same seed gives the same timeline to the byte. Exit code 1 when something was not as it must be.
    """
    chosen = shipped.names() if everything else list(scenarios)
    if not chosen:
        raise click.UsageError("name a scenario or a file; `tally staging list` shows them")
    if html and len(chosen) > 1:
        raise click.UsageError("--html is for one scenario")
    stories = [_play(name, seed, with_shelves=html is not None, as_json=as_json) for name in chosen]
    if html:
        _write(html, stories[0])
    if not all(story.has_passed for story in stories):
        raise click.exceptions.Exit(FAILED)


def _play(name: str, seed: int | None, *, with_shelves: bool, as_json: bool) -> Story:
    scenario = shipped.find(name)
    if as_json:
        story = play(scenario, seed=seed, with_shelves=with_shelves)
        click.echo(json.dumps(story.to_json(), ensure_ascii=False))
        return story
    click.echo(scenario.script.title)
    story = play(
        scenario,
        seed=seed,
        with_shelves=with_shelves,
        tell=lambda moment: click.echo(report.line(moment)),
    )
    click.echo(report.verdict(story))
    return story


def _write(path: Path, story: Story) -> None:
    try:
        path.write_text(report.page(story), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"the report cannot be written: {error}", str(path), "name another file"
        ) from error


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def list_scenarios(as_json: bool) -> None:
    """List the scenarios that come with tallyman."""
    found = [(name, shipped.find(name).script.title) for name in shipped.names()]
    if as_json:
        click.echo(json.dumps([{"name": name, "title": title} for name, title in found]))
        return
    width = max((len(name) for name, _ in found), default=0)
    for name, title in found:
        click.echo(f"{name:<{width}}  {title}")
