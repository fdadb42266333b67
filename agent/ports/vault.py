"""The vault: secrets that we are given while at work (tokens that vendors renew), kept for their owner alone.

One file for each, beside the settings and readable by its owner only; replaced in one step, so that
a reader finds the old secret or the new one whole. A vault without a folder keeps them in memory.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from agent.errors import ConfigError
from agent.ports.files import Files


class Vault:
    """Secrets by name. Names are those of tally.yaml: letters, digits, `_`, `-` and `.`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._memory: dict[str, str] = {}
        self._files = Files()

    def kept(self, name: str) -> str | None:
        """The secret that was kept last under this name; None when there is none.

        ConfigError when others could read it too.
        """
        if self.folder is None:
            return self._memory.get(name)
        path = self._path(name)
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError("a kept secret can be read by others", str(path), f"chmod 600 {path}")
        return path.read_text(encoding="utf-8")

    def keep(self, name: str, value: str) -> None:
        """Keep this secret in the place of an older one. It is on the disk when this returns."""
        if self.folder is None:
            self._memory[name] = value
            return
        self._make_folder(self.folder)
        self._files.replace_secret(self._path(name), value.encode())

    @contextlib.contextmanager
    def held(self, name: str) -> Iterator[bool]:
        """While open, no other process renews this secret; False at once when one does so now."""
        if self.folder is None:
            yield True
            return
        self._make_folder(self.folder)
        lock = self._files.lock(self._path(f"{name}.lock"))
        if lock is None:
            yield False
            return
        with lock:
            yield True

    def _path(self, name: str) -> Path:
        assert self.folder is not None
        if not name or not all(c.isalnum() or c in "_-." for c in name) or name.startswith("."):
            raise ConfigError(
                f'"{name}" cannot name a secret',
                "tally.yaml",
                "use letters, digits, _ and - in the names of secrets",
            )
        return self.folder / name

    @staticmethod
    def _make_folder(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if sys.platform != "win32":
            folder.chmod(stat.S_IRWXU)
