"""Runs the whole test suite: `python3 scripts/test.py [arguments of pytest]`."""

from __future__ import annotations

import sys

from environment import become, ready

if __name__ == "__main__":
    become([ready("dev"), "-m", "pytest", *(sys.argv[1:] or ["-n", "auto"])])
