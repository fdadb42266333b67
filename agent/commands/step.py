"""`tally step NAME`: one station, once; for trying and for finding faults."""

from __future__ import annotations

import click

from agent.commands.opened import to_work
from agent.commands.output import json_option, print_json, print_table
from agent.errors import NotFound
from agent.flow.engine import Engine


@click.command("step")
@click.argument("station")
@json_option
def command(station: str, as_json: bool) -> None:
    """Run one STATION on every channel that it concerns, and show what it counted."""
    with to_work() as site:
        engine = Engine(site)
        names = list(dict.fromkeys(name for lane in engine.lanes for name, _ in lane.stations))
        if station not in names:
            raise NotFound(f'no station "{station}"', "tally step", f"known: {', '.join(names)}")
        done = [
            {"station": name, "channel": lane.shop, "counts": dict(work().counts)}
            for lane in engine.lanes
            for name, work in lane.stations
            if name == station
        ]
    if as_json:
        print_json({"steps": done})
        return
    rows = [(d["station"], d["channel"], d["counts"] or "nothing to do") for d in done]
    print_table(("station", "channel", "counts"), rows)
