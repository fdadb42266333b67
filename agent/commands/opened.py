"""Opens the site for a verb: to look only, to write a word beside a running agent, or to do the work."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from agent.config import Settings
from agent.flow.opening import look_at, open_site, ports_of, settings_at, write_beside
from agent.flow.site import Site


def _told() -> dict[str, Any]:
    told: dict[str, Any] = click.get_current_context().obj
    return told


def settings() -> Settings:
    """The settings that --config names."""
    return settings_at(Path(_told()["config"]))


@contextlib.contextmanager
def to_look() -> Iterator[Site]:
    """For verbs that only show: reads the database, whoever is at work on it."""
    found = settings()
    with look_at(found, ports_of(found.path)) as site:
        yield site


@contextlib.contextmanager
def to_tell() -> Iterator[Site]:
    """For verbs that record a person's word: writes beside a running agent, which then acts on it."""
    found = settings()
    with write_beside(found, ports_of(found.path)) as site:
        yield site


@contextlib.contextmanager
def to_work() -> Iterator[Site]:
    """For verbs that do the agent's work: alone on the database, with every channel connected."""
    found = settings()
    log_to_stderr()
    with open_site(found, ports_of(found.path)) as site:
        yield site


def log_to_stderr() -> None:
    """One line per station run (or, with --verbose, per request) on stderr, times in UTC."""
    handler = ToStderr()
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger("agent")
    root.handlers, root.propagate = [handler], False
    root.setLevel(logging.DEBUG if _told()["verbose"] else logging.INFO)


class ToStderr(logging.StreamHandler[TextIO]):
    """Writes to stderr as it is at that moment: progress on a terminal takes its place for a while."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self.stream = sys.stderr
        super().emit(record)


class OneLine(logging.Formatter):
    """A log line that no sku, however odd, can break or colour. Times are UTC."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """The moment of the record, to the second."""
        return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%SZ}"

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line with control characters written out."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
