"""One listing told something by itself: what answers at once, and what has to be looked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.channels import trouble
from agent.channels.amazon import errors
from agent.channels.amazon.client import Told
from agent.channels.amazon.errors import Issue
from agent.errors import OutcomeUnknown


@dataclass(frozen=True)
class Submission:
    """A listing that was told something by itself. `shows` is empty for a new one."""

    number: str
    at: datetime
    shows: Mapping[str, Any]

    def text(self) -> str:
        """The job's name."""
        facts = [self.number, self.at.isoformat(timespec="seconds"), self.shows]
        return json.dumps(facts, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Submission:
        """The submission of a name that we gave. ValueError for another."""
        number, at, shows = json.loads(text)
        return cls(number, datetime.fromisoformat(at), shows)


def refused_for(told: Told, where: str) -> list[Issue] | None:
    """Why a submission is invalid; None when it is accepted. OutcomeUnknown when it is neither."""
    status = told.json.get("status")
    try:
        found = errors.issues(told.json.get("issues"))
    except ValueError as error:
        raise OutcomeUnknown(f"a strange answer: {error}", where, trouble.LOOKS) from error
    if status == "ACCEPTED":
        return None
    if status != "INVALID":
        raise OutcomeUnknown(f"a strange answer: status {status!r:.40}", where, trouble.LOOKS)
    wrong = [one for one in found if one.is_error]
    return wrong or [Issue("INVALID", "no reason given", "ERROR", ())]
