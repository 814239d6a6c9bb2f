"""Writing SVG: escaped text, whole coordinates, presentation attributes only.

Everything that enters an SVG passes `element`, which escapes it; a label that holds a tag stays
text. Text cannot be measured without the reader's font, so widths are estimated for a wide
sans-serif: what fits by the estimate fits on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape

from conamus.charts.palette import MUTED, TEXT

FONT_SIZE = 13
SMALL = 12
LINE = 16
SMALL_LINE = 14

NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

Anchor = Literal["start", "middle", "end"]

NARROW = set("iIjlft.,:;'’|!()[]r /-\u2009\u202f\u00a0")
WIDE = set("mwMW@%—…")


def number(value: float) -> str:
    return str(round(value))


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)


def element(tag: str, content: str | None = None, /, **attributes: str | float) -> str:
    """An element; `content` is markup already, attributes are escaped, `_` stands for `-`.

    >>> element("rect", x=1.6, fill='a"b')
    '<rect x="2" fill="a&quot;b"/>'
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{attribute(value)}"'
        for name, value in attributes.items()
        if value != ""
    )
    return f"<{tag}{written}/>" if content is None else f"<{tag}{written}>{content}</{tag}>"


def attribute(value: str | float) -> str:
    if isinstance(value, str):
        return escape(clean(value), {'"': "&quot;"})
    return number(value)


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Estimated width of a text in the units of the picture."""
    return size * sum(letter_width(c) for c in text)


def letter_width(letter: str) -> float:
    if letter in NARROW:
        return 0.37
    if letter in WIDE:
        return 0.95
    return 0.7 if letter.isupper() else 0.61


def fit(text: str, room: float, size: float = FONT_SIZE) -> str:
    """The text, cut with an ellipsis if it is too wide; the table holds it whole."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(text: str, room: float, size: float = FONT_SIZE, lines: int = 2) -> list[str]:
    """The text on at most `lines` lines, the last one cut if need be."""
    result: list[str] = []
    current = ""
    for word in text.replace("-", "-\u200b").replace("\u200b", "\u200b ").split(" "):
        joined = glue(current, word)
        if (
            current
            and text_width(joined.replace("\u200b", ""), size) > room
            and len(result) < lines - 1
        ):
            result.append(current)
            current = word
        else:
            current = joined
    return [fit(line.replace("\u200b", ""), room, size) for line in [*result, current]]


def glue(left: str, right: str) -> str:
    if not left:
        return right
    return left + right if left.endswith("\u200b") else f"{left} {right}"


@dataclass
class Canvas:
    """The parts of one drawing, in the order in which they are painted."""

    parts: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        anchor: Anchor = "start",
        size: float = FONT_SIZE,
        fill: str = TEXT,
        bold: bool = False,
    ) -> None:
        self.parts.append(
            element(
                "text",
                escape(clean(content)),
                x=x,
                y=y,
                text_anchor="" if anchor == "start" else anchor,
                font_size="" if size == FONT_SIZE else size,
                fill="" if fill == TEXT else fill,
                font_weight="bold" if bold else "",
            )
        )

    def small(self, x: float, y: float, content: str, *, anchor: Anchor = "start") -> None:
        self.text(x, y, content, anchor=anchor, size=SMALL, fill=MUTED)

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = ""
    ) -> None:
        """A rectangle, at least one unit wide and high: what is there must be seen."""
        right, bottom = max(round(x + width), round(x) + 1), max(round(y + height), round(y) + 1)
        self.add(
            "rect",
            x=x,
            y=y,
            width=right - round(x),
            height=bottom - round(y),
            fill=fill,
            stroke=stroke,
        )

    def path(self, steps: str, **attributes: str | float) -> None:
        self.add("path", d=steps, **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str, dash: str = "") -> None:
        self.path(
            f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}",
            stroke=stroke,
            stroke_dasharray=dash,
        )

    def add(self, tag: str, **attributes: str | float) -> None:
        self.parts.append(element(tag, **attributes))

    def group(self, inner: Canvas, **attributes: str | float) -> None:
        self.parts.append(element("g", "".join(inner.parts), **attributes))


def document(
    canvas: Canvas,
    *,
    uid: str,
    title: str,
    description: str,
    width: float,
    height: float,
    fixed: bool = False,
) -> str:
    """The whole SVG, with the names that a screen reader speaks; `fixed` does not stretch."""
    names = element("title", escape(clean(title)), id=f"{uid}-t") + element(
        "desc", escape(clean(description)), id=f"{uid}-d"
    )
    return element(
        "svg",
        names + "".join(canvas.parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width if fixed else "100%",
        height=height if fixed else "",
        role="img",
        aria_labelledby=f"{uid}-t {uid}-d",
        font_family="sans-serif",
        font_size=FONT_SIZE,
        fill=TEXT,
    )
