"""The agent's end on the stage, as by kill -9: laid on one of its steps, and honest.

The process ends before, half-way through or after a step: a commit, a file, a request that changes
a shop. From then on every one of its doors raises, so that nothing of the dying agent tidies up.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, NoReturn, TypeVar

from agent.ports.chance import Chance as AgentChance
from agent.ports.clock import Clock as AgentClock
from agent.ports.files import Files, Seen
from simulator.world import World

Act = Literal["commit", "file", "send"]
When = Literal["before", "half", "after"]
Result = TypeVar("Result")
WRITES = ("insert", "update", "delete", "replace")


class Killed(BaseException):
    """The agent's process ends here, as by kill -9: nothing of it may tidy up."""


@dataclass(frozen=True)
class Doom:
    """At the `nth` such step from now the process ends; `channel` narrows sending to one shop."""

    act: Act
    when: When
    nth: int = 1
    channel: str = ""


class Fate:
    """One life of the agent: how many steps it has taken, and at which it ends."""

    def __init__(self) -> None:
        self.taken: Counter[Act] = Counter()
        self.is_dead = False
        self._doom: Doom | None = None
        self._left = 0

    def lay(self, doom: Doom) -> None:
        """Lay an end on a step to come."""
        self._doom, self._left = doom, doom.nth

    def check(self) -> None:
        """Killed, when the process has ended: a door opens for the living only."""
        if self.is_dead:
            raise Killed

    def step(
        self,
        act: Act,
        do: Callable[[], Result],
        half: Callable[[], object] = lambda: None,
        channel: str = "",
    ) -> Result:
        """Take one step, unless the process ends here. `half` is what is left of it half-way."""
        self.check()
        self.taken[act] += 1
        when = self._due(act, channel)
        if when == "before":
            self._die()
        if when == "half":
            half()
            self._die()
        result = do()
        if when == "after":
            self._die()
        return result

    def _due(self, act: Act, channel: str) -> When | None:
        doom = self._doom
        if doom is None or doom.act != act or doom.channel not in ("", channel):
            return None
        self._left -= 1
        if self._left:
            return None
        self._doom = None
        return doom.when

    def _die(self) -> NoReturn:
        self.is_dead = True
        raise Killed


class MortalClock(AgentClock):
    """The world's clock, as the agent asks for it."""

    def __init__(self, world: World, fate: Fate) -> None:
        self._clock, self._fate = world.clock, fate

    def now(self) -> datetime:
        """The world's present."""
        self._fate.check()
        return self._clock.now()

    def mono(self) -> float:
        """Seconds of the world's time."""
        return self.now().timestamp()

    def wait(self, wake: threading.Event, seconds: float) -> bool:
        """Nobody waits on the stage: the runner moves the clock."""
        raise RuntimeError("a scenario never waits")


class MortalChance(AgentChance):
    """The agent's chance, from the scenario's seed."""

    def __init__(self, world: World, fate: Fate) -> None:
        self._stream, self._fate = world.chance.stream("agent"), fate

    def between(self, low: float, high: float) -> float:
        """A number between both."""
        self._fate.check()
        return self._stream.uniform(low, high)

    def token(self) -> str:
        """32 hexadecimal digits."""
        self._fate.check()
        return f"{self._stream.getrandbits(128):032x}"


class MortalFiles(Files):
    """The real files. Every file that is written is a step at which the agent may end."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def scan(self, folder: Path) -> list[Seen]:
        """As the real one."""
        self._fate.check()
        return super().scan(folder)

    def look(self, path: Path) -> Seen | None:
        """As the real one."""
        self._fate.check()
        return super().look(path)

    def open_read(self, path: Path) -> BinaryIO:
        """As the real one."""
        self._fate.check()
        return super().open_read(path)

    def copy_in(self, source: Path, folder: Path) -> tuple[str, Path, Seen]:
        """As the real one; half-way there is a part of a copy."""

        def part() -> None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".1.part").write_bytes(b"half")

        return self._fate.step(
            "file", lambda: super(MortalFiles, self).copy_in(source, folder), part
        )

    def publish(self, path: Path, data: bytes) -> None:
        """As the real one; half-way half of the bytes lie there under the temporary name."""
        self._fate.step(
            "file", lambda: super(MortalFiles, self).publish(path, data), _half(path, data)
        )

    def rewrite(self, path: Path, data: bytes) -> None:
        """As the real one; half-way half of the bytes lie there under the temporary name."""
        self._fate.step(
            "file", lambda: super(MortalFiles, self).rewrite(path, data), _half(path, data)
        )

    def make_folder(self, folder: Path) -> None:
        """As the real one."""
        self._fate.check()
        super().make_folder(folder)

    def remove_own(self, path: Path) -> None:
        """As the real one, and a step as well."""
        self._fate.step("file", lambda: super(MortalFiles, self).remove_own(path))


def _half(path: Path, data: bytes) -> Callable[[], object]:
    def write() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f".{path.name}.tmp").write_bytes(data[: len(data) // 2])

    return write


class MortalConnection:
    """The agent's connection to SQLite. Every commit is a step at which the agent may end.

    What has not been committed by then is undone when the file is next opened, as after a kill.
    """

    def __init__(self, raw: sqlite3.Connection, fate: Fate) -> None:
        self._raw, self._fate = raw, fate

    @property
    def in_transaction(self) -> bool:
        """As the real one."""
        return self._raw.in_transaction

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        """As the real one."""
        self._fate.check()
        if self._commits(sql):
            return self._fate.step("commit", lambda: self._raw.execute(sql, values))
        return self._raw.execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        """As the real one."""
        self._fate.check()
        return self._raw.executemany(sql, rows)

    def backup(self, copy: sqlite3.Connection) -> None:
        """As the real one, and a step as well."""
        self._fate.step("file", lambda: self._raw.backup(copy))

    def close(self) -> None:
        """The end of the process closes it too."""
        self._raw.close()

    def _commits(self, sql: str) -> bool:
        word = sql.split(maxsplit=1)[0].lower()
        return word == "commit" or (word in WRITES and not self._raw.in_transaction)
