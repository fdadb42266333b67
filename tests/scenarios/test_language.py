"""What a person may write in a scenario, and what is said about what they may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import ConfigError, NotFound
from simulator.scenario import runner, shipped
from simulator.scenario.language import THEN, WHEN, Sentence, parse

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = [*WHEN, *THEN] if runner.LEARNED else []

FINE = """\
title: One clock
given:
  items:
    - {sku: RETRO-CLOCK, on_hand: 3, price: 129.00}
when:
  - shopper buys 2 RETRO-CLOCK on shopify
  - time passes: 5m
then:
  - every channel offers of RETRO-CLOCK: 1
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, "clock.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_steps_keep_their_words_and_where_they_stand() -> None:
    scenario = parse(FINE, "clock.yaml")
    assert scenario.name == "clock"
    assert [(step.text, step.place, dict(step.words)) for step in scenario.steps] == [
        (
            "shopper buys 2 RETRO-CLOCK on shopify",
            "clock.yaml:6:5",
            {"n": "2", "sku": "RETRO-CLOCK", "channel": "shopify"},
        ),
        ("time passes: 5m", "clock.yaml:7:5", {}),
        ("every channel offers of RETRO-CLOCK: 1", "clock.yaml:9:5", {"sku": "RETRO-CLOCK"}),
    ]


def test_a_sentence_that_nobody_understands_is_placed_and_the_nearest_are_named() -> None:
    (fault,) = faults(
        FINE.replace("shopper buys 2 RETRO-CLOCK on", "shopper bought RETRO-CLOCK at")
    )
    assert fault.startswith(
        'error  nobody understands "shopper bought RETRO-CLOCK at shopify"\nat     clock.yaml:6:5\n'
    )
    assert "sentences like it: shopper buys (N )SKU on CHANNEL" in fault


def test_every_fault_is_told_at_once() -> None:
    text = FINE.replace("shopper buys 2", "shopper takes 2").replace("time passes", "wait")
    assert [fault.splitlines()[1] for fault in faults(text)] == [
        "at     clock.yaml:6:5",
        "at     clock.yaml:7:5",
    ]


def test_what_must_be_seen_cannot_happen() -> None:
    (fault,) = faults(FINE.replace("  - time passes: 5m", "  - erp has order count: 1"))
    assert 'nobody understands "erp has order count"' in fault


@pytest.mark.parametrize(
    ("was", "now", "place", "what"),
    [
        ("title: One clock", "titel: One clock", "clock.yaml:1:1", "title"),
        ("on_hand: 3", "on_hnad: 3", "clock.yaml:4:26", "on_hand"),
        ("price: 129.00", "price: cheap", "clock.yaml:4:38", "cheap"),
        ("title: One clock", "title: One clock\nchannels: [shoppify]", "clock.yaml:2", "shoppify"),
    ],
    ids=["unknown-key", "misspelt-key", "no-number", "no-such-channel"],
)
def test_what_is_wrong_is_placed(was: str, now: str, place: str, what: str) -> None:
    said = faults(FINE.replace(was, now))
    assert any(f"at     {place}" in fault and what in fault for fault in said), said


def test_what_is_no_yaml_is_placed() -> None:
    with pytest.raises(ConfigError, match=r"clock\.yaml:5:5"):
        parse(FINE.replace("price: 129.00}", "price: 129.00"), "clock.yaml")


def test_a_scenario_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="no scenario"):
        shipped.find("zero-stocks")


@pytest.mark.parametrize("known", SENTENCES, ids=lambda known: known.example)
def test_every_sentence_has_a_meaning_in_words(known: Sentence) -> None:
    assert known.play.__doc__


@pytest.mark.parametrize("known", SENTENCES, ids=lambda known: known.example)
def test_every_sentence_is_in_the_manual(known: Sentence) -> None:
    manual = ROOT / "fixtures" / "scenarios" / "README.md"
    assert f"`{known.example}`" in manual.read_text(encoding="utf-8")
