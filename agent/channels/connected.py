"""A folder's connection and its modules, put together to one Channel.

What connect() of a folder returns. Each protocol below says what one module of the folder gives; `c` is
the folder's own connection. agent.channels.Channel says what the calls mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from agent.channels import Health
from agent.model.change import Change, Command, Finished, ListingChange, Receipt
from agent.model.listing import Listing
from agent.model.order import OrderPage


class Closes(Protocol):
    """client.py: whatever else it does, it gives its connections back."""

    def close(self) -> None: ...


class Connection(Protocol):
    """connection.py: what the modules share."""

    @property
    def client(self) -> Closes: ...


C = TypeVar("C", bound=Connection)
T = TypeVar("T", contravariant=True)


class Checks(Protocol[T]):
    """health.py."""

    def check(self, c: T, /) -> Health: ...


class Listings(Protocol[T]):
    """listings.py."""

    def listings(self, c: T, /) -> Iterator[Listing]: ...
    def look(self, c: T, listings: Sequence[Listing], /) -> list[Listing]: ...
    def find(self, c: T, skus: Sequence[str], /) -> list[Listing]: ...


class Changes(Protocol[T]):
    """changes.py: what a batch tells listings."""

    def push(self, c: T, changes: Sequence[ListingChange], /) -> list[Receipt]: ...


class Commands(Protocol[T]):
    """commands.py: what orders are told, one at a time."""

    def push(self, c: T, command: Command, /) -> Receipt: ...
    def settle(self, c: T, command: Command, /) -> Receipt | None: ...


class Orders(Protocol[T]):
    """orders.py."""

    def orders(self, c: T, since: str, /) -> OrderPage: ...
    def order(self, c: T, remote_id: str, /) -> OrderPage: ...


class Hints(Protocol[T]):
    """hints.py, of vendors that send messages."""

    def subscribe(self, c: T, address: str, /) -> None: ...
    def is_genuine(self, c: T, headers: Mapping[str, str], body: bytes, /) -> bool: ...


class Jobs(Protocol[T]):
    """jobs.py, of vendors that finish later what they have taken on."""

    def finished(self, c: T, job: str, subjects: Sequence[str], /) -> Finished | None: ...


class Silent:
    """A vendor that sends no messages: whatever comes is somebody else's."""

    def subscribe(self, c: object, address: str, /) -> None:
        """Nothing."""

    def is_genuine(self, c: object, headers: Mapping[str, str], body: bytes, /) -> bool:
        """Never."""
        return False


class Prompt:
    """A vendor that answers at once: a job that somebody remembers is none that it has."""

    def finished(self, c: object, job: str, subjects: Sequence[str], /) -> Finished:
        """At once, and nothing is known of it."""
        return Finished()


SILENT = Silent()
PROMPT = Prompt()


class Connected(Generic[C]):
    """One connected shop: each call goes to the module that does it, with the connection."""

    def __init__(
        self,
        c: C,
        health: Checks[C],
        listings: Listings[C],
        changes: Changes[C],
        commands: Commands[C],
        orders: Orders[C],
        *,
        hints: Hints[C] = SILENT,
        jobs: Jobs[C] = PROMPT,
    ) -> None:
        self._c, self._health, self._listings, self._changes = c, health, listings, changes
        self._commands, self._orders, self._hints, self._jobs = commands, orders, hints, jobs

    def check(self) -> Health:
        """Credentials, clock, currency, and what a person should know."""
        return self._health.check(self._c)

    def listings(self) -> Iterator[Listing]:
        """Everything that the vendor shows and that has a sku."""
        return self._listings.listings(self._c)

    def look(self, listings: Sequence[Listing]) -> list[Listing]:
        """These listings as they are now."""
        return self._listings.look(self._c, listings)

    def find(self, skus: Sequence[str]) -> list[Listing]:
        """The listings with exactly these skus."""
        return self._listings.find(self._c, skus)

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """One batch: changes of listings together, or commands one by one."""
        asked = [change for change in changes if isinstance(change, ListingChange)]
        if asked:
            return self._changes.push(self._c, asked)
        told = [change for change in changes if isinstance(change, Command)]
        return [self._commands.push(self._c, command) for command in told]

    def finished(self, job: str, subjects: Sequence[str]) -> Finished | None:
        """How a job ended."""
        return self._jobs.finished(self._c, job, subjects)

    def settle(self, command: Command) -> Receipt | None:
        """Look whether a command of unknown outcome happened."""
        return self._commands.settle(self._c, command)

    def orders(self, since: str) -> OrderPage:
        """The next page of changed orders."""
        return self._orders.orders(self._c, since)

    def order(self, remote_id: str) -> OrderPage:
        """One order afresh."""
        return self._orders.order(self._c, remote_id)

    def subscribe(self, address: str) -> None:
        """See to it that hints come to this address."""
        self._hints.subscribe(self._c, address)

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this message is truly from the vendor."""
        return self._hints.is_genuine(self._c, headers, body)

    def close(self) -> None:
        """Give connections back."""
        self._c.client.close()
