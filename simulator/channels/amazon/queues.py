"""The seller's queues, where notifications arrive: the few SQS operations that a reader needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from simulator.channels.amazon import NAME
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

Json = dict[str, Any]
TARGET = "AmazonSQS."
HIDDEN_S = 30  # how long a message is out of sight once it was handed out


class QueueRefused(Exception):
    """What a queue does not do."""

    def __init__(self, sort: str, message: str) -> None:
        super().__init__(message)
        self.body = {"__type": f"com.amazonaws.sqs#{sort}", "message": message}


def add_routes(app: Flask, dialect: Amazon) -> None:
    """Serve the queues."""

    @app.post("/")
    def queue() -> Response:
        with dialect.at_work():
            try:
                status, body = 200, _act(dialect)
            except QueueRefused as refused:
                status, body = 400, refused.body
            response: Any = dialect.app.json.response(body)
            response.status_code = status
            response.headers["Content-Type"] = "application/x-amz-json-1.0"
            answer: Response = response
            return answer


def _act(dialect: Amazon) -> Json:
    action = request.headers.get("X-Amz-Target", "").removeprefix(TARGET)
    if action not in ACTIONS:
        raise QueueRefused("InvalidAction", f"The action {action} is not valid for this endpoint.")
    if not request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256"):
        text = "Request is missing Authentication Token"
        raise QueueRefused("MissingAuthenticationToken", text)
    sent = request.get_json(silent=True, force=True)
    return ACTIONS[action](dialect, sent if isinstance(sent, dict) else {})


def _arns(dialect: Amazon) -> list[str]:
    found = [d.body["resource"] for d in dialect.shop.all("destination")]
    return [resource["sqs"]["arn"] for resource in found if "sqs" in resource]


def _arn(dialect: Amazon, wanted: str) -> str:
    name = wanted.rstrip("/").rsplit("/", 1)[-1]
    for arn in _arns(dialect):
        if arn.rsplit(":", 1)[-1] == name:
            return arn
    raise QueueRefused("QueueDoesNotExist", "The specified queue does not exist.")


def _url(dialect: Amazon, sent: Json) -> Json:
    arn = _arn(dialect, str(sent.get("QueueName")))
    account, name = arn.split(":")[-2:]
    return {"QueueUrl": f"{request.host_url}{account}/{name}"}


def _receive(dialect: Amazon, sent: Json) -> Json:
    arn = _arn(dialect, str(sent.get("QueueUrl")))
    most = min(10, int(sent.get("MaxNumberOfMessages") or 1))
    hidden = timedelta(seconds=float(sent.get("VisibilityTimeout") or HIDDEN_S))
    now = dialect.shop.clock.now()
    shown: list[Json] = []
    for message in dialect.shop.all("message", sku=arn):
        if len(shown) < most and datetime.fromisoformat(message.body["from"]) <= now:
            shown.append(_handed_out(dialect, message, now + hidden))
    return {"Messages": shown} if shown else {}


def _handed_out(dialect: Amazon, message: Document, until: datetime) -> Json:
    receipt = f"{dialect.shop.chance.stream(f'{NAME} receipts').getrandbits(160):040x}"
    count, text = message.body["received"] + 1, message.body["text"]
    body = {**message.body, "from": until.isoformat(), "receipt": receipt, "received": count}
    dialect.shop.put(replace(message, body=body), quiet=True)
    return {
        "MessageId": f"00000000-0000-4000-8000-{message.id:012d}",
        "ReceiptHandle": receipt,
        "MD5OfBody": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
        "Body": text,
        "Attributes": {"ApproximateReceiveCount": str(count)},
    }


def _delete(dialect: Amazon, sent: Json) -> Json:
    arn = _arn(dialect, str(sent.get("QueueUrl")))
    _drop(dialect, arn, str(sent.get("ReceiptHandle")))
    return {}


def _delete_batch(dialect: Amazon, sent: Json) -> Json:
    arn = _arn(dialect, str(sent.get("QueueUrl")))
    done = []
    for entry in sent.get("Entries") or ():
        _drop(dialect, arn, str(entry.get("ReceiptHandle")))
        done.append({"Id": entry.get("Id")})
    return {"Successful": done, "Failed": []}


def _drop(dialect: Amazon, arn: str, receipt: str) -> None:
    for message in dialect.shop.all("message", sku=arn):
        if message.body["receipt"] == receipt:
            dialect.shop.drop("message", message.id, quiet=True)
            return
    raise QueueRefused("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")


def _attributes(dialect: Amazon, sent: Json) -> Json:
    arn = _arn(dialect, str(sent.get("QueueUrl")))
    waiting = sum(1 for _ in dialect.shop.all("message", sku=arn))
    return {"Attributes": {"QueueArn": arn, "ApproximateNumberOfMessages": str(waiting)}}


ACTIONS: dict[str, Callable[[Amazon, Json], Json]] = {
    "GetQueueUrl": _url,
    "ReceiveMessage": _receive,
    "DeleteMessage": _delete,
    "DeleteMessageBatch": _delete_batch,
    "GetQueueAttributes": _attributes,
}
