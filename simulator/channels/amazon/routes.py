"""HTTP in and out: Login with Amazon, the operations of all APIs, documents, queues, the consent page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from markupsafe import escape
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import PathConverter

from simulator.channels.amazon import (
    auth,
    catalog_items,
    documents,
    errors,
    feeds,
    inventory,
    listing_search,
    listings,
    notifications,
    orders_2026,
    orders_v0,
    pricing,
    product_types,
    queues,
    reports,
    sellers,
    shipments,
)
from simulator.channels.amazon.auth import LoginRefused
from simulator.channels.amazon.calls import Call, Grant, Operation, Reply, covers
from simulator.channels.amazon.errors import Refused, denied

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

MODULES = (
    *(
        auth,
        catalog_items,
        feeds,
        inventory,
        listing_search,
        listings,
        notifications,
        orders_2026,
        orders_v0,
    ),
    *(pricing, product_types, reports, sellers, shipments),
)
GRANTLESS_ONLY = "This operation needs a grantless token."
SELLERS_ONLY = "This operation needs the seller's authorization."
PAGE = """<!doctype html>
<html><head><title>Authorise an application</title></head><body>
<h1>Authorise an application</h1>
<p>The application {app} asks to act for the seller {seller}.</p>
<form method="post"><button>Allow</button></form>
</body></html>
"""
DONE = (
    "<!doctype html>\n<title>Authorised</title><p>Authorised. The code is <code>{code}</code></p>"
)


class Sku(PathConverter):
    """A seller's own code, which may hold slashes anywhere."""

    regex = ".+?"
    part_isolating = False


def operations() -> Iterator[Operation]:
    """Every operation that is served."""
    for module in MODULES:
        yield from module.OPERATIONS


def create_app(dialect: Amazon) -> Flask:
    """The vendor's hosts as one WSGI application."""
    app = Flask("simulator.channels.amazon")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    app.url_map.converters["sku"] = Sku
    for operation in operations():
        view = _view(dialect, operation)
        app.add_url_rule(
            operation.path,
            operation.name,
            view,
            methods=[operation.method],
            provide_automatic_options=False,
        )
    _login(app, dialect)
    documents.add_routes(app, dialect)
    queues.add_routes(app, dialect)

    @app.errorhandler(HTTPException)
    def lost(error: HTTPException) -> Response:
        """No such path, or no such method there; or a fault of this simulation."""
        if error.code == 500:
            return _answer(dialect, 500, errors.body("InternalFailure", "Internal failure."))
        return _answer(dialect, 404, errors.body("NotFound", "Resource not found."))

    return app


def _view(dialect: Amazon, operation: Operation) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        with dialect.at_work():
            limit = ""
            try:
                grant = _grant(dialect, operation)
                limit = dialect.limits.rate(operation.rate)
                if not dialect.limits.take(operation.name, operation.rate, operation.burst):
                    raise errors.throttled()
                call = Call(request, dialect.shop.clock.now(), grant, path)
                status, body = operation.handle(dialect, call)
            except Refused as refused:
                status = refused.status
                code = operation.style.code(refused)
                body = errors.body(code, refused.message, refused.details)
            else:
                if operation.style.wrapped and body is not None:
                    body = body if _is_bare(operation, body) else {"payload": body}
            return _answer(dialect, status, body, limit)

    return view


def _is_bare(operation: Operation, body: Any) -> bool:
    """Deletions answer without a payload; those who page put the payload in themselves."""
    return operation.method == "DELETE" or (isinstance(body, dict) and "payload" in body)


def _grant(dialect: Amazon, operation: Operation) -> Grant:
    grant = dialect.tokens.grant(request.headers.get("x-amz-access-token"))
    if grant.kind == "restricted":
        if not any(covers(r["path"], request.path) for r in grant.resources):
            raise denied(auth.WRONG)
        return grant
    if operation.access == "grantless" and grant.kind != "grantless":
        raise denied(GRANTLESS_ONLY)
    if operation.access == "seller" and grant.kind != "seller":
        raise denied(SELLERS_ONLY)
    return grant


def _answer(dialect: Amazon, status: int, body: Any, limit: str = "") -> Response:
    response: Response
    if body is None:
        response = Response(status=status)
    else:
        response = dialect.app.json.response(body)  # type: ignore[assignment]
        response.status_code = status
    response.headers["x-amzn-RequestId"] = dialect.notifications.new_id()
    if limit:
        response.headers["x-amzn-RateLimit-Limit"] = limit
    return response


# -- Login with Amazon ----------------------------------------------------------------------------


def _login(app: Flask, dialect: Amazon) -> None:
    @app.post("/auth/o2/token")
    def token() -> Response:
        with dialect.at_work():
            sent: Any = request.form or request.get_json(silent=True, force=True) or {}
            given = sent.to_dict() if isinstance(sent, MultiDict) else sent
            status, body = _token(dialect, given if isinstance(given, dict) else {})
            response = _answer(dialect, status, body)
            response.headers["Cache-Control"] = "no-store"
            return response

    @app.get("/apps/authorize/consent")
    def ask() -> Response:
        with dialect.at_work():
            app_id, keys = request.args.get("application_id"), dialect.keys
            if app_id != keys["app_id"]:
                return _answer(dialect, 404, errors.body("NotFound", "No such application."))
            html = PAGE.format(app=escape(app_id), seller=escape(keys["seller_id"]))
            return Response(html, mimetype="text/html")

    @app.post("/apps/authorize/consent")
    def allow() -> Any:
        with dialect.at_work():
            code, keys = dialect.tokens.consent(), dialect.keys
            back = request.args.get("redirect_uri")
            if back is None:
                return Response(DONE.format(code=code), mimetype="text/html")
            told = {
                "state": request.args.get("state", ""),
                "selling_partner_id": keys["seller_id"],
                "spapi_oauth_code": code,
            }
            return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode(told)}")


def _token(dialect: Amazon, sent: dict[str, Any]) -> Reply:
    try:
        return 200, dialect.tokens.granted(sent)
    except LoginRefused as refused:
        return refused.status, refused.body
