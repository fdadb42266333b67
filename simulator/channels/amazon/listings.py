"""The Listings Items API: one SKU read, put, patched, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import catalogue, listing_checks, listing_views, product_types
from simulator.channels.amazon.calls import Call, Handler, Json, Operation, Reply, named
from simulator.channels.amazon.errors import Refused, Style, bad, missing
from simulator.channels.amazon.jobs import Job

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STYLE = Style("BAD_REQUEST", "NOT_FOUND")
USUAL_S = 120  # from accepted to live
LONGEST_SKU = 40
PATH = "/listings/2021-08-01/items/<seller_id>/<sku:sku>"
OLDER = "/listings/2020-09-01/items/<seller_id>/<sku:sku>"


def get_item(dialect: Amazon, call: Call) -> Reply:
    """One listing."""
    checked(dialect, call)
    parts = call.values("includedData", listing_views.PARTS)
    found = dialect.catalogue.shown(call.path["sku"])
    if found is None:
        raise missing(f"SKU '{call.path['sku']}' not found in the marketplace.")
    return 200, listing_views.item(dialect, found, parts)


def put_item(dialect: Amazon, call: Call) -> Reply:
    """Create a listing or replace it whole."""
    checked(dialect, call, most=1)
    with _readable():
        sent = call.body()
        requirements = sent.get("requirements") or "LISTING"
        if requirements not in product_types.NEEDED:
            raise bad(f"requirements: {requirements}")
        submission = {
            "sort": "put",
            "product_type": named(sent, "productType"),
            "requirements": requirements,
            "attributes": named(sent, "attributes", dict),
        }
    return _submitted(dialect, call, submission)


def patch_item(dialect: Amazon, call: Call) -> Reply:
    """Change some attributes of a listing."""
    checked(dialect, call)
    with _readable():
        sent = call.body()
        patches = named(sent, "patches", list)
        if not patches or not all(isinstance(patch, dict) for patch in patches):
            raise bad("patches must be a list of patch operations.")
        product_type = named(sent, "productType")
    return _submitted(
        dialect, call, {"sort": "patch", "product_type": product_type, "patches": patches}
    )


def delete_item(dialect: Amazon, call: Call) -> Reply:
    """Take a listing away."""
    checked(dialect, call, most=1)
    return _submitted(dialect, call, {"sort": "delete"})


@contextmanager
def _readable() -> Iterator[None]:
    """A body that cannot be read is refused in one way only."""
    try:
        yield
    except Refused as refused:
        if refused.status != 400:
            raise
        text = "Request has missing or invalid parameters and cannot be parsed."
        raise Refused(400, text, refused.message, "InvalidInput") from refused


def checked(dialect: Amazon, call: Call, most: int | None = None) -> None:
    """Refuse a call for another seller, another marketplace or an impossible SKU."""
    dialect.check_marketplaces(call)
    if call.path["seller_id"] != dialect.keys["seller_id"]:
        text = "Invalid 'sellerId' and 'marketplaceId' combination provided."
        raise Refused(400, text, code="InvalidInput")
    call.values("marketplaceIds", most=most)
    sku = call.path.get("sku")
    if sku is not None and not 0 < len(sku) <= LONGEST_SKU:
        raise bad("Invalid input", f"The SKU must have 1 to {LONGEST_SKU} characters.")


def _submitted(dialect: Amazon, call: Call, sent: Json) -> Reply:
    parts = call.values("includedData", ("identifiers", "issues"))
    mode = call.value("mode")
    if mode not in (None, "VALIDATION_PREVIEW"):
        raise bad("Invalid input", f"mode: {mode}")
    sku = call.path["sku"]
    issues = dialect.catalogue.issues(sku, sent)
    status = "INVALID" if listing_checks.has_errors(issues) else "VALID" if mode else "ACCEPTED"
    if status == "ACCEPTED":
        submit(dialect, sku, sent)
    found = dialect.catalogue.find(sku)
    reply: Json = {"sku": sku, "status": status, "submissionId": _new_id(dialect), "issues": issues}
    if "identifiers" in parts:
        place = dialect.marketplace.id
        asin = found.body["asin"] if found else None
        known = [{"marketplaceId": place, "asin": asin}] if asin else []
        reply["identifiers"] = known
    return 200, reply


def submit(dialect: Amazon, sku: str, sent: Mapping[str, Any]) -> None:
    """Queue an accepted submission; it takes effect some minutes later."""
    kept = dialect.shop.add(catalogue.WAITING, dict(sent), sku=sku, quiet=True)
    dialect.jobs.take(catalogue.WAITING, kept.id, USUAL_S, "listings")


def finish(dialect: Amazon, job: Job) -> None:
    """A submission's time has come."""
    kept = dialect.shop.drop(catalogue.WAITING, job.ref, quiet=True)
    if kept is None:
        return
    sku = str(kept.sku)
    if job.failed:
        dialect.catalogue.failed(sku)
    else:
        dialect.catalogue.apply(sku, kept.body)


def _older(handle: Handler) -> Handler:
    """The same in the version of 2020, whose issues name one attribute and no categories."""

    def handled(dialect: Amazon, call: Call) -> Reply:
        status, reply = handle(dialect, call)
        return status, {**reply, "issues": [_older_issue(issue) for issue in reply["issues"]]}

    return handled


def _older_issue(issue: Mapping[str, Any]) -> Json:
    shown: Json = {part: issue[part] for part in ("code", "message", "severity")}
    for name in issue["attributeNames"][:1]:
        shown["attributeName"] = name
    return shown


def _new_id(dialect: Amazon) -> str:
    bits = dialect.shop.chance.stream(f"{dialect.name} ids").getrandbits(128)
    return str(uuid.UUID(int=bits))


OPERATIONS = (
    Operation("getListingsItem", "GET", PATH, 5, 10, get_item, STYLE),
    Operation("putListingsItem", "PUT", PATH, 5, 10, put_item, STYLE),
    Operation("patchListingsItem", "PATCH", PATH, 5, 5, patch_item, STYLE),
    Operation("deleteListingsItem", "DELETE", PATH, 5, 5, delete_item, STYLE),
    Operation("putListingsItem 2020", "PUT", OLDER, 5, 10, _older(put_item), STYLE),
    Operation("patchListingsItem 2020", "PATCH", OLDER, 5, 10, _older(patch_item), STYLE),
    Operation("deleteListingsItem 2020", "DELETE", OLDER, 5, 10, _older(delete_item), STYLE),
)
