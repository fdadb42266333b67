"""Whether what goes to Etsy and comes from it is described by the vendor's OpenAPI document.

Stricter than the document where it is silent: a response has every field that its schema names and
no other, a request none that is not named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft4Validator

from simulator.conformance.recorder import places
from tests.shared import shared

PREFIX = "/v3/application"
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
Json = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation of the document, with the pattern of its path."""

    pattern: re.Pattern[str]
    method: str
    described: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The vendor's name of it."""
        return str(self.described["operationId"])


# -- the document -------------------------------------------------------------------------------


@cache
def document() -> Json:
    """The vendor's document."""
    path = shared("specs", "etsy", "etsy-oas-3.0.0.json")
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, those with fixed words first."""
    found = [
        Operation(
            re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), method.upper(), described
        )
        for path, methods in sorted(document()["paths"].items(), key=lambda p: p[0].count("{"))
        for method, described in methods.items()
    ]
    return tuple(found)


def operation(request: httpx.Request) -> Operation | None:
    """The operation that a request is for."""
    for known in operations():
        if known.method == request.method and known.pattern.fullmatch(request.url.path):
            return known
    return None


@cache
def gaps() -> frozenset[str]:
    """The places where the vendor does otherwise than its document says."""
    return frozenset(places("etsy"))


@cache
def components(whole: bool) -> Json:
    """The named schemas as JSON Schema; `whole`: every field of them must be there."""
    schemas = document()["components"]["schemas"]
    return {"schemas": {name: converted(schema, whole) for name, schema in schemas.items()}}


def converted(schema: Json, whole: bool) -> Json:
    """An OpenAPI 3.0 schema as JSON Schema: nullable spelt out, no fields beside the named ones."""
    kept: Json = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: converted(inner, whole) for name, inner in value.items()}
        elif key == "items":
            kept[key] = converted(value, whole)
        elif key in ("oneOf", "anyOf", "allOf"):
            kept[key] = [converted(inner, whole) for inner in value]
        elif key in ("type", "enum", "minimum", "maximum", "$ref", "required", "format"):
            kept[key] = value
    if schema.get("properties"):
        kept["additionalProperties"] = False
        if whole:
            kept["required"] = list(schema["properties"])
    if schema.get("format") == "binary" or not schema.get("nullable"):
        return kept
    return {"anyOf": [kept, {"type": "null"}]}


def errors(schema: Json, value: Any, whole: bool) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) of a value."""
    full = {**converted(schema, whole), "components": components(whole)}
    for error in Draft4Validator(full).iter_errors(value):
        yield from _leaves(error)


def _leaves(error: Any) -> Iterator[tuple[str, str]]:
    """The innermost reasons of an error; of alternatives those that are not about null."""
    inner = [e for e in error.context or () if e.validator_value != "null"]
    if inner:
        for one in inner:
            yield from _leaves(one)
        return
    path = [str(step) for step in error.absolute_path if not isinstance(step, int)]
    named = re.match(r"'(\w+)' is a required property", error.message)
    extra = re.findall(r"'(\w+)' (?:was|were) unexpected", error.message)
    field = (
        (named[1] if named else extra[0] if extra else path[-1])
        if (named or extra or path)
        else "*"
    )
    yield field, error.message


def _told(operation: str, found: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> list[str]:
    """The faults that no gap accounts for."""
    told = []
    for field, text in found:
        if not {f"{operation} {field}", f"* {field}", f"{operation} *"} & gaps():
            told.append(f"{operation} {field}: {text[:300]}")
    return told


# -- requests -----------------------------------------------------------------------------------


def faults_of_request(request: httpx.Request) -> list[str]:
    """What neither the document nor the list of its gaps accounts for in a request."""
    if not request.url.path.startswith(PREFIX):
        return []  # the token endpoint and the consent page are not in the document
    known = operation(request)
    if known is None:
        return [f"{request.method} {request.url.path}: no such operation"]
    found = [*_headers(known, request), *_path(known, request), *_query(known, request)]
    return _told(known.id, [*found, *_body(known, request)])


def _headers(known: Operation, request: httpx.Request) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"[^:]+:[^:]+", request.headers.get("x-api-key", "")):
        yield "x-api-key", "must be keystring:shared_secret"
    needs = any("oauth2" in way for way in known.described.get("security", ()))
    if needs and not request.headers.get("authorization", "").startswith("Bearer "):
        yield "authorization", "a bearer token is needed"


def _path(known: Operation, request: httpx.Request) -> Iterator[tuple[str, str]]:
    match = known.pattern.fullmatch(request.url.path)
    assert match is not None
    for described in known.described.get("parameters", ()):
        if described["in"] == "path":
            yield from _value(described, match[described["name"]])


def _query(known: Operation, request: httpx.Request) -> Iterator[tuple[str, str]]:
    described = {p["name"]: p for p in known.described.get("parameters", ()) if p["in"] == "query"}
    for name, text in request.url.params.multi_items():
        if name not in described:
            yield name, "no such parameter"
        else:
            yield from _value(described[name], text)
    for name, parameter in described.items():
        if parameter.get("required") and name not in request.url.params:
            yield name, "a required parameter"


def _value(described: Json, text: str) -> Iterator[tuple[str, str]]:
    value = typed(described["schema"], text)
    yield from ((described["name"], t) for _, t in errors(described["schema"], value, False))


def typed(schema: Json, text: str) -> Any:
    """A text of a query or form as the type that is described."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "array":
        return [typed(schema["items"], part) for part in text.split(",")]
    return None if text == "" and schema.get("nullable") else text


def _body(known: Operation, request: httpx.Request) -> Iterator[tuple[str, str]]:
    content = known.described.get("requestBody", {}).get("content")
    if content is None:
        if request.content:
            yield "body", "no body is described"
        return
    (wanted, described), *_ = content.items()
    sent = request.headers.get("content-type", "").partition(";")[0]
    if sent != wanted:
        yield "content-type", f"{sent or 'none'} instead of {wanted}"
        return
    schema = described["schema"]
    if wanted == MULTIPART:
        names = re.findall(rb'form-data; name="(\w+)"', request.read())
        yield from (
            (name.decode(), "no such field")
            for name in names
            if name.decode() not in schema["properties"]
        )
        return
    body = _form(schema, request) if wanted == FORM else json.loads(request.content or b"{}")
    yield from errors(schema, body, False)


def _form(schema: Json, request: httpx.Request) -> Json:
    found: Json = {}
    for name, text in parse_qsl(request.content.decode(), keep_blank_values=True):
        value = typed(schema["properties"].get(name, {}), text)
        found[name] = [*found[name], *value] if name in found and isinstance(value, list) else value
    return found


# -- responses ----------------------------------------------------------------------------------


def faults_of_response(request: httpx.Request, response: httpx.Response) -> list[str]:
    """What neither the document nor the list of its gaps accounts for in a response."""
    known = operation(request)
    if known is None:
        return []
    response.read()
    described = known.described["responses"].get(str(response.status_code))
    if described is None:
        return _told(known.id, [(str(response.status_code), "no such status is described")])
    content = described.get("content", {}).get("application/json")
    if content is None:
        return _told(known.id, [("body", "no body is described")] if response.content else [])
    if not response.headers.get("content-type", "").startswith("application/json"):
        return _told(known.id, [("content-type", "must be JSON")])
    return _told(known.id, list(errors(content["schema"], response.json(), True)))
