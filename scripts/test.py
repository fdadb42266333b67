"""Runs the whole test suite: `python3 scripts/test.py [arguments of pytest]`."""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, ready

if __name__ == "__main__":
    python = ready("dev")
    arguments = sys.argv[1:] or ["-n", "auto"]
    sys.exit(subprocess.run([python, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode)
