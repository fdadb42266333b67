"""Sources (where goods lie), stocks (what a website sells from), and the links between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import search
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Parameters, Refusal, not_found
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

DEFAULT, DEFAULT_STOCK, BASE = "default", 1, "base"
EMPTY = '"%field" can not be empty.'
SOURCE_FIELDS = words(
    "email contact_name description latitude longitude region_id region city street phone fax"
)


def set_up(dialect: Magento) -> None:
    """The source and the stock that every shop has."""
    body = {
        "source_code": DEFAULT,
        "name": "Default Source",
        "enabled": True,
        "description": "Default Source",
        "latitude": 0,
        "longitude": 0,
        "country_id": "US",
        "postcode": "00000",
        "frontend_name": "",
    }
    dialect.shop.add("source", body, sku=DEFAULT, quiet=True)
    stock = {"name": "Default Stock", "websites": [BASE]}
    dialect.shop.add("stock", stock, id=dialect.shop.next_number("stock"), quiet=True)
    link = {"stock_id": DEFAULT_STOCK, "source_code": DEFAULT, "priority": 1}
    dialect.shop.add("stock_link", link, parent_id=DEFAULT_STOCK, quiet=True)


def codes(dialect: Magento) -> list[str]:
    """The codes of all sources."""
    return [found.body["source_code"] for found in dialect.shop.all("source")]


def enabled_of(dialect: Magento, stock_id: int) -> list[str]:
    """The sources that serve a stock now, the first first."""
    on = {d.body["source_code"] for d in dialect.shop.all("source") if d.body["enabled"]}
    links = sorted(
        dialect.shop.all("stock_link", parent_id=stock_id), key=lambda d: d.body["priority"]
    )
    return [d.body["source_code"] for d in links if d.body["source_code"] in on]


def stock_of_website(dialect: Magento, code: str) -> Document | None:
    """The stock that a website sells from."""
    return next((d for d in dialect.shop.all("stock") if code in d.body["websites"]), None)


def _source(dialect: Magento, code: str) -> Document | None:
    return next(dialect.shop.all("source", sku=code), None)


# -- sources --------------------------------------------------------------------------------------


def list_sources(call: Call) -> dict[str, Any]:
    """Sources by criteria, or all."""
    rows = [_shape_of_source(found) for found in call.dialect.shop.all("source")]
    return _listed(call, rows, {*rows[0], *SOURCE_FIELDS})


def read_source(call: Call) -> dict[str, Any]:
    """One source."""
    found = _source(call.dialect, call["sourceCode"])
    if found is None:
        message = 'Source with code "%value" does not exist.'
        raise not_found(message, {"value": call["sourceCode"]})
    return _shape_of_source(found)


def list_sources_of_stock(call: Call) -> list[dict[str, Any]]:
    """The sources linked to a stock, the first first."""
    links = call.dialect.shop.all("stock_link", parent_id=call["stockId"])
    ordered = sorted(links, key=lambda d: d.body["priority"])
    found = [_source(call.dialect, d.body["source_code"]) for d in ordered]
    return [_shape_of_source(one) for one in found if one is not None]


def save_source(call: Call) -> None:
    """A new source, or an existing one described anew."""
    given = dict(call["source"])
    if call.args.get("sourceCode"):
        given["source_code"] = call["sourceCode"]
    dialect, code = call.dialect, given.get("source_code") or ""
    _refuse(_source_faults(given))
    found = _source(dialect, code)
    for other in dialect.shop.all("source"):
        if other.body["name"] == given["name"] and (found is None or other.id != found.id):
            raise Refusal("Could not save Source")
    body = dict(found.body) if found else {"enabled": True, "source_code": code}
    keys = ("name", "country_id", "postcode", "enabled", "carrier_links", *SOURCE_FIELDS)
    body |= {k: given[k] for k in keys if given.get(k) is not None}
    pickup = given.get("extension_attributes") or {}
    body["frontend_name"] = pickup.get("frontend_name") or body["name"]
    if found is None:
        dialect.shop.add("source", body, sku=code)
    else:
        dialect.shop.put(_with(found, body))


def empty_faults(given: Mapping[str, Any], name: str) -> list[tuple[str, Parameters]]:
    """What is wrong with a text that must be there."""
    return [] if str(given.get(name) or "").strip() else [(EMPTY, {"field": name})]


def code_faults(
    given: Mapping[str, Any], name: str = "source_code"
) -> list[tuple[str, Parameters]]:
    """What is wrong with a source's code."""
    faults = empty_faults(given, name)
    if re.search(r"\s", str(given.get(name) or "").strip()):
        faults.append(('"%field" can not contain whitespaces.', {"field": name}))
    return faults


def _source_faults(given: Mapping[str, Any]) -> list[tuple[str, Parameters]]:
    faults: list[tuple[str, Parameters]] = []
    for name in ("name", "source_code", "postcode", "country_id"):
        faults += code_faults(given, name) if name == "source_code" else empty_faults(given, name)
    if given.get("source_code") == DEFAULT and given.get("enabled") is False:
        faults.append(("Default source can not be disabled.", []))
    return faults


def _shape_of_source(found: Document) -> dict[str, Any]:
    body = dict(found.body)
    pickup = {"is_pickup_location_active": False, "frontend_name": body.pop("frontend_name")}
    links = body.pop("carrier_links", [])
    more = {"use_default_carrier_config": True, "carrier_links": links}
    return {**body, **more, "extension_attributes": pickup}


# -- stocks -----------------------------------------------------------------------------------------


def list_stocks(call: Call) -> dict[str, Any]:
    """Stocks by criteria, or all."""
    rows = [_shape_of_stock(found) for found in call.dialect.shop.all("stock")]
    return _listed(call, rows, rows[0])


def read_stock(call: Call) -> dict[str, Any]:
    """One stock."""
    return _shape_of_stock(_need_stock(call.dialect, call["stockId"]))


def save_stock(call: Call) -> int:
    """A new stock, or an existing one described anew; its websites leave the stock they had."""
    given, dialect = call["stock"], call.dialect
    id = call.args.get("stockId") or given.get("stock_id")
    name = str(given.get("name") or "").strip()
    found = _need_stock(dialect, id) if id else None
    channels = (given.get("extension_attributes") or {}).get("sales_channels") or []
    _refuse(empty_faults(given, "name") + [f for c in channels for f in _channel_faults(c)])
    others = [d for d in dialect.shop.all("stock") if found is None or d.id != found.id]
    if any(d.body["name"] == name for d in others):
        raise Refusal("Could not save Stock")
    websites = [c["code"] for c in channels if c["type"] == "website"]
    for other in others:
        _sell_from(dialect, other, [w for w in other.body["websites"] if w not in websites])
    if found is None:
        return dialect.shop.add("stock", {"name": name, "websites": websites}).id
    lost = [w for w in found.body["websites"] if w not in websites]
    found = dialect.shop.put(_with(found, {"name": name, "websites": websites}))
    default = _need_stock(dialect, DEFAULT_STOCK)
    _sell_from(dialect, default, [*default.body["websites"], *lost])
    return found.id


def _channel_faults(channel: Mapping[str, Any]) -> list[tuple[str, Parameters]]:
    faults = empty_faults(channel, "type") + empty_faults(channel, "code")
    code = channel.get("code") or ""
    if channel.get("type") == "website" and code not in (BASE, "admin"):
        faults.append(('The website with code "%code" does not exist.', {"code": code}))
    return faults


def _sell_from(dialect: Magento, stock: Document, websites: list[str]) -> None:
    if websites != stock.body["websites"]:
        dialect.shop.put(_with(stock, {**stock.body, "websites": websites}))


def delete_stock(call: Call) -> None:
    """Take a stock away. The default one and one that a website sells from stay."""
    id = call["stockId"]
    if id == DEFAULT_STOCK:
        raise Refusal("Default Stock could not be deleted.")
    found = call.dialect.shop.get("stock", id)
    if found is None:
        message = 'There is no stock with "%fieldValue" for "%fieldName". Verify and try again.'
        raise not_found(message, {"fieldName": "stock_id", "fieldValue": id})
    if found.body["websites"]:
        raise Refusal("Stock has at least one sale channel and could not be deleted.")
    for link in call.dialect.shop.all("stock_link", parent_id=found.id):
        call.dialect.shop.drop("stock_link", link.id)
    call.dialect.shop.drop("stock", found.id)


def resolve(call: Call) -> dict[str, Any]:
    """The stock that a sales channel sells from."""
    found = None
    if call["type"] == "website":
        found = stock_of_website(call.dialect, call["code"])
    if found is None:
        raise not_found("No linked stock found")
    return _shape_of_stock(found)


def _need_stock(dialect: Magento, id: int) -> Document:
    found = dialect.shop.get("stock", id)
    if found is None:
        raise not_found('Stock with id "%value" does not exist.', {"value": id})
    return found


def _shape_of_stock(found: Document) -> dict[str, Any]:
    channels = [{"type": "website", "code": code} for code in found.body["websites"]]
    return {
        "stock_id": found.id,
        "name": found.body["name"],
        "extension_attributes": {"sales_channels": channels},
    }


# -- links --------------------------------------------------------------------------------------------


def list_links(call: Call) -> dict[str, Any]:
    """Links between stocks and sources."""
    rows = [dict(found.body) for found in call.dialect.shop.all("stock_link")]
    return _listed(call, rows, ("stock_id", "source_code", "priority", "link_id"))


def save_links(call: Call) -> None:
    """Let sources serve stocks. The default source serves the default stock alone."""
    dialect, known = call.dialect, set(codes(call.dialect))
    if not call["links"]:
        raise Refusal("Input data is empty")
    _refuse([fault for link in call["links"] for fault in _link_faults(link)])
    stocks = {d.id for d in dialect.shop.all("stock")}
    if any(x["source_code"] not in known or x["stock_id"] not in stocks for x in call["links"]):
        raise Refusal("Could not save StockSourceLinks")
    for link in call["links"]:
        for found in dialect.shop.all("stock_link", parent_id=link["stock_id"]):
            if found.body["source_code"] == link["source_code"]:
                dialect.shop.drop("stock_link", found.id)
        body = {k: link.get(k) for k in ("stock_id", "source_code", "priority")}
        dialect.shop.add("stock_link", body, parent_id=link["stock_id"])


def _link_faults(link: Mapping[str, Any]) -> list[tuple[str, Parameters]]:
    faults = code_faults(link) + empty_faults(link, "stock_id")
    if (link.get("priority") or 0) <= 0:
        faults.append(('"%field" should be greater then 0.', {"field": "priority"}))
    if (link.get("source_code") == DEFAULT) != (link.get("stock_id") == DEFAULT_STOCK):
        faults.append(("Can not save link related to Default Source or Default Stock", []))
    return faults


def delete_links(call: Call) -> None:
    """Let sources serve stocks no more. The default ones stay together."""
    for link in call["links"]:
        if link.get("stock_id") == DEFAULT_STOCK or link.get("source_code") == DEFAULT:
            raise Refusal("Can not delete link related to Default Source or Default Stock")
    if not call["links"]:
        raise Refusal("Input data is empty")
    for link in call["links"]:
        for found in call.dialect.shop.all("stock_link", parent_id=link.get("stock_id") or 0):
            if found.body["source_code"] == link.get("source_code"):
                call.dialect.shop.drop("stock_link", found.id)


def _listed(call: Call, rows: list[dict[str, Any]], fields: Any) -> dict[str, Any]:
    criteria = call["searchCriteria"] or {}
    shown, total = search.plain(rows, criteria, fields)
    return search.answer(shown, criteria, total)


def _refuse(faults: list[tuple[str, Parameters]]) -> None:
    if faults:
        raise Refusal("Validation Failed", None, 400, faults)


def _with(found: Document, body: dict[str, Any]) -> Document:
    return Document(
        found.kind, found.id, found.parent_id, found.sku, body, found.created_at, found.modified_at
    )


_API = "Magento\\InventoryApi\\Api"
_READ, _EDIT = "Magento_InventoryApi::source", "Magento_InventoryApi::source_edit"
_STOCK, _STOCK_EDIT = "Magento_InventoryApi::stock", "Magento_InventoryApi::stock_edit"
_LINK = "Magento_InventoryApi::stock_source_link"
_CODE, _ID = param("sourceCode", "string"), param("stockId", "int")
_SOURCE, _STOCKS = param("source", "Source"), param("stock", "Stock")
_LINKS = (param("links", "StockSourceLink[]"),)
_SAVE_SOURCE = f"{_API}\\SourceRepositoryInterface::save"
_SAVE_STOCK = f"{_API}\\StockRepositoryInterface::save"
_AT = "/V1/inventory"
ROUTES = (
    Route("GET", f"{_AT}/sources", list_sources, _READ, search.MAYBE_CRITERIA),
    Route("GET", f"{_AT}/sources/:sourceCode", read_source, _READ, (_CODE,)),
    Route("POST", f"{_AT}/sources", save_source, _EDIT, (_SOURCE,), _SAVE_SOURCE),
    Route("PUT", f"{_AT}/sources/:sourceCode", save_source, _EDIT, (_CODE, _SOURCE), _SAVE_SOURCE),
    Route(
        "GET",
        f"{_AT}/get-sources-assigned-to-stock-ordered-by-priority/:stockId",
        list_sources_of_stock,
        _READ,
        (_ID,),
    ),
    Route("GET", f"{_AT}/stocks", list_stocks, _STOCK, search.MAYBE_CRITERIA),
    Route("GET", f"{_AT}/stocks/:stockId", read_stock, _STOCK, (_ID,)),
    Route("POST", f"{_AT}/stocks", save_stock, _STOCK_EDIT, (_STOCKS,), _SAVE_STOCK),
    Route("PUT", f"{_AT}/stocks/:stockId", save_stock, _STOCK_EDIT, (_ID, _STOCKS), _SAVE_STOCK),
    Route(
        "DELETE",
        f"{_AT}/stocks/:stockId",
        delete_stock,
        "Magento_InventoryApi::stock_delete",
        (_ID,),
    ),
    Route(
        "GET",
        f"{_AT}/stock-resolver/:type/:code",
        resolve,
        "Magento_InventorySalesApi::stock",
        (param("type", "string"), param("code", "string")),
    ),
    Route("GET", f"{_AT}/stock-source-links", list_links, _LINK, search.CRITERIA),
    Route(
        "POST",
        f"{_AT}/stock-source-links",
        save_links,
        _LINK,
        _LINKS,
        f"{_API}\\StockSourceLinksSaveInterface::execute",
    ),
    Route(
        "POST",
        f"{_AT}/stock-source-links-delete",
        delete_links,
        _LINK,
        _LINKS,
        f"{_API}\\StockSourceLinksDeleteInterface::execute",
    ),
)
