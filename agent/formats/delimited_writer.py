"""Rows → the bytes of a delimited file: quoting, line ends and encoding, and never a replaced character.

One real line: `SHOP-1001,WEB,"Müller, Anna","ring ""twice"", please",2,34.50`
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def write(
    rows: Iterable[Sequence[str]],
    *,
    encoding: str = "utf-8",
    mark: bool = False,
    delimiter: str = ",",
    quote: str = '"',
    always_quoted: bool = False,
    newline: str = "\r\n",
) -> bytes:
    """The whole file. `mark` puts a byte-order mark in front.

    UnicodeEncodeError when the encoding lacks a character: a "?" would go unnoticed.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quotechar=quote,
        lineterminator=newline,
        quoting=csv.QUOTE_ALL if always_quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    return (("\ufeff" if mark else "") + text.getvalue()).encode(encoding)
