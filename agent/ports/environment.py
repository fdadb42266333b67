"""The process we run in: its variables and secrets, its threads, and the signals that stop it."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from agent.errors import ConfigError
from agent.ports.discretion import Discretion
from agent.ports.vault import Vault


class Environment:
    """Variables, secrets, threads and stop signals of this process."""

    def __init__(
        self, variables: Mapping[str, str] | None = None, secrets_file: Path | None = None
    ) -> None:
        self._variables = os.environ if variables is None else variables
        self._secrets_file = secrets_file
        self.discretion = Discretion()
        # What `tally connect` was told, and tokens that vendors renew.
        self.vault = Vault(None if secrets_file is None else secrets_file.with_suffix(".kept"))

    def variable(self, name: str) -> str | None:
        """An environment variable, or None."""
        return self._variables.get(name)

    def secret(self, name: str) -> str:
        """The secret `name`: TALLY_SECRET_<NAME>, else the owner-only secrets file, else what
        `tally connect` kept, else the keyring.

        ConfigError, naming all these places, when none of them has it.
        """
        value = self.given_secret(name) or self.vault.kept(name) or _from_keyring(name)
        if value:
            self.discretion.guard(value)
            return value
        variable, file = _variable(name), self._secrets_file or "secrets"
        raise ConfigError(
            f'no secret "{name}"',
            f"variable {variable}, file {file}, what `tally connect` keeps, system keyring",
            f'run `tally connect` for this channel, set {variable}, or add the line "{name}=…"'
            " to a file that only you may read",
        )

    def given_secret(self, name: str) -> str | None:
        """The secret as a person wrote it down: in a variable or the secrets file; None if nowhere."""
        return self._variables.get(_variable(name)) or self._from_file(name)

    def _from_file(self, name: str) -> str | None:
        path = self._secrets_file
        if path is None or not path.is_file():
            return None
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(
                "the secrets file can be read by others", str(path), f"chmod 600 {path}"
            )
        for line in path.read_text(encoding="utf-8").splitlines():
            key, found, value = line.partition("=")
            if found and key.strip() == name:
                return value.strip()
        return None

    def pid(self) -> int:
        """The number of this process."""
        return os.getpid()

    def worker(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """Start a thread that does not keep the process alive by itself."""
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread

    def signal(self) -> threading.Event:
        """A flag that threads can wait for."""
        return threading.Event()

    def mutex(self) -> contextlib.AbstractContextManager[object]:
        """Lets one thread of this process in at a time."""
        return threading.Lock()

    @contextlib.contextmanager
    def stop_signals(self, stop: Callable[[bool], None]) -> Iterator[None]:
        """While open, Ctrl-C and a service's stop call `stop` instead of ending the process.

        `stop` is told whether it was a person's Ctrl-C.
        """
        names = [n for n in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, n)]
        before = {}
        for name in names:
            number = getattr(signal, name)
            before[name] = signal.signal(number, lambda got, _: stop(got == signal.SIGINT))
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(getattr(signal, name), handler)


def _variable(name: str) -> str:
    return f"TALLY_SECRET_{name.upper()}"


def _from_keyring(name: str) -> str | None:
    import keyring  # heavy, and mostly not needed
    import keyring.errors

    try:
        return keyring.get_password("tallyman", name)
    except keyring.errors.KeyringError:  # no keyring on a headless machine: the other places remain
        return None
