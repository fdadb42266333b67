"""Stock between its names, items at several locations, and refusals in the vendor's words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.channels.shopify.connector import Client

MOVE = """mutation($i: InventoryMoveQuantitiesInput!) {
  inventoryMoveQuantities(input: $i) @idempotent(key: "m") {
    inventoryAdjustmentGroup { reason changes { name delta quantityAfterChange ledgerDocumentUri } }
    userErrors { field message code } } }"""
DOCUMENT = "ledger://erp/7"


def ids(gql: Client, sku: str) -> tuple[str, str]:
    """The item of a sku and its location."""
    item = gql.variant(sku)["inventoryItem"]
    return item["id"], item["inventoryLevels"]["nodes"][0]["location"]["id"]


def change(gql: Client, **end: Any) -> dict[str, Any]:
    """Two damaged lamps."""
    item, place = ids(gql, "LAMP-01")
    start = {"locationId": place, "name": "available", "changeFromQuantity": 5}
    ends = {"locationId": place, "name": "damaged", "changeFromQuantity": 0}
    to = {**ends, "ledgerDocumentUri": DOCUMENT, **end}
    rows = [{"inventoryItemId": item, "quantity": 2, "from": start, "to": to}]
    return {"reason": "damaged", "referenceDocumentUri": "erp://note/1", "changes": rows}


def test_pieces_move_from_one_name_to_another(gql: Client) -> None:
    done = gql(MOVE, i=change(gql))
    assert done["userErrors"] == []
    assert done["inventoryAdjustmentGroup"]["changes"] == [
        {"name": name, "delta": delta, "quantityAfterChange": None, "ledgerDocumentUri": document}
        for name, delta, document in (("available", -2, None), ("damaged", 2, DOCUMENT))
    ]
    assert gql.stock("LAMP-01") == {"available": 3, "committed": 0, "on_hand": 5}


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ({"name": "broken"}, "INVALID_QUANTITY_NAME"),
        ({"name": "available"}, "SAME_QUANTITY_NAME"),
        ({"ledgerDocumentUri": None}, "INVALID_QUANTITY_DOCUMENT"),
        ({"changeFromQuantity": 4}, "CHANGE_FROM_QUANTITY_STALE"),
        ({"locationId": "gid://shopify/Location/1"}, "DIFFERENT_LOCATIONS"),
    ],
)
def test_a_move_is_refused_whole(gql: Client, end: dict[str, Any], code: str) -> None:
    done = gql(MOVE, i=change(gql, **end))
    assert (done["inventoryAdjustmentGroup"], done["userErrors"][0]["code"]) == (None, code)
    assert gql.stock("LAMP-01")["available"] == 5


def test_an_item_is_stocked_at_some_places_and_not_at_others(gql: Client) -> None:
    item, first = ids(gql, "LAMP-01")
    second = gql(
        """mutation { locationAdd(input: {name: "Annex", address: {countryCode: PL}}) {
             location { id } userErrors { message } } }"""
    )["location"]["id"]
    toggle = """mutation($i: ID!, $u: [InventoryBulkToggleActivationInput!]!) {
      inventoryBulkToggleActivation(inventoryItemId: $i, inventoryItemUpdates: $u) {
        inventoryLevels { location { id } } userErrors { field message code } } }"""
    updates = [{"locationId": second, "activate": True}, {"locationId": first, "activate": False}]
    done = gql(toggle, i=item, u=updates)
    assert done["inventoryLevels"] == [{"location": {"id": second}}]
    (error,) = gql(toggle, i=item, u=[{"locationId": second, "activate": False}])["userErrors"]
    assert error == {
        "field": ["inventoryItemUpdates", "0", "locationId"],
        "message": "The variant couldn't be unstocked from Annex because products need to be"
        " stocked at a minimum of 1 location.",
        "code": "CANNOT_DEACTIVATE_FROM_ONLY_LOCATION",
    }


def test_reasons_and_names_that_may_be_given_are_told(gql: Client) -> None:
    item, place = ids(gql, "LAMP-01")
    row = {"inventoryItemId": item, "locationId": place, "delta": 1, "changeFromQuantity": None}
    done = gql(
        """mutation($i: InventoryAdjustQuantitiesInput!) {
             inventoryAdjustQuantities(input: $i) @idempotent(key: "a") {
               userErrors { message } } }""",
        i={"name": "committed", "reason": "lost", "changes": [row]},
    )
    reason, name = (error["message"] for error in done["userErrors"])
    assert reason.startswith("The specified reason is invalid. Valid values are: correction, cycle")
    assert name == (
        "The specified quantity name is invalid. Valid values are: available, damaged, incoming,"
        " quality_control, reserved, safety_stock."
    )


def test_the_last_place_of_an_item_cannot_be_left(gql: Client) -> None:
    level = gql.variant("LAMP-01")["inventoryItem"]["inventoryLevels"]["nodes"][0]["id"]
    leave = """mutation($l: ID!) { inventoryDeactivate(inventoryLevelId: $l) {
      userErrors { field message } } }"""
    (error,) = gql(leave, l=level)["userErrors"]
    message = "The product couldn't be unstocked from Warehouse because products need to be"
    assert error == {"field": None, "message": f"{message} stocked at a minimum of 1 location."}
