"""The family of OpenAPI 3.0 and Swagger 2.0: paths, parameters, bodies, answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx

from simulator.conformance import Violation
from simulator.conformance.schemas import Schemas

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation of a document, in the words of either version."""

    name: str  # "GET /orders/{id}"
    path: re.Pattern[str]
    parameters: tuple[Json, ...]  # of path and query
    body: Any  # the schema of the body it takes, or None
    answers: Mapping[str, Any]  # {status or "default": its body's schema, or None}
    schemas: Schemas


class OpenApi:
    """One or more documents of a vendor. `requires`: whether `required` counts in requests."""

    def __init__(self, *documents: Json, prefix: str | None = None, requires: bool = True) -> None:
        self._documents, self._requires = documents, requires
        self._prefix = prefix  # a pattern; default: what the documents say

    def operations(self) -> Sequence[str]:
        """Every operation, in the order of the documents."""
        return list(dict.fromkeys(operation.name for operation in self._all))

    def used(self, request: httpx.Request) -> Sequence[str]:
        """The operation that a request asks for."""
        found = self._find(request)
        return [found.name] if found else []

    def of_request(self, request: httpx.Request) -> list[Violation]:
        """Parameters and body, by name and type; names that nobody described are faults, too."""
        operation = self._find(request)
        if operation is None:
            return [Violation(_bare(request), "no such operation")]
        found = [*_query_faults(operation, request, requires=self._requires)]
        body = _json(request.content)
        if body is not None and operation.body is not None:
            schemas = operation.schemas
            told = [*schemas.faults(operation.body, body), *schemas.unknown(operation.body, body)]
            found += [
                (place, what)
                for place, what in told
                if self._requires or "is a required" not in what
            ]
        return [Violation(f"{operation.name} {place}".rstrip(), what) for place, what in found]

    def of_response(self, request: httpx.Request, response: httpx.Response) -> list[Violation]:
        """Status and body. Errors that the documents do not mention may be of any shape."""
        operation = self._find(request)
        if operation is None:
            return []
        status = str(response.status_code)
        described = operation.answers
        known = next((k for k in (status, f"{status[0]}XX", "default") if k in described), None)
        if known is None:
            if response.status_code >= 400:
                return []
            return [Violation(f"{operation.name} {status}", "no such answer is described")]
        schema, body = described[known], _json(response.content)
        if schema is None or body is None:
            return []
        return [
            Violation(f"{operation.name} {status} {place}".rstrip(), what)
            for place, what in operation.schemas.faults(schema, body)
        ]

    # -- inside -------------------------------------------------------------------------------------

    @cached_property
    def _all(self) -> list[Operation]:
        """The operations; those with the fewest placeholders first, as they are matched."""
        found = [operation for document in self._documents for operation in self._read(document)]
        return sorted(found, key=lambda operation: operation.name.count("{"))

    def _find(self, request: httpx.Request) -> Operation | None:
        for operation in self._all:
            method = operation.name.partition(" ")[0]
            if method == request.method and operation.path.fullmatch(request.url.path):
                return operation
        return None

    def _read(self, document: Json) -> Iterator[Operation]:
        schemas = Schemas(document)
        prefix = self._prefix if self._prefix is not None else _prefix(document)
        for path, item in document["paths"].items():
            shape = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(path))
            pattern = re.compile(f"(?:{prefix}){shape}/?")
            for method in METHODS:
                if method in item:
                    yield _operation(f"{method.upper()} {path}", pattern, item, method, schemas)


def _prefix(document: Json) -> str:
    """What stands before a document's paths, as a pattern."""
    bases = [document.get("basePath") or ""]
    bases += [urlsplit(server["url"]).path for server in document.get("servers") or ()]
    return "|".join(re.escape(base.rstrip("/")) for base in dict.fromkeys(bases))


def _operation(
    name: str, path: re.Pattern[str], item: Json, method: str, schemas: Schemas
) -> Operation:
    described = item[method]
    given = [*(item.get("parameters") or ()), *(described.get("parameters") or ())]
    parameters = [schemas.meant(parameter) for parameter in given]
    body = next((p.get("schema") for p in parameters if p["in"] == "body"), None)
    if "requestBody" in described:
        body = _content(schemas.meant(described["requestBody"]))
    answers = {
        str(status): _content(schemas.meant(answer))
        for status, answer in (described.get("responses") or {}).items()
    }
    plain = tuple(p for p in parameters if p["in"] == "query")
    return Operation(name, path, plain, body, answers, schemas)


def _content(described: Json) -> Any:
    """The schema of a body or answer in JSON, by either version's way of saying it."""
    if "schema" in described:
        return described["schema"]
    for kind, content in (described.get("content") or {}).items():
        if "json" in kind:
            return content.get("schema")
    return None


def _bare(request: httpx.Request) -> str:
    path = re.sub(r"/(\d+|[^/]*\d{3,}[^/]*)(?=/|$)", "/{}", request.url.path)
    return f"{request.method} {path}"


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None


def _query_faults(
    operation: Operation, request: httpx.Request, *, requires: bool
) -> Iterator[tuple[str, str]]:
    known = {parameter["name"]: parameter for parameter in operation.parameters}
    given = request.url.params
    for name in dict.fromkeys(given.keys()):
        parameter = known.get(name) or known.get(name.removesuffix("[]"))
        if parameter is None:
            yield name, "no such parameter"
            continue
        schema = parameter.get("schema") or parameter
        yield from (
            (name, what)
            for _, what in operation.schemas.faults(
                schema, _typed(operation.schemas.meant(schema), given.get_list(name))
            )
        )
    if requires:
        for name, parameter in known.items():
            if parameter.get("required") and name not in given:
                yield name, "is a required parameter"


def _typed(schema: Json, texts: Sequence[str]) -> Any:
    """A query's text as the type that is described."""
    kind, text = schema.get("type"), texts[-1]
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "array":
        items = schema.get("items") or {}
        split = texts if len(texts) > 1 else text.split(",")
        return [_typed(items, [part]) for part in split]
    if kind in ("integer", "number") and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if kind == "boolean" and text in ("true", "false", "1", "0"):
        return text in ("true", "1")
    return text
