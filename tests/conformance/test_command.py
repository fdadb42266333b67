"""`tally staging conformance`: agent and shops by the vendors' published schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from agent.errors import ConfigError
from simulator import channels
from simulator.cli import staging
from simulator.conformance import Violation, vendors
from simulator.conformance.recorder import Gap, Recorder, gaps
from simulator.faults import Fault
from simulator.world import GOODS, World
from tests.shared import shared

STORY = """\
title: A shelf is sold and sent
channels: [VENDOR]
given:
  items:
    - {sku: OAK-SHELF-80, title: "Oak shelf, 80 cm", on_hand: 5, price: 49.00}
when:
  - shopper buys 2 OAK-SHELF-80 on VENDOR
  - time passes: 10m
  - erp takes the orders
  - erp ships everything
  - erp exports everything
  - time passes: 10m
"""


def test_every_gap_has_a_reason_and_is_named_once() -> None:
    places = [(gap.channel, gap.where) for gap in gaps()]
    assert len(places) == len(set(places))
    assert all(gap.because for gap in gaps())


def test_a_vendors_own_gaps_stand_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    (tmp_path / "bazaar").mkdir()
    text = '- {where: "GET /orders 200 paid", because: "null until paid"}\n'
    (tmp_path / "bazaar" / "gaps.yaml").write_text(text, encoding="utf-8")
    assert gaps()[-1] == Gap("bazaar", "GET /orders 200 paid", "null until paid")


@pytest.mark.parametrize("name", channels.names())
def test_a_story_violates_nothing_and_coverage_is_told(name: str, tmp_path: Path) -> None:
    specs, story = shared("specs"), tmp_path / "story.yaml"
    story.write_text(STORY.replace("VENDOR", name), encoding="utf-8")
    asked = ["conformance", "--specs", specs, "--channel", name, "--scenario", story, "--json"]
    done = CliRunner().invoke(staging, [str(word) for word in asked])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["channels"]
    if not rows:
        pytest.skip("nothing is published")
    (row,) = rows
    assert row["channel"] == name
    assert row["violations"] == []
    operations = row["operations"]
    assert operations["needed_and_not_modelled"] == []
    assert 0 < operations["needed"] <= min(row["exchanges"], operations["modelled"])
    assert operations["described"] / 10 <= operations["modelled"] <= operations["described"]


@pytest.mark.parametrize("name", channels.names())
def test_a_vendor_says_what_it_answers_in_the_words_of_its_schema(name: str) -> None:
    checker = vendors.checker(name, shared("specs"))
    if checker is None:
        pytest.skip("nothing is published")
    world = World(channel_names=[name])
    described = list(checker.operations())
    modelled = vendors.modelled(world.dialects[name], described)
    world.close()
    assert len(set(described)) == len(described)
    assert set(modelled) <= set(described)


def test_work_that_is_handed_in_to_magento_is_checked_row_by_row() -> None:
    checker = vendors.checker("magento", shared("specs"))
    assert checker is not None
    rows = [{"product": {"sku": "LAMP", "price": 9.5}}, {"product": {"sku": 7, "prise": 1}}]
    url = "https://shop.example/rest/all/async/bulk/V1/products/bySku"
    request = httpx.Request("PUT", url, json=rows)
    assert checker.used(request) == ["PUT /V1/products/{sku}"]
    assert [str(violation) for violation in checker.of_request(request)] == [
        "PUT /V1/products/{sku} product.sku: is integer, described as string",
        "PUT /V1/products/{sku} product.prise: nobody described this name",
    ]


def test_a_folder_without_schemas_says_so(tmp_path: Path) -> None:
    asked = ["conformance", "--specs", str(tmp_path), "--channel", "etsy", "--channel", "houzz"]
    done = CliRunner().invoke(staging, asked)
    assert (done.exit_code, done.stdout) == (0, "no schema of a simulated vendor lies there\n")


def test_a_folder_without_its_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "allegro").mkdir()
    asked = ["conformance", "--specs", str(tmp_path), "--channel", "allegro"]
    done = CliRunner().invoke(staging, asked)
    assert isinstance(done.exception, ConfigError)
    assert f"{tmp_path / 'allegro' / 'swagger.yaml'} is not there" in str(done.exception)


def test_an_unknown_channel_is_named(tmp_path: Path) -> None:
    asked = ["conformance", "--specs", str(tmp_path), "--channel", "bazaar"]
    done = CliRunner().invoke(staging, asked)
    assert done.exit_code == 2
    assert "no such channel: 'bazaar'" in done.stderr


def test_the_recorder_hangs_on_any_world() -> None:
    checker = vendors.checker("woocommerce", shared("specs"))
    assert checker is not None
    world = World(channel_names=["woocommerce"], goods=GOODS)
    recorder = Recorder({"woocommerce": checker}, [Gap("woocommerce", "* _fields", "theirs")])
    recorder.attach(world)
    keys: Any = world.dialects["woocommerce"].credentials()
    client = httpx.Client(transport=world.transport(), auth=(keys["key"], keys["secret"]))
    address = "https://shop.example/wp-json/wc/v3/products"
    client.get(f"{address}?_fields=id&per_page=1")
    client.post(f"{address}/batch", json={"create": [{"nam": "Lamp"}]})
    world.faults.add(Fault("truncated", count=1))
    client.get(f"{address}?_fields=id")
    seen = recorder.seen["woocommerce"]
    assert seen.exchanges == 3
    assert seen.used == {"GET /products": 2, "POST /products/batch": 1}
    assert [gap.because for gap in seen.explained] == ["theirs"]
    assert list(seen.violations) == [
        Violation("POST /products/batch create.*.nam", "nobody described this name")
    ]
    world.close()
