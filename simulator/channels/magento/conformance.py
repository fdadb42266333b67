"""What this vendor has published of itself, and how much of that this shop answers.

Work that is handed in (`/async`) has the body of the ordinary operation; a bulk of it has many, and names its
placeholders in the address (`bySku`). Criteria have two spellings, and lists any length, of which the schema
names one; `fields` trims any answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from simulator.channels.magento.routes import routes
from simulator.conformance import Checker, Violation
from simulator.conformance.openapi import OpenApi
from simulator.conformance.vendors import document

if TYPE_CHECKING:
    from simulator.channels import Dialect

PREFIX = r"(?:/index\.php)?/rest(?:/(?!V\d|async)\w+)?"
HANDED_IN = re.compile(rf"({PREFIX})/async(/bulk)?(/.*)")
NAMED = re.compile(r"/by[A-Z]\w*(?=/|$)")
PLACEHOLDER = re.compile(r"\{[^{}]+\}")
CRITERIA = re.compile(r"search_?criteria(?=[\[.])", re.I)
NUMBERED = re.compile(r"\[\d+\]")
FIELDS = "fields"


def checker(folder: Path) -> Checker:
    """The REST schema of the version that is simulated; `required` means something in answers only."""
    return Rest(
        OpenApi(document(folder / "admin-schema-2.4.7.yaml"), prefix=PREFIX, requires=False)
    )


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The operations that one of this shop's routes answers."""
    answered = {
        f"{method} /" + "/".join("{}" if part.startswith(":") else part for part in parts)
        for (method, _), rows in routes().items()
        for parts, _ in rows
    }
    return [o for o in operations if PLACEHOLDER.sub("{}", o).rstrip("/") in answered]


class Rest:
    """The schema, with work that is handed in."""

    def __init__(self, plain: OpenApi) -> None:
        self._plain = plain

    def operations(self) -> Sequence[str]:
        """Every operation."""
        return self._plain.operations()

    def used(self, request: httpx.Request) -> Sequence[str]:
        """The operation that a request asks for, at once or later."""
        return self._plain.used(_at_once(request)[0])

    def of_request(self, request: httpx.Request) -> list[Violation]:
        """What the schema says against a request, or against any row of a bulk."""
        found = [
            violation
            for one in _at_once(_as_described(request))
            for violation in self._plain.of_request(one)
        ]
        return list(dict.fromkeys(found))

    def of_response(self, request: httpx.Request, response: httpx.Response) -> list[Violation]:
        """What it says against an answer; it describes none of work that is handed in, nor a trimmed one."""
        if HANDED_IN.fullmatch(request.url.path) or FIELDS in request.url.params:
            return []
        return self._plain.of_response(request, response)


def _as_described(request: httpx.Request) -> httpx.Request:
    """A request whose criteria are spelt as in the schema, and whose lists are as long."""
    words = [
        (NUMBERED.sub("[0]", _camel(name) if CRITERIA.match(name) else name), value)
        for name, value in request.url.params.multi_items()
        if name != FIELDS
    ]
    url = request.url.copy_with(params=words)
    return httpx.Request(request.method, url, content=request.content)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _at_once(request: httpx.Request) -> list[httpx.Request]:
    """The ordinary requests that handed-in work stands for; any other request is itself."""
    later = HANDED_IN.fullmatch(request.url.path)
    if later is None:
        return [request]
    prefix, bulk, path = later.groups()
    url = request.url.copy_with(path=prefix + NAMED.sub("/1", path))
    rows = _rows(request.content) if bulk else None
    if rows is None:
        return [httpx.Request(request.method, url, content=request.content)]
    return [httpx.Request(request.method, url, json=row) for row in rows]


def _rows(content: bytes) -> list[Any] | None:
    try:
        rows = json.loads(content)
    except ValueError:
        return None
    return rows if isinstance(rows, list) and rows else None
