"""HTTP: from a request to the endpoint of a route and back, as the vendor's REST server does it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from flask import Flask, Request, Response, request

from simulator.channels import magento
from simulator.channels.magento import auth, background, bodies, errors, inputs, limits, projection
from simulator.channels.magento.calls import Call, Caller, Route
from simulator.channels.magento.errors import Crash, Internal, Refusal

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
WITH_BODY = frozenset({"POST", "PUT"})
ASYNC, BULK = "async", "bulk"
VERSION = re.compile(r"V\d+")


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules of this folder, by name: whatever hooks they have is found by itself."""
    names = sorted(m.name for m in pkgutil.iter_modules(magento.__path__))
    return tuple(importlib.import_module(f"{magento.__name__}.{name}") for name in names)


@cache
def routes() -> Mapping[tuple[str, int], tuple[tuple[tuple[str, ...], Route], ...]]:
    """Every route by method and number of segments, those with fewer placeholders first."""
    found: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
    for module in modules():
        for route in getattr(module, "ROUTES", ()):
            parts = tuple(route.path.strip("/").split("/"))
            found.setdefault((route.method, len(parts)), []).append((parts, route))
    return {key: tuple(sorted(rows, key=_variables)) for key, rows in found.items()}


def _variables(row: tuple[tuple[str, ...], Route]) -> list[bool]:
    return [part.startswith(":") for part in row[0]]


def match(
    method: str, parts: tuple[str, ...], *, by_name: bool = False
) -> tuple[Route, dict[str, str]]:
    """The route for an address and the values of its placeholders. Refusal when there is none.

    `by_name`: the address is that of bulk work, where :sku is written bySku.
    """
    for pattern, route in routes().get((method, len(parts)), ()):
        values: dict[str, str] = {}
        for wanted, got in zip(pattern, parts, strict=True):
            if wanted.startswith(":"):
                if by_name and got != "by" + inputs.camel(wanted[1:]):
                    break
                values[wanted[1:]] = got
            elif wanted != got:
                break
        else:
            return route, {} if by_name else values
    raise errors.no_route()


def create_app(dialect: Magento) -> Flask:
    """The shop's web server: answers under /rest, whatever the method."""
    app = Flask(__name__)

    @app.before_request
    def answer_rest() -> Response | None:
        parts = _segments(request)
        if parts[:1] == ("index.php",):
            parts = parts[1:]
        return _serve(dialect, request, parts[1:]) if parts[:1] == ("rest",) else None

    return app


def _segments(request: Request) -> tuple[str, ...]:
    """The path's segments; %2F within one stays there where the server tells how it was written."""
    raw = request.environ.get("REQUEST_URI")
    if raw is None:
        return tuple(s for s in request.path.split("/") if s)
    path = re.sub(r"^https?://[^/]*", "", raw).partition("?")[0]
    return tuple(unquote_plus(s) for s in path.split("/") if s)


def _serve(dialect: Magento, request: Request, parts: tuple[str, ...]) -> Response:
    kind = bodies.accepted(request.headers.get("Accept"))
    if kind is None:
        return Response(bodies.PAGE, 500, content_type=bodies.HTML)
    if request.method == "HEAD":
        return Response("", 405, content_type=kind)
    try:
        with dialect.at_work():
            body, status = _answer(dialect, request, parts)
            wanted = request.args.get("fields", "")
            if wanted and isinstance(body, list | dict):
                body = projection.projected(body, wanted)
    except Refusal as refusal:
        body, status = refusal.body(), refusal.status
    except Internal:
        body, status = {"message": dialect.report()}, 500
    except Crash:
        return Response(errors.CRASH, 500, content_type="text/plain;charset=UTF-8")
    text = bodies.to_xml(body) if kind == bodies.XML else bodies.to_json(body)
    return Response(text, status, content_type=kind)


def _answer(dialect: Magento, request: Request, parts: tuple[str, ...]) -> tuple[Any, int]:
    store = dialect.default_store
    if parts and VERSION.match(parts[0]) is None and parts[0] != ASYNC:
        store = dialect.store_id(parts[0])
        parts = parts[1:]
    if request.method not in METHODS:
        raise Refusal(f"The {request.method} HTTP method is not supported.", None, 405)
    way = ""
    if parts[:1] == (ASYNC,):
        if request.method == "GET":
            raise Refusal(errors.CANNOT_PROCESS)
        is_bulk = parts[1:2] == (BULK,)
        way, parts = (BULK, parts[2:]) if is_bulk else (ASYNC, parts[1:])
    if not parts or VERSION.match(parts[0]) is None:
        raise Refusal(errors.CANNOT_PROCESS)
    route, values = match(request.method, parts, by_name=way == BULK)
    url = request.base_url
    raw = request.environ.get("REQUEST_URI")
    if raw is not None:
        url = request.host_url.rstrip("/") + re.sub(r"^https?://[^/]*", "", raw).partition("?")[0]
    query = request.query_string.decode("utf-8", "replace")
    header = request.headers.get("Authorization")
    who = auth.caller(dialect, header, request.method, url, auth.query_pairs(query))
    if not who.may(route.resource):
        raise errors.not_allowed(route.resource)
    content = request.get_data()
    content_type = request.headers.get("Content-Type")
    if way == BULK and (rows := bodies.read_list(content, content_type)) is not None:
        return background.accept(dialect, route, store, who, rows), 202
    sent: dict[str, Any] = bodies.query(query)
    if request.method in WITH_BODY:
        sent = bodies.read(content, content_type) | sent  # what the address says goes first
    if way == BULK:
        rows = [row for row in sent.values() if isinstance(row, Mapping)]
        return background.accept(dialect, route, store, who, rows), 202
    if way == ASYNC:
        return background.accept(dialect, route, store, who, [{**sent, **values}]), 202
    call = make_call(dialect, route, store, who, {**sent, **values}, request.host_url)
    body = route.handler(call)
    return [] if body is None else body, 200  # what gives nothing back prints as an empty list


def make_call(
    dialect: Magento,
    route: Route,
    store: int,
    who: Caller,
    sent: Mapping[str, Any],
    base_url: str = "",
    *,
    is_background: bool = False,
) -> Call:
    """A call of a route with typed arguments. Refusal when they do not fit."""
    args = inputs.arguments(route.params, sent)
    limits.check(dialect, tuple(route.params), args, is_background=is_background)
    return Call(dialect, route.method, store, who, args, sent, base_url, is_background)
