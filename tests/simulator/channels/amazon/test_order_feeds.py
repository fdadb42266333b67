"""Order feeds, as XML and as flat files: cancelling, shipping, paying back."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from simulator.channels.amazon.dialect import Amazon
from tests.simulator.channels.amazon.seller import Seller

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>
<MerchantIdentifier>X</MerchantIdentifier></Header><MessageType>{kind}</MessageType>
<Message><MessageID>1</MessageID><{kind}>{inner}</{kind}></Message></AmazonEnvelope>"""


def xml(kind: str, inner: str) -> bytes:
    return ENVELOPE.format(kind=kind, inner=inner).encode()


def flat(*rows: dict[str, Any]) -> bytes:
    names = list(rows[0])
    lines = ["\t".join(names), *("\t".join(str(row[n]) for n in names) for row in rows)]
    return "\n".join(lines).encode()


def done(api: Seller, content: bytes, kind: str) -> bytes:
    id = api.feed(content, kind)
    api.wait()
    return api.result(id)


def lines(api: Seller, number: str) -> dict[str, str]:
    found = api.order(number)["orderItems"]
    return {line["product"]["sellerSku"]: line["orderItemId"] for line in found}


def test_a_failure_cancels_a_line(shop: Amazon, api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1, LAMP_ARC=1)
    code = lines(api, number)["LAMP-ARC"]
    inner = f"""<AmazonOrderID>{number}</AmazonOrderID><StatusCode>Failure</StatusCode>
      <Item><AmazonOrderItemCode>{code}</AmazonOrderItemCode>
      <CancelReason>NoInventory</CancelReason></Item>"""
    text = done(api, xml("OrderAcknowledgement", inner), "POST_ORDER_ACKNOWLEDGEMENT_DATA")
    found = ET.fromstring(text).find(".//ProcessingSummary/MessagesSuccessful")
    assert found is not None and found.text == "1"
    assert shop.storefront.order(number).cancelled == {"LAMP-ARC": 1}
    assert api.order(number)["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"


def test_a_flat_file_cancels_orders_and_names_bad_rows(shop: Amazon, api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=2)
    (code,) = lines(api, number).values()
    good = {
        "order-id": number,
        "amazon-order-item-code": code,
        "cancellation-reason-code": "BuyerCanceled",
    }
    bad = {**good, "cancellation-reason-code": "Mood"}
    other = {**good, "order-id": "1-2-3"}
    kind = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
    text = done(api, flat(good, bad, other), kind).decode()
    assert "Number of records processed\t\t3" in text
    assert "Number of records successful\t\t1" in text
    assert "2\t" + number in text and "3\t1-2-3" in text
    assert shop.storefront.order(number).is_cancelled


def test_shipping_by_xml_and_by_flat_file(shop: Amazon, api: Seller) -> None:
    one, two = api.buy(RETRO_CLOCK=1), api.buy(RETRO_CLOCK=2)
    inner = f"""<AmazonOrderID>{one}</AmazonOrderID>
      <FulfillmentDate>2026-03-02T09:00:00+01:00</FulfillmentDate><FulfillmentData>
      <CarrierCode>DHL</CarrierCode><ShippingMethod>Std</ShippingMethod>
      <ShipperTrackingNumber>X1</ShipperTrackingNumber></FulfillmentData>"""
    done(api, xml("OrderFulfillment", inner), "POST_ORDER_FULFILLMENT_DATA")
    assert shop.storefront.order(one).parcels == ["X1"]
    (id,) = lines(api, two).values()
    row = {
        "order-id": two,
        "order-item-id": id,
        "quantity": 1,
        "ship-date": "2026-03-02",
        "carrier-code": "UPS",
        "carrier-name": "",
        "tracking-number": "F1",
        "ship-method": "",
    }
    done(api, flat(row, {**row, "tracking-number": "F2"}), "POST_FLAT_FILE_FULFILLMENT_DATA")
    view = shop.storefront.order(two)
    assert (view.status, view.parcels) == ("SHIPPED", ["F1", "F2"])


def test_refunds_stay_within_what_was_paid_and_parts_are_cancelled(
    shop: Amazon, api: Seller
) -> None:
    number = api.buy(RETRO_CLOCK=3)
    (id,) = lines(api, number).values()
    api.confirm(number, {id: 1})
    row = {
        "order-id": number,
        "order-item-id": id,
        "adjustment-reason-code": "CustomerReturn",
        "currency": "PLN",
        "item-price-adj": "129.00",
        "quantity-cancelled": "",
    }
    part = {**row, "item-price-adj": "", "quantity-cancelled": "1"}
    much = {**row, "item-price-adj": "500.00"}
    kind = "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"
    text = done(api, flat(row, part, much), kind).decode()
    assert "Number of records successful\t\t2" in text
    assert shop.storefront.order(number).cancelled == {"RETRO-CLOCK": 1}
    component = '<Component><Type>Principal</Type><Amount currency="PLN">29.00</Amount></Component>'
    inner = f"""<AmazonOrderID>{number}</AmazonOrderID><AdjustedItem>
      <AmazonOrderItemCode>{id}</AmazonOrderItemCode><AdjustmentReason>Other</AdjustmentReason>
      <ItemPriceAdjustments>{component}</ItemPriceAdjustments></AdjustedItem>"""
    done(api, xml("OrderAdjustment", inner), "POST_PAYMENT_ADJUSTMENT_DATA")
    (order,) = shop.shop.all("order")
    assert order.body["lines"][0]["refunded"] == "158.00"


def test_an_unshipped_line_is_not_refunded(api: Seller) -> None:
    number = api.buy(RETRO_CLOCK=1)
    (id,) = lines(api, number).values()
    row = {"order-id": number, "order-item-id": id, "currency": "PLN", "item-price-adj": "1.00"}
    text = done(api, flat(row), "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA").decode()
    assert "has not been shipped" in text
