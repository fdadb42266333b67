"""Keys and tokens: never told to anybody, and read anew when they die in the middle of work."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from agent.channels.consent import Keys
from agent.errors import TallymanError
from agent.model.change import SetPrice, SetStock
from agent.model.listing import Listing, Shown
from tests.contract import acts, answers
from tests.contract.shops import StagedShop
from tests.contract.trial import face

STATUSES = [200, 400, 401, 500]


def told(staged: StagedShop, mug: Listing) -> list[Callable[[], Any]]:
    """Calls of every kind."""
    shown, channel = Shown("live", 4290), staged.raw
    return [
        channel.check,
        lambda: list(channel.listings()),
        partial(channel.look, [mug]),
        partial(channel.find, [mug.sku]),
        partial(channel.push, [SetStock(mug.sku, mug, 9, backorders=False)]),
        partial(channel.push, [SetPrice(mug.sku, mug, shown)]),
        partial(channel.orders, ""),
        partial(channel.order, "17"),
        partial(channel.subscribe, "https://hooks.test/tally"),
    ]


@pytest.mark.parametrize("status", STATUSES)
def test_no_secret_is_told_though_the_shop_repeats_it(
    staged: StagedShop, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    acts.stacked(staged, 1)
    [mug] = staged.channel.listings()
    secrets = _secrets(staged)
    for shape in range(len(answers.said("", status))):
        with _repeating(staged, secrets, shape, status):
            for number in range(len(told(staged, mug))):
                staged.rest()
                said = _said(told(staged, mug)[number])
                assert _found(secrets | _secrets(staged), said) == [], said
    assert _found(_secrets(staged), caplog.text) == []
    assert _found(_secrets(staged), repr(staged.raw) + repr(vars(staged.raw))) == []


def test_a_key_that_dies_between_two_requests_is_renewed_without_a_person_where_it_can_be(
    staged: StagedShop,
) -> None:
    acts.stacked(staged, 2)
    mugs = list(staged.channel.listings())
    try:
        staged.recorder.before_write = partial(staged.operate, "expire_tokens")
        acts.stocked(staged, mugs[0], 5)
    except LookupError:
        return  # keys of this vendor last
    except TallymanError as error:
        keys = face(staged.vendor).consent(staged.vendor, _settings(staged), staged.ports())
        assert isinstance(keys, Keys), error
        assert "tally connect" in error.next
        staged.operate("new_token")
        staged.connect_again()
    staged.pass_time(timedelta(minutes=10))
    assert acts.stocked(staged, mugs[1], 6).shown.quantity == 6


def _settings(staged: StagedShop) -> Any:
    return staged.settings(staged.secrets())


def _secrets(staged: StagedShop) -> set[str]:
    """Every key and token that lets somebody in, those of this moment too."""
    return {value for value in (*staged.secrets().values(), *staged.recorder.tokens) if value}


@contextlib.contextmanager
def _repeating(staged: StagedShop, secrets: set[str], shape: int, status: int) -> Iterator[None]:
    """The shop answers everything by repeating our keys."""

    def repeated(_: httpx.Request, __: httpx.Response) -> httpx.Response:
        text = " ".join(sorted(secrets | _secrets(staged)))
        return answers.said(text, status)[shape]

    staged.recorder.altered = repeated
    try:
        yield
    finally:
        staged.recorder.altered = None


def _said(call: Callable[[], Any]) -> str:
    """All that a call tells, whichever way it ends."""
    try:
        return repr(call())
    except TallymanError as error:
        return f"{error} {error!r} {error.args}"


def _found(secrets: set[str], text: str) -> list[str]:
    return [secret for secret in secrets if secret in text]
