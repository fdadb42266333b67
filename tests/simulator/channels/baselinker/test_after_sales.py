"""What comes after an order: parcels, returns, refunds on paper, invoices, receipts."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from simulator.world import World
from tests.simulator.channels.baselinker.account import Account

NOW = 1772438400
PACKED, UNPACKED, INVOICED, RECEIPT = 9, 10, 7, 8


def parcel(account: Account, order: int, number: str, **more: Any) -> int:
    given = {"courier_code": "dpd", "package_number": number, "pickup_date": NOW, **more}
    return int(account.call("createPackageManual", order_id=order, **given)["package_id"])


def packages(account: Account, order: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.call("getOrderPackages", order_id=order)["packages"]
    return found


def test_a_parcel_made_by_hand_is_the_orders(account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    id = parcel(account, order, "0000123456789")
    (row,) = packages(account, order)
    assert (row["package_id"], row["courier_package_nr"]) == (id, "0000123456789")
    assert (row["courier_code"], row["tracking_status"], row["is_return"]) == ("dpd", 1, False)
    shown = account.order(order)
    assert (shown["delivery_package_module"], shown["delivery_package_nr"]) == (
        "dpd",
        "0000123456789",
    )
    assert account.journal()[-1] == (order, PACKED, id)
    view = account.dialect.storefront.order(str(order))
    assert (view.shipped, view.parcels) == ({"MUG-STONE": 1}, ["0000123456789"])


def test_the_same_parcel_again_is_another_parcel(account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    assert parcel(account, order, "77") != parcel(account, order, "77")
    assert len(packages(account, order)) == 2


def test_a_courier_may_have_any_name(account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    parcel(account, order, "1", courier_code="Our van")
    (row,) = packages(account, order)
    assert (row["courier_code"], row["courier_other_name"]) == ("other", "Our van")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"courier_code": "x" * 21}, "ERROR_COURIER_CODE"),
        ({"package_number": "1" * 41}, "ERROR_PACKAGE_NUMBER"),
        ({"pickup_date": None}, "ERROR_PICKUP_DATE"),
        ({"order_id": 7}, "ERROR_ORDER_ID"),
    ],
)
def test_a_parcel_with_senseless_data_is_refused(
    account: Account, fields: dict[str, Any], code: str
) -> None:
    order = account.buy(MUG_STONE=1)
    given = {"courier_code": "dpd", "package_number": "1", "pickup_date": NOW, "order_id": order}
    assert account.refusal("createPackageManual", **given | fields) == code


def test_a_label_comes_with_the_couriers_own_number(account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    account.call("getCourierFields", courier_code="inpost")
    account.call(
        "getCourierServices", courier_code="inpost", order_id=order, fields=[], packages=[]
    )
    (courier,) = account.call("getCourierAccounts", courier_code="inpost")["accounts"]
    made = account.call(
        "createPackage",
        order_id=order,
        courier_code="inpost",
        account_id=courier["id"],
        fields=[{"id": "cod", "value": "0"}],
        packages=[{"weight": 1}],
    )
    assert len(made["package_number"]) == 24
    label = account.call("getLabel", courier_code="inpost", package_id=made["package_id"])
    assert base64.b64decode(label["label"]).startswith(b"%PDF")
    protocol = account.call(
        "getProtocol", courier_code="inpost", account_id=1, package_ids=[made["package_id"]]
    )
    assert protocol["extension"] == "pdf"
    by_hand = parcel(account, order, "1")
    refused = account.refusal("getLabel", courier_code="dpd", package_id=by_hand)
    assert refused == "ERROR_PACKAGE_ID"
    codes = [c["code"] for c in account.call("getCouriersList")["couriers"]]
    assert {"dpd", "inpost"} <= set(codes)
    account.call("getRequestParcelPickupFields", courier_code="dpd")
    called = account.call("runRequestParcelPickup", courier_code="dpd", account_id=1, fields=[])
    assert called["pickup_number"]


def test_a_parcel_moves_by_itself(world: World, account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    id = parcel(account, order, "1")
    world.advance(timedelta(hours=40))
    (row,) = packages(account, order)
    assert (row["tracking_status"], row["tracking_delivery_days"]) == (5, 2)
    history = account.call("getCourierPackagesStatusHistory", package_ids=[id])
    states = [s["tracking_status"] for s in history["packages_history"][str(id)]]
    assert states == [1, 11, 4, 5]
    refused = account.refusal("deleteCourierPackage", courier_code="dpd", package_id=id)
    assert refused == "ERROR_PACKAGE_ID"
    account.call("deleteCourierPackage", courier_code="dpd", package_id=id, force_delete=True)
    assert packages(account, order) == []
    assert account.journal()[-1] == (order, UNPACKED, id)
    assert account.order(order)["delivery_package_nr"] == ""


def test_a_parcel_that_comes_back_sends_nothing(account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    parcel(account, order, "R1", return_shipment=True)
    assert packages(account, order)[0]["is_return"] is True
    assert account.dialect.storefront.order(str(order)).shipped == {}


def returned(account: Account, order: int, **fields: Any) -> int:
    row = account.order(order)["products"][0]["order_product_id"]
    given = {
        "order_id": order,
        "status_id": 7001,
        "date_add": NOW,
        "currency": "PLN",
        "refunded": False,
        "products": [{"order_product_id": row, "quantity": 1, "return_reason_id": 2}],
        **fields,
    }
    return int(account.call("addOrderReturn", **given)["return_id"])


def return_journal(account: Account) -> list[tuple[int, int]]:
    logs = account.call("getOrderReturnJournalList", last_log_id=0)["logs"]
    return [(e["type"], e["object_id"]) for e in logs]


def test_a_return_knows_its_order_and_its_row(account: Account) -> None:
    order = account.buy(MUG_STONE=2)
    id = returned(account, order)
    (found,) = account.call("getOrderReturns", order_id=order)["returns"]
    assert (found["return_id"], found["refunded"]) == (id, "0.00")
    assert (found["email"], found["order_return_source"]) == ("anna@buyer.example", "personal")
    (row,) = found["products"]
    assert (row["sku"], row["quantity"], row["price_brutto"]) == ("MUG-STONE", 1, 39.9)
    assert row["return_reason_id"] == 2
    assert account.call("getOrderReturns", id_from=id + 1)["returns"] == []


def test_a_refund_is_only_written_down_and_replaces_the_last(account: Account) -> None:
    id = returned(account, account.buy(MUG_STONE=2))
    for done in (10, 39.9):
        account.call(
            "setOrderReturnRefund",
            return_id=id,
            order_refund_done=done,
            refund_date=NOW,
            refund_comment="bank",
        )
    (found,) = account.call("getOrderReturns", return_id=id)["returns"]
    assert found["refunded"] == "39.90"
    history = account.call("getOrderReturnPaymentsHistory", return_id=id)["payments"]
    assert [(p["paid_before"], p["paid_after"]) for p in history] == [(0.0, 10.0), (10.0, 39.9)]
    assert [type for type, _ in return_journal(account)] == [1, 5, 5]


def test_a_return_moves_by_the_accounts_statuses(account: Account) -> None:
    id = returned(account, account.buy(MUG_STONE=1))
    statuses = {s["name"]: s["id"] for s in account.call("getOrderReturnStatusList")["statuses"]}
    account.call("setOrderReturnStatus", return_id=id, status_id=statuses["Accepted"])
    account.call("setOrderReturnStatuses", return_ids=[id], status_id=statuses["Completed"])
    (found,) = account.call("getOrderReturns", return_id=id)["returns"]
    assert (found["status_id"], found["fulfillment_status"]) == (statuses["Completed"], 1)
    moved = [(10, statuses["Accepted"]), (2, id), (10, statuses["Completed"]), (3, id)]
    assert return_journal(account)[1:] == moved
    returned(account, account.buy(MUG_STONE=1))
    logs = account.call("getOrderReturnJournalList", return_id=id)["logs"]
    assert [(e["return_id"], e["log_type"]) for e in logs] == [(id, n) for n in (1, 10, 2, 10, 3)]
    assert [e["log_id"] for e in logs] == [e["id"] for e in logs]


def test_rows_of_a_return_come_change_and_go(account: Account) -> None:
    id = returned(account, account.buy(MUG_STONE=2))
    row = account.call("addOrderReturnProduct", return_id=id, name="Lid", price_brutto=5)[
        "order_return_product_id"
    ]
    named = {"return_id": id, "order_return_product_id": row}
    account.call("setOrderReturnProductFields", **named, status_id=2, quantity=3)
    (found,) = account.call("getOrderReturns", return_id=id)["returns"]
    assert [(r["name"], r["quantity"]) for r in found["products"]][-1] == ("Lid", 3)
    account.call("deleteOrderReturnProduct", **named)
    (found,) = account.call("getOrderReturns", return_id=id)["returns"]
    assert len(found["products"]) == 1
    account.call("setOrderReturnFields", return_id=id, admin_comments="ok", delivery_city="Ełk")
    assert [type for type, _ in return_journal(account)] == [1, 7, 8, 11, 6, 9]


def test_a_marketplace_opens_a_return_and_people_settle_it(account: Account) -> None:
    order, operate = account.buy(MUG_STONE=3, LAMP_ARC=1), account.dialect.operator
    id = operate("return_order", {"number": str(order), "items": {"MUG-STONE": 2}})
    operate("set_return_status", {"return_id": id, "status": "Accepted"})
    operate("refund_return", {"return_id": id})
    (found,) = account.call("getOrderReturns", return_id=id)["returns"]
    assert (found["refunded"], found["fulfillment_status"]) == ("79.80", 5)


def test_the_words_for_returns(account: Account) -> None:
    assert account.call("getOrderReturnReasonsList")["return_reasons"][1]["return_reason_id"] == 2
    assert account.call("getOrderReturnProductStatuses")["order_return_product_statuses"]
    assert account.call("getOrderReturnExtraFields")["extra_fields"] == []


def test_an_invoice_is_made_of_the_order_as_it_is(account: Account) -> None:
    order = account.buy(MUG_STONE=2)
    (series, *_) = account.call("getSeries")["series"]
    id = account.call("addInvoice", order_id=order, series_id=series["id"])["invoice_id"]
    (invoice,) = account.call("getInvoices", order_id=order)["invoices"]
    assert (invoice["number"], invoice["total_price_brutto"]) == ("FV 1/03/2026", 79.8)
    assert (invoice["items"][0]["price_netto"], invoice["total_price_netto"]) == (32.44, 64.88)
    assert account.journal()[-1] == (order, INVOICED, id)
    assert (invoice["items"][0]["is_shipment"], invoice["date_pay_to"]) == (0, 0)
    account.call(
        "addOrderInvoiceFile", invoice_id=id, file="data:QUJD", external_invoice_number="ERP/9"
    )
    assert account.call("getInvoiceFile", invoice_id=id)["invoice_number"] == "ERP/9"
    own = account.call("getInvoices", order_id=order, get_external_invoices=False)["invoices"]
    assert own == []
    refused = account.refusal("addOrderInvoiceFile", invoice_id=id, file="QUJD")
    assert refused == "ERROR_FILE"


def test_an_invoice_is_corrected_item_by_item_or_by_a_return(account: Account) -> None:
    order = account.buy(MUG_STONE=3)
    original = account.call("addInvoice", order_id=order, series_id=101)["invoice_id"]
    row = account.order(order)["products"][0]["order_product_id"]
    given = {
        "correcting_reason": 6,
        "correcting_items": 1,
        "correcting_data": 1,
        "invoice_nip": "PL123",
        "fv_person": "Ewa",
        "items": [
            {"order_product_id": row, "item_quantity": 2, "item_price_brutto": 30},
            {"item_name": "Ribbon", "item_price_brutto": 1.23, "item_tax_rate": 23},
        ],
    }
    id = account.call("addInvoiceCorrection", original_invoice_id=original, **given)["invoice_id"]
    (found,) = account.call("getInvoices", invoice_id=id)["invoices"]
    assert (found["type"], found["correcting_to_invoice_id"]) == ("correcting", original)
    assert (found["correcting_reason"], found["correcting_items"]) == ("6", True)
    assert (found["invoice_nip"], found["issuer"]) == ("PL123", "Ewa")
    assert [(i["name"], i["quantity"], i["price_netto"]) for i in found["items"]] == [
        ("Stoneware mug", 2, 24.39),
        ("Ribbon", 1, 1.0),
    ]
    back = returned(account, order)
    assert account.refusal("addInvoiceCorrection") == "ERROR_ORIGINAL_INVOICE_ID"
    other = returned(account, account.buy(MUG_STONE=1))
    refused = account.refusal("addInvoiceCorrection", return_order_id=other)
    assert refused == "ERROR_RETURN_ORDER_ID"
    body = account.answer("addInvoiceCorrection", return_order_id=back)
    (found,) = account.call("getInvoices", invoice_id=body["invoice_id"])["invoices"]
    assert (found["correcting_reason"], found["items"][0]["quantity"]) == ("5", 1)


def test_a_receipt_waits_until_it_is_printed(account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    id = account.call("addReceipt", order_id=order)["receipt_id"]
    (waiting,) = account.call("getNewReceipts")["orders"]
    assert (waiting["receipt_id"], waiting["products"][0]["price_brutto"]) == (id, 39.9)
    account.call("setOrderReceipt", receipt_id=id, receipt_nr="P-1", date=NOW, printer_error=False)
    assert account.call("getNewReceipts")["orders"] == []
    receipt = account.call("getReceipt", order_id=order)
    assert (receipt["external_receipt_number"], receipt["total_price_brutto"]) == ("P-1", 39.9)
    account.call("addOrderReceiptFile", receipt_id=id, file="data:QUJD")
    assert account.journal()[-1] == (order, RECEIPT, 0)
