"""What Etsy's answers mean to us, in a table: error, what may have happened, what to do next."""

from __future__ import annotations

import httpx
import pytest

from agent.errors import ChannelError, OutcomeUnknown, Refused, Throttled, Unauthorised, Unavailable
from agent.model.change import SetStock
from tests.agent.channels.etsy.conftest import ACCESS, SECRETS
from tests.agent.channels.scripted import Scripted, said
from tests.build import listing

HTML = b"<html><head><title>We'll be right back</title></head></html>"
Response = httpx.Response


def page(status: int, **headers: str) -> Response:
    return Response(status, headers=headers, content=HTML)


def error(status: int, text: str, described: str = "", **headers: str) -> Response:
    body = {"error": text} | ({"error_description": described} if described else {})
    return said(body, status, **headers)


# (answer, what a read of it raises, what a write of it comes to: an error, or a receipt's outcome)
ANSWERS: dict[str, tuple[Response, type[ChannelError], type[ChannelError] | str]] = {
    "401 of the token": (
        error(401, "invalid_token", "access token is expired"),
        Unauthorised,
        Unauthorised,
    ),
    "401 of the key": (error(401, "Invalid API key"), Unauthorised, Unauthorised),
    "403 of the secret": (
        error(403, "Shared secret is required in x-api-key header."),
        Unauthorised,
        Unauthorised,
    ),
    "403 of a firewall": (page(403), Unavailable, Unavailable),
    "400": (error(400, "There was a problem with /price : too low"), Refused, "refused"),
    "409": (error(409, "The listing is frozen"), Refused, "refused"),
    "429": (error(429, "Exceeded per second rate limit"), Throttled, Throttled),
    "500": (error(500, "Server Error"), Unavailable, OutcomeUnknown),
    "502": (page(502), Unavailable, OutcomeUnknown),
    "503": (page(503), Unavailable, OutcomeUnknown),
    "200 with a page": (page(200), Unavailable, OutcomeUnknown),
    "200 with nothing": (Response(200), Unavailable, OutcomeUnknown),
    "200 cut short": (Response(200, content=b'{"count": 1'), Unavailable, OutcomeUnknown),
    "200 with a list": (Response(200, content=b"[]"), Unavailable, OutcomeUnknown),
    "200 nested deep": (Response(200, content=b"[" * 100_000), Unavailable, OutcomeUnknown),
    "200 with a text for a list": (
        said({"count": 1, "results": "none", "products": "none"}),
        Unavailable,
        OutcomeUnknown,
    ),
    "redirect to a login": (page(302, location="https://x/signin"), Unauthorised, Unauthorised),
    "redirect elsewhere": (page(301, location="https://other.example/"), Refused, "refused"),
}
INVENTORY = {
    "products": [
        {
            "sku": "MUG-STONE",
            "product_id": 5,
            "is_deleted": False,
            "property_values": [],
            "offerings": [
                {
                    "offering_id": 6,
                    "is_deleted": False,
                    "is_enabled": True,
                    "quantity": 4,
                    "readiness_state_id": None,
                    "price": {"amount": 3990, "divisor": 100, "currency_code": "EUR"},
                }
            ],
        }
    ],
    "price_on_property": [],
    "quantity_on_property": [],
    "sku_on_property": [],
}
ROW = {"listing_id": 77, "state": "active", "title": "Mug", "description": "", "skus": []}
MUG = listing("MUG-STONE", external_id="77", price=3990, quantity=4)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_read_that_is_answered_so(scripted: Scripted, name: str) -> None:
    scripted.answer = lambda _: ANSWERS[name][0]
    with pytest.raises(ChannelError) as caught:
        list(scripted.connect().listings())
    _is_told_well(caught.value, ANSWERS[name][1])


@pytest.mark.parametrize("name", ANSWERS)
def test_a_write_that_is_answered_so(scripted: Scripted, name: str) -> None:
    answer, _, wanted = ANSWERS[name]
    row = {**ROW, "inventory": INVENTORY}
    scripted.answer = lambda r: (
        answer if r.method == "PUT" else said({"count": 1, "results": [row]})
    )
    change = SetStock("MUG-STONE", MUG, 9, backorders=False)
    if isinstance(wanted, str):
        [receipt] = scripted.connect().push([change])
        assert receipt.outcome == wanted
        assert receipt.words and receipt.next
        return
    with pytest.raises(ChannelError) as caught:
        scripted.connect().push([change])
    _is_told_well(caught.value, wanted)


def _is_told_well(error: ChannelError, wanted: type[ChannelError]) -> None:
    assert isinstance(error, wanted)
    assert "etsy" in error.where
    assert error.next
    for secret in (*SECRETS.values(), ACCESS):
        assert secret not in str(error)


def test_what_the_vendor_echoes_of_our_keys_is_masked(scripted: Scripted) -> None:
    scripted.answer = lambda _: error(400, f"bad key {SECRETS['KEY']} and token {ACCESS}")
    with pytest.raises(Refused) as caught:
        scripted.connect().check()
    assert caught.value.what == "refused (400): bad key … and token …"


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("Listing must have at least one image", "give the listing a picture in Shop Manager"),
        ("A shipping profile is required", "set `shipping_profile`"),
        ("A tracking number is required", "give the shipment a tracking number in the ERP"),
        ("Something else", "mend it in Shop Manager or in the ERP"),
    ],
)
def test_a_refusal_says_what_a_person_can_do(scripted: Scripted, words: str, advice: str) -> None:
    scripted.answer = lambda _: error(400, words)
    with pytest.raises(Refused) as caught:
        scripted.connect().check()
    assert caught.value.next.startswith(advice)


FIELDS = {
    "a listing's number": ({**ROW, "listing_id": "77"}, "listing_id is no whole number: '77'"),
    "an inventory": ({**ROW, "inventory": []}, "inventory is no object"),
    "products": ({**ROW, "inventory": {"products": {}}}, "products is no list of objects: {}"),
    "a title": ({**ROW, "title": 5, "inventory": INVENTORY}, "title is no text: 5"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_of_another_type_is_named(scripted: Scripted, name: str) -> None:
    row, words = FIELDS[name]
    scripted.answer = lambda _: said({"count": 1, "results": [row]})
    with pytest.raises(Unavailable) as caught:
        list(scripted.connect().listings())
    assert caught.value.what == f"the answer is not what the vendor documents: {words}"


def test_a_listing_without_an_inventory_has_no_sku(scripted: Scripted) -> None:
    row = {**ROW, "inventory": None}
    scripted.answer = lambda r: said(
        {"count": 1, "results": [row]}
        if r.url.params["state"] == "active"
        else {"count": 0, "results": []}
    )
    assert [x.sku for x in scripted.connect().listings()] == [""]


def test_an_inventory_that_a_list_leaves_out_is_asked_for(scripted: Scripted) -> None:
    row = {**ROW, "inventory": None, "skus": ["MUG-STONE"]}
    whole = {**ROW, "inventory": INVENTORY}

    def answer(request: httpx.Request) -> Response:
        if "batch" in request.url.path:
            return said({"count": 1, "results": [whole]})
        here = request.url.params["state"] == "active"
        return said({"count": int(here), "results": [row] if here else []})

    scripted.answer = answer
    [found] = scripted.connect().listings()
    assert (found.sku, found.shown.price, found.shown.quantity) == ("MUG-STONE", 3990, 4)
