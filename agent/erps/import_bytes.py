"""Import files as bytes: each cell from its template, nothing cut, replaced or left blank in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent.erps.import_values import (
    Unwritable,
    Values,
    filled,
    line_values,
    order_values,
    plain,
    value_of,
)
from agent.erps.imports import NAME, Document, ImportColumn, ImportFile, Imports, Written
from agent.formats import xml_writer
from agent.formats.delimited_writer import write
from agent.model.booking import BookedLine
from agent.model.order import Order

BREAKS = re.compile(r"(?:[ \t]*(?:\r\n|[\n\r\v\f\u0085\u2028\u2029]))+[ \t]*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
SAFE_NAME = re.compile(r"[\w][\w.-]*", re.ASCII)
PER_BUYER = re.compile(r"\{(buyer|order|shipping|billing)\.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One order as import files see it: what its names stand for, and its lines."""

    values: Values
    lines: Sequence[BookedLine]
    currency: str
    gtins: Mapping[str, str] = field(default_factory=dict)  # by sku, as the ERP's files have them


def sheet(
    order: Order,
    reference: str,
    lines: Sequence[BookedLine],
    imports: Imports,
    zone: str,
    gtins: Mapping[str, str] | None = None,
) -> Sheet:
    """What one order's files are filled from. Unwritable when no customer code comes of it."""
    values = order_values(order, reference, lines, imports, zone)
    values["customer"] = filled(imports.customer, values)
    return Sheet(values, lines, order.currency, gtins or {})


def is_per_buyer(imports: Imports) -> bool:
    """Whether each buyer gets a customer of their own, whom the ERP must be told first."""
    return imports.customers is not None and PER_BUYER.search(imports.customer) is not None


def file_name(file: ImportFile, values: Values) -> str:
    """The file's name. Unwritable when it would not be a plain name everywhere."""
    name = filled(file.name, values)
    if not SAFE_NAME.fullmatch(name):
        raise Unwritable(
            f'"{name}" cannot be a file name', "import_files: name", "use letters, digits, . _ -"
        )
    return name


def file_bytes(file: ImportFile, sheets: Iterable[Sheet]) -> bytes:
    """The whole file for these orders. Unwritable names the order's cell that cannot be written."""
    how = file.layout
    if isinstance(how, Document):
        return _document(file, how, next(iter(sheets)))
    rows = [[_caption(key, column) for key, column in file.columns.items()]] if how.header else []
    for one in sheets:
        rows += _rows(file, one)
    return write(
        rows,
        encoding=how.encoding,
        mark=how.mark,
        delimiter=how.delimiter,
        quote=how.quote,
        always_quoted=how.always_quoted,
        newline=how.newline,
    )


def _rows(file: ImportFile, one: Sheet) -> list[list[str]]:
    if file.rows == "order":
        return [_row(file, one.values, first=True)]
    return [_row(file, values, first=at == 0) for at, values in enumerate(_lines(one))]


def _lines(one: Sheet) -> Iterator[Values]:
    """What the names stand for on each line."""
    for number, line in enumerate(one.lines, start=1):
        gtin = one.gtins.get(line.sku, "")
        yield {**one.values, **line_values(line, number, one.currency, gtin)}


def _document(file: ImportFile, how: Document, one: Sheet) -> bytes:
    """One order as a document; a column that is not needed and comes out blank is left out of it."""
    inside = {key for key, column in file.columns.items() if column.on == "every"}
    first = next((at for at, key in enumerate(file.columns) if key in inside), len(file.columns))
    before = [key for key in list(file.columns)[:first] if key not in inside]
    after = [key for key in list(file.columns)[first:] if key not in inside]

    def cells(keys: Iterable[str], values: Values) -> list[tuple[str, str]]:
        told = ((key, _cell(key, file.columns[key], values, how)) for key in keys)
        return [(key, text) for key, text in told if text]

    of_lines = [key for key in file.columns if key in inside]
    return xml_writer.write(
        how.root,
        cells(before, one.values),
        [cells(of_lines, values) for values in _lines(one)],
        cells(after, one.values),
        under=how.lines,
        encoding=how.encoding,
    )


def _row(file: ImportFile, values: Values, *, first: bool) -> list[str]:
    return [
        _cell(key, column, values, file.layout) if first or column.on == "every" else ""
        for key, column in file.columns.items()
    ]


def _caption(key: str, column: ImportColumn) -> str:
    return column.caption or key


def _cell(key: str, column: ImportColumn, values: Values, how: Written | Document) -> str:
    caption = _caption(key, column)
    text = NAME.sub(lambda found: _text(found[1], column, values, how), column.value)
    if column.codes:
        text = _coded(text, column, caption)
    text = BREAKS.sub(", " if column.lines == "join" else "\n", text.strip())
    if column.needed and not text:
        raise _unwritable(caption, "would be blank", "fill it: see import_files in tally.yaml")
    if column.longest is not None and len(text) > column.longest:
        if not column.cut:
            what = f'"{text}" is longer than {column.longest} characters'
            raise _unwritable(caption, what, "shorten it on the shop, or let the column be cut")
        text = text[: column.longest].rstrip()
    _check_characters(text, caption, how)
    return text


def _text(name: str, column: ImportColumn, values: Values, how: Written | Document) -> str:
    value = value_of(name, values)
    if isinstance(value, Decimal):
        return _number(value, column.digits).replace(".", how.decimal)
    if isinstance(value, date):
        return value.strftime(column.date)
    return plain(value)


def _number(value: Decimal, digits: int | None) -> str:
    if digits is None:
        return plain(value)
    exact = value.quantize(Decimal(1).scaleb(-digits))
    if exact != value:
        raise Unwritable(
            f"{plain(value)} does not fit {digits} decimals",
            "import_files",
            "give the column more digits, or set price_digits to as many",
        )
    return plain(exact)


def _coded(text: str, column: ImportColumn, caption: str) -> str:
    found = column.codes.get(text, column.codes.get("*"))
    if found is None:
        advice = f'add "{text}" under the column\'s codes in import_files'
        raise _unwritable(caption, f'no code for "{text}"', advice)
    return text if found == "{}" else found


def _check_characters(text: str, caption: str, how: Written | Document) -> None:
    if (odd := CONTROL.search(text)) is not None:
        what = f"a control character (code {ord(odd[0])}) stands in {text!r}"
        raise _unwritable(caption, what, "correct it on the shop, or enter the order by hand")
    try:
        text.encode(how.encoding)
    except UnicodeEncodeError as error:
        lacking = text[error.start : error.end]
        what = f"{lacking!a} in {text!a} does not exist in {how.encoding}"
        advice = "spell it otherwise on the shop, or enter the order by hand"
        raise _unwritable(caption, what, advice) from error


def _unwritable(caption: str, what: str, advice: str) -> Unwritable:
    return Unwritable(f"{what} (column {caption})", f"column {caption}", advice)
