"""Global trade item numbers: EAN, UPC and the like."""

from __future__ import annotations


def is_gtin(code: str) -> bool:
    """Whether this is 8, 12, 13 or 14 digits with the right check digit (GS1 General Specifications, 7.9)."""
    if not (code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)):
        return False
    digits = [int(digit) for digit in reversed(code)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
