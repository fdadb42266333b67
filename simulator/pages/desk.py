"""The control page: what the desk can do, as forms that need no script."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request

from simulator.channels import Dialect, ShelfItem, SoldOut
from simulator.desk import Desk, NewFault
from simulator.faults import (
    EVENT_KINDS,
    EXPORT_KINDS,
    JOB_KINDS,
    LIST_KINDS,
    REQUEST_KINDS,
    WEBHOOK_KINDS,
)
from simulator.pages import FOLDER, STYLE, look

if TYPE_CHECKING:
    from simulator.world import World

LARGE = 2000  # documents of a shop whose shelf is not laid out here
SHOWN = 40  # rows of each ledger on the page
GROUPS = {
    "Requests": REQUEST_KINDS,
    "Lists": LIST_KINDS,
    "Webhooks": WEBHOOK_KINDS,
    "Journals": EVENT_KINDS,
    "Work taken on": JOB_KINDS,
    "Exports": EXPORT_KINDS,
}
DIALS = {  # what each is called on the page
    "lag_s": "Reads lag, s",
    "clock_skew_s": "Clock wrong by, s",
    "job_s": "Work takes, s",
    "token_life_s": "Tokens live, s",
    "allowance": "Share of rate limits",
}


def desk(world: World, api: Desk) -> Blueprint:
    """The page and what its forms post to."""
    pages = Blueprint("desk", __name__, template_folder=str(FOLDER / "templates"))

    @pages.get("/")
    def page() -> str:
        with world.lock:
            return render_template("control.html", **_facts(world, api))

    @pages.get("/style.css")
    def style() -> Response:
        return Response(STYLE, mimetype="text/css")

    @pages.post("/do/<what>")
    def do(what: str) -> Any:
        with world.lock:
            said = _done(lambda: _do(world, api, what, request.form.to_dict()))
        return redirect(f"/?{urlencode(said)}", 303)

    return pages


def _done(act: Callable[[], str]) -> dict[str, str]:
    try:
        return {"done": act()}
    except (SoldOut, LookupError, ValueError) as refusal:
        return {"refused": str(refusal)}


def _do(world: World, api: Desk, what: str, form: dict[str, str]) -> str:
    if what == "advance":
        return f"It is now {api.advance(form['advance'])['now']}."
    if what == "fault":
        wanted = NewFault.model_validate({k: v for k, v in form.items() if v})
        return f"Fault {api.add_fault(wanted)['number']} is in force."
    if what == "clear":
        world.faults.clear(int(form["number"]) if form.get("number") else None)
        return "Cleared."
    if what == "reset":
        world.reset(form.get("channel") or None)
        return "Back to the beginning."
    if what == "buy":
        channel, pieces = form["channel"], int(form.get("quantity") or 1)
        number = world.shoppers.buy(channel, {form["sku"]: max(1, pieces)}).number
        return f"Order {number} on {channel}."
    if what == "dials":
        dials = {name: float(form[name]) if form[name] else None for name in DIALS if name in form}
        api.turn(form["channel"], dials)
        return f"Turned the dials of {form['channel']}."
    if what == "operate":
        args = json.loads(form.get("args") or "{}")
        api.operate(form["channel"], form["action"], args)
        return f"Done: {form['action']}."
    raise LookupError(f"no such act: {what}")


def _facts(world: World, api: Desk) -> dict[str, Any]:
    ledger = world.ledger
    return {
        "state": api.state(),
        "now": world.clock.now(),
        "looks": {name: look(name) for name in world.dialects},
        "shelves": {name: _shelf(dialect) for name, dialect in world.dialects.items()},
        "groups": GROUPS,
        "dials": DIALS,
        "requests": ledger.requests(limit=SHOWN)[::-1],
        "webhooks": ledger.deliveries()[: -SHOWN - 1 : -1],
        "mishaps": ledger.mishaps(limit=SHOWN)[::-1],
        "done": request.args.get("done", ""),
        "refused": request.args.get("refused", ""),
    }


def _shelf(dialect: Dialect) -> list[ShelfItem] | None:
    """What a shop lists; None for one that has too much to choose from on a page."""
    shop = dialect.shop
    count = "select count(*) from (select 1 from documents where shop = ? limit ?)"
    if shop.db.execute(count, (shop.name, LARGE)).fetchone()[0] == LARGE:
        return None
    return dialect.storefront.shelf()
