"""What stands between a request and its endpoint: addresses, bodies, answers' kinds, projections."""

from __future__ import annotations

import pytest

from tests.simulator.channels.magento.connector import Rest

NO_ROUTE = (404, "Request does not match any route.")
CANNOT = (400, "Specified request cannot be processed.")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/V1/nosuch", NO_ROUTE),
        ("GET", "/V2/products", NO_ROUTE),
        ("GET", "/v1/store/websites", CANNOT),
        ("GET", "/nosuchstore/V1/store/websites", CANNOT),
        ("GET", "/admin/V1/store/websites", CANNOT),
        ("GET", "/all", CANNOT),
        ("GET", "/all/all/V1/store/websites", CANNOT),
        ("POST", "/async", CANNOT),
        ("GET", "/V1", NO_ROUTE),
        ("GET", "/V1/returns?searchCriteria=", NO_ROUTE),
        ("PUT", "/V1/orders", NO_ROUTE),
        ("DELETE", "/V1/inventory/sources/default", NO_ROUTE),
        ("PATCH", "/V1/products/A", (405, "The PATCH HTTP method is not supported.")),
    ],
)
def test_addresses(rest: Rest, method: str, path: str, expected: tuple[int, str]) -> None:
    assert rest.refused(method, path) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("{", "application/json", (400, "Decoding error.")),
        ("[]", "application/json", (400, '"%fieldName" is required. Enter and try again.')),
        ("x", "", (400, "Content-Type header is empty.")),
        ("{}", "multipart/form-data; boundary=b", (400, "Content-Type header is invalid.")),
        ("{}", "application/json;charset=utf-16", (400, "UTF-8 is the only supported charset.")),
        ("<product>", "application/xml", (400, "Decoding error.")),
        (
            "x",
            "text/plain",
            (400, "Server cannot understand Content-Type HTTP header media type text/plain"),
        ),
        (
            "<product><product><sku>BOWL</sku></product></product>",
            "application/xml",
            (400, "Invalid product data: %1"),
        ),
    ],
    ids=["broken", "list", "no kind", "form", "charset", "broken xml", "foreign kind", "xml"],
)
def test_bodies(rest: Rest, text: str, kind: str, expected: tuple[int, str]) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = rest.ask("POST", "/V1/products", content=text.encode(), headers=headers)
    assert (answer.status_code, answer.json()["message"]) == expected


def test_php_stumbles_over_a_text_where_rows_belong(rest: Rest) -> None:
    assert rest.ask("POST", "/V1/inventory/source-items", {"sourceItems": "x"}).status_code == 500
    rest.product("BOWL")
    order = rest.order({"BOWL": 1})
    assert rest.ask("POST", f"/V1/order/{order}/ship", {"items": "x"}).status_code == 500
    refused = rest.refused("POST", "/V1/products/base-prices-information", {"skus": "x"})
    assert (refused[0], '"string[]" type was expected' in refused[1]) == (400, True)


def test_php_stumbles_over_a_product_without_a_sku(rest: Rest) -> None:
    assert rest.refused("POST", "/V1/products", {"product": "x"})[0] == 500
    answer = rest.ask("POST", "/V1/products", {"product": []})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/plain;charset=UTF-8")


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        ("*/*", 200, "application/json"),
        ("application/xml", 200, "application/xml"),
        ("application/xhtml+xml", 200, "application/xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200, "application/xml"),
        ("text/html", 500, "text/html"),
    ],
)
def test_kinds_of_answers(rest: Rest, accept: str, status: int, kind: str) -> None:
    answer = rest.ask("GET", "/V1/store/websites", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (status, kind)


def test_xml_names_rows_items(rest: Rest) -> None:
    text = rest.ask("GET", "/V1/store/websites", headers={"Accept": "text/xml"}).text
    assert text.startswith('<?xml version="1.0"?>\n<response>\n  <item>\n    <id>0</id>\n')


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("items[sku],total_count", {"items": None, "total_count": 0}),
        ("items", {"items": []}),
        ("nosuch", []),
        ("items[sku", []),
        ("total_count,", {"total_count": 0}),
        ("items]],total_count", {"total_count": 0}),
    ],
)
def test_projections_of_nothing(rest: Rest, fields: str, expected: object) -> None:
    assert rest.get(f"/V1/products?searchCriteria=&fields={fields}") == expected


def test_a_slash_before_the_query_and_both_spellings_are_let_through(rest: Rest) -> None:
    rest.product("BOWL")
    for query in (
        "searchCriteria[filterGroups][0][filters][0][field]=sku"
        "&searchCriteria[filterGroups][0][filters][0][value]=bowl"
        "&searchCriteria[filterGroups][0][filters][0][conditionType]=eq",
        "search_criteria[filter_groups][0][filters][0][field]=sku"
        "&search_criteria[filter_groups][0][filters][0][value]=BOWL",
    ):
        assert rest.get(f"/V1/products/?{query}")["total_count"] == 1


def test_every_list_and_single_answer_has_what_the_schema_requires(rest: Rest) -> None:
    """The connector holds each of these against the schema."""
    rest.product("BOWL")
    order = rest.order({"BOWL": 2})
    shipment = rest.post(f"/V1/order/{order}/ship", {"items": [{"order_item_id": 1, "qty": 1}]})
    invoice = rest.post(f"/V1/order/{order}/invoice")
    memo = rest.post(f"/V1/order/{order}/refund", {"arguments": {"adjustment_positive": 0}})
    mask = rest.post("/V1/guest-carts")
    rest.post(f"/V1/guest-carts/{mask}/items", {"cartItem": {"sku": "BOWL", "qty": 1}})
    for path in (
        *(f"/V1/{kind}?searchCriteria=" for kind in ("orders", "invoices", "shipments")),
        *(f"/V1/{kind}?searchCriteria=" for kind in ("creditmemos", "products", "orders/items")),
        "/V1/customers/search?searchCriteria=",
        "/V1/categories/list?searchCriteria=",
        "/V1/products/attributes?searchCriteria=",
        "/V1/products/attributes/color",
        "/V1/products/attribute-sets/sets/list?searchCriteria=",
        "/V1/products/attribute-sets/groups/list?searchCriteria=",
        "/V1/products/attribute-sets/4",
        "/V1/products/attribute-sets/4/attributes",
        "/V1/inventory/source-items?searchCriteria=",
        "/V1/inventory/stock-source-links?searchCriteria=",
        "/V1/inventory/sources",
        "/V1/inventory/stocks",
        "/V1/inventory/are-products-salable?skus[0]=BOWL&stockId=1",
        "/V1/inventory/is-product-salable-for-requested-qty/BOWL/1/3",
        "/V1/inventory/are-product-salable-for-requested-qty/"
        "?skuRequests[0][sku]=BOWL&skuRequests[0][qty]=3&stockId=1",
        "/V1/stockItems/BOWL",
        "/V1/stockStatuses/BOWL",
        "/V1/store/storeConfigs",
        "/V1/store/storeGroups",
        "/V1/directory/countries",
        "/V1/directory/currency",
        f"/V1/orders/{order}",
        f"/V1/shipment/{shipment}",
        f"/V1/shipment/{shipment}/comments",
        f"/V1/invoices/{invoice}",
        f"/V1/creditmemo/{memo}",
        f"/V1/guest-carts/{mask}",
        f"/V1/guest-carts/{mask}/items",
        f"/V1/guest-carts/{mask}/shipping-methods",
        f"/V1/guest-carts/{mask}/totals",
    ):
        rest.get(path)
