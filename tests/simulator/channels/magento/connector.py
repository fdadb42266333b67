"""A connector of the simulated Magento: requests in process, each exchange held against the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from simulator.channels.magento.dialect import Magento
from tests.conformance import magento as schema

HOME = "https://magento.test"


class Checked(httpx.BaseTransport):
    """Lets requests through and collects what the schema says against the exchanges."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.faults: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.inner.handle_request(request)
        response.read()
        self.faults += schema.faults_of_response(request, response)
        return response


class Rest:
    """The shop's REST API, as the main integration."""

    def __init__(self, shop: Magento, transport: httpx.BaseTransport) -> None:
        self.shop = shop
        token = shop.credentials()["token"]
        self.http = httpx.Client(
            transport=transport, base_url=HOME, headers={"Authorization": f"Bearer {token}"}
        )

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Any request; `path` is what follows /rest."""
        if body is not None:
            more["json"] = body
        return self.http.request(method, f"{HOME}/rest{path}", **more)

    def get(self, path: str, **more: Any) -> Any:
        """What a GET answers, which must be 200."""
        return self._good(self.ask("GET", path, **more))

    def post(self, path: str, body: Any = None) -> Any:
        """What a POST answers, which must be 200."""
        return self._good(self.ask("POST", path, {} if body is None else body))

    def put(self, path: str, body: Any) -> Any:
        """What a PUT answers, which must be 200."""
        return self._good(self.ask("PUT", path, body))

    def delete(self, path: str) -> Any:
        """What a DELETE answers, which must be 200."""
        return self._good(self.ask("DELETE", path))

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """The status and message of a refusal."""
        answer = self.ask(method, path, body)
        assert answer.status_code >= 400, answer.text
        if "json" in answer.headers["content-type"]:
            return answer.status_code, answer.json()["message"]
        return answer.status_code, answer.text

    @staticmethod
    def _good(answer: httpx.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()

    # -- things to act on -------------------------------------------------------------------------

    def product(self, sku: str, price: float = 40, qty: float | None = 10, **more: Any) -> Any:
        """A new product on the shelf; qty None leaves its stock untold."""
        extension: dict[str, Any] = dict(more.pop("extension_attributes", {}))
        if qty is not None:
            extension["stock_item"] = {"qty": qty, "is_in_stock": qty > 0, **more.pop("stock", {})}
        product = {
            "sku": sku,
            "name": f"Goods {sku}",
            "attribute_set_id": 4,
            "price": price,
            "type_id": "simple",
            "weight": 1,
            **more,
        }
        if extension:
            product["extension_attributes"] = extension
        return self.post("/all/V1/products", {"product": product})

    def source_items(self, *rows: tuple[str, str, float, int]) -> Any:
        """Write (sku, source, quantity, status)."""
        names = ("sku", "source_code", "quantity", "status")
        return self.post(
            "/V1/inventory/source-items",
            {"sourceItems": [dict(zip(names, row, strict=True)) for row in rows]},
        )

    def salable(self, sku: str, stock: int = 1) -> Any:
        """The salable quantity of a sku."""
        return self.get(f"/V1/inventory/get-product-salable-quantity/{quote(sku, safe='')}/{stock}")

    def held(self, sku: str) -> dict[str, tuple[float, int]]:
        """What lies where: {source: (quantity, status)}."""
        rows = self.find("/V1/inventory/source-items", sku=sku)["items"]
        return {row["source_code"]: (row["quantity"], row["status"]) for row in rows}

    def find(self, path: str, more: str = "", **equal: Any) -> Any:
        """A list by equality of fields."""
        return self.get(f"{path}?{criteria(equal.items())}{more}")

    def order(self, basket: Mapping[str, float], **changes: Any) -> int:
        """A guest's order by the REST cart; its entity id."""
        mask = self.post("/V1/guest-carts")
        for sku, qty in basket.items():
            item = {"sku": sku, "qty": qty, "quote_id": mask}
            self.post(f"/V1/guest-carts/{mask}/items", {"cartItem": item})
        address = {**ADDRESS, **changes}
        information = {
            "shipping_address": address,
            "billing_address": address,
            "shipping_carrier_code": "flatrate",
            "shipping_method_code": "flatrate",
        }
        path = f"/V1/guest-carts/{mask}"
        self.post(f"{path}/shipping-information", {"addressInformation": information})
        return int(self.put(f"{path}/order", {"paymentMethod": {"method": "checkmo"}}))

    def rows(self, order: int) -> dict[str, int]:
        """{sku: item id} of an order's rows that have no parent."""
        items = self.get(f"/V1/orders/{order}")["items"]
        return {row["sku"]: row["item_id"] for row in items if "parent_item_id" not in row}


ADDRESS = {
    "firstname": "Ewa",
    "lastname": "Wilk",
    "street": ["Długa 5"],
    "city": "Kraków",
    "postcode": "31-146",
    "country_id": "PL",
    "region_id": 1023,
    "telephone": "600100200",
    "email": "ewa@example.com",
}


def criteria(filters: Iterable[tuple[str, Any]], **more: Any) -> str:
    """`searchCriteria` for filters that must all hold; a name may end in :condition."""
    parts = []
    for n, (name, value) in enumerate(filters):
        field, _, condition = name.partition(":")
        place = f"searchCriteria[filter_groups][{n}][filters][0]"
        parts += [f"{place}[field]={field}", f"{place}[value]={quote(str(value))}"]
        parts += [f"{place}[condition_type]={condition}"] if condition else []
    parts += [f"searchCriteria[{name}]={value}" for name, value in more.items()]
    return "&".join(parts) or "searchCriteria="
