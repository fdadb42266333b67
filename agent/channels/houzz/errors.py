"""Houzz's status codes, `Ack` and `Errors` → what they mean to us. The only place that reads them.

Neither codes nor texts of errors are published, so meanings are read from words, and whatever is not
understood is a refusal in Houzz's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from agent.channels.houzz import documents
from agent.channels.trouble import RETRIES, failed, glimpse, guarded
from agent.errors import (
    ChannelError,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.ports.http import Answer

KEYS = (
    "copy token, user name and app from Seller Central > Settings > API,"
    " then run `tally connect` for this channel"
)
BOXES = (
    'in Seller Central > Settings > API, tick "Update product inventory" and'
    ' "List and process orders" for this key'
)
SHORTEST_SECRET = 8  # masking a shorter text would eat words
CORRECT = "correct it in Seller Central or in the ERP; the next change is tried again"

FORBIDDEN = re.compile(r"(?i)not permitted|no permission|permission denied|not allowed to call")
UNKNOWN_KEY = re.compile(
    r"(?i)authenticat|unauthori[sz]ed|(invalid|expired|unknown|wrong) (api |ssl )*token"
)
BUSY = re.compile(r"(?i)too many (requests|calls)|rate limit|slow down")
FAILING = re.compile(
    r"(?i)internal (server )?error|unexpected error|temporar|try again|unavailable|maintenance"
)
MISSING = re.compile(
    r"(?i)\b(unknown|no such) (sku|order|listing|product)"
    r"|\b(sku|order|listing|product)\w*\b.*\b(not found|does not exist|doesn't exist)"
)


class VendorRefused(Refused):
    """A refusal by `Ack`. `missing`: by its words, what was asked for is not there."""

    missing = False


def failure(
    answer: Answer,
    said: Mapping[str, Any] | None,
    where: str,
    now: datetime,
    *,
    wrote: bool,
    secret: str = "",
) -> ChannelError | None:
    """What an answer means for the whole call; None when it is a success.

    `said` is its envelope, None when it has none; `secret` is masked where the vendor echoes it.
    """
    words = _words(answer, said)
    if len(secret) >= SHORTEST_SECRET:
        words = words.replace(secret, "…")
    if answer.is_redirect:
        return _redirected(answer, where)
    if answer.status == 429:
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if guard := guarded(answer, where):
        return guard
    if answer.status in (401, 403):
        return Unauthorised(f"Houzz does not accept our key: {words}", where, KEYS)
    if answer.status >= 500:
        return failed(f"Houzz failed ({answer.status}): {words}", where, wrote=wrote)
    if said is None:
        if answer.status < 300:
            return failed(f"the answer is not what clients know: {words}", where, wrote=wrote)
        advice = "check `address` in tally.yaml"
        return Refused(f"refused ({answer.status}): {words}", where, advice)
    if answer.status < 300 and _is(said, "success"):
        return None
    return _by_words(words, where, wrote=wrote)


def envelope(answer: Answer) -> dict[str, Any] | None:
    """An answer's content with its `Ack`, from JSON or XML; None when it is no such thing."""
    try:
        if answer.body.lstrip()[:1] == b"<":
            found: Any = documents.read(answer.body)[1]
        else:
            found = answer.json()
    except ValueError:
        return None
    known = isinstance(found, dict) and (_is(found, "success") or _is(found, "error"))
    return found if known else None


def misshapen(what: str, where: str) -> ChannelError:
    """A read that succeeded with something else in it than every client knows."""
    return Unavailable(f"the answer is not what clients know: {what}", where, RETRIES)


def _by_words(words: str, where: str, *, wrote: bool) -> ChannelError:
    if FORBIDDEN.search(words):
        return Unauthorised(f"Houzz does not let our key do this: {words}", where, BOXES)
    if UNKNOWN_KEY.search(words):
        return Unauthorised(f"Houzz does not accept our key: {words}", where, KEYS)
    if BUSY.search(words):
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=30.0)
    if FAILING.search(words):
        return failed(f"Houzz failed: {words}", where, wrote=wrote)
    refusal = VendorRefused(words, where, CORRECT)
    refusal.missing = MISSING.search(words) is not None
    return refusal


def _redirected(answer: Answer, where: str) -> ChannelError:
    to = answer.headers.get("location", "").partition("?")[0]
    what = f'redirected to "{to}"; a token does not travel to another address'
    if re.search(r"(?i)login|signin", to):
        return Unauthorised(what, where, KEYS)
    return Refused(what, where, "write the final address as `address` in tally.yaml")


def _is(said: Mapping[str, Any], ack: str) -> bool:
    return str(said.get("Ack", "")).strip().lower() == ack


def _words(answer: Answer, said: Mapping[str, Any] | None) -> str:
    """What Houzz says: each error's message with its code, or all its texts, or a glimpse."""
    if said is None:
        return glimpse(answer.body)
    rest = {name: part for name, part in said.items() if name != "Ack"}
    told = " · ".join(_said(said.get("Errors", rest)))
    return " ".join(told.split())[:300] or "no reason given"


def _said(value: Any) -> Iterator[str]:
    # How `Errors` is built inside is not published: a list, a wrapper, one object or plain text.
    if isinstance(value, Mapping) and "Message" in value:
        code = value.get("Code")
        yield f"{value['Message']} [{code}]" if code else str(value["Message"])
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _said(part)
    elif isinstance(value, list):
        for part in value:
            yield from _said(part)
    elif value not in (None, ""):
        yield str(value)
