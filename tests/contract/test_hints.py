"""Hints: one live subscription, and no message believed that is not signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from tests.contract import acts
from tests.contract.shops import StagedShop
from tests.contract.trial import Trial

ADDRESS = "https://hooks.test/tally"
HEADERS = {"shopify": "X-Shopify-Hmac-Sha256", "woocommerce": "X-WC-Webhook-Signature"}


def signature(secret: str, body: bytes) -> str:
    """As both vendors sign."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_an_unsigned_or_wrongly_signed_message_is_no_hint(trial: Trial) -> None:
    body = b'{"id":1}'
    for headers in ({}, {HEADERS[trial.vendor]: signature("guess", body)}):
        assert not trial.channel.hint(headers, body)


def test_what_the_shop_sends_is_heard_and_nothing_altered(staged: StagedShop) -> None:
    staged.channel.subscribe(ADDRESS)
    clock = acts.live(staged, "RETRO-CLOCK")
    staged.buy({clock.sku: 1})
    staged.pass_time(timedelta(minutes=2))
    header = HEADERS[staged.vendor].lower()
    signed = [letter for letter in staged.mailbox.letters if header in letter[0]]
    assert signed, "no hint came"
    for headers, body in signed:
        assert staged.channel.hint(headers, body)
        assert not staged.channel.hint(headers, body + b" ")


def test_asking_again_for_the_subscription_makes_no_second_one(staged: StagedShop) -> None:
    staged.channel.subscribe(ADDRESS)
    before = staged.writes()
    staged.channel.subscribe(ADDRESS)
    assert staged.writes() == before


def test_a_new_address_replaces_the_old_one(staged: StagedShop) -> None:
    staged.channel.subscribe(ADDRESS)
    staged.channel.subscribe(f"{ADDRESS}/new")
    before = staged.writes()
    staged.channel.subscribe(f"{ADDRESS}/new")
    assert staged.writes() == before
