"""What Amazon's answers mean to us, in a table: error, what may have happened, what to do next."""

from __future__ import annotations

import httpx
import pytest

from agent.errors import (
    ChannelError,
    ConfigError,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.model.change import SetStock
from tests.agent.channels.amazon.conftest import ACCESS, SECRET, fault
from tests.agent.channels.scripted import Scripted, said
from tests.build import listing

HTML = "<html><title>Service is being upgraded</title></html>"
DENIED = "Access to requested resource is denied."
CLOCK = listing("RETRO-CLOCK")
THERE = {"items": [{"sku": "RETRO-CLOCK"}], "numberOfResults": 1}
TEXT_PIECES = {"fulfillment_channel_code": "DEFAULT", "quantity": "5"}
STRANGE_PRICE = {"our_price": [{"schedule": [{"value_with_tax": {}}]}]}

TABLE = [
    ("maintenance page", httpx.Response(200, text=HTML), Unavailable, OutcomeUnknown, "upgraded"),
    ("cut JSON", httpx.Response(200, text='{"items": ['), Unavailable, OutcomeUnknown, "documents"),
    ("empty", httpx.Response(200), Unavailable, OutcomeUnknown, "empty body"),
    ("a list", said([1]), Unavailable, OutcomeUnknown, "documents"),
    ("500", fault(500, "InternalFailure", "Oops"), Unavailable, OutcomeUnknown, "Oops"),
    ("503", httpx.Response(503, text="busy"), Unavailable, OutcomeUnknown, "busy"),
    ("login page", httpx.Response(302, headers={"location": "/ap/signin"}), *[Unavailable] * 2, "302"),
    ("firewall", httpx.Response(403, text=HTML), *[Unavailable] * 2, "turns us away"),
    ("no role", fault(403, "Unauthorized", DENIED, "Not for you."), *[Unauthorised] * 2, "Not for you"),
    ("revoked", fault(403, "Unauthorized", DENIED, "It is revoked"), *[Unauthorised] * 2, "revoked"),
    ("quota", fault(429, "QuotaExceeded", "You exceeded"), *[Throttled] * 2, "exceeded"),
    ("wrong seller", fault(400, "InvalidInput", "Invalid 'sellerId'"), *[Refused] * 2, "sellerId"),
    ("too large", fault(413, "RequestTooLarge", "Too large"), *[Refused] * 2, "Too large"),
    ("echo", fault(400, "InvalidInput", f"bad {ACCESS}"), *[Refused] * 2, "bad …"),
]  # fmt: skip
IDS = [row[0] for row in TABLE]


@pytest.mark.parametrize(("_", "answer", "read", "wrote", "words"), TABLE, ids=IDS)
def test_says_what_went_wrong_where_and_what_to_do(
    scripted: Scripted,
    _: str,
    answer: httpx.Response,
    read: type[ChannelError],
    wrote: type[ChannelError],
    words: str,
) -> None:
    channel = scripted.connect()
    scripted.answer = lambda _: answer
    with pytest.raises(ChannelError) as caught:
        channel.check()
    assert type(caught.value) is read or isinstance(caught.value, read)
    scripted.rest()
    scripted.answer = lambda r: said(THERE) if r.method == "GET" else answer
    with pytest.raises(ChannelError) as written:
        channel.push([SetStock("RETRO-CLOCK", CLOCK, 3, backorders=False)])
    assert isinstance(written.value, wrote)
    for error in (caught.value, written.value):
        assert words in error.what
        assert error.where.startswith("amazon ")
        assert error.next
        assert ACCESS not in str(error) and SECRET not in str(error)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"sku": 7}, "sku"),
        ({"sku": "A", "attributes": []}, "attributes"),
        ({"sku": "A", "attributes": {"purchasable_offer": {}}}, "purchasable_offer"),
        ({"sku": "A", "summaries": [7]}, "summaries"),
        ({"sku": "A", "attributes": {"fulfillment_availability": [TEXT_PIECES]}}, "quantity"),
        ({"sku": "A", "attributes": {"purchasable_offer": [STRANGE_PRICE]}}, "our_price"),
        ({"sku": "A", "issues": "none"}, "issues"),
    ],
)  # fmt: skip
def test_a_field_of_another_type_is_named(scripted: Scripted, item: object, field: str) -> None:
    scripted.answer = lambda _: said({"items": [item], "numberOfResults": 1})
    with pytest.raises(Unavailable) as caught:
        list(scripted.connect().listings())
    assert field in caught.value.what


def test_a_spent_token_is_renewed_once_and_the_call_made_again(scripted: Scripted) -> None:
    answers = [fault(403, "Unauthorized", DENIED, "The access token has expired.")]
    scripted.answer = lambda _: answers.pop() if answers else said({"items": []})
    assert scripted.connect().find(["RETRO-CLOCK"]) == []
    assert (len(scripted.logins), len(scripted.sent)) == (2, 2)
    assert scripted.sent[0].headers["x-amz-access-token"] == ACCESS
    assert scripted.sent[0].headers["x-amz-date"].endswith("Z")


def test_a_refusal_quiets_its_own_operation_only(scripted: Scripted) -> None:
    channel = scripted.connect()
    scripted.answer = lambda _: fault(429, "QuotaExceeded", "You exceeded your quota")
    with pytest.raises(Throttled):
        channel.find(["RETRO-CLOCK"])
    scripted.answer = lambda _: fault(404, "NotFound", "Not found")
    assert channel.order("902-1845936-5435065").orders == ()
    sent = len(scripted.sent)
    with pytest.raises(Throttled):
        channel.find(["RETRO-CLOCK"])
    assert len(scripted.sent) == sent


def test_keeps_the_pace_that_an_answer_tells(scripted: Scripted) -> None:
    channel = scripted.connect()
    scripted.answer = lambda _: said({"items": []}, **{"x-amzn-RateLimit-Limit": "0.5"})
    for _ in range(5):
        channel.find(["RETRO-CLOCK"])
    with pytest.raises(Throttled) as caught:
        channel.find(["RETRO-CLOCK"])
    assert caught.value.retry_after_s == 2.0


def test_a_marketplace_that_nobody_knows_is_asked_about(scripted: Scripted) -> None:
    with pytest.raises(ConfigError) as caught:
        scripted.connect(marketplace="A0NOWHERE")
    assert "`currency`" in caught.value.next
    known = scripted.settings(marketplace="A0NOWHERE", currency="TRY", language="tr_TR")
    assert known.place.currency == "TRY"


def test_plain_http_is_refused(scripted: Scripted) -> None:
    with pytest.raises(ValueError, match="https"):
        scripted.settings(address="http://sellingpartnerapi-eu.amazon.com")
