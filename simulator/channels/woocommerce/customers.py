"""Customers: the site's users with addresses. Guests are not among them, they exist in orders only."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import batch, checks, lists, order_views, properties, rules
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Allow,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError, no_trash
from simulator.channels.woocommerce.lists import CONTEXT, FORCE, IDS, PAGES, SEARCH
from simulator.channels.woocommerce.order_schema import (
    ADDRESS,
    BILLING,
    FLAG,
    INT,
    META,
    SHIPPING,
    TEXT,
    shown,
    times,
)
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

KIND = "user"
_COMMON = ("sales", "hello", "mail", "contact", "info")  # not taken for a person's name


def set_up(dialect: WooCommerce) -> None:
    """The administrator (1) and one customer (2), as every shop here has them."""
    add(dialect, "admin@example.org", "admin", role="administrator", quiet=True)
    add(dialect, "buyer@example.org", "buyer", quiet=True)


def add(
    dialect: WooCommerce, email: str, username: str, *, role: str = "customer", quiet: bool = False
) -> Document:
    """Store a new user."""
    empty = dict.fromkeys(ADDRESS, "")
    body = {
        "email": email,
        "username": username,
        "role": role,
        "first_name": "",
        "last_name": "",
        "billing": {**empty, "email": "", "phone": ""},
        "shipping": {**empty, "phone": ""},
        "is_paying_customer": False,
        "meta_data": [],
    }
    return dialect.shop.add(KIND, body, quiet=quiet)


# -- showing --------------------------------------------------------------------------------------


def view(call: Call, user: Document) -> dict[str, Any]:
    """A customer as the API shows it."""
    body, zone = user.body, call.dialect.zone
    digest = hashlib.sha256(body["email"].strip().lower().encode()).hexdigest()
    named = ("email", "first_name", "last_name", "role", "username", "billing", "shipping")
    return {
        "id": user.id,
        **order_views.both("date_created", user.created_at, zone),
        **order_views.both("date_modified", user.modified_at, zone),
        **{name: body[name] for name in named},
        "is_paying_customer": body["is_paying_customer"],
        "avatar_url": f"https://secure.gravatar.com/avatar/{digest}?s=96&d=mm&r=g",
        "meta_data": body["meta_data"],
    }


def _shown(call: Call, user: Document, status: int = 200, **headers: str) -> Reply:
    links = item_links(call, f"/customers/{user.id}", "/customers")
    return Reply(view(call, user), status, headers, links)


# -- reading --------------------------------------------------------------------------------------


def _existing(call: Call) -> Document:
    user = call.shop.get(KIND, call.number())
    if user is None:
        raise WooError("wc_user_invalid_id", "Invalid user ID.", 404)
    return user


def _item(action: str) -> Allow:
    """Permission for one customer, who is looked for first."""

    def allow(call: Call) -> None:
        _existing(call)
        call.refuse(action)

    return allow


def _list(call: Call) -> Reply:
    users = [u for u in call.shop.seen(KIND) if _wanted(call, u)]
    by = {"id": "id", "registered_date": "date", "include": "include"}.get(
        call.params.get("orderby", "name"), "name"
    )
    users.sort(key=lambda u: _rank(call, u, by), reverse=call.params.get("order") == "desc")
    offset, length = lists.window(call)
    page = [_shown(call, u).whole() for u in users[offset : offset + length]]
    return lists.answer(call, "/customers", page, len(users))


def _wanted(call: Call, user: Document) -> bool:
    params, body = call.params, user.body
    role = params.get("role") or "customer"
    words = str(params.get("search") or "").lower()
    return (
        role in ("all", body["role"])
        and (not params.get("email") or body["email"].lower() == str(params["email"]).lower())
        and (not words or words in body["email"].lower() or words in body["username"].lower())
        and (not params.get("include") or user.id in params["include"])
        and user.id not in (params.get("exclude") or ())
    )


def _rank(call: Call, user: Document, by: str) -> Any:
    if by == "name":
        return (user.body["username"].lower(), user.id)
    if by == "include" and call.params.get("include"):
        return call.params["include"].index(user.id)
    return (user.created_at, user.id) if by == "date" else user.id


def _get(call: Call) -> Reply:
    return _shown(call, _existing(call))


# -- writing --------------------------------------------------------------------------------------


def _create(call: Call) -> Reply:
    params = call.params
    if params.get("id"):
        message = "Cannot create existing resource."
        raise WooError("woocommerce_rest_customer_exists", message)
    email = rules.line(params.get("email"))
    if not email:
        message = "Please provide a valid email address."
        raise WooError("registration-error-invalid-email", message)
    if not checks.is_email(email):
        raise WooError("customer_invalid_email", "Invalid email address")
    if _has(call, "email", email):
        message = (
            f"An account is already registered with {email}."
            " Please log in or use a different email address."
        )
        raise WooError("registration-error-email-exists", message)
    username = rules.line(params.get("username")) or _free_name(call, email)
    if re.search(r"[^\w .@-]", username, re.ASCII):
        message = "Please provide a valid account username."
        raise WooError("registration-error-invalid-username", message)
    if _has(call, "username", username):
        message = "An account is already registered with that username. Please choose another."
        raise WooError("registration-error-username-exists", message)
    user = add(call.dialect, email, username, quiet=True)
    if not params.get("password"):
        _put_meta(call, user, [{"key": "default_password_nag", "value": "1"}])
    _set_fields(call, user)
    user = call.shop.put(user)
    for event in ("created", "updated"):  # the account, then what was posted with it
        call.dialect.announce(f"customer.{event}", user.id)
    return _shown(call, user, 201, Location=call.link(f"/customers/{user.id}"))


def _update(call: Call) -> Reply:
    user, params = _existing(call), call.params
    email = rules.line(params.get("email"))
    if email and email != user.body["email"]:
        if not checks.is_email(email) or _has(call, "email", email):
            message = "Email address is invalid."
            raise WooError("woocommerce_rest_customer_invalid_email", message)
        user.body["email"] = email
    if params.get("username") and params["username"] != user.body["username"]:
        message = "Username isn't editable."
        raise WooError("woocommerce_rest_customer_invalid_argument", message)
    _set_fields(call, user)
    user = call.shop.put(user)
    call.dialect.announce("customer.updated", user.id)
    return _shown(call, user)


def _delete(call: Call) -> Reply:
    user = _existing(call)
    if not call.flag("force"):
        raise no_trash("Customers do not support trashing.")
    heir = call.number("reassign")
    if heir and (heir == user.id or call.shop.get(KIND, heir) is None):
        message = "Invalid resource id for reassignment."
        raise WooError("woocommerce_rest_customer_invalid_reassign", message)
    for order in call.shop.all("order"):
        if order.body["customer_id"] == user.id:
            body = {**order.body, "customer_id": 0}
            call.shop.put(replace(order, body=body), touch=False, quiet=True)
    call.dialect.announce("customer.deleted", user.id)
    call.shop.drop(KIND, user.id)
    reply = _shown(call, user)
    links = {**(reply.links or {}), "self": [{"href": call.link(f"/customers/{user.id}")}]}
    return replace(reply, links=links)


def _downloads(call: Call) -> Reply:
    """Files that a customer may fetch: this shop hands out none."""
    if call.shop.get(KIND, call.number("customer_id")) is None:
        raise WooError("woocommerce_rest_customer_invalid", "Resource does not exist.", 404)
    return Reply([])


def _set_fields(call: Call, user: Document) -> None:
    params, body = call.params, user.body
    for name in ("first_name", "last_name"):
        if params.get(name) is not None:
            body[name] = rules.escaped(rules.line(params[name]))
    for name in ("billing", "shipping"):
        for field, value in (params.get(name) or {}).items():
            if field in body[name]:
                body[name][field] = rules.text(value).strip()
    if isinstance(params.get("meta_data"), list):
        _put_meta(call, user, params["meta_data"])


def _put_meta(call: Call, user: Document, sent: list[Any]) -> None:
    number = lambda: call.shop.next_number("usermeta")  # noqa: E731
    user.body["meta_data"] = properties.set_meta(user.body["meta_data"], sent, number)


def _has(call: Call, field: str, value: str) -> bool:
    return any(u.body[field].lower() == value.lower() for u in call.shop.all(KIND))


def _free_name(call: Call, email: str) -> str:
    """A user name made of an address: what stands before the @, numbered when it is taken."""
    local, _, domain = email.lower().partition("@")
    name = re.sub(r"[^a-z0-9 _.\-@]", "", domain if local in _COMMON else local)
    stream = call.dialect.world.chance.stream(f"{call.dialect.name} user names")
    free = name
    while _has(call, "username", free):
        free = f"{name}-{stream.randrange(10_000):04d}"
    return free


_FIELDS = {
    "first_name": TEXT,
    "last_name": TEXT,
    "username": TEXT,
    "password": TEXT,
    "billing": BILLING,
    "shipping": SHIPPING,
    "meta_data": META,
}
_MAIL = {"type": "string", "unchecked": True}  # judged by the shop itself, in its own words
_LIST = {
    **PAGES,
    "search": SEARCH,
    "exclude": IDS,
    "include": IDS,
    "offset": {"type": "integer"},
    "order": {"type": "string", "enum": ["asc", "desc"], "default": "asc"},
    "orderby": {
        "type": "string",
        "enum": ["id", "include", "name", "registered_date"],
        "default": "name",
    },
    "email": {"type": "string", "format": "email"},
    "role": {
        "type": "string",
        "enum": [
            "all",
            "administrator",
            "editor",
            "author",
            "contributor",
            "subscriber",
            "customer",
            "shop_manager",
        ],
        "default": "customer",
    },
}
_ID = {"id": INT}
RESOURCE: Schema = {
    "title": "customer",
    "properties": {
        **shown(id=INT, role=TEXT, is_paying_customer=FLAG, avatar_url=TEXT),
        **times("date_created", "date_modified"),
        "email": TEXT,
        **_FIELDS,
    },
}
ROUTES = (
    Route(
        "/customers",
        (
            Endpoint(GET, may("list"), _list, _LIST),
            Endpoint(
                CREATE, may("create"), _create, {"email": {**_MAIL, "required": True}, **_FIELDS}
            ),
        ),
        RESOURCE,
    ),
    Route(
        r"/customers/(?P<id>[\d]+)",
        (
            Endpoint(GET, _item("view"), _get, {**_ID, "context": CONTEXT}),
            Endpoint(
                UPDATE,
                _item("edit"),
                _update,
                {**_ID, "email": {"type": "string", "format": "email"}, **_FIELDS},
            ),
            Endpoint(DELETE, _item("delete"), _delete, {**_ID, **FORCE, "reassign": INT}),
        ),
        RESOURCE,
    ),
    Route(
        r"/customers/(?P<customer_id>[\d]+)/downloads",
        (Endpoint(GET, may("list"), _downloads, {"customer_id": INT, "context": CONTEXT}),),
    ),
    Route("/customers/batch", (batch.batch(_create, _update, _delete),), RESOURCE),
)
