"""Texts and pictures of the yearly report: versions, pictures in order, other years."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import NarrativePicture, NarrativeSection, StoredFile
from federations.selectors.history import HistoryQuery, history_page
from federations.selectors.narrative import narrative_texts
from federations.services.narrative import (
    MOST_PICTURES,
    CaptionChanged,
    SectionChanged,
    add_picture,
    caption_version,
    change_caption,
    copy_last_year,
    move_picture,
    remove_picture,
    save_section,
)
from tests.federations.test_files import picture


def _save(actor, body, version=0, year=2024, key="gender"):
    return save_section(actor=actor, year=year, outline_key=key, body=body, version=version)


def _add(actor, caption="Un atelier", content=None, key="gender", sent=""):
    return add_picture(
        actor=actor,
        year=2024,
        outline_key=key,
        name="atelier.jpg",
        content=content or picture(),
        caption=caption,
        key=sent,
    )


def test_a_picture_sent_twice_is_kept_once(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        first = _add(actor, sent="3f1d")
        assert _add(actor, sent="3f1d") == first
        assert NarrativePicture.objects.count() == StoredFile.objects.count() == 1
        with pytest.raises(Conflict):
            _add(actor, caption="Un autre atelier", sent="3f1d")
        assert _add(actor, sent="77aa") != first


def test_the_form_of_a_picture_sent_twice_adds_it_once(world, sign_in, as_actor):
    client, url = sign_in("amina"), "/textes/2024/gender/photos/"
    for _ in range(2):
        sent = {
            "picture": SimpleUploadedFile("atelier.jpg", picture(), "image/jpeg"),
            "caption": "Un atelier",
            "submission_key": "3f1d",
        }
        assert client.post(url, sent).status_code == 302
    with as_actor(world.actor("amina")):
        assert NarrativePicture.objects.count() == 1


def test_a_text_is_kept_as_it_was_typed_html_included(world, as_actor):
    actor = world.actor("amina")
    body = "Bien **fait**\r\n<script>alert(1)</script> & « oui »\x00"
    with as_actor(actor):
        section = _save(actor, body)
        stored = NarrativeSection.objects.get()
        assert stored.body == "Bien **fait**\n<script>alert(1)</script> & « oui »"
        assert (section.version, stored.version) == (1, 1)


def test_the_second_writer_is_told_and_overwrites_nothing(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        _save(actor, "Première main", version=0)
        _save(actor, "Première main, relue", version=1)
        with pytest.raises(SectionChanged) as refused:
            _save(actor, "Seconde main", version=1)
        assert refused.value.current.body == "Première main, relue"
        assert refused.value.current.version == 2
        assert _save(actor, "Les deux mains", version=2).version == 3


def test_saving_the_same_text_again_is_no_conflict(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        _save(actor, "Envoyé deux fois", version=0)
        assert _save(actor, "Envoyé deux fois", version=0).version == 1


@pytest.mark.parametrize("year", [1999, 2026, 20245])
def test_an_unknown_or_future_year_is_refused(world, as_actor, year):
    actor = world.actor("amina")
    with as_actor(actor):
        with pytest.raises(DomainError) as refused:
            _save(actor, "Texte", year=year)
        assert refused.value.field == "year"
        assert "2025" in refused.value.message


@pytest.mark.parametrize("key", ["", "../etc", "A B", "x" * 41])
def test_a_key_that_no_outline_has_is_not_found(world, as_actor, key):
    actor = world.actor("amina")
    with as_actor(actor), pytest.raises(NotFound):
        _save(actor, "Texte", key=key)


def test_a_text_without_end_is_refused(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor), pytest.raises(DomainError, match="trop long"):
        _save(actor, "x" * 60_001)


def test_each_federation_has_its_own_text(world, as_actor):
    for username in ("amina", "bernard", "clara"):
        actor = world.actor(username)
        with as_actor(actor):
            _save(actor, f"De {username}")
    bernard = world.actor("bernard")
    with as_actor(bernard):
        assert narrative_texts(bernard.tenant_id, 2024)["gender"].body == "De bernard"


@pytest.mark.parametrize("username", ["arthur", "agnes", "medard", "sylvere"])
def test_only_managers_write(world, as_actor, username):
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(NotAllowed):
        _save(actor, "Texte")


class TestLastYear:
    def test_it_starts_an_empty_text(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            _save(actor, "Comme toujours", year=2023)
            section = copy_last_year(actor=actor, year=2024, outline_key="gender")
            assert (section.body, section.version) == ("Comme toujours", 1)

    def test_it_never_replaces_one(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            _save(actor, "Comme toujours", year=2023)
            _save(actor, "Du neuf")
            with pytest.raises(Conflict):
                copy_last_year(actor=actor, year=2024, outline_key="gender")

    def test_there_must_be_one(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor), pytest.raises(NotFound):
            copy_last_year(actor=actor, year=2024, outline_key="gender")


class TestPictures:
    def test_they_stand_in_order_and_move(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            first, second, third = (_add(actor, caption) for caption in "abc")
            move_picture(actor=actor, picture_id=third.pk, up=True)
            move_picture(actor=actor, picture_id=first.pk, up=True)
            assert _captions() == ["a", "c", "b"]
            move_picture(actor=actor, picture_id=first.pk, up=False)
            move_picture(actor=actor, picture_id=second.pk, up=False)
            assert _captions() == ["c", "a", "b"]
            remove_picture(actor=actor, picture_id=first.pk, version=caption_version(first))
            assert _captions() == ["c", "b"]
            change_caption(
                actor=actor, picture_id=second.pk, caption=" B ", version=caption_version(second)
            )
            assert _captions() == ["c", "B"]
            with pytest.raises(CaptionChanged, match="entre-temps"):
                change_caption(
                    actor=actor, picture_id=second.pk, caption="C", version=caption_version(second)
                )
            assert _captions() == ["c", "B"]

    def test_the_history_of_a_text_tells_of_them(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            gone = _add(actor, caption="Parti")
            _add(actor, caption="Resté")
            _add(actor, key="quality")
            remove_picture(actor=actor, picture_id=gone.pk, version=caption_version(gone))
            asked = HistoryQuery(table="federations_narrativesection", row=str(gone.section_id))
            told = [(one.table_name, one.operation) for one in history_page(actor, asked).events]
        pictures = [operation for table, operation in told if table.endswith("picture")]
        assert pictures == ["D", "I", "I"]

    def test_who_removes_one_has_read_its_caption(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            read = caption_version(picture := _add(actor))
            change_caption(actor=actor, picture_id=picture.pk, caption="Le bon", version=read)
            with pytest.raises(CaptionChanged, match="Relisez, puis supprimez"):
                remove_picture(actor=actor, picture_id=picture.pk, version=read)
            assert _captions() == ["Le bon"]

    def test_what_is_not_one_is_refused_and_nothing_is_kept(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            with pytest.raises(DomainError) as refused:
                _add(actor, content=b"<svg onload=alert(1)>")
            assert refused.value.field == "picture"
            assert not StoredFile.objects.filter(tenant_id=actor.tenant_id).exists()

    def test_each_says_what_it_shows(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            for caption, words in ((" ", "Dites ce que"), ("x" * 201, "200")):
                with pytest.raises(DomainError, match=words) as refused:
                    _add(actor, caption)
                assert refused.value.field == "caption"

    def test_there_is_an_end_to_them(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            for _ in range(MOST_PICTURES):
                _add(actor)
            with pytest.raises(DomainError, match="au plus"):
                _add(actor)

    def test_another_federations_picture_is_not_found(self, world, as_actor):
        amina, bernard = world.actor("amina"), world.actor("bernard")
        with as_actor(amina):
            theirs = _add(amina)
        with as_actor(bernard):
            for attempt in (
                lambda: remove_picture(actor=bernard, picture_id=theirs.pk, version=""),
                lambda: move_picture(actor=bernard, picture_id=theirs.pk, up=True),
                lambda: change_caption(
                    actor=bernard, picture_id=theirs.pk, caption="Pris", version=""
                ),
            ):
                with pytest.raises(NotFound):
                    attempt()


def _captions() -> list[str]:
    pictures = NarrativePicture.objects.order_by("position", "id")
    return list(pictures.values_list("caption", flat=True))
