"""What coupons take off an order, piece by piece and cent by cent, and when one is refused.

Pure. Amounts are whole cents (or whatever the currency's smallest unit is), gross where the shop's
prices are gross. The message texts for refusals other than "does not exist" are from the vendor's
documentation, not recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_DOWN, Decimal
from fnmatch import fnmatch
from typing import Any


@dataclass(frozen=True)
class Coupon:
    """A coupon of the shop. `kind` is percent, fixed_cart or fixed_product."""

    id: int
    code: str
    kind: str
    amount: Decimal  # per cent, or money
    free_shipping: bool = False
    products: frozenset[int] = frozenset()  # only these, when any
    not_products: frozenset[int] = frozenset()
    not_on_sale: bool = False
    expires: datetime | None = None
    least: Decimal = Decimal(0)  # order value, 0: no limit
    most: Decimal = Decimal(0)
    uses_left: int | None = None
    pieces: int | None = None  # it takes off at most so many
    mails: tuple[str, ...] = ()  # only for buyers of these addresses, `*` stands for anything

    def short(self) -> list[Any]:
        """What an order remembers of it: id, code, kind (null for a cart coupon), amount."""
        number = float(self.amount)
        value = int(number) if number.is_integer() else number
        kind = None if self.kind == "fixed_cart" else self.kind
        return [self.id, self.code, kind, value, *([True] if self.free_shipping else [])]


@dataclass(frozen=True)
class Piece:
    """One row that may be discounted: its price for all pieces, in cents."""

    row: int
    cents: int
    quantity: int
    products: frozenset[int] = frozenset()  # product and variation
    on_sale: bool = False


def coupon_of(id: int, resource: Mapping[str, Any], expires: datetime | None) -> Coupon:
    """A coupon from the fields of the `coupons` resource."""
    limit, used = resource.get("usage_limit"), int(resource.get("usage_count") or 0)
    return Coupon(
        id=id,
        code=resource["code"],
        kind=resource.get("discount_type") or "fixed_cart",
        amount=Decimal(str(resource.get("amount") or 0)),
        free_shipping=bool(resource.get("free_shipping")),
        products=frozenset(resource.get("product_ids") or ()),
        not_products=frozenset(resource.get("excluded_product_ids") or ()),
        not_on_sale=bool(resource.get("exclude_sale_items")),
        expires=expires,
        least=Decimal(str(resource.get("minimum_amount") or 0)),
        most=Decimal(str(resource.get("maximum_amount") or 0)),
        uses_left=None if not limit else int(limit) - used,
        pieces=resource.get("limit_usage_to_x_items"),
        mails=tuple(resource.get("email_restrictions") or ()),
    )


def refusal(
    coupon: Coupon,
    pieces: Sequence[Piece],
    now: datetime,
    *,
    money: Callable[[Decimal], str] = str,
    mails: Sequence[str] = (),
) -> str | None:
    """Why a coupon may not be used on these rows by a buyer of those addresses; None when it may.

    `money` writes an amount as the shop's pages do.
    """
    name = f"Coupon &quot;{coupon.code}&quot;"
    value = Decimal(sum(p.cents for p in pieces)) / 100
    if coupon.uses_left is not None and coupon.uses_left <= 0:
        return f"Usage limit for coupon &quot;{coupon.code}&quot; has been reached."
    if coupon.expires is not None and now > coupon.expires:
        return f"{name} has expired."
    if coupon.least and value < coupon.least:
        return f"The minimum spend for coupon &quot;{coupon.code}&quot; is {money(coupon.least)}."
    if coupon.most and value > coupon.most:
        return f"The maximum spend for coupon &quot;{coupon.code}&quot; is {money(coupon.most)}."
    if coupon.mails and not any(fnmatch(m, w.lower()) for m in mails for w in coupon.mails):
        return (
            f"Please enter a valid email at checkout to use coupon code &quot;{coupon.code}&quot;."
        )
    if coupon.products and not any(_takes(coupon, p) for p in pieces):
        return f"Sorry, coupon &quot;{coupon.code}&quot; is not applicable to selected products."
    return None


def discounts(coupons: Iterable[Coupon], pieces: Sequence[Piece]) -> dict[str, dict[int, int]]:
    """What each coupon takes off each row, {code: {row: cents}}; later ones take what is left."""
    ordered = sorted(pieces, key=lambda p: -p.cents * p.quantity)
    left = {p.row: p.cents for p in pieces}
    found: dict[str, dict[int, int]] = {}
    for coupon in coupons:
        taken = _one(coupon, [p for p in ordered if _takes(coupon, p)], left)
        found[coupon.code] = taken
        for row, cents in taken.items():
            left[row] -= cents
    return found


def _takes(coupon: Coupon, piece: Piece) -> bool:
    if coupon.not_on_sale and piece.on_sale:
        return False
    if coupon.products and not piece.products & coupon.products:
        return False
    return not piece.products & coupon.not_products


def _one(coupon: Coupon, pieces: Sequence[Piece], left: Mapping[int, int]) -> dict[int, int]:
    if coupon.pieces and coupon.kind != "fixed_cart":
        pieces = _first(coupon.pieces, pieces)
    if coupon.kind == "percent":
        return _percent(coupon.amount, pieces, left)
    cents = int(coupon.amount * 100)
    if coupon.kind == "fixed_product":
        return {p.row: min(left[p.row], cents * p.quantity) for p in pieces}
    return _spread(cents, pieces, left)


def _first(count: int, pieces: Sequence[Piece]) -> list[Piece]:
    """The rows cut down to so many pieces in all, one after the other."""
    found = []
    for piece in pieces:
        quantity = min(count, piece.quantity)
        if quantity > 0:
            cents = piece.cents * quantity // piece.quantity
            found.append(replace(piece, quantity=quantity, cents=cents))
        count -= quantity
    return found


def _percent(percent: Decimal, pieces: Sequence[Piece], left: Mapping[int, int]) -> dict[int, int]:
    """Rounded down row by row; cents lost by that are given where something is left."""
    taken = {p.row: min(left[p.row], int(p.cents * percent / 100)) for p in pieces}
    whole = Decimal(sum(p.cents for p in pieces)) * percent / 100
    missing = int(whole.quantize(Decimal(1), rounding=ROUND_HALF_DOWN)) - sum(taken.values())
    return _add_cents(taken, missing, pieces, left)


def _spread(cents: int, pieces: Sequence[Piece], left: Mapping[int, int]) -> dict[int, int]:
    """A sum over all pieces alike, then what is left of it again, then cent by cent."""
    taken = {p.row: 0 for p in pieces}
    rest = min(cents, sum(left[p.row] for p in pieces))
    while rest > 0:
        open_ = [p for p in pieces if left[p.row] > taken[p.row]]
        count = sum(p.quantity for p in open_)
        each = rest // count if count > 0 else 0
        if each == 0:
            return _add_cents(taken, rest, open_, left)
        for piece in open_:
            more = min(each * piece.quantity, left[piece.row] - taken[piece.row])
            taken[piece.row] += more
            rest -= more
    return taken


def _add_cents(
    taken: dict[int, int], cents: int, pieces: Sequence[Piece], left: Mapping[int, int]
) -> dict[int, int]:
    for piece in pieces:
        more = min(cents, piece.quantity, left[piece.row] - taken[piece.row])
        if more > 0:
            taken[piece.row] += more
            cents -= more
    return taken
