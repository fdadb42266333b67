"""The control desk of the staging world: a page for people and the same as JSON for programs.

It answers only to its own names (Host) and takes no orders from pages of other sites (Origin). The
JSON interface is described in the README beside this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify, request
from pydantic import BaseModel, ValidationError

from simulator.channels import SoldOut
from simulator.desk import Act, Advance, Buy, Cancel, Desk, NewFault, Refused, Reset
from simulator.pages import is_foreign
from simulator.pages.desk import desk

if TYPE_CHECKING:
    from simulator.world import World

OWN_NAMES = ("127.0.0.1", "localhost", "::1", "control.test")
Form = TypeVar("Form", bound=BaseModel)


def control(world: World, names: Iterable[str] = ()) -> Flask:
    """The desk's application; `names` are hosts that it answers to besides its own."""
    app = Flask(__name__, static_folder=None)
    known = {*OWN_NAMES, *names}

    @app.before_request
    def guard() -> tuple[Response, int] | None:
        if urlsplit(f"//{request.host}").hostname not in known:
            return jsonify(error=f"this desk does not answer to {request.host!r}"), 403
        if request.method not in ("GET", "HEAD", "OPTIONS") and is_foreign(request):
            return jsonify(error="this came from a page of another site"), 403
        return None

    # A vendor's operator and the forms raise these for what was asked, not for what is broken.
    for kind in (Refused, SoldOut, ValidationError, LookupError, ValueError):
        app.register_error_handler(kind, _refusal)
    api = Desk(world)
    app.register_blueprint(_reading(api))
    app.register_blueprint(_acting(api))
    app.register_blueprint(desk(world, api))
    return app


def _refusal(error: Exception) -> tuple[Response, int]:
    if isinstance(error, ValidationError):
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return jsonify(error="; ".join(faults)), 400
    if isinstance(error, SoldOut):
        return jsonify(error=str(error)), 409
    missing = 404 if isinstance(error, LookupError) else 400
    text = str(error.args[0]) if error.args else type(error).__name__
    return jsonify(error=text), error.status if isinstance(error, Refused) else missing


def _reading(api: Desk) -> Blueprint:
    world, ledger = api.world, api.world.ledger
    pages = Blueprint("reading", __name__, url_prefix="/api")

    def listing(rows: Callable[..., Iterable[Any]], name: str) -> Response:
        value = request.args.get("channel") or None
        since = request.args.get("since", 0, int)
        with world.lock:
            return jsonify([asdict(row) for row in rows(since=since, **{name: value})])

    @pages.get("/state")
    def state() -> Response:
        with world.lock:
            return jsonify(api.state())

    @pages.get("/faults")
    def faults() -> Response:
        with world.lock:
            return jsonify(api.state()["faults"])

    @pages.get("/dials")
    def dials() -> Response:
        with world.lock:
            return jsonify({name: api.dials(name) for name in world.dialects})

    @pages.get("/dials/<channel>")
    def dials_of(channel: str) -> Response:
        with world.lock:
            return jsonify(api.dials(channel))

    @pages.get("/requests")
    def requests() -> Response:
        return listing(ledger.requests, "channel")

    @pages.get("/webhooks")
    def webhooks() -> Response:
        return listing(ledger.deliveries, "channel")

    @pages.get("/mishaps")
    def mishaps() -> Response:
        return listing(ledger.mishaps, "site")

    @pages.get("/storefront/<channel>")
    def storefront(channel: str) -> Response:
        with world.lock:
            return jsonify([asdict(item) for item in api.dialect(channel).storefront.shelf()])

    @pages.get("/order/<channel>/<number>")
    def order(channel: str, number: str) -> Response:
        with world.lock:
            return jsonify(asdict(api.dialect(channel).storefront.order(number)))

    return pages


def _acting(api: Desk) -> Blueprint:
    world = api.world
    pages = Blueprint("acting", __name__, url_prefix="/api")

    def form(model: type[Form]) -> Form:
        return model.model_validate(request.get_json(force=True, silent=True) or {})

    @pages.post("/clock")
    def clock() -> dict[str, Any]:
        return api.advance(form(Advance).advance)

    @pages.post("/faults")
    def add_fault() -> dict[str, Any]:
        with world.lock:
            return api.add_fault(form(NewFault))

    @pages.delete("/faults")
    @pages.delete("/faults/<int:number>")
    def clear_faults(number: int | None = None) -> dict[str, Any]:
        with world.lock:
            world.faults.clear(number)
            return {"faults": api.state()["faults"]}

    @pages.post("/dials/<channel>")
    def turn(channel: str) -> dict[str, Any]:
        wanted = request.get_json(force=True, silent=True)
        if not isinstance(wanted, dict):
            raise Refused("name the dials and how they are to stand, as a JSON object")
        with world.lock:
            return api.turn(channel, wanted)

    @pages.post("/reset")
    def reset() -> dict[str, Any]:
        channel = form(Reset).channel
        world.reset(channel)
        return {"reset": channel or "everything"}

    @pages.post("/operator/<channel>")
    def operator(channel: str) -> dict[str, Any]:
        wanted = form(Act)
        with world.lock:
            return api.operate(channel, wanted.action, wanted.args)

    @pages.post("/buy")
    def buy() -> dict[str, Any]:
        with world.lock:
            return api.buy(form(Buy))

    @pages.post("/cancel")
    def cancel() -> dict[str, Any]:
        wanted = form(Cancel)
        with world.lock:
            api.dialect(wanted.channel).storefront.cancel(wanted.number)
        return {"cancelled": wanted.number}

    return pages
