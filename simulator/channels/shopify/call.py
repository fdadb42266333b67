"""One API call as the resolvers see it, and how a mutation runs: whole or not at all, once per key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLResolveInfo, get_directive_values

from simulator.channels.shopify.errors import Refused, bad_request, refuse
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document
from simulator.commerce.transactions import part
from simulator.faults import Faults

Args = Mapping[str, Any]
Payload = dict[str, Any]
Run = Callable[["Call", Args], Payload]
Resolver = Callable[..., Any]
IDEMPOTENCY_CODES = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


@dataclass
class Call:
    """Who asks, of which shop, and what there is to say beside the answer."""

    store: Store
    scopes: frozenset[str]
    version: str
    domain: str
    faults: Faults
    seen: dict[str, bool] = field(default_factory=dict)  # kinds whose past is laid out
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def may(self, any_of: tuple[str, ...]) -> bool:
        """Whether the token has one of these scopes; writing includes reading."""
        return any(
            scope in self.scopes or scope.replace("read_", "write_", 1) in self.scopes
            for scope in any_of
        )


@contextmanager
def whole(store: Store) -> Iterator[None]:
    """Undo everything that happens inside when a Refused leaves it, webhooks included."""
    pending = dict(store.webhooks.pending)
    try:
        with part(store.shop.db):
            yield
    except BaseException:
        store.webhooks.pending = pending
        raise


def act(run: Run, *errors: str) -> Resolver:
    """The resolver of a mutation: its payload, or its user errors with nothing done."""

    def resolve(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Payload:
        return _done(info.context, run, args, errors)

    return resolve


def act_once(run: Run, check: Callable[[Args], None] | None = None, *, codes: bool) -> Resolver:
    """The resolver of a mutation that needs an idempotency key and replays its first answer.

    `check` looks at the arguments before the key; `codes`: its user errors have codes.
    """

    def resolve(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Payload:
        call: Call = info.context
        if check is not None:
            check(args)
        key = _key(info)
        name, digest = info.field_name, _digest(args)
        earlier = next(call.store.shop.all("idempotency", sku=f"{name}:{key}"), None)
        if earlier is not None:
            if earlier.body["digest"] != digest:
                return _mismatch(codes)
            return {k: _unpacked(call.store, v) for k, v in earlier.body["payload"].items()}
        payload = _done(call, run, args, ())
        packed = {k: _packed(v) for k, v in payload.items()}
        kept = {"digest": digest, "payload": packed}
        number = call.store.shop.next_number("shopify:idempotency")
        call.store.shop.add("idempotency", kept, id=number, sku=f"{name}:{key}", quiet=True)
        return payload

    return resolve


def _done(call: Call, run: Run, args: Args, errors: tuple[str, ...]) -> Payload:
    try:
        with whole(call.store):
            payload = run(call, args)
    except Refused as refused:
        payload = dict.fromkeys(("userErrors", *errors), refused.errors)
    for name in ("userErrors", *errors):
        payload.setdefault(name, [])
    return payload


def _key(info: GraphQLResolveInfo[Any]) -> str:
    directive = info.schema.get_directive("idempotent")
    assert directive is not None
    given = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    if given is None:
        raise bad_request(
            "The @idempotent directive is required for this mutation but was not provided."
        )
    if not str(given["key"]).strip():
        raise bad_request("The idempotency key must not be blank.")
    return str(given["key"])


def _mismatch(codes: bool) -> Payload:
    message = "The same idempotency key cannot be used with different operation parameters."
    code = IDEMPOTENCY_CODES if codes else None
    return {"userErrors": refuse(message, code=code).errors}


def _digest(args: Args) -> str:
    text = json.dumps(args, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _packed(value: Any) -> Any:
    if isinstance(value, Document):
        return {"document": [value.kind, value.id]}
    return {"value": value}


def _unpacked(store: Store, packed: Mapping[str, Any]) -> Any:
    if "document" in packed:
        kind, number = packed["document"]
        return store.get(kind, number)
    return packed["value"]
