"""The reports on order feeds: as XML, and as text with tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

FAULT = "18028"  # the code of every refused message here
Messages = Sequence[tuple[int, str]]  # number and order


def xml(messages: Messages, faults: Mapping[int, str], feed_id: str) -> tuple[bytes, str, bool]:
    """The processing report of an XML feed; `faults` by message."""
    root = ET.Element("AmazonEnvelope")
    header = ET.SubElement(root, "Header")
    ET.SubElement(header, "DocumentVersion").text = "1.02"
    ET.SubElement(root, "MessageType").text = "ProcessingReport"
    message = ET.SubElement(root, "Message")
    ET.SubElement(message, "MessageID").text = "1"
    report = ET.SubElement(message, "ProcessingReport")
    ET.SubElement(report, "DocumentTransactionID").text = feed_id
    ET.SubElement(report, "StatusCode").text = "Complete"
    summary = ET.SubElement(report, "ProcessingSummary")
    counts = (
        ("MessagesProcessed", len(messages)),
        ("MessagesSuccessful", len(messages) - len(faults)),
        ("MessagesWithError", len(faults)),
        ("MessagesWithWarning", 0),
    )
    for name, count in counts:
        ET.SubElement(summary, name).text = str(count)
    orders = dict(messages)
    for number, text in faults.items():
        result = ET.SubElement(report, "Result")
        ET.SubElement(result, "MessageID").text = str(number)
        ET.SubElement(result, "ResultCode").text = "Error"
        ET.SubElement(result, "ResultMessageCode").text = FAULT
        ET.SubElement(result, "ResultDescription").text = text
        more = ET.SubElement(result, "AdditionalInfo")
        ET.SubElement(more, "AmazonOrderID").text = orders[number]
    text_ = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text_, "text/xml; charset=UTF-8", False


def flat(messages: Messages, faults: Mapping[int, str], feed_id: str) -> tuple[bytes, str, bool]:
    """The processing report of a flat file; `faults` by row."""
    lines = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{len(messages)}",
        f"\tNumber of records successful\t\t{len(messages) - len(faults)}",
        "",
        "original-record-number\torder-id\terror-code\terror-type\terror-message",
    ]
    orders = dict(messages)
    lines += [f"{n}\t{orders[n]}\t{FAULT}\tError\t{text}" for n, text in faults.items()]
    return ("\r\n".join(lines) + "\r\n").encode(), "text/plain; charset=UTF-8", False
