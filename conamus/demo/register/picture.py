"""The picture of the demonstration's report: the provinces, drawn by the program.

A report is seen with a picture although nobody took one for it: the outlines that the maps
use (conamus/charts/data), in two tints and without a figure, said to be generated.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate

from PIL import Image, ImageDraw

from conamus.charts.outline import outlines
from conamus.charts.palette import ACCENT, SEQUENTIAL, WHITE

#: (tenant, outline key) → caption: what is seen, and that it is not a photo.
PICTURED = {
    ("CONAMUS", "presentation"): (
        "Les provinces du Burundi dans leurs limites d’avant 2015 : dessin généré pour la"
        " démonstration, à la place d’une photo"
    )
}
#: Drawn larger and then reduced, so that the borders are smooth.
FINER = 2
_NUMBER = re.compile(r"-?\d+")

Corner = tuple[int, int]


def draw_provinces() -> bytes:
    """Return the map as a PNG, the same every time."""
    found = outlines()
    whole = (found["width"], found["height"])
    picture = Image.new("RGB", (whole[0] * FINER, whole[1] * FINER), WHITE)
    pen = ImageDraw.Draw(picture)
    for place, shape in enumerate(found["until_2015"].values()):
        tint = SEQUENTIAL[1 + place % 2]
        for ring in _rings(shape["path"]):
            pen.polygon(ring, fill=tint, outline=ACCENT, width=FINER)
    written = BytesIO()
    picture.resize(whole, Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _rings(path: str) -> Iterator[list[Corner]]:
    """Yield each closed line of a path: a start, then steps from corner to corner.

    >>> list(_rings("M1 2l3 0 0 4z"))
    [[(2, 4), (8, 4), (8, 12)]]
    """
    for ring in path.split("M")[1:]:
        numbers = [int(one) for one in _NUMBER.findall(ring)]
        corners = accumulate(zip(numbers[::2], numbers[1::2], strict=True), _step)
        yield [(x * FINER, y * FINER) for x, y in corners]


def _step(corner: Corner, step: Corner) -> Corner:
    return corner[0] + step[0], corner[1] + step[1]
