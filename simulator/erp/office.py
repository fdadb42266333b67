"""The people around the ERP, as a routine: they let orders in, release them, send parcels, dump files."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from simulator.channels import Goods
from simulator.erp.books import Books
from simulator.erp.site import ErpSite
from simulator.world import World

TURN = timedelta(seconds=5)  # how often somebody looks
PACKING = timedelta(seconds=20)  # from release to the first parcel, and from parcel to parcel
VAT = Decimal("1.23")


class Office:
    """The legacy ERP of a served world, with its folder. What goes wrong is said by the world's faults."""

    def __init__(
        self,
        world: World,
        folder: Path,
        goods: tuple[Goods, ...] = (),
        manner: str = "unleashed",
    ) -> None:
        self.world = world
        self.site = ErpSite(Books(world.shop("erp")), folder, manner=manner)
        self._dumped: dict[str, str] = {}  # by export: digest of what was last written
        self._files: dict[str, list[Path]] = {}  # by export: what was written, oldest first
        self._next = world.clock.now()
        self._parcels: dict[str, datetime] = {}  # by order: when its next parcel leaves
        for good in goods:
            net = (good.price / VAT).quantize(Decimal("0.01"))
            self.site.books.add_item(good.sku, good.title, net, good.quantity)

    def tick(self) -> None:
        """Do what is due; the world's lock must be held."""
        now = self.world.clock.now()
        if now < self._next:
            return
        self._next = now + TURN
        for number in self.site.take_imports():
            self.site.books.place(number)
        self._send(now)
        for name, write in self.site.manner.EXPORTS.items():
            digest = hashlib.sha256(write(self.site.books, self.site.zone)).hexdigest()
            if self._dumped.get(name) != digest:
                self._dumped[name] = digest
                self._dump(name)

    def _send(self, now: datetime) -> None:
        """One line of each open order a turn, so that orders of several lines leave in parts."""
        for order in self.site.books.orders():
            if order["status"] != "Placed":
                continue
            if now < self._parcels.setdefault(order["number"], now + PACKING):
                continue
            self._parcels[order["number"]] = now + PACKING
            for line in order["lines"]:
                left = line["quantity"] - line["shipped"]
                if left and self.site.books.stock(line["sku"])["on_hand"] >= left:
                    self.site.books.ship(order["number"], {line["sku"]: left})
                    break

    def _dump(self, name: str) -> None:
        """Write one export, or what a fault makes of it."""
        fault, written = self.world.faults.export(name), self._files.setdefault(name, [])
        if fault is not None:
            self.world.ledger.mishap(self.world.clock.now(), "erp", fault, name)
        if fault == "export stale" and written:
            late = written[0].with_name(f"{written[0].stem}_late{written[0].suffix}")
            self.site.late(late, written[0].read_bytes())
            return
        written += self.site.export(name, half=fault == "export half-written")
        if fault == "export twice":
            self.site.again(written[-1])
