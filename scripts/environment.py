"""Makes the project's own virtual environment once, and runs things in it. Needs only Python's own library."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
LOCKED = ROOT / "scripts" / "locked.txt"
PYTHON = HOME / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def ready(extra: str = "") -> Path:
    """The environment's Python, with tallyman (and the packages of an extra) installed as locked.

    Exits with a plain sentence when Python is too old or the packages cannot be installed.
    """
    if sys.version_info < (3, 11):  # noqa: UP036  the one file that an older Python may start
        sys.exit(f"tallyman needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    stamp = HOME / f"installed{'-' + extra if extra else ''}.txt"
    wanted = _fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return PYTHON
    if not PYTHON.exists():
        print(f"making a virtual environment in {HOME.name} …", flush=True)
        venv.create(HOME, with_pip=True)
    print("installing tallyman and what it needs …", flush=True)
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, "-c", LOCKED, "-e", target], check=False)
    if done.returncode:
        sys.exit("the packages could not be installed: see pip's words above, then try again")
    stamp.write_text(wanted, encoding="utf-8")
    return PYTHON


def _fingerprint() -> str:
    parts = [(ROOT / "pyproject.toml").read_bytes(), LOCKED.read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
