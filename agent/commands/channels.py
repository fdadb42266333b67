"""`tally channels`: the channels, what they can express, and their health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from agent import channels
from agent.commands.opened import settings as read_settings
from agent.commands.output import clean, json_option, print_json
from agent.config import Settings, Shop
from agent.errors import TallymanError
from agent.flow import preview
from agent.flow.examination import health_of
from agent.flow.opening import look_at, ports_of
from agent.flow.standing import standing
from agent.model.plan import Unmade
from agent.ports import Ports

SHOWN = 5  # reasons why variants are not made


@click.command("channels")
@json_option
def command(as_json: bool) -> None:
    """Ask every channel for its health, whether or not an agent is at work.

    Exit code 5 when one cannot be reached, 6 for settings or secrets.
    """
    settings = read_settings()
    ports = ports_of(settings.path)
    not_made = _not_made(settings, ports)
    asked = {
        name: _facts(name, shop, ports, not_made.get(name, ()))
        for name, shop in settings.channels.items()
    }
    found = {shop: facts for shop, (_, facts) in asked.items()}
    if as_json:
        print_json({"channels": found})
    for shop, facts in {} if as_json else found.items():
        _show(shop, facts)
    raise click.exceptions.Exit(max((code for code, _ in asked.values()), default=0))


def _not_made(settings: Settings, ports: Ports) -> dict[str, tuple[Unmade, ...]]:
    """By shop, the variants that it cannot be given, as the agent last decided; none before it has."""
    if ports.files.look(settings.database) is None:
        return {}
    with look_at(settings, ports) as site:
        return {shop.shop: shop.not_made for shop in standing(site).shops}


def _facts(
    name: str, shop: Shop, ports: Ports, not_made: Sequence[Unmade]
) -> tuple[int, dict[str, Any]]:
    """The exit code that this channel alone calls for, and what is known of it."""
    limits = channels.limits(shop.kind)
    facts: dict[str, Any] = {
        "vendor": shop.kind,
        "accepts": sorted(accepted.__name__ for accepted in limits.accepts),
        "sale_dates": limits.sale_dates,
        "axes": limits.axes,
        "variants": limits.variants,
        "lossy": list(limits.lossy),
        "by_hand": list(limits.by_hand),
        "not_made": [asdict(unmade) for unmade in not_made],
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
        known = (clean(facts["shop"]), facts["currency"], facts["zone"])
        click.echo(f"  {', '.join(word for word in known if word)}")
        for note in facts["notes"]:
            click.echo(f"  note   {clean(note)}")
    click.echo(f"  variants  {_pages(facts)}")
    for lost in facts["lossy"]:
        click.echo(f"  cannot express  {lost}")
    for words in facts["by_hand"]:
        click.echo(f"  by hand  {words}")
    for unmade in facts["not_made"][:SHOWN]:
        click.echo(f"  not made  {clean(preview.unmade_said(Unmade(**unmade)))}")
    if len(facts["not_made"]) > SHOWN:
        click.echo(f"  … and {len(facts['not_made']) - SHOWN} more reasons: `tally plan --all`")


def _pages(facts: Mapping[str, Any]) -> str:
    """How goods with choices appear there."""
    axes, variants = facts["axes"], facts["variants"]
    if axes == 0:
        return "each by itself, with its choices in words"
    most = "any number of choices" if axes is None else f"at most {axes} choices"
    return f"on one page, {most}" + (f", at most {variants} variants" if variants else "")
