"""The executable schema: the packaged SDL with its scalars, its resolvers and its scopes."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache, wraps
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLID,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    StringValueNode,
    ValidationRule,
    build_schema,
    get_named_type,
    parse,
    specified_rules,
    validate,
    value_from_ast_untyped,
)

from simulator.channels.shopify import gids, scopes
from simulator.channels.shopify.call import Resolver
from simulator.channels.shopify.errors import access_denied
from simulator.channels.shopify.money import plain
from simulator.commerce.shop import Document

TEXT_SCALARS = ("ARN", "DateTime", "FormattedString", "HTML", "URL", "UnsignedInt64")
MOST_ITEMS = 250  # in any list given as an argument
UNLIMITED = {"productSet": "variants"}  # has a limit of its own


@cache
def schema() -> GraphQLSchema:
    """The schema of the API, made once."""
    folder = importlib.resources.files("simulator.channels.shopify") / "schema"
    files = sorted(f.name for f in folder.iterdir() if f.name.endswith(".graphql"))
    sdl = "\n".join((folder / name).read_text(encoding="utf-8") for name in files)
    built = build_schema(sdl, no_location=True)
    _scalars(built)
    _types(built)
    return built


@lru_cache(maxsize=256)
def read(text: str) -> tuple[DocumentNode, tuple[GraphQLError, ...]]:
    """A query document and its faults. GraphQLSyntaxError when it cannot be parsed.

    Clients send the same few documents all day; validation is the dearest part of a small query.
    """
    document = parse(text)
    return document, tuple(validate(schema(), document, [*specified_rules, GlobalIds]))


class GlobalIds(ValidationRule):
    """What names a thing in a query is a global id."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        type = self.context.get_input_type()
        if get_named_type(type) is GraphQLID and not gids.FORM.match(node.value):
            self.report_error(GraphQLError(f"Invalid global id '{node.value}'", node))


# -- scalars ------------------------------------------------------------------------------------


def _scalars(built: GraphQLSchema) -> None:
    for name in TEXT_SCALARS:
        _scalar(built, name, _as_text)
    _scalar(built, "Money", _amount)
    _scalar(built, "Decimal", _amount)
    decimal: Any = built.type_map["Decimal"]
    decimal.serialize = decimal.coerce_output_value = plain
    json: Any = built.type_map["JSON"]
    json.parse_literal = json.coerce_input_literal = lambda node, *_: value_from_ast_untyped(node)


def _scalar(built: GraphQLSchema, name: str, take: Any) -> None:
    scalar = built.type_map[name]
    assert isinstance(scalar, GraphQLScalarType)
    chosen: Any = scalar
    chosen.parse_value = chosen.coerce_input_value = take
    chosen.parse_literal = lambda node, *_: take(value_from_ast_untyped(node))
    chosen.coerce_input_literal = chosen.parse_literal  # the newer library's names
    chosen.serialize = chosen.coerce_output_value = str


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError(f"Could not coerce value {value!r} to text.")
    return value


def _amount(value: Any) -> str:
    """An amount as text; numbers are taken too."""
    try:
        return str(Decimal(str(value))) if not isinstance(value, bool) else _as_text(value)
    except InvalidOperation as error:
        raise GraphQLError(f"Could not coerce value {value!r} to Decimal.") from error


# -- resolvers ----------------------------------------------------------------------------------


def _types(built: GraphQLSchema) -> None:
    from simulator.channels.shopify import resolvers  # (it needs the modules that need this one)

    tables = resolvers.tables()
    for name, type in built.type_map.items():
        if isinstance(type, GraphQLInterfaceType | GraphQLUnionType):
            type.resolve_type = _type_of
        if not isinstance(type, GraphQLObjectType) or name.startswith("__"):
            continue
        fields = tables.get(name, {})
        unknown = set(fields) - set(type.fields)
        assert not unknown, f"{name} has no {unknown}"
        for field_name, field in type.fields.items():
            resolve = fields.get(field_name, _plain(name, field_name))
            field.resolve = _guarded(name, field_name, resolve)


def _plain(type: str, field: str) -> Resolver:
    if field == "id":
        return lambda source, info: _id(source, type)
    if field == "legacyResourceId":
        return lambda source, info: source.id if isinstance(source, Document) else source["id"]
    if field == "createdAt":
        return lambda source, info: _time(source, "createdAt", "created_at")
    if field == "updatedAt":
        return lambda source, info: _time(source, "updatedAt", "modified_at")
    return _value


def _value(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    body = source.body if isinstance(source, Document) else source
    return body.get(info.field_name)


def _id(source: Any, type: str) -> str:
    number = source.id if isinstance(source, Document) else source["id"]
    return number if isinstance(number, str) else gids.gid(type, number)


def _time(source: Any, name: str, attribute: str) -> Any:
    from simulator.channels.shopify.moments import iso

    if isinstance(source, Document):
        return source.body.get(name) or iso(getattr(source, attribute))
    return source.get(name)


def _type_of(source: Any, info: GraphQLResolveInfo[Any], type: GraphQLAbstractType) -> str:
    if isinstance(source, Document):
        return gids.TYPES[source.kind]
    return str(source["__typename"])


def _guarded(type: str, field: str, resolve: Resolver) -> Resolver:
    needed = scopes.needed(type, field)
    if not needed and type not in ("QueryRoot", "Mutation"):
        return resolve

    @wraps(resolve)
    def guarded(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        if needed and not info.context.may(needed):
            raise access_denied(field, needed)
        _short_enough(args, UNLIMITED.get(field, ""))
        return resolve(source, info, **args)

    return guarded


def _short_enough(value: Any, exempt: str, name: str = "") -> None:
    """No list given as an argument may have more than 250 entries, but for an exempt one."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _short_enough(inner, exempt, str(key))
    elif isinstance(value, list):
        if len(value) > MOST_ITEMS and name != exempt:
            raise GraphQLError(
                f"The input array size of {len(value)} is greater than"
                f" the maximum allowed of {MOST_ITEMS}.",
                extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"},
            )
        for inner in value:
            if isinstance(inner, Mapping):
                _short_enough(inner, exempt)
