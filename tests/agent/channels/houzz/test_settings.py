"""What tally.yaml may say of a Houzz seller, and what `tally doctor` says back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from agent.channels.consent import Keys
from agent.channels.houzz import Settings, consent
from agent.errors import Unauthorised
from agent.ports import Ports
from simulator.channels import Goods
from tests.contract.shops import StagedShop

SELLER = {"user": "seller", "app": "tally", "secret_token": "TOKEN"}


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"address": "http://api.houzz.com"}, "https://"),
        ({"address": "https://api.houzz.com\u200b"}, "invisible"),
        ({"lead_days": [5, 2]}, "lead_days"),
        ({"cancel_code": 5}, "cancel_code"),
        ({"calls_a_second": 0}, "calls_a_second"),
        ({"token": "abc"}, "token"),
    ],
)
def test_what_cannot_be_used_is_refused(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Settings(**{**SELLER, **values})


def test_the_address_may_end_as_the_manual_writes_it() -> None:
    assert (
        Settings(**SELLER, address="https://api.houzz.com/api").address == "https://api.houzz.com"
    )


def test_a_person_is_told_where_the_token_stands() -> None:
    settings = Settings(**SELLER)
    asked = consent("houzz", settings, Ports())
    assert isinstance(asked, Keys)
    assert asked.labels == {"TOKEN": "token"}
    assert "Settings > API" in asked.where


def test_doctor_says_what_houzz_never_tells(shop: StagedShop) -> None:
    notes = " ".join(shop.channel.check().notes)
    assert "no e-mail" in notes
    assert "do not split an order" in notes


def test_doctor_compares_the_currency_and_misses_a_category() -> None:
    shop = StagedShop("houzz", {"sells_in": "USD", "category": None})
    shop.dialect.stock([Goods("RETRO-CLOCK", "Retro wall clock", Decimal("129.00"), 14)])
    notes = shop.channel.check().notes
    shop.close()
    assert any("sells_in: PLN" in note for note in notes)
    assert any("`category`" in note for note in notes)


def test_a_key_without_a_box_is_told_which_to_tick(shop: StagedShop) -> None:
    shop.operate("permit", key="main", inventory=True)
    with pytest.raises(Unauthorised) as caught:
        shop.channel.check()
    assert "List and process orders" in caught.value.next
