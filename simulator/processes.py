"""Child processes that do not outlive us, and a stop that comes when nothing is half-begun."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

PATIENCE_S = 15.0
STOPS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Stopped(Exception):
    """Somebody wants us to end; `was_ctrl_c` says whether a person's Ctrl-C did."""

    def __init__(self, was_ctrl_c: bool) -> None:
        super().__init__("stopped")
        self.was_ctrl_c = was_ctrl_c


class Stop:
    """Whether we are to end. It is only noted when it comes: `check` raises it at a good moment."""

    def __init__(self) -> None:
        self._came: int | None = None

    def check(self) -> None:
        """Stopped, when somebody wants us to end."""
        if self._came is not None:
            raise Stopped(self._came == signal.SIGINT)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """While open, Ctrl-C and a service's stop are noted instead of ending us on the spot."""
        numbers = [getattr(signal, name) for name in STOPS if hasattr(signal, name)]
        before = {number: signal.signal(number, self._note) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, _: object) -> None:
        self._came = number


def start(
    command: Sequence[str | Path], folder: Path, log: IO[bytes], stdout: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a child whose words go into a log. A Ctrl-C at our terminal does not reach it: we end it."""
    return subprocess.Popen(
        list(command),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=log if stdout is None else stdout,
        stderr=log,
        start_new_session=sys.platform != "win32",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def end(child: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, as a service manager does; after a while, make it."""
    if child.poll() is None:
        if sys.platform == "win32":
            child.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            child.terminate()
    try:
        child.wait(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
