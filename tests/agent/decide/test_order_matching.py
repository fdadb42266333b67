"""References, doubles and differences."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide.matching import (
    differences,
    foreign_numbers,
    possible_numbers,
    reference,
    reference_candidates,
)
from tests.build import order, order_line

VENDORS = {"stall": "woocommerce", "market": "allegro"}


@pytest.mark.parametrize(
    ("channel", "number", "expected"),
    [
        ("shopify", "#1001", "SHOPIFY-1001"),
        ("my shop", "2026/77", "MY-SHOP-2026-77"),
        ("łódź", "Ä 5", "ODZ-A-5"),
    ],
)
def test_references_are_upper_case_and_safe(channel: str, number: str, expected: str) -> None:
    assert reference(order(number, channel=channel), "{shop}-{number}") == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_number_gives_a_reference_that_is_safe_everywhere(channel: str, number: str) -> None:
    safe = set(string.ascii_uppercase + string.digits + "-")
    candidates = reference_candidates(order(number, channel=channel), "{shop}-{number}")
    assert all(found and set(found) <= safe for found in candidates)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("allegro_order_id", "a-1", (("market", "a-1"),)),  # names the vendor
        ("market", "a-1", (("market", "a-1"),)),  # names the channel
        (
            "external_reference",
            "0123456789ab",
            (("market", "0123456789ab"),),
        ),  # too long to be chance
        ("number", "1001", ()),  # any shop may have a 1001
        ("id", "31000000001", ()),  # its own
        ("auction_id", "7680000123", ()),  # an offer's
        ("tax_number", "5252344078", ()),  # the buyer's
    ],
)
def test_which_references_name_another_channels_order(
    kind: str, value: str, expected: tuple[tuple[str, str], ...]
) -> None:
    assert foreign_numbers(order("1", references=((kind, value),)), VENDORS) == expected


def test_a_short_number_that_names_nobody_may_be_anybodys() -> None:
    told = (("external_order_id", "731"), ("market_order_id", "731"), ("number", "731"))
    assert possible_numbers(order("1", references=told), VENDORS) == (("market", "731"),)


def test_differences_are_told_in_words() -> None:
    before = order("1", order_line(quantity=2), order_line("OAK-SHELF-80"))
    after = order("1", order_line(quantity=2, cancelled=1), order_line("WALL-HOOK", quantity=3))
    assert differences(before, after, {}) == (
        "RETRO-CLOCK: 2 → 1 pieces",
        "OAK-SHELF-80: 1 → 0 pieces",
        "WALL-HOOK: 0 → 3 pieces",
    )


def test_what_the_erp_took_back_is_no_difference() -> None:
    before = order("1", order_line(quantity=2))
    after = order("1", order_line(quantity=2, cancelled=1))
    assert differences(before, after, {"L-RETRO-CLOCK": 1}) == ()


def test_a_purchase_is_called_the_same_directly_and_through_a_hub() -> None:
    number = "28f0f8d0-5b8d-11ee-b1c8-7d0b1c5b6a11"
    directly = order(channel="allegro", remote_id=number)
    hub = order(channel="base", remote_id="1630473", references=(("origin", number),))
    found = [reference(one, "{origin}") for one in (directly, hub)]
    assert found == ["28F0F8D0-5B8D-11EE-B1C8-7D0B1C5B6A11"] * 2


def test_the_origin_is_no_further_number_to_match_by() -> None:
    hub = order(channel="base", remote_id="1630473", references=(("origin", "1001"),))
    vendors = {"base": "baselinker", "shop": "woocommerce"}
    assert foreign_numbers(hub, vendors) == ()
    assert possible_numbers(hub, vendors) == ()
