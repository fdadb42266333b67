"""What this vendor has published of itself, and how much of that this shop answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.channels.shopify.schema import schema
from simulator.conformance import Checker
from simulator.conformance.graphql import GraphQl
from simulator.conformance.vendors import document

if TYPE_CHECKING:
    from simulator.channels import Dialect

VERSION = "2026-07"


def checker(folder: Path) -> Checker:
    """The Admin API's schema, as its introspection tells it."""
    return GraphQl(document(folder / f"admin_{VERSION}.introspection.json.gz")["data"])


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The root fields that resolve here."""
    own = schema()
    roots = {"query": own.query_type, "mutation": own.mutation_type}
    answered = {f"{kind} {name}" for kind, root in roots.items() if root for name in root.fields}
    return [operation for operation in operations if operation in answered]
