"""A site with real folders: exports are dropped as files, and the files' lane is run by hand."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agent.config import Settings
from agent.erps.feeds import Feed
from agent.erps.imports import Imports
from agent.flow.ingest import ingest
from agent.flow.site import Site
from agent.flow.watch import Memory, scan
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.store.opening import open_store
from tests.agent.paper_site import shop_settings
from tests.build import NOON

ITEMS = {"sku": "sku", "title": "title", "price": "price", "on_hand": "qty"}


class MovedClock(Clock):
    """Stands still until a test moves it; waiting is moving."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def mono(self) -> float:
        return (self.time - NOON).total_seconds()

    def wait(self, wake: threading.Event, seconds: float) -> bool:
        self.time += timedelta(seconds=seconds)
        return False


class FilesSite:
    """A site whose feeds are read from `export`; no shop but for its guard on shrunken files."""

    def __init__(self, folder: Path, feeds: Mapping[str, Any] | None = None, **said: Any) -> None:
        self.folder, self.exports = folder, folder / "export"
        self.exports.mkdir(parents=True, exist_ok=True)
        self.clock, self.memory = MovedClock(), Memory()
        shop = shop_settings(guards={"file_shrunk": said.pop("file_shrunk", 100.0)})
        settings = Settings(
            path=folder / "tally.yaml",
            data=folder / "data",
            erp="none",
            zone=said.pop("zone", "Europe/Warsaw"),
            currency=said.pop("currency", "EUR"),
            exports=self.exports,
            imports=folder / "import",
            feeds={
                name: Feed.model_validate(feed)
                for name, feed in (feeds or {"items": self.feed()}).items()
            },
            import_files=Imports(),
            channels={"paper": shop},
        )
        db = open_store(folder / "data" / "tally.sqlite")
        self.site = Site(settings, db, Ports(clock=self.clock))
        self.db = db

    @staticmethod
    def feed(files: str = "items*.csv", **said: Any) -> dict[str, Any]:
        """A feed of items with title, price and quantity."""
        return {"files": files, "columns": ITEMS, **said}

    def change(self, **said: Any) -> None:
        """Change settings of the feed `items` while the agent stands still."""
        feeds = {**self.site.settings.feeds}
        feeds["items"] = Feed.model_validate({**feeds["items"].model_dump(), **said})
        settings = self.site.settings.model_copy(update={"feeds": feeds})
        self.site = replace(self.site, settings=settings)

    def drop(self, name: str, content: str | bytes) -> Path:
        """Let the ERP write a file, a minute after whatever it did before."""
        self.wait(60)
        path = self.exports / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.date(path, self.clock.time)
        return path

    @staticmethod
    def date(path: Path, at: datetime) -> None:
        """Give a file its time."""
        os.utime(path, (at.timestamp(), at.timestamp()))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.time += timedelta(seconds=seconds)

    def work(self) -> None:
        """Scan, let files settle, scan, and apply whatever was taken."""
        scan(self.site, self.memory)
        self.wait(5)
        scan(self.site, self.memory)
        while ingest(self.site).more:
            pass

    def take(self, name: str, content: str | bytes) -> str:
        """Drop a file and work; gives what became of the newest file."""
        self.drop(name, content)
        self.work()
        return self.state()

    def state(self) -> str:
        """What became of the newest file."""
        return str(self.db.value("select state from files order by id desc limit 1"))

    def counts(self) -> tuple[int, int, int, int]:
        """Rows, applied, rejected and passed over of the newest file."""
        found = self.db.row(
            "select rows, applied, rejected, passed from files order by id desc limit 1"
        )
        return tuple(found)  # type: ignore[arg-type,return-value]

    def table(self, columns: str = "sku, title, price, on_hand", name: str = "items") -> list[Any]:
        """These columns of a table, in order."""
        return sorted(tuple(row) for row in self.db.rows(f"select {columns} from {name}"))  # noqa: S608

    def rejects(self) -> list[Any]:
        """Line, field and reason of every reject."""
        return [
            tuple(row)
            for row in self.db.rows("select line, field, reason from rejects order by line, field")
        ]

    def touched(self) -> list[str]:
        """The skus that were touched since last asked."""
        found = [row[0] for row in self.db.rows("select sku from touched order by sku")]
        self.db.run("delete from touched")
        return found
