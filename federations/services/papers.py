"""Papers coming in, photographed or as PDF: known by their bytes, photos made smaller.

A photo of a paper is kept like any other (`pictures.py`), with the points that reading it needs.
"""

from django.conf import settings

from conamus.kernel.errors import DomainError
from federations.services.pictures import PAPER_POINTS, CleanFile, clean_picture

PDF_TYPE = "application/pdf"
PDF_MAX_BYTES = 5 * 1024 * 1024
_PDF_START = b"%PDF-"
_NOT_A_PAPER = "Ce fichier n’est ni un PDF ni une photo lisible (JPEG, PNG ou WebP)."


def paper_limits() -> str:
    """Return what may be sent, as the form says it."""
    photo, pdf = (most // 1024 // 1024 for most in (settings.PICTURE_MAX_BYTES, PDF_MAX_BYTES))
    return f"Photo (JPEG, PNG ou WebP) de {photo} Mo au plus, ou PDF de {pdf} Mo au plus."


def paper_too_heavy() -> str:
    """Return what is said of a file that weighs more."""
    return f"Ce fichier est trop lourd. {paper_limits()}"


def clean_paper(content: bytes, *, field: str) -> CleanFile:
    """Return a paper as it is kept; DomainError for what is none or weighs too much."""
    is_pdf = content.startswith(_PDF_START)
    if len(content) > (PDF_MAX_BYTES if is_pdf else settings.PICTURE_MAX_BYTES):
        raise DomainError(paper_too_heavy(), field=field)
    if is_pdf:
        return CleanFile(content, PDF_TYPE)
    return clean_picture(content, field=field, longest=PAPER_POINTS, unreadable=_NOT_A_PAPER)
