"""The control desk of the staging world: a page for people and the same as JSON for programs.

It answers only to its own names (Host) and takes no orders from pages of other sites (Origin). The
JSON interface is described in the README beside this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.channels import Buyer, Dialect, SoldOut
from simulator.durations import span
from simulator.faults import Fault, RetryAfter, Standing
from simulator.pages import is_foreign
from simulator.pages.desk import desk

if TYPE_CHECKING:
    from simulator.world import World

OWN_NAMES = ("127.0.0.1", "localhost", "::1", "control.test")
Form = TypeVar("Form", bound=BaseModel)


class Refused(Exception):
    """What was asked cannot be done; the text says why."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


class Strict(BaseModel):
    """A JSON body: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Advance(Strict):
    """POST /api/clock."""

    advance: str


class NewFault(Strict):
    """POST /api/faults: the fields of a `Fault`; `for` sets a window from now on."""

    kind: str
    channel: str | None = None
    method: str | None = None
    path: str | None = None
    after: int = 0
    count: int | None = None
    chance: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    seconds: float | None = None
    retry_after: RetryAfter = "seconds"
    effect: bool = False
    for_: str | None = Field(default=None, alias="for")


class Reset(Strict):
    """POST /api/reset."""

    channel: str | None = None


class Act(Strict):
    """POST /api/operator/<channel>."""

    action: str
    args: dict[str, Any] = {}


class Buy(Strict):
    """POST /api/buy."""

    channel: str
    basket: dict[str, int]
    buyer: dict[str, str] | None = None


class Cancel(Strict):
    """POST /api/cancel."""

    channel: str
    number: str


class Desk:
    """What can be done at the control desk. Each act gives what JSON shows of it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def state(self) -> dict[str, Any]:
        """The present: clock, seed, channels, faults in force."""
        world = self.world
        channels = {name: self._channel(name) for name in world.dialects}
        faults = [standing_as_json(s) for s in world.faults.standing()]
        now = world.clock.now().isoformat()
        return {"now": now, "seed": world.seed, "channels": channels, "faults": faults}

    def advance(self, step: str) -> dict[str, Any]:
        """Let time pass, and do what that makes due."""
        self.world.advance(span(step))
        return {"now": self.world.clock.now().isoformat()}

    def add_fault(self, wanted: NewFault) -> dict[str, Any]:
        """Put a fault in force."""
        fields = wanted.model_dump(exclude={"for_"})
        if wanted.for_ is not None:
            now = self.world.clock.now()
            fields |= {"since": now, "until": now + span(wanted.for_)}
        number = self.world.faults.add(Fault(**fields))
        return {"number": number}

    def operate(self, channel: str, action: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the channel's operator would; `empty` works on every channel."""
        dialect: Any = self.dialect(channel)
        if action == "empty":
            dialect.empty()
            return {"done": action}
        done = dialect.operator(action, args)
        return {"done": action} if done is None else {"done": action, "result": done}

    def buy(self, wanted: Buy) -> dict[str, Any]:
        """Somebody buys a basket."""
        self.dialect(wanted.channel)
        if not wanted.basket or min(wanted.basket.values()) < 1:
            raise Refused("a basket holds at least one piece of something")
        buyer = None if wanted.buyer is None else self._buyer(wanted.buyer)
        purchase = self.world.shoppers.buy(wanted.channel, wanted.basket, buyer)
        return {
            "channel": purchase.channel,
            "number": purchase.number,
            "buyer": asdict(purchase.buyer),
        }

    def dialect(self, channel: str) -> Dialect:
        """The channel of this name; Refused when there is none."""
        if channel not in self.world.dialects:
            known = ", ".join(self.world.dialects)
            raise Refused(f"no channel {channel!r} here; known: {known}", 404)
        return self.world.dialects[channel]

    def _channel(self, name: str) -> dict[str, Any]:
        base = self.world.base_urls[name]
        requests = self.world.ledger.count(name)
        return {"base_url": base, "storefront": f"{base}/storefront/", "requests": requests}

    def _buyer(self, fields: Mapping[str, str]) -> Buyer:
        try:
            return Buyer(**{**asdict(self.world.shoppers.buyer()), **fields})
        except TypeError as error:
            raise Refused(f"a buyer has no such field: {error}") from error


def standing_as_json(standing: Standing) -> dict[str, Any]:
    """A fault in force, for people and programs."""
    fields = {k: v for k, v in asdict(standing.fault).items() if v not in (None, False, 0)}
    for edge in ("since", "until"):
        if edge in fields:
            fields[edge] = fields[edge].isoformat()
    counts = {"number": standing.number, "happened": standing.happened}
    return {**counts, **fields, "text": str(standing.fault)}


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
