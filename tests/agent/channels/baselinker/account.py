"""An account of the staging world, the agent's channel to it, and another program with the same token."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qs

import httpx

from simulator.channels.baselinker.dialect import BaseLinker
from tests.contract.shops import StagedShop


class Account(StagedShop):
    """A staged BaseLinker; `options` are those of its set-up, the rest settings of the agent."""

    def __init__(self, options: Mapping[str, Any] | None = None, **settings: Any) -> None:
        super().__init__("baselinker", settings)
        if options:
            with self.world.lock:
                self.dialect.set_up({"currency": "PLN", "zone": "Europe/Warsaw", **options})
            self.raw = self.connect(self.secrets())
            self.channel._channel = self.raw  # type: ignore[attr-defined]
        self._other = httpx.Client(
            base_url="https://baselinker.test", transport=self.world.transport()
        )

    @property
    def its(self) -> BaseLinker:
        """The account as the staging world keeps it."""
        return cast(BaseLinker, self.dialect)

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        """What another program with the same token is answered; it has a minute to itself."""
        body = self.ask(method, **given)
        assert body["status"] == "SUCCESS", body
        return body

    def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """The same, whatever the answer."""
        form = {"method": method, "parameters": json.dumps(given)}
        headers = {"X-BLToken": self.secrets()["TOKEN"]}
        answer = self._other.post("/connector.php", data=form, headers=headers)
        body: dict[str, Any] = answer.json()
        return body

    def orders(self, count: int, **fields: Any) -> list[str]:
        """So many orders of a clock, entered by another program in one second; their numbers."""
        row = {
            "sku": "RETRO-CLOCK",
            "name": "Clock",
            "quantity": 1,
            "price_brutto": 129,
            "tax_rate": 23,
        }
        given = {
            "order_status_id": self.dialect.credentials()["status_new"],
            "date_add": int(self.now().timestamp()),
            "currency": "PLN",
            "payment_method": "Transfer",
            "payment_method_cod": False,
            "paid": True,
            "email": "anna@buyer.example",
            "phone": "600100200",
            "user_comments": "",
            "admin_comments": "",
            "user_login": "",
            "delivery_method": "Courier",
            "delivery_price": 10,
            "delivery_fullname": "Anna Nowak",
            "delivery_company": "",
            "delivery_address": "Prosta 5",
            "delivery_city": "Warszawa",
            "delivery_postcode": "00-001",
            "delivery_country_code": "PL",
            "products": [row],
            **fields,
        }
        self.allow(10_000)
        made = [str(self.call("addOrder", **given)["order_id"]) for _ in range(count)]
        self.allow(100)
        return made

    def allow(self, per_minute: int) -> None:
        """Let the token send so many requests a minute, and forget those of the last."""
        with self.world.lock:
            self.its.store.set_setting("per_minute", per_minute)
            self.its.throttle.clear()

    def methods(self, since: int = 0) -> Counter[str]:
        """What the agent has called, and how often."""
        asked = (parse_qs(request.content.decode()) for request in self.recorder.sent[since:])
        return Counter(form["method"][0] for form in asked)
