"""Reading a drawing back: its texts, rectangles and paths."""

import re
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  our own drawing, not foreign XML


def elements(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(parse(svg).iter(SVG + tag))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in elements(svg, "text")]


def bars(svg: str, fill: str) -> list[tuple[float, float, float, float]]:
    """x, y, width, height of the rectangles of one colour."""
    return [
        (
            float(r.get("x", 0)),
            float(r.get("y", 0)),
            float(r.get("width", 0)),
            float(r.get("height", 0)),
        )
        for r in elements(svg, "rect")
        if r.get("fill") == fill
    ]


def curve(svg: str, stroke: str) -> list[list[tuple[int, int]]]:
    """The points of a curve, run by run."""
    path = next(
        p for p in elements(svg, "path") if p.get("stroke") == stroke and p.get("fill") == "none"
    )
    return [
        [(int(x), int(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", run)]
        for run in path.attrib["d"].split("M")[1:]
    ]
