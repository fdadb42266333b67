"""Whether what is said to Allegro, and what it answers, is described by the vendor's OpenAPI file."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import httpx
import yaml
from jsonschema import Draft4Validator, FormatChecker

from simulator.conformance.recorder import places
from tests.shared import shared

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where there is one
LOGIN = (
    "/auth/oauth/",
    "/skojarz-aplikacje",
    "/original/",
)  # hosts that the file does not describe
VERBS = ("get", "put", "post", "patch", "delete")
Json = Mapping[str, Any]
Fault = tuple[str, str]  # where, in what words


@dataclass(frozen=True)
class Operation:
    """One operation of the file, its path as written there and as a pattern."""

    method: str
    path: str
    pattern: re.Pattern[str]
    spec: Json

    @property
    def name(self) -> str:
        """`GET /order/checkout-forms/{id}`"""
        return f"{self.method} {self.path}"


@cache
def described() -> Json:
    """The vendor's file."""
    text = shared("specs", "allegro", "swagger.yaml").read_text(encoding="utf-8")
    found: Json = yaml.load(text, Loader=LOADER)
    return found


@cache
def operations() -> tuple[Operation, ...]:
    """All operations; those whose path has no placeholders first."""
    found = [
        Operation(verb.upper(), path, _pattern(path), item[verb])
        for path, item in described()["paths"].items()
        for verb in VERBS
        if verb in item
    ]
    return tuple(sorted(found, key=lambda operation: operation.path.count("{")))


@cache
def gaps() -> tuple[str, ...]:
    """Where the file is known to say less, or something else, than the vendor does."""
    return places("allegro")


def faults_of_request(request: httpx.Request) -> list[str]:
    """What neither the file nor the list of its gaps accounts for in a request."""
    return _shown(_request_faults(request))


def faults_of_response(request: httpx.Request, response: httpx.Response) -> list[str]:
    """What neither of them accounts for in an answer, whose body must have been read."""
    return _shown(_response_faults(request, response))


def _shown(found: Iterator[Fault]) -> list[str]:
    return [f"{where}: {text}" for where, text in found if not _is_gap(where)]


def _is_gap(where: str) -> bool:
    return any(fnmatchcase(where, gap) for gap in gaps())


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)))


def _operation(request: httpx.Request) -> Operation | None:
    path = request.url.path
    return next(
        (o for o in operations() if o.method == request.method and o.pattern.fullmatch(path)), None
    )


# -- requests -------------------------------------------------------------------------------------


def _request_faults(request: httpx.Request) -> Iterator[Fault]:
    if request.url.path.startswith(LOGIN):
        return
    operation = _operation(request)
    if operation is None:
        yield f"{request.method} {request.url.path}", "no such operation"
        return
    yield from _query_faults(request, operation)
    yield from _version_faults(request, operation)
    if request.content:
        yield from _body_faults(request, operation)


def _query_faults(request: httpx.Request, operation: Operation) -> Iterator[Fault]:
    known = {p["name"]: p for p in operation.spec.get("parameters", ()) if p["in"] == "query"}
    given = request.url.params
    for name in given:
        where = f"{operation.name} ?{name}"
        if name not in known:
            yield where, "no such parameter"
            continue
        schema = known[name].get("schema") or {}
        row = _resolved(schema.get("items") or {}) if schema.get("type") == "array" else schema
        for text in given.get_list(name):
            for error in _validator(row).iter_errors(_typed(text, _resolved(row))):
                yield where, error.message
    for name, parameter in known.items():
        if parameter.get("required") and name not in given:
            yield f"{operation.name} ?{name}", "is required"


def _typed(text: str, schema: Json) -> Any:
    kind = schema.get("type")
    if kind in ("integer", "number") and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return int(text) if kind == "integer" else float(text)
    return text == "true" if kind == "boolean" and text in ("true", "false") else text


def _version_faults(request: httpx.Request, operation: Operation) -> Iterator[Fault]:
    answers = operation.spec["responses"]
    spoken = {t for status, a in answers.items() if status[0] == "2" for t in a.get("content", {})}
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")}
    if spoken and not spoken & accepted:
        yield f"{operation.name} Accept", f"none of {sorted(spoken)} among {sorted(accepted)}"


def _body_faults(request: httpx.Request, operation: Operation) -> Iterator[Fault]:
    body = _resolved(operation.spec.get("requestBody") or {})
    sent = request.headers.get("content-type", "").split(";")[0].strip()
    content = body.get("content") or {}
    if sent not in content:
        yield f"{operation.name} Content-Type", f"{sent!r} is none of {sorted(content)}"
        return
    if sent.endswith("json"):
        yield from _value_faults(operation.name, content[sent]["schema"], request.content)


# -- answers --------------------------------------------------------------------------------------


def _response_faults(request: httpx.Request, response: httpx.Response) -> Iterator[Fault]:
    if request.url.path.startswith(LOGIN):
        return
    operation = _operation(request)
    if operation is None:
        if response.status_code != 404:
            yield f"{request.method} {request.url.path}", "no such operation, yet no 404"
        return
    where = f"{operation.name} {response.status_code}"
    answers = operation.spec["responses"]
    answer = answers.get(str(response.status_code), answers.get("default"))
    if answer is None:
        yield where, f"no such status; described: {sorted(answers)}"
        yield from _common_faults(where, response)
        return
    content = answer.get("content") or {}
    if not content:
        yield from _common_faults(where, response)
        return
    yield from _content_faults(where, content, response)


def _content_faults(where: str, content: Json, response: httpx.Response) -> Iterator[Fault]:
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    if kind not in content and response.status_code < 400:
        yield f"{where} Content-Type", f"{kind!r} is none of {sorted(content)}"
        return
    media = content.get(kind) or next(iter(content.values()))  # errors come as plain JSON too
    schema = media.get("schema")
    if schema is not None and not kind.endswith("octet-stream"):
        yield from _value_faults(where, schema, _without_nulls(response.content))


def _without_nulls(text: bytes) -> bytes:
    """An answer without the nulls that it writes for what is not there (the samples beside the file)."""
    try:
        return json.dumps(_filled(json.loads(text))).encode()
    except ValueError:
        return text


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(row) for row in value]
    if not isinstance(value, dict):
        return value
    return {name: _filled(inner) for name, inner in value.items() if inner is not None}


def _common_faults(where: str, response: httpx.Response) -> Iterator[Fault]:
    """An error that the file describes without a body has the shape that all have."""
    if response.status_code >= 400:
        name = "AuthError" if response.status_code == 401 else "ErrorsHolder"
        schema = {"$ref": f"#/components/schemas/{name}"}
        yield from _value_faults(f"{where} body", schema, response.content)


# -- values ---------------------------------------------------------------------------------------


def _value_faults(where: str, schema: Json, text: bytes) -> Iterator[Fault]:
    try:
        value = json.loads(text)
    except ValueError:
        yield where, "no JSON"
        return
    for error in _validator(schema).iter_errors(value):
        yield f"{where} {_place(error.absolute_path)}", error.message[:300]
    yield from ((f"{where} {place}", text) for place, text in _unknown(schema, value, ()))


def _place(path: Any) -> str:
    return "/".join("-" if isinstance(part, int) else str(part) for part in path) or "."


def _unknown(schema: Json, value: Any, path: tuple[Any, ...]) -> Iterator[Fault]:
    """The fields that no part of a schema names."""
    properties, rows, is_open = _gathered(schema, value)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            here = (*path, name)
            if name in properties:
                for part in properties[name]:
                    yield from _unknown(part, inner, here)
            elif properties and not is_open:
                yield _place(here), "no such field"
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            for part in rows:
                yield from _unknown(part, inner, (*path, number))


def _gathered(schema: Json, value: Any) -> tuple[dict[str, list[Json]], list[Json], bool]:
    """The fields and rows that a schema and all its parts name; whether it takes others too."""
    schema = _resolved(schema)
    properties = {name: [part] for name, part in (schema.get("properties") or {}).items()}
    rows, is_open = [schema["items"]] if "items" in schema else [], "additionalProperties" in schema
    parts = [part for name in ("allOf", "oneOf", "anyOf") for part in schema.get(name) or ()]
    mapping = schema.get("discriminator", {}).get("mapping", {})
    chosen = isinstance(value, Mapping) and mapping.get(
        value.get(schema.get("discriminator", {}).get("propertyName"))
    )
    if chosen and not parts:
        target = _resolved({"$ref": chosen})
        parts += [p for p in target.get("allOf") or () if "$ref" not in p]
        properties |= {name: [part] for name, part in (target.get("properties") or {}).items()}
    for part in parts:
        more, more_rows, more_open = _gathered(part, value)
        for name, found in more.items():
            properties.setdefault(name, []).extend(found)
        rows, is_open = rows + more_rows, is_open or more_open
    return properties, rows, is_open


def _resolved(node: Json) -> Json:
    while "$ref" in node:
        section, name = node["$ref"].removeprefix("#/components/").split("/")
        node = described()["components"][section][name]
    return node


FORMATS = FormatChecker(formats=())


@FORMATS.checks("uuid", ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or bool(uuid.UUID(value))


@FORMATS.checks("date-time", ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value.replace("Z", "+00:00")))


def _validator(schema: Json) -> Draft4Validator:
    return _validator_of(json.dumps(schema, sort_keys=True))


@cache
def _validator_of(schema: str) -> Draft4Validator:
    whole = {**_plain(json.loads(schema), ""), "components": {"schemas": _schemas()}}
    return Draft4Validator(whole, format_checker=FORMATS)


@cache
def _schemas() -> Json:
    return {n: _plain(node, n) for n, node in described()["components"]["schemas"].items()}


def _plain(node: Any, owner: str) -> Any:
    """A schema of OpenAPI 3.0 as one of JSON Schema: `nullable`, and heirs chosen by `discriminator`."""
    if isinstance(node, list):
        return [_plain(part, owner) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and isinstance(node["$ref"], str):
        return _chosen(node["$ref"], owner)
    made = {
        key: _plain(part, owner)
        for key, part in node.items()
        if key not in ("example", "examples", "description", "default", "discriminator", "nullable")
    }
    if "oneOf" in made:
        made["anyOf"] = made.pop("oneOf")  # the parts are seldom told apart
    if isinstance(made.get("format"), str) and made["format"] not in ("uuid", "date-time"):
        made.pop("format")
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") is True else made


def _chosen(reference: str, owner: str) -> Json:
    """A reference; to a parent with named heirs, it is to the heir whose name the value bears."""
    parent = described()["components"]["schemas"].get(reference.rpartition("/")[2], {})
    told = parent.get("discriminator") or {}
    heirs = told.get("mapping") or {}
    if not heirs or any(part.endswith(f"/{owner}") for part in heirs.values()):
        return {"$ref": reference}
    return {
        "anyOf": [
            {
                "allOf": [{"$ref": heir}],
                "properties": {told["propertyName"]: {"enum": [name]}},
                "required": [told["propertyName"]],
            }
            for name, heir in heirs.items()
        ]
    }
