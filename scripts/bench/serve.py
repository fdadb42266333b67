"""Measures `tally staging serve` with thousands of goods in every shop: until it is ready, and its memory.

    python scripts/bench/serve.py [--goods 10000] [--json]

Started three times: with its handful of usual goods; with many, which it stocks and keeps in its folder; and
with the same again, which it takes from there. Ready means that the first line has been printed and
that every storefront answers. Memory is what is resident when all have answered.
"""

from __future__ import annotations

import argparse
import json
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from idle import use_of

TALLY = (sys.executable, "-c", "from simulator.cli import staging; staging()")
MOST_S, MOST_MB = 2.0, 150.0


def main() -> None:
    """Measure, and print a table or one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--goods", type=int, default=10_000)
    asked.add_argument("--json", action="store_true")
    wish = asked.parse_args()
    many = ("--goods", str(wish.goods))
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "usual": _served(folder),
            "first": _served(folder, *many),
            "again": _served(folder, *many),
        }
    if wish.json:
        print(json.dumps({"goods": wish.goods, "runs": found}))
        return
    print(f"{wish.goods:,} goods in each of {found['again']['shops']:.0f} shops")
    print(f"{'':<22}{'ready':>8}{'answering':>11}{'memory':>10}")
    for name, text in (("usual", "usual goods"), ("first", "first start"), ("again", "again")):
        row = found[name]
        print(f"{text:<22}{row['ready_s']:7.2f}s{row['answering_s']:10.2f}s{row['mb']:7.0f} MB")
    print(f"{'at most':<22}{MOST_S:7.2f}s{'':>11}{MOST_MB:7.0f} MB")


def _served(folder: str, *options: str) -> dict[str, float]:
    began = time.perf_counter()
    command = [*TALLY, "serve", "--json", "--folder", folder, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            facts = json.loads(process.stdout.readline())
            ready = time.perf_counter() - began
            _look(facts)
            answering = time.perf_counter() - began
            memory = use_of(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)
    shops = len(facts["channels"])
    return {"ready_s": ready, "answering_s": answering, "mb": memory.mb, "shops": shops}


def _look(facts: dict[str, Any]) -> None:
    """Open an item's page on every storefront."""
    trust = ssl.create_default_context(cafile=facts["ca_file"])
    direct = urllib.request.ProxyHandler({})
    opener = urllib.request.build_opener(direct, urllib.request.HTTPSHandler(context=trust))
    for address in facts["storefronts"].values():
        with opener.open(f"{address}item?sku=RETRO-CLOCK", timeout=60) as page:
            page.read()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
