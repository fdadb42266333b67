"""What Houzz refuses, and the envelope that says so.

An answer is an error by its `Ack` alone; the HTTP status is 200 for most. The codes are this
simulation's own: the vendor's are not public.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One entry of `Errors`."""

    code: str
    message: str


class Refused(Exception):
    """One refusal with everything that is wrong, in the order it was found."""

    def __init__(self, faults: Iterable[Fault], status: int = 200) -> None:
        self.faults, self.status = tuple(faults), status
        super().__init__("; ".join(fault.message for fault in self.faults))

    def body(self) -> dict[str, Any]:
        """The envelope that a client gets."""
        return {
            "Ack": "Error",
            "Errors": [{"Code": fault.code, "Message": fault.message} for fault in self.faults],
        }


def refused(code: str, message: str, status: int = 200) -> Refused:
    """A refusal for one reason."""
    return Refused([Fault(code, message)], status)


# -- the call ---------------------------------------------------------------------------------------


def no_such_key(status: int) -> Refused:
    """Any of the three headers is missing or wrong, or the token is no longer in force."""
    return refused(
        "1001", "Authentication failed: invalid API token, user name or app name", status
    )


def not_permitted(method: str) -> Refused:
    """The key was registered without the box that covers the method."""
    return refused("1002", f"This API key is not permitted to call {method}")


def too_many() -> Refused:
    """More calls than the token may make."""
    return refused("1003", "Too many requests, please slow down", 429)


def no_such_method(method: str) -> Refused:
    """A method that the API does not have."""
    return refused("1004", f"Unknown method: {method}", 404)


def wrong_verb(method: str, verb: str) -> Refused:
    """A read that was posted, or a write that was not."""
    return refused("1005", f"{method} must be sent as HTTP {verb}")


def wrong_format(name: str) -> Refused:
    """Neither xml nor json."""
    return refused("1006", f"Unknown format: {name}")


def not_understood(why: str) -> Refused:
    """The body is not the XML document that the method takes."""
    return refused("1007", f"Invalid request document: {why}")


# -- its parameters and elements ----------------------------------------------------------------------


def missing(name: str) -> Fault:
    """A parameter or an element that must be there."""
    return Fault("2001", f"{name} is required")


def invalid(name: str, value: str) -> Fault:
    """A value that cannot be taken."""
    return Fault("2002", f"Invalid value for {name}: {value}")


def unknown_sku() -> Refused:
    """No listing has it."""
    return refused("3001", "Unknown SKU")


def unknown_order() -> Refused:
    """No such order, or one that is not released to the seller."""
    return refused("4001", "Unknown OrderId")


def unknown_payment() -> Refused:
    """No such payout."""
    return refused("5001", "Unknown PaymentId")
