"""The proxy: real host names lead to the simulated vendors, and to nothing else."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from simulator.faults import Fault
from simulator.serve import Served, Wish, served
from simulator.wire.hosts import answers
from tests.simulator.conftest import AUTHORISED


@pytest.fixture
def via(on_ports: Served) -> Iterator[httpx.Client]:
    """A client that asks for real hosts, trusts the staging authority, and goes by the proxy."""
    context = ssl.create_default_context(cafile=str(on_ports.authority.file))
    with httpx.Client(
        proxy=on_ports.proxy_url, verify=context, headers=AUTHORISED, timeout=10, trust_env=False
    ) as client:
        yield client


def address(url: str) -> tuple[str, int]:
    parts = httpx.URL(url)
    return parts.host, parts.port or 0


def said(on_ports: Served, *lines: str) -> bytes:
    """What the proxy answers to a raw request, to the end."""
    with socket.create_connection(address(on_ports.proxy_url), timeout=10) as sock:
        sock.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while more := sock.recv(65536):
            answer += more
        return answer


@pytest.mark.parametrize(
    "host", ["api.corner.example", "oak.shops.corner.example", "API.Corner.Example", "corner.test"]
)
def test_a_vendors_hosts_lead_to_it_under_their_own_name(via: httpx.Client, host: str) -> None:
    told = via.get(f"https://{host}/scheme").json()
    assert told == {"scheme": "https", "root": f"https://{host.lower()}/"}


def test_bodies_pass_both_ways_and_connections_are_kept(via: httpx.Client) -> None:
    note = "ąę" * 100_000
    for price in ("1.00", "2.00"):
        body = {"price": price, "title": note}
        told = via.put("https://api.corner.example/items/MUG-STONE", json=body).json()
        assert (told["price"], told["title"]) == (price, note)


def test_plain_requests_pass_too(via: httpx.Client, on_ports: Served) -> None:
    told = via.get("http://api.corner.example/scheme").json()
    assert told == {"scheme": "http", "root": "http://api.corner.example/"}
    changed = via.put("http://api.corner.example/items/MUG-STONE?x=1", json={"price": "3.00"})
    assert changed.json()["price"] == "3.00"
    row = on_ports.world.ledger.requests()[-1]
    assert (row.path, row.headers["Host"]) == ("/items/MUG-STONE?x=1", "api.corner.example")


def test_a_tunnel_to_port_80_is_plain(on_ports: Served) -> None:
    with socket.create_connection(address(on_ports.proxy_url), timeout=10) as sock:
        sock.sendall(b"CONNECT api.corner.example:80 HTTP/1.1\r\n\r\n")
        assert sock.recv(4096) == b"HTTP/1.1 200 Connection established\r\n\r\n"
        sock.sendall(b"GET /scheme?token=no HTTP/1.1\r\nHost: api.corner.example\r\n\r\n")
        assert sock.recv(4096).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "host", ["api.vendor.example", "corner.example", "a.b.shops.corner.example", "control.test"]
)
def test_no_other_host_is_reached(on_ports: Served, via: httpx.Client, host: str) -> None:
    with pytest.raises(httpx.ProxyError, match="403 Forbidden"):
        via.get(f"https://{host}/")
    plain = via.get(f"http://{host}/")
    assert plain.status_code == 403
    assert plain.text == (
        f"{host} is no host of the staging world, and nothing is forwarded to the outside.\n"
        "It answers for: corner.test, api.corner.example, *.shops.corner.example\n"
    )


def test_the_control_desk_is_not_reached(on_ports: Served, via: httpx.Client) -> None:
    assert via.get(f"{on_ports.control_url}/api/state").status_code == 403
    with pytest.raises(httpx.ProxyError, match="403 Forbidden"):
        via.get(on_ports.control_url.replace("http:", "https:"))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["GET /items HTTP/1.1", "Host: api.corner.example"], "400 Bad Request"),
        (["CONNECT api.corner.example:many HTTP/1.1"], "400 Bad Request"),
        (["CONNECT  HTTP/1.1"], "400 Bad Request"),
        (["hello"], "400 Bad Request"),
        (["GET ftp://api.corner.example/ HTTP/1.1"], "400 Bad Request"),
        ([f"GET http://api.corner.example/ HTTP/1.1\r\nX: {'x' * 70_000}"], "431 "),
    ],
    ids=lambda value: str(value)[:50],
)
def test_nonsense_is_answered(on_ports: Served, lines: list[str], status: str) -> None:
    assert said(on_ports, *lines).startswith(f"HTTP/1.1 {status}".encode())


def test_faults_strike_as_at_the_doors(on_ports: Served, via: httpx.Client) -> None:
    url = "https://api.corner.example/items"
    on_ports.world.faults.add(Fault("refused", "corner", count=1))
    with pytest.raises(httpx.TransportError):
        via.get(url)
    on_ports.world.faults.add(Fault("dropped", count=1))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        via.get(url)
    on_ports.world.faults.add(Fault("timeout after", count=1))
    with pytest.raises(httpx.ReadTimeout):
        via.get(url, timeout=httpx.Timeout(10, read=0.1))
    on_ports.world.faults.add(Fault("503", count=1))
    assert via.get(url).status_code == 503
    assert via.get(url).status_code == 200
    on_ports.world.faults.down("corner", timedelta(hours=1))
    with pytest.raises(httpx.TransportError):
        via.get(url)


def test_a_vendor_that_speaks_only_tls_says_so(tmp_path: Path) -> None:
    with (
        served(Wish(channels=["shopify"], folder=tmp_path)) as world,
        httpx.Client(proxy=world.proxy_url, trust_env=False) as client,
    ):
        answer = client.get("http://oak.myshopify.com/")
        assert (answer.status_code, answer.text) == (403, "shopify answers only over https.\n")


@pytest.mark.parametrize(
    ("pattern", "host", "fits"),
    [
        ("api.vendor.example", "API.vendor.example.", True),
        ("*.vendor.example", "eu.vendor.example", True),
        ("*.vendor.example", "a.b.vendor.example", False),
        ("*.vendor.example", "vendor.example", False),
        ("vendor.example", "evil-vendor.example", False),
    ],
)
def test_patterns_are_of_whole_labels(pattern: str, host: str, fits: bool) -> None:
    assert answers([pattern], host) is fits
