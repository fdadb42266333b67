"""The Feeds API: a document is uploaded, a feed refers to it, its result is another document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.channels.amazon import documents, lifecycle, listings_feed, order_feeds
from simulator.channels.amazon.calls import Call, Json, Operation, Reply, named
from simulator.channels.amazon.errors import Style, bad, missing, throttled
from simulator.channels.amazon.jobs import Job
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

KIND = "feed"
STYLE = Style("400")
LISTINGS = "JSON_LISTINGS_FEED"
LISTINGS_LIMIT = (5 / 300, 5)  # five in five minutes
RETIRED = (  # listing feeds as XML and flat files: they are taken and end FATAL
    *("POST_PRODUCT_DATA", "POST_INVENTORY_AVAILABILITY_DATA", "POST_PRODUCT_PRICING_DATA"),
    *("POST_PRODUCT_IMAGE_DATA", "POST_PRODUCT_RELATIONSHIP_DATA", "POST_PRODUCT_OVERRIDES_DATA"),
    *("POST_FLAT_FILE_LISTINGS_DATA", "POST_FLAT_FILE_INVLOADER_DATA"),
    *("POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA", "POST_FLAT_FILE_BOOKLOADER_DATA"),
)
USUAL_S = 120
FIRST = 50_101_020_001


def create_document(dialect: Amazon, call: Call) -> Reply:
    """Where to upload a feed's document."""
    content_type = named(call.body(), "contentType")
    name, url = documents.new_upload(dialect, call, content_type)
    return 201, {"feedDocumentId": name, "url": url}


def get_document(dialect: Amazon, call: Call) -> Reply:
    """Where to fetch a document."""
    name = call.path["document_id"]
    blob = dialect.jobs.blob(name)
    if blob is None or blob.content is None:
        raise missing(f"The document {name} does not exist.")
    reply: Json = {
        "feedDocumentId": name,
        "url": documents.address(dialect, call, name, "GET"),
    }
    if blob.compressed:
        reply["compressionAlgorithm"] = "GZIP"
    return 200, reply


def create_feed(dialect: Amazon, call: Call) -> Reply:
    """Have an uploaded document processed."""
    sent = call.body()
    kind, document = named(sent, "feedType"), named(sent, "inputFeedDocumentId")
    for id in named(sent, "marketplaceIds", list):
        dialect.check_marketplace(id)
    if kind not in (LISTINGS, *order_feeds.TYPES, *RETIRED):
        raise bad(f"The feed type {kind} is not valid.")
    if dialect.jobs.blob(document) is None:
        raise bad(f"The document {document} does not exist.")
    if kind == LISTINGS and not dialect.limits.take(LISTINGS, *LISTINGS_LIMIT):
        raise throttled()
    body = {"type": kind, "marketplaceIds": sent["marketplaceIds"], "input": document}
    number = dialect.shop.next_number(KIND, FIRST)
    feed = dialect.shop.add(KIND, body, id=number, quiet=True)
    dialect.jobs.take(KIND, feed.id, USUAL_S, kind)
    return 202, {"feedId": str(feed.id)}


def get_feed(dialect: Amazon, call: Call) -> Reply:
    """How far a feed has come."""
    return 200, _view(dialect, _found(dialect, call))


def get_feeds(dialect: Amazon, call: Call) -> Reply:
    """The feeds of some types."""
    return lifecycle.listed(dialect, call, KIND, lambda d: _view(dialect, d), "feedTypes")


def cancel_feed(dialect: Amazon, call: Call) -> Reply:
    """Call a feed off that still waits."""
    feed = _found(dialect, call)
    if lifecycle.state(dialect, KIND, feed)[0] != "IN_QUEUE":
        raise bad("Only a feed in the queue can be cancelled.")
    dialect.jobs.call_off(KIND, feed.id)
    dialect.shop.put(replace(feed, body={**feed.body, "state": "CANCELLED"}), quiet=True)
    return 200, {}


def _found(dialect: Amazon, call: Call) -> Document:
    text = call.path["feed_id"]
    feed = dialect.shop.get(KIND, int(text)) if text.isdigit() else None
    if feed is None:
        raise missing(f"The feed {text} does not exist.")
    return feed


def _view(dialect: Amazon, feed: Document) -> Json:
    found, begins = lifecycle.state(dialect, KIND, feed)
    shown: Json = {
        "feedId": str(feed.id),
        "feedType": feed.body["type"],
        "marketplaceIds": feed.body["marketplaceIds"],
        "processingStatus": found,
        **lifecycle.times(feed, found, begins),
    }
    if "result" in feed.body:
        shown["resultFeedDocumentId"] = feed.body["result"]
    return shown


def finish(dialect: Amazon, job: Job) -> None:
    """A feed's time has come: do what it says and write its report."""
    feed = dialect.shop.get(KIND, job.ref)
    if feed is None:
        return
    blob = dialect.jobs.blob(feed.body["input"])
    kind, content = feed.body["type"], blob.content if blob else None
    result: tuple[bytes, str, bool] | None = None
    if content is not None and not job.failed and kind not in RETIRED:
        if kind == LISTINGS:
            result = listings_feed.processed(dialect, content, str(feed.id))
        else:
            result = order_feeds.processed(dialect, content, kind, str(feed.id))
    state = "FATAL" if result is None else "DONE"
    body = {**feed.body, "state": state}
    if result is not None:
        report, content_type, compressed = result
        body["result"] = documents.store(dialect, report, content_type, compressed=compressed)
    dialect.shop.put(replace(feed, body=body), quiet=True)
    facts = {"feedId": str(feed.id), "feedType": kind, "processingStatus": state}
    if "result" in body:
        facts["resultFeedDocumentId"] = body["result"]
    dialect.notifications.finished(KIND, facts)


FEEDS, DOCUMENTS = "/feeds/2021-06-30/feeds", "/feeds/2021-06-30/documents"
OPERATIONS = (
    Operation("createFeedDocument", "POST", DOCUMENTS, 0.5, 15, create_document, STYLE),
    Operation(
        "getFeedDocument",
        "GET",
        f"{DOCUMENTS}/<document_id>",
        0.0222,
        10,
        get_document,
        STYLE,
    ),
    Operation("createFeed", "POST", FEEDS, 0.0083, 15, create_feed, STYLE),
    Operation("getFeeds", "GET", FEEDS, 0.0222, 10, get_feeds, STYLE),
    Operation("getFeed", "GET", f"{FEEDS}/<feed_id>", 2, 15, get_feed, STYLE),
    Operation("cancelFeed", "DELETE", f"{FEEDS}/<feed_id>", 2, 15, cancel_feed, STYLE),
)
