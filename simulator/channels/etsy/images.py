"""Pictures of a listing: uploaded as files, ranked, taken off and put on again; those of variations.

A picture's bytes are not kept, only its size. Colours and measures are null until the vendor has
processed it, which takes as long as the dial for asynchronous work says.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import NAME
from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import bad, conflict, missing, not_found, problem, wrong_type
from simulator.channels.etsy.fields import as_integer
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

MOST_IMAGES, MOST_ALT = 20, 500
WORK_S = 5.0  # how long processing usually takes (unconfirmed)
STAND_IN = "/il/stand-in.png"
DOT = base64.b64decode(  # the picture of whatever is shown here: one dot
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEADS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")  # JPEG, PNG, GIF
Json = dict[str, Any]


def new(store: Store, size: int, alt: str = "", *, at_once: bool = False) -> Json:
    """A new picture as it is kept inside its listing."""
    now = store.second()
    wait = store.shop.dials.job_s
    ready: float | None = now if at_once else now + (WORK_S if wait is None else wait)
    fault = None if at_once else store.world.faults.job(NAME, "image")
    if fault is not None:
        ready = now + fault.lasting if fault.kind == "job slow" else None
    return {
        "id": store.new_id("image"),
        "alt": alt,
        "at": now,
        "size": size,
        "ready": ready,
        "failed": fault is not None and fault.kind == "job failed",
    }


def taken(store: Store, listing: Document | None, ids: Sequence[int]) -> list[Json]:
    """The pictures with these numbers; what the listing has and is not named is taken off it."""
    if len(ids) > MOST_IMAGES:
        raise problem("image_ids", f"cannot be more than {MOST_IMAGES}")
    own = {i["id"]: i for i in listing.body["images"]} if listing else {}
    for id in set(own) - set(ids):
        _keep(store, own[id])
    return [own.get(id) or _known(store, id) for id in dict.fromkeys(ids)]


def _known(store: Store, id: int) -> Json:
    """A picture that was taken off, or one of any listing: it may be used again (issue 237)."""
    loose = store.shop.get("image", id)
    if loose is not None:
        return dict(loose.body)
    for listing in store.shop.all("listing"):
        for image in listing.body["images"]:
            if image["id"] == id:
                return dict(image)
    raise bad(f"Invalid image_ids: {id}")


def _keep(store: Store, image: Json) -> None:
    """Remember a picture that is taken off."""
    if store.shop.get("image", image["id"]) is None:
        store.shop.add("image", image, id=image["id"], quiet=True)


def views(store: Store, listing: Document, base: str) -> list[Json]:
    """A listing's pictures in their order."""
    rows = enumerate(listing.body["images"], 1)
    return [view(store, listing.id, image, rank, base) for rank, image in rows]


def view(store: Store, listing: int, image: Json, rank: int, base: str) -> Json:
    """A ListingImage."""
    is_ready = image["ready"] is not None and store.second() >= image["ready"]
    known = is_ready and not image["failed"]
    at = f"{base}/il/{image['id']}"
    colours = {"red": 200, "green": 180, "blue": 150, "hue": 36, "saturation": 25, "brightness": 78}
    return {
        "listing_id": listing,
        "listing_image_id": image["id"],
        "hex_code": "C8B496" if known else None,
        **{name: value if known else None for name, value in colours.items()},
        "is_black_and_white": False if known else None,
        "creation_tsz": image["at"],
        "created_timestamp": image["at"],
        "rank": rank,
        "url_75x75": f"{at}/75x75.jpg",
        "url_170x135": f"{at}/170x135.jpg",
        "url_570xN": f"{at}/570xN.jpg",
        "url_fullxfull": f"{at}/fullxfull.jpg",
        "full_height": 1000 if known else None,
        "full_width": 1000 if known else None,
        "alt_text": image["alt"] or None,
    }


# -- routes ---------------------------------------------------------------------------------------


def read_all(call: Call) -> Reply:
    """getListingImages."""
    listing = call.store.seen("listing", call.number("listing_id"))
    return Reply(listed(views(call.store, listing, call.base)))


def read(call: Call) -> Reply:
    """getListingImage."""
    listing = call.store.seen("listing", call.number("listing_id"))
    for row in views(call.store, listing, call.base):
        if row["listing_image_id"] == call.number("image_id"):
            return Reply(row)
    raise not_found()


def upload(call: Call) -> Reply:
    """uploadListingImage: a file, or the number of a picture; one that is there moves (issue 228)."""
    store, given = call.store, call.body
    listing = store.need("listing", call.number("listing_id"))
    alt = given.text("alt_text") or ""
    if len(alt) > MOST_ALT:
        raise problem("alt_text", f"must be {MOST_ALT} characters or less")
    image = _sent(call, alt)
    images = [i for i in listing.body["images"] if i["id"] != image["id"]]
    spot = given.whole("rank", 1, 0) or 1
    if given.flag("overwrite") and len(images) >= spot:
        _keep(store, images[spot - 1])
        images[spot - 1] = image
    elif len(images) >= MOST_IMAGES:
        text = f"Listings are only allowed {MOST_IMAGES} images."
        raise conflict(f"{text} Please delete a ListingImage before trying to upload another.")
    else:
        images.insert(spot - 1, image)
    listing.body["images"] = images
    store.put_listing(listing)
    rank = images.index(image) + 1
    return Reply(view(store, listing.id, image, rank, call.base), 201)


def _sent(call: Call, alt: str) -> Json:
    file = call.files.get("image")
    if file is not None:
        content = file.read()
        if not content.startswith(HEADS):
            raise bad("The image is not a JPEG, PNG or GIF file")
        return new(call.store, len(content), alt)
    id = call.body.integer("listing_image_id", 1)
    if id is None:
        raise missing(["image"])
    found = _known(call.store, id)
    return {**found, "alt": alt or found["alt"]}


def delete(call: Call) -> Reply:
    """deleteListingImage: taken off, and may be put on again by its number."""
    store = call.store
    listing = store.need("listing", call.number("listing_id"))
    kept = [i for i in listing.body["images"] if i["id"] != call.number("image_id")]
    gone = [i for i in listing.body["images"] if i not in kept]
    if not gone:
        raise not_found()
    if not kept and listing.body["state"] == "active":
        raise bad("An active listing must have at least one image")
    _keep(store, gone[0])
    listing.body["images"] = kept
    store.put_listing(listing)
    return Reply(None, 204)


def of_variations(call: Call) -> Reply:
    """getListingVariationImages."""
    listing = call.store.seen("listing", call.number("listing_id"))
    return Reply(listed(listing.body.get("variation_images", [])))


def set_of_variations(call: Call) -> Reply:
    """updateVariationImages: replaces them all; of one property only."""
    store = call.store
    listing = store.need("listing", call.number("listing_id"))
    rows = call.body.values.get("variation_images")
    if not isinstance(rows, list):
        raise missing(["variation_images"])
    found = [_of_variation(listing, row) for row in rows]
    if len({row["property_id"] for row in found}) > 1:
        raise bad("Variation images can only be associated with one property")
    if len({row["value_id"] for row in found}) != len(found):
        raise bad("variation_images cannot contain duplicates")
    listing.body["variation_images"] = found
    store.put_listing(listing)
    return Reply(listed(found))


def _of_variation(listing: Document, row: Any) -> Json:
    if not isinstance(row, dict):
        raise wrong_type("variation_images", "array", row)
    names = ("property_id", "value_id", "image_id")
    read_row = {name: as_integer(name, row.get(name)) for name in names}
    if read_row["image_id"] not in [i["id"] for i in listing.body["images"]]:
        raise bad(f"Invalid image_id: {read_row['image_id']}")
    for product in listing.body["inventory"]["products"]:
        for value in product["values"]:
            if (
                value["property_id"] == read_row["property_id"]
                and read_row["value_id"] in value["value_ids"]
            ):
                return {**read_row, "value": value["values"][0]}
    raise bad(f"Invalid value_id: {read_row['value_id']}")


ONE, OURS = "/listings/{listing_id}/images", "/shops/{shop_id}/listings/{listing_id}/images"
VARIATIONS = "/shops/{shop_id}/listings/{listing_id}/variation-images"
ROUTES = (
    Route("GET", ONE, read_all),
    Route("GET", f"{ONE}/{{image_id}}", read),
    Route("POST", OURS, upload, ("listings_w",)),
    Route("DELETE", f"{OURS}/{{image_id}}", delete, ("listings_w",)),
    Route("GET", VARIATIONS, of_variations),
    Route("POST", VARIATIONS, set_of_variations, ("listings_w",)),
)
