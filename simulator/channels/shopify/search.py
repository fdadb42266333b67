"""The `query:` syntax of lists, read into a tree and turned into SQL.

    status:active AND (sku:LAMP-01 OR sku:'OAK SHELF') -tag:old updated_at:>='2026-03-01T08:00:00Z'

Words side by side are joined by AND; `-` and NOT negate; `*` at the end means "begins with", alone
"has a value". A field that the list does not know is ignored with a warning, as the vendor does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from simulator.channels.shopify.moments import moment

TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        (?P<minus>-)(?=[\w(]) |
        (?P<field>[A-Za-z_][\w.]*):\s*(?P<compare><=|>=|<|>|=)?\s*
            (?:"(?P<dq>(?:\\.|[^"\\])*)"|'(?P<sq>(?:\\.|[^'\\])*)'|(?P<bare>[^\s()]+)) |
        "(?P<phrase>(?:\\.|[^"\\])*)" |
        (?P<word>[^\s()]+)
    )""",
    re.VERBOSE,
)
UTC_ZONE = ZoneInfo("UTC")
LONGEST = 18  # digits of an id
Kind = Literal["text", "word", "number", "time", "id", "list"]


@dataclass(frozen=True)
class Column:
    """Something that a list can be searched by: an SQL expression and how it is compared.

    `words` are the values that do not stand in the column as they are written: {word: SQL}.
    """

    sql: str
    kind: Kind = "text"
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Clause:
    """A condition with its values."""

    sql: str = "1"
    values: tuple[Any, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        return Clause(f"({self.sql}) and ({other.sql})", self.values + other.values)


@dataclass
class Search:
    """What a list may be searched by; `free` is looked through by words without a field."""

    columns: Mapping[str, Column]
    free: tuple[str, ...] = ()
    zone: ZoneInfo = UTC_ZONE
    unknown: list[str] = field(default_factory=list)  # fields met that the list does not know

    def clause(self, text: str | None) -> Clause:
        """The condition that a query string states; always true for an empty one."""
        tokens = [m for m in TOKEN.finditer(text or "") if m.group(0).strip()]
        return _Reader(self, tokens).whole()

    def term(self, name: str, compare: str, value: str, quoted: bool) -> Clause:
        """One `name:value`. An unknown name or a value of the wrong form holds for everything."""
        column = self.columns.get(name)
        if column is None:
            self.unknown.append(name)
            return Clause()
        if value.lower() in column.words:
            return Clause(column.words[value.lower()])
        if value == "*" and not quoted:
            return Clause(f"coalesce({column.sql}, '') not in ('', '[]')")
        try:
            return _compared(column, compare or "=", value, quoted, self.zone)
        except ValueError:
            return Clause()

    def word(self, value: str) -> Clause:
        """A word without a field: somewhere in the list's free text, at the start of a word."""
        if not self.free:
            return Clause()
        wanted = _escaped(value.rstrip("*"))
        where = " or ".join(
            rf"({sql} like ? escape '\' or {sql} like ? escape '\')" for sql in self.free
        )
        return Clause(f"({where})", (f"{wanted}%", f"% {wanted}%") * len(self.free))


class _Reader:
    def __init__(self, search: Search, tokens: list[re.Match[str]]) -> None:
        self.search, self.tokens, self.at = search, tokens, 0

    def whole(self) -> Clause:
        return self._either() if self.tokens else Clause()

    def _is_word(self, word: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at]["word"] == word

    def _either(self) -> Clause:
        parts = [self._all()]
        while self._is_word("OR"):
            self.at += 1
            parts.append(self._all())
        return _joined(parts, " or ")

    def _all(self) -> Clause:
        parts = []
        while self.at < len(self.tokens):
            if self._is_word("AND"):
                self.at += 1
            elif self._is_word("OR") or self.tokens[self.at]["close"]:
                break
            else:
                parts.append(self._one())
        return _joined(parts, " and ")

    def _one(self) -> Clause:
        token = self.tokens[self.at]
        self.at += 1
        if token["minus"] or token["word"] == "NOT":
            inner = self._one() if self.at < len(self.tokens) else Clause()
            return Clause(f"not coalesce(({inner.sql}), 0)", inner.values)
        if token["open"]:
            inner = self._either()
            self.at += 1  # the closing bracket
            return inner
        if token["field"]:
            quoted = token["bare"] is None
            value = token["bare"] or _unescaped(token["dq"] or token["sq"] or "")
            return self.search.term(token["field"], token["compare"] or "", value, quoted)
        return self.search.word(_unescaped(token["phrase"] or token["word"] or ""))


def _joined(parts: list[Clause], by: str) -> Clause:
    if not parts:
        return Clause()
    values = tuple(value for part in parts for value in part.values)
    return Clause(by.join(f"({part.sql})" for part in parts), values)


def _compared(column: Column, compare: str, value: str, quoted: bool, zone: ZoneInfo) -> Clause:
    if column.kind == "time":
        return _at(column.sql, compare, value, zone)
    if column.kind == "number":
        return Clause(f"cast({column.sql} as real) {compare} ?", (float(value),))
    if column.kind == "id":
        number = value.rsplit("/", 1)[-1][:20]
        if len(number) > LONGEST:
            raise ValueError(f"no id is as long as {number}")
        return Clause(f"{column.sql} {compare} ?", (int(number),))
    if column.kind == "list":
        inner = f"select 1 from json_each({column.sql}) where lower(value) = ?"  # noqa: S608
        return Clause(f"exists ({inner})", (value.lower(),))
    if compare != "=":
        return Clause(f"{column.sql} {compare} ?", (value,))
    if value.endswith("*") and not quoted and column.kind != "word":
        return Clause(rf"{column.sql} like ? escape '\'", (f"{_escaped(value[:-1])}%",))
    if column.kind == "word":  # "Online Store" is found by "store"
        begins = value.endswith("*") and not quoted
        wanted = _escaped(value[:-1]) + "%" if begins else f"{_escaped(value)} %"
        sql = rf"(' ' || {column.sql} || ' ') like ? escape '\'"
        return Clause(sql, (f"% {wanted}",))
    if column.sql == "sku":  # through the index
        sql = "id in (select id from documents where shop = :shop and kind = :kind"
        return Clause(f"{sql} and lower(sku) = ?)", (value.lower(),))
    return Clause(f"lower({column.sql}) = ?", (value.lower(),))


def _at(sql: str, compare: str, value: str, zone: ZoneInfo) -> Clause:
    """Times are shown in whole seconds, so they are compared in whole seconds."""
    start = moment(value, zone).astimezone(UTC).replace(microsecond=0)
    first, after = _second(start), _second(start + timedelta(seconds=1))
    if compare in (">=", "<"):
        return Clause(f"{sql} {compare} ?", (first,))
    if compare == ">":
        return Clause(f"{sql} >= ?", (after,))
    if compare == "<=":
        return Clause(f"{sql} < ?", (after,))
    return Clause(f"{sql} >= ? and {sql} < ?", (first, after))


def _second(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%S"))


def _escaped(value: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", value)


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value)
