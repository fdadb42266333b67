"""What a channel asks for an item: list price, sale and its window, the price struck through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from agent.model.item import Item
from agent.model.money import Money
from agent.model.policy import ChannelPolicy


@dataclass(frozen=True, slots=True)
class Price:
    """Prices in minor units as the channel counts them (gross or net); None leaves them untouched."""

    price: int | None
    because: tuple[str, ...]
    compare_at: int | None = None
    sale_price: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    cost: int | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Sale:
    price: int
    starts: datetime | None
    ends: datetime | None

    def is_on(self, now: datetime) -> bool:
        return (self.starts is None or self.starts <= now) and (
            self.ends is None or now < self.ends
        )

    def next_edge(self, now: datetime) -> datetime | None:
        return min(
            (edge for edge in (self.starts, self.ends) if edge is not None and edge > now),
            default=None,
        )


def price_to_ask(
    item: Item, policy: ChannelPolicy, *, sale_dates: bool, compare_at: bool, now: datetime
) -> Price:
    """The ERP's prices in the channel's terms; taxes are added or taken off, half a cent rounds up.

    A channel with sale dates is told the sale and its window. One without is told the price of this
    moment, with the list price struck through while a sale is on, and `next_at` is when that
    changes. A price in another currency, an empty one and an absent one are not sent at all; zero
    is a price. A compare-at price that is not above the price is no saving and is left out.
    """
    if item.price is None:
        why = "empty in the ERP" if "price" in item.stated else "not stated by the ERP"
        return Price(None, (f"price is {why}: price not touched",))
    if item.currency != policy.currency:
        ours = item.currency or "no currency"
        return Price(None, (f"price is in {ours}, the shop sells in {policy.currency}",))
    rate = policy.tax_rates.get(item.tax_class or "", policy.tax_rate)
    listed = _converted(item.price, policy, rate, item.price_rest)
    because = [f"price {_told(listed, policy)}"]
    if listed != item.price:
        because.append(
            f"{policy.erp_prices_are} {_told(item.price, policy)} in the ERP, tax {rate:f} %"
        )
    was = None if item.compare_at is None else _converted(item.compare_at, policy, rate)
    above = was if compare_at and was is not None and was > listed else None
    cost = None if item.cost is None else _converted(item.cost, policy, rate)
    sale, words = _sale(item, policy, rate, listed)
    because += words
    if sale is None:
        return Price(listed, tuple(because), above, cost=cost)
    if sale_dates:
        return Price(listed, tuple(because), above, sale.price, sale.starts, sale.ends, cost)
    next_at = sale.next_edge(now)
    if not sale.is_on(now):
        return Price(listed, tuple(because), above, cost=cost, next_at=next_at)
    because.append("the sale is on")
    struck = listed if compare_at else None
    return Price(sale.price, tuple(because), struck, cost=cost, next_at=next_at)


def _sale(
    item: Item, policy: ChannelPolicy, rate: Decimal, listed: int
) -> tuple[_Sale | None, list[str]]:
    """The sale, where there is one, and what to say about it."""
    if item.sale_price is None:
        return None, []
    price = _converted(item.sale_price, policy, rate, item.sale_price_rest)
    told = f"sale price {_told(price, policy)}"
    if price >= listed:
        return None, [f"{told} is not below the price: no sale"]
    starts, ends = _whole_second(item.sale_from), _whole_second(item.sale_until)
    if starts is not None and ends is not None and ends <= starts:
        return None, [f"{told} ends before it starts: no sale"]
    zone = ZoneInfo(policy.zone)
    window = [
        f"{word} {edge.astimezone(zone):%Y-%m-%d %H:%M}"
        for word, edge in (("from", starts), ("until", ends))
        if edge is not None
    ]
    suffix = f" ({policy.zone})" if window else ""
    return _Sale(price, starts, ends), [" ".join([told, *window]) + suffix]


def _whole_second(moment: datetime | None) -> datetime | None:
    """Channels keep seconds; a fraction would differ for ever."""
    return None if moment is None else moment.astimezone(UTC).replace(microsecond=0)


def _converted(minor: int, policy: ChannelPolicy, rate: Decimal, rest: int = 0) -> int:
    """The amount as the channel counts it; tax goes on what the ERP says to its last decimal (`rest`)."""
    if policy.erp_prices_are == policy.prices_are:
        return minor
    exact, factor = minor + Decimal(rest) / 100, 1 + rate / 100
    amount = exact * factor if policy.prices_are == "gross" else exact / factor
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _told(minor: int, policy: ChannelPolicy) -> str:
    return str(Money(minor, policy.currency))
