"""The main job, live: `python3 scripts/demo.py`, or with --once to end by itself with a summary."""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, ready

if __name__ == "__main__":
    python = ready()
    story = [python, "-m", "simulator.demo", *sys.argv[1:]]
    try:
        sys.exit(subprocess.run(story, cwd=ROOT, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(130)
