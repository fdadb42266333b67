"""Wherever the agent is killed while jobs run, the shop ends as if it had not been."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.flow.finish import finish
from agent.flow.observe import observe
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from agent.model.change import CreateListing, SetPrice, SetStock
from agent.model.listing import Shown
from tests.agent.mortal import Fuse, Killed, MortalDatabase
from tests.agent.paper_site import PaperSite
from tests.build import listing


def prepared(folder: Path) -> PaperSite:
    """One new item, one that gets dearer and fewer, one that the channel refuses in its report."""
    site = PaperSite.opened(folder)
    site.paper.works_later = {CreateListing, SetPrice, SetStock}
    for sku in ("RETRO-CLOCK", "WALL-HOOK"):
        site.paper.has(listing(sku))
    site.states("ASH-STOOL")
    site.states("RETRO-CLOCK", price=5000, on_hand=4)
    site.states("WALL-HOOK", on_hand=1)
    site.paper.poison, site.paper.strict = {"WALL-HOOK"}, False
    site.decide()
    observe(site.site, "paper")
    return site


def faces(site: PaperSite) -> list[tuple[str, Shown]]:
    return sorted((seen.sku, replace(seen.shown, title=None)) for seen in site.paper.shown.values())


def work(site: PaperSite, rounds: int) -> None:
    """The agent's rounds; in the third one RETRO-CLOCK sells out. The channel ends jobs in between."""
    for number in range(rounds):
        if number == 2:
            site.states("RETRO-CLOCK", price=5000, on_hand=0)
        site.decide()
        finish(site.site, "paper")
        reconcile(site.site, "paper")
        push(site.site, "paper")
        for job in [j for j in site.paper.jobs if number % 2]:
            site.paper.end(job)
        site.clock.pass_time(seconds=15)


def killed_after(folder: Path, statements: int) -> tuple[PaperSite, bool]:
    """A site whose agent dies after so many statements or calls, opened again and left to its work."""
    site = prepared(folder)
    whole = site.site
    fuse = Fuse(statements)
    mortal = MortalDatabase(folder / "tally.sqlite", fuse)
    site.site = replace(whole, db=mortal)
    site.paper.before_push = fuse.burn
    died = False
    try:
        work(site, 5)
    except Killed:
        died = True
    finally:
        mortal.close()
    site.paper.before_push = None
    site.site = whole
    site.reopen()
    site.states("RETRO-CLOCK", price=5000, on_hand=0)
    work(site, 12)
    return site, died


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Shown]]:
    site = prepared(tmp_path_factory.mktemp("undisturbed"))
    work(site, 17)
    end = faces(site)
    site.db.close()
    return end


def test_ends_the_same_wherever_it_is_killed(
    tmp_path_factory: pytest.TempPathFactory,
    undisturbed: list[tuple[str, Shown]],
    thorough: bool,
) -> None:
    assert [face.quantity for _, face in undisturbed] == [12, 0, 12]
    statements, died = 0, True
    while died:
        site, died = killed_after(tmp_path_factory.mktemp("killed"), statements)
        assert faces(site) == undisturbed, f"killed after {statements} statements"
        assert site.answers("select sku from doubts union select sku from job_changes") == []
        assert [row[0] for row in site.answers("select sku from parked")] == ["WALL-HOOK"]
        site.db.close()
        statements += 1 if thorough else 3
    assert statements > 50
