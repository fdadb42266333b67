"""One order as every shipped profile writes it, beside the fixtures that it is compared with.

    python -m tests.agent.erps.golden_imports [--force]

writes the fixtures that are missing; --force writes them all anew, to be reviewed as a diff.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.decide.order_booking import booked
from agent.erps import profiles
from agent.erps.import_bytes import file_bytes, file_name, is_per_buyer, sheet
from agent.erps.imports import Imports
from agent.model.order import Address, Charge, Order
from tests.build import order, order_line

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "erps"
SITES: dict[str, dict[str, Any]] = {  # what a site adds to the profile in its tally.yaml
    "unleashed": {"taxes": {"19": "S19", "7": "S7"}},
    "wapro": {
        "settings": {
            "seller_iln": "5900000000008",
            "buyer_iln": "5900000000015",
            "seller_name": "Sklep",
        }
    },
    "tryton": {
        "taxes": {"19": "VAT 19%", "7": "VAT 7%"},
        "settings": {
            "web_shop": "shop.example",
            "payment_term": "30 days",
            "warehouse": "HH",
            "unit": "Unit",
        },
    },
}


GTINS = {"TK-12": "5900000000916", "FT-50-GRÜN": "5900000000923", "SHIPPING": "5900000000930"}


def an_order() -> Order:
    """Two lines, delivery, a note with everything that can break a file, and an invoice address."""
    lines = (
        order_line("TK-12", 2, net=6900, tax=1311, tax_rate=Decimal(19)),
        order_line("FT-50-GRÜN", 3, net=3782, tax=719, tax_rate=Decimal(19)),
    )
    home = Address(
        name='Änne "Ä" Öztürk',
        company="Werkstatt Nord, GmbH",
        street="Straße des Friedens 12",
        street2="Hof 3; links",
        city="Flensburg",
        postcode="24937",
        country="DE",
        phone="+49461123",
    )
    office = Address(
        name="Bo Öztürk", street="Am Markt 7", city="Kiel", postcode="24103", country="DE"
    )
    return order(
        "#1001",
        *lines,
        channel="shopify",
        remote_id="gid-5001",
        charges=(Charge("shipping", "DHL", 412, 78),),
        email="anne@example.org",
        shipping=home,
        billing=office,
        note='Bitte klingeln; "2. OG",\nSHOPIFY-9999,WEB,,,',
    )


def imports_of(erp: str) -> Imports:
    """The profile's import files with what a site adds to them."""
    return Imports.model_validate({**profiles.load(erp)["import_files"], **SITES[erp]})


def files_of(erp: str, sale: Order | None = None) -> dict[str, bytes]:
    """{name: bytes} of everything that this order puts into the ERP's import folder."""
    sale, imports = sale or an_order(), imports_of(erp)
    lines, faults = booked(sale, imports.rules("EUR"))
    assert not faults, faults
    one = sheet(sale, "SHOPIFY-1001", lines, imports, "Europe/Berlin", GTINS)
    kinds = [imports.customers if is_per_buyer(imports) else None, imports.orders]
    return {
        file_name(kind, one.values): file_bytes(kind, [one]) for kind in kinds if kind is not None
    }


def main(*options: str) -> None:
    """Write the fixtures."""
    for erp in SITES:
        for name, data in files_of(erp).items():
            path = FIXTURES / erp / "imports" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if "--force" in options or not path.exists():
                path.write_bytes(data)
                print(f"wrote {path.relative_to(FIXTURES)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
