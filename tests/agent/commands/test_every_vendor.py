"""What `tally init` writes for every vendor, asked of its shop by `tally channels` on real ports."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from simulator import channels as simulated
from simulator.serve import Wish, served
from tests.agent.desk import Desk


@pytest.mark.parametrize("vendor", simulated.names())
def test_a_shop_that_init_wrote_down_tells_of_itself(
    vendor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.bare(tmp_path)
    with served(Wish(channels=[vendor], is_empty=True)) as world:
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(world.announcement()) + "\n"))
        assert desk.tally("init", str(tmp_path), "--staging", "-").code == 0
        told = desk.tally("channels")
        facts = desk.tally("channels", "--json").json["channels"][vendor]
    assert told.code == 0, told.err
    first, second = told.out.splitlines()[:2]
    assert first == f"{vendor}  ({vendor})"
    known = (facts["shop"], facts["currency"], facts["zone"])
    assert second == "  " + ", ".join(word for word in known if word)
