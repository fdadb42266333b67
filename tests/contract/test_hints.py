"""Hints: one live subscription, and no message believed that is not genuine."""

from __future__ import annotations

import base64
import hashlib
import hmac

from agent.channels import Limits
from tests.contract import acts
from tests.contract.shops import StagedShop, habits_of
from tests.contract.trial import Trial, limits

ADDRESS = "https://hooks.test/tally"


def guessed(trial: Trial, body: bytes) -> dict[str, str]:
    """Headers of somebody who knows how the vendor signs, and guesses the secret."""
    digest = hmac.new(b"guess", body, hashlib.sha256).digest()
    name = habits_of(trial.vendor).get("signature", "X-Signature")
    return {name.lower(): base64.b64encode(digest).decode()}


def test_an_unsigned_or_wrongly_signed_message_is_no_hint(trial: Trial) -> None:
    body = b'{"id":1}'
    for headers in ({}, guessed(trial, body)):
        assert not trial.channel.hint(headers, body)


def test_what_the_shop_sends_is_heard_and_nothing_altered(staged: StagedShop) -> None:
    staged.listen(ADDRESS)
    clock = acts.live(staged, "RETRO-CLOCK")
    staged.buy({clock.sku: 1})
    letters = [x for x in staged.mailbox.letters if staged.channel.hint(*x)]
    assert bool(letters) == hears(staged)
    signature = habits_of(staged.vendor).get("signature", "X-Signature").lower()
    assert all(signature in headers for headers, _ in letters)
    for headers, body in letters:
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


def hears(shop: StagedShop) -> bool:
    """Whether the vendor sends messages at all; where it sends none, nothing is asked of it."""
    its: Limits = limits(shop)
    if not its.hints:
        assert not any(ADDRESS in request.content.decode() for request in shop.recorder.sent)
    return its.hints
