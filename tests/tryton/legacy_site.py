"""The site around a real Tryton: one process that imports dropped files, exports, and plays its people.

Run by the Python of Tryton's own environment, never by ours:

    python legacy_site.py SCRIPTS COMPANY DROP

SCRIPTS holds `erp_io.py` and `lifecycle.py`, COMPANY a database of its own with its `trytond.conf`,
DROP the folders `in`, `done`, `failed` and `out`. Orders arrive as JSON lines, {"do": "take"}, and
each is answered by one: {"gives": …}, or {"refused": "UserError: …"} in Tryton's own words.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

SCRIPTS, COMPANY, DROP = (Path(argument) for argument in sys.argv[1:4])
sys.path.insert(0, str(SCRIPTS))

from erp_io import EXPORTS, Erp  # noqa: E402  (found only now)
from lifecycle import LAYOUT  # noqa: E402
from trytond.exceptions import TrytonException  # noqa: E402

NOT_ASKED = ("order_lines", "invoices", "stock")  # stock is asked for by warehouse
PARTIES = [
    "code",
    "name",
    "addresses/street",
    "addresses/postal_code",
    "addresses/city",
    "addresses/country",
]  # what a clerk once chose in the client's import dialog; the header of a file is not looked at


# Whatever Tryton says when it will not; some of its refusals are bare errors of Python.
REFUSALS = (TrytonException, LookupError, TypeError, ValueError, RuntimeError)


class Site:
    """What people and timers at the ERP do. Orders go by their reference, which is the agent's."""

    def __init__(self) -> None:
        self.erp = Erp(str(COMPANY))
        self.erp.config.skip_warning = True  # a person answers Yes to warnings
        from proteus import Model

        self.model = Model.get

    # -- files ----------------------------------------------------------------------------------

    def take(self) -> dict[str, str]:
        """Import every dropped file in the order of their names: {name: "" or Tryton's refusal}."""
        return {path.name: self._take(path) for path in sorted((DROP / "in").glob("*.csv"))}

    def _take(self, path: Path) -> str:
        model, layout = ("sale.sale", LAYOUT)
        if path.name.startswith("parties"):
            model, layout = "party.party", PARTIES
        try:
            self.erp.import_csv(model, layout, str(path))
        except REFUSALS as refusal:
            words = f"{type(refusal).__name__}: {refusal}"
            (DROP / "failed" / f"{path.name}.err").write_text(words + "\n", encoding="utf-8")
            path.replace(DROP / "failed" / path.name)
            return words
        path.replace(DROP / "done" / path.name)
        return ""

    def dump(self, at: float) -> list[str]:
        """Write every export anew, by rename; `at` (seconds since 1970) is when, by the site's clock."""
        jobs = {name: (job, None) for name, job in EXPORTS.items() if name not in NOT_ASKED}
        for warehouse in self.model("stock.location").find([("type", "=", "warehouse")]):
            place = f'{{"locations":[{warehouse.storage_location.id}]}}'
            jobs[f"stock_{warehouse.code}"] = (EXPORTS["stock"], place)
        for name, ((model, domain, order, fields), context) in jobs.items():
            half = DROP / "out" / f"{name}.csv.tmp"
            half.write_bytes(self.erp.export_csv(model, fields, domain, order, context))
            os.utime(half, (at, at))
            half.replace(half.with_suffix(""))
        return sorted(jobs)

    # -- people ---------------------------------------------------------------------------------

    def press(self, order: str, buttons: Sequence[str]) -> str:
        """Click through an order (quote, confirm, process, cancel); gives its state."""
        sale = self._sale(order)
        for button in buttons:
            sale.click(button)
        return str(sale.state)

    def ship(self, order: str, pieces: dict[str, int], tracking: str) -> str:
        """Send a parcel with these pieces, {sku: pieces}; gives the number of the shipment."""
        shipment = next(s for s in self._sale(order).shipments if s.state in ("draft", "waiting"))
        for move in list(shipment.inventory_moves):
            if move.product.code in pieces:
                move.quantity = float(pieces[move.product.code])
            else:
                shipment.inventory_moves.remove(move)
        shipment.save()
        shipment.click("assign_try")
        if shipment.state != "assigned":
            raise RuntimeError(f"the goods are not there; the shipment is {shipment.state}")
        shipment.click("pick")
        shipment.reference = tracking
        shipment.save()
        shipment.click("pack")
        shipment.click("do")
        return str(shipment.number)

    def promise_back(self, order: str, pieces: dict[str, int]) -> str:
        """Agree that these pieces come back: an order of its own, `R-` before the reference."""
        from proteus import Wizard

        Wizard("sale.return_sale", [self._sale(order)]).execute("return_")
        (back,) = self.model("sale.sale").find([], order=[("id", "DESC")], limit=1)
        back.reference = f"R-{order}"
        for line in list(back.lines):
            if line.product.code in pieces:
                line.quantity = -float(pieces[line.product.code])
            else:
                back.lines.remove(line)
        back.save()
        return self.press(back.reference, ["quote", "confirm", "process"])

    def receive_back(self, order: str) -> list[str]:
        """The goods of a return have come and are put into stock; gives the return's numbers."""
        arrived = self._sale(f"R-{order}").shipment_returns
        for shipment in arrived:
            shipment.click("receive")
            shipment.reload()
            shipment.click("do")
        return [str(shipment.number) for shipment in arrived]

    def count(self, sku: str, warehouse: str, pieces: int) -> None:
        """A stocktake finds so many pieces."""
        (place,) = self.model("stock.location").find([("code", "=", warehouse)])
        (product,) = self.model("product.product").find([("code", "=", sku)])
        counted = self.model("stock.inventory")(location=place.storage_location)
        counted.lines.new(product=product, quantity=float(pieces))
        counted.click("confirm")

    def reprice(self, sku: str, price: str) -> None:
        """Give an item another list price, net."""
        (product,) = self.model("product.product").find([("code", "=", sku)])
        product.template.list_price = Decimal(price)
        product.template.save()

    def _sale(self, reference: str) -> Any:
        found = self.model("sale.sale").find([("reference", "=", reference)])
        if len(found) != 1:
            raise LookupError(f"{len(found)} orders have the reference {reference}")
        return found[0]


def serve(site: Site, told: TextIO, answers: TextIO) -> None:
    """Do what each line says until there is no more of them."""
    for line in told:
        order = json.loads(line)
        try:
            answer = {"gives": getattr(site, order.pop("do"))(**order)}
        except REFUSALS as refusal:
            answer = {"refused": f"{type(refusal).__name__}: {refusal}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr  # Tryton may talk; our answers stay alone
    serve(Site(), sys.stdin, answers)
