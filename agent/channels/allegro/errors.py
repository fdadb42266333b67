"""Allegro's status codes and error bodies → what they mean to us. The only place that reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.channels.trouble import RETRIES, failed, glimpse
from agent.errors import (
    ChannelError,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.ports.http import Answer

CORRECT = "correct it in the ERP or in Allegro's panel; the next change is tried again"
SHORTEST_SECRET = 8  # masking a shorter text would eat words

# Codes are published only here and there, so meanings are read from code and words together.
PASSING = re.compile(r"(?i)internal|temporar|try again|timed? ?out|unavailable|in_?progress")
GONE = re.compile(r"(?i)not_?\s?found|does not exist|doesn't exist")
ADVICE = (  # (what the code, path or words name, what a person can do)
    (r"(?i)CATEGORY", "set `category`, or `categories` by the ERP's categories, in tally.yaml"),
    (r"(?i)ShippingRates|delivery\.shipping", "set `shipping_rates` in tally.yaml"),
    (r"(?i)handlingTime", "set `handling_time` in tally.yaml"),
    (r"(?i)ReturnPolicy", "set `return_policy` in tally.yaml"),
    (r"(?i)ImpliedWarranty", "set `implied_warranty` in tally.yaml"),
    (r"(?i)responsibleProducer", "set `producer` in tally.yaml"),
    (r"(?i)safetyInformation|GPSR", "set `safety` in tally.yaml"),
    (r"(?i)parameter", "set `parameters` in tally.yaml, or complete the offer in Allegro's panel"),
    (r"(?i)images?\b", "give the item a picture in the ERP, or set `image` in tally.yaml"),
    (r"(?i)\btitle|\bname\b", "give it a title of 12 to 75 characters and three words at least"),
    (r"(?i)WAYBILL", "use another tracking number: this one stands in too many orders"),
)


class VendorRefused(Refused):
    """A refusal in Allegro's words, with its status for callers that ask what is there."""

    status = 0


@dataclass(frozen=True)
class Fault:
    """Why one offer of a command was not done. `gone`: it is not there; `passing`: waiting mends it."""

    words: str
    next: str
    gone: bool
    passing: bool


def failure(
    answer: Answer, where: str, now: datetime, *, wrote: bool, secret: str = ""
) -> ChannelError | None:
    """What an answer's status means for the whole call; None when it is a success.

    `secret` is masked where the vendor echoes it.
    """
    if 200 <= answer.status < 300:
        return None
    words = _words(answer)
    if len(secret) >= SHORTEST_SECRET:
        words = words.replace(secret, "…")
    if answer.is_redirect:
        return _redirected(answer, where)
    if answer.status == 429:
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if answer.status >= 500:
        what = f"Allegro failed ({answer.status}): {words}"
        return failed(what, where, wrote=wrote)
    if answer.status in (401, 403):
        return _shut_out(answer, words, where)
    refusal = VendorRefused(f"refused ({answer.status}): {words}", where, advice(words))
    refusal.status = answer.status
    return refusal


def fault_of(task: Mapping[str, Any]) -> Fault:
    """Why a task failed."""
    found = task.get("errors")
    rows = [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
    words = _told(rows) or str(task.get("message") or "") or "no reason given"
    return Fault(
        words,
        advice(words),
        gone=GONE.search(words) is not None,
        passing=PASSING.search(words) is not None,
    )


def advice(words: str) -> str:
    """What a person can do about a refusal in these words."""
    return next((what for named, what in ADVICE if re.search(named, words)), CORRECT)


def _shut_out(answer: Answer, words: str, where: str) -> ChannelError:
    shop = where.partition(" ")[0]
    if answer.status == 403 and not _errors(answer):  # a page of some guard before the API
        return Unavailable(f"turned away ({answer.status}): {words}", where, RETRIES)
    what = "our consent has ended" if answer.status == 401 else "Allegro does not let our key do it"
    return Unauthorised(f"{what}: {words}", where, f"run `tally connect {shop}`")


def _redirected(answer: Answer, where: str) -> ChannelError:
    to = answer.headers.get("location", "").partition("?")[0]
    what = f'redirected to "{to}"; a token does not travel to another address'
    if re.search(r"(?i)login|auth|logowanie", to):
        return Unauthorised(what, where, f"run `tally connect {where.partition(' ')[0]}`")
    return Refused(what, where, "write the final address as `address` in tally.yaml")


def _words(answer: Answer) -> str:
    """All of the vendor's reasons, or OAuth's one, or a glimpse of whatever it sent."""
    rows = _errors(answer)
    if rows:
        return _told(rows)
    try:
        body = answer.json()
    except ValueError:
        return glimpse(answer.body)
    if isinstance(body, Mapping) and isinstance(body.get("error"), str):
        said = str(body.get("error_description") or "")
        return f"{body['error']}: {said[:200]}" if said else str(body["error"])
    return glimpse(answer.body)


def _errors(answer: Answer) -> list[Mapping[str, Any]]:
    try:
        body = answer.json()
    except ValueError:
        return []
    found = body.get("errors") if isinstance(body, Mapping) else None
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _told(rows: Iterable[Mapping[str, Any]]) -> str:
    said = []
    for row in rows:
        text = row.get("userMessage") or row.get("message") or ""
        path = f" ({row['path']})" if row.get("path") else ""
        said.append(f"{' '.join(str(text).split())[:300]} [{row.get('code')}]{path}")
    return "; ".join(dict.fromkeys(said))[:600]
