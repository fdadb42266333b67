"""Customers made, changed and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.channels.shopify.connector import Client


def write(gql: Client, name: str, **given: Any) -> Any:
    return gql(
        f"""mutation($i: CustomerInput!) {{ {name}(input: $i) {{
              customer {{ id displayName note metafield(key: "number") {{ value }} }}
              userErrors {{ field message }} }} }}""",
        i=given,
    )


def delete(gql: Client, id: str) -> Any:
    return gql(
        """mutation($id: ID!) { customerDelete(input: {id: $id}) {
             deletedCustomerId userErrors { field message } } }""",
        id=id,
    )


def test_a_customer_is_made_changed_and_deleted(gql: Client) -> None:
    number = {"key": "number", "type": "number_integer", "value": "7"}
    made = write(gql, "customerCreate", email="a@b.example", note="x", metafields=[number])
    id = made["customer"]["id"]
    changed = write(gql, "customerUpdate", id=id, firstName="Ada", lastName="Byron")["customer"]
    assert (changed["displayName"], changed["note"]) == ("Ada Byron", "x")
    assert changed["metafield"] == {"value": "7"}
    assert delete(gql, id) == {"deletedCustomerId": id, "userErrors": []}
    error = {"field": ["id"], "message": "Customer can't be found"}
    assert delete(gql, id)["userErrors"] == [error]


def test_who_has_ordered_stays(gql: Client) -> None:
    order = gql.buy(LAMP_01=1)
    who = gql("query($id: ID!) { order(id: $id) { customer { id } } }", id=order)["customer"]
    assert "associated orders" in delete(gql, who["id"])["userErrors"][0]["message"]


@pytest.mark.parametrize(
    ("name", "given", "field", "message"),
    [
        ("customerCreate", {}, None, "A name, phone number, or email address must be present"),
        ("customerCreate", {"email": "nobody"}, ["email"], "Email is invalid"),
        ("customerCreate", {"email": "A@b.example"}, ["email"], "Email has already been taken"),
        ("customerCreate", {"phone": "x"}, ["phone"], "Phone is invalid"),
        ("customerUpdate", {"note": "x"}, ["id"], "Customer does not exist"),
    ],
)
def test_a_customer_is_refused_in_the_vendors_words(
    gql: Client, name: str, given: dict[str, Any], field: list[str] | None, message: str
) -> None:
    write(gql, "customerCreate", email="a@b.example")
    done = write(gql, name, **given)
    assert done == {"customer": None, "userErrors": [{"field": field, "message": message}]}
