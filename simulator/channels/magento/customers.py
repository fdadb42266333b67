"""Customers with their addresses. Guests have no record here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import regions, search, stores
from simulator.channels.magento.calls import ANONYMOUS, SELF, Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_such, not_found
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

NEEDED = (("firstname", "First Name"), ("lastname", "Last Name"))
NEEDED_IN_ADDRESS = ("firstname", "lastname", "street", "city", "telephone", "country_id")
TAKEN = "A customer with the same email address already exists in an associated website."
KEPT = words(
    "firstname lastname email middlename prefix suffix dob taxvat gender group_id store_id website_id"
)


def by_email(dialect: Magento, email: str) -> Document | None:
    """The customer with this mail address."""
    return next(dialect.shop.all("customer", sku=email.strip().casefold()), None)


def hashed(password: str) -> str:
    """A password as it is stored."""
    return hashlib.sha256(password.encode()).hexdigest()


def create(call: Call) -> dict[str, Any]:
    """A new customer. Addresses that lack fields are passed over."""
    given, dialect = call["customer"], call.dialect
    if call["password"] is not None:
        _check_password(call["password"], given.get("email") or "")
    if given.get("website_id") not in (None, 0, 1):
        message = "The website with id %1 that was requested wasn't found."
        raise not_found(f"{message} Verify the website and try again.", [given["website_id"]])
    if given.get("store_id") is not None and given["store_id"] not in dialect.store_ids():
        raise not_found(
            "The store that was requested wasn't found. Verify the store and try again."
        )
    if not call.caller.may(_MANAGE):  # who signs up does not choose a group
        given = {k: v for k, v in given.items() if k != "group_id"}
    _check(dialect, given)
    body: dict[str, Any] = {k: given[k] for k in KEPT if given.get(k) is not None}
    body = {"group_id": 1, "website_id": 1, "store_id": 1, **body, "addresses": []}
    body["password"] = hashed(call["password"]) if call["password"] is not None else ""
    body["is_subscribed"] = bool((given.get("extension_attributes") or {}).get("is_subscribed"))
    found = dialect.shop.add("customer", body, sku=given["email"].strip().casefold())
    _set_addresses(dialect, found, given.get("addresses") or ())
    dialect.shop.put(found)
    return view(call, found)


def read(call: Call) -> dict[str, Any]:
    """One customer."""
    return view(call, _need(call.dialect, call["customerId"]))


def read_self(call: Call) -> dict[str, Any]:
    """The shopper's own record."""
    return view(call, _need(call.dialect, call.caller.id))


def update(call: Call) -> dict[str, Any]:
    """Change a customer; what is not sent stays."""
    found = call.dialect.shop.get("customer", call["customerId"])
    if found is None:
        raise no_such("customerId", str(call["customerId"]))  # as the address has it
    return _update(call, found)


def update_self(call: Call) -> dict[str, Any]:
    """Change the shopper's own record."""
    return _update(call, _need(call.dialect, call.caller.id))


def _update(call: Call, found: Document) -> dict[str, Any]:
    kept = {k: found.body[k] for k in KEPT if k in found.body}
    given = {**kept, **{k: v for k, v in call["customer"].items() if v is not None}}
    _check(call.dialect, given, found.id)
    found.body.update({k: given[k] for k in KEPT if k in given})
    if given.get("addresses") is not None:
        _set_addresses(call.dialect, found, given["addresses"])
    moved = Document(
        "customer",
        found.id,
        None,
        given["email"].casefold(),
        found.body,
        found.created_at,
        found.modified_at,
    )
    return view(call, call.dialect.shop.put(moved))


def delete(call: Call) -> bool:
    """Forget a customer; orders stay."""
    _need(call.dialect, call["customerId"])
    call.dialect.shop.drop("customer", call["customerId"])
    return True


def list_customers(call: Call) -> dict[str, Any]:
    """Customers by criteria."""
    return search.listing(call, ENTITY, view)


def is_email_available(call: Call) -> bool:
    """True, whoever asks: the shop does not tell which addresses it knows."""
    return True


def read_address(call: Call) -> dict[str, Any]:
    """One address of some customer."""
    for found in call.dialect.shop.all("customer"):
        for address in view(call, found)["addresses"]:
            if address["id"] == call["addressId"]:
                return dict(address)
    raise no_such("addressId", call["addressId"])


def default_billing(call: Call) -> dict[str, Any]:
    """A customer's address for bills; [] when there is none."""
    return _default(call, "default_billing")


def default_shipping(call: Call) -> dict[str, Any]:
    """A customer's address for parcels."""
    return _default(call, "default_shipping")


def _default(call: Call, role: str) -> dict[str, Any]:
    shown = view(call, _need(call.dialect, call["customerId"]))
    return next((dict(a) for a in shown["addresses"] if a.get(role)), {})


def view(call: Call, found: Document) -> dict[str, Any]:
    """A customer as it is shown."""
    body = found.body
    shown: dict[str, Any] = {"id": found.id, "group_id": body["group_id"]}
    for role in ("default_billing", "default_shipping"):
        chosen = next((a for a in body["addresses"] if a.get(role)), None)
        if chosen is not None:
            shown[role] = str(chosen["id"])
    shown |= {
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
        "created_in": "Default Store View",
    }
    shown |= {k: body[k] for k in KEPT if body.get(k) is not None}
    return shown | {
        "addresses": [_shown_address(a, found.id) for a in body["addresses"]],
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": body["is_subscribed"]},
    }


def _shown_address(address: Mapping[str, Any], customer_id: int) -> dict[str, Any]:
    shown = {k: v for k, v in address.items() if v is not None}
    for role in ("default_shipping", "default_billing"):
        if not shown.get(role):
            shown.pop(role, None)
    return {**shown, "customer_id": customer_id}


def _set_addresses(dialect: Magento, found: Document, given: Sequence[Mapping[str, Any]]) -> None:
    kept = []
    for one in given:
        if any(not one.get(name) for name in NEEDED_IN_ADDRESS):
            continue
        region = dict(one.get("region") or {})
        id = one.get("region_id") or region.get("region_id") or 0
        known = regions.by_id(str(one["country_id"]), id)
        if known is not None:
            region = {"region_code": known.code, "region": known.name, "region_id": known.id}
        else:
            region = {"region_code": None, "region": region.get("region"), "region_id": 0, **region}
        address = {
            k: v for k, v in one.items() if k not in ("extension_attributes", "custom_attributes")
        }
        address |= {"region": region, "region_id": id}
        address["id"] = one.get("id") or dialect.shop.next_number("customer address")
        kept.append(address)
    found.body["addresses"] = kept


def _check(dialect: Magento, given: Mapping[str, Any], id: int | None = None) -> None:
    email = str(given.get("email") or "").strip()
    if given.get("group_id") and given["group_id"] not in dict(stores.GROUPS):
        raise Refusal("The specified customer group id does not exist.")
    if not email:
        raise Refusal("The customer email is missing. Enter and try again.")
    other = by_email(dialect, email)
    if other is not None and other.id != id:
        raise Refusal(TAKEN)
    absent = [label for name, label in NEEDED if not str(given.get(name) or "").strip()]
    faults = [f'"{label}" is a required value.' for label in absent]
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email) is None:
        faults.append('"Email" is not a valid email address.')
    if faults:
        raise Refusal("\n".join(faults))


def _check_password(password: str, email: str) -> None:
    if len(password) < 8:
        message = "The password needs at least %1 characters. Create a new password and try again."
        raise Refusal(message, ["8"])
    if password != password.strip():
        message = "The password can't begin or end with a space."
        raise Refusal(f"{message} Verify the password and try again.")
    if password.casefold() == email.casefold():
        message = "The password can't be the same as the email address."
        raise Refusal(f"{message} Create a new password and try again.")
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
    if sum(re.search(kind, password) is not None for kind in kinds) < 3:
        message = (
            "Minimum of different classes of characters in password is %1."
            " Classes of characters: Lower Case, Upper Case, Digits, Special Characters."
        )
        raise Refusal(message, ["3"])


def _need(dialect: Magento, id: int) -> Document:
    found = dialect.shop.get("customer", id)
    if found is None:
        raise no_such("customerId", id)
    return found


ENTITY = search.Entity(
    kind="customer",
    name="customers",
    row=lambda call, found: {
        **{k: found.body.get(k) for k in KEPT},
        "entity_id": found.id,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
    },
    fields=frozenset({*KEPT, "entity_id", "created_at", "updated_at"}),
    is_eav=True,
)
_READ, _MANAGE = "Magento_Customer::customer", "Magento_Customer::manage"
_SERVICE = "Magento\\Customer\\Api"
_ID, _CUSTOMER = param("customerId", "int"), param("customer", "Customer")
_AT = "/V1/customers"
_SAVE = f"{_SERVICE}\\CustomerRepositoryInterface::save"
ROUTES = (
    Route(
        "POST",
        _AT,
        create,
        ANONYMOUS,
        (_CUSTOMER, maybe("password", "string"), maybe("redirectUrl", "string")),
        f"{_SERVICE}\\AccountManagementInterface::createAccount",
    ),
    Route("GET", f"{_AT}/search", list_customers, _READ, search.CRITERIA),
    Route("GET", f"{_AT}/me", read_self, SELF),
    Route("PUT", f"{_AT}/me", update_self, SELF, (_CUSTOMER,), _SAVE),
    Route(
        "POST",
        f"{_AT}/isEmailAvailable",
        is_email_available,
        ANONYMOUS,
        (param("customerEmail", "string"),),
    ),
    Route(
        "GET", f"{_AT}/addresses/:addressId", read_address, _MANAGE, (param("addressId", "int"),)
    ),
    Route("GET", f"{_AT}/:customerId", read, _READ, (_ID,)),
    Route("PUT", f"{_AT}/:customerId", update, _MANAGE, (_ID, _CUSTOMER), _SAVE),
    Route("DELETE", f"{_AT}/:customerId", delete, "Magento_Customer::delete", (_ID,)),
    Route("GET", f"{_AT}/:customerId/billingAddress", default_billing, _MANAGE, (_ID,)),
    Route("GET", f"{_AT}/:customerId/shippingAddress", default_shipping, _MANAGE, (_ID,)),
)
