"""Pictures of products: uploaded as base64, each with the roles that it plays."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import products
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Crash, Refusal, not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

ROLES = ("image", "small_image", "swatch_image", "thumbnail")
LABELLED = ("image", "small_image", "thumbnail")
NO_PICTURE = "no_selection"
MIME = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
NOT_FOUND = "No image with the provided ID was found. Verify the ID and try again."


def save_with_product(
    dialect: Magento, found: Document, entries: Sequence[Mapping[str, Any]]
) -> Document:
    """The gallery that came with a product: entries without content keep theirs, others go."""
    old = {entry["id"]: entry for entry in found.body["media"]}
    found.body["media"] = []
    for given in entries:
        kept = old.get(given.get("id"))
        if kept is not None:
            found.body["media"].append({**kept, **_told(given)})
        elif given.get("content") is not None:
            _add(dialect, found, given)
        elif not old or given.get("id") is None:  # a stranger's id is passed over
            raise Refusal("The image content is invalid. Verify the content and try again.")
    _assign_roles(found)
    return dialect.shop.put(found)


def add(call: Call) -> str:
    """One more picture; gives its id as text. Sent twice, it is there twice."""
    found = products.need(call.dialect, call["sku"])
    id = _add(call.dialect, found, call["entry"])
    _assign_roles(found)
    call.dialect.shop.put(found)
    return str(id)


def list_all(call: Call) -> list[dict[str, Any]]:
    """A product's pictures, the newest first, contents and all."""
    return [_whole(entry) for entry in products.need(call.dialect, call["sku"]).body["media"]]


def read(call: Call) -> dict[str, Any]:
    """One picture."""
    for entry in products.need(call.dialect, call["sku"]).body["media"]:
        if entry["id"] == call["entryId"]:
            return _whole(entry)
    raise not_found("The image doesn't exist. Verify and try again.")


def change(call: Call) -> bool:
    """Another label, place or roles for a picture: the one whose id is in the body."""
    found, entry = _entry(call, call["entry"].get("id"))
    given = _told(call["entry"])
    for role in given.get("types", ()):
        _take_role(found, role)
    entry |= given
    _assign_roles(found)
    call.dialect.shop.put(found)
    return True


def delete(call: Call) -> bool:
    """Take a picture away."""
    found, entry = _entry(call, call["entryId"])
    found.body["media"].remove(entry)
    _assign_roles(found)
    call.dialect.shop.put(found)
    return True


def _add(dialect: Magento, found: Document, given: Mapping[str, Any]) -> int:
    content = given.get("content")
    if content is None:
        raise Crash
    data = _picture(content)
    for role in given.get("types") or ():
        _take_role(found, role)
    name = _free_name(found, content)
    id = dialect.shop.next_number("media")
    entry = {
        "id": id,
        "media_type": given.get("media_type") or "image",
        "label": given.get("label"),
        "position": given.get("position") or len(found.body["media"]) + 1,
        "disabled": bool(given.get("disabled")),
        "types": list(given.get("types") or ()),
        "file": "/" + "/".join([*name[:2].replace(".", "_"), name]),
        "content": {"base64_encoded_data": data, "type": content["type"], "name": name},
    }
    found.body["media"].insert(0, entry)
    return id


def _picture(content: Mapping[str, Any]) -> str:
    """The base64 text of a picture. Refusal when it is none, or of no allowed kind or name."""
    text = str(content.get("base64_encoded_data") or "")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    kind = next((kind for begin, kind in BEGINNINGS.items() if data.startswith(begin)), None)
    if kind is None:
        raise Refusal("The image content must be valid base64 encoded data.")
    if content.get("type") != kind:  # what is sent must be what it is called
        raise Refusal("The image MIME type is not valid or not supported.")
    name = str(content.get("name") or "")
    if not name or re.search(r'[/?*:";<>()|{}\\]', name):
        raise Refusal("Provided image name contains forbidden characters.")
    return text


def _free_name(found: Document, content: Mapping[str, Any]) -> str:
    name = re.sub(r"[^\w.-]", "_", str(content["name"]), flags=re.ASCII).lower()
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, MIME[content["type"]]
    taken = {entry["content"]["name"] for entry in found.body["media"]}
    wanted, number = f"{stem}.{ending}", 0
    while wanted in taken:
        number += 1
        wanted = f"{stem}_{number}.{ending}"
    return wanted


def _take_role(found: Document, role: str) -> None:
    for entry in found.body["media"]:
        if role in entry["types"]:
            entry["types"].remove(role)


def _assign_roles(found: Document) -> None:
    """Tell the product which picture plays which role, and how it is called there."""
    attrs = found.body["attrs"]
    for role in ROLES:
        player = next((e for e in found.body["media"] if role in e["types"]), None)
        attrs[role] = player["file"] if player else NO_PICTURE
        if role in LABELLED:
            attrs.pop(f"{role}_label", None)
            if player and player["label"]:
                attrs[f"{role}_label"] = player["label"]


def _entry(call: Call, id: int | None) -> tuple[Document, dict[str, Any]]:
    found = products.need(call.dialect, call["sku"])
    for entry in found.body["media"]:
        if entry["id"] == id:
            return found, entry
    raise not_found(NOT_FOUND)


def _told(given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("media_type", "label", "position", "disabled", "types")
    return {name: given[name] for name in names if given.get(name) is not None}


def _whole(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value is not None or key == "label"}


_RIGHT, _SKU, _ID = "Magento_Catalog::catalog", param("sku", "string"), param("entryId", "int")
_ENTRY, _AT = param("entry", "MediaEntry"), "/V1/products/:sku/media"
_SERVICE = "Magento\\Catalog\\Api\\ProductAttributeMediaGalleryManagementInterface"
ROUTES = (
    Route("POST", _AT, add, _RIGHT, (_SKU, _ENTRY), f"{_SERVICE}::create"),
    Route("GET", _AT, list_all, _RIGHT, (_SKU,)),
    Route("GET", f"{_AT}/:entryId", read, "Magento_Catalog::attributes_attributes", (_SKU, _ID)),
    Route("PUT", f"{_AT}/:entryId", change, _RIGHT, (_SKU, _ID, _ENTRY), f"{_SERVICE}::update"),
    Route("DELETE", f"{_AT}/:entryId", delete, _RIGHT, (_SKU, _ID), f"{_SERVICE}::remove"),
)
