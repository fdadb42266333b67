"""An order's money: how amounts are read and written, and what its lines, taxes and totals come to.

Pure: works on an order's body as it is stored, amounts as text with up to six decimals, taxes of a
row as {"total": {rate id: amount}, "subtotal": {…}}. Rows are rounded one by one, as the shop does
with its option "round tax at subtotal level" off.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.commerce.orders import Charge, totals
from simulator.commerce.tax import Rate, per_line, rounded, summed, tax_in, tax_on

ZERO = Decimal(0)
Body = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class ShopRate:
    """A tax rate of the shop with what order rows say about it."""

    rate: Rate
    code: str  # "PL-VAT-1"
    label: str


@dataclass(frozen=True)
class TaxRules:
    """How one order is taxed: the rates of its address and of the shop's own, by tax class."""

    on: bool
    gross: bool  # prices were entered with tax
    here: Callable[[str], list[ShopRate]]  # where the order goes
    base: Callable[[str], list[ShopRate]]  # where the shop is

    def rates(self, tax_class: str) -> list[Rate]:
        """The rates of the order's address for a class."""
        return [r.rate for r in self.here(tax_class)] if self.on else []


# -- reading and writing amounts --------------------------------------------------------------


def amount(value: Any) -> Decimal:
    """A posted amount: every character but digits, point and sign goes; 0 when nothing is left."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    text = re.sub(r"\.(?![^.]+$)|[^0-9.\-]", "", str(value or ""))
    return Decimal(text) if is_number(text) else ZERO


def is_number(value: Any) -> bool:
    """Whether a posted value reads as a number."""
    return bool(re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", str(value)))


def plain(value: Decimal) -> str:
    """An amount without needless zeros: 20, 4.6."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: Any, decimals: int) -> str:
    """An amount as answers show it, with so many decimals."""
    shown = format(rounded(Decimal(str(value or 0)), decimals), "f")
    return shown.removeprefix("-") if Decimal(shown) == 0 else shown


def ratio(total: Any, quantity: int) -> float | int:
    """The price of one piece: an unrounded number, 0 for no pieces."""
    if not quantity:
        return 0
    price = float(total or 0) / quantity
    return int(price) if price.is_integer() else price


# -- which rates ------------------------------------------------------------------------------


def matching(
    rates: Iterable[Mapping[str, Any]], tax_class: str, place: Mapping[str, str]
) -> list[ShopRate]:
    """The rates (as the `taxes` resource has them) for a place {country, state, postcode, city}.

    One rate for each priority: the most specific, then the first in the shop's order.
    """
    wanted = tax_class or "standard"
    fitting = [r for r in rates if r.get("class", "standard") == wanted and _covers(r, place)]
    by_priority: dict[int, Mapping[str, Any]] = {}
    for rate in sorted(fitting, key=_rank):
        by_priority.setdefault(int(rate.get("priority") or 1), rate)
    return [_shop_rate(by_priority[p]) for p in sorted(by_priority)]


def _covers(rate: Mapping[str, Any], place: Mapping[str, str]) -> bool:
    for field in ("country", "state"):
        if rate.get(field) and rate[field].upper() != place.get(field, "").upper():
            return False
    cities = {c.upper() for c in rate.get("cities") or () if c}
    if cities and place.get("city", "").upper() not in cities:
        return False
    codes = [c.upper() for c in rate.get("postcodes") or () if c]
    postcode = place.get("postcode", "").upper().replace(" ", "")
    return not codes or any(_postcode_fits(c.replace(" ", ""), postcode) for c in codes)


def _postcode_fits(pattern: str, postcode: str) -> bool:
    if "..." in pattern:
        low, high = pattern.split("...", 1)
        return low <= postcode <= high
    return fnmatch.fnmatchcase(postcode, pattern)


def _rank(rate: Mapping[str, Any]) -> tuple[Any, ...]:
    vague = tuple(not rate.get(f) for f in ("country", "state", "postcodes", "cities"))
    return (int(rate.get("priority") or 1), *vague, int(rate.get("order") or 0), rate["id"])


def _shop_rate(rate: Mapping[str, Any]) -> ShopRate:
    name = rate.get("name") or "TAX"
    parts = [rate.get("country"), rate.get("state"), name, str(int(rate.get("priority") or 1))]
    percent = Decimal(str(rate.get("rate") or 0))
    return ShopRate(
        Rate(rate["id"], percent, bool(rate.get("compound")), bool(rate.get("shipping"))),
        "-".join(p for p in parts if p).upper(),
        rate.get("name") or "Tax",
    )


# -- rows -------------------------------------------------------------------------------------


def net_price(price: Decimal, quantity: int, tax_class: str, rules: TaxRules) -> Decimal:
    """What `quantity` pieces at a shop price cost without tax, to six decimals.

    Gross prices lose the tax of the shop's own country, wherever the order goes.
    """
    whole = price * max(0, quantity)
    if not (rules.on and rules.gross):
        return whole
    return whole - sum(tax_in(whole, [r.rate for r in rules.base(tax_class)]).values(), ZERO)


def set_total(row: Row, value: Decimal) -> None:
    """Set a product row's total; its subtotal is never below."""
    row["total"] = plain(value)
    if row.get("subtotal") in (None, "") or Decimal(row["subtotal"]) < value:
        row["subtotal"] = row["total"]


def charge_taxes(body: Body, rules: TaxRules) -> None:
    """Reckon the taxes of every row anew from its net amounts."""
    if not rules.on:
        return
    lines, fees = body["line_items"], body["fee_lines"]
    for row in lines:
        rates = rules.rates(row["tax_class"]) if row["tax_status"] == "taxable" else []
        total, subtotal = (_texts(tax_on(Decimal(row[k]), rates)) for k in ("total", "subtotal"))
        row["taxes"] = {"total": total, "subtotal": subtotal}
    classes = {r["tax_class"] for r in lines if r["tax_status"] in ("taxable", "shipping")}
    shipping_class = "" if "" in classes else min(classes, default=None)
    for row in fees:
        row["taxes"] = {"total": _texts(_fee_tax(row, body, rules, shipping_class))}
    known = [] if shipping_class is None else rules.rates(shipping_class)
    shipped = [r for r in known if r.on_shipping]
    for row in body["shipping_lines"]:
        row["taxes"] = {"total": _texts(tax_on(Decimal(row["total"]), shipped))}


def _fee_tax(
    fee: Row, body: Body, rules: TaxRules, shipping_class: str | None
) -> dict[int, Decimal]:
    """A fee's tax; one below zero gives back tax of all classes, in proportion to what they cost."""
    if fee["total"] and Decimal(fee["total"]) >= 0:
        rates = rules.rates(fee["tax_class"]) if fee["tax_status"] == "taxable" else []
        return tax_on(Decimal(fee["total"]), rates)
    costs: dict[str | None, Decimal] = {}
    for kind in ("line_items", "fee_lines", "shipping_lines"):
        for row in body[kind]:
            taxed = row.get("tax_status", "taxable") == "taxable"
            name = row.get("tax_class", shipping_class) if taxed else None
            costs[name] = costs.get(name, ZERO) + max(ZERO, Decimal(row["total"] or 0))
    whole, given = sum(costs.values(), ZERO), []
    for name, cost in costs.items():
        if name is not None and cost:
            given.append(tax_on(Decimal(fee["total"] or 0) * cost / whole, rules.rates(name)))
    return summed(given)


def row_tax(row: Row, key: str, gross: bool) -> Decimal:
    """A row's tax, each rate rounded."""
    taxes = _decimals(row.get("taxes", {}).get(key, {}))
    return sum(per_line(taxes, half_down=gross).values(), ZERO)


def _whole_tax(rows: Sequence[Row], key: str) -> Decimal:
    """The tax of all rows, nowhere rounded."""
    taxes = (_decimals(row.get("taxes", {}).get(key, {})) for row in rows)
    return sum((sum(t.values(), ZERO) for t in taxes), ZERO)


def settle(body: Body, rules: TaxRules, new_id: Callable[[], int]) -> None:
    """Bring an order's tax rows and totals in line with its other rows."""
    gross = rules.gross
    on_goods = _by_rate([*body["line_items"], *body["fee_lines"]], gross)
    on_shipping = _by_rate(body["shipping_lines"], gross)
    body["tax_lines"] = _tax_rows(body, rules, on_goods, on_shipping, new_id)
    goods = [_charge(row, gross) for row in body["line_items"]]
    goods += [_charge(row, gross) for row in body["fee_lines"]]
    sums = totals(goods, [_charge(row, gross) for row in body["shipping_lines"]])
    before, after = (_whole_tax(body["line_items"], key) for key in ("subtotal", "total"))
    body.update(
        discount_total=plain(sums.discount),
        discount_tax=plain(rounded(before - after, half_down=gross)),
        shipping_total=plain(sums.shipping),
        shipping_tax=plain(sums.shipping_tax),
        cart_tax=plain(sums.goods_tax),
        total_tax=plain(sums.tax),
        total=plain(sums.total),
    )


def _charge(row: Row, gross: bool) -> Charge:
    total, tax = rounded(Decimal(row["total"] or 0)), row_tax(row, "total", gross)
    if "subtotal" not in row:
        return Charge(total, tax)
    before = rounded(Decimal(row["subtotal"] or 0))
    return Charge(total, tax, before, row_tax(row, "subtotal", gross))


def _by_rate(rows: Sequence[Row], gross: bool) -> dict[int, Decimal]:
    taxes = (_decimals(row.get("taxes", {}).get("total", {})) for row in rows)
    return summed(per_line(t, half_down=gross) for t in taxes)


def _tax_rows(
    body: Body,
    rules: TaxRules,
    on_goods: Mapping[int, Decimal],
    on_shipping: Mapping[int, Decimal],
    new_id: Callable[[], int],
) -> list[Row]:
    old = {row["rate_id"]: row for row in body["tax_lines"]}
    classes = dict.fromkeys(r["tax_class"] for r in [*body["line_items"], *body["fee_lines"]])
    known = {r.rate.id: r for c in ["", *classes] for r in rules.here(c)}
    rows = []
    for id in dict.fromkeys([*on_goods, *on_shipping]):
        row = old.get(id) or {"id": new_id(), "rate_id": id, "meta_data": []}
        if id in known:
            row |= {
                "rate_code": known[id].code,
                "label": known[id].label,
                "compound": known[id].rate.compound,
                "rate_percent": plain(known[id].rate.percent),
            }
        row["tax_total"] = plain(on_goods.get(id, ZERO))
        row["shipping_tax_total"] = plain(on_shipping.get(id, ZERO))
        rows.append(row)
    return rows


def _texts(taxes: Mapping[int, Decimal]) -> dict[str, str]:
    return {str(id): plain(tax) for id, tax in taxes.items()}


def _decimals(taxes: Mapping[str, str]) -> dict[int, Decimal]:
    return {int(id): Decimal(tax) for id, tax in taxes.items()}
