"""Chance: jitter for waits and names that nobody can guess."""

from __future__ import annotations

import random
import secrets


class Chance:
    """Real chance. Staging hands in a seeded one."""

    def between(self, low: float, high: float) -> float:
        """A number between both, for jitter."""
        return random.uniform(low, high)

    def token(self) -> str:
        """32 hexadecimal digits that nobody can guess."""
        return secrets.token_hex(16)
