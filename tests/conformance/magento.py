"""Whether exchanges with Magento are described by the vendor's REST schema of 2.4.7.

The schema's `required` comes from PHP's getters: it tells what answers hold, not what the server
insists on. So requests are checked by types and names alone.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any
from urllib.parse import unquote

import httpx
import yaml
from jsonschema import Draft4Validator

from simulator.conformance.recorder import places
from tests.shared import shared

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where there is one
STORE = re.compile(r"^(/index\.php)?/rest(/(?!V\d|async)[\w]+)?(?=/)")
ASYNC = re.compile(r"^/async(/bulk)?(?=/)")


@dataclass(frozen=True)
class Operation:
    """One method of one address of the schema."""

    name: str  # "GET /V1/orders/{id}"
    body: Draft4Validator | None
    query: frozenset[str]
    answers: Mapping[str, Draft4Validator]


@cache
def document() -> Mapping[str, Any]:
    """The vendor's schema."""
    path = shared("specs", "magento", "admin-schema-2.4.7.yaml")
    found: Mapping[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    return found


@cache
def lenient() -> Mapping[str, Any]:
    """Its definitions, with nothing required: for requests."""
    found = copy.deepcopy(dict(document()["definitions"]))
    for one in found.values():
        one.pop("required", None)
    return found


@cache
def gaps() -> tuple[str, ...]:
    """Where the schema says something else than a real shop does."""
    return places("magento")


@cache
def operation(method: str, path: str) -> Operation | None:
    """What the schema says of an address; None when it does not know it."""
    parts = path.strip("/").split("/")
    best: tuple[int, str] | None = None
    for name, methods in document()["paths"].items():
        if method.lower() not in methods:
            continue
        wanted = name.strip("/").split("/")
        if len(wanted) == len(parts) and all(
            w.startswith("{") or w == p for w, p in zip(wanted, parts, strict=True)
        ):
            literal = sum(not w.startswith("{") for w in wanted)
            if best is None or literal > best[0]:
                best = literal, name
    return None if best is None else _operation(method, best[1])


def _operation(method: str, name: str) -> Operation:
    described = document()["paths"][name][method.lower()]
    body, query = None, set()
    for parameter in described.get("parameters", ()):
        if parameter["in"] == "body":
            schema = {**parameter["schema"], "definitions": lenient()}
            schema.pop("required", None)
            body = Draft4Validator(schema)
        elif parameter["in"] == "query":
            query.add(re.split(r"[\[.]", parameter["name"])[0])
    answers = {
        status: Draft4Validator({**answer["schema"], "definitions": document()["definitions"]})
        for status, answer in described.get("responses", {}).items()
        if "schema" in answer
    }
    return Operation(f"{method} {name}", body, frozenset(query), answers)


def faults_of_request(request: httpx.Request) -> list[str]:
    """What the schema says against a request, less the known gaps."""
    return [fault for fault in _of_request(request) if not _is_gap(fault)]


def faults_of_response(request: httpx.Request, response: httpx.Response) -> list[str]:
    """What the schema says against an answer, less the known gaps."""
    return [fault for fault in _of_response(request, response) if not _is_gap(fault)]


def _of_request(request: httpx.Request) -> Iterator[str]:
    known, bulk = _find(request)
    if known is None:
        yield f"{request.method} {_path(request)[0]} request: no such address"
        return
    for key in request.url.params:
        name = re.split(r"[\[.]", key)[0]
        if name not in known.query | {"fields", "searchCriteria", "search_criteria"}:
            yield f"{known.name} request: no such parameter {name}"
    if not request.content:
        return
    sent = json.loads(request.content)
    for row in sent if bulk and isinstance(sent, list) else [sent]:
        if known.body is None:
            yield f"{known.name} request: no body is described"
        else:
            yield from _told(known, "request", known.body, row)


def _of_response(request: httpx.Request, response: httpx.Response) -> Iterator[str]:
    known, _ = _find(request)
    if known is None or "json" not in response.headers.get("content-type", ""):
        return
    if "fields=" in str(request.url) or not response.content:
        return  # a trimmed answer is no longer what is described
    is_async = bool(ASYNC.match(STORE.sub("", request.url.path)))
    validator = known.answers.get(str(response.status_code))
    if response.status_code >= 400:
        validator = validator or Draft4Validator(
            {"$ref": "#/definitions/error-response", "definitions": document()["definitions"]}
        )
    if validator is None or (is_async and response.status_code < 400):
        return
    yield from _told(known, f"response {response.status_code}", validator, response.json())


def _told(known: Operation, what: str, validator: Draft4Validator, value: Any) -> Iterator[str]:
    for error in validator.iter_errors(value):
        place = _place(error.absolute_path)
        if error.validator == "required":
            missing = re.match(r"'(\w+)'", error.message)
            yield f"{known.name} {what}: {place}.{missing[1] if missing else '?'} is required"
        else:
            kind = error.validator_value
            got = type(error.instance).__name__
            yield f"{known.name} {what}: {place} is {got}, not {kind}"


def _place(path: Sequence[Any]) -> str:
    return "".join("[]" if isinstance(step, int) else f".{step}" for step in path)


def _find(request: httpx.Request) -> tuple[Operation | None, bool]:
    path, bulk = _path(request)
    return operation(request.method, path), bulk


def _path(request: httpx.Request) -> tuple[str, bool]:
    raw = request.url.raw_path.decode("ascii").partition("?")[0]
    plain = STORE.sub("", raw)
    found = ASYNC.match(plain)
    if found:
        plain = plain[found.end() :]
    parts = [unquote(p).replace("/", "%2F") for p in plain.strip("/").split("/")]
    return "/" + "/".join(parts), bool(found and found[1])


def _is_gap(fault: str) -> bool:
    return any(fnmatchcase(fault, gap) for gap in gaps())
