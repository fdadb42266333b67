"""Whether what we send to WooCommerce is described by the vendor's index and the OpenAPI file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import yaml
from jsonschema import Draft4Validator

from simulator.conformance.recorder import places
from tests.shared import shared

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where there is one
TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "date-time": str,
}


@dataclass(frozen=True)
class Route:
    """A route of the vendor's index, its name with {placeholders}, and its arguments by method."""

    pattern: re.Pattern[str]
    name: str
    arguments: Mapping[str, Mapping[str, Any]]


@cache
def routes() -> tuple[Route, ...]:
    """The vendor's own index of wc/v3."""
    path = shared("specs", "woocommerce", "wc-v3-index.json")
    found = json.loads(path.read_text(encoding="utf-8"))["routes"]
    return tuple(_route(name, entry) for name, entry in found.items())


@cache
def openapi() -> Mapping[str, Any]:
    """The OpenAPI description that was made from a live shop."""
    path = shared("specs", "woocommerce", "woocommerce-openapi-3.0.x.yml")
    found: Mapping[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    return found


@cache
def body_schema(method: str, route: str) -> Draft4Validator | None:
    """What a body must be like; None where the description has no such body."""
    operation = openapi()["paths"].get(route, {}).get(method.lower(), {})
    content = (operation.get("requestBody") or {}).get("content") or {}
    schema = (content.get("application/json") or {}).get("schema")
    components = openapi()["components"]
    return Draft4Validator({**schema, "components": components}) if schema else None


@cache
def gaps() -> frozenset[str]:
    """The places where the descriptions are older than the vendor."""
    return frozenset(places("woocommerce"))


def faults_of_request(request: httpx.Request) -> list[str]:
    """What neither the descriptions nor the list of their gaps account for."""
    found = [*_faults(request), *_openapi_faults(request)]
    return [f"{where}: {fault}" for where, fault in found if not (_covering(where) & gaps())]


def _covering(where: str) -> set[str]:
    method, path, argument = where.split(" ", 2)
    plugin = "/" + path.strip("/").split("/")[0]
    return {where, f"{method} {path} *", f"{method} {plugin} *", f"* {argument}"}


def _faults(request: httpx.Request) -> Iterator[tuple[str, str]]:
    path = request.url.path.partition("/wp-json")[2]
    route = next((r for r in routes() if r.pattern.fullmatch(path)), None)
    method = request.method
    name = route.name if route else path.removeprefix("/wc/v3")
    name = re.sub(r"/\d+", "/{id}", name) if route is None else name
    name = name.replace("/orders/{id}/fulfillments", "/orders/{order_id}/fulfillments")
    if route is None or method not in route.arguments:
        yield f"{method} {name or '/'} route", "no such route in the index"
        return
    known = route.arguments[method]
    for key, value in request.url.params.items():
        if key not in {"force"} or key in known:
            yield from _argument(
                f"{method} {name} {key}", known.get(key), _typed(value, known.get(key))
            )
    for row in _rows(request, name):
        for key, value in row.items():
            if key != "id" or not name.endswith("/batch"):
                yield from _argument(f"{method} {name} {key}", known.get(key), value)


def _openapi_faults(request: httpx.Request) -> Iterator[tuple[str, str]]:
    """What the OpenAPI file says against a body; it knows no batches, but what their rows are."""
    path = request.url.path.partition("/wp-json")[2]
    route = next((r for r in routes() if r.pattern.fullmatch(path)), None)
    if route is None or not request.content:
        return
    body = json.loads(request.content)
    one = route.name.removesuffix("/batch")
    if one == route.name:
        pairs = [(request.method, route.name, body)]
    else:
        pairs = [("POST", one, row) for row in body.get("create", ())]
        pairs += [("PUT", f"{one}/{{id}}", row) for row in body.get("update", ())]
    for method, name, row in pairs:
        validator = body_schema(method, name)
        for error in validator.iter_errors(row) if validator else ():
            key = str(error.absolute_path[0]) if error.absolute_path else "*"
            yield f"{request.method} {route.name} {key}", f"{error.message} (OpenAPI)"


def _rows(request: httpx.Request, name: str) -> list[dict[str, Any]]:
    if not request.content:
        return []
    body = json.loads(request.content)
    if name.endswith("/batch"):
        return [*body.get("create", ()), *body.get("update", ())]
    return [body]


def _argument(
    where: str, described: Mapping[str, Any] | None, value: Any
) -> Iterator[tuple[str, str]]:
    if described is None:
        yield where, "no such argument in the index"
        return
    yield from ((where, fault) for fault in _value(described, value))


def _value(described: Mapping[str, Any], value: Any) -> Iterator[str]:
    kind = described.get("type")
    wanted = TYPES.get(kind) if isinstance(kind, str) else None
    if wanted and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
        yield f"{value!r} is not of type {kind}"
        return
    if kind == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value):
        yield f"{value!r} is no time"
    if "enum" in described and value not in described["enum"]:
        yield f"{value!r} is none of {described['enum']}"
    items = described.get("items") or {}
    for row in value if isinstance(value, list) else ():
        yield from _item(items, row)


def _item(described: Mapping[str, Any], row: Any) -> Iterator[str]:
    if isinstance(row, dict):
        known = described.get("properties") or {}
        for key, value in row.items():
            if key not in known:
                yield f"no such field {key!r}"
            else:
                yield from _value(known[key], value)
    else:
        yield from _value(described, row)


def _typed(text: str, described: Mapping[str, Any] | None) -> Any:
    """A query's text as the type that is described."""
    kind = (described or {}).get("type")
    if kind == "integer" and text.isdigit():
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "array":
        numbers = ((described or {}).get("items") or {}).get("type") == "integer"
        return [int(t) if numbers and t.isdigit() else t for t in text.split(",")]
    return text


def _route(name: str, entry: Mapping[str, Any]) -> Route:
    arguments = {
        method: endpoint.get("args") or {}
        for endpoint in entry["endpoints"]
        for method in endpoint["methods"]
    }
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", name).removeprefix("/wc/v3")
    return Route(re.compile(name), plain, arguments)
