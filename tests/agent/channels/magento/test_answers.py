"""What Magento's answers mean: refusals with their next step, pages of HTML, keys that are not accepted."""

from __future__ import annotations

from dataclasses import replace

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
from agent.model.change import CreateListing, SetState, SetTitle
from agent.model.listing import Details, Listing, Shown
from tests.agent.channels.magento.conftest import TOKEN
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.simulator.channels.magento.connector import Rest

CLOCK = Listing("RETRO-CLOCK", "1", Shown("live", 12900, quantity=3))
HTML = "<html><head><title>Down for a while</title></head></html>"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (httpx.Response(503, text=HTML), Unavailable, 'an HTML page "Down for a while"'),
        (httpx.Response(200, text=HTML), Unavailable, 'an HTML page "Down for a while"'),
        (httpx.Response(200, text='{"items": ['), Unavailable, "not what the vendor documents"),
        (said({"items": "none"}), Unavailable, "no list of items"),
        (said({"items": [{"id": "one"}]}), Unavailable, "no rising number"),
        (httpx.Response(403, text=HTML), Unavailable, "something in front of the shop"),
        (said({"message": "Too Many Requests", "trace": None}, 429), Throttled, "Too Many"),
        (
            said({"message": "Not for %resources.", "parameters": {"resources": "Sales"}}, 401),
            Unauthorised,
            "Not for Sales.",
        ),
        (
            said({"messages": {"error": [{"code": 500, "message": "Fatal."}]}}, 500),
            Unavailable,
            "Fatal.",
        ),
        (
            httpx.Response(302, headers={"location": "https://shop.example/admin/login?x=1"}),
            Unauthorised,
            'redirected to "https://shop.example/admin/login"',
        ),
        (
            httpx.Response(301, headers={"location": "https://www.shop.example/"}),
            Refused,
            'redirected to "https://www.shop.example/"',
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_a_read_that_is_not_answered_as_documented_is_told(
    scripted: Scripted, answer: httpx.Response, kind: type[ChannelError], words: str
) -> None:
    scripted.answer = lambda _: answer
    with pytest.raises(kind) as caught:
        list(scripted.connect().listings())
    assert words in caught.value.what
    assert caught.value.where.startswith("magento GET /rest/all/V1/products")
    assert caught.value.next
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(500, text="An error has happened during application run."), "(500)"),
        (httpx.Response(200, text=HTML), "HTML"),
        (said([]), "it is no product"),
    ],
    ids=["crash", "page", "another type"],
)
def test_a_write_that_is_not_answered_as_documented_is_in_doubt(
    scripted: Scripted, answer: httpx.Response, words: str
) -> None:
    scripted.answer = lambda _: answer
    with pytest.raises(OutcomeUnknown) as caught:
        scripted.connect().push([SetTitle(CLOCK.sku, CLOCK, "Clock")])
    assert words in caught.value.what


@pytest.mark.parametrize(
    ("body", "words", "advice"),
    [
        (
            {"message": "URL key for specified store already exists."},
            "URL key for specified store already exists.",
            "another product has this address in the shop: change the url key there",
        ),
        (
            {
                "message": "One or more input exceptions have occurred.",
                "errors": [
                    {"message": "%1 is %2", "parameters": ["name", "empty"]},
                    {"message": "%field wrong", "parameters": {"field": "price"}},
                ],
            },
            "One or more input exceptions have occurred. · name is empty · price wrong",
            "correct it in the shop or in the ERP; the next change is tried again",
        ),
    ],
    ids=["address", "several"],
)
def test_a_refusal_is_in_the_vendors_words_with_their_parameters(
    scripted: Scripted, body: object, words: str, advice: str
) -> None:
    scripted.answer = lambda _: said(body, 400)
    [receipt] = scripted.connect().push([SetTitle(CLOCK.sku, CLOCK, "Clock")])
    assert (receipt.outcome, receipt.words) == ("refused", f"refused (400): {words}")
    assert receipt.next == advice


def test_a_web_server_that_lets_no_slash_pass_is_not_taken_for_a_missing_product(
    scripted: Scripted,
) -> None:
    scripted.answer = lambda _: httpx.Response(404, text="<title>Not Found</title>")
    lamp = replace(CLOCK, sku="LAMP/80")
    [receipt] = scripted.connect().push([SetTitle(lamp.sku, lamp, "Lamp")])
    assert (receipt.outcome, receipt.again) == ("refused", False)
    assert receipt.words == 'refused (404): an HTML page "Not Found"'
    assert "AllowEncodedSlashes NoDecode" in receipt.next


def test_keys_that_a_person_gave_anew_are_taken_up_without_a_start(scripted: Scripted) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        good = request.headers["authorization"] == "Bearer fresh"
        return said({"items": []}) if good else said({"message": "no"}, 401)

    scripted.answer = answer
    channel = scripted.connect()
    with pytest.raises(Unauthorised) as dead:
        channel.look([CLOCK])
    assert "tally connect" in dead.value.next
    scripted.secrets["TALLY_SECRET_TOKEN"] = "fresh"
    assert channel.look([CLOCK]) == []


def test_a_sku_that_differs_in_case_is_never_renamed(shop: StagedShop, people: Rest) -> None:
    people.product("Retro-Clock")
    change = CreateListing("RETRO-CLOCK", Shown("draft", 12900, quantity=3), Details("Clock"))
    receipt = acts.told(shop, change)
    assert receipt.outcome == "refused"
    assert 'the shop has "Retro-Clock"' in receipt.words
    assert people.get("/V1/products/Retro-Clock")["sku"] == "Retro-Clock"
    assert shop.channel.find(["RETRO-CLOCK"]) == []


def test_a_product_that_is_there_is_looked_at_and_not_written_over(
    shop: StagedShop, people: Rest
) -> None:
    people.product("RETRO-CLOCK", price=99)
    change = CreateListing("RETRO-CLOCK", Shown("draft", 12900, quantity=3), Details("Clock"))
    receipt = acts.told(shop, change)
    assert (receipt.outcome, receipt.again) == ("refused", True)
    assert people.get("/V1/products/RETRO-CLOCK")["price"] == 99


def test_two_products_of_one_name_have_addresses_of_their_own(shop: StagedShop) -> None:
    shown = Shown("draft", 3990, quantity=3)
    skus = ["MUG/1", "MUG-1", "mug.1", "KUBEK-ŻÓŁTY"]
    changes = [CreateListing(sku, shown, Details("Kubek żółty")) for sku in skus]
    assert [r.outcome for r in shop.channel.push(changes)] == ["done"] * 4


def test_visibility_is_peoples_own(shop: StagedShop, people: Rest) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=3)
    people.put("/all/V1/products/RETRO-CLOCK", {"product": {"visibility": 3}})
    acts.in_state(shop, clock, "hidden")
    acts.in_state(shop, clock, "live")
    assert people.get("/V1/products/RETRO-CLOCK")["visibility"] == 3


def test_what_another_view_says_stays(shop: StagedShop, people: Rest) -> None:
    clock = acts.drafted(shop, "RETRO-CLOCK")
    people.put("/pl/V1/products/RETRO-CLOCK", {"product": {"name": "Zegar ścienny"}})
    acts.done(shop, SetTitle(clock.sku, clock, "Wall clock"))
    acts.done(shop, SetState(clock.sku, clock, "live"))
    assert people.get("/pl/V1/products/RETRO-CLOCK")["name"] == "Zegar ścienny"
    assert people.get("/all/V1/products/RETRO-CLOCK")["name"] == "Wall clock"
    people.put("/all/V1/products/RETRO-CLOCK", {"product": {"name": "Clock"}})
    assert people.get("/default/V1/products/RETRO-CLOCK")["name"] == "Clock"


def test_an_integration_that_lacks_rights_says_which(shop: StagedShop) -> None:
    with pytest.raises(Unauthorised) as caught:
        shop.connect({"TOKEN": str(shop.facts()["limited_token"])}).check()
    assert "Magento_" in caught.value.what
    assert "System > Integrations" in caught.value.next
