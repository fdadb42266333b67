"""Secrets in answers: nobody here ever reads them, but for the login that gives them."""

from __future__ import annotations

import httpx

from agent.ports import Ports
from agent.ports.discretion import MOST, Discretion
from agent.ports.environment import Environment
from agent.ports.http import Http

KEY = "shop-key/0123456789+abc"


def answering(response: httpx.Response) -> Ports:
    """Doors behind which one key is known."""
    ports = Ports(
        http=Http(httpx.MockTransport(lambda _: response)),
        environment=Environment({"TALLY_SECRET_KEY": KEY}),
    )
    ports.environment.secret("KEY")
    return ports


def test_a_key_that_an_answer_repeats_is_blotted_out_of_body_and_headers() -> None:
    response = httpx.Response(400, text=f"bad key {KEY}", headers={"location": f"/?k={KEY}"})
    answer = answering(response).http.client("https://shop.test", "shop").send("GET", "/x")
    assert answer.body == "bad key …".encode()
    assert answer.headers["location"] == "/?k=…"


def test_a_key_is_known_as_addresses_write_it() -> None:
    response = httpx.Response(200, text="key=shop-key%2F0123456789%2Babc")
    answer = answering(response).http.client("https://shop.test", "shop").send("GET", "/x")
    assert answer.body == "key=…".encode()


def test_a_login_that_succeeds_is_read_whole_and_one_that_fails_is_not() -> None:
    for status, body in ((200, KEY.encode()), (400, "…".encode())):
        client = answering(httpx.Response(status, text=KEY)).http.client("https://s.test", "s")
        assert client.send("POST", "/token", gives_tokens=True).body == body


def test_short_words_are_left_and_the_oldest_tokens_are_forgotten() -> None:
    known = Discretion()
    known.guard("token", "", *(f"token-{number:06}" for number in range(MOST + 1)))
    assert known.blotted(b"token token-000000 token-000001") == "token token-000000 …".encode()
