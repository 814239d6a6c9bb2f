"""Colours: one deep green and its tints, greys, and five colours for the five federations.

Each of the five has a contrast of at least 3 to 1 with white, and any two stay apart for people
with protanopia, deuteranopia or tritanopia; the tests compute both. Colour still never stands
alone: marks have shapes, keys and names as well.
"""

ACCENT = "#1b5e3a"
TINT = "#b9d8c6"
TEXT = "#222"
MUTED = "#595959"
GRID = "#d9d9d9"
PALE = "#f3f3f3"
WHITE = "#fff"

QUALITATIVE = (ACCENT, "#c8500a", "#3d8fd1", "#3b2a63", "#d4748c")
NEUTRAL = "#767676"
FEDERATIONS = {
    "MUNASA": QUALITATIVE[0],
    "FEMUSCABU": QUALITATIVE[1],
    "TUGARUKIRAMAGARA": QUALITATIVE[2],
    "TUZOKIRA": QUALITATIVE[3],
    "TWITEHO": QUALITATIVE[4],
}

SEQUENTIAL = ("#e9f2ed", "#c3dccd", "#93bfa5", "#5c9a78", "#33774f", "#14482c")


def federation_color(name: str) -> str:
    """The colour of a federation, known by the first word of its name that is one of ours."""
    folded = name.upper()
    return next((color for key, color in FEDERATIONS.items() if key in folded), NEUTRAL)


def series_colors(count: int) -> tuple[str, ...]:
    """Colours for several series in one picture; past five, greys that keys must tell apart."""
    if count == 1:
        return (ACCENT,)
    if count == 2:
        return (ACCENT, TINT)
    return (QUALITATIVE + (NEUTRAL,) * count)[:count]


def outline(fill: str) -> str:
    """The line that a pale fill needs to stand out from white; none for a strong one."""
    return ACCENT if contrast(fill, WHITE) < 3 else ""


def band_colors(count: int) -> tuple[str, ...]:
    """Tints from light to deep for ordered classes, spread over the whole range."""
    if count == 1:
        return (SEQUENTIAL[2],)
    last = len(SEQUENTIAL) - 1
    return tuple(SEQUENTIAL[round(i * last / (count - 1))] for i in range(count))


def luminance(color: str) -> float:
    """Relative luminance of #rgb or #rrggbb, as WCAG 2 defines it."""
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(background: str) -> str:
    """Dark or white text, whichever reads better on the background."""
    return max((TEXT, WHITE), key=lambda ink: contrast(ink, background))
