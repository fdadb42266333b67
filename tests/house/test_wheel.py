"""The wheel, installed into an environment of its own and used outside the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 180.0
PYTHON = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
TALLY = "Scripts/tally.exe" if sys.platform == "win32" else "bin/tally"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Call = Callable[..., Done]


def called(command: list[str | Path], folder: Path) -> Done:
    """Run to its end, with no repository in sight."""
    out, err = folder / "out.txt", folder / "err.txt"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "TALLY"))}
    with out.open("wb") as said, err.open("wb") as complained:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            timeout=LONGEST_S,
            check=False,
            env={**kept, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        )
    return Done(done.returncode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sources with the build backend of this environment."""
    pytest.importorskip("hatchling", reason="needs hatchling to build the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    done = called([*pip, "wheel", *options, ROOT], folder)
    assert done.code == 0, done.err
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; what the wheel needs it borrows from this one."""
    home = tmp_path_factory.mktemp("home") / "venv"
    venv.create(home, with_pip=False)
    libraries = Path(sysconfig.get_path("purelib", vars={"base": str(home)}, scheme="venv"))
    libraries.joinpath("borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", home / PYTHON]
    options = ["--no-deps", "--no-index", "--force-reinstall"]
    done = called([*pip, "install", *options, wheel], home.parent)
    assert done.code == 0, done.err
    return home


@pytest.fixture
def tally(home: Path, tmp_path: Path) -> Call:
    """The installed `tally`, called in an empty folder."""
    return lambda *arguments: called([home / TALLY, *arguments], tmp_path)


def test_holds_everything_that_the_packages_hold(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in ("agent", "simulator")
        for path in ROOT.joinpath(package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shipped = {
        f"simulator/scenario/shipped/{path.name}"
        for path in ROOT.joinpath("fixtures", "scenarios").glob("*.yaml")
    }
    assert ours | shipped <= inside
    kinds = {Path(name).suffix for name in ours}
    assert {".yaml", ".graphql", ".css", ".html"} <= kinds


def test_holds_nothing_that_is_not_the_product(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    rooms = {name.partition("/")[0] for name in inside if ".dist-info/" not in name}
    assert rooms == {"agent", "simulator"}


def test_it_is_the_wheel_that_runs(home: Path, tmp_path: Path) -> None:
    says = "import agent, simulator; print(agent.__file__); print(simulator.__file__)"
    done = called([home / PYTHON, "-c", says], tmp_path)
    assert all(str(home) in line for line in done.out.splitlines()), done
    assert len(done.out.splitlines()) == 2


def test_help_names_every_verb(tally: Call) -> None:
    done = tally("--help")
    assert done.code == 0, done.err
    for verb in ("init", "run", "plan", "approve", "explain", "staging"):
        assert f"  {verb} " in done.out


def test_scenarios_came_along_and_hold(tally: Call) -> None:
    listed = tally("staging", "list", "--json")
    assert "zero-stock" in [entry["name"] for entry in json.loads(listed.out)]
    done = tally("staging", "replay", "zero-stock")
    assert done.code == 0, done.out + done.err
    assert done.out.splitlines()[-1].startswith("passed  zero-stock")


def test_a_project_of_somebody_elses_has_the_fixture(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "test_theirs.py"
    lines = ["def test_buys(staging):", "    staging.buy('woocommerce', 'LAMP-ARC', 2)"]
    lines += ["    staging.shows('woocommerce', 'LAMP-ARC', 'sold out')", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = called([home / PYTHON, "-m", "pytest", "-q", path], tmp_path)
    assert (done.code, "1 passed" in done.out) == (0, True), done.out + done.err


def test_a_report_has_the_storefronts(tally: Call, tmp_path: Path) -> None:
    done = tally("staging", "replay", "last-unit", "--html", "page.html")
    assert done.code == 0, done.err
    assert "<iframe" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_init_writes_settings_that_the_next_command_accepts(tally: Call, tmp_path: Path) -> None:
    done = tally("init")
    assert done.code == 0, done.err
    assert "guards:" in (tmp_path / "tally.yaml").read_text(encoding="utf-8")
    status = tally("status", "--json")
    assert status.code == 6  # no agent has been at work yet: the settings themselves are fine
    assert json.loads(status.err)["errors"][0]["error"] == "there is no database yet"
