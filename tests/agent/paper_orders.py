"""Orders on paper: a channel that is a list of pages, an ERP that is two folders, and the site between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.config import GuardSettings, Settings, Shop
from agent.erps.feeds import Column, Feed
from agent.erps.imports import Imports
from agent.errors import ChannelError, OutcomeUnknown
from agent.flow.acknowledge import acknowledge
from agent.flow.aftersales import aftersales
from agent.flow.commands import run_commands
from agent.flow.export import export
from agent.flow.match import match
from agent.flow.pull import pull
from agent.flow.site import Site
from agent.model.change import Command, Finished, Receipt
from agent.model.order import Order, OrderPage
from agent.ports import Ports
from agent.ports.files import Files
from agent.store.moments import to_text
from agent.store.opening import open_store
from tests.agent import paper_channel  # noqa: F401  its vendors are found from now on
from tests.agent.paper_site import LOOSE, HandClock, NoChance

PLAIN = {  # an ERP that keeps what it took, and what it refused
    "customer": "WEB",
    "services": {"shipping": "SHIPPING"},
    "price_digits": 4,
    "done": ["done"],
    "failed": {"folder": "failed", "words": "{name}.err", "already": ["already exists"]},
    "orders": {
        "name": "order_{order.reference}.csv",
        "columns": {
            "Order": {"value": "{order.reference}", "on": "first"},
            "Customer": {"value": "{customer}", "on": "first"},
            "Note": {"value": "{order.note}", "on": "first"},
            "Sku": "{line.sku}",
            "Quantity": "{line.quantity}",
            "Price": "{line.unit_net}",
        },
    },
}


@dataclass
class PaperOrders:
    """A shop's orders and the commands that reached it. `faults` are taken one per push."""

    pages: list[list[Order]] = field(default_factory=list)
    done: dict[str, Command] = field(default_factory=dict)  # by key
    calls: list[str] = field(default_factory=list)  # keys, as often as they were sent
    faults: list[ChannelError | None] = field(default_factory=list)
    effect_first: bool = True
    refuses: str = ""  # words with which every command is refused
    before: Any = None
    works_later: bool = False  # commands are taken on as jobs, named by their keys
    ends: dict[str, Finished | None] = field(default_factory=dict)  # by job; None: it runs

    def has(self, *orders: Order) -> None:
        """These come on the next page."""
        self.pages.append(list(orders))

    def orders(self, since: str) -> OrderPage:
        """The page at the cursor, which is its number."""
        at = int(since or 0)
        if at >= len(self.pages):
            return OrderPage((), str(at), more=False)
        return OrderPage(tuple(self.pages[at]), str(at + 1), more=at + 1 < len(self.pages))

    def order(self, remote_id: str) -> OrderPage:
        """The newest state of one order."""
        found = [o for page in self.pages for o in page if o.remote_id == remote_id]
        return OrderPage(tuple(found[-1:]), "", more=False)

    def push(self, changes: Sequence[Command]) -> list[Receipt]:
        """Take one command, or fail as told."""
        [command] = changes
        if self.before is not None:
            self.before()
        self.calls.append(command.key)
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None and not (isinstance(fault, OutcomeUnknown) and self.effect_first):
            raise fault
        if self.refuses:
            return [Receipt(command, "refused", self.refuses)]
        if self.works_later:
            self.ends[f"job {command.key}"] = None
            return [Receipt(command, "working", job=f"job {command.key}")]
        assert command.key not in self.done, f"{command.key} was done twice"
        self.done[command.key] = command
        if self.before is not None:
            self.before()
        if fault is not None:
            raise fault
        return [Receipt(command, "done", "kept")]

    def finished(self, job: str, subjects: Sequence[str]) -> Finished | None:
        """How it ended, as a test has said."""
        assert job == f"job {subjects[0]}"
        return self.ends[job]

    def settle(self, command: Command) -> Receipt | None:
        """Whether it happened."""
        return Receipt(command, "done", "found") if command.key in self.done else None


def orders_settings(folder: Path, shops: Sequence[str], imports: dict[str, Any]) -> Settings:
    """A site with these stalls, whose ERP reads orders as `imports` says over PLAIN."""
    shop = Shop(
        kind="stall", currency="EUR", zone="UTC", guards=GuardSettings(**LOOSE), connection={}
    )
    columns = {name: Column(column=name) for name in ("number", "reference", "sku", "quantity")}
    return Settings(
        path=folder / "tally.yaml",
        data=folder,
        erp="none",
        currency="EUR",
        zone="Europe/Berlin",
        exports=folder / "export",
        imports=folder / "import",
        feeds={"shipments": Feed(files="ship*.csv", kind="shipments", columns=columns)},
        import_files=Imports.model_validate({**PLAIN, **imports}),
        channels=dict.fromkeys(shops, shop),
    )


@dataclass
class OrderSite:
    """A site, its stalls, its clock and the ERP's folders."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    stalls: dict[str, PaperOrders] = field(default_factory=dict)
    files: Files = field(default_factory=Files)
    site: Site = field(init=False)

    @classmethod
    def opened(
        cls, folder: Path, *shops: str, files: Files | None = None, **imports: Any
    ) -> OrderSite:
        """A fresh site whose ERP knows a clock and a shelf."""
        names = shops or ("stall",)
        found = cls(folder, stalls={name: PaperOrders() for name in names})
        for name in ("import", "import/done", "import/failed"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        settings = orders_settings(folder, names, imports)
        ports = Ports(clock=found.clock, chance=NoChance(), files=files or Files())
        db = open_store(folder / "tally.sqlite")
        found.site = Site(settings, db, ports, found.stalls)
        found.knows("RETRO-CLOCK", "OAK-SHELF-80")
        return found

    @property
    def stall(self) -> PaperOrders:
        """The shop called stall."""
        return self.stalls["stall"]

    @property
    def imports(self) -> Path:
        """The ERP's import folder."""
        return self.folder / "import"

    def reopened(self) -> OrderSite:
        """The same after the process ended."""
        self.site.db.close()
        self.site = replace(self.site, db=open_store(self.folder / "tally.sqlite"))
        return self

    def applied(self, feed: str) -> int:
        """A new file of this feed has been applied; gives its id."""
        db, now = self.site.db, to_text(self.clock.now())
        file_id = db.insert(
            "insert into files (feed, name, path, digest, size, marks, written_at, seen_at, stamp, state)"
            " values (?, ?, '', 'd', 1, '', ?, ?, ?, 'applied')",
            (feed, f"{feed}.csv", now, now, now),
        )
        db.run(
            "insert or replace into feeds (feed, part, file_id, stamp, fields, layout)"
            " values (?, '', ?, ?, '[]', '')",
            (feed, file_id, now),
        )
        return file_id

    def knows(self, *skus: str) -> None:
        """The ERP's items name these."""
        file_id = self.applied("items")
        for sku in skus:
            self.site.db.run(
                "insert or replace into items (feed, sku, location, file_id, line)"
                " values ('items', ?, '', ?, 2)",
                (sku, file_id),
            )

    def lists(self, reference: str, status: str = "allocated", number: str = "VK7001") -> None:
        """The ERP's order list shows this."""
        self.site.db.run(
            "insert or replace into erp_orders (feed, reference, erp_number, status, words, file_id,"
            " line) values ('orders', ?, ?, ?, ?, ?, 2)",
            (reference, number, status, f"its word for {status}", self.applied("orders")),
        )

    def moves(
        self, reference: str, number: str = "LS1", kind: str = "shipment", **goods: int
    ) -> None:
        """Goods left or came back, in pieces by sku (`RETRO_CLOCK=2`)."""
        file_id = self.applied(f"{kind}s")
        for line, (sku, pieces) in enumerate(goods.items(), start=2):
            self.site.db.run(
                "insert or replace into erp_movements (feed, kind, number, reference, sku, quantity,"
                " carrier, tracking, file_id, line) values (?, ?, ?, ?, ?, ?, 'DHL', 'T1', ?, ?)",
                (
                    f"{kind}s",
                    kind,
                    number,
                    reference,
                    sku.replace("_", "-"),
                    pieces * 1000,
                    file_id,
                    line,
                ),
            )

    def work(self) -> None:
        """Every station in its order, until nothing more comes of it."""
        for _ in range(3):
            for shop in self.stalls:
                while pull(self.site, shop).more:
                    pass
            for station in (acknowledge, aftersales, match, export):
                station(self.site)
            for shop in self.stalls:
                try:
                    run_commands(self.site, shop)
                except ChannelError:
                    self.clock.pass_time(minutes=10)

    def erp_takes(self) -> list[str]:
        """The ERP takes what lies in its import folder; gives the names."""
        found = sorted(path for path in self.imports.iterdir() if path.is_file())
        for path in found:
            path.replace(self.imports / "done" / path.name)
        return [path.name for path in found]

    def erp_refuses(self, name: str, words: str) -> None:
        """The ERP refuses a file and says why."""
        (self.imports / name).replace(self.imports / "failed" / name)
        (self.imports / "failed" / f"{name}.err").write_text(words, encoding="utf-8")

    def written(self) -> list[str]:
        """The names of every file that was ever written for the ERP and is still about."""
        places = (self.imports, self.imports / "done", self.imports / "failed")
        return sorted(p.name for place in places for p in place.iterdir() if p.suffix == ".csv")

    def answers(self, sql: str) -> list[Any]:
        """Rows of a query; single values where it has one column."""
        rows = [tuple(row) for row in self.site.db.rows(sql)]
        return [row[0] if len(row) == 1 else row for row in rows]

    @property
    def states(self) -> dict[str, str]:
        """State by reference."""
        return dict(self.answers("select reference, state from orders order by id"))

    @property
    def concerns(self) -> list[str]:
        """What a person must see to."""
        return self.answers("select what from order_concerns order by order_id, kind")
