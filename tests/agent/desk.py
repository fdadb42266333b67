"""A desk with a real folder, a real tally.yaml and the real command line, run in this process."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.cli import main
from agent.flow.engine import Engine
from agent.flow.opening import open_site, ports_of, settings_at

NOBODY = "https://127.0.0.1:9"  # the discard port: nothing listens there

GUARDS = """\
guards: {to_zero: 100, unpublished: 100, price_move: 1000, price_moves: 100, file_shrunk: 20,
  price_zero: hold, under_cost: hold, free: 5}
"""
SITE = """\
data: data
erp: none
zone: Europe/Warsaw
currency: PLN
prices: gross
exports: export
imports: import
"""
FEEDS = """\
feeds:
  items:
    files: "items*.csv"
    ready: {settle: 0s}
    columns: {sku: Code, title: Name, price: Price}
  stock:
    files: "stock*.csv"
    ready: {settle: 0s}
    columns: {sku: Code, location: Warehouse, on_hand: Qty}
"""
SHOP = f"""\
channels:
  shop:
    kind: woocommerce
    address: {NOBODY}
    secret_key: shop_key
    secret_secret: shop_secret
    zone: Europe/Warsaw
    publish: at_once
"""
SETTINGS = SITE + GUARDS + FEEDS + SHOP


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def errors(self) -> list[dict[str, str]]:
        """The errors on stderr, of a command with --json."""
        found: list[dict[str, str]] = json.loads(self.err.splitlines()[-1])["errors"]
        return found


class Desk:
    """Somebody at the command line, in a folder of their own."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.folder, self.exports = folder, folder / "export"
        for name in ("export", "import"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.write(settings)
        self.secrets("shop_key=ck_1\nshop_secret=cs_1\n")

    @classmethod
    def bare(cls, folder: Path) -> Desk:
        """Somebody in a folder with nothing in it."""
        found = cls.__new__(cls)
        found.folder, found.exports = folder, folder / "export"
        return found

    @property
    def settings(self) -> str:
        """What stands in tally.yaml."""
        return (self.folder / "tally.yaml").read_text(encoding="utf-8")

    def write(self, settings: str) -> None:
        """Put this into tally.yaml."""
        (self.folder / "tally.yaml").write_text(settings, encoding="utf-8")

    def secrets(self, text: str) -> None:
        """Put this into the secrets file, for the owner only."""
        path = self.folder / "tally.secrets"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def drop(self, name: str, content: str | bytes, folder: str = "export") -> Path:
        """Let the ERP write an export file."""
        path = self.folder / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
        path.write_bytes(raw)
        return path

    def tally(self, *arguments: str, options: tuple[str, ...] = ()) -> Answer:
        """Run one command line."""
        out, err = io.StringIO(), io.StringIO()
        code: Any = None
        with (
            _logging_as_before(),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main(["--config", str(self.folder / "tally.yaml"), *options, *arguments])
            except SystemExit as end:
                code = end.code
        return Answer(int(code or 0), out.getvalue(), err.getvalue())

    def take_in(self) -> None:
        """Scan the export folders, and apply everything that lies there."""
        settings = settings_at(self.folder / "tally.yaml")
        with open_site(settings, ports_of(settings.path), connected=False) as site:
            Engine(site).only("scan", "ingest", "offer")


@contextlib.contextmanager
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger("agent")
    before = root.handlers, root.propagate, root.level
    try:
        yield
    finally:
        root.handlers, root.propagate, level = before
        root.setLevel(level)
