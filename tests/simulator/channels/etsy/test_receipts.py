"""Receipts: how they add up, how lists page, how they ship, are cancelled and refunded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.channels import SoldOut
from simulator.faults import Fault
from tests.simulator.channels.etsy.seller import BUYER, Seller, coloured

ALL = "/shops/{shop}/receipts"
CODE = {"tracking_code": "PX123", "carrier_name": "poczta-polska"}


def ship(seller: Seller, receipt: int, **fields: Any) -> Any:
    return seller("POST", f"{ALL}/{receipt}/tracking", json=fields)


def test_a_receipt_tells_who_bought_what(seller: Seller) -> None:
    found = seller.receipt(seller.buy(RETRO_CLOCK=2, LAMP_ARC=1))
    assert (found["status"], found["is_paid"], found["is_shipped"]) == ("paid", True, False)
    assert (found["name"], found["zip"], found["country_iso"]) == ("Ewa Nowak", "00-838", "PL")
    assert found["formatted_address"] == "Ewa Nowak\nProsta 1\n00-838 Warszawa\nPL"
    assert found["buyer_email"] is None
    lines = [(t["sku"], t["quantity"], t["price"]["amount"]) for t in found["transactions"]]
    assert lines == [("RETRO-CLOCK", 2, 12900), ("LAMP-ARC", 1, 48900)]
    assert found["grandtotal"] == {"amount": 74700, "divisor": 100, "currency_code": "PLN"}
    assert found["total_vat_cost"]["amount"] == 13968  # 747.00 contain 23 per cent


def test_a_sale_comes_off_the_receipt_not_off_the_lines(seller: Seller) -> None:
    seller.etsy.operator("sale", {"percent": 10, "skus": ["RETRO-CLOCK"]})
    item = seller.etsy.storefront.item("RETRO-CLOCK")
    assert (item.price, item.was) == ("116.10", "129.00")
    found = seller.receipt(seller.buy(RETRO_CLOCK=2))
    (line,) = found["transactions"]
    assert (line["price"]["amount"], line["shop_coupon"]) == (12900, 25.8)
    sums = [found[k]["amount"] for k in ("total_price", "discount_amt", "subtotal", "grandtotal")]
    assert sums == [25800, 2580, 23220, 23220]
    listing = seller("GET", f"/listings/{seller.listing('RETRO-CLOCK')}")
    assert listing["price"]["amount"] == 12900  # the API does not see a sale


def test_tax_comes_on_top_where_prices_are_net(seller: Seller) -> None:
    seller.etsy.store.change(taxes_included=False)
    found = seller.receipt(seller.buy(RETRO_CLOCK=1))
    assert (found["total_tax_cost"]["amount"], found["grandtotal"]["amount"]) == (2967, 15867)
    (sold,) = seller.etsy.storefront.sold()
    assert str(sold.lines[0].price) == "158.67"


def test_shipping_is_by_profile_and_destination(seller: Seller) -> None:
    path = "/shops/{shop}/shipping-profiles"
    profile = seller("GET", path)["results"][0]["shipping_profile_id"]
    to_poland = {"destination_country_iso": "PL", "primary_cost": 15, "secondary_cost": 5}
    days = {"min_delivery_days": 1, "max_delivery_days": 3}
    seller("POST", f"{path}/{profile}/destinations", data=to_poland | days)
    found = seller.receipt(seller.buy(RETRO_CLOCK=3))
    assert found["total_shipping_cost"]["amount"] == 2500
    assert found["grandtotal"]["amount"] == 3 * 12900 + 2500


def test_what_is_sold_out_is_not_sold(seller: Seller) -> None:
    with pytest.raises(SoldOut, match="only 2 left"):
        seller.buy(RETRO_CLOCK=1, LAMP_ARC=3)
    assert seller.etsy.storefront.item("RETRO-CLOCK").quantity == 14
    assert seller("GET", ALL)["count"] == 0
    with pytest.raises(SoldOut):
        seller.buy(LINEN_APRON=1)


def test_receipts_are_paged_newest_first(seller: Seller) -> None:
    numbers = [seller.buy(RETRO_CLOCK=1) for _ in range(3)]
    page = seller("GET", ALL, params={"limit": 2, "offset": 1})
    assert page["count"] == 3
    assert [r["receipt_id"] for r in page["results"]] == [numbers[1], numbers[0]]
    assert seller.refused("GET", ALL, params={"offset": 12001})[0] == 400


def test_receipts_are_found_by_the_second_of_their_change(seller: Seller) -> None:
    first = seller.buy(RETRO_CLOCK=1)
    seller.world.clock.advance(timedelta(seconds=90.5))
    second = seller.buy(RETRO_CLOCK=1)
    changed = seller.receipt(second)["updated_timestamp"]

    def found(**query: Any) -> list[int]:
        return [r["receipt_id"] for r in seller("GET", ALL, params=query)["results"]]

    assert found(min_last_modified=changed) == [second]
    assert found(min_last_modified=changed + 1) == []
    assert found(max_created=changed - 1) == [first]
    ship(seller, first, **CODE)
    assert found(min_last_modified=changed, sort_on="receipt_id", sort_order="asc") == [
        first,
        second,
    ]
    assert found(was_shipped="true") == [first]
    assert found(was_shipped="false", was_paid="true", was_canceled="false") == [second]


def test_booleans_may_be_pythons(seller: Seller) -> None:
    seller.buy(RETRO_CLOCK=1)
    assert seller("GET", ALL, params={"was_paid": "True"})["count"] == 1


def test_a_parcel_ships_the_whole_receipt(seller: Seller) -> None:
    number = seller.buy(RETRO_CLOCK=2, LAMP_ARC=1)
    shipped = ship(seller, number, **CODE)
    assert (shipped["is_shipped"], shipped["status"]) == (True, "completed")
    assert all(t["shipped_timestamp"] for t in shipped["transactions"])
    view = seller.etsy.storefront.order(str(number))
    assert (view.shipped, view.parcels) == ({"RETRO-CLOCK": 2, "LAMP-ARC": 1}, ["PX123"])


def test_every_call_is_one_parcel_more(seller: Seller) -> None:
    number = seller.buy(RETRO_CLOCK=2)
    ship(seller, number, **CODE)
    again = ship(seller, number, **CODE)
    other = ship(seller, number, tracking_code="PX124", carrier_name="Other")
    assert [s["tracking_code"] for s in again["shipments"]] == ["PX123", "PX123"]
    assert other["shipments"][2]["carrier_name"] == "other"


def test_json_under_a_forms_name_loses_the_code(seller: Seller) -> None:
    number = seller.buy(RETRO_CLOCK=1)
    answer = seller.etsy.app.test_client().post(
        f"/v3/application/shops/31845207/receipts/{number}/tracking",
        data='{"tracking_code":"PX123","carrier_name":"usps"}',
        headers={**seller.http.headers, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.json["is_shipped"]) == (200, True)
    assert answer.json["shipments"] == []


def test_a_shipment_is_checked(seller: Seller) -> None:
    number = seller.buy(RETRO_CLOCK=1)
    path = f"{ALL}/{number}/tracking"
    unknown = seller.refused("POST", path, json=CODE | {"carrier_name": "my-cousin"})
    assert unknown == (400, "Invalid carrier_name: my-cousin")
    without = seller.refused("POST", path, json={"tracking_code": "PX123"})
    assert without == (400, "A carrier name is required")
    seller.etsy.operator("cancel", {"receipt_id": number})
    assert seller.refused("POST", path, json=CODE)[0] == 409


@pytest.mark.parametrize(("home", "to"), [("US", "US"), ("PL", "IN")])
def test_some_orders_need_a_tracking_code(seller: Seller, home: str, to: str) -> None:
    seller.etsy.store.change(country=home)
    number = seller.buy(RETRO_CLOCK=1)
    seller.etsy.operator("edit_order", {"receipt_id": number, "country_iso": to})
    told = seller.refused("POST", f"{ALL}/{number}/tracking", json={})
    assert told == (400, "A tracking number is required")


def test_marks_can_be_turned(seller: Seller) -> None:
    number = seller.buy(RETRO_CLOCK=1)
    path = f"{ALL}/{number}"
    assert seller("PUT", path, data={"was_shipped": "true"})["status"] == "completed"
    assert seller("PUT", path, data={"was_shipped": "false"})["is_shipped"] is False


def test_a_cancelled_order_gives_the_money_but_not_the_stock_back(seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=1)
    seller.etsy.storefront.cancel(str(number))
    found = seller.receipt(number)
    assert found["status"] == "canceled"
    assert found["refunds"][0]["amount"]["amount"] == 48900
    assert seller.etsy.storefront.item("LAMP-ARC").quantity == 1
    assert seller("GET", ALL, params={"was_canceled": "true"})["count"] == 1
    assert seller.etsy.storefront.order(str(number)).is_cancelled


def test_a_shipped_order_is_not_cancelled_by_its_buyer(seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=1)
    ship(seller, number, **CODE)
    with pytest.raises(ValueError, match="was shipped"):
        seller.etsy.storefront.cancel(str(number))


def test_refunds_show_in_receipt_and_payment(seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=1)
    part = {"receipt_id": number, "amount": "50.00", "reason": "Damaged", "note": "Sorry"}
    seller.etsy.operator("refund", part)
    found = seller.receipt(number)
    assert found["status"] == "partially refunded"
    assert (found["refunds"][0]["reason"], found["refunds"][0]["note_from_issuer"]) == (
        "Damaged",
        "Sorry",
    )
    (payment,) = seller("GET", f"{ALL}/{number}/payments")["results"]
    assert payment["payment_adjustments"][0]["total_adjustment_amount"] == 5000
    assert payment["adjusted_gross"]["amount"] == 43900
    seller.etsy.operator("refund", {"receipt_id": number})
    assert seller.receipt(number)["status"] == "fully refunded"
    with pytest.raises(ValueError, match="not above what is left"):
        seller.etsy.operator("refund", {"receipt_id": number, "amount": "0.01"})


def test_a_payment_is_posted_when_the_order_ships(seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=1)
    (payment,) = seller("GET", f"{ALL}/{number}/payments")["results"]
    assert (payment["status"], payment["posted_gross"]) == ("authed", None)
    ship(seller, number, **CODE)
    by_number = {"payment_ids": payment["payment_id"]}
    (payment,) = seller("GET", "/shops/{shop}/payments", params=by_number)["results"]
    assert (payment["status"], payment["posted_gross"]["amount"]) == ("settled", 48900)


def test_a_payment_is_found_by_the_entry_of_the_ledger(seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=1)
    entries = "/shops/{shop}/payment-account/ledger-entries"
    span = {"min_created": 946684800, "max_created": 4102444800}
    ids = [e["entry_id"] for e in seller("GET", entries, params=span)["results"]]
    asked = {"ledger_entry_ids": ",".join(map(str, ids))}
    (payment,) = seller("GET", f"{entries}/payments", params=asked)["results"]
    assert payment["receipt_id"] == number


def test_an_unpaid_order_is_processing_until_the_money_comes(seller: Seller) -> None:
    seller.etsy.operator("payments_pending", {"on": True})
    number = seller.buy(LAMP_ARC=1)
    found = seller.receipt(number)
    assert (found["status"], found["is_paid"]) == ("payment processing", False)
    assert seller("GET", f"{ALL}/{number}/payments")["count"] == 0
    seller.etsy.operator("pay", {"receipt_id": number})
    assert seller.receipt(number)["status"] == "paid"


def test_restricted_addresses_are_null_and_cannot_be_shipped_to(seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=1)
    seller.etsy.operator("restrict_addresses", {"countries": ["PL"]})
    found = seller.receipt(number)
    hidden = [found[k] for k in ("first_line", "city", "zip", "country_iso", "formatted_address")]
    assert (hidden, found["name"]) == ([None] * 5, "Ewa Nowak")
    assert seller.refused("POST", f"{ALL}/{number}/tracking", json=CODE)[0] == 403


def test_an_email_is_shown_to_keys_that_may_see_it(seller: Seller) -> None:
    number = seller.buy(LAMP_ARC=1)
    seller.etsy.operator("grant_email", {"on": True})
    assert seller.receipt(number)["buyer_email"] == BUYER.email


def test_a_buyer_keeps_the_same_number(seller: Seller) -> None:
    first, second = seller.buy(RETRO_CLOCK=1), seller.buy(RETRO_CLOCK=1)
    assert len({seller.receipt(n)["buyer_user_id"] for n in (first, second)}) == 1


def test_transactions_are_listed_by_shop_listing_and_receipt(seller: Seller) -> None:
    number = seller.buy(RETRO_CLOCK=1, LAMP_ARC=1)
    paths = (
        "/shops/{shop}/transactions",
        f"/shops/{{shop}}/receipts/{number}/transactions",
        f"/shops/{{shop}}/listings/{seller.listing('LAMP-ARC')}/transactions",
    )
    counts = [seller("GET", path)["count"] for path in paths]
    assert counts == [2, 2, 1]
    line = seller("GET", paths[2])["results"][0]
    assert seller("GET", f"/shops/{{shop}}/transactions/{line['transaction_id']}") == line
    listings = seller("GET", f"{ALL}/{number}/listings")
    assert listings["count"] == 2


def test_variations_are_told_in_a_line(seller: Seller) -> None:
    seller.put(seller.listing("RETRO-CLOCK"), coloured(("CLOCK-R", "Red", 99, 5)))
    (line,) = seller.receipt(seller.buy(CLOCK_R=1))["transactions"]
    (told,) = line["variations"]
    assert (told["formatted_name"], told["formatted_value"]) == ("Primary color", "Red")


def test_a_list_can_leave_a_receipt_out(seller: Seller) -> None:
    seller.buy(RETRO_CLOCK=1)
    seller.world.faults.add(Fault("omitted", "etsy", path="orders", count=1))
    found = seller("GET", ALL)
    assert (found["count"], found["results"]) == (1, [])
    assert len(seller("GET", ALL)["results"]) == 1


def test_a_lag_hides_new_receipts(seller: Seller) -> None:
    seller.world.dials["etsy"].turn({"lag_s": 60})
    number = seller.buy(RETRO_CLOCK=1)
    assert seller("GET", ALL)["count"] == 0
    assert seller.refused("GET", f"{ALL}/{number}")[0] == 404
    seller.world.clock.advance(timedelta(seconds=60))
    assert seller("GET", ALL)["count"] == 1


def test_what_was_sold_is_told_to_a_hub(seller: Seller) -> None:
    first, second = seller.buy(RETRO_CLOCK=2), seller.buy(LAMP_ARC=1)
    (sold,) = seller.etsy.storefront.sold(after=first)
    assert (sold.number, sold.lines[0].sku, str(sold.lines[0].price)) == (
        str(second),
        "LAMP-ARC",
        "489",
    )
    assert sold.buyer == BUYER
