"""The pages of households: one post registers, refusals stand at their field, nothing is lost."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from bench.measure import table_queries
from membership.models import Beneficiary, Enrolment, Household, Transfer
from tests.membership.families import TODAY
from tests.membership.money import owing, paid
from tests.picking import picked_form

#: What a clerk types for a couple; row by row, as the page sends it.
_COUPLE = {
    "people-0-family_name": "Nzeyimana", "people-0-given_name": "Désiré", "people-0-sex": "M",
    "people-0-relationship": "head", "people-0-birth": "05/04/1985",
    "people-2-family_name": "N’Kurunziza", "people-2-given_name": "Chantal",
    "people-2-sex": "F", "people-2-relationship": "spouse", "people-2-birth": "1988",
}  # fmt: skip


def _new(world, **more: str) -> dict[str, str]:
    return {
        "unit": str(world.units["UMU-S1"]), "colline": "kibasi", "registered_on": "2025-06-30",
        "category": "ordinary", "other_cover": "", "enrol_year": "2025", "rows": "4",
        "submission_key": "s1", **_COUPLE, **more,
    }  # fmt: skip


def _behind(behind_the_wall, model, **found):
    with behind_the_wall():
        return model.objects.filter(**found).count()


def test_one_post_registers_and_enrols(sign_in, world, behind_the_wall) -> None:
    client = sign_in("agnes")
    form = client.get("/menages/inscrire/").content.decode()
    assert "inscrire pour 2025" in form
    assert "Kibasi, Mutoyi, Bugendana" in form
    for _ in range(2):
        answer = client.post("/menages/inscrire/", _new(world), follow=True)
        page = answer.content.decode()
        assert "Ménage UMU-0010001" in page
        assert "Encaisser" in page
        assert "N’Kurunziza Chantal" in page
        assert "vers 1988" in page
    assert _behind(behind_the_wall, Household, number__startswith="UMU-001") == 1


def test_a_birth_is_typed_as_the_pages_show_it(sign_in, world, behind_the_wall) -> None:
    typed = _new(world, **{"people-2-birth": "vers 1981"})
    page = sign_in("agnes").post("/menages/inscrire/", typed, follow=True).content.decode()
    assert "vers 1981" in page
    assert _behind(behind_the_wall, Beneficiary, birth_date__year=1981, is_birth_estimated=True)


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"people-2-relationship": "head"}, "", "2 adhérents"),
        ({"people-0-relationship": "other"}, "", "pas d’adhérent"),
        ({"people-2-birth": "2031"}, "people-2-birth", "avenir"),
        ({"people-2-birth": "1899"}, "people-2-birth", "1900"),
        ({"people-2-birth": "hier"}, "people-2-birth", "12/03/1990"),
        ({"people-2-birth": "31/02/1990"}, "people-2-birth", "12/03/1990"),
        ({"people-2-sex": ""}, "people-2-sex", "À remplir"),
        ({"people-2-phone": "12"}, "people-2-phone", "8 chiffres"),
        ({"colline": "Nulle part"}, "colline", "Aucune colline"),
        ({"registered_on": "2025-07-01"}, "registered_on", "avenir"),
        ({"registered_on": "2024-06-30"}, "registered_on", "ouvre le 01/09/2024"),
        ({"other_cover": "cam"}, "other_cover_number", "CAM"),
        ({"phone": "0"}, "phone", "8 chiffres"),
        ({"people-0-family_name": "123"}, "people-0-family_name", "aucune lettre"),
        ({"people-2-given_name": "--- 7"}, "people-2-given_name", "aucune lettre"),
        ({"people-2-given_name": "Chant4l"}, "people-2-given_name", "« 4 » n’a pas sa place"),
        ({"people-0-family_name": "Keza @"}, "people-0-family_name", "« @ » n’a pas sa place"),
        ({"people-0-family_name": "\u200b\u2060"}, "people-0-family_name", "remplir"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_lost(
    change, field, told, sign_in, world, behind_the_wall
) -> None:
    answer = sign_in("agnes").post("/menages/inscrire/", _new(world, **change))
    page = answer.content.decode()
    assert answer.status_code == 422
    form = answer.context["form"]
    errors = form.errors.get(field or "__all__", [])
    assert any(told in error for error in errors), form.errors
    assert "N’Kurunziza" in page
    assert _behind(behind_the_wall, Household, number__startswith="UMU-001") == 0


def _picture(kind: str = "JPEG") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (32, 32), "green").save(buffer, kind)
    return SimpleUploadedFile("photo.jpg", buffer.getvalue(), "image/jpeg")


def test_each_photo_is_kept_of_its_own_person(sign_in, world, behind_the_wall) -> None:
    client = sign_in("agnes")
    broken = SimpleUploadedFile("photo.jpg", b"<script>", "image/jpeg")
    photos = {"people-0-photo": _picture(), "people-2-photo": broken}
    refused = client.post("/menages/inscrire/", {**_new(world), **photos})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["people-2-photo"]
    assert "choisissez-les de nouveau" in refused.content.decode()
    photos = {"people-0-photo": _picture(), "people-2-photo": _picture("PNG")}
    assert client.post("/menages/inscrire/", {**_new(world), **photos}).status_code == 302
    with behind_the_wall():
        people = Beneficiary.objects.filter(number__startswith="UMU-0010001-").order_by("number")
        first, second = people
    for person, kind in ((first, "image/jpeg"), (second, "image/png")):
        shown = client.get(f"/menages/personnes/{person.pk}/photo/")
        assert shown["Content-Type"] == kind
    assert sign_in("beatrice").get(f"/menages/personnes/{first.pk}/photo/").status_code == 404


def test_a_telephones_photo_is_taken_and_a_heavier_one_told_beside_its_field(
    sign_in, world, behind_the_wall
) -> None:
    client = sign_in("agnes")
    heavy = SimpleUploadedFile("photo.jpg", bytes(10 * 1024 * 1024 + 1), "image/jpeg")
    refused = client.post("/menages/inscrire/", {**_new(world), "people-0-photo": heavy})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        "people-0-photo": ["La photo dépasse 10 Mo : réduisez-la."]
    }
    buffer = BytesIO()
    Image.effect_noise((3_000, 2_000), 120).convert("RGB").save(buffer, "JPEG", quality=90)
    assert buffer.tell() > 2 * 1024 * 1024
    photo = SimpleUploadedFile("photo.jpg", buffer.getvalue(), "image/jpeg")
    sent = client.post("/menages/inscrire/", {**_new(world), "people-0-photo": photo})
    assert sent.status_code == 302
    with behind_the_wall():
        head = Beneficiary.objects.get(number__startswith="UMU-0010001-", relationship="head")
        kept = bytes(head.photo.content)
    assert Image.open(BytesIO(kept)).size == (1_600, 1_067)


def test_a_photo_of_nobody_asks_who_it_is(sign_in, world) -> None:
    sent = {**_new(world), "people-3-photo": _picture()}
    refused = sign_in("agnes").post("/menages/inscrire/", sent)
    assert refused.status_code == 422
    assert refused.context["form"].errors["people-3-family_name"] == ["À remplir."]


def test_a_colline_that_several_bear_is_asked_again(sign_in, world, behind_the_wall) -> None:
    answer = sign_in("agnes").post("/menages/inscrire/", _new(world, colline="Rwis"))
    assert answer.status_code == 302
    with behind_the_wall():
        assert Household.objects.get(number="UMU-0010001").colline.name == "Rwisabi"


def test_more_people_without_a_script(sign_in, world, behind_the_wall) -> None:
    answer = sign_in("agnes").post("/menages/inscrire/", _new(world, add_row="1"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Personne 7" in page
    assert "Désiré" in page
    assert "À remplir" not in page
    assert _behind(behind_the_wall, Household, number__startswith="UMU-001") == 0


def test_likenesses_are_shown_and_saved_all_the_same(sign_in, world, behind_the_wall) -> None:
    client = sign_in("agnes")
    client.post("/menages/inscrire/", _new(world))
    again = _new(world, submission_key="s2")
    told = client.post("/menages/inscrire/", again)
    assert told.status_code == 422
    assert "Enregistrer quand même" in told.content.decode()
    assert client.post("/menages/inscrire/", {**again, "confirm": "1"}).status_code == 302
    assert _behind(behind_the_wall, Household, number__startswith="UMU-001") == 2


def test_ranges_are_listed_and_may_not_share_a_number(sign_in, world) -> None:
    client = sign_in("amina")
    page = client.get("/menages/plages/").content.decode()
    assert "UMU-0010001" in page
    answer = client.post(
        "/menages/plages/ouvrir/",
        {
            "unit": world.units["UMU-S1"], "prefix": "UMU", "first": "15000", "last": "16000",
            "opened_on": "2025-06-30",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Deux plages" in answer.content.decode()


def _household(world, number="UMU-1001") -> str:
    return f"/menages/{world.households[number]}/"


def _person(world, behind_the_wall, rank, number="UMU-1001") -> int:
    with behind_the_wall():
        return Beneficiary.objects.get(
            household_id=world.households[number], number=f"{number}-{rank}"
        ).pk


def test_renewing_one_household_explains_the_amount(sign_in, world, behind_the_wall) -> None:
    client = sign_in("agnes")
    undo = _enrolment(world, behind_the_wall)
    client.post(f"/menages/adhesions/{undo}/annuler/", {"because": "erreur"})
    page = client.get(_household(world)).content.decode()
    assert "Renouveler pour 2025" in page
    address = f"{_household(world)}adherer/2025/"
    page = client.get(address).content.decode()
    assert "Renouvellement pour 2025 : 3 personnes" in page
    assert "tranche 1 à 3" in page
    answer = client.post(address, {"enrolled_on": "2025-06-30", "category": "ordinary"})
    assert answer.status_code == 302
    again = client.post(address, {"enrolled_on": "2025-06-30", "category": "ordinary"})
    assert again.status_code == 422
    assert "déjà inscrit" in again.content.decode()


def _enrolment(world, behind_the_wall, number="UMU-1001", year=2025) -> int:
    with behind_the_wall():
        return Enrolment.objects.get(household_id=world.households[number], year_id=year).pk


@pytest.mark.parametrize(
    ("year", "told"), [(2026, "ouvre le"), (2024, "close depuis"), (2027, "Aucune campagne")]
)
def test_a_year_that_is_not_open_is_told(year, told, sign_in, world) -> None:
    answer = sign_in("agnes").post(
        f"{_household(world)}adherer/{year}/",
        {"enrolled_on": "2025-06-30", "category": "ordinary"},
    )
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_section_is_renewed_from_its_list(sign_in, world, behind_the_wall) -> None:
    client = sign_in("agnes")
    for number in ("UMU-1001", "UMU-1003"):
        undo = _enrolment(world, behind_the_wall, number)
        client.post(f"/menages/adhesions/{undo}/annuler/", {"because": "essai"})
    missing = client.get("/menages/non-renouveles/").content.decode()
    assert "2 ménages de 2024 pas encore inscrits pour 2025" in missing
    assert "UMU-1003" in client.get("/menages/non-renouveles/?export=csv").content.decode("utf-8")
    page = client.get("/menages/renouveler/").content.decode()
    assert page.count(" checked>") == 2
    form = picked_form(page, enrolled_on="2025-06-30")
    assert client.post("/menages/renouveler/", {**form, "picked": []}).status_code == 422
    answer = client.post("/menages/renouveler/", form, follow=True)
    assert "2 ménages renouvelés pour 2025" in answer.content.decode()


def test_life_is_written_from_the_page(sign_in, world, behind_the_wall) -> None:
    client = sign_in("agnes")
    born = client.post(
        f"{_household(world)}naissance/",
        {
            "family_name": "Iteka", "given_name": "Keza", "sex": "F", "relationship": "child",
            "birth": "01/06/2025", "declared_on": "2025-06-30",
        },
        follow=True,
    )  # fmt: skip
    assert "Iteka Keza" in born.content.decode()
    assert "Naissance : Iteka Keza" in born.content.decode()
    head = _person(world, behind_the_wall, 0)
    death = f"/menages/personnes/{head}/deces/"
    assert "choisissez qui le devient" in client.get(death).content.decode()
    refused = client.post(death, {"died_on": "1979-01-01"})
    assert refused.status_code == 422
    assert "avant la naissance" in str(refused.context["form"].errors["died_on"])
    spouse = _person(world, behind_the_wall, 1)
    assert client.post(death, {"died_on": "2025-06-29", "new_head": spouse}).status_code == 302
    page = client.get(_household(world)).content.decode()
    assert "Nouvel adhérent : Umucob Kéza" in page


def test_two_clerks_on_one_household(sign_in, world) -> None:
    address = f"{_household(world)}corriger/"
    sent = {
        "version": "1", "colline": "Kibasi", "category": "ordinary", "phone": "79 12 34 56",
        "other_cover": "", "other_cover_number": "",
    }  # fmt: skip
    assert sign_in("agnes").post(address, sent).status_code == 302
    late = sign_in("amina").post(address, {**sent, "phone": "79 99 99 99"})
    assert late.status_code == 422
    assert "modifié ce ménage" in late.content.decode()
    assert "79 99 99 99" in late.content.decode()


@pytest.mark.parametrize("path", ["", "corriger/", "naissance/", "adherer/2025/", "adherent/"])
def test_a_household_of_another_federation_does_not_exist(path, sign_in, world) -> None:
    address = f"{_household(world, 'INE-1001')}{path}"
    assert sign_in("agnes").get(address).status_code == 404
    assert sign_in("agnes").post(address, {}).status_code in (404, 405)


def test_a_transfer_goes_from_hand_to_hand(sign_in, world, behind_the_wall) -> None:
    amina, bernard = sign_in("amina"), sign_in("bernard")
    proposed = amina.post(
        f"{_household(world)}transferer/",
        {"version": "1", "destination": world.tenants["INEZA"], "leaves_on": "2025-06-30"},
        follow=True,
    )
    assert "Transfert vers Fédération Ineza proposé" in proposed.content.decode()
    with behind_the_wall():
        row = Transfer.objects.get()
    assert "1 ménage en attente" in bernard.get("/transferts/").content.decode()
    assert "Accueillir le ménage" in bernard.get(f"/transferts/{row.pk}/").content.decode()
    address, unit = f"/transferts/{row.pk}/accepter/", {"unit": world.units["INE-S1"]}
    unsaid = bernard.post(address, unit)
    assert unsaid.status_code == 422
    assert "id_colline_error" in unsaid.content.decode()
    outside = bernard.post(address, {**unit, "colline": "Rwisabi"})
    assert outside.status_code == 422
    assert "n’est pas dans la zone d’action" in outside.content.decode()
    answer = bernard.post(address, {**unit, "colline": "Kibasi"}, follow=True)
    assert "Ménage INE-0010001" in answer.content.decode()
    page = amina.get(_household(world)).content.decode()
    assert "transfert à une autre fédération" in page


def test_a_whole_number_leads_straight_to_the_household(sign_in, world) -> None:
    """Its own or a member's, in whatever case and blanks, from either search; else a list."""
    client = sign_in("agnes")
    client.post("/menages/inscrire/", _new(world))
    household = world.households["UMU-1001"]
    for address in ("/recherche/", "/menages/"):
        for typed in ("UMU-1001", " umu-1001 ", "\u200bumu-1001"):
            answer = client.get(address, {"q": typed})
            assert answer["Location"] == f"/menages/{household}/#suite", (address, typed)
        person = client.get(address, {"q": "umu-0010001-02"})
        assert client.get(person["Location"]).context["household"].number == "UMU-0010001"
        assert client.get(address, {"q": "UMU-1"}).status_code == 200
    live = client.get("/menages/", {"q": "UMU-1001"}, headers={"HX-Request": "true"})
    assert live.status_code == 200
    assert sign_in("bernard").get("/recherche/", {"q": "UMU-1001"}).status_code == 200


def test_the_list_finds_by_state_number_and_telephone(sign_in, world, behind_the_wall) -> None:
    client = sign_in("agnes")
    client.post("/menages/inscrire/", _new(world, phone="22 25 10 10"))

    def found(query: str) -> list[str]:
        page = client.get(f"/menages/?{query}").content.decode()
        return re.findall(r">(UMU-[\d-]+)</a>", page)

    assert found("q=22251010") == ["UMU-0010001"]
    assert found("q=UMU-0010001-02&sort=number") == ["UMU-0010001"]
    assert found("enrolment=en-retard") == ["UMU-0010001"]
    assert len(found("enrolment=a-jour")) == 3
    assert found("enrolment=non-renouveles") == []
    assert found("closed=struck_off") == []
    assert len(found("category=ordinary&closed=ouverte")) == 4
    assert found("cover=cam") == []


def test_decisions_are_the_managers(sign_in, world) -> None:
    agnes, amina = sign_in("agnes"), sign_in("amina")
    address = f"{_household(world)}radier/"
    assert agnes.get(address).status_code == 403
    assert "Radier" not in agnes.get(_household(world)).content.decode()
    struck = amina.post(
        address, {"version": "1", "on": TODAY.isoformat(), "because": "fraude"}, follow=True
    )
    assert "Réintégrer" in struck.content.decode()
    back = amina.post(
        f"{_household(world)}reintegrer/", {"on": TODAY.isoformat(), "because": "erreur"},
        follow=True,
    )  # fmt: skip
    assert "Réintégration : erreur" in back.content.decode()


def test_a_person_is_corrected_and_merged(sign_in, world, behind_the_wall) -> None:
    amina = sign_in("amina")
    child = _person(world, behind_the_wall, 2)
    page = amina.get(f"/menages/personnes/{child}/").content.decode()
    assert "Droits ouverts" in page
    edit = f"/menages/personnes/{child}/corriger/"
    form = amina.get(edit)
    assert "01/05/2012" in form.content.decode()
    typed = {name: value for name, value in form.context["form"].initial.items() if value}
    typed |= {"joined_on": "2023-10-01", "birth": "12/03/1960", "backdating_reason": "carnet"}
    doubtful = amina.post(edit, typed)
    assert doubtful.status_code == 422
    assert "pas plus jeune que l’adhérent" in doubtful.content.decode()
    assert 'name="confirm"' in doubtful.content.decode()
    merge = amina.post(
        f"/menages/personnes/{child}/fusionner/", {"number": "UMU-9", "kept": "this"}
    )
    assert "Personne ne porte ce numéro" in merge.content.decode()
    other = _person(world, behind_the_wall, 2, "UMU-1002")
    done = amina.post(
        f"/menages/personnes/{child}/fusionner/",
        {"number": "umu-1002-2", "kept": "this", "because": "inscrit deux fois"},
    )
    assert done.status_code == 302
    with behind_the_wall():
        assert Beneficiary.objects.get(pk=other).left_because == "merged"
        assert Beneficiary.objects.get(pk=child).joined_on == date(2023, 10, 1)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/menages/", 16),
        ("/menages/inscrire/", 18),
        ("/menages/renouveler/", 22),
        ("/menages/non-renouveles/", 18),
        ("one", 20),
    ],
)
def test_pages_keep_to_their_queries(
    path, most, sign_in, world, django_assert_max_num_queries
) -> None:
    client = sign_in("agnes")
    address = _household(world) if path == "one" else path
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_a_households_page_asks_twelve_times_at_most(sign_in, world, as_actor) -> None:
    client, amina = sign_in("amina"), world.actor("amina")
    with as_actor(amina):
        enrolment = owing("UMU-1001")
        household = enrolment.household_id

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"/menages/{household}/").status_code == 200
        return table_queries(one["sql"] for one in statements.captured_queries)

    unpaid = asked()
    with as_actor(amina):
        paid(amina, enrolment)
    assert max(len(unpaid), len(asked())) <= 12, unpaid
