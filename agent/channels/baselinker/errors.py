"""BaseLinker's codes and sentences → what they mean to us. The only place that reads them.

Errors come inside answers with status 200: {"status": "ERROR", "error_code": …, "error_message": …}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from agent.channels.baselinker.values import Row
from agent.channels.trouble import RETRIES, failed, glimpse, guarded, misshapen
from agent.errors import (
    ChannelError,
    Refused,
    Throttled,
    Unauthorised,
)
from agent.ports.http import Answer

Read = TypeVar("Read")
KEYS = "make a token under Account & other > My account > API, and run `tally connect`"
MEND = "mend it in BaseLinker or in the ERP; the next change is tried again"
BLOCKED = {"ERROR_BLOCKED_TOKEN", "ERROR_RATE_LIMIT", "ERROR_QUERY_LIMIT"}
ACCOUNT_BLOCKED = "ERROR_USER_ACCOUNT_BLOCKED"  # while it is not paid for, as far as is known
UNBLOCK = "have the account unblocked in BaseLinker's panel; the token stays good"
BUSY = {"ERROR_INTERNAL", "ERROR_MAINTENANCE", "ERROR_UNAVAILABLE"}
BLOCK_S, LONGEST_S, HOUR = 60.0, 3600.0, 3600
UNTIL = re.compile(r"until (\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)")
NEXT = {
    "ERROR_INVENTORY_ID": "set `inventory` in tally.yaml to a catalogue of the account",
    "ERROR_STATUS_ID": "look at the statuses in tally.yaml: the account has no such one any more",
}


class VendorRefused(Refused):
    """A refusal with BaseLinker's own code, for callers that ask what is there."""

    code = ""


def failure(answer: Answer, where: str, now: datetime, *, wrote: bool) -> ChannelError | None:
    """What an answer's HTTP status means; None for 200, which is all that the vendor itself sends."""
    if answer.status == 200:
        return None
    if answer.is_redirect:
        return _redirected(answer, where)
    what = f"answered {answer.status}: {glimpse(answer.body)}"
    if answer.status == 429:
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {what}", where, RETRIES, retry_after_s=wait)
    if guard := guarded(answer, where):
        return guard
    if answer.status in (401, 403):
        return Unauthorised(f"our token is not accepted: {what}", where, KEYS)
    if answer.status >= 500 or 200 < answer.status < 400:
        return failed(what, where, wrote=wrote)
    return Refused(what, where, "look at `address` in tally.yaml")


def of_body(body: Row, where: str, now: datetime, *, wrote: bool) -> ChannelError | None:
    """What an answer says of the call as a whole; None when it succeeded."""
    status = body.get("status")
    if status == "SUCCESS":
        return None
    if status != "ERROR":
        return misshapen(f'status "{str(status)[:40]}"', where, wrote=wrote)
    code = str(body.get("error_code") or "")[:80]
    words = f"{' '.join(str(body.get('error_message') or '').split())[:300]} [{code}]".strip()
    if code in BLOCKED:
        wait = _blocked_s(words, now)
        return Throttled(f"the token is blocked: {words}", where, RETRIES, retry_after_s=wait)
    if code == ACCOUNT_BLOCKED:
        return Unauthorised(f"the account is blocked: {words}", where, UNBLOCK)
    if "TOKEN" in code:
        return Unauthorised(f"our token is not accepted: {words}", where, KEYS)
    if code in BUSY:
        what = f"the vendor cannot serve now: {words}"
        return failed(what, where, wrote=wrote)
    refusal = VendorRefused(f"refused: {words}", where, NEXT.get(code, MEND))
    refusal.code = code
    return refusal


def understood(read: Callable[[], Read], where: str, *, wrote: bool = False) -> Read:
    """What `read` makes of an answer; an error that names the field when it is of another type."""
    try:
        return read()
    except ValueError as error:
        raise misshapen(str(error), where, wrote=wrote) from error


def warnings(answer: Mapping[str, Any]) -> dict[str, str]:
    """The warnings of an answer, by product or by field; none of them comes as an empty list."""
    given = answer.get("warnings")
    if isinstance(given, Mapping):
        return {str(key): " ".join(str(text).split())[:300] for key, text in given.items()}
    if given in (None, [], ""):
        return {}
    raise ValueError(f'warnings is not a map: "{str(given)[:60]}"')


def _blocked_s(words: str, now: datetime) -> float:
    """Seconds until the block ends. Its moment is told in the account's own zone, which is not told:
    whole hours are left out, so a longer block is asked after once an hour."""
    found = UNTIL.search(words)
    if found is None:
        return BLOCK_S
    try:
        until = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError:
        return BLOCK_S
    return min((until - now).total_seconds() % HOUR + 1.0, LONGEST_S)


def _redirected(answer: Answer, where: str) -> ChannelError:
    to = answer.headers.get("location", "").partition("?")[0]
    what = f'redirected to "{to[:120]}"; a token does not travel to another address'
    if "login" in to:
        return Unauthorised(what, where, KEYS)
    return Refused(what, where, "write the vendor's address as `address` in tally.yaml")
