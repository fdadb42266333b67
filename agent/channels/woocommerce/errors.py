"""WooCommerce's status codes and error bodies → what they mean to us. The only place that reads them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.channels import shape
from agent.channels.trouble import LOOKS, RETRIES, failed, glimpse, guarded, misshapen
from agent.channels.woocommerce import shapes
from agent.errors import (
    ChannelError,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unauthorised,
)
from agent.ports.http import Answer

NO_ROUTE = "rest_no_route"
KEYS = (
    "make a new key with read/write permission under WooCommerce > Settings > Advanced > REST API"
)
# Codes of rows whose product or variation is not there any more.
GONE = {
    "woocommerce_rest_product_invalid_id",
    "woocommerce_rest_product_variation_invalid_id",
    "woocommerce_rest_invalid_product_id",
    "woocommerce_rest_product_variation_invalid_parent",
}


class VendorRefused(Refused):
    """A refusal with WooCommerce's own code, for callers that ask what is there."""

    code = ""


@dataclass(frozen=True)
class RowFault:
    """Why one row of a batch was not done. `gone`: the product is not there any more."""

    words: str
    next: str
    gone: bool


def failure(answer: Answer, where: str, now: datetime, *, wrote: bool) -> ChannelError | None:
    """What an answer's status means for the whole call; None when it is a success."""
    if 200 <= answer.status < 300:
        return None
    code, words = vendor_words(answer)
    if answer.is_redirect:
        return _redirected(answer, where)
    if guard := guarded(answer, where):
        return guard
    if answer.status in (401, 403):
        return Unauthorised(f"the shop does not accept our key: {words}", where, KEYS)
    if answer.status == 429:
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if answer.status >= 500 and not _is_refusal(answer, code):
        what = f"the shop failed ({answer.status}): {words}"
        return failed(what, where, wrote=wrote)
    refusal = VendorRefused(f"refused ({answer.status}): {words}", where, _next(code))
    refusal.code = code
    return refusal


def check(found: object, wanted: Any, where: str, *, wrote: bool) -> None:
    """A ChannelError, naming the field, for what has another shape than the vendor documents."""
    try:
        shape.check(found, wanted)
    except ValueError as error:
        raise misshapen(error, where, wrote=wrote) from error


def row_fault(row: Mapping[str, Any]) -> RowFault | None:
    """The fault of one row of a batch answer; None when the row was done."""
    error = row.get("error")
    if not isinstance(error, Mapping):
        return None
    code = str(error.get("code", ""))
    return RowFault(_said(code, error.get("message")), _next(code), code in GONE)


def vendor_words(answer: Answer) -> tuple[str, str]:
    """(WooCommerce's code, its words) from an error body; ("", a glimpse of it) from any other."""
    try:
        body = answer.json()
    except ValueError:
        return "", glimpse(answer.body)
    if not isinstance(body, Mapping) or "message" not in body:
        return "", glimpse(answer.body)
    code = str(body.get("code", ""))
    return code, _said(code, body["message"])


def _said(code: str, message: object) -> str:
    text = re.sub(r"<[^>]*>", " ", html.unescape(str(message)))
    return f"{' '.join(text.split())[:300]} [{code}]"


def _redirected(answer: Answer, where: str) -> ChannelError:
    to = answer.headers.get("location", "")
    what = f'redirected to "{to.partition("?")[0]}"; a key does not travel to another address'
    if "login" in to:
        return Unauthorised(what, where, KEYS)
    return Refused(what, where, "write the shop's final address as `address` in tally.yaml")


def _is_refusal(answer: Answer, code: str) -> bool:
    # Refunds are refused with 500 and a bare number as `data`; 501 means "say force=true"
    # (recorded from 11.0.1, 2026-11-22). Real trouble says internal_server_error.
    try:
        data = answer.json().get("data")
    except (ValueError, AttributeError):
        return False
    return answer.status == 501 or (isinstance(data, int) and "refund" in code)


def _next(code: str) -> str:
    known = {
        "product_invalid_sku": "the sku is taken in the shop, perhaps in its trash: free it there",
        "woocommerce_rest_product_not_created": "the sku is taken, perhaps in the shop's trash",
        NO_ROUTE: "check the address; permalinks must not be plain (Settings > Permalinks)",
    }
    return known.get(code, "mend it in the shop or in the ERP; the next change is tried again")


def rows(answer: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    """The rows of a batch's answer under this key. OutcomeUnknown when there is no such list."""
    found = answer.get(key)
    if not isinstance(found, list) or not all(isinstance(r, Mapping) and "id" in r for r in found):
        raise OutcomeUnknown(f'the answer has no list "{key}"', where, LOOKS)
    for row in found:
        if row_fault(row) is None:
            check(row, shapes.PRODUCT, where, wrote=True)
    return found
