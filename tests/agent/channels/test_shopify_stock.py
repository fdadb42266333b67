"""Stock on Shopify: counted first, compared, each row on its own, and never past what can be paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from agent.errors import ConfigError, OutcomeUnknown, Throttled
from agent.model.change import CreateListing, SetPrice, SetState, SetStock, SetTitle
from agent.model.listing import Details, Listing, Shown
from tests.conformance import shopify as schema
from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.shared import ROOT


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """An empty store, whose requests must all be valid."""
    staged = StagedShop("shopify")
    yield staged
    staged.close()
    if ROOT.exists():
        sent = staged.recorder.sent
        assert {fault for r in sent for fault in schema.faults_of_request(r)} == set()


def api(shop: StagedShop, document: str, **variables: Any) -> Any:
    """What the store's keeper does by other means."""
    headers = {"x-shopify-access-token": shop.secrets()["TOKEN"]}
    client = httpx.Client(headers=headers, transport=shop.world.transport())
    with client:
        answer = client.post(
            "https://shopify.test/admin/api/2026-07/graphql.json",
            json={"query": document, "variables": variables},
        )
    assert answer.is_success, answer.text
    assert "errors" not in answer.json(), answer.text
    return answer.json()["data"]


TRACK = """mutation($id: ID!, $tracked: Boolean!) {
  inventoryItemUpdate(id: $id, input: {tracked: $tracked}) { userErrors { message } } }"""
SHIRT = """mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
  product { id } userErrors { message field } } }"""
WHERE = "query { location { id name } }"
ADD = """mutation($input: LocationAddInput!) { locationAdd(input: $input) {
  location { id } userErrors { message } } }"""


def shirt(shop: StagedShop, *sizes: str) -> list[Listing]:
    """A shirt in these sizes, live, four of each; its listings by size."""
    location = api(shop, WHERE)["location"]["id"]
    rows = [
        {
            "optionValues": [{"optionName": "Size", "name": size}],
            "sku": f"SHIRT-{size}",
            "price": "99.00",
            "inventoryItem": {"tracked": True},
            "inventoryQuantities": [{"locationId": location, "name": "available", "quantity": 4}],
        }
        for size in sizes
    ]
    options = [{"name": "Size", "values": [{"name": size} for size in sizes]}]
    product = {"title": "Shirt", "status": "DRAFT", "productOptions": options, "variants": rows}
    made = api(shop, SHIRT, input=product)["productSet"]
    assert not made["userErrors"], made
    return shop.channel.find([f"SHIRT-{size}" for size in sizes])


def test_an_item_that_was_not_counted_is_counted_from_then_on(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    api(shop, TRACK, id=clock.handles["item"], tracked=False)
    loose = acts.afresh(shop, clock)
    assert loose.shown.quantity is None
    assert acts.stocked(shop, loose, 5, backorders=True).shown == replace(
        clock.shown, quantity=5, backorders=True
    )


def test_an_item_that_is_not_stocked_at_our_location_is_stocked_there(shop: StagedShop) -> None:
    acts.live(shop, "RETRO-CLOCK", quantity=14)
    address = {"countryCode": "PL", "city": "Łódź"}
    api(shop, ADD, input={"name": "Łódź", "address": address})
    other = shop.connect(shop.secrets(), {"location": "Łódź"})
    clock = other.find(["RETRO-CLOCK"])[0]
    assert clock.shown.quantity is None
    receipt = other.push([SetStock(clock.sku, clock, 3, backorders=False)])[0]
    assert receipt.outcome == "done", receipt
    assert other.find(["RETRO-CLOCK"])[0].shown.quantity == 3
    assert shop.channel.find(["RETRO-CLOCK"])[0].shown.quantity == 14
    other.close()


def test_a_location_that_there_is_not_names_those_that_there_are(shop: StagedShop) -> None:
    other = shop.connect(shop.secrets(), {"location": "Atlantis"})
    with pytest.raises(ConfigError, match='no location "Atlantis"') as caught:
        other.check()
    assert api(shop, WHERE)["location"]["name"] in caught.value.next
    other.close()


def test_of_many_rows_only_the_stale_ones_are_looked_at_again(shop: StagedShop) -> None:
    news = [
        CreateListing(f"MUG-{n:02}", Shown("draft", 3990, quantity=80), Details("Mug"))
        for n in range(30)
    ]
    mugs = [receipt.listing for receipt in shop.channel.push(news) if receipt.listing]
    for number in (3, 17):
        acts.stocked(shop, mugs[number], 79)
    receipts = shop.channel.push([SetStock(x.sku, x, 50, backorders=False) for x in mugs])
    moved = [n for n, receipt in enumerate(receipts) if receipt.again]
    assert moved == [3, 17]
    assert [receipts[n].listing.shown.quantity for n in moved if receipts[n].listing] == [79, 79]
    assert {r.outcome for n, r in enumerate(receipts) if n not in moved} == {"done"}
    quantities = [x.shown.quantity for x in shop.channel.look(mugs)]
    assert quantities == [79 if n in (3, 17) else 50 for n in range(30)]


def test_a_lost_answer_repeated_counts_once_though_pieces_were_sold_in_between(
    shop: StagedShop,
) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=14)
    change = SetStock(clock.sku, clock, 10, backorders=False)
    shop.fail_write("timeout after")
    with pytest.raises(OutcomeUnknown):
        shop.raw.push([change])
    shop.buy({clock.sku: 1})
    acts.done(shop, change)  # the vendor answers the same key as it did then
    assert acts.afresh(shop, clock).shown.quantity == 9


def test_what_cannot_be_paid_is_not_sent_and_the_wait_is_enough(shop: StagedShop) -> None:
    shop.raw.check()
    shown = Shown("draft", 3990, quantity=80)
    waits: list[float] = []
    sent = 0
    for round_ in range(12):
        news = [CreateListing(f"MUG-{round_}-{n}", shown, Details("Mug")) for n in range(45)]
        before = shop.writes()
        try:
            receipts = shop.raw.push(news)
        except Throttled as throttled:
            assert shop.writes() == before, "sent, though it could not be paid"
            waits.append(throttled.retry_after_s)
            shop.pass_time(timedelta(seconds=throttled.retry_after_s))
            receipts = shop.raw.push(news)
        assert {receipt.outcome for receipt in receipts} == {"done"}
        sent += len(receipts)
    assert waits
    assert sent == 12 * 45


def test_the_state_of_a_product_is_changed_with_all_its_variants_or_not_at_all(
    shop: StagedShop,
) -> None:
    small, large = shirt(shop, "S", "L")
    alone = acts.told(shop, SetState(small.sku, small, "live"))
    assert alone.outcome == "refused"
    assert "other variants" in alone.words
    receipts = shop.raw.push([SetState(x.sku, x, "live") for x in (small, large)])
    assert [r.outcome for r in receipts] == ["done", "done"]
    assert {x.shown.state for x in shop.raw.look([small, large])} == {"live"}
    split = [SetState(small.sku, small, "hidden"), SetState(large.sku, large, "archived")]
    assert [r.outcome for r in shop.raw.push(split)] == ["refused", "refused"]


def test_prices_of_two_variants_of_one_product_travel_together(shop: StagedShop) -> None:
    small, large = shirt(shop, "S", "L")
    before = shop.writes()
    shown = Shown("draft", 8900, compare_at=9900)
    receipts = shop.channel.push([SetPrice(x.sku, x, shown) for x in (small, large)])
    assert [r.outcome for r in receipts] == ["done", "done"]
    assert shop.writes() - before == 1
    assert {(x.shown.price, x.shown.compare_at) for x in shop.channel.look([small, large])} == {
        (8900, 9900)
    }


def test_the_title_of_a_product_with_variants_is_left_alone(shop: StagedShop) -> None:
    small, _ = shirt(shop, "S", "L")
    assert small.shown.title is None
    assert acts.told(shop, SetTitle(small.sku, small, "Hemd")).outcome == "refused"


def test_an_app_without_a_lasting_token_fetches_one(shop: StagedShop) -> None:
    found = shop.world.dialects["shopify"].credentials()
    other = shop.connect({"CLIENT": found["client_secret"]}, {"client_id": found["client_id"]})
    assert other.check().currency == "PLN"
    assert list(other.listings()) == []
    other.close()
