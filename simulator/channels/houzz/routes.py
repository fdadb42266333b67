"""HTTP in and out: the one endpoint, its methods by name, and who may call which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from simulator.channels.houzz import answers, listings, order_acts, orders, payments
from simulator.channels.houzz.auth import Key
from simulator.channels.houzz.calls import Call
from simulator.channels.houzz.documents import parse
from simulator.channels.houzz.errors import (
    Refused,
    no_such_method,
    not_permitted,
    refused,
    too_many,
    wrong_format,
    wrong_verb,
)

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

PATH = "/api"
LONGEST = 4 * 1024 * 1024  # bytes of a request's document


@dataclass(frozen=True)
class Method:
    """One method: how it is sent, which box of a key covers it, and what does it."""

    verb: str
    permission: str
    act: Callable[[Houzz, Call], dict[str, Any]]


METHODS = {
    "getListings": Method("GET", "inventory", listings.get_listings),
    "getListing": Method("GET", "inventory", listings.get_listing),
    "addListing": Method("POST", "inventory", listings.add_listing),
    "updateListing": Method("POST", "inventory", listings.update_listing),
    "updateInventory": Method("POST", "inventory", listings.update_inventory),
    "getOrders": Method("GET", "orders", orders.get_orders),
    "getOrder": Method("GET", "orders", orders.get_order),
    "updateOrder": Method("POST", "orders", order_acts.update_order),
    "getPayments": Method("GET", "orders", payments.get_payments),
    "getTransactions": Method("GET", "orders", payments.get_transactions),
}


def create_app(dialect: Houzz) -> Flask:
    """The vendor's API as a WSGI application."""
    app = Flask("simulator.channels.houzz")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST

    @app.route(PATH, methods=["GET", "POST"], strict_slashes=False)
    def api() -> Response:
        with dialect.world.lock:
            return _answered(dialect, request)

    @app.errorhandler(HTTPException)
    def lost(error: HTTPException) -> Response:
        status = error.code or 500
        return _response(request, refused(str(status), error.name).body(), status)

    return app


def _answered(dialect: Houzz, asked: Request) -> Response:
    try:
        return _response(asked, {"Ack": "Success", **_done(dialect, asked)}, 200)
    except Refused as refusal:
        return _response(asked, refusal.body(), refusal.status)


def _done(dialect: Houzz, asked: Request) -> dict[str, Any]:
    """What a call gives, after every check in turn; Refused by the first that fails."""
    name, form = asked.args.get("method", ""), _form(asked)
    dialect.run_due()
    key = dialect.keys.caller(asked.headers)
    if not dialect.may_call(key.token):
        raise too_many()
    if form not in answers.TYPES:
        raise wrong_format(form)
    method = _method(name, "GET" if asked.method == "HEAD" else asked.method, key)
    document = parse(asked.get_data(), _named(name, "Request")) if method.verb == "POST" else None
    with dialect.at_work():
        return method.act(dialect, Call(name, asked.args, document))


def _method(name: str, verb: str, key: Key) -> Method:
    method = METHODS.get(name)
    if method is None:
        raise no_such_method(name)
    if verb != method.verb:
        raise wrong_verb(name, method.verb)
    if method.permission not in key.permits:
        raise not_permitted(name)
    return method


def _named(method: str, suffix: str) -> str:
    """The root element of a method's document: UpdateOrderRequest, UpdateOrderResponse."""
    return method[:1].upper() + method[1:] + suffix if method in METHODS else suffix


def _form(asked: Request) -> str:
    return asked.args.get("format", "xml").lower()


def _response(asked: Request, body: dict[str, Any], status: int) -> Response:
    """An answer in the form that was asked for; XML when that is none."""
    form = _form(asked) if _form(asked) in answers.TYPES else "xml"
    text = answers.written(form, _named(asked.args.get("method", ""), "Response"), body)
    return Response(text, status, content_type=answers.TYPES[form])
