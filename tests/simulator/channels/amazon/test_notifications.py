"""Notifications: destinations, subscriptions, and what a reader of the queue finds."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from simulator.channels.amazon.dialect import Amazon
from simulator.faults import Fault
from simulator.world import World
from tests.conformance.amazon import NOTIFICATIONS, faults_of_notification
from tests.simulator.channels.amazon.seller import Seller, price, stock
from tests.simulator.channels.amazon.test_feeds import document, message

ARN = "arn:aws:sqs:eu-west-1:123456789012:orders"
TO, ABOUT = "/notifications/v1/destinations", "/notifications/v1/subscriptions"
VERSIONS = dict.fromkeys(NOTIFICATIONS, "1.0")
VERSIONS |= {f"{what}_PROCESSING_FINISHED": "2020-09-04" for what in ("FEED", "REPORT")}


def destination(api: Seller, arn: str = ARN) -> httpx.Response:
    body = {"name": "orders", "resourceSpecification": {"sqs": {"arn": arn}}}
    return api.http.post(TO, json=body, headers=api.grantless())


def subscribe(api: Seller, *kinds: str) -> str:
    """A destination with subscriptions to these types; gives the address of its queue."""
    id = destination(api).json()["payload"]["destinationId"]
    for kind in kinds:
        body = {"payloadVersion": VERSIONS[kind], "destinationId": id}
        assert api.http.post(f"{ABOUT}/{kind}", json=body).status_code == 200
        api.wait(0.1)
    return str(queue(api, "GetQueueUrl", QueueName="orders")["QueueUrl"])


def queue(api: Seller, action: str, **sent: Any) -> dict[str, Any]:
    headers = {
        "X-Amz-Target": f"AmazonSQS.{action}",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260302/eu-west-1/sqs/aws4_request",
    }
    found: dict[str, Any] = api.http.post("/", json=sent, headers=headers).json()
    return found


def received(api: Seller, url: str) -> list[dict[str, Any]]:
    """Everything that is in the queue, taken out; each envelope is what the vendor describes."""
    found = []
    while messages := queue(api, "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for one in messages:
            envelope = json.loads(one["Body"])
            assert faults_of_notification(envelope) == []
            found.append(envelope)
            queue(api, "DeleteMessage", QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


def test_an_order_is_told_of_as_it_moves(shop: Amazon, api: Seller) -> None:
    url = subscribe(api, "ORDER_CHANGE")
    number = api.buy(RETRO_CLOCK=1)
    (first,) = received(api, url)
    notice = first["Payload"]["OrderChangeNotification"]
    assert (notice["AmazonOrderId"], notice["Summary"]["OrderStatus"]) == (number, "Unshipped")
    api.wait(31)
    shop.storefront.cancel(number)
    (asked,) = received(api, url)
    notice = asked["Payload"]["OrderChangeNotification"]
    assert notice["OrderChangeType"] == "BuyerRequestedChange"
    assert (
        first["NotificationMetadata"]["NotificationId"]
        != (asked["NotificationMetadata"]["NotificationId"])
    )


def test_listings_feeds_and_reports_are_told_of(api: Seller) -> None:
    listing = [kind for kind in NOTIFICATIONS if kind.startswith("LISTINGS")]
    url = subscribe(api, *listing, "FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED")
    least = [{"schedule": [{"value_with_tax": 50}]}]
    api.patch("RETRO-CLOCK", stock(0), price(api.place, 10, minimum_seller_allowed_price=least))
    id = api.feed(document(api, message(3, "LAMP-ARC")))
    api.report("GET_MERCHANT_LISTINGS_ALL_DATA")
    kinds = [e.get("NotificationType") or e.get("notificationType") for e in received(api, url)]
    assert sorted(kinds) == [
        "FEED_PROCESSING_FINISHED",
        "LISTINGS_ITEM_ISSUES_CHANGE",
        "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
        "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
        "LISTINGS_ITEM_STATUS_CHANGE",
        "REPORT_PROCESSING_FINISHED",
    ]
    assert api.feed_state(id)["processingStatus"] == "DONE"


def test_a_message_hides_until_it_is_deleted(api: Seller) -> None:
    url = subscribe(api, "ORDER_CHANGE")
    api.buy(RETRO_CLOCK=1)
    (first,) = queue(api, "ReceiveMessage", QueueUrl=url)["Messages"]
    assert queue(api, "ReceiveMessage", QueueUrl=url) == {}
    api.wait(1)
    (again,) = queue(api, "ReceiveMessage", QueueUrl=url)["Messages"]
    assert again["Body"] == first["Body"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


@pytest.mark.parametrize(
    ("kind", "now", "later"),
    [("event lost", 0, 0), ("event twice", 2, 2), ("event out of order", 0, 1)],
)
def test_entries_get_lost_doubled_and_overtaken(
    world: World, api: Seller, kind: str, now: int, later: int
) -> None:
    url = subscribe(api, "ORDER_CHANGE")
    world.faults.add(Fault(kind, "amazon", path="ORDER_CHANGE", count=1))
    api.buy(RETRO_CLOCK=1)
    waiting = queue(api, "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    assert len(waiting.get("Messages", ())) == now
    api.wait(2)
    assert len(received(api, url)) == later


def test_destinations_and_subscriptions_are_kept_once(api: Seller) -> None:
    subscribe(api, "ORDER_CHANGE")
    assert destination(api).status_code == 409
    assert destination(api, "https://me.test/hook").status_code == 400
    (kept,) = api.http.get(TO, headers=api.grantless()).json()["payload"]
    body = {"payloadVersion": "1.0", "destinationId": kept["destinationId"]}
    assert api.http.post(f"{ABOUT}/ORDER_CHANGE", json=body).status_code == 409
    wrong = {**body, "destinationId": "nowhere"}
    assert api.http.post(f"{ABOUT}/ANY_OFFER_CHANGED", json=wrong).status_code == 400
    api.wait(1)
    assert api.http.post(f"{ABOUT}/WEATHER", json=body).status_code == 400
    at = f"{TO}/{kept['destinationId']}"
    assert api.http.delete(at, headers=api.grantless()).status_code == 409
    mine = api.http.get(f"{ABOUT}/ORDER_CHANGE").json()["payload"]
    one = f"{ABOUT}/ORDER_CHANGE/{mine['subscriptionId']}"
    grantless = api.grantless()
    assert api.http.get(one, headers=grantless).json()["payload"] == mine
    assert api.http.delete(one, headers=grantless).status_code == 200
    assert api.http.get(f"{ABOUT}/ORDER_CHANGE").status_code == 404
    assert api.http.delete(at, headers=grantless).status_code == 200


def test_queues_want_a_signature_and_a_name_that_exists(api: Seller) -> None:
    assert "QueueDoesNotExist" in queue(api, "GetQueueUrl", QueueName="orders")["__type"]
    bare = api.http.post("/", headers={"X-Amz-Target": "AmazonSQS.ReceiveMessage"})
    assert bare.status_code == 400
    assert "MissingAuthenticationToken" in bare.json()["__type"]


def test_what_never_happens_here_can_be_subscribed_to_and_nonsense_cannot(api: Seller) -> None:
    id = destination(api).json()["payload"]["destinationId"]
    body = {"payloadVersion": "1.0", "destinationId": id}
    assert api.http.post(f"{ABOUT}/PRICING_HEALTH", json=body).status_code == 200
    found = api.http.get(f"{ABOUT}/PRICING_HEALTH").json()["payload"]
    assert found["destinationId"] == id
    assert api.http.post(f"{ABOUT}/NOTHING_CHANGED", json=body).status_code == 400
