"""`tally explain SKU`: what each channel shows and should show, and each figure back to file and line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from agent.commands.explain_json import facts
from agent.commands.opened import to_look
from agent.commands.output import clean, json_option, print_json, print_table
from agent.flow import preview
from agent.flow.explanation import Explanation, Figure, ShopView, explain
from agent.model.change import spoken
from agent.model.listing import Shown
from agent.model.plan import Planned
from agent.store.turned_away import TurnedAway

LONG = frozenset({"description", "image"})  # in --json only


@click.command("explain")
@click.argument("sku")
@json_option
def command(sku: str, as_json: bool) -> None:
    """Show why SKU shows what it shows: channel by channel, then back to the ERP's files and lines."""
    with to_look() as site:
        found = explain(site, sku)
    if as_json:
        print_json(facts(found))
        return
    tail = "  (the ERP names it no more)" if found.gone else ""
    click.echo(clean(f"{found.sku}  {found.title}{tail}"))
    for shop in found.shops:
        click.echo(f"\n{shop.shop}")
        for name, text in _shop_rows(shop):
            click.echo(f"  {name:<8}{clean(text)}".rstrip())
    _show_figures(found)
    _show_files(found)
    for pending in found.pending:
        sale = pending.sale
        known = "withheld" if pending.withheld else "the ERP's figures know of it"
        click.echo(clean(f"sold  {sale.pieces} in order {sale.reference}: {known}"))


def _shop_rows(shop: ShopView) -> Iterator[tuple[str, str]]:
    """The rows about one channel: (what, text)."""
    listing, offer = shop.listing, shop.offer
    if listing is None:
        yield "shows", "nothing: not listed there, as far as is known"
    else:
        moments = {"seen": shop.seen_at, "told": shop.told_at}
        when = ", ".join(f"{word} {_moment(at)}" for word, at in moments.items() if at)
        yield "shows", f"{_face(listing.shown, shop.currency)}  ({when})"
    if offer is None or offer.shown is None:
        yield "should", "nothing: not offered there"
    else:
        yield "should", _face(offer.shown, shop.currency)
    for reason in () if offer is None else offer.because:
        yield "", reason
    yield from _between(shop)
    for told, at in shop.receipts:
        words = f": {told.words}" if told.words else ""
        yield "receipt", f"{_moment(at)}  {spoken(told.kind)}: {told.outcome}{words}"


def _between(shop: ShopView) -> Iterator[tuple[str, str]]:
    """What stands between what is shown and what should be."""
    for planned in shop.changes:
        yield "to do", f"{preview.said(planned.change, shop.currency)}{_held(shop, planned)}"
    for parked in shop.parked:
        yield "parked", f"{spoken(parked.kind)}: {parked.words}"
        yield "next", parked.next
    if shop.offer is not None and shop.offer.refused and shop.listing is None:
        yield "unmade", shop.offer.refused
    for job in shop.jobs:
        late = ", longer than it should" if job.state == "stuck" else ""
        yield "working", f"the channel is at it since {_moment(job.since)}{late} ({job.job})"
    if shop.doubt:
        yield (
            "doubt",
            f"since {_moment(shop.doubt.since)}: the channel is looked at before it goes on",
        )
    if shop.state.trouble:
        trouble = shop.state.trouble
        yield "trouble", f"{trouble.what} ({trouble.where})"
        yield "next", trouble.next
    if shop.waits:
        yield "waits", shop.waits


def _held(shop: ShopView, planned: Planned) -> str:
    if not planned.held_by:
        return ""
    guards, digest = ", ".join(planned.held_by), shop.plan.held_digest[:12]
    if shop.plan.answer:
        return f"  (guard {guards}: {shop.plan.answer})"
    return f"  (held by {guards}: `tally approve {digest}` or `tally reject {digest}`)"


def _face(shown: Shown, currency: str) -> str:
    count = "stock not counted" if shown.quantity is None else f"{shown.quantity} pieces"
    tail = ", backorders" if shown.backorders else ""
    title = "" if shown.title is None else f', "{shown.title}"'
    return f"{shown.state}, {preview.price_said(shown, currency)}, {count}{tail}{title}"


def _show_figures(found: Explanation) -> None:
    if found.figures:
        click.echo("\nfrom the ERP")
    rows = [_figure_row(figure) for figure in found.figures if figure.field not in LONG]
    print_table(("field", "location", "value", "last changed by", "and said again by"), rows)


def _figure_row(figure: Figure) -> tuple[str, ...]:
    value = f"{figure.value} {figure.currency}".rstrip() if figure.value else "(empty)"
    newest, again = figure.chain.newest, ""
    if newest is not None and newest.says == "same":
        again = f"{newest.file}:{newest.line}"
    return figure.field, figure.location, value, str(figure.chain.changed), again


def _show_files(found: Explanation) -> None:
    """What newer files say otherwise, or would have said."""
    away: dict[TurnedAway, None] = {}
    for chain in found.chains:
        away |= dict.fromkeys(chain.turned_away)
        newest = chain.newest
        spot = chain.feed + (f" ({chain.location})" if chain.location else "")
        if newest is not None and newest.says == "refused":
            click.echo(clean(f"refused  {newest.file}:{newest.line}: {newest.reason}"))
        elif newest is not None and newest.says == "unreadable":
            click.echo(clean(f"unreadable  {newest.file}: {newest.reason}"))
        if chain.missing:
            click.echo(clean(f"missing  from the {spot} files, {chain.missing} in a row"))
    for file in away:
        why = f": {file.what}" if file.what else ""
        click.echo(clean(f"{file.state}  {file.file} of feed {file.feed}, not applied{why}"))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
