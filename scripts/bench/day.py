"""Measures a day of the staging world in process: every shop, 1,000 goods, 500 purchases.

    python scripts/bench/day.py [--goods 1000] [--orders 500] [--json]

The clock goes a minute at a time, and everything due happens; shoppers come as they like, over all shops, until
so many purchases are made. Told are the seconds in all, and what the shoppers and the minutes take of them.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import timedelta

from simulator import goods
from simulator.world import World

MOST_S = 60.0
MINUTES = 24 * 60


def main() -> None:
    """Measure, and print a table or one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--goods", type=int, default=1000)
    asked.add_argument("--orders", type=int, default=500)
    asked.add_argument("--json", action="store_true")
    wish = asked.parse_args()
    found = _day(wish.goods, wish.orders)
    if wish.json:
        print(json.dumps({"goods": wish.goods, "orders": wish.orders, **found}))
        return
    print(f"{wish.goods:,} goods in {found['shops']:.0f} shops, {found['purchases']:.0f} purchases")
    for name, text in (
        ("stocking_s", "stocking"),
        ("shoppers_s", "shoppers"),
        ("minutes_s", "minutes"),
    ):
        print(f"{text:<12}{found[name]:8.2f} s")
    print(f"{'in all':<12}{found['all_s']:8.2f} s, at most {MOST_S:.0f} s")


def _day(number: int, orders: int) -> dict[str, float]:
    began = time.perf_counter()
    world = World(goods=goods.some(number))
    stocked = time.perf_counter()
    shopping = passing = 0.0
    bought = 0
    for minute in range(1, MINUTES + 1):
        start = time.perf_counter()
        while bought < orders * minute // MINUTES:
            bought += len(world.shoppers.stroll(1))
        middle = time.perf_counter()
        world.advance(timedelta(minutes=1))
        shopping, passing = shopping + middle - start, passing + time.perf_counter() - middle
    shops = len(world.dialects)
    world.close()
    return {
        "shops": shops,
        "purchases": bought,
        "stocking_s": stocked - began,
        "shoppers_s": shopping,
        "minutes_s": passing,
        "all_s": time.perf_counter() - began,
    }


if __name__ == "__main__":
    main()
