"""What a feed is: which files it comes in, how they are read, and what their columns mean."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from agent.model.item import AXIS, ITEM_FIELDS, STOCK_FIELDS

FEED_KINDS = ("items", "customers", "orders", "shipments", "returns")
FIELDS: Mapping[str, tuple[str, ...]] = {  # the canonical fields of each kind; * those it must have
    "items": ("*sku", "location", *ITEM_FIELDS, *STOCK_FIELDS),
    "customers": ("*code", "name", "email"),
    "orders": ("*reference", "erp_number", "status"),
    "shipments": ("*number", "*reference", "*sku", "*quantity", "carrier", "tracking"),
    "returns": ("*number", "*reference", "*sku", "*quantity"),
}


def is_field(kind: str, name: str) -> bool:
    """Whether feeds of this kind may state it: a canonical field, or `axis.NAME`, a choice of variants."""
    if kind == "items" and name.startswith(AXIS):
        return bool(name.removeprefix(AXIS).strip())
    return name in FIELDS[kind] or f"*{name}" in FIELDS[kind]


SETTLE_S = 2.0
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: object) -> object:
    """`5s`, `2m`, `1h`, `1d`, `250ms` or a plain number of seconds, as seconds."""
    if isinstance(text, str):
        for unit in sorted(UNITS, key=len, reverse=True):
            if text.endswith(unit):
                return float(text.removesuffix(unit)) * UNITS[unit]
    return text


Seconds = Annotated[float, BeforeValidator(seconds), Field(ge=0)]


class Model(BaseModel):
    """Settings: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_text(raw: object) -> object:
    """What YAML read as a number, as the text that was meant."""
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return str(raw) if is_number else raw


def _as_texts(raw: object) -> object:
    if isinstance(raw, Mapping):
        return {_as_text(key): _as_texts(value) for key, value in raw.items()}
    if isinstance(raw, list | tuple):
        return tuple(_as_text(value) for value in raw)
    return _as_text(raw)


def _as_list(raw: object) -> object:
    if isinstance(raw, Mapping):
        return {key: [one] if isinstance(one, str | int) else one for key, one in raw.items()}
    return raw


def _decimal(text: str) -> str:
    try:
        is_number = Decimal(text).is_finite()
    except InvalidOperation:
        is_number = False
    if not is_number:
        raise ValueError(f'"{text}" is no number; write it with a point, such as 0.001')
    return text


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f'"{text}" is no pattern: {error}') from None


def _one_group(text: str) -> None:
    if _pattern(text).groups != 1:
        raise ValueError(f'"{text}" needs exactly one group, in ( )')


class Layout(Model):
    """How the bytes of a delimited file become rows and values."""

    encoding: str = "utf-8"  # a byte-order mark is always recognised
    delimiter: str = ","
    quote: str = '"'  # "" when nothing is quoted
    header: bool = True
    captions: tuple[str, ...] = ()  # names for the columns of a file without header
    skip: int = Field(0, ge=0)  # lines before the header
    skip_rows: str = ""  # rows whose first cell matches this pattern are passed over
    stop: str = ""  # reading ends before the row whose first cell matches
    count: str = ""  # trailer whose first cell matches; its last number is the number of rows
    decimal: str = "."
    group: str = ""
    sign: Literal["leading", "trailing", "brackets"] = "leading"
    dates: tuple[str, ...] = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
    zone: str = ""  # of times without one; "" is the ERP's zone
    nulls: Annotated[tuple[str, ...], BeforeValidator(_as_texts)] = ("",)  # beside blank cells
    inherit: int = Field(0, ge=0)  # so many leading cells, all blank, repeat those of the row above
    round_prices: bool = False  # more decimals than the currency has: round, or refuse the row

    @model_validator(mode="after")
    def _is_readable(self) -> Layout:
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise ValueError(f'there is no encoding "{self.encoding}"') from None
        if len(self.delimiter) != 1 or len(self.quote) > 1:
            raise ValueError('delimiter is one character (a tab is "\\t"), quote one or none')
        if len(self.decimal) != 1 or self.decimal == self.group:
            raise ValueError("decimal is one character, and another one than group")
        for pattern in (self.skip_rows, self.stop, self.count):
            _pattern(pattern)
        return self


class Ready(Model):
    """When a file may be read. Any of the ways that are given is enough; a locked file never is."""

    settle: Seconds | None = (
        None  # unchanged for so long; by default 2s where no other way is given
    )
    marker: str = ""  # companion: `.done` means stock.csv.done or stock.done lies beside stock.csv
    renamed: bool = False  # complete as soon as it appears under its final name

    @property
    def settle_s(self) -> float | None:
        """Seconds that a file must lie unchanged; None when that alone is never enough."""
        if self.settle is None and not self.marker and not self.renamed:
            return SETTLE_S
        return self.settle


class Column(Model):
    """One canonical field. Captions are matched tolerantly: case, `*`, brackets and blanks aside."""

    column: str | int | tuple[str, ...] = ""  # caption, number from 1, or captions: the first found
    value: Annotated[str, BeforeValidator(_as_text)] = ""  # instead: the same for every row
    codes: Annotated[Mapping[str, str], BeforeValidator(_as_texts)] = Field(default_factory=dict)
    # The ERP's words -> ours, whatever their case; "*" for the rest; "" for none.
    optional: bool = False  # the file may lack the column
    factor: Annotated[str, BeforeValidator(_as_text), AfterValidator(_decimal)] = "1"
    # Multiplies a number: prices per hundred (0.01), kilograms to grams (1000).


def _short_column(raw: object) -> object:
    return {"column": raw} if isinstance(raw, str | int | list | tuple) else raw


class Feed(Model):
    """One kind of export file of the ERP."""

    files: str  # name pattern, such as stock*.csv
    folder: str = ""  # "" is the site's export folder
    kind: Literal["items", "customers", "orders", "shipments", "returns"] = "items"
    format: str = "delimited"
    layout: Layout = Layout()
    ready: Ready = Ready()
    # "only": no native events, as is found out on shares; "events": also there, for shares that tell.
    scan: Literal["auto", "only", "events"] = "auto"
    full: bool = True  # a snapshot: absence means gone; false: a delta
    gone_after: int = Field(2, ge=1)  # snapshots in a row without a sku
    ordered_by: str = "time"  # "time", "name:PATTERN with one group", or "column:CAPTION"
    moment: str = ""  # how the name's stamp writes a local time: %Y%m%d_%H%M%S
    location: str = ""  # fixed, or "name:PATTERN with one group"
    where: Annotated[
        Mapping[str, tuple[str, ...]], BeforeValidator(_as_texts), BeforeValidator(_as_list)
    ] = Field(default_factory=dict)  # caption -> values of the rows that count
    columns: Mapping[str, Annotated[Column, BeforeValidator(_short_column)]]
    currency: str = ""  # of its prices; "" is the site's
    note: str = ""  # what is unconfirmed about it

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Feed:
        known = [field.removeprefix("*") for field in FIELDS[self.kind]]
        for field in self.columns:
            if not is_field(self.kind, field):
                near = get_close_matches(field, known, n=1, cutoff=0.5)
                advice = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"
                raise ValueError(f'columns: {self.kind} have no field "{field}"; {advice}')
        for field in FIELDS[self.kind]:
            if field.startswith("*") and field.removeprefix("*") not in self.columns:
                raise ValueError(f"columns: {self.kind} need {field.removeprefix('*')}")
        for name in (self.ordered_by, self.location):
            if name.startswith("name:"):
                _one_group(name.removeprefix("name:"))
        if not self.ordered_by.startswith(("name:", "column:")) and self.ordered_by != "time":
            raise ValueError("ordered_by is time, name:PATTERN or column:CAPTION")
        return self
