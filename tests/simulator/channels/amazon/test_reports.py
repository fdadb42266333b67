"""Reports: listings, orders, returns; empty ones, large ones, failed ones."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

from simulator.channels import Goods
from simulator.channels.amazon.dialect import Amazon
from simulator.faults import Fault
from simulator.world import World
from tests.simulator.channels.amazon.seller import LONG_AGO, Seller

REPORTS = "/reports/2021-06-30/reports"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"


def test_all_listings_with_price_stock_and_status(api: Seller) -> None:
    rows = {row["seller-sku"]: row for row in api.rows(LISTINGS)}
    assert len(rows) == 4
    clock, apron = rows["RETRO-CLOCK"], rows["LINEN-APRON"]
    assert (clock["price"], clock["quantity"], clock["status"]) == ("129.00", "14", "Active")
    assert (apron["quantity"], apron["status"]) == ("0", "Inactive")
    assert clock["fulfillment-channel"] == "DEFAULT"
    open_rows = api.rows("GET_FLAT_FILE_OPEN_LISTINGS_DATA")
    assert {row["sku"] for row in open_rows} == set(rows) - {"LINEN-APRON"}


def test_a_report_comes_along_and_a_large_one_is_compressed(shop: Amazon, api: Seller) -> None:
    shop.stock([Goods(f"HOOK-{n}", "Brass hook", Decimal("9.90"), 3) for n in range(300)])
    asked = {"reportType": LISTINGS, "marketplaceIds": [api.place]}
    id = api.http.post(REPORTS, json=asked).json()["reportId"]
    assert api.http.get(f"{REPORTS}/{id}").json()["processingStatus"] == "IN_QUEUE"
    api.wait(1)
    assert api.http.get(f"{REPORTS}/{id}").json()["processingStatus"] == "IN_PROGRESS"
    api.wait(1)
    done = api.http.get(f"{REPORTS}/{id}").json()
    assert done["processingStatus"] == "DONE"
    path = f"/reports/2021-06-30/documents/{done['reportDocumentId']}"
    assert api.http.get(path).json()["compressionAlgorithm"] == "GZIP"
    assert len(api.document(path).decode().splitlines()) == 305


def test_orders_by_their_last_update(api: Seller) -> None:
    assert api.report(ORDERS, dataStartTime=LONG_AGO)["processingStatus"] == "CANCELLED"
    number = api.buy(RETRO_CLOCK=2, LAMP_ARC=1)
    rows = api.rows(ORDERS, dataStartTime=LONG_AGO)
    assert [(r["amazon-order-id"], r["sku"], r["quantity"], r["item-price"]) for r in rows] == [
        (number, "RETRO-CLOCK", "2", "258.00"),
        (number, "LAMP-ARC", "1", "489.00"),
    ]


def test_returns_as_text_and_as_xml(shop: Amazon, api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2)
    shop.operator("ship_order", {"order": number, "tracking": "X1"})
    back = {"order": number, "sku": "RETRO-CLOCK", "quantity": 1, "reason": "CR-DEFECTIVE"}
    shop.operator("return", back)
    (row,) = api.rows("GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE", dataStartTime=LONG_AGO)
    assert (row["Order ID"], row["Merchant SKU"], row["Return quantity"]) == (
        number,
        "RETRO-CLOCK",
        "1",
    )
    state = api.report("GET_XML_RETURNS_DATA_BY_RETURN_DATE", dataStartTime=LONG_AGO)
    text = api.document(f"/reports/2021-06-30/documents/{state['reportDocumentId']}")
    found = ET.fromstring(text).find(".//order_id")
    assert found is not None and found.text == number


def test_unknown_types_and_failures(world: World, api: Seller) -> None:
    asked = {"reportType": "GET_GOSSIP", "marketplaceIds": [api.place]}
    assert api.http.post(REPORTS, json=asked).status_code == 400
    world.faults.add(Fault("job failed", "amazon", path=LISTINGS, count=1))
    assert api.report(LISTINGS)["processingStatus"] == "FATAL"
    found = api.http.get(REPORTS, params={"reportTypes": LISTINGS, "processingStatuses": "FATAL"})
    assert len(found.json()["reports"]) == 1
    assert api.http.get(REPORTS).status_code == 400


def test_a_waiting_report_can_be_cancelled(api: Seller) -> None:
    asked = {"reportType": LISTINGS, "marketplaceIds": [api.place]}
    id = api.http.post(REPORTS, json=asked).json()["reportId"]
    assert api.http.delete(f"{REPORTS}/{id}").status_code == 200
    assert api.http.get(f"{REPORTS}/{id}").json()["processingStatus"] == "CANCELLED"
