"""Notifications: destinations, subscriptions, and what is told to whom. They go to queues only."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import NAME, notices
from simulator.channels.amazon.calls import Call, Json, Operation, Reply, named
from simulator.channels.amazon.errors import Refused, Style, bad, missing
from simulator.channels.amazon.moments import exact
from simulator.commerce.shop import Document
from simulator.wire.webhooks import Delivery

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STYLE = Style("InvalidInput", wrapped=True)
ARN = re.compile(r"arn:aws:sqs:\S+:\S+:\S+")
OVERTAKEN = timedelta(seconds=60)  # how long an entry is held back that others overtake
OCCASIONS = (
    *("ORDER_CHANGE", "LISTINGS_ITEM_STATUS_CHANGE", "LISTINGS_ITEM_ISSUES_CHANGE"),
    *("LISTINGS_ITEM_MFN_QUANTITY_CHANGE", "ANY_OFFER_CHANGED", "B2B_ANY_OFFER_CHANGED"),
    *("BRANDED_ITEM_CONTENT_CHANGE", "FBA_OUTBOUND_SHIPMENT_STATUS", "FEE_PROMOTION"),
    *("FULFILLMENT_ORDER_STATUS", "ITEM_PRODUCT_TYPE_CHANGE", "PRICING_HEALTH"),
    *("PRODUCT_TYPE_DEFINITIONS_CHANGE", "TRANSACTION_UPDATE"),
)
VERSIONS = {  # by type: the payload's version
    **dict.fromkeys(OCCASIONS, "1.0"),
    "FEED_PROCESSING_FINISHED": "2020-09-04",
    "REPORT_PROCESSING_FINISHED": "2020-09-04",
}


class Notifications:
    """Who has subscribed to what in one seller's shop."""

    def __init__(self, dialect: Amazon) -> None:
        self.dialect, self.shop = dialect, dialect.shop

    # -- what happened --------------------------------------------------------------------------

    def status_changed(self, listing: Document, status: Sequence[str]) -> None:
        """A listing can be bought or found, or no longer."""
        self._tell("LISTINGS_ITEM_STATUS_CHANGE", notices.status(self.dialect, listing, status))

    def issues_changed(self, listing: Document) -> None:
        """A listing has other issues than before."""
        self._tell("LISTINGS_ITEM_ISSUES_CHANGE", notices.issues(self.dialect, listing))

    def quantity_changed(self, listing: Document, channel: str, quantity: int) -> None:
        """The stock of a listing that the seller sends itself is another."""
        kind = "LISTINGS_ITEM_MFN_QUANTITY_CHANGE"
        self._tell(kind, notices.quantity(self.dialect, listing, channel, quantity))

    def order_changed(self, order: Document, sort: str, why: str) -> None:
        """An order came in or moved on."""
        self._tell("ORDER_CHANGE", notices.order(self.dialect, order, sort, why))

    def finished(self, what: str, facts: Json) -> None:
        """A feed or report ("feed", "report") has ended."""
        payload = {
            f"{what}ProcessingFinishedNotification": {**notices.account(self.dialect), **facts}
        }
        self._tell(f"{what.upper()}_PROCESSING_FINISHED", payload)

    def _tell(self, kind: str, payload: Json) -> None:
        now = self.shop.clock.now()
        for subscription in self.subscriptions(kind):
            destination = self.destination(subscription.body["destinationId"])
            if destination is None or "sqs" not in destination.body["resource"]:
                continue  # an event bus has no door here
            fault = self.dialect.world.faults.event(NAME, kind)
            if fault == "event lost":
                continue
            text = json.dumps(self._envelope(kind, payload, subscription, now))
            held = OVERTAKEN if fault == "event out of order" else timedelta(0)
            wanted = Delivery(subscription.id, kind, kind, text, now, now + held)
            for sent in self.dialect.world.tamper(NAME)(wanted):
                for _ in range(2 if fault == "event twice" else 1):
                    self._queue(destination, text, sent.due_at)

    def _queue(self, destination: Document, text: str, visible_from: datetime) -> None:
        arn = destination.body["resource"]["sqs"]["arn"]
        body = {"text": text, "from": visible_from.isoformat(), "receipt": None, "received": 0}
        self.shop.add("message", body, sku=arn, quiet=True)

    def _envelope(self, kind: str, payload: Json, subscription: Document, now: datetime) -> Json:
        about = {
            "ApplicationId": self.dialect.keys["app_id"],
            "SubscriptionId": str(subscription.sku),
            "PublishTime": exact(now),
            "NotificationId": self.new_id(),
        }
        version = VERSIONS[kind]
        envelope: Json = {
            "NotificationVersion": version,
            "NotificationType": kind,
            "PayloadVersion": version,
            "EventTime": exact(now),
            "Payload": payload,
            "NotificationMetadata": about,
        }
        return _camel(envelope) if kind.endswith("PROCESSING_FINISHED") else envelope

    # -- who is told ----------------------------------------------------------------------------

    def subscriptions(self, kind: str | None = None) -> list[Document]:
        """The subscriptions, to one type where given."""
        found = self.shop.all("subscription")
        return [s for s in found if kind is None or s.body["type"] == kind]

    def destination(self, id: str) -> Document | None:
        """A destination; None when there is none."""
        return next(self.shop.all("destination", sku=id), None)

    def new_id(self) -> str:
        """An id as these things have it."""
        bits = self.shop.chance.stream(f"{NAME} ids").getrandbits(128)
        return str(uuid.UUID(int=bits))


def _camel(envelope: Mapping[str, Any]) -> Json:
    return {
        name[0].lower() + name[1:]: _camel(value) if name == "NotificationMetadata" else value
        for name, value in envelope.items()
    }


# -- the API --------------------------------------------------------------------------------------


def create_destination(dialect: Amazon, call: Call) -> Reply:
    """A queue (or event bus) to send to."""
    sent = call.body()
    name, given = named(sent, "name"), named(sent, "resourceSpecification", dict)
    tell = dialect.notifications
    resource: Json
    if isinstance(given.get("sqs"), dict):
        arn = str(given["sqs"].get("arn"))
        if not ARN.fullmatch(arn):
            raise bad("InvalidInput", f"Invalid SQS ARN: {arn}")
        resource = {"sqs": {"arn": arn}}
    elif isinstance(given.get("eventBridge"), dict):
        bridge = given["eventBridge"]
        region, account = named(bridge, "region"), named(bridge, "accountId")
        source = f"aws.partner/sellingpartnerapi.amazon.com/{account}/{dialect.keys['app_id']}"
        resource = {"eventBridge": {"name": source, "region": region, "accountId": account}}
    else:
        raise bad("InvalidInput", "resourceSpecification needs sqs or eventBridge.")
    if any(d.body["resource"] == resource for d in dialect.shop.all("destination")):
        raise Refused(409, "The destination already exists.")
    body = {"name": name, "resource": resource}
    kept = dialect.shop.add("destination", body, sku=tell.new_id(), quiet=True)
    return 200, _destination(kept)


def get_destinations(dialect: Amazon, call: Call) -> Reply:
    """All destinations."""
    return 200, [_destination(kept) for kept in dialect.shop.all("destination")]


def get_destination(dialect: Amazon, call: Call) -> Reply:
    """One destination."""
    return 200, _destination(_found_destination(dialect, call.path["destination_id"]))


def delete_destination(dialect: Amazon, call: Call) -> Reply:
    """Forget a destination that nothing is sent to."""
    kept = _found_destination(dialect, call.path["destination_id"])
    if any(s.body["destinationId"] == kept.sku for s in dialect.notifications.subscriptions()):
        raise Refused(409, "The destination has subscriptions.")
    dialect.shop.drop("destination", kept.id, quiet=True)
    return 200, {}


def create_subscription(dialect: Amazon, call: Call) -> Reply:
    """Send notifications of a type to a destination."""
    kind, sent = _kind(call), call.body()
    version, target = named(sent, "payloadVersion"), named(sent, "destinationId")
    if version != VERSIONS[kind]:
        raise bad("InvalidInput", f"payloadVersion {version} is not supported for {kind}.")
    if dialect.notifications.destination(target) is None:
        raise bad("InvalidInput", "Invalid Input, recheck that the DestinationId is valid.")
    if dialect.notifications.subscriptions(kind):
        raise Refused(409, f"A subscription for {kind} already exists.")
    body: Json = {"type": kind, "payloadVersion": version, "destinationId": target}
    if sent.get("processingDirective"):
        body["processingDirective"] = sent["processingDirective"]
    tell = dialect.notifications
    return 200, _subscription(dialect.shop.add("subscription", body, sku=tell.new_id(), quiet=True))


def get_subscription(dialect: Amazon, call: Call) -> Reply:
    """The seller's subscription to a type."""
    found = dialect.notifications.subscriptions(_kind(call))
    if not found:
        raise missing("There is no subscription to this notification type.")
    return 200, _subscription(found[0])


def get_subscriptions(dialect: Amazon, call: Call) -> Reply:
    """The seller's subscriptions to some types."""
    call.needed("notificationTypes")
    kinds = call.values("notificationTypes", list(VERSIONS))
    found = [s for s in dialect.notifications.subscriptions() if s.body["type"] in kinds]
    return 200, {"subscriptions": [_subscription(one) for one in found]}


def get_subscription_by_id(dialect: Amazon, call: Call) -> Reply:
    """One subscription."""
    return 200, _subscription(_found_subscription(dialect, call))


def delete_subscription(dialect: Amazon, call: Call) -> Reply:
    """End a subscription."""
    dialect.shop.drop("subscription", _found_subscription(dialect, call).id, quiet=True)
    return 200, {}


def _kind(call: Call) -> str:
    kind = call.path["kind"]
    if kind not in VERSIONS:
        raise bad("InvalidInput", f"Notification type {kind} is not valid.")
    return kind


def _found_destination(dialect: Amazon, id: str) -> Document:
    found = dialect.notifications.destination(id)
    if found is None:
        raise missing("The destination does not exist.")
    return found


def _found_subscription(dialect: Amazon, call: Call) -> Document:
    for one in dialect.notifications.subscriptions(_kind(call)):
        if one.sku == call.path["subscription_id"]:
            return one
    raise missing("The subscription does not exist.")


def _destination(kept: Document) -> Json:
    body = kept.body
    return {"name": body["name"], "destinationId": kept.sku, "resource": body["resource"]}


def _subscription(kept: Document) -> Json:
    shown = {name: value for name, value in kept.body.items() if name != "type"}
    return {"subscriptionId": kept.sku, **shown}


TO, ABOUT = "/notifications/v1/destinations", "/notifications/v1/subscriptions"
OPERATIONS = tuple(
    Operation(name, method, path, 1, 5, handle, STYLE, access)  # type: ignore[arg-type]
    for name, method, path, handle, access in (
        ("createDestination", "POST", TO, create_destination, "grantless"),
        ("getDestinations", "GET", TO, get_destinations, "grantless"),
        ("getDestination", "GET", f"{TO}/<destination_id>", get_destination, "grantless"),
        ("deleteDestination", "DELETE", f"{TO}/<destination_id>", delete_destination, "grantless"),
        ("getSubscriptions", "GET", ABOUT, get_subscriptions, "seller"),
        ("createSubscription", "POST", f"{ABOUT}/<kind>", create_subscription, "seller"),
        ("getSubscription", "GET", f"{ABOUT}/<kind>", get_subscription, "seller"),
        (
            "getSubscriptionById",
            "GET",
            f"{ABOUT}/<kind>/<subscription_id>",
            get_subscription_by_id,
            "either",
        ),
        (
            "deleteSubscriptionById",
            "DELETE",
            f"{ABOUT}/<kind>/<subscription_id>",
            delete_subscription,
            "either",
        ),
    )
)
