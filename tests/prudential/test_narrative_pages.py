"""Pages of the report's texts: preview, second writer, pictures, nothing executed."""

import re
from io import BytesIO

import pytest

from federations.models import NarrativePicture, NarrativeSection
from federations.services.pictures import clean_picture
from tests.federations.test_files import picture, png_declaring

GENDER = "/textes/2024/gender/"


def upload(content: bytes, name: str = "photo.jpg") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def save(client, body: str, version: int = 0):
    return client.post(GENDER, {"body": body, "version": version})


def add(client, caption: str = "Un atelier", content: bytes | None = None):
    file = upload(content or picture())
    return client.post(GENDER + "photos/", {"picture": file, "caption": caption})


def test_the_years_places_and_what_is_written(world, sign_in):
    client = sign_in("amina")
    client.post("/annee/", {"year": "2024", "next": "/textes/"})
    page = client.get("/textes/").content.decode()
    assert "Textes du rapport 2024" in page
    assert "II.6. Promotion du genre et de l’environnement" in page
    assert "0 texte sur" in page
    save(client, "Quatre mots écrits ici.")
    page = client.get("/textes/").content.decode()
    assert "1 texte sur" in page
    assert "4 mots" in page


def test_html_stays_text_in_the_preview(world, sign_in):
    client = sign_in("amina")
    body = "**Bien** <script>alert(1)</script> <img src=x onerror=alert(2)>"
    assert save(client, body).status_code == 302
    page = client.get(GENDER).content.decode()
    assert "<strong>Bien</strong> &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "script-src 'self'" in client.get(GENDER)["Content-Security-Policy"]


def test_a_preview_saves_nothing(world, sign_in, as_actor):
    client = sign_in("amina")
    typed = {"body": "# Titre\n\n- un", "version": "0", "preview": "1"}
    page = client.post(GENDER, typed).content.decode()
    assert "<li>un</li>" in page
    assert "# Titre" in page
    with as_actor(world.actor("amina")):
        assert not NarrativeSection.objects.exists()


def test_the_second_writer_keeps_the_own_text_and_sees_the_others(world, sign_in, as_actor):
    first, second = sign_in("amina"), sign_in("amina")
    save(first, "Première main")
    answer = save(second, "Seconde main")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "entre-temps" in page
    assert "Première main" in page
    assert "Seconde main</textarea>" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert save(second, "Les deux mains", int(version)).status_code == 302
    with as_actor(world.actor("amina")):
        assert NarrativeSection.objects.get().body == "Les deux mains"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/textes/2031/gender/", 409),
        ("/textes/1066/gender/", 409),
        ("/textes/2024/facilities/", 404),
        ("/textes/2024/inconnue/", 404),
    ],
)
def test_a_year_or_place_that_is_none(world, sign_in, url, status):
    client = sign_in("amina")
    assert client.get(url).status_code == status
    assert client.post(url, {"body": "x", "version": 0}).status_code in (status, 422)


def test_last_years_text_is_a_start(world, sign_in):
    client = sign_in("amina")
    client.post("/textes/2023/gender/", {"body": "De l’an passé", "version": 0})
    assert "Partir du texte de 2023" in client.get(GENDER).content.decode()
    page = client.post(GENDER + "reprendre/", {}, follow=True).content.decode()
    assert "De l’an passé" in page
    assert "Partir du texte" not in page


class TestPictures:
    def test_added_served_moved_renamed_removed(self, world, sign_in, as_actor):
        client = sign_in("amina")
        for caption in ("Première", "Deuxième"):
            assert add(client, caption).status_code == 302
        page = client.get(GENDER).content.decode()
        urls = re.findall(r'<img src="(/textes/photos/\d+/)"', page)
        assert len(urls) == 2
        served = client.get(urls[0])
        assert served["Content-Type"] == "image/jpeg"
        assert served["X-Content-Type-Options"] == "nosniff"
        assert served.content == clean_picture(picture(), field="picture").content
        client.post(urls[1] + "deplacer/", {"way": "up"})
        page = client.get(GENDER).content.decode()
        assert page.index("Deuxième") < page.index("Première")
        edit = urls[0] + "legende/"
        version = client.get(edit).context["form"]["version"].value()
        client.post(edit, {"caption": "Autre légende", "version": version})
        late = client.post(edit, {"caption": "La mienne", "version": version})
        assert "<dd>Autre légende</dd>" in late.content.decode()
        assert "Autre légende" in client.get(GENDER).content.decode()
        removal = urls[0] + "retirer/"
        version = client.get(removal).context["form"]["version"].value()
        client.post(removal, {"version": version})
        with as_actor(world.actor("amina")):
            assert NarrativePicture.objects.get().caption == "Deuxième"

    def test_a_caption_rewritten_meanwhile_is_read_before_its_picture_goes(
        self, world, sign_in, as_actor
    ):
        client = sign_in("amina")
        add(client, "Un atelier")
        [url] = re.findall(r'<img src="(/textes/photos/\d+/)"', client.get(GENDER).content.decode())
        removal, edit = url + "retirer/", url + "legende/"
        assert client.post(removal, {}).status_code == 422
        read = client.get(removal).context["form"]["version"].value()
        version = client.get(edit).context["form"]["version"].value()
        client.post(edit, {"caption": "La remise des cartes", "version": version})
        told = client.post(removal, {"version": read})
        assert told.status_code == 422
        assert "<dd>La remise des cartes</dd>" in told.content.decode()
        with as_actor(world.actor("amina")):
            assert NarrativePicture.objects.get().caption == "La remise des cartes"
        follows = told.context["form"]["version"].value()
        assert client.post(removal, {"version": follows}).status_code == 302
        with as_actor(world.actor("amina")):
            assert not NarrativePicture.objects.exists()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "pas une photo"),
            (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "dépasse 10 Mo"),
            (png_declaring(9_000, 9_000), "trop de points"),
        ],
    )
    def test_what_is_not_one_is_told_beside_the_field(
        self, world, sign_in, as_actor, content, words
    ):
        answer = add(sign_in("amina"), content=content)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'href="#id_picture"' in page
        assert words in page
        assert 'value="Un atelier"' in page
        with as_actor(world.actor("amina")):
            assert not NarrativePicture.objects.exists()

    def test_another_federations_picture_looks_unknown(self, world, sign_in):
        owner = sign_in("amina")
        add(owner)
        page = owner.get(GENDER).content.decode()
        url = re.search(r'<img src="(/textes/photos/\d+/)"', page)[1]
        client = sign_in("bernard")
        for ending in ("", "legende/", "retirer/"):
            assert client.get(url + ending).status_code == 404
        assert client.post(url + "deplacer/", {"way": "up"}).status_code == 404
        assert client.post(url + "retirer/", {}).status_code == 404


@pytest.mark.parametrize("username", ["arthur", "agnes", "regine"])
def test_others_may_not_write(world, sign_in, username):
    client = sign_in(username)
    for url in ("/textes/", GENDER, GENDER + "photos/"):
        assert client.get(url).status_code == 403


def test_the_history_calls_a_text_by_its_title_in_the_report(world, sign_in):
    """Its key is the program's; the form shows the title, and so does who changed what."""
    save(sign_in("amina"), "Quatre mots écrits ici.")
    arthur = sign_in("arthur")
    page = arthur.get("/historique/?table=federations_narrativesection").content.decode()
    assert "Promotion du genre et de l’environnement, 2024" in page
    event = re.search(r'href="(/historique/\d+/)"', page)[1]
    for shown in (page, arthur.get(event).content.decode()):
        assert "Promotion du genre et de l’environnement" in shown
        assert not re.search(r">\s*gender\b", shown)
