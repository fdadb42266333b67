"""What the shop refuses, and the JSON bodies that say so."""

from __future__ import annotations

from typing import Any


class WooError(Exception):
    """One refusal: becomes {"code", "message", "data": {"status": …}} with that HTTP status.

    `extra` joins `status` inside `data`; `data` given replaces `data` altogether (some answers
    carry a bare number there); `status` is the HTTP status in any case.
    """

    def __init__(
        self,
        code: str | int,
        message: str,
        status: int = 400,
        extra: dict[str, Any] | None = None,
        *,
        data: Any = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.data: Any = {"status": status, **(extra or {})} if data is None else data

    def body(self) -> dict[str, Any]:
        """The JSON object that a client gets."""
        return {"code": self.code, "message": self.message, "data": self.data}


class Fatal(Exception):
    """The shop's own software broke down: a general page with status 500, whatever the request."""


CRITICAL = {
    "code": "internal_server_error",
    "message": "<p>There has been a critical error on this website.</p>"
    '<p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">'
    "Learn more about troubleshooting WordPress.</a></p>",
    "data": {"status": 500},
    "additional_errors": [],
}


def bare(code: str, message: str, status: int = 400) -> WooError:
    """A refusal of WordPress itself: `data` is null."""
    error = WooError(code, message, status)
    error.data = None
    return error


def no_route() -> WooError:
    """Unknown path, version or method alike."""
    return WooError("rest_no_route", "No route was found matching the URL and request method.", 404)


def no_trash(message: str = "Resource does not support trashing.") -> WooError:
    """DELETE without `force=true` on what has no trash."""
    return WooError("woocommerce_rest_trash_not_supported", message, 501)


def invalid_params(found: dict[str, WooError]) -> WooError:
    """Parameters that break their schema, {name: what is wrong}; named in the order given."""
    details = {
        name: {"code": e.code, "message": e.message, "data": e.data} for name, e in found.items()
    }
    return WooError(
        "rest_invalid_param",
        "Invalid parameter(s): " + ", ".join(found),
        400,
        {"params": {name: e.message for name, e in found.items()}, "details": details},
    )


def missing_params(names: list[str]) -> WooError:
    """Required parameters that were not sent."""
    return WooError(
        "rest_missing_callback_param",
        "Missing parameter(s): " + ", ".join(names),
        400,
        {"params": names},
    )
