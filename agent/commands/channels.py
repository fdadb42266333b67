"""`tally channels`: the channels, what they can express, and their health."""

from __future__ import annotations

from typing import Any

import click

from agent import channels
from agent.commands.opened import settings as read_settings
from agent.commands.output import clean, json_option, print_json
from agent.config import Shop
from agent.errors import TallymanError
from agent.flow.examination import health_of
from agent.flow.opening import ports_of
from agent.ports import Ports


@click.command("channels")
@json_option
def command(as_json: bool) -> None:
    """Ask every channel for its health, whether or not an agent is at work.

    Exit code 5 when one cannot be reached, 6 for settings or secrets.
    """
    settings = read_settings()
    ports = ports_of(settings.path)
    asked = {name: _facts(name, shop, ports) for name, shop in settings.channels.items()}
    found = {shop: facts for shop, (_, facts) in asked.items()}
    if as_json:
        print_json({"channels": found})
    for shop, facts in {} if as_json else found.items():
        _show(shop, facts)
    raise click.exceptions.Exit(max((code for code, _ in asked.values()), default=0))


def _facts(name: str, shop: Shop, ports: Ports) -> tuple[int, dict[str, Any]]:
    """The exit code that this channel alone calls for, and what is known of it."""
    limits = channels.limits(shop.kind)
    facts: dict[str, Any] = {
        "vendor": shop.kind,
        "accepts": sorted(accepted.__name__ for accepted in limits.accepts),
        "sale_dates": limits.sale_dates,
        "lossy": list(limits.lossy),
    }
    health = health_of(name, shop, ports)
    if isinstance(health, TallymanError):
        fault = {"error": health.what, "at": health.where, "next": health.next}
        return health.exit_code, {**facts, **fault}
    told = {"currency": health.currency, "zone": health.zone, "notes": list(health.notes)}
    return 0, {**facts, "shop": health.shop, "clock_skew_s": round(health.clock_skew_s, 1), **told}


def _show(shop: str, facts: dict[str, Any]) -> None:
    click.echo(f"{shop}  ({facts['vendor']})")
    if "error" in facts:
        click.echo(f"  error  {clean(facts['error'])}\n  at     {clean(facts['at'])}")
        click.echo(f"  next   {clean(facts['next'])}")
    else:
        click.echo(f"  {clean(facts['shop'])}, {facts['currency']}, {facts['zone']}")
        for note in facts["notes"]:
            click.echo(f"  note   {clean(note)}")
    for lost in facts["lossy"]:
        click.echo(f"  cannot express  {lost}")
