"""One call of an operation: what it carries, who makes it, what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from flask import Request

from simulator.channels.amazon import moments
from simulator.channels.amazon.errors import Refused, Style, bad

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

Json = dict[str, Any]
Reply = tuple[int, Any]  # the status and the body; None for an empty one
Access = Literal["seller", "grantless", "either"]


@dataclass(frozen=True)
class Grant:
    """What a token lets its bearer do. A restricted token names paths and data elements."""

    kind: Literal["seller", "grantless", "restricted"]
    resources: Sequence[Mapping[str, Any]] = ()

    def shows(self, path: str, element: str) -> bool:
        """Whether restricted data of this sort may be shown in the answer of such a path."""
        return any(
            element in resource["dataElements"] and covers(resource["path"], path)
            for resource in self.resources
        )


@dataclass(frozen=True)
class Call:
    """A request with its path's parameters and its bearer's grant."""

    request: Request
    at: datetime
    grant: Grant
    path: Mapping[str, str] = field(default_factory=dict)

    @property
    def here(self) -> str:
        """The address that the client used, with a slash at the end."""
        return self.request.host_url

    def value(self, name: str, default: str | None = None) -> str | None:
        """A query parameter; None, or the default, when it is absent or empty."""
        return self.request.args.get(name) or default

    def values(self, name: str, known: Sequence[str] = (), most: int | None = None) -> list[str]:
        """A list, separated by commas or repeated. Refused for a value that is not `known`."""
        parts = [part for text in self.request.args.getlist(name) for part in text.split(",")]
        found = [part.strip() for part in parts if part.strip()]
        strange = [part for part in found if known and part not in known]
        if strange:
            raise bad(f"Invalid value for {name}: {', '.join(strange)}.", f"Invalid '{name}'.")
        if most is not None and len(found) > most:
            raise bad(f"The parameter {name} takes at most {most} values.", f"Invalid '{name}'.")
        return found

    def needed(self, name: str) -> str:
        """A query parameter that must be there."""
        found = self.value(name)
        if found is None:
            raise bad(f"The required parameter {name} is missing.", f"Missing '{name}'.")
        return found

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        text = self.value(name)
        if text is None:
            return default
        if not text.isdigit() or not least <= int(text) <= most:
            raise bad(f"{name} must be a number from {least} to {most}.", f"Invalid '{name}'.")
        return int(text)

    def moment(self, name: str) -> datetime | None:
        """A moment. Refused for what is not ISO 8601."""
        text = self.value(name)
        if text is None:
            return None
        found = moments.read(text.replace(" ", "+"))
        if found is None:
            raise bad(f"{name} is not a date-time in ISO 8601: {text}", f"Invalid '{name}'.")
        return found

    def body(self) -> Json:
        """The JSON object that was sent."""
        kind = self.request.mimetype
        if kind and "json" not in kind:
            raise Refused(415, f"Content type {kind} is not supported.")
        sent = self.request.get_json(silent=True, force=True)
        if not isinstance(sent, dict):
            raise bad("The request body is not a JSON object.", "Invalid request body.")
        return sent


Handler = Callable[["Amazon", Call], Reply]


@dataclass(frozen=True)
class Operation:
    """One operation of one API, with its token bucket: `rate` a second, `burst` at most."""

    name: str
    method: str
    path: str  # as Flask writes it
    rate: float
    burst: float
    handle: Handler
    style: Style
    access: Access = "seller"


def covers(pattern: str, path: str) -> bool:
    """Whether a restricted resource's path, generic ("{orderId}") or specific, is that path."""
    wanted, asked = pattern.strip("/").split("/"), path.strip("/").split("/")
    return len(wanted) == len(asked) and all(
        part == other or (part.startswith("{") and part.endswith("}"))
        for part, other in zip(wanted, asked, strict=True)
    )


def named(sent: Mapping[str, Any], name: str, sort: type = str) -> Any:
    """A field of a body that must be there and of this sort."""
    found = sent.get(name)
    if found is None or found == "":
        raise bad(f"The required field {name} is missing.", f"Missing '{name}'.")
    if not isinstance(found, sort) or (sort is int and isinstance(found, bool)):
        raise bad(f"The field {name} is of the wrong type.", f"Invalid '{name}'.")
    return found
