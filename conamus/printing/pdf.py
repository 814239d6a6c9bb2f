"""Printed documents: their typefaces, their HTML, and the way to the press."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from fontTools.ttLib import woff2

from conamus.kernel.errors import DomainError

SERIF = "Source Serif 4"
SANS = "Source Sans 3"
#: File, family, weight, style of each typeface that is embedded.
_FACES = (
    ("source-serif-4-latin-400-normal", SERIF, 400, "normal"),
    ("source-serif-4-latin-400-italic", SERIF, 400, "italic"),
    ("source-serif-4-latin-600-normal", SERIF, 600, "normal"),
    ("source-sans-3-latin-400-normal", SANS, 400, "normal"),
    ("source-sans-3-latin-400-italic", SANS, 400, "italic"),
    ("source-sans-3-latin-600-normal", SANS, 600, "normal"),
)
_NO_PANGO = (
    "La bibliothèque Pango manque : les documents PDF ne peuvent pas être imprimés. Installez-la "
    "(Debian, Ubuntu : apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ; macOS : "
    "brew install pango)."
)


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A PDF's bytes and how many pages they are."""

    content: bytes
    pages: int


def data_address(content_type: str, content: bytes) -> str:
    """Return bytes as the address of a document's own resource: nothing else is fetched."""
    return f"data:{content_type};base64,{b64encode(content).decode('ascii')}"


@cache
def typefaces() -> str:
    """Return the @font-face rules with the fonts themselves.

    Unpacked here, once in a process: the press would unpack each of them for each document,
    which takes longer than to lay out and write a receipt.
    """
    return "\n".join(_face(*face) for face in _FACES)


def _face(name: str, family: str, weight: int, style: str) -> str:
    unpacked = BytesIO()
    woff2.decompress(str(settings.BASE_DIR / "static/pdf/fonts" / f"{name}.woff2"), unpacked)
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("{data_address("font/ttf", unpacked.getvalue())}") format("truetype"); }}'
    )


def render_html(template: str, context: Mapping[str, Any]) -> str:
    """Return the document's HTML, typefaces included."""
    return render_to_string(template, {**context, "typefaces": typefaces()})


def print_html(html: str) -> PrintedDocument:
    """Print the HTML; DomainError where Pango is not installed."""
    return print_parts([html])


def print_parts(parts: Iterable[str]) -> PrintedDocument:
    """Print several documents as one, asking for each once the one before is laid out."""
    try:
        # Imported when something is printed: see the module's own first lines.
        module = import_module("conamus.printing.press")
    except OSError as error:
        raise DomainError(_NO_PANGO) from error
    content, pages = module.press_parts(parts)
    return PrintedDocument(content=content, pages=pages)
