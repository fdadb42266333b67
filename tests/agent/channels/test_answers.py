"""What the vendors' answers mean to us, in a table: error, what may have happened, what to do next."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from agent.channels.shopify import client as shopify
from agent.channels.shopify.errors import CostTooHigh
from agent.channels.woocommerce import client as woocommerce
from agent.errors import ChannelError, OutcomeUnknown, Refused, Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.http import Http

Answer = httpx.Response
LOGIN = "https://shop.example/wp-login.php?redirect_to=x"
HTML = b"<html><head><title>Maintenance</title></head></html>"


def page(status: int, **headers: str) -> Answer:
    """An HTML page."""
    return Answer(status, headers=headers, content=HTML)


def said(status: int, body: Any, **headers: str) -> Answer:
    """A JSON body."""
    return Answer(status, headers=headers, content=json.dumps(body).encode())


def woo(code: str, status: int, message: str = "No.", data: Any = None) -> Answer:
    """An error body of WooCommerce."""
    body = {"code": code, "message": message, "data": data or {"status": status}}
    return said(status, body)


def graphql(*codes: str, cost: Any = None, data: Any = None) -> Answer:
    """An error body of Shopify, with status 200."""
    found = [{"message": "No.", "extensions": {"code": code}} for code in codes]
    return said(200, {"data": data, "errors": found, "extensions": {"cost": cost or {}}})


def send_woo(answer: Answer, wrote: bool) -> Any:
    """What a call to WooCommerce comes to."""
    ports = Ports(http=Http(httpx.MockTransport(lambda _: answer)))
    client = woocommerce.Client(ports.http.client("https://shop.example", "shop"), "shop", ports)
    return client.write("POST", "/x", {}) if wrote else client.read("/x")


def send_shopify(answer: Answer, wrote: bool) -> Any:
    """What a call to Shopify comes to."""
    ports = Ports(http=Http(httpx.MockTransport(lambda _: answer)))
    http = ports.http.client("https://shop.example", "shop")
    client = shopify.Client(http, "shop", "2026-07", ports, shopify.Tokens("token-text"))
    return client.tell("X", "mutation X", {}) if wrote else client.ask("X", "query X", {})


Send = Callable[[Answer, bool], Any]
BOTH = pytest.mark.parametrize("send", [send_woo, send_shopify], ids=["woocommerce", "shopify"])

# (answer, what a read of it raises, what a write of it raises)
ANYWHERE: dict[str, tuple[Answer, type[ChannelError], type[ChannelError]]] = {
    "401": (page(401), Unauthorised, Unauthorised),
    "403 of a firewall": (page(403), Unavailable, Unavailable),
    "404": (page(404), Refused, Refused),
    "413": (page(413), Refused, Refused),
    "429": (page(429), Throttled, Throttled),
    "500": (page(500), Unavailable, OutcomeUnknown),
    "502": (page(502), Unavailable, OutcomeUnknown),
    "503": (page(503), Unavailable, OutcomeUnknown),
    "200 with a page": (page(200), Unavailable, OutcomeUnknown),
    "200 with nothing": (Answer(200), Unavailable, OutcomeUnknown),
    "200 cut short": (Answer(200, content=b'{"data": {'), Unavailable, OutcomeUnknown),
    "200 with NaN": (Answer(200, content=b'{"data": NaN}'), Unavailable, OutcomeUnknown),
    "200 with a name twice": (
        Answer(200, content=b'{"data": 1, "data": 2}'),
        Unavailable,
        OutcomeUnknown,
    ),
    "200 nested deep": (Answer(200, content=b"[" * 100_000), Unavailable, OutcomeUnknown),
    "redirect to a login": (page(302, location=LOGIN), Unauthorised, Unauthorised),
    "redirect elsewhere": (page(301, location="https://other.example/"), Refused, Refused),
}


@BOTH
@pytest.mark.parametrize("wrote", [False, True], ids=["read", "write"])
@pytest.mark.parametrize("name", ANYWHERE)
def test_an_answer_that_any_server_may_give(name: str, wrote: bool, send: Send) -> None:
    answer, read, write = ANYWHERE[name]
    with pytest.raises(ChannelError) as caught:
        send(answer, wrote)
    assert isinstance(caught.value, write if wrote else read)
    assert "shop" in caught.value.where
    assert caught.value.next
    assert "token-text" not in str(caught.value)


WOO: dict[str, tuple[Answer, type[ChannelError], str]] = {
    "wrong secret": (
        woo("woocommerce_rest_authentication_error", 401, "Consumer secret is invalid."),
        Unauthorised,
        "the shop does not accept our key: Consumer secret is invalid."
        " [woocommerce_rest_authentication_error]",
    ),
    "no rights": (
        woo("woocommerce_rest_cannot_view", 403, "Sorry, you cannot list resources."),
        Unauthorised,
        "Sorry, you cannot list resources. [woocommerce_rest_cannot_view]",
    ),
    "bad parameter": (
        woo("rest_invalid_param", 400, "Invalid parameter(s): per_page"),
        Refused,
        "refused (400): Invalid parameter(s): per_page [rest_invalid_param]",
    ),
    "refund that is too large": (
        woo("woocommerce_rest_cannot_create_order_refund", 500, "Invalid refund amount.", 500),
        Refused,
        "refused (500): Invalid refund amount.",
    ),
    "deletion without force": (
        woo("woocommerce_rest_trash_not_supported", 501),
        Refused,
        "refused (501)",
    ),
    "critical error": (
        woo("internal_server_error", 500, "<p>There has been a critical error.</p>"),
        OutcomeUnknown,
        "the shop failed (500): There has been a critical error. [internal_server_error]",
    ),
    "list where an object belongs": (
        said(200, []),
        OutcomeUnknown,
        "not what the vendor documents",
    ),
}


@pytest.mark.parametrize("name", WOO)
def test_what_woocommerce_says_to_a_write(name: str) -> None:
    answer, error, words = WOO[name]
    with pytest.raises(error) as caught:
        send_woo(answer, True)
    assert words in caught.value.what


SHOPIFY: dict[str, tuple[Answer, type[ChannelError], str]] = {
    "bad token": (
        said(401, {"errors": "[API] Invalid API key or access token"}),
        Unauthorised,
        "the store does not accept our token: [API] Invalid API key or access token",
    ),
    "not found": (said(404, {"errors": "Not Found"}), Refused, "refused (404): Not Found"),
    "frozen": (said(402, {"errors": "Unavailable Shop"}), Unavailable, "frozen or locked (402)"),
    "a string where a list belongs": (said(200, {"errors": "Odd"}), Refused, "refused: Odd"),
    "missing scope": (graphql("ACCESS_DENIED"), Unauthorised, "No. [ACCESS_DENIED]"),
    "unknown field": (graphql("undefinedField"), Refused, "No. [undefinedField]"),
    "trouble": (graphql("INTERNAL_SERVER_ERROR"), OutcomeUnknown, "the store failed"),
    "neither data nor errors": (said(200, {"hello": 1}), OutcomeUnknown, "not what the vendor"),
}


@pytest.mark.parametrize("name", SHOPIFY)
def test_what_shopify_says_to_a_write(name: str) -> None:
    answer, error, words = SHOPIFY[name]
    with pytest.raises(error) as caught:
        send_shopify(answer, True)
    assert words in caught.value.what


def test_a_throttled_query_waits_just_until_it_can_be_paid() -> None:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 40, "restoreRate": 100.0}
    cost = {"requestedQueryCost": 212, "actualQueryCost": None, "throttleStatus": status}
    with pytest.raises(Throttled) as caught:
        send_shopify(graphql("THROTTLED", cost=cost), False)
    assert caught.value.retry_after_s == pytest.approx((212 - 40) / 100)


def test_a_query_that_is_too_dear_says_how_much_less_would_do() -> None:
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": 2000, "maxCost": 1000}
    body = {"errors": [{"message": "Too much.", "extensions": extensions}]}
    with pytest.raises(CostTooHigh) as caught:
        send_shopify(said(200, body), False)
    assert caught.value.share == 0.5


# Retry-After → seconds, at 2026-03-02 08:00:00 UTC; 30 where it says nothing that can be used.
WAITS = {
    "7": 7.0,
    "": 30.0,
    "soon": 30.0,
    "-5": 30.0,
    "1.5": 30.0,
    "1000000000": 3600.0,
    "٣": 30.0,
    "Mon, 02 Mar 2026 08:00:45 GMT": 45.0,
    "Mon, 02 Mar 2026 07:00:00 GMT": 30.0,
    "Thu, 02 Mar 2028 08:00:00 GMT": 3600.0,
}


@BOTH
@pytest.mark.parametrize("text", WAITS)
def test_retry_after_in_every_shape(text: str, send: Send) -> None:
    found = Http(httpx.MockTransport(lambda _: Answer(429))).client("https://x.example", "x")
    answer = found.send("GET", "/")
    told = type(answer)(429, {"retry-after": text}, b"")
    assert told.retry_after_s(datetime(2026, 3, 2, 8, tzinfo=UTC)) == WAITS[text]
    with pytest.raises(Throttled) as caught:
        send(page(429, **({"retry-after": text} if text.isascii() else {})), False)
    assert 0 < caught.value.retry_after_s <= 3600
