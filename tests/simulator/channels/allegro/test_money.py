"""Refunds, returns, commission, billing and the wallet."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from simulator.world import World
from tests.simulator.channels.allegro.seller import ANNA, BETA, Seller, money

RETURNS = "/order/customer-returns"


@pytest.fixture
def order(seller: Seller) -> Any:
    """A paid order of three mugs and a lamp."""
    id = seller.shop.storefront.buy({"MUG-STONE": 3, "LAMP-ARC": 1}, ANNA)
    return seller.get(f"/order/checkout-forms/{id}")


def asked(order: Any, **more: Any) -> Any:
    named = {"payment": {"id": order["payment"]["id"]}, "order": {"id": order["id"]}}
    return {**named, "commandId": str(uuid.uuid4()), "reason": "REFUND", **more}


def pieces(order: Any, line: int, quantity: int) -> Any:
    return {"id": order["lineItems"][line]["id"], "type": "QUANTITY", "quantity": quantity}


def test_a_refund_of_pieces_and_of_an_amount(seller: Seller, order: Any) -> None:
    lamp = {"id": order["lineItems"][1]["id"], "type": "AMOUNT", "value": money("10.00")}
    body = asked(order, lineItems=[pieces(order, 0, 2), lamp], sellerComment="sorry")
    given = seller.call("POST", "/payments/refunds", body)
    assert given.status_code == 200
    assert (given.json()["status"], given.json()["totalValue"]) == ("NEW", money("89.80"))
    again = seller.call("POST", "/payments/refunds", body)  # the same command, the same refund
    assert again.json() == given.json()
    seller.wait(5)
    (listed,) = seller.get("/payments/refunds", order__id=order["id"])["refunds"]
    assert (listed["status"], listed["id"]) == ("SUCCESS", given.json()["id"])
    assert seller.get("/payments/refunds", status="CANCELED")["totalCount"] == 0
    assert seller.get(f"/order/checkout-forms/{order['id']}")["status"] == "READY_FOR_PROCESSING"


def test_no_more_is_given_back_than_was_paid(seller: Seller, order: Any) -> None:
    path = "/payments/refunds"
    assert seller.call("POST", path, asked(order, lineItems=[pieces(order, 0, 2)])).is_success
    for rows in ([pieces(order, 0, 2)], [pieces(order, 0, 0)], []):
        assert seller.refused("POST", path, asked(order, lineItems=rows))[0] == 422
    rest = [pieces(order, 0, 1), pieces(order, 1, 1)]
    assert seller.call("POST", path, asked(order, lineItems=rest)).is_success
    extra = {"value": money("0.01")}
    assert seller.refused("POST", path, asked(order, overpaid=extra))[0] == 422


@pytest.mark.parametrize("without", ["commandId", "order", "payment", "reason"])
def test_what_a_refund_must_name(seller: Seller, order: Any, without: str) -> None:
    body = asked(order, lineItems=[pieces(order, 0, 1)])
    del body[without]
    assert seller.refused("POST", "/payments/refunds", body)[0] == 422


def test_a_refund_of_nothing_known(seller: Seller, order: Any) -> None:
    body = asked(order, payment={"id": str(uuid.uuid4())})
    assert seller.refused("POST", "/payments/refunds", body)[0] == 404
    delivery = asked(order, delivery={"value": money("5.00")})
    assert seller.refused("POST", "/payments/refunds", delivery)[0] == 422  # it was free


def test_people_refund_in_the_panel(seller: Seller, order: Any) -> None:
    args = {"order": order["id"], "lines": {"MUG-STONE": 1}}
    id = seller.shop.operator("refund", args)
    (listed,) = seller.get("/payments/refunds", id=id)["refunds"]
    assert listed["totalValue"] == money("39.90")


def test_goods_come_back(world: World, seller: Seller, order: Any) -> None:
    args = {"order": order["id"], "lines": {"MUG-STONE": 2}, "comment": "chipped"}
    id = seller.shop.operator("return_goods", args)
    found = seller.get(RETURNS, version=BETA, orderId=order["id"])
    (back,) = found["customerReturns"]
    assert (found["count"], back["status"], back["items"][0]["quantity"]) == (1, "CREATED", 2)
    assert "id" not in back["items"][0]  # the item names the offer, not the line
    offer = back["items"][0]["offerId"]
    assert seller.get(RETURNS, version=BETA, items__offerId=offer)["count"] == 1
    assert seller.get(RETURNS, version=BETA, status="DELIVERED")["count"] == 0
    moved = {"return": id, "status": "DELIVERED", "waybill": "R-1"}
    seller.shop.operator("move_return", moved)
    back = seller.get(f"{RETURNS}/{id}", version=BETA)
    assert (back["status"], back["parcels"][0]["waybill"]) == ("DELIVERED", "R-1")
    later = seller.shop.operator("return_goods", {"order": order["id"], "lines": {"LAMP-ARC": 1}})
    newer = seller.get(RETURNS, version=BETA, **{"from": id})["customerReturns"]
    assert [row["id"] for row in newer] == [later]
    assert seller.call("GET", RETURNS).status_code == 406  # it is of the beta version


def test_a_return_is_rejected_once(seller: Seller, order: Any) -> None:
    id = seller.shop.operator("return_goods", {"order": order["id"], "lines": {"MUG-STONE": 1}})
    path = f"{RETURNS}/{id}/rejection"
    body = {"rejection": {"code": "ITEM_MISMATCH", "reason": "another mug"}}
    assert seller.call("POST", path, body, version=BETA).json()["status"] == "REJECTED"
    assert seller.refused("POST", path, body, version=BETA)[0] == 422


def claim(order: Any, quantity: int = 3) -> Any:
    return {"lineItem": {"id": order["lineItems"][0]["id"]}, "quantity": quantity}


def test_commission_is_claimed_once(seller: Seller, order: Any) -> None:
    path = "/order/refund-claims"
    given = seller.call("POST", path, claim(order))
    assert given.status_code == 201
    id = given.json()["id"]
    kept = seller.get(f"{path}/{id}")
    assert kept["commission"] == {"amount": 11.97, "currency": "PLN"}  # a number here
    assert seller.refused("POST", path, claim(order)) == (422, "ClaimExistsException")
    seller.shop.operator("settle_claim", {"claim": id, "status": "REJECTED"})
    assert seller.refused("POST", path, claim(order)) == (422, "ClaimExistsException")
    assert seller.refused("DELETE", f"{path}/{id}")[0] == 422
    assert seller.get(path, status="REJECTED")["count"] == 1


def test_a_claim_is_taken_back_or_comes_too_late(world: World, seller: Seller, order: Any) -> None:
    path = "/order/refund-claims"
    id = seller.call("POST", path, claim(order)).json()["id"]
    assert seller.call("DELETE", f"{path}/{id}").status_code == 204
    assert seller.call("POST", path, claim(order, 1)).status_code == 201
    assert seller.refused("POST", path, claim(order, 4))[0] == 422
    world.advance(timedelta(days=46))
    seller.token = seller.shop.operator("consent", {})["access_token"]
    lamp = {"lineItem": {"id": order["lineItems"][1]["id"]}, "quantity": 1}
    assert seller.refused("POST", path, lamp)[0] == 422


def test_the_wallet_and_the_bill(seller: Seller, order: Any) -> None:
    body = asked(order, lineItems=[pieces(order, 0, 1)])
    seller.call("POST", "/payments/refunds", body)
    seller.wait(5)
    rows = seller.get("/payments/payment-operations")["paymentOperations"]
    assert [(row["group"], row["value"]["amount"]) for row in rows] == [
        ("REFUND", "-39.90"),
        ("INCOME", "608.70"),
    ]
    income = seller.get("/payments/payment-operations", group="INCOME")
    assert income["totalCount"] == 1
    entries = seller.get("/billing/billing-entries", order__id=order["id"])["billingEntries"]
    assert [row["value"]["amount"] for row in entries] == ["-11.97", "-48.90"]


def test_a_label_is_bought_by_command(seller: Seller) -> None:
    side = {
        "name": "Shop",
        "street": "Polna 1",
        "postalCode": "60-166",
        "city": "Poznań",
        "countryCode": "PL",
        "email": "a@shop.example",
        "phone": "600100200",
    }
    size = {"value": 10, "unit": "CENTIMETER"}
    package = {"type": "PACKAGE", "length": size, "width": size, "height": size}
    package["weight"] = {"value": 1, "unit": "KILOGRAMS"}
    asked = {"sender": side, "receiver": side, "packages": [package]}
    base, key = "/shipment-management/shipments", str(uuid.uuid4())
    body = {"commandId": key, "input": asked}
    assert seller.call("POST", f"{base}/create-commands", body).status_code == 200
    assert seller.refused("POST", f"{base}/create-commands", body) == (400, "COMMAND_EXISTS")
    assert seller.get(f"{base}/create-commands/{key}")["status"] == "IN_PROGRESS"
    seller.wait(5)
    done = seller.get(f"{base}/create-commands/{key}")
    assert done["status"] == "SUCCESS"
    assert len(seller.get(f"{base}/{done['shipmentId']}")["packages"][0]["waybill"]) == 24
