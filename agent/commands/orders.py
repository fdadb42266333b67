"""`tally orders`: orders and what each waits for; and a person's word about one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from agent.commands.opened import to_look, to_tell
from agent.commands.output import clean, json_option, print_json, print_table
from agent.flow import order_queue
from agent.flow.order_queue import EarlyMovement, OrderView
from agent.flow.site import Site
from agent.model.change import spoken
from agent.store.order_list import Event

SHOWN = 200
ALL = 1_000_000_000
ACTS: Mapping[str, Callable[[Site, str], OrderView]] = {
    "again": order_queue.again,
    "accept": order_queue.accept,
    "written": order_queue.written,
}


@click.command("orders")
@click.argument("order", required=False)
@click.option("--all", "everything", is_flag=True, help=f"Every order, not the newest {SHOWN}.")
@click.option("--again", metavar="ORDER", help="What was refused is mended: try ORDER once more.")
@click.option("--accept", metavar="ORDER", help="The ERP's order has been changed as ORDER has.")
@click.option("--written", metavar="ORDER", help="The ERP has ORDER: its file was read.")
@json_option
def command(order: str | None, everything: bool, as_json: bool, **acts: str | None) -> None:
    """Show orders, those that need a person first; or one ORDER with its history.

    ORDER is a reference, a number, or the channel's or the ERP's own.
    """
    words = {word: name for word, name in acts.items() if name}
    if len(words) + bool(order) + everything > 1:
        raise click.UsageError("name one order, or give one option")
    if order:
        with to_look() as site:
            view, history = order_queue.show_order(site, order)
        _tell_one(view, history, as_json=as_json)
        return
    for word, name in words.items():
        with to_tell() as site:
            view = ACTS[word](site, name)
        _tell_one(view, [], as_json=as_json)
        return
    with to_look() as site:
        found = order_queue.list_orders(site, most=ALL if everything else SHOWN)
        early = order_queue.early_movements(site)
        counts = order_queue.count_orders(site)
    _tell_all(found, early, counts, as_json=as_json)


def _tell_all(
    found: list[OrderView], early: list[EarlyMovement], counts: dict[str, int], *, as_json: bool
) -> None:
    if as_json:
        orders, movements = [_facts(view) for view in found], [_early(m) for m in early]
        print_json({"orders": orders, "counts": counts, "early_movements": movements})
        return
    captions = ("order", "bought as", "state", "erp number", "placed (UTC)", "total", "waits for")
    print_table(captions, (_row(view) for view in found))
    for view in found:
        for fault in view.faults:
            _tell_fault(view.reference, fault.what, fault.where, fault.next)
    for movement in early:
        what = f"{movement.kind} {movement.number} is of an order that no channel has shown"
        _tell_fault(movement.reference, what, movement.place, "nothing, if it comes with a pull")
    if not found and not early:
        click.echo("no orders yet")
    count = sum(n for state, n in counts.items() if state != "concerns")
    if count > len(found):
        click.echo(f"\n… and {count - len(found)} older ones: `tally orders --all`")


def _tell_one(view: OrderView, history: list[Event], *, as_json: bool) -> None:
    if as_json:
        events = [{"at": event.at, "what": event.what} for event in history]
        print_json({**_facts(view), **({"history": events} if history else {})})
        return
    rows = {"state": view.state, "channel": f"{view.channel} {view.number}", "total": view.total}
    rows |= {"erp": view.erp_number, "file": view.file, "next": view.next}
    click.echo(clean(view.reference))
    for name, text in rows.items():
        if text:
            click.echo(f"  {name:<8}{clean(text)}")
    for sku, remain, shipped, returned in view.lines:
        click.echo(f"  line    {clean(sku)}: {remain} ordered, {shipped} shipped, {returned} back")
    for kind, state, words in view.commands:
        click.echo(f"  tell    {clean(spoken(kind))}: {clean(state)}  {clean(words)}".rstrip())
    for fault in view.faults:
        _tell_fault(view.reference, fault.what, fault.where, fault.next)
    for event in history:
        click.echo(f"  {event.at[:19].replace('T', ' ')} UTC  {clean(event.what)}")


def _tell_fault(reference: str, what: str, where: str, advice: str) -> None:
    click.echo(f"\n{clean(reference)}  {clean(what)}")
    for name, text in (("at", where), ("next", advice)):
        if text:
            click.echo(f"  {name:<6}{clean(text)}")


def _row(view: OrderView) -> tuple[str, ...]:
    """Its row; where it was bought and its number in the ERP only as far as the reference does not tell."""
    told = view.reference.casefold()
    untold = [w for w in (view.channel, view.number) if w.lstrip("#").casefold() not in told]
    erp_number = "" if view.erp_number == view.reference else view.erp_number
    placed = view.placed_at[:16].replace("T", " ")
    waits = "see below" if view.faults else view.next.removeprefix("waits for ")
    return (view.reference, " ".join(untold), view.state, erp_number, placed, view.total, waits)


def _waits_for(view: OrderView) -> str:
    return view.faults[0].what if view.faults else view.next


def _facts(view: OrderView) -> dict[str, Any]:
    total, _, currency = view.total.rpartition(" ")
    return {
        "channel": view.channel,
        "number": view.number,
        "remote_id": view.remote_id,
        "reference": view.reference,
        "state": view.state,
        "erp_number": view.erp_number,
        "placed_at": view.placed_at,
        "total": total,
        "currency": currency,
        "file": view.file,
        "waits_for": _waits_for(view),
        "next": view.next,
        "faults": [{"what": f.what, "where": f.where, "next": f.next} for f in view.faults],
        "references": dict(view.references),
        "lines": [_line(*line) for line in view.lines],
        "commands": [
            {"kind": kind, "state": state, "words": words} for kind, state, words in view.commands
        ],
    }


def _line(sku: str, remain: int, shipped: int, returned: int) -> dict[str, Any]:
    return {"sku": sku, "remain": remain, "shipped": shipped, "returned": returned}


def _early(movement: EarlyMovement) -> dict[str, str]:
    return {
        "kind": movement.kind,
        "number": movement.number,
        "reference": movement.reference,
        "at": movement.place,
    }
