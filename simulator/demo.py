"""The main job as it happens: staging served, the ERP at work, `tally run` between them, a story told.

Everything is real: three processes, files in folders, HTTP over TLS. The agent's process may be killed
at any moment; it is started again, as a service manager would.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import click

from simulator.chance import Chance
from simulator.clock import Clock
from simulator.commerce.shop import Shop, connect
from simulator.erp.books import Books
from simulator.erp.site import ErpSite

CATALOGUE = (  # sku, title, net price, on hand
    ("RETRO-CLOCK", "Retro wall clock", "104.88", 14),
    ("OAK-SHELF-80", "Oak shelf, 80 cm", "202.44", 6),
    ("LAMP-ARC", "Arc floor lamp", "397.56", 2),
    ("WOOL-THROW", "Wool throw, 130 × 170 cm", "178.05", 25),
    ("MUG-STONE", "Stoneware mug", "32.44", 80),
)
PATIENCE_S = 30.0
LOOK_S = 0.1


class Impatient(Exception):
    """Something that must be seen was not seen in time; the text says what."""


class Agent:
    """`tally run` as a child process, started again when it dies and nobody asked it to."""

    def __init__(self, folder: Path, say: Callable[[str, str], None]) -> None:
        self._folder, self._say = folder, say
        self._leaving = threading.Event()
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _start(self) -> subprocess.Popen[bytes]:
        log = (self._folder / "agent.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "agent", "run"], cwd=self._folder, stdout=log, stderr=log
            )

    def _keep(self) -> None:
        while not self._leaving.is_set():
            code = self._process.wait()
            if not self._leaving.is_set():
                self._say("agent", f"its process ended ({code}); starting it again")
                time.sleep(0.5)
                self._process = self._start()

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        return self._process.pid

    def stop(self) -> None:
        """Ask it to end, as a service manager does, and wait."""
        self._leaving.set()
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Demo:
    """The three processes' common folder, and the telling of the story."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.began = time.monotonic()
        self.agent: Agent | None = None
        self.staging, self.facts = self._serve()

    def open(self) -> None:
        """Write the settings, fill the ERP and its export folder, and start the agent."""
        self._settle_in()
        db = connect()
        self.erp = ErpSite(
            Books(Shop(db, "erp", Clock.following(), Chance(1))), self.folder / "erp"
        )
        for sku, title, price, on_hand in CATALOGUE:
            self.erp.books.add_item(sku, title, Decimal(price), on_hand)
        self.erp.export()
        self.agent = Agent(self.folder, self.say)

    def say(self, who: str, what: str) -> None:
        """One line of the story, with the seconds since it began."""
        click.echo(f"{time.monotonic() - self.began:6.1f} s  {who:<12} {what}")

    def _serve(self) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        command = [sys.executable, "-m", "agent", "staging", "serve", "--json", "--empty"]
        process = subprocess.Popen(
            [*command, "--folder", str(self.folder / "staging")],
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise Impatient("the staging world did not start")
        return process, json.loads(line)

    def _settle_in(self) -> None:
        announced = self.folder / "staging.json"
        announced.write_text(json.dumps(self.facts), encoding="utf-8")
        self.tally("init", ".", "--staging", str(announced))
        settings = self.folder / "tally.yaml"
        text = settings.read_text(encoding="utf-8")
        # A demo has no hours to spare; a shop leaves these as they are.
        text += "\nevery: {scan: 1s, pull: 2s, observe: 1m}\n"
        settings.write_text(text, encoding="utf-8")

    def tally(self, *arguments: str) -> str:
        """What a person types beside the agent; gives what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "agent", *arguments],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )
        if done.returncode not in (0, 3):
            raise Impatient(f"`tally {' '.join(arguments)}` said: {done.stderr.strip()}")
        return done.stdout

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The control desk of the staging world."""
        asked = urllib.request.Request(
            self.facts["control_url"] + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.load(answer)

    def shelf(self, channel: str) -> dict[str, dict[str, Any]]:
        """What a shopper sees there, by sku."""
        items = self.ask(f"/api/storefront/{channel}")
        return {item["sku"]: item for item in items}

    def until(self, what: str, seen: Callable[[], Any]) -> Any:
        """Wait until something is seen, and give it. Impatient after half a minute."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if found := seen():
                return found
            time.sleep(LOOK_S)
        raise Impatient(f"not seen in {PATIENCE_S:.0f} s: {what}")

    def both(self, what: str, sku: str, **facts: Any) -> None:
        """Wait until every storefront shows this of an item."""
        for channel in self.facts["channels"]:
            self.until(f"{channel}: {what}", partial(self._shows, channel, sku, facts))
        self.say("both shops", what)

    def _shows(self, channel: str, sku: str, facts: Mapping[str, Any]) -> bool:
        item = self.shelf(channel).get(sku, {})
        return all(item.get(key) == value for key, value in facts.items())

    def close(self) -> None:
        """End every process that was started."""
        if self.agent is not None:
            self.agent.stop()
        self.staging.terminate()
        self.staging.wait(timeout=15)
        if self.staging.stdout:
            self.staging.stdout.close()


def tell(demo: Demo) -> None:
    """The story, from an empty shop to an order that left in two parcels."""
    for channel, address in demo.facts["storefronts"].items():
        demo.say("staging", f"{channel} storefront  {address}")
    demo.say("staging", f"control desk  {demo.facts['control_url']}/")
    if demo.agent is not None:
        demo.say("agent", f"`tally run` watches {demo.folder} (process {demo.agent.pid})")
    demo.say("erp", f"exports {len(CATALOGUE)} products and their stock")
    demo.until("drafts on both shops", lambda: _drafts(demo) == 2 * len(CATALOGUE))
    demo.say("both shops", f"{len(CATALOGUE)} drafts that no shopper sees yet")
    demo.tally("activate", *(sku for sku, *_ in CATALOGUE))
    demo.say("a person", "tally activate: let them go live")
    demo.both("the arc lamp is there, 2 of them", "LAMP-ARC", availability="in stock", quantity=2)

    first = demo.ask("/api/buy", {"channel": "shopify", "basket": {"LAMP-ARC": 1, "MUG-STONE": 2}})
    demo.say("shopper", f"buys a lamp and two mugs on shopify: order {first['number']}")
    demo.both("one lamp left", "LAMP-ARC", quantity=1)
    second = demo.ask("/api/buy", {"channel": "woocommerce", "basket": {"LAMP-ARC": 1}})
    demo.say("shopper", f"buys the last lamp on woocommerce: order {second['number']}")
    demo.both("the lamp is sold out", "LAMP-ARC", availability="sold out")

    demo.until("two import files", lambda: len(list(demo.erp.imports.glob("*.csv"))) == 2)
    for path in sorted(demo.erp.imports.glob("*.csv")):
        demo.say("agent", f"wrote {path.name} into the ERP's import folder")
    numbers = demo.erp.take_imports()
    for number in numbers:
        demo.erp.books.place(number)
    demo.erp.export("SalesOrders", "StockOnHand")
    demo.say("erp", f"imported {' and '.join(numbers)}, and lists them")
    demo.until("acknowledged", lambda: _states(demo) == {"acknowledged"})
    demo.say("agent", "both orders are acknowledged")

    big = next(o["number"] for o in demo.erp.books.orders() if len(o["lines"]) == 2)
    demo.erp.books.ship(big, {"LAMP-ARC": 1}, tracking="DPD-7001")
    demo.erp.export("SalesShipments", "SalesOrders", "StockOnHand")
    demo.say("erp", f"ships the lamp of {big} (DPD-7001)")
    demo.until("the first parcel", lambda: len(_parcels(demo, first)) == 1)
    demo.say("shopify", f"order {first['number']}: partly shipped, {_parcels(demo, first)[0]}")
    demo.erp.books.ship(big, {"MUG-STONE": 2}, tracking="DPD-7002")
    demo.erp.export("SalesShipments", "SalesOrders", "StockOnHand")
    demo.say("erp", f"ships the mugs of {big} (DPD-7002)")
    demo.until("the second parcel", lambda: len(_parcels(demo, first)) == 2)
    demo.say("shopify", f"order {first['number']}: shipped, {_parcels(demo, first)[1]}")
    demo.both("78 mugs", "MUG-STONE", quantity=78)


def _drafts(demo: Demo) -> int:
    listed = json.loads(demo.tally("status", "--json"))["channels"]
    return sum(shop["listings"] for shop in listed.values())


def _states(demo: Demo) -> set[str]:
    return {order["state"] for order in json.loads(demo.tally("orders", "--json"))["orders"]}


def _parcels(demo: Demo, order: dict[str, Any]) -> list[str]:
    path = f"/api/order/{order['channel']}/{urllib.parse.quote(order['number'], safe='')}"
    return list(demo.ask(path)["parcels"])


def summary(demo: Demo) -> None:
    """What was done, in a few lines."""
    books, channels = demo.erp.books, demo.ask("/api/state")["channels"]
    requests = sum(channel["requests"] for channel in channels.values())
    click.echo()
    click.echo(
        f"  {len(books.items())} items on {len(demo.facts['channels'])} shops, all as the ERP has them"
    )
    click.echo(f"  {len(books.orders())} orders in the ERP, none lost, none twice")
    click.echo(f"  {len(books.shipments())} parcels told to the shopper")
    click.echo(f"  {requests} requests to the shops in {time.monotonic() - demo.began:.0f} s")


@click.command()
@click.option("--once", is_flag=True, help="End by itself, with a summary.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep everything here."
)
def main(once: bool, folder: Path | None) -> None:
    """Show the main job live on the bundled staging world."""
    with tempfile.TemporaryDirectory(prefix="tally-demo-", ignore_cleanup_errors=True) as spare:
        place = (folder or Path(spare)).absolute()
        place.mkdir(parents=True, exist_ok=True)
        demo = Demo(place)
        try:
            demo.open()
            tell(demo)
            summary(demo)
            if not once:
                click.echo("\n  Buy something on a storefront and watch; stop with Ctrl-C.")
                _stay(demo)
        except Impatient as error:
            click.echo(f"error  {error}\nat     {place / 'agent.log'}", err=True)
            sys.exit(1)
        finally:
            demo.close()


def _stay(demo: Demo) -> None:
    """Keep the ERP at work until Ctrl-C: orders come in, are placed and shipped, stock is dumped."""
    try:
        while True:
            time.sleep(5)
            for number in demo.erp.take_imports():
                demo.say("erp", f"imported {number}; it will leave today")
                demo.erp.books.place(number)
                demo.erp.books.ship(number)
            demo.erp.export()
    except KeyboardInterrupt:
        click.echo("\nstopping …")


if __name__ == "__main__":
    main()
