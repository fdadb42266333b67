"""Calls that are signed with all four keys, and what tally.yaml may say of keys and address."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pydantic import ValidationError

from agent import channels
from agent.channels import Channel
from agent.channels.consent import Keys
from agent.channels.magento import Settings
from agent.channels.magento.signing import Keys as Signing
from agent.errors import Unauthorised
from agent.model.change import SetStock
from agent.ports import Ports
from tests.contract import acts
from tests.contract.shops import StagedShop

FOUR = ("token", "token_secret", "consumer_key", "consumer_secret")
WORDS = ("access_token", "access_token_secret", "consumer_key", "consumer_secret")


@pytest.fixture
def strict() -> Iterator[StagedShop]:
    """A shop as it is installed: a token alone opens nothing."""
    shop = StagedShop("magento")
    shop.operate("integration_as_bearer", on=False)
    yield shop
    shop.close()


def signed(shop: StagedShop, **wrong: str) -> Channel:
    facts = shop.facts()
    pairs = zip(FOUR, WORDS, strict=True)
    return shop.connect({name.upper(): wrong.get(name) or str(facts[w]) for name, w in pairs})


def test_a_shop_that_takes_no_token_alone_is_told_by_signature(strict: StagedShop) -> None:
    with pytest.raises(Unauthorised) as refused:
        strict.channel.check()
    assert "or give all four keys" in refused.value.next
    strict.raw = signed(strict)
    strict.channel = strict.raw
    clock = acts.live(strict, "SET/2 50%+ąę", quantity=8)
    acts.done(strict, SetStock(clock.sku, clock, 5, backorders=False))
    assert acts.afresh(strict, clock).shown.quantity == 5
    assert strict.channel.check().currency == "PLN"


@pytest.mark.parametrize("name", FOUR)
def test_a_wrong_key_is_not_accepted_and_not_told(strict: StagedShop, name: str) -> None:
    with pytest.raises(Unauthorised) as refused:
        signed(strict, **{name: "wrong-" + "x" * 32}).check()
    assert "x" * 32 not in str(refused.value)


def test_a_signature_is_as_the_standard_says() -> None:
    """The base string of RFC 5849, 3.4.1, written out for the keys of its first example."""
    keys = Signing("dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
    query = {"size": "original size", "file": "vacation.jpg"}
    told = keys.header("get", "https://photos.example.net/photos", query, "chapoH", 137131202)
    base = (
        "GET&https%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg"
        "%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26oauth_nonce%3DchapoH"
        "%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D137131202"
        "%26oauth_token%3Dnnch734d00sl2jdk%26size%3Doriginal%2520size"
    )
    digest = hmac.new(b"kd94hf93k423kf44&pfkkdhi9sl3r4s00", base.encode(), "sha256").digest()
    assert f'oauth_signature="{quote(base64.b64encode(digest), safe="")}"' in told
    assert told.startswith('OAuth oauth_consumer_key="dpf43f3p2l4k3l03",oauth_nonce="chapoH",')
    assert "kd94hf93k423kf44" not in told + repr(keys)
    assert "pfkkdhi9sl3r4s00" not in told + repr(keys)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"address": "http://shop.example"}, "must begin with https://"),
        ({"secret_consumer_key": "key"}, "signed calls need all of"),
        ({"rows": 501}, "less than or equal to 500"),
        ({"colour": "blue"}, "Extra inputs"),
    ],
    ids=["plain http", "some keys", "rows", "unknown"],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, object], fault: str) -> None:
    face = {"address": "https://shop.example", "secret_token": "token"}
    with pytest.raises(ValidationError, match=fault):
        Settings.model_validate({**face, **settings})


def test_an_address_may_end_as_people_copy_it() -> None:
    for tail in ("", "/", "/rest", "/rest/"):
        told = Settings(address=f"https://shop.example{tail}", secret_token="t")
        assert told.address == "https://shop.example"


def test_a_person_is_asked_for_the_keys_that_are_named() -> None:
    alone = Settings(address="https://shop.example", secret_token="m_token")
    every = Settings(
        address="https://shop.example", **{f"secret_{name}": f"m_{name}" for name in FOUR}
    )
    asked = [channels.consent("magento", "magento", told, Ports()) for told in (alone, every)]
    labels = [one.labels for one in asked if isinstance(one, Keys)]
    assert labels == [
        {"m_token": "Access Token"},
        {
            "m_consumer_key": "Consumer Key",
            "m_consumer_secret": "Consumer Secret",
            "m_token": "Access Token",
            "m_token_secret": "Access Token Secret",
        },
    ]
