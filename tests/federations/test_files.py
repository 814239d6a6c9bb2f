"""Pictures coming in: told by their bytes, limited in weight and in points, read whole."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageCms, ImageFile
from PIL.PngImagePlugin import PngInfo

from conamus.kernel.errors import DomainError
from federations.services.files import store_file
from federations.services.narrative import add_picture
from federations.services.papers import PDF_MAX_BYTES, clean_paper
from federations.services.pictures import clean_picture


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
    assert clean_picture(picture(kind), field="picture").content_type == content_type


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
        clean_picture(content, field="picture")
    assert refused.value.field == "picture"
    assert "n’est pas une photo lisible" in refused.value.message


def test_one_that_weighs_too_much_is_refused(settings):
    settings.PICTURE_MAX_BYTES = 1024 * 1024
    with pytest.raises(DomainError, match="dépasse 1 Mo"):
        clean_picture(picture() + bytes(1024 * 1024), field="picture")


def test_a_telephones_photo_is_made_smaller():
    """Twelve million points and some megabytes, as telephones make them; turned, with its tale."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    buffer = BytesIO()
    noise = Image.effect_noise((4_000, 3_000), 90).convert("RGB")
    noise.save(buffer, "JPEG", quality=90, exif=exif)
    sent = buffer.getvalue()
    assert 3 * 1024 * 1024 < len(sent) < 10 * 1024 * 1024
    kept = clean_picture(sent, field="picture")
    shown = Image.open(BytesIO(kept.content))
    assert (kept.content_type, shown.size) == ("image/jpeg", (1_200, 1_600))
    assert len(kept.content) < len(sent) / 2
    assert not shown.getexif()


class TestPapers:
    """Prescriptions, agreements, promises: a telephone's photo, or a PDF."""

    def test_a_photo_of_some_megabytes_keeps_what_is_needed_to_read_it(self):
        sent = photo(size=(3_000, 4_000)) + bytes(7 * 1024 * 1024)
        kept = clean_paper(sent, field="file")
        shown = Image.open(BytesIO(kept.content))
        assert (kept.content_type, shown.size) == ("image/jpeg", (1_800, 2_400))
        assert len(kept.content) < 1024 * 1024
        assert not shown.getexif()

    def test_a_pdf_is_kept_as_it_came(self):
        kept = clean_paper(b"%PDF-1.7 ...", field="file")
        assert (kept.content_type, kept.content) == ("application/pdf", b"%PDF-1.7 ...")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"%PDF-" + bytes(PDF_MAX_BYTES), "PDF de 5 Mo au plus"),
            (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "de 10 Mo au plus"),
            (b"MZ\x90 a program", "ni un PDF ni une photo"),
            (b"", "ni un PDF ni une photo"),
        ],
    )
    def test_anything_else_is_told_beside_its_field(self, content, words):
        with pytest.raises(DomainError, match=words) as refused:
            clean_paper(content, field="document")
        assert refused.value.field == "document"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_larger_than_a_drawing_becomes_a_photo_on_white(kind):
    buffer = BytesIO()
    Image.new("RGBA", (2_000, 1_000), (0, 0, 0, 0)).save(buffer, kind)
    kept = clean_picture(buffer.getvalue(), field="picture")
    shown = Image.open(BytesIO(kept.content))
    assert (kept.content_type, shown.size) == ("image/jpeg", (1_600, 800))
    assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_a_large_palette_picture_keeps_its_colours():
    buffer = BytesIO()
    drawing = Image.new("P", (2_000, 2_000), 0)
    drawing.putpalette([255, 0, 0, 0, 255, 0])
    drawing.save(buffer, "PNG")
    kept = clean_picture(buffer.getvalue(), field="picture").content
    red = Image.open(BytesIO(kept)).getpixel((800, 800))
    assert red[0] > 250 > 5 > max(red[1:])


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(8_000, 5_001), (12_000, 9_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_opened(size):
    with pytest.raises(DomainError) as refused:
        clean_picture(png_declaring(*size), field="picture")
    assert "trop de points" in refused.value.message


def photo(kind: str = "JPEG", size: tuple[int, int] = (30, 60), **more) -> bytes:
    """Return a photo as a telephone writes it: red above, blue below, turned, and talkative."""
    upright = Image.new("RGB", size, (220, 20, 20))
    upright.paste((20, 20, 220), (0, size[1] // 2, *size))
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Fabricant"
    exif[ExifTags.Base.ImageDescription] = "Chez Kéza"
    exif[ExifTags.Base.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "S",
        ExifTags.GPS.GPSLatitude: (3.0, 25.0, 12.0),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (29.0, 55.0, 30.0),
    }
    buffer = BytesIO()
    lying.save(buffer, kind, exif=exif, xmp=b"<x:xmpmeta>Fabricant</x:xmpmeta>", **more)
    return buffer.getvalue()


class TestWhatAPhotoTells:
    """Where and when it was taken, and with what, stays with who took it."""

    def test_the_photo_of_these_tests_tells_where_it_was_taken(self):
        exif = Image.open(BytesIO(photo())).getexif()
        assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] == (3.0, 25.0, 12.0)

    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("JPEG", {"comment": b"Fabricant"}),
            ("PNG", {"pnginfo": PngInfo()}),
            ("WEBP", {}),
        ],
    )
    def test_nothing_of_it_is_kept(self, kind, more):
        if "pnginfo" in more:
            more["pnginfo"].add_text("Author", "Fabricant")
        kept = clean_picture(photo(kind, **more), field="picture").content
        shown = Image.open(BytesIO(kept))
        shown.load()
        assert shown.format == kind
        assert not shown.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "Author"} & shown.info.keys()
        for word in (b"Fabricant", "Kéza".encode(), b"GPS", b"Exif", b"xmpmeta"):
            assert word not in kept

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_it_is_turned_the_way_it_is_looked_at(self, kind):
        shown = Image.open(BytesIO(clean_picture(photo(kind), field="picture").content))
        assert shown.size == (30, 60)
        above, below = (shown.convert("RGB").getpixel((15, y)) for y in (5, 55))
        assert above[0] > 200 > 60 > above[2]
        assert below[2] > 200 > 60 > below[0]

    def test_its_colours_are_those_of_every_screen(self):
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        kept = clean_picture(photo(icc_profile=profile), field="picture").content
        shown = Image.open(BytesIO(kept))
        assert "icc_profile" not in shown.info
        assert shown.getpixel((15, 5))[0] > 200

    def test_transparent_and_palette_pictures_stay_so(self):
        buffer = BytesIO()
        drawing = Image.new("P", (8, 8), 0)
        drawing.putpalette([255, 0, 0, 0, 255, 0])
        drawing.save(buffer, "PNG", transparency=0)
        shown = Image.open(
            BytesIO(clean_picture(buffer.getvalue(), field="picture").content)
        ).convert("RGBA")
        assert shown.getpixel((0, 0))[3] == 0

    def test_a_photo_for_the_press_becomes_one_for_screens(self):
        buffer = BytesIO()
        Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(buffer, "JPEG")
        shown = Image.open(BytesIO(clean_picture(buffer.getvalue(), field="picture").content))
        assert shown.mode == "RGB"

    def test_a_telephones_double_photo_keeps_the_first(self):
        buffer = BytesIO()
        first, second = Image.new("RGB", (8, 6), "red"), Image.new("RGB", (4, 3), "blue")
        first.save(buffer, "MPO", save_all=True, append_images=[second])
        kept = clean_picture(buffer.getvalue(), field="picture")
        shown = Image.open(BytesIO(kept.content))
        assert (kept.content_type, shown.format, shown.size) == ("image/jpeg", "JPEG", (8, 6))

    def test_what_the_service_stores_is_the_clean_one(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            picture = add_picture(
                actor=actor,
                year=2024,
                outline_key="introduction",
                name="photo.jpg",
                content=photo(),
                caption="Assemblée",
            )
            stored = bytes(picture.file.content)
        assert not Image.open(BytesIO(stored)).getexif()
        assert picture.file.size_bytes == len(stored)


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
