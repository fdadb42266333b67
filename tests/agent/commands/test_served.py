"""The verbs against shops on real ports, over TLS that only the staging authority vouches for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.serve import Served, Wish, served
from tests.agent.desk import Desk

PRODUCTS = """\
Product Code,Product Description,Default Sell Price
RETRO-CLOCK,Retro clock,100.00
OAK-SHELF-80,Oak shelf 80 cm,200.00
"""
STOCK = """\
Product Code,Warehouse Code,Qty On Hand,Allocated Qty
RETRO-CLOCK,MAIN,12,5
OAK-SHELF-80,MAIN,3,0
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two shops without goods, on their ports."""
    with served(Wish(is_empty=True, folder=tmp_path_factory.mktemp("staging"))) as found:
        yield found


@pytest.fixture
def desk(world: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder that `tally init` has filled from what the staging world announces."""
    world.world.reset()
    found = Desk.bare(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(world.announcement()) + "\n"))
    two = ("--channel", "shopify", "--channel", "woocommerce")
    assert found.tally("init", str(tmp_path), "--staging", "-", *two).code == 0
    settle = "feeds: {products: {ready: {settle: 0s}}, stock: {ready: {settle: 0s}}}\n"
    found.write(found.settings + settle)
    found.drop("Products_20260302_080000.csv", PRODUCTS, "erp/export")
    found.drop("StockOnHand_20260302_080000.csv", STOCK, "erp/export")
    return found


def faces(desk: Desk, sku: str) -> dict[str, Any]:
    """{channel: (state, price, quantity)} as the channels show it."""
    found = desk.tally("explain", sku, "--json").json["channels"]
    return {
        shop: (told["shows"]["state"], told["shows"]["price_minor"], told["shows"]["quantity"])
        for shop, told in found.items()
    }


def test_the_first_day_from_init_to_live(desk: Desk) -> None:
    assert desk.tally("doctor").code == 0
    assert desk.tally("channels").code == 0
    done = desk.tally("sync", "--json")
    assert done.code == 0, done.err
    assert faces(desk, "RETRO-CLOCK") == {
        "shopify": ("draft", 12300, 7),
        "woocommerce": ("draft", 12300, 7),
    }
    assert desk.tally("activate", "--json").json == {"waiting": ["OAK-SHELF-80", "RETRO-CLOCK"]}
    assert desk.tally("activate", "RETRO-CLOCK").out == "activated  RETRO-CLOCK\n"
    assert desk.tally("sync").code == 0
    assert faces(desk, "RETRO-CLOCK")["shopify"] == ("live", 12300, 7)
    assert faces(desk, "OAK-SHELF-80")["woocommerce"][0] == "draft"
    told = desk.tally("explain", "RETRO-CLOCK", "--json").json["channels"]["shopify"]
    assert told["changes"] == []
    assert {receipt["outcome"] for receipt in told["receipts"]} == {"done"}
    assert told["shows"]["told_at"]


def test_a_plan_sends_nothing_and_what_the_guard_holds_waits_for_its_digest(desk: Desk) -> None:
    assert desk.tally("sync").code == 0
    rise = PRODUCTS.replace(",100.00", ",190.00").replace(",200.00", ",380.00")
    desk.write(desk.settings.replace("free: 5 ", "free: 0 "))
    desk.drop("Products_20260302_090000.csv", rise, "erp/export")
    planned = desk.tally("plan", "--json")
    assert planned.code == 4
    plans = {plan["channel"]: plan for plan in planned.json["plans"]}
    assert plans["shopify"]["counts"] == {"SetPrice": 2}
    assert faces(desk, "RETRO-CLOCK")["shopify"][1] == 12300
    digest = plans["shopify"]["held_digest"]
    assert f"`tally approve {digest[:12]}`" in desk.tally("explain", "RETRO-CLOCK").out
    assert desk.tally("push").code == 4
    assert faces(desk, "RETRO-CLOCK")["shopify"][1] == 12300
    assert desk.tally("approve", "0123456789ab").code == 4
    assert desk.tally("approve", digest[:12], "--json").json == {
        "answer": "approve",
        "what": "plan",
        "where": "shopify",
    }
    assert desk.tally("reject", plans["woocommerce"]["held_digest"]).code == 0
    assert desk.tally("push", "--json").code == 0
    assert faces(desk, "RETRO-CLOCK") == {
        "shopify": ("draft", 23370, 7),
        "woocommerce": ("draft", 12300, 7),
    }


def test_wrong_credentials_stop_one_channel_until_they_are_mended(desk: Desk) -> None:
    right = (desk.folder / "tally.secrets").read_text(encoding="utf-8")
    desk.secrets(right.replace("shopify_token=", "shopify_token=x"))
    done = desk.tally("sync", "--json")
    assert done.code == 5
    shops = done.json["channels"]
    assert shops["shopify"]["trouble_kind"] == "Unauthorised"
    assert shops["woocommerce"]["listings"] == 2
    health = desk.tally("channels", "--json")
    assert health.code == 5
    assert health.json["channels"]["shopify"]["next"]
    desk.secrets(right)
    assert desk.tally("sync").code == 0
    assert desk.tally("status", "--json").json["channels"]["shopify"]["listings"] == 2


def test_a_shop_that_nobody_vouches_for_is_not_spoken_to(desk: Desk) -> None:
    ca = next(line for line in desk.settings.splitlines() if "ca_file" in line)
    desk.write(desk.settings.replace(ca + "\n", "", 1))
    done = desk.tally("sync", "--json")
    assert done.code == 5
    assert "certificate" in done.json["channels"]["shopify"]["trouble"].lower()
