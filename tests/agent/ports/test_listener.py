"""The door for hints: what comes through it, and what is turned away."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator, Mapping

import httpx
import pytest

from agent.errors import ConfigError
from agent.ports.listener import MESSAGE_CAP, listen

Heard = list[tuple[str, Mapping[str, str], bytes]]


@pytest.fixture
def free() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def heard(free: str) -> Iterator[Heard]:
    found: Heard = []

    def receive(shop: str, headers: Mapping[str, str], body: bytes) -> int:
        found.append((shop, headers, body))
        return 204 if shop == "shopify" else 404

    stop = listen(free, receive)
    yield found
    stop()


def test_a_hint_arrives_with_its_shop_headers_and_body(free: str, heard: Heard) -> None:
    headers = {"X-Shopify-Hmac-Sha256": "abc="}
    answer = httpx.post(f"http://{free}/hooks/shopify?x=1", content=b"{}", headers=headers)
    assert answer.status_code == 204
    ((shop, got, body),) = heard
    assert (shop, got["x-shopify-hmac-sha256"], body) == ("shopify", "abc=", b"{}")


def test_the_answer_is_what_the_receiver_says(free: str, heard: Heard) -> None:
    assert httpx.post(f"http://{free}/hooks/nowhere", content=b"{}").status_code == 404


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("content-length", str(MESSAGE_CAP + 1), 413),
        ("content-length", "many", 411),
        ("transfer-encoding", "chunked", 411),
    ],
    ids=["too large", "no number", "unknown length"],
)
def test_what_is_too_large_or_of_unknown_length_is_not_read(
    free: str, heard: Heard, header: str, value: str, status: int
) -> None:
    connection = http.client.HTTPConnection(free, timeout=5)
    connection.putrequest("POST", "/hooks/shopify")
    connection.putheader(header, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()
    assert heard == []


def test_only_posts_come_through(free: str, heard: Heard) -> None:
    assert httpx.get(f"http://{free}/hooks/shopify").status_code == 501
    assert heard == []


def test_a_taken_address_is_a_fault_of_the_settings(free: str, heard: Heard) -> None:
    with pytest.raises(ConfigError, match="cannot listen for hints"):
        listen(free, lambda *_: 204)


def test_after_stopping_nobody_listens(free: str) -> None:
    listen(free, lambda *_: 204)()
    with pytest.raises(httpx.ConnectError):
        httpx.post(f"http://{free}/hooks/shopify", content=b"{}")
