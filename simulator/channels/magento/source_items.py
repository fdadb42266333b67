"""Source items: how much of a sku lies at a source. A batch is written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import search
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Parameters, Refusal, expanded
from simulator.channels.magento.inputs import is_numeric
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

Row = Mapping[str, Any]


def rows_of(dialect: Magento, sku: str) -> dict[str, Document]:
    """What lies where, {source code: source item}."""
    found = dialect.shop.all("source_item", sku=sku.strip().casefold())
    return {row.body["source_code"]: row for row in found}


def put_row(dialect: Magento, sku: str, source: str, quantity: float, status: int) -> None:
    """Write one row, new or not, without telling the single-source stock."""
    found = rows_of(dialect, sku).get(source)
    if found is None:
        body = {"sku": sku, "source_code": source, "quantity": quantity, "status": status}
        dialect.shop.add("source_item", body, sku=sku.strip().casefold())
    else:
        found.body.update({"quantity": quantity, "status": status})
        dialect.shop.put(found)


def save(call: Call) -> None:
    """Write rows: each overwrites what was known for its sku and source."""
    rows = call["sourceItems"]
    if not rows:
        raise Refusal("Input data is empty")
    wrong = [fault for row in rows for fault in _faults(row)]
    if wrong:
        message, parameters = wrong[0]
        text = f"Validation Failed: {expanded(message, parameters)}"
        raise Refusal(text, None, 400, wrong)
    write(call.dialect, rows)


def write(dialect: Magento, rows: Sequence[Row]) -> None:
    """Write checked rows. Refusal, and nothing written, when a source is unknown."""
    from simulator.channels.magento import salable, sources, stock_items

    known = set(sources.codes(dialect))
    if any(row["source_code"] not in known for row in rows):
        raise Refusal("Could not save Source Item")
    last = {(row["sku"].strip().casefold(), row["source_code"]): row for row in rows}
    for (_, source), row in last.items():
        quantity, status = float(row["quantity"]), int(row["status"])
        put_row(dialect, row["sku"].strip(), source, quantity, status)
        if source == sources.DEFAULT:
            stock_items.follow(dialect, row["sku"], quantity, status)
        salable.written(dialect, row["sku"])


def delete(call: Call) -> None:
    """Take rows away; those that are not there count as taken."""
    rows = call["sourceItems"]
    if not rows:
        raise Refusal("Input data is empty")
    from simulator.channels.magento import sources, stock_items

    for row in rows:
        sku, source = str(row.get("sku") or ""), row.get("source_code")
        found = rows_of(call.dialect, sku).get(str(source))
        if found is None:
            continue
        call.dialect.shop.drop("source_item", found.id)
        if source == sources.DEFAULT:
            stock_items.follow(call.dialect, sku, 0, 0)


def list_rows(call: Call) -> dict[str, Any]:
    """Source items by criteria."""
    return search.listing(call, ENTITY, view)


def view(call: Call, found: Document) -> dict[str, Any]:
    """A source item as it is shown."""
    return dict(found.body)


def _faults(row: Row) -> list[tuple[str, Parameters]]:
    from simulator.channels.magento import sources

    faults = sources.empty_faults(row, "sku")
    sku = str(row.get("sku") or "")
    if sku != sku.strip():
        message = '"%field" can not contain leading or trailing spaces.'
        faults.append((message, {"field": "sku"}))
    faults += sources.code_faults(row)
    for name in ("quantity", "status"):
        if not is_numeric(row.get(name)):
            faults.append(('"%field" should be numeric.', {"field": name}))
    if is_numeric(row.get("status")) and int(row["status"]) not in (0, 1):
        faults.append(('"%field" should a known status.', {"field": "status"}))
    return faults


ENTITY = search.Entity(
    kind="source_item",
    name="source items",
    row=lambda call, found: {"source_item_id": found.id, **found.body},
    fields=frozenset({"source_item_id", "sku", "source_code", "quantity", "status"}),
    id_field="source_item_id",
    sku_field="sku",
    times=False,
    sort=("source_code", "sku"),
    kept=("source_code",),
)
_READ, _WRITE = "Magento_InventoryApi::source", "Magento_InventoryApi::stock_source_item_assign"
_ROWS = (param("sourceItems", "SourceItem[]"),)
_API, _COMMANDS = "Magento\\InventoryApi\\Api", "Magento\\Inventory\\Model\\SourceItem\\Command"
ROUTES = (
    Route("GET", "/V1/inventory/source-items", list_rows, _READ, search.CRITERIA),
    Route(
        "POST",
        "/V1/inventory/source-items",
        save,
        _WRITE,
        _ROWS,
        f"{_API}\\SourceItemsSaveInterface::execute",
        f"{_COMMANDS}\\SourceItemsSave",
    ),
    Route(
        "POST",
        "/V1/inventory/source-items-delete",
        delete,
        _WRITE,
        _ROWS,
        f"{_API}\\SourceItemsDeleteInterface::execute",
        f"{_COMMANDS}\\SourceItemsDelete",
    ),
)
