"""The demo, three real processes: it ends well, survives kill -9 of the agent, and leaves nothing behind."""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.chance import Chance
from simulator.clock import Clock
from simulator.commerce.shop import Shop, connect
from simulator.erp.books import Books
from tests.demo.telling import Telling, telling

pytestmark = pytest.mark.slow
STORY = (  # what it says as the story goes on; a kill comes a moment after one of these
    "`tally run` watches",
    "drafts that no shopper sees",
    "the arc lamp is there",
    "buys a lamp and two mugs",
    "buys the last lamp",
    "the lamp is sold out",
    "and lists them",
    "both orders are acknowledged",
    "ships the lamp of",
    "ships the mugs of",
)
FINISHED = "Buy something on a storefront"
LEFT = {"RETRO-CLOCK": 14, "OAK-SHELF-80": 6, "LAMP-ARC": 0, "WOOL-THROW": 25, "MUG-STONE": 78}
BOUGHT = [[("LAMP-ARC", 1)], [("LAMP-ARC", 1), ("MUG-STONE", 2)]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def orders_in_the_books(folder: Path) -> list[list[tuple[str, int]]]:
    """The lines of every order that the ERP has, from its own database."""
    db = connect(str(folder / "erp" / "books.sqlite"))
    books = Books(Shop(db, "erp", Clock.following(), Chance(1)))
    found = [[(n["sku"], n["quantity"]) for n in order["lines"]] for order in books.orders()]
    db.close()
    return sorted(sorted(lines) for lines in found)


def files(folder: Path, *parts: str) -> list[str]:
    """Names of the files in one of the ERP's folders; what begins with a dot is nobody's."""
    found = folder.joinpath("erp", *parts).iterdir()
    return sorted(p.name for p in found if p.is_file() and not p.name.startswith("."))


def assert_erp_has_each_order_once(folder: Path, orders: list[list[tuple[str, int]]]) -> None:
    assert orders_in_the_books(folder) == sorted(orders)
    assert len(files(folder, "import", "done")) == len(orders)
    assert files(folder, "import", "failed") == []
    assert files(folder, "import") == []


def bought(demo: Telling) -> dict[str, Any]:
    """Both orders of the story as their buyers see them, by channel."""
    words = demo.said.split()
    numbers = [word for before, word in itertools.pairwise(words) if before == "order"]
    return {
        "shopify": demo.order("shopify", numbers[0]),
        "woocommerce": demo.order("woocommerce", numbers[1]),
    }


def test_ends_by_itself_with_a_summary(folder: Path) -> None:
    with telling(folder, ["--once"]) as demo:
        assert demo.wait() == 0, demo.said
        assert "2 orders in the ERP, none lost, none twice" in demo.said
        assert_erp_has_each_order_once(folder, BOUGHT)
        assert demo.left_behind() == []


def kill_here_and_there(demo: Telling, chance: random.Random, kills: int) -> None:
    """kill -9 of the agent at so many moments, spread over the story."""
    for moment in sorted(chance.sample(range(len(STORY)), kills)):
        demo.until_said(STORY[moment])
        demo.kill_agent(after_s=chance.uniform(0.0, 1.5))


@pytest.mark.parametrize("seed", [1, 2])
def test_kill_9_at_any_moment_loses_and_doubles_nothing(
    folder: Path, seed: int, thorough: bool
) -> None:
    if seed > 1 and not thorough:
        pytest.skip("played with --thorough")
    chance = random.Random(seed)
    kills = chance.randint(3, 5)
    with telling(folder) as demo:
        kill_here_and_there(demo, chance, kills)
        demo.until_said(FINISHED)
        assert len(demo.agents) == kills + 1
        assert_erp_has_each_order_once(folder, BOUGHT)
        assert demo.quantities("shopify") == LEFT
        assert demo.quantities("woocommerce") == LEFT
        orders = bought(demo)
        assert orders["shopify"]["parcels"] == ["DPD-7001", "DPD-7002"]
        assert orders["shopify"]["shipped"] == {"LAMP-ARC": 1, "MUG-STONE": 2}
        assert orders["woocommerce"]["parcels"] == []

        late = demo.ask("/api/buy", {"channel": "woocommerce", "basket": {"WOOL-THROW": 2}})
        demo.kill_agent(after_s=chance.uniform(0.0, 1.0))
        demo.until(lambda: demo.order("woocommerce", late["number"])["shipped"])
        # A moment long the sale may be withheld twice, until the ERP has dumped its stock anew.
        for shop in ("shopify", "woocommerce"):
            demo.until(lambda shop=shop: demo.quantities(shop)["WOOL-THROW"] == 23)
        assert_erp_has_each_order_once(folder, [*BOUGHT, [("WOOL-THROW", 2)]])
        assert demo.order("woocommerce", late["number"])["shipped"] == {"WOOL-THROW": 2}


def test_once_ends_well_though_its_agent_is_killed(folder: Path, thorough: bool) -> None:
    if not thorough:
        pytest.skip("played with --thorough")
    chance = random.Random(3)
    with telling(folder, ["--once"]) as demo:
        kill_here_and_there(demo, chance, kills=3)
        assert demo.wait() == 0, demo.said
        assert_erp_has_each_order_once(folder, BOUGHT)
        assert demo.left_behind() == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that a program can hear")
@pytest.mark.parametrize(
    ("words", "name", "code"),
    [
        pytest.param("control desk", "SIGINT", 130, id="ctrl-c while it opens"),
        pytest.param("`tally run` watches", "SIGTERM", 143, id="stopped at the start"),
        pytest.param("drafts that", "SIGINT", 130, id="ctrl-c in the story"),
        pytest.param("one lamp left", "SIGTERM", 143, id="stopped in the story"),
    ],
)
def test_interrupted_it_leaves_nothing_behind(
    folder: Path, words: str, name: str, code: int
) -> None:
    with telling(folder) as demo:
        demo.until_said(words)
        assert demo.interrupt(name) == code, demo.said
        assert demo.left_behind() == []
        assert "Traceback" not in demo.said


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that a program can hear")
def test_interrupted_while_staging_starts_it_leaves_nothing_behind(folder: Path) -> None:
    with telling(folder) as demo:
        demo.until((folder / "staging.log").exists)
        assert demo.interrupt("SIGTERM") == 143, demo.said
        assert demo.left_behind() == []


def test_failing_half_way_it_leaves_nothing_behind(folder: Path) -> None:
    folder.mkdir()
    (folder / "erp").write_bytes(b"")  # where the ERP's folder should be
    with telling(folder, ["--once"]) as demo:
        assert demo.wait() == 1
        assert demo.left_behind() == []


def test_a_folder_in_use_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "tally.yaml").write_text("data: here\n", encoding="utf-8")
    with telling(folder) as demo:
        assert demo.wait() == 2
        assert "is in use already" in demo.said
