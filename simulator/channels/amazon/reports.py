"""The Reports API: a report is asked for, made some minutes later, and fetched as a document."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.channels.amazon import documents, lifecycle, moments, report_texts
from simulator.channels.amazon.calls import Call, Json, Operation, Reply, named
from simulator.channels.amazon.errors import Style, bad, missing
from simulator.channels.amazon.jobs import Job
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

KIND = "report"
STYLE = Style("400")
USUAL_S = 90
FIRST = 50_201_020_001
LARGE = 20_000  # bytes, from which a report is compressed


def create_report(dialect: Amazon, call: Call) -> Reply:
    """Ask for a report."""
    sent = call.body()
    kind = named(sent, "reportType")
    for id in named(sent, "marketplaceIds", list):
        dialect.check_marketplace(id)
    if kind not in report_texts.TYPES:
        raise bad(f"The report type {kind} is not valid.")
    body: Json = {"type": kind, "marketplaceIds": sent["marketplaceIds"]}
    for name in ("dataStartTime", "dataEndTime"):
        moment = moments.read(sent.get(name))
        if sent.get(name) is not None and moment is None:
            raise bad(f"{name} is not a date-time in ISO 8601.")
        body[name] = moments.iso(moment or call.at)
    if body["dataStartTime"] > body["dataEndTime"]:
        raise bad("dataStartTime is later than dataEndTime.")
    number = dialect.shop.next_number(KIND, FIRST)
    report = dialect.shop.add(KIND, body, id=number, quiet=True)
    dialect.jobs.take(KIND, report.id, USUAL_S, kind)
    return 202, {"reportId": str(report.id)}


def get_report(dialect: Amazon, call: Call) -> Reply:
    """How far a report has come."""
    return 200, _view(dialect, _found(dialect, call))


def get_reports(dialect: Amazon, call: Call) -> Reply:
    """The reports of some types."""
    return lifecycle.listed(dialect, call, KIND, lambda d: _view(dialect, d), "reportTypes")


def cancel_report(dialect: Amazon, call: Call) -> Reply:
    """Call a report off that still waits."""
    report = _found(dialect, call)
    if lifecycle.state(dialect, KIND, report)[0] != "IN_QUEUE":
        raise bad("Only a report in the queue can be cancelled.")
    dialect.jobs.call_off(KIND, report.id)
    dialect.shop.put(replace(report, body={**report.body, "state": "CANCELLED"}), quiet=True)
    return 200, {}


def get_document(dialect: Amazon, call: Call) -> Reply:
    """Where to fetch a finished report."""
    name = call.path["document_id"]
    blob = dialect.jobs.blob(name)
    if blob is None or blob.content is None:
        raise missing(f"The document {name} does not exist.")
    reply: Json = {
        "reportDocumentId": name,
        "url": documents.address(dialect, call, name, "GET"),
    }
    if blob.compressed:
        reply["compressionAlgorithm"] = "GZIP"
    return 200, reply


def _found(dialect: Amazon, call: Call) -> Document:
    text = call.path["report_id"]
    report = dialect.shop.get(KIND, int(text)) if text.isdigit() else None
    if report is None:
        raise missing(f"The report {text} does not exist.")
    return report


def _view(dialect: Amazon, report: Document) -> Json:
    found, begins = lifecycle.state(dialect, KIND, report)
    body = report.body
    shown: Json = {
        "reportId": str(report.id),
        "reportType": body["type"],
        "dataStartTime": body["dataStartTime"],
        "dataEndTime": body["dataEndTime"],
        "marketplaceIds": body["marketplaceIds"],
        "processingStatus": found,
        **lifecycle.times(report, found, begins),
    }
    if "result" in body:
        shown["reportDocumentId"] = body["result"]
    return shown


def finish(dialect: Amazon, job: Job) -> None:
    """A report's time has come. One without any data is cancelled, as Amazon does."""
    report = dialect.shop.get(KIND, job.ref)
    if report is None:
        return
    body = dict(report.body)
    kind = body["type"]
    text = None if job.failed else report_texts.text(dialect, kind, body)
    body["state"] = "FATAL" if job.failed else "CANCELLED" if text is None else "DONE"
    if text is not None:
        content = text.encode()
        is_large = len(content) > LARGE
        content = gzip.compress(content, compresslevel=1, mtime=0) if is_large else content
        sort = "text/xml" if "XML" in kind else "text/plain"
        body["result"] = documents.store(
            dialect, content, f"{sort}; charset=UTF-8", compressed=is_large
        )
    dialect.shop.put(replace(report, body=body), quiet=True)
    facts = {"reportId": str(report.id), "reportType": kind, "processingStatus": body["state"]}
    if "result" in body:
        facts["reportDocumentId"] = body["result"]
    dialect.notifications.finished(KIND, facts)


REPORTS, DOCUMENTS = "/reports/2021-06-30/reports", "/reports/2021-06-30/documents"
OPERATIONS = (
    Operation("createReport", "POST", REPORTS, 0.0167, 15, create_report, STYLE),
    Operation("getReports", "GET", REPORTS, 0.0222, 10, get_reports, STYLE),
    Operation("getReport", "GET", f"{REPORTS}/<report_id>", 2, 15, get_report, STYLE),
    Operation("cancelReport", "DELETE", f"{REPORTS}/<report_id>", 0.0222, 10, cancel_report, STYLE),
    Operation(
        "getReportDocument",
        "GET",
        f"{DOCUMENTS}/<document_id>",
        0.0167,
        15,
        get_document,
        STYLE,
    ),
)
