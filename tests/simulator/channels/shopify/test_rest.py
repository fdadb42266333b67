"""Older names, and what connectors ask for that this shop has none of."""

from __future__ import annotations

from tests.simulator.channels.shopify.connector import Client


def test_an_orders_amounts_under_their_older_names(gql: Client) -> None:
    id = gql.buy(LAMP_01=2)
    order = gql(
        """query($id: ID!) { order(id: $id) { totalPrice subtotalPrice totalRefunded
             totalPriceSet { shopMoney { amount } } displayAddress { city latitude }
             risk { recommendation assessments { riskLevel } } paymentTerms { dueInDays }
             totalWeight purchasingEntity { ... on PurchasingCompany { company { name } } }
             lineItems(first: 1) { nodes { originalTotal fulfillableQuantity fulfillmentStatus
               image { src } } }
             transactions { amount amountV2 { currencyCode } } } }""",
        id=id,
    )
    assert float(order["totalPrice"]) == float(order["totalPriceSet"]["shopMoney"]["amount"])
    assert order["displayAddress"] == {"city": "Warszawa", "latitude": None}
    assert order["risk"] == {"recommendation": "NONE", "assessments": []}
    (line,) = order["lineItems"]["nodes"]
    assert (line["originalTotal"], line["fulfillableQuantity"]) == ("98.00", 2)
    assert (line["fulfillmentStatus"], line["image"]) == ("unfulfilled", None)
    assert order["transactions"][0]["amount"] == order["totalPrice"]


def test_a_product_by_its_handle_with_its_pictures(gql: Client) -> None:
    gql(
        """mutation { productCreate(product: {title: "Chair"}, media: [{originalSource:
             "https://pictures.example/chair.jpg", mediaContentType: IMAGE, alt: "Front"}]) {
             product { id } userErrors { message } } }"""
    )
    found = gql(
        """{ productByHandle(handle: "chair") { bodyHtml totalVariants featuredImage { altText }
               images(first: 3) { edges { node { src originalSrc url(transform: {maxWidth: 50}) } } }
               variants(first: 1) { nodes { image { src } } } } }"""
    )
    address = "https://pictures.example/chair.jpg"
    assert found["images"]["edges"][0]["node"] == dict.fromkeys(
        ("src", "originalSrc", "url"), address
    )
    assert (found["featuredImage"], found["totalVariants"]) == ({"altText": "Front"}, 1)
    assert found["variants"]["nodes"] == [{"image": None}]


def test_returned_lines_may_be_asked_for_by_either_kind(gql: Client) -> None:
    asked = """query($id: ID!) { return(id: $id) { returnLineItems(first: 1) { nodes { id
      ... on ReturnLineItem { totalWeight { value } }
      ... on UnverifiedReturnLineItem { unitPrice { amount } } } } } }"""
    assert gql(asked, id="gid://shopify/Return/1") is None


def test_a_subscription_tells_where_it_ends(gql: Client) -> None:
    gql(
        """mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: {
             uri: "https://app.example/hook"}) { userErrors { message } } }"""
    )
    found = gql(
        """{ webhookSubscriptions(first: 1) { nodes { endpoint { __typename
               ... on WebhookHttpEndpoint { callbackUrl } } } } }"""
    )
    end = {"__typename": "WebhookHttpEndpoint", "callbackUrl": "https://app.example/hook"}
    assert found["nodes"] == [{"endpoint": end}]
