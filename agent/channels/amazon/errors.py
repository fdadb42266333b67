"""Amazon's statuses, error bodies and issues → what they mean to us. The only place that reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.channels.trouble import RETRIES, failed, guarded
from agent.errors import (
    ChannelError,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.ports.http import Answer

ROLE = "give the application the role for this in Seller Central, then authorise it again"
_SECRET = re.compile(r"(Atz[ar]\||Atz\.sprdt\||amzn1\.oa2-cs\.)\S+")
_SPENT = re.compile("expired|revoked|malformed|invalid|missing", re.IGNORECASE)
_ADVICE = {  # by the code of an issue
    "90220": "state it under `attributes` (or `brand`, `condition`) for this channel in tally.yaml",
    "90000900": "look at `attributes` for this channel in tally.yaml: the product type has no such",
    "90000901": "look at `product_type` for this channel in tally.yaml",
    "90057": "look at the minimum and maximum price in Seller Central > Pricing",
    "90244": "look at this value in the ERP, or under `attributes` in tally.yaml",
}


class VendorRefused(Refused):
    """A refusal, for callers that ask whether what they named is not there at all."""

    missing = False


@dataclass(frozen=True)
class Issue:
    """One thing that Amazon finds wrong with a listing, or with what it was told of it."""

    code: str
    words: str
    severity: str
    attributes: tuple[str, ...]

    @property
    def is_error(self) -> bool:
        """Whether it keeps the listing, or the change, from being taken."""
        return self.severity == "ERROR"


def failure(answer: Answer, where: str, now: datetime, *, wrote: bool) -> ChannelError | None:
    """What an answer's status means for the whole call; None when it is a success."""
    status = answer.status
    if 200 <= status < 300:
        return None
    code, words = vendor_words(answer)
    if answer.is_redirect:
        what = f"it sent us to another address ({status})"
        return Unavailable(what, where, "check `address` in tally.yaml; a login page is in the way")
    if status == 429:
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if guard := guarded(answer, where):
        return guard
    if status in (401, 403):
        shop = where.partition(" ")[0]
        next = f"run `tally connect {shop}`" if is_spent(words) else ROLE
        return Unauthorised(f"Amazon does not let us in: {words}", where, next)
    if status >= 500:
        what = f"Amazon failed ({status}): {words}"
        return failed(what, where, wrote=wrote)
    refusal = VendorRefused(f"refused ({status} {code}): {words}", where, _next(status))
    refusal.missing = status == 404
    return refusal


def is_spent(words: str) -> bool:
    """Whether a refusal is about the token, so that a fresh one may be let in."""
    return bool(_SPENT.search(words))


def vendor_words(answer: Answer) -> tuple[str, str]:
    """(Amazon's code, its words) from an error body; ("", a glimpse of it) from any other."""
    try:
        body = answer.json()
        rows = body["errors"] if isinstance(body, Mapping) else None
        first = rows[0] if isinstance(rows, list) and rows else None
    except (ValueError, KeyError):
        first = None
    if not isinstance(first, Mapping):
        return "", _glimpse(answer.body)
    said = [str(first.get(key) or "").strip() for key in ("message", "details")]
    words = " ".join(part for part in said if part)
    return masked(str(first.get("code") or "")), masked(words)[:500]


def unreadable(answer: Answer, where: str, *, wrote: bool) -> ChannelError:
    """A success whose body is not what was asked for: an HTML page, cut JSON, another type."""
    what = f"the answer is not what the vendor documents: {_glimpse(answer.body)}"
    return failed(what, where, wrote=wrote)


def issues(rows: Any) -> list[Issue]:
    """The issues of an answer. ValueError when they are none."""
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError("issues is no list")
    return [_issue(row) for row in rows]


def _issue(row: Mapping[str, Any]) -> Issue:
    named = row.get("attributeNames")
    names = list(named) if isinstance(named, list) else []
    names += [row["attributeName"]] if row.get("attributeName") else []  # as reports write it
    return Issue(
        str(row.get("code") or ""),
        masked(str(row.get("message") or "no reason given"))[:500],
        str(row.get("severity") or ""),
        tuple(str(name).partition(".")[0] for name in names),
    )


def told(found: Iterable[Issue]) -> str:
    """Issues in the vendor's words."""
    return "; ".join(dict.fromkeys(f"{one.code}: {one.words}" for one in found))[:1000]


def advice(found: Sequence[Issue]) -> str:
    """What a clerk can do about these issues."""
    known = (_ADVICE.get(one.code, "") for one in found)
    usual = "mend it in the ERP, or look at the listing in Seller Central"
    return next((words for words in known if words), usual)


def masked(words: str) -> str:
    """The words without anything that looks like one of Amazon's secrets."""
    return _SECRET.sub("…", words)


def _next(status: int) -> str:
    if status == 413:
        return "tallyman halves it by itself"
    return "look at `seller_id` and `marketplace` in tally.yaml, or at the words above"


def _glimpse(body: bytes) -> str:
    text = " ".join(body[:200].decode("utf-8", "replace").split())
    return masked(text) or "an empty body"
