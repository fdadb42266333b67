"""The http door: suspicious of answers, and exact about what may have happened."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from agent.errors import ConfigError, OutcomeUnknown, Unavailable
from agent.ports.http import ANSWER_CAP, Answer, Client, Http

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def client(answer: Callable[[httpx.Request], httpx.Response]) -> Client:
    """A client of a server that answers so."""
    return Http(httpx.MockTransport(answer)).client("https://shop.example/base", "shop")


def test_a_form_is_sent_as_a_form_below_the_base_address() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    client(answer).send("POST", "/token", form={"grant_type": "client_credentials"})
    assert str(seen[0].url) == "https://shop.example/base/token"
    assert seen[0].content == b"grant_type=client_credentials"
    assert seen[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (httpx.ConnectError("refused"), Unavailable),
        (httpx.ConnectTimeout("slow"), Unavailable),
        (httpx.ReadTimeout("slow"), OutcomeUnknown),
        (httpx.RemoteProtocolError("closed"), OutcomeUnknown),
        (httpx.WriteError("closed"), OutcomeUnknown),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_may_have_happened_is_told(fault: Exception, error: type[Exception]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise fault

    with pytest.raises(error):
        client(answer).send("POST", "/orders", json_body={})


def test_an_answer_that_unpacks_to_too_much_is_given_up() -> None:
    bomb = gzip.compress(b"0" * (ANSWER_CAP + 1))
    headers = {"content-encoding": "gzip"}
    with pytest.raises(OutcomeUnknown, match="larger than 16 MiB"):
        client(lambda _: httpx.Response(200, headers=headers, content=bomb)).send("GET", "/")


def test_an_answer_that_is_not_packed_as_it_says_is_no_answer() -> None:
    headers = {"content-encoding": "gzip"}

    class Garbage(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"not gzip"

    with pytest.raises(OutcomeUnknown):
        client(lambda _: httpx.Response(200, headers=headers, stream=Garbage())).send("GET", "/")


def test_a_redirect_is_not_followed() -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://evil.example/"})

    assert client(answer).send("GET", "/").is_redirect
    assert hosts == ["shop.example"]


def test_the_clocks_difference_is_read_from_the_answer() -> None:
    late = Answer(200, {"date": "Mon, 02 Mar 2026 08:01:30 GMT"}, b"")
    assert late.clock_skew_s(NOW) == 90.0
    assert Answer(200, {}, b"").clock_skew_s(NOW) == 0.0
    assert Answer(200, {"date": "yesterday"}, b"").clock_skew_s(NOW) == 0.0


def test_a_certificate_authority_that_cannot_be_read_is_a_fault_of_the_settings(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigError, match="certificate authority"):
        Http().client("https://shop.example", "shop", ca_file=tmp_path / "none.pem")
