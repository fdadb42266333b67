"""What Amazon has taken on and not finished: feeds, and single submissions that are not seen yet.

A single submission has no number to ask by: it is done when the listing shows what was told. So the
job's own text carries what that was.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from agent.channels import strict, trouble
from agent.channels.amazon import errors, listings, mapping
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.errors import Issue, VendorRefused
from agent.channels.amazon.mapping import Seen
from agent.channels.amazon.operations import GET_FEED, GET_FEED_DOCUMENT
from agent.channels.amazon.submissions import Submission
from agent.model.change import Finished, Refusal

FEED = "feed "
# A submission shows after minutes: looked for from then on, and so long at the most.
FIRST_LOOK, LAST_LOOK = timedelta(seconds=60), timedelta(minutes=15)
TOGETHER = timedelta(seconds=10)  # so long what was read of several is good for each
KINDS = {name: kind.__name__ for kind, name in mapping.ATTRIBUTES.items()}
LETTERS = {"q": "SetStock", "p": "SetPrice", "s": "SetState", "t": "SetTitle"}
_RESULT = re.compile("<Result>(.*?)</Result>", re.DOTALL)
_CODE = re.compile(r"<ResultCode>\s*(\w+)\s*</ResultCode>")
_WORDS = re.compile("<ResultDescription>(.*?)</ResultDescription>", re.DOTALL)


def finished(c: Connection, job: str, subjects: Sequence[str]) -> Finished | None:
    """How it ended; None while it has not."""
    if job.startswith(FEED):
        return _feed(c, job.removeprefix(FEED), subjects)
    try:
        submission = Submission.read(job)
    except (ValueError, TypeError):
        return Finished()
    return _submission(c, submission, subjects[0]) if subjects else Finished()


# -- single submissions ---------------------------------------------------------------------------


def _submission(c: Connection, submission: Submission, sku: str) -> Finished | None:
    now = c.ports.clock.now()
    since = now - submission.at
    if timedelta(0) <= since < FIRST_LOOK:
        c.awaited[sku] = submission.at + FIRST_LOOK
        return None
    found = _glance(c, sku, now)
    if found is not None and mapping.shows(submission.shows, found.listing.shown):
        return _ended(c, sku, _wrong(submission, found, is_seen=True), found)
    has_moved = found is not None and found.updated_at is not None
    if found is not None and has_moved and _moved_since(found, submission.at):
        refusals = _wrong(submission, found, is_seen=False)
        if refusals:
            return _ended(c, sku, refusals, found)
    if timedelta(0) <= since < LAST_LOOK:
        return None
    c.awaited.pop(sku, None)
    return Finished()  # somebody else may have changed it since: it is looked at


def _glance(c: Connection, sku: str, now: datetime) -> Seen | None:
    """The listing, read together with others that are waited for."""
    is_fresh = c.seen_for_at is not None and timedelta(0) <= now - c.seen_for_at <= TOGETHER
    if sku not in c.seen_for or not is_fresh:
        ripe = [other for other, at in c.awaited.items() if at <= now and other != sku]
        plain = [other for other in ripe if "," not in other] if "," not in sku else []
        c.seen_for = listings.glance(c, [sku, *plain[: listings.PAGE - 1]])
        c.seen_for_at = now
    return c.seen_for[sku]


def _moved_since(found: Seen, at: datetime) -> bool:
    return found.updated_at is not None and found.updated_at >= at.replace(microsecond=0)


def _ended(c: Connection, sku: str, refusals: tuple[Refusal, ...], found: Seen) -> Finished:
    c.awaited.pop(sku, None)
    if refusals:
        return Finished(refused={sku: refusals}, listings=(found.listing,))
    return Finished(done=frozenset({sku}), listings=(found.listing,))


def _wrong(submission: Submission, found: Seen, *, is_seen: bool) -> tuple[Refusal, ...]:
    """The errors that the listing now bears about what was told; those about all, if it is not seen."""
    kinds = [LETTERS[letter] for letter in submission.shows if letter in LETTERS]
    wrong: list[Refusal] = []
    for one in found.issues:
        named = [KINDS[name] for name in one.attributes if name in KINDS]
        ours = [kind for kind in named if kind in kinds]
        if not one.is_error or not kinds or (not ours and (is_seen or one.attributes)):
            continue
        words, advice = errors.told([one]), errors.advice([one])
        wrong += [Refusal(words, advice, submission.number, kind) for kind in ours or [""]]
    return tuple(wrong)


# -- feeds ----------------------------------------------------------------------------------------


def _feed(c: Connection, number: str, subjects: Sequence[str]) -> Finished | None:
    try:
        told = c.client.call(GET_FEED, {"id": number}).json
    except VendorRefused as refusal:
        if refusal.missing:
            return Finished()
        raise
    state = told.get("processingStatus")
    if state == "DONE":
        return _report(c, number, strict.text(told, "resultFeedDocumentId"), subjects)
    if state == "FATAL":
        words = "Amazon could not process the feed (FATAL)"
        return Finished(failed=Refusal(words, "tallyman sends it again in smaller parts", number))
    if state == "CANCELLED":
        words = "the feed was cancelled at Amazon"
        return Finished(failed=Refusal(words, "", number), again=True)
    return None


def _report(c: Connection, number: str, document: str, subjects: Sequence[str]) -> Finished:
    """What the processing report says; without one all is looked at."""
    if not document:
        return Finished()
    told = c.client.call(GET_FEED_DOCUMENT, {"id": document}).json
    where = f"{c.client.where(GET_FEED_DOCUMENT)} of feed {number}"
    try:
        address = strict.needed(told, "url")
        content = c.client.download(address, packed=told.get("compressionAlgorithm") == "GZIP")
        if content.lstrip()[:1] == b"<":
            return _of_orders(content, number, subjects)
        found = json.loads(content)
        if not isinstance(found, dict):
            raise ValueError("the report is no object")
        return _of_listings(found, number, subjects)
    except ValueError as error:
        raise trouble.misshapen(str(error), where) from error


def _of_listings(report: strict.Row, number: str, subjects: Sequence[str]) -> Finished:
    by_sku: dict[str, list[Issue]] = {}
    for row, issue in zip(
        strict.rows(report, "issues"), errors.issues(report.get("issues")), strict=True
    ):
        if issue.is_error:
            by_sku.setdefault(strict.text(row, "sku"), []).append(issue)
    if "" in by_sku:  # about the whole, or about nobody knows whom
        nameless = by_sku[""]
        return Finished(failed=Refusal(errors.told(nameless), errors.advice(nameless), number))
    refused = {sku: refusals(found, number) for sku, found in by_sku.items()}
    return Finished(done=frozenset(subjects) - refused.keys(), refused=refused)


def refusals(found: Sequence[Issue], number: str) -> tuple[Refusal, ...]:
    """A message is refused whole; those of its changes that an issue names are to blame."""
    words, advice = errors.told(found), errors.advice(found)
    blamed = dict.fromkeys(KINDS.get(name, "") for one in found for name in one.attributes)
    kinds = [kind for kind in blamed if kind]
    return tuple(Refusal(words, advice, number, kind) for kind in kinds or [""])


def _of_orders(content: bytes, number: str, subjects: Sequence[str]) -> Finished:
    """The report on an order feed of one command."""
    text = content.decode("utf-8", "replace")
    for result in _RESULT.findall(text):
        code, words = _CODE.search(result), _WORDS.search(result)
        if code is not None and code[1] == "Error":
            said = html.unescape(words[1]) if words else "no reason given"
            advice = "do it in Seller Central > Orders"
            refusal = Refusal(errors.masked(said.strip()), advice, number)
            return Finished(refused=dict.fromkeys(subjects, (refusal,)))
    return Finished(done=frozenset(subjects))
