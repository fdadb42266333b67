"""What a query costs: asked for before it runs, and what its answer turned out to cost.

Scalars, enums, money and addresses are free, an object costs 1, a count at the top 10. A mutation
costs 10 (few cost more) with what its payload gives at once; what lies below costs as in a query. A
connection costs 2, and what one of its nodes costs times floor(2 · ln(max(2, size))), `size` being
`first` or `last` (the vendor's engineers, community.shopify.dev topics 23101 and 24364, 2025:
"logarithmic scaling"; the rest is from recorded answers of 2026-04).
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
DEAR = {  # mutations that cost more
    "fulfillmentTrackingInfoUpdate": 50,
    **dict.fromkeys(("orderCapture", "productCreateMedia", "refundCreate"), 20),
}
COUNT = 10
FREE = {
    *("CurrencyFormats", "InventoryItemMeasurement", "LocationAddress", "MailingAddress"),
    *("MoneyBag", "MoneyV2", "PageInfo"),
}


@dataclass(frozen=True)
class Reckoner:
    """The costs of one operation with its variables."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def requested(self) -> int:
        """Points that the operation asks for; a query asks for one at least."""
        if self.operation.operation is OperationType.MUTATION:
            return math.floor(sum(self._mutation(f) for _, f in self._fields(self._top())))
        return max(1, math.ceil(self._selection(self.schema.query_type, self._top())))

    def by_field(self) -> dict[str, float]:
        """What each top-level field was asked for at."""
        root = self.schema.query_type
        if self.operation.operation is OperationType.MUTATION:
            return {f.name.value: self._mutation(f) for _, f in self._fields(self._top())}
        return {f.name.value: self._field(root, f) for _, f in self._merged(root, self._top())}

    def actual(self, data: Mapping[str, Any] | None) -> int:
        """Points that the answer was worth, never more than asked for."""
        asked, told = self.requested(), data or {}
        if self.operation.operation is OperationType.MUTATION:
            fields = self._merged(self.schema.mutation_type, self._top())
            return min(asked, math.floor(sum(self._done(node, told) for _, node in fields)))
        worth = self._worth(self.schema.query_type, self._top(), told)
        return min(asked, max(1, math.ceil(worth)))

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
        """Of kinds of things that may stand in one place, the dearest counts."""
        costs: dict[str, float] = {}
        for on, node in self._merged(type, selections):
            costs[on.name] = costs.get(on.name, 0) + self._field(on, node)
        own = costs.pop(type.name, 0)
        return own + max(costs.values(), default=0)

    def _merged(
        self, type: Any, selections: SelectionSetNode | None
    ) -> list[tuple[Any, FieldNode]]:
        """One entry per name in the answer: what is selected twice is paid once."""
        merged: dict[str, tuple[Any, FieldNode]] = {}
        for on, node in self._fields(selections, type):
            key = _key(node)
            if key not in merged or _size(node) > _size(merged[key][1]):
                merged[key] = (on, node)
        return list(merged.values())

    def _field(self, on: Any, node: FieldNode) -> float:
        definition = getattr(on, "fields", {}).get(node.name.value)
        if definition is None:
            return 0
        type: Any = get_named_type(definition.type)
        if not is_composite_type(type) or type.name in FREE:
            return 0
        if type.name == "Count":
            return COUNT if on is self.schema.query_type else 1
        if type.name.endswith("Connection"):
            return 2 + self._item(type, node) * steps(self._page(node))
        return 1 + self._selection(type, node.selection_set)

    def _item(self, connection: Any, node: FieldNode) -> float:
        """One node of a connection, whether asked for as `nodes` or as `edges { node }`."""
        children = 0.0
        for on, child in self._merged(connection, node.selection_set):
            name = child.name.value
            if name == "nodes":
                children += self._field(on, child)
            elif name == "edges":
                edge = get_named_type(on.fields[name].type)
                children += self._selection(edge, child.selection_set)
        return children

    def _mutation(self, node: FieldNode) -> float:
        """Ten, with what the payload gives at once; what lies below that costs as in a query."""
        fields = self._merged(self._payload(node), node.selection_set)
        below = sum(max(0.0, self._field(on, given) - 1) for on, given in fields)
        return DEAR.get(node.name.value, MUTATION) + below + self._by_input(node)

    def _done(self, node: FieldNode, data: Mapping[str, Any]) -> float:
        """The same of an answer."""
        payload, told = self._payload(node), data.get(_key(node)) or {}
        below = 0.0
        for on, given in self._merged(payload, node.selection_set):
            inner = self._value(on, given, told.get(_key(given)))
            below += max(0.0, inner - 1)
        return DEAR.get(node.name.value, MUTATION) + below + self._by_input(node)

    def _payload(self, node: FieldNode) -> Any:
        root: Any = self.schema.mutation_type
        return get_named_type(root.fields[node.name.value].type)

    def _by_input(self, node: FieldNode) -> float:
        if node.name.value != "productSet":
            return 0
        given = self._argument(node, "input")
        given = given if isinstance(given, Mapping) else {}
        variants, files = given.get("variants") or (), given.get("files") or ()
        metafields = given.get("metafields") or ()
        return 0.2 * len(variants) + 1.9 * len(files) + 0.4 * len(metafields)

    def _page(self, node: FieldNode) -> int:
        size = self._argument(node, "first") or self._argument(node, "last") or 0
        return size if isinstance(size, int) else 0

    def _argument(self, node: FieldNode, name: str) -> Any:
        for argument in node.arguments or ():
            if argument.name.value == name:
                return value_from_ast_untyped(argument.value, dict(self.variables))
        return None

    # -- turned out -------------------------------------------------------------------------

    def _worth(self, type: Any, selections: SelectionSetNode | None, data: Any) -> float:
        fields = self._merged(type, selections)
        return sum(self._value(on, node, data.get(_key(node))) for on, node in fields)

    def _value(self, on: Any, node: FieldNode, value: Any) -> float:
        """What a field's value was worth."""
        definition = getattr(on, "fields", {}).get(node.name.value)
        if definition is None:
            return 0
        kind: Any = get_named_type(definition.type)
        if not is_composite_type(kind) or kind.name in FREE:
            return 0
        if value is None:
            return 1
        if kind.name == "Count":
            return COUNT if on is self.schema.query_type else 1
        if kind.name.endswith("Connection"):
            got = len(value.get("nodes") or value.get("edges") or ())
            return 2 + self._item(kind, node) * steps(min(got, self._page(node)))
        rows = [v for v in value if v is not None] if isinstance(value, list) else [value]
        return 1 + max((self._worth(kind, node.selection_set, v) for v in rows), default=0)


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


def _key(node: FieldNode) -> str:
    """The name of a field in the answer."""
    return node.alias.value if node.alias else node.name.value
