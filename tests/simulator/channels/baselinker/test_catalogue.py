"""The catalogue: products, variants, prices and stock, page by page and a thousand at once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from simulator.channels import Goods
from simulator.world import World
from tests.simulator.channels.baselinker.account import Account


@pytest.fixture
def large() -> Iterator[Account]:
    goods = [Goods(f"NAIL-{n}", f"Nail {n} mm", Decimal("0.20"), n) for n in range(1, 1102)]
    made = World(channel_names=["baselinker"], goods=goods)
    yield Account(made)
    made.close()


def add(account: Account, **fields: Any) -> dict[str, Any]:
    return account.call("addInventoryProduct", inventory_id=account.inventory, **fields)


def data(account: Account, id: Any) -> dict[str, Any]:
    found = account.call(
        "getInventoryProductsData", inventory_id=account.inventory, products=[int(id)]
    )
    row: dict[str, Any] = found["products"][str(id)]
    return row


def update(account: Account, field: str, products: Any) -> dict[str, Any]:
    method = f"updateInventoryProducts{field}"
    return account.call(method, inventory_id=account.inventory, products=products)


def test_a_catalogue_names_its_price_groups_and_warehouses(account: Account) -> None:
    (inventory,) = account.call("getInventories")["inventories"]
    (group,) = account.call("getInventoryPriceGroups")["price_groups"]
    (warehouse,) = account.call("getInventoryWarehouses")["warehouses"]
    assert inventory["price_groups"] == [group["price_group_id"]]
    assert group["currency"] == "PLN"
    key = f"{warehouse['warehouse_type']}_{warehouse['warehouse_id']}"
    assert inventory["warehouses"] == [key] == [inventory["default_warehouse"]]


def test_the_list_has_a_thousand_rows_a_page(large: Account) -> None:
    pages = [
        large.call("getInventoryProductsList", inventory_id=large.inventory, page=n)["products"]
        for n in (1, 2, 3)
    ]
    assert [len(p) for p in pages] == [1000, 101, 0]
    assert pages[2] == []  # an empty map, as PHP writes one
    first = next(iter(pages[0].values()))
    assert (first["sku"], first["stock"]) == ("NAIL-1", {"bl_205": 1})


def test_a_thousand_products_are_priced_and_counted_at_once_but_no_more(large: Account) -> None:
    found = large.call("getInventoryProductsList", inventory_id=large.inventory)["products"]
    assert update(large, "Stock", {i: {"bl_205": 7} for i in found})["counter"] == 1000
    assert update(large, "Prices", {i: {"105": 1.5} for i in found})["counter"] == 1000
    more = {id: {"bl_205": 1} for id in [*found, "9"]}
    method = "updateInventoryProductsStock"
    refused = large.refusal(method, inventory_id=large.inventory, products=more)
    assert refused == "ERROR_PRODUCTS"
    assert large.stock("NAIL-1") == 7


@pytest.mark.parametrize(
    ("filters", "skus"),
    [
        ({"filter_sku": "MUG-STONE"}, ["MUG-STONE"]),
        ({"filter_sku": "mug-stone"}, []),
        ({"filter_name": "wool"}, ["WOOL-THROW"]),
        ({"filter_price_from": 200, "filter_price_to": 249}, ["OAK-SHELF-80", "WOOL-THROW"]),
        ({"filter_stock_to": 2}, ["LAMP-ARC", "LINEN-APRON"]),
        ({"filter_stock_from": 80}, ["MUG-STONE"]),
        ({"filter_sort": "id DESC", "filter_price_to": 100}, ["LINEN-APRON", "MUG-STONE"]),
    ],
)
def test_the_list_is_filtered(account: Account, filters: dict[str, Any], skus: list[str]) -> None:
    found = account.call("getInventoryProductsList", inventory_id=account.inventory, **filters)
    rows = found["products"]
    assert [row["sku"] for row in (rows.values() if rows else [])] == skus


def test_bad_rows_come_back_in_warnings_and_the_others_are_written(account: Account) -> None:
    ids = account.ids()
    wanted = {
        ids["MUG-STONE"]: {"bl_205": 3},
        "99": {"bl_205": 3},
        ids["LAMP-ARC"]: {"bl_999": 3},
        ids["WOOL-THROW"]: {"bl_205": "many"},
    }
    assert update(account, "Stock", wanted) == {
        "status": "SUCCESS",
        "counter": 1,
        "warnings": {
            "99": "Product not found",
            ids["LAMP-ARC"]: "Stock cannot be assigned to warehouse bl_999",
            ids["WOOL-THROW"]: "Invalid stock for warehouse bl_205",
        },
    }
    assert (account.stock("MUG-STONE"), account.stock("WOOL-THROW")) == (3, 25)


def test_stock_of_an_outside_warehouse_cannot_be_written() -> None:
    options = {"warehouses": ["Shop", "Cellar"], "external_warehouses": ["Wholesaler"]}
    world = World(channel_names=["baselinker"], settings={"baselinker": {"options": options}})
    account = Account(world)
    keys = account.call("getInventories")["inventories"][0]["warehouses"]
    assert keys == ["bl_205", "bl_206", "warehouse_207"]
    made = add(account, sku="HOOK", stock={"bl_205": 1, "bl_206": 2, "warehouse_207": 3})
    assert made["warnings"] == {"stock": "Stock cannot be assigned to warehouse warehouse_207"}
    assert update(account, "Stock", {made["product_id"]: {"bl_206": 9}})["counter"] == 1
    assert data(account, made["product_id"])["stock"] == {
        "bl_205": 1,
        "bl_206": 9,
        "warehouse_207": 0,
    }
    world.close()


def test_zero_and_less_than_zero_are_stock_like_any_other(account: Account) -> None:
    id = account.ids()["MUG-STONE"]
    assert update(account, "Stock", {id: {"bl_205": 0}})["warnings"] == []
    assert account.dialect.storefront.item("MUG-STONE").availability == "sold out"
    update(account, "Stock", {id: {"bl_205": -21}})
    assert account.stock("MUG-STONE") == -21


def test_prices_are_gross_and_have_two_decimals(account: Account) -> None:
    id = account.ids()["MUG-STONE"]
    update(account, "Prices", {id: {"105": "29.999"}})
    found = account.call("getInventoryProductsPrices", inventory_id=account.inventory)
    assert found["products"][id] == {"prices": {"105": 30.0}, "variants": []}
    assert account.dialect.storefront.item("MUG-STONE").price == "30.00"
    refused = update(account, "Prices", {id: {"999": 1, "105": -1}})
    assert (refused["counter"], list(refused["warnings"])) == (0, [id])


def test_a_variant_is_a_product_with_a_parent(account: Account) -> None:
    main = add(account, sku="SHIRT", text_fields={"name": "Shirt"})["product_id"]
    red = add(
        account,
        parent_id=main,
        sku="SHIRT-RED",
        text_fields={"name": "Red"},
        prices={"105": 50},
        stock={"bl_205": 4},
    )["product_id"]
    assert data(account, main)["variants"] == {
        str(red): {
            "name": "Red",
            "sku": "SHIRT-RED",
            "ean": "",
            "prices": {"105": 50.0},
            "stock": {"bl_205": 4},
            "locations": [],
        }
    }
    update(account, "Stock", {red: {"bl_205": 6}})
    stocks = account.call("getInventoryProductsStock", inventory_id=account.inventory)["products"]
    assert stocks[str(main)]["variants"] == {str(red): {"bl_205": 6}}
    assert str(red) not in stocks
    listed = account.call("getInventoryProductsList", inventory_id=account.inventory)["products"]
    assert str(main) in listed and str(red) not in listed
    assert account.ids()["SHIRT-RED"] == str(red)
    shown = account.dialect.storefront.item("SHIRT-RED")
    assert (shown.title, shown.quantity) == ("Shirt, Red", 6)
    assert account.dialect.storefront.item("SHIRT").availability == "gone"  # only its variants sell


def test_a_product_with_an_id_is_changed_only_where_something_is_sent(account: Account) -> None:
    id = int(account.ids()["MUG-STONE"])
    made = add(
        account, product_id=id, text_fields={"description": "Grey", "name|pl|allegro_0": "Kubek"}
    )
    assert made == {"status": "SUCCESS", "product_id": id, "warnings": []}
    found = data(account, id)
    assert found["text_fields"] == {
        "name": "Stoneware mug",
        "description": "Grey",
        "name|pl|allegro_0": "Kubek",
    }
    assert (found["sku"], found["prices"], found["tax_rate"]) == ("MUG-STONE", {"105": 39.9}, 23.0)


def test_larger_packings_have_codes_of_their_own_which_are_told_when_asked(
    account: Account,
) -> None:
    more = [{"ean": "5901234123464", "quantity": 4}]
    id = add(account, sku="TEA", ean="5901234123457", ean_additional=more)["product_id"]
    named = {"inventory_id": account.inventory, "filter_ean": "5901234123464"}
    assert list(account.call("getInventoryProductsList", **named)["products"]) == [str(id)]
    assert "ean_additional" not in data(account, id)
    told = {"inventory_id": account.inventory, "products": [id], "include_additional_eans": True}
    found = account.call("getInventoryProductsData", **told)["products"][str(id)]
    assert found["ean_additional"] == more


def test_products_are_found_by_their_place(account: Account) -> None:
    id = add(account, sku="TEA", locations={"bl_205": "A-5-2;B-1"})["product_id"]
    named = {"inventory_id": account.inventory, "filter_locations": "b-1"}
    assert list(account.call("getInventoryProductsList", **named)["products"]) == [str(id)]


def test_without_an_id_each_call_makes_another_product(account: Account) -> None:
    first, second = (add(account, sku="TWIN")["product_id"] for _ in range(2))
    assert first != second


def test_pictures_are_written_from_0_and_read_from_1(account: Account) -> None:
    pictures = {"0": "url:https://cdn.example/a.jpg", "15": "url:https://cdn.example/b.jpg"}
    made = add(account, sku="ART", images={**pictures, "16": "url:https://cdn.example/c.jpg"})
    assert made["warnings"] == {"images": "Invalid image position 16"}
    id = made["product_id"]
    assert data(account, id)["images"] == {
        "1": "https://cdn.example/a.jpg",
        "16": "https://cdn.example/b.jpg",
    }
    add(account, product_id=id, images={"0": ""})
    assert list(data(account, id)["images"]) == ["16"]


def test_a_picture_may_have_two_megabytes_and_no_more(account: Account) -> None:
    most = 2 * 1024 * 1024
    for size, warned in ((most, []), (most + 1, {"images": "Image 0: the file is too large"})):
        picture = f"data:{base64.b64encode(bytes(size)).decode()}"
        assert add(account, sku="ART", images={"0": picture})["warnings"] == warned


def test_a_plus_that_became_a_space_spoils_a_picture(account: Account) -> None:
    made = add(account, sku="ART", images={"0": "data:ab cd"})
    assert made["warnings"] == {"images": "Image 0: invalid base64 data"}


def test_odd_tax_rates_are_exempt_np_and_reverse_charge(account: Account) -> None:
    for rate in (-1, -0.02, -0.03, 8):
        made = add(account, sku="TEA", tax_rate=rate)
        assert data(account, made["product_id"])["tax_rate"] == rate
    assert "tax_rate" in add(account, sku="TEA", tax_rate=101)["warnings"]


def test_a_deleted_product_is_gone_with_its_variants(account: Account) -> None:
    main = add(account, sku="SHIRT")["product_id"]
    add(account, parent_id=main, sku="SHIRT-RED")
    account.call("deleteInventoryProduct", product_id=main)
    assert not {"SHIRT", "SHIRT-RED"} & set(account.ids())
    assert account.refusal("deleteInventoryProduct", product_id=main) == "ERROR_PRODUCT_ID"


def test_deleting_a_category_deletes_what_is_in_it_but_not_below(account: Account) -> None:
    top = account.call("addInventoryCategory", name="Kitchen", parent_id=0)["category_id"]
    below = account.call("addInventoryCategory", name="Mugs", parent_id=top)["category_id"]
    add(account, sku="PAN", category_id=top)
    add(account, sku="CUP", category_id=below)
    account.call("deleteInventoryCategory", category_id=top)
    assert "CUP" in account.ids() and "PAN" not in account.ids()
    left = account.call("getInventoryCategories")["categories"]
    assert left == [{"category_id": below, "name": "Mugs", "parent_id": 0}]


def test_makers_tags_and_the_words_for_texts(account: Account) -> None:
    id = account.call("addInventoryManufacturer", manufacturer_name="Clay & Co")["manufacturer_id"]
    assert account.call("getInventoryManufacturers")["manufacturers"] == [
        {"manufacturer_id": id, "name": "Clay & Co"}
    ]
    account.call("deleteInventoryManufacturer", manufacturer_id=id)
    account.call("addInventoryTag", name="discontinued")
    assert account.call("getInventoryTags")["tags"] == [{"name": "discontinued"}]
    keys = account.call("getInventoryAvailableTextFieldKeys", inventory_id=account.inventory)
    assert "description" in keys["text_field_keys"]
    integrations = account.call("getInventoryIntegrations", inventory_id=account.inventory)
    assert integrations["integrations"] == []
    assert account.call("getInventoryExtraFields")["extra_fields"] == []


def test_a_second_catalogue_with_its_own_currency_and_place(account: Account) -> None:
    group = account.call("addInventoryPriceGroup", name="Euro", currency="EUR")["price_group_id"]
    place = account.call("addInventoryWarehouse", name="Berlin")["warehouse_id"]
    made = account.call(
        "addInventory",
        name="Germany",
        languages=["de"],
        default_language="de",
        price_groups=[group],
        default_price_group=group,
        warehouses=[f"bl_{place}"],
        default_warehouse=f"bl_{place}",
        reservations=True,
    )["inventory_id"]
    id = account.call("addInventoryProduct", inventory_id=made, sku="UHR", prices={str(group): 10})[
        "product_id"
    ]
    assert "UHR" not in account.ids()
    warned = update(account, "Prices", {id: {str(group): 11}})
    assert warned["warnings"] == {str(id): "Product not found"}  # of the other catalogue
    assert account.refusal("deleteInventoryWarehouse", warehouse_id=place) == "ERROR_WAREHOUSE_ID"
    account.call("deleteInventory", inventory_id=made)
    account.call("deleteInventoryWarehouse", warehouse_id=place)
    account.call("deleteInventoryPriceGroup", price_group_id=group)
    assert (
        account.refusal("deleteInventory", inventory_id=account.inventory) == "ERROR_INVENTORY_ID"
    )


def test_a_products_log_tells_its_changes(account: Account) -> None:
    id = account.ids()["MUG-STONE"]
    update(account, "Stock", {id: {"bl_205": 3}})
    update(account, "Prices", {id: {"105": 30}})
    update(account, "Prices", {id: {"105": 30}})  # the same again is no change
    logs = account.call("getInventoryProductLogs", product_id=int(id))["logs"]
    assert [entry for log in logs for entry in log["entries"]] == [
        {"type": 1, "info": "bl_205", "from": 80, "to": 3},
        {"type": 2, "info": 105, "from": 39.9, "to": 30.0},
    ]
    only = {"product_id": int(id), "log_type": [2, 3]}
    assert [
        log["entries"][0]["type"] for log in account.call("getInventoryProductLogs", **only)["logs"]
    ] == [2]


def test_a_bundle_is_made_of_products_that_are_there(account: Account) -> None:
    mug = account.ids()["MUG-STONE"]
    parts = {mug: 4, "7": 1, "many": 1, "1e30": 1}
    made = add(account, sku="SET", is_bundle=True, prices={"105": 9}, bundle_products=parts)
    id = made["product_id"]
    assert data(account, id)["bundle_products"] == {mug: 4}
    assert list(made["warnings"]) == ["bundle_products"]
    for wrong in ({id: 1}, {mug: 0}):
        told = add(account, product_id=id, bundle_products=wrong)["warnings"]
        assert list(told) == ["bundle_products"]
    other = add(account, sku="SETS", is_bundle=True, bundle_products={id: 2})
    assert list(other["warnings"]) == ["bundle_products"]
    assert account.dialect.storefront.shelf()


def test_readers_lag_behind_writers_where_it_is_dialled_in(world: World, account: Account) -> None:
    id = account.ids()["MUG-STONE"]
    world.dials["baselinker"].turn({"lag_s": 30})
    update(account, "Stock", {id: {"bl_205": 3}})
    assert account.stock("MUG-STONE") == 80
    assert account.dialect.storefront.item("MUG-STONE").quantity == 3
    world.advance(timedelta(seconds=31))
    assert account.stock("MUG-STONE") == 3


def test_a_bundle_has_what_its_parts_allow(account: Account) -> None:
    ids = account.ids()
    add(
        account,
        sku="TEA-SET",
        is_bundle=True,
        prices={"105": 100},
        bundle_products={ids["MUG-STONE"]: 4, ids["WOOL-THROW"]: 1},
    )
    assert account.dialect.storefront.item("TEA-SET").quantity == 20  # 80 mugs ÷ 4
    account.buy(TEA_SET=1)
    assert (account.stock("MUG-STONE"), account.stock("WOOL-THROW")) == (76, 24)


def test_a_warehouse_document_moves_stock_once_it_is_confirmed(account: Account) -> None:
    mug = int(account.ids()["MUG-STONE"])
    place = account.call("getInventoryWarehouses")["warehouses"][0]["warehouse_id"]
    for type, stock in ((0, 85), (2, 80)):  # goods in, goods out
        id = account.call("addInventoryDocument", warehouse_id=place, document_type=type)[
            "document_id"
        ]
        items = [{"product_id": mug, "quantity": 5, "price": 10}]
        account.call("addInventoryDocumentItems", document_id=id, items=items)
        before = account.stock("MUG-STONE")
        assert before != stock
        account.call("setInventoryDocumentStatusConfirmed", document_id=id)
        assert account.stock("MUG-STONE") == stock
        again = account.refusal("setInventoryDocumentStatusConfirmed", document_id=id)
        assert again == "ERROR_DOCUMENT_ID"
    found = account.call("getInventoryDocuments", filter_document_status=1)["documents"]
    assert [(d["full_number"], d["total_quantity"]) for d in found] == [("GR/1", 5), ("GI/1", 5)]
    (item,) = account.call("getInventoryDocumentItems", document_id=id)["items"]
    assert (item["product_sku"], item["total_price"]) == ("MUG-STONE", 50.0)
    account.call("getInventoryDocumentSeries")
