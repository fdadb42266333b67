"""The language of scenarios: YAML whose steps are sentences, each known by its pattern.

    title: What happens at zero stock?
    given:
      items:
        - {sku: LAMP-01, title: Desk lamp, on_hand: 1, price: 49.00}
    when:
      - shopper buys LAMP-01 on shopify
      - time passes: 5m
    then:
      - woocommerce shows LAMP-01 as: sold out

A story of several acts has them under `acts`, each with its own when and then.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agent import channels as agent_channels
from agent.errors import ConfigError, TallymanError
from agent.yaml_places import Document
from simulator import channels


def _simulated(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in channels.names():
            raise ValueError(
                f'"{name}" is no simulated channel; known: {", ".join(channels.names())}'
            )
    return names


def _all() -> tuple[str, ...]:
    """Every channel that is simulated and that the agent knows."""
    return tuple(name for name in channels.names() if name in agent_channels.names())


class Part(BaseModel):
    """A part of a scenario; unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Amount = Annotated[Decimal, BeforeValidator(str)]


class Sale(Part):
    """A dated sale, in the site's local time."""

    price: Amount
    begins: str = Field(alias="from")
    until: str


class GivenItem(Part):
    """An article in the ERP at the start."""

    sku: str
    title: str = ""
    price: Amount
    on_hand: int = 0
    category: str = ""
    cost: Amount | None = None
    incoming: int = 0
    sale: Sale | None = None
    live: bool = True  # activated and on every channel before the story begins


class Given(Part):
    """How things stand at the start."""

    items: tuple[GivenItem, ...] = ()
    files: Mapping[str, str] = Field(default_factory=dict)  # beside the ERP's own exports


class ActPart(Part):
    """Something happens, and then something must be seen."""

    when: tuple[Any, ...] = ()
    then: tuple[Any, ...] = ()


class Script(Part):
    """A scenario file as it is written."""

    title: str
    about: str = ""
    seed: int = 1
    begins: str = Field("2026-03-02 09:00", alias="starts", pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")
    zone: str = "Europe/Warsaw"
    erp: Literal["unleashed", "wapro"] = "unleashed"
    preset: str = ""  # what `tally init` begins the settings from; "": what scenarios begin from
    channels: Annotated[tuple[str, ...], AfterValidator(_simulated)] = tuple(
        name for name in channels.names() if name in agent_channels.names()
    )
    settings: Mapping[str, Any] = Field(default_factory=dict)  # laid over tally.yaml
    given: Given = Given()
    when: tuple[Any, ...] = ()
    then: tuple[Any, ...] = ()
    acts: tuple[ActPart, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A kind of step: its pattern (named groups are its words), and what it does on the stage."""

    pattern: re.Pattern[str]
    example: str
    play: Callable[..., Any]


@dataclass(frozen=True)
class Step:
    """One step of a scenario: the sentence, its words and value, and where it is written."""

    text: str
    place: str
    sentence: Sentence
    words: Mapping[str, str]
    value: Any

    @property
    def is_sighting(self) -> bool:
        """Whether the step says what must be seen, rather than what happens."""
        return self.sentence in THEN


@dataclass(frozen=True)
class Scenario:
    """A scenario, checked: every step is a sentence that somebody understands."""

    name: str
    script: Script
    steps: tuple[Step, ...]
    document: Document = field(repr=False)


WHEN: list[Sentence] = []
THEN: list[Sentence] = []
_WORDS = {
    "SKU": r"(?P<sku>[^\s,:]+)",
    "CHANNEL": r"(?P<channel>[a-z]+)",
    "N": r"(?P<n>\d+)",
    "KIND": r"(?P<kind>[a-z][a-z ]*?)",
    "NAME": r"(?P<name>[a-z]\w*)",
    "FILE": r"(?P<file>\w[\w.-]*)",
}


def sentence(
    template: str, book: list[Sentence]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a sentence into a book: words in capitals stand for others (see above), (…) may be left out."""

    def enter(play: Callable[..., Any]) -> Callable[..., Any]:
        pattern = re.escape(template).replace(r"\(", "(?:").replace(r"\)", ")?")
        for word, expression in _WORDS.items():
            pattern = re.sub(rf"\b{word}\b", expression.replace("\\", "\\\\"), pattern)
        book.append(Sentence(re.compile(pattern), template, play))
        return play

    return enter


def parse(text: str, name: str) -> Scenario:
    """The scenario in this text. ConfigError with every fault, each as file:line:column."""
    document = Document(text, name)
    try:
        script = Script.model_validate(document.data)
    except ValidationError as error:
        faults = document.faults(error, Script)
        raise ConfigError("the scenario cannot be played", name, faults=faults) from error
    steps, faults = [], []
    for path, book, written in _written(script):
        found = _step(written, book, document.place(path))
        if isinstance(found, Step):
            steps.append(found)
        else:
            faults.append(found)
    if faults:
        raise ConfigError("the scenario cannot be played", name, faults=faults)
    return Scenario(name.removesuffix(".yaml"), script, tuple(steps), document)


def _written(script: Script) -> Sequence[tuple[list[str | int], list[Sentence], Any]]:
    """Every step as written, in order, with its path in the file and the book that it belongs to."""
    found: list[tuple[list[str | int], list[Sentence], Any]] = []
    acts: list[tuple[list[str | int], Script | ActPart]] = [([], script)]
    acts += [(["acts", number], act) for number, act in enumerate(script.acts)]
    for path, act in acts:
        found += [([*path, "when", n], WHEN, step) for n, step in enumerate(act.when)]
        found += [([*path, "then", n], THEN, step) for n, step in enumerate(act.then)]
    return found


def _step(written: Any, book: list[Sentence], place: str) -> Step | TallymanError:
    text, value = written, None
    if isinstance(written, dict) and len(written) == 1:
        text, value = next(iter(written.items()))
    if not isinstance(text, str):
        return ConfigError("a step is one sentence", place, f"such as: {book[0].example}")
    for known in book:
        if match := known.pattern.fullmatch(text.strip()):
            words = {key: word for key, word in match.groupdict().items() if word is not None}
            return Step(_said(text, value), place, known, words, value)
    advice = "; ".join(_nearest(text, book))
    return ConfigError(f'nobody understands "{text}"', place, f"sentences like it: {advice}")


def _nearest(text: str, book: Sequence[Sentence]) -> list[str]:
    """The sentences most like this one; which goods or shop it names makes no difference."""

    def plain(words: str) -> str:
        return " ".join(w for w in words.split() if w not in channels.names() and w == w.lower())

    def likeness(known: Sentence) -> float:
        return difflib.SequenceMatcher(None, plain(text), plain(known.example)).ratio()

    return [known.example for known in sorted(book, key=likeness, reverse=True)[:3]]


def _said(text: str, value: Any) -> str:
    if value is None:
        return text
    if isinstance(value, dict):
        value = ", ".join(f"{key} {part}" for key, part in value.items())
    if "\n" in (told := str(value).strip()):
        first, *rest = told.splitlines()
        told = f"{first} … ({len(rest)} lines more)"
    return f"{text}: {told}"


def local(text: Any, zone: Any) -> datetime:
    """`2026-03-29 01:30` in the site's zone, aware. ValueError when it is no such time."""
    return datetime.strptime(str(text), "%Y-%m-%d %H:%M").replace(tzinfo=zone)
