"""A person lets tallyman in: by keys, by a code, and on the vendor's own page."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from agent import channels
from agent.channels import Health
from agent.config import load
from agent.errors import ConfigError, Unauthorised
from agent.flow.connect import connect
from agent.ports import Ports
from agent.ports.environment import Environment
from agent.ports.http import Http
from simulator.connections import entries
from simulator.scenario.settings import facts, settings_text
from simulator.world import World
from tests.contract.shops import WorldClock


class PatientClock(WorldClock):
    """Waiting lets the staging world's time pass."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.world = world

    def wait(self, wake: threading.Event, seconds: float) -> bool:
        """So many seconds, at once."""
        self.world.advance(timedelta(seconds=seconds))
        return False


class Person:
    """Somebody at a terminal, with a browser."""

    def __init__(self, folder: Path, vendor: str, *, knows: tuple[str, ...] = ()) -> None:
        self.vendor, self.folder = vendor, folder
        self.world = World(channel_names=[vendor])
        self.browser = httpx.Client(
            transport=self.world.transport(), base_url=f"https://{vendor}.test"
        )
        settings, secrets = entries(vendor, facts(self.world, vendor))
        self.secrets = secrets
        named = {k: v for k, v in settings.items() if k.startswith("secret_")}
        self.given = {f"TALLY_SECRET_{named[k].upper()}": secrets[named[k]] for k in knows}
        text = settings_text(self.world, [vendor], "Europe/Warsaw", {})
        self.settings = load(folder / "tally.yaml", text)
        self.shown: list[str] = []
        self.asked: list[str] = []
        self.types: Callable[[str], str] = lambda label: ""
        self.sees: Callable[[str], None] = lambda line: None

    def ports(self) -> Ports:
        return Ports(
            clock=PatientClock(self.world),
            http=Http(self.world.transport()),
            environment=Environment(self.given, self.folder / "tally.secrets"),
        )

    def connects(self) -> Health:
        """`tally connect`."""
        shop = self.settings.channels[self.vendor]
        return connect(self.vendor, shop, self.ports(), self._tell, self._ask, 0)

    def press(self, address: str, **choice: str) -> httpx.Response:
        """Open a page with one form on it, and press a button."""
        parts = urlsplit(address)
        page = self.browser.get(f"{parts.path}?{parts.query}")
        assert page.status_code == 200, page.text
        action = re.search(r'action="([^"]*)"', page.text)
        assert action is not None
        hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
        filled = {name: unescape(value) for name, value in hidden}
        return self.browser.post(unescape(action[1]), data=filled | choice)

    def _tell(self, line: str) -> None:
        self.shown.append(line)
        self.sees(line)

    def _ask(self, label: str) -> str:
        self.asked.append(label)
        return self.types(label)

    def close(self) -> None:
        self.browser.close()
        self.world.close()


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Makes people; each has a world of one vendor."""
    people: list[Person] = []

    def made(vendor: str, **more: tuple[str, ...]) -> Person:
        people.append(Person(tmp_path, vendor, **more))
        return people[-1]

    yield made
    for one in people:
        one.close()


ETSY = ("secret_key", "secret_shared", "secret_webhook")


def address_in(line: str) -> str:
    found = re.search(r"https?://\S+", line)
    assert found is not None, line
    return found[0]


def test_keys_are_typed_in_once_and_kept(person: Callable[..., Person]) -> None:
    anna = person("woocommerce")
    anna.types = lambda label: anna.secrets["woocommerce_" + label.split()[-1]]
    assert anna.connects().currency == "PLN"
    assert anna.asked == ["consumer key", "consumer secret"]
    kept = anna.ports().environment
    assert kept.secret("woocommerce_key") == anna.secrets["woocommerce_key"]
    for secret in anna.secrets.values():
        assert secret not in "\n".join(anna.shown)


def test_a_key_that_is_not_given_is_said(person: Callable[..., Person]) -> None:
    anna = person("woocommerce")
    with pytest.raises(ConfigError, match="no consumer key was given"):
        anna.connects()


def test_what_is_written_down_is_not_asked_for(person: Callable[..., Person]) -> None:
    anna = person("woocommerce", knows=("secret_key", "secret_secret"))
    anna.connects()
    assert anna.asked == []


def allow_device(anna: Person, **choice: str) -> None:
    """Press a button on the vendor's page when told the code."""

    def sees(line: str) -> None:
        if "confirm the code" in line:
            code = line.rpartition(" ")[2]
            address = address_in(line)
            glue = "" if code in address else f"{'&' if '?' in address else '?'}code={code}"
            anna.press(address + glue, **choice)

    anna.sees = sees


def test_a_code_is_confirmed_on_the_vendors_page(person: Callable[..., Person]) -> None:
    anna = person("allegro", knows=("secret_client",))
    allow_device(anna, decision="allow")
    assert anna.connects().currency == "PLN"
    # The kept tokens go on after the first has ended, and in another process.
    anna.world.advance(timedelta(hours=30))
    anna.sees = lambda line: None
    shop = anna.settings.channels["allegro"]
    channel = channels.connect("allegro", "allegro", shop.connection, anna.ports())
    assert channel.check().currency == "PLN"
    channel.close()


def test_what_the_app_itself_needs_is_asked_for_first(person: Callable[..., Person]) -> None:
    anna = person("allegro")
    anna.types = lambda label: anna.secrets["allegro_client_secret"]
    allow_device(anna, decision="allow")
    assert anna.connects().currency == "PLN"
    assert [label.split(" (")[0] for label in anna.asked] == ["client secret of the app"]


def test_every_secret_that_the_settings_name_is_asked_for(person: Callable[..., Person]) -> None:
    anna = person("etsy")
    labels = channels.app_keys("etsy")
    anna.types = lambda label: next(
        anna.secrets[getattr(anna.settings.channels["etsy"].connection, key)]
        for key in labels
        if labels[key] == label
    )
    comes_back(anna, choice="allow")
    assert anna.connects().currency == "PLN"
    assert anna.asked == list(labels.values())


def test_a_person_who_says_no_is_heard(person: Callable[..., Person]) -> None:
    anna = person("allegro", knows=("secret_client",))
    allow_device(anna, decision="deny")
    with pytest.raises(Unauthorised) as caught:
        anna.connects()
    assert "tally connect allegro" in caught.value.next


def test_nobody_who_confirms_is_not_waited_for_without_end(person: Callable[..., Person]) -> None:
    anna = person("allegro", knows=("secret_client",))
    with pytest.raises(Unauthorised):
        anna.connects()


def comes_back(anna: Person, **choice: str) -> None:
    """Press a button on the vendor's page, and let the browser follow where it is sent."""

    def sees(line: str) -> None:
        if line.startswith("Open "):
            sent = anna.press(address_in(line), **choice)
            assert sent.status_code in (302, 303), sent.text
            answer = httpx.get(sent.headers["location"], trust_env=False)
            assert "close this page" in answer.text

    anna.sees = sees


def test_the_vendors_page_sends_the_browser_back(person: Callable[..., Person]) -> None:
    anna = person("etsy", knows=ETSY)
    comes_back(anna, choice="allow")
    assert anna.connects().shop
    shown = "\n".join(anna.shown)
    assert "code_challenge_method=S256" in shown
    assert "http://localhost:" in shown


def test_a_refusal_on_the_vendors_page_is_told_in_its_words(person: Callable[..., Person]) -> None:
    anna = person("etsy", knows=ETSY)
    comes_back(anna, choice="deny")
    with pytest.raises(Unauthorised, match="denied your consent"):
        anna.connects()


def test_an_answer_to_another_question_is_not_taken(person: Callable[..., Person]) -> None:
    anna = person("etsy", knows=ETSY)

    def sees(line: str) -> None:
        if line.startswith("Open "):
            back = dict(parse_qsl(urlsplit(address_in(line)).query))["redirect_uri"]
            httpx.get(f"{back}?code=stolen&state=guessed", trust_env=False)

    anna.sees = sees
    with pytest.raises(Unauthorised, match="another question"):
        anna.connects()
