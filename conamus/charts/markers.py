"""Markers of curves: each series has a shape of its own, so that colour is not needed."""

from __future__ import annotations

from conamus.charts.svg import number

# Closed outlines in steps from the centre, all of about the same area.
SHAPES = (
    "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "m-4-4h8v8h-8z",
    "m0-5l5 9h-10z",
    "m0-5l5 5l-5 5l-5-5z",
    "m0 5l5-9h-10z",
    "m-5-2h3v-3h4v3h3v4h-3v3h-4v-3h-3z",
)


def marker_path(shape: int, x: float, y: float) -> str:
    """The outline of marker number `shape` centred at x, y."""
    return f"M{number(x)} {number(y)}{SHAPES[shape % len(SHAPES)]}"
