"""The orders of the other shops: which are connected, when they are asked, what becomes of them.

A source is another simulated vendor of the same world. Each is asked for what was sold there at
its own interval; a purchase becomes an order with a number of this account and the foreign
references. Cancellations there become a change of status here, where the account follows them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import SoldLine, SoldOrder, look
from simulator.channels.baselinker import NAME, order_rows, orders
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels import Storefront
    from simulator.channels.baselinker.dialect import BaseLinker

BY_ITSELF = ("allegro", "magento", "shopify", "woocommerce")  # connected unless told otherwise
SHOPS = ("magento", "shopify", "woocommerce")  # the others are marketplaces, by their own name
WATCHED_S = 14 * 24 * 3600  # how long a cancellation is still looked for
CENT = Decimal("0.01")
NEVER = 10**12


@dataclass(frozen=True)
class Source:
    """A shop or marketplace account that the account may take orders from."""

    name: str  # the simulated vendor
    type: str  # "shop" or a marketplace's code
    id: int
    title: str
    is_connected: bool


class Hub:
    """Takes orders over from the connected sources."""

    def __init__(self, dialect: BaseLinker) -> None:
        self.dialect, self.store = dialect, dialect.store

    # -- sources ----------------------------------------------------------------------------

    def sources(self) -> list[Source]:
        """The other vendors of this world, by name."""
        wanted = self.store.setting("sources")
        connected = BY_ITSELF if wanted is None else wanted
        names = sorted(n for n in self.dialect.world.dialects if n != NAME)
        return [self._source(name, is_connected=name in connected) for name in names]

    @staticmethod
    def _source(name: str, *, is_connected: bool) -> Source:
        seen = look(name)
        type = "shop" if name in SHOPS else name
        id = 2000 + zlib.crc32(name.encode()) % 8000
        return Source(name, type, id, seen.vendor if seen else name.title(), is_connected)

    def connect(self, name: str, *, whole_past: bool) -> None:
        """Take orders over from `name` from now on, or also all of its past."""
        connected = {s.name for s in self.sources() if s.is_connected}
        self.store.set_setting("sources", sorted({*connected, name}))
        front = self._front(name)
        if not whole_past and front is not None and name not in connected:
            sold = front.sold(0)
            if sold:
                self._remember(name, sold[-1])
                for one in sold:
                    self.store.shop.add("taken", {}, sku=_mark(name, one), quiet=True)

    def disconnect(self, name: str) -> None:
        """Take no more orders over from `name`; those that are here stay."""
        connected = {s.name for s in self.sources() if s.is_connected}
        self.store.set_setting("sources", sorted(connected - {name}))

    # -- time -------------------------------------------------------------------------------

    def run_due(self) -> None:
        """Ask every connected source whose time has come."""
        for source in self.sources():
            if source.is_connected and self._state(source.name)["next"] <= self.store.now():
                self.take_over(source)

    def take_over(self, source: Source) -> None:
        """Ask one source now for what is new, and for what was cancelled."""
        interval = self.store.setting("import_every_s")
        wanted = self.dialect.shop.dials.job_s
        state = self._state(source.name)
        state["next"] = self.store.now() + int(interval if wanted is None else wanted)
        self._keep(source.name, state)
        front = self._front(source.name)
        if front is None:
            return
        sold, newest = self._new(source.name, front, state)
        fault = self.dialect.world.faults.job(NAME, "import") if sold else None
        if fault is not None and fault.kind != "job failed":
            late = NEVER if fault.kind == "job stuck" else int(fault.lasting)
            self._keep(source.name, {**state, "next": self.store.now() + late})
        if fault is None:
            for one in sold:
                self._import(source, one)
            self._remember(source.name, newest)
        self._follow(source, front)

    def _front(self, name: str) -> Storefront | None:
        found = self.dialect.world.dialects.get(name)
        front = found.storefront if found is not None else None
        return front if hasattr(front, "sold") else None

    def _new(
        self, name: str, front: Storefront, state: dict[str, Any]
    ) -> tuple[Sequence[SoldOrder], SoldOrder | None]:
        """What was not taken over yet, and the newest that there is.

        Where the last one taken over is gone (it was deleted there, or the shop was emptied and
        counts from its beginning), everything is looked at again.
        """
        after = int(state["after"])
        sold = front.sold(after - 1) if after else []
        if sold and sold[0].seq == after and sold[0].foreign_id == state["foreign_id"]:
            return sold[1:], sold[-1]
        sold = front.sold(0)
        fresh = [s for s in sold if not list(self.store.shop.all("taken", sku=_mark(name, s)))]
        return fresh, sold[-1] if sold else None

    def _state(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.store.shop.setting(f"source {name}", {})
        return {"after": 0, "foreign_id": "", "next": 0, **found}

    def _keep(self, name: str, state: dict[str, Any]) -> None:
        self.store.shop.set_setting(f"source {name}", state)

    def _remember(self, name: str, last: SoldOrder | None) -> None:
        place = {"after": last.seq if last else 0, "foreign_id": last.foreign_id if last else ""}
        self._keep(name, {**self._state(name), **place})

    def forget(self) -> None:
        """Begin anew with every source."""
        for name in self.dialect.world.dialects:
            self._keep(name, {})

    # -- orders -----------------------------------------------------------------------------

    def _import(self, source: Source, sold: SoldOrder) -> None:
        """One purchase becomes an order here."""
        body = orders.blank(self.store)
        buyer, is_shop = sold.buyer, source.type == "shop"
        digits = sold.foreign_id.rpartition("/")[2]  # of a global id, the number at its end
        body |= {
            "order_source": source.type,
            "order_source_id": source.id,
            "order_source_info": source.title,
            "shop_order_id": int(digits) if is_shop and digits.isdigit() else 0,
            "external_order_id": sold.foreign_id,
            "date_add": int(sold.placed_at.timestamp()),
            "currency": sold.currency,
            "email": buyer.email,
            "phone": buyer.phone,
            "user_login": "" if is_shop else buyer.email.partition("@")[0][:30],
            "payment_method": "Online payment",
            "delivery_method": "Courier",
            "delivery_price": str(sold.shipping.quantize(CENT)),
            **addresses(buyer),
            "products": [self._row(source, line) for line in sold.lines],
        }
        if sold.is_paid:
            body["payment_done"] = str(orders.total(body))
        order = orders.place(self.dialect, body)
        about = {"source": source.name, "number": sold.number, "seq": sold.seq}
        about["date"] = self.store.now()
        self.store.shop.add("watch", about, id=order.id, quiet=True)
        self.store.shop.add("taken", {}, sku=_mark(source.name, sold), quiet=True)

    def _row(self, source: Source, line: SoldLine) -> dict[str, Any]:
        row = order_rows.blank(self.store)
        is_shop = source.type == "shop"
        row |= {
            "storage": "shop" if is_shop else "db",
            "storage_id": str(source.id) if is_shop else "0",
            "product_id": line.foreign_id.rpartition("/")[2][:50] if is_shop else "",
            "name": line.title[:130],
            "sku": line.sku[:50],
            "auction_id": "" if is_shop else line.foreign_id[:20],
            "price_brutto": str(line.price.quantize(CENT)),
            "tax_rate": str(line.tax_rate),
            "quantity": line.quantity,
        }
        product = self.store.by_sku(line.sku)
        if product is not None:
            order_rows.link(self.store, row, product)
        return row

    def _follow(self, source: Source, front: Storefront) -> None:
        """Let orders be paid, and be cancelled where the account follows that, as at the source."""
        for watch in list(self.store.shop.all("watch")):
            if watch.body["source"] != source.name:
                continue
            order = self.store.shop.get("order", watch.id)
            is_over = watch.body["date"] + WATCHED_S < self.store.now()
            if order is None or is_over or order.body["delivery_package_nr"]:
                self._unwatch(watch)
                continue
            try:
                is_cancelled = front.order(watch.body["number"]).is_cancelled
                self._pay(watch, order, front)
            except LookupError:  # the source was emptied
                self._unwatch(watch)
                continue
            if is_cancelled and self.store.setting("follow_cancellations"):
                self._unwatch(watch)
                orders.move_to(self.dialect, order, self.store.setting("status_cancelled"))

    def _pay(self, watch: Document, order: Document, front: Storefront) -> None:
        """What the buyer has paid at the source since is paid here too."""
        if Decimal(order.body["payment_done"]):
            return
        sold = next(iter(front.sold(watch.body["seq"] - 1)), None)
        if sold is not None and sold.number == watch.body["number"] and sold.is_paid:
            orders.pay(self.dialect, order, orders.total(order.body))

    def _unwatch(self, watch: Document) -> None:
        self.store.shop.drop("watch", watch.id, quiet=True)


def _mark(name: str, sold: SoldOrder) -> str:
    """What tells a purchase from all others, also from those before a shop was emptied."""
    return f"{name} {sold.foreign_id} {sold.placed_at.isoformat()}"


def addresses(buyer: Any) -> dict[str, str]:
    """A shopper's address as the delivery's and the invoice's."""
    name = f"{buyer.first_name} {buyer.last_name}"
    parts = {
        "fullname": name,
        "address": buyer.street,
        "city": buyer.city,
        "postcode": buyer.postcode,
        "country_code": buyer.country,
    }
    return {f"{kind}_{k}": v for kind in ("delivery", "invoice") for k, v in parts.items()}
