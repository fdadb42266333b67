"""What the connector refuses: a code and a sentence, inside an answer with status 200."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A call that is not carried out. `body` is the answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    @property
    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        return {"status": "ERROR", "error_code": self.code, "error_message": self.message}


def wrong(parameter: str, message: str) -> Refused:
    """A parameter that is missing or senseless: its code is made of its name."""
    return Refused(f"ERROR_{parameter.upper()}", message)
