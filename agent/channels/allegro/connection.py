"""What the functions of this folder share: the client, the settings, and what was found out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from agent.channels import strict, trouble
from agent.channels.allegro.client import Client, Row
from agent.channels.allegro.settings import Settings
from agent.channels.resume import Unfinished
from agent.errors import Refused
from agent.ports import Ports

REMEMBERED = 1000  # commands whose offers we know by heart
POLICIES = "/after-sales-service-conditions"
KINDS = {  # {setting: (where the account's own are listed, under which name)}
    "shipping_rates": ("/sale/shipping-rates", "shippingRates"),
    "return_policy": (f"{POLICIES}/return-policies", "returnPolicies"),
    "implied_warranty": (f"{POLICIES}/implied-warranties", "impliedWarranties"),
    "warranty": (f"{POLICIES}/warranties", "warranties"),
}


@dataclass
class Connection:
    """One connected seller. Nothing here must outlive the process."""

    shop: str
    settings: Settings
    client: Client
    ports: Ports
    unfinished: Unfinished = field(default_factory=Unfinished)
    # {job: {offer id: sku}}; after a restart the vendor is asked for it.
    taken: OrderedDict[str, Mapping[str, str]] = field(default_factory=OrderedDict)
    combines: bool | None = None  # whether a command took price and stock in one row
    named: dict[str, str] = field(default_factory=dict)  # {setting: the id that it stands for}

    @cached_property
    def account(self) -> Row:
        """Who we act for."""
        return self.client.read("/me")

    @cached_property
    def marketplace(self) -> str:
        """Where the seller sells in the first place: allegro-pl."""
        found = self.account.get("baseMarketplace")
        name = found.get("id") if isinstance(found, Mapping) else None
        return str(name or "allegro-pl")

    @cached_property
    def currency(self) -> str:
        """The currency of that marketplace, ISO 4217."""
        where, name = self.client.where("GET /marketplaces"), "marketplaces"
        try:
            for row in strict.needed_rows(self.client.read("/marketplaces"), name):
                if row.get("id") == self.marketplace:
                    base = strict.part(strict.part(row, "currencies"), "base")
                    return strict.text(base, "code")
        except ValueError as error:
            raise trouble.misshapen(str(error), where) from error
        raise trouble.misshapen(f'no marketplace "{self.marketplace}"', where)

    @cached_property
    def carriers(self) -> dict[str, str]:
        """{carrier's id or name in small letters: its id}"""
        path = "/order/carriers"
        try:
            found = strict.needed_rows(self.client.read(path), "carriers")
        except ValueError as error:
            raise trouble.misshapen(str(error), self.client.where(f"GET {path}")) from error
        by_name = {strict.text(row, "name").casefold(): strict.text(row, "id") for row in found}
        return by_name | {strict.text(r, "id").casefold(): strict.text(r, "id") for r in found}

    def remember(self, job: str, offers: Mapping[str, str]) -> None:
        """Which offers are in a command, by id, and their skus."""
        self.taken[job] = offers
        while len(self.taken) > REMEMBERED:
            self.taken.popitem(last=False)

    def chosen(self, setting: str) -> str | None:
        """The id of what this setting names, or of the only one of its kind; None when there is none.

        Refused, naming those that there are, when it is not clear which.
        """
        if setting not in self.named:
            found = self._chosen(setting)
            if found is None:
                return None
            self.named[setting] = found
        return self.named[setting]

    def _chosen(self, setting: str) -> str | None:
        path, key = KINDS[setting]
        where, wanted = self.client.where(f"GET {path}"), getattr(self.settings, setting)
        try:
            found = strict.needed_rows(self.client.read(path), key)
            by_id = {strict.text(row, "id"): strict.text(row, "name") for row in found}
        except ValueError as error:
            raise trouble.misshapen(str(error), where) from error
        for id, name in by_id.items():
            if wanted is not None and wanted.casefold() in (id.casefold(), name.casefold()):
                return id
        if wanted is None and len(by_id) <= 1:
            return next(iter(by_id), None)
        there = ", ".join(sorted(by_id.values())) or "none at all"
        named = setting.replace("_", " ").replace("shipping", "table of shipping")
        what = f'no {named} "{wanted}"' if wanted is not None else f"more than one {named}"
        advice = f"set `{setting}` in tally.yaml to one of: {there}"
        raise Refused(f"the account has {what}", where, advice)
