"""Routes of the shop's counts: how many orders, products, customers and coupons of each sort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.channels.woocommerce import order_flow
from simulator.channels.woocommerce.calls import GET, Call, Endpoint, Reply, Route, item_links, may

PATH = "/reports"
REPORTS = {
    "sales": "List of sales reports.",
    "top_sellers": "List of top sellers products.",
    "orders/totals": "Orders totals.",
    "products/totals": "Products totals.",
    "customers/totals": "Customers totals.",
    "coupons/totals": "Coupons totals.",
    "reviews/totals": "Reviews totals.",
    "categories/totals": "Categories totals.",
    "tags/totals": "Tags totals.",
    "attributes/totals": "Attributes totals.",
}
UNMADE = ("categories/totals", "tags/totals", "attributes/totals")  # listed, but nowhere to be had
PRODUCTS = {
    "external": "External/Affiliate product",
    "grouped": "Grouped product",
    "simple": "Simple product",
    "variable": "Variable product",
}
CUSTOMERS = {"paying": "Paying customer", "non_paying": "Non-paying customer"}
COUPONS = {
    "percent": "Percentage discount",
    "fixed_cart": "Fixed cart discount",
    "fixed_product": "Fixed product discount",
}
REVIEWS = {f"rated_{n}_out_of_5": f"Rated {n} out of 5" for n in range(1, 6)}


def _list(call: Call) -> Reply:
    rows = []
    for slug, words in REPORTS.items():
        methods = () if slug in UNMADE else GET
        links = item_links(call, f"{PATH}/{slug}", PATH, methods=methods)
        rows.append({"slug": slug, "description": words, "_links": links})
    return Reply(rows)


def _orders(call: Call) -> Iterable[str]:
    return (d.body["status"] for d in call.shop.all(order_flow.KIND))


def _products(call: Call) -> Iterable[str]:
    found = (d.body for d in call.shop.all("product"))
    return (b["type"] for b in found if b["status"] == "publish")


def _customers(call: Call) -> Iterable[str]:
    found = (d.body for d in call.shop.all("user") if d.body["role"] == "customer")
    return ("paying" if b["is_paying_customer"] else "non_paying" for b in found)


def _coupons(call: Call) -> Iterable[str]:
    found = (d.body for d in call.shop.all("coupon"))
    return (b["discount_type"] for b in found if b["status"] == "publish")


def _totals(what: str, names: Mapping[str, str], sorts: Callable[[Call], Iterable[str]]) -> Route:
    def totals(call: Call) -> Reply:
        counted = Counter(sorts(call))
        rows: list[dict[str, Any]] = [
            {"slug": slug, "name": name, "total": counted[slug]} for slug, name in names.items()
        ]
        return Reply(rows)

    return Route(f"{PATH}/{what}/totals", (Endpoint(GET, may("list"), totals),))


_ORDERS = str.split("pending processing on-hold completed cancelled refunded failed checkout-draft")
ROUTES = (
    Route(PATH, (Endpoint(GET, may("list"), _list),)),
    _totals("orders", {slug: order_flow.NAMES[slug] for slug in _ORDERS}, _orders),
    _totals("products", PRODUCTS, _products),
    _totals("customers", CUSTOMERS, _customers),
    _totals("coupons", COUPONS, _coupons),
    _totals("reviews", REVIEWS, lambda call: ()),
)
