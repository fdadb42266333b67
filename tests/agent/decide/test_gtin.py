"""Barcodes: only true ones reach a channel; a wrong one keeps nothing else back."""

from __future__ import annotations

import pytest

from agent.model.gtin import is_gtin


@pytest.mark.parametrize("code", ["4006381333931", "96385074", "036000291452", "10614141000415"])
def test_codes_with_a_right_check_digit_are_gtins(code: str) -> None:
    assert is_gtin(code)


@pytest.mark.parametrize(
    "code", ["4006381333932", "5,9E+12", "12345", "400638133393a", "٤٠٠٦٣٨١٣٣٣٩٣١"]
)
def test_other_codes_are_not(code: str) -> None:
    assert not is_gtin(code)
