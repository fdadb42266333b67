"""What a shopper sees: each channel's storefront as plain HTML pages, and the control page's looks.

Mounted under /storefront on a channel's public address. A sku is opaque text, so it travels in the
query (`item?sku=…`), never in the path.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Request, Response, redirect, render_template, request

from simulator import channels
from simulator.channels import Availability, Look, OrderView, ShelfItem, SoldOut

if TYPE_CHECKING:
    from simulator.channels import Dialect
    from simulator.world import World

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")
LOW = 3  # so few pieces are said to be few
SHOWN = 120  # items on one page of the shelf
MOST = 20  # pieces that one purchase may take
POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'"
COUNTED: dict[Availability, str] = {
    "in stock": "In stock",
    "sold out": "Sold out",
    "on backorder": "On backorder",
    "gone": "No longer sold",
}


def look(channel: str) -> Look:
    """A channel's look; one whose folder gives none gets a colour from its name."""
    hue = zlib.crc32(channel.encode()) % 360
    plain = Look(channel.title(), f"hsl({hue} 55% 36%)", f"hsl({hue} 55% 70%)")
    return channels.look(channel) or plain


@dataclass(frozen=True)
class Badge:
    """A word or two beside an item, and the tone it is said in."""

    text: str
    tone: str  # good, low, wait or off


def badge(item: ShelfItem) -> Badge:
    """What a shopper is told about an item's availability."""
    if item.availability == "in stock":
        if item.quantity is None or not 0 < item.quantity <= LOW:
            return Badge(COUNTED["in stock"], "good")
        few, said = f"Only {item.quantity} left", item.note.casefold()
        is_said = (
            few.casefold() in said and few.casefold() != said
        )  # by the vendor, with more words
        return Badge(COUNTED["in stock"] if is_said else few, "low")
    tone = "wait" if item.availability == "on backorder" else "off"
    return Badge(COUNTED[item.availability], tone)


def note(item: ShelfItem) -> str:
    """What the vendor's page says beside that: a date, a handling time; nothing twice."""
    return "" if item.note.casefold() == badge(item).text.casefold() else item.note


def hue(sku: str) -> int:
    """A colour of its own for every sku, in place of a picture."""
    return zlib.crc32(sku.encode()) % 360


def is_foreign(asked: Request) -> bool:
    """Whether a browser sent this from a page of another site."""
    origin = asked.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != asked.host


def storefront(world: World, channel: str) -> Flask:
    """The pages of one channel, to be mounted under /storefront."""
    app = Flask(__name__, template_folder="templates", static_folder=None)
    app.jinja_env.globals.update(
        badge=badge, note=note, hue=hue, look=look(channel), channel=channel
    )
    app.after_request(_guarded)
    _shelf_pages(app, world, world.dialects[channel])
    _order_pages(app, world, world.dialects[channel])

    @app.get("/style.css")
    def style() -> Response:
        return Response(STYLE, mimetype="text/css")

    @app.errorhandler(404)
    def lost(_: Exception) -> tuple[str, int]:
        return render_template("gone.html", title="This page does not exist", item=None), 404

    return app


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _shelf_pages(app: Flask, world: World, dialect: Dialect) -> None:
    @app.get("/")
    def index() -> str:
        words, page = request.args.get("q", "").strip(), request.args.get("page", 1, int)
        with world.lock:
            items = dialect.storefront.shelf()
        found = [item for item in items if _is_meant(item, words)] if words else items
        pages = max(1, -(-len(found) // SHOWN))
        page = min(max(page, 1), pages)
        shown = found[(page - 1) * SHOWN : page * SHOWN]
        facts = {"words": words, "page": page, "pages": pages, "is_large": len(items) > SHOWN}
        return render_template("index.html", items=shown, **facts)

    @app.get("/item")
    def item() -> tuple[str, int]:
        with world.lock:
            found = dialect.storefront.item(request.args.get("sku", ""))
        return _item_page(found)


def _is_meant(item: ShelfItem, words: str) -> bool:
    text = f"{item.sku} {item.title}".casefold()
    return all(word in text for word in words.casefold().split())


def _item_page(item: ShelfItem, refusal: str = "") -> tuple[str, int]:
    if item.availability == "gone":
        return render_template("gone.html", title="No longer sold", item=item), 410
    page = render_template("item.html", item=item, refusal=refusal, most=MOST)
    return page, 409 if refusal else 200


def _order_pages(app: Flask, world: World, dialect: Dialect) -> None:
    @app.post("/buy")
    def buy() -> Any:
        if is_foreign(request):
            return "This came from another site.\n", 403
        sku, pieces = request.form.get("sku", ""), request.form.get("quantity", "1")
        with world.lock:
            try:
                basket = {sku: _pieces(pieces)}
                number = world.shoppers.buy(dialect.name, basket).number
            except SoldOut as refusal:
                return _item_page(dialect.storefront.item(sku), str(refusal))
        return redirect(f"{request.script_root}/order?{urlencode({'number': number})}", 303)

    @app.get("/order")
    def order() -> tuple[str, int]:
        number = request.args.get("number", "")
        with world.lock:
            try:
                view = dialect.storefront.order(number)
            except LookupError:
                return render_template("gone.html", title="There is no such order", item=None), 404
            titles = {sku: dialect.storefront.item(sku).title or sku for sku in view.lines}
        return render_template("order.html", order=view, titles=titles, left=_left(view)), 200


def _pieces(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= MOST):
        raise SoldOut(f"Choose from 1 to {MOST} pieces.")
    return int(text)


def _left(order: OrderView) -> dict[str, int]:
    """Pieces still to be sent, by sku."""
    return {
        sku: max(0, pieces - order.shipped.get(sku, 0) - order.cancelled.get(sku, 0))
        for sku, pieces in order.lines.items()
    }


def snapshot(world: World, channel: str) -> str:
    """The storefront's first page as it looks now, in one self-contained HTML text."""
    app = storefront(world, channel)
    with world.lock, app.test_request_context("/"):
        items = world.dialects[channel].storefront.shelf()
        return render_template("index.html", items=items, inline_style=STYLE)
