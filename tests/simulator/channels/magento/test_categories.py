"""Categories: refused, changed, and linked to products."""

from __future__ import annotations

from typing import Any

from tests.simulator.channels.magento.connector import Rest


def custom(product: dict[str, Any]) -> dict[str, Any]:
    return {a["attribute_code"]: a["value"] for a in product["custom_attributes"]}


def test_categories_refuse_what_the_vendor_refuses(rest: Rest) -> None:
    def refused(**category: Any) -> tuple[int, str]:
        return rest.refused("POST", "/V1/categories", {"category": category})

    assert refused(name="Kitchen") == (400, "Could not save category: %1")
    rest.post("/V1/categories", {"category": {"name": "Kitchen", "is_active": True}})
    assert refused(name="Kitchen", is_active=True)[0] == 400
    missing = "No such entity with %fieldName = %fieldValue"
    assert refused(name="Bath", is_active=True, parent_id=999) == (404, missing)
    assert rest.refused("DELETE", "/V1/categories/2")[0] == 400
    nameless = {"category": {"name": ""}}
    assert rest.refused("PUT", "/V1/categories/3", nameless)[0] == 400


def test_a_category_keeps_the_attributes_that_categories_have(rest: Rest) -> None:
    def saved(**values: str) -> dict[str, Any]:
        rows = [{"attribute_code": k, "value": v} for k, v in values.items()]
        made = {"name": "Kitchen", "is_active": True, "custom_attributes": rows}
        return custom(rest.put("/V1/categories/3", {"category": made}))

    rest.post("/V1/categories", {"category": {"name": "Kitchen", "is_active": True}})
    kept = saved(is_anchor="0", description="Pots", nosuch="x")
    assert list(kept) == [
        "description", "is_anchor", "path", "children_count", "url_key", "url_path"
    ]  # fmt: skip
    assert (kept["is_anchor"], "description" in saved(description="")) == ("0", False)


def test_a_links_category_is_the_one_that_it_names(rest: Rest) -> None:
    rest.product("BOWL")
    category = {"parent_id": 2, "name": "Kitchen", "is_active": True}
    id = rest.post("/V1/categories", {"category": category})["id"]
    path = f"/V1/categories/{id}/products"
    for named in ("999999", None):
        link = {"sku": "BOWL", "position": 1, "category_id": named}
        said = rest.ask("POST", path, {"productLink": link})
        assert (said.status_code, said.json()["parameters"]["fieldValue"]) == (404, named)
    missing = rest.ask("GET", "/V1/categories/999999/products").json()
    assert missing["parameters"] == {"fieldName": "id", "fieldValue": 999999}
