"""The main job, live: `python3 scripts/demo.py`, or with --once to end by itself with a summary."""

from __future__ import annotations

import sys

from environment import become, ready

if __name__ == "__main__":
    become([ready(), "-m", "simulator.demo", *sys.argv[1:]])
