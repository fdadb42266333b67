"""Whether a vendor's answer has the shape that it is documented with, said before anything is read of it.

A shape is a type (`str`, `int`, `bool`, `float` for any number), a list of one shape for lists of it,
or {name: shape} for objects. `"name?"` may be null or not there, `(shape,)` may be null; what a shape
does not name is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    float: "a number",
    list: "a list",
}
LONGEST = 40  # characters of an odd value that are told


def check(found: Any, shape: Any, name: str = "") -> None:
    """ValueError that names the first field of another shape."""
    if isinstance(shape, tuple):
        if found is not None:
            check(found, shape[0], name)
    elif isinstance(shape, Mapping):
        if not isinstance(found, Mapping):
            raise _odd(found, name, "an object")
        for key, inner in shape.items():
            field = key.rstrip("?")
            value = found.get(field)
            if value is not None or not key.endswith("?"):
                check(value, inner, f"{name}.{field}" if name else field)
    elif isinstance(shape, list):
        if not isinstance(found, list):
            raise _odd(found, name, "a list")
        for place, one in enumerate(found):
            check(one, shape[0], f"{name}.{place}" if name else str(place))
    elif not _is(found, shape):
        raise _odd(found, name, NAMES[shape])


def _is(found: Any, kind: type) -> bool:
    if isinstance(found, bool):
        return kind is bool
    return isinstance(found, (int, float) if kind is float else kind)


def _odd(found: Any, name: str, wanted: str) -> ValueError:
    told = repr(found)
    told = told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
    return ValueError(f"{name or 'it'} is not {wanted}: {told}")
