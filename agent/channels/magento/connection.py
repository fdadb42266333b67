"""What the functions of this folder share: the client, the settings, and facts asked for once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.channels import shape, trouble
from agent.channels.magento import errors, values
from agent.channels.magento.client import Client, Row
from agent.channels.magento.reserved import Ledger
from agent.channels.magento.settings import Settings
from agent.channels.resume import Unfinished
from agent.errors import Refused, Unavailable
from agent.ports import Ports

WEBSITE = {"id": int, "code": str}
VIEW = {
    "id": int,
    "website_id?": int,
    "base_currency_code?": str,
    "timezone?": str,
    "weight_unit?": str,
}


@dataclass
class Connection:
    """One connected shop."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    unfinished: Unfinished = field(default_factory=Unfinished)
    ledger: Ledger = field(default_factory=Ledger)
    rows: int = 500  # in one call; fewer once the shop has said that it limits input
    asks_in_bulk: bool = True  # whether the shop tells of many skus at once if more could be sold
    pages: dict[int, Row] = field(default_factory=dict)  # configurable products by id, with `links`
    categories: dict[str, int] = field(default_factory=dict)  # {name in lower case: id}

    @cached_property
    def view(self) -> Row:
        """The store view whose currency, zone and unit of weight count: the website's first."""
        path = "/store/storeConfigs"
        found = _rows(self.client.read(path), VIEW, self.client.where("GET", path))
        ours = [one for one in found if one.get("website_id") == self.website["id"]]
        if not ours:
            words = f'the website "{self.website.get("code")}" has no store view'
            raise Refused(words, f"{self.shop} GET {path}", "check `website` in tally.yaml")
        return min(ours, key=lambda one: int(values.amount(one, "id")))

    @cached_property
    def websites(self) -> list[Row]:
        """The shop's websites, that of the admin panel aside, oldest first."""
        path = "/store/websites"
        found = _rows(self.client.read(path), WEBSITE, self.client.where("GET", path))
        real = [one for one in found if values.amount(one, "id") > 0]
        if not real:
            raise trouble.misshapen("it has no website", self.client.where("GET", path))
        return sorted(real, key=lambda one: int(values.amount(one, "id")))

    @cached_property
    def website(self) -> Row:
        """The website that is ours."""
        wanted = self.settings.website
        found = [one for one in self.websites if wanted in ("", one.get("code"))]
        if not found:
            known = ", ".join(str(one.get("code")) for one in self.websites)
            words = f'the shop has no website "{wanted}", but {known}'
            raise Refused(words, self.shop, "check `website` in tally.yaml")
        return found[0]

    @cached_property
    def store_ids(self) -> str:
        """The store views of our website, as a filter takes them; "" where there is one website."""
        if len(self.websites) == 1:
            return ""
        path = "/store/storeViews"
        found = _rows(self.client.read(path), {"id": int}, self.client.where("GET", path))
        ours = [one for one in found if one.get("website_id") == self.website["id"]]
        return ",".join(sorted(str(one.get("id")) for one in ours))

    @cached_property
    def currency(self) -> str:
        """The currency that prices are kept in, ISO 4217."""
        code = values.text(self.view, "base_currency_code")
        if len(code) != 3:
            what = f'the shop\'s currency is no such thing: "{code}"'
            raise Unavailable(what, f"{self.shop} GET /store/storeConfigs", trouble.RETRIES)
        return code

    @cached_property
    def zone(self) -> ZoneInfo:
        """The shop's time zone, in which sales begin and end."""
        name = values.text(self.view, "timezone")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            what = f'the shop\'s time zone is unknown here: "{name}"'
            raise Unavailable(
                what, f"{self.shop} GET /store/storeConfigs", trouble.RETRIES
            ) from error

    @cached_property
    def has_sources(self) -> bool:
        """Whether stock lies at inventory sources; shops of before 2.3, and some since, have none."""
        if self.settings.stock != "auto":
            return self.settings.stock == "sources"
        try:
            self.client.read("/inventory/sources")
        except Refused as refusal:
            if getattr(refusal, "no_route", False):
                return False
            raise
        return True

    @cached_property
    def stock_id(self) -> int:
        """The stock that our website sells from."""
        code = str(self.website.get("code"))
        path = f"/inventory/stock-resolver/website/{code}"
        found = self.client.read(path)
        number = found.get("stock_id") if isinstance(found, Mapping) else None
        if not isinstance(number, int):
            raise trouble.misshapen("it has no stock_id", self.client.where("GET", path))
        return number

    @cached_property
    def attributes(self) -> dict[str, dict[str, Any]]:
        """The dropdown attributes of products, {code: attribute with its `options`}; kept up by us."""
        path = "/products/attributes"
        found: dict[str, dict[str, Any]] = {}
        pages = self.client.pages(path, [("frontend_input", "eq", "select")], key="attribute_id")
        for rows, _ in pages:
            found |= {str(row.get("attribute_code")): dict(row) for row in rows}
        return found


def _rows(answer: Any, each: Any, where: str) -> list[Row]:
    errors.understood(lambda: shape.check(answer, [each]), where)
    found: list[Row] = answer
    return found
