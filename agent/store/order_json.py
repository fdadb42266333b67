"""Orders and commands as SQLite keeps them: compact JSON with sorted keys, and back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import TypeAdapter

from agent.model.change import CancelOrder, Command, ConfirmShipment, RecordReturn
from agent.model.order import Order

_ORDER: TypeAdapter[Order] = TypeAdapter(Order)
_COMMANDS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (ConfirmShipment, CancelOrder, RecordReturn)
}


def order_text(order: Order) -> str:
    """An order as JSON."""
    return _text(_ORDER.dump_python(order, mode="json"))


def order_of(text: str) -> Order:
    """The order of a text that `order_text` gave."""
    return _ORDER.validate_json(text)


def order_digest(order: Order) -> str:
    """SHA-256 of what the order says; a new time of change alone is no news."""
    parts = _ORDER.dump_python(order, mode="json")
    del parts["modified_at"]
    return hashlib.sha256(_text(parts).encode("utf-8", "surrogatepass")).hexdigest()


def command_text(command: Command) -> str:
    """A command as JSON, without its kind."""
    return _text(_COMMANDS[type(command).__name__].dump_python(command, mode="json"))


def command_of(kind: str, text: str) -> Command:
    """The command of a text that `command_text` gave."""
    command: Command = _COMMANDS[kind].validate_json(text)
    return command


def _text(parts: Any) -> str:
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
