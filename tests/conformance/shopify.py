"""Whether what we send to Shopify is valid by the vendor's own published schema."""

from __future__ import annotations

import gzip
import json
from functools import cache
from typing import Any

import httpx
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    build_client_schema,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from tests.shared import shared

VERSIONS = ("2026-07", "2026-10")
KEYED = ("inventorySetQuantities", "inventoryActivate", "refundCreate")  # need @idempotent


@cache
def schema(version: str) -> GraphQLSchema:
    """The vendor's schema; graphql-core 3.3 refuses a part of it unless it is taken as valid."""
    path = shared("specs", "shopify", f"admin_{version}.introspection.json.gz")
    with gzip.open(path, "rt", encoding="utf-8") as text:
        return build_client_schema(json.load(text)["data"], assume_valid=True)


def faults_of_document(document: str, version: str) -> list[str]:
    """What the vendor's schema says against a document."""
    return [error.message for error in validate(schema(version), parse(document))]


def faults_of_request(request: httpx.Request, version: str = VERSIONS[0]) -> list[str]:
    """What the vendor's schema says against a request: its document and its variables."""
    if not request.url.path.endswith("/graphql.json"):
        return []
    body = json.loads(request.content)
    found = faults_of_document(body["query"], version)
    operation = get_operation_ast(parse(body["query"]), body.get("operationName"))
    if not isinstance(operation, OperationDefinitionNode):
        return [*found, "no such operation"]
    values: Any = get_variable_values(
        schema(version), operation.variable_definitions or (), body.get("variables") or {}
    )
    if isinstance(values, list):
        found += [error.message for error in values]
    return found + _at_run_time(body)


def _at_run_time(body: dict[str, Any]) -> list[str]:
    """What the vendor demands without saying so in the schema (documentation, 2026-11)."""
    found = []
    for field in KEYED:
        if f"{field}(" in body["query"] and "@idempotent(key:" not in body["query"]:
            found.append(f"{field} without @idempotent")
    rows = ((body.get("variables") or {}).get("input") or {}).get("quantities") or ()
    if any("changeFromQuantity" not in row for row in rows):
        found.append("changeFromQuantity must be written, even as null")
    if len(rows) > 250:
        found.append("more than 250 rows in one list")
    return found
