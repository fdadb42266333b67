"""Delimited text ⇄ rows: CSV and its cousins, by an explicit layout and never by guessing.

One real line (semicolons, decimal comma, quotes doubled): `KLM-0042;"Klamra ""M"", 5 szt.";12,50`
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Protocol

from agent.errors import FileRefused

NAME = "delimited"
FIELD_CAP = 1 << 20  # characters; one field longer than this refuses the file
HEAD = 4096  # bytes that tell whether this is text at all
MARKS = (  # a byte-order mark always wins over the layout's encoding
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NUL = "\0"
END_OF_FILE = ["\x1a"]  # CP/M and DOS end a text so
BROKE_OFF = "the export broke off or was put together: let the ERP export it again"
NOT_TEXT = (b"%PDF", b"PK\x03\x04", b"MZ", b"\x89PNG", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")

Record = tuple[int, list[str]]  # the line that it begins on, from 1, and its cells as they stand


class Dialect(Protocol):
    """The part of a feed's layout that this format reads."""

    @property
    def encoding(self) -> str: ...
    @property
    def delimiter(self) -> str: ...
    @property
    def quote(self) -> str: ...
    @property
    def header(self) -> bool: ...
    @property
    def skip(self) -> int: ...
    @property
    def skip_rows(self) -> str: ...
    @property
    def stop(self) -> str: ...
    @property
    def count(self) -> str: ...


def recognises(name: str, head: bytes) -> bool:
    """Whether this may be delimited text: no known binary beginning, no NUL outside UTF-16."""
    if head.startswith(NOT_TEXT):
        return False
    return b"\0" not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def encoding_of(head: bytes, layout: Dialect) -> str:
    """The encoding that a file with this beginning is read in."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    return layout.encoding


def read(source: BinaryIO, layout: Dialect, name: str) -> Iterator[Record]:
    """Every row with the line it begins on, header included, within the layout's skip and stop rules.

    FileRefused, with the place, when the bytes are not text in this encoding, hold a NUL, leave a
    quote open, or the trailer counts otherwise.
    """
    head = source.peek(HEAD)[:HEAD] if isinstance(source, io.BufferedReader) else b""
    encoding = encoding_of(head, layout)
    text = io.TextIOWrapper(source, encoding=encoding, errors="strict", newline="")
    try:
        yield from _rows(text, layout, name)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(error, encoding, source, name) from error
    except UnicodeError as error:  # UTF-16 without the mark that tells its byte order
        raise FileRefused(
            f"this is not {encoding}: {error}",
            f"{name}:1",
            "set the feed's layout.encoding (utf-16-le, utf-16-be)",
        ) from error
    finally:
        if not source.closed:  # whoever reads only the header may have closed it before us
            text.detach()


def is_bytewise(encoding: str) -> bool:
    """Whether single lines can be cut out of the bytes: every ASCII byte means its own character."""
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
        return True
    every = bytes(range(256))
    text = every.decode(encoding, errors="replace")
    return len(text) == len(every) and text[:128] == every[:128].decode("ascii")


def records(data: bytes, layout: Dialect) -> list[tuple[int, bytes]]:
    """The raw bytes of each record with the line it begins on, blank lines left out.

    Lines are joined while a quote is open, which counting quotes tells; see `are_whole`.
    """
    lines = data.splitlines(keepends=True)
    quote = layout.quote.encode("ascii", errors="replace")
    if not quote or quote not in data:
        return [(line, raw) for line, raw in enumerate(lines, start=1) if not raw.isspace()]
    found, begun, begins = list[tuple[int, bytes]](), b"", 0
    for line, raw in enumerate(lines, start=1):
        is_odd = raw.count(quote) & 1
        if begun:
            begun += raw
            if is_odd:
                found.append((begins, begun))
                begun = b""
        elif is_odd:
            begun, begins = raw, line
        elif not raw.isspace():
            found.append((line, raw))
    return [*found, (begins, begun)] if begun else found


def are_whole(found: Sequence[tuple[int, bytes]], layout: Dialect) -> bool:
    """Whether each of these records is one row by itself, so that they may be read singly.

    Only quotes can break that (a stray one inside a text), so only records with quotes are read.
    """
    quote = layout.quote.encode("ascii", errors="replace")
    if not quote:
        return True
    quoted = [raw.decode("latin-1") for _, raw in found if quote in raw]
    return None not in _singly(quoted, layout)


def parse(records: Sequence[bytes], encoding: str, layout: Dialect) -> list[list[str] | None]:
    """Single records cut out of a file (see `records`), as cells; None for one that is no row."""
    return _singly([record.decode(encoding) for record in records], layout)


def _singly(texts: Sequence[str], layout: Dialect) -> list[list[str] | None]:
    found: list[list[str] | None] = []
    for text in texts:
        try:
            rows = list(_reader(iter(text.splitlines(keepends=True)), layout))
        except csv.Error:
            return [*found, None]
        found.append(rows[0] if len(rows) == 1 else None)
    return found


def _rows(text: io.TextIOWrapper, layout: Dialect, name: str) -> Iterator[Record]:
    for _ in range(layout.skip):
        text.readline()
    reader = _reader(_without_nul(text, layout.skip + 1, name), layout)
    passed, stop, count = (_matcher(p) for p in (layout.skip_rows, layout.stop, layout.count))
    rows, line = 0, layout.skip + 1
    try:
        for cells in reader:
            begins, line = line, layout.skip + reader.line_num + 1
            if not cells or cells == END_OF_FILE or (passed and passed(cells[0])):
                continue
            if stop and stop(cells[0]):
                break
            if count and count(cells[0]):
                _check_count(cells, rows - layout.header, f"{name}:{begins}")
                return
            rows += 1
            yield begins, cells
    except csv.Error as error:
        raise _broken(error, f"{name}:{line}") from error
    if count and rows:
        raise FileRefused(
            "the last line, which counts the rows, is missing", f"{name}:{line}", BROKE_OFF
        )


def _without_nul(lines: Iterable[str], first: int, name: str) -> Iterator[str]:
    for line, text in enumerate(lines, start=first):
        if NUL in text:
            raise FileRefused(
                "there is a NUL character in it",
                f"{name}:{line}:{text.index(NUL) + 1}",
                "is this really a text export? UTF-16 is read by layout.encoding: utf-16",
            )
        yield text


def _reader(lines: Iterator[str], layout: Dialect) -> Any:
    csv.field_size_limit(FIELD_CAP)
    quoting = {"quotechar": layout.quote} if layout.quote else {"quoting": csv.QUOTE_NONE}
    return csv.reader(lines, delimiter=layout.delimiter, strict=True, **quoting)


def _matcher(pattern: str) -> Callable[[str], object] | None:
    return re.compile(pattern).match if pattern else None


def _check_count(cells: Sequence[str], rows: int, where: str) -> None:
    """The trailer's last number is the number of rows after the header."""
    numbers = re.findall(r"\d+", " ".join(cells))
    if numbers and int(numbers[-1]) != rows:
        raise FileRefused(
            f"the last line counts {numbers[-1]} rows, and there are {rows}",
            where,
            BROKE_OFF,
        )


def _broken(error: csv.Error, where: str) -> FileRefused:
    text = str(error)
    if "field larger than" in text:
        return FileRefused(
            f"a field is longer than {FIELD_CAP} characters", where, "a quote is missing before it"
        )
    what = (
        "a quote is opened and never closed"
        if "unexpected end" in text
        else f"broken quoting: {text}"
    )
    return FileRefused(
        what, where, "let the ERP export it again; if it always does this, see the feed's `quote`"
    )


def _wrong_encoding(
    error: UnicodeDecodeError, encoding: str, source: BinaryIO, name: str
) -> FileRefused:
    """Where the first byte is that this encoding does not know, and which encodings would know all."""
    source.seek(0)
    data = source.read()
    try:
        data.decode(encoding)
        offset = error.start
    except UnicodeDecodeError as whole:
        offset = whole.start
    line = data.count(b"\n", 0, offset) + 1
    fitting = [
        e for e in ("utf-8", "cp1250", "cp1252", "cp852") if e != encoding and _fits(data, e)
    ]
    return FileRefused(
        f"byte {data[offset : offset + 1].hex()} at offset {offset} is not {encoding}",
        f"{name}:{line}",
        f"set the feed's layout.encoding; it would be readable as {', '.join(fitting) or 'none we know'}",
    )


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
