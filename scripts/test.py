"""Runs the whole test suite: `python3 scripts/test.py [arguments of pytest]`."""

from __future__ import annotations

import sys

from environment import become, ready

# Neighbours stay on one core, so that what they share and is slow to make is made once.
ON_EVERY_CORE = ["-n", "auto", "--dist", "worksteal"]

if __name__ == "__main__":
    become([ready("dev"), "-m", "pytest", *(sys.argv[1:] or ON_EVERY_CORE)])
