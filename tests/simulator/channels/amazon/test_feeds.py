"""Feeds of listings: uploads, states, the report, and feeds that fail."""

from __future__ import annotations

import json
from typing import Any

import httpx

from simulator.channels.amazon.dialect import Amazon
from simulator.faults import Fault
from simulator.world import World
from tests.conformance.amazon import faults_of_feed, faults_of_feed_report
from tests.simulator.channels.amazon.seller import JSON_TYPE, Seller, new_listing, stock

FEEDS, DOCUMENTS = "/feeds/2021-06-30/feeds", "/feeds/2021-06-30/documents"


def message(number: int, sku: str, operation: str = "PATCH", **more: Any) -> dict[str, Any]:
    made = {"messageId": number, "sku": sku, "operationType": operation}
    if operation != "DELETE":
        made["productType"] = "PRODUCT"
    if operation == "PATCH" and "patches" not in more:
        made["patches"] = [stock(number)]
    return {**made, **more}


def document(api: Seller, *messages: dict[str, Any], **header: Any) -> dict[str, Any]:
    return {
        "header": {"sellerId": api.id, "version": "2.0", **header},
        "messages": list(messages),
    }


def report(api: Seller, id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(api.result(id))
    assert faults_of_feed_report(found) == []
    return found


def test_a_feed_is_queued_worked_on_and_done_with_a_report(shop: Amazon, api: Seller) -> None:
    feed = document(api, message(3, "RETRO-CLOCK"), message(4, "LAMP-ARC"))
    assert faults_of_feed(feed) == []
    id = api.feed(feed)
    assert api.feed_state(id)["processingStatus"] == "IN_QUEUE"
    api.wait(1)
    assert api.feed_state(id)["processingStatus"] == "IN_PROGRESS"
    assert shop.storefront.item("LAMP-ARC").quantity == 2
    api.wait(1)
    done = api.feed_state(id)
    assert done["processingStatus"] == "DONE"
    assert shop.storefront.item("LAMP-ARC").quantity == 4
    found = report(api, id)
    assert found["header"] == {"sellerId": api.id, "version": "2.0", "feedId": id}
    assert found["summary"] == {
        "errors": 0,
        "warnings": 0,
        "messagesProcessed": 2,
        "messagesAccepted": 2,
        "messagesInvalid": 0,
    }


def test_done_is_not_success(shop: Amazon, api: Seller) -> None:
    attributes = new_listing("Brass hook")["attributes"]
    feed = document(
        api,
        message(1, "RETRO-CLOCK"),
        message(2, "LAMP-ARC", patches=[stock(-1)]),
        message(3, "HOOK", "UPDATE", attributes=attributes, productType="HOME"),
        message(4, "LINEN-APRON", "DELETE"),
        message(5, "OAK-SHELF-80", "PARTIAL_UPDATE", attributes={"fulfilment": [{"a": 1}]}),
    )
    id = api.feed(feed)
    api.wait()
    found = report(api, id)
    codes = [(row["messageId"], row["sku"], row["code"]) for row in found["issues"]]
    assert codes == [(2, "LAMP-ARC", "90244"), (5, "OAK-SHELF-80", "90000900")]
    assert found["summary"]["messagesAccepted"] == 3
    assert shop.storefront.item("HOOK").availability == "in stock"
    assert shop.storefront.item("LINEN-APRON").availability == "gone"


def test_messages_that_are_none_are_invalid_one_by_one(api: Seller) -> None:
    id = api.feed(
        document(
            api,
            message(1, "RETRO-CLOCK"),
            message(1, "LAMP-ARC"),
            message(2, "LAMP-ARC", "PATCH", patches=[]),
            message(3, "LAMP-ARC", "PATCH", requirements="LISTING"),
            message(4, "LAMP-ARC", "UPSERT"),
        )
    )
    api.wait()
    assert report(api, id)["summary"]["messagesInvalid"] == 4


def test_the_report_shows_items_where_the_header_asks(api: Seller) -> None:
    wanted = {"includedData": ["summaries", "offers"], "apiVersion": "2021-08-01"}
    id = api.feed(document(api, message(7, "RETRO-CLOCK"), report=wanted))
    api.wait()
    found = report(api, id)
    assert [set(item) for item in found["items"]] == [{"sku", "summaries", "offers"}]
    assert found["summary"]["itemSummary"] == {"items": 1, "errors": 0, "warnings": 0}


def test_documents_that_are_unusable_and_retired_feeds_are_fatal(api: Seller) -> None:
    ids = [
        api.feed(b"not json"),
        api.feed({"header": {"sellerId": "SOMEBODY", "version": "2.0"}, "messages": [{}]}),
        api.feed(b"<AmazonEnvelope/>", "POST_PRODUCT_DATA"),
    ]
    api.wait()
    for id in ids:
        state = api.feed_state(id)
        assert (state["processingStatus"], "resultFeedDocumentId" in state) == ("FATAL", False)


def test_uploads_want_their_content_type_their_time_and_no_other_key(
    world: World, api: Seller
) -> None:
    made = api.http.post(DOCUMENTS, json={"contentType": JSON_TYPE}).json()
    assert made["url"].startswith("https://amazon.test/")
    with httpx.Client(transport=world.transport()) as bare:

        def put(url: str = made["url"], **headers: str) -> int:
            return bare.put(
                url, content=b"{}", headers={"Content-Type": JSON_TYPE, **headers}
            ).status_code

        assert put() == 200
        assert put(**{"Content-Type": "application/json"}) == 403
        assert put(Authorization="Bearer x") == 400
        assert put(made["url"].replace("Signature=", "Signature=0")) == 403
        api.wait(5)
        assert put() == 403


def test_a_feed_of_nothing_or_of_an_unknown_type_is_refused(api: Seller) -> None:
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [api.place]}
    found = api.http.post(FEEDS, json={**asked, "inputFeedDocumentId": "nothing"})
    assert (found.status_code, found.json()["errors"][0]["code"]) == (400, "400")
    made = api.http.post(DOCUMENTS, json={"contentType": JSON_TYPE}).json()
    asked = {**asked, "feedType": "POST_CARDS", "inputFeedDocumentId": made["feedDocumentId"]}
    assert api.http.post(FEEDS, json=asked).status_code == 400


def test_only_a_waiting_feed_can_be_cancelled(shop: Amazon, api: Seller) -> None:
    id = api.feed(document(api, message(3, "RETRO-CLOCK")))
    assert api.http.delete(f"{FEEDS}/{id}").status_code == 200
    api.wait()
    assert api.feed_state(id)["processingStatus"] == "CANCELLED"
    assert shop.storefront.item("RETRO-CLOCK").quantity == 14
    assert api.http.delete(f"{FEEDS}/{id}").status_code == 400


def test_feeds_are_listed_newest_first(api: Seller) -> None:
    ids = []
    for number in range(3):
        ids.append(api.feed(document(api, message(number + 1, "RETRO-CLOCK"))))
        api.wait(1)
    asked = {"feedTypes": "JSON_LISTINGS_FEED", "pageSize": "2"}
    first = api.http.get(FEEDS, params=asked).json()
    last = api.http.get(FEEDS, params={"nextToken": first["nextToken"]}).json()
    assert [f["feedId"] for f in (*first["feeds"], *last["feeds"])] == ids[::-1]


def test_work_that_is_slow_stuck_or_fails(world: World, api: Seller) -> None:
    for kind, state in (
        ("job slow", "DONE"),
        ("job stuck", "IN_PROGRESS"),
        ("job failed", "FATAL"),
    ):
        world.faults.add(Fault(kind, "amazon", path="JSON_LISTINGS_FEED", count=1, seconds=600))
        id = api.feed(document(api, message(3, "RETRO-CLOCK")))
        api.wait(5)
        if kind == "job slow":
            assert api.feed_state(id)["processingStatus"] == "IN_PROGRESS"
        api.wait(10)
        assert api.feed_state(id)["processingStatus"] == state


def test_the_dial_decides_how_long_work_takes(world: World, shop: Amazon, api: Seller) -> None:
    world.dials["amazon"].turn({"job_s": 0})
    id = api.feed(document(api, message(3, "RETRO-CLOCK")))
    assert api.feed_state(id)["processingStatus"] == "DONE"
    api.patch("RETRO-CLOCK", stock(8))
    assert shop.storefront.item("RETRO-CLOCK").quantity == 8


def test_a_submission_that_comes_to_nothing_leaves_an_issue(world: World, api: Seller) -> None:
    world.faults.add(Fault("job failed", "amazon", path="listings", count=1))
    assert api.patch("RETRO-CLOCK", stock(3))["status"] == "ACCEPTED"
    api.wait()
    seen = api.get("RETRO-CLOCK")
    assert seen["fulfillmentAvailability"][0]["quantity"] == 14
    assert [issue["severity"] for issue in seen["issues"]] == ["ERROR"]


def test_a_thousand_messages_at_once(shop: Amazon, api: Seller) -> None:
    attributes = new_listing("Hook")["attributes"]
    rows = [
        message(n + 1, f"HOOK-{n:04}", "UPDATE", attributes=attributes, productType="HOME")
        for n in range(1000)
    ]
    id = api.feed(document(api, *rows))
    api.wait()
    assert report(api, id)["summary"]["messagesAccepted"] == 1000
    assert len(shop.storefront.shelf()) == 1004
