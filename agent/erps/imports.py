"""The import files that an ERP reads: what they are called, how they are laid out, when they are due."""

from __future__ import annotations

from agent.erps.feeds import Model


class Imports(Model):
    """Filled in by the order rooms."""
