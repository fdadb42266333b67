"""Lists: their common parameters, time filters, windows and headers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import quote_plus

from simulator.channels.woocommerce.calls import Call, Reply
from simulator.channels.woocommerce.checks import Schema

CONTEXT: Schema = {"type": "string", "enum": ["view", "edit"], "default": "view"}
FORCE: Mapping[str, Schema] = {"force": {"type": "boolean", "default": False}}
IDS: Schema = {"type": "array", "items": {"type": "integer"}, "default": [], "unchecked": True}
PAGES: dict[str, Schema] = {
    "context": CONTEXT,
    "page": {"type": "integer", "default": 1, "minimum": 1},
    "per_page": {"type": "integer", "default": 10, "minimum": 1, "maximum": 100},
}
TIMES: dict[str, Schema] = {
    "after": {"type": "string", "format": "date-time"},
    "before": {"type": "string", "format": "date-time"},
    "modified_after": {"type": "string", "format": "date-time"},
    "modified_before": {"type": "string", "format": "date-time"},
    "dates_are_gmt": {"type": "boolean", "default": False},
}
SEARCH: Schema = {"type": "string"}


def ordered(orderby: Sequence[str], *, by: str = "date", order: str = "desc") -> dict[str, Schema]:
    """The parameters `order` and `orderby`."""
    return {
        "offset": {"type": "integer"},
        "order": {"type": "string", "enum": ["asc", "desc"], "default": order},
        "orderby": {"type": "string", "enum": list(orderby), "default": by},
    }


def window(call: Call) -> tuple[int, int]:
    """(offset, length) of the rows wanted; `offset` beats `page`."""
    length = int(call.params.get("per_page") or 10)
    offset = call.params.get("offset")
    if offset is not None:
        return abs(int(offset)), length
    return (int(call.params.get("page") or 1) - 1) * length, length


def answer(call: Call, path: str, rows: list[Any], total: int) -> Reply:
    """One page of a list: its rows, the totals and the links to its neighbours."""
    _, length = window(call)
    page = int(call.params.get("page") or 1)
    pages = math.ceil(total / length)
    links = []
    if page > 1:
        links.append(f'<{_page_link(call, path, min(page - 1, pages))}>; rel="prev"')
    if pages > page:
        links.append(f'<{_page_link(call, path, page + 1)}>; rel="next"')
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    if links:
        headers["Link"] = ", ".join(links)
    return Reply(rows, 200, headers)


def moment(text: str, zone: tzinfo) -> datetime:
    """A time as a filter reads it, UTC: a zone suffix counts, else it is in `zone`."""
    found = re.match(
        r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d(?::?\d\d)?)?$",
        text,
    )
    if found is None:
        raise ValueError(f"not a time: {text!r}")
    year, month, day, hour, minute, second = (int(n) for n in found.groups()[:6])
    there = datetime(year, month, 1, tzinfo=UTC) + timedelta(
        days=day - 1, hours=hour, minutes=minute, seconds=second
    )
    suffix = found[7]
    return there.replace(tzinfo=_suffix_zone(suffix) if suffix else zone).astimezone(UTC)


def within(call: Call, created: datetime, modified: datetime) -> bool:
    """Whether a thing passes the call's time filters, which are exclusive to the second."""
    zone: tzinfo = UTC if call.params.get("dates_are_gmt") else call.dialect.zone
    created, modified = created.replace(microsecond=0), modified.replace(microsecond=0)
    for name, value, later in (
        ("after", created, True),
        ("before", created, False),
        ("modified_after", modified, True),
        ("modified_before", modified, False),
    ):
        text = call.params.get(name)
        if text:
            edge = moment(text, zone)
            if not (value > edge if later else value < edge):
                return False
    return True


def _suffix_zone(suffix: str) -> tzinfo:
    if suffix in "Zz":
        return UTC
    sign = -1 if suffix[0] == "-" else 1
    digits = suffix[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0)))


def _page_link(call: Call, path: str, page: int) -> str:
    query = {k: v for k, v in call.query.items() if k != "page"} | {"page": str(page)}
    return f"{call.link(path)}?{_query(query)}"


def _query(params: Mapping[str, Any], prefix: str = "") -> str:
    parts = []
    for name, value in params.items():
        full = f"{prefix}[{name}]" if prefix else str(name)
        if isinstance(value, list):
            value = {str(n): v for n, v in enumerate(value)}
        if isinstance(value, dict):
            parts.append(_query(value, full))
        else:
            parts.append(f"{quote_plus(full)}={quote_plus(str(value))}")
    return "&".join(parts)
