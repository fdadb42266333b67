"""One call: its method, its parameters, and the document that came with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from simulator.channels.houzz.documents import Node
from simulator.channels.houzz.errors import Fault, invalid, missing

Value = TypeVar("Value")
Default = TypeVar("Default")


@dataclass(frozen=True)
class Call:
    """What a client asks. `document` is there for writes alone."""

    method: str
    args: Mapping[str, str]
    document: Node | None = None

    @property
    def body(self) -> Node:
        """The document of a write."""
        assert self.document is not None, f"{self.method} has no document"
        return self.document

    def read(
        self,
        name: str,
        reader: Callable[[str], Value],
        default: Default,
        faults: list[Fault],
    ) -> Value | Default:
        """A parameter's value; `default` when it is not given or empty, or joins `faults`."""
        return taken(name, self.args.get(name, ""), reader, default, faults)


def taken(
    name: str,
    given: str,
    reader: Callable[[str], Value],
    default: Default,
    faults: list[Fault],
) -> Value | Default:
    """What a text says; `default` when it is empty, or when it is wrong and joins `faults`."""
    if not given:
        return default
    try:
        return reader(given)
    except ValueError:
        faults.append(invalid(name, given))
        return default


def demanded(names: tuple[str, ...], found: Mapping[str, object]) -> list[Fault]:
    """A fault for each name that `found` has nothing for."""
    return [missing(name) for name in names if found.get(name) in (None, "", [], {})]
