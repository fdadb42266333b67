"""How a plan reads, for people and for programs."""

from __future__ import annotations

import json
from decimal import Decimal

from agent.decide.plan_view import plan_json, plan_lines
from agent.decide.planning import plan_of
from agent.model.change import CreateListing, SetPrice, SetState, SetStock
from agent.model.plan import Plan
from tests.build import NOON, guards, listing, offer


def mixed() -> Plan:
    pairs = [
        (
            offer("RETRO-CLOCK", quantity=0, state="hidden", because=("on_hand 0",)),
            listing("RETRO-CLOCK"),
        ),
        (
            offer("OAK-SHELF-80", sale_price=3900, sale_from=NOON, title="Shelf"),
            listing("OAK-SHELF-80"),
        ),
        (offer("ASH-STOOL", because=("on_hand 12",)), None),
    ]
    return plan_of(
        "paper",
        pairs,
        accepts=frozenset({CreateListing, SetPrice, SetState, SetStock}),
        guards=guards(to_zero_pct=Decimal(10)),
        listed=2,
    )


def test_reads_as_what_changes_why_and_what_waits() -> None:
    plan = mixed()
    assert list(plan_lines(plan, "EUR")) == [
        f"paper: 1 CreateListing, 1 SetPrice, 1 SetState, 1 SetStock  (plan {plan.digest})",
        "  RETRO-CLOCK  stock 12 → 0  [held: to_zero]",
        "    on_hand 0",
        "  RETRO-CLOCK  live → hidden  [held: to_zero]",
        "    on_hand 0",
        "  ASH-STOOL  new draft: Retro clock, price 49.00 EUR",
        "    on_hand 12",
        "  OAK-SHELF-80  price 49.00 EUR → price 49.00 EUR, sale 39.00 EUR from 2026-03-02 12:00Z",
        "  held by to_zero: 1 of 2 listings (50 %) would go to zero; the limit is 10 %",
        f"  2 changes wait: `tally approve {plan.held_digest}` or `tally reject {plan.held_digest}`",
        "  1 SetTitle left out: paper cannot be told",
    ]


def test_an_empty_plan_says_that_all_is_well() -> None:
    plan = plan_of("paper", [], accepts=frozenset(), guards=guards(), listed=0)
    assert list(plan_lines(plan, "EUR")) == ["paper: shows what it should"]


def test_is_json_with_stable_names() -> None:
    said = plan_json(mixed())
    json.dumps(said)
    assert list(said) == [
        "channel",
        "digest",
        "held_digest",
        "answer",
        "counts",
        "waiting",
        "parked",
        "unsupported",
        "holds",
        "changes",
    ]
    first = said["changes"][0]
    assert (first["kind"], first["sku"], first["held_by"]) == (
        "SetStock",
        "RETRO-CLOCK",
        ["to_zero"],
    )
    assert first["before"] == {"quantity": 12, "backorders": False}
    assert first["after"] == {"quantity": 0, "backorders": False}
