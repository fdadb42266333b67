"""Long work: staged files, mutations by the line, queries over everything, their ends."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from simulator.channels.shopify.dialect import Shopify
from simulator.faults import Fault
from tests.simulator.channels.shopify.connector import GOODS, Client

STATE = "id type status errorCode objectCount rootObjectCount fileSize url partialDataUrl query"
WORK = f"bulkOperation {{ {STATE} completedAt }} userErrors {{ field message code }}"
PRICES = """mutation call($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants) {
    productVariants { sku price } userErrors { message } } }"""
EVERYTHING = """{ products { edges { node { id title
  variants { edges { node { id sku inventoryItem { tracked } } } } } } } }"""


def staged(gql: Client, text: str) -> str:
    """Send a file to where the shop wants it; gives its path."""
    found = gql(
        """mutation { stagedUploadsCreate(input: [{resource: BULK_MUTATION_VARIABLES, filename:
             "prices.jsonl", mimeType: "text/jsonl", httpMethod: POST}]) {
             stagedTargets { url resourceUrl parameters { name value } } userErrors { message } } }"""
    )
    (target,) = found["stagedTargets"]
    fields = {p["name"]: p["value"] for p in target["parameters"]}
    data: dict[str, Any] = {**fields, "file": (io.BytesIO(text.encode()), "prices.jsonl")}
    sent = gql.http.post(urlsplit(target["url"]).path, data=data)
    assert sent.status_code == 201
    return fields["key"]


def run(gql: Client, query: str) -> Any:
    return gql(
        f"mutation($q: String!) {{ bulkOperationRunQuery(query: $q) {{ {WORK} }} }}", q=query
    )


def mutate(gql: Client, path: str, mutation: str = PRICES) -> Any:
    return gql(
        f"""mutation($m: String!, $p: String!) {{
              bulkOperationRunMutation(mutation: $m, stagedUploadPath: $p) {{ {WORK} }} }}""",
        m=mutation,
        p=path,
    )


def ended(gql: Client, started: Any) -> Any:
    """The work a moment later."""
    gql.shop.world.advance(timedelta(seconds=2))
    asked = f"... on BulkOperation {{ {STATE} }}"
    return gql(
        f"query($id: ID!) {{ node(id: $id) {{ {asked} }} }}", id=started["bulkOperation"]["id"]
    )


def rows(gql: Client, work: Any, field: str = "url") -> list[Any]:
    answer = gql.http.get(urlsplit(work[field]).path)
    assert answer.content_type == "application/jsonl"
    text = answer.get_data(as_text=True)
    assert work["fileSize"] == str(len(text.encode()))
    return [json.loads(line) for line in text.splitlines()]


def test_a_mutation_runs_for_every_line_of_a_file(gql: Client) -> None:
    lines = []
    for sku, price in (("LAMP-01", "41.00"), ("OAK-SHELF-80", "-1")):
        found = gql.variant(sku)
        change = {"id": found["id"], "price": price}
        lines.append(json.dumps({"productId": found["product"]["id"], "variants": [change]}))
    started = mutate(gql, staged(gql, "\n".join([*lines, "{nonsense"])))
    assert started["bulkOperation"]["status"] == "CREATED"
    assert gql.variant("LAMP-01")["price"] == "49.00"
    work = ended(gql, started)
    assert (work["status"], work["objectCount"], work["type"]) == ("COMPLETED", "3", "MUTATION")
    good, bad, nonsense = rows(gql, work)
    changed = good["data"]["productVariantsBulkUpdate"]["productVariants"]
    assert (changed, good["__lineNumber"]) == ([{"sku": "LAMP-01", "price": "41.00"}], 0)
    assert bad["data"]["productVariantsBulkUpdate"]["userErrors"]
    assert nonsense["errors"]
    assert gql.variant("LAMP-01")["price"] == "41.00"


def test_a_query_gives_every_node_a_line_with_its_parent(gql: Client) -> None:
    work = ended(gql, run(gql, EVERYTHING))
    found = rows(gql, work)
    assert (work["objectCount"], work["rootObjectCount"]) == ("4", "2")
    roots = {row["id"]: row["title"] for row in found if "__parentId" not in row}
    assert sorted(roots.values()) == sorted(good.title for good in GOODS)
    inner = {row["sku"]: row for row in found if "__parentId" in row}
    assert roots[inner["LAMP-01"]["__parentId"]] == "Arc lamp"
    assert inner["LAMP-01"]["inventoryItem"] == {"tracked": True}


def test_a_query_that_finds_nothing_has_no_file(gql: Client) -> None:
    work = ended(gql, run(gql, '{ orders(query: "name:none") { edges { node { id } } } }'))
    assert (work["status"], work["objectCount"], work["url"]) == ("COMPLETED", "0", None)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ shop { name } }", "Bulk queries must contain at least one connection."),
        (
            "{ products { nodes { id } } }",
            "All connection fields in a bulk query must select their contents using 'edges' > 'node',"
            " e.g: 'products { edges { node {'. Selecting via 'nodes' is not supported."
            " Invalid connection fields: 'products'.",
        ),
        (
            'mutation { tagsAdd(id: "gid://shopify/Product/1", tags: []) { userErrors { message } } }',
            "Invalid operation type. Only `query` operations are supported.",
        ),
    ],
)
def test_a_query_is_refused_in_the_vendors_words(gql: Client, query: str, message: str) -> None:
    (error,) = run(gql, query)["userErrors"]
    assert error == {"field": ["query"], "message": message, "code": "INVALID"}


def test_a_mutation_needs_a_file_with_something_in_it(gql: Client) -> None:
    for path in ("tmp/none.jsonl", ""):
        (error,) = mutate(gql, path)["userErrors"]
        assert (error["code"], error["field"]) == ("NO_SUCH_FILE", None)
    (error,) = mutate(gql, staged(gql, "\n"))["userErrors"]
    assert error["message"] == "The input file is empty."
    (error,) = mutate(gql, "x", "{ shop { name } }")["userErrors"]
    assert error["code"] == "INVALID_MUTATION"


def test_five_run_at_once_and_one_may_be_cancelled(gql: Client) -> None:
    started = [run(gql, EVERYTHING) for _ in range(5)]
    (error,) = run(gql, EVERYTHING)["userErrors"]
    assert error["code"] == "OPERATION_IN_PROGRESS"
    cancel = """mutation($id: ID!) { bulkOperationCancel(id: $id) {
      bulkOperation { status } userErrors { message } } }"""
    id = started[0]["bulkOperation"]["id"]
    assert gql(cancel, id=id)["bulkOperation"]["status"] == "CANCELING"
    assert ended(gql, started[0])["status"] == "CANCELED"
    told = gql(cancel, id=started[1]["bulkOperation"]["id"])["userErrors"]
    assert told[0]["message"] == "A bulk operation cannot be canceled when it is completed"
    listed = gql('{ bulkOperations(first: 9, query: "status:completed") { nodes { status } } }')
    assert len(listed["nodes"]) == 4
    assert gql("{ currentBulkOperation { id } }")["id"] == started[-1]["bulkOperation"]["id"]


def test_work_fails_or_stays_when_told_to(gql: Client) -> None:
    faults = gql.shop.world.faults
    faults.add(Fault("job failed", "shopify", count=1))
    failed = ended(gql, run(gql, EVERYTHING))
    assert (failed["status"], failed["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")
    faults.add(Fault("job stuck", "shopify", count=1))
    assert ended(gql, run(gql, EVERYTHING))["status"] == "CREATED"


def test_a_query_of_what_the_token_may_not_see_fails(gql: Client, shop: Shopify) -> None:
    shop.operator("grant", {"token": "few", "scopes": ["read_orders"]})
    gql.headers["X-Shopify-Access-Token"] = "few"
    work = ended(gql, run(gql, EVERYTHING))
    assert (work["status"], work["errorCode"]) == ("FAILED", "ACCESS_DENIED")


def test_a_place_for_files_takes_only_its_own(gql: Client) -> None:
    assert gql.http.put("/staged-uploads/tmp/other", data=b"x").status_code == 403
    found = gql(
        """mutation { stagedUploadsCreate(input: [{resource: IMAGE, filename: "a.png",
             mimeType: "image/png"}]) { stagedTargets { url resourceUrl } } }"""
    )
    (target,) = found["stagedTargets"]
    assert gql.http.put(urlsplit(target["url"]).path, data=b"x").status_code == 200
