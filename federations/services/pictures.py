"""Pictures coming in: known by their bytes, made smaller, written anew without what they told.

A telephone's photo says where and when it was taken, and by which device: kept, it would
tell where a member lives. So only the points are kept: turned the way they are looked at,
in the colours of every screen, no more of them than a page or a sheet shows, encoded once
more. What is stored is never what was sent.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from conamus.kernel.errors import DomainError

PICTURE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: What telephones call a JPEG that carries a second picture; the first is the photo.
_SEVERAL_JPEGS = "MPO"
MAX_PIXELS = 40_000_000
#: The longest side of what is kept: a photo fills a screen or a page, a paper is still read.
PHOTO_POINTS, PAPER_POINTS = 1600, 2400
#: A drawing keeps its lines and its transparency up to this weight; above, it is a photo.
DRAWING_BYTES = 1024 * 1024
#: Above what the eye tells from the photo that was sent.
QUALITY = 88
_MODES = {"JPEG": ("L", "RGB"), "WEBP": ("RGB", "RGBA")}
_decoding = threading.Lock()
_NOT_A_PICTURE = "Ce fichier n’est pas une photo lisible (JPEG, PNG ou WebP)."
_TOO_MANY_POINTS = "La photo a trop de points (40 millions au plus)."


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A picture as it is kept: its points, and nothing else; or a paper (`papers.py`)."""

    content: bytes
    content_type: str


def too_heavy() -> str:
    """Return what is said of a photo that weighs more than any telephone's."""
    return f"La photo dépasse {settings.PICTURE_MAX_BYTES // 1024 // 1024} Mo : réduisez-la."


def clean_picture(
    content: bytes,
    *,
    field: str,
    longest: int = PHOTO_POINTS,
    unreadable: str = _NOT_A_PICTURE,
) -> CleanFile:
    """Return the picture written anew; DomainError for what is not one or is too large.

    ``longest`` is the side that is kept, in points; ``unreadable`` is said of what is no
    picture. The type is read from the bytes, never from the name; the declared dimensions are
    checked before anything is decoded, then every point is decoded once: a cut-off photo is told
    here, not by a page of a report.
    """
    if len(content) > settings.PICTURE_MAX_BYTES:
        raise DomainError(too_heavy(), field=field)
    try:
        with Image.open(BytesIO(content), formats=list(PICTURE_TYPES)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise DomainError(_TOO_MANY_POINTS, field=field)
            with _whole_pictures_only():
                return _written_anew(picture, longest, len(content))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DomainError(_TOO_MANY_POINTS, field=field) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DomainError(unreadable, field=field) from error


def _written_anew(picture: Image.Image, longest: int, weight: int) -> CleanFile:
    kind = "JPEG" if picture.format == _SEVERAL_JPEGS else str(picture.format)
    is_photo = kind == "JPEG" or weight > DRAWING_BYTES or max(picture.size) > longest
    small = _made_smaller(picture, longest)
    shown = _in_screen_colours(ImageOps.exif_transpose(small))
    if is_photo:
        return _encoded(_on_white(shown), "JPEG")
    return _encoded(shown, kind)


def _made_smaller(picture: Image.Image, longest: int) -> Image.Image:
    """Return the picture within the longest side; a JPEG is never decoded larger than needed."""
    if max(picture.size) > longest:
        if picture.mode == "P" or "transparency" in picture.info:
            picture = picture.convert("RGBA")
        picture.thumbnail((longest, longest))
    picture.load()
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """Put what is seen through on white paper: a JPEG has no transparency."""
    if not picture.has_transparency_data:
        return picture
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def _encoded(picture: Image.Image, kind: str) -> CleanFile:
    modes = _MODES.get(kind)
    if modes and picture.mode not in modes:
        has_more = picture.has_transparency_data and "RGBA" in modes
        picture = picture.convert("RGBA" if has_more else "RGB")
    kept = picture.copy()
    kept.info = {name: picture.info[name] for name in ("transparency",) if name in picture.info}
    buffer = BytesIO()
    kept.save(buffer, kind, quality=QUALITY, optimize=True)
    return CleanFile(buffer.getvalue(), PICTURE_TYPES[kind])


def _in_screen_colours(picture: Image.Image) -> Image.Image:
    """Apply the colour profile, which goes with the rest; one that cannot be read is dropped."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, own, screen, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Refuse cut-off pictures: the PDF library lets them through, for the whole process."""
    with _decoding:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
