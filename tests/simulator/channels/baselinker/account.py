"""A client of the simulated account that holds each exchange against the index of methods."""

from __future__ import annotations

import json
from typing import Any

import httpx

from simulator.channels import Buyer
from simulator.world import World
from tests.conformance.baselinker import faults_of_request, faults_of_response, index

ANNA = Buyer("Anna", "Nowak", "anna@buyer.example", "+48 600 100 200", "Prosta 5", "Łódź", "90-001")


class Checked(httpx.BaseTransport):
    """Passes exchanges on; AssertionError when an answer is not as described."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.is_strict = inner, False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, looked at."""
        request.read()
        response = self.inner.handle_request(request)
        response.read()
        faults = faults_of_response(request, response) if response.status_code == 200 else []
        if self.is_strict:
            faults += faults_of_request(request)
        assert not faults, faults
        return response


class Account:
    """Calls methods and gives what they answer."""

    def __init__(self, world: World) -> None:
        index()  # skips the test where the index is not there
        self.world, self.dialect = world, world.dialects["baselinker"]
        self.transport = Checked(world.transport())
        self.http = httpx.Client(transport=self.transport, base_url="https://baselinker.test")
        self.token = self.dialect.credentials()["token"]
        self.inventory = self.dialect.credentials()["inventory_id"]

    def answer(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The whole answer, whatever its status."""
        form = {"method": method, "parameters": json.dumps(parameters)}
        response = self.http.post("/connector.php", data=form, headers={"X-BLToken": self.token})
        assert response.status_code == 200
        body: dict[str, Any] = response.json()
        return body

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer of a call that works, which must also be described."""
        self.transport.is_strict = True
        try:
            body = self.answer(method, **parameters)
        finally:
            self.transport.is_strict = False
        assert body["status"] == "SUCCESS", body
        return body

    def refusal(self, method: str, **parameters: Any) -> str:
        """The code of a call that does not work."""
        body = self.answer(method, **parameters)
        assert body["status"] == "ERROR", body
        return str(body["error_code"])

    def ids(self) -> dict[str, str]:
        """{sku: id} of the catalogue."""
        found = self.call(
            "getInventoryProductsList", inventory_id=self.inventory, include_variants=True
        )
        return {row["sku"]: id for id, row in found["products"].items()}

    def stock(self, sku: str) -> int:
        """What the catalogue has of a main product."""
        found = self.call("getInventoryProductsStock", inventory_id=self.inventory)
        return int(sum(found["products"][self.ids()[sku]]["stock"].values()))

    def buy(self, **basket: int) -> int:
        """Let Anna buy, {SKU_WITH_UNDERSCORES: pieces}; the order's number."""
        wanted = {sku.replace("_", "-"): pieces for sku, pieces in basket.items()}
        return int(self.dialect.storefront.buy(wanted, ANNA))

    def order(self, id: int) -> dict[str, Any]:
        """One order."""
        (found,) = self.call("getOrders", order_id=id)["orders"]
        row: dict[str, Any] = found
        return row

    def journal(self, after: int = 0) -> list[tuple[int, int, int]]:
        """(order, type, object) of the entries after one."""
        logs = self.call("getJournalList", last_log_id=after, logs_types=[])["logs"]
        return [(e["order_id"], e["log_type"], e["object_id"]) for e in logs]
