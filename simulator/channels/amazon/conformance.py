"""What this vendor has published of itself, and how much of that this seller's account answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.conformance import Checker
from simulator.conformance.openapi import OpenApi
from simulator.conformance.vendors import document, routed

if TYPE_CHECKING:
    from simulator.channels import Dialect


def checker(folder: Path) -> Checker | None:
    """The vendor's models, one for each of its APIs; None where there are none."""
    found = [document(path) for path in sorted(folder.glob("*.json"))]
    models = [model for model in found if "swagger" in model]
    return OpenApi(*models) if models else None


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The operations that have a route here."""
    return routed(dialect.app, operations)
