"""The import files that an ERP reads: what they are called, how they are laid out, when they are due.

A value is text with names in braces: `{order.reference}`, `{line.sku}`, `{setting.warehouse}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from agent.erps.feeds import Model
from agent.model.booking import BookingRules

NAME = re.compile(r"\{([^{}]*)\}")
ADDRESS = (
    "name", "company", "street", "street2", "city", "region", "postcode", "country", "phone",
)  # fmt: skip
ORDER_NAMES = frozenset(
    {
        "shop",
        "customer",  # its code in the ERP
        "order.reference",  # what the ERP knows the order by
        "order.number",  # what the buyer calls it
        "order.id",  # what the channel calls it
        "order.date",
        "order.currency",
        "order.note",
        "order.remarks",  # the buyer's note, and the billing address where it is another one
        "order.net",
        "order.tax",
        "order.total",
        "order.lines",  # how many
        "order.origin",  # the id where it was bought: the same directly and through a hub
        "order.tax_name",  # the one tax name of all its lines
        "buyer.name",
        "buyer.email",
        "buyer.phone",
        "buyer.contact",  # `Anna Berg:anna@example.org`, or the one that there is
        "recipient",  # who the parcel is for: a name, else the company
        "buyer.key",  # 10 characters, the same for the same e-mail and delivery address (phone aside)
        *(f"{kind}.{part}" for kind in ("shipping", "billing") for part in ADDRESS),
    }
)
LINE_NAMES = frozenset(
    {
        "line.number",  # from 1
        "line.sku",
        "line.title",
        "line.gtin",  # as the ERP's own files have it; "" where they have none
        "line.quantity",
        "line.unit_net",  # per piece, with `price_digits` decimals
        "line.net",
        "line.tax",
        "line.gross",
        "line.tax_rate",  # per cent
        "line.tax_name",  # by the map `taxes`
    }
)
REFERENCE_NAMES = frozenset({"shop", "number", "id", "origin"})


def _texts(raw: object) -> object:
    """Numbers that YAML read where codes are meant, as the text that was meant."""
    if isinstance(raw, Mapping):
        return {
            str(k): str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v
            for k, v in raw.items()
        }
    return raw


Texts = Annotated[Mapping[str, str], BeforeValidator(_texts)]


class ImportColumn(Model):
    """One column, or one fixed cell of it: its caption and what is written there."""

    caption: str = ""
    value: str = ""
    on: Literal["first", "every"] = "every"  # "first": only on the first line of an order
    date: str = "%Y-%m-%d"
    digits: int | None = Field(None, ge=0, le=6)  # exactly so many decimals; never rounds a value
    codes: Texts = Field(default_factory=dict)  # our words -> the ERP's; "*" for the rest
    longest: int | None = Field(None, ge=1)  # characters that the ERP takes
    cut: bool = False  # longer text is cut; otherwise its order waits for a person
    needed: bool = False  # an order that would leave it blank waits for a person
    lines: Literal["keep", "join"] = "join"  # line breaks inside the cell


ELEMENT = re.compile(r"[A-Za-z_][\w.-]*(/[A-Za-z_][\w.-]*)*")


def _short_column(raw: object) -> object:
    return {"value": raw} if isinstance(raw, str) else raw


class Written(Model):
    """How rows become the bytes of a delimited file."""

    encoding: str = "utf-8"
    mark: bool = False  # a byte-order mark in front
    delimiter: str = Field(",", min_length=1, max_length=1)
    quote: str = Field('"', min_length=1, max_length=1)
    always_quoted: bool = False
    header: bool = True
    decimal: str = Field(".", min_length=1, max_length=1)
    newline: Literal["\r\n", "\n"] = "\r\n"


class Document(Model):
    """How an order becomes an XML document: columns are paths below `root`, those of a line below `lines`."""

    root: str = Field(pattern=f"^{ELEMENT.pattern}$")
    lines: str = Field(pattern=f"^{ELEMENT.pattern}$")
    encoding: str = "utf-8"
    decimal: Literal["."] = "."


class ImportFile(Model):
    """One kind of import file. `name` carries the order's reference (or the customer's code)."""

    name: str
    folder: str = ""  # "" is the site's import folder; relative ones start there
    layout: Written | Document = Written()
    marker: str = ""  # `.done`: an empty file NAME.done follows when NAME is complete
    rows: Literal["lines", "order"] = "lines"  # one row per order line, or one per order
    columns: Mapping[str, Annotated[ImportColumn, BeforeValidator(_short_column)]]

    @model_validator(mode="after")
    def _knows_every_name(self) -> ImportFile:
        known = ORDER_NAMES | (LINE_NAMES if self.rows == "lines" else frozenset())
        for column in self.columns.values():
            _check_names(column.value, known)
        _check_names(self.name, ORDER_NAMES)
        if isinstance(self.layout, Document):
            self._is_a_document()
        return self

    def _is_a_document(self) -> None:
        for path in self.columns:
            if not ELEMENT.fullmatch(path):
                raise ValueError(
                    f'"{path}" is no path of XML elements; write Order-Header/OrderNumber'
                )
        places = [column.on for column in self.columns.values()]
        inside = [at for at, on in enumerate(places) if on == "every"]
        if self.rows == "lines" and inside and len(inside) != inside[-1] - inside[0] + 1:
            raise ValueError("in a document the columns of a line stand together")

    def templates(self) -> Iterator[str]:
        """Every text with names in it."""
        yield self.name
        yield from (column.value for column in self.columns.values())


class OrderFile(ImportFile):
    """The import file of orders."""

    orders: int = Field(1, ge=1, le=1000)  # at most so many in one file

    @model_validator(mode="after")
    def _fits(self) -> OrderFile:
        if isinstance(self.layout, Document) and self.orders > 1:
            raise ValueError("a document holds one order: leave `orders` at 1")
        return self


class CustomerFile(ImportFile):
    """The import file of a customer whom the ERP does not know yet; written before the order."""

    rows: Literal["lines", "order"] = "order"
    wait: Literal["no", "taken", "shown"] = "taken"
    # The order file follows at once; when the ERP has taken the customer's file away; or when the
    # ERP's own customer list shows the code.


class Failed(Model):
    """Where the ERP puts what it refused, and where it says why."""

    folder: str  # relative ones start at the import folder
    words: str = ""  # `{name}.err`: the file with its reason, beside the refused one
    already: tuple[str, ...] = ()  # patterns of words that mean: it has this one already


class ForShop(Model):
    """What is different for one channel; what is left out is as for all."""

    reference: str | None = None
    customer: str | None = None
    settings: Texts = Field(default_factory=dict)
    taxes: Texts = Field(default_factory=dict)
    services: Texts = Field(default_factory=dict)
    payments: tuple[Literal["paid", "authorised", "pending"], ...] | None = None


class Imports(Model):
    """Everything about the files that the ERP reads. Without `orders`, orders wait unwritten."""

    orders: OrderFile | None = None
    customers: CustomerFile | None = None
    cancellations: ImportFile | None = None  # null: a person cancels in the ERP
    reference: str = "{shop}-{number}"  # made upper case, with safe characters, and unique
    customer: str = ""  # the customer's code: fixed, or `W-{buyer.key}` for one per buyer
    settings: Texts = Field(default_factory=dict)  # for {setting.NAME}; "" is blank
    taxes: Texts = Field(default_factory=dict)  # rate per cent -> the ERP's name of the tax
    services: Texts = Field(default_factory=dict)  # shipping, fee, discount -> service item
    currencies: tuple[str, ...] = ()  # that orders may be in; empty: the site's own
    payments: tuple[Literal["paid", "authorised", "pending"], ...] = ("paid", "authorised")
    orders_from: date | None = None  # orders placed earlier are known and never written
    price_digits: int = Field(2, ge=0, le=6)  # decimals of a unit price
    tax_slack: int = Field(1, ge=0)  # minor units per line between tax charged and tax by rate
    stock_knows: Literal["received", "allocated"] = "allocated"
    # From this status on, the ERP's own stock figures reflect an order.
    done: tuple[str, ...] = ()  # folders where it keeps what it took
    failed: Failed | None = None
    refuses_duplicates: bool = False  # the ERP itself refuses an order that it has already
    return_reference: str = ""  # pattern whose group is the order's reference in a return's
    shops: Mapping[str, ForShop] = Field(default_factory=dict)
    note: str = ""  # what is unconfirmed about them

    @model_validator(mode="after")
    def _says_what_it_uses(self) -> Imports:
        files = [f for f in (self.orders, self.customers, self.cancellations) if f is not None]
        for template in [t for f in files for t in f.templates()] + [self.customer]:
            for name in _settings_in(template):
                if name not in self.settings:
                    raise ValueError(f"uses {{setting.{name}}}; add {name} under settings")
        _check_names(self.customer, ORDER_NAMES - {"customer"})
        _check_file_names(self)
        for template in (self.reference, *(s.reference or "" for s in self.shops.values())):
            _check_names(template, REFERENCE_NAMES)
        for rate in self.taxes:
            rate_of(rate)
        if self.return_reference and re.compile(self.return_reference).groups != 1:
            raise ValueError("return_reference needs exactly one group")
        return self

    def rules(self, currency: str) -> BookingRules:
        """What the ERP can book, as plain values; `currency` is the site's."""
        return BookingRules(
            currencies=frozenset(self.currencies or (currency,)),
            payments=frozenset(self.payments),
            taxes={rate_of(rate): name for rate, name in self.taxes.items()},
            services={kind: sku for kind, sku in self.services.items() if sku},
            price_digits=self.price_digits,
            tax_slack=self.tax_slack,
            orders_from=self.orders_from,
        )

    def for_shop(self, shop: str) -> Imports:
        """The same with what this channel has of its own laid over it."""
        own = self.shops.get(shop)
        if own is None:
            return self
        return self.model_copy(
            update={
                "reference": own.reference or self.reference,
                "customer": own.customer or self.customer,
                "settings": {**self.settings, **own.settings},
                "taxes": {**self.taxes, **own.taxes},
                "services": {**self.services, **own.services},
                "payments": self.payments if own.payments is None else own.payments,
            }
        )


def rate_of(text: str) -> Decimal:
    """A tax rate in per cent; ValueError when it is none."""
    try:
        rate = Decimal(text)
    except InvalidOperation:
        raise ValueError(f'"{text}" is no tax rate; write 19 for 19 %') from None
    if not (rate.is_finite() and 0 <= rate <= 100):
        raise ValueError(f'"{text}" is no tax rate; write 19 for 19 %')
    return rate


def _check_file_names(imports: Imports) -> None:
    """A file's name must be its order's (or customer's) alone, or two would fight over it."""
    for file in (imports.orders, imports.cancellations):
        if file is not None and "{order.reference}" not in file.name:
            raise ValueError(f'the file name "{file.name}" needs {{order.reference}}')
    if imports.customers is not None and "{customer}" not in imports.customers.name:
        raise ValueError(f'the file name "{imports.customers.name}" needs {{customer}}')


def _settings_in(template: str) -> list[str]:
    names = (name for name in NAME.findall(template) if name.startswith("setting."))
    return [name.removeprefix("setting.") for name in names]


def _check_names(template: str, known: frozenset[str]) -> None:
    for name in NAME.findall(template):
        if name not in known and not name.startswith("setting."):
            raise ValueError(f"unknown name {{{name}}}; known: {', '.join(sorted(known))}")
