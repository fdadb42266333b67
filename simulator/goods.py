"""Goods by the thousand, with names that a shop of home ware could have; the same number, the same goods."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count, product

from simulator.channels import Goods
from simulator.world import GOODS

THINGS = (
    *("Shelf", "Stool", "Bench", "Mirror", "Tray", "Bowl", "Vase", "Lamp", "Clock", "Basket"),
    *("Candlestick", "Frame", "Hook", "Box", "Side table", "Plant stand", "Coat rack", "Bookend"),
)
MATERIALS = (
    *("Oak", "Ash", "Walnut", "Beech", "Pine", "Brass", "Steel", "Copper", "Linen", "Wool"),
    *("Stoneware", "Porcelain", "Glass", "Rattan", "Marble", "Leather", "Cork", "Bamboo"),
)
COLOURS = ("natural", "white", "black", "sand", "moss", "rust", "ink", "smoke")
SIZES = ("S", "M", "L", "XL")


def some(number: int) -> tuple[Goods, ...]:
    """So many goods, the usual ones first."""
    made = _made()
    return (*GOODS[:number], *(next(made) for _ in range(number - len(GOODS))))


def _made() -> Iterator[Goods]:
    for series in count(1):
        for n, (size, colour, thing, material) in enumerate(
            product(SIZES, COLOURS, THINGS, MATERIALS)
        ):
            words = (material, thing.replace(" ", ""), colour, size)
            mark = "" if series == 1 else f"-{series}"
            price = Decimal(900 + (n * 7919) % 50_000) / 100
            title = f"{material} {thing.lower()}, {colour}, {size}"
            more = "" if series == 1 else f", series {series}"
            yield Goods(
                "-".join(words).upper() + mark,
                title + more,
                price.quantize(Decimal("0.01")),
                (n * 31) % 60,
            )
