"""The corner shop: the smallest vendor that the staging world can hold, to test the world itself.

Its API: GET /items · GET /items/<sku> · PUT /items/<sku> {"price", "quantity"} · POST /hooks {"url"}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask, jsonify, request

from simulator.channels import Buyer, Goods, OrderView, ShelfItem, SoldLine, SoldOrder, SoldOut
from simulator.wire.webhooks import Call, Delivery, Policy, WebhookQueue
from simulator.world import World

NAME = "corner"
SECRET = "corner-secret-0123456789"


def build(world: World) -> Corner:
    """A corner shop in this world."""
    return Corner(world)


class Corner:
    """A shop that counts pieces and knows nothing else."""

    name = NAME
    hosts = ("api.corner.example", "*.shops.corner.example")
    offers_plain_http = True

    def __init__(self, world: World) -> None:
        self.world, self.shop = world, world.shop(NAME)
        self.storefront = self
        self.hooks = WebhookQueue(
            world.db, NAME, Policy(timeout_s=5), self._call, outside=lambda: world.outside,
            exhausted=lambda hook: None,
        )  # fmt: skip
        self.ticks = 0
        self.app = _api(self)

    def credentials(self) -> dict[str, Any]:
        return {"token": SECRET}

    def set_up(self, settings: Mapping[str, Any]) -> None:
        self.shop.set_setting("set up", dict(settings))

    def stock(self, goods: Sequence[Goods]) -> None:
        for g in goods:
            body = {"title": g.title, "price": str(g.price), "quantity": g.quantity}
            self.shop.add("item", body, sku=g.sku, quiet=True)

    def tick(self) -> None:
        self.ticks += 1
        self.hooks.deliver(self.world.clock.now())

    def empty(self) -> None:
        self.shop.clear()
        self.hooks.clear()

    def operator(self, action: str, args: Mapping[str, Any]) -> Any:
        if action != "rename":
            raise LookupError(f"the corner shop knows no action {action!r}")
        self.shop.set_setting("name", args["to"])

    def shelf(self) -> list[ShelfItem]:
        skus = sorted(str(d.sku) for d in self.shop.all("item"))
        return [self.item(sku) for sku in skus]

    def item(self, sku: str) -> ShelfItem:
        for found in self.shop.all("item", sku=sku):
            left, body = found.body["quantity"], found.body
            state = "in stock" if left > 0 else "sold out"
            currency = self.shop.setting("set up")["currency"]
            was = body.get("was")
            return ShelfItem(sku, body["title"], body["price"], was, currency, state, quantity=left)
        return ShelfItem(sku, "", None, None, "PLN", "gone", listed=False)

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        for sku, pieces in basket.items():
            if (self.item(sku).quantity or 0) < pieces:
                raise SoldOut(f"{sku} is sold out")
        for sku, pieces in basket.items():
            self._take(sku, pieces)
        order = {"lines": dict(basket), "buyer": asdict(buyer), "cancelled": False}
        return str(self.shop.add("order", order).id)

    def cancel(self, number: str) -> None:
        found = self.shop.get("order", int(number))
        if found is None:
            raise LookupError(f"no order {number}")
        found.body["cancelled"] = True
        self.shop.put(found)

    def order(self, number: str) -> OrderView:
        found = self.shop.get("order", int(number)) if number.isdigit() else None
        if found is None:
            raise LookupError(f"no order {number}")
        lines, is_cancelled = found.body["lines"], found.body["cancelled"]
        return OrderView(
            number, "cancelled" if is_cancelled else "paid", lines,
            cancelled=lines if is_cancelled else {}, is_cancelled=is_cancelled,
            parcels=found.body.get("parcels", ()),
        )  # fmt: skip

    def sold(self, after: int = 0) -> list[SoldOrder]:
        return [
            SoldOrder(
                order.id, str(order.id), f"C{order.id}", order.created_at,
                self.shop.setting("set up")["currency"], Buyer(**order.body["buyer"]),
                [
                    SoldLine(sku, self.item(sku).title, pieces, Decimal(self.item(sku).price or 0))
                    for sku, pieces in order.body["lines"].items()
                ],
            )
            for order in self.shop.all("order", after=after)
        ]  # fmt: skip

    def _take(self, sku: str, pieces: int) -> None:
        (found,) = self.shop.all("item", sku=sku)
        found.body["quantity"] -= pieces
        self.shop.put(found)
        for hook in self.shop.all("hook"):
            self.hooks.add(hook.id, "item.updated", sku, self.world.clock.now())

    def _call(self, delivery: Delivery) -> Call | None:
        hook = self.shop.get("hook", delivery.hook)
        return hook and Call(hook.body["url"], delivery.resource.encode())


def _api(corner: Corner) -> Flask:
    app = Flask("corner")

    @app.before_request
    def guard() -> Any:
        given = request.headers.get("Authorization"), request.args.get("token")
        return None if given[0] == f"Bearer {SECRET}" or given[1] == SECRET else ("who?", 401)

    @app.get("/items")
    def items() -> Any:
        return jsonify([asdict(item) for item in corner.shelf()])

    @app.get("/scheme")
    def scheme() -> Any:
        return jsonify(scheme=request.scheme, root=request.url_root)

    @app.put("/items/<sku>")
    def write(sku: str) -> Any:
        (found,) = corner.shop.all("item", sku=sku)
        found.body.update(request.get_json())
        corner.shop.put(found)
        return jsonify(asdict(corner.item(sku)))

    @app.post("/hooks")
    def hook() -> Any:
        return jsonify(id=corner.shop.add("hook", {"url": request.get_json()["url"]}).id)

    @app.post("/slow-down")
    def slow_down() -> Any:
        corner.world.clock.advance(timedelta(seconds=1))
        return jsonify(done=True)

    return app
