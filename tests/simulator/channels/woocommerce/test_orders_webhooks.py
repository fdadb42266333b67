import json
from typing import Any

import pytest

from simulator.wire.webhooks import Delivery
from tests.simulator.channels.woocommerce.ordering import HOME, Desk, signature


@pytest.fixture
def desk() -> Desk:
    return Desk()


def hook(desk: Desk, topic: str, **fields: Any) -> int:
    sent = {"topic": topic, "delivery_url": "https://agent.test/in", "secret": "s3", **fields}
    return int(desk.post("/webhooks", **sent)["id"])


def topics(desk: Desk) -> list[str]:
    desk.world.tick()
    return [topic for topic, _ in desk.receiver.take()]


def test_deliveries_are_signed_and_carry_the_resource(desk: Desk) -> None:
    number = hook(desk, "order.created")
    order = desk.post("/orders")
    desk.world.tick()
    request = desk.receiver.got[-1]

    assert json.loads(request.content) == desk.get(f"/orders/{order['id']}")
    assert request.headers["X-WC-Webhook-Signature"] == signature("s3", request.content)
    named = ("Source", "Topic", "Resource", "Event", "ID")
    assert [request.headers[f"X-WC-Webhook-{n}"] for n in named] == [
        f"{HOME}/",
        "order.created",
        "order",
        "created",
        str(number),
    ]


def test_a_new_address_is_pinged_at_once_without_signature(desk: Desk) -> None:
    number = hook(desk, "order.created")
    desk.put(f"/webhooks/{number}", name="Renamed")
    desk.put(f"/webhooks/{number}", delivery_url="https://agent.test/other")
    pings = desk.receiver.got

    assert [r.content for r in pings] == [f"webhook_id={number}".encode()] * 2
    assert all("X-WC-Webhook-Signature" not in r.headers for r in pings)


def test_the_payload_is_as_of_sending_and_updates_become_one_delivery(desk: Desk) -> None:
    hook(desk, "order.updated")
    order = desk.post("/orders")
    for status in ("on-hold", "processing"):
        desk.put(f"/orders/{order['id']}", status=status)
    desk.world.tick()

    assert [(t, o["status"]) for t, o in desk.receiver.take()] == [("order.updated", "processing")]


def test_what_each_act_announces(desk: Desk) -> None:
    for topic in ("order.created", "order.updated", "order.deleted", "product.updated"):
        hook(desk, topic)
    clock = desk.product("RETRO-CLOCK")
    topics(desk)
    order = desk.order(**{f"p{clock}": 1})
    heard = [topics(desk)]
    for method, path in (
        ("PUT", f"/orders/{order['id']}"),
        ("DELETE", f"/orders/{order['id']}"),
        ("DELETE", f"/orders/{order['id']}?force=true"),
    ):
        desk.call(method, path)
        heard.append(topics(desk))

    assert [sorted(h) for h in heard] == [
        ["order.created", "order.updated", "product.updated"],
        ["order.updated"],
        ["order.deleted"],
        [],
    ]


def test_a_note_announces_nothing_a_refund_does(desk: Desk) -> None:
    order = desk.post("/orders")
    hook(desk, "order.updated")
    desk.post(f"/orders/{order['id']}/notes", note="packed")
    after_note = topics(desk)
    desk.post(f"/orders/{order['id']}/refunds", amount="0", api_refund=False)

    assert (after_note, topics(desk)) == ([], ["order.updated"])


def test_the_seventh_failure_in_a_row_switches_a_webhook_off(desk: Desk) -> None:
    number = hook(desk, "order.created")
    desk.receiver.status = 500
    states = []
    for n in range(9):
        desk.receiver.status = 200 if n == 1 else 500  # one good answer starts the count again
        desk.post("/orders")
        desk.world.tick()
        states.append(desk.get(f"/webhooks/{number}")["status"])

    assert states == ["active"] * 8 + ["disabled"]


def test_what_happened_while_a_webhook_was_off_is_not_sent_later(desk: Desk) -> None:
    number = hook(desk, "order.created")
    desk.put(f"/webhooks/{number}", status="paused")
    desk.post("/orders")
    desk.put(f"/webhooks/{number}", status="active")

    assert topics(desk) == []


def test_a_failed_delivery_is_not_tried_again(desk: Desk) -> None:
    hook(desk, "order.created")
    desk.receiver.status = 503
    desk.post("/orders")
    first = topics(desk)
    desk.receiver.status = 200
    desk.pass_time(days=1)

    assert (first, topics(desk)) == (["order.created"], [])


def test_deliveries_can_be_lost_or_doubled_on_the_way(desk: Desk) -> None:
    hook(desk, "order.created")

    def twice(delivery: Delivery) -> list[Delivery]:
        return [delivery, delivery]

    desk.shop.webhooks.tamper = twice
    desk.post("/orders")
    doubled = topics(desk)
    desk.shop.webhooks.tamper = lambda delivery: []
    desk.post("/orders")

    assert (doubled, topics(desk)) == (["order.created"] * 2, [])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"topic": "order.shipped"}, "woocommerce_rest_shop_webhook_invalid_topic"),
        ({"delivery_url": "ftp://x"}, "woocommerce_rest_shop_webhook_invalid_delivery_url"),
        ({"status": "asleep"}, "rest_invalid_param"),
    ],
)
def test_webhooks_that_are_refused(desk: Desk, fields: dict[str, str], code: str) -> None:
    sent = {"topic": "order.created", "delivery_url": "https://agent.test/in", **fields}
    answer = desk.post("/webhooks", **sent)

    assert (desk.status, answer["code"]) == (400, code)


def test_the_status_sent_at_creation_is_ignored(desk: Desk) -> None:
    number = hook(desk, "order.created", status="paused")

    assert desk.get(f"/webhooks/{number}")["status"] == "active"
