"""The world on real ports: TLS, faults on the wire, the command's first line, a clean end."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click
import httpx
import pytest

from simulator import channels
from simulator.cli import staging
from simulator.connections import IN_A_ROW, ports
from simulator.faults import Fault
from simulator.serve import Refused, Served, Wish, served
from simulator.wire.certificates import authority
from simulator.wire.front import listen

TOYS = Path(__file__).parent / "toys"
SECRET = "corner-secret-0123456789"
ASK = f"GET /items HTTP/1.1\r\nHost: corner\r\nAuthorization: Bearer {SECRET}\r\n\r\n".encode()


def address(url: str) -> tuple[str, int]:
    parts = httpx.URL(url)
    return parts.host, parts.port or 0


def gone(sock: socket.socket) -> bool:
    """Whether the other side has closed (or reset) without sending anything."""
    try:
        return sock.recv(1) == b""
    except ConnectionError:
        return True


# -- answers ------------------------------------------------------------------------------------


def test_answers_over_tls_that_its_authority_vouches_for(client: httpx.Client) -> None:
    answer = client.get("/scheme").json()
    assert answer == {"scheme": "https", "root": f"{client.base_url}/"}


def test_nobody_else_vouches_for_it(on_ports: Served) -> None:
    with (
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
        httpx.Client(trust_env=False) as stranger,
    ):
        stranger.get(on_ports.world.base_urls["corner"])


def test_answers_plainly_where_the_channel_offers_it(on_ports: Served) -> None:
    url = on_ports.plain_urls["corner"]
    answer = httpx.get(f"{url}/scheme?token={SECRET}", trust_env=False).json()
    assert answer == {"scheme": "http", "root": f"{url}/"}


def test_connections_are_kept_alive(client: httpx.Client) -> None:
    for _ in range(20):
        assert client.get("/items").status_code == 200
    pool = client._transport._pool  # type: ignore[attr-defined]
    assert len(pool.connections) == 1


def test_large_bodies_pass_both_ways(client: httpx.Client) -> None:
    note = "ąę" * 1_000_000
    answer = client.put("/items/MUG-STONE", json={"price": "1.00", "title": note}).json()
    assert answer["title"] == note


def test_the_control_desk_listens_on_loopback(on_ports: Served) -> None:
    state = httpx.get(f"{on_ports.control_url}/api/state", trust_env=False).json()
    assert list(state["channels"]) == ["corner"]
    assert on_ports.control_url.startswith("http://127.0.0.1:")


# -- faults on the wire -------------------------------------------------------------------------


def test_refuses_connections(on_ports: Served, client: httpx.Client) -> None:
    on_ports.world.faults.add(Fault("refused", "corner", count=2))
    for _ in range(2):
        with pytest.raises((httpx.ConnectError, httpx.ReadError)):
            client.get("/items")
    assert client.get("/items").status_code == 200
    kinds = [m.detail for m in on_ports.world.ledger.mishaps()]
    assert kinds == ["a connection", "a connection"]


def test_a_kept_connection_breaks_when_the_channel_goes_down(
    on_ports: Served, client: httpx.Client
) -> None:
    assert client.get("/items").status_code == 200
    on_ports.world.faults.down("corner", timedelta(hours=1))
    with pytest.raises(httpx.TransportError):
        client.get("/items")
    on_ports.world.clock.advance(timedelta(hours=1))
    assert client.get("/items").status_code == 200


def test_drops_a_connection_without_an_answer(on_ports: Served, client: httpx.Client) -> None:
    on_ports.world.faults.add(Fault("dropped", count=1, effect=True))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.put("/items/MUG-STONE", json={"price": "1.00"})
    assert on_ports.world.dialects["corner"].storefront.item("MUG-STONE").price == "1.00"
    assert client.get("/items").status_code == 200


def test_drops_a_plain_connection_too(on_ports: Served) -> None:
    on_ports.world.faults.add(Fault("dropped", count=1))
    with socket.create_connection(address(on_ports.plain_urls["corner"]), timeout=10) as sock:
        sock.sendall(ASK)
        assert gone(sock)


def test_holds_a_connection_until_the_client_leaves(on_ports: Served, client: httpx.Client) -> None:
    on_ports.world.faults.add(Fault("timeout after", count=1))
    with pytest.raises(httpx.ReadTimeout):
        client.put("/items/MUG-STONE", json={"price": "1.00"}, timeout=httpx.Timeout(10, read=0.1))
    assert on_ports.world.dialects["corner"].storefront.item("MUG-STONE").price == "1.00"
    assert client.get("/items").status_code == 200


def test_a_slow_answer_arrives_whole(on_ports: Served, client: httpx.Client) -> None:
    whole = client.get("/items").content
    on_ports.world.faults.add(Fault("slow", count=1, seconds=0.05))
    assert client.get("/items").content == whole


def test_no_fault_status_ever_reaches_a_client(on_ports: Served, client: httpx.Client) -> None:
    for kind in ("429", "503", "html", "truncated"):
        on_ports.world.faults.add(Fault(kind, count=1))
    assert [client.get("/items").status_code for _ in range(5)] == [429, 503, 200, 200, 200]


@pytest.mark.parametrize("noise", [b"\x00" * 300, b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01"])
def test_noise_on_the_tls_port_hurts_nobody(
    on_ports: Served, client: httpx.Client, noise: bytes
) -> None:
    for _ in range(3):
        with socket.create_connection(address(on_ports.world.base_urls["corner"])) as sock:
            sock.sendall(noise)
    assert client.get("/items").status_code == 200


# -- beginning and end --------------------------------------------------------------------------


def test_webhooks_leave_by_themselves(on_ports: Served, client: httpx.Client) -> None:
    with listen("127.0.0.1") as receiver:
        receiver.settimeout(10)
        host, port = receiver.getsockname()
        client.post("/hooks", json={"url": f"http://{host}:{port}/hook"})
        with on_ports.world.lock:
            on_ports.world.shoppers.buy("corner", {"MUG-STONE": 1})
        caller, _ = receiver.accept()
        with caller:
            assert caller.recv(4096).startswith(b"POST /hook HTTP/1.1\r\n")
            caller.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def test_closes_every_port_and_connection(corner_shop: None, tmp_path: Path) -> None:
    with served(Wish(channels=["corner"], folder=tmp_path)) as world:
        plain, desk = address(world.plain_urls["corner"]), address(world.control_url)
        lingering = socket.create_connection(plain, timeout=10)
    with lingering:
        assert gone(lingering)
    for port in (plain, desk):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(port, timeout=10)


def test_the_authority_is_kept_between_runs(tmp_path: Path) -> None:
    first, again = authority(tmp_path / "a"), authority(tmp_path / "a")
    assert first.file.read_bytes() == again.ca.cert_pem.bytes()
    assert authority(tmp_path / "b").ca.cert_pem.bytes() != again.ca.cert_pem.bytes()
    again.context(["127.0.0.1"])
    trust = ssl.create_default_context(cafile=str(first.file))
    assert len(trust.get_ca_certs()) == 1


def test_each_vendor_has_its_port_above_a_base(corner_shop: None, tmp_path: Path) -> None:
    corner = _corner()
    base = _free_row(corner)
    wish = Wish(channels=["corner"], folder=tmp_path, port_base=base)
    with served(wish) as world:
        assert address(world.control_url)[1] == base
        assert address(world.world.base_urls["corner"])[1] == base + corner
        assert address(world.proxy_url)[1] == base + 40
        assert address(world.plain_urls["corner"])[1] == base + 40 + corner
        with (
            pytest.raises(Refused, match=f"cannot listen: .*\nat     127.0.0.1:{base}\n"),
            served(wish),
        ):
            pass


def _corner() -> int:
    """The corner shop's number: it has no place in the row, nor may some others."""
    return ports(0, ["corner"]).shops["corner"]


def _free_row(corner: int) -> int:
    for base in range(20_000, 40_000, 7):
        try:
            for port in (base, base + corner, base + 40, base + 40 + corner):
                listen("127.0.0.1", port).close()
        except OSError:
            continue
        return base
    raise AssertionError("no such free ports")


def test_ports_do_not_move_when_a_vendor_joins(corner_shop: None) -> None:
    known = ("shopify", "woocommerce", "magento")
    alone, among_others = (ports(8700, names) for names in (known, channels.names()))
    assert alone.shops == {"shopify": 8701, "woocommerce": 8702, "magento": 8708}
    assert {name: among_others.shops[name] for name in known} == alone.shops
    assert among_others.shops["corner"] > 8700 + len(IN_A_ROW)
    assert len(set(among_others.all())) == len(among_others.all())


def test_unknown_channels_and_bad_setups_are_refused(corner_shop: None, tmp_path: Path) -> None:
    with (
        pytest.raises(Refused, match="no such channel: 'market'"),
        served(Wish(channels=["market"])),
    ):
        pass
    setup = tmp_path / "shops.yaml"
    setup.write_text("currency: euro\n", encoding="utf-8")
    with pytest.raises(Refused) as refusal, served(Wish(channels=["corner"], setup=setup)):
        pass
    assert f"at     {setup}:1:11" in refusal.value.message
    assert refusal.value.exit_code == 6


def test_shoppers_come_at_a_rate(corner_shop: None, tmp_path: Path) -> None:
    wish = Wish(channels=["corner"], folder=tmp_path, purchases_per_hour=3600)
    with served(wish) as world:
        world.world.clock.advance(timedelta(minutes=1))
        with world.world.lock:
            world.heart._shop()
            assert len(world.world.shoppers.purchases) >= 20


# -- the command --------------------------------------------------------------------------------

START = (
    "import sys, simulator.channels as c; c.__path__.append(sys.argv[1]);"
    "from simulator.cli import staging; staging(sys.argv[2:])"
)


@contextmanager
def command(*args: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(TOYS), *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_the_first_line_is_one_json_object(tmp_path: Path) -> None:
    args = ("--json", "--empty", "--channel", "corner", "--seed", "5", "--folder", str(tmp_path))
    with command("serve", *args) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        base_url = facts["channels"]["corner"]["base_url"]
        assert facts == {
            "channels": {
                "corner": {
                    "base_url": base_url,
                    "plain_url": facts["channels"]["corner"]["plain_url"],
                    "token": SECRET,
                }
            },
            "control_url": facts["control_url"],
            "proxy_url": facts["proxy_url"],
            "storefronts": {"corner": f"{base_url}/storefront/"},
            "ca_file": str(tmp_path / "ca.pem"),
            "seed": 5,
        }
        assert json.loads((tmp_path / "serving.json").read_text(encoding="utf-8")) == facts
        trust = ssl.create_default_context(cafile=facts["ca_file"])
        asked = httpx.get(f"{base_url}/items?token={SECRET}", verify=trust, trust_env=False)
        assert asked.json() == []
        control = (facts["control_url"], "corner")
        with command("control", *control, "rename", '{"to": "x"}') as remote:
            assert (remote.wait(20), remote.communicate()[0]) == (0, '{"done":"rename"}\n')
        with command("control", *control, "dance") as remote:
            assert remote.wait(20) == 1
            assert "knows no action 'dance'" in remote.communicate()[1]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_stops_when_told_to(corner_shop: None, sent: signal.Signals, code: int) -> None:
    base = str(_free_row(_corner()))
    with command("serve", "--channel", "corner", "--port-base", base) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "The staging world is open.\n"
        process.send_signal(sent)
        assert process.wait(timeout=20) == code
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_control_without_a_desk_or_with_bad_arguments() -> None:
    free = listen("127.0.0.1")
    url = f"http://127.0.0.1:{free.getsockname()[1]}"
    free.close()
    for args, code in (((url, "corner", "empty"), 5), ((url, "corner", "empty", "{"), 2)):
        with pytest.raises(click.ClickException) as refusal:
            staging(["control", *args], standalone_mode=False)
        assert refusal.value.exit_code == code


@pytest.mark.parametrize(
    ("code", "most"),
    [
        ("import simulator.cli", {"click"}),
        ("import simulator.cli as c; c.staging.get_command(None, 'control')", {"click"}),
    ],
)
def test_the_commands_are_imported_when_run(code: str, most: set[str]) -> None:
    heavy = {"click", "flask", "httpx", "faker", "pydantic", "trustme", "waitress", "sqlite3"}
    text = f"import sys\n{code}\nprint(' '.join({sorted(heavy)} & sys.modules.keys()))"
    text = text.replace(str(sorted(heavy)), f"set({sorted(heavy)})")
    out = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert set(out.stdout.split()) == most
