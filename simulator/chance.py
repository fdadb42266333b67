"""Seeded chance: independent streams by name, so that one entity's luck never shifts another's."""

from __future__ import annotations

import random


class Chance:
    """Random streams derived from one seed; the same seed and name give the same numbers anywhere."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, random.Random] = {}

    def stream(self, name: str) -> random.Random:
        """The stream `name`, made at first use (seeding with text is stable across processes)."""
        if name not in self._streams:
            self._streams[name] = random.Random(f"{self.seed}:{name}")
        return self._streams[name]
