"""The people at the ERP, as a test tells them what to do: one Tryton process behind JSON lines."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.tryton.company import Tryton

SCRIPT = Path(__file__).with_name("legacy_site.py")
NESTED = ("Lines/", "Outgoing Moves/", "Incoming Moves/")

Row = Mapping[str, str]


class Refused(Exception):
    """Tryton will not; the text is its own."""


class Clerk:
    """What is done in Tryton, and what its exports then show. `drop` is the site's folder."""

    def __init__(self, process: subprocess.Popen[str], drop: Path) -> None:
        self._process, self.drop = process, drop

    def do(self, what: str, **facts: Any) -> Any:
        """Have one thing done: see `legacy_site.Site`. Refused when Tryton refuses."""
        told, answers = self._process.stdin, self._process.stdout
        assert told is not None and answers is not None
        told.write(json.dumps({"do": what, **facts}) + "\n")
        told.flush()
        line = answers.readline()
        if not line:
            raise RuntimeError(f"Tryton has ended; see {self.drop.parent / 'tryton.log'}")
        answer = json.loads(line)
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["gives"]

    def take(self) -> dict[str, str]:
        """Import what lies in the drop folder: {name of the file: "" or Tryton's refusal}."""
        return dict(self.do("take"))

    def dump(self, at: datetime) -> None:
        """Write every export anew; `at` becomes the time of the files."""
        self.do("dump", at=at.timestamp())

    def failed(self) -> list[str]:
        """The names of the files that Tryton has refused, ever."""
        return sorted(path.name for path in (self.drop / "failed").glob("*.csv"))

    def stock(self, warehouse: str) -> dict[str, tuple[int, int]]:
        """By sku what a warehouse holds, and what is left of that after open deliveries."""
        return {
            row["Product/Code"]: (
                int(float(row["Quantity"])),
                int(float(row["Forecast Quantity"])),
            )
            for row in self.export(f"stock_{warehouse}")
        }

    def export(self, name: str) -> list[Row]:
        """The rows of an export as it lies in the folder, under Tryton's own captions.

        Blank cells of a nested list are filled from the row above, as its reader must.
        """
        path = self.drop / "out" / f"{name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as source:
            return list(_filled(csv.DictReader(source)))


@contextmanager
def at_work(tryton: Tryton, folder: Path) -> Iterator[Clerk]:
    """A clerk with a company of its own in a new folder; its files are in `folder / "drop"`."""
    company, drop = tryton.copy_company(folder / "company"), folder / "drop"
    for name in ("in", "done", "failed", "out"):
        (drop / name).mkdir(parents=True)
    command = [tryton.python, SCRIPT, tryton.scripts, company, drop]
    with (
        (folder / "tryton.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield Clerk(process, drop)
        finally:
            process.kill()  # its company was a copy, of which nothing is kept


def _filled(rows: csv.DictReader[str]) -> Iterator[Row]:
    """A row with nothing outside the nested list goes on with the list of the row above."""
    above: dict[str, str] = {}
    for row in rows:
        own = {key: value for key, value in row.items() if not key.startswith(NESTED)}
        if any(own.values()):
            above = own
        yield {**row, **above}
