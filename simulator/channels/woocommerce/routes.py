"""HTTP: from a request to a route's endpoint and back, as WordPress's REST server does it."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from flask import Flask, Request, Response, request

from simulator.channels import woocommerce
from simulator.channels.woocommerce import auth, bodies, checks, index
from simulator.channels.woocommerce.calls import Call, Endpoint, Reply, Route
from simulator.channels.woocommerce.errors import CRITICAL, Fatal, WooError, no_route

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

PREFIX, NAMESPACE = "/wp-json", "/wc/v3"
EXTENSIONS = "/wc-"  # a route whose pattern begins so has its own namespace


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules of this folder, by name: whatever hooks they have is found by itself."""
    names = sorted(m.name for m in pkgutil.iter_modules(woocommerce.__path__))
    return tuple(importlib.import_module(f"{woocommerce.__name__}.{name}") for name in names)


@cache
def routes() -> tuple[tuple[re.Pattern[str], Route], ...]:
    """Every route that answers, with its compiled pattern."""
    found = [r for m in modules() for r in getattr(m, "ROUTES", ())]
    return tuple((re.compile(r.pattern, re.IGNORECASE), r) for r in found)


def address(route: Route) -> str:
    """A route's whole pattern, namespace and all."""
    return route.pattern if route.pattern.startswith(EXTENSIONS) else NAMESPACE + route.pattern


def create_app(dialect: WooCommerce) -> Flask:
    """The shop's web server: answers under /wp-json and ?rest_route=, whatever the method."""
    app = Flask(__name__)

    @app.before_request
    def answer_rest() -> Response | None:
        path = _rest_path(request)
        return None if path is None else _serve(dialect, request, path)

    return app


def _rest_path(request: Request) -> str | None:
    if request.path == PREFIX or request.path.startswith(PREFIX + "/"):
        path = request.path.removeprefix(PREFIX)
    elif "rest_route" in request.args:
        path = request.args["rest_route"]
    else:
        return None
    return "/" + unquote(path).strip("/")


def _serve(dialect: WooCommerce, request: Request, path: str) -> Response:
    scheme_base = dialect.home if request.is_secure else request.host_url.rstrip("/")
    base = scheme_base + PREFIX
    with dialect.at_work():
        try:
            reply, allowed = _answer(dialect, request, path, base)
        except WooError as error:
            reply, allowed = Reply(error.body(), error.status), []
        except Fatal:
            reply, allowed = Reply(CRITICAL, 500), []
    return _response(request, reply, allowed, base)


def _answer(
    dialect: WooCommerce, request: Request, path: str, base: str
) -> tuple[Reply, list[str]]:
    """The reply and the methods for its Allow header; WooError where no route was reached."""
    ours = (path + "/").startswith((NAMESPACE + "/", EXTENSIONS))
    known = (path + "/").startswith(("/wc/", EXTENSIONS))
    user = auth.caller(dialect, request) if known else None
    method = _method(request)
    auth.check_permission(user, method)
    if not ours:
        return index.elsewhere(dialect, method, path, base), ["GET"]
    call = Call(
        dialect, method, path.removeprefix(NAMESPACE), {}, bodies.query_of(request), {}, user, base
    )
    if (match := _match(call)) is None:
        return Reply([]), []
    route, endpoint, call = match
    if endpoint is None:
        reply = Reply(index.describe(route, call, whole=True))
        return reply, _allowed(route, call)
    try:
        call = _parse(call, request, endpoint)
        endpoint.allow(call)
        reply = _trim(endpoint.handle(call), call)
        if bodies.is_bare(request):  # the work is done, then the shop stumbles over the body
            raise Fatal("a bare JSON value as body")
    except WooError as error:
        reply = Reply(error.body(), error.status)
    return reply, _allowed(route, call)


def _method(request: Request) -> str:
    """The method meant: a POST may name another one in the query or in a header."""
    if request.method == "POST":
        named = request.args.get("_method") or request.headers.get("X-HTTP-Method-Override")
        if named:
            return named.upper()
    return request.method.upper()


def _match(call: Call) -> tuple[Route, Endpoint | None, Call] | None:
    """The route, and its endpoint: None for OPTIONS, which describes the route.

    OPTIONS of no route at all is None: nothing is described.
    """
    if call.path == "" and call.method in ("GET", "HEAD", "OPTIONS"):
        return index.ROOT, None if call.method == "OPTIONS" else index.ROOT.endpoints[0], call
    for pattern, route in routes():
        found = pattern.fullmatch(call.path)
        if found is None or (route.when is not None and not route.when(call.dialect)):
            continue
        endpoint = route.endpoint(call.method)
        if endpoint is not None or call.method == "OPTIONS":
            here = {k: v for k, v in found.groupdict().items() if v is not None}
            return route, endpoint, _with(call, path_params=here, params={**here, **call.query})
    if call.method == "OPTIONS":
        return None
    raise no_route()


def _parse(call: Call, request: Request, endpoint: Endpoint) -> Call:
    body = bodies.body_of(request)
    sent = {**call.path_params, **call.query, **body}
    call = _with(call, body=body, params=sent)
    checks.check(endpoint.args, sent)
    return _with(call, params=checks.clean(endpoint.args, sent))


def _with(call: Call, **changes: Any) -> Call:
    return Call(**{**call.__dict__, **changes})


def _allowed(route: Route, call: Call) -> list[str]:
    """The methods of this address that the caller may use."""
    allowed: list[str] = []
    for endpoint in route.endpoints:
        try:
            endpoint.allow(call)
        except WooError:
            continue
        allowed += endpoint.methods
    return list(dict.fromkeys(allowed))


def _trim(reply: Reply, call: Call) -> Reply:
    """`_fields` keeps the named fields, also nested ones ("dimensions.width")."""
    fields = call.params.get("_fields")
    names = [f.strip() for f in checks.as_list(fields)] if fields is not None else []
    if not names or reply.status >= 400:
        return reply
    tree: dict[str, Any] = {}
    for name in names:
        place = tree
        *path, last = name.split(".")
        for step in path:
            inner = place.setdefault(step, {})
            if inner is True:
                break
            place = inner
        else:
            place[last] = True
    body = reply.body
    trimmed = [_kept(row, tree) for row in body] if isinstance(body, list) else _kept(body, tree)
    return Reply(trimmed, reply.status, reply.headers, reply.links)


def _kept(value: Any, tree: dict[str, Any]) -> Any:
    if isinstance(value, list):  # a list has no field of that name
        return []
    if not isinstance(value, dict):
        return value
    return {
        k: _kept(v, tree[k]) if isinstance(tree[k], dict) and isinstance(v, dict | list) else v
        for k, v in value.items()
        if k in tree
    }


def _response(request: Request, reply: Reply, allowed: list[str], base: str) -> Response:
    body = reply.whole()
    if body == {}:  # an empty object is an empty list in PHP
        body = []
    text = "" if request.method == "HEAD" else json.dumps(body, separators=(",", ":"))
    response = Response(text, reply.status, content_type="application/json; charset=UTF-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Access-Control-Expose-Headers"] = "X-WP-Total, X-WP-TotalPages, Link"
    root = f'<{base}/>; rel="https://api.w.org/"'
    headers = dict(reply.headers)
    response.headers["Link"] = ", ".join(filter(None, (root, headers.pop("Link", ""))))
    if allowed:
        response.headers["Allow"] = ", ".join(allowed)
    response.headers.extend(headers)
    return response
