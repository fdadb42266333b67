"""Long work as it is asked for: what is taken on, what is refused, how far it is; files for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    visit,
)

from simulator.channels.shopify import bulk, lists
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.resolvers.nodes import TIMES, by_id, context, listed
from simulator.channels.shopify.schema import read, schema
from simulator.channels.shopify.search import Column, Search
from simulator.commerce.shop import Document

MOST_AT_ONCE, MOST_CONNECTIONS, MOST_DEPTH = 5, 5, 2
USUAL_S = 1.0
UPLOADS = "/staged-uploads"
NO_FILE = (
    "The JSONL file could not be found. Try uploading the file again, and check that you've entered"
    " the URL correctly for the stagedUploadPath mutation argument."
)
OPERATIONS = lists.Listing(
    bulk.KIND,
    lambda call: Search(
        {
            **TIMES,
            "status": Column("json_extract(body, '$.status')", "word"),
            "operation_type": Column("json_extract(body, '$.type')", "word"),
        }
    ),
    {"ID": "id", "CREATED_AT": "created_at", "COMPLETED_AT": "json_extract(body, '$.completedAt')"},
    "CREATED_AT",
)


def run_query(call: Call, args: Args) -> Payload:
    """`bulkOperationRunQuery`."""
    text = args["query"]

    def refused(message: str) -> Exception:
        return refuse(message, "query", code="INVALID")

    document = _read(text, lambda why: refused(f"Invalid bulk query: {why}"))
    if _kind(document) is not OperationType.QUERY:
        raise refused("Invalid operation type. Only `query` operations are supported.")
    found = _connections(document)
    if not found:
        raise refused("Bulk queries must contain at least one connection.")
    if len(found) > MOST_CONNECTIONS:
        raise refused(f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections.")
    if max(depth for _, depth in found) > MOST_DEPTH:
        message = "Bulk queries cannot contain connections with a nesting depth greater than"
        raise refused(f"{message} {MOST_DEPTH}.")
    odd = [field.name.value for field, _ in found if "edges" not in _chosen(field)]
    if odd:
        message = (
            "All connection fields in a bulk query must select their contents using 'edges' >"
            f" 'node', e.g: '{odd[0]} {{ edges {{ node {{'. Selecting via 'nodes' is not supported."
            f" Invalid connection fields: '{', '.join(odd)}'."
        )
        raise refused(message)
    return {"bulkOperation": _start(call, "QUERY", text, ())}


def run_mutation(call: Call, args: Args) -> Payload:
    """`bulkOperationRunMutation`: once for every line of variables in the file."""
    text = args["mutation"]

    def unread(why: str) -> Exception:
        return refuse(f"Failed to parse the mutation - {why}", code="INVALID_MUTATION")

    document = _read(text, unread)
    if _kind(document) is not OperationType.MUTATION:
        message = "Invalid operation type. Only `mutation` operations are supported."
        raise refuse(message, code="INVALID_MUTATION")
    if len(_operation(document).selection_set.selections) > 1:
        raise refuse("You must specify a single top level mutation.", "mutation")
    if len(_connections(document)) > 1:
        raise refuse("Bulk mutations cannot contain more than 1 connection.", "mutation")
    path = args["stagedUploadPath"]
    upload = next(call.store.shop.all("staged_upload", sku=path), None)
    if upload is None or upload.body["content"] is None:
        raise refuse(NO_FILE, code="NO_SUCH_FILE")
    lines = [line for line in upload.body["content"].splitlines() if line.strip()]
    if not lines:
        raise refuse("The input file is empty.", code="INVALID_STAGED_UPLOAD_FILE")
    return {"bulkOperation": _start(call, "MUTATION", text, lines)}


def _read(text: str, refused: Callable[[str], Exception]) -> DocumentNode:
    try:
        document, faults = read(text)
    except GraphQLError as fault:
        raise refused(str(fault.message)) from fault
    if faults:
        raise refused(", ".join(str(f.message) for f in faults))
    return document


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    return next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))


def _kind(document: DocumentNode) -> OperationType:
    return _operation(document).operation


def _chosen(field: FieldNode) -> set[str]:
    selected: SelectionSetNode | None = field.selection_set
    rows = selected.selections if selected else ()
    return {row.name.value for row in rows if isinstance(row, FieldNode)}


class _Connections(Visitor):
    """Collects the fields that give connections, with how deep they lie in each other."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types, self.depth = types, 0
        self.found: list[tuple[FieldNode, int]] = []

    def _is_one(self) -> bool:
        type: Any = get_named_type(self.types.get_type())
        return type is not None and str(type.name).endswith("Connection")

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if self._is_one():
            self.depth += 1
            self.found.append((node, self.depth))

    def leave_field(self, node: FieldNode, *_: Any) -> None:
        if self._is_one():
            self.depth -= 1


def _connections(document: DocumentNode) -> list[tuple[FieldNode, int]]:
    types = TypeInfo(schema())
    visitor = _Connections(types)
    visit(document, TypeInfoVisitor(types, visitor))
    return visitor.found


def _start(call: Call, type: str, text: str, lines: Any) -> Document:
    store = call.store
    running = [w for w in store.shop.all(bulk.KIND) if _runs(w) and w.body["type"] == type]
    if len(running) >= MOST_AT_ONCE:
        ids = ", ".join(f"gid://shopify/BulkOperation/{w.id}" for w in running)
        message = f"A bulk {type.lower()} operation for this app and shop is already in progress"
        raise refuse(f"{message}: {ids}.", code="OPERATION_IN_PROGRESS")
    fault = call.faults.job(store.shop.name, type.lower())
    dialled = store.shop.dials.job_s
    due = store.now().timestamp() + (USUAL_S if dialled is None else dialled)
    if fault is not None and fault.kind == "job slow":
        due += fault.lasting
    body = {
        **dict.fromkeys(("errorCode", "completedAt", "fileSize", "url", "partialDataUrl")),
        **dict.fromkeys(("objectCount", "rootObjectCount"), 0),
        "type": type,
        "status": "CREATED",
        "query": text,
        "variables": list(lines),
        "scopes": sorted(call.scopes),
        "version": call.version,
        "due": None if fault is not None and fault.kind == "job stuck" else due,
        "fails": fault is not None and fault.kind == "job failed",
    }
    return store.add(bulk.KIND, body, quiet=True)


def _runs(work: Document) -> bool:
    return work.body["status"] in bulk.RUNNING


def cancel(call: Call, args: Args) -> Payload:
    """`bulkOperationCancel`: nothing more of it is carried out."""
    work = call.store.by_gid(bulk.KIND, args["id"])
    if work is None:
        raise refuse("Bulk operation does not exist", "id")
    if not _runs(work):
        state = work.body["status"].lower()
        raise refuse(f"A bulk operation cannot be canceled when it is {state}")
    call.store.put(work, status="CANCELED", completedAt=call.store.stamp())
    return {"bulkOperation": {**work.body, "id": work.id, "status": "CANCELING"}}


def current(source: Any, info: Any, type: str = "QUERY") -> Document | None:
    """`currentBulkOperation`: the newest of its type."""
    found = [w for w in context(info).store.shop.all(bulk.KIND) if w.body["type"] == type]
    return found[-1] if found else None


# -- files ----------------------------------------------------------------------------------------


def stage(call: Call, args: Args) -> Payload:
    """`stagedUploadsCreate`: where files are to be sent, and with what fields."""
    return {"stagedTargets": [_target(call, one) for one in args["input"]]}


def _target(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    store = call.store
    kind = "bulk" if given["resource"] == "BULK_MUTATION_VARIABLES" else "files"
    key = f"tmp/11000000000/{kind}/{store.token('upload')}/{given['filename']}"
    number = store.shop.next_number("shopify:staged_upload")
    store.shop.add("staged_upload", {"content": None}, id=number, sku=key, quiet=True)
    base = f"https://{call.domain}{UPLOADS}/"
    if given.get("httpMethod") == "POST":
        fields = {
            "Content-Type": given["mimeType"],
            "success_action_status": "201",
            "acl": "private",
            "key": key,
        }
        place = base if kind == "bulk" else base + key
        return {"url": base, "resourceUrl": place, "parameters": list(_parameters(fields))}
    fields = {"content_type": given["mimeType"], "acl": "private"}
    return {"url": base + key, "resourceUrl": base + key, "parameters": list(_parameters(fields))}


def _parameters(fields: dict[str, str]) -> Iterator[dict[str, str]]:
    return ({"name": name, "value": value} for name, value in fields.items())


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "bulkOperation": by_id(bulk.KIND),
        "bulkOperations": listed(OPERATIONS),
        "currentBulkOperation": current,
    },
    "Mutation": {
        "bulkOperationRunQuery": act(run_query),
        "bulkOperationRunMutation": act(run_mutation),
        "bulkOperationCancel": act(cancel),
        "stagedUploadsCreate": act(stage),
    },
}
