"""A database whose every statement may be the agent's last, as kill -9 would have it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.ports.database import Database


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing may tidy up after it."""


@dataclass
class Fuse:
    """Burns down with every statement and every call, and kills when it is spent."""

    left: int
    dead: bool = False

    def burn(self) -> None:
        if self.dead or self.left == 0:
            self.dead = True
            raise Killed
        self.left -= 1


class MortalDatabase(Database):
    """A database whose every statement may be the last."""

    def __init__(self, path: Path, fuse: Fuse) -> None:
        super().__init__(path)
        self.fuse = fuse

    def run(self, sql: str, values: Any = ()) -> int:
        self.fuse.burn()
        return super().run(sql, values)

    def insert(self, sql: str, values: Any = ()) -> int:
        self.fuse.burn()
        return super().insert(sql, values)

    def run_many(self, sql: str, rows: Any) -> None:
        self.fuse.burn()
        super().run_many(sql, rows)

    def rows(self, sql: str, values: Any = ()) -> list[Any]:
        self.fuse.burn()
        return super().rows(sql, values)

    def row(self, sql: str, values: Any = ()) -> Any:
        self.fuse.burn()
        return super().row(sql, values)

    def barrier(self) -> None:
        self.fuse.burn()
        super().barrier()
