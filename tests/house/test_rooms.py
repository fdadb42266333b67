"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORLD = {
    "time",
    "random",
    "os",
    "threading",
    "sqlite3",
    "httpx",
    "subprocess",
    "uuid",
    "secrets",
    "socket",
}
AGENT = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "agent").rglob("*.py")
    if "ports" not in path.parts
)
# The door of the process and of the file system's first word: errors to exit codes, and tally.yaml.
SOURCES = sorted(
    p for room in ("agent", "simulator", "tests", "scripts") for p in (ROOT / room).rglob("*.py")
)


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("name", AGENT)
def test_the_agent_touches_the_world_only_through_its_ports(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    touched = WORLD & set(imports(tree))
    if name in TYPES_ONLY:
        touched -= TYPES_ONLY[name]
    assert touched == set()
    asked = {
        call
        for call in calls(tree)
        if call in ("open", "datetime.now", "datetime.utcnow", "date.today")
    }
    assert asked == set()


# Modules that name a type of the world's (an event, a row) without asking anything of it.
TYPES_ONLY = {
    "agent/flow/engine.py": {"threading"},
    "agent/store/migrations.py": {"sqlite3"},  # only asks where a statement of the script ends
    "agent/store/opening.py": {
        "sqlite3"
    },  # looks at a file that may be no database, before the port opens it
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_file_has_a_second_reason_to_exist(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_top_level_holds_what_was_agreed() -> None:
    agreed = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "agent",
        "simulator",
        "fixtures",
        "tests",
        "scripts",
    }
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    found = {name.partition("/")[0] for name in listed}
    assert {name for name in found if not name.startswith(".")} - agreed == set()
