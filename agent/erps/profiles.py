"""The ERPs that tallyman knows: one YAML file each beside this module."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from agent.yaml_places import Document

NONE = "none"  # no profile: every feed is described in tally.yaml


def names() -> list[str]:
    """The known ERPs, by name."""
    found = (entry.name for entry in files("agent.erps").iterdir())
    return sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))


def load(name: str) -> dict[str, Any]:
    """The profile as it is written: `feeds`, `import_files` and further keys. LookupError if unknown."""
    if name == NONE:
        return {}
    if name not in names():
        raise LookupError(f"no profile {name}")
    file = files("agent.erps").joinpath(f"{name}.yaml")
    return Document(file.read_text(encoding="utf-8"), f"{name}.yaml").data
