"""Times `tally --help` against `python -c "import click"`, each as a process of its own.

python scripts/bench/start.py [--rounds 15] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

TARGET = 3.0


def main() -> None:
    """Measure in turns, and print a table or one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--json", action="store_true")
    wish = asked.parse_args()
    commands = {
        "python": [sys.executable, "-c", "pass"],
        "import click": [sys.executable, "-c", "import click"],
        "tally --help": [*_tally(), "--help"],
    }
    took: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(wish.rounds + 1):
        for name, command in commands.items():
            seconds = _timed(command)
            if turn:  # the first round fills the system's caches
                took[name].append(seconds)
    found = {name: statistics.median(seconds) for name, seconds in took.items()}
    ratio = found["tally --help"] / found["import click"]
    if wish.json:
        print(json.dumps({"seconds": found, "ratio": ratio, "target": TARGET}))
        return
    print(f"{wish.rounds} rounds in turns, medians")
    for name, seconds in found.items():
        print(f"{name:<14}{seconds * 1000:8.0f} ms")
    print(f"{'ratio':<14}{ratio:8.2f} x `import click`, at most {TARGET} x")


def _tally() -> list[str]:
    """The installed command, or the module where there is none beside this Python."""
    for name in ("tally", "tally.exe"):
        command = Path(sys.executable).with_name(name)
        if command.exists():
            return [str(command)]
    return [sys.executable, "-m", "agent"]


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=60)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
