"""File formats, one file each: bytes to rows with their place, and back. Knows nothing of stock.

A format module gives NAME, `recognises(name, head)` and `read(source, layout)`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def names() -> list[str]:
    """The formats that can be read, by name."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if not name.endswith("_writer"))


def module(name: str) -> ModuleType:
    """The format of this name. LookupError when there is none."""
    if name not in names():
        raise LookupError(f"no format {name}")
    return importlib.import_module(f"{__name__}.{name}")
