"""The list of gaps in the vendor's descriptions names each once, with its reason."""

from __future__ import annotations

import yaml

from tests.conformance.woocommerce import GAPS


def test_every_gap_has_a_reason_and_is_named_once() -> None:
    found = yaml.safe_load(GAPS.read_text(encoding="utf-8"))
    places = [entry["where"] for entry in found]
    assert len(places) == len(set(places))
    assert all(entry["because"] for entry in found)
