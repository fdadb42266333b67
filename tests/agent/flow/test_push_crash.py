"""Killed between any two statements of its work, the agent ends where it would have ended anyway."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agent.errors import OutcomeUnknown
from agent.flow.observe import observe
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from agent.model.listing import Shown
from agent.ports.database import Database
from tests.agent.paper_site import PaperSite
from tests.build import listing


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing may tidy up after it."""


@dataclass
class Fuse:
    """Burns down with every statement and every call, and kills when it is spent."""

    left: int
    dead: bool = False

    def burn(self) -> None:
        if self.dead or self.left == 0:
            self.dead = True
            raise Killed
        self.left -= 1


class MortalDatabase(Database):
    """A database whose every statement may be the last."""

    def __init__(self, path: Path, fuse: Fuse) -> None:
        super().__init__(path)
        self.fuse = fuse

    def run(self, sql: str, values: Any = ()) -> int:
        self.fuse.burn()
        return super().run(sql, values)

    def run_many(self, sql: str, rows: Any) -> None:
        self.fuse.burn()
        super().run_many(sql, rows)

    def rows(self, sql: str, values: Any = ()) -> list[Any]:
        self.fuse.burn()
        return super().rows(sql, values)

    def row(self, sql: str, values: Any = ()) -> Any:
        self.fuse.burn()
        return super().row(sql, values)


def prepared(folder: Path) -> PaperSite:
    """One new item, one that goes to zero, one that gets dearer, one that the channel refuses."""
    site = PaperSite.opened(folder)
    for sku in ("OAK-SHELF-80", "RETRO-CLOCK", "WALL-HOOK"):
        site.paper.has(listing(sku))
    site.states("ASH-STOOL")
    site.states("OAK-SHELF-80", on_hand=0)
    site.states("RETRO-CLOCK", price=5000)
    site.states("WALL-HOOK", on_hand=1)
    site.paper.poison = {"WALL-HOOK"}
    site.decide()
    observe(site.site, "paper")
    return site


def faces(site: PaperSite) -> list[tuple[str, Shown]]:
    return sorted((seen.sku, replace(seen.shown, title=None)) for seen in site.paper.shown.values())


def killed_after(folder: Path, statements: int) -> tuple[PaperSite, bool]:
    """A site whose agent dies after so many statements, opened again and left to its work.

    Its first request gets no answer, so that the look that settles it lies in the way too.
    """
    site = prepared(folder)
    fuse = Fuse(statements)
    mortal = MortalDatabase(folder / "tally.sqlite", fuse)
    mortal_site = replace(site.site, db=mortal)
    site.paper.before_push = fuse.burn
    site.paper.faults = [OutcomeUnknown("no answer", "paper")]
    died = False
    try:
        for _ in range(3):
            reconcile(mortal_site, "paper")
            push(mortal_site, "paper")
            site.clock.pass_time(seconds=30)
    except Killed:
        died = True
    finally:
        mortal.close()
    site.paper.before_push = None
    site.paper.faults = []
    site.reopen()
    site.work()
    return site, died


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Shown]]:
    site = prepared(tmp_path_factory.mktemp("undisturbed"))
    site.work()
    end = faces(site)
    site.db.close()
    return end


def test_ends_the_same_wherever_it_is_killed(
    tmp_path_factory: pytest.TempPathFactory, undisturbed: list[tuple[str, Shown]]
) -> None:
    statements, died = 0, True
    while died:
        site, died = killed_after(tmp_path_factory.mktemp("killed"), statements)
        assert faces(site) == undisturbed, f"killed after {statements} statements"
        assert site.answers("select * from doubts") == []
        assert [row[0] for row in site.answers("select sku from parked")] == ["WALL-HOOK"]
        site.db.close()
        statements += 1
    assert statements > 50
