"""Shipments: what was sent of an order, from which source, under which tracking numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import orders, salable, search, source_items, sources, stock_items
from simulator.channels.magento.calls import Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_entity
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

UNSAVED = "Could not save a shipment, see error log for details"
HEADLINE = "Shipment Document Validation Error(s):"
NOTHING = "You can't create a shipment without products."
NOT_ALLOWED = "The order does not allow a shipment to be created."
STOPPED = (orders.CANCELED, orders.HELD, orders.CLOSED, "payment_review")
TRACK_FIELDS = (
    ("track_number", "Please enter a tracking number."),
    ("title", "Please enter a carrier title."),
    ("carrier_code", "Please enter a carrier code."),
)


def ship(call: Call) -> str:
    """Send what is named, or all that is left; gives the shipment's id as text.

    Too large a quantity is cut to what is left, unknown rows are dropped.
    """
    dialect, found = call.dialect, orders.need(call.dialect, call["orderId"])
    pieces = _pieces(found, call["items"])
    faults = _faults(found, pieces)
    tracks = call["tracks"] or []
    faults += [TRACK_FIELDS[0][1] for track in tracks if not track.get("track_number")]
    if faults:
        raise Refusal("\n".join([HEADLINE, *faults]))
    if any(not track.get(name) for track in tracks for name, _ in TRACK_FIELDS):
        raise Refusal(UNSAVED)
    extension = (call["arguments"] or {}).get("extension_attributes") or {}
    source = extension.get("source_code") or sources.DEFAULT
    shipment = send(dialect, found, pieces, source, tracks)
    comment = call["comment"]
    if comment and comment.get("comment"):
        visible = comment.get("is_visible_on_front") or 0
        _add_comment(dialect, shipment, comment["comment"], visible, int(bool(call["notify"])))
    return str(shipment.id)


def _pieces(found: Document, wanted: Sequence[Mapping[str, Any]] | None) -> dict[int, float]:
    """Pieces by row: what is named, as far as it is left."""
    left = {row["item_id"]: orders.to_ship(row) for row in orders.real_items(found)}
    if not wanted:
        return {id: pieces for id, pieces in left.items() if pieces}
    named: dict[int, float] = {}
    for row in wanted:
        id, pieces = row.get("order_item_id") or 0, row.get("qty") or 0
        if id in left and pieces > 0:
            whole = int(pieces)  # goods here are counted by the piece
            if whole and left[id]:
                named[id] = min(whole, left[id])
    return named


def _faults(found: Document, pieces: Mapping[int, float]) -> list[str]:
    state = found.body["head"]["state"]
    faults = []
    if state in STOPPED:
        faults.append(f"A shipment cannot be created when an order has a status of {state}")
    elif not orders.can_ship(found):
        faults.append(NOT_ALLOWED)
    if not pieces:
        faults.append(NOTHING)
    return faults


def send(
    dialect: Magento,
    found: Document,
    pieces: Mapping[int, float],
    source: str,
    tracks: Sequence[Mapping[str, Any]] = (),
) -> Document:
    """Take the goods from the source and write the shipment. Refusal when they are not there."""
    rows = [row for row in found.body["items"] if row["item_id"] in pieces]
    for row in rows:
        goods = orders.stocked(found, row)["sku"]
        _deduct(dialect, goods, source, pieces[row["item_id"]])
        salable.reserve(dialect, found.body["stock_id"], goods, pieces[row["item_id"]])
        row["qty_shipped"] += pieces[row["item_id"]]
        row["updated_at"] = search.now(dialect)
    id = dialect.shop.next_number("shipment")
    items = [_item(dialect, id, row, pieces[row["item_id"]]) for row in rows]
    body = {
        "increment_id": f"{id:09d}",
        "source_code": source,
        "billing_address_id": found.body["head"].get("billing_address_id"),
        "customer_id": found.body["head"].get("customer_id"),
        "shipping_address_id": (found.body["shipping"] or {}).get("entity_id"),
        "total_qty": sum(pieces.values()),
        "items": items,
        "comments": [],
    }
    shipment = dialect.shop.add("shipment", body, id=id, parent_id=found.id)
    for track in tracks:
        _new_track(dialect, shipment, track)
    orders.settle_state(found)
    orders.save(dialect, found)
    return shipment


def _deduct(dialect: Magento, sku: str, source: str, pieces: float) -> None:
    item = stock_items.by_sku(dialect, sku)
    if item is not None and not stock_items.value(item.body, "manage_stock"):
        return
    row = source_items.rows_of(dialect, sku).get(source)
    if row is None or row.body["quantity"] < pieces:
        raise Refusal(UNSAVED)
    left, status = row.body["quantity"] - pieces, row.body["status"]
    threshold = stock_items.value(item.body, "min_qty") if item else 0
    if left and left == threshold and item and not stock_items.value(item.body, "backorders"):
        status = 0
    write(dialect, sku, source, left, status)


def write(dialect: Magento, sku: str, source: str, quantity: float, status: int) -> None:
    """Set what lies at a source, and tell the single-source stock."""
    row = {"sku": sku, "source_code": source, "quantity": quantity, "status": status}
    source_items.write(dialect, [row])


def _item(dialect: Magento, shipment: int, row: Mapping[str, Any], pieces: float) -> dict[str, Any]:
    return {
        "entity_id": dialect.shop.next_number("shipment item"),
        "name": row["name"],
        "parent_id": shipment,
        "price": row["price"],
        "product_id": row["product_id"],
        "sku": row["sku"],
        "weight": row.get("weight"),
        "order_item_id": row["item_id"],
        "qty": pieces,
    }


def view(call: Call, found: Document) -> dict[str, Any]:
    """A shipment as it is shown."""
    body = found.body
    shown = {
        "billing_address_id": body["billing_address_id"],
        "created_at": search.stamp(found.created_at),
        "customer_id": body["customer_id"],
        "entity_id": found.id,
        "increment_id": body["increment_id"],
        "order_id": found.parent_id,
        "packages": [],
        "shipping_address_id": body["shipping_address_id"],
        "store_id": 1,
        "total_qty": body["total_qty"],
        "updated_at": search.stamp(found.modified_at),
        "items": [{k: v for k, v in row.items() if v is not None} for row in body["items"]],
        "tracks": [_track(t) for t in tracks_of(call.dialect, found.id)],
        "comments": body["comments"],
        "extension_attributes": {"source_code": body["source_code"]},
    }
    return {key: value for key, value in shown.items() if value is not None}


def read(call: Call) -> dict[str, Any]:
    """One shipment."""
    return view(call, _need(call.dialect, call["id"]))


def list_shipments(call: Call) -> dict[str, Any]:
    """Shipments by criteria."""
    return search.listing(call, ENTITY, view)


def create_raw(call: Call) -> dict[str, Any]:
    """A shipment as it is sent, without the checks that `ship` makes: rows can be sent twice."""
    given, dialect = call["entity"], call.dialect
    found = dialect.shop.get("order", given.get("order_id") or 0)
    if found is None:
        raise Refusal("Could not save a shipment, see error log for details")
    rows = {row["item_id"]: row for row in found.body["items"]}
    id = dialect.shop.next_number("shipment")
    items = []
    for one in given.get("items") or ():
        row, pieces = rows.get(one.get("order_item_id")), one.get("qty") or 0
        if row is None:
            raise Refusal(UNSAVED)
        goods = orders.stocked(found, row)["sku"]
        _deduct(dialect, goods, sources.DEFAULT, pieces)
        salable.reserve(dialect, found.body["stock_id"], goods, pieces)
        row["qty_shipped"] += pieces
        items.append(_item(dialect, id, row, pieces))
    body = {
        "increment_id": f"{id:09d}",
        "source_code": sources.DEFAULT,
        "billing_address_id": found.body["head"].get("billing_address_id"),
        "customer_id": found.body["head"].get("customer_id"),
        "shipping_address_id": (found.body["shipping"] or {}).get("entity_id"),
        "total_qty": sum(row["qty"] for row in items),
        "items": items,
        "comments": [],
    }
    shipment = dialect.shop.add("shipment", body, id=id, parent_id=found.id)
    for track in given.get("tracks") or ():
        _new_track(dialect, shipment, track)
    orders.save(dialect, found, touch=False)
    return view(call, shipment)


# -- tracks ---------------------------------------------------------------------------------------


def tracks_of(dialect: Magento, shipment: int) -> list[Document]:
    """A shipment's tracking numbers, in the order they were added."""
    return list(dialect.shop.all("track", parent_id=shipment))


def _new_track(dialect: Magento, shipment: Document, given: Mapping[str, Any]) -> Document:
    names = ("weight", "qty", "description", "track_number", "title", "carrier_code")
    body = {name: given.get(name) for name in names}
    return dialect.shop.add(
        "track", {**body, "order_id": shipment.parent_id}, parent_id=shipment.id
    )


def _track(found: Document) -> dict[str, Any]:
    body = dict(found.body)
    body["description"] = body["description"] or None
    return {
        **body,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
        "entity_id": found.id,
        "parent_id": found.parent_id,
    }


def add_track(call: Call) -> dict[str, Any]:
    """A tracking number for a shipment that was sent already; nothing else moves."""
    given, dialect = call["entity"], call.dialect
    shipment = dialect.shop.get("shipment", given.get("parent_id") or 0)
    is_wrong = shipment is None or given.get("order_id") != shipment.parent_id
    if shipment is None or is_wrong or any(not given.get(name) for name, _ in TRACK_FIELDS):
        raise Refusal("Could not save the shipment tracking.")
    shown = _track(_new_track(dialect, shipment, given))
    return {**shown, "description": given.get("description")}


def delete_track(call: Call) -> bool:
    """Take a tracking number away, whether it is there or not."""
    call.dialect.shop.drop("track", call["id"])
    return True


# -- comments -------------------------------------------------------------------------------------


def _add_comment(
    dialect: Magento, found: Document, text: str, is_visible: int, is_notified: int
) -> dict[str, Any]:
    comment = {
        "is_customer_notified": is_notified,
        "parent_id": found.id,
        "comment": text,
        "is_visible_on_front": is_visible,
        "created_at": search.now(dialect),
        "entity_id": dialect.shop.next_number(f"{found.kind} comment"),
    }
    found.body["comments"].append(comment)
    dialect.shop.put(found, touch=False)
    return comment


def comments(call: Call) -> dict[str, Any]:
    """A shipment's comments."""
    found = _need(call.dialect, call["id"])
    return orders.comment_list(found.id, found.body["comments"])


def add_comment(call: Call) -> dict[str, Any]:
    """Write a comment on a shipment."""
    given, found = call["entity"], _need(call.dialect, call["id"])
    if not given.get("comment"):
        raise Refusal("Could not save the shipment comment.")
    comment = _add_comment(
        call.dialect,
        found,
        given["comment"],
        given.get("is_visible_on_front") or 0,
        given.get("is_customer_notified") or 0,
    )
    return {k: v for k, v in comment.items() if k != "created_at"}


def send_mail(call: Call) -> bool:
    """Send the buyer the shipment's mail; none leaves this shop."""
    _need(call.dialect, call["id"])
    return True


def _need(dialect: Magento, id: int) -> Document:
    if not id:
        raise Refusal("An ID is needed. Set the ID and try again.")
    found = dialect.shop.get("shipment", id)
    if found is None:
        raise no_entity()
    return found


ENTITY = search.Entity(
    kind="shipment",
    name="shipments",
    row=lambda call, found: {
        **{
            k: found.body[k]
            for k in (
                "increment_id",
                "total_qty",
                "billing_address_id",
                "shipping_address_id",
                "customer_id",
            )
        },
        "entity_id": found.id,
        "order_id": found.parent_id,
        "store_id": 1,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
    },
    fields=frozenset(
        words(
            "entity_id order_id increment_id store_id total_qty total_weight email_sent send_email"
            " customer_id shipping_address_id billing_address_id shipment_status created_at"
            " updated_at"
        )
    ),
    parent_field="order_id",
)
_RIGHT, _ID, _AT = "Magento_Sales::shipment", param("id", "int"), "/V1/shipment"
_API = "Magento\\Sales\\Api"
ROUTES = (
    Route(
        "POST",
        "/V1/order/:orderId/ship",
        ship,
        "Magento_Sales::ship",
        (
            param("orderId", "int"),
            maybe("items", "QuantityOf[]"),
            maybe("notify", "bool"),
            maybe("appendComment", "bool"),
            maybe("comment", "NewComment"),
            maybe("tracks", "NewTrack[]"),
            maybe("packages", "mixed"),
            maybe("arguments", "ShipmentArguments"),
        ),
        f"{_API}\\ShipOrderInterface::execute",
        "Magento\\Sales\\Model\\ShipOrder",
    ),
    Route("GET", "/V1/shipments", list_shipments, _RIGHT, search.CRITERIA),
    Route("POST", _AT, create_raw, _RIGHT, (param("entity", "Shipment"),)),
    Route("POST", f"{_AT}/track", add_track, _RIGHT, (param("entity", "Track"),)),
    Route("DELETE", f"{_AT}/track/:id", delete_track, _RIGHT, (_ID,)),
    Route("GET", f"{_AT}/:id", read, _RIGHT, (_ID,)),
    Route("GET", f"{_AT}/:id/comments", comments, _RIGHT, (_ID,)),
    Route("POST", f"{_AT}/:id/comments", add_comment, _RIGHT, (_ID, param("entity", "Comment"))),
    Route("POST", f"{_AT}/:id/emails", send_mail, _RIGHT, (_ID,)),
)
