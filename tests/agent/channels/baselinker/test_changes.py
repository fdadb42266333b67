"""Changes at BaseLinker: a thousand in a request, each warning its own receipt, nothing made twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import httpx
import pytest

from agent import channels
from agent.channels.baselinker import variants
from agent.errors import ConfigError, Lossy, OutcomeUnknown, Throttled, Unavailable
from agent.model.change import CreateListing, SetPrice, SetStock, SetTitle
from agent.model.listing import Details, Listing, Shown
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.channels import Goods
from tests.agent.channels.baselinker.account import Account
from tests.build import family
from tests.contract import acts


@pytest.fixture
def account() -> Iterator[Account]:
    """An account without goods."""
    opened = Account()
    yield opened
    opened.close()


def mugs(account: Account, count: int) -> list[Listing]:
    """So many mugs in the catalogue, as listings."""
    with account.world.lock:
        account.dialect.stock(
            [Goods(f"MUG-{n:05}", "Mug", Decimal("39.90"), 80) for n in range(count)]
        )
    return list(account.channel.listings())


def test_price_and_stock_of_a_thousand_take_two_requests(account: Account) -> None:
    some = mugs(account, 1000)
    before = len(account.recorder.sent)
    stock = account.channel.push([SetStock(x.sku, x, 79, backorders=False) for x in some])
    price = account.channel.push([SetPrice(x.sku, x, Shown("live", 4290)) for x in some])
    assert {receipt.outcome for receipt in (*stock, *price)} == {"done"}
    assert account.methods(before) == {
        "updateInventoryProductsStock": 1,
        "updateInventoryProductsPrices": 1,
    }
    shown = {(x.shown.price, x.shown.quantity) for x in account.channel.listings()}
    assert shown == {(4290, 79)}


def test_a_catalogue_of_many_pages_is_read_a_thousand_at_a_time(account: Account) -> None:
    account.channel.check()
    before = len(account.recorder.sent)
    some = mugs(account, 2300)
    assert len({x.sku for x in some}) == 2300
    assert account.methods(before)["getInventoryProductsList"] == 3


def test_a_look_that_was_interrupted_goes_on_with_its_next_page(account: Account) -> None:
    mugs(account, 2300)
    looked = account.raw.listings()
    next(looked)
    account.fail("503")
    with pytest.raises(Unavailable):
        list(looked)
    before = len(account.recorder.sent)
    account.rest()
    assert len(list(account.channel.listings())) == 2300
    assert account.methods(before)["getInventoryProductsList"] == 2


def test_each_product_that_is_warned_of_has_its_own_receipt(account: Account) -> None:
    good, gone = mugs(account, 2)
    account.call("deleteInventoryProduct", product_id=int(gone.external_id))
    told = account.channel.push([SetStock(x.sku, x, 7, backorders=False) for x in (gone, good)])
    assert [(r.outcome, r.again, r.words) for r in told] == [
        ("refused", True, "Product not found"),
        ("done", False, ""),
    ]


def test_stock_that_an_outside_storage_keeps_is_refused_in_the_vendors_words() -> None:
    account = Account({"external_warehouses": ["Wholesaler"]}, warehouse="warehouse_206")
    [mug] = mugs(account, 1)
    [told] = account.channel.push([SetStock(mug.sku, mug, 7, backorders=False)])
    account.close()
    assert told.outcome == "refused"
    assert told.words == "Stock cannot be assigned to warehouse warehouse_206"
    assert "`warehouse`" in told.next


def test_a_catalogue_that_reserves_offers_what_is_not_reserved() -> None:
    account = Account({"reservations": True})
    clock = acts.live(account, "RETRO-CLOCK", quantity=14)
    account.buy({clock.sku: 3})
    clock = acts.afresh(account, clock)
    assert clock.shown.quantity == 11
    assert list(account.channel.listings()) == account.channel.find([clock.sku]) == [clock]
    assert acts.stocked(account, clock, 9).shown.quantity == 9
    assert account.dialect.storefront.item(clock.sku).quantity == 9
    account.close()


def test_a_product_that_is_there_already_is_not_made_again(account: Account) -> None:
    [mug] = mugs(account, 1)
    news = CreateListing(mug.sku, Shown("draft", 4290, quantity=5), Details("Mug"))
    [told] = account.channel.push([news])
    assert (told.outcome, told.again, told.listing) == ("refused", True, mug)
    assert account.channel.find([mug.sku]) == [mug]


def test_a_price_that_is_taken_away_is_for_people(account: Account) -> None:
    [mug] = mugs(account, 1)
    before = account.writes()
    [told] = account.channel.push([SetPrice(mug.sku, mug, Shown("live"))])
    assert (told.outcome, told.words) == ("refused", "the vendor cannot be told to have no price")
    assert account.writes() == before


def test_what_the_vendor_would_cut_is_refused(account: Account) -> None:
    [mug] = mugs(account, 1)
    long = CreateListing("S" * 51, Shown("draft", 100, quantity=1), Details("Mug"))
    title = SetTitle(mug.sku, mug, "M" * 201)
    [made], [named] = account.channel.push([long]), account.channel.push([title])
    assert (made.outcome, named.outcome) == ("refused", "refused")
    assert made.words.startswith('the vendor keeps 50 characters of a sku, "SSS')
    assert named.words.endswith("has 201")


def test_a_title_of_what_is_gone_makes_no_new_product(account: Account) -> None:
    [mug] = mugs(account, 1)
    account.call("deleteInventoryProduct", product_id=int(mug.external_id))
    [told] = account.channel.push([SetTitle(mug.sku, mug, "Mug, blue")])
    assert (told.outcome, told.again) == ("refused", True)
    assert list(account.channel.listings()) == []


def test_new_products_are_not_begun_when_the_minute_has_no_room_for_all(account: Account) -> None:
    shown = Shown("draft", 3990, quantity=80)
    news = [CreateListing(f"MUG-{n:03}", shown, Details("Mug")) for n in range(20)]
    for _ in range(95):
        account.raw.find(["X"])
    before = account.writes()
    with pytest.raises(Throttled) as asked:
        account.raw.push(news)
    assert 0 < asked.value.retry_after_s <= 61
    assert account.writes() == before


def test_no_more_is_asked_in_a_minute_than_the_token_may(account: Account) -> None:
    account.raw.find(["X"])
    with pytest.raises(Throttled):
        while True:
            account.raw.find(["X"])
    assert len(account.recorder.sent) == 100
    assert account.ask("getInventories")["status"] == "ERROR"  # one more would have blocked us


def test_a_token_that_others_used_up_is_waited_for_as_long_as_the_vendor_says(
    account: Account,
) -> None:
    account.raw.find(["X"])
    while account.ask("getInventories")["status"] == "SUCCESS":
        pass
    with pytest.raises(Throttled) as asked:
        account.raw.find(["X"])
    assert "token blocked until" in asked.value.what
    assert asked.value.retry_after_s == pytest.approx(60, abs=2)
    sent = len(account.recorder.sent)
    with pytest.raises(Throttled):
        account.raw.find(["X"])
    assert len(account.recorder.sent) == sent


# -- Families -------------------------------------------------------------------------------------


def creations(siblings: Sequence[Listing] = (), *skus: str) -> list[CreateListing]:
    page = family()
    shown = Shown("draft", 12900, quantity=3)
    return [
        CreateListing(sku, shown, Details(sku), page, tuple(siblings))
        for sku in skus or page.variants
    ]


def test_a_family_is_one_product_with_its_variants_and_no_listing_of_its_own(
    account: Account,
) -> None:
    told = account.channel.push(creations())
    assert {receipt.outcome for receipt in told} == {"done"}
    made = [receipt.listing for receipt in told if receipt.listing]
    assert len({listing.handles["parent"] for listing in made}) == 1
    assert account.writes() == 5
    assert sorted(x.sku for x in account.channel.listings()) == sorted(family().variants)
    assert account.channel.look(made) == made


def test_a_main_product_whose_answer_was_lost_is_found_again(account: Account) -> None:
    account.fail_write("timeout after")
    with pytest.raises(OutcomeUnknown):
        account.channel.push(creations())
    assert account.channel.find(list(family().variants)) == []
    told = account.channel.push(creations())
    assert {receipt.outcome for receipt in told} == {"done"}
    assert account.writes() == 1 + 4


def test_a_variant_does_not_join_one_that_stands_alone(account: Account) -> None:
    first, second, *_ = creations()
    [made] = account.channel.push([CreateListing(first.sku, first.shown, first.details)])
    assert made.listing is not None
    [told] = account.channel.push(creations([made.listing], second.sku))
    assert told.outcome == "refused"
    assert told.words == f"{first.sku} of its family is a product by itself"
    assert told.next


def test_a_main_product_that_has_the_sku_of_its_variant_is_no_listing(account: Account) -> None:
    inventory = account.dialect.credentials()["inventory_id"]
    given: dict[str, Any] = {"inventory_id": inventory, "sku": "RETRO-CLOCK"}
    main = account.call("addInventoryProduct", **given)["product_id"]
    variant = account.call("addInventoryProduct", **given, parent_id=main)["product_id"]
    assert [x.external_id for x in account.channel.listings()] == [str(variant)]
    assert [x.external_id for x in account.channel.find(["RETRO-CLOCK"])] == [str(variant)]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (family("A-1: oak / 1", "A-2: Oak / 1"), 'A-1 and A-2 would both be called "Oak, 1"'),
        (family(f"A-1: {'x' * 199} / 1", "A-2: Ash / 1"), "keeps 200 characters of a name"),
        (family(code="C" * 46), "keeps 50 characters of a sku"),
    ],
    ids=["alike", "long name", "long code"],
)
def test_a_family_that_cannot_be_told_whole_is_refused(page: Any, reason: str) -> None:
    with pytest.raises(Lossy) as refused:
        variants.project(page)
    assert reason in refused.value.what
    assert refused.value.next


# -- What tally.yaml leaves open ------------------------------------------------------------------


def test_the_only_catalogue_need_not_be_named_and_one_of_several_must(account: Account) -> None:
    plain = account.connect(account.secrets(), {"inventory": ""})
    assert plain.check().shop == "BaseLinker catalogue Default"
    copy = account.call("getInventories")["inventories"][0]
    names = ("price_groups", "default_price_group", "warehouses", "default_warehouse")
    account.call(
        "addInventory",
        name="Outlet",
        description="",
        languages=["en"],
        default_language="en",
        reservations=False,
        **{name: copy[name] for name in names},
    )
    unclear = account.connect(account.secrets(), {"inventory": ""})
    with pytest.raises(ConfigError) as caught:
        list(unclear.listings())
    assert caught.value.next == (
        "set `inventory` in tally.yaml to one of: Default (307), Outlet (308)"
    )
    named = account.connect(account.secrets(), {"inventory": "Outlet"})
    assert named.check().shop == "BaseLinker catalogue Outlet"


@pytest.mark.parametrize(
    ("setting", "value", "next"),
    [
        ("price_group", "Retail", "set `price_group` in tally.yaml to one of: Default (105)"),
        ("warehouse", "bl_9", "set `warehouse` in tally.yaml to one of: bl_205"),
        ("inventory", "9", "set `inventory` in tally.yaml to one of: Default (307)"),
    ],
)
def test_what_the_account_does_not_have_is_told_with_what_it_has(
    account: Account, setting: str, value: str, next: str
) -> None:
    wrong = account.connect(account.secrets(), {setting: value})
    with pytest.raises(ConfigError) as caught:
        list(wrong.listings())
    assert caught.value.what == f'the account has no {setting} "{value}"'
    assert caught.value.next == next


def test_catalogue_price_group_and_warehouse_may_be_named(account: Account) -> None:
    [mug] = mugs(account, 1)
    names = {"inventory": "Default", "price_group": "Default", "warehouse": "Default"}
    assert list(account.connect(account.secrets(), names).listings()) == [mug]


def test_an_answer_that_counts_less_than_was_sent_is_looked_at() -> None:
    answers: dict[str, Any] = {
        "getInventories": {
            "inventories": [
                {
                    "inventory_id": 307,
                    "name": "Default",
                    "price_groups": [105],
                    "default_price_group": 105,
                    "warehouses": ["bl_205"],
                    "default_warehouse": "bl_205",
                    "reservations": False,
                }
            ]
        },
        "getInventoryPriceGroups": {
            "price_groups": [{"price_group_id": 105, "name": "Default", "currency": "PLN"}]
        },
        "updateInventoryProductsStock": {"counter": 1, "warnings": []},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        method = request.content.decode().partition("method=")[2].partition("&")[0]
        body = {"status": "SUCCESS", **answers[method]}
        return httpx.Response(200, content=json.dumps(body).encode())

    ports = Ports(
        http=Http(httpx.MockTransport(answer)), environment=Environment({"TALLY_SECRET_T": "t"})
    )
    face = channels.module("baselinker")
    channel = face.connect("base", face.Settings(secret_token="T"), ports)
    some = [Listing(s, n, Shown("live")) for s, n in (("MUG-1", "1"), ("MUG-2", "2"))]
    with pytest.raises(OutcomeUnknown) as caught:
        channel.push([SetStock(x.sku, x, 3, backorders=False) for x in some])
    assert caught.value.what == "2 sent, 1 counted, 0 warned of"
