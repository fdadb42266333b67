"""Whether calls to BaseLinker and its answers are described by the index of its methods."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import yaml

from tests.shared import shared

GAPS = Path(__file__).with_name("baselinker_gaps.yaml")
PATH = "/connector.php"
ENVELOPE = {"status", "error_code", "error_message"}
IDENTIFIER = re.compile(r"\d+|(bl|shop|warehouse)_\d+")  # keys that are data, not names
BY_DATA = {  # maps whose keys are the account's own words
    "text_fields",
    "text_field_keys",
    "features",
    "links",
    "sources",
    "integrations",
    "custom_extra_fields",
    "services",
    "info",
    "warnings",
}


@cache
def methods() -> Mapping[str, Any]:
    """The index: parameters with coarse types, and for most methods the names in the answer."""
    text = shared("specs", "baselinker", "methods.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)["methods"]
    return found


@cache
def gaps() -> frozenset[str]:
    """The places where the index knows less than the vendor."""
    return frozenset(entry["where"] for entry in yaml.safe_load(GAPS.read_text(encoding="utf-8")))


def call_of(request: httpx.Request) -> tuple[str, Any]:
    """The method that a form names, and its parameters (None where they are no JSON)."""
    form = parse_qs(request.content.decode(), keep_blank_values=True)
    text = form.get("parameters", ["{}"])[0] or "{}"
    try:
        return form.get("method", [""])[0], json.loads(text)
    except ValueError:
        return form.get("method", [""])[0], None


def faults_of_request(request: httpx.Request) -> list[str]:
    """What neither the index nor the list of its gaps accounts for."""
    if request.url.path != PATH:
        return [f"{request.url.path}: no such address"]
    name, given = call_of(request)
    return [f"{where}: {fault}" for where, fault in _request(name, given) if not _is_gap(where)]


def faults_of_response(request: httpx.Request, response: httpx.Response) -> list[str]:
    """The same of an answer."""
    if response.status_code != 200:
        return [f"status {response.status_code}: errors too are told with 200"]
    name, _ = call_of(request)
    found = _response(name, response.json())
    return [f"{where}: {fault}" for where, fault in found if not _is_gap(where)]


def _is_gap(where: str) -> bool:
    method, _, name = where.partition(" ")
    return bool({where, f"{method} *", f"* {name}"} & gaps())


def _request(name: str, given: Any) -> Iterator[tuple[str, str]]:
    described = methods().get(name)
    if described is None:
        yield f"{name} method", "no such method in the index"
        return
    if not isinstance(given, Mapping):
        if given != []:
            yield f"{name} parameters", "not a JSON object"
        return
    known = described["parameters"]
    for parameter, entry in known.items():
        if entry["required"] and given.get(parameter) is None:
            yield f"{name} {parameter}", "required and not given"
    for parameter, value in given.items():
        if parameter not in known:
            yield f"{name} {parameter}", "no such parameter in the index"
        elif value is not None and not _fits(known[parameter]["type"], value):
            yield f"{name} {parameter}", f"{value!r} is not of type {known[parameter]['type']}"


def _fits(type: str, value: Any) -> bool:
    if type == "boolean":
        return isinstance(value, bool) or value in (0, 1, "0", "1")
    if type == "number":
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number or (
            isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
        )
    if type == "array":
        return isinstance(value, list)
    if type == "object":
        return isinstance(value, dict) or value == []
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _response(name: str, body: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(body, Mapping) or body.get("status") not in ("SUCCESS", "ERROR"):
        yield f"{name} status", "neither SUCCESS nor ERROR"
        return
    if body["status"] == "ERROR":
        if set(body) != ENVELOPE or not all(isinstance(body[k], str) for k in ENVELOPE):
            yield f"{name} error", f"not an error's shape: {sorted(body)}"
        return
    described = methods().get(name) or {}
    if described.get("response_keys") is None:
        return
    keys, names = set(described["response_keys"]), set(described["response_field_names"])
    for key in sorted(keys - set(body)):
        yield f"{name} {key}", "missing in the answer"
    for key in sorted(set(body) - keys - {"status"}):
        yield f"{name} {key}", "not in the answer as described"
    for field in sorted(set(_names({k: v for k, v in body.items() if k in keys}))):
        if field not in names | keys:
            yield f"{name} {field}", "no such field in the index"


def _names(value: Any) -> Iterator[str]:
    """The names of fields anywhere inside, without keys that are numbers or places."""
    if isinstance(value, list):
        for row in value:
            yield from _names(row)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not IDENTIFIER.fullmatch(key):
                yield key
            if key not in BY_DATA:
                yield from _names(inner)
