"""A Magento shop's people with their own access, and a shop whose answers a test writes itself."""

from __future__ import annotations

from typing import cast

import pytest

from simulator.channels.magento.dialect import Magento
from tests.agent.channels.scripted import Scripted, said
from tests.contract.shops import StagedShop
from tests.simulator.channels.magento.connector import Rest

TOKEN = "token-that-nobody-sees"


@pytest.fixture
def people(shop: StagedShop) -> Rest:
    """What the shop's people and other programs do to it, not seen by the test's recorder."""
    return Rest(cast(Magento, shop.dialect), shop.world.transport())


@pytest.fixture
def scripted() -> Scripted:
    """A vendor that a test speaks for."""
    face = {"address": "https://shop.example", "secret_token": "TOKEN"}
    return Scripted("magento", face, {"TALLY_SECRET_TOKEN": TOKEN}, lambda _: said([]))
