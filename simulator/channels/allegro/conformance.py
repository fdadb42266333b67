"""What this vendor has published of itself, and how much of that this account answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from simulator.conformance import Checker, Violation
from simulator.conformance.openapi import OpenApi
from simulator.conformance.vendors import document, routed

if TYPE_CHECKING:
    from simulator.channels import Dialect


class File(OpenApi):
    """The vendor's own file. It seldom says of what is not there that answers write null for it."""

    def of_response(self, request: httpx.Request, response: httpx.Response) -> list[Violation]:
        """As all, with null for absent."""
        try:
            body = json.dumps(filled(json.loads(response.content))).encode()
        except ValueError:
            body = response.content
        return super().of_response(request, httpx.Response(response.status_code, content=body))


def filled(value: Any) -> Any:
    """A value without the fields that are null."""
    if isinstance(value, list):
        return [filled(row) for row in value]
    if not isinstance(value, dict):
        return value
    return {name: filled(inner) for name, inner in value.items() if inner is not None}


def checker(folder: Path) -> Checker:
    """The vendor's own OpenAPI file."""
    return File(document(folder / "swagger.yaml"))


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The operations that have a route here."""
    return routed(dialect.app, operations)
