"""What a request must be before anything is executed, in the order it is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Request

from simulator.channels.shopify.errors import BAD_JSON, BAD_TOKEN, NO_QUERY
from simulator.channels.shopify.resolvers.nodes import VERSIONS

Answer = tuple[int, Mapping[str, Any]]
VERSION = re.compile(r"^\d{4}-(?:01|04|07|10)$")
NEWER = ("2026-10", "unstable")


class Rejected(Exception):
    """The request is answered with this status and body."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.status, self.body = answer


def version(asked: str | None) -> str | None:
    """The version that answers: the one asked for, or the oldest supported; None: no such path."""
    if asked in VERSIONS or asked in NEWER:
        return asked
    return VERSIONS[0] if asked is None or VERSION.match(asked) else None


def scopes(tokens: Mapping[str, Any], token: str | None, now: datetime) -> frozenset[str]:
    """What a token may do; Rejected when it is unknown or has run out."""
    kept = tokens.get(token or "")
    if kept is None or (kept["until"] and datetime.fromisoformat(kept["until"]) <= now):
        raise Rejected(BAD_TOKEN)
    return frozenset(kept["scopes"])


def query(request: Request) -> tuple[str, dict[str, Any], str | None]:
    """The query, its variables and the operation's name out of a body."""
    if request.mimetype == "application/graphql":
        return request.get_data(as_text=True), {}, None
    if request.mimetype != "application/json":
        raise Rejected(NO_QUERY)
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise Rejected(BAD_JSON) from error
    text = body.get("query") if isinstance(body, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise Rejected(NO_QUERY)
    variables = body.get("variables") or {}
    if isinstance(variables, str):
        try:
            variables = json.loads(variables)
        except ValueError as error:
            raise Rejected(BAD_JSON) from error
    if not isinstance(variables, dict):
        raise Rejected(BAD_JSON)
    return text, variables, body.get("operationName")
