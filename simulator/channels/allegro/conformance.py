"""What this vendor has published of itself, and how much of that this account answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.conformance import Checker
from simulator.conformance.openapi import OpenApi
from simulator.conformance.vendors import document, routed

if TYPE_CHECKING:
    from simulator.channels import Dialect


def checker(folder: Path) -> Checker:
    """The vendor's own OpenAPI file."""
    return OpenApi(document(folder / "swagger.yaml"))


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The operations that have a route here."""
    return routed(dialect.app, operations)
