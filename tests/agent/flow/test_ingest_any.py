"""Whatever lies in the export folder, the lane of files ends with a state and a balance."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.erps import profiles
from tests.agent.files_site import FilesSite
from tests.shared import shared

GOOD = (
    "sku,title,price,qty\r\n"
    'RETRO-CLOCK,"Clock, ""retro""",49.00,3\r\n'
    "OAK-SHELF-80,Dębowa półka,129.90,0\r\n"
    'LAMP-01,"Lamp\r\nwith a shade",19.90,-2\r\n'
).encode()
SETTLED = {"applied", "same", "stale", "refused", "held", "rejected"}


def balanced(site: FilesSite) -> bool:
    return all(
        applied >= 0 and rows == applied + rejected + passed
        for rows, applied, rejected, passed in site.db.rows(
            "select rows, applied, rejected, passed from files"
        )
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 6), st.binary(max_size=6)),
        min_size=1,
        max_size=4,
    )
)
def test_damaged_bytes_are_refused_or_read_and_always_accounted_for(
    damages: list[tuple[int, int, bytes]],
) -> None:
    data = GOOD
    with tempfile.TemporaryDirectory() as folder:
        site = FilesSite(Path(folder))
        site.take("items.csv", data)
        for at, cut, put in damages:
            data = data[:at] + put + data[at + cut :]
            assert site.take("items.csv", data) in SETTLED
        assert balanced(site)
        site.db.close()


def test_damaged_exports_of_a_real_erp_never_break_the_lane(tmp_path: Path) -> None:
    chance = random.Random(7)
    site = FilesSite(tmp_path, profiles.load("tryton")["feeds"])
    wanted = ("items", "stock_HH", "orders", "shipments")
    for file in sorted(shared("samples", "tryton", "08-first-shipped-fully").glob("*.csv")):
        if not file.name.startswith(wanted) or file.name.startswith("order_"):
            continue
        good = file.read_bytes()
        for _ in range(12):
            at = chance.randrange(len(good))
            junk = chance.choice((b"", b'"', b",", b"\xff", b"\r\n", b"\0", good[: at // 2]))
            assert (
                site.take(file.name, good[:at] + junk + good[at + chance.randrange(9) :]) in SETTLED
            )
    assert balanced(site)
    site.db.close()
