"""What a feed is: which files it comes in, how they are read, and what their columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agent.model.item import ITEM_FIELDS, STOCK_FIELDS

FEED_KINDS = ("items", "customers", "orders", "shipments", "returns")
FIELDS: Mapping[str, tuple[str, ...]] = {  # the canonical fields of each kind; * those it must have
    "items": ("*sku", "location", *ITEM_FIELDS, *STOCK_FIELDS),
    "customers": ("*code", "name", "email"),
    "orders": ("*reference", "erp_number", "status"),
    "shipments": ("*number", "*reference", "*sku", "*quantity", "carrier", "tracking"),
    "returns": ("*number", "*reference", "*sku", "*quantity"),
}

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
    nulls: tuple[str, ...] = ("",)
    inherit: int = Field(0, ge=0)  # so many leading cells, all blank, repeat those of the row above
    round_prices: bool = False  # more decimals than the currency has: round, or refuse the row


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

    column: str | int = ""  # caption, or number from 1
    value: str = ""  # instead of a column: the same for every row
    codes: Mapping[str, str] = Field(
        default_factory=dict
    )  # the ERP's words -> ours; "*" for the rest
    optional: bool = False  # the file may lack the column
    factor: str = "1"  # multiplies a number (prices per hundred, kilograms to grams)


def _short_column(raw: object) -> object:
    return {"column": raw} if isinstance(raw, str | int) else raw


class Feed(Model):
    """One kind of export file of the ERP."""

    files: str  # name pattern, such as stock*.csv
    folder: str = ""  # "" is the site's export folder
    kind: Literal["items", "customers", "orders", "shipments", "returns"] = "items"
    format: str = "delimited"
    layout: Layout = Layout()
    ready: Ready = Ready()
    scan: Literal["auto", "only"] = (
        "auto"  # "only": no native events (found out by itself on shares)
    )
    full: bool = True  # a snapshot: absence means gone; false: a delta
    gone_after: int = Field(2, ge=1)  # snapshots in a row without a sku
    ordered_by: str = "time"  # "time", "name:PATTERN with one group", or "column:CAPTION"
    location: str = ""  # fixed, or "name:PATTERN with one group"
    where: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict
    )  # caption -> values that count
    columns: Mapping[str, Annotated[Column, BeforeValidator(_short_column)]]
    currency: str = ""  # of its prices; "" is the site's
    note: str = ""  # what is unconfirmed about it
