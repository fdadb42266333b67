"""Patterns from settings, tried on the outside world's words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(patterns: Iterable[str], words: str) -> bool:
    """Whether any pattern is found in these words."""
    return any(re.search(pattern, words) for pattern in patterns)
