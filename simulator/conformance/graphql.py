"""The family of GraphQL: documents, variables and the shape of the data that comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import graphql
import httpx
from graphql.execution.values import get_variable_values

from simulator.conformance import Violation


class GraphQl:
    """A schema in the form of its introspection; requests come to paths that end in `suffix`."""

    def __init__(self, introspection: Any, suffix: str = "/graphql.json") -> None:
        self._introspection, self._suffix = introspection, suffix

    @cached_property
    def schema(self) -> graphql.GraphQLSchema:
        """The schema; taken as valid, because a newer library refuses what vendors publish."""
        return graphql.build_client_schema(self._introspection, assume_valid=True)

    def operations(self) -> Sequence[str]:
        """The fields of the query and of the mutation."""
        roots = (("query", self.schema.query_type), ("mutation", self.schema.mutation_type))
        return [f"{kind} {name}" for kind, root in roots if root for name in root.fields]

    def used(self, request: httpx.Request) -> Sequence[str]:
        """The root fields of a request's document."""
        asked = self._asked(request)
        return (
            [] if asked is None else [f"{asked[1].operation.value} {n}" for n in _roots(asked[1])]
        )

    def of_request(self, request: httpx.Request) -> list[Violation]:
        """What is wrong with a document and its variables."""
        if not request.url.path.endswith(self._suffix):
            return [Violation(f"{request.method} {request.url.path}", "no such operation")]
        try:
            asked = self._asked(request)
        except (ValueError, KeyError, graphql.GraphQLError) as error:
            return [Violation(f"{request.method} {request.url.path}", f"cannot be read: {error}")]
        if asked is None:
            return [Violation(f"{request.method} {request.url.path}", "names no operation")]
        document, operation, variables = asked
        found = [error.message for error in graphql.validate(self.schema, document)]
        values: Any = get_variable_values(
            self.schema, operation.variable_definitions or (), variables
        )
        found += [error.message for error in (values if isinstance(values, list) else ())]
        where = " ".join([operation.operation.value, *_roots(operation)])
        return [Violation(where, what) for what in found]

    def of_response(self, request: httpx.Request, response: httpx.Response) -> list[Violation]:
        """Whether the data has the fields that were asked for, of the types they have."""
        if response.status_code != 200 or not request.url.path.endswith(self._suffix):
            return []
        try:
            asked, body = self._asked(request), response.json()
        except (ValueError, KeyError, graphql.GraphQLError):
            return []
        if asked is None or not isinstance(body, dict) or not body.get("data"):
            return []
        document, operation, _ = asked
        fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, graphql.FragmentDefinitionNode)
        }
        root = self.schema.get_root_type(operation.operation)
        walk = _Walk(self.schema, fragments)
        kind = operation.operation.value
        told = walk.faults(root, operation.selection_set, body["data"], kind)
        return [Violation(where, what) for where, what in told]

    def _asked(
        self, request: httpx.Request
    ) -> tuple[graphql.DocumentNode, graphql.OperationDefinitionNode, dict[str, Any]] | None:
        if not request.url.path.endswith(self._suffix):
            return None
        body = json.loads(request.content)
        document = graphql.parse(body["query"])
        operation = graphql.get_operation_ast(document, body.get("operationName"))
        if not isinstance(operation, graphql.OperationDefinitionNode):
            return None
        return document, operation, body.get("variables") or {}


def _roots(operation: graphql.OperationDefinitionNode) -> list[str]:
    nodes = operation.selection_set.selections
    return [node.name.value for node in nodes if isinstance(node, graphql.FieldNode)]


class _Walk:
    """Compares data with the selection that asked for it."""

    def __init__(
        self,
        schema: graphql.GraphQLSchema,
        fragments: Mapping[str, graphql.FragmentDefinitionNode],
    ) -> None:
        self._schema, self._fragments = schema, fragments

    def faults(
        self, kind: Any, selected: graphql.SelectionSetNode | None, value: Any, place: str
    ) -> Iterator[tuple[str, str]]:
        """(place, what) for everything that is not of its type, or not there."""
        if isinstance(kind, graphql.GraphQLNonNull):
            if value is None:
                yield place, "is null, which it may not be"
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, graphql.GraphQLList):
            if not isinstance(value, list):
                yield place, "is no list"
                return
            for row in value:
                yield from self.faults(kind.of_type, selected, row, place)
        elif isinstance(kind, graphql.GraphQLEnumType):
            if value not in kind.values:
                yield place, f"{value!r} is no {kind.name}"
        elif selected is not None:
            if not isinstance(value, dict):
                yield place, f"is no {kind.name}"
                return
            yield from self._fields(kind, selected, value, place)

    def _fields(
        self, kind: Any, selected: graphql.SelectionSetNode, value: Mapping[str, Any], place: str
    ) -> Iterator[tuple[str, str]]:
        concrete = self._schema.get_type(str(value.get("__typename"))) or kind
        for node in selected.selections:
            if isinstance(node, graphql.FieldNode):
                yield from self._field(concrete, node, value, place)
                continue
            fragment: Any = (
                self._fragments[node.name.value]
                if isinstance(node, graphql.FragmentSpreadNode)
                else node
            )
            wanted = fragment.type_condition
            if wanted is None or wanted.name.value == getattr(concrete, "name", ""):
                yield from self._fields(concrete, fragment.selection_set, value, place)

    def _field(
        self, kind: Any, node: graphql.FieldNode, value: Mapping[str, Any], place: str
    ) -> Iterator[tuple[str, str]]:
        name = node.name.value
        shown = node.alias.value if node.alias else name
        if name.startswith("__") or node.directives:
            return
        if place in ("query", "mutation"):
            here = f"{place} {name} 200"
        else:
            here = f"{place} {name}" if place.endswith(" 200") else f"{place}.{name}"
        if shown not in value:
            yield here, "was asked for and is missing"
            return
        field = getattr(kind, "fields", {}).get(name)
        if field is not None:
            yield from self.faults(field.type, node.selection_set, value[shown], here)
