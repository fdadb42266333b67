"""A working day on the stage; when the agent dies in it, it is started again at once, as by a service."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from simulator.scenario import runner
from simulator.scenario.fate import Doom
from simulator.scenario.language import parse
from simulator.scenario.stage import Stage

CALM = timedelta(minutes=5)  # after a restart, for what was under way
DAY = """\
title: A working day
settings:
  every: {scan: 30s, pull: 2m, observe: 1h}
given:
  items:
    - {sku: LAMP-ARC, title: Arc floor lamp, on_hand: 2, price: 397.56}
    - {sku: MUG-STONE, title: Stoneware mug, on_hand: 80, price: 32.44}
    - {sku: WOOL-THROW, title: Wool throw, on_hand: 25, price: 178.05}
when:
  - time passes: 4m
  - someone activates LAMP-ARC
  - someone activates MUG-STONE
  - someone activates WOOL-THROW
  - time passes: 4m
  - shopper buys LAMP-ARC on shopify
  - shopper buys 2 WOOL-THROW on woocommerce
  - time passes: 4m
  - shopper buys LAMP-ARC on woocommerce
  - shopper buys 3 MUG-STONE on shopify
  - time passes: 4m
  - erp takes the orders
  - erp changes MUG-STONE: {price: 35.00}
  - erp exports everything
  - time passes: 4m
  - erp ships 1 WOOL-THROW
  - erp ships 3 MUG-STONE
  - erp receives 5 LAMP-ARC
  - erp adds MUG-BLUE: {title: Blue mug, price: 34.00, on_hand: 12}
  - erp exports everything
  - time passes: 4m
  - shopper buys 4 MUG-STONE on woocommerce
  - time passes: 4m
  - erp takes the orders
  - erp exports everything
  - time passes: 4m
  - shopper cancels the last order
  - time passes: 4m
  - erp cancels the last order
  - shopper buys 1 MUG-STONE on shopify
  - time passes: 4m
  - erp takes the orders
  - erp ships everything
  - erp exports everything
  - time passes: 5m
"""


@dataclass
class Ending:
    """How everything stands in the evening, in the shops and the ERP; the agent is not asked."""

    shelves: dict[str, dict[str, tuple[Any, ...]]]
    books: list[tuple[Any, ...]]
    parcels: list[tuple[str, str, int]]
    refused: list[str]
    taken: dict[str, int] = field(default_factory=dict, compare=False)  # steps of the first life
    lives: int = field(default=1, compare=False)


def live_through(folder: Path, *dooms: Doom) -> Ending:
    """The whole day; each doom is laid on one life of the agent, in turn."""
    scenario, waiting, lives = parse(DAY, "day.yaml"), list(dooms), 0
    stage = Stage(scenario, folder, seed=7)

    def begin() -> None:
        nonlocal lives
        lives += 1
        stage.start_agent()
        if waiting:
            stage.fate.lay(waiting.pop(0))

    try:
        runner.open_the_erp(stage, scenario)
        begin()
        first = stage.fate
        for step in scenario.steps:
            with stage.maybe_killed():
                step.sentence.play(stage, step.words, step.value)
                stage.hint_at_files()
                stage.settle()
            while stage.engine is None:
                begin()
                stage.pass_time(CALM)
        return _ending(stage, dict(first.taken), lives)
    finally:
        stage.close()


def _ending(stage: Stage, taken: dict[str, int], lives: int) -> Ending:
    shelves, parcels = {}, []
    for channel, dialect in sorted(stage.world.dialects.items()):
        front = dialect.storefront
        items = [front.item(item["sku"]) for item in stage.erp.books.items()]
        shelves[channel] = {i.sku: (i.availability, i.price, i.was, i.quantity) for i in items}
    for channel, number in stage.orders:
        order = stage.world.dialects[channel].storefront.order(number)
        parcels.append((channel, number, len(order.parcels)))
    books = [
        (o["number"], o["status"], [(n["sku"], n["quantity"], n["price"]) for n in o["lines"]])
        for o in stage.erp.books.orders()
    ]
    refused = sorted(path.name for path in stage.erp.failed.iterdir())
    return Ending(shelves, sorted(books), parcels, refused, taken, lives)


def spread(count: int, samples: int) -> list[int]:
    """So many numbers from 1 to `count`, evenly spread, both ends among them."""
    if samples >= count:
        return list(range(1, count + 1))
    return sorted({1 + math.floor(n * (count - 1) / (samples - 1)) for n in range(samples)})
