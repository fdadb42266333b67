"""`tally staging serve`: the staging world on real ports, with its own certificates.

client ─▶ door (TLS or plain) or proxy ─▶ waitress on loopback ─▶ gate (faults, ledger) ─▶ vendor
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import httpx

from simulator import channels, connections
from simulator.channels import Goods
from simulator.clock import Clock
from simulator.control import control
from simulator.erp.office import Office
from simulator.erp.site import MANNERS
from simulator.heart import Heart
from simulator.wire.certificates import Authority, authority
from simulator.wire.front import Backend, Door, Front, Listens, listen
from simulator.wire.proxy import Proxy, Route
from simulator.world import GOODS, World

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")
PATIENCE_S = 5.0  # with a webhook's receiver or a picture's server
TIMEOUTS = ("connect", "read", "write", "pool")
MANY = 100  # goods from which on it pays to keep the stocked world
THREADS = 4  # for each shop: a vendor answers one at a time, but slow answers take theirs
INTERRUPTED = 130


class Refused(click.ClickException):
    """The world cannot be served as asked; the text has what, where and next."""

    exit_code = 6

    def show(self, file: object = None) -> None:
        """The message on stderr."""
        click.echo(self.message, err=True)


@dataclass(frozen=True)
class Wish:
    """How the world is to be served."""

    host: str = LOOPBACK
    channels: Sequence[str] = ()  # none named: all
    port_base: int | None = None
    seed: int = 1
    is_empty: bool = False
    setup: Path | None = None
    folder: Path | None = None
    erp: Path | None = None  # where the ERP has its export and import folders; None: no ERP
    manner: str = "unleashed"  # whose files the ERP writes and takes
    purchases_per_hour: float = 0.0
    goods: Sequence[Goods] = GOODS
    settings: Mapping[str, Any] = field(default_factory=dict)  # beside those of the set-up file


@dataclass
class Served:
    """A world on its ports."""

    world: World
    authority: Authority
    control_url: str
    proxy_url: str
    heart: Heart
    plain_urls: dict[str, str] = field(default_factory=dict)

    def announcement(self) -> dict[str, Any]:
        """What a program needs to start from: addresses, credentials, the authority's file."""
        world = self.world
        return {
            "channels": {name: self._channel(name) for name in world.dialects},
            "control_url": self.control_url,
            "proxy_url": self.proxy_url,
            "storefronts": {n: f"{world.base_urls[n]}/storefront/" for n in world.dialects},
            "ca_file": str(self.authority.file.absolute()),
            "seed": world.seed,
        }

    def _channel(self, name: str) -> dict[str, Any]:
        plain = {"plain_url": self.plain_urls[name]} if name in self.plain_urls else {}
        address = {"base_url": self.world.base_urls[name], **plain}
        return {**address, **self.world.dialects[name].credentials()}


class Impatient(httpx.HTTPTransport):
    """HTTP to the outside that waits a few seconds at most: the world stands still meanwhile."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer from outside; httpx's time-outs when it is late."""
        asked = request.extensions.get("timeout", {})
        limits = (asked.get(part) or PATIENCE_S for part in TIMEOUTS)
        capped = {p: min(s, PATIENCE_S) for p, s in zip(TIMEOUTS, limits, strict=True)}
        request.extensions = {**request.extensions, "timeout": capped}
        return super().handle_request(request)


@dataclass(frozen=True)
class Sockets:
    """What the world listens on."""

    desk: socket.socket
    proxy: socket.socket
    tls: Mapping[str, socket.socket]
    plain: Mapping[str, socket.socket]


@contextmanager
def served(wish: Wish) -> Iterator[Served]:
    """The staging world on its ports; closed at the end. Refused when that cannot be."""
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="tally-staging-"))
        folder = wish.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        sockets = _sockets(wish, stack)
        shown = _bracketed(LOOPBACK if wish.host in EVERYWHERE else wish.host)
        world = World(
            clock=Clock.following(),
            seed=wish.seed,
            channel_names=list(sockets.tls),
            database=str(Path(scratch) / "world.sqlite"),  # thousands of goods need no memory then
            kept_in=wish.folder if len(wish.goods) > MANY else None,
            settings=_settings(wish),
            goods=() if wish.is_empty else wish.goods,
            base_urls={name: f"https://{shown}:{_port(s)}" for name, s in sockets.tls.items()},
            plain_urls={name: f"http://{shown}:{_port(s)}" for name, s in sockets.plain.items()},
        )
        stack.callback(world.close)
        world.outside = stack.enter_context(Impatient())
        trusted = authority(folder)
        stack.callback(Front(_doors(world, wish, trusted, sockets, stack)).close)
        stack.callback(Backend(control(world), sock=sockets.desk, threads=4).close)
        goods = tuple(wish.goods)
        office = None if wish.erp is None else Office(world, wish.erp, goods, wish.manner)
        heart = Heart(world, wish.purchases_per_hour, office)
        stack.callback(heart.close)
        plain = {n: u for n, u in world.plain_urls.items() if _offers_plain(world, n)}
        desk_url = f"http://{LOOPBACK}:{_port(sockets.desk)}"
        proxy_url = f"http://{shown}:{_port(sockets.proxy)}"
        told = Served(world, trusted, desk_url, proxy_url, heart, plain)
        stack.enter_context(_on_record(folder, told.announcement()))
        yield told


@contextmanager
def _on_record(folder: Path, facts: Mapping[str, Any]) -> Iterator[None]:
    """While the world is open its folder says where: for `tally staging env`, and its owner alone."""
    path, half = folder / connections.RECORD, folder / f"serving-{os.getpid()}.part"
    text = json.dumps(facts)
    half.unlink(missing_ok=True)
    private = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(private, "w", encoding="utf-8") as file:
        file.write(text)
    half.replace(path)
    try:
        yield
    finally:
        with suppress(OSError):  # another world in this folder may have come and gone
            if path.read_text(encoding="utf-8") == text:
                path.unlink()


def _settings(wish: Wish) -> dict[str, Any]:
    # A new shop has no tax rates until somebody enters them.
    bare: dict[str, Any] = ({"taxes": {}} if wish.is_empty else {}) | dict(wish.settings)
    if wish.setup is None:
        return bare
    from simulator import setup

    try:
        return bare | setup.read(wish.setup, channels.names())
    except setup.SetupRefused as refusal:
        raise Refused(f"{refusal}\nnext   correct the set-up file and start again") from refusal


def _names(wish: Wish) -> Sequence[str]:
    known = channels.names()
    for name in wish.channels:
        if name not in known:
            raise Refused(
                f"error  no such channel: {name!r}\n"
                f"next   name one of {', '.join(known)}, or none for all of them"
            )
    return wish.channels or known


def _sockets(wish: Wish, stack: ExitStack) -> Sockets:
    numbers = connections.ports(wish.port_base, _names(wish))

    def bound(host: str, port: int) -> socket.socket:
        try:
            sock = listen(host, port)
        except OSError as error:
            raise Refused(
                f"error  cannot listen: {error.strerror or error}\nat     {host}:{port}\n"
                "next   choose another --host or --port-base, or leave them out"
            ) from error
        stack.callback(sock.close)
        return sock

    return Sockets(
        desk=bound(LOOPBACK, numbers.desk),
        proxy=bound(wish.host, numbers.proxy),
        tls={name: bound(wish.host, port) for name, port in numbers.shops.items()},
        plain={name: bound(wish.host, port) for name, port in numbers.plain.items()},
    )


def _port(sock: socket.socket) -> int:
    port: int = sock.getsockname()[1]
    return port


def _doors(
    world: World, wish: Wish, trusted: Authority, sockets: Sockets, stack: ExitStack
) -> list[Listens]:
    """The shops' doors, and the proxy that leads to the same backends."""
    names = {LOOPBACK, "localhost", "::1", *(f"{name}.test" for name in world.dialects)}
    context = trusted.context(sorted(names | {"*.localhost"} | ({wish.host} - set(EVERYWHERE))))
    doors: list[Listens] = []
    routes = []
    for name, dialect in world.dialects.items():
        gate = world.application(name, time.sleep)
        refuses = _refuses(world, name)
        secure = Backend(gate, "https", threads=THREADS)
        stack.callback(secure.close)
        doors.append(Door(sockets.tls[name], secure.port, context, refuses))
        open_port = None
        if _offers_plain(world, name):
            open_one = Backend(gate, threads=THREADS)
            stack.callback(open_one.close)
            open_port = open_one.port
            doors.append(Door(sockets.plain[name], open_port, None, refuses))
        else:
            sockets.plain[name].close()
        hosts = (f"{name}.test", *dialect.hosts)
        routes.append(Route(name, hosts, secure.port, open_port, refuses))
    return [*doors, Proxy(sockets.proxy, tuple(routes), trusted.context)]


def _refuses(world: World, name: str) -> Callable[[], bool]:
    def refuses() -> bool:
        with world.lock:
            if not world.faults.refuses(name):
                return False
            world.ledger.mishap(world.clock.now(), name, "refused", "a connection")
            return True

    return refuses


def _offers_plain(world: World, name: str) -> bool:
    return bool(getattr(world.dialects[name], "offers_plain_http", False))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


# -- the command --------------------------------------------------------------------------------


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="Where the shops listen.")
@click.option(
    "--port-base", type=click.IntRange(1024, 65000), help="First port; default: free ones."
)
@click.option("--channel", "channels", multiple=True, help="Serve only this one; repeatable.")
@click.option("--seed", default=1, show_default=True, help="Decides keys, shoppers and chance.")
@click.option("--empty", "is_empty", is_flag=True, help="Shops without goods or tax rates.")
@click.option(
    "--goods",
    "number",
    type=click.IntRange(0, 1_000_000),
    help="So many goods in each shop; default: a handful.",
)
@click.option(
    "--setup",
    type=click.Path(path_type=Path),
    help="YAML: currency, zone, country, prices_include_tax, taxes; per channel under its name.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keeps authority and stocked shops between runs; default: fresh ones each time.",
)
@click.option(
    "--erp",
    type=click.Path(file_okay=False, path_type=Path),
    help="Run the ERP too, with its `export` and `import` folders here.",
)
@click.option(
    "--erp-files",
    "manner",
    type=click.Choice(list(MANNERS)),
    default="unleashed",
    show_default=True,
    help="Whose files that ERP writes and takes.",
)
@click.option(
    "--rate", default=0.0, type=click.FloatRange(min=0), help="Purchases per hour by shoppers."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on the first line.")
def serve(as_json: bool, rate: float, number: int | None, **wishes: Any) -> None:
    """Serve the simulated shops and the control desk until stopped with Ctrl-C.

    The clock of the world follows real time; the control desk can move it forward.
    """
    stop = threading.Event()
    _on_stop(stop)
    wish = Wish(purchases_per_hour=rate, goods=_goods(number), **wishes)
    try:
        with served(wish if as_json else _at_home(wish)) as world:
            click.echo(_told(world, as_json))
            sys.stdout.flush()
            _wait(stop, world.heart)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _goods(number: int | None) -> Sequence[Goods]:
    if number is None:
        return GOODS
    from simulator import goods

    return goods.some(number)


def _at_home(wish: Wish) -> Wish:
    """For people: the ports and folder that `tally init` writes down, where they are free."""
    if wish.folder is None:
        wish = replace(wish, folder=Path(connections.FOLDER))
    if wish.port_base is not None:
        return wish
    try:
        for port in connections.ports(connections.PORT_BASE, _names(wish)).all():
            listen(wish.host, port).close()
    except OSError:
        told = "its usual ports are taken; for these: `tally init --staging FILE` (see --json)"
        click.echo(told, err=True)
        return wish
    return replace(wish, port_base=connections.PORT_BASE)


def _on_stop(stop: threading.Event) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())


def _wait(stop: threading.Event, heart: Heart) -> None:
    # In short waits: on Windows a longer one would not notice Ctrl-C.
    while not stop.wait(0.5):
        if heart.failure is not None:
            raise heart.failure


def _told(world: Served, as_json: bool) -> str:
    facts = world.announcement()
    if as_json:
        return json.dumps(facts)
    lines = ["The staging world is open.", "It begins anew: of an agent that knew another one,"]
    lines += [
        "remove tally-data and tally.kept first.",
        "",
        f"  control desk  {facts['control_url']}/",
    ]
    for name, channel in facts["channels"].items():
        lines += ["", f"  {name}", f"    storefront  {facts['storefronts'][name]}"]
        lines += [f"    {key:<19} {value}" for key, value in channel.items()]
    lines += ["", f"  proxy for the vendors' real hosts  {facts['proxy_url']}"]
    lines += [f"  certificate authority  {facts['ca_file']}", f"  seed  {facts['seed']}"]
    return "\n".join([*lines, "", "Stop it with Ctrl-C; `tally staging env` tells a shell of it."])
