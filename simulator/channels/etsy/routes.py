"""HTTP in and out: the API under /v3/application, the token endpoint, the consent page."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from simulator.channels.etsy import (
    NAME,
    auth,
    consent,
    images,
    inventory_routes,
    listing_lists,
    listing_routes,
    others,
    payments,
    policies,
    profiles,
    properties,
    receipt_routes,
    shipping,
    shops,
    taxonomy,
    tracking,
)
from simulator.channels.etsy.calls import Call, Reply, Route
from simulator.channels.etsy.errors import EtsyError, forbidden, not_found
from simulator.channels.etsy.fields import body_of, query_of

if TYPE_CHECKING:
    from simulator.channels.etsy.dialect import Etsy

PREFIX = "/v3/application"
TOKEN = "/v3/public/oauth/token"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
MODULES = (
    *(shops, taxonomy, listing_lists, listing_routes, inventory_routes, images, properties),
    *(receipt_routes, tracking, payments, profiles, shipping, policies, others),
)


@cache
def routes() -> tuple[Route, ...]:
    """Every address that answers; fixed words before placeholders."""
    found = [route for module in MODULES for route in module.ROUTES]
    return tuple(sorted(found, key=lambda r: r.address.count("{")))


def create_app(dialect: Etsy) -> Flask:
    """The vendor's hosts as one WSGI application."""
    app = Flask("simulator.channels.etsy")

    @app.route(f"{PREFIX}/<path:address>", methods=METHODS)
    def api(address: str) -> Response:
        with dialect.at_work():
            return _serve(dialect, f"/{address}")

    @app.post(TOKEN)
    def token() -> Response:
        with dialect.at_work():
            try:
                return _response(Reply(auth.token_answer(dialect.store, body_of(request))))
            except EtsyError as error:
                return _refusal(error)

    @app.get("/il/<path:name>")
    def picture(name: str) -> Response:
        return Response(images.DOT, content_type="image/png")

    @app.get(consent.PATH)
    def ask() -> Response:
        with dialect.at_work():
            return consent.show(dialect.store, request)

    @app.post(consent.PATH)
    def answered() -> Response:
        with dialect.at_work():
            return consent.answer(dialect.store, request)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def unknown(error: Exception) -> Response:
        return _refusal(not_found())

    @app.errorhandler(500)
    def broken(error: Exception) -> Response:
        return _refusal(EtsyError(500, "Server Error"))

    return app


def _serve(dialect: Etsy, address: str) -> Response:
    answer = _limited(dialect, address)
    bits = dialect.shop.chance.stream(f"{NAME} requests").getrandbits(160)
    answer.headers["x-etsy-request-uuid"] = f"Eu{bits:040x}"[:28]
    return answer


def _limited(dialect: Etsy, address: str) -> Response:
    try:
        auth.check_key(dialect.store, request)
        dialect.limits.take()
        reply = _answer(dialect, address)
        answer = _response(reply)
    except EtsyError as error:
        answer = _refusal(error)
        if isinstance(error, auth.UnknownApp):
            return answer
    answer.headers.update(dialect.limits.headers())
    return answer


def _answer(dialect: Etsy, address: str) -> Reply:
    for route in routes():
        found = route.pattern.fullmatch(address) if route.method == request.method else None
        if found is None:
            continue
        token = auth.check_token(dialect.store, request, route.scopes)
        path = found.groupdict()
        if "shop_id" in path:
            _check_shop(dialect, int(path["shop_id"]), bool(route.scopes))
        call = Call(
            dialect.store,
            path,
            query_of(request),
            body_of(request),
            request.files,
            request.host_url.rstrip("/"),
            token,
        )
        with dialect.whole():
            return route.handle(call)
    raise not_found()


def _check_shop(dialect: Etsy, shop: int, private: bool) -> None:
    if shop != dialect.store.given("shop_id"):
        raise forbidden("You do not have permission for this shop.") if private else not_found()


def _response(reply: Reply) -> Response:
    text = "" if reply.body is None else json.dumps(reply.body, separators=(",", ":"))
    response = Response(text, reply.status, content_type="application/json")
    response.headers.update(reply.headers)
    return response


def _refusal(error: EtsyError) -> Response:
    body: Any = error.body()
    return _response(Reply(body, error.status, error.headers))
