"""One call to the API: who makes it, what it asks, in which version and language; and its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Request

from simulator.channels.allegro import errors
from simulator.channels.allegro.errors import invalid
from simulator.channels.allegro.moments import parse
from simulator.channels.allegro.shapes import Misshapen, understood
from simulator.channels.allegro.store import Store

if TYPE_CHECKING:
    from simulator.channels.allegro.limits import Limits

Json = dict[str, Any]
PUBLIC, BETA = "application/vnd.allegro.public.v1+json", "application/vnd.allegro.beta.v1+json"


@dataclass(frozen=True)
class Answer:
    """What a handler gives back; `body` None is an answer without one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # instead of `body`, with its own Content-Type header


@dataclass(frozen=True)
class Route:
    """An address of the API and who answers there."""

    method: str
    rule: str
    handler: Callable[..., Answer]
    versions: tuple[str, ...] = (PUBLIC,)  # media types that may be asked for and sent
    is_public: bool = False  # may be asked with an application's own token
    limit: str | None = None
    takes: tuple[str, ...] = ()  # further types of bodies


@dataclass(frozen=True)
class Call:
    """A call that has passed the door."""

    store: Store
    limits: Limits
    request: Request
    base: str  # the address the client used, without a slash at its end
    language: str  # pl or en

    @property
    def path(self) -> str:
        """The address without host and query."""
        return self.request.path

    def json(self) -> Json:
        """The body; Refused with 400 when it is no JSON object of a known shape."""
        try:
            found = json.loads(self.request.get_data())
        except ValueError as fault:
            raise errors.unreadable(self.language) from fault
        if not isinstance(found, dict):
            raise errors.unreadable(self.language)
        try:
            read: Json = understood(found)
        except Misshapen as fault:
            raise errors.unreadable(self.language, str(fault)) from fault
        return read

    def text(self, name: str) -> str | None:
        """A query's value; None when it is not there or empty."""
        return self.request.args.get(name) or None

    def texts(self, name: str) -> list[str]:
        """A query's values, given one by one or with commas."""
        return [
            part.strip()
            for value in self.request.args.getlist(name)
            for part in value.split(",")
            if part.strip()
        ]

    def whole(self, name: str, default: int, low: int, high: int, status: int = 422) -> int:
        """A query's whole number within bounds; Refused with `status` otherwise."""
        text = self.text(name)
        if text is None:
            return default
        if not text.removeprefix("-").isdecimal() or not low <= int(text) <= high:
            raise invalid(f"must be a whole number between {low} and {high}", name, status)
        return int(text)

    def one_of(self, name: str, known: tuple[str, ...], status: int = 422) -> list[str]:
        """A query's values, each one of `known`; Refused with `status` otherwise."""
        found = self.texts(name)
        for text in found:
            if text not in known:
                raise invalid(f"unknown value: {text}", name, status)
        return found

    def flag(self, name: str, status: int = 422) -> bool | None:
        """A query's yes or no; Refused with `status` when it is neither."""
        found = self.one_of(name, ("true", "false"), status)
        return found[0] == "true" if found else None

    def moment(self, name: str) -> datetime | None:
        """A query's moment; Refused with 422 when it is none."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as fault:
            raise invalid("must be a date and time in ISO 8601", name) from fault
