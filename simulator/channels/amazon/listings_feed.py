"""The JSON listings feed: many listings changed by one document, with a report on each message.

{"header": {"sellerId": "A1…", "version": "2.0"},
 "messages": [{"messageId": 1, "sku": "OAK-SHELF-80", "operationType": "PATCH", "productType":
   "PRODUCT", "patches": [{"op": "replace", "path": "/attributes/…", "value": [{…}]}]}]}
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import listing_views, product_types
from simulator.channels.amazon.listing_checks import Issue, has_errors, issue

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

Json = dict[str, Any]
MOST = 25_000
CONTENT_TYPE = "application/json; charset=UTF-8"
NEEDS = {  # by operation: what a message must have, and what it must not
    "UPDATE": (("productType", "attributes"), ("patches",)),
    "PARTIAL_UPDATE": (("productType", "attributes"), ("patches", "requirements")),
    "PATCH": (("productType", "patches"), ("attributes", "requirements")),
    "DELETE": ((), ("productType", "attributes", "patches", "requirements")),
}
SORTS = {"UPDATE": "put", "PARTIAL_UPDATE": "partial", "PATCH": "patch", "DELETE": "delete"}


def processed(dialect: Amazon, content: bytes, feed_id: str) -> tuple[bytes, str, bool] | None:
    """Do what a feed's document says; gives the report. None when the document is unusable."""
    try:
        sent = json.loads(content.decode("utf-8"))
    except ValueError:
        return None
    if not isinstance(sent, dict) or not _header_is_good(dialect, sent.get("header")):
        return None
    messages = sent.get("messages")
    if not isinstance(messages, list) or not 0 < len(messages) <= MOST:
        return None
    rows: list[Json] = []
    touched: dict[str, None] = {}
    accepted = 0
    seen: set[int] = set()
    for message in messages:
        found = _message(dialect, message, seen)
        rows += [_row(message, one) for one in found]
        if not has_errors(found):
            accepted += 1
            touched[message["sku"]] = None
    report = _report(dialect, sent["header"], feed_id, rows, list(touched))
    invalid = len(messages) - accepted
    report["summary"] |= {
        "messagesProcessed": len(messages),
        "messagesAccepted": accepted,
        "messagesInvalid": invalid,
    }
    text = json.dumps(report, ensure_ascii=False).encode()
    return gzip.compress(text, compresslevel=1, mtime=0), CONTENT_TYPE, True


def _header_is_good(dialect: Amazon, header: Any) -> bool:
    return (
        isinstance(header, dict)
        and header.get("version") == "2.0"
        and header.get("sellerId") == dialect.keys["seller_id"]
    )


def _message(dialect: Amazon, message: Any, seen: set[int]) -> list[Issue]:
    wrong = _shape(message, seen)
    if wrong:
        return [issue("4000000", wrong)]
    sort, sku = SORTS[message["operationType"]], message["sku"]
    sent: Json = {"sort": sort}
    if sort != "delete":
        sent |= {
            "product_type": message["productType"],
            "requirements": message.get("requirements") or "LISTING",
            "attributes": message.get("attributes"),
            "patches": message.get("patches"),
        }
    found = dialect.catalogue.issues(sku, sent)
    if not has_errors(found):
        dialect.catalogue.apply(sku, sent)
    return found


def _shape(message: Any, seen: set[int]) -> str:
    """What makes a message unreadable, in words; "" when nothing does."""
    if not isinstance(message, dict):
        return "The message is not an object."
    number = message.get("messageId")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        return "messageId must be a whole number of at least 1."
    if number in seen:
        return f"messageId {number} is used more than once."
    seen.add(number)
    if not isinstance(message.get("sku"), str) or not message["sku"]:
        return "sku is required."
    operation = message.get("operationType")
    if operation not in NEEDS:
        return f"operationType {operation} is not valid."
    needed, excluded = NEEDS[operation]
    for name in needed:
        if not message.get(name):
            return f"{operation} needs {name}."
    for name in excluded:
        if name in message:
            return f"{name} is not applicable to {operation}."
    return _insides(message)


def _insides(message: Mapping[str, Any]) -> str:
    patches, attributes = message.get("patches", []), message.get("attributes", {})
    if not isinstance(patches, list) or not all(isinstance(p, dict) for p in patches):
        return "patches must be a list of patch operations."
    if not isinstance(attributes, dict):
        return "attributes must be an object."
    if message.get("requirements") not in (None, *product_types.NEEDED):
        return f"requirements {message['requirements']} is not valid."
    return ""


def _row(message: Any, found: Issue) -> Json:
    row = {name: found[name] for name in ("code", "severity", "message")}
    if found["attributeNames"]:
        row["attributeName"] = found["attributeNames"][0]
    if isinstance(message, dict):
        number, sku = message.get("messageId"), message.get("sku")
        if isinstance(number, int) and number >= 1:
            row = {"messageId": number, **row}
        if isinstance(sku, str) and sku:
            row["sku"] = sku
    return row


def _report(
    dialect: Amazon, header: Mapping[str, Any], feed_id: str, rows: list[Json], skus: list[str]
) -> Json:
    shown: Json = {"sellerId": header["sellerId"], "version": "2.0", "feedId": feed_id}
    summary: Json = {
        "errors": sum(row["severity"] == "ERROR" for row in rows),
        "warnings": sum(row["severity"] == "WARNING" for row in rows),
    }
    report: Json = {"header": shown, "issues": rows, "summary": summary}
    wanted = header.get("report")
    if isinstance(wanted, dict):
        parts = [p for p in wanted.get("includedData", ()) if p in listing_views.PARTS]
        listings = [found for found in map(dialect.catalogue.find, skus) if found is not None]
        items = [listing_views.item(dialect, found, parts) for found in listings]
        shown["report"] = wanted
        report["items"] = items
        bad = [i for found in listings for i in found.body["issues"]]
        summary["itemSummary"] = {
            "items": len(items),
            "errors": sum(i["severity"] == "ERROR" for i in bad),
            "warnings": sum(i["severity"] == "WARNING" for i in bad),
        }
    return report
