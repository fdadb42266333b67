"""Whether what goes to a vendor and what comes back is what the vendor's published schema says.

Each family of schemas has a module here. A channel's folder may say more in a `conformance.py` of its own:

- `checker(folder) -> Checker | None`, over the published schemas that somebody has in that folder, or over a
  file of the channel's own; None, or NotThere, when there is nothing to check by;
- `modelled(dialect, operations)`: those operations that it answers.

What is known to be wrong with the schema may stand in a `gaps.yaml` beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx


@dataclass(frozen=True, order=True)
class Violation:
    """Something that the schema does not say. `where` names operation and place: see `gaps.yaml`."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Checker(Protocol):
    """One vendor's published schema."""

    def operations(self) -> Sequence[str]:
        """Every operation that it describes."""

    def used(self, request: httpx.Request) -> Sequence[str]:
        """The operations that a request asks for; none that it describes: empty."""

    def of_request(self, request: httpx.Request) -> list[Violation]:
        """What it says against a request."""

    def of_response(self, request: httpx.Request, response: httpx.Response) -> list[Violation]:
        """What it says against an answer."""


class CannotCheck(Exception):
    """The schema cannot be read; the text says why."""


class NotThere(CannotCheck):
    """The schema's file is missing."""
