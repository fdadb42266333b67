"""`tally status`: how things stand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from agent.commands.opened import to_look
from agent.commands.output import clean, counted, json_option, print_json, print_table
from agent.flow import preview
from agent.flow.standing import ShopStanding, Standing, standing
from agent.store.standing import FeedStanding

SHOWN = 5  # reasons of a kind


@click.command("status")
@json_option
def command(as_json: bool) -> None:
    """Show feeds, channels, orders, and everything that waits for a person."""
    with to_look() as site:
        found = standing(site)
    show(found, as_json=as_json)


def show(found: Standing, *, as_json: bool) -> None:
    """Print how things stand."""
    if as_json:
        print_json(_facts(found))
        return
    print_table(
        ("feed", "newest file", "applied (UTC)", "rows", "unused"),
        ((f.feed, f.file, _moment(f.applied_at), f.rows, _unused(f)) for f in found.feeds),
    )
    click.echo()
    captions = ("channel", "listings", "parked", "in doubt", "to send", "last look (UTC)")
    print_table(captions, (_shop_row(shop) for shop in found.shops))
    for shop in found.shops:
        _show_shop(shop)
    if found.orders:
        click.echo(
            "\norders  " + ", ".join(f"{count} {state}" for state, count in found.orders.items())
        )
    if found.waiting:
        waits = "waits" if found.waiting == 1 else "wait"
        items = counted(found.waiting, "new item")
        click.echo(f"\n{items} {waits}: `tally activate` shows them")
    if found.rejects:
        click.echo(f"{counted(found.rejects, 'row')} could not be used: `tally rejects`")
    for held in found.held:
        what = f"the plan of {held.where}" if held.what == "plan" else f"the file {held.where}"
        click.echo(f"\nheld  {clean(what)}: {clean('; '.join(held.reasons))}")
        click.echo(f"next  `tally approve {held.digest[:12]}` or `tally reject {held.digest[:12]}`")


def _show_shop(shop: ShopStanding) -> None:
    """What of one channel does not fit into its row."""
    if shop.trouble:
        click.echo(f"\ntrouble  {clean(f'{shop.shop}: {shop.trouble}')}")
        click.echo(f"next     {clean(shop.trouble_next)}")
        if shop.quiet_until:
            click.echo(f"again    by itself at {shop.quiet_until:%Y-%m-%d %H:%M} UTC")
    for refused in shop.refused[:SHOWN]:
        skus = f"{refused.sku} and {refused.count - 1} more" if refused.count > 1 else refused.sku
        click.echo(f"\nparked  {clean(f'{skus} on {shop.shop}: {refused.words}')}")
        click.echo(f"next    {clean(refused.next)}")
    if len(shop.refused) > SHOWN:
        more = len(shop.refused) - SHOWN
        click.echo(f"… and {more} more reasons: `tally status --json`, `tally explain SKU`")
    if shop.working:
        listings = counted(shop.working, "listing")
        click.echo(f"\n{shop.shop} is at work on {listings}: it is asked how that ends")
    for stuck in shop.stuck:
        late = f"since {stuck.since:%Y-%m-%d %H:%M} UTC"
        click.echo(f"\nstuck  {clean(f'{shop.shop} is at work on {stuck.job} {late}')}")
        click.echo(
            "next  its listings are looked at and sent again; ask the vendor if it goes on so"
        )
    for unmade in shop.not_made[:SHOWN]:
        click.echo(f"\nnot made on {shop.shop}  {clean(preview.unmade_said(unmade))}")
    if len(shop.not_made) > SHOWN:
        click.echo(f"… and {len(shop.not_made) - SHOWN} more reasons: `tally plan --all`")


def _shop_row(shop: ShopStanding) -> tuple[Any, ...]:
    listed = ", ".join(f"{count} {state}" for state, count in shop.listings.items()) or "none"
    seen = f"{shop.observed_at:%Y-%m-%d %H:%M}" if shop.observed_at else "not yet"
    return (shop.shop, listed, shop.parked, shop.doubts, shop.commands, seen)


def _moment(text: str) -> str:
    return text[:16].replace("T", " ")


def _unused(feed: FeedStanding) -> str:
    """Rows that were rejected, and files that wait or were refused; "" when all is well."""
    told = (
        f"{feed.rejected} rejected" if feed.rejected else "",
        f"{counted(feed.waiting, 'file')} waiting" if feed.waiting else "",
        f"{counted(feed.refused, 'file')} refused" if feed.refused else "",
    )
    return ", ".join(text for text in told if text)


def _facts(found: Standing) -> dict[str, Any]:
    return {
        "feeds": [asdict(feed) for feed in found.feeds],
        "channels": {shop.shop: _shop_facts(shop) for shop in found.shops},
        "orders": dict(found.orders),
        "rejects": found.rejects,
        "held": [asdict(held) for held in found.held],
        "waiting_for_activation": found.waiting,
    }


def _shop_facts(shop: ShopStanding) -> dict[str, Any]:
    facts = asdict(shop)
    del facts["shop"]
    facts["by_state"] = facts.pop("listings")
    return {**facts, "listings": sum(shop.listings.values())}
