"""Tryton alone, as a legacy site runs it: what the other tests of this folder rely on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.tryton.clerk import Clerk, Refused

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PARTY = """code,name,street,postal_code,city,country
W-1,Änne Öztürk,"Hof 3
c/o Werkstatt",24939,Flensburg,DE
"""
ORDER = """shop,web id,reference,date,party,bill,ship,term,warehouse,comment,sku,pieces,unit,price,tax
shop.example,A-1,A-1,2026-05-04,W-1,W-1,W-1,30 days,HH,,TK-12,2,Unit,34.5000,VAT 19%
,,,,,,,,,,FT-50-GRÜN,3,Unit,12.6050,VAT 19%
"""


def _drop(clerk: Clerk, **files: str) -> None:
    for name, text in files.items():
        (clerk.drop / "in" / f"{name}.csv").write_text(text, encoding="utf-8")


def test_a_whole_life_of_an_order_shows_in_the_exports(clerk: Clerk) -> None:
    _drop(clerk, parties_1=PARTY, sales_1=ORDER)
    assert clerk.take() == {"parties_1.csv": "", "sales_1.csv": ""}
    assert clerk.do("press", order="A-1", buttons=["quote", "confirm", "process"]) == "processing"
    clerk.do("ship", order="A-1", pieces={"FT-50-GRÜN": 2}, tracking="T-1")
    clerk.do("ship", order="A-1", pieces={"FT-50-GRÜN": 1, "TK-12": 2}, tracking="T-2")
    clerk.do("promise_back", order="A-1", pieces={"TK-12": 1})
    clerk.do("receive_back", order="A-1")
    clerk.dump(NOON)
    parcels = {
        (row["Reference"], row["Outgoing Moves/Product/Code"], row["Outgoing Moves/Quantity"])
        for row in clerk.export("shipments")
        if row["State"] == row["Outgoing Moves/State"] == "done"
    }
    assert parcels == {
        ("T-1", "FT-50-GRÜN", "2.0"),
        ("T-2", "FT-50-GRÜN", "1.0"),
        ("T-2", "TK-12", "2.0"),
    }
    assert {
        (row["Incoming Moves/Sale/Reference"], row["Incoming Moves/Quantity"], row["State"])
        for row in clerk.export("returns")
    } == {("R-A-1", "1.0", "done")}


def test_an_order_is_refused_twice_and_the_refusal_lies_beside_it(clerk: Clerk) -> None:
    _drop(clerk, parties_1=PARTY, sales_1=ORDER)
    clerk.take()
    _drop(clerk, sales_1=ORDER)
    assert "must be unique per shop" in clerk.take()["sales_1.csv"]
    assert "must be unique per shop" in (clerk.drop / "failed" / "sales_1.csv.err").read_text(
        "utf-8"
    )


def test_every_copy_of_the_company_begins_alike(clerk: Clerk) -> None:
    clerk.dump(NOON)
    assert clerk.export("orders") == []
    assert {row["Code"]: row["List Price"] for row in clerk.export("prices")}["TK-12"] == "34.50"
    with pytest.raises(Refused, match="0 orders have the reference A-1"):
        clerk.do("press", order="A-1", buttons=["quote"])
