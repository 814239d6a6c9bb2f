"""Texts that people write, made into safe HTML: Markdown without anything that can do harm.

Decides what a text may contain, in pages and PDFs alike: paragraphs, line breaks as typed,
headings, bold, italic, lists, quotations, rules and links to the web or a mail address.
HTML stays visible as text; pictures are added with the section, not in its text; a link
of another kind (``javascript:``, ``data:``) stays text too.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_ALLOWED_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
#: A text's first headings come under the two levels of the document that holds it.
_TOP_HEADING = 3
#: Lists within lists: what is deeper would be left out by the parser, without a word.
_DEEPEST = 20


class _ProseRenderer(RendererHTML):
    """HTML with headings that fit below those of the page or report."""

    def heading_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        return f"<{_heading(tokens[index])}>"

    def heading_close(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        return f"</{_heading(tokens[index])}>\n"


def _heading(token: Token) -> str:
    level = int(token.tag.removeprefix("h"))
    return f"h{min(level + _TOP_HEADING - 1, 6)}"


class _ProseParser(MarkdownIt):
    """Markdown whose links lead to the web or to a mail address."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return bool(_ALLOWED_LINK.match(url.strip()))


def _parser(*without: str) -> MarkdownIt:
    options = {"html": False, "breaks": True, "maxNesting": _DEEPEST}
    parser = _ProseParser("commonmark", options, renderer_cls=_ProseRenderer)
    parser.disable(["image", "html_block", "html_inline", "code", "reference", *without])
    return parser


_PARSER = _parser()
_FLAT_PARSER = _parser("list", "blockquote")


def render_prose(text: str) -> SafeString:
    """Return the text as HTML in which nothing can be executed or fetched.

    >>> render_prose("**Bien** <script>alert(1)</script>")
    '<p><strong>Bien</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\\n'
    >>> render_prose("[ici](javascript:alert(1))")
    '<p>[ici](javascript:alert(1))</p>\\n'
    """
    tokens = _PARSER.parse(text)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        tokens = _FLAT_PARSER.parse(text)
    # Safe: the parser escapes all text, and its rules for HTML and images are off.
    return mark_safe(_PARSER.renderer.render(tokens, _PARSER.options, {}))  # noqa: S308
