"""Magento's status codes and error bodies → what they mean to us. The only place that reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from agent.channels.trouble import RETRIES, failed, glimpse, misshapen
from agent.errors import (
    ChannelError,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.ports.http import Answer

Some = TypeVar("Some")
KEYS = (
    "under System > Integrations, check that the integration is active and may use this resource;"
    " then run `tally connect`. Since Magento 2.4.4 a token alone is refused: allow it under Stores >"
    " Configuration > Services > OAuth > Consumer Settings, or give all four keys"
)
CORRECT = "correct it in the shop or in the ERP; the next change is tried again"
SLASHES = "the web server refuses the slash in the sku: let it pass (Apache: AllowEncodedSlashes NoDecode)"
NO_ROUTE = re.compile(r"(?i)does not match any route")
GONE = re.compile(
    r"(?i)(product|entity) that was requested doesn't exist"
    r"|the product with the \".*\" sku doesn't exist"
    r"|invalid attribute set entity type"  # a PUT on an unknown sku begins to create it
)
LIMITED = re.compile(r"(?i)maximum (items of type|array size|number of)")
TAKEN = re.compile(r"(?i)url key for specified store already exists")
EMPTY_SOURCE = re.compile(r"(?i)could not save a shipment|not all of your products are available")
ROW = re.compile(r"SKU = (.*?), Store ID: ")
ADVICE = (
    (TAKEN, "another product has this address in the shop: change the url key there"),
    (re.compile(r"(?i)could not save source item"), "check `source` in tally.yaml"),
    (re.compile(r"(?i)specified request cannot be processed"), "check `address` in tally.yaml"),
    (NO_ROUTE, "check `address` in tally.yaml, and that the shop is Magento 2.3 or later"),
)


class VendorRefused(Refused):
    """A refusal in Magento's words, for callers that ask what is there."""

    missing = False  # what was asked for is not there
    no_route = False  # the shop has no such call
    limited = False  # more rows than the shop lets in at once
    no_goods = False  # the source does not hold what is to be shipped


@dataclass(frozen=True)
class RowFault:
    """Why one row of a batch of prices was not saved. `sku` is "" where the vendor does not say."""

    sku: str
    words: str
    missing: bool


def failure(answer: Answer, where: str, now: datetime, *, wrote: bool) -> ChannelError | None:
    """What an answer's status means for the whole call; None when it is a success."""
    if 200 <= answer.status < 300:
        return None
    if answer.is_redirect:
        return _redirected(answer, where)
    words = vendor_words(answer)
    if answer.status == 401:
        return Unauthorised(f"the shop does not accept our key: {words}", where, KEYS)
    if answer.status == 403:  # Magento itself never says 403
        what = f"something in front of the shop blocks us ({answer.status}): {words}"
        return Unavailable(what, where, "have the shop's firewall let this machine's address pass")
    if answer.status == 429:
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if answer.status >= 500:
        what = f"the shop failed ({answer.status}): {words}"
        return failed(what, where, wrote=wrote)
    return _refusal(answer, words, where)


def understood(read: Callable[[], Some], where: str, *, wrote: bool = False) -> Some:
    """What `read` makes of an answer. A ChannelError that names the field which is otherwise."""
    try:
        return read()
    except (ValueError, KeyError) as error:
        raise misshapen(str(error), where, wrote=wrote) from error


def row_faults(answer: Any, where: str) -> list[RowFault]:
    """The rows of a batch of prices that were refused; the others were saved."""
    if not isinstance(answer, list) or not all(isinstance(row, Mapping) for row in answer):
        raise misshapen("it is no list of faults", where, wrote=True)
    return [_row_fault(row) for row in answer]


def vendor_words(answer: Answer) -> str:
    """Magento's words with their placeholders filled; a glimpse of any other body."""
    try:
        body = answer.json()
    except ValueError:
        return glimpse(answer.body)
    words = " · ".join(dict.fromkeys(filter(None, _said(body))))
    return " ".join(words.split())[:300] or glimpse(answer.body)


def _refusal(answer: Answer, words: str, where: str) -> VendorRefused:
    advice = next((told for pattern, told in ADVICE if pattern.search(words)), CORRECT)
    is_magento = answer.headers.get("content-type", "").startswith("application/json")
    if not is_magento:
        advice = SLASHES if "%2F" in where else "check `address` in tally.yaml"
    refusal = VendorRefused(f"refused ({answer.status}): {words}", where, advice)
    is_gone = answer.status == 404 and is_magento
    refusal.no_route = is_gone and NO_ROUTE.search(words) is not None
    refusal.missing = not refusal.no_route and (is_gone or GONE.search(words) is not None)
    refusal.limited = LIMITED.search(words) is not None
    refusal.no_goods = EMPTY_SOURCE.search(words) is not None
    return refusal


def _said(body: Any) -> Iterator[str]:
    if not isinstance(body, Mapping):
        return
    yield _expanded(body)
    for part in body.get("errors") or ():
        if isinstance(part, Mapping):
            yield _expanded(part)
    fatal = body.get("messages")
    if isinstance(fatal, Mapping):
        for part in fatal.get("error") or ():
            if isinstance(part, Mapping):
                yield _expanded(part)


def _expanded(body: Mapping[str, Any]) -> str:
    """A message with its parameters in place: %name from an object, %1 from a list."""
    message, given = str(body.get("message") or ""), body.get("parameters")
    if isinstance(given, Mapping):
        values = {str(name): str(value) for name, value in given.items()}
    elif isinstance(given, list):
        values = {str(number): str(value) for number, value in enumerate(given, 1)}
        if len(given) == 2:  # the price calls give a list where the message has names
            values |= {"fieldName": str(given[0]), "fieldValue": str(given[1])}
    else:
        return message
    return re.sub(r"%(\w+)", lambda m: values.get(m[1], m[0]), message)


def _row_fault(row: Mapping[str, Any]) -> RowFault:
    words, given = _expanded(row), row.get("parameters")
    named = ROW.search(words)
    if named:
        return RowFault(named[1], words, "doesn't exist" in words)
    if isinstance(given, list) and len(given) == 2 and str(given[0]).upper() == "SKU":
        return RowFault(str(given[1]), words, missing=True)
    return RowFault("", words, missing=False)


def _redirected(answer: Answer, where: str) -> ChannelError:
    to = answer.headers.get("location", "").partition("?")[0]
    what = f'redirected to "{to}"; a key does not travel to another address'
    if re.search(r"(?i)login|signin|customer/account", to):
        return Unauthorised(what, where, KEYS)
    return Refused(what, where, "write the shop's final address as `address` in tally.yaml")
