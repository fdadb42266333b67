"""Shopify's statuses, GraphQL errors and user errors → what they mean to us. The only place that reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.channels import shape
from agent.channels.shopify import shapes
from agent.channels.trouble import RETRIES, failed, glimpse, guarded, misshapen
from agent.errors import (
    ChannelError,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.ports.http import WAIT_CAP_S, Answer

TOKEN = "look at the app's access token under Settings > Apps > Develop apps, and at its scopes"
STALE = {"CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE"}
NOT_STOCKED = {"ITEM_NOT_STOCKED_AT_LOCATION"}
# A key that another request holds, or whose first attempt failed: nothing was done by this one.
BUSY_KEY = {"IDEMPOTENCY_CONCURRENT_REQUEST", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"}
GONE = {
    "INVALID_INVENTORY_ITEM",
    "PRODUCT_DOES_NOT_EXIST",
    "PRODUCT_VARIANT_DOES_NOT_EXIST",
    "PRODUCT_VARIANT_ID_MISSING",
}
GONE_WORDS = re.compile(r"(?i)(product|variant|item).*(does not exist|not found)")


class CostTooHigh(Refused):
    """The query asks for more than one request may cost; waiting never helps, asking for less does."""

    share = 0.5  # of what was asked, that would be within the limit


@dataclass(frozen=True)
class Fault:
    """One user error: the row that it names (None: none), the vendor's code and words."""

    row: int | None
    code: str
    words: str

    @property
    def gone(self) -> bool:
        """Whether the thing is not there any more."""
        return self.code in GONE or bool(GONE_WORDS.search(self.words))


@dataclass(frozen=True)
class ActFault:
    """Why one mutation of many was not done, or why nobody knows (`doubtful`)."""

    words: str
    doubtful: bool
    gone: bool


def failure(answer: Answer, where: str, now: datetime, *, wrote: bool) -> ChannelError | None:
    """What an answer's status means for the whole call; None when it is a success."""
    if 200 <= answer.status < 300:
        return None
    words = _status_words(answer)
    if answer.is_redirect:
        return _redirected(answer, where)
    if guard := guarded(answer, where):
        return guard
    if answer.status in (401, 403):
        return Unauthorised(f"the store does not accept our token: {words}", where, TOKEN)
    if answer.status in (429, 430):
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if answer.status in (402, 423):
        what = f"the store is frozen or locked ({answer.status}): {words}"
        return Unavailable(what, where, "look at the store's plan in its admin")
    if answer.status >= 500:
        what = f"the store failed ({answer.status}): {words}"
        return failed(what, where, wrote=wrote)
    return Refused(f"refused ({answer.status}): {words}", where, "check the address in tally.yaml")


def check_frame(body: Mapping[str, Any], where: str, *, wrote: bool) -> None:
    """A ChannelError unless what stands around an answer's data is as documented."""
    try:
        if not isinstance(body.get("errors"), str):
            shape.check(body, {"errors?": shapes.ERRORS, "extensions?": shapes.COST})
    except ValueError as error:
        raise misshapen(error, where, wrote=wrote) from error


def check_data(name: str, data: Mapping[str, Any], where: str, *, wrote: bool) -> None:
    """A ChannelError unless the answer to the document of this name has its shape."""
    try:
        if wrote:
            for field, payload in data.items():
                shape.check(payload, (shapes.of_act(name),), field)
        elif (known := shapes.of(name)) is not None:
            shape.check(data, known)
    except ValueError as error:
        raise misshapen(error, where, wrote=wrote) from error


def of_body(body: Mapping[str, Any], where: str, *, wrote: bool) -> ChannelError | None:
    """The failure of the whole call that a body with status 200 tells; None when there is data."""
    errors = body.get("errors")
    if not errors:
        return None
    if isinstance(errors, str):
        return Refused(f"refused: {errors}", where, "check the address in tally.yaml")
    codes = [_code(error) for error in errors if isinstance(error, Mapping)]
    words = "; ".join(_message(error) for error in errors)[:300]
    if "THROTTLED" in codes:
        wait = _throttled_for(body)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if "MAX_COST_EXCEEDED" in codes:
        return _too_high(errors, words, where)
    if _has_data(body):
        return None  # some of it was answered: the callers look at what is missing
    return of_errors(errors, where, wrote=wrote)


def of_errors(errors: Sequence[Mapping[str, Any]], where: str, *, wrote: bool) -> ChannelError:
    """What the errors on top of an answer without (all of its) data mean."""
    codes = [_code(error) for error in errors if isinstance(error, Mapping)]
    words = "; ".join(_message(error) for error in errors)[:300]
    if "ACCESS_DENIED" in codes:
        return Unauthorised(f"the token may not do this: {words}", where, TOKEN)
    if "INTERNAL_SERVER_ERROR" in codes or "TIMEOUT" in codes:
        what = f"the store failed: {words}"
        return failed(what, where, wrote=wrote)
    return Refused(f"refused: {words}", where, "report this: the store does not know our document")


def faults(payload: Mapping[str, Any], key: str = "userErrors") -> list[Fault]:
    """The user errors of one mutation's payload."""
    found = []
    for error in payload.get(key) or ():
        path = error.get("field") or ()
        row = next((int(step) for step in path if str(step).isdigit()), None)
        code = str(error.get("code") or "")
        words = str(error.get("message", ""))[:300]
        found.append(Fault(row, code, f"{words} [{code}]" if code else words))
    return found


def of_act(
    payload: Mapping[str, Any] | None, errors: Sequence[Mapping[str, Any]], alias: str
) -> ActFault | None:
    """What is wrong with one of many acts as a whole; None when it was done.

    An act that answers null is explained by the errors on top, if at all.
    """
    if payload is not None:
        found = faults(payload)
        words = "; ".join(fault.words for fault in found)
        gone = any(fault.gone for fault in found)
        return ActFault(words, doubtful=False, gone=gone) if found else None
    for error in errors:
        if (error.get("path") or [None])[0] == alias:
            sure = _code(error) in ("ACCESS_DENIED", "BAD_REQUEST", "NOT_FOUND")
            return ActFault(_message(error), doubtful=not sure, gone=False)
    return ActFault("the answer does not mention it", doubtful=True, gone=False)


def _has_data(body: Mapping[str, Any]) -> bool:
    data = body.get("data")
    return isinstance(data, Mapping) and any(value is not None for value in data.values())


def _throttled_for(body: Mapping[str, Any]) -> float:
    cost = (body.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    figures = (
        cost.get("requestedQueryCost"),
        status.get("currentlyAvailable"),
        status.get("restoreRate"),
    )
    if not all(isinstance(figure, int | float) for figure in figures):
        return 2.0
    needed, left, rate = (float(str(figure)) for figure in figures)
    return min(max((needed - left) / rate, 0.1), WAIT_CAP_S) if rate > 0 else 2.0


def _too_high(errors: Sequence[Mapping[str, Any]], words: str, where: str) -> CostTooHigh:
    found = CostTooHigh(f"too much in one request: {words}", where, "tallyman asks for less")
    for error in errors:
        extensions = error.get("extensions") or {}
        cost, limit = extensions.get("cost"), extensions.get("maxCost")
        if isinstance(cost, int | float) and isinstance(limit, int | float) and 0 < limit < cost:
            found.share = limit / cost
    return found


def _redirected(answer: Answer, where: str) -> ChannelError:
    to = answer.headers.get("location", "")
    what = f'redirected to "{to.partition("?")[0]}"; a token does not travel to another address'
    if "login" in to:
        return Unauthorised(what, where, TOKEN)
    return Refused(what, where, "write https://<store>.myshopify.com as `address` in tally.yaml")


def _status_words(answer: Answer) -> str:
    try:
        body = answer.json()
    except ValueError:
        return glimpse(answer.body)
    errors = body.get("errors") if isinstance(body, Mapping) else None
    if isinstance(errors, str):
        return errors[:300]
    if isinstance(errors, list) and errors:
        return "; ".join(_message(error) for error in errors)[:300]
    described = body.get("error_description") if isinstance(body, Mapping) else None
    return str(described)[:300] if described else glimpse(answer.body)


def _code(error: Mapping[str, Any]) -> str:
    return str((error.get("extensions") or {}).get("code", ""))


def _message(error: Any) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    code = _code(error)
    return f"{error.get('message', '')} [{code}]" if code else str(error.get("message", ""))
