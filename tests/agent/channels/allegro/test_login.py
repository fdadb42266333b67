"""Consent by device, tokens that are good for one use, and what is lost when an answer is."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from agent.channels import consent, oauth
from agent.channels.allegro import Settings
from agent.channels.consent import Device
from agent.errors import Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from tests.agent.channels.allegro.conftest import FACE
from tests.agent.channels.scripted import Scripted, said
from tests.contract.shops import StagedShop, WorldClock


def at_the_door(shop: StagedShop) -> tuple[Device, Ports]:
    """The consent of an application that nobody has let in yet."""
    facts = shop.facts()
    variables = {"TALLY_SECRET_CLIENT": str(facts["client_secret"])}
    ports = Ports(
        clock=WorldClock(shop.world),
        http=Http(shop.recorder),
        environment=Environment(variables),
    )
    address = facts["base_url"]
    own = {"address": address, "login": address, "client_id": facts["client_id"]}
    settings = Settings(**{**FACE, **own})
    found = consent("allegro", "allegro", settings, ports)
    assert isinstance(found, Device)
    return found, ports


def press(shop: StagedShop, address: str, decision: str) -> None:
    """The seller opens the page and presses a button."""
    http = httpx.Client(transport=shop.world.transport(), base_url=shop.facts()["base_url"])
    code = httpx.URL(address).params["code"]
    http.post("/skojarz-aplikacje", data={"code": code, "decision": decision})


def test_a_person_lets_us_in_by_a_code(shop: StagedShop) -> None:
    device, ports = at_the_door(shop)
    code = device.begin()
    assert (code.interval_s, code.expires_s) == (5, 3600)
    assert code.user_code in code.address
    assert device.poll(code) is None
    with pytest.raises(Throttled):
        device.poll(code)  # too soon
    shop.pass_time(timedelta(seconds=6))
    press(shop, code.address, "allow")
    grant = device.poll(code)
    assert grant is not None and grant.refresh
    oauth.keep(device.secret, grant, ports)
    assert device.secret == "TOKENS"


def test_a_person_says_no(shop: StagedShop) -> None:
    device, _ = at_the_door(shop)
    code = device.begin()
    press(shop, code.address, "deny")
    with pytest.raises(Unauthorised, match="access_denied"):
        device.poll(code)


def test_a_code_that_is_none_is_no_code(vendor: Scripted) -> None:
    vendor.login = lambda _: said({"device_code": "x"})
    found = consent("allegro", "allegro", vendor.settings(), vendor.ports())
    assert isinstance(found, Device)
    with pytest.raises(Unavailable, match="no usable code"):
        found.begin()


def test_tokens_are_renewed_again_and_again(shop: StagedShop) -> None:
    for _ in range(5):
        shop.channel.check()
        shop.pass_time(timedelta(hours=12))
    renewals = [r for r in shop.recorder.sent if r.url.path.endswith("/token")]
    assert len(renewals) == 5
    assert len({r.content for r in renewals}) == 5  # each refresh token once


def test_a_pair_whose_answer_was_lost_needs_a_person(shop: StagedShop) -> None:
    shop.channel.check()
    shop.pass_time(timedelta(hours=12))
    shop.fail("timeout after")
    with pytest.raises(Unauthorised) as caught:
        shop.channel.check()
    assert "tally connect" in caught.value.next


def test_a_grace_for_a_lost_pair_is_used() -> None:
    shop = StagedShop("allegro")
    shop.dialect.store.settings["refresh_grace_s"] = 60.0
    shop.channel.check()
    shop.pass_time(timedelta(hours=12))
    shop.fail("timeout after")
    assert shop.channel.check().shop.startswith("staging_shop")
    shop.close()


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"address": "http://api.allegro.pl"}, "https://"),
        ({"login": "http://allegro.pl"}, "https://"),
        (
            {"address": "https://api.allegro.pl.allegrosandbox.pl", "login": "https://allegro.pl"},
            "sandbox",
        ),
        ({"bulk": "sometimes"}, "bulk"),
        ({"handling_time": "PT1H"}, "handling_time"),
        ({"vat_rate": 230}, "vat_rate"),
        ({"token": "abc"}, "token"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Settings(**{**FACE, **settings})


def test_the_real_addresses_are_the_usual_ones(vendor: Scripted) -> None:
    found = Settings(client_id="x", secret_client="a", secret_tokens="b")
    assert (found.address, found.login) == ("https://api.allegro.pl", "https://allegro.pl")
    assert vendor.settings(category=257687).category == "257687"
