"""`tally staging conformance`: agent and shops by the vendors' published schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from simulator import channels
from simulator.cli import staging
from simulator.conformance import Violation, vendors
from simulator.conformance.recorder import Gap, Recorder, gaps
from simulator.faults import Fault
from simulator.world import GOODS, World
from tests.shared import shared


def test_every_gap_has_a_reason_and_is_named_once() -> None:
    places = [(gap.channel, gap.where) for gap in gaps()]
    assert len(places) == len(set(places))
    assert all(gap.because for gap in gaps())


def test_a_story_violates_nothing_and_coverage_is_told() -> None:
    specs = str(shared("specs"))
    done = CliRunner().invoke(
        staging, ["conformance", "--specs", specs, "--scenario", "zero-stock", "--json"]
    )
    assert done.exit_code == 0, done.output
    found = {row["channel"]: row for row in json.loads(done.stdout)["channels"]}
    for name in ("shopify", "woocommerce"):
        row, operations = found[name], found[name]["operations"]
        assert row["violations"] == []
        assert row["exchanges"] > 20
        assert operations["needed_and_not_modelled"] == []
        assert 0 < operations["needed"] < operations["modelled"] < operations["described"]


@pytest.mark.parametrize("name", channels.names())
def test_every_vendor_with_a_schema_answers_a_good_part_of_it(name: str) -> None:
    checker = vendors.checker(name, shared("specs"))
    if checker is None:
        pytest.skip("nothing is published")
    world = World(channel_names=[name])
    described = list(checker.operations())
    modelled = vendors.modelled(world.dialects[name], described)
    world.close()
    assert len(set(described)) == len(described)
    assert set(modelled) <= set(described)
    assert len(modelled) >= 40


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
    done = CliRunner().invoke(staging, ["conformance", "--specs", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, "no schema of a simulated vendor lies there\n")


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
