"""`fields=items[sku,price],total_count`: which parts of an answer are wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulator.channels.magento.errors import Crash

Tree = dict[str, Any]  # {name: tree, or 1 for the whole}


def projected(body: Any, wanted: str) -> Any:
    """The wanted parts; [] where the list of fields cannot be read."""
    tree = parsed(wanted)
    return [] if tree is None else _apply(body, tree)


def parsed(wanted: str) -> Tree | None:
    """The list of fields as a tree; None when brackets do not close or signs are foreign.

    A bracket that closes nothing puts what was read so far under no name.
    """
    if not wanted or re.search(r"[^\w\[\],]", wanted, re.ASCII):
        return None
    here: Tree = {}
    around: list[tuple[str, Tree]] = []
    name = ""
    for read, sign in re.findall(r"(\w*)([\[\],]|$)", wanted):
        if read:
            name = read
            here[name] = 1
        if sign == "[":
            around.append((name, here))
            here = {}
        elif sign == "]":
            key, outer = around.pop() if around else ("", {})
            outer[key] = here
            here = outer
    return None if around else here


def _apply(body: Any, tree: Tree) -> Any:
    """An object keeps the named keys; of a list, each row does; an empty list is nothing at all."""
    if isinstance(body, Mapping):
        return _kept(body, tree) if body else None
    return [_kept(row, tree) for row in body] or None


def _kept(row: Any, tree: Tree) -> Any:
    if isinstance(row, list):
        return []
    if not isinstance(row, Mapping):
        raise Crash
    found = {}
    for key, value in row.items():
        if key in tree:
            inner = tree[key]
            deep = isinstance(inner, dict) and isinstance(value, dict | list)
            found[key] = _apply(value, inner) if deep else value
    return found
