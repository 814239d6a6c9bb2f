"""Funnels: who stands apart from its peers more than its number of cases explains.

A mark for each by its number of cases and its value, both on logarithms, so that twice is as far
up as half is down; the peers' usual value, and limits that narrow as cases grow. Those beyond the
outer limit have another shape, and their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log

from conamus.charts.axes import SMALL
from conamus.charts.formats import COUNT
from conamus.charts.legend import Key, draw_legend
from conamus.charts.markers import marker_path
from conamus.charts.palette import ACCENT, GRID, MUTED, NEUTRAL, QUALITATIVE
from conamus.charts.picture import Drawing, Picture, Point, Table
from conamus.charts.svg import SMALL_LINE, Canvas, fit, number, text_width

PLOT_HEIGHT = 240
FAR_COLOR = QUALITATIVE[1]
DISC, DIAMOND = 0, 3
#: Marks named at most in the drawing, and in the table beside it: the file names all.
MOST_NAMED = 8
MOST_LISTED = 60
_NAME_ROOM = 150
#: Half the widest label of the axis of cases.
_MARGIN = 24


@dataclass(frozen=True)
class Dot:
    """One of the peers: its cases, its value, how far it is from the others, in sigmas."""

    name: str
    cases: int
    value: int
    distance: Fraction
    is_far: bool = False


@dataclass(frozen=True)
class Limits:
    """At a number of cases: the inner and the outer limits."""

    cases: int
    low: int
    inner_low: int
    inner_high: int
    high: int


@dataclass(frozen=True, kw_only=True)
class FunnelChart(Picture):
    """Peers by volume and value; ``limits`` by growing number of cases, ``usual`` their median.

    ``dots`` come the farthest first: a network's hundreds weigh too much for a telephone, so the
    table beside the drawing stops at ``MOST_LISTED``.
    """

    dots: tuple[Dot, ...]
    limits: tuple[Limits, ...] = ()
    usual: int = 0
    axis: str = "Cas"
    name_axis: str = "Formation sanitaire"

    def points(self) -> list[Point]:
        return [Point(dot.name, dot.value) for dot in self.dots]

    def table(self) -> Table:
        return Table(
            headers=(self.name_axis, self.axis, self.unit or "Valeur", "Écart", "Situation"),
            rows=tuple(
                (dot.name, dot.cases, dot.value, dot.distance, _standing(dot))
                for dot in self.dots[:MOST_LISTED]
            ),
            formats=(COUNT, COUNT, self.format, type(COUNT)(digits=1)),
        )

    def notes(self) -> tuple[str, ...]:
        found = super().notes()
        if len(self.dots) <= MOST_LISTED:
            return found
        return (*found, f"Le tableau nomme les {MOST_LISTED} plus éloignés ; le fichier, tous.")

    def draw(self, width: int) -> Drawing:
        return draw_funnel(self, width)


def _standing(dot: Dot) -> str:
    return "au-dessus de la limite" if dot.is_far else "parmi ses pairs"


@dataclass(frozen=True)
class LogScale:
    """A logarithmic axis from ``low`` to ``high``, laid from ``start`` to ``end`` on the paper."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        part = (log(inside) - log(self.low)) / (log(self.high) - log(self.low))
        return self.start + part * (self.end - self.start)


def log_ticks(low: float, high: float) -> list[int]:
    """Return 1, 2 and 5 times powers of ten from at or below ``low`` to at or above ``high``.

    >>> log_ticks(7, 120)
    [5, 10, 20, 50, 100, 200]
    >>> log_ticks(1, 1)
    [1, 2]
    """
    steps = [step * 10**power for power in range(16) for step in (1, 2, 5)]
    first = max((step for step in steps if step <= low), default=1)
    last = next((step for step in steps if step >= high), steps[-1])
    if last == first:
        last = next(step for step in steps if step > first)
    return [step for step in steps if first <= step <= last]


def draw_funnel(chart: FunnelChart, width: int) -> Drawing:
    """Limits first, marks over them, names last."""
    canvas = Canvas()
    top = draw_legend(canvas, _keys(chart), width, 4) + 8
    base = top + PLOT_HEIGHT
    ups = log_ticks(*_span(dot.value for dot in chart.dots))
    acrosses = log_ticks(*_span(dot.cases for dot in chart.dots))
    gutter = max(text_width(_tick(chart, tick), SMALL) for tick in ups) + 8
    up = LogScale(ups[0], ups[-1], base, top)
    across = LogScale(acrosses[0], acrosses[-1], gutter + 6, width - _MARGIN)
    _axes(canvas, chart, (ups, up), (acrosses, across))
    _curves(canvas, chart, across, up)
    _marks(canvas, chart.dots, across, up)
    _names(canvas, chart, across, up, width)
    canvas.text(width - 6, base + 15 + SMALL_LINE, chart.axis, anchor="end", size=SMALL, fill=MUTED)
    return Drawing(canvas, base + 2 * SMALL_LINE + 8)


def _keys(chart: FunnelChart) -> tuple[Key, ...]:
    keys = (Key("parmi ses pairs", ACCENT, marker=DISC),)
    return (
        (*keys, Key("au-dessus de la limite", FAR_COLOR, marker=DIAMOND))
        if any(dot.is_far for dot in chart.dots)
        else keys
    )


def _span(values: Iterable[int]) -> tuple[int, int]:
    found = [max(1, value) for value in values]
    return min(found), max(found)


def _tick(chart: FunnelChart, tick: int) -> str:
    return chart.format.tick(Fraction(tick), Fraction(tick))


def _axes(
    canvas: Canvas,
    chart: FunnelChart,
    vertical: tuple[list[int], LogScale],
    horizontal: tuple[list[int], LogScale],
) -> None:
    (ups, up), (acrosses, across) = vertical, horizontal
    left, right = number(across.start - 6), number(across.end + 6)
    canvas.path("".join(f"M{left} {number(up(tick))}H{right}" for tick in ups), stroke=GRID)
    labels, under = Canvas(), Canvas()
    for tick in ups:
        labels.text(across.start - 12, up(tick) + 4, _tick(chart, tick))
    for tick in _apart(acrosses, across):
        under.text(across(tick), up.start + 15, COUNT(tick))
    canvas.group(labels, text_anchor="end", font_size=SMALL, fill=MUTED)
    canvas.group(under, text_anchor="middle", font_size=SMALL, fill=MUTED)


def _apart(ticks: Sequence[int], scale: LogScale) -> Iterator[int]:
    """Yield the ticks whose labels do not touch the one before."""
    last = None
    for tick in ticks:
        half = text_width(COUNT(tick), SMALL) / 2
        if last is None or scale(tick) - half > last + 6:
            yield tick
            last = scale(tick) + half


def _curves(canvas: Canvas, chart: FunnelChart, across: LogScale, up: LogScale) -> None:
    """The usual value, the inner limits dashed, the outer limits."""
    if not chart.limits:
        return
    usual = number(up(max(1, chart.usual)))
    canvas.path(f"M{number(across.start)} {usual}H{number(across.end)}", stroke=MUTED)
    for name, dash in (("low", ""), ("high", ""), ("inner_low", "4 3"), ("inner_high", "4 3")):
        steps = "".join(
            f"{'L' if rank else 'M'}{number(across(one.cases))} "
            f"{number(up(max(1, getattr(one, name))))}"
            for rank, one in enumerate(chart.limits)
        )
        canvas.path(steps, fill="none", stroke=NEUTRAL, stroke_dasharray=dash)


def _marks(canvas: Canvas, dots: Iterable[Dot], across: LogScale, up: LogScale) -> None:
    """All marks of a shape in one path: one each would weigh four times as much."""
    near: list[str] = []
    far: list[str] = []
    for dot in dots:
        shape, into = (DIAMOND, far) if dot.is_far else (DISC, near)
        into.append(marker_path(shape, across(max(1, dot.cases)), up(max(1, dot.value))))
    if near:
        canvas.path("".join(near), fill=ACCENT, fill_opacity="0.55")
    if far:
        canvas.path("".join(far), fill=FAR_COLOR)


def _names(canvas: Canvas, chart: FunnelChart, across: LogScale, up: LogScale, width: int) -> None:
    """The names of the farthest, beside their marks, where no other name stands."""
    taken: list[tuple[float, float, float]] = []
    far = sorted((dot for dot in chart.dots if dot.is_far), key=lambda dot: -dot.distance)
    for dot in far[:MOST_NAMED]:
        x, y = across(max(1, dot.cases)), up(max(1, dot.value))
        name = fit(dot.name, _NAME_ROOM, SMALL)
        long = text_width(name, SMALL)
        is_right = x + 9 + long <= width
        left = x + 9 if is_right else x - 9 - long
        if any(
            abs(y - other) < SMALL_LINE and left < end and begin < left + long
            for begin, end, other in taken
        ):
            continue
        taken.append((left, left + long, y))
        canvas.text(left, y + 4, name, size=SMALL)
