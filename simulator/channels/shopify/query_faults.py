"""Faults of a query before anything runs, in the vendor's words: parsing, validation, variables.

What the parser library says is put into the words, codes and paths of recorded answers of 2026-04.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    Undefined,
    Visitor,
    print_ast,
    type_from_ast,
    visit,
)

from simulator.channels.shopify import gids
from simulator.channels.shopify.schema import schema

Json = dict[str, Any]
Rule = tuple[str, str, str, Mapping[str, str]]  # the library's words, ours, the code, its details
FIELD, INPUT = {"typeName": "Field"}, {"typeName": "InputObject"}
LACKING = "missingRequiredInputObjectAttribute"
RULES: Sequence[Rule] = (
    (
        r"Cannot query field '(\w+)' on type '(\w+)'",
        r"Field '\1' doesn't exist on type '\2'",
        "undefinedField",
        {"typeName": r"\2", "fieldName": r"\1"},
    ),
    (
        r"Unknown argument '(\w+)' on field '(?:\w+\.)?(\w+)'",
        r"Field '\2' doesn't accept argument '\1'",
        "argumentNotAccepted",
        {"name": r"\2", **FIELD, "argumentName": r"\1"},
    ),
    (
        r"(?:Field|Argument) '(?:\w+\.)?(\w+)(?:' argument '|\()(\w+).* is required",
        r"Field '\1' is missing required arguments: \2",
        "missingRequiredArguments",
        {"className": "Field", "name": r"\1", "arguments": r"\2"},
    ),
    (
        r"Expected value of type '(\w+)' to include required field '(\w+)'",
        r"Argument '\2' on InputObject '\1' is required",
        LACKING,
        {"argumentName": r"\2", "inputObjectType": r"\1"},
    ),
    (  # as older libraries say it
        r"Field '(\w+)\.(\w+)' of required type",
        r"Argument '\2' on InputObject '\1' is required",
        LACKING,
        {"argumentName": r"\2", "inputObjectType": r"\1"},
    ),
    (
        r"Field '(\w+)' is not defined by type '(\w+)'",
        r"InputObject '\2' doesn't accept argument '\1'",
        "argumentNotAccepted",
        {"name": r"\2", **INPUT, "argumentName": r"\1"},
    ),
    (
        r"Expected value of type '(\w+)' not to include unknown field '(\w+)'",
        r"InputObject '\1' doesn't accept argument '\2'",
        "argumentNotAccepted",
        {"name": r"\1", **INPUT, "argumentName": r"\2"},
    ),
    (
        r"Unknown directive '@(\w+)'",
        r"Directive @\1 is not defined",
        "undefinedDirective",
        {"directiveName": r"\1"},
    ),
    (
        r"Unknown fragment '(\w+)'",
        r"Fragment \1 was used, but not defined",
        "useAndDefineFragment",
        {"fragmentName": r"\1"},
    ),
    (
        r"Unknown type '(\w+)'",
        r"No such type \1, so it can't be a fragment condition",
        "undefinedType",
        {"typeName": r"\1"},
    ),
    (
        r"Variable '\$(\w+)' is not defined by operation '(\w+)'",
        r"Variable $\1 is used by \2 but not declared",
        "variableNotDefined",
        {"variableName": r"\1"},
    ),
    (
        r"Variable '\$(\w+)' is never used in operation '(\w+)'",
        r"Variable $\1 is declared by \2 but not used",
        "variableNotUsed",
        {"variableName": r"\1"},
    ),
    (
        r"Field '(?:\w+\.)?(\w+)' of type '([\w!\[\]]+)' must have a selection of subfields",
        r"Field must have selections (field '\1' returns \2 but has no selections."
        r" Did you mean '\1 { ... }'?)",
        "selectionMismatch",
        {"nodeName": r"field '\1'", "typeName": r"\2"},
    ),
)
VALUE = re.compile(
    r"Expected value of (?:non-null )?type '([^']+)'|'(\w+)' enum|(\w+) cannot represent"
)


def parsed(fault: GraphQLError) -> Json:
    """A query that cannot be read."""
    shown = dict(fault.formatted)
    found = re.search(r"(?:found|Unexpected character:?|Unexpected) (.+?)\.?$", str(fault.message))
    what = found[1] if found else str(fault.message)
    what = "end of file" if what == "<EOF>" else what
    place = fault.locations[0] if fault.locations else None
    where = f" at [{place.line}, {place.column}]" if place else ""
    message = f"syntax error, unexpected {what}{where}"
    return {**shown, "message": message, "extensions": {"code": "PARSE_ERROR"}}


def validated(document: DocumentNode, fault: GraphQLError) -> Json:
    """A query that asks what it may not."""
    message, extensions = str(fault.message), {"code": "invalidQuery"}
    node = fault.nodes[0] if fault.nodes else None
    above = _above(document, node) if node else []
    for pattern, words, code, details in RULES:
        if found := re.match(pattern, message):
            message = found.expand(words)
            extensions = {"code": code, **{k: found.expand(v) for k, v in details.items()}}
            if code == LACKING:
                message, extensions = _with_type(message, extensions)
            break
    else:
        if message.startswith("Invalid global id"):
            code = "argumentLiteralsIncompatible"
            extensions = {"code": code, "typeName": "CoercionError"}
        elif node is not None and (found := VALUE.search(message)):
            message, extensions = _literal(node, above, next(filter(None, found.groups())))
    path = [step for step in map(_step, above) if step]
    more = extensions.get("argumentName")
    if more and path[-1:] != [more]:
        path.append(more)
    fields = [n for n in above if isinstance(n, FieldNode)]
    is_literal = extensions["code"] == "argumentLiteralsIncompatible" and fields
    place = GraphQLError("", fields[-1]) if is_literal else fault
    shown = {"message": message, "locations": place.formatted.get("locations", [])}
    return {**shown, "path": path, "extensions": extensions}


def _with_type(message: str, extensions: Json) -> tuple[str, Json]:
    """The same with the type of the field that an input object lacks."""
    input: Any = schema().type_map[extensions["inputObjectType"]]
    type = str(input.fields[extensions["argumentName"]].type)
    return f"{message}. Expected type {type}", {**extensions, "argumentType": type}


def _literal(node: Node, above: Sequence[Node], type: str) -> tuple[str, Json]:
    """A value that its argument does not take."""
    holders = [n for n in above if n.kind in ("argument", "object_field")]
    fields = [n for n in above if isinstance(n, FieldNode)]
    if not holders:
        return f"Invalid value ({print_ast(node)}).", {"code": "argumentLiteralsIncompatible"}
    name = holders[-1].name.value  # type: ignore[attr-defined]
    is_inner = holders[-1].kind == "object_field"
    where = "InputObject" if is_inner else f"Field '{fields[-1].name.value}'"
    message = f"Argument '{name}' on {where} has an invalid value ({print_ast(node)})."
    code = {"code": "argumentLiteralsIncompatible"}
    details = {"typeName": "InputObject" if is_inner else "Field", "argumentName": name}
    return f"{message} Expected type '{type}'.", {**code, **details}


class _Finder(Visitor):
    """Keeps what stands above a node."""

    def __init__(self, wanted: Node) -> None:
        super().__init__()
        self.wanted, self.found = wanted, list[Node]()

    def enter(self, node: Node, key: Any, parent: Any, path: Any, ancestors: Any) -> None:
        if node is self.wanted:
            self.found = [n for n in (*ancestors, parent, node) if isinstance(n, Node)]


def _above(document: DocumentNode, node: Node) -> list[Node]:
    finder = _Finder(node)
    visit(document, finder)
    return finder.found


def _step(node: Node) -> str | None:
    """What a node adds to the path of a fault."""
    if isinstance(node, OperationDefinitionNode):
        return f"{node.operation.value} {node.name.value}" if node.name else node.operation.value
    if isinstance(node, FieldNode):
        return (node.alias or node.name).value
    if isinstance(node, InlineFragmentNode) and node.type_condition:
        return f"... on {node.type_condition.name.value}"
    if node.kind in ("argument", "object_field"):
        name: str = node.name.value  # type: ignore[attr-defined]
        return name
    return f"fragment {node.name.value}" if node.kind == "fragment_definition" else None  # type: ignore[attr-defined]


# -- variables ------------------------------------------------------------------------------------


def variables(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> list[Json]:
    """What is wrong with the values given for an operation's variables."""
    faults = []
    for declared in operation.variable_definitions or ():
        name, type = declared.variable.name.value, type_from_ast(schema(), declared.type)
        if name not in given and declared.default_value is not None:
            continue
        problems = list(_problems(type, given.get(name), ()))
        if problems:
            told = [f"{'.'.join(map(str, p))} ({why})" for p, why in problems if p]
            message = (
                f"Variable ${name} of type {print_ast(declared.type)} was provided invalid value"
            )
            extensions = {
                "code": "INVALID_VARIABLE",
                "value": given.get(name),
                "problems": [{"path": list(p), "explanation": why} for p, why in problems],
            }
            location = GraphQLError("", declared).formatted.get("locations", [])
            text = f"{message} for {', '.join(told)}" if told else message
            faults.append({"message": text, "locations": location, "extensions": extensions})
    return faults


def _problems(
    type: Any, value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(type, GraphQLNonNull):
        if value is None:
            yield path, "Expected value to not be null"
            return
        type = type.of_type
    if value is None:
        return
    if isinstance(type, GraphQLList):
        rows = value if isinstance(value, list) else [value]
        for index, row in enumerate(rows):
            inner = (*path, index) if isinstance(value, list) else path
            yield from _problems(type.of_type, row, inner)
    elif isinstance(type, GraphQLInputObjectType):
        yield from _in_object(type, value, path)
    elif isinstance(type, GraphQLEnumType):
        if value not in type.values:
            yield path, f"Expected {json.dumps(value)} to be one of: {', '.join(type.values)}"
    elif type is GraphQLID:
        if not gids.FORM.match(str(value)):
            yield path, f"Invalid global id '{value}'"
    else:
        try:
            type.parse_value(value)
        except GraphQLError:
            yield path, f"Could not coerce value {json.dumps(value)} to {type.name}"


def _in_object(
    type: GraphQLInputObjectType, value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(value, dict):
        yield path, f"Expected {json.dumps(value)} to be a key-value object."
        return
    for name in value:
        if name not in type.fields:
            yield (*path, name), f"Field is not defined on {type.name}"
    for name, field in type.fields.items():
        if name in value or field.default_value is Undefined:
            yield from _problems(field.type, value.get(name), (*path, name))
