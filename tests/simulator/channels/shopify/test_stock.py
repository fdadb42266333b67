"""Stock: absolute and relative, compared first, once per key, all rows or none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.channels.shopify.connector import Client

SET = """mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange } }
    userErrors { code field message } } }"""
ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { changes { name delta } } userErrors { code field } } }"""


def row(gql: Client, sku: str, pieces: int, **more: Any) -> dict[str, Any]:
    item = gql.variant(sku)["inventoryItem"]
    place = item["inventoryLevels"]["nodes"][0]["location"]["id"]
    given = {"inventoryItemId": item["id"], "locationId": place, "quantity": pieces}
    return {**given, "changeFromQuantity": None, **more}


def wanted(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "available", "reason": "correction", "quantities": list(rows), **more}


def test_sets_available_and_tells_what_moved(gql: Client) -> None:
    done = gql(SET, input=wanted(row(gql, "LAMP-01", 12)), key="a")
    assert done["userErrors"] == []
    assert done["inventoryAdjustmentGroup"]["changes"] == [
        {"name": "available", "delta": 7, "quantityAfterChange": None},
        {"name": "on_hand", "delta": 7, "quantityAfterChange": None},
    ]
    assert gql.stock("LAMP-01") == {"available": 12, "committed": 0, "on_hand": 12}


def test_setting_on_hand_leaves_what_is_committed(gql: Client) -> None:
    gql.buy(LAMP_01=2)
    gql(SET, input=wanted(row(gql, "LAMP-01", 10), name="on_hand"), key="a")
    assert gql.stock("LAMP-01") == {"available": 8, "committed": 2, "on_hand": 10}


def test_no_group_when_nothing_moves(gql: Client) -> None:
    done = gql(SET, input=wanted(row(gql, "LAMP-01", 5)), key="a")
    assert done == {"inventoryAdjustmentGroup": None, "userErrors": []}


@pytest.mark.parametrize(
    ("row_change", "input_change", "code", "field"),
    [
        ({"changeFromQuantity": 4}, {}, "CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity"),
        ({"quantity": -1}, {}, "INVALID_QUANTITY_NEGATIVE", "quantity"),
        ({"quantity": 1_000_000_001}, {}, "INVALID_QUANTITY_TOO_HIGH", "quantity"),
        (
            {"inventoryItemId": "gid://shopify/InventoryItem/1"},
            {},
            "INVALID_INVENTORY_ITEM",
            "inventoryItemId",
        ),
        ({"locationId": "gid://shopify/Location/1"}, {}, "INVALID_LOCATION", "locationId"),
        ({}, {"name": "damaged"}, "INVALID_NAME", "name"),
        ({}, {"reason": "because"}, "INVALID_REASON", "reason"),
        (
            {},
            {"referenceDocumentUri": "nothing"},
            "INVALID_REFERENCE_DOCUMENT",
            "referenceDocumentUri",
        ),
    ],
)
def test_one_bad_row_stops_them_all(
    gql: Client,
    row_change: dict[str, Any],
    input_change: dict[str, Any],
    code: str,
    field: str,
) -> None:
    rows = [row(gql, "OAK-SHELF-80", 9), row(gql, "LAMP-01", 3, **row_change)]
    done = gql(SET, input=wanted(*rows, **input_change), key="a")
    assert done["inventoryAdjustmentGroup"] is None
    assert [(e["code"], e["field"][-1]) for e in done["userErrors"]] == [(code, field)]
    assert gql.stock("OAK-SHELF-80")["available"] == 2


def test_refuses_the_same_item_twice(gql: Client) -> None:
    rows = [row(gql, "LAMP-01", 3), row(gql, "LAMP-01", 4)]
    error, twin = gql(SET, input=wanted(*rows), key="a")["userErrors"]
    assert error == {**twin, "field": ["input", "quantities", "0", "locationId"]}
    assert error["code"] == "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"


def test_compare_and_set_lets_the_first_writer_win(gql: Client) -> None:
    first = gql(SET, input=wanted(row(gql, "LAMP-01", 3, changeFromQuantity=5)), key="a")
    second = gql(SET, input=wanted(row(gql, "LAMP-01", 4, changeFromQuantity=5)), key="b")
    assert first["userErrors"] == []
    assert second["userErrors"][0]["code"] == "CHANGE_FROM_QUANTITY_STALE"
    assert gql.stock("LAMP-01")["available"] == 3


def test_the_same_key_replays_the_first_answer(gql: Client) -> None:
    given = wanted(row(gql, "LAMP-01", 3))
    first = gql(SET, input=given, key="a")
    gql(SET, input=wanted(row(gql, "LAMP-01", 8)), key="b")
    assert gql(SET, input=given, key="a") == first
    assert gql.stock("LAMP-01")["available"] == 8


def test_the_same_key_with_other_values_is_refused(gql: Client) -> None:
    gql(SET, input=wanted(row(gql, "LAMP-01", 3)), key="a")
    (error,) = gql(SET, input=wanted(row(gql, "LAMP-01", 4)), key="a")["userErrors"]
    assert error["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


def test_needs_a_key_and_an_explicit_comparison(gql: Client) -> None:
    bare = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    given = wanted(row(gql, "LAMP-01", 3))
    without = gql.send(bare, input=given)
    assert without["errors"][0]["message"] == (
        "The @idempotent directive is required for this mutation but was not provided."
    )
    assert without["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    given["quantities"][0].pop("changeFromQuantity")
    silent = gql.send(SET, input=given, key="a")
    assert silent["errors"][0]["message"] == (
        "InventoryQuantityInput must include the following argument: changeFromQuantity."
    )
    assert silent["data"] == {"inventorySetQuantities": None}
    assert gql.stock("LAMP-01")["available"] == 5


def test_refuses_more_than_250_rows(gql: Client) -> None:
    answer = gql.send(SET, input=wanted(*[row(gql, "LAMP-01", 1)] * 251), key="a")
    assert answer["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


def test_adjusts_by_deltas(gql: Client) -> None:
    change = row(gql, "LAMP-01", 0)
    change.pop("quantity")
    given = {"name": "available", "reason": "received", "changes": [{**change, "delta": -7}]}
    done = gql(ADJUST, input=given, key="a")
    assert done["userErrors"] == []
    assert gql.stock("LAMP-01")["available"] == -2
    given["name"] = "damaged"
    assert gql(ADJUST, input=given, key="b")["userErrors"][0]["code"] == (
        "INVALID_QUANTITY_DOCUMENT"
    )


def test_stocks_an_item_at_a_second_location(gql: Client) -> None:
    made = gql(
        """mutation { locationAdd(input: {name: "Shop", address: {countryCode: PL}}) {
             location { id name isActive } userErrors { code } } }"""
    )["location"]
    given = row(gql, "LAMP-01", 4, locationId=made["id"])
    (error,) = gql(SET, input=wanted(given), key="a")["userErrors"]
    assert error["code"] == "ITEM_NOT_STOCKED_AT_LOCATION"
    activate = """mutation($item: ID!, $place: ID!, $available: Int, $key: String!) {
      inventoryActivate(inventoryItemId: $item, locationId: $place, available: $available)
        @idempotent(key: $key) { inventoryLevel { id quantities(names: ["available"]) { quantity } }
        userErrors { field message } } }"""
    ids = {"item": given["inventoryItemId"], "place": made["id"]}
    level = gql(activate, **ids, available=4, key="b")["inventoryLevel"]
    assert level["quantities"] == [{"quantity": 4}]
    assert gql.variant("LAMP-01")["inventoryQuantity"] == 9
    assert gql(activate, **ids, available=1, key="c")["userErrors"] != []


def test_an_item_carries_tracking_cost_and_sku(gql: Client) -> None:
    item = gql.variant("LAMP-01")["inventoryItem"]["id"]
    changed = gql(
        """mutation($id: ID!) { inventoryItemUpdate(id: $id, input: {
             sku: "LAMP-02", tracked: false, cost: "17.5"}) {
             inventoryItem { sku tracked unitCost { amount currencyCode } variant { sku } }
             userErrors { message } } }""",
        id=item,
    )["inventoryItem"]
    assert changed == {
        "sku": "LAMP-02",
        "tracked": False,
        "unitCost": {"amount": "17.5", "currencyCode": "PLN"},
        "variant": {"sku": "LAMP-02"},
    }
