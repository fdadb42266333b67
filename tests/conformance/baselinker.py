"""Whether calls to BaseLinker and its answers are described by the index of its methods."""

from __future__ import annotations

from functools import cache

import httpx

from simulator.channels.baselinker.conformance import checker
from simulator.conformance import Checker, Violation
from simulator.conformance.recorder import places
from tests.shared import shared


@cache
def index() -> Checker:
    """The index of methods."""
    return checker(shared("specs", "baselinker"))


@cache
def gaps() -> frozenset[str]:
    """The places where the index knows less than the vendor."""
    return frozenset(places("baselinker"))


def faults_of_request(request: httpx.Request) -> list[str]:
    """What neither the index nor the list of its gaps accounts for."""
    return _unexplained(index().of_request(request))


def faults_of_response(request: httpx.Request, response: httpx.Response) -> list[str]:
    """The same of an answer."""
    return _unexplained(index().of_response(request, response))


def _unexplained(found: list[Violation]) -> list[str]:
    return [str(violation) for violation in found if not _is_gap(violation.where)]


def _is_gap(where: str) -> bool:
    method, _, name = where.partition(" ")
    return bool({where, f"{method} *", f"* {name}"} & gaps())
