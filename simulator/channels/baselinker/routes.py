"""HTTP: one address, one form, one answer with status 200 whatever comes of it."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from simulator.channels import baselinker
from simulator.channels.baselinker.calls import Call, Method
from simulator.channels.baselinker.errors import Refused
from simulator.channels.baselinker.params import Params

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker

CONNECTOR = "/connector.php"
FORM_BYTES = 2**26  # sixteen pictures of 2 MB as base64, and the rest of a product


@cache
def methods() -> dict[str, Method]:
    """Every method that answers, by name."""
    found: dict[str, Method] = {}
    names = {m.name for m in pkgutil.iter_modules(baselinker.__path__)} - {"conformance"}
    for module in sorted(names):
        found |= getattr(importlib.import_module(f"{baselinker.__name__}.{module}"), "METHODS", {})
    return found


def create_app(dialect: BaseLinker) -> Flask:
    """The vendor's web server."""
    app = Flask(__name__)
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES

    @app.route(CONNECTOR, methods=["GET", "POST"])
    def connector() -> Response:
        with dialect.world.lock:
            body = _answer(dialect, request)
        shown = _php(body)
        if dialect.store.setting("numbers_as_text"):
            shown = _as_text(shown)
        text = json.dumps(shown, separators=(",", ":"))
        return Response(text, content_type="application/json; charset=utf-8")

    @app.get("/order/<int:number>/<page>/")
    def order_page(number: int, page: str) -> BaseResponse:
        return redirect(f"/storefront/order?number={number}")

    return app


def _answer(dialect: BaseLinker, asked: Request) -> dict[str, Any]:
    try:
        dialect.let_in(asked.headers.get("X-BLToken") or asked.form.get("token") or "")
        name = asked.form.get("method", "")
        method = methods().get(name)
        if method is None:
            raise Refused("ERROR_UNKNOWN_METHOD", f"Unknown method: {name}")
        given = _parameters(asked.form.get("parameters", ""))
        dialect.run_due()
        with dialect.at_work():
            return {"status": "SUCCESS", **method(Call(dialect, given))}
    except Refused as refused:
        return refused.body


def _parameters(text: str) -> Params:
    """The JSON object of a call; nothing at all and an empty list stand for an empty one."""
    if not text.strip():
        return Params({})
    try:
        given = json.loads(text, parse_constant=_no_constant)
        json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Refused("ERROR_PARSE_JSON_PARAMETERS", "") from error
    if given in (None, []):
        return Params({})
    if not isinstance(given, Mapping):
        raise Refused("ERROR_PARSE_JSON_PARAMETERS", "")
    return Params(given)


def _no_constant(name: str) -> None:
    """Python's JSON also knows NaN and Infinity; PHP's does not."""
    raise ValueError(name)


def _php(value: Any) -> Any:
    """As PHP writes JSON: a map that is numbered from 0, or is empty, is a list."""
    if isinstance(value, dict):
        shown = {k: _php(v) for k, v in value.items()}
        is_list = not shown or ("0" in shown and list(shown) == [str(n) for n in range(len(shown))])
        return list(shown.values()) if is_list else shown
    return [_php(v) for v in value] if isinstance(value, list) else value


def _as_text(value: Any) -> Any:
    """As older accounts answer: numbers are text."""
    if isinstance(value, dict):
        return {k: _as_text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_text(v) for v in value]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else value
