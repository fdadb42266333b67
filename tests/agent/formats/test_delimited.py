"""The delimited format: bytes to rows with their line, faults with their place."""

from __future__ import annotations

import io
from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.erps.feeds import Layout
from agent.errors import FileRefused
from agent.formats import delimited, delimited_writer


def read(data: bytes | str, **layout: object) -> list[tuple[int, list[str]]]:
    source = io.BufferedReader(io.BytesIO(data if isinstance(data, bytes) else data.encode()))
    return list(delimited.read(source, Layout(**layout), "stock.csv"))  # type: ignore[arg-type]


def refusal(data: bytes | str, **layout: object) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(data, **layout)
    return caught.value


def test_every_row_knows_the_line_that_it_begins_on() -> None:
    text = 'sku,title\r\nOAK-SHELF-80,"Oak shelf\r\n80 cm"\r\nRETRO-CLOCK,Clock\r\n'
    assert read(text) == [
        (1, ["sku", "title"]),
        (2, ["OAK-SHELF-80", "Oak shelf\r\n80 cm"]),
        (4, ["RETRO-CLOCK", "Clock"]),
    ]


def test_a_file_may_be_closed_before_all_of_it_was_read() -> None:
    source = io.BufferedReader(io.BytesIO(b"sku,qty\nRETRO-CLOCK,3\n"))
    rows = delimited.read(source, Layout(), "stock.csv")
    assert isinstance(rows, Generator)
    assert next(rows)[0] == 1
    source.close()
    rows.close()


def test_blank_lines_are_passed_over_and_counted() -> None:
    assert read("sku\n\n\nRETRO-CLOCK\n\n") == [(1, ["sku"]), (4, ["RETRO-CLOCK"])]


@pytest.mark.parametrize(
    ("encoding", "layout"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", "cp1252"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
        ("latin-1", "latin-1"),
        ("utf-16", "utf-8"),
        ("utf-16-le", "utf-16-le"),
    ],
    ids=lambda name: name,
)
def test_reads_the_encoding_of_the_layout_and_byte_order_marks_before_it(
    encoding: str, layout: str
) -> None:
    data = "code|title\r\nFT-50-GRÜN|Frottiertuch\r\n".encode(encoding)
    rows = read(data, encoding=layout, delimiter="|")
    assert rows == [(1, ["code", "title"]), (2, ["FT-50-GRÜN", "Frottiertuch"])]


def test_a_byte_that_the_encoding_does_not_know_refuses_the_file_and_names_the_fitting_ones() -> (
    None
):
    refused = refusal("sku,title\nOAK-SHELF-80,Półka\n".encode("cp1250"))
    assert refused.what == "byte f3 at offset 24 is not utf-8"
    assert refused.where.startswith("stock.csv:2")
    assert "cp1250" in refused.next


def test_a_nul_refuses_the_file() -> None:
    assert "NUL" in refusal(b"sku,title\nRETRO-CLOCK,Cl\0ck\n").what


def test_a_quote_that_is_never_closed_refuses_the_file_at_the_row_that_opens_it() -> None:
    refused = refusal('sku,title\nRETRO-CLOCK,"Clock\nOAK-SHELF-80,Shelf\n')
    assert refused.what == "a quote is opened and never closed"
    assert refused.where == "stock.csv:2"


def test_a_field_of_more_than_a_million_characters_refuses_the_file() -> None:
    assert "longer than" in refusal("sku,title\nA," + "x" * (1 << 20) + "x\n").what


def test_skips_title_lines_passes_over_rulers_and_stops_before_the_footer() -> None:
    text = "Stock list\nprinted 2026-03-02\nsku;qty\n-----;---\nA;1\n-----;---\nB;2\nTotal;3\nC;9\n"
    rows = read(text, delimiter=";", skip=2, skip_rows="^-+$", stop="^Total")
    assert rows == [(3, ["sku", "qty"]), (5, ["A", "1"]), (7, ["B", "2"])]


def test_a_trailer_that_counts_the_rows_is_believed() -> None:
    text = "sku;qty\nA;1\nB;2\nEND;2\n"
    assert len(read(text, delimiter=";", count="^END$")) == 3


def test_a_trailer_that_counts_otherwise_refuses_the_file() -> None:
    refused = refusal("sku;qty\nA;1\nEND;2\n", delimiter=";", count="^END$")
    assert refused.what == "the last line counts 2 rows, and there are 1"
    assert refused.where == "stock.csv:3"


def test_a_trailer_that_does_not_come_refuses_the_file() -> None:
    assert "count" in refusal("sku;qty\nA;1\n", delimiter=";", count="^END$").what


def test_a_trailer_counts_rows_only_also_without_a_header() -> None:
    assert len(read("A;1\nB;2\nEND;2\n", delimiter=";", count="^END$", header=False)) == 2


def test_lone_carriage_returns_and_mixed_line_ends_are_line_ends() -> None:
    assert read("sku\rA\r\nB\nC") == [(1, ["sku"]), (2, ["A"]), (3, ["B"]), (4, ["C"])]


def test_an_end_of_file_mark_of_old_systems_is_no_row() -> None:
    assert read(b"sku\r\nA\r\n\x1a") == [(1, ["sku"]), (2, ["A"])]


@pytest.mark.parametrize(
    ("head", "is_text"),
    [
        (b"sku;title", True),
        ("sku".encode("utf-16"), True),
        (b"%PDF-1.4", False),
        (b"PK\x03\x04", False),
        (b"MZ\x90\0", False),
        (b"sku\0title", False),
    ],
)
def test_recognises_text_and_no_renamed_binary(head: bytes, is_text: bool) -> None:
    assert delimited.recognises("stock.csv", head) is is_text


@given(st.binary(max_size=300), st.sampled_from(["utf-8", "cp1250", "utf-16"]))
def test_any_bytes_become_rows_or_a_refusal(data: bytes, encoding: str) -> None:
    try:
        rows = read(data, encoding=encoding)
    except FileRefused as refused:
        assert refused.what
        assert refused.where.startswith("stock.csv")
    else:
        assert [line for line, _ in rows] == sorted({line for line, _ in rows})


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\x1a"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8))
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    data = delimited_writer.write(rows, always_quoted=True)
    assert [cells for _, cells in read(data)] == rows
