"""Refusals in the vendor's shape: `{"errors": [{code, message, details, path, userMessage, metadata}]}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Body = dict[str, Any]
AUTHOR = {  # what people are told when the application is at fault
    "pl": "Żądanie zawiera błędne dane. Skontaktuj się z autorem aplikacji.",
    "en": "Request contains invalid data. Contact the application author.",
}

NO_FEATURE = {
    "pl": "Funkcja jest niedostępna. Skontaktuj się z autorem aplikacji.",
    "en": "Feature unavailable. Contact the application author.",
}


class Refused(Exception):
    """A call that the vendor refuses with this status and these errors."""

    def __init__(self, status: int, *errors: Body) -> None:
        super().__init__(errors[0]["message"] if errors else str(status))
        self.status, self.errors = status, errors

    @property
    def body(self) -> Body:
        """The answer's body."""
        return {"errors": list(self.errors)}


def error(
    code: str,
    message: str,
    path: str | None = None,
    user: str | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Body:
    """One entry of the list. `user` is the text for people, the message when there is none."""
    return {
        "code": code,
        "message": message,
        "details": None,
        "path": path,
        "userMessage": message if user is None else user,
        "metadata": dict(metadata or {}),
    }


def invalid(message: str, path: str | None = None, status: int = 422) -> Refused:
    """A value that the vendor does not take."""
    return Refused(status, error("VALIDATION_ERROR", message, path))


def all_invalid(faults: Sequence[Body], status: int = 422) -> Refused:
    """Several of them at once."""
    return Refused(status, *faults)


def not_found(path: str) -> Refused:
    """No such thing."""
    return Refused(404, error("NOT_FOUND", "Not Found", path))


def unavailable(language: str) -> Refused:
    """No such address (seen 2025-05, issue 11423)."""
    return Refused(404, error("NotFoundException", "Not found", None, NO_FEATURE[language]))


def no_offer(id: str) -> Refused:
    """No such offer (seen 2024-04, issue 8935)."""
    user = f"Offer {id} does not exist."
    return Refused(404, error("OfferNotFoundException", "Not Found", "", user))


def not_acceptable(language: str) -> Refused:
    """The Accept header names no version that this resource has (seen 2025-05, issue 11561)."""
    message = "Not acceptable representation requested. Please check 'Accept' request header"
    return Refused(406, error("NotAcceptableException", message, None, AUTHOR[language]))


def unsupported(language: str) -> Refused:
    """The Content-Type header names no version that this resource takes."""
    message = "Unsupported media type. Please check 'Content-Type' request header"
    return Refused(415, error("UnsupportedMediaTypeException", message, None, AUTHOR[language]))


def unreadable(language: str, path: str | None = None) -> Refused:
    """A body that is no JSON object, or has a field of another shape (seen 2023-11, issue 8041)."""
    message = "Message is not readable."
    return Refused(400, error("JsonMappingException", message, path, AUTHOR[language]))


def denied() -> Refused:
    """A token that may not do this."""
    return Refused(403, error("AccessDenied", "Access is denied"))


def too_many() -> Refused:
    """Over a limit."""
    message = "Too many requests. Please try again later"
    return Refused(429, error("TOO_MANY_REQUESTS", message))


class Unauthorised(Exception):
    """A call without a good token, or a token that is not given: OAuth's own shape."""

    def __init__(self, name: str, description: str, status: int = 401) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": name, "error_description": description}
