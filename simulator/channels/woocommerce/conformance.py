"""What this vendor has published of itself, and how much of that this shop answers.

There are two descriptions: the index that a shop gives of itself, and an OpenAPI file made from a live
shop. The file has the shapes; the index has the batches and some routes more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce.routes import NAMESPACE, address, routes
from simulator.conformance import Checker
from simulator.conformance.openapi import OpenApi
from simulator.conformance.vendors import document

if TYPE_CHECKING:
    from simulator.channels import Dialect

PREFIX = r"/wp-json/wc/v3"
GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


def checker(folder: Path) -> Checker:
    """The OpenAPI file, with what only the index knows."""
    described = document(folder / "woocommerce-openapi-3.0.x.yml")
    index = document(folder / "wc-v3-index.json")
    paths = dict(described["paths"])
    for pattern, route in index["routes"].items():
        path = GROUP.sub(r"{\1}", pattern).removeprefix(NAMESPACE) or "/"
        if path.endswith("/batch"):
            paths[path] = {"post": _batch(paths.get(path.removesuffix("/batch"), {}), paths, path)}
        elif path not in paths:
            paths[path] = _item(route)
    return OpenApi({**described, "paths": paths}, prefix=PREFIX, requires=False)


def _batch(collection: Mapping[str, Any], paths: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A batch takes and gives rows of its collection."""
    one: Mapping[str, Any] = next(
        (paths[p] for p in paths if p.startswith(path.removesuffix("batch") + "{")), {}
    )
    made = {
        "create": {"type": "array", "items": _body(collection.get("post"))},
        "update": {"type": "array", "items": _with_id(_body(one.get("put")))},
        "delete": {"type": "array", "items": {"type": "integer"}},
    }
    body = {"type": "object", "properties": made}
    return {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "what became of each row"}},
    }


def _body(operation: Any) -> Any:
    content = ((operation or {}).get("requestBody") or {}).get("content") or {}
    return (content.get("application/json") or {}).get("schema") or {}


def _with_id(schema: Any) -> Any:
    return {"allOf": [schema, {"properties": {"id": {"type": "integer"}}}]} if schema else {}


def _item(route: Mapping[str, Any]) -> dict[str, Any]:
    """A path that only the index knows: its methods, and the names of its arguments."""
    item: dict[str, Any] = {}
    for endpoint in route["endpoints"]:
        names = endpoint.get("args") or {}
        if isinstance(names, list):  # an empty object is an empty list in PHP
            names = {}
        for method in endpoint["methods"]:
            item[method.lower()] = {
                "parameters": [{"name": name, "in": "query", "schema": {}} for name in names],
                "responses": {"default": {"description": "not described"}},
            }
    return item


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The operations that one of this shop's routes answers."""
    answered = set()
    for _, route in routes():
        path = GROUP.sub("{}", address(route)).removeprefix(NAMESPACE) or "/"
        answered |= {f"{method} {path}" for end in route.endpoints for method in end.methods}
    return [o for o in operations if re.sub(r"\{\w+\}", "{}", o) in answered]
