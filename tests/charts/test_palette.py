"""Colours: contrast with the page, and five federations apart for every eye."""

from itertools import combinations

import pytest

from conamus.charts import palette

# Machado, Oliveira and Fernandes (2009), complete deficiency, on linear RGB.
VISION = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# A difference of 2.3 in CIELAB is just noticeable; ten times that is plain.
PLAIN = 23


def lab(color: str, vision: str) -> tuple[float, float, float]:
    linear = []
    for start in (1, 3, 5):
        part = int(color[start : start + 2], 16) / 255
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    r, g, b = (
        min(1.0, max(0.0, sum(m * v for m, v in zip(row, linear, strict=True))))
        for row in VISION[vision]
    )
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("vision", VISION)
def test_federations_are_told_apart(vision: str) -> None:
    for first, second in combinations(palette.QUALITATIVE, 2):
        a, b = lab(first, vision), lab(second, vision)
        distance = sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5
        assert distance >= PLAIN, (first, second, vision)


@pytest.mark.parametrize("color", palette.QUALITATIVE)
def test_marks_stand_out_from_the_page(color: str) -> None:
    assert palette.contrast(color, palette.WHITE) >= 3


@pytest.mark.parametrize("color", [palette.TEXT, palette.MUTED])
def test_text_reads_on_white_and_on_the_shade(color: str) -> None:
    assert palette.contrast(color, palette.WHITE) >= 4.5
    assert palette.contrast(color, palette.PALE) >= 4.5


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_text_reads_on_every_class_and_classes_darken(count: int) -> None:
    colors = palette.band_colors(count)
    assert len(set(colors)) == count
    lights = [palette.luminance(color) for color in colors]
    assert lights == sorted(lights, reverse=True)
    assert all(palette.contrast(palette.ink_on(color), color) >= 4.5 for color in colors)


def test_a_federation_keeps_its_colour_under_any_form_of_its_name() -> None:
    assert palette.federation_color("Fédération Tuzokira Twese") == palette.QUALITATIVE[3]
    assert palette.federation_color("MUNASA-TWITWARARIKANE") == palette.ACCENT
    assert palette.federation_color("Autre") == palette.NEUTRAL
    assert len(set(palette.FEDERATIONS.values())) == 5
