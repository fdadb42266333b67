"""The main job as it happens: staging served, the ERP at work, `tally run` between them, a story told.

Everything is real: three processes, files in folders, HTTP over TLS. The agent's process may be killed
at any moment; it is started again, as a service manager would.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import click

from simulator import processes
from simulator.chance import Chance
from simulator.clock import Clock
from simulator.commerce.shop import Shop, connect
from simulator.erp.books import Books
from simulator.erp.site import ErpSite
from simulator.processes import Stop, Stopped

CHANNELS = ("shopify", "woocommerce")  # the two shops of the story
CATALOGUE = (  # sku, title, net price, on hand
    ("RETRO-CLOCK", "Retro wall clock", "104.88", 14),
    ("OAK-SHELF-80", "Oak shelf, 80 cm", "202.44", 6),
    ("LAMP-ARC", "Arc floor lamp", "397.56", 2),
    ("WOOL-THROW", "Wool throw, 130 × 170 cm", "178.05", 25),
    ("MUG-STONE", "Stoneware mug", "32.44", 80),
)
SHOPS = """\
taxes: {PL: "23"}
woocommerce:
  options: {woocommerce_feature_fulfillments_enabled: "yes"}
"""
PATIENCE_S = 30.0
LOOK_S = 0.1
REST_S = 0.5  # before the agent is started again
SHIFT_S = 5.0  # how often the ERP is at work when the story is told
INTERRUPTED, TERMINATED = 130, 143


class Impatient(Exception):
    """Something that must be seen was not seen in time; the text says what."""


class Agent:
    """`tally run` as a child process, started again when it dies and nobody asked it to."""

    def __init__(self, folder: Path, say: Callable[[str, str], None]) -> None:
        self._folder, self._say = folder, say
        self._leaving = threading.Event()
        self._turn = threading.Lock()  # held while a process is started, or none may be any more
        self._process = self._start()
        threading.Thread(target=self._keep, daemon=True).start()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._folder / "agent.log").open("ab") as log:
            return processes.start([sys.executable, "-m", "agent", "run"], self._folder, log)

    def _keep(self) -> None:
        while True:
            code = self._process.wait()
            if self._leaving.wait(REST_S):
                return
            with self._turn:
                if self._leaving.is_set():
                    return
                self._process = self._start()
            self._say("agent", f"its process ended ({code}); started again (process {self.pid})")

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        return self._process.pid

    def stop(self) -> None:
        """Ask it to end, as a service manager does, and wait."""
        with self._turn:
            self._leaving.set()
        processes.end(self._process)


class Demo:
    """The three processes' common folder, and the telling of the story."""

    def __init__(self, folder: Path, stop: Stop, opened: contextlib.ExitStack) -> None:
        self.folder, self.stop, self._opened = folder, stop, opened
        self.began = time.monotonic()
        self.facts: dict[str, Any] = {}

    def open(self) -> None:
        """Start staging, write the settings, fill the ERP and its export folder, start the agent."""
        self.facts = self._serve()
        self._settle_in()
        erp = self.folder / "erp"
        erp.mkdir(exist_ok=True)
        db = connect(str(erp / "books.sqlite"))
        self._opened.callback(db.close)
        self.erp = ErpSite(Books(Shop(db, "erp", Clock.following(), Chance(1))), erp)
        for sku, title, price, on_hand in CATALOGUE:
            self.erp.books.add_item(sku, title, Decimal(price), on_hand)
        self.erp.export()
        self.agent = Agent(self.folder, self.say)
        self._opened.callback(self.agent.stop)

    def say(self, who: str, what: str) -> None:
        """One line of the story, with the seconds since it began."""
        click.echo(f"{time.monotonic() - self.began:6.1f} s  {who:<12} {what}")

    def _serve(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "agent", "staging", "serve", "--json", "--empty"]
        shops = self.folder / "shops.yaml"
        shops.write_text(SHOPS, encoding="utf-8")
        command += ["--setup", str(shops), "--folder", str(self.folder / "staging")]
        for channel in CHANNELS:
            command += ["--channel", channel]
        with (self.folder / "staging.log").open("ab") as log:
            staging = processes.start(command, self.folder, log, subprocess.PIPE)
        self._opened.callback(processes.end, staging)
        patience = threading.Timer(PATIENCE_S, staging.kill)
        patience.start()
        with patience_over(patience), staging.stdout or io.BytesIO() as words:
            line = words.readline()
        if not line:
            raise Impatient("the staging world did not start")
        facts: dict[str, Any] = json.loads(line)
        return facts

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
        """What a person types beside the agent; gives what it prints. Impatient when it refuses."""
        code, out, err = self._typed(*arguments)
        if code not in (0, 3):
            raise Impatient(f"`tally {' '.join(arguments)}` said: {err.strip()}")
        return out

    def look(self, *arguments: str) -> dict[str, Any]:
        """What `tally … --json` shows; nothing while the agent has not made its database yet."""
        code, out, _ = self._typed(*arguments, "--json")
        found: dict[str, Any] = json.loads(out) if code in (0, 3) else {}
        return found

    def _typed(self, *arguments: str) -> tuple[int, str, str]:
        self.stop.check()
        done = subprocess.run(
            [sys.executable, "-m", "agent", *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE_S,
            start_new_session=sys.platform != "win32",
            env={**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        )
        return done.returncode, done.stdout, done.stderr

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
            self.stop.check()
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


@contextlib.contextmanager
def patience_over(timer: threading.Timer) -> Iterator[None]:
    """While open the timer runs; afterwards nothing is killed any more."""
    try:
        yield
    finally:
        timer.cancel()


def tell(demo: Demo) -> list[str]:
    """The story, from an empty shop to an order that left in two parcels; gives what was bought."""
    for channel, address in demo.facts["storefronts"].items():
        demo.say("staging", f"{channel} storefront  {address}")
    demo.say("staging", f"control desk  {demo.facts['control_url']}/")
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
    if len(numbers) != 2:
        raise Impatient(f"the ERP took {len(numbers)} orders instead of 2; see {demo.erp.failed}")
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
    return [first["number"], second["number"]]


def _drafts(demo: Demo) -> int:
    return sum(shop["listings"] for shop in demo.look("status").get("channels", {}).values())


def _states(demo: Demo) -> set[str]:
    return {order["state"] for order in demo.look("orders").get("orders", [])}


def _parcels(demo: Demo, order: dict[str, Any]) -> list[str]:
    path = f"/api/order/{order['channel']}/{urllib.parse.quote(order['number'], safe='')}"
    return list(demo.ask(path)["parcels"])


def _as_the_erp_has_it(demo: Demo, channel: str) -> bool:
    shelf = demo.shelf(channel)
    for item in demo.erp.books.items():
        stock = demo.erp.books.stock(item["sku"])
        if shelf.get(item["sku"], {}).get("quantity") != stock["on_hand"] - stock["allocated"]:
            return False
    return True


def summary(demo: Demo, bought: Sequence[str]) -> None:
    """Look at everything once more, and say what was done. Impatient when it is not right."""
    for channel in demo.facts["channels"]:
        seen = partial(_as_the_erp_has_it, demo, channel)
        demo.until(f"{channel}: every item as the ERP has it", seen)
    books, channels = demo.erp.books, demo.ask("/api/state")["channels"]
    if len(books.orders()) != len(bought):
        raise Impatient(f"{len(bought)} orders were placed, the ERP has {len(books.orders())}")
    requests = sum(channel["requests"] for channel in channels.values())
    click.echo()
    click.echo(f"  {len(books.items())} items on {len(channels)} shops, all as the ERP has them")
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
    if folder is not None and (folder / "tally.yaml").exists():
        raise click.UsageError(f"{folder} is in use already; name a new folder")
    stop = Stop()
    with stop.listening(), contextlib.ExitStack() as opened:
        spare = tempfile.TemporaryDirectory(prefix="tally-demo-", ignore_cleanup_errors=True)
        place = (folder or Path(opened.enter_context(spare))).absolute()
        place.mkdir(parents=True, exist_ok=True)
        try:
            _play(Demo(place, stop, opened), once)
        except Impatient as error:
            click.echo(f"error  {error}\nat     {place / 'agent.log'}", err=True)
            sys.exit(1)
        except Stopped as stopped:
            click.echo("\nstopping …")
            sys.exit(INTERRUPTED if stopped.was_ctrl_c else TERMINATED)


def _play(demo: Demo, once: bool) -> None:
    demo.open()
    bought = tell(demo)
    summary(demo, bought)
    if not once:
        click.echo("\n  Buy something on a storefront and watch; stop with Ctrl-C.")
        _stay(demo)


def _stay(demo: Demo) -> None:
    """Keep the ERP at work until Ctrl-C: orders come in, are placed and shipped, stock is dumped."""
    while True:
        for number in demo.erp.take_imports():
            demo.say("erp", f"imported {number}; it will leave today")
            demo.erp.books.place(number)
            demo.erp.books.ship(number)
            demo.erp.export()
        for _ in range(round(SHIFT_S / LOOK_S)):
            demo.stop.check()
            time.sleep(LOOK_S)


if __name__ == "__main__":
    main()
