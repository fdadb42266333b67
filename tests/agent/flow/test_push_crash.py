"""Killed between any two statements of its work, the agent ends where it would have ended anyway."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import OutcomeUnknown
from agent.flow.observe import observe
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from agent.model.listing import Shown
from tests.agent.mortal import Fuse, Killed, MortalDatabase
from tests.agent.paper_site import PaperSite
from tests.build import listing


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
