"""Customers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from simulator.channels.shopify import lists, money
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import bad_request, refuse
from simulator.channels.shopify.resolvers.nodes import (
    BY_TIME,
    TIMES,
    WITH_METAFIELDS,
    by_id,
    context,
    in_body,
    listed,
)
from simulator.channels.shopify.resolvers.order_lists import ORDERS
from simulator.channels.shopify.rules import customers, orders
from simulator.channels.shopify.search import Clause, Column, Search
from simulator.commerce.shop import Document

CUSTOMERS = lists.Listing(
    "customer",
    lambda call: Search(
        {
            **TIMES,
            "customer_date": TIMES["created_at"],
            "id": Column("id", "id"),
            "email": Column(in_body("email")),
            "phone": Column(in_body("phone")),
            "first_name": Column(in_body("firstName")),
            "last_name": Column(in_body("lastName")),
            "tag": Column("json_extract(body, '$.tags')", "list"),
        },
        (in_body("firstName"), in_body("lastName"), in_body("email")),
        call.store.zone,
    ),
    {**BY_TIME, "NAME": in_body("lastName")},
)


CONTACTS = (
    ("email", customers.by_email, r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    ("phone", customers.by_phone, r"\+?[\d\s().-]{6,20}"),
)


def customer_set(call: Call, args: Args) -> Payload:
    """`customerSet`: change the customer that is meant, or make one."""
    store, given = call.store, args["input"]
    identifier = {k: v for k, v in (args.get("identifier") or {}).items() if v is not None}
    if len(identifier) > 1 or "customId" in identifier:
        raise bad_request("Exactly one of id, email and phone must be given.")
    found = None
    if "id" in identifier:
        found = store.by_gid("customer", identifier["id"])
        if found is None:
            message = "Resource matching the identifier was not found."
            raise refuse(message, "identifier", "id", code="NOT_FOUND")
    for name, find in (("email", customers.by_email), ("phone", customers.by_phone)):
        if name in identifier:
            if given.get(name) != identifier[name]:
                message = "The identifier value does not match the value in the input."
                raise refuse(message, "input", name, code="INPUT_MISMATCH")
            found = find(store, identifier[name])
    taken = customers.by_email(store, given.get("email"))
    if taken is not None and (found is None or taken.id != found.id):
        raise refuse("Email has already been taken", "input", "email", code="TAKEN")
    if found is None and not any(given.get(n) for n in ("email", "phone", "firstName", "lastName")):
        message = "A name, phone number, or email address must be present"
        raise refuse(message, "input", code="BLANK")
    return {"customer": customers.put(store, found, given)}


def create(call: Call, args: Args) -> Payload:
    """`customerCreate`."""
    if args["input"].get("id"):
        raise refuse("Cannot specify ID on creation", "id")
    return {"customer": _put(call, None, args["input"])}


def update(call: Call, args: Args) -> Payload:
    """`customerUpdate`: fields that are left out stay."""
    found = call.store.by_gid("customer", args["input"].get("id"))
    if found is None:
        raise refuse("Customer does not exist", "id")
    return {"customer": _put(call, found, args["input"])}


def _put(call: Call, found: Document | None, given: dict[str, Any]) -> Document:
    """The customer with what is given, if an address or a number is not another's."""
    store = call.store
    for name, find, shape in CONTACTS:
        value, word = given.get(name), name.capitalize()
        if value and not re.fullmatch(shape, value):
            raise refuse(f"{word} is invalid", name)
        other = find(store, value)
        if other is not None and (found is None or other.id != found.id):
            raise refuse(f"{word} has already been taken", name)
    kept = {**(found.body if found else {}), **given}
    if not any(kept.get(name) for name in ("email", "phone", "firstName", "lastName")):
        raise refuse("A name, phone number, or email address must be present")
    return customers.put(store, found, given)


def delete(call: Call, args: Args) -> Payload:
    """`customerDelete`: not one who has ordered."""
    found = call.store.by_gid("customer", args["input"]["id"])
    if found is None:
        raise refuse("Customer can't be found", "id")
    if any(o.body["customerId"] == found.id for o in call.store.shop.all("order")):
        message = "Customer can’t be deleted because they have associated orders"
        raise refuse(message, "id")
    call.store.shop.drop("customer", found.id)
    return {"deletedCustomerId": args["input"]["id"]}


def by_identifier(source: Any, info: Any, identifier: dict[str, Any]) -> Document | None:
    """`customerByIdentifier`."""
    store = context(info).store
    if identifier.get("id"):
        return store.by_gid("customer", identifier["id"])
    found = customers.by_email(store, identifier.get("emailAddress"))
    return found or customers.by_phone(store, identifier.get("phoneNumber"))


def _orders(source: Document, info: Any) -> list[Document]:
    rows = context(info).store.shop.all("order")
    return [o for o in rows if o.body["customerId"] == source.id]


def spent(source: Document, info: Any) -> dict[str, Any]:
    """What the customer's orders come to."""
    store = context(info).store
    total = sum((orders.totals(o, now=True).total for o in _orders(source, info)), Decimal(0))
    return money.money(total, store.currency)


def customer_orders(source: Document, info: Any, **args: Any) -> lists.Connection:
    """A customer's orders."""
    within = Clause("json_extract(body, '$.customerId') = ?", (source.id,))
    return ORDERS.connection(context(info), args, within)


def _contact(name: str, shown: str, **more: Any) -> Resolver:
    def resolve(source: Document, info: Any) -> dict[str, Any] | None:
        value = source.body[name]
        return None if not value else {shown: value, **more}

    return resolve


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "customer": by_id("customer"),
        "customers": listed(CUSTOMERS),
        "customerByIdentifier": by_identifier,
    },
    "Mutation": {
        "customerSet": act(customer_set),
        "customerCreate": act(create),
        "customerUpdate": act(update),
        "customerDelete": act(delete),
    },
    "Customer": {
        **WITH_METAFIELDS,
        "displayName": lambda source, info: (
            " ".join(n for n in (source.body["firstName"], source.body["lastName"]) if n)
            or source.body["email"]
            or ""
        ),
        "defaultEmailAddress": _contact("email", "emailAddress", validFormat=True),
        "defaultPhoneNumber": _contact("phone", "phoneNumber"),
        "defaultAddress": lambda source, info: next(iter(source.body["addresses"]), None),
        "addressesV2": lambda source, info, **args: lists.sliced(source.body["addresses"], args),
        "verifiedEmail": lambda source, info: True,
        "numberOfOrders": lambda source, info: len(_orders(source, info)),
        "amountSpent": spent,
        "orders": customer_orders,
        "lastOrder": lambda source, info: next(iter(_orders(source, info)[::-1]), None),
    },
}
