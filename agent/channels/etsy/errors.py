"""Etsy's statuses and error bodies → what they mean to us. The only place that reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.channels.trouble import RETRIES, failed, glimpse, guarded
from agent.errors import (
    ChannelError,
    Refused,
    Throttled,
    Unauthorised,
)
from agent.ports.http import Answer

KEYS = "compare the keystring and the shared secret with etsy.com/developers/your-apps"
TOKEN = re.compile(r"\b\d+\.[\w-]{20,}")  # "<user id>.<opaque>", access and refresh alike
# What a refusal is about, as far as its words are known -> what a person can do.
ADVICE = (
    (
        "image",
        "give the listing a picture in Shop Manager, or its item an image address in the ERP",
    ),
    ("shipping profile", "set `shipping_profile`, or choose one in Shop Manager"),
    ("return policy", "set `return_policy`, or choose one in Shop Manager"),
    ("readiness", "set `processing_profile`, or choose one in Shop Manager"),
    ("tracking number", "give the shipment a tracking number in the ERP and export it again"),
    ("taxonomy", "set `taxonomy` to the number of one of Etsy's categories"),
    ("title", "shorten or correct the title in the ERP: letters, digits, punctuation, 140 at most"),
    ("frozen", "look at the listing in Shop Manager: Etsy has stopped it"),
)
MEND = "mend it in Shop Manager or in the ERP; the next change is tried again"


class NotThere(Refused):
    """404: what was asked for is not there (any more)."""


class Expired(Unauthorised):
    """The access token is not worth anything: a fresh one may be."""


class Forbidden(Unauthorised):
    """403: our keys are known, and not allowed this."""


def failure(
    answer: Answer, where: str, now: datetime, shop: str, secrets: Sequence[str], *, wrote: bool
) -> ChannelError | None:
    """What an answer's status means for the whole call; None when it is a success."""
    if 200 <= answer.status < 300:
        return None
    code, said = vendor_words(answer)
    words = masked(said, secrets)
    if answer.is_redirect:
        return _redirected(answer, where, shop)
    if guard := guarded(answer, where):
        return guard
    if answer.status == 401:
        return _unauthorised(code, words, where, shop)
    if answer.status == 403:
        return _forbidden(code, words, where, shop)
    if answer.status == 429:
        wait = answer.retry_after_s(now)
        return Throttled(f"asked to wait: {words}", where, RETRIES, retry_after_s=wait)
    if answer.status >= 500:
        what = f"Etsy failed ({answer.status}): {words}"
        return failed(what, where, wrote=wrote)
    kind = NotThere if answer.status == 404 and code else Refused
    return kind(f"refused ({answer.status}): {words}", where, advice(words))


def vendor_words(answer: Answer) -> tuple[str, str]:
    """(Etsy's `error`, its words) from an error body; ("", a glimpse of it) from any other."""
    try:
        body = answer.json()
    except ValueError:
        return "", glimpse(answer.body)
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, str) or not error:
        return "", glimpse(answer.body)
    described = body.get("error_description")
    text = f"{error}: {described}" if isinstance(described, str) and described else error
    return error, " ".join(text.split())[:300]


def masked(text: str, secrets: Sequence[str]) -> str:
    """The text without anything that lets others in."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return TOKEN.sub("…", text)


def advice(words: str) -> str:
    """What a person can do about a refusal in these words."""
    folded = words.casefold()
    return next((act for about, act in ADVICE if about in folded), MEND)


def _unauthorised(code: str, words: str, where: str, shop: str) -> Unauthorised:
    if code == "invalid_token":
        what, next = f"Etsy does not accept our token: {words}", f"run `tally connect {shop}`"
        return Expired(what, where, next)
    return Unauthorised(f"Etsy does not accept our keys: {words}", where, KEYS)


def _forbidden(code: str, words: str, where: str, shop: str) -> Unauthorised:
    if code == "insufficient_scope":
        next = f"run `tally connect {shop}` and allow everything that is asked for"
    elif "permission" in words:
        next = "compare `shop_id` in tally.yaml with the shop that has let us in"
    else:
        next = KEYS
    return Forbidden(f"Etsy does not allow this: {words}", where, next)


def _redirected(answer: Answer, where: str, shop: str) -> ChannelError:
    to = answer.headers.get("location", "")
    what = f'redirected to "{to.partition("?")[0]}"; a token does not travel to another address'
    if "login" in to or "signin" in to:
        return Unauthorised(what, where, f"run `tally connect {shop}`")
    return Refused(what, where, "write https://openapi.etsy.com as `address` in tally.yaml")
