import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from simulator.wire.webhooks import Attempt, Call, Delivery, Policy, WebhookQueue

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

ONCE = Policy(timeout_s=5, coalesces=True, failures_in_a_row=3)
RETRYING = Policy(timeout_s=5, retry_after=(MINUTE, 2 * MINUTE))


class Receiver(httpx.BaseTransport):
    """Answers every call with `status` and keeps the bodies; None refuses the connection."""

    def __init__(self) -> None:
        self.status: int | None = 200
        self.bodies: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.status is None:
            raise httpx.ConnectError("refused")
        self.bodies.append(request.content.decode())
        return httpx.Response(self.status)


def compose(delivery: Delivery) -> Call | None:
    return Call("https://hooks.test/in", (delivery.payload or delivery.resource).encode())


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def exhausted() -> list[int]:
    return []


@pytest.fixture
def queue_of(receiver: Receiver, exhausted: list[int]) -> Callable[[Policy], WebhookQueue]:
    db = sqlite3.connect(":memory:", isolation_level=None)

    def build(policy: Policy) -> WebhookQueue:
        return WebhookQueue(
            db, "shop", policy, compose, outside=lambda: receiver, exhausted=exhausted.append
        )

    return build


def test_sends_what_is_due_oldest_first(
    queue_of: Callable[[Policy], WebhookQueue], receiver: Receiver
) -> None:
    queue = queue_of(ONCE)
    queue.add(1, "order.updated", "order 2", NOON + MINUTE)
    queue.add(1, "order.updated", "order 1", NOON)
    queue.add(1, "order.updated", "order 3", NOON, delay=10 * MINUTE)

    attempts = queue.deliver(NOON + MINUTE)

    assert receiver.bodies == ["order 1", "order 2"]
    assert [a.status for a in attempts] == [200, 200]
    assert [d.state for d in queue.deliveries()] == ["delivered", "delivered", "due"]
    assert queue.next_due() == NOON + 10 * MINUTE


def test_what_still_waits_absorbs_the_next_event(
    queue_of: Callable[[Policy], WebhookQueue], receiver: Receiver
) -> None:
    queue = queue_of(ONCE)
    for _ in range(3):
        queue.add(1, "order.updated", "order 1", NOON)
    queue.deliver(NOON)
    queue.add(1, "order.updated", "order 1", NOON)
    queue.deliver(NOON)

    assert receiver.bodies == ["order 1", "order 1"]


def test_keeps_the_payload_of_the_event(
    queue_of: Callable[[Policy], WebhookQueue], receiver: Receiver
) -> None:
    queue = queue_of(RETRYING)
    queue.add(1, "orders/create", "order 1", NOON, payload="as it was")
    queue.deliver(NOON)

    assert receiver.bodies == ["as it was"]


def test_retries_with_the_vendors_waits_and_then_gives_up(
    queue_of: Callable[[Policy], WebhookQueue], receiver: Receiver
) -> None:
    queue = queue_of(RETRYING)
    receiver.status = 503
    (queued,) = queue.add(1, "orders/create", "order 1", NOON)

    moments = [NOON, NOON, NOON + MINUTE, NOON + 2 * MINUTE, NOON + 3 * MINUTE, NOON + 60 * MINUTE]
    tries = [len(queue.deliver(moment)) for moment in moments]

    assert tries == [1, 0, 1, 0, 1, 0]
    assert [a.number for a in queue.attempts(queued.id)] == [1, 2, 3]
    assert queue.deliveries()[0].state == "failed"


def test_an_unanswered_call_is_a_failure_with_its_reason(
    queue_of: Callable[[Policy], WebhookQueue], receiver: Receiver
) -> None:
    queue = queue_of(ONCE)
    receiver.status = None
    (queued,) = queue.add(1, "order.created", "order 1", NOON)
    queue.deliver(NOON)

    assert queue.attempts(queued.id) == [
        Attempt(queued.id, 1, NOON, "https://hooks.test/in", None, "ConnectError: refused")
    ]


def test_a_hook_that_keeps_failing_is_exhausted(
    queue_of: Callable[[Policy], WebhookQueue], receiver: Receiver, exhausted: list[int]
) -> None:
    queue = queue_of(ONCE)
    statuses = [500, 500, 200, 404, 301, 500]  # the good answer starts the count again
    heard = []
    for n, status in enumerate(statuses):
        receiver.status = status
        queue.add(7, "order.created", f"order {n}", NOON)
        queue.deliver(NOON)
        heard.append(list(exhausted))

    assert heard == [[], [], [], [], [], [7]]


@pytest.mark.parametrize(
    ("tamper", "bodies"),
    [
        (lambda d: [], []),
        (lambda d: [d, d], ["order 1", "order 1", "order 2", "order 2"]),
        (lambda d: [replace(d, due_at=d.due_at + MINUTE)], []),
        (
            lambda d: [replace(d, due_at=d.due_at - MINUTE)] if d.resource == "order 2" else [d],
            ["order 2", "order 1"],
        ),
    ],
    ids=["lost", "doubled", "delayed", "reordered"],
)
def test_deliveries_can_be_tampered_with(
    queue_of: Callable[[Policy], WebhookQueue],
    receiver: Receiver,
    tamper: Callable[[Delivery], list[Delivery]],
    bodies: list[str],
) -> None:
    queue = queue_of(ONCE)
    queue.tamper = tamper
    queue.add(1, "order.updated", "order 1", NOON)
    queue.add(1, "order.updated", "order 2", NOON)
    queue.deliver(NOON)

    assert receiver.bodies == bodies


def test_a_deleted_hook_gets_nothing_any_more(
    queue_of: Callable[[Policy], WebhookQueue], receiver: Receiver
) -> None:
    queue = queue_of(ONCE)
    queue.add(1, "order.updated", "order 1", NOON)
    queue.forget(1)
    queue.deliver(NOON)

    assert receiver.bodies == []
    assert queue.deliveries()[0].state == "dropped"
