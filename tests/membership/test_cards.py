"""Cards: issued once, verified anywhere in the network, replaced, revoked; keys rotated."""

import re
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PageObject, PdfReader

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import HistoryEvent, StoredFile
from federations.services.files import store_file
from federations.tenancy.scope import open_scope
from membership.documents.card_pictures import card_picture
from membership.documents.cards import CARDS_A_SHEET, MOST_PHOTOS, print_cards
from membership.models import Beneficiary, Card, Household, SigningKey
from membership.rules.cards import CardStatus
from membership.selectors.cards import batch_cards, without_card
from membership.services.card_keys import revoke_key, rotate_key
from membership.services.cards import (
    LAYING_OUT,
    SIGNING,
    WRITING,
    issue_batch,
    issue_card,
    printed_cards,
    replace_card,
    request_card_batch,
    revoke_card,
    verify_card,
)


def quiet(done: int, total: int, step: str) -> None:
    """Nobody watches."""


@pytest.fixture
def home(world, as_actor) -> Household:
    with as_actor(world.actor("amina")):
        return Household.objects.filter(
            tenant_id=world.tenants["UMUCO"], unit_id=world.units["UMU-S1"], closed_on__isnull=True
        ).order_by("pk")[0]


@pytest.fixture
def card(world, as_actor, home) -> Card:
    with as_actor(world.actor("agnes")):
        return issue_card(actor=world.actor("agnes"), household_id=home.pk)


def verified(world, who: str, text: str) -> CardStatus:
    actor = world.actor(who)
    with open_scope(actor, source="essai"):
        return verify_card(actor=actor, text=text).status


def test_issuing_twice_gives_the_same_card(world, as_actor, home, card) -> None:
    with as_actor(world.actor("agnes")):
        assert issue_card(actor=world.actor("agnes"), household_id=home.pk).pk == card.pk


@pytest.mark.parametrize("who", ["agnes", "fabrice", "medard", "bernard"])
def test_anybody_who_checks_rights_verifies_it_whatever_the_federation(world, card, who) -> None:
    assert verified(world, who, card.payload) is CardStatus.VALID


def test_a_changed_letter_is_seen(world, card) -> None:
    at = len(card.payload) // 2
    changed = "A" if card.payload[at] != "A" else "B"
    text = card.payload[:at] + changed + card.payload[at + 1 :]
    assert verified(world, "fabrice", text) in {
        CardStatus.FORGED, CardStatus.UNREADABLE, CardStatus.UNKNOWN_KEY
    }  # fmt: skip


def test_a_replaced_card_is_revoked_everywhere(world, as_actor, home, card) -> None:
    with as_actor(world.actor("agnes")):
        fresh = replace_card(actor=world.actor("agnes"), card_id=card.pk, because="perdue")
    assert verified(world, "bernard", card.payload) is CardStatus.REVOKED
    assert verified(world, "bernard", fresh.payload) is CardStatus.VALID


def test_a_revocation_has_a_reason_and_happens_once(world, as_actor, card) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        with pytest.raises(DomainError) as refused:
            revoke_card(actor=agnes, card_id=card.pk, because="  ")
        assert refused.value.field == "because"
        revoke_card(actor=agnes, card_id=card.pk, because="volée")
        with pytest.raises(Conflict):
            revoke_card(actor=agnes, card_id=card.pk, because="volée")


def test_a_card_of_a_key_that_nobody_signed_with_here_is_unknown(
    world, behind_the_wall, card
) -> None:
    with behind_the_wall():
        SigningKey.objects.filter(pk=card.key_id).update(key_id="0" * 16)
    assert verified(world, "fabrice", card.payload) is CardStatus.UNKNOWN_KEY


def test_a_rotated_key_leaves_its_cards_good_and_a_revoked_one_does_not(
    world, as_actor, card
) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        rotate_key(actor=amina, in_use_id=card.key_id)
    assert verified(world, "fabrice", card.payload) is CardStatus.VALID
    with as_actor(amina):
        revoke_key(actor=amina, key_row_id=card.key_id)
    assert verified(world, "fabrice", card.payload) is CardStatus.REVOKED


def test_the_page_changes_the_key_that_it_shows_once(world, as_actor, sign_in, card) -> None:
    client, address = sign_in("amina"), reverse("signing_keys")
    form = {
        "in_use": re.findall(r'name="in_use" value="(\d+)"', client.get(address).content.decode())
    }
    assert form == {"in_use": [str(card.key_id)]}
    said = [client.post(address, form, follow=True).content.decode() for _ in range(2)]
    assert "Une nouvelle clé signe les cartes" in said[0]
    assert "a changé entre-temps" in said[1]
    with as_actor(world.actor("amina")):
        assert SigningKey.objects.count() == 2


def test_the_page_makes_the_first_key(world, as_actor, sign_in) -> None:
    client, address = sign_in("amina"), reverse("signing_keys")
    assert 'name="in_use"' not in client.get(address).content.decode()
    client.post(address, {})
    with as_actor(world.actor("amina")):
        assert SigningKey.objects.filter(retired_on=None).count() == 1


def test_the_private_key_is_sealed(world, as_actor, card) -> None:
    with as_actor(world.actor("amina")):
        row = SigningKey.objects.get(pk=card.key_id)
        assert "PRIVATE KEY" not in row.sealed_private_key


def test_the_history_tells_that_a_sealed_key_changed_and_not_its_value(
    world, as_actor, card, behind_the_wall
) -> None:
    with as_actor(world.actor("amina")):
        key = SigningKey.objects.get(pk=card.key_id)
        with behind_the_wall():
            SigningKey.objects.filter(pk=key.pk).update(sealed_private_key="nouveau-secret")
    with behind_the_wall():
        rows = HistoryEvent.objects.filter(table_name="membership_signingkey", row_id=str(key.pk))
        told = [str(row) for row in rows.values()]
    assert "sealed_private_key" in told[0] + told[-1]
    assert not any(key.sealed_private_key in row or "nouveau-secret" in row for row in told)


def test_another_federation_neither_prints_nor_revokes(world, as_actor, card, home) -> None:
    beatrice = world.actor("beatrice")
    with as_actor(beatrice):
        assert not Card.objects.exists()
        with pytest.raises(NotFound):
            revoke_card(actor=beatrice, card_id=card.pk, because="jalousie")
        with pytest.raises(NotFound):
            issue_card(actor=beatrice, household_id=home.pk)


def test_a_facility_reads_no_card_and_issues_none(world, as_actor, home) -> None:
    fabrice = world.actor("fabrice")
    with as_actor(fabrice), pytest.raises(NotAllowed):
        issue_card(actor=fabrice, household_id=home.pk)


def test_a_household_without_head_has_no_card(world, as_actor, home) -> None:
    with as_actor(world.actor("agnes")):
        Beneficiary.objects.filter(household=home, relationship="head").update(relationship="other")
        with pytest.raises(DomainError, match="pas d’adhérent"):
            issue_card(actor=world.actor("agnes"), household_id=home.pk)


def test_a_batch_done_twice_issues_once_and_prints_the_same(world, as_actor) -> None:
    amina, batch = world.actor("amina"), uuid4()
    unit_id = world.units["UMU-S1"]
    with as_actor(amina):
        expected = without_card(amina, unit_id=unit_id, year=2025).count()
    assert expected
    for _ in range(2):
        file = issue_batch(
            actor=amina, unit_id=unit_id, year=2025, batch_id=batch, progress=quiet, source="essai"
        )
    with as_actor(amina):
        cards = batch_cards(amina, batch)
        assert len(cards) == expected
        pages = PdfReader(BytesIO(bytes(file.content))).pages
        assert len(pages) == 2 * -(-expected // 8)
        assert cards[0].serial in pages[0].extract_text()
        with pytest.raises(DomainError, match="rien à imprimer"):
            request_card_batch(actor=amina, unit_id=unit_id, year=2025)


def test_the_back_stands_behind_its_front(world, as_actor, card) -> None:
    with as_actor(world.actor("agnes")):
        printed = printed_cards(world.actor("agnes"), [card])
    document = print_cards(printed)
    assert document.pages == 2
    text = PdfReader(BytesIO(document.content)).pages[1].extract_text()
    for name, *_ in printed[0].people:
        assert name.split()[0] in text


def test_eight_cards_a_sheet_with_photo_and_room_for_the_years_stickers(
    world, as_actor, card
) -> None:
    with as_actor(world.actor("agnes")):
        [one] = printed_cards(world.actor("agnes"), [card])
    cards = [replace(one, serial=f"ESSAI-{rank}") for rank in range(9)]
    pages = PdfReader(BytesIO(print_cards(cards).content)).pages
    assert len(pages) == 4
    fronts = [pages[at].extract_text() for at in (0, 2)]
    assert [f"ESSAI-{rank}" in fronts[0] for rank in range(9)] == [True] * 8 + [False]
    assert "ESSAI-8" in fronts[1]
    both_sides = "".join(page.extract_text() for page in pages[2:])
    assert all(str(year) in both_sides for year in range(2025, 2031))
    picture = BytesIO()
    Image.new("RGB", (60, 80), "green").save(picture, "JPEG")
    shown = print_cards([replace(one, photo=("image/jpeg", picture.getvalue()))])
    plain, with_photo = (
        len(PdfReader(BytesIO(document.content)).pages[0].images)
        for document in (print_cards([one]), shown)
    )
    assert with_photo == plain + 1


def _photo(tenant_id: int, colour: str) -> StoredFile:
    picture = BytesIO()
    Image.new("RGB", (900, 1200), colour).save(picture, "PNG")
    return store_file(
        tenant_id=tenant_id, name="photo", content_type="image/png", content=picture.getvalue()
    )


def _shown(page: PageObject) -> list[Image.Image]:
    """The pictures that a page draws, in their order; its resources hold those of all pages."""
    drawn = re.findall(rb"/(\S+) Do", page.get_contents().get_data())
    return [page.images[f"/{name.decode()}"].image for name in drawn]


def _colour(picture: Image.Image) -> str:
    """A picture's colour in its corner, among those of the tests."""
    red, green, blue = picture.convert("RGB").getpixel((5, 5))
    known = {"#884400": (136, 68, 0), "#004488": (0, 68, 136), "#008800": (0, 136, 0)}
    for name, (r, g, b) in known.items():
        if abs(red - r) + abs(green - g) + abs(blue - b) < 12:
            return name
    return "other"


def test_the_heads_photo_is_in_front_and_the_members_behind_each_with_its_number(
    world, as_actor, home, card
) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        people = list(home.members.filter(left_on__isnull=True).order_by("number"))
        [head] = [one for one in people if one.relationship == "head"]
        others = [one for one in people if one != head]
        assert len(others) == 2
        for one, colour in zip(others, ("#884400", "#004488"), strict=True):
            Beneficiary.objects.filter(pk=one.pk).update(photo=_photo(agnes.tenant_id, colour))
        [without_head] = printed_cards(agnes, [card])
        Beneficiary.objects.filter(pk=head.pk).update(photo=_photo(agnes.tenant_id, "#008800"))
        [whole] = printed_cards(agnes, [card])
    assert without_head.photo is None
    positions = [one.number.rsplit("-", 1)[-1] for one in others]
    assert [position for position, _ in whole.photos] == positions
    assert max(len(content) for _, (_, content) in whole.photos) < 10_000
    front, back = PdfReader(BytesIO(print_cards([whole]).content)).pages
    colours = ["#884400", "#004488"]
    assert [_colour(picture) for picture in _shown(back)] == colours
    assert "#008800" in [_colour(picture) for picture in _shown(front)]
    assert len(_shown(front)) == 2  # the code, and the head
    front, back = PdfReader(BytesIO(print_cards([without_head]).content)).pages
    assert len(_shown(front)) == 1
    assert [_colour(picture) for picture in _shown(back)] == colours


def test_a_back_has_room_for_some_photos_only(world, as_actor, card) -> None:
    with as_actor(world.actor("agnes")):
        [one] = printed_cards(world.actor("agnes"), [card])
    picture = BytesIO()
    Image.new("RGB", (60, 80), "green").save(picture, "JPEG")
    names = tuple((f"Nom Prénom {rank}", f"{rank:02}", "F", 2000) for rank in range(1, 13))
    photos = tuple((name[1], card_picture(picture.getvalue())) for name in names[1:])
    full = replace(one, people=names, photos=photos)
    pages = PdfReader(BytesIO(print_cards([full]).content)).pages
    assert len(pages) == 2
    assert pages[1].extract_text().count("Nom Prénom") == 12
    assert len(full.photo_addresses) == MOST_PHOTOS


def test_a_batch_tells_its_progress_as_it_is(world, as_actor) -> None:
    """It only grows, says what it does, and is not half way because something else began."""
    amina, batch, told = world.actor("amina"), uuid4(), []

    def watch(done: int, total: int, step: str) -> None:
        told.append((done, total, step))

    unit_id = world.units["UMU-S1"]
    with as_actor(amina):
        count = without_card(amina, unit_id=unit_id, year=2025).count()
    for _ in range(2):
        told.clear()
        issue_batch(
            actor=amina, unit_id=unit_id, year=2025, batch_id=batch, progress=watch, source="essai"
        )
        shares = [done / total for done, total, _ in told]
        assert shares == sorted(shares)
        assert shares[-1] < 1
        assert told[-1][2] == "écriture du document"
        signed = [done / total for done, total, step in told if "signées" in step]
        assert all(share < 0.1 for share in signed)
        assert {total for _, total, _ in told} == {count * (SIGNING + LAYING_OUT + WRITING)}


def test_sheets_are_told_as_they_are_laid_out(world, as_actor, card) -> None:
    with as_actor(world.actor("agnes")):
        [one] = printed_cards(world.actor("agnes"), [card])
    laid_out: list[int] = []
    many = [replace(one, serial=f"ESSAI-{rank}") for rank in range(CARDS_A_SHEET * 5 + 3)]
    document = print_cards(many, laid_out.append)
    assert laid_out == [40, 43]
    assert document.pages == 12
    last = PdfReader(BytesIO(document.content)).pages[10].extract_text()
    assert "ESSAI-42" in last


def test_what_a_device_takes_along_holds_keys_and_marks_of_every_federation(
    world, as_actor, behind_the_wall, sign_in, home, card
) -> None:
    with as_actor(world.actor("agnes")):
        fresh = replace_card(actor=world.actor("agnes"), card_id=card.pk, because="perdue")
    taken = sign_in("bernard").get(reverse("card_offline_keys")).json()
    mark = sha256(card.serial.encode()).hexdigest()[:10]
    assert taken["revoked"] == mark
    assert taken["taken_at"].startswith("2025-06-30T")
    assert {key["federation"] for key in taken["keys"].values()} == {"UMUCO"}
    text = str(taken)
    for secret in (card.serial, fresh.serial, home.number, "PRIVATE"):
        assert secret not in text
    with behind_the_wall():
        Card.objects.filter(pk=card.pk).update(expires_on="2025-06-29")
    assert sign_in("bernard").get(reverse("card_offline_keys")).json()["revoked"] == ""


def test_the_offline_page_is_the_same_for_everybody(world, sign_in, card) -> None:
    pages = [sign_in(who).get(reverse("card_offline")) for who in ("fabrice", "agnes")]
    assert pages[0].content == pages[1].content
    assert pages[0].content == sign_in("fabrice").get(reverse("card_offline")).content
    worker = sign_in("fabrice").get(reverse("card_offline_worker"))
    assert worker["Content-Type"] == "text/javascript"
    assert b"cartes/verifier/hors" in worker.content
    for who in ("regine", "clara"):
        for name in ("card_offline", "card_offline_keys", "card_offline_worker"):
            assert sign_in(who).get(reverse(name)).status_code == 403


def test_the_pages(world, sign_in, card) -> None:
    client = sign_in("agnes")
    assert card.serial in client.get(reverse("cards")).content.decode()
    assert client.get(reverse("card_detail", args=[card.pk])).status_code == 200
    printed = client.get(reverse("card_print", args=[card.pk]))
    assert printed["Content-Type"] == "application/pdf"
    answer = client.post(reverse("card_verify"), {"text": card.payload})
    assert card.household.number in answer.content.decode()
    assert "carte authentique" in answer.content.decode()
    refused = client.post(reverse("card_revoke", args=[card.pk]), {"because": ""})
    assert refused.status_code == 422
