"""Products: made, set, changed, published, found and paged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.channels.shopify.connector import Client

SET = """mutation($input: ProductSetInput!, $by: ProductSetIdentifiers) {
  productSet(identifier: $by, input: $input) {
    product { id title handle status hasOnlyDefaultVariant variants(first: 10) {
      nodes { id title sku price compareAtPrice inventoryQuantity } } }
    userErrors { field message code } } }"""
UPDATE = """mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!, $partly: Boolean) {
  productVariantsBulkUpdate(productId: $id, variants: $variants, allowPartialUpdates: $partly) {
    productVariants { sku price compareAtPrice } userErrors { code field } } }"""
SIZES = {
    "title": "Linen apron",
    "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}],
    "variants": [
        {"optionValues": [{"optionName": "Size", "name": "S"}], "sku": "APRON-S", "price": "89"},
        {"optionValues": [{"optionName": "Size", "name": "M"}], "sku": "APRON-M", "price": "89.5"},
    ],
}


def test_product_set_makes_a_product_with_its_variants(gql: Client) -> None:
    made = gql(SET, input=SIZES)
    assert made["userErrors"] == []
    assert made["product"]["handle"] == "linen-apron"
    assert made["product"]["hasOnlyDefaultVariant"] is False
    rows = [(v["title"], v["sku"], v["price"]) for v in made["product"]["variants"]["nodes"]]
    assert rows == [("S", "APRON-S", "89.00"), ("M", "APRON-M", "89.50")]


def test_product_set_deletes_the_variants_that_are_left_out(gql: Client) -> None:
    made = gql(SET, input=SIZES)["product"]
    less = {**SIZES, "variants": SIZES["variants"][:1]}
    again = gql(SET, input=less, by={"id": made["id"]})["product"]
    assert [v["id"] for v in again["variants"]["nodes"]] == [made["variants"]["nodes"][0]["id"]]
    found = gql("""{ productVariants(first: 5, query: "sku:APRON-M") { nodes { id } } }""")
    assert found["nodes"] == []


def test_product_set_without_lists_leaves_them_alone(gql: Client) -> None:
    made = gql(SET, input=SIZES)["product"]
    again = gql(SET, input={"title": "Apron"}, by={"id": made["id"]})["product"]
    assert (again["title"], len(again["variants"]["nodes"])) == ("Apron", 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"productOptions": None}, "PRODUCT_OPTIONS_INPUT_MISSING"),
        ({"variants": None}, "VARIANTS_INPUT_MISSING"),
        ({"title": ""}, "INVALID_PRODUCT"),
        ({"productOptions": [{"name": "Size", "values": []}]}, "OPTION_VALUES_MISSING"),
        (
            {"productOptions": [{"name": "Size", "values": [{"name": "S"}]}]},
            "OPTION_VALUE_DOES_NOT_EXIST",
        ),
    ],
)
def test_product_set_refuses_and_changes_nothing(
    gql: Client, change: dict[str, Any], code: str
) -> None:
    given = {k: v for k, v in {**SIZES, **change}.items() if v is not None}
    refused = gql(SET, input=given)
    assert refused["product"] is None
    assert refused["userErrors"][0]["code"] == code
    assert gql("{ productsCount { count precision } }") == {"count": 2, "precision": "EXACT"}


def test_asynchronous_product_set_is_found_by_its_operation(gql: Client) -> None:
    started = gql(
        """mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: false) {
             product { id } productSetOperation { id status } userErrors { field } } }""",
        input=SIZES,
    )
    assert started["product"] is None
    assert started["productSetOperation"]["status"] == "CREATED"
    done = gql(
        """query($id: ID!) { productOperation(id: $id) { status product { title }
             ... on ProductSetOperation { userErrors { code } } } }""",
        id=started["productSetOperation"]["id"],
    )
    assert done == {"status": "COMPLETE", "product": {"title": "Linen apron"}, "userErrors": []}


def test_product_create_is_unpublished_until_published(gql: Client) -> None:
    made = gql(
        """mutation { productCreate(product: {title: "Mug", status: ACTIVE}) {
             product { id publishedAt variants(first: 2) { nodes { id title } } }
             userErrors { field } } }"""
    )["product"]
    assert [v["title"] for v in made["variants"]["nodes"]] == ["Default Title"]
    (online, *_) = gql("{ publications(first: 5) { nodes { id name } } }")["nodes"]
    for verb, shown in (("publishablePublish", True), ("publishableUnpublish", False)):
        answer = gql(
            "mutation($id: ID!, $on: [PublicationInput!]!) { "
            f"{verb}(id: $id, input: $on) {{ userErrors {{ field message }} publishable {{"
            f' publishedOnPublication(publicationId: "{online["id"]}") }} }} }}',
            id=made["id"],
            on=[{"publicationId": online["id"]}],
        )
        assert answer["userErrors"] == []
        assert answer["publishable"]["publishedOnPublication"] is shown


def test_bulk_create_replaces_the_standalone_variant(gql: Client) -> None:
    lamp = gql.variant("LAMP-01")["product"]["id"]
    made = gql(
        """mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
             productVariantsBulkCreate(productId: $id, variants: $variants) {
               product { variants(first: 5) { nodes { title inventoryQuantity } } }
               userErrors { code field message } } }""",
        id=lamp,
        variants=[
            {
                "optionValues": [{"optionName": "Title", "name": "Brass"}],
                "price": "59",
                "inventoryItem": {"sku": "LAMP-BRASS", "tracked": True},
                "inventoryQuantities": [
                    {"availableQuantity": 7, "locationId": _place(gql)},
                ],
            }
        ],
    )
    assert made["userErrors"] == []
    nodes = made["product"]["variants"]["nodes"]
    assert nodes == [{"title": "Brass", "inventoryQuantity": 7}]


def _place(gql: Client) -> str:
    return str(gql("{ location { id } }")["id"])


def test_bulk_update_starts_and_ends_a_sale(gql: Client) -> None:
    lamp = gql.variant("LAMP-01")
    for price, was in (("39.00", "49.00"), ("49.00", None)):
        variants = [{"id": lamp["id"], "price": price, "compareAtPrice": was}]
        done = gql(UPDATE, id=lamp["product"]["id"], variants=variants)
        assert done["productVariants"] == [
            {"sku": "LAMP-01", "price": price, "compareAtPrice": was}
        ]


@pytest.mark.parametrize("partly", [True, False])
def test_bulk_update_does_all_or_the_good_ones(gql: Client, partly: bool) -> None:
    lamp = gql.variant("LAMP-01")
    variants = [
        {"id": lamp["id"], "price": "1.00"},
        {"id": "gid://shopify/ProductVariant/1", "price": "1.00"},
        {
            "id": lamp["id"],
            "inventoryQuantities": [{"availableQuantity": 1, "locationId": lamp["id"]}],
        },
        {"price": "1.00"},
        {"id": lamp["id"], "price": "-1"},
    ]
    done = gql(UPDATE, id=lamp["product"]["id"], variants=variants, partly=partly)
    assert [e["code"] for e in done["userErrors"]] == [
        "PRODUCT_VARIANT_DOES_NOT_EXIST",
        "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE",
        "PRODUCT_VARIANT_ID_MISSING",
        "GREATER_THAN_OR_EQUAL_TO",
    ]
    assert gql.variant("LAMP-01")["price"] == ("1.00" if partly else "49.00")


def test_product_delete_takes_everything_with_it(gql: Client) -> None:
    lamp = gql.variant("LAMP-01")
    answer = gql(
        """mutation($id: ID!) { productDelete(input: {id: $id}) {
             deletedProductId userErrors { message } shop { name } } }""",
        id=lamp["product"]["id"],
    )
    assert answer["deletedProductId"] == lamp["product"]["id"]
    gone = gql(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        ids=[lamp["id"], lamp["inventoryItem"]["id"]],
    )
    assert gone == [None, None]


# -- lists --------------------------------------------------------------------------------------


def test_pages_forwards_and_backwards(gql: Client) -> None:
    for number in range(5):
        gql(SET, input={"title": f"Mug {number}"})
    page = """query($first: Int, $after: String, $last: Int, $before: String) {
      products(first: $first, after: $after, last: $last, before: $before, sortKey: TITLE) {
        nodes { title } edges { cursor node { title } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    seen: list[str] = []
    after = None
    while True:
        got = gql(page, first=3, after=after)
        seen += [n["title"] for n in got["nodes"]]
        after = got["pageInfo"]["endCursor"]
        if not got["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["Arc lamp", "Mug 0", "Mug 1", "Mug 2", "Mug 3", "Mug 4", "Oak shelf"]
    back = gql(page, last=2, before=got["pageInfo"]["startCursor"])
    assert [n["title"] for n in back["nodes"]] == ["Mug 3", "Mug 4"]
    assert back["pageInfo"]["hasPreviousPage"] is True


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("status:archived", []),
        ("status:active", ["Arc lamp", "Oak shelf"]),
        ("title:lamp", ["Arc lamp"]),
        ("title:la*", ["Arc lamp"]),
        ("lamp OR shelf", ["Arc lamp", "Oak shelf"]),
        ("-title:lamp", ["Oak shelf"]),
        ("NOT (title:lamp)", ["Oak shelf"]),
        ("sku:OAK-SHELF-80", ["Oak shelf"]),
        ("handle:arc-lamp", ["Arc lamp"]),
        ("handle:arc-lamp OR sku:OAK-SHELF-80", ["Arc lamp", "Oak shelf"]),
        ("created_at:>='2026-03-02T08:00:00Z'", ["Arc lamp", "Oak shelf"]),
        ("created_at:>'2026-03-02T08:00:00Z'", []),
        ("published_status:published", ["Arc lamp", "Oak shelf"]),
    ],
)
def test_searches(gql: Client, query: str, titles: list[str]) -> None:
    text = (
        "query($q: String!) { products(first: 9, query: $q, sortKey: TITLE) { nodes { title } } }"
    )
    assert [n["title"] for n in gql(text, q=query)["nodes"]] == titles


def test_an_unknown_search_field_is_ignored_with_a_warning(gql: Client) -> None:
    assert gql('{ productsCount(query: "colour:red") { count } }') == {"count": 2}
    (warning,) = gql.extensions["search"][0]["warnings"]
    assert (warning["field"], warning["code"]) == ("colour", "invalid_field")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("", "you must provide one of first or last"),
        ("(first: 251)", "first cannot exceed 250"),
        ("(first: 2, last: 2)", "providing both first and last is not supported"),
        ('(first: 2, after: "nonsense")', "Invalid cursor for current pagination sort: nonsense."),
    ],
)
def test_refuses_pages_that_cannot_be(gql: Client, args: str, message: str) -> None:
    answer = gql.send(f"{{ products{args} {{ nodes {{ id }} }} }}")
    assert answer["errors"][0]["message"] == message
