"""The packaged schema is a true subset of the vendor's published one for 2026-07."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema

from simulator.channels.shopify import scopes
from simulator.channels.shopify.schema import schema
from tests.shared import shared


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    with gzip.open(shared("specs", "shopify", "admin_2026-07.introspection.json.gz")) as file:
        read: dict[str, Any] = json.load(file)
    return read


@pytest.fixture(scope="module")
def vendor(published: dict[str, Any]) -> GraphQLSchema:
    return build_client_schema(published["data"], assume_valid=True)


def _own() -> list[tuple[str, Any]]:
    return [(n, t) for n, t in schema().type_map.items() if not n.startswith("__")]


def test_every_type_is_the_vendors_own_and_of_the_same_sort(vendor: GraphQLSchema) -> None:
    theirs = vendor.type_map
    odd = [n for n, t in _own() if n not in theirs or type(theirs[n]) is not type(t)]
    assert odd == []


def test_every_field_argument_and_input_has_the_vendors_type(vendor: GraphQLSchema) -> None:
    odd = []
    for name, ours in _own():
        theirs: Any = vendor.type_map[name]
        for field, definition in getattr(ours, "fields", {}).items():
            real = theirs.fields.get(field)
            if real is None or str(real.type) != str(definition.type):
                odd.append(f"{name}.{field}")
                continue
            for argument, wanted in getattr(definition, "args", {}).items():
                known = real.args.get(argument)
                if known is None or str(known.type) != str(wanted.type):
                    odd.append(f"{name}.{field}({argument})")
    assert odd == []


def test_no_required_argument_or_input_field_is_left_out(vendor: GraphQLSchema) -> None:
    missing = []
    for name, ours in _own():
        theirs: Any = vendor.type_map[name]
        is_input = type(ours).__name__ == "GraphQLInputObjectType"
        for field, real in getattr(theirs, "fields", {}).items():
            if is_input and str(real.type).endswith("!") and field not in ours.fields:
                missing.append(f"{name}.{field}")
            for argument, wanted in getattr(real, "args", {}).items():
                required = str(wanted.type).endswith("!") and field in ours.fields
                if required and argument not in ours.fields[field].args:
                    missing.append(f"{name}.{field}({argument})")
    assert missing == []


def test_every_enum_value_union_member_interface_and_directive_exists(
    vendor: GraphQLSchema,
) -> None:
    odd = []
    for name, ours in _own():
        theirs: Any = vendor.type_map[name]
        odd += [f"{name}.{v}" for v in getattr(ours, "values", {}) if v not in theirs.values]
        for part in ("types", "interfaces"):
            known = {t.name for t in getattr(theirs, part, ())}
            odd += [f"{name}: {t.name}" for t in getattr(ours, part, ()) if t.name not in known]
    idempotent = vendor.get_directive("idempotent")
    assert idempotent is not None
    assert odd == []


def test_scopes_agree_with_the_vendors_table(published: dict[str, Any]) -> None:
    rows = published["offline_scopes"]["items"]
    table = {
        (r["typeName"], r.get("fieldName")): set(r["offlineScopes"])
        for r in rows
        if r["offlineScopes"]
    }
    odd = [
        f"{type}.{field}"
        for type, fields in scopes.FIELDS.items()
        for field, needed in fields.items()
        if (type, field) in table and not set(needed) <= table[type, field]
    ]
    assert odd == []
