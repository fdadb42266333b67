"""`tally activate SKU…`: let new items go live."""

from __future__ import annotations

import click

from agent.commands.opened import to_tell
from agent.commands.output import json_option, print_json
from agent.flow import people


@click.command("activate")
@click.argument("skus", nargs=-1, metavar="SKU…")
@click.option("--all", "everything", is_flag=True, help="Every item that waits.")
@json_option
def command(skus: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Let items that arrived as drafts be seen by shoppers, for good.

    Without SKUs it shows which items wait.
    """
    if everything and skus:
        raise click.UsageError("name skus, or give --all")
    with to_tell() as site:
        chosen = people.waiting(site) if everything or not skus else list(skus)
        if everything or skus:
            people.activate(site, chosen)
    if as_json:
        print_json({"activated" if everything or skus else "waiting": chosen})
        return
    for sku in chosen:
        click.echo(f"{'activated' if everything or skus else 'waits'}  {sku}")
