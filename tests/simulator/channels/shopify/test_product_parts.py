"""Options, pictures and metafields of a product, changed one by one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.channels.shopify.connector import Client

PRODUCT = """product { id options { id name values optionValues { id name hasVariants } }
  media(first: 9) { nodes { id alt } }
  variants(first: 20) { nodes { id title media(first: 5) { nodes { id } } } } }"""
URL = "https://pictures.example/{}.jpg"


def acted(gql: Client, name: str, args: str, **variables: Any) -> Any:
    """A mutation on the product's options or pictures, which went well."""
    found = gql(
        f"mutation($p: ID!) {{ {name}({args}) {{ {PRODUCT} userErrors {{ message }} }} }}",
        **variables,
    )
    assert found["userErrors"] == []
    return found["product"]


def titles(product: Any) -> list[str]:
    return [v["title"] for v in product["variants"]["nodes"]]


def made(gql: Client, **more: Any) -> Any:
    """A new product, by the older form of its input."""
    found = gql(
        f"""mutation($i: ProductInput!) {{ productCreate(input: $i) {{ {PRODUCT}
              userErrors {{ message }} }} }}""",
        i={"title": "Chair", **more},
    )
    return found["product"]


def test_options_are_added_renamed_ordered_and_deleted(gql: Client) -> None:
    chair = made(gql)
    seat = '{name: "Seat", values: [{name: "Oak"}, {name: "Ash"}]}'
    chair = acted(gql, "productOptionsCreate", f"productId: $p, options: [{seat}]", p=chair["id"])
    assert (titles(chair), chair["options"][0]["values"]) == (["Oak"], ["Oak"])
    size = '{name: "Size", values: [{name: "S"}, {name: "L"}]}'
    args = f"productId: $p, variantStrategy: CREATE, options: [{size}]"
    chair = acted(gql, "productOptionsCreate", args, p=chair["id"])
    assert titles(chair) == ["Oak / S", "Oak / L", "Ash / S", "Ash / L"]
    option = chair["options"][0]
    values = {v["name"]: v["id"] for v in option["optionValues"]}
    args = f"""productId: $p, option: {{id: "{option["id"]}", name: "Wood", position: 2}},
      optionValuesToUpdate: [{{id: "{values["Ash"]}", name: "Elm"}}],
      optionValuesToDelete: ["{values["Oak"]}"], variantStrategy: MANAGE"""
    chair = acted(gql, "productOptionUpdate", args, p=chair["id"])
    assert [o["name"] for o in chair["options"]] == ["Size", "Wood"]
    assert titles(chair) == ["S / Elm", "L / Elm"]
    args = 'productId: $p, options: [{name: "Wood"}, {name: "Size", values: [{name: "L"}]}]'
    chair = acted(gql, "productOptionsReorder", args, p=chair["id"])
    assert titles(chair) == ["Elm / L", "Elm / S"]
    ids = ", ".join(f'"{o["id"]}"' for o in chair["options"])
    args = f"productId: $p, strategy: POSITION, options: [{ids}]"
    chair = acted(gql, "productOptionsDelete", args, p=chair["id"])
    assert titles(chair) == ["Default Title"]


@pytest.mark.parametrize(
    ("name", "args", "error"),
    [
        (
            "productOptionsCreate",
            'options: [{name: "Seat", values: [{name: "Elm"}]}]',
            {
                "field": ["options", "0"],
                "message": "Option 'Seat' already exists.",
                "code": "OPTION_ALREADY_EXISTS",
            },
        ),
        (
            "productOptionsCreate",
            'options: [{name: "A / B", values: [{name: "Elm"}]}]',
            {
                "field": ["options", "0", "name"],
                "message": "The name contains unsupported sequence ' / '",
                "code": "INVALID_NAME",
            },
        ),
        (
            "productOptionsDelete",
            'options: ["gid://shopify/ProductOption/1"]',
            {
                "field": ["options", "0"],
                "message": "Option does not exist",
                "code": "OPTION_DOES_NOT_EXIST",
            },
        ),
        (
            "productOptionsReorder",
            'options: [{name: "Missing option"}]',
            {
                "field": ["options"],
                "message": "Option name 'Missing option' does not exist.",
                "code": "OPTION_NAME_DOES_NOT_EXIST",
            },
        ),
    ],
)
def test_options_are_refused_in_the_vendors_words(
    gql: Client, name: str, args: str, error: dict[str, Any]
) -> None:
    seat = [{"name": "Seat", "values": [{"name": "Oak"}]}]
    chair = made(gql, productOptions=seat)
    found = gql(
        f"""mutation($p: ID!) {{ {name}(productId: $p, {args}) {{
              userErrors {{ field message code }} }} }}""",
        p=chair["id"],
    )
    assert found["userErrors"] == [error]


def test_pictures_are_added_described_ordered_given_to_variants_and_taken_off(gql: Client) -> None:
    chair = made(gql)
    found = gql(
        """mutation($p: ID!, $m: [CreateMediaInput!]!) { productCreateMedia(productId: $p, media: $m) {
             media { id alt } mediaUserErrors { field message code } userErrors { message } } }""",
        p=chair["id"],
        m=[
            {"originalSource": url, "mediaContentType": "IMAGE", "alt": alt}
            for url, alt in (
                (URL.format("front"), "Front"),
                (URL.format("back"), "Back"),
                ("x", ""),
            )
        ],
    )
    error = {"field": ["media", "2", "originalSource"], "message": "Image URL is invalid"}
    assert found["mediaUserErrors"] == [{**error, "code": "INVALID"}]
    front, back = (m["id"] for m in found["media"])
    gql(
        """mutation($p: ID!, $b: ID!) { productReorderMedia(id: $p, moves: [
             {id: $b, newPosition: "0"}]) { job { id } mediaUserErrors { message } } }""",
        p=chair["id"],
        b=back,
    )
    args = f'productId: $p, media: [{{id: "{back}", alt: "From behind"}}]'
    chair = acted(gql, "productUpdateMedia", args, p=chair["id"])
    assert [m["alt"] for m in chair["media"]["nodes"]] == ["From behind", "Front"]
    variant = chair["variants"]["nodes"][0]["id"]
    pair = f'productId: $p, variantMedia: [{{variantId: "{variant}", mediaIds: ["{front}"]}}]'
    chair = acted(gql, "productVariantAppendMedia", pair, p=chair["id"])
    assert chair["variants"]["nodes"][0]["media"]["nodes"] == [{"id": front}]
    chair = acted(gql, "productVariantDetachMedia", pair, p=chair["id"])
    assert chair["variants"]["nodes"][0]["media"]["nodes"] == []
    args = f'productId: $p, variants: [{{id: "{variant}", mediaId: "{front}"}}]'
    chair = acted(gql, "productVariantsBulkUpdate", args, p=chair["id"])
    assert chair["variants"]["nodes"][0]["media"]["nodes"] == [{"id": front}]
    chair = acted(gql, "productDeleteMedia", f'productId: $p, mediaIds: ["{front}"]', p=chair["id"])
    assert chair["variants"]["nodes"][0]["media"]["nodes"] == []
    assert [m["id"] for m in chair["media"]["nodes"]] == [back]


def test_a_product_with_a_picture_that_is_none_is_not_made(gql: Client) -> None:
    found = gql(
        """mutation { productCreate(product: {title: "Chair"}, media: [
             {originalSource: "front.jpg", mediaContentType: IMAGE}]) {
             product { id } userErrors { field message } } }"""
    )
    error = {"field": ["media", "0", "originalSource"], "message": "Image URL is invalid"}
    assert found == {"product": None, "userErrors": [error]}


def test_productcreate_needs_the_product_once(gql: Client) -> None:
    for args in ('product: {title: "A"}, input: {title: "A"}', "media: []"):
        found = gql.send(f"mutation {{ productCreate({args}) {{ product {{ id }} }} }}")
        (error,) = found["errors"]
        assert error["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
        assert "exactly one of the following arguments: input, product" in error["message"]


SET = """mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) {
  metafields { key namespace type value jsonValue compareDigest ownerType owner { ... on Product {
  id } } } userErrors { field message code elementIndex } } }"""


def test_metafields_are_set_compared_and_deleted(gql: Client) -> None:
    lamp = gql.variant("LAMP-01")["product"]["id"]
    field = {"ownerId": lamp, "namespace": "erp", "key": "number", "value": "7"}
    found = gql(SET, m=[{**field, "type": "number_integer"}])
    (kept,) = found["metafields"]
    assert (kept["jsonValue"], kept["ownerType"], kept["owner"]) == (7, "PRODUCT", {"id": lamp})
    again = gql(SET, m=[{**field, "value": "8", "compareDigest": kept["compareDigest"]}])
    assert again["metafields"][0]["value"] == "8"
    stale = gql(SET, m=[{**field, "value": "9", "compareDigest": kept["compareDigest"]}])
    assert (stale["metafields"], stale["userErrors"][0]["code"]) == (None, "STALE_OBJECT")
    name = {"ownerId": lamp, "namespace": "erp", "key": "number"}
    gone = gql(
        """mutation($m: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $m) {
             deletedMetafields { ownerId namespace key } userErrors { message } } }""",
        m=[name, {**name, "key": "absent"}],
    )
    assert gone["deletedMetafields"] == [name, None]


@pytest.mark.parametrize(
    ("change", "field", "message", "code"),
    [
        (
            {"ownerId": "gid://shopify/Product/1"},
            "ownerId",
            "Owner does not exist.",
            "INVALID_VALUE",
        ),
        ({"type": None}, "type", "Type can't be blank", "BLANK"),
        ({"value": ""}, "value", "Value can't be blank.", "INVALID_VALUE"),
        ({"value": "x"}, "value", "Value must be an integer.", "INVALID_VALUE"),
        ({"key": "k"}, "key", "Key is too short (minimum is 2 characters)", "TOO_SHORT"),
    ],
)
def test_metafields_are_refused_whole(
    gql: Client, change: dict[str, Any], field: str, message: str, code: str
) -> None:
    lamp = gql.variant("LAMP-01")["product"]["id"]
    good = {"ownerId": lamp, "key": "number", "type": "number_integer", "value": "7"}
    found = gql(SET, m=[good, {**good, "key": "other", **change}])
    assert found["metafields"] is None
    error = {"field": ["metafields", "1", field], "message": message, "code": code}
    assert found["userErrors"] == [{**error, "elementIndex": None}]
    left = gql('query($p: ID!) { product(id: $p) { metafield(key: "number") { value } } }', p=lamp)
    assert left["metafield"] is None
