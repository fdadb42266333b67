"""Letting us in and staying in: consent, tokens that are worth one renewal, limits, messages, settings."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import ValidationError

from agent import channels
from agent.channels import oauth
from agent.channels.consent import Redirect
from agent.channels.etsy import Settings
from agent.channels.etsy.pace import Pace, Use
from agent.errors import Throttled, Unauthorised
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from tests.agent.channels.etsy.conftest import asked
from tests.agent.channels.scripted import Scripted, said
from tests.contract import acts
from tests.contract.shops import StagedShop, WorldClock

FACE = {"shop_id": 1, "secret_key": "KEY", "secret_shared": "SHARED", "secret_tokens": "TOKENS"}
BACK = "http://127.0.0.1:8765/back"


# -- consent and tokens -------------------------------------------------------------------------------


def test_a_person_lets_us_in_on_etsys_page(shop: StagedShop) -> None:
    facts = shop.facts()
    secrets = {
        "TALLY_SECRET_KEY": str(facts["keystring"]),
        "TALLY_SECRET_SHARED": str(facts["shared_secret"]),
    }
    ports = Ports(
        clock=WorldClock(shop.world),
        http=Http(shop.recorder),
        environment=Environment(secrets),
    )
    here = {"address": facts["base_url"], "login": facts["base_url"], "shop_id": facts["shop_id"]}
    settings = Settings(**{**FACE, **here})
    consent = cast(Redirect, channels.consent("etsy", "etsy", settings, ports))
    verifier = "v" * 60
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    page = consent.address(BACK, "state-1", challenge)
    fields = {name: value for name, [value] in parse_qs(urlsplit(page).query).items()}
    assert set(fields["scope"].split()) == {
        *("listings_r", "listings_w", "listings_d", "shops_r"),
        *("transactions_r", "transactions_w", "email_r"),
    }
    browser = httpx.Client(transport=shop.world.transport())
    shown = browser.get(page)
    assert shown.status_code == 200
    sent = browser.post(page.partition("?")[0], data={**fields, "choice": "allow"})
    told = parse_qs(urlsplit(sent.headers["location"]).query)
    assert told["state"] == ["state-1"]
    grant = consent.redeem(told["code"][0], BACK, verifier)
    oauth.keep(consent.secret, grant, ports)
    channel = channels.connect("etsy", "etsy", settings, ports)
    assert channel.check().shop == "StagingShop"
    channel.close()


def test_the_real_page_is_on_another_host_than_the_token() -> None:
    ports = Ports(environment=Environment({"TALLY_SECRET_KEY": "abc"}))
    consent = cast(Redirect, channels.consent("etsy", "etsy", Settings(**FACE), ports))
    assert consent.address(BACK, "s", "c").startswith("https://www.etsy.com/oauth/connect?")


def test_the_new_refresh_token_is_used_for_the_next_renewal(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK")
    for _ in range(3):
        shop.operate("expire_tokens")
        assert acts.afresh(shop, clock) == clock
    renewals = [r for r in shop.recorder.sent if r.url.path.endswith("/oauth/token")]
    tokens = [parse_qs(r.content.decode())["refresh_token"][0] for r in renewals]
    assert len(set(tokens)) == len(tokens) >= 3


def test_a_renewal_whose_answer_was_lost_costs_the_consent_and_a_new_one_mends_it(
    shop: StagedShop,
) -> None:
    shop.channel.check()
    shop.operate("expire_tokens")
    shop.fail("timeout after", path="*/oauth/token")
    with pytest.raises(Unauthorised) as caught:
        shop.channel.check()
    assert caught.value.next == "run `tally connect etsy`"
    assert "revoked" in caught.value.what
    shop.operate("consent")
    again = shop.connect(shop.secrets())  # a new seed begins anew
    assert again.check().currency == "PLN"
    again.close()


def test_a_consent_for_another_shop_is_told(scripted: Scripted) -> None:
    scripted.answer = lambda _: said({"user_id": 7, "shop_id": 2})
    with pytest.raises(Unauthorised) as caught:
        scripted.connect().check()
    assert caught.value.what == "the consent is for shop 2, tally.yaml says 1"
    assert caught.value.next == "correct `shop_id` in tally.yaml"


def test_a_shop_on_holiday_is_told(shop: StagedShop) -> None:
    shop.operate("vacation")
    assert any("on holiday" in note for note in shop.channel.check().notes)


# -- limits -------------------------------------------------------------------------------------------


def test_the_eleventh_call_of_a_second_is_not_made(shop: StagedShop) -> None:
    shop.rest()
    shop.recorder.sent.clear()
    with pytest.raises(Throttled) as caught:
        for _ in range(11):
            shop.raw.order("3500000001")
    assert len(asked(shop)) == 10
    assert 0 < caught.value.retry_after_s <= 1.0


def test_the_apps_own_limits_are_learnt_from_the_answers(shop: StagedShop) -> None:
    shop.operate("throttle", per_second=3)
    shop.rest()
    shop.recorder.sent.clear()
    with pytest.raises(Throttled):
        for _ in range(11):
            shop.raw.order("3500000001")
    assert len(asked(shop)) == 3


def heard(pace: Pace, left: int, now: float, per_day: int = 1000) -> None:
    pace.heard({"x-limit-per-day": str(per_day), "x-remaining-today": str(left)}, now)


def test_a_part_of_the_day_is_left_for_orders_and_what_sold_out() -> None:
    pace = Pace()
    heard(pace, 151, 0.0)
    assert pace.wait_s(0.0, 1, Use.LISTINGS) == 0
    heard(pace, 150, 0.0)
    assert pace.wait_s(0.0, 1, Use.LISTINGS) == 600
    assert pace.wait_s(0.0, 1, Use.SOLD_OUT) == 0
    heard(pace, 45, 0.0)
    assert pace.wait_s(0.0, 1, Use.SOLD_OUT) == 600
    assert pace.wait_s(0.0, 1, Use.ORDERS) == 0
    heard(pace, 0, 0.0)
    assert pace.wait_s(0.0, 1, Use.ORDERS) == 600


def test_calls_of_ours_come_back_after_a_day() -> None:
    pace = Pace()
    for number in range(1000):
        pace.spend(number * 0.2)
    heard(pace, 0, 200.0)
    assert pace.wait_s(200.0, 1, Use.ORDERS) == 600  # cut up, so that orders are not long away
    assert pace.wait_s(86_380.0, 1, Use.ORDERS) == 20
    assert pace.wait_s(86_400.0, 1, Use.ORDERS) == 0


def test_calls_of_others_are_asked_after_now_and_then() -> None:
    pace = Pace()
    heard(pace, 0, 0.0)
    assert pace.wait_s(300.0, 1, Use.ORDERS) == 300
    assert pace.wait_s(600.0, 1, Use.ORDERS) == 0


def test_orders_go_before_thousands_of_changed_prices() -> None:
    pace = Pace()
    for _ in range(10):
        pace.spend(0.0)
    assert pace.wait_s(0.5, 1, Use.ORDERS) == 0.5
    assert pace.wait_s(1.0, 1, Use.LISTINGS) > 0  # whoever waited goes first
    assert pace.wait_s(1.0, 1, Use.ORDERS) == 0
    assert pace.wait_s(1.0, 1, Use.LISTINGS) == 0


# -- messages -----------------------------------------------------------------------------------------

SECRET = base64.b64encode(b"a secret of 24 bytes ...").decode()
BODY = b'{"event_type":"order.paid","resource_url":"https://x/receipts/2","shop_id":1}'


def signed(at: int, body: bytes = BODY, id: str = "msg_1", key: bytes = b"") -> str:
    made = hmac.new(key or base64.b64decode(SECRET), f"{id}.{at}.".encode() + body, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


@pytest.mark.parametrize(
    ("form", "late_s", "genuine"),
    [
        ("{}", 0, True),
        ("v1,{}", 0, True),
        ("v1,nonsense v1,{}", 0, True),
        ("v1,{}", 299, True),
        ("v1,{}", 301, False),
        ("v1,{}", -301, False),
        ("v1,nonsense", 0, False),
        ("", 0, False),
    ],
)
def test_a_message_is_believed_by_its_signature_and_its_time(
    form: str, late_s: int, genuine: bool, scripted: Scripted
) -> None:
    at = int(scripted.clock.now().timestamp()) - late_s
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": form.format(signed(at)),
    }
    assert hook(scripted, f"whsec_{SECRET}").hint(headers, BODY) is genuine
    assert not hook(scripted, "").hint(headers, BODY)
    assert not hook(scripted, "whsec_no base64!").hint(headers, BODY)


def hook(scripted: Scripted, secret: str) -> Any:
    """A channel that was told this signing secret."""
    channel: Any = scripted.connect()
    channel._c.hint_secret = secret
    return channel


# -- settings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"address": "http://openapi.etsy.com"}, "https://"),
        ({"login": "http://api.etsy.com"}, "https://"),
        ({"picture": "http://shop.example/a.png"}, "https://"),
        ({"shop_id": 0}, "shop_id"),
        ({"who_made": "nobody"}, "who_made"),
        ({"taxonomy": -1}, "taxonomy"),
        ({"keystring": "abc"}, "keystring"),
    ],
)
def test_what_cannot_be_used_is_refused(more: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Settings(**{**FACE, **more})
