"""What the vendor answers when something is wrong: HTTP bodies, top-level errors, user errors."""

from __future__ import annotations

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


def found_errors(errors: Sequence[GraphQLError]) -> list[Mapping[str, Any]]:
    """What went wrong while running, beside the data."""
    return [dict(error.formatted) for error in errors]
