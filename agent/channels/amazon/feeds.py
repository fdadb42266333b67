"""Sends many messages at once: a document is uploaded, and a feed made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agent.channels import strict, trouble
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.operations import (
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    LISTINGS_FEED,
    Operation,
)
from agent.errors import OutcomeUnknown

MOST = 25_000  # messages in one feed of listings
LISTINGS = "JSON_LISTINGS_FEED"
JSON, XML = "application/json; charset=UTF-8", "text/xml; charset=UTF-8"
PAUSE_S = 10.0  # no longer at a time: orders, and what sells out, go on in between
NEEDED = (CREATE_FEED_DOCUMENT, CREATE_FEED, LISTINGS_FEED)

Message = Mapping[str, Any]


def wait_s(c: Connection) -> float:
    """Seconds until another feed of listings may be sent."""
    return max(c.client.wait_s(operation) for operation in NEEDED)


def send_listings(c: Connection, messages: Sequence[Message]) -> str:
    """Have these messages processed; gives the feed's number.

    Unavailable, Throttled or Refused when nothing has happened, OutcomeUnknown when nobody knows.
    """
    for operation in NEEDED:
        c.client.have_room(operation)
    document = {
        "header": {"sellerId": c.settings.seller_id, "version": "2.0"},
        "messages": [{"messageId": n, **one} for n, one in enumerate(messages, 1)],
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    number = send(c, LISTINGS, text.encode(), JSON)
    c.client.spend(LISTINGS_FEED)
    return number


def send(c: Connection, kind: str, content: bytes, content_type: str) -> str:
    """Upload a document and make a feed of it; gives the feed's number."""
    for operation in (CREATE_FEED_DOCUMENT, CREATE_FEED):
        c.client.have_room(operation)
    told = c.client.call(CREATE_FEED_DOCUMENT, body={"contentType": content_type}).json
    document = _named(c, told, "feedDocumentId", CREATE_FEED_DOCUMENT)
    c.client.upload(_named(c, told, "url", CREATE_FEED_DOCUMENT), content, content_type)
    body = {
        "feedType": kind,
        "marketplaceIds": [c.place.id],
        "inputFeedDocumentId": document,
    }
    told = c.client.call(CREATE_FEED, body=body).json
    return _named(c, told, "feedId", CREATE_FEED)


def _named(c: Connection, told: strict.Row, name: str, operation: Operation) -> str:
    where = c.client.where(operation)
    try:
        return strict.needed(told, name)
    except ValueError as error:
        if operation.acts:
            raise OutcomeUnknown(f"the answer has no {name}", where, trouble.LOOKS) from error
        raise trouble.misshapen(str(error), where) from error
