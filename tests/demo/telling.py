"""The demo as a process of its own: started, read, interrupted, and its agent killed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from agent.ports.files import Files

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 150.0
PEEK_S = 0.05
MARK = "TALLY_TEST_MARK"
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows both end a process on the spot


class Telling:
    """One demo at work in a folder."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.mark = folder, uuid.uuid4().hex
        self._said = folder.with_name(f"{folder.name}.txt")
        command = [sys.executable, "-m", "simulator.demo", *arguments, "--folder", str(folder)]
        self._until = time.monotonic() + LONGEST_S
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env={**os.environ, MARK: self.mark, "PYTHONIOENCODING": "utf-8"},
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )

    @property
    def said(self) -> str:
        """Everything that it has said so far."""
        return self._said.read_text(encoding="utf-8")

    @property
    def agents(self) -> list[int]:
        """The agent's processes, in the order of their lives."""
        return [int(number) for number in re.findall(r"\(process (\d+)\)", self.said)]

    def wait(self, seconds: float | None = None) -> int | None:
        """Until it has ended, or so long; its exit code, or None while it goes on."""
        try:
            return self.process.wait(timeout=LONGEST_S if seconds is None else seconds)
        except subprocess.TimeoutExpired:
            return None

    def until(self, seen: Callable[[], Any]) -> None:
        """Until this is seen; AssertionError with what was said when it ends, or goes on for ever."""
        while not seen():
            assert self.wait(PEEK_S) is None, self.said
            assert time.monotonic() < self._until, self.said

    def until_said(self, words: str) -> None:
        """Until it has said this."""
        self.until(lambda: words in self.said)

    def kill_agent(self, after_s: float) -> None:
        """kill -9 of `tally run` so long after its process was named; until the next one is named."""
        lives = len(self.agents)
        self.until(lambda: len(self.agents) >= max(1, lives))
        if self.wait(after_s) is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.agents[-1], KILL)
            self.until(lambda: len(self.agents) > max(1, lives))

    def interrupt(self, name: str) -> int | None:
        """Stop it with this signal, and wait."""
        self.process.send_signal(getattr(signal, name))
        return self.wait()

    def ask(self, path: str, body: Any = None) -> Any:
        """The control desk of its staging world."""
        facts = json.loads((self.folder / "staging.json").read_text(encoding="utf-8"))
        asked = urllib.request.Request(
            facts["control_url"] + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.URLError as error:
            error.add_note(self.said)
            raise

    def order(self, channel: str, number: str) -> Any:
        """An order, as its buyer sees it."""
        return self.ask(f"/api/order/{channel}/{urllib.parse.quote(number, safe='')}")

    def quantities(self, channel: str) -> dict[str, int]:
        """What a shop offers."""
        return {item["sku"]: item["quantity"] for item in self.ask(f"/api/storefront/{channel}")}

    def left_behind(self) -> list[str]:
        """What is still there of its processes, as far as this system shows it."""
        found = [f"process {number}" for number in _bearing(self.mark)]
        data = self.folder / "tally-data"
        if data.is_dir():
            lock = Files().lock(data / "tally.lock")
            found += [] if lock else ["the agent's lock"]
            if lock:
                lock.close()
        if (self.folder / "staging.json").is_file():
            with contextlib.suppress(urllib.error.URLError):
                self.ask("/api/state")
                found.append("the control desk")
        return found

    def close(self) -> None:
        """End whatever is left, by its number."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for number in _bearing(self.mark):
            os.kill(number, KILL)


@contextlib.contextmanager
def telling(folder: Path, arguments: Sequence[str] = ()) -> Iterator[Telling]:
    """A demo that is certainly over at the end, with all that belongs to it."""
    demo = Telling(folder, *arguments)
    try:
        yield demo
    finally:
        demo.close()


def _bearing(mark: str) -> list[int]:
    """Living processes that inherited the mark; none where the system does not show that."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found
