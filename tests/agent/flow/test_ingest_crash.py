"""Killed between any two statements, a resumed agent has applied each export once and whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.flow.watch import Memory
from agent.ports.database import Database
from tests.agent.files_site import FilesSite
from tests.agent.mortal import Fuse, Killed, MortalDatabase

FIRST = "sku,title,price,qty\nRETRO-CLOCK,Clock,49.00,3\nOAK-SHELF-80,Shelf,129.90,1\n"
SECOND = "sku,title,price,qty\nRETRO-CLOCK,Clock,45.00,3\nLAMP-01,Lamp,x,1\nMUG-7,Mug,5.00,2\n"


def after(folder: Path, statements: int | None) -> tuple[list[object], bool]:
    """What all tables say when the agent is killed after so many statements of the second file."""
    site = FilesSite(folder)
    site.take("items.csv", FIRST)
    site.drop("items.csv", SECOND)
    lived = True
    if statements is not None:
        site.db.close()
        path = folder / "data" / "tally.sqlite"
        dying = MortalDatabase(path, Fuse(statements))
        site.site = replace(site.site, db=dying)
        try:
            site.work()
        except Killed:
            lived = False
        dying.close()
        site.db, site.memory = Database(path), Memory()
        site.site = replace(site.site, db=site.db)
    site.work()
    told = [
        site.table("sku, title, price, on_hand, missing, file_id, line"),
        site.table("name, state, rows, applied, rejected", "files"),
        site.table("feed, file_id", "feeds"),
        site.rejects(),
        site.touched(),
        (folder / "data" / "rejects" / "items.csv").read_text(encoding="utf-8-sig"),
    ]
    site.db.close()
    return told, lived


def test_a_kill_between_any_two_statements_changes_nothing_in_the_end(tmp_path: Path) -> None:
    whole, _ = after(tmp_path / "whole", None)
    for statements in range(200):
        told, lived = after(tmp_path / str(statements), statements)
        assert told == whole, f"killed after {statements} statements"
        if lived:
            assert statements > 20
            return
    pytest.fail("the lane never came to its end")
