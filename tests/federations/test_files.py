"""Pictures coming in: told by their bytes, limited in weight and in points, read whole."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from conamus.kernel.errors import DomainError
from federations.services.files import check_picture, store_file


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    """Return the bytes of a small picture."""
    buffer = BytesIO()
    Image.new("RGB", size, (30, 120, 60)).save(buffer, kind)
    return buffer.getvalue()


def png_declaring(width: int, height: int) -> bytes:
    """Return a tiny PNG whose heading promises a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    heading = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", heading) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")],
)
def test_the_type_is_read_from_the_bytes(kind, content_type):
    assert check_picture(picture(kind), field="picture") == content_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        picture("GIF"),
        picture("BMP"),
        picture("JPEG", (400, 300))[:-300],
        picture("PNG", (400, 300))[:-300],
    ],
)
def test_what_is_not_a_whole_picture_of_a_known_kind_is_refused(content, monkeypatch):
    # As the PDF library leaves it.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(DomainError) as refused:
        check_picture(content, field="picture")
    assert refused.value.field == "picture"
    assert "n’est pas une photo lisible" in refused.value.message


def test_one_that_weighs_too_much_is_refused(settings):
    settings.PICTURE_MAX_BYTES = 1024 * 1024
    with pytest.raises(DomainError, match="dépasse 1 Mo"):
        check_picture(picture() + bytes(1024 * 1024), field="picture")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(8_000, 5_001), (12_000, 9_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_opened(size):
    with pytest.raises(DomainError) as refused:
        check_picture(png_declaring(*size), field="picture")
    assert "trop de points" in refused.value.message


def test_a_file_is_kept_whole_with_its_fingerprint(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        stored = store_file(
            tenant_id=actor.tenant_id, name="a" * 300, content_type="image/png", content=b"abc"
        )
        stored.refresh_from_db()
        assert bytes(stored.content) == b"abc"
        assert (stored.size_bytes, len(stored.name)) == (3, 160)
        assert stored.sha256 == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
