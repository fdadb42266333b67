"""The catalogue as many connectors ask it before they list: by ASIN, by identifier, by words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.simulator.channels.amazon.seller import Seller, new_listing

ITEMS = "/catalog/2022-04-01/items"


def ask(api: Seller, path: str = ITEMS, **asked: Any) -> tuple[int, dict[str, Any]]:
    api.world.advance(timedelta(seconds=1))  # two calls a second are allowed
    found = api.http.get(path, params={"marketplaceIds": api.place, **asked})
    return found.status_code, found.json()


def asin(api: Seller, sku: str = "RETRO-CLOCK") -> str:
    return str(api.get(sku)["summaries"][0]["asin"])


def test_an_item_is_read_by_its_asin_part_by_part(api: Seller) -> None:
    picture = [{"media_location": "https://pictures.example/v.jpg"}]
    code = [{"type": "ean", "value": "5901234123457"}]
    facts = {"main_product_image_locator": picture, "other_product_image_locator_2": picture}
    api.put("VASE", new_listing("Vase", externally_assigned_product_identifier=code, **facts))
    api.wait()
    status, item = ask(api, f"{ITEMS}/{asin(api, 'VASE')}")
    (summary,) = item["summaries"]
    assert (status, summary["itemName"], summary["brand"]) == (200, "Vase", "Generic")
    parts = "attributes,identifiers,images,productTypes,relationships,salesRanks"
    _, item = ask(api, f"{ITEMS}/{asin(api, 'VASE')}", includedData=parts)
    assert "purchasable_offer" not in item["attributes"]
    (row,) = item["identifiers"][0]["identifiers"]
    assert row == {"identifierType": "EAN", "identifier": "5901234123457"}
    assert [image["variant"] for image in item["images"][0]["images"]] == ["MAIN", "PT02"]
    assert item["productTypes"][0]["productType"] == "HOME"


def test_what_is_not_there_and_what_is_no_asin_are_told_apart(api: Seller) -> None:
    status, body = ask(api, f"{ITEMS}/B000000000")
    (error,) = body["errors"]
    assert (status, error["code"]) == (404, "NOT_FOUND")
    assert (
        error["message"] == f"Requested item, B000000000, not found in marketplace(s) {api.place}."
    )
    status, body = ask(api, f"{ITEMS}/CLOCK")
    assert (status, body["errors"][0]["message"]) == (400, "Invalid 'asin' provided.")


def test_a_search_by_words_or_by_identifiers_in_pages(api: Seller) -> None:
    _, found = ask(api, keywords="wall,clock")
    assert [item["summaries"][0]["itemName"] for item in found["items"]] == ["Retro wall clock"]
    _, found = ask(api, identifiers=asin(api), identifiersType="ASIN")
    assert [item["asin"] for item in found["items"]] == [asin(api)]
    _, found = ask(api, identifiers="LAMP-ARC", identifiersType="SKU", sellerId=api.id)
    assert [item["asin"] for item in found["items"]] == [asin(api, "LAMP-ARC")]
    _, first = ask(api, keywords="a", pageSize=2)
    _, last = ask(api, keywords="a", pageSize=2, pageToken=first["pagination"]["nextToken"])
    assert first["numberOfResults"] == len(first["items"]) + len(last["items"])
    assert "nextToken" not in last["pagination"]
    assert ask(api)[0] == 400


def test_the_seller_may_list_everything(api: Seller) -> None:
    asked = {"asin": asin(api), "sellerId": api.id}
    assert ask(api, "/listings/2021-08-01/restrictions", **asked) == (200, {"restrictions": []})


def test_offers_are_read_by_asin_and_in_batches(api: Seller) -> None:
    shown = {"MarketplaceId": api.place, "ItemCondition": "New"}
    path = f"/products/pricing/v0/items/{asin(api)}/offers"
    found = api.http.get(path, params=shown).json()["payload"]
    assert (found["ASIN"], found["Offers"][0]["ListingPrice"]["Amount"]) == (asin(api), 129.0)
    requests = [
        {"uri": f"/products/pricing/v0/items/{name}/offers", "method": "GET", **shown}
        for name in (asin(api), "B000000000")
    ]
    batch = "/batches/products/pricing/v0/itemOffers"
    good, wrong = api.http.post(batch, json={"requests": requests}).json()["responses"]
    assert good["body"]["payload"]["Summary"]["TotalOfferCount"] == 1
    assert wrong["status"]["statusCode"] == 400
    (error,) = wrong["body"]["errors"]
    assert error["message"] == f"B000000000 is an invalid ASIN for marketplace {api.place}."
