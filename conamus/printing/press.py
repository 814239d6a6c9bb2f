"""The press: HTML laid out and written as a tagged PDF (PDF/UA-1), fetching nothing.

The only module that imports WeasyPrint, which loads Pango as it is imported: whoever does
not print needs neither. A document brings all it needs as ``data:`` addresses; the
fetcher refuses every other kind, so that nothing in a text or picture can make the server
read a file or call another host.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from conamus.printing.finishing import finish

_OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/ua-1", "dpi": 200, "jpeg_quality": 85}


class ForeignAddressError(ValueError):
    """A document asked for something outside of itself."""


class OwnResourcesOnly(URLFetcher):
    """Gives a document its ``data:`` addresses and refuses all others."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the content of a ``data:`` address; ForeignAddressError for any other."""
        if not url.lower().startswith("data:"):
            raise ForeignAddressError(f"refused: {url[:80]}")
        return super().fetch(url, headers)


def press(html: str) -> tuple[bytes, int]:
    """Return the PDF's bytes and its number of pages."""
    return press_parts([html])


def press_parts(parts: Iterable[str]) -> tuple[bytes, int]:
    """Return one PDF of parts that follow one another, each a document of whole pages.

    A part is laid out before the next is asked for: an iterator that counts what was taken of it
    knows how far the press is.
    """
    fonts = FontConfiguration()
    documents = [
        HTML(string=html, url_fetcher=OwnResourcesOnly()).render(font_config=fonts, **_OPTIONS)
        for html in parts
    ]
    pages = [page for document in documents for page in document.pages]
    whole = documents[0] if len(documents) == 1 else documents[0].copy(pages)
    return whole.write_pdf(finisher=finish, **_OPTIONS), len(pages)
