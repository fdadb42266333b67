"""The door: who calls, how often, in which version; what is refused gets the vendor's shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from simulator.channels.allegro import (
    commands,
    consent,
    images,
    invoices,
    labels,
    money,
    offer_routes,
    order_routes,
    products,
    reference,
    refunds,
    returns,
    sessions,
    shipments,
)
from simulator.channels.allegro.call import PUBLIC, Answer, Call, Route
from simulator.channels.allegro.errors import (
    Refused,
    Unauthorised,
    denied,
    error,
    not_acceptable,
    unavailable,
    unsupported,
)

if TYPE_CHECKING:
    from simulator.channels.allegro.dialect import Allegro

ROUTES: tuple[Route, ...] = (
    *offer_routes.ROUTES,
    *commands.ROUTES,
    *products.ROUTES,
    *images.ROUTES,
    *order_routes.ROUTES,
    *shipments.ROUTES,
    *invoices.ROUTES,
    *refunds.ROUTES,
    *returns.ROUTES,
    *money.ROUTES,
    *labels.ROUTES,
    *reference.ROUTES,
)
JSON = "application/json;charset=UTF-8"


def create_app(dialect: Allegro) -> Flask:
    """All hosts of the vendor as one WSGI application; their addresses do not meet."""
    app = Flask("simulator.channels.allegro", static_folder=None)
    app.url_map.redirect_defaults = False
    for number, route in enumerate(ROUTES):
        _add(app, dialect, f"api {number}", route.method, route.rule, _entrance(dialect, route))
    for number, (method, rule, handler) in enumerate(consent.PAGES):
        _add(app, dialect, f"page {number}", method, rule, handler)
    _add(app, dialect, "picture", "GET", "/original/<path:name>", images.picture)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def unknown(_: Exception) -> Response:
        with dialect.world.lock:
            return _respond(dialect, _refusal(unavailable(_call(dialect).language)))

    @app.errorhandler(500)
    def broken(_: Exception) -> Response:
        with dialect.world.lock:
            text = error("INTERNAL_SERVER_ERROR", "Internal server error")
            return _respond(dialect, Answer(500, {"errors": [text]}))

    return app


def _add(
    app: Flask,
    dialect: Allegro,
    name: str,
    method: str,
    rule: str,
    handler: Callable[..., Answer],
) -> None:
    def view(**parts: str) -> Response:
        with dialect.world.lock:
            call = _call(dialect)
            try:
                with dialect.at_work():
                    answer = handler(call, **parts)
            except Refused as refused:
                answer = _refusal(refused)
            except Unauthorised as refused:
                answer = Answer(refused.status, refused.body)
            return _respond(dialect, answer)

    app.add_url_rule(rule, name, view, methods=[method], provide_automatic_options=False)


def _call(dialect: Allegro) -> Call:
    language = (request.headers.get("Accept-Language") or "pl-PL")[:2].lower()
    base = request.host_url.rstrip("/")
    known = "pl" if language == "pl" else "en"
    return Call(dialect.store, dialect.limits, request, base, known)


def _entrance(dialect: Allegro, route: Route) -> Callable[..., Answer]:
    """What every address of the API demands before its handler is asked."""

    def enter(call: Call, **parts: str) -> Answer:
        is_user = sessions.is_user(call.store, request.headers.get("Authorization"))
        call.limits.take("client")
        if not is_user and not route.is_public:
            raise denied()
        _check_versions(call, route)
        if route.limit:
            call.limits.take(route.limit)
        answer = route.handler(call, **parts)
        if answer.body is not None and "Content-Type" not in answer.headers:
            spoken = _spoken(route)
            headers = {**answer.headers, "Content-Type": f"{spoken};charset=UTF-8"}
            return Answer(answer.status, answer.body, headers)
        return answer

    return enter


def _check_versions(call: Call, route: Route) -> None:
    """The version is the media type; `*/*` names none (seen 2024-11, issue 10246)."""
    accepted = _types(request.headers.get("Accept", ""))
    if not accepted & set(route.versions) and not (accepted & set(route.takes)):
        raise not_acceptable(call.language)
    if request.method in ("POST", "PUT", "PATCH") and request.get_data():
        sent = _types(request.headers.get("Content-Type", ""))
        if not sent & {*route.versions, *route.takes}:
            raise unsupported(call.language)


def _types(header: str) -> set[str]:
    return {part.split(";")[0].strip().lower() for part in header.split(",")}


def _spoken(route: Route) -> str:
    wanted = _types(request.headers.get("Accept", ""))
    return next((v for v in route.versions if v in wanted), PUBLIC)


def _refusal(refused: Refused) -> Answer:
    return Answer(refused.status, refused.body)


def _respond(dialect: Allegro, answer: Answer) -> Response:
    body: Any = b"" if answer.raw is None else answer.raw
    if answer.raw is None and answer.body is not None:
        body = json.dumps(answer.body, ensure_ascii=False).encode()
    response = Response(body, status=answer.status, headers=dict(answer.headers))
    if "Content-Type" not in answer.headers:
        response.headers["Content-Type"] = JSON
    if not body:
        del response.headers["Content-Type"]
    response.headers["trace-id"] = dialect.store.hex("traces", 16)
    return response
