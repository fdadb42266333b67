"""HTTP in and out: the GraphQL endpoint of every version, and the token endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
)

from simulator.channels.shopify import checks, errors, query_faults
from simulator.channels.shopify.bulk import KIND, OUTPUTS
from simulator.channels.shopify.call import Call
from simulator.channels.shopify.cost import MOST, Reckoner, reckoner
from simulator.channels.shopify.resolvers.bulk import UPLOADS
from simulator.channels.shopify.schema import read, schema

if TYPE_CHECKING:
    from simulator.channels.shopify.dialect import Shopify

TOKEN_LIFE_S = 86_399
DEBUG = ("Shopify-GraphQL-Cost-Debug", "X-GraphQL-Cost-Include-Fields")
Json = dict[str, Any]


def create_app(dialect: Shopify) -> Flask:
    """The vendor's API as a WSGI application."""
    app = Flask("simulator.channels.shopify")
    app.json.sort_keys = False  # type: ignore[attr-defined]

    @app.post("/admin/api/<version>/graphql.json")
    @app.post("/admin/api/graphql.json", defaults={"version": None})
    def graphql(version: str | None) -> Response:
        with dialect.at_work():
            return _graphql(dialect, version)

    @app.post("/admin/oauth/access_token")
    def access_token() -> Response:
        with dialect.at_work():
            return _token(dialect)

    @app.post(f"{UPLOADS}/")
    def upload() -> Response:
        file = request.files.get("file")
        return _upload(dialect, request.form.get("key", ""), file.read() if file else b"", 201)

    @app.put(f"{UPLOADS}/<path:key>")
    def put_file(key: str) -> Response:
        return _upload(dialect, key, request.get_data(), 200)

    @app.get(f"{OUTPUTS}/<name>")
    def output(name: str) -> Response:
        with dialect.at_work():
            found = (w.body for w in dialect.store.shop.all(KIND) if w.body.get("name") == name)
            text = next(found, {}).get("output")
        return Response(text or "", 200 if text else 404, content_type="application/jsonl")

    @app.errorhandler(404)
    @app.errorhandler(405)
    def not_found(error: Exception) -> Response:
        return _answer(dialect, *errors.NOT_FOUND)

    @app.errorhandler(500)
    def broken(error: Exception) -> Response:
        return _answer(dialect, 500, errors.server_error(dialect.store.token("request")))

    return app


def _answer(
    dialect: Shopify, status: int, body: Mapping[str, Any], version: str | None = None
) -> Response:
    response: Any = dialect.app.json.response(body)
    response.status_code = status
    response.headers["X-Request-Id"] = dialect.store.token("request")
    if version:
        response.headers["X-Shopify-API-Version"] = version
    answer: Response = response
    return answer


def _upload(dialect: Shopify, key: str, content: bytes, status: int) -> Response:
    """A file for a place that `stagedUploadsCreate` gave; the storage answers in XML."""
    with dialect.at_work():
        target = next(dialect.store.shop.all("staged_upload", sku=key), None)
        if target is None:
            text = "<Error><Code>AccessDenied</Code></Error>"
            return Response(text, 403, content_type="application/xml")
        kept = content.decode("utf-8", "replace") if "/bulk/" in key else ""
        dialect.store.put(target, content=kept)
    text = f"<PostResponse><Key>{escape(key)}</Key></PostResponse>"
    return Response(text, status, content_type="application/xml")


# -- GraphQL --------------------------------------------------------------------------------------


def _graphql(dialect: Shopify, asked: str | None) -> Response:
    version = checks.version(asked)
    if version is None:
        return _answer(dialect, *errors.NOT_FOUND)
    try:
        token = request.headers.get("X-Shopify-Access-Token")
        scopes = checks.scopes(dialect.tokens(), token, dialect.store.now())
        text, variables, name = checks.query(request)
    except checks.Rejected as rejected:
        return _answer(dialect, rejected.status, rejected.body, version)
    call = Call(dialect.store, scopes, version, dialect.domain, dialect.world.faults)
    body = _run(dialect, call, token or "", text, variables, name)
    return _answer(dialect, 200, body, version)


def _run(
    dialect: Shopify, call: Call, token: str, text: str, variables: Json, name: str | None
) -> Json:
    """Parse, validate, price, charge, execute, and give back what was not needed."""
    try:
        document, faults = read(text)
    except GraphQLError as fault:
        return {"errors": [query_faults.parsed(fault)]}
    if faults:
        return {"errors": [query_faults.validated(document, fault) for fault in faults]}
    operation = get_operation_ast(document, name)
    if operation is None:
        message = f'No operation named "{name}"' if name else "An operation name is required"
        return {"errors": [{"message": message}]}
    wrong = query_faults.variables(operation, variables)
    if wrong:
        return {"errors": wrong}
    price = reckoner(schema(), document, operation, variables)
    asked = price.requested()
    if asked > MOST:
        return errors.too_costly(asked, MOST)
    bucket = dialect.bucket(token)
    if not bucket.take(asked):
        return errors.throttled(_cost(dialect, token, asked, None))
    body = _execute(call, document, operation, variables, name)
    actual = price.actual(body.get("data"))
    bucket.give_back(asked - actual)
    cost = _cost(dialect, token, asked, actual)
    if any(request.headers.get(header) for header in DEBUG):
        cost["fields"] = _fields(price)
    extensions: Json = {"cost": cost}
    if call.warnings:
        extensions["search"] = [{"warnings": call.warnings}]
    return {**body, "extensions": extensions}


def _execute(
    call: Call,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Json,
    name: str | None,
) -> Json:
    result = execute_sync(
        schema(), document, context_value=call, variable_values=variables, operation_name=name
    )
    for error in result.errors or ():
        if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
    body: Json = {"data": result.data}
    if result.errors:
        body["errors"] = errors.found_errors(result.errors)
    return body


def _cost(dialect: Shopify, token: str, asked: int, actual: int | None) -> Json:
    bucket = dialect.bucket(token)
    return {
        "requestedQueryCost": asked,
        "actualQueryCost": actual,
        "throttleStatus": {
            "maximumAvailable": float(bucket.size),
            "currentlyAvailable": int(bucket.available),
            "restoreRate": float(bucket.restore_rate),
        },
    }


def _fields(price: Reckoner) -> list[Json]:
    return [
        {
            "path": [name],
            "definedCost": None,
            "requestedTotalCost": cost,
            "requestedChildrenCost": None,
        }
        for name, cost in price.by_field().items()
    ]


# -- tokens ---------------------------------------------------------------------------------------


def _token(dialect: Shopify) -> Response:
    given = request.form or (request.get_json(silent=True) or {})
    settings = dialect.shop.setting("shopify")
    if given.get("grant_type") != "client_credentials":
        return _answer(dialect, *errors.BAD_GRANT)
    pair = (given.get("client_id"), given.get("client_secret"))
    if pair != (settings["client_id"], settings["client_secret"]):
        return _answer(dialect, *errors.BAD_CLIENT)
    token = f"shpat_{dialect.store.token('token').replace('-', '')}"
    dialled = dialect.shop.dials.token_life_s
    life_s = TOKEN_LIFE_S if dialled is None else int(dialled)
    until = dialect.store.now() + timedelta(seconds=life_s)
    scopes = dialect.tokens()[settings["token"]]["scopes"]
    dialect.grant(token, scopes, until.isoformat())
    body = {"access_token": token, "scope": ",".join(scopes), "expires_in": life_s}
    return _answer(dialect, 200, body)
