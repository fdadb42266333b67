"""New listings: what must be decided, what a picture must be, and what is left when something fails."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from agent.errors import OutcomeUnknown
from agent.model.change import CreateListing, Receipt, SetState
from agent.model.listing import Details, Shown
from tests.agent.channels.etsy.conftest import asked
from tests.agent.channels.etsy.test_changes import kept
from tests.contract import acts
from tests.contract.shops import StagedShop

NEW = CreateListing(
    "RETRO-CLOCK",
    Shown("draft", 12900, quantity=14),
    Details("Retro clock", "Keeps time.", weight_g=850, category="Clocks"),
)


def made(shop: StagedShop, change: CreateListing = NEW) -> Receipt:
    shop.rest()
    [receipt] = shop.channel.push([change])
    return receipt


def drafts(shop: StagedShop) -> int:
    with shop.world.lock:
        return len(list(shop.dialect.shop.all("listing")))


def pictured(address: str) -> CreateListing:
    return replace(NEW, details=replace(NEW.details, image=address))


def test_a_new_listing_has_what_etsy_wants_of_it(shop: StagedShop) -> None:
    assert made(shop).outcome == "done"
    body = kept(shop, "RETRO-CLOCK")
    facts = {
        "title": "Retro clock",
        "who_made": "i_did",
        "when_made": "made_to_order",
        "taxonomy_id": 1005,
        "type": "physical",
        "item_weight": 850.0,
        "item_weight_unit": "g",
    }
    assert {key: body[key] for key in facts} == facts
    for profile in ("shipping_profile_id", "readiness_state_id", "return_policy_id"):
        assert body[profile]
    assert len(body["images"]) == 1


def test_the_erps_category_is_told_as_the_settings_say() -> None:
    shop = StagedShop("etsy", {"categories": {"Clocks": 1027}})
    try:
        receipt = made(shop)
        words = receipt.words if receipt.outcome != "done" else ""
        assert words or kept(shop, "RETRO-CLOCK")["taxonomy_id"] == 1027
        assert not words or "taxonomy_id: 1027" in words
    finally:
        shop.close()


@pytest.mark.parametrize(
    ("settings", "words", "advice"),
    [
        ({"taxonomy": None}, 'no category for "Clocks" is decided', "set `taxonomy`"),
        ({"shipping_profile": 5}, "Invalid shipping_profile_id: 5", ""),
    ],
    ids=["category", "profile"],
)
def test_what_nobody_has_decided_is_refused_with_what_to_set(
    settings: dict[str, object], words: str, advice: str
) -> None:
    shop = StagedShop("etsy", settings)
    try:
        receipt = made(shop)
        assert receipt.outcome == "refused"
        assert words in receipt.words
        assert receipt.next.startswith(advice)
        assert drafts(shop) == 0
    finally:
        shop.close()


def test_of_several_profiles_none_is_guessed(shop: StagedShop) -> None:
    store = shop.dialect.store  # type: ignore[attr-defined]
    with shop.world.lock:
        first = next(iter(shop.dialect.shop.all("shipping_profile"))).body
        store.add("shipping_profile", {**first, "title": "Express"}, quiet=True)
    receipt = made(shop)
    assert receipt.outcome == "refused"
    assert receipt.words.startswith("the shop has 2 of shipping_profile: ")
    assert "Standard" in receipt.words
    assert "Express" in receipt.words
    assert receipt.next == "set `shipping_profile` to one of them"


def test_a_refused_inventory_leaves_no_draft_behind(shop: StagedShop) -> None:
    receipt = made(shop, replace(NEW, shown=Shown("draft", 5, quantity=3)))
    assert receipt.outcome == "refused"
    assert drafts(shop) == 0


def test_a_draft_that_lost_its_second_answer_is_found_and_finished(shop: StagedShop) -> None:
    shop.channel.find(["RETRO-CLOCK"])
    shop.rest()
    writes = iter(range(9))

    def inventory_fails() -> None:
        if next(writes) == 1:
            shop.fail("refused")
        shop.recorder.before_write = inventory_fails

    shop.recorder.before_write = inventory_fails
    with pytest.raises(OutcomeUnknown) as caught:
        shop.channel.push([NEW])
    shop.recorder.before_write = None
    assert caught.value.what.startswith("a draft was begun, and not finished: could not be reached")
    assert drafts(shop) == 1
    [found] = shop.channel.find(["RETRO-CLOCK"])
    shop.rest()
    [done] = shop.channel.push([SetState("RETRO-CLOCK", found, "live")])
    assert done.outcome == "refused"  # it never had a picture
    assert kept(shop, "RETRO-CLOCK")["inventory"]["products"][0]["sku"] == "RETRO-CLOCK"


PICTURES: dict[str, tuple[str, httpx.Response | None, str]] = {
    "no https": ("http://pictures.test/a.png", None, "begins with https://"),
    "with a password": ("https://me:secret@pictures.test/a.png", None, "no password"),
    "nobody there": ("https://nowhere.test/a.png", None, "could not be reached"),
    "a page": (
        "https://pictures.test/page",
        httpx.Response(200, content=b"<html>"),
        "neither JPEG, PNG nor GIF",
    ),
    "gone": ("https://pictures.test/gone", httpx.Response(404), "answered 404"),
    "sent on": (
        "https://pictures.test/moved",
        httpx.Response(302, headers={"location": "https://169.254.169.254/"}),
        "answered 302",
    ),
    "too large": (
        "https://pictures.test/huge",
        httpx.Response(200, content=b"\x89PNG" + b"0" * 10 * 1024 * 1024),
        "larger than 10 MiB",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_no_picture_leaves_a_draft_without_one_and_says_so(
    shop: StagedShop, name: str
) -> None:
    address, answer, words = PICTURES[name]
    if answer is not None:
        shop.recorder.instead[httpx.URL(address).path] = answer
    receipt = made(shop, pictured(address))
    assert receipt.outcome == "done"
    assert words in receipt.words
    assert receipt.words.endswith("without a picture it cannot go live: add one in Shop Manager")
    assert "secret" not in receipt.words
    assert kept(shop, "RETRO-CLOCK")["images"] == []


def test_our_keys_do_not_travel_to_where_pictures_are(shop: StagedShop) -> None:
    made(shop, pictured(acts.picture(shop)))
    [fetched] = [r for r in shop.recorder.sent if r.url.host == "pictures.test"]
    assert "authorization" not in fetched.headers
    assert "x-api-key" not in fetched.headers


def test_three_pages_fit_into_a_second(shop: StagedShop) -> None:
    made(shop)
    shop.rest()
    shop.recorder.sent.clear()
    news = [replace(NEW, sku=f"MUG-{n}") for n in range(4)]
    receipts = shop.raw.push(news)
    assert [r.outcome for r in receipts] == ["done", "done", "done", "unsent"]
    assert len(asked(shop)) == 9
