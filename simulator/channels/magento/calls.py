"""One call as its endpoint sees it, and a route as the vendor declares it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

ANONYMOUS, SELF = "anonymous", "self"


@dataclass(frozen=True)
class Caller:
    """Who asks. `kind` is nobody, admin, integration or customer."""

    kind: str = "nobody"
    id: int = 0
    resources: frozenset[str] | None = frozenset()  # None: everything

    def may(self, resource: str) -> bool:
        """Whether the caller has the right."""
        if resource == ANONYMOUS:
            return True
        if resource == SELF:
            return self.kind == "customer"
        return self.resources is None or resource in self.resources


@dataclass(frozen=True)
class Param:
    """One argument of a service: its type as in `inputs`."""

    name: str
    type: str
    is_required: bool = True
    default: Any = None


@dataclass(frozen=True)
class Call:
    """A call whose arguments were read and whose caller may make it.

    `store` is the id of the store view that the address names: 0 for "all", and the default view
    where it names none.
    """

    dialect: Magento
    method: str
    store: int
    caller: Caller
    args: Mapping[str, Any]
    sent: Mapping[str, Any] = field(default_factory=dict)  # as it came, before types
    base_url: str = ""
    is_background: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.args[name]


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    """An address with :placeholders, and the service that answers it."""

    method: str
    path: str
    handler: Handler
    resource: str
    params: Sequence[Param] = ()
    service: str = (
        ""  # "Module\\Api\\SomethingInterface::method", named in the reports of bulk work
    )
    made_by: str = ""  # the class that does it, where its name does not follow from the service


def param(name: str, type: str) -> Param:
    """An argument that must be there."""
    return Param(name, type)


def maybe(name: str, type: str, default: Any = None) -> Param:
    """An argument that may be left out."""
    return Param(name, type, False, default)
