"""Feed and report documents: addresses that are good for five minutes, uploads and downloads.

The real addresses lead to Amazon's storage; these lead back to where the client came from.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, Response, request

from simulator.channels.amazon import NAME, moments
from simulator.channels.amazon.jobs import Blob

if TYPE_CHECKING:
    from simulator.channels.amazon.calls import Call
    from simulator.channels.amazon.dialect import Amazon

LIFE = timedelta(minutes=5)
MOST = 10 * 2**20 * 20  # bytes of one upload
FAULT = """<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>{code}</Code><Message>{message}</Message></Error>"""


def new_name(dialect: Amazon) -> str:
    """An id for a document."""
    bits = dialect.shop.chance.stream(f"{NAME} documents").getrandbits(128)
    text = f"{bits:032x}"
    return f"amzn1.tortuga.4.{dialect.marketplace.region}.{text}"


def new_upload(dialect: Amazon, call: Call, content_type: str) -> tuple[str, str]:
    """The id and the upload address of a document that is to come."""
    name = new_name(dialect)
    dialect.jobs.keep(Blob(name, content_type, call.at + LIFE, None))
    return name, address(dialect, call, name, "PUT")


def store(dialect: Amazon, content: bytes, content_type: str, *, compressed: bool = False) -> str:
    """Keep a document of Amazon's own making; gives its id."""
    name = new_name(dialect)
    now = dialect.shop.clock.now()
    dialect.jobs.keep(Blob(name, content_type, now, content, compressed))
    return name


def address(dialect: Amazon, call: Call, name: str, method: str) -> str:
    """Where a document can be put or fetched for five minutes from now."""
    stamp = call.at.strftime("%Y%m%dT%H%M%SZ")
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": stamp,
        "X-Amz-SignedHeaders": "content-type;host" if method == "PUT" else "host",
        "X-Amz-Expires": str(int(LIFE.total_seconds())),
        "X-Amz-Signature": _signature(dialect, name, method, stamp),
    }
    return f"{call.here}tortuga/{name}?{urlencode(query)}"


def _signature(dialect: Amazon, name: str, method: str, stamp: str) -> str:
    text = f"{dialect.keys['client_secret']}:{method}:{name}:{stamp}"
    return hashlib.sha256(text.encode()).hexdigest()


def add_routes(app: Flask, dialect: Amazon) -> None:
    """Serve the documents, and the schemas of product types."""

    @app.put("/tortuga/<name>")
    def put(name: str) -> Response:
        with dialect.at_work():
            blob, refusal = _opened(dialect, name)
            if blob is None or refusal is not None:
                return refusal or _refused(404, "NoSuchKey", "The specified key does not exist.")
            if request.headers.get("Authorization"):
                return _refused(400, "InvalidArgument", "Only one auth mechanism allowed")
            if request.headers.get("Content-Type") != blob.content_type:
                text = (
                    "The request signature we calculated does not match the signature you provided."
                )
                return _refused(403, "SignatureDoesNotMatch", text)
            content = request.get_data()
            dialect.jobs.keep(Blob(name, blob.content_type, blob.until, content))
            return Response(
                status=200, headers={"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
            )

    @app.get("/tortuga/<name>")
    def get(name: str) -> Response:
        with dialect.at_work():
            blob, refusal = _opened(dialect, name)
            if blob is None or blob.content is None or refusal is not None:
                return refusal or _refused(404, "NoSuchKey", "The specified key does not exist.")
            return Response(blob.content, content_type=blob.content_type)

    @app.get("/schemas/meta")
    def meta() -> Response:
        from simulator.channels.amazon.product_types import meta_schema_text

        return Response(meta_schema_text(), mimetype="application/json")

    @app.get("/schemas/<name>/<requirements>")
    def schema(name: str, requirements: str) -> Response:
        from simulator.channels.amazon.product_types import NAMES, NEEDED, schema_text

        if name not in NAMES or requirements not in NEEDED:
            return _refused(404, "NoSuchKey", "The specified key does not exist.")
        return Response(schema_text(name, requirements), mimetype="application/json")


def _opened(dialect: Amazon, name: str) -> tuple[Blob | None, Response | None]:
    stamp = request.args.get("X-Amz-Date", "")
    signed = _signature(dialect, name, request.method, stamp)
    if request.args.get("X-Amz-Signature") != signed:
        return None, _refused(403, "AccessDenied", "Access Denied")
    begun = moments.read(stamp)
    if begun is None or dialect.shop.clock.now() >= begun + LIFE:
        return None, _refused(403, "AccessDenied", "Request has expired")
    return dialect.jobs.blob(name), None


def _refused(status: int, code: str, message: str) -> Response:
    text = FAULT.format(code=code, message=message)
    return Response(text, status=status, content_type="application/xml")
