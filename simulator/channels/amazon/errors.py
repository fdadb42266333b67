"""What Amazon answers when it does not do what it was asked to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DENIED = "Access to requested resource is denied."
QUOTA = "You exceeded your quota for the requested resource."


class Refused(Exception):
    """A call that is not carried out. Without a `code`, the one usual for the status in that API."""

    def __init__(self, status: int, message: str, details: str = "", code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.details, self.code = status, message, details, code


@dataclass(frozen=True)
class Style:
    """How one of the APIs names its refusals, by status."""

    bad: str = "InvalidInput"
    missing: str = "NotFound"
    wrapped: bool = False  # whether good answers stand in `payload`

    def code(self, refused: Refused) -> str:
        """The `code` of a refusal in this API."""
        usual = {
            400: self.bad,
            403: "Unauthorized",
            404: self.missing,
            409: "Conflict",
            413: "RequestTooLarge",
            415: "UnsupportedMediaType",
            429: "QuotaExceeded",
        }
        return refused.code or usual.get(refused.status, "InternalFailure")


def body(code: str, message: str, details: str = "") -> dict[str, Any]:
    """The list of errors that every refusal consists of."""
    return {"errors": [{"code": code, "message": message, "details": details}]}


def bad(message: str, details: str = "") -> Refused:
    """A request that is wrong in itself."""
    return Refused(400, message, details)


def missing(message: str = "Resource not found.") -> Refused:
    """Something that does not exist, for this seller at least."""
    return Refused(404, message)


def denied(details: str) -> Refused:
    """No access; `details` say why."""
    return Refused(403, DENIED, details)


def throttled() -> Refused:
    """Too many calls of this operation."""
    return Refused(429, QUOTA)
