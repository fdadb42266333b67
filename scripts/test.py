"""Runs the whole test suite: `python3 scripts/test.py [arguments of pytest]`."""

from __future__ import annotations

import sys

from environment import become, ready

# Tests that share what is slow to make (a whole ERP) stay on one core: see `xdist_group`.
ON_EVERY_CORE = ["-n", "auto", "--dist", "loadgroup"]

if __name__ == "__main__":
    become([ready("dev"), "-m", "pytest", *(sys.argv[1:] or ON_EVERY_CORE)])
