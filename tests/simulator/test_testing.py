"""The world in the words of a test: the fixture `staging`, and what its assertions say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from simulator.channels import Goods, SoldOut
from simulator.testing import Staging, opened
from tests.simulator.conftest import AUTHORISED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def staging(corner_shop: None) -> Iterator[Staging]:
    with opened(channels=["corner"]) as world:
        yield world


def run(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a test file in a project that has nothing to do with this one."""
    path = folder / "test_theirs.py"
    path.write_text(text, encoding="utf-8")
    clean = {k: v for k, v in os.environ.items() if not k.upper().endswith("_PROXY")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "simulator.pytest_plugin", path.name],
        cwd=folder, env=clean, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


# -- the fixture ---------------------------------------------------------------------------------


def test_the_readmes_example_holds(tmp_path: Path) -> None:
    pytest.importorskip("woocommerce", reason="needs the package WooCommerce")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(import pytest.*?)```", readme, re.S)
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    done = run(tmp_path, example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_each_test_has_a_world_of_its_own_in_process(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
import os, pytest

@pytest.mark.staging(channels=["woocommerce"])
@pytest.mark.parametrize("again", [1, 2])
def test_buys(staging, again):
    purchase = staging.buy("woocommerce", "LAMP-ARC", 2)
    staging.shows("woocommerce", "LAMP-ARC", "sold out")
    assert staging.order(purchase).lines == {"LAMP-ARC": 2}
    assert "HTTPS_PROXY" not in os.environ

def test_has_every_shop(staging):
    assert {"shopify", "woocommerce"} <= set(staging.channels)

@pytest.mark.staging(channels=["woocommerce"], settings={"currency": "EUR"}, goods=[])
def test_is_as_wished(staging):
    with staging.http("woocommerce") as shop:
        assert shop.get("/wp-json/wc/v3/products").status_code == 401
    assert staging.item("woocommerce", "LAMP-ARC").currency == "EUR"
    staging.shows("woocommerce", "LAMP-ARC", "in stock")
""",
    )
    assert "1 failed, 3 passed" in done.stdout
    assert (
        "AssertionError: woocommerce shows LAMP-ARC as gone, not as in stock; its shelf has nothing"
        in done.stdout
    )


def test_a_served_world_is_entered_by_the_environment(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
import json, os, urllib.request, pytest

@pytest.mark.staging(channels=["shopify"], served=True)
def test_by_the_real_host(staging):
    url = "https://oak.myshopify.com/admin/api/2026-07/graphql.json"
    head = {"X-Shopify-Access-Token": os.environ["TALLY_STAGING_SHOPIFY_TOKEN"],
            "Content-Type": "application/json"}
    asked = urllib.request.Request(url, b'{"query": "{ shop { name } }"}', head)
    assert json.load(urllib.request.urlopen(asked))["data"] == {"shop": {"name": "Staging shop"}}
    assert [r.headers["Host"] for r in staging.requests("shopify")] == ["oak.myshopify.com"]

def test_and_left(staging):
    assert "HTTPS_PROXY" not in os.environ
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_test_run_without_it_imports_nothing_of_the_world(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
import sys

def test_light():
    assert not {"flask", "pydantic", "simulator.world", "agent"} & sys.modules.keys()
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_world_needs_no_agent() -> None:
    code = "import sys, simulator.testing; print(sorted(m for m in sys.modules if m == 'agent'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


# -- its words -----------------------------------------------------------------------------------


def test_time_trouble_and_dials(staging: Staging) -> None:
    with staging.http("corner", headers=AUTHORISED) as shop:
        staging.fault("503", "corner", count=1)
        staging.turn("corner", clock_skew_s=3600)
        assert shop.get("/items").status_code == 503
        answer = shop.get("/items")
        staging.advance("1h")
        assert shop.get("/items").headers["date"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    assert answer.headers["date"] == "Mon, 02 Mar 2026 09:00:00 GMT"
    assert [row.status for row in staging.requests("corner")] == [503, 200, 200]


def test_what_is_seen_holds_or_says_what_is_seen_instead(staging: Staging) -> None:
    staging.shows("corner", "LAMP-ARC", "in stock", price="489.00")
    for wish, why in (
        (
            {"availability": "sold out"},
            "corner shows LAMP-ARC as in stock (2 pieces), not as sold out",
        ),
        ({"price": "490"}, "corner shows LAMP-ARC at 489.00 PLN, not at 490"),
        ({"was": "500"}, "corner shows LAMP-ARC reduced from no such price, not reduced from 500"),
    ):
        with pytest.raises(AssertionError) as failed:
            staging.shows("corner", "LAMP-ARC", **wish)  # type: ignore[arg-type]
        assert str(failed.value) == why
    assert [staging.offers("corner", sku) for sku in ("LAMP-ARC", "LINEN-APRON", "NO")] == [2, 0, 0]


def test_an_oversold_item_is_told_by_shop(staging: Staging) -> None:
    first = staging.buy("corner", "MUG-STONE", 3)
    staging.buy("corner", "MUG-STONE", 2)
    staging.never_oversold()
    staging.never_oversold({"MUG-STONE": 5})
    with pytest.raises(
        AssertionError, match=r"MUG-STONE is oversold: 5 sold, 4 there \(5 on corner\)"
    ):
        staging.never_oversold({"MUG-STONE": 4})
    staging.cancel(first)
    staging.never_oversold({"MUG-STONE": 4})


def test_shops_refuse_and_unknown_ones_are_named(staging: Staging) -> None:
    with pytest.raises(SoldOut):
        staging.buy("corner", "LINEN-APRON")
    with pytest.raises(
        LookupError, match="no channel 'market' in this staging world; it has corner"
    ):
        staging.base_url("market")


def test_goods_and_strollers(corner_shop: None) -> None:
    goods = [Goods("OAK-STOOL", "Oak stool", Decimal("79.00"), 5)]
    with opened(channels=["corner"], goods=goods) as staging:
        bought = staging.stroll(20)
        staging.never_oversold()
        assert {sku for purchase in bought for sku in purchase.basket} == {"OAK-STOOL"}
        with pytest.raises(httpx.ConnectError), staging.http("corner") as shop:
            shop.get("https://elsewhere.example/")
