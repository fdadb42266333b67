"""What a query costs: asked for before it runs, and what its answer turned out to cost.

Scalars and enums are free, an object costs 1, a mutation 10 whatever it returns. A connection costs
2, and what one of its nodes costs times floor(2 · ln(max(2, size))), `size` being `first` or `last`
(the vendor's engineers, community.shopify.dev topics 23101 and 24364, 2025: "logarithmic scaling";
250 variants with their inventory items were shown to cost 24). A few value objects are free.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

MOST = 1000  # points for one query
MUTATION = 10
FREE = {"address", "billingAddress", "currencyFormats", "measurement", "pageInfo", "unitCost"}


@dataclass(frozen=True)
class Reckoner:
    """The costs of one operation with its variables."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def requested(self) -> int:
        """Points that the operation asks for, rounded up."""
        if self.operation.operation is OperationType.MUTATION:
            return math.ceil(sum(self._mutation(f) for _, f in self._fields(self._top())))
        root = self.schema.query_type
        return math.ceil(self._selection(root, self._top())) if root else 0

    def by_field(self) -> dict[str, float]:
        """What each top-level field was asked for at."""
        root = self.schema.query_type
        if self.operation.operation is OperationType.MUTATION:
            return {f.name.value: self._mutation(f) for _, f in self._fields(self._top())}
        return {f.name.value: self._field(root, f) for _, f in self._merged(root, self._top())}

    def actual(self, data: Mapping[str, Any] | None) -> int:
        """Points that the answer was worth, never more than asked for."""
        asked = self.requested()
        if self.operation.operation is OperationType.MUTATION or data is None:
            return asked if data else min(asked, MUTATION)
        return min(asked, math.ceil(self._worth(self.schema.query_type, self._top(), data)))

    # -- asked for --------------------------------------------------------------------------

    def _top(self) -> SelectionSetNode:
        return self.operation.selection_set

    def _fields(
        self, selections: SelectionSetNode | None, type: Any = None
    ) -> Iterator[tuple[Any, FieldNode]]:
        """The fields selected, with the type each is selected on."""
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                yield type, node
                continue
            if isinstance(node, FragmentSpreadNode):
                fragment: Any = self.fragments[node.name.value]
            else:
                fragment = node
            on = type
            if isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode) and (
                fragment.type_condition
            ):
                on = self.schema.get_type(fragment.type_condition.name.value)
            yield from self._fields(fragment.selection_set, on)

    def _selection(self, type: Any, selections: SelectionSetNode | None) -> float:
        return sum(self._field(on, node) for on, node in self._merged(type, selections))

    def _merged(
        self, type: Any, selections: SelectionSetNode | None
    ) -> list[tuple[Any, FieldNode]]:
        """One entry per name in the answer: what is selected twice is paid once."""
        merged: dict[str, tuple[Any, FieldNode]] = {}
        for on, node in self._fields(selections, type):
            key = node.alias.value if node.alias else node.name.value
            if key not in merged or _size(node) > _size(merged[key][1]):
                merged[key] = (on, node)
        return list(merged.values())

    def _field(self, on: Any, node: FieldNode) -> float:
        definition = getattr(on, "fields", {}).get(node.name.value)
        if definition is None:
            return 0
        type: Any = get_named_type(definition.type)
        if not is_composite_type(type) or node.name.value in FREE:
            return 0
        if type.name.endswith("Connection"):
            return 2 + self._item(type, node) * steps(self._page(node))
        each = 1 + self._selection(type, node.selection_set)
        return each * self._count(node)

    def _item(self, connection: Any, node: FieldNode) -> float:
        """One node of a connection, whether asked for as `nodes` or as `edges { node }`."""
        children = 0.0
        for on, child in self._merged(connection, node.selection_set):
            name = child.name.value
            if name == "nodes":
                children = max(children, self._field(on, child))
            elif name == "edges":
                edge = get_named_type(on.fields[name].type)
                children = max(children, self._selection(edge, child.selection_set))
        return children

    def _mutation(self, node: FieldNode) -> float:
        if node.name.value != "productSet":
            return MUTATION
        given = self._argument(node, "input")
        given = given if isinstance(given, Mapping) else {}
        variants, files = given.get("variants") or (), given.get("files") or ()
        metafields = given.get("metafields") or ()
        return MUTATION + 0.2 * len(variants) + 1.9 * len(files) + 0.4 * len(metafields)

    def _page(self, node: FieldNode) -> int:
        size = self._argument(node, "first") or self._argument(node, "last") or 0
        return size if isinstance(size, int) else 0

    def _count(self, node: FieldNode) -> int:
        """How many things a plain field gives: as many as ids for `nodes`, else 1."""
        if node.name.value != "nodes":
            return 1
        ids = self._argument(node, "ids")
        return len(ids) if isinstance(ids, list) else 1

    def _argument(self, node: FieldNode, name: str) -> Any:
        for argument in node.arguments or ():
            if argument.name.value == name:
                return value_from_ast_untyped(argument.value, dict(self.variables))
        return None

    # -- turned out -------------------------------------------------------------------------

    def _worth(self, type: Any, selections: SelectionSetNode | None, data: Any) -> float:
        total = 0.0
        for on, node in self._merged(type, selections):
            value = data.get(node.alias.value if node.alias else node.name.value)
            definition = getattr(on, "fields", {}).get(node.name.value)
            if value is None or definition is None or node.name.value in FREE:
                continue
            kind: Any = get_named_type(definition.type)
            if not is_composite_type(kind):
                continue
            if kind.name.endswith("Connection"):
                got = len(value.get("nodes") or value.get("edges") or ())
                total += 2 + (self._item(kind, node) * steps(min(got, self._page(node))))
            elif isinstance(value, list):
                whole = [v for v in value if v is not None]
                each = [1 + self._worth(kind, node.selection_set, v) for v in whole]
                total += sum(each) if node.name.value == "nodes" else max(each, default=0)
            else:
                total += 1 + self._worth(kind, node.selection_set, value)
        return total


def reckoner(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> Reckoner:
    """The reckoner of one operation of a valid document."""
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    defaults = {
        v.variable.name.value: value_from_ast_untyped(v.default_value)
        for v in operation.variable_definitions or ()
        if v.default_value is not None
    }
    return Reckoner(schema, operation, fragments, {**defaults, **variables})


def steps(size: int) -> int:
    """By how much a page of so many multiplies the cost of one node: 250 is 11, 50 is 7."""
    return 0 if size <= 0 else math.floor(2 * math.log(max(2, size)))


def _size(node: FieldNode) -> int:
    """How much a field selects itself, to tell the larger of two selections of one name."""
    listed = [a for a in node.arguments or () if isinstance(a.value, ListValueNode)]
    return len(node.selection_set.selections if node.selection_set else ()) + len(listed)
