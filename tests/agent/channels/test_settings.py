"""What tally.yaml may say of a shop, and what is refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from agent import channels
from agent.errors import ConfigError
from agent.ports import Ports
from agent.ports.environment import Environment

SHOPIFY = {"address": "https://clocks.myshopify.com", "secret_token": "shop_token"}
WOOCOMMERCE = {"address": "https://clocks.example/", "secret_key": "key", "secret_secret": "secret"}


@pytest.mark.parametrize(
    ("vendor", "values", "fault"),
    [
        ("shopify", {**SHOPIFY, "address": "http://clocks.myshopify.com"}, "https://"),
        ("shopify", {"address": "https://x.myshopify.com"}, "secret_token"),
        ("shopify", {**SHOPIFY, "version": "latest"}, "version"),
        ("shopify", {**SHOPIFY, "token": "shpat_1"}, "token"),
        ("woocommerce", {**WOOCOMMERCE, "address": "http://clocks.example"}, "https://"),
        ("woocommerce", {**WOOCOMMERCE, "shipments": "pigeon"}, "shipments"),
        ("woocommerce", {"address": "https://clocks.example"}, "secret_key"),
    ],
)
def test_what_cannot_be_used_is_refused(vendor: str, values: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        channels.module(vendor).Settings(**values)


@pytest.mark.parametrize(("vendor", "values"), [("shopify", SHOPIFY), ("woocommerce", WOOCOMMERCE)])
def test_a_secret_that_is_nowhere_names_where_it_was_looked_for(
    vendor: str, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    settings = channels.module(vendor).Settings(**values)
    with pytest.raises(ConfigError, match="no secret"):
        channels.connect(vendor, "shop", settings, Ports(environment=Environment({})))
