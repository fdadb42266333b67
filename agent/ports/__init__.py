"""The six doors to the world: clock, chance, http, files, database, environment. Nothing else may touch it."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.ports.chance import Chance
from agent.ports.clock import Clock
from agent.ports.environment import Environment
from agent.ports.files import Files
from agent.ports.http import Http


@dataclass(frozen=True)
class Ports:
    """The doors that a station or a channel is given; tests and staging hand in their own.

    The database is not among them: it is opened once, by the store, and passed on by itself.
    """

    clock: Clock = field(default_factory=Clock)
    chance: Chance = field(default_factory=Chance)
    http: Http = field(default_factory=Http)
    files: Files = field(default_factory=Files)
    environment: Environment = field(default_factory=Environment)

    def __post_init__(self) -> None:
        """Answers are read without the secrets that the environment has given out."""
        self.http.discretion = self.environment.discretion
