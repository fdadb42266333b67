"""`tally plan`: what would change on each channel, and why; nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from agent import channels
from agent.channels import Limits
from agent.commands.opened import to_work
from agent.commands.output import clean, json_option, print_json, print_table
from agent.commands.progress import progress
from agent.config import Shop
from agent.decide.digest import asked, shown_before
from agent.flow import preview
from agent.flow.engine import Engine
from agent.model.plan import Plan

HELD = 4
SHOWN = 20


@click.command("plan")
@click.option(
    "--all", "everything", is_flag=True, help="Show every change, not only the first ones."
)
@json_option
def command(everything: bool, as_json: bool) -> None:
    """Look at the ERP's files and at the channels, and show the difference with its reasons.

    Exit code 4 when the guard holds a part of it.
    """
    with to_work() as site:
        shops = site.settings.channels
        with progress(Engine(site)) as engine:
            plans = preview.look_and_plan(site, engine)
    if as_json:
        facts = [_facts(p, shops[p.channel].currency, _limits(shops, p)) for p in plans]
        print_json({"plans": facts})
    for plan in [] if as_json else plans:
        _show(plan, shops[plan.channel].currency, None if everything else SHOWN)
        for words in _limits(shops, plan).by_hand:
            click.echo(f"  by hand  {clean(words)}")
    raise click.exceptions.Exit(HELD if any(plan.waiting for plan in plans) else 0)


def _limits(shops: Mapping[str, Shop], plan: Plan) -> Limits:
    return channels.limits(shops[plan.channel].kind)


def _facts(plan: Plan, currency: str, limits: Limits) -> dict[str, Any]:
    return {
        "channel": plan.channel,
        "digest": plan.digest,
        "counts": plan.counts,
        "held_digest": plan.held_digest,
        "answer": plan.answer,
        "holds": [asdict(hold) for hold in plan.holds],
        "parked": plan.parked,
        "unsupported": dict(plan.unsupported),
        "not_made": [asdict(unmade) for unmade in plan.unmade],
        "by_hand": list(limits.by_hand),
        "lossy": list(limits.lossy),
        "changes": [
            {
                "sku": planned.change.sku,
                "kind": type(planned.change).__name__,
                "before": shown_before(planned.change),
                "after": asked(planned.change),
                "what": preview.said(planned.change, currency),
                "because": list(planned.because),
                "held_by": list(planned.held_by),
            }
            for planned in plan.changes
        ],
    }


def _show(plan: Plan, currency: str, most: int | None) -> None:
    counts = ", ".join(f"{count} {kind}" for kind, count in plan.counts.items())
    click.echo(f"{plan.channel}: {counts or 'nothing to change'}  (plan {plan.digest[:12]})")
    rows = [
        (
            "  held" if p.held_by else "  ",
            p.change.sku,
            preview.said(p.change, currency),
            "; ".join(p.because),
        )
        for p in plan.changes[:most]
    ]
    print_table(("  ", "sku", "change", "because"), rows)
    if most is not None and len(plan.changes) > most:
        click.echo(f"  … and {len(plan.changes) - most} more: `tally plan --all`")
    for unmade in plan.unmade[:most]:
        click.echo(f"  not made  {clean(preview.unmade_said(unmade))}")
    if most is not None and len(plan.unmade) > most:
        click.echo(f"  … and {len(plan.unmade) - most} more reasons: `tally plan --all`")
    for hold in plan.holds:
        click.echo(f"  held  {clean(hold.reason)} ({hold.changes} changes)")
    if plan.waiting:
        digest = plan.held_digest[:12]
        click.echo(f"  next  `tally approve {digest}` or `tally reject {digest}`")
    if plan.parked:
        click.echo(
            f"  parked  {plan.parked} changes that the channel refused: mend it, then `tally push`"
        )
