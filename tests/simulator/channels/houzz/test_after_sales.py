"""Returns and refunds, which no method shows, and payouts, which show their effect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.world import World
from tests.simulator.channels.houzz.seller import Seller, messages


@pytest.fixture
def sent(seller: Seller) -> str:
    """Two mugs and a throw (298.80), shipped on the second of March."""
    number = seller.buy(MUG_STONE=2, WOOL_THROW=1)
    seller.world.advance(timedelta(minutes=30))
    seller.ship(number)
    return number


def payout(seller: Seller, which: int = -1) -> list[tuple[str, str]]:
    """The lines of a payout: (type, amount)."""
    payment = seller.get("getPayments")["Payments"][which]
    found = seller.get("getTransactions", PaymentId=payment["PaymentId"])["Payment"]
    assert {k: v for k, v in found.items() if k != "Transactions"} == payment
    return [(line["Type"], line["Amount"]) for line in found["Transactions"]]


def test_a_sale_is_paid_out_twice_a_month(world: World, seller: Seller, sent: str) -> None:
    world.advance(timedelta(days=13))
    assert seller.get("getPayments")["Payments"] == []
    world.clock.advance(timedelta(days=1))  # nobody ticks: whoever asks finds it done
    (payment,) = seller.get("getPayments")["Payments"]
    assert payment == {
        "PaymentId": "5300001",
        "Created": "2026-03-16 00:00:00",
        "Amount": "253.98",  # 298.80 less 15 per cent
        "Currency": "USD",
    }
    assert payout(seller) == [("Sale", "298.80"), ("Commission", "-44.82")]


def test_payouts_are_listed_by_their_day(world: World, seller: Seller, sent: str) -> None:
    world.advance(timedelta(days=20))
    seller.operate("refund", order=sent, amount="100.00")
    world.advance(timedelta(days=20))
    both = [p["Created"] for p in seller.get("getPayments")["Payments"]]
    assert both == ["2026-03-16 00:00:00", "2026-04-01 00:00:00"]
    march = seller.get("getPayments", From="2026-03-01", To="2026-03-31")["Payments"]
    assert [p["Created"] for p in march] == both[:1]
    assert payout(seller) == [("Refund", "-100.00"), ("Commission", "15.00")]


def test_an_unknown_payout(seller: Seller) -> None:
    assert messages(seller.get("getTransactions", PaymentId="1")) == ["Unknown PaymentId"]
    answer = seller.wild("GET", params={"format": "json", "method": "getTransactions"})
    assert messages(answer.json()) == ["PaymentId is required"]


def test_an_unsent_order_is_not_paid_out(world: World, seller: Seller) -> None:
    seller.buy(MUG_STONE=1)
    world.advance(timedelta(days=60))
    assert seller.get("getPayments")["Payments"] == []


@pytest.mark.parametrize(
    ("args", "amount"),
    [
        ({"lines": {"MUG-STONE": 1}}, "39.90"),
        ({"lines": {"MUG-STONE": 2, "WOOL-THROW": 1}}, "298.80"),
        ({"amount": "12.5"}, "12.50"),
        ({}, "298.80"),
    ],
)
def test_a_refund_by_pieces_amount_or_whole(
    seller: Seller, sent: str, args: dict[str, Any], amount: str
) -> None:
    assert seller.operate("refund", order=sent, **args) == amount
    assert seller.operate("look", order=sent)["Refunds"] == [amount]
    assert seller.statuses() == {sent: "Shipped"}


def test_no_more_than_was_paid_goes_back(seller: Seller, sent: str) -> None:
    seller.operate("refund", order=sent, amount="290")
    with pytest.raises(ValueError, match=r"has 8\.80 left to refund, not 8\.81"):
        seller.operate("refund", order=sent, amount="8.81")
    for lines, told in (
        ({"LAMP-ARC": 1}, "has 0 LAMP-ARC, 1 to refund"),
        ({"MUG-STONE": 3}, "has 2 MUG-STONE, 3 to refund"),
    ):
        with pytest.raises(ValueError, match=told):
            seller.operate("refund", order=sent, lines=lines)


def test_what_was_not_sent_is_cancelled_and_not_refunded(seller: Seller) -> None:
    number = seller.buy(MUG_STONE=1)
    with pytest.raises(ValueError, match="is New: nothing was sent, nothing paid"):
        seller.operate("refund", order=number)


def test_a_return_from_request_to_refund(seller: Seller, sent: str) -> None:
    id = seller.operate("request_return", order=sent, lines={"MUG-STONE": 1}, reason="chipped")
    assert seller.operate("authorise_return", **{"return": id}) == f"RMA-{id}"
    seller.operate("receive_return", **{"return": id})
    assert seller.operate("refund_return", **{"return": id}) == "39.90"
    (seen,) = seller.operate("look", order=sent)["Returns"]
    assert (seen["state"], seen["refunded_by"], seen["lines"]) == (
        "refunded",
        "seller",
        {"MUG-STONE": 1},
    )
    assert seller.listing("MUG-STONE")["Quantity"] == 78


def test_houzz_refunds_what_the_seller_leaves(world: World, seller: Seller, sent: str) -> None:
    id = seller.operate("request_return", order=sent)
    seller.operate("authorise_return", **{"return": id}, rma="R-7")
    seller.operate("receive_return", **{"return": id})
    world.advance(timedelta(hours=47))
    assert seller.operate("look", order=sent)["Refunds"] == []
    world.advance(timedelta(hours=1))
    page = seller.operate("look", order=sent)
    assert page["Refunds"] == ["298.80"]
    assert (page["Returns"][0]["refunded_by"], page["Returns"][0]["rma"]) == ("Houzz", "R-7")


def test_nothing_is_refunded_twice(world: World, seller: Seller, sent: str) -> None:
    id = seller.operate("request_return", order=sent)
    seller.operate("authorise_return", **{"return": id})
    seller.operate("receive_return", **{"return": id})
    seller.operate("refund", order=sent)
    world.advance(timedelta(days=3))
    page = seller.operate("look", order=sent)
    assert (page["Refunds"], page["Returns"][0]["amount"]) == (["298.80"], "0.00")


def test_steps_of_a_return_come_in_order(seller: Seller, sent: str) -> None:
    id = seller.operate("request_return", order=sent, lines={"MUG-STONE": 2})
    with pytest.raises(ValueError, match="is requested, not authorised"):
        seller.operate("receive_return", **{"return": id})
    with pytest.raises(ValueError, match="has 2 MUG-STONE, 3 to return"):
        seller.operate("request_return", order=sent, lines={"MUG-STONE": 1})


def test_a_return_has_thirty_days(world: World, seller: Seller, sent: str) -> None:
    world.advance(timedelta(days=31))
    with pytest.raises(ValueError, match="sent more than 30 days ago"):
        seller.operate("request_return", order=sent)
