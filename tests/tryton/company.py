"""A real Tryton for the tests of this folder: its own environment and its company, each made once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.shared import shared

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
LOCK_TIMEOUT_S = 600.0  # another worker may be installing and building


@dataclass(frozen=True)
class Tryton:
    """Where a Tryton lies: the Python that runs it, its scripts, and its company to copy."""

    python: Path
    scripts: Path
    company: Path

    def copy_company(self, folder: Path) -> Path:
        """A company of one's own in a new folder."""
        folder.mkdir(parents=True)
        # Tryton ended cleanly when it had built the company, so there is no -wal beside the file.
        shutil.copy2(self.company / "erp.sqlite", folder)
        _point_at(folder)
        return folder


def ready(cache: Path) -> Tryton:
    """The Tryton kept in `cache`, made there first when there is none; one process makes it.

    Skips the test when its packages cannot be installed here; on CI that is a failure.
    """
    scripts = shared("erp", "tryton")
    with _alone(cache):
        python = _environment(cache)
        return Tryton(python, scripts, _company(cache, python, scripts))


def _environment(cache: Path) -> Path:
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    home = cache / f"environment-{_digest(wanted, sys.version)}"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if _is_finished(home):
        return python
    venv.create(home, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "-r", str(REQUIREMENTS)], capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up(f"Tryton's packages cannot be installed here: {told}")
    _finished(home)
    return python


def _company(cache: Path, python: Path, scripts: Path) -> Path:
    build = scripts / "setup_erp.py"
    wanted = REQUIREMENTS.read_text(encoding="utf-8") + build.read_text(encoding="utf-8")
    year = date.today().year  # noqa: DTZ011  the company has a fiscal year for it, by its own clock
    home = cache / f"company-{_digest(wanted, sys.version, str(year))}"
    if not _is_finished(home):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        done = subprocess.run(
            [str(python), str(build), str(home)], capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            pytest.fail(f"Tryton's company could not be built:\n{done.stderr[-2000:]}")
        _finished(home)
    return home


def _point_at(folder: Path) -> None:
    settings = f"[database]\nuri = sqlite://\npath = {folder}\n"
    (folder / "trytond.conf").write_text(settings, encoding="utf-8")


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Whoever else makes a Tryton here waits. SQLite's own lock: it ends with its process."""
    lock = sqlite3.connect(cache / "lock.sqlite", timeout=LOCK_TIMEOUT_S, isolation_level=None)
    try:
        lock.execute("begin exclusive")
        yield
    finally:
        lock.close()


def _finished(home: Path) -> None:
    (home / "finished").touch()


def _is_finished(home: Path) -> bool:
    return (home / "finished").exists()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
