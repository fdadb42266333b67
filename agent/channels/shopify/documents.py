"""Every GraphQL document that is sent. A test validates each against the vendor's published schema."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHOP = """
query Shop {
  shop { name currencyCode ianaTimezone taxesIncluded }
  currentAppInstallation { accessScopes { handle } }
  location { id name }
}
"""

LOCATIONS = """
query Locations {
  locations(first: 100) { nodes { id name isActive } }
}
"""

PUBLICATIONS = """
query Publications {
  publications(first: 100) { nodes { id name } }
}
"""

MAY_READ_ORDERS = """
query MayReadOrders {
  orders(first: 1) { nodes { id email phone shippingAddress { address1 } } }
}
"""

FACE = """
fragment Face on ProductVariant {
  id sku price compareAtPrice inventoryPolicy
  product {
    id title status hasOnlyDefaultVariant publishedOnPublication(publicationId: $publication)
  }
  inventoryItem {
    id tracked
    inventoryLevel(locationId: $location) {
      quantities(names: ["available"]) { quantity updatedAt }
    }
  }
}
"""

LISTINGS = (
    """
query Listings($first: Int!, $after: String, $location: ID!, $publication: ID!) {
  productVariants(first: $first, after: $after, sortKey: ID) {
    nodes { ...Face }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + FACE
)

FIND = (
    """
query Find(
  $first: Int!, $after: String, $query: String!, $location: ID!, $publication: ID!
) {
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { ...Face }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + FACE
)

LOOK = (
    """
query Look($ids: [ID!]!, $location: ID!, $publication: ID!) {
  nodes(ids: $ids) { ... on ProductVariant { ...Face } }
}
"""
    + FACE
)

COUNT_VARIANTS = """
query CountVariants($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Product { id variantsCount { count } } }
}
"""

SET_QUANTITIES = """
mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { code field message }
  }
}
"""

ORDER_FACE = """
fragment OrderFace on Order {
  id legacyResourceId name createdAt processedAt updatedAt cancelledAt test
  email phone note poNumber sourceIdentifier currencyCode taxesIncluded displayFinancialStatus
  customAttributes { key value }
  totalPriceSet { shopMoney { amount } }
  billingAddress { ...Place }
  shippingAddress { ...Place }
  shippingLines(first: 3) {
    nodes {
      title
      discountedPriceSet { shopMoney { amount } }
      taxLines { priceSet { shopMoney { amount } } }
    }
  }
  transactions(first: 5) { id status }
  lineItems(first: $lines) {
    nodes { ...Line }
    pageInfo { hasNextPage endCursor }
  }
}
fragment Place on MailingAddress {
  firstName lastName company address1 address2 city provinceCode zip countryCodeV2 phone
}
"""

LINE = """
fragment Line on LineItem {
  id sku title variantTitle quantity currentQuantity
  originalUnitPriceSet { shopMoney { amount } }
  discountAllocations { allocatedAmountSet { shopMoney { amount } } }
  taxLines { rate priceSet { shopMoney { amount } } }
}
"""

ORDERS = (
    """
query Orders($first: Int!, $after: String, $query: String, $lines: Int!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...OrderFace }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + ORDER_FACE
    + LINE
)

ORDER = (
    """
query Order($id: ID!, $lines: Int!) {
  order(id: $id) { ...OrderFace }
}
"""
    + ORDER_FACE
    + LINE
)

LINES = (
    """
query Lines($id: ID!, $after: String, $lines: Int!) {
  order(id: $id) {
    lineItems(first: $lines, after: $after) {
      nodes { ...Line }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + LINE
)

REFUNDS = """
query Refunds($id: ID!) {
  order(id: $id) {
    cancelledAt
    refunds(first: 20) {
      id note
      refundLineItems(first: 20) { nodes { quantity restockType lineItem { id } } }
    }
  }
}
"""

FULFILMENTS = """
query Fulfilments($id: ID!) {
  order(id: $id) {
    fulfillments(first: 20) {
      status
      trackingInfo(first: 1) { number }
      fulfillmentLineItems(first: 20) { nodes { quantity lineItem { id } } }
    }
  }
}
"""

FULFILMENT_ORDERS = """
query FulfilmentOrders($id: ID!) {
  order(id: $id) {
    fulfillmentOrders(first: 5) {
      nodes {
        id status
        assignedLocation { location { id } }
        lineItems(first: 50) { nodes { id remainingQuantity lineItem { id } } }
      }
    }
  }
}
"""

CANCEL = """
mutation Cancel($id: ID!, $notify: Boolean!, $note: String!) {
  orderCancel(
    orderId: $id, reason: OTHER, restock: true, notifyCustomer: $notify, staffNote: $note
  ) {
    job { id done }
    orderCancelUserErrors { code field message }
  }
}
"""

REFUND = """
mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}
"""

SUBSCRIPTIONS = """
query Subscriptions($topics: [WebhookSubscriptionTopic!]!) {
  webhookSubscriptions(first: 100, topics: $topics) { nodes { id topic uri } }
}
"""


@dataclass(frozen=True)
class Act:
    """A mutation of which many travel in one request, each under its own alias and variables."""

    variables: Mapping[str, str]  # {name: type}
    field: str
    fragments: str = ""
    shared: Mapping[str, str] | None = None  # variables that all of them share


UPDATE_VARIANTS = Act(
    {"product": "ID!", "variants": "[ProductVariantsBulkInput!]!"},
    """productVariantsBulkUpdate(
    productId: $product, variants: $variants, allowPartialUpdates: true
  ) {
    productVariants { id price compareAtPrice inventoryPolicy }
    userErrors { code field message }
  }""",
)

UPDATE_PRODUCT = Act(
    {"product": "ProductUpdateInput!"},
    """productUpdate(product: $product) {
    product { id title status }
    userErrors { field message }
  }""",
)

PUBLISH = Act(
    {"id": "ID!", "input": "[PublicationInput!]!"},
    "publishablePublish(id: $id, input: $input) { userErrors { field message } }",
)

UNPUBLISH = Act(
    {"id": "ID!", "input": "[PublicationInput!]!"},
    "publishableUnpublish(id: $id, input: $input) { userErrors { field message } }",
)

ACTIVATE = Act(
    {"item": "ID!", "location": "ID!", "available": "Int!", "key": "String!"},
    """inventoryActivate(
    inventoryItemId: $item, locationId: $location, available: $available
  ) @idempotent(key: $key) {
    inventoryLevel { id }
    userErrors { field message }
  }""",
)

CREATE = Act(
    {"input": "ProductSetInput!", "first": "Int!"},
    """productSet(input: $input, synchronous: true) {
    product { variants(first: $first) { nodes { ...Face } } }
    userErrors { code field message }
  }""",
    FACE,
    {"location": "ID!", "publication": "ID!"},
)

# The strategy keeps the vendor from deleting the variant that stands alone.
ADD_VARIANTS = Act(
    {"product": "ID!", "variants": "[ProductVariantsBulkInput!]!"},
    """productVariantsBulkCreate(
    productId: $product, variants: $variants, strategy: PRESERVE_STANDALONE_VARIANT
  ) {
    productVariants { ...Face }
    userErrors { code field message }
  }""",
    FACE,
    {"location": "ID!", "publication": "ID!"},
)

FULFIL = Act(
    {"fulfillment": "FulfillmentInput!"},
    """fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status }
    userErrors { field message }
  }""",
)

SUBSCRIBE = Act(
    {"topic": "WebhookSubscriptionTopic!", "input": "WebhookSubscriptionInput!"},
    """webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
    webhookSubscription { id }
    userErrors { field message }
  }""",
)

UNSUBSCRIBE = Act(
    {"id": "ID!"},
    """webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId
    userErrors { field message }
  }""",
)

ACTS = (
    UPDATE_VARIANTS,
    UPDATE_PRODUCT,
    PUBLISH,
    UNPUBLISH,
    ACTIVATE,
    CREATE,
    ADD_VARIANTS,
    FULFIL,
    SUBSCRIBE,
    UNSUBSCRIBE,
)


def alias(number: int) -> str:
    """The name under which the act of this number answers."""
    return f"act{number}"


def together(name: str, acts: Sequence[Act]) -> str:
    """One mutation document of these acts, done in this order; variables carry the act's number."""
    signature = dict(pair for act in acts for pair in (act.shared or {}).items())
    signature = {f"${key}": kind for key, kind in signature.items()}
    fields = []
    for number, act in enumerate(acts):
        signature |= {f"${key}{number}": kind for key, kind in act.variables.items()}
        names = "|".join(act.variables)
        numbered = re.sub(rf"\$({names})\b", rf"$\g<1>{number}", act.field)
        fields.append(f"  {alias(number)}: {numbered}")
    variables = ", ".join(f"{key}: {kind}" for key, kind in signature.items())
    fragments = "".join(dict.fromkeys(act.fragments for act in acts))
    return f"mutation {name}({variables}) {{\n" + "\n".join(fields) + "\n}\n" + fragments
