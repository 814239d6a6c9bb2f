"""Files coming in: known by their bytes, limited in size, kept whole."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from django.conf import settings
from PIL import Image, ImageFile, UnidentifiedImageError

from conamus.kernel.errors import DomainError
from federations.models import StoredFile

PICTURE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MAX_PIXELS = 40_000_000
_decoding = threading.Lock()
_NOT_A_PICTURE = "Ce fichier n’est pas une photo lisible (JPEG, PNG ou WebP)."
_TOO_MANY_POINTS = "La photo a trop de points (40 millions au plus)."


def store_file(*, tenant_id: int, name: str, content_type: str, content: bytes) -> StoredFile:
    """Keep the bytes under the tenant."""
    return StoredFile.objects.create(
        tenant_id=tenant_id,
        name=name[:160],
        content_type=content_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def check_picture(content: bytes, *, field: str) -> str:
    """Return the picture's content type; DomainError for what is not one or is too large.

    The type is read from the bytes, never from the name; the declared dimensions are
    checked before anything is decoded, then every point is decoded once: a cut-off photo
    is told here, not by a page of a report.
    """
    limit = settings.PICTURE_MAX_BYTES
    if len(content) > limit:
        raise DomainError(f"La photo dépasse {limit // 1024 // 1024} Mo.", field=field)
    try:
        picture = Image.open(BytesIO(content), formats=list(PICTURE_TYPES))
        if picture.width * picture.height > MAX_PIXELS:
            raise DomainError(_TOO_MANY_POINTS, field=field)
        with _whole_pictures_only():
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DomainError(_TOO_MANY_POINTS, field=field) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DomainError(_NOT_A_PICTURE, field=field) from error
    return PICTURE_TYPES[picture.format or ""]


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Refuse cut-off pictures: the PDF library lets them through, for the whole process."""
    with _decoding:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
