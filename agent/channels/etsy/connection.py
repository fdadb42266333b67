"""What the functions of this folder share: the client, the settings, and facts asked for once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from agent.channels import strict, trouble
from agent.channels.etsy.client import Client
from agent.channels.etsy.mapping import Page
from agent.channels.etsy.pace import Use
from agent.channels.etsy.settings import Settings
from agent.channels.resume import Unfinished
from agent.ports import Ports

FRESH_S = 30.0  # a page read longer ago is read again before it is written


@dataclass(frozen=True)
class Facts:
    """What the shop says of itself. `country`, ISO 3166-1 alpha-2, is where it ships from."""

    name: str
    currency: str
    country: str
    is_closed: bool


@dataclass
class Connection:
    """One connected shop. `hint_secret` is what its messages are signed with ("" if not told)."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    hint_secret: str = field(repr=False)
    unfinished: Unfinished = field(default_factory=Unfinished)  # a look at everything
    searching: Unfinished = field(default_factory=Unfinished)  # a search by sku
    searched: frozenset[str] = frozenset()  # for these skus, or: these were nowhere
    searched_at: float = float("-inf")  # when they were, on the monotonic clock
    decided: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # profiles
    met: dict[str, int] = field(default_factory=dict)  # {sku: the page that it was seen on}
    read: dict[int, tuple[Page, float]] = field(default_factory=dict)  # pages about to be written

    @property
    def root(self) -> str:
        """The address of the shop."""
        return f"/shops/{self.settings.shop_id}"

    @cached_property
    def facts(self) -> Facts:
        """The shop's name, currency, country and whether it is closed for now."""
        row = self.client.read(self.root, use=Use.ORDERS)
        try:
            return Facts(
                strict.text(row, "shop_name") or str(self.settings.shop_id),
                strict.text(row, "currency_code"),
                strict.text(row, "shipping_from_country_iso"),
                strict.flag(row, "is_vacation"),
            )
        except strict.Misshapen as error:
            where = self.client.where("GET", self.root)
            raise trouble.misshapen(str(error), where, wrote=False) from error

    @cached_property
    def carriers(self) -> Mapping[str, str]:
        """Etsy's carriers where the shop ships from, {name without blanks and case: as it is sent}."""
        country = self.facts.country
        if not country:
            return {}
        query = {"origin_country_iso": country}
        answer = self.client.read("/shipping-carriers", query, Use.ORDERS)
        try:
            named = [strict.text(row, "name") for row in strict.rows(answer, "results")]
        except strict.Misshapen as error:
            where = self.client.where("GET", "/shipping-carriers")
            raise trouble.misshapen(str(error), where, wrote=False) from error
        return {bare(name): slug(name) for name in named if name}

    def keep(self, page: Page) -> None:
        """A page as it is now."""
        self.read[page.id] = (page, self.ports.clock.mono())

    def fresh(self, page_id: int) -> Page | None:
        """A page that was read just now; None when it must be read (again)."""
        found = self.read.get(page_id)
        if found is None or self.ports.clock.mono() - found[1] > FRESH_S:
            return None
        return found[0]

    def forget_pages(self) -> None:
        """Pages that may have sold meanwhile, and old ones, are read again before they are written.

        One product's stock is told with every write; that of the others on its page is sent back as
        it was read.
        """
        self.read = {
            page_id: (page, at)
            for page_id, (page, at) in self.read.items()
            if page.is_alone and self.fresh(page_id) is not None
        }


def bare(name: str) -> str:
    """A carrier's name by its letters and digits."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def slug(name: str) -> str:
    """A carrier's name as a shipment gives it: "Royal Mail" is royal-mail."""
    return "-".join(name.lower().split())
