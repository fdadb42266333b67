"""Makes the project's own virtual environment once, and runs things in it. Needs only Python's own library."""

from __future__ import annotations

import hashlib
import os
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
    if not _has_pip():  # not there, or its making was broken off
        print(f"making a virtual environment in {HOME.name} …", flush=True)
        _make()
    print("installing tallyman and what it needs …", flush=True)
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, "-c", LOCKED, "-e", target], check=False)
    if done.returncode:
        sys.exit("the packages could not be installed: see pip's words above, then try again")
    stamp.write_text(wanted, encoding="utf-8")
    return PYTHON


def become(command: list[str | Path]) -> None:
    """Run a command in the project's folder in our place, and end with its exit code.

    Where a process can be replaced it is, so that whoever stops us stops it; on Windows we wait for
    it, and leave a Ctrl-C to it.
    """
    os.chdir(ROOT)
    words = [str(word) for word in command]
    if sys.platform != "win32":
        os.execv(words[0], words)
    child = subprocess.Popen(words)
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:
            continue


def _has_pip() -> bool:
    if not PYTHON.exists():
        return False
    asked = [PYTHON, "-m", "pip", "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _make() -> None:
    try:
        venv.create(HOME, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(
            f"a virtual environment cannot be made in {HOME}: {error}\n"
            "(on Debian and Ubuntu: apt install python3-venv)"
        )


def _fingerprint() -> str:
    parts = [(ROOT / "pyproject.toml").read_bytes(), LOCKED.read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
