"""The truth: what all feeds together say of an item, each value with the file and line it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agent.model.item import AXIS, ITEM_FIELDS, REST_FIELDS, STOCK_FIELDS, Item, Stock
from agent.model.place import Place
from agent.ports.database import Database, Row
from agent.store.moments import from_text

_MOMENTS = ("sale_from", "sale_until")
_COUNTED = ("on_hand", "available")


@dataclass(frozen=True, slots=True)
class Source:
    """What reading a feed's rows needs to know of the feed."""

    feed: str
    full: bool  # its files state everything: absence means gone
    gone_after: int  # files in a row
    currency: str  # of its prices where a row names none


@dataclass(frozen=True, slots=True)
class Truth:
    """An item, and when its stock figures were written (None: it has none)."""

    item: Item
    figures_at: datetime | None


@dataclass(frozen=True, slots=True)
class Applied:
    """The newest applied files of a feed (one per part): the fields they state, the oldest's time."""

    files: tuple[int, ...]  # ids
    fields: frozenset[str]
    written_at: datetime


APPLIED = """
select feeds.feed, feeds.file_id, feeds.fields, files.written_at
from feeds
join files on files.id = feeds.file_id
order by feeds.feed, feeds.file_id
"""


def applied(db: Database) -> dict[str, Applied]:
    """The newest applied files of every feed, by feed."""
    found: dict[str, Applied] = {}
    for feed, file_id, fields, written_at in db.rows(APPLIED):
        part = Applied((file_id,), frozenset(json.loads(fields)), from_text(written_at))
        before = found.get(feed)
        found[feed] = part if before is None else _together(before, part)
    return found


def _together(one: Applied, other: Applied) -> Applied:
    return Applied(
        one.files + other.files,
        one.fields | other.fields,
        min(one.written_at, other.written_at),
    )


ROWS = """
select items.feed, items.sku, items.location, items.line, items.missing,
  files.name as file_name, files.digest as file_digest,
  title, description, gtin, mpn, brand, category, unit, image, tax_class, status, weight_g,
  price, sale_price, sale_from, sale_until, compare_at, cost, currency, price_rest, sale_price_rest,
  family, family_title, choices, on_hand, allocated, on_hold, available, incoming, incoming_on
from items
join files on files.id = items.file_id
where items.sku in (select value from json_each(:skus))
order by items.sku
"""


def truths(db: Database, sources: Sequence[Source], skus: Sequence[str]) -> dict[str, Truth]:
    """These skus as the feeds state them, by sku; one that no feed ever named is left out.

    Of the feeds in the order given, the first that states a field wins, even where it leaves the
    field blank. Stock is kept per location. What a full feed has stopped naming for good states
    nothing any more; an item is gone when every full feed that ever named it has.
    """
    newest = applied(db)
    by_name = {s.feed: (order, s) for order, s in enumerate(sources) if s.feed in newest}
    rows: dict[str, list[Row]] = {}
    for row in db.rows(ROWS, {"skus": json.dumps(list(skus))}):
        if row["feed"] in by_name:
            rows.setdefault(row["sku"], []).append(row)
    found = {}
    for sku, said in rows.items():
        said.sort(key=lambda row: (by_name[row["feed"]][0], row["location"]))
        found[sku] = _merged(sku, [(by_name[row["feed"]][1], row) for row in said], newest)
    return found


_Said = list[tuple[Source, Row]]


def _merged(sku: str, said: _Said, newest: Mapping[str, Applied]) -> Truth:
    kept = [(source, row) for source, row in said if not _is_gone(source, row)]
    full = [(source, row) for source, row in said if source.full]
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    choices: dict[str, str] = {}
    currency: str | None = None
    for source, row in kept:
        place = Place(row["file_name"], row["line"], None, row["file_digest"])
        for field in ITEM_FIELDS:
            if field in values or field not in newest[source.feed].fields:
                continue
            values[field] = _read(field, row[field])
            places[field] = place
            if (rest := f"{field}_rest") in REST_FIELDS:
                values[rest] = row[rest] or 0
            if field == "price":
                currency = row["currency"] or source.currency
        if row["choices"] is not None:
            _choose(choices, places, json.loads(row["choices"]), newest[source.feed].fields, place)
    stated = frozenset(places)
    values["currency"] = values.get("currency") or currency
    item = Item(
        sku,
        stated,
        **values,
        choices=choices,
        stock=_stock(kept, newest),
        gone=bool(full) and all(_is_gone(source, row) for source, row in full),
        places=places,
    )
    return Truth(item, _figures_at(kept, newest))


def _choose(
    choices: dict[str, str],
    places: dict[str, Place],
    said: Mapping[str, str],
    fields: frozenset[str],
    place: Place,
) -> None:
    """Add what a row says on axes that no feed before it states."""
    for field in sorted(fields):
        if not field.startswith(AXIS) or field in places:
            continue
        places[field] = place
        axis = field.removeprefix(AXIS)
        if said.get(axis):
            choices[axis] = said[axis]


def _is_gone(source: Source, row: Row) -> bool:
    return source.full and bool(row["missing"] >= source.gone_after)


def _read(field: str, raw: Any) -> Any:
    return from_text(raw) if field in _MOMENTS and raw is not None else raw


def _stock(kept: _Said, newest: Mapping[str, Applied]) -> tuple[Stock, ...]:
    by_location: dict[str, dict[str, Any]] = {}
    counted: dict[str, Place] = {}
    places: dict[str, dict[str, Place]] = {}
    for source, row in kept:
        fields = newest[source.feed].fields
        said = {f: row[f] for f in STOCK_FIELDS if f in fields}
        if not said:
            continue
        location = row["location"]
        merged = by_location.setdefault(location, {})
        place = Place(row["file_name"], row["line"], None, row["file_digest"])
        for field, value in said.items():
            merged.setdefault(field, value)
            places.setdefault(location, {}).setdefault(field, place)
        if location not in counted or any(f in said for f in _COUNTED):
            counted.setdefault(location, place)
    return tuple(
        Stock(
            location,
            frozenset(said),
            **_dated(said),
            place=counted[location],
            places=places[location],
        )
        for location, said in sorted(by_location.items())
    )


def _dated(said: Mapping[str, Any]) -> dict[str, Any]:
    due = said.get("incoming_on")
    return {**said, "incoming_on": None if due is None else date.fromisoformat(due)}


def _figures_at(kept: _Said, newest: Mapping[str, Applied]) -> datetime | None:
    """When the oldest of the files that count this item's stock was written."""
    return min(
        (
            newest[source.feed].written_at
            for source, _ in kept
            if any(f in newest[source.feed].fields for f in _COUNTED)
        ),
        default=None,
    )
