"""JSON Schema as OpenAPI 3.0 and Swagger 2.0 write it: references, `nullable`, names nobody described."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.conformance import CannotCheck

Json = Mapping[str, Any]
PARTS = ("allOf", "anyOf", "oneOf")
KINDS = {
    "boolean": bool,
    "integer": int,
    "number": float,
    "string": str,
    "array": list,
    "object": dict,
}
DEEPEST = 40  # references to references


def needed(module: str, package: str) -> Any:
    """An optional library; CannotCheck says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise CannotCheck(
            f"this needs the package {package}: pip install tallyman[conformance]"
        ) from error


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: Json) -> None:
        self._document = _with_nulls(document)
        self._draft = needed("jsonschema", "jsonschema").Draft4Validator
        self._validators: dict[
            int, tuple[Any, Any]
        ] = {}  # by the schema's identity, which it keeps

    def meant(self, schema: Any) -> Any:
        """What a reference leads to; anything else is itself."""
        for _ in range(DEEPEST):
            if not isinstance(schema, Mapping) or "$ref" not in schema:
                return schema
            schema = self._at(schema["$ref"])
        return {}

    def faults(self, schema: Any, value: Any) -> Iterator[tuple[str, str]]:
        """(place, what) for everything in a value that the schema forbids."""
        for error in self._validator(schema).iter_errors(value):
            yield from _told(error)

    def unknown(self, schema: Any, value: Any, place: str = "") -> Iterator[tuple[str, str]]:
        """(place, what) for every name in a value that nobody described."""
        if isinstance(value, list):
            items = self._items(schema)
            for row in value if items is not None else ():
                yield from self.unknown(items, row, f"{place}.*".lstrip("."))
        elif isinstance(value, dict):
            known = self._names(self._chosen(schema, value))
            for name, part in () if known is None else value.items():
                here = f"{place}.{name}".lstrip(".")
                if known is None or name not in known:
                    yield here, "nobody described this name"
                else:
                    yield from self.unknown(known[name], part, here)

    def _chosen(self, schema: Any, value: Json) -> Any:
        """The schema, with the one that the value itself names by its discriminator."""
        schema = self.meant(schema)
        named = schema.get("discriminator") if isinstance(schema, Mapping) else None
        if not isinstance(named, Mapping):  # in Swagger 2.0 it is a name without a mapping
            return schema
        reference = (named.get("mapping") or {}).get(str(value.get(named["propertyName"])))
        return {"allOf": [schema, {"$ref": reference}]} if reference else schema

    def _names(self, schema: Any, depth: int = 0) -> dict[str, Any] | None:
        """The names that an object may have, with their schemas; None: any."""
        schema = self.meant(schema)
        if not isinstance(schema, Mapping) or depth > DEEPEST:
            return None
        parts = [part for key in PARTS for part in schema.get(key) or ()]
        if schema.get("additionalProperties") or not (schema.get("properties") or parts):
            return None
        names: dict[str, Any] = dict(schema.get("properties") or {})
        for part in parts:
            more = self._names(part, depth + 1)
            if more is None:
                return None
            names = {**more, **names}
        return names

    def _items(self, schema: Any) -> Any:
        schema = self.meant(schema)
        return schema.get("items") if isinstance(schema, Mapping) else None

    def _at(self, reference: str) -> Any:
        found: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            try:
                found = found[part.replace("~1", "/").replace("~0", "~")]
            except (KeyError, TypeError) as error:
                raise CannotCheck(f"the schema refers to {reference}, which it lacks") from error
        return found

    def _validator(self, schema: Any) -> Any:
        kept = self._validators.get(id(schema))
        if kept is None:
            roots = {
                k: self._document[k] for k in ("components", "definitions") if k in self._document
            }
            plain = _with_nulls(schema) if isinstance(schema, Mapping) else {}
            kept = self._validators[id(schema)] = (schema, self._draft({**plain, **roots}))
        return kept[1]


def _told(error: Any) -> Iterator[tuple[str, str]]:
    place = ".".join("*" if isinstance(part, int) else str(part) for part in error.absolute_path)
    if error.validator == "type":
        yield place, f"is {_kind(error.instance)}, described as {_joined(error.validator_value)}"
        return
    text = error.message
    yield place, text if len(text) <= 160 else f"{text[:80]} … {text[-78:]}"


def _kind(value: Any) -> str:
    for kind, types in KINDS.items():
        if isinstance(value, types):
            return kind
    return "null"


def _joined(kinds: Any) -> str:
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _with_nulls(value: Any) -> Any:
    """A document in which `nullable` is said as JSON Schema says it."""
    if isinstance(value, list):
        return [_with_nulls(part) for part in value]
    if not isinstance(value, Mapping):
        return value
    made = {key: _with_nulls(part) for key, part in value.items()}
    if made.get("nullable") is not True and made.get("x-nullable") is not True:
        return made
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        if isinstance(made.get("enum"), list) and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return made
    rest = {key: part for key, part in made.items() if key not in ("nullable", "x-nullable")}
    return {"anyOf": [rest, {"type": "null"}]}
