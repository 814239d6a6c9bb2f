"""Measurements: one module per figure of docs/performance.md, run by `python -m bench NAME`."""

import sys


def as_is(name: str, *options: str) -> list[str]:
    """Return the command that runs a bench in a process of its own, on the database as it is."""
    return [sys.executable, "-m", "bench", "--as-is", name, *options]
