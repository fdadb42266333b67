"""What the vendor answers when it refuses: a status and {"error": text}, on OAuth also a description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TYPES = {  # how the vendor's messages name what they got (issues 385 and 413 of its repository)
    type(None): "NULL",
    bool: "boolean",
    int: "integer",
    float: "double",
    str: "string",
    list: "array",
    dict: "array",
}


class EtsyError(Exception):
    """A request that is refused."""

    def __init__(
        self,
        status: int,
        error: str,
        description: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.description = status, error, description
        self.headers = dict(headers or {})

    def body(self) -> dict[str, str]:
        """The answer's body."""
        more = {} if self.description is None else {"error_description": self.description}
        return {"error": self.error, **more}


def bad(text: str) -> EtsyError:
    """400: something in the request is wrong."""
    return EtsyError(400, text)


def problem(field: str, text: str) -> EtsyError:
    """400 in the form that names a field (issue 538)."""
    return bad(f"There was a problem with /{field} : {text}")


def missing(names: Iterable[str]) -> EtsyError:
    """400: required parameters were not sent (issue 168)."""
    return bad(f"Missing input parameter: [{', '.join(names)}]")


def wrong_type(name: str, wanted: str, got: Any) -> EtsyError:
    """400: a value of another type (issues 385 and 413)."""
    return bad(f"Expected {wanted} value for '{name}' (got {TYPES.get(type(got), 'object')}).")


def not_found() -> EtsyError:
    """404: no such thing, or no such address (wording unconfirmed)."""
    return EtsyError(404, "Resource not found")


def forbidden(text: str) -> EtsyError:
    """403: known, but not allowed."""
    return EtsyError(403, text)


def conflict(text: str, headers: Mapping[str, str] | None = None) -> EtsyError:
    """409: the thing is in a state that does not allow this."""
    return EtsyError(409, text, None, headers)


def invalid_token(description: str) -> EtsyError:
    """401: the access token does not let in (issue 519)."""
    return EtsyError(401, "invalid_token", description)


def invalid_grant(description: str) -> EtsyError:
    """400 of the token endpoint: a code or refresh token that is not worth anything (issue 519)."""
    return EtsyError(400, "invalid_grant", description)
