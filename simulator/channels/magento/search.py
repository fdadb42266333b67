"""Lists: what `searchCriteria` asks for, which entities it finds, how the answer tells of it.

Filters of one group are OR, groups are AND. What the database can decide (ids, parents, skus,
moments) it decides; everything else is compared here, without letter case as the shop's own does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.magento.calls import Call, Param, maybe, param
from simulator.channels.magento.errors import Internal, Refusal
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document, document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

CRITERIA = (param("searchCriteria", "SearchCriteria"),)
MAYBE_CRITERIA: tuple[Param, ...] = (maybe("searchCriteria", "SearchCriteria"),)
CONDITIONS = frozenset(
    words("eq neq gt gteq lt lteq moreq in nin like nlike from to finset nfinset null notnull")
)
TEXTUAL = {"seq": "eq", "sneq": "neq"}
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
GIVEN = re.compile(
    r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}))?)?"
)
RANGES = {"gt": ">", "gteq": ">=", "moreq": ">=", "from": ">=", "lt": "<", "lteq": "<=", "to": "<="}
SECOND = timedelta(seconds=1)
Row = Mapping[str, Any]
Criteria = Mapping[str, Any]


@dataclass(frozen=True)
class Entity:
    """What can be listed. `row` gives the values that filters and sorting see."""

    kind: str  # of document
    name: str  # as faults call the list
    row: Callable[[Call, Document], Row]
    fields: frozenset[str]  # empty: any field of the row
    is_eav: bool = False  # a wrong field is refused, not stumbled over
    id_field: str = "entity_id"
    parent_field: str = ""  # the field that the documents' parents are
    sku_field: str = ""
    times: bool = True  # created_at and updated_at are the documents' own
    sort: tuple[str, ...] = ()  # the order without sortOrders; (): by id
    kept: tuple[str, ...] = ()  # fields of the documents' bodies that the database may look at


def listing(
    call: Call,
    entity: Entity,
    view: Callable[[Call, Document], Any],
    keep: Callable[[Document], bool] | None = None,
) -> dict[str, Any]:
    """The answer of a list endpoint whose criteria are among the call's arguments."""
    criteria = call["searchCriteria"] or {}
    found, total = find(call, entity, criteria, keep)
    return answer([view(call, one) for one in found], criteria, total)


def answer(rows: Sequence[Any], criteria: Criteria, total: int) -> dict[str, Any]:
    """Rows with the criteria as they were understood and the number of all rows."""
    return {"items": list(rows), "search_criteria": echo(criteria), "total_count": total}


def echo(criteria: Criteria) -> dict[str, Any]:
    """Criteria as the answer repeats them: what was not sent is left out."""
    groups = []
    for group in criteria.get("filter_groups") or ():
        filters = []
        for one in group.get("filters") or ():
            told = {k: one.get(k) for k in ("field", "value")}
            filters.append({**told, "condition_type": one.get("condition_type") or "eq"})
        groups.append({"filters": filters})
    told = {"filter_groups": groups}
    if criteria.get("sort_orders"):
        told["sort_orders"] = [
            {"field": o.get("field"), "direction": direction(o)} for o in criteria["sort_orders"]
        ]
    for name in ("page_size", "current_page"):
        if criteria.get(name) is not None:
            told[name] = criteria[name]
    return told


def direction(order: Mapping[str, Any]) -> str | None:
    """ASC or DESC as sent, None where it was not; anything else is refused."""
    sent = order.get("direction")
    if sent is None:
        return None
    if sent.upper() not in ("ASC", "DESC"):
        message = (
            "The sort order has to be specified as %1 for ascending order or %2 for descending"
            " order."
        )
        raise Refusal(message, ["ASC", "DESC"])
    return str(sent.upper())


def find(
    call: Call,
    entity: Entity,
    criteria: Criteria,
    keep: Callable[[Document], bool] | None = None,
) -> tuple[list[Document], int]:
    """The documents of the asked page, and how many there are in all."""
    groups = [g.get("filters") or [] for g in criteria.get("filter_groups") or ()]
    orders = [(o.get("field"), direction(o) or "DESC") for o in criteria.get("sort_orders") or ()]
    _check_fields(entity, [f.get("field") for g in groups for f in g], [f for f, _ in orders])
    orders = [
        (f, d) for f, d in orders if f is not None and (not entity.fields or f in entity.fields)
    ]
    shop = call.dialect.shop
    query = _Query(entity, shop.name)
    rest = groups if shop.lag else [g for g in groups if not query.takes(g)]
    if not rest and keep is None and not shop.lag and (by := query.order(orders)) is not None:
        total = int(shop.db.execute(f"select count(*) {query.source}", query.values).fetchone()[0])
        limit, start = window(criteria, total)
        rows = shop.db.execute(
            f"select {_COLUMNS} {query.source} {by} limit ? offset ?", [*query.values, limit, start]
        )
        page = [document(row) for row in rows.fetchall()]
    else:
        page, total = _sift(call, entity, query, rest, orders, criteria, keep)
    faults = call.dialect.world.faults
    return [d for d in page if not faults.omits(call.dialect.name, entity.name)], total


def plain(
    rows: Iterable[Row], criteria: Criteria | None, fields: Iterable[str], *, is_eav: bool = False
) -> tuple[list[Row], int]:
    """The asked page of rows that are no documents, and how many match."""
    wanted = criteria or {}
    groups = [g.get("filters") or [] for g in wanted.get("filter_groups") or ()]
    orders = [(o.get("field"), direction(o) or "DESC") for o in wanted.get("sort_orders") or ()]
    known = Entity("", "", lambda c, d: {}, frozenset(fields), is_eav)
    _check_fields(known, [f.get("field") for g in groups for f in g], [f for f, _ in orders])
    found = [row for row in rows if all(any(matches(row, f) for f in g) for g in groups if g)]
    for name, way in reversed(orders):
        found.sort(key=lambda row: sort_key(row.get(str(name))), reverse=way == "DESC")
    limit, start = window(wanted, len(found))
    return found[start : start + limit], len(found)


def window(criteria: Criteria, total: int) -> tuple[int, int]:
    """How many rows a page holds, and where it begins."""
    size, page = criteria.get("page_size"), criteria.get("current_page")
    if not size:
        return max(total, 1), 0
    size = max(1, size)
    return size, (max(1, page or 1) - 1) * size


def matches(row: Row, one: Mapping[str, Any]) -> bool:
    """Whether a row passes one filter."""
    stored, wanted = row.get(str(one.get("field"))), one.get("value")
    asked = one.get("condition_type") or "eq"
    condition = asked if asked in CONDITIONS else TEXTUAL.get(asked, "eq")
    if condition in ("null", "notnull"):
        return (stored is None) == (condition == "null")
    if wanted is None or stored is None:
        return False
    if isinstance(stored, list):
        if condition in ("neq", "nin"):  # none of them, rather than another one besides
            return not matches(row, {**one, "condition_type": condition[1:]})
        return any(matches({"x": v}, {**one, "field": "x"}) for v in stored)
    if condition in RANGES or condition in ("eq", "neq"):
        return _compared(stored, wanted, condition)
    if condition in ("in", "nin"):
        hit = any(_compared(stored, part.strip(), "eq") for part in wanted.split(","))
        return hit == (condition == "in")
    if condition in ("like", "nlike"):
        return (_like(wanted).fullmatch(_text(stored)) is not None) == (condition == "like")
    parts = [p.strip().casefold() for p in _text(stored).split(",")]
    return (wanted.casefold() in parts) == (condition == "finset")


def sort_key(value: Any) -> tuple[int, float, str]:
    """Values in the database's order: nothing first, numbers by size, text without case."""
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, bool | int | float):
        return (1, float(value), "")
    return (2, 0.0, str(value).casefold())


def _compared(stored: Any, wanted: str, condition: str) -> bool:
    left: Any
    right: Any
    if isinstance(stored, bool | int | float):
        left, right = float(stored), _number(wanted)
    elif STAMP.fullmatch(str(stored)):
        left, right = stored, _moment(wanted)
    else:
        left, right = str(stored).casefold(), wanted.casefold()
        if condition in ("eq", "neq"):
            left, right = left.rstrip(), right.rstrip()
    sign = {"eq": "==", "neq": "!="}.get(condition) or RANGES[condition]
    if sign == "==":
        return bool(left == right)
    if sign == "!=":
        return bool(left != right)
    if sign in (">", ">="):
        return bool(left > right or (sign == ">=" and left == right))
    return bool(left < right or (sign == "<=" and left == right))


def _number(text: str) -> float:
    """Text as the database counts it: its numeric beginning, or 0."""
    found = re.match(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)", text)
    return float(found[0]) if found else 0.0


def _moment(text: str) -> str:
    """Text as the database reads it beside a time; what is none is the year nought."""
    found = GIVEN.match(text)
    if found is None:
        return "0000-00-00 00:00:00"
    year, *rest = (int(part or 0) for part in found.groups())
    return "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(year, *rest)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _like(pattern: str) -> re.Pattern[str]:
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _check_fields(entity: Entity, filtered: Sequence[Any], sorted_: Sequence[Any]) -> None:
    if not entity.fields:
        return
    for name in filtered:
        if name not in entity.fields:
            if not entity.is_eav:
                raise Internal
            message = 'The "%1" attribute name is invalid. Reset the name and try again.'
            raise Refusal(message, [name])
    if not entity.is_eav and any(name not in entity.fields for name in sorted_):
        raise Internal


_COLUMNS = "kind, id, parent_id, sku, body, created_at, modified_at"


def _kept(name: str) -> str:
    """A field of a document's body, to the database."""
    return f"json_extract(body, '$.{name}')"


class _Query:
    """What of the criteria the database can decide by itself."""

    def __init__(self, entity: Entity, shop: str) -> None:
        self.entity = entity
        self.values: list[Any] = [shop, entity.kind]
        self._where = "shop = ? and kind = ?"
        self._index = ""

    @property
    def source(self) -> str:
        """From where, and which."""
        return f"from documents {self._index} where {self._where}"

    def takes(self, group: Sequence[Mapping[str, Any]]) -> bool:
        """Add a group to the query; False when it has to be compared by hand."""
        if not group:
            return True
        if len(group) > 1:
            return False
        one, entity = group[0], self.entity
        name, value = one.get("field"), one.get("value")
        condition = one.get("condition_type") or "eq"
        if value is None or condition not in ("eq", "in", *RANGES):
            return False
        if name == entity.id_field or (name and name == entity.parent_field):
            column = "id" if name == entity.id_field else "parent_id"
            return self._whole(column, condition, value)
        if name and name == entity.sku_field and condition in ("eq", "in"):
            parts = value.split(",") if condition == "in" else [value]
            return self._among("sku", [p.strip().casefold() for p in parts], "sku")
        if name in entity.kept and condition == "eq":
            self._where += f" and {_kept(name)} = ? collate nocase"
            self.values.append(value)
            return True
        if entity.times and name in ("created_at", "updated_at") and condition in RANGES:
            return self._moment(
                "created_at" if name == "created_at" else "modified_at", condition, value
            )
        return False

    def order(self, orders: Sequence[tuple[Any, str]]) -> str | None:
        """The order by clause; None when rows have to be sorted by hand."""
        entity = self.entity
        columns = {entity.id_field: "id"}
        if entity.times:
            columns |= {"created_at": "created_at", "updated_at": "modified_at"}
        if entity.sku_field:
            columns[entity.sku_field] = "sku"
        columns |= {name: _kept(name) for name in entity.kept}
        wanted = list(orders) or [(name, "ASC") for name in entity.sort]
        if any(name not in columns for name, _ in wanted):
            return None
        parts = [f"{columns[name]} {way.lower()}" for name, way in wanted]
        return "order by " + ", ".join([*parts, "id"])

    def _whole(self, column: str, condition: str, value: str) -> bool:
        parts = value.split(",") if condition == "in" else [value]
        if not all(p.strip().isdigit() for p in parts):
            return False
        numbers = [int(p) for p in parts]
        if condition in ("eq", "in"):
            return self._among(column, numbers, "parent" if column == "parent_id" else "")
        self._where += f" and {column} {RANGES[condition]} ?"
        self.values.append(numbers[0])
        return True

    def _among(self, column: str, values: Sequence[Any], index: str) -> bool:
        if index and not self._index:
            self._index = f"indexed by documents_by_{index}"
        self._where += f" and {column} in ({', '.join('?' * len(values))})"
        self.values += values
        return True

    def _moment(self, column: str, condition: str, value: str) -> bool:
        try:
            moment = datetime.fromisoformat(value.strip()).replace(tzinfo=UTC, microsecond=0)
        except ValueError:
            return False
        sign = RANGES[condition]  # a stored moment counts by its whole second
        if sign in (">", "<="):
            moment += SECOND
        if column == "modified_at" and not self._index:
            self._index = "indexed by documents_by_modified"
        self._where += f" and {column} {'>=' if sign in ('>', '>=') else '<'} ?"
        self.values.append(moment.isoformat(timespec="microseconds"))
        return True


def _sift(
    call: Call,
    entity: Entity,
    query: _Query,
    rest: Sequence[Sequence[Mapping[str, Any]]],
    orders: Sequence[tuple[Any, str]],
    criteria: Criteria,
    keep: Callable[[Document], bool] | None,
) -> tuple[list[Document], int]:
    """The asked page where rows have to be looked at one by one."""
    shop = call.dialect.shop
    if shop.lag:
        found: Iterable[Document] = shop.seen(entity.kind)
    else:
        rows = shop.db.execute(f"select {_COLUMNS} {query.source} order by id", query.values)
        found = (document(row) for row in rows.fetchall())
    pairs = []
    for one in found:
        row = entity.row(call, one)
        if all(any(matches(row, f) for f in g) for g in rest if g) and (keep is None or keep(one)):
            pairs.append((row, one))
    for name, way in reversed(list(orders) or [(n, "ASC") for n in entity.sort]):
        pairs.sort(key=lambda pair: sort_key(pair[0].get(str(name))), reverse=way == "DESC")
    limit, start = window(criteria, len(pairs))
    return [one for _, one in pairs[start : start + limit]], len(pairs)


def stamp(moment: datetime) -> str:
    """A moment as the shop writes it: UTC, whole seconds, no zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def now(dialect: Magento) -> str:
    """The shop's present as it writes moments."""
    return stamp(dialect.shop.clock.now())
