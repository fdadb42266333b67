"""Loading only what differs leads to the same tables as reading the whole file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.flow import ingest_items, ingest_short
from tests.agent.files_site import FilesSite

SKUS = ["RETRO-CLOCK", "retro-clock", "OAK-SHELF-80", "LAMP-01", "FT-50-GRÜN", ""]
TITLES = ["Clock", '"Shelf, 80 cm"', '"Two\nlines"', '6" pipe', '"a', "x,y", 'b"']
PRICES = ["49.00", "12.5", "1,0", ""]
STOCK = ["0", "3", "-2", "many"]

LINES = st.tuples(*map(st.sampled_from, (SKUS, TITLES, PRICES, STOCK))).map(",".join)
FILES = st.lists(LINES, max_size=6).map(
    lambda lines: "\n".join(["sku,title,price,qty", *lines, ""])
)


def story(folder: Path, files: list[str], short: bool) -> list[object]:
    """What all tables say after these files, read the short way or only the long one."""
    site = FilesSite(folder)
    seen: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        if not short:
            patch.setattr(ingest_items, "differences", lambda *_: None)
        for content in files:
            state = site.take("items.csv", content)
            every = "sku, location, missing, title, price, on_hand, file_id, line"
            seen += [state, site.counts(), site.table(every), site.rejects(), site.touched()]
    site.db.close()
    return seen


@settings(max_examples=60)
@given(st.lists(FILES, min_size=2, max_size=4))
def test_the_short_way_and_the_long_way_end_the_same(files: list[str]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert story(Path(one), files, short=True) == story(Path(other), files, short=False)


def test_an_ordinary_change_goes_the_short_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    real = ingest_short.differences
    monkeypatch.setattr(
        ingest_items, "differences", lambda *given: taken.append(real(*given)) or taken[-1]
    )
    site = FilesSite(tmp_path)
    head = "sku,title,price,qty\n"
    site.take(
        "items.csv", f'{head}RETRO-CLOCK,"Clock, retro",49.00,3\nOAK-SHELF-80,Shelf,12.50,x\n'
    )
    site.take(
        "items.csv", f'{head}RETRO-CLOCK,"Clock, retro",45.00,3\nOAK-SHELF-80,Shelf,12.50,7\n'
    )
    assert [found is not None for found in taken] == [True]
    assert site.table() == [
        ("OAK-SHELF-80", "Shelf", 1250, 7000),
        ("RETRO-CLOCK", "Clock, retro", 4500, 3000),
    ]
    assert site.rejects() == []
    site.db.close()
