"""What BaseLinker's answers mean to us: errors come inside a 200, and a block is waited for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from agent.channels.baselinker import errors
from agent.channels.baselinker.client import Client
from agent.errors import ChannelError, OutcomeUnknown, Refused, Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.http import Http
from tests.agent.channels.test_answers import ANYWHERE, said
from tests.build import NOON

TOKEN = "1-23-ABCDEFGHIJ"


def client(answer: httpx.Response) -> Client:
    ports = Ports(http=Http(httpx.MockTransport(lambda _: answer)))
    http = ports.http.client("https://connector.example", "base")
    return Client(http, "base", ports, TOKEN, 100)


def send(answer: httpx.Response, wrote: bool) -> Any:
    its = client(answer)
    return its.write("setOrderStatus", {}) if wrote else its.read("getOrders")


def failed(code: str, message: str = "No.") -> httpx.Response:
    return said(200, {"status": "ERROR", "error_code": code, "error_message": message})


@pytest.mark.parametrize("wrote", [False, True], ids=["read", "write"])
@pytest.mark.parametrize("name", ANYWHERE)
def test_an_answer_that_any_server_may_give(name: str, wrote: bool) -> None:
    answer, read, write = ANYWHERE[name]
    with pytest.raises(ChannelError) as caught:
        send(answer, wrote)
    assert isinstance(caught.value, write if wrote else read)
    assert caught.value.where.startswith("base ")
    assert caught.value.next


@pytest.mark.parametrize(
    ("code", "read", "write"),
    [
        ("ERROR_BLOCKED_TOKEN", Throttled, Throttled),
        ("ERROR_RATE_LIMIT", Throttled, Throttled),
        ("ERROR_EMPTY_TOKEN", Unauthorised, Unauthorised),
        ("ERROR_BAD_TOKEN", Unauthorised, Unauthorised),
        ("ERROR_AUTH_TOKEN", Unauthorised, Unauthorised),
        ("ERROR_USER_ACCOUNT_BLOCKED", Unauthorised, Unauthorised),
        ("ERROR_INTERNAL", Unavailable, OutcomeUnknown),
        ("ERROR_UNKNOWN_METHOD", Refused, Refused),
        ("ERROR_INVENTORY_ID", Refused, Refused),
        ("", Refused, Refused),
    ],
)
def test_what_each_code_means(
    code: str, read: type[ChannelError], write: type[ChannelError]
) -> None:
    for wrote, error in ((False, read), (True, write)):
        with pytest.raises(ChannelError) as caught:
            send(failed(code, "In <their>  words"), wrote)
        assert isinstance(caught.value, error)
        assert "In <their> words" in caught.value.what
        assert caught.value.next


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "America/New_York"])
@pytest.mark.parametrize("left_s", [1, 90, 3599])
def test_the_end_of_a_block_is_told_in_a_zone_that_nobody_tells(zone: str, left_s: int) -> None:
    until = (NOON + timedelta(seconds=left_s)).astimezone(ZoneInfo(zone))
    words = f"Query limit exceeded, token blocked until {until:%Y-%m-%d %H:%M:%S}"
    body = {"status": "ERROR", "error_code": "ERROR_BLOCKED_TOKEN", "error_message": words}
    told = errors.of_body(body, "base", NOON, wrote=False)
    assert isinstance(told, Throttled)
    assert told.retry_after_s == left_s + 1


@pytest.mark.parametrize(
    "words", ["Query limit exceeded", "blocked until further notice", "until 2026-13-40 25:00:00"]
)
def test_a_block_without_a_moment_is_waited_for_a_minute(words: str) -> None:
    with pytest.raises(Throttled) as asked:
        send(failed("ERROR_BLOCKED_TOKEN", words), False)
    assert asked.value.retry_after_s == 60


@pytest.mark.parametrize(
    "body",
    [{}, {"status": "OK"}, {"status": None, "orders": []}, [], "SUCCESS", {"orders": []}],
    ids=str,
)
def test_a_body_that_says_neither_success_nor_error(body: Any) -> None:
    with pytest.raises(Unavailable):
        send(said(200, body), False)
    with pytest.raises(OutcomeUnknown):
        send(said(200, body), True)


def test_a_token_that_is_echoed_is_not_told() -> None:
    for answer in (
        failed("ERROR_AUTH_TOKEN", f"Invalid user token {TOKEN}"),
        httpx.Response(502, content=f"<html>X-BLToken: {TOKEN}</html>".encode()),
    ):
        with pytest.raises(ChannelError) as caught:
            send(answer, True)
        assert TOKEN not in f"{caught.value} {caught.value!r}"


def test_an_answer_that_succeeded_is_given_as_it_is() -> None:
    assert send(said(200, {"status": "SUCCESS", "orders": []}), False)["orders"] == []
