"""What the vendor answers when something is wrong: HTTP bodies, top-level errors, user errors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

Json = dict[str, Any]

BAD_TOKEN = (
    401,
    {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"},
)
NOT_FOUND = (404, {"errors": "Not Found"})
NO_QUERY = (400, {"errors": {"query": "Required parameter missing or invalid"}})
BAD_JSON = (400, {"errors": {"body": "Required parameter missing or invalid"}})
BAD_CLIENT = (
    400,
    {"error": "invalid_client", "error_description": "Client authentication failed"},
)
BAD_GRANT = (
    400,
    {"error": "unsupported_grant_type", "error_description": "Grant type is not supported"},
)
DOCUMENTATION = "https://shopify.dev/api/usage"


class Refused(Exception):
    """A mutation's business refusal: its user errors, in order. Nothing was changed."""

    def __init__(self, *errors: Json) -> None:
        super().__init__("; ".join(str(e["message"]) for e in errors))
        self.errors = list(errors)


def user_error(message: str, *field: str | int, code: str | None = None) -> Json:
    """One entry of a userErrors list; `field` is the path into the arguments."""
    return {"code": code, "field": [str(part) for part in field] or None, "message": message}


def refuse(message: str, *field: str | int, code: str | None = None) -> Refused:
    """The refusal with a single user error."""
    return Refused(user_error(message, *field, code=code))


# -- top-level errors -----------------------------------------------------------------------------


def access_denied(field: str, scopes: Sequence[str]) -> GraphQLError:
    """The field is null, and this stands beside the data."""
    needed = " or ".join(f"`{scope}`" for scope in scopes)
    access = f"{needed} access scope."
    return GraphQLError(
        f"Access denied for {field} field. Required access: {access}",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": f"{DOCUMENTATION}/access-scopes",
            "requiredAccess": access,
        },
    )


def bad_request(message: str, code: str = "BAD_REQUEST") -> GraphQLError:
    """A rule of the API that the schema does not show."""
    return GraphQLError(message, extensions={"code": code})


def too_costly(cost: int, most: int) -> Json:
    """A query that no bucket could ever pay."""
    return {
        "errors": [
            {
                "message": (
                    f"Query cost is {cost}, which exceeds the single query max cost limit ({most})."
                    f"\n\nSee {DOCUMENTATION}/rate-limits for how the cost is calculated.\n"
                ),
                "extensions": {
                    "code": "MAX_COST_EXCEEDED",
                    "cost": cost,
                    "maxCost": most,
                    "documentation": f"{DOCUMENTATION}/limits#rate-limits",
                },
            }
        ]
    }


def throttled(cost: Json) -> Json:
    """The bucket is too empty now; HTTP 200 all the same."""
    return {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": f"{DOCUMENTATION}/limits#rate-limits",
                },
            }
        ],
        "extensions": {"cost": cost},
    }


def server_error(request_id: str) -> Json:
    """Something broke inside."""
    return {
        "errors": [
            {
                "message": "Internal error. Looks like something went wrong on our end."
                f" Request ID: {request_id} (include this in support requests).",
                "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id},
            }
        ]
    }


# -- faults in a query, in the vendor's words where they are known -----------------------------------

QUERY_FAULTS = (  # (what the parser library says, what the vendor says, the vendor's code)
    (
        r"Cannot query field '(\w+)' on type '(\w+)'",
        r"Field '\1' doesn't exist on type '\2'",
        "undefinedField",
    ),
    (
        r"Unknown argument '(\w+)' on field '(?:\w+\.)?(\w+)'",
        r"Field '\2' doesn't accept argument '\1'",
        "argumentNotAccepted",
    ),
    (
        r"Field '(?:\w+\.)?(\w+)' argument '(\w+)' of type .* is required.*",
        r"Field '\1' is missing required arguments: \2",
        "missingRequiredArguments",
    ),
    (
        r"Argument '(?:\w+\.)?(\w+)\((\w+):\)' of type .* is required.*",
        r"Field '\1' is missing required arguments: \2",
        "missingRequiredArguments",
    ),
    (
        r"Field '(?:\w+\.)?(\w+)' of required type .* was not provided.*",
        r"Argument '\1' is required",
        "missingRequiredInputObjectAttribute",
    ),
    (r"Unknown directive '@(\w+)'", r"Directive @\1 is not defined", "undefinedDirective"),
    (r"Unknown fragment '(\w+)'", r"Fragment \1 was used, but not defined", "useAndDefineFragment"),
    (
        r"Unknown type '(\w+)'",
        r"No such type \1, so it can't be a fragment condition",
        "undefinedType",
    ),
    (
        r"Variable '(\$\w+)' is not defined by operation '(\w+)'",
        r"Variable \1 is used by \2 but not declared",
        "variableNotDefined",
    ),
    (
        r"Variable '(\$\w+)' is never used.*",
        r"Variable \1 is declared but not used",
        "variableNotUsed",
    ),
    (
        r"Field '(?:\w+\.)?(\w+)' of type '([^']+)' must have a selection of subfields",
        r"Field must have selections (field '\1' returns \2 but has no selections)",
        "selectionMismatch",
    ),
)


def query_fault(error: GraphQLError) -> Json:
    """A fault found before anything ran: parse, validation or variables."""
    shown = dict(error.formatted)
    message, code = str(error.message), "invalidQuery"
    if re.match(r"Variable '\$\w+' (got|has) invalid value|Variable '\$\w+' of", message):
        message, code = message.replace("'", ""), "INVALID_VARIABLE"
    for pattern, words, name in QUERY_FAULTS:
        if found := re.match(pattern, message):
            message, code = found.expand(words), name
            break
    return {**shown, "message": message, "extensions": {"code": code}}


def found_errors(errors: Sequence[GraphQLError]) -> list[Mapping[str, Any]]:
    """What went wrong while running, beside the data."""
    return [dict(error.formatted) for error in errors]
