"""An order as the vendor tells it → lines, charges, tax, addresses, and every number that it carries."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from agent.channels.baselinker import mapping_orders, values
from agent.model.order import Address, Charge, Order, OrderLine

ADDED, CONFIRMED, MOVED = 1_772_438_400, 1_772_438_700, 1_772_442_000
PRODUCT = {
    "storage": "db",
    "storage_id": 0,
    "order_product_id": 59157160,
    "product_id": "5434",
    "variant_id": "0",
    "name": "Retro wall clock",
    "attributes": "Colour: brass",
    "sku": "RETRO-CLOCK",
    "ean": "",
    "location": "",
    "auction_id": "7680000123",
    "price_brutto": 123,
    "tax_rate": 23,
    "quantity": 2,
    "weight": 1,
}
ROW: dict[str, Any] = {
    "order_id": 1630473,
    "shop_order_id": 0,
    "external_order_id": "28f0f8d0-5b8d-11ee-b1c8-7d0b1c5b6a11",
    "order_source": "allegro",
    "order_source_id": 123,
    "order_status_id": 6624,
    "confirmed": True,
    "date_add": ADDED,
    "date_confirmed": CONFIRMED,
    "date_in_status": MOVED,
    "phone": "693123123",
    "email": "anna@buyer.example",
    "user_comments": "Ring twice",
    "currency": "PLN",
    "payment_method_cod": "0",
    "payment_done": 258.99,
    "delivery_method": "Parcel locker",
    "delivery_price": 12.99,
    "delivery_fullname": "Anna Nowak",
    "delivery_company": "",
    "delivery_address": "Prosta 5",
    "delivery_city": "Łódź",
    "delivery_state": "",
    "delivery_postcode": "90-001",
    "delivery_country_code": "PL",
    "delivery_point_id": "LOD12M",
    "delivery_point_name": "Locker LOD12M",
    "delivery_point_address": "Prosta 7",
    "invoice_fullname": "Anna Nowak",
    "invoice_company": "Nowak sp. z o.o.",
    "invoice_nip": "5252344078",
    "invoice_address": "Krzywa 1",
    "invoice_city": "Łódź",
    "invoice_postcode": "90-002",
    "invoice_country_code": "PL",
    "products": [PRODUCT],
}


def order(sources: dict[str, str] | None = None, **fields: Any) -> Order:
    return mapping_orders.order("base", {**ROW, **fields}, {6627}, sources or {})


def references(sources: dict[str, str] | None = None, **fields: Any) -> set[tuple[str, str]]:
    return set(order(sources, **fields).references)


def test_an_order_of_a_marketplace() -> None:
    point = "Locker LOD12M, LOD12M, Prosta 7"
    shipping = Address("Anna Nowak", "", "Prosta 5", point, "Łódź", "", "90-001", "PL", "693123123")
    billing = Address(
        "Anna Nowak", "Nowak sp. z o.o.", "Krzywa 1", "", "Łódź", "", "90-002", "PL", "693123123"
    )
    title = "Retro wall clock Colour: brass"
    assert order() == Order(
        channel="base",
        remote_id="1630473",
        number="1630473",
        state="open",
        payment="paid",
        placed_at=datetime.fromtimestamp(ADDED, UTC),
        modified_at=datetime.fromtimestamp(MOVED, UTC),
        currency="PLN",
        lines=(OrderLine("59157160", "RETRO-CLOCK", title, 2, 20000, 4600, Decimal(23)),),
        charges=(Charge("shipping", "Parcel locker", 1056, 243),),
        total=25899,
        email="anna@buyer.example",
        billing=billing,
        shipping=shipping,
        note="Ring twice",
        references=(
            ("id", "1630473"),
            ("number", "1630473"),
            ("source", "allegro_123"),
            ("allegro_order_id", "28f0f8d0-5b8d-11ee-b1c8-7d0b1c5b6a11"),
            ("origin", "28f0f8d0-5b8d-11ee-b1c8-7d0b1c5b6a11"),
            ("auction_id", "7680000123"),
            ("tax_number", "5252344078"),
        ),
    )


@pytest.mark.parametrize("rate", [-1, "-0.02", -0.03, 0], ids=["exempt", "outside", "reverse", "0"])
def test_what_bears_no_tax(rate: object) -> None:
    [line] = order(products=[{**PRODUCT, "tax_rate": rate}]).lines
    assert (line.net, line.tax, line.tax_rate) == (24600, 0, Decimal(0))


def test_delivery_bears_the_highest_tax_of_the_goods() -> None:
    book = {**PRODUCT, "order_product_id": 59157161, "tax_rate": 5}
    assert order(products=[book, PRODUCT]).charges == (
        Charge("shipping", "Parcel locker", 1056, 243),
    )


@pytest.mark.parametrize("price", [33.333, "33.333"])
def test_lines_and_charges_add_up_to_the_total_whatever_is_rounded(price: object) -> None:
    found = order(products=[{**PRODUCT, "price_brutto": price, "quantity": 7}])
    goods = sum(line.net + line.tax for line in found.lines)
    delivery = sum(charge.net + charge.tax for charge in found.charges)
    assert (goods, delivery, found.total) == (23333, 1299, 23333 + 1299)


def test_numbers_that_come_as_text_and_empty_maps_that_come_as_lists() -> None:
    texts = {k: str(v) if isinstance(v, int | float) else v for k, v in ROW.items()}
    texts["confirmed"] = "1"
    texts["products"] = [
        {k: str(v) if isinstance(v, int | float) else v for k, v in PRODUCT.items()}
    ]
    assert mapping_orders.order("base", texts, {6627}, {}) == order()


def test_a_map_that_is_numbered_from_0_comes_as_a_list() -> None:
    answer = {"sources": {"shop": {"8235": "Shop"}, "ebay": [], "order_return": ["Order return"]}}
    assert dict(values.maps(answer, "sources")) == {
        "shop": {"8235": "Shop"},
        "ebay": {},
        "order_return": {"0": "Order return"},
    }


def test_a_cancelled_order_has_nothing_left() -> None:
    found = order(order_status_id=6627)
    assert (found.state, [line.cancelled for line in found.lines]) == ("cancelled", [2])


def test_a_shop_that_nobody_named_gives_short_numbers_that_name_no_channel() -> None:
    shop: dict[str, Any] = {"order_source": "shop", "order_source_id": 2445}
    found = references(external_order_id="731", shop_order_id=10731, **shop)
    assert {
        ("source", "shop_2445"),
        ("external_order_id", "731"),
        ("source_number", "10731"),
        ("origin", "10731"),
    } < found
    assert not any("shop" in kind for kind, _ in found)  # a channel may well be called so


def test_a_shop_that_is_a_channel_of_ours_is_named_by_it() -> None:
    shop: dict[str, Any] = {"order_source": "shop", "order_source_id": 2445}
    found = references({"shop_2445": "woo"}, external_order_id="731", shop_order_id=731, **shop)
    assert ("woo_order_id", "731") in found


def test_numbers_that_are_none_name_nothing() -> None:
    found = references(shop_order_id=-1, products=[{**PRODUCT, "auction_id": "0"}])
    assert not any(number in ("-1", "0") for _, number in found)


def test_an_order_from_nowhere_else_names_nobody() -> None:
    found = references(order_source="personal", order_source_id=0, external_order_id="")
    assert not any(kind in ("source", "external_order_id", "origin") for kind, _ in found)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("order_id", None, "order_id is missing"),
        ("date_add", "yesterday", 'date_add is not a number: "yesterday"'),
        ("date_add", 10**20, "100000000000000000000 is no moment"),
        ("products", None, 'products is not a list: "None"'),
        ("products", [7], "products holds something that is not a map"),
        ("delivery_price", [], 'delivery_price is not a number: "[]"'),
        ("email", {"a": 1}, "email is not text: \"{'a': 1}\""),
        ("confirmed", "perhaps", 'confirmed is not yes or no: "perhaps"'),
        ("order_status_id", 1.5, 'order_status_id is not a whole number: "1.5"'),
    ],
)
def test_a_field_of_another_type_is_named(field: str, value: object, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        order({}, **{field: value})
    assert str(caught.value) == words
