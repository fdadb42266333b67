"""What Allegro's answers mean to us, in a table: error, what may have happened, what to do next."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from agent.errors import (
    ChannelError,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.model.change import SetPrice, SetStock
from agent.model.listing import Listing, Shown
from tests.agent.channels.allegro.conftest import ACCESS, REFRESH, no
from tests.agent.channels.scripted import Scripted, said

LAMP = Listing(
    "LAMP-ARC",
    "7700",
    Shown("live", 48900, quantity=4),
    {"status": "ACTIVE", "marketplace": "allegro-pl", "currency": "PLN"},
)
HTML = b"<html><head><title>Przerwa techniczna</title></head></html>"
CHANGE = SetStock("LAMP-ARC", LAMP, 3, backorders=False)


def page(status: int, **headers: str) -> httpx.Response:
    """An HTML page."""
    return httpx.Response(status, headers={"content-type": "text/html", **headers}, content=HTML)


READS = {
    "maintenance page": (page(200), Unavailable),
    "bad gateway": (page(502), Unavailable),
    "nothing": (httpx.Response(200, content=b""), Unavailable),
    "cut off": (httpx.Response(200, content=b'{"offers":[{"id":"1"'), Unavailable),
    "a list": (said([]), Unavailable),
    "another type": (said({"offers": "none", "totalCount": 0}), Unavailable),
    "a row of another type": (said({"offers": [1], "totalCount": 1}), Unavailable),
    "a guard's page": (page(403), Unavailable),
    "login page": (page(302, location="https://allegro.pl/auth/login?x"), Unauthorised),
    "moved": (page(301, location="https://elsewhere.example/"), Refused),
    "no right": (no(403, "AccessDenied", "Access is denied"), Unauthorised),
    "too many": (no(429, "TOO_MANY_REQUESTS"), Throttled),
    "wrong version": (no(406, "NotAcceptableException"), Refused),
}


@pytest.mark.parametrize("name", READS)
def test_a_read_that_fails_is_told_as_what_it_is(vendor: Scripted, name: str) -> None:
    answer, kind = READS[name]
    vendor.answer = lambda _: answer
    with pytest.raises(ChannelError) as caught:
        list(vendor.connect().listings())
    assert type(caught.value) is kind or (kind is Refused and isinstance(caught.value, Refused)), (
        caught.value
    )
    assert caught.value.where.startswith("allegro ")
    assert caught.value.next


@pytest.mark.parametrize("name", ["maintenance page", "bad gateway", "nothing", "cut off"])
def test_a_write_that_fails_so_is_in_doubt(vendor: Scripted, name: str) -> None:
    vendor.answer = lambda _: READS[name][0]
    with pytest.raises(OutcomeUnknown):
        vendor.connect().push([CHANGE])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("stock", {"available": "many"}),
        ("stock", 7),
        ("sellingMode", {"price": {"amount": "much", "currency": "PLN"}}),
        ("sellingMode", {"price": "49.00"}),
        ("publication", "ACTIVE"),
        ("external", {"id": ["LAMP"]}),
    ],
)
def test_an_offer_of_another_shape_is_named_and_not_guessed_at(
    vendor: Scripted, field: str, value: Any
) -> None:
    row = {
        "id": "7700",
        "name": "Arc floor lamp",
        "external": {"id": "LAMP-ARC"},
        "stock": {"available": 4},
        "sellingMode": {"price": {"amount": "489.00", "currency": "PLN"}},
        "publication": {"status": "ACTIVE"},
    }
    vendor.answer = lambda _: said({"offers": [{**row, field: value}], "totalCount": 1})
    with pytest.raises(Unavailable, match="not what the vendor documents"):
        list(vendor.connect().listings())


def test_a_token_that_is_not_taken_is_renewed_once(vendor: Scripted) -> None:
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["authorization"])
        words = {"error": "invalid_token", "error_description": f"Access token expired: {ACCESS}"}
        return said(words, 401)

    vendor.answer = answer
    with pytest.raises(Unauthorised) as caught:
        list(vendor.connect().listings())
    assert len(tokens) == 2
    assert ACCESS not in str(caught.value)
    assert caught.value.next == "run `tally connect allegro`"


def test_a_refused_refresh_token_is_not_told(vendor: Scripted) -> None:
    vendor.login = lambda _: said(
        {"error": "invalid_grant", "error_description": "Invalid refresh token: seed-nobody-sees"},
        400,
    )
    with pytest.raises(Unauthorised) as caught:
        vendor.connect().check()
    assert "seed-nobody-sees" not in str(caught.value)
    assert str(caught.value.__cause__ or "").find("seed-nobody-sees") == -1
    assert REFRESH not in str(caught.value)


def test_every_request_says_which_version_it_speaks(vendor: Scripted) -> None:
    vendor.answer = lambda r: (
        said({"id": "x"}, 201) if r.method == "POST" else said({"offers": [], "totalCount": 0})
    )
    channel = vendor.connect()
    channel.push([CHANGE, SetPrice("LAMP-ARC", LAMP, Shown("live", 45900))])
    list(channel.listings())
    beta, public = (f"application/vnd.allegro.{name}.v1+json" for name in ("beta", "public"))
    assert [r.headers["accept"] for r in vendor.sent] == [beta, public]
    assert vendor.sent[0].headers["content-type"] == beta


def test_the_vendors_words_come_with_what_a_person_can_do(vendor: Scripted) -> None:
    vendor.answer = lambda _: no(
        422, "VALIDATION_ERROR", "Incorrect value", "delivery.handlingTime"
    )
    with pytest.raises(Refused) as caught:
        vendor.connect(bulk="off").push([CHANGE])
    assert caught.value.what == (
        "refused (422): Incorrect value [VALIDATION_ERROR] (delivery.handlingTime)"
    )
    assert caught.value.next == "set `handling_time` in tally.yaml"


def test_asked_to_wait_nothing_is_sent_until_then(vendor: Scripted) -> None:
    vendor.answer = lambda _: said({"errors": []}, 429, **{"retry-after": "12"})
    channel = vendor.connect()
    with pytest.raises(Throttled):
        list(channel.listings())
    before = len(vendor.sent)
    with pytest.raises(Throttled) as caught:
        channel.orders("")
    assert caught.value.retry_after_s == 12
    assert len(vendor.sent) == before
