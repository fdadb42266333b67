"""Where a value came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file as received: its name, the digest of its bytes, line and column from 1."""

    file: str
    line: int
    column: int | None = None
    digest: str = ""

    def __str__(self) -> str:
        spot = f"{self.file}:{self.line}"
        return spot if self.column is None else f"{spot}:{self.column}"
