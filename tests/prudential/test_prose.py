"""What people write is shown, and never executed nor fetched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conamus.pages.prose import render_prose

ALLOWED = re.compile(
    r"</?(p|h[3-6]|strong|em|ul|ol|li|blockquote|code|pre)>|<(br|hr) />|</a>"
    r'|<ol start="\d+">|<code class="language-[^"<>]*">'
    r'|<a href="(https?:|mailto:)[^"<>]*"( title="[^"<>]*")?>'
)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "![x](http://exemple.bi/x.png)",
        "<javascript:alert(1)>",
        '[x](https://a.bi/"onmouseover="alert(1))',
        '[x](https://a.bi "a\\"b<script>")',
        "&#60;script&#62;",
        "```\n<script>\n```",
    ],
)
def test_hostile_text_stays_text(hostile: str) -> None:
    html = render_prose(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert re.sub(ALLOWED, "", html).count("<") == 0, html


@given(st.text(alphabet="<>&\"'()[]!*_#`-~:/ abjscript\n\\=+1.", max_size=80))
def test_no_text_makes_another_tag(text: str) -> None:
    assert re.sub(ALLOWED, "", render_prose(text)).count("<") == 0


def test_simple_formatting_is_shown() -> None:
    html = render_prose("# Titre\n\nDu **gras**,\nà la ligne.\n\n- un\n- deux")
    assert "<h3>Titre</h3>" in html
    assert "<strong>gras</strong>,<br />" in html
    assert html.count("<li>") == 2


def test_headings_stay_below_those_of_the_document() -> None:
    assert "<h6>Bas</h6>" in render_prose("###### Bas")
    assert "<h1" not in render_prose("Titre\n=====")


_MARKERS = st.sampled_from(["- ", "* ", "+ ", "> ", "1. ", "  ", "\t"])
_LINES = st.lists(st.lists(_MARKERS, max_size=30).map("".join), min_size=1, max_size=6)


@given(_LINES)
def test_no_line_is_lost_however_deep(starts: list[str]) -> None:
    """Also by lists within lists, which a line of dashes makes: the parser leaves them out."""
    words = [f"mot{rank}fin" for rank in range(len(starts))]
    for between in ("\n", "\n\n"):
        html = render_prose(between.join(map("".join, zip(starts, words, strict=True))))
        assert [word for word in words if word not in html] == []
