"""One request and its answer, and the table that leads from one to the other.

A module with a `ROUTES` tuple is found by itself; nothing else needs to know it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce
    from simulator.commerce.shop import Shop

GET, CREATE, UPDATE, DELETE = ("GET",), ("POST",), ("POST", "PUT", "PATCH"), ("DELETE",)

_REFUSALS = {  # action: (code, message)
    "list": ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    "view": ("woocommerce_rest_cannot_view", "Sorry, you cannot view this resource."),
    "create": (
        "woocommerce_rest_cannot_create",
        "Sorry, you are not allowed to create resources.",
    ),
    "edit": (
        "woocommerce_rest_cannot_edit",
        "Sorry, you are not allowed to edit this resource.",
    ),
    "update": ("woocommerce_rest_cannot_update", "Sorry, you cannot update resource."),
    "set": ("woocommerce_rest_cannot_edit", "Sorry, you cannot edit this resource."),
    "delete": (
        "woocommerce_rest_cannot_delete",
        "Sorry, you are not allowed to delete this resource.",
    ),
    "batch": (
        "woocommerce_rest_cannot_batch",
        "Sorry, you are not allowed to batch manipulate this resource.",
    ),
}


@dataclass(frozen=True)
class User:
    """Who calls: a user of the shop's site through one of its keys."""

    id: int
    runs_shop: bool
    permission: str  # read, write or read_write


@dataclass(frozen=True)
class Call:
    """One request, parsed and authenticated. `params` merges body, query and path, in that order
    of precedence; known ones are checked and have their schema's type, defaults filled in."""

    dialect: WooCommerce
    method: str
    path: str  # without the namespace: "/products/12"
    path_params: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    user: User | None
    base: str  # what the shop calls its API's root: "https://shop.test/wp-json"
    params: Mapping[str, Any] = field(default_factory=dict)
    in_batch: bool = False  # a row of a batch: nothing was checked against a schema
    memory: dict[str, Any] = field(default_factory=dict)  # what checks want to keep meanwhile

    @property
    def shop(self) -> Shop:
        """The shop's state."""
        return self.dialect.shop

    def number(self, name: str = "id") -> int:
        """A whole-number parameter, 0 when absent or not a number (as the vendor reads ids)."""
        value = self.params.get(name)
        try:
            return int(value) if value is not None else 0
        except (TypeError, ValueError):
            return 0

    def flag(self, name: str) -> bool:
        """A yes/no parameter, false when absent."""
        return self.params.get(name) in (True, 1, "1", "true")

    def link(self, path: str) -> str:
        """The full address of a path under the namespace."""
        return f"{self.base}/wc/v3{path}"

    def row(self, params: Mapping[str, Any], **path_params: str) -> Call:
        """The same caller with one batch row's parameters, unchecked."""
        merged = {**path_params, **params}
        return replace(self, params=merged, body=params, in_batch=True, memory={})

    def refuse(self, action: str) -> None:
        """Refuse (401 without a known caller, else 403) unless the caller runs the shop.

        `action` is list, view, create, edit, update, set, delete or batch.
        """
        if self.user is None or not self.user.runs_shop:
            code, message = _REFUSALS[action]
            raise WooError(code, message, 401 if self.user is None else 403)


@dataclass(frozen=True)
class Reply:
    """An answer: `body` without its `_links`, which come in after `_fields` has trimmed it."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Any] | None = None

    def whole(self) -> Any:
        """The body with its links, as rows of lists and batches carry it."""
        return self.body if self.links is None else {**self.body, "_links": self.links}


Allow = Callable[[Call], None]  # raises WooError when the caller may not
Handle = Callable[[Call], Reply]


def may(action: str) -> Allow:
    """A permission check that looks at the caller only."""
    return lambda call: call.refuse(action)


def anyone(call: Call) -> None:
    """Open to everybody."""


@dataclass(frozen=True)
class Endpoint:
    """What some methods of a route do. `args` are checked before `allow`, `allow` before `handle`."""

    methods: tuple[str, ...]
    allow: Allow
    handle: Handle
    args: Mapping[str, Schema] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """A path pattern under the namespace, as the index shows it, and its endpoints.

    `schema` describes the resource's fields for OPTIONS. `when` hides the route (404) from
    shops where it gives false.
    """

    pattern: str
    endpoints: tuple[Endpoint, ...]
    schema: Mapping[str, Any] | None = None
    when: Callable[[WooCommerce], bool] | None = None

    @property
    def methods(self) -> list[str]:
        """All methods, in order, each once."""
        return list(dict.fromkeys(m for e in self.endpoints for m in e.methods))

    def endpoint(self, method: str) -> Endpoint | None:
        """The endpoint of a method; HEAD reads like GET."""
        wanted = "GET" if method == "HEAD" else method
        return next((e for e in self.endpoints if wanted in e.methods), None)


ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def item_links(
    call: Call,
    item: str,
    collection: str,
    *,
    methods: Sequence[str] = ALL_METHODS,
    **others: Any,
) -> dict[str, Any]:
    """`_links` of one resource, with the hint which methods its address takes (if any)."""
    hint = {"targetHints": {"allow": list(methods)}} if methods else {}
    return {
        "self": [{"href": call.link(item), **hint}],
        "collection": [{"href": call.link(collection)}],
        **others,
    }
