"""Pictures: fetched from their address during the request, kept as attachments, shown."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import httpx

from simulator.channels.woocommerce import properties, rules
from simulator.channels.woocommerce.calls import Call
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.properties import Props
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

KIND, SERIES, TIMEOUT_S = "attachment", "post", 10.0
TYPES = ("png", "jpg", "jpeg", "jpe", "gif", "webp", "avif", "bmp", "tif", "tiff", "ico", "heic")
PRODUCT_ERROR = "woocommerce_product_image_upload_error"
VARIATION_ERROR = "woocommerce_variation_image_upload_error"


def set_gallery(call: Call, sent: Iterable[Any], props: Props) -> None:
    """Replace a product's pictures by [{id | src, name, alt}]; the first is the featured one."""
    ids = [attach(call, row, PRODUCT_ERROR).id for row in sent if row]
    props["image_id"] = ids[0] if ids else 0
    props["gallery_image_ids"] = ids[1:]


def attach(call: Call, row: Any, error: str) -> Document:
    """The attachment meant by {id | src, name, alt}; WooError `error` when it cannot be fetched."""
    row = row if isinstance(row, dict) else {}
    id = rules.whole(row.get("id"))
    if not id and row.get("src") is not None:
        found: Document | None = _fetch(call.dialect, rules.text(row["src"]), error)
    else:
        found = call.shop.get(KIND, id)
    if found is None:
        of = "variation" if error == VARIATION_ERROR else "product"
        raise WooError(f"woocommerce_{of}_invalid_image_id", f"#{id} is an invalid image ID.")
    named = {n: rules.text(row[n]) for n in ("name", "alt") if row.get(n)}
    if named:
        found.body.update(named)
        found = call.shop.put(found, quiet=True)
    return found


def gallery(dialect: WooCommerce, props: Props) -> list[dict[str, Any]]:
    """A product's pictures as the API shows them."""
    ids = [i for i in (props.get("image_id"), *props.get("gallery_image_ids", ())) if i]
    found = (dialect.shop.get(KIND, id) for id in ids)
    return [shown(dialect, document) for document in found if document is not None]


def one(dialect: WooCommerce, id: int) -> dict[str, Any] | None:
    """One picture as the API shows it; None when there is none."""
    document = dialect.shop.get(KIND, id) if id else None
    return None if document is None else shown(dialect, document)


def shown(dialect: WooCommerce, document: Document) -> dict[str, Any]:
    """An attachment's fields."""
    src = f"{dialect.home}/wp-content/uploads/{document.body['file']}"
    times: dict[str, Any] = {}
    for name, moment in (("created", document.created_at), ("modified", document.modified_at)):
        here = moment.astimezone(dialect.zone)
        times[f"date_{name}"] = here.strftime("%Y-%m-%dT%H:%M:%S")
        times[f"date_{name}_gmt"] = properties.stamp(moment.astimezone(UTC))
    return {
        "id": document.id,
        **times,
        "src": src,
        "name": document.body["name"],
        "alt": document.body["alt"],
        "srcset": "",
        "sizes": "(max-width: 1px) 100vw, 1px",
        "thumbnail": src,
    }


def _fetch(dialect: WooCommerce, src: str, error: str) -> Document:
    if not src or re.match(r"(?!https?:)[a-z.+-]+:", src, re.IGNORECASE):
        raise WooError(error, "Error getting remote image . Error: No URL Provided.")
    url = src if re.match(r"https?://|/", src, re.IGNORECASE) else "http://" + quote(src)
    answer = _download(dialect, url, error)
    name = urlsplit(url).path.rsplit("/", 1)[-1] or "image"
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    is_picture = answer.headers.get("content-type", "").startswith("image/")
    if suffix not in TYPES and (suffix or not is_picture):
        words = "Invalid image: Sorry, you are not allowed to upload this file type."
        raise WooError(error, words)
    folder = dialect.shop.clock.now().strftime("%Y/%m")
    body = {"file": f"{folder}/{name}", "name": name, "alt": "", "source": src}
    return dialect.shop.add(KIND, body, series=SERIES)


def _download(dialect: WooCommerce, url: str, error: str) -> httpx.Response:
    start = f"Error getting remote image {url}. Error: "
    try:
        with httpx.Client(
            transport=dialect.world.outside, timeout=TIMEOUT_S, follow_redirects=True
        ) as client:
            answer = client.get(url)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as cause:
        raise WooError(error, start + "A valid URL was not provided.") from cause
    except httpx.TransportError as cause:
        words = f"cURL error 7: {cause}" if _is_public(url) else "A valid URL was not provided."
        raise WooError(error, start + words) from cause
    if answer.status_code != httpx.codes.OK:
        raise WooError(error, start + answer.reason_phrase)
    return answer


def _is_public(url: str) -> bool:
    """Whether an address that did not answer is one that WordPress would have tried."""
    host = urlsplit(url).hostname or ""
    try:
        found: Mapping[str, Any] = {"ip": socket.gethostbyname(host)}
    except (OSError, UnicodeError):
        return False
    return ipaddress.ip_address(found["ip"]).is_global
