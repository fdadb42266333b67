"""Shipment Tracking, the vendor's extension: parcels of an order with carrier and number.

It answers when the site has it among its `active_plugins`. Written from its documentation; nothing
of it was recorded.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from simulator.channels.woocommerce import order_flow, rules
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    Call,
    Endpoint,
    Reply,
    Route,
    may,
)
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.lists import CONTEXT, FORCE
from simulator.channels.woocommerce.order_schema import INT, TEXT
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

KIND = "tracking"
PLUGIN = "woocommerce-shipment-tracking/woocommerce-shipment-tracking.php"
META = "_wc_shipment_tracking_items"
_BASE = "/wc-shipment-tracking/v3/orders"
PROVIDERS = {  # country: {provider: where a number is looked up}
    "Global": {
        "DHL": "https://www.dhl.com/en/express/tracking.html?AWB={number}",
        "UPS": "https://www.ups.com/track?tracknum={number}",
        "FedEx": "https://www.fedex.com/apps/fedextrack/?tracknumbers={number}",
    },
    "Poland": {
        "InPost": "https://inpost.pl/sledzenie-przesylek?number={number}",
        "DPD.pl": "https://tracktrace.dpd.com.pl/parcelDetails?p1={number}",
        "Poczta Polska": "https://emonitoring.poczta-polska.pl/?numer={number}",
    },
}


def on(dialect: WooCommerce) -> bool:
    """Whether the site has the extension."""
    return PLUGIN in (dialect.option("active_plugins") or ())


def of_order(dialect: WooCommerce, order: int) -> list[Document]:
    """An order's parcels, in the order they were entered."""
    return list(dialect.shop.all(KIND, parent_id=order))


def _order(call: Call) -> Document:
    order = order_flow.load(call.dialect, call.number("order_id"))
    if order is None:
        raise WooError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404)
    return order


def _existing(call: Call) -> Document:
    wanted = str(call.params.get("id"))
    for parcel in of_order(call.dialect, _order(call).id):
        if parcel.body["tracking_id"] == wanted:
            return parcel
    message = "Invalid shipment tracking ID."
    raise WooError("woocommerce_rest_order_shipment_tracking_invalid_id", message, 404)


def _shown(call: Call, parcel: Document, status: int = 200, **headers: str) -> Reply:
    order = f"{call.base}{_BASE}/{parcel.parent_id}"
    links = {
        "self": [{"href": f"{order}/shipment-trackings/{parcel.body['tracking_id']}"}],
        "collection": [{"href": f"{order}/shipment-trackings"}],
        "up": [{"href": call.link(f"/orders/{parcel.parent_id}")}],
    }
    return Reply(dict(parcel.body), status, headers, links)


def _list(call: Call) -> Reply:
    found = of_order(call.dialect, _order(call).id)
    return Reply([_shown(call, parcel).whole() for parcel in found])


def _get(call: Call) -> Reply:
    return _shown(call, _existing(call))


def _create(call: Call) -> Reply:
    order, params, dialect = _order(call), call.params, call.dialect
    number = rules.line(params.get("tracking_number"))
    custom = rules.line(params.get("custom_tracking_provider"))
    provider = custom or rules.line(params.get("tracking_provider"))
    link = rules.line(params.get("custom_tracking_link")) or _link(provider, number)
    stream = dialect.world.chance.stream(f"{dialect.name} trackings")
    body = {
        "tracking_id": f"{stream.getrandbits(128):032x}",
        "tracking_provider": provider,
        "tracking_link": link,
        "tracking_number": number,
        "date_shipped": _day(call, params.get("date_shipped")).isoformat(),
    }
    parcel = call.shop.add(KIND, body, parent_id=order.id)
    _write_meta(dialect, order)
    where = f"{call.base}{_BASE}/{order.id}/shipment-trackings/{body['tracking_id']}"
    return _shown(call, parcel, 201, Location=where)


def _delete(call: Call) -> Reply:
    parcel = _existing(call)
    reply = _shown(call, parcel)
    call.shop.drop(KIND, parcel.id)
    _write_meta(call.dialect, _order(call))
    return reply


def _providers(call: Call) -> Reply:
    _order(call)
    return Reply(PROVIDERS)


def _link(provider: str, number: str) -> str:
    for providers in PROVIDERS.values():
        for name, address in providers.items():
            if name.lower() == provider.lower():
                return address.format(number=quote(number))
    return ""


def _day(call: Call, text: Any) -> date:
    if text is None:
        return call.shop.clock.now().astimezone(call.dialect.zone).date()
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError as error:
        message = "Invalid date. It must be YYYY-MM-DD."
        raise WooError("rest_invalid_param", message) from error


def _write_meta(dialect: WooCommerce, order: Document) -> None:
    """The parcels as the order's own meta data, where other programs look for them."""
    items = []
    for parcel in of_order(dialect, order.id):
        day = date.fromisoformat(parcel.body["date_shipped"])
        stamp = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        items.append(
            {
                "tracking_provider": parcel.body["tracking_provider"],
                "custom_tracking_provider": "",
                "custom_tracking_link": "",
                "tracking_number": parcel.body["tracking_number"],
                "date_shipped": str(int(stamp)),
                "tracking_id": parcel.body["tracking_id"],
            }
        )
    order_flow.put_meta(dialect, order.body, META, items or None)
    order_flow.save(dialect, order)


_ORDER = {"order_id": INT}
_FIELDS = {
    "tracking_provider": TEXT,
    "custom_tracking_provider": TEXT,
    "custom_tracking_link": TEXT,
    "tracking_number": {**TEXT, "required": True},
    "date_shipped": TEXT,
}
_ALL = _BASE + r"/(?P<order_id>[\d]+)/shipment-trackings"
ROUTES = (
    Route(
        _ALL,
        (
            Endpoint(GET, may("list"), _list, {**_ORDER, "context": CONTEXT}),
            Endpoint(CREATE, may("create"), _create, {**_ORDER, **_FIELDS}),
        ),
        when=on,
    ),
    Route(_ALL + "/providers", (Endpoint(GET, may("list"), _providers, _ORDER),), when=on),
    Route(
        _ALL + r"/(?P<id>[a-fA-F0-9]+)",
        (
            Endpoint(GET, may("view"), _get, {**_ORDER, "context": CONTEXT}),
            Endpoint(DELETE, may("delete"), _delete, {**_ORDER, **FORCE}),
        ),
        when=on,
    ),
)
