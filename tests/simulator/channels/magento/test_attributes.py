"""Attributes of products with their options, and the sets that hold them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.channels.magento.connector import Rest


def added(rest: Rest, code: str, input: str, **more: Any) -> Any:
    attribute = {"attribute_code": code, "frontend_input": input, "default_frontend_label": "L"}
    return rest.post("/V1/products/attributes", {"attribute": {**attribute, **more}})


def test_an_attribute_answers_to_its_number_too(rest: Rest) -> None:
    made = added(rest, "ean", "select")
    at = f"/V1/products/attributes/{made['attribute_id']}"
    assert rest.get(at)["attribute_code"] == "ean"
    rest.post(f"{at}/options", {"option": {"label": "590"}})
    assert len(rest.get("/V1/products/attributes/ean/options")) == 2
    assert rest.get("/V1/products/attributes/93")["attribute_code"] == "color"
    assert rest.refused("GET", "/V1/products/attributes/9999")[0] == 404
    assert rest.delete(at) is True


def test_the_ways_to_type_a_value_are_no_attribute(rest: Rest) -> None:
    types = {row["value"]: row["label"] for row in rest.get("/V1/products/attributes/types")}
    assert (types["select"], types["boolean"]) == ("Dropdown", "Yes/No")


def test_attributes_tell_the_classes_that_work_for_them(rest: Rest) -> None:
    many = added(rest, "many", "multiselect", options=[{"label": "A"}], is_required=True)
    assert many["options"][0] == {"label": "", "value": ""}
    assert many["backend_model"].endswith("Backend\\ArrayBackend")
    flag = added(rest, "flag", "boolean")
    assert flag["source_model"].endswith("Source\\Boolean")
    assert rest.get("/V1/products/attributes/flag/options") == flag["options"] != []
    assert rest.get("/V1/products/attributes/status/options")[0]["label"] == "Enabled"
    assert rest.get("/V1/products/attributes/name/options") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"attribute_code": "1st"}, "attribute_code"),
        ({"frontend_input": "nosuch"}, "frontend_input"),
        ({"frontend_input": None}, "frontend_input"),
        ({"default_frontend_label": "", "frontend_labels": [{"store_id": 1, "label": "x"}]}, "frontend_label"),
    ],
)  # fmt: skip
def test_attributes_are_refused_by_field(rest: Rest, changes: dict[str, Any], field: str) -> None:
    attribute = {"attribute_code": "own", "frontend_input": "text", "default_frontend_label": "L"}
    said = rest.ask("POST", "/V1/products/attributes", {"attribute": {**attribute, **changes}})
    assert said.status_code == 400
    value = None if field == "frontend_label" else changes[field]
    assert said.json()["parameters"] == {"fieldName": field, "value": value}


def test_sets_take_and_give_back_attributes(rest: Rest) -> None:
    added(rest, "own", "text")
    path = "/V1/products/attribute-sets/attributes"
    place = {"attributeSetId": 4, "attributeGroupId": 7, "attributeCode": "own", "sortOrder": 1}
    for changes, status in (
        ({"attributeSetId": 99}, 404),
        ({"attributeSetId": 3}, 400),
        ({"attributeGroupId": 99}, 404),
        ({"attributeCode": "nosuch"}, 404),
    ):
        assert rest.refused("POST", path, {**place, **changes})[0] == status
    rest.post(path, place)
    one = "/V1/products/attribute-sets/4/attributes/own"
    assert rest.delete(one) is True
    assert rest.refused("DELETE", one)[0] == 400
    assert rest.refused("GET", "/V1/products/attribute-sets/99/attributes")[0] == 404


def test_sets_are_made_of_sets_and_have_names_of_their_own(rest: Rest) -> None:
    body: dict[str, Any] = {"attributeSet": {"attribute_set_name": "Own"}, "skeletonId": 4}
    id = rest.post("/V1/products/attribute-sets", body)["attribute_set_id"]
    assert rest.refused("POST", "/V1/products/attribute-sets", body)[1].startswith('A "Own"')
    body["skeletonId"] = 99
    assert "non-existing" in rest.refused("POST", "/V1/products/attribute-sets", body)[1]
    assert rest.delete(f"/V1/products/attribute-sets/{id}") is True
    assert rest.refused("DELETE", "/V1/products/attribute-sets/4")[0] == 400
