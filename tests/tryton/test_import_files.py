"""The files that the tryton profile writes, taken by Tryton itself."""

from __future__ import annotations

from dataclasses import replace

from agent.erps.imports import Failed
from agent.flow.patterns import any_of
from tests.agent.erps.golden_imports import an_order, files_of, imports_of
from tests.build import order_line
from tests.tryton.clerk import Clerk


def test_tryton_takes_the_party_and_the_order_to_the_cent(clerk: Clerk) -> None:
    files = files_of("tryton")
    for name, data in files.items():
        (clerk.drop / "in" / name).write_bytes(data)
    assert clerk.take() == dict.fromkeys(files, "")
    assert clerk.do("press", order="SHOPIFY-1001", buttons=["quote", "confirm", "process"]) == (
        "processing"
    )
    clerk.do("dump", at=0)
    sale = an_order()
    [first, *_] = clerk.export("orders")
    net = sum(part.net for part in (*sale.lines, *sale.charges))
    assert (first["Reference"], first["Untaxed"]) == ("SHOPIFY-1001", f"{net / 100:.2f}")
    assert first["Total"] == f"{sale.total / 100:.2f}"
    assert {row["Delivery Address/City"] for row in clerk.export("shipments")} == {"Flensburg"}


def test_a_line_that_must_be_split_is_booked_to_the_cent(clerk: Clerk) -> None:
    sale = an_order()
    odd = order_line("TK-12", 700, net=333, tax=63)  # 0.4757 a piece at best: 332.99
    lines = (odd, *sale.lines[1:])
    total = sum(part.net + part.tax for part in (*lines, *sale.charges))
    files = files_of("tryton", replace(sale, lines=lines, total=total))
    for name, data in files.items():
        (clerk.drop / "in" / name).write_bytes(data)
    assert clerk.take() == dict.fromkeys(files, "")
    clerk.do("dump", at=0)
    net = sum(part.net for part in (*lines, *sale.charges))
    assert clerk.export("orders")[0]["Untaxed"] == f"{net / 100:.2f}"


def test_what_tryton_has_already_is_told_from_what_it_refuses(clerk: Clerk) -> None:
    files = files_of("tryton")
    failed = imports_of("tryton").failed
    assert isinstance(failed, Failed)
    for _ in range(2):
        for name, data in files.items():
            (clerk.drop / "in" / name).write_bytes(data)
        words = clerk.take()
    assert all(any_of(failed.already, said) for said in words.values())
    for name, data in files.items():
        beside = clerk.drop / "in" / failed.folder / failed.words.replace("{name}", name)
        assert beside.exists()
        (clerk.drop / "in" / name).write_bytes(
            data.replace(b"TK-12", b"NOPE").replace(b"1001", b"1002")
        )
    said = next(said for name, said in clerk.take().items() if name.startswith("sales"))
    assert not any_of(failed.already, said)
    assert "Could not find relation for 'NOPE'" in said
