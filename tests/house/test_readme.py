"""The README names everything that a person can type or will see: the docs are tested too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from agent.cli import EXIT_CODES, VERBS
from agent.config import Settings
from simulator import channels
from simulator.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = sorted({*Settings.model_fields, "guards"} - {"path"})
CODES = re.findall(r"(?:^|[:·])\s*(\d+) ", EXIT_CODES.replace("\n", " "))
SCENARIOS = (
    sorted(  # without the vendors' own, which begin with the vendor's name, and the presets'
        path.stem
        for path in (ROOT / "fixtures" / "scenarios").glob("*.yaml")
        if path.stem.partition("-")[0] not in {*channels.names(), "preset"}
    )
)


def missing(names: Iterable[str], pattern: str) -> list[str]:
    """Those of the names that do not stand in the README in this way."""
    return [n for n in names if not re.search(pattern.replace("NAME", re.escape(n)), README, re.M)]


def test_the_codes_are_those_of_the_help() -> None:
    assert CODES == ["0", "1", "2", "3", "4", "5", "6", "7", "130"]


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        pytest.param(list(VERBS), r"`tally NAME\b", id="every verb"),
        pytest.param(list(COMMANDS), r"`NAME`|`tally staging NAME\b", id="every staging verb"),
        pytest.param(CODES, r"^\| NAME \|", id="every exit code"),
        pytest.param(SETTINGS, r"`NAME`|`NAME:", id="every key of tally.yaml"),
        pytest.param(SCENARIOS, r"`NAME`|replay NAME\b", id="every shipped scenario"),
    ],
)
def test_the_readme_names(names: list[str], pattern: str) -> None:
    assert missing(names, pattern) == []
