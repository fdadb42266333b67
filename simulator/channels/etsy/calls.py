"""A call of the API as its handlers see it, and how an address is bound to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy.fields import Fields

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from simulator.channels.etsy.store import Store

MOST_ROWS, FEW_ROWS = 100, 25


@dataclass(frozen=True)
class Call:
    """One request. `base` is the address that the client used, without a slash at the end."""

    store: Store
    path: Mapping[str, str]
    query: Fields
    body: Fields
    files: Mapping[str, FileStorage]
    base: str
    token: str | None = None

    def number(self, name: str) -> int:
        """An id out of the path."""
        return int(self.path[name])

    def page(self) -> tuple[int, int]:
        """The limit and the offset that were asked for."""
        limit = self.query.whole("limit", FEW_ROWS, 1, MOST_ROWS)
        return limit, self.query.whole("offset", 0, 0)


@dataclass(frozen=True)
class Reply:
    """What goes back. A body of None is no body."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handle = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """An address under /v3/application, what it needs, and what answers there."""

    method: str
    address: str  # with {placeholders}; those that end in _id are numbers
    handle: Handle
    scopes: Sequence[str] = ()  # empty: the API key is enough

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The address as a pattern."""
        spots = re.sub(r"\{(\w+_id)\}", r"(?P<\1>\\d{1,18})", self.address)
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", spots))


def listed(rows: Sequence[Any], count: int | None = None) -> dict[str, Any]:
    """Rows in the vendor's envelope."""
    return {"count": len(rows) if count is None else count, "results": list(rows)}
