"""Photos as small as a card prints them: a section's sheets weigh nothing like as many photos."""

from io import BytesIO

from PIL import Image

#: The head's photo, 20 × 25 mm, at 300 points an inch; the others are smaller.
MOST_POINTS = (236, 295)
_QUALITY = 85


def card_picture(content: bytes) -> tuple[str, bytes]:
    """Return a stored photo as small as a card needs it, as a JPEG on white."""
    with Image.open(BytesIO(content)) as picture:
        picture.draft("RGB", MOST_POINTS)
        picture.thumbnail(MOST_POINTS)
        shown = picture.convert("RGBA")
        page = Image.new("RGB", shown.size, "white")
        page.paste(shown, mask=shown.getchannel("A"))
    written = BytesIO()
    page.save(written, "JPEG", quality=_QUALITY)
    return "image/jpeg", written.getvalue()
