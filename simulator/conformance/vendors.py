"""The checkers of all vendors, by what their folders say, and which operations a dialect answers."""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from simulator import channels
from simulator.channels import Dialect
from simulator.conformance import CannotCheck, Checker, NotThere
from simulator.conformance.schemas import needed

PLACEHOLDER = re.compile(r"\{[^{}]+\}")


def checker(name: str, specs: Path) -> Checker | None:
    """The checker of a vendor, over the schemas in `specs` or its own; None when there is none of them."""
    module = _own(name)
    try:
        found: Checker | None = module.checker(specs / name) if module else None
    except NotThere:
        if (specs / name).exists():  # but without the file that it should have
            raise
        return None
    return found


def modelled(dialect: Dialect, operations: Sequence[str]) -> list[str]:
    """Those of a schema's operations that the simulated vendor answers."""
    module = _own(dialect.name)
    answered: list[str] = module.modelled(dialect, operations) if module else []
    return answered


def _own(name: str) -> ModuleType | None:
    place = f"{channels.__name__}.{name}.conformance"
    return importlib.import_module(place) if importlib.util.find_spec(place) else None


# -- what the folders need ------------------------------------------------------------------------


def document(path: Path) -> Any:
    """A schema's file: YAML, JSON, or JSON in gzip. CannotCheck when it cannot be read."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as text:
                return json.load(text)
        content = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            return json.loads(content)
    except FileNotFoundError as error:
        raise NotThere(f"{path} is not there") from error
    except (OSError, ValueError) as error:
        raise CannotCheck(f"{path} cannot be read: {error}") from error
    yaml = needed("yaml", "PyYAML")
    return yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def routed(app: Flask, operations: Sequence[str], prefix: str = "") -> list[str]:
    """The operations ("GET /orders/{id}") for which an application has a route of its own."""
    routes = app.url_map.bind("vendor.test")
    found = []
    for operation in operations:
        method, _, path = operation.partition(" ")
        try:
            rule, _ = routes.match(
                prefix + PLACEHOLDER.sub("1", path), method=method, return_rule=True
            )
        except (HTTPException, RequestRedirect):
            continue
        if not rule.rule.startswith("/<path:"):
            found.append(operation)
    return found
