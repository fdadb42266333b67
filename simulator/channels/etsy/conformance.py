"""What this vendor has published of itself, and how much of that this shop answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.channels.etsy.routes import PREFIX, routes
from simulator.conformance import Checker
from simulator.conformance.openapi import OpenApi
from simulator.conformance.vendors import document

if TYPE_CHECKING:
    from simulator.channels import Dialect

PLACEHOLDER = re.compile(r"\{[^{}]+\}")


def checker(folder: Path) -> Checker:
    """The vendor's own OpenAPI file."""
    return OpenApi(document(folder / "etsy-oas-3.0.0.json"))


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """The operations that one of this shop's routes answers."""
    answered = {
        f"{route.method} {PREFIX}{PLACEHOLDER.sub('{}', route.address)}" for route in routes()
    }
    return [o for o in operations if PLACEHOLDER.sub("{}", o) in answered]
