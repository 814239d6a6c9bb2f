"""Read a produced PDF back: its text with every kind of space made one."""

import re
from io import BytesIO

from pypdf import PdfReader


def text_of(content: bytes) -> str:
    """Return the whole text, spaces and line ends made single spaces."""
    reader = PdfReader(BytesIO(content))
    return plain(" ".join(page.extract_text() for page in reader.pages))


def plain(text: str) -> str:
    """Return text with narrow, no-break and repeated spaces made single ones."""
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\xa0", " ")).strip()


def figure(number: int) -> str:
    """Return a whole number as the report writes it, its narrow space made plain."""
    return f"{number:,}".replace(",", " ").replace("-", "−")
