"""Plays a scenario from its first sentence to its last, and keeps the timeline of what was seen."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from simulator.erp.books import BooksRefuse
from simulator.pages import snapshot
from simulator.scenario import happenings, sightings
from simulator.scenario.language import GivenItem, Scenario, Step
from simulator.scenario.stage import Stage
from simulator.world import World

Kind = Literal["given", "happens", "seen", "missed"]
LEARNED = (happenings, sightings)  # the books of sentences, filled by being imported
START_UP = timedelta(minutes=5)  # for the agent to bring what is given onto the channels


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `shelves` are the storefronts as they looked, by channel."""

    at: str  # local time
    kind: Kind
    text: str
    told: str = ""
    place: str = ""
    shelves: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Story:
    """A played scenario."""

    name: str
    title: str
    about: str
    seed: int
    moments: tuple[Moment, ...]

    @property
    def has_passed(self) -> bool:
        """Whether everything that must be seen was seen."""
        return all(moment.kind != "missed" for moment in self.moments)

    def to_json(self) -> dict[str, Any]:
        """The story for programs; the same seed gives the same bytes."""
        return {
            "scenario": self.name,
            "title": self.title,
            "seed": self.seed,
            "passed": self.has_passed,
            "timeline": [
                {"at": m.at, "kind": m.kind, "text": m.text, "told": m.told, "place": m.place}
                for m in self.moments
            ],
        }


def play(
    scenario: Scenario,
    *,
    seed: int | None = None,
    with_shelves: bool = False,
    tell: Callable[[Moment], None] = lambda moment: None,
    watch: Callable[[World], None] = lambda world: None,
) -> Story:
    """Play in a fresh folder that is gone afterwards; `tell` hears each moment as it happens, `watch`
    is shown the world before anything does.

    The story ends at the first sentence that cannot happen; a sighting that is missed does not end it.
    """
    used = scenario.script.seed if seed is None else seed
    logging.getLogger("agent").addHandler(logging.NullHandler())  # the timeline is what is told
    moments: list[Moment] = []

    def add(moment: Moment) -> None:
        moments.append(moment)
        tell(moment)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        stage = Stage(scenario, Path(folder), used)
        try:
            watch(stage.world)
            _set(stage, scenario)
            add(_moment(stage, "given", _given_text(scenario), with_shelves=with_shelves))
            for step in scenario.steps:
                moment = (
                    _sight(stage, step) if step.is_sighting else _happen(stage, step, with_shelves)
                )
                add(moment)
                if moment.kind == "missed" and not step.is_sighting:
                    break
        finally:
            stage.close()
    return Story(scenario.name, scenario.script.title, scenario.script.about, used, tuple(moments))


def _set(stage: Stage, scenario: Scenario) -> None:
    """Fill the ERP, start the agent, and let it bring what is live onto the channels."""
    open_the_erp(stage, scenario)
    stage.start_agent()
    stage.pass_time(START_UP)
    if live := [item.sku for item in scenario.script.given.items if item.live]:
        stage.activate(*live)
        stage.pass_time(START_UP)
    for channel in stage.world.dialects:
        stage.requests(channel)  # what it took to set the stage is not counted


def open_the_erp(stage: Stage, scenario: Scenario) -> None:
    """Enter what is given into the ERP's books, and export it."""
    for item in scenario.script.given.items:
        _add(stage, item)
    stage.dumps += stage.erp.export()
    for name, text in scenario.script.given.files.items():
        stage.save(name, text)


def _add(stage: Stage, item: GivenItem) -> None:
    facts: dict[str, Any] = {"category": item.category} if item.category else {}
    if item.cost is not None:
        facts["cost"] = f"{item.cost:.2f}"
    if item.sale is not None:
        sale = {"price": item.sale.price, "from": item.sale.begins, "until": item.sale.until}
        facts["sale"] = {key: str(value) for key, value in sale.items()}
    stage.erp.books.add_item(
        item.sku, item.title or item.sku.title(), item.price, item.on_hand, **facts
    )
    if item.incoming:
        stage.erp.books.move(item.sku, incoming=item.incoming)


def _given_text(scenario: Scenario) -> str:
    items = scenario.script.given.items
    told = [f"{item.sku} ({item.on_hand} on hand, {item.price:.2f})" for item in items[:6]]
    more = [f"{len(items) - 6} more"] if len(items) > 6 else []
    return ", ".join([*told, *more]) or "nothing in the ERP"


def _happen(stage: Stage, step: Step, with_shelves: bool) -> Moment:
    stage.told.clear()
    try:
        with stage.maybe_killed():
            told = step.sentence.play(stage, step.words, step.value)
            stage.hint_at_files()
        stage.settle()
    except (happenings.CannotHappen, BooksRefuse, LookupError, ValueError, TypeError) as error:
        return _moment(stage, "missed", step.text, f"cannot happen: {error}", step.place)
    heard = "; ".join([*([str(told)] if told else []), *stage.told])
    return _moment(stage, "happens", step.text, heard, step.place, with_shelves=with_shelves)


def _sight(stage: Stage, step: Step) -> Moment:
    try:
        seen = step.sentence.play(stage, step.words, step.value)
    except (happenings.CannotHappen, LookupError, RuntimeError) as error:
        return _moment(stage, "missed", step.text, f"cannot be seen: {error}", step.place)
    if _alike(seen, step.value):
        return _moment(stage, "seen", step.text, "", step.place)
    shown = "nothing" if seen is None else seen
    return _moment(stage, "missed", step.text, f"seen instead: {shown}", step.place)


def _alike(seen: Any, expected: Any) -> bool:
    """Whether what is seen is what was written: numbers by value, words as they stand."""
    if seen is None or expected is None:
        return seen is None and expected is None
    if isinstance(seen, int | Decimal) and not isinstance(expected, bool):
        try:
            return Decimal(str(expected)) == Decimal(seen)
        except ArithmeticError:
            return False
    return str(seen) == str(expected)


def _moment(
    stage: Stage,
    kind: Kind,
    text: str,
    told: str = "",
    place: str = "",
    *,
    with_shelves: bool = False,
) -> Moment:
    shelves = {c: snapshot(stage.world, c) for c in stage.world.dialects} if with_shelves else {}
    at = stage.local_time().strftime("%Y-%m-%d %H:%M:%S")
    return Moment(at, kind, text, told, place, shelves)
