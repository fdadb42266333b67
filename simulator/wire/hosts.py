"""Whose host a name is: patterns of whole labels, in which * stands for any one."""

from __future__ import annotations

from collections.abc import Iterable


def answers(patterns: Iterable[str], host: str) -> bool:
    """Whether one of the patterns ("api.vendor.example", "*.shops.example") fits a host name."""
    labels = host.lower().rstrip(".").split(".")
    return any(_fits(pattern.lower().split("."), labels) for pattern in patterns)


def _fits(pattern: list[str], labels: list[str]) -> bool:
    pairs = zip(pattern, labels, strict=False)
    return len(pattern) == len(labels) and all(p in ("*", label) for p, label in pairs)
