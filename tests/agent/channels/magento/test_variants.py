"""Configurable products in Magento: made whole or taken up where it stopped, published with the first."""

from __future__ import annotations

from typing import Any

import pytest

from agent.channels.magento import variants
from agent.errors import Lossy
from agent.model.change import CreateListing, SetState
from agent.model.listing import Details, Listing, Shown
from tests.build import family
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.simulator.channels.magento.connector import Rest

SHELF = family()
PAGE = "/V1/products/OAK-SHELF"


@pytest.fixture
def shop() -> Any:
    """A shop in which attributes may be made."""
    found = StagedShop("magento")
    yield found
    found.close()


def news(*skus: str, siblings: tuple[Listing, ...] = ()) -> list[CreateListing]:
    shown, details = Shown("draft", 12900, quantity=3), Details("Oak shelf")
    return [CreateListing(sku, shown, details, SHELF, siblings) for sku in skus or SHELF.variants]


def links(people: Rest) -> list[int]:
    extension = people.get(PAGE)["extension_attributes"]
    return sorted(int(x) for x in extension["configurable_product_links"])


def test_a_page_is_hidden_until_its_first_variant_goes_live(shop: StagedShop, people: Rest) -> None:
    shelves = [r.listing for r in shop.channel.push(news()) if r.listing]
    page = people.get(PAGE)
    assert (page["status"], page["visibility"]) == (2, 1)
    acts.done(shop, SetState(shelves[0].sku, shelves[0], "live"))
    page = people.get(PAGE)
    assert (page["status"], page["visibility"]) == (1, 4)
    states = [x.shown.state for x in shop.channel.look(shelves)]
    assert states == ["live", "hidden", "hidden", "hidden"]
    assert people.get(f"/V1/products/{shelves[0].sku}")["visibility"] == 1


def test_a_page_that_people_disabled_stays_so(shop: StagedShop, people: Rest) -> None:
    shelves = [r.listing for r in shop.channel.push(news()) if r.listing]
    acts.in_state(shop, shelves[0], "live")
    people.put(f"/all{PAGE}", {"product": {"status": 2}})
    hidden = acts.afresh(shop, shelves[0])
    assert hidden.shown.state == "hidden"
    receipt = acts.told(shop, SetState(hidden.sku, hidden, "live"))
    assert (receipt.outcome, receipt.words) == (
        "refused",
        'its page "OAK-SHELF" is disabled in the shop',
    )
    assert people.get(PAGE)["status"] == 2


def test_what_was_made_half_is_no_listing_and_is_taken_up(shop: StagedShop, people: Rest) -> None:
    """The answer to the page itself is lost before the vendor has heard of it."""
    first, second = list(SHELF.variants)[:2]
    shop.recorder.before_write = None
    acts.done(shop, news(first)[0])
    people.put(f"/all{PAGE}", {"product": {"extension_attributes": unlinked(people)}})
    people.refused("GET", "/V1/products/NOBODY")
    assert shop.channel.find([first]) == []
    assert first not in {x.sku for x in shop.channel.listings()}
    receipts = shop.channel.push(news(first, second))
    assert [r.outcome for r in receipts] == ["done", "done"]
    assert len(links(people)) == 2
    assert [x.sku for x in shop.channel.find([first, second])] == [first, second]


def unlinked(people: Rest) -> dict[str, Any]:
    """The page's dropdowns with no variants."""
    told = people.get(PAGE)["extension_attributes"]["configurable_product_options"]
    return {"configurable_product_options": told, "configurable_product_links": []}


def test_a_variant_of_peoples_own_stays_on_the_page(shop: StagedShop, people: Rest) -> None:
    names = list(SHELF.variants)
    shelves = [r.listing for r in shop.channel.push(news(*names[:2])) if r.listing]
    before = links(people)
    extension = people.get(PAGE)["extension_attributes"]
    [colour, size] = extension["configurable_product_options"]
    code = {
        a["attribute_id"]: a["attribute_code"]
        for a in people.find("/V1/products/attributes")["items"]
    }
    own = [
        {
            "attribute_code": code[int(colour["attribute_id"])],
            "value": people.post(
                f"/V1/products/attributes/{code[int(colour['attribute_id'])]}/options",
                {"option": {"label": "Black"}},
            ),
        },
        {
            "attribute_code": code[int(size["attribute_id"])],
            "value": str(size["values"][0]["value_index"]),
        },
    ]
    people.product("OAK-SHELF-BLACK", custom_attributes=own)
    people.post("/V1/configurable-products/OAK-SHELF/child", {"childSku": "OAK-SHELF-BLACK"})
    [third] = shop.channel.push(news(names[2], siblings=tuple(shelves)))
    assert third.outcome == "done", third
    assert len(links(people)) == 4
    assert set(before) < set(links(people))


def test_an_attribute_that_the_shop_lacks_is_told_of_with_what_to_make(people: Rest) -> None:
    shop = StagedShop("magento", {"make_attributes": False})
    receipts = shop.channel.push(news())
    assert {r.outcome for r in receipts} == {"refused"}
    assert receipts[0].words == 'the shop has no attribute "Colour" for variants to differ in'
    assert 'add a dropdown "Colour" with the scope Global' in receipts[0].next
    assert list(shop.channel.listings()) == []
    shop.close()


def test_the_shops_own_attribute_is_used_where_tally_yaml_names_it() -> None:
    shop = StagedShop("magento", {"axes": {"Colour": "color"}})
    assert {r.outcome for r in shop.channel.push(news())} == {"done"}
    people = Rest(shop.dialect, shop.world.transport())  # type: ignore[arg-type]
    labels = {o["label"] for o in people.get("/V1/products/attributes/color/options")}
    assert {"Natural", "Smoked"} <= labels
    shop.close()


def test_a_family_does_not_join_a_page_that_varies_by_something_else(
    shop: StagedShop, people: Rest
) -> None:
    people.product("OAK-SHELF", type_id="configurable", qty=None)
    option = {"attribute_id": "93", "label": "Color", "values": [{"value_index": 9}]}
    people.post("/V1/configurable-products/OAK-SHELF/options", {"option": option})
    receipts = shop.channel.push(news())
    assert {r.outcome for r in receipts} == {"refused"}
    assert "varies by Color, not by Colour, Size" in receipts[0].words
    assert receipts[0].next == variants.OTHERS


def test_a_family_does_not_join_a_simple_product(shop: StagedShop, people: Rest) -> None:
    people.product("OAK-SHELF")
    [first, *_] = shop.channel.push(news())
    assert first.words == '"OAK-SHELF" is no configurable product in the shop'


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (family("A-1: Oak / 1", "A-2: oak / 2"), 'takes "Oak" and "oak" for one choice'),
        (family("A-1: Oak / 1", "A-2: Ash / 1", axes="Size size!"), '"Size" and "size!"'),
        (family(f"{'A' * 65}: Oak / 1", "A-2: Ash / 1"), "64 characters at most"),
    ],
    ids=["case", "alike", "long"],
)
def test_what_the_vendor_would_mistake_is_refused_with_the_reason(page: Any, reason: str) -> None:
    with pytest.raises(Lossy) as refused:
        variants.project(page)
    assert reason in refused.value.what
    assert refused.value.next


def test_a_page_is_never_found_by_a_variants_sku() -> None:
    page = family("Oak-Shelf: Oak / 1", "A-2: Ash / 1")
    assert variants.parent_sku(page) == "OAK-SHELF-page"
