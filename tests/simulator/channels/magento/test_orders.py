"""Orders: placed, read, held, cancelled, commented on, edited, written as sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.channels.magento.dialect import Magento
from simulator.faults import Fault
from simulator.world import GOODS, World
from tests.simulator.channels.magento.connector import ADDRESS, Rest, criteria

NO_ENTITY = "The entity that was requested doesn't exist. Verify the entity and try again."


def head(rest: Rest, order: int) -> dict[str, Any]:
    found: dict[str, Any] = rest.get(f"/V1/orders/{order}")
    return found


def test_keys_without_a_value_are_absent(rest: Rest) -> None:
    rest.product("BOWL")
    found = head(rest, rest.order({"BOWL": 2}))
    assert (found["grand_total"], found["total_due"], found["state"]) == (90, 90, "new")
    absent = {"total_paid", "total_refunded", "total_canceled", "ext_order_id", "customer_id"}
    assert not absent & set(found)
    assert found["store_name"] == "Main Website\nMain Website Store\nDefault Store View"
    assert found["billing_address"]["region_code"] == "PL-12"


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("999999", (404, NO_ENTITY)),
        ("0", (400, "An ID is needed. Set the ID and try again.")),
        (
            "abc",
            (
                400,
                'The "abc" value\'s type is invalid. The "int" type was expected. '
                "Verify and try again.",
            ),
        ),
    ],
)
def test_refuses_ids_that_name_no_order(rest: Rest, id: str, expected: tuple[int, str]) -> None:
    assert rest.refused("GET", f"/V1/orders/{id}") == expected


def test_a_shopper_cannot_read_even_their_own_order(rest: Rest) -> None:
    customer = {"email": "iga@example.com", "firstname": "Iga", "lastname": "Sowa"}
    rest.post("/V1/customers", {"customer": customer, "password": "Haslo-1234"})
    sign_in = {"username": "iga@example.com", "password": "Haslo-1234"}
    token = rest.post("/V1/integration/customer/token", sign_in)
    headers = {"Authorization": f"Bearer {token}"}
    rest.product("BOWL")
    assert rest.ask("POST", "/V1/carts/mine", {}, headers=headers).json() == 1
    item = {"cartItem": {"sku": "BOWL", "qty": 1, "quote_id": "1"}}
    assert rest.ask("POST", "/V1/carts/mine/items", item, headers=headers).status_code == 200
    information = {
        "shipping_address": ADDRESS,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
    body = {"addressInformation": information}
    rest.ask("POST", "/V1/carts/mine/shipping-information", body, headers=headers)
    id = rest.ask("PUT", "/V1/carts/mine/order", {}, headers=headers).json()
    assert rest.ask("GET", f"/V1/orders/{id}", headers=headers).status_code == 401
    assert head(rest, id)["customer_id"] == 1


def test_an_address_of_no_order_cannot_be_saved(rest: Rest) -> None:
    refused = rest.refused("PUT", "/V1/orders/999999", {"entity": {"city": "X"}})
    assert refused == (400, "The order address couldn't be saved.")


@pytest.mark.parametrize("quantity", [0, -1])
def test_no_pieces_count_as_one(rest: Rest, quantity: int) -> None:
    rest.product("BOWL")
    assert head(rest, rest.order({"BOWL": quantity}))["total_qty_ordered"] == 1


def test_carts_refuse_too_many_and_addresses_without_a_region(rest: Rest) -> None:
    rest.product("BOWL", qty=2)
    mask = rest.post("/V1/guest-carts")
    item = {"cartItem": {"sku": "BOWL", "qty": 3, "quote_id": mask}}
    path = f"/V1/guest-carts/{mask}"
    refused = rest.refused("POST", f"{path}/items", item)
    assert refused == (400, "The requested qty is not available")
    with pytest.raises(AssertionError, match="regionId"):
        rest.order({"BOWL": 1}, region_id=None)
    order = rest.order({"BOWL": 1})
    assert order == 1


def test_a_shoppers_cart_tells_whose_it_is_and_where_it_goes(rest: Rest) -> None:
    rest.product("BOWL")
    customer = {"email": "iga@example.com", "firstname": "Iga", "lastname": "Sowa"}
    made = rest.post("/V1/customers", {"customer": customer, "password": "Haslo-1234"})
    sign_in = {"username": customer["email"], "password": "Haslo-1234"}
    token = rest.post("/V1/integration/customer/token", sign_in)
    own = {"Authorization": f"Bearer {token}"}
    mine = "/V1/carts/mine"
    rest.ask("POST", mine, headers=own)
    empty = rest.ask("GET", mine, headers=own).json()
    assert empty["customer"] == made
    assert empty["extension_attributes"] == {"shipping_assignments": []}
    billing = empty["billing_address"]
    assert (billing["street"], billing["customer_id"], billing["city"]) == ([""], made["id"], None)
    item = {"sku": "BOWL", "qty": 1, "quote_id": empty["id"]}
    rest.ask("POST", f"{mine}/items", {"cartItem": item}, headers=own)
    full = rest.ask("GET", mine, headers=own).json()
    (sent,) = full["extension_attributes"]["shipping_assignments"]
    assert (sent["shipping"]["method"], len(sent["items"])) == (None, 1)
    assert sent["shipping"]["address"]["same_as_billing"] == 1


def test_a_cart_that_was_ordered_is_gone(rest: Rest) -> None:
    rest.product("BOWL")
    rest.order({"BOWL": 1})
    mask = next(rest.shop.shop.all("cart")).sku
    assert rest.refused("GET", f"/V1/guest-carts/{mask}/items")[0] == 404


def test_cancelling_a_part_shipped_order_keeps_what_was_sent(rest: Rest) -> None:
    rest.product("BOWL")
    order = rest.order({"BOWL": 3})
    row = rest.rows(order)["BOWL"]
    rest.post(f"/V1/order/{order}/ship", {"items": [{"order_item_id": row, "qty": 1}]})
    assert rest.post(f"/V1/orders/{order}/cancel") is True
    found = head(rest, order)
    (item,) = found["items"]
    assert (found["state"], item["qty_shipped"], item["qty_canceled"]) == ("canceled", 1, 2)
    assert (found["total_canceled"], found["total_due"]) == (135 - 80 - 10 + 90, 135)
    assert rest.salable("BOWL") == 9


def test_a_comment_moves_nothing_and_knows_the_states_statuses(rest: Rest, world: World) -> None:
    rest.product("BOWL")
    order = rest.order({"BOWL": 1})
    before = head(rest, order)["updated_at"]
    world.advance(timedelta(minutes=1))
    comment = {"statusHistory": {"comment": "ERP 7", "status": "pending"}}
    assert rest.post(f"/V1/orders/{order}/comments", comment) is True
    found = head(rest, order)
    assert (found["updated_at"], found["status_histories"][0]["comment"]) == (before, "ERP 7")
    wrong = {"statusHistory": {"comment": "x", "status": "complete"}}
    assert rest.refused("POST", f"/V1/orders/{order}/comments", wrong)[0] == 400


def test_comments_are_listed_from_the_oldest_and_told_from_the_newest(rest: Rest) -> None:
    rest.product("BOWL")
    path = f"/V1/orders/{rest.order({'BOWL': 1})}"
    for text in ("one", "two"):
        rest.post(f"{path}/comments", {"statusHistory": {"comment": text}})
    listed = [row["comment"] for row in rest.get(f"{path}/comments")["items"]]
    told = [row["comment"] for row in rest.get(path)["status_histories"]]
    assert (listed, told) == (["one", "two"], ["two", "one"])


def test_a_partial_save_keeps_the_rest_of_the_order(rest: Rest, world: World) -> None:
    rest.product("BOWL")
    order = rest.order({"BOWL": 1})
    before = head(rest, order)
    world.advance(timedelta(minutes=1))
    told = rest.post("/V1/orders", {"entity": {"entity_id": order, "ext_order_id": "ZK/7"}})
    assert (told["grand_total"], told["customer_email"]) == (None, None)
    after = head(rest, order)
    assert after.pop("ext_order_id") == "ZK/7"
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == before
    no_payment = (400, "Please provide payment for the order.")
    unknown = {"entity": {"entity_id": 999999, "ext_order_id": "x"}}
    assert rest.refused("POST", "/V1/orders", unknown) == no_payment
    assert rest.refused("POST", "/V1/orders", {"entity": {"ext_order_id": "x"}}) == no_payment


def test_an_order_is_made_from_nearly_anything(rest: Rest) -> None:
    entity = {
        "base_grand_total": 5,
        "grand_total": 5,
        "customer_email": "a@example.com",
        "items": [{"sku": "ANY", "name": "Any", "qty_ordered": 1, "price": 5}],
        "payment": {"method": "checkmo"},
    }
    made = rest.ask("PUT", "/V1/orders/create", {"entity": entity})
    assert made.status_code == 200
    assert "state" not in made.json()


def test_editing_is_cancelling_and_placing_anew(rest: Rest) -> None:
    rest.product("BOWL")
    rest.product("CUP", price=10)
    order = rest.order({"BOWL": 2})
    number = head(rest, order)["increment_id"]
    new = rest.shop.operator("edit_order", {"number": number, "items": {"CUP": 1}})
    assert new == f"{number}-1"
    (found,) = rest.find("/V1/orders", increment_id=new)["items"]
    assert (found["relation_parent_id"], found["original_increment_id"]) == (str(order), number)
    assert head(rest, order)["state"] == "canceled"
    assert (rest.salable("BOWL"), rest.salable("CUP")) == (10, 9)


def test_what_is_not_sent_has_neither_address_nor_method(rest: Rest) -> None:
    rest.product("CARD", type_id="virtual")
    found = rest.get(f"/V1/orders/{rest.order({'CARD': 1})}")
    (sent,) = found["extension_attributes"]["shipping_assignments"]
    assert (sorted(sent["shipping"]), len(sent["items"])) == (["total"], 1)


def test_a_configurable_purchase_is_two_rows(rest: Rest) -> None:
    red = rest.post("/V1/products/attributes/color/options", {"option": {"label": "red"}})
    value = [{"attribute_code": "color", "value": red}]
    child = rest.product("SHIRT-RED", visibility=1, custom_attributes=value)
    option = {
        "attribute_id": "93",
        "label": "Color",
        "values": [{"value_index": int(red)}],
    }
    links = {
        "configurable_product_options": [option],
        "configurable_product_links": [child["id"]],
    }
    rest.product("SHIRT", price=0, qty=None, type_id="configurable", extension_attributes=links)
    (listed,) = rest.find("/V1/products", sku="SHIRT")["items"]
    assert listed["extension_attributes"]["configurable_product_links"] == [child["id"]]
    mask = rest.post("/V1/guest-carts")
    chosen = {"configurable_item_options": [{"option_id": "93", "option_value": int(red)}]}
    item = {"sku": "SHIRT", "qty": 2, "quote_id": mask}
    item["product_option"] = {"extension_attributes": chosen}
    path = f"/V1/guest-carts/{mask}"
    rest.post(f"{path}/items", {"cartItem": item})
    information = {
        "shipping_address": ADDRESS,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
    rest.post(f"{path}/shipping-information", {"addressInformation": information})
    order = rest.put(f"{path}/order", {"paymentMethod": {"method": "checkmo"}})
    parent, variant = head(rest, order)["items"]
    assert (parent["sku"], variant["sku"]) == ("SHIRT-RED", "SHIRT-RED")
    assert (parent["product_type"], variant["parent_item_id"]) == (
        "configurable",
        parent["item_id"],
    )
    assert (parent["row_total"], variant["price"]) == (80, 0)
    listed = rest.get(f"/V1/orders/items?{criteria([('order_id', order)])}")["items"]
    by_itself = rest.get(f"/V1/orders/items/{variant['item_id']}")
    for row in (variant, listed[1], by_itself):
        assert row["parent_item"]["item_id"] == parent["item_id"]
    assert ("product_option" in parent, "product_option" in variant) == (True, False)
    by_variant = {"items": [{"order_item_id": variant["item_id"], "qty": 1}]}
    refused = rest.refused("POST", f"/V1/order/{order}/ship", by_variant)
    assert refused[1].endswith("You can't create a shipment without products.")
    invoice = rest.get(f"/V1/invoices/{rest.post(f'/V1/order/{order}/invoice')}")
    shipment = rest.get(f"/V1/shipment/{rest.post(f'/V1/order/{order}/ship')}")
    assert (len(invoice["items"]), len(shipment["items"])) == (2, 1)
    found = head(rest, order)
    assert [row["qty_shipped"] for row in found["items"]] == [2, 0]
    assert (found["state"], rest.held("SHIRT-RED")) == ("complete", {"default": (8, 1)})


def test_lists_know_their_fields(rest: Rest) -> None:
    assert rest.refused("GET", f"/V1/orders?{criteria([('nosuch', 1)])}")[0] == 500
    assert rest.refused("GET", "/V1/orders")[0] == 400
    assert rest.get("/V1/orders?searchCriteria=all")["items"] == []


def test_reads_lie_behind_by_the_dial(rest: Rest, world: World) -> None:
    rest.product("BOWL")
    world.dials["magento"].turn({"lag_s": 60})
    order = rest.order({"BOWL": 1})
    assert rest.get("/V1/orders?searchCriteria=")["total_count"] == 0
    assert rest.refused("GET", f"/V1/orders/{order}")[0] == 404
    world.advance(timedelta(seconds=61))
    assert rest.get("/V1/orders?searchCriteria=")["total_count"] == 1
    assert head(rest, order)["entity_id"] == order


def test_a_list_may_leave_an_order_out(rest: Rest, world: World) -> None:
    rest.product("BOWL")
    rest.order({"BOWL": 1})
    world.faults.add(Fault("omitted", "magento", path="orders", count=1))
    first = rest.get("/V1/orders?searchCriteria=")
    assert (first["items"], first["total_count"]) == ([], 1)
    assert len(rest.get("/V1/orders?searchCriteria=")["items"]) == 1


def test_tax_is_worked_out_by_the_shops_setting() -> None:
    world = World(channel_names=["magento"], goods=GOODS)
    shop = world.dialects["magento"]
    assert isinstance(shop, Magento)
    rest = Rest(shop, world.transport())
    found = head(rest, rest.order({"RETRO-CLOCK": 2}))
    (row,) = found["items"]
    assert (row["price_incl_tax"], row["tax_percent"], row["row_total_incl_tax"]) == (129, 23, 258)
    assert (row["row_total"], row["tax_amount"]) == (209.76, 48.24)
    assert found["grand_total"] == 268
    assert found["extension_attributes"]["applied_taxes"][0]["percent"] == 23
    world.close()
