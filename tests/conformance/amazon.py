"""Whether calls of Amazon's APIs, and their answers, are what the vendor's published models say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft4Validator, Draft7Validator

from simulator.conformance.recorder import places
from tests.shared import shared

MODELS = (
    *("listingsItems_2021-08-01", "orders_2026-01-01", "ordersV0", "feeds_2021-06-30"),
    *("reports_2021-06-30", "tokens_2021-03-01", "notifications", "fbaInventory"),
    *("productPricingV0", "productPricing_2022-05-01", "definitionsProductTypes_2020-09-01"),
)
NOTIFICATIONS = {
    "ORDER_CHANGE": "OrderChangeNotification",
    "LISTINGS_ITEM_STATUS_CHANGE": "ListingsItemStatusChangeNotification",
    "LISTINGS_ITEM_ISSUES_CHANGE": "ListingsItemIssuesChangeNotification",
    "LISTINGS_ITEM_MFN_QUANTITY_CHANGE": "ListingsItemMfnQuantityChange",
    "FEED_PROCESSING_FINISHED": "FeedProcessingFinishedNotification",
    "REPORT_PROCESSING_FINISHED": "ReportProcessingFinishedNotification",
}
METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Described:
    """One operation of a model, with its definitions and its parameters written out."""

    id: str
    pattern: re.Pattern[str]
    method: str
    operation: Mapping[str, Any]
    parameters: Sequence[Mapping[str, Any]]
    definitions: Mapping[str, Any]

    def against(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        """What a schema of this model says against a value."""
        validator = Draft4Validator({**schema, "definitions": self.definitions})
        for error in validator.iter_errors(value):
            yield f"{'.'.join(map(str, error.absolute_path)) or '*'}: {error.message}"
        yield from self._strange(schema, value, "")

    def _strange(self, schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
        """Fields that the schema does not name; the models leave room for them, clients do not."""
        schema = self._resolved(schema)
        if isinstance(value, list):
            for row in value:
                yield from self._strange(schema.get("items") or {}, row, f"{at}[]")
        elif isinstance(value, dict):
            known = self._properties(schema)
            is_open = schema.get("additionalProperties") or not known
            for name, inner in value.items():
                if name in known:
                    yield from self._strange(known[name], inner, f"{at}.{name}")
                elif not is_open:
                    yield f"{at}.{name}: no such field"

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    def _properties(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        schema = self._resolved(schema)
        found = dict(schema.get("properties") or {})
        for part in schema.get("allOf") or ():
            found |= self._properties(part)
        return found


@cache
def described() -> tuple[Described, ...]:
    """Every operation of the models that are kept."""
    found = []
    for name in MODELS:
        model = _json("specs", "amazon", f"{name}.json")
        for path, item in model["paths"].items():
            for method in METHODS:
                if "responses" in item.get(method, {}):
                    found.append(_described(model, path, method, item))
    return tuple(found)


def _described(model: Any, path: str, method: str, item: Any) -> Described:
    operation = item[method]
    given = [*item.get("parameters", ()), *operation.get("parameters", ())]
    parameters = [
        model["parameters"][p["$ref"].rsplit("/", 1)[-1]] if "$ref" in p else p for p in given
    ]
    pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
    definitions = model["definitions"]
    id = operation["operationId"] + (" v0" if path.startswith("/orders/v0") else "")
    return Described(id, pattern, method, operation, parameters, definitions)


def _json(*parts: str) -> Any:
    return json.loads(shared(*parts).read_text(encoding="utf-8"))


@cache
def gaps() -> frozenset[str]:
    """The places where the models say otherwise than the vendor does."""
    return frozenset(places("amazon"))


def operation_of(request: httpx.Request) -> Described | None:
    """The operation that a request calls; None for logins, documents and queues."""
    path = request.url.raw_path.decode("ascii").partition("?")[0]
    method = request.method.lower()
    for one in described():
        if one.method == method and one.pattern.fullmatch(path):
            return one
    return None


def faults_of_request(request: httpx.Request) -> list[str]:
    """What the models say against a request."""
    one = operation_of(request)
    if one is None:
        return []
    found = [*_query_faults(one, request), *_body_faults(one, request)]
    return [f"{one.id}: {fault}" for fault in found if f"{one.id} request" not in gaps()]


def _query_faults(one: Described, request: httpx.Request) -> Iterator[str]:
    known = {p["name"]: p for p in one.parameters if p["in"] == "query"}
    sent = {name: request.url.params.get_list(name) for name in request.url.params}
    for name, parameter in known.items():
        if parameter.get("required") and name not in sent:
            yield f"{name} is missing"
    for name, texts in sent.items():
        if name not in known:
            yield f"no such parameter {name}"
        else:
            schema = known[name].get("schema", known[name])
            yield from (f"{name} {fault}" for fault in _parameter(schema, texts))


def _parameter(schema: Mapping[str, Any], texts: Sequence[str]) -> Iterator[str]:
    keywords = ("type", "enum", "items", "maxItems", "minItems", "maximum", "minimum", "pattern")
    kept = {k: schema[k] for k in keywords if k in schema}
    if kept.get("type") == "array":
        value: Any = [part for text in texts for part in text.split(",")]
        kept["items"] = {k: v for k, v in kept["items"].items() if k in keywords}
    elif kept.get("type") == "integer":
        value = int(texts[0]) if texts[0].isdigit() else texts[0]
    elif kept.get("type") == "boolean":
        value = {"true": True, "false": False}.get(texts[0], texts[0])
    else:
        value = texts[0]
    yield from (error.message for error in Draft4Validator(kept).iter_errors(value))


def _body_faults(one: Described, request: httpx.Request) -> Iterator[str]:
    bodies = [p for p in one.parameters if p["in"] == "body"]
    if not bodies:
        if request.content:
            yield "a body where none is described"
        return
    if not request.content:
        yield "the body is missing"
        return
    yield from one.against(bodies[0]["schema"], json.loads(request.content))


def faults_of_response(request: httpx.Request, response: httpx.Response) -> list[str]:
    """What the models say against an answer."""
    one = operation_of(request)
    if one is None:
        return []
    where = f"{one.id} {response.status_code}"
    if where in gaps():
        return []
    answers = one.operation["responses"]
    found = []
    if str(response.status_code) not in answers:
        return [f"{where}: no such status"]
    if "x-amzn-RequestId" not in response.headers:
        found.append(f"{where}: no x-amzn-RequestId")
    schema = answers[str(response.status_code)].get("schema")
    if schema is not None:
        found += [f"{where}: {fault}" for fault in one.against(schema, response.json())]
    elif response.content not in (b"", b"{}", b"{}\n"):
        found.append(f"{where}: a body where none is described")
    return found


def faults_of_feed(document: Any) -> list[str]:
    """What the vendor's schema says against the document of a JSON listings feed."""
    return _against(_json("specs", "amazon", "feeds", "listings-feed-schema-v2.json"), document)


def faults_of_feed_report(document: Any) -> list[str]:
    """What the vendor's schema says against a processing report."""
    name = "listings-feed-processing-report-schema-v2.json"
    return _against(_json("specs", "amazon", "feeds", name), document)


def faults_of_notification(envelope: Mapping[str, Any]) -> list[str]:
    """What the vendor's schema says against a notification, envelope and all."""
    kind = envelope.get("NotificationType") or envelope.get("notificationType") or ""
    schema = _json("specs", "amazon", "notifications", f"{NOTIFICATIONS[kind]}.json")
    if f"notification {kind}" in gaps():
        schema["properties"]["NotificationType"].pop("enum", None)
    return _against(schema, dict(envelope))


def _against(schema: Any, value: Any) -> list[str]:
    found = Draft7Validator(schema).iter_errors(value)
    return [f"{'.'.join(map(str, e.absolute_path)) or '*'}: {e.message}" for e in found]
