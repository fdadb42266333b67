"""What is published of this vendor's methods, and how much of that this account answers.

The vendor publishes pages for people; the index of its methods was made from two clients: parameters
with coarse types, and for most methods the names in the answer. A place is a method and a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx

from simulator.channels.baselinker.routes import CONNECTOR, methods
from simulator.conformance import Checker, Violation
from simulator.conformance.vendors import document

if TYPE_CHECKING:
    from simulator.channels import Dialect

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


def checker(folder: Path) -> Checker:
    """The index of methods."""
    return Index(document(folder / "methods.json")["methods"])


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The methods that answer here."""
    return [operation for operation in operations if operation in methods()]


class Index:
    """Calls and answers by the index of methods."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._methods = described

    def operations(self) -> Sequence[str]:
        """Every method."""
        return list(self._methods)

    def used(self, request: httpx.Request) -> Sequence[str]:
        """The method called, if it is in the index."""
        name, _ = call_of(request)
        return [name] if name in self._methods else []

    def of_request(self, request: httpx.Request) -> list[Violation]:
        """What the index says against a call."""
        if request.url.path != CONNECTOR:
            return [Violation(request.url.path, "no such address")]
        return [Violation(*fault) for fault in self._request(*call_of(request))]

    def of_response(self, request: httpx.Request, response: httpx.Response) -> list[Violation]:
        """What it says against an answer."""
        name, _ = call_of(request)
        if response.status_code != 200:
            told = "errors too are told with 200"
            return [Violation(f"{name} status", f"{response.status_code}: {told}")]
        try:
            body = response.json()
        except ValueError:
            return [Violation(f"{name} body", "not JSON")]
        return [Violation(*fault) for fault in self._response(name, body)]

    def _request(self, name: str, given: Any) -> Iterator[tuple[str, str]]:
        described = self._methods.get(name)
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

    def _response(self, name: str, body: Any) -> Iterator[tuple[str, str]]:
        if not isinstance(body, Mapping) or body.get("status") not in ("SUCCESS", "ERROR"):
            yield f"{name} status", "neither SUCCESS nor ERROR"
            return
        if body["status"] == "ERROR":
            if set(body) != ENVELOPE or not all(isinstance(body[k], str) for k in ENVELOPE):
                yield f"{name} error", f"not an error's shape: {sorted(body)}"
            return
        described = self._methods.get(name) or {}
        if described.get("response_keys") is None:
            return
        keys, names = set(described["response_keys"]), set(described["response_field_names"])
        for key in sorted(keys - set(body)):
            yield f"{name} {key}", "missing in the answer"
        for key in sorted(set(body) - keys - {"status"}):
            yield f"{name} {key}", "not in the answer as described"
        inside = {k: v for k, v in body.items() if k in keys}
        for field in sorted(set(field_names(inside)) - names - keys):
            yield f"{name} {field}", "no such field in the index"


def call_of(request: httpx.Request) -> tuple[str, Any]:
    """The method that a form names, and its parameters (None where they are no JSON)."""
    form = parse_qs(request.content.decode(errors="replace"), keep_blank_values=True)
    name, text = form.get("method", [""])[0], form.get("parameters", [""])[0]
    try:
        return name, json.loads(text or "{}")
    except (ValueError, RecursionError):
        return name, None


def _fits(type: str, value: Any) -> bool:
    if type == "boolean":
        return isinstance(value, bool) or value in (0, 1, "0", "1")
    if type == "number":
        if isinstance(value, str):
            return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if type == "array":
        return isinstance(value, list)
    if type == "object":
        return isinstance(value, dict) or value == []
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def field_names(value: Any) -> Iterator[str]:
    """The names of fields anywhere inside, without keys that are numbers or places."""
    if isinstance(value, list):
        for row in value:
            yield from field_names(row)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not IDENTIFIER.fullmatch(key):
                yield key
            if key not in BY_DATA:
                yield from field_names(inner)
