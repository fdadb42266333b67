"""`tally channels`: the channels, what they can express, and their health."""

from __future__ import annotations

from typing import Any

import click

from agent import channels
from agent.channels import Health
from agent.commands.opened import to_work
from agent.commands.output import clean, json_option, print_json
from agent.errors import ChannelError, TallymanError
from agent.flow.site import Site

UNREACHABLE = 5


@click.command("channels")
@json_option
def command(as_json: bool) -> None:
    """Ask every channel for its health. Exit code 5 when one cannot be reached."""
    with to_work() as site:
        found = {shop: _facts(site, shop) for shop in site.settings.channels}
    if as_json:
        print_json({"channels": found})
    for shop, facts in {} if as_json else found.items():
        _show(shop, facts)
    raise click.exceptions.Exit(UNREACHABLE if any("error" in f for f in found.values()) else 0)


def _facts(site: Site, shop: str) -> dict[str, Any]:
    kind = site.settings.channels[shop].kind
    limits = channels.limits(kind)
    facts: dict[str, Any] = {
        "vendor": kind,
        "accepts": sorted(accepted.__name__ for accepted in limits.accepts),
        "sale_dates": limits.sale_dates,
        "lossy": list(limits.lossy),
    }
    health = check(site, shop)
    if isinstance(health, TallymanError):
        return {**facts, "error": health.what, "at": health.where, "next": health.next}
    told = {"currency": health.currency, "zone": health.zone, "notes": list(health.notes)}
    return {**facts, "shop": health.shop, "clock_skew_s": round(health.clock_skew_s, 1), **told}


def check(site: Site, shop: str) -> Health | TallymanError:
    """The health of one channel, or why it could not be asked."""
    channel = site.channels.get(shop)
    if channel is None:
        return TallymanError(
            "this channel is not connected",
            f"channels.{shop}",
            "give its secrets: see `tally doctor`",
        )
    try:
        return channel.check()
    except ChannelError as error:
        return error


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
