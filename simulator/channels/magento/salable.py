"""What may be sold: what lies at the sources of a stock, less what orders have reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.magento import products, source_items, sources, stock_items
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Crash, Refusal
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

CONSUMER = "inventory.reservations.updateSalabilityStatus"
WAITING, DUE = "salability waiting", "salability due"  # settings
NO_ITEM = "Could not receive Stock Item data"
UNCOUNTED = "Can't check requested quantity for products without Source Items support."
MOST = "The requested qty exceeds the maximum qty allowed in shopping cart"
STEPS = "You can buy this product only in quantities of"
Reason = tuple[str, str]  # code and message
NOT_ASSIGNED: Reason = (
    "requested-sku-is-not-assigned-to-given-stock",
    "The requested sku is not assigned to given stock.",
)
NONE_IN_STOCK: Reason = (
    "is_any_source_item_in_stock-no_source_items_in_stock",
    "There are no source items with the in stock status",
)
TOO_FEW: tuple[Reason, ...] = (  # any one of three would do
    ("back_order-disabled", "Backorders are disabled"),
    ("manage_stock-enabled", "Manage stock is enabled"),
    ("is_salable_with_reservations-not_enough_qty", "The requested qty is not available"),
)


def reserve(dialect: Magento, stock_id: int, sku: str, quantity: float) -> None:
    """Append a reservation (below nought for an order, above when it is settled), and queue the
    sku for the consumer that marks what is sold out."""
    if not quantity:
        return
    found = _sum(dialect, stock_id, sku)
    if found is None:
        body = {"quantity": quantity, "is_sold_out": False, "stock_id": stock_id, "sku": sku}
        dialect.shop.add("reservation", body, sku=_key(stock_id, sku))
    else:
        found.body["quantity"] += quantity
        dialect.shop.put(found)
    waiting: list[list[Any]] = dialect.shop.setting(WAITING, [])
    if [stock_id, sku] not in waiting:
        dialect.shop.set_setting(WAITING, [*waiting, [stock_id, sku]])
        if not waiting:
            due = dialect.shop.clock.now().timestamp() + dialect.queue_s
            dialect.shop.set_setting(DUE, due)


def reserved(dialect: Magento, stock_id: int, sku: str) -> float:
    """The sum of a sku's reservations in a stock; below nought while orders wait."""
    found = _sum(dialect, stock_id, sku)
    return 0.0 if found is None else float(found.body["quantity"])


def _sum(dialect: Magento, stock_id: int, sku: str) -> Document | None:
    return next(dialect.shop.all("reservation", sku=_key(stock_id, sku)), None)


def _key(stock_id: int, sku: str) -> str:
    return f"{stock_id}:{products.folded(sku)}"


def in_stock(dialect: Magento, stock_id: int, item: Document, sku: str) -> tuple[float, bool]:
    """What a stock holds of a sku, and whether its flag says that it may be sold."""
    config = item.body
    if stock_id == sources.DEFAULT_STOCK:
        quantity = config.get("qty") or 0
        flag = stock_items.shown_in_stock(config)
    else:
        serving = sources.enabled_of(dialect, stock_id)
        rows = source_items.rows_of(dialect, sku)
        good = [rows[s].body["quantity"] for s in serving if s in rows and rows[s].body["status"]]
        quantity = sum(good)
        backorders = stock_items.value(config, "backorders")
        enough = backorders or quantity > stock_items.value(config, "min_qty")
        flag = bool(good) and bool(enough)
    if not stock_items.value(config, "manage_stock"):
        return quantity, True
    return quantity, flag


def quantity(dialect: Magento, stock_id: int, sku: str) -> float:
    """The salable quantity of a sku; nought while its flag says no, or when it is not counted."""
    item = stock_items.by_sku(dialect, sku)
    if item is None:
        return 0
    held, flag = in_stock(dialect, stock_id, item, sku)
    if not flag or not stock_items.value(item.body, "manage_stock"):
        return 0
    threshold = stock_items.value(item.body, "min_qty")
    return float(held + reserved(dialect, stock_id, sku) - threshold)


def is_salable(dialect: Magento, stock_id: int, sku: str) -> bool:
    """Whether the shop offers a sku at all, by its flags."""
    found = products.find(dialect, sku)
    item = stock_items.by_sku(dialect, sku)
    if found is None or item is None:
        return False
    if found.body["type"] == "configurable":
        return any(
            is_salable(dialect, stock_id, child.body["sku"])
            for child in products.children(dialect, found)
        )
    waiting = _sum(dialect, stock_id, sku)
    is_marked = waiting is not None and waiting.body["is_sold_out"]
    return in_stock(dialect, stock_id, item, sku)[1] and not is_marked


def allows(dialect: Magento, stock_id: int, sku: str, wanted: float) -> bool:
    """Whether so many pieces may be bought now."""
    item = stock_items.by_sku(dialect, sku)
    if item is None or not is_salable(dialect, stock_id, sku):
        return False
    if not stock_items.value(item.body, "manage_stock"):
        return True
    left = quantity(dialect, stock_id, sku)
    if stock_items.value(item.body, "backorders"):
        return stock_items.value(item.body, "min_qty") >= 0 or left >= wanted
    return left >= wanted


def refresh(dialect: Magento, stock_id: int, sku: str) -> None:
    """Mark a sku that orders have sold out, or take the mark away."""
    found, item = _sum(dialect, stock_id, sku), stock_items.by_sku(dialect, sku)
    if found is None or item is None:
        return
    counted = stock_items.value(item.body, "manage_stock")
    backorders = stock_items.value(item.body, "backorders")
    gone = bool(counted and not backorders and quantity(dialect, stock_id, sku) <= 0)
    if gone != found.body["is_sold_out"]:
        found.body["is_sold_out"] = gone
        dialect.shop.put(found)


def written(dialect: Magento, sku: str) -> None:
    """A sku's stock was written: its marks are looked at again at once."""
    for stock in dialect.shop.all("stock"):
        refresh(dialect, stock.id, sku)


def run_due(dialect: Magento, *, is_asked: bool = False) -> None:
    """Let the consumer run when its time has come, or when the operator starts it."""
    waiting: list[list[Any]] = dialect.shop.setting(WAITING, [])
    if waiting and (
        is_asked or dialect.shop.setting(DUE, 0) <= dialect.shop.clock.now().timestamp()
    ):
        dialect.shop.set_setting(WAITING, [])
        for stock_id, sku in waiting:
            refresh(dialect, stock_id, sku)


# -- over REST ------------------------------------------------------------------------------------


def get_quantity(call: Call) -> float:
    """The salable quantity of a sku in a stock."""
    dialect, sku = call.dialect, call["sku"]
    found = products.find(dialect, sku)
    if found is None:
        raise Crash
    if found.body["type"] not in stock_items.COUNTED_TYPES:
        raise Refusal(UNCOUNTED)
    _check_stock(call)
    return quantity(dialect, call["stockId"], sku)


def get_salable(call: Call) -> bool:
    """Whether a sku may be sold from a stock."""
    if products.find(call.dialect, call["sku"]) is None:
        return False
    _check_stock(call)
    return is_salable(call.dialect, call["stockId"], call["sku"])


def get_several(call: Call) -> list[dict[str, Any]]:
    """Whether skus may be sold from a stock."""
    rows = []
    for sku in call["skus"]:
        known = products.find(call.dialect, sku) is not None
        salable = known and is_salable(call.dialect, call["stockId"], sku)
        rows.append({"sku": sku, "stock_id": call["stockId"], "salable": salable})
    return rows


def get_for_quantity(call: Call) -> dict[str, Any]:
    """Whether so many of a sku may be sold from a stock, and why not."""
    found = reasons(call.dialect, call["stockId"], call["sku"], call["requestedQty"])
    return _told(found)


def get_several_for_quantity(call: Call) -> list[dict[str, Any]]:
    """The same of several skus, each with a quantity of its own, as when an order is placed: what
    the shop asks of a purchase does not count."""
    rows = []
    for one in call["skuRequests"]:
        sku, wanted = str(one.get("sku") or ""), one.get("qty") or 0
        found = reasons(call.dialect, call["stockId"], sku, wanted, is_placed=True)
        rows.append({"sku": sku, "stock_id": call["stockId"], **_told(found)})
    return rows


def _told(found: list[Reason]) -> dict[str, Any]:
    errors = [{"code": code, "message": message} for code, message in found]
    return {"salable": not errors, "errors": errors}


def reasons(
    dialect: Magento, stock_id: int, sku: str, wanted: float, *, is_placed: bool = False
) -> list[Reason]:
    """Why so many of a sku may not be sold; none when they may."""
    found, item = products.find(dialect, sku), stock_items.by_sku(dialect, sku)
    if found is None or item is None:
        raise Crash
    if found.body["type"] not in stock_items.COUNTED_TYPES:
        raise Refusal(UNCOUNTED)
    rows = source_items.rows_of(dialect, sku)
    linked = dialect.shop.all("stock_link", parent_id=stock_id)
    if stock_id != sources.DEFAULT_STOCK and not {d.body["source_code"] for d in linked} & set(
        rows
    ):
        return [NOT_ASSIGNED]
    serving = [rows[code] for code in sources.enabled_of(dialect, stock_id) if code in rows]
    is_counted = stock_items.value(item.body, "manage_stock")
    needed = [] if is_placed else _of_purchase(item, wanted)
    if not is_placed and is_counted and not any(row.body["status"] for row in serving):
        needed.append(NONE_IN_STOCK)
    floor = stock_items.value(item.body, "min_qty")
    is_free = not is_counted or (stock_items.value(item.body, "backorders") and floor >= 0)
    if needed or is_free or quantity(dialect, stock_id, sku) >= wanted:
        return needed
    return list(TOO_FEW)


def _of_purchase(item: Document, wanted: float) -> list[Reason]:
    """What a purchase of so many breaks: the first of the shop's limits."""
    least, most, step = (
        stock_items.value(item.body, name)
        for name in ("min_sale_qty", "max_sale_qty", "qty_increments")
    )
    if not stock_items.value(item.body, "enable_qty_increments"):
        step = 0
    for is_broken, code, message in (
        (least and wanted < least, "min_sale_qty", f"The fewest you may purchase is {least:g}."),
        (most and wanted > most, "max_sale_qty", MOST),
        (step and wanted % step, "qty_increment", f"{STEPS} {step:g} at a time."),
        (
            not item.body.get("is_qty_decimal") and wanted % 1,
            "is_qty_decimal",
            "You cannot use decimal quantity for this product.",
        ),
    ):
        if is_broken:
            return [(f"is_correct_qty-{code}", message)]
    return []


def _check_stock(call: Call) -> None:
    if call.dialect.shop.get("stock", call["stockId"]) is None:
        raise Refusal(NO_ITEM)


_SKU, _STOCK = param("sku", "string"), param("stockId", "int")
_RIGHT, _AT = "Magento_InventorySalesApi::stock", "/V1/inventory"
ROUTES = (
    Route(
        "GET",
        f"{_AT}/get-product-salable-quantity/:sku/:stockId",
        get_quantity,
        _RIGHT,
        (_SKU, _STOCK),
    ),
    Route("GET", f"{_AT}/is-product-salable/:sku/:stockId", get_salable, _RIGHT, (_SKU, _STOCK)),
    Route(
        "GET",
        f"{_AT}/are-products-salable",
        get_several,
        _RIGHT,
        (param("skus", "string[]"), _STOCK),
    ),
    Route(
        "GET",
        f"{_AT}/is-product-salable-for-requested-qty/:sku/:stockId/:requestedQty",
        get_for_quantity,
        _RIGHT,
        (_SKU, _STOCK, param("requestedQty", "float")),
    ),
    Route(
        "GET",
        f"{_AT}/are-product-salable-for-requested-qty",
        get_several_for_quantity,
        _RIGHT,
        (param("skuRequests", "SkuRequest[]"), _STOCK),
    ),
)
