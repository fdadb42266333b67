"""Offers: read, made, edited; what a stock of nothing does; the journal of offer events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.allegro.seller import ANNA, Seller, money

HOOK: dict[str, Any] = {
    "name": "Brass coat hook",
    "category": {"id": "257687"},
    "external": {"id": "HOOK-BRASS"},
    "images": ["https://shop.example/hook.jpg"],
    "sellingMode": {"price": money("12.50")},
    "stock": {"available": 40},
    "publication": {"status": "ACTIVE"},
}


def types(seller: Seller) -> list[str]:
    return [event["type"] for event in seller.get("/sale/offer-events")["offerEvents"]]


def patch(seller: Seller, sku: str, body: Any) -> Any:
    return seller.call("PATCH", f"/sale/product-offers/{seller.offer_id(sku)}", body)


def test_the_list_is_narrowed_and_paged(seller: Seller) -> None:
    page = seller.get("/sale/offers", limit=2, offset=2)
    assert (page["count"], page["totalCount"]) == (2, 6)
    assert [row["external"]["id"] for row in page["offers"]] == ["WOOL-THROW", "LAMP-ARC"]
    ended = seller.get("/sale/offers", publication__status="ENDED")["offers"]
    assert [row["external"]["id"] for row in ended] == ["LINEN-APRON"]
    cheap = seller.get(
        "/sale/offers", sellingMode__price__amount__lte=129, sort="-sellingMode.price.amount"
    )
    assert [row["external"]["id"] for row in cheap["offers"]] == [
        "RETRO-CLOCK",
        "LINEN-APRON",
        "MUG-STONE",
    ]
    two = seller.get("/sale/offers", external__id=["LAMP-ARC", "MUG-STONE"])["offers"]
    assert [row["stock"] for row in two] == [
        {"available": 80, "sold": 0},
        {"available": 2, "sold": 0},
    ]


@pytest.mark.parametrize("query", [{"limit": 1001}, {"limit": 0}, {"offset": -1}])
def test_a_page_out_of_bounds_is_refused(seller: Seller, query: Any) -> None:
    assert seller.call("GET", "/sale/offers", **query).status_code == 400


def test_parts_are_stock_and_price_alone(seller: Seller) -> None:
    path = f"/sale/product-offers/{seller.offer_id('LAMP-ARC')}/parts"
    both = seller.get(path, include=["stock", "price"])
    assert both["stock"] == {"available": 2}
    assert both["sellingMode"] == {"price": money("489.00")}
    assert "sellingMode" not in seller.get(path, include="stock")
    assert seller.call("GET", path, include="colour").status_code == 400


def test_an_offer_that_does_not_say_draft_is_listed(seller: Seller) -> None:
    body = {name: value for name, value in HOOK.items() if name != "publication"}
    assert seller.call("POST", "/sale/product-offers", body).status_code == 202
    seller.wait(5)
    assert seller.offer("HOOK-BRASS")["publication"]["status"] == "ACTIVE"


def test_a_new_offer_is_accepted_first_and_listed_later(seller: Seller) -> None:
    answer = seller.call("POST", "/sale/product-offers", HOOK)
    assert answer.status_code == 202
    assert answer.json()["publication"]["status"] == "ACTIVATING"
    where = answer.headers["location"]
    running = seller.call("GET", where)
    assert (running.status_code, running.json()["operation"]["status"]) == (202, "IN_PROGRESS")
    assert seller.shop.storefront.item("HOOK-BRASS").availability == "gone"
    seller.wait(5)
    done = seller.call("GET", where)
    assert done.status_code == 303
    assert done.headers["location"].endswith(f"/sale/product-offers/{answer.json()['id']}")
    assert seller.offer("HOOK-BRASS")["publication"]["status"] == "ACTIVE"
    assert seller.shop.storefront.item("HOOK-BRASS").price == "12.50"
    assert types(seller) == ["OFFER_ACTIVATED"]


def test_a_draft_is_there_at_once_and_may_be_deleted(seller: Seller) -> None:
    draft = {**HOOK, "publication": {"status": "INACTIVE"}}
    answer = seller.call("POST", "/sale/product-offers", draft)
    assert answer.status_code == 201
    id = answer.json()["id"]
    assert seller.call("DELETE", f"/sale/offers/{id}").status_code == 204
    assert seller.refused("GET", f"/sale/product-offers/{id}")[0] == 404
    live = seller.offer_id("LAMP-ARC")
    assert seller.refused("DELETE", f"/sale/offers/{live}") == (403, "AccessDenied")


def test_an_offer_without_pieces_fails_later_and_stays_a_draft(seller: Seller) -> None:
    answer = seller.call("POST", "/sale/product-offers", {**HOOK, "stock": {"available": 0}})
    assert answer.status_code == 202
    seller.wait(5)
    failed = seller.call("GET", answer.headers["location"])
    assert failed.status_code == 422
    code = failed.json()["errors"][0]["code"]
    assert code == "AvailableStockMustEqualToOneOrBeGreaterThanOne"
    assert seller.offer("HOOK-BRASS")["publication"]["status"] == "INACTIVE"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"stock": None}, "stock"),
        ({"name": "x y z" * 16}, "name"),
        ({"name": "Brass coathook"}, "name"),
        ({"name": "A brass hook"[1:]}, "name"),
        ({"sellingMode": {"price": {"amount": 12.5, "currency": "PLN"}}}, "sellingMode.price.amount"),
        ({"sellingMode": {"price": money("12.505")}}, "sellingMode.price.amount"),
        ({"sellingMode": {"price": money("0.00")}}, "sellingMode.price.amount"),
        ({"sellingMode": {"price": {"amount": "1", "currency": "EUR"}}}, "sellingMode.price.currency"),
        ({"external": {"id": "x" * 101}}, "external.id"),
        ({"stock": {"available": -1}}, "stock.available"),
        ({"images": []}, "images"),
        ({"category": None}, "category.id"),
        ({"productSet": [{"product": {"id": "b7e0f4b8-6e0c-4a4b-9a53-0a6f7f3b9c11"}}]},
         "productSet[0].product.id"),
        ({"productSet": [{"quantity": {"value": 0}}]}, "productSet[0].quantity.value"),
        ({"productSet": [{"quantity": {"value": "2"}}]}, "productSet[0].quantity.value"),
    ],
)  # fmt: skip
def test_what_is_not_taken(seller: Seller, change: Any, path: str) -> None:
    answer = seller.call("POST", "/sale/product-offers", {**HOOK, **change})
    assert answer.status_code == 422
    assert path in [error["path"] for error in answer.json()["errors"]]
    assert seller.get("/sale/offers")["totalCount"] == 6


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"stock": 7}, "stock"),
        ({"sellingMode": {"price": "49.99"}}, "sellingMode.price"),
        ({"productSet": [{"product": "b7e0"}]}, "productSet[0].product"),
        ({"productSet": {"product": {}}}, "productSet"),
        ({"external": "HOOK"}, "external"),
        ({"external": {"id": ["HOOK"]}}, "external.id"),
        ({"publication": {"republish": "no"}}, "publication.republish"),
        ({"description": "A hook"}, "description"),
        ({"description": {"sections": [None]}}, "description.sections"),
        ({"images": ["https://a.example/1.jpg", None]}, "images"),
        ({"productSet": [{"quantity": 1}]}, "productSet[0].quantity"),
        ({"additionalMarketplaces": {"allegro-cz": 7}}, "additionalMarketplaces"),
        ({"language": None}, "language"),
    ],
)
def test_a_body_of_another_shape_cannot_be_read(seller: Seller, body: Any, path: str) -> None:
    answer = patch(seller, "MUG-STONE", body)
    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert (error["code"], error["path"]) == ("JsonMappingException", path)
    assert error["userMessage"].startswith("Żądanie")


def test_a_product_is_entered_once_and_found_by_its_gtin(seller: Seller) -> None:
    gtin = {"id": "225693", "values": ["5901234123457"]}
    product = {"name": "Brass coat hook", "category": {"id": "257687"}, "parameters": [gtin]}
    product["images"] = ["https://shop.example/hook.jpg"]
    seller.call("POST", "/sale/product-offers", {**HOOK, "productSet": [{"product": product}]})
    (found,) = seller.get("/sale/products", phrase="5901234123457", mode="GTIN")["products"]
    bare = {
        "productSet": [{"product": {"id": found["id"]}}],
        "external": {"id": "HOOK-2"},
        "sellingMode": {"price": money("9.00")},
        "stock": {"available": 1},
        "publication": {"status": "ACTIVE"},
    }
    assert seller.call("POST", "/sale/product-offers", bare).json()["name"] == "Brass coat hook"
    seller.wait(5)
    assert seller.offer("HOOK-2")["productSet"][0]["product"]["id"] == found["id"]


def test_price_and_stock_in_one_edit(seller: Seller) -> None:
    both = {"sellingMode": {"price": money("99.00")}, "stock": {"available": 5}}
    answer = patch(seller, "RETRO-CLOCK", both)
    assert answer.status_code == 200
    assert answer.json()["stock"] == {"available": 5, "unit": "UNIT"}
    item = seller.shop.storefront.item("RETRO-CLOCK")
    assert (item.price, item.quantity) == ("99.00", 5)
    assert types(seller) == ["OFFER_STOCK_CHANGED", "OFFER_PRICE_CHANGED"]


def test_nothing_left_ends_the_offer_and_two_steps_revive_it(seller: Seller) -> None:
    answer = patch(seller, "RETRO-CLOCK", {"stock": {"available": 0}})
    assert answer.status_code == 202
    assert answer.json()["stock"]["available"] == 14  # stale until the operation ends
    early = patch(seller, "RETRO-CLOCK", {"stock": {"available": 3}})
    assert early.status_code == 409
    assert early.json()["errors"][0]["code"] == "OfferConflictException"
    seller.wait(5)
    ended = seller.offer("RETRO-CLOCK")["publication"]
    assert (ended["status"], ended["endedBy"]) == ("ENDED", "EMPTY_STOCK")
    assert seller.shop.storefront.item("RETRO-CLOCK").availability == "sold out"
    assert patch(seller, "RETRO-CLOCK", {"stock": {"available": 3}}).status_code == 200
    assert seller.offer("RETRO-CLOCK")["publication"]["status"] == "ENDED"
    patch(seller, "RETRO-CLOCK", {"publication": {"status": "ACTIVE"}})
    seller.wait(5)
    assert seller.shop.storefront.item("RETRO-CLOCK").quantity == 3
    assert types(seller) == [
        "OFFER_STOCK_CHANGED",
        "OFFER_ENDED",
        "OFFER_STOCK_CHANGED",
        "OFFER_ACTIVATED",
    ]


def test_ended_by_hand_is_gone_and_cannot_come_back_empty(seller: Seller) -> None:
    patch(seller, "RETRO-CLOCK", {"publication": {"status": "ENDED"}})
    seller.wait(5)
    assert seller.shop.storefront.item("RETRO-CLOCK").availability == "gone"
    answer = patch(seller, "LINEN-APRON", {"publication": {"status": "ACTIVE"}})
    assert answer.status_code == 422


def test_the_dial_and_faults_of_work(world: World, seller: Seller) -> None:
    world.dials["allegro"].turn({"job_s": 60})
    answer = patch(seller, "MUG-STONE", {"stock": {"available": 9}})
    assert answer.status_code == 202
    seller.wait(59)
    assert seller.offer("MUG-STONE")["stock"]["available"] == 80
    seller.wait(1)
    assert seller.offer("MUG-STONE")["stock"]["available"] == 9
    world.dials["allegro"].reset()
    world.faults.add(Fault("job failed", "allegro", path="product-offers", count=1))
    assert patch(seller, "MUG-STONE", {"stock": {"available": 7}}).status_code == 422
    world.faults.add(Fault("job stuck", "allegro", path="product-offers", count=1))
    stuck = patch(seller, "MUG-STONE", {"stock": {"available": 7}})
    seller.wait(86_400)
    pair = seller.shop.operator("consent", {})
    seller.token = pair["access_token"]
    assert seller.call("GET", stuck.headers["location"]).status_code == 202
    assert patch(seller, "MUG-STONE", {"stock": {"available": 6}}).status_code == 409


def test_an_offer_starts_and_ends_by_its_hours(world: World, seller: Seller) -> None:
    start = world.clock.now() + timedelta(hours=1)
    hours = {"status": "ACTIVE", "startingAt": start.isoformat(), "duration": "PT72H"}
    seller.call("POST", "/sale/product-offers", {**HOOK, "publication": hours})
    seller.wait(60)
    assert seller.offer("HOOK-BRASS")["publication"]["status"] == "ACTIVATING"
    seller.wait(3600)
    assert seller.shop.storefront.item("HOOK-BRASS").availability == "in stock"
    world.advance(timedelta(hours=72))
    assert seller.shop.storefront.item("HOOK-BRASS").availability == "gone"
    seller.token = seller.shop.operator("consent", {})["access_token"]
    assert seller.offer("HOOK-BRASS")["publication"]["endedBy"] == "EXPIRATION"


def test_republishing_brings_back_what_the_offer_began_with(seller: Seller) -> None:
    seller.shop.operator("set_offer", {"sku": "LAMP-ARC", "publication": {"republish": True}})
    seller.shop.storefront.buy({"LAMP-ARC": 2}, ANNA)
    assert seller.shop.storefront.item("LAMP-ARC").quantity == 2


def test_readers_see_the_past_while_a_lag_is_dialled_in(world: World, seller: Seller) -> None:
    world.dials["allegro"].turn({"lag_s": 30})
    patch(seller, "MUG-STONE", {"stock": {"available": 9}})
    assert seller.offer("MUG-STONE")["stock"]["available"] == 80
    rows = seller.get("/sale/offers", external__id="MUG-STONE")["offers"]
    assert rows[0]["stock"]["available"] == 80
    assert types(seller) == []
    seller.wait(30)
    assert seller.offer("MUG-STONE")["stock"]["available"] == 9
    assert types(seller) == ["OFFER_STOCK_CHANGED"]


def test_a_picture_keeps_to_the_address_it_was_sent_to(seller: Seller) -> None:
    link = seller.call("POST", "/sale/images", {"url": "https://shop.example/a.jpg"})
    assert link.status_code == 201
    assert link.json()["location"].startswith("https://allegro.test/original/")
    bits = b"\x89PNG\r\n\x1a\n...."
    headers = {"Authorization": f"Bearer {seller.token}", "Content-Type": "image/png"}
    sent = seller.http.post(
        "/sale/images",
        content=bits,
        headers={**headers, "Accept": "application/vnd.allegro.public.v1+json"},
    )
    assert seller.http.get(sent.json()["location"]).content == bits


def test_reference_material(seller: Seller) -> None:
    top = seller.get("/sale/categories")["categories"]
    assert next(row["id"] for row in top if not row["leaf"]) == "5"
    leaf = seller.get("/sale/categories", parent__id="5")["categories"][0]["id"]
    for path in (
        f"/sale/categories/{leaf}",
        f"/sale/categories/{leaf}/parameters",
        f"/sale/categories/{leaf}/product-parameters",
        "/marketplaces",
        "/sale/shipping-rates",
        "/sale/delivery-methods",
        "/after-sales-service-conditions/return-policies",
        "/after-sales-service-conditions/implied-warranties",
        "/after-sales-service-conditions/warranties",
        "/sale/responsible-producers",
        "/sale/responsible-persons",
        "/billing/billing-types",
    ):
        seller.get(path)
    rates = seller.get("/sale/shipping-rates")["shippingRates"][0]["id"]
    seller.get(f"/sale/shipping-rates/{rates}")
    assert seller.get("/sale/matching-categories", name="hook")["matchingCategories"]
    assert seller.get("/sale/tax-settings", category__id=leaf)["rates"]
    assert seller.refused("GET", "/sale/categories/none")[0] == 404
