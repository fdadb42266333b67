"""What the vendor's REST server answers when it refuses, in its words and with its statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

REQUIRED = '"%fieldName" is required. Enter and try again.'
NO_ROUTE = "Request does not match any route."
NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."
NO_ENTITY = "The entity that was requested doesn't exist. Verify the entity and try again."
NO_SUCH = "No such entity with %fieldName = %fieldValue"
CANNOT_PROCESS = "Specified request cannot be processed."
SIGN_IN = (
    "The account sign-in was incorrect or your account is disabled temporarily. "
    "Please wait and try again later."
)
CRASH = "An error has happened during application run. See exception log for details.\n"  # of PHP itself
Parameters = Mapping[str, Any] | Sequence[Any] | None


class Refusal(Exception):
    """A refusal as JSON. Placeholders in `message` (%1, %name) stay as they are."""

    def __init__(
        self,
        message: str,
        parameters: Parameters = None,
        status: int = 400,
        errors: Sequence[tuple[str, Parameters]] = (),
    ) -> None:
        super().__init__(message)
        self.message, self.parameters, self.status = message, parameters, status
        self.errors = tuple(errors)

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors:
            body["errors"] = [{"message": m, "parameters": p or []} for m, p in self.errors]
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body

    def text(self) -> str:
        """The message with its placeholders filled, as logs and bulk operations show it."""
        return expanded(self.message, self.parameters)


class Crash(Exception):
    """PHP stumbles over what was sent: 500 and a line of plain text."""


class Internal(Exception):
    """The database stumbles over what was asked: 500 with the number of a report."""


def expanded(message: str, parameters: Parameters) -> str:
    """A message with its placeholders filled."""
    if parameters is None:
        return message
    if isinstance(parameters, Mapping):
        values = {str(k): v for k, v in parameters.items()}
    else:
        values = {str(n): v for n, v in enumerate(parameters, 1)}
    return re.sub(r"%(\w+)", lambda m: str(values.get(m[1], m[0])), message)


def not_found(message: str, parameters: Parameters = None) -> Refusal:
    """404: there is no such thing."""
    return Refusal(message, parameters, 404)


def no_route() -> Refusal:
    """404: no such address, or not with this method."""
    return Refusal(NO_ROUTE, None, 404)


def no_product() -> Refusal:
    """404: no product has the sku."""
    return Refusal(NO_PRODUCT, None, 404)


def no_entity() -> Refusal:
    """404 of orders and what hangs on them."""
    return Refusal(NO_ENTITY, None, 404)


def no_such(field: str, value: Any) -> Refusal:
    """404 naming the field and the value that was looked for."""
    return Refusal(NO_SUCH, {"fieldName": field, "fieldValue": value}, 404)


def not_allowed(resource: str) -> Refusal:
    """401: nobody, a stranger, or somebody without the right."""
    message = "The consumer isn't authorized to access %resources."
    return Refusal(message, {"resources": resource}, 401)


def missing(names: Sequence[str]) -> Refusal:
    """400: arguments of the call that are not there."""
    if len(names) == 1:
        return Refusal(REQUIRED, {"fieldName": names[0]})
    return many([(REQUIRED, {"fieldName": name}) for name in names])


def invalid(name: str, value: Any) -> Refusal:
    """400: a field whose value cannot be."""
    message = 'Invalid value of "%value" provided for the %fieldName field.'
    return Refusal(message, {"fieldName": name, "value": value})


def many(errors: Sequence[tuple[str, Parameters]]) -> Refusal:
    """400 with several reasons."""
    return Refusal("One or more input exceptions have occurred.", None, 400, errors)


def unsupported(name: str) -> Refusal:
    """400: a key that the object does not have, named in CamelCase."""
    message = '"%fieldName" is not supported. Correct the field name and try again.'
    return Refusal(message, {"fieldName": name})
