"""All listings of a large shop, by a report: one request orders it, and it is there some minutes later.

The report tells a listing's price, pieces and whether it can be bought. It does not tell sales, nor
whether what has no pieces is also hidden, nor families: a listing is looked up when its line has changed
since it was looked up last.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from agent.channels import strict, trouble
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.errors import VendorRefused
from agent.channels.amazon.mapping import Seen
from agent.channels.amazon.operations import CREATE_REPORT, GET_REPORT, GET_REPORT_DOCUMENT
from agent.channels.amazon.survey import OLDEST, Known, ReportRow
from agent.errors import Preparing, Unavailable
from agent.model.listing import Listing

KIND = "GET_MERCHANT_LISTINGS_ALL_DATA"
ASK_AGAIN_S = 15.0
PATIENCE = timedelta(hours=2)  # a report that takes longer is ordered anew
COLUMNS = {  # ours: Amazon's headings, in the order of likelihood
    "sku": ("seller-sku", "sku"),
    "title": ("item-name",),
    "price": ("price",),
    "quantity": ("quantity",),
    "status": ("status",),
    "channel": ("fulfillment-channel", "fulfilment-channel"),
}
SHARE = 20  # skus that one request looks up

Read = Callable[[Connection, Sequence[str]], list[Seen]]


def everything(c: Connection, read: Read) -> Iterator[Listing]:
    """Every listing, all at once in the end. Preparing while the report is made, Throttled in between."""
    survey = c.survey
    if not survey.is_read:
        _gather(c)
    while survey.unread:
        some = survey.unread[:SHARE]
        found = {seen.listing.sku: seen for seen in read(c, some)}
        for sku in some:
            seen = found.get(sku)
            listing = None if seen is None or seen.is_parent else seen.listing
            survey.known[sku] = Known.of(survey.rows[sku], listing)
        del survey.unread[: len(some)]
    rows = survey.rows
    survey.known = {sku: known for sku, known in survey.known.items() if sku in rows}
    survey.begin_again()
    for known in survey.known.values():
        if (listing := known.listing) is not None:
            yield listing


def _gather(c: Connection) -> None:
    """Order the report, or ask after it, and read it when it is there."""
    survey, now = c.survey, c.ports.clock.now()
    late = survey.ordered_at is not None and now - survey.ordered_at > PATIENCE
    if not survey.report or late:
        body = {"reportType": KIND, "marketplaceIds": [c.place.id]}
        told = c.client.call(CREATE_REPORT, body=body).json
        survey.report, survey.ordered_at = _named(c, told, "reportId"), now
        raise _preparing(c)
    document = _document(c)
    if not document:
        raise _preparing(c)
    told = c.client.call(GET_REPORT_DOCUMENT, {"id": document}).json
    is_packed = told.get("compressionAlgorithm") == "GZIP"
    content = c.client.download(_named(c, told, "url"), packed=is_packed)
    survey.rows = {row.sku: row for row in _rows(c, content)}
    if survey.known_since is None or now - survey.known_since > OLDEST:
        survey.known, survey.known_since = {}, now
    known = survey.known
    survey.unread = [
        sku for sku, row in survey.rows.items() if sku not in known or known[sku].line != hash(row)
    ]
    survey.is_read = True


def _document(c: Connection) -> str:
    """The id of the finished report; "" while it is being made."""
    survey = c.survey
    try:
        told = c.client.call(GET_REPORT, {"id": survey.report}).json
    except VendorRefused as refusal:
        if refusal.missing:
            survey.begin_again()
        raise
    state = told.get("processingStatus")
    if state == "DONE":
        return _named(c, told, "reportDocumentId")
    if state in ("FATAL", "CANCELLED"):
        where = f"{c.client.where(GET_REPORT)} {survey.report}"
        survey.begin_again()
        raise Unavailable(
            f"Amazon made no report of the listings ({state})", where, trouble.RETRIES
        )
    return ""


def _preparing(c: Connection) -> Preparing:
    where = f"{c.client.where(GET_REPORT)} {c.survey.report}"
    what = "Amazon is making a report of all listings"
    return Preparing(what, where, trouble.RETRIES, retry_after_s=ASK_AGAIN_S)


def _named(c: Connection, told: strict.Row, name: str) -> str:
    try:
        return strict.needed(told, name)
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(GET_REPORT)) from error


def _rows(c: Connection, content: bytes) -> Iterator[ReportRow]:
    """The lines of the report. Unavailable for a text that is no such report."""
    lines = csv.reader(io.StringIO(_text(content)), delimiter="\t", quoting=csv.QUOTE_NONE)
    headings = [name.strip().lower() for name in next(lines, [])]
    places = {
        ours: next((headings.index(n) for n in names if n in headings), -1)
        for ours, names in COLUMNS.items()
    }
    if places["sku"] < 0 or places["status"] < 0:
        what = f"the report has no columns seller-sku and status, but {', '.join(headings)[:200]}"
        raise trouble.misshapen(what, c.client.where(GET_REPORT_DOCUMENT))
    for line in lines:
        cells = {n: line[at] if 0 <= at < len(line) else "" for n, at in places.items()}
        if cells["sku"]:
            yield ReportRow(**cells)


def _text(content: bytes) -> str:
    """Most marketplaces write UTF-8; some Windows-1252, whose letters are no good UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
