"""Papers: family file, certificate, register, lists, blank and filled forms; who may print what."""

import re
from datetime import date
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.template import loader
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.models import Job, StoredFile
from federations.services.files import store_file
from federations.services.jobs import run_job
from membership.documents.certificate import day_told
from membership.documents.stickers import stickers_pdf
from membership.models import Beneficiary, Card, Enrolment, Household, MutualistYear, Promise
from membership.selectors.papers import Paper, paper_file, sheet_of, to_stick
from membership.services import papers
from membership.services.blank_forms import blank_forms
from membership.services.cards import issue_card, revoke_card
from membership.services.payments import reverse_payment
from tests.membership.money import TODAY, owing, paid
from tests.membership.test_receipts import text_of
from tests.world import PASSWORD


def _text(printed) -> str:
    return text_of(printed.content).replace("\u202f", " ").replace("\xa0", " ")


def _photo(tenant_id: int) -> StoredFile:
    content = BytesIO()
    Image.new("RGB", (120, 150), "#888").save(content, "JPEG")
    return store_file(
        tenant_id=tenant_id, name="photo.jpg", content_type="image/jpeg", content=content.getvalue()
    )


def _asked(world, unit: str = "UMU-S1", year: int = 2025) -> dict:
    return {"unit_id": world.units[unit], "year": year}


def _list(actor, paper: Paper, **asked):
    return papers.paper_at_once(actor=actor, paper=paper, **asked)


def test_the_family_file_says_who_what_was_paid_and_rights(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        payment = paid(amina, owing("UMU-1001"), amount_francs=12_000)
        assert payment.pk
        spouse = Beneficiary.objects.get(number="UMU-1001-1")
        spouse.photo = _photo(amina.tenant_id)
        spouse.save()
        Beneficiary.objects.filter(number="UMU-1001-2").update(
            left_on=date(2025, 3, 1), left_because="marriage"
        )
        printed = papers.family_file(actor=amina, household_id=world.households["UMU-1001"])
    text = _text(printed)
    for told in (
        "Fiche familiale du ménage UMU-1001",
        "Membres : 2 personnes",
        "UMU-1001-1",
        "30 000 FBu 12 000 FBu 18 000 FBu",
        "Umucoc Kéza (UMU-1001-2), mariage le 01/03/2025",
        "Colline Rwisabi, zone Mutoyi, commune Bugendana, province Gitega",
        "Ordinaire",
    ):
        assert told in text
    pages = PdfReader(BytesIO(printed.content)).pages
    assert sum(len(page.images) for page in pages) == 1


def test_the_certificate_tells_the_year_the_rights_and_how_to_check_them(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        printed = papers.certificate(
            actor=agnes, household_id=world.households["UMU-1001"], year=2025
        )
        paid(agnes, owing("UMU-1002"), amount_francs=10_000)
        partly = papers.certificate(
            actor=agnes, household_id=world.households["UMU-1002"], year=2025
        )
    text = _text(printed)
    for told in (
        "Référence : UMU-1001 / 30-06-2025",
        "inscrit pour l’année mutualiste 2025",
        "Il n’a lui-même rien à payer",
        "ses 3 membres ont tous des droits ouverts",
        "demandez UMU-1001 au 30/06/2025",
        "n’a pas à prendre une carte d’assistance médicale",
    ):
        assert told in text
    for told in (
        "aucun de ses 3 membres n’a des droits ouverts",
        "payée en partie : 10 000 FBu sur 30 000 FBu ; il reste 20 000 FBu à payer",
        "une inscription, non des droits",
    ):
        assert told in _text(partly)
    assert "n’a pas à prendre une carte d’assistance médicale (CAM)." not in _text(partly).replace(
        "elle ne dit pas que ce ménage n’a pas à prendre une carte d’assistance médicale (CAM).", ""
    )


def test_a_certificate_is_due_once_something_is_paid_or_promised(world, as_actor, sign_in) -> None:
    """Nothing paid: refused with the reason. Paid and cancelled: refused again."""
    agnes, key = world.actor("agnes"), world.households["UMU-1002"]
    with as_actor(agnes):
        enrolment = owing("UMU-1002")
        with pytest.raises(DomainError, match="Rien n’est payé ni promis pour 2025"):
            papers.certificate(actor=agnes, household_id=key, year=2025)
    answer = sign_in("agnes").get(reverse("household_certificate", args=[key, 2025]))
    assert "Rien n’est payé ni promis pour 2025" in answer.content.decode()
    with as_actor(agnes):
        receipt = paid(agnes, enrolment)
        whole = _text(papers.certificate(actor=agnes, household_id=key, year=2025))
    assert "Sa cotisation, 30 000 FBu, est payée en entier." in whole
    amina = world.actor("amina")
    with as_actor(amina):
        reverse_payment(actor=amina, payment_id=receipt.pk, reason="reçu en double")
        with pytest.raises(DomainError, match="Rien n’est payé"):
            papers.certificate(actor=amina, household_id=key, year=2025)


def test_a_promise_counts_once_it_is_accepted(world, as_actor, behind_the_wall) -> None:
    agnes, key = world.actor("agnes"), world.households["UMU-1002"]
    with as_actor(agnes):
        enrolment = owing("UMU-1002")
        promise = Promise.objects.create(
            tenant_id=agnes.tenant_id, enrolment=enrolment, amount_francs=30_000,
            signed_on=date(2025, 6, 1), buyer="Station de Mutoyi",
        )  # fmt: skip
        with pytest.raises(DomainError, match="attend sa réponse"):
            papers.certificate(actor=agnes, household_id=key, year=2025)
        with behind_the_wall():
            Promise.objects.filter(pk=promise.pk).update(
                state=Promise.State.ACCEPTED, answered_on=date(2025, 6, 2)
            )
        text = _text(papers.certificate(actor=agnes, household_id=key, year=2025))
    assert "n’est pas encore payée : une promesse de paiement a été acceptée" in text


def test_the_day_of_a_certificate_stays_in_its_year() -> None:
    year = MutualistYear(year=2025, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1))
    for today, told in (
        (date(2024, 11, 3), date(2025, 1, 1)),
        (date(2025, 6, 30), date(2025, 6, 30)),
        (date(2026, 2, 1), date(2025, 12, 31)),
    ):
        assert day_told(year, today) == told


@pytest.mark.parametrize(
    ("year", "changes", "why"),
    [
        (2026, {}, "n’est pas inscrit pour 2026"),
        (2025, {"closed_on": date(2025, 5, 2), "closed_because": "departed"}, "est fermé"),
    ],
)
def test_who_is_not_a_member_has_no_certificate(year, changes, why, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        Household.objects.filter(number="UMU-1001").update(**changes)
        with pytest.raises(DomainError, match=why):
            papers.certificate(actor=amina, household_id=world.households["UMU-1001"], year=year)


def test_a_cancelled_enrolment_certifies_nothing(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        Enrolment.objects.filter(household__number="UMU-1001", year_id=2025).update(
            cancelled_on=date(2025, 2, 1), cancelled_because="Erreur"
        )
        with pytest.raises(DomainError, match="pas inscrit"):
            papers.certificate(actor=amina, household_id=world.households["UMU-1001"], year=2025)


def test_the_list_of_members_goes_colline_by_colline(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        paid(amina, owing("UMU-1001"), amount_francs=12_000)
        text = _text(_list(amina, Paper.MEMBERS, **_asked(world)))
    assert "3 ménages, 7 personnes" in text
    assert text.index("Colline Kibasi : 1 ménage") < text.index("Colline Rwisabi : 2 ménages")
    assert "UMU-1001 Umucoa Kéza 3 18 000 FBu" in text
    assert "à jour" in text
    assert "UMU-2001" not in text


def test_the_list_to_renew_has_only_those_who_are_missing(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        Enrolment.objects.filter(household__number="UMU-1001", year_id=2025).update(
            cancelled_on=date(2025, 1, 2), cancelled_because="Pas revenu"
        )
        text = _text(_list(amina, Paper.RENEW, **_asked(world)))
    assert "1 ménage de 2024 pas encore inscrit pour 2025, 20 000 FBu à attendre" in text
    assert "UMU-1001 Umucoa Kéza" in text
    assert "UMU-1003" not in text


def test_blank_forms_bear_their_numbers_and_the_scale(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        printed = blank_forms(actor=agnes, **_asked(world, year=2026), count=3, first=9)
        plain = blank_forms(actor=agnes, **_asked(world), count=1, first=None)
    text = _text(printed)
    assert printed.pages == 3
    assert "N° UMU-S1-2026-0009" in text
    assert "N° UMU-S1-2026-0011" in text
    assert "de 4 à 6 personnes 30 000 FBu" in text
    assert "Caféiculteur" in text
    assert plain.pages == 1
    assert "N° UMU" not in _text(plain)


@pytest.mark.parametrize("count", [0, -1, 51])
def test_blank_forms_are_a_sensible_number(count, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes), pytest.raises(DomainError) as refusal:
        blank_forms(actor=agnes, **_asked(world), count=count, first=None)
    assert refusal.value.field == "count"


def _printed_by_job(world, as_actor, username: str, paper: Paper, **asked) -> str:
    actor = world.actor(username)
    with as_actor(actor):
        job = papers.request_paper(actor=actor, paper=paper, **asked)
    run_job(job.pk)
    with as_actor(actor):
        job = Job.objects.get(pk=job.pk)
        assert job.state == Job.State.DONE, job.reason
        file = StoredFile.objects.get(pk=job.result["file_id"])
        return _text(type("Printed", (), {"content": bytes(file.content)}))


def test_the_register_holds_everybody_of_the_year(own_database, as_actor) -> None:
    world = own_database
    with as_actor(world.system("UMUCO")):
        Beneficiary.objects.filter(number="UMU-1001-2").update(
            left_on=date(2025, 3, 1), left_because="departure"
        )
        Beneficiary.objects.filter(number="UMU-1002-2").update(
            left_on=date(2024, 3, 1), left_because="departure"
        )
    text = _printed_by_job(world, as_actor, "agnes", Paper.REGISTER, **_asked(world))
    assert "3 ménages, 7 personnes déclarées" in text
    assert "Umucoc Kéza, départ le 01/03/2025" in text
    assert "UMU-1002-2" not in text
    assert "UMU-1002-1" in text
    assert "UMU-2001" not in text
    assert "INE-" not in text


def test_filled_forms_hold_the_people_and_the_amount(own_database, as_actor) -> None:
    world = own_database
    with as_actor(world.system("UMUCO")):
        Enrolment.objects.filter(household__number="UMU-1001", year_id=2025).update(
            cancelled_on=date(2025, 1, 2), cancelled_because="Pas revenu"
        )
    asked = _asked(world)
    text = _printed_by_job(world, as_actor, "amina", Paper.RENEWAL_FORMS, **asked)
    assert "Bulletin de renouvellement 2025" in text
    assert "Umucob Kéza conjoint F 01/05/1984" in text
    assert "20 000 FBu avec les personnes connues" in text
    assert "UMU-1003" not in text


def test_a_long_list_is_made_by_a_job(own_database, as_actor, monkeypatch) -> None:
    world = own_database
    amina, asked = world.actor("amina"), _asked(world)
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 2)
    with as_actor(amina):
        for paper in Paper:
            at_once = papers.is_printed_at_once(actor=amina, paper=paper, **asked)
            assert at_once is (paper is Paper.BLANK_FORMS), paper
        with pytest.raises(DomainError, match="3 ménages : 2 au plus"):
            _list(amina, Paper.MEMBERS, **asked)
        monkeypatch.setattr(papers, "MOST_AT_ONCE", 3)
        assert papers.is_printed_at_once(actor=amina, paper=Paper.MEMBERS, **asked)
    text = _printed_by_job(world, as_actor, "amina", Paper.MEMBERS, **asked)
    assert "3 ménages, 7 personnes" in text


def test_a_job_that_runs_twice_makes_one_file(own_database, as_actor) -> None:
    world = own_database
    amina = world.actor("amina")
    with as_actor(amina):
        job = papers.request_paper(actor=amina, paper=Paper.REGISTER, **_asked(world), key="k")
        again = papers.request_paper(actor=amina, paper=Paper.REGISTER, **_asked(world), key="k")
    assert again.pk == job.pk
    run_job(job.pk)
    with as_actor(amina):
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    run_job(job.pk)
    with as_actor(amina):
        assert StoredFile.objects.filter(name__startswith="registre").count() == 1


def test_stickers_are_for_the_good_cards_of_the_enrolled(
    world, as_actor, behind_the_wall, sign_in
) -> None:
    """Of 2025: the second household's card is revoked, the third has none, the first's is good."""
    agnes = world.actor("agnes")
    with as_actor(agnes):
        card = issue_card(actor=agnes, household_id=world.households["UMU-1001"])
        lost = issue_card(actor=agnes, household_id=world.households["UMU-1002"])
        revoke_card(actor=agnes, card_id=lost.pk, because="perdue")
        printed = _list(agnes, Paper.STICKERS, **_asked(world))
        with pytest.raises(DomainError, match="Aucun ménage à imprimer"):
            _list(agnes, Paper.STICKERS, **_asked(world, year=2026))
        with behind_the_wall():
            Card.objects.filter(pk=card.pk).update(expires_on=date(2025, 6, 30))
        with pytest.raises(DomainError, match="Aucun ménage à imprimer"):
            _list(agnes, Paper.STICKERS, **_asked(world))
    text = _text(printed)
    assert f"Umucoa Kéza UMU-1001 Rwisabi Carte {card.serial} 2025UMU-1001" in text
    assert "UMU-1002" not in text
    typed = {"paper": "vignettes", "unit": world.units["UMU-S1"], "year": 2025}
    assert sign_in("agnes").post(reverse("papers"), typed).status_code == 422


def test_thirty_stickers_a_sheet_each_as_large_as_its_frame(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        issue_card(actor=agnes, household_id=world.households["UMU-1001"])
        sheet = sheet_of(agnes, unit_id=world.units["UMU-S1"], year=2025, on=TODAY)
        (row,) = to_stick(agnes, **_asked(world))
        row.head_name = "Umucoa Kéza"
        for count, pages in ((30, 1), (31, 2)):
            printed = stickers_pdf(sheet, [row] * count)
            assert printed.pages == pages
    assert _text(printed).count("Carte") == 31
    styles = [
        re.search(pattern, loader.get_template(f"pdf/membership/{name}.html").template.source)[1]
        for name, pattern in (
            ("stickers", r"\.sticker \{.*?(width: 12mm; height: 8mm)"),
            ("cards", r"\.stickers span \{.*?(width: 12mm; height: 8mm)"),
        )
    ]
    assert len(set(styles)) == 1


def test_many_stickers_are_made_by_a_job(own_database, as_actor, monkeypatch) -> None:
    world, agnes = own_database, own_database.actor("agnes")
    with as_actor(agnes):
        issue_card(actor=agnes, household_id=world.households["UMU-1001"])
        monkeypatch.setattr(papers, "MOST_STICKERS_AT_ONCE", 0)
        asked = {"actor": agnes, "paper": Paper.STICKERS, **_asked(world)}
        assert not papers.is_printed_at_once(**asked)
        job = papers.request_paper(**asked)
    run_job(job.pk)
    with as_actor(agnes):
        assert "UMU-1001" in text_of(bytes(paper_file(agnes, job.pk).content))


def test_nothing_to_print_is_told(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        for refused in (
            lambda: _list(amina, Paper.MEMBERS, **_asked(world, year=2026)),
            lambda: _list(amina, Paper.RENEW, **_asked(world, year=2025)),
            lambda: papers.request_paper(
                actor=amina, paper=Paper.REGISTER, **_asked(world, year=2022)
            ),
        ):
            with pytest.raises(DomainError, match="Aucun ménage à imprimer"):
                refused()
        with pytest.raises(DomainError, match=r"barème|campagne"):
            papers.request_paper(actor=amina, paper=Paper.RENEW, **_asked(world, year=2023))
        with pytest.raises(DomainError, match="tout de suite"):
            papers.request_paper(actor=amina, paper=Paper.BLANK_FORMS, **_asked(world))


def test_an_agent_prints_only_their_unit_and_nobody_another_federations(world, as_actor) -> None:
    for username, unit in (("agnes", "UMU-S2"), ("agnes", "INE-S1"), ("amina", "INE-S1")):
        actor = world.actor(username)
        with as_actor(actor):
            for paper in (Paper.MEMBERS, Paper.RENEW):
                with pytest.raises(NotFound):
                    _list(actor, paper, **_asked(world, unit))
            with pytest.raises(NotFound):
                blank_forms(actor=actor, **_asked(world, unit), count=1, first=None)
            with pytest.raises(NotFound):
                papers.request_paper(actor=actor, paper=Paper.REGISTER, **_asked(world, unit))


def test_who_may_not_print(world, as_actor) -> None:
    household = world.households["UMU-1001"]
    for username in ("arthur", "annick"):
        actor = world.actor(username)
        with as_actor(actor):
            assert papers.family_file(actor=actor, household_id=household).pages >= 1
            with pytest.raises(NotAllowed):
                papers.certificate(actor=actor, household_id=household, year=2025)
            with pytest.raises(NotAllowed):
                _list(actor, Paper.MEMBERS, **_asked(world))
    fabrice = world.actor("fabrice")
    with as_actor(fabrice), pytest.raises(NotAllowed):
        papers.family_file(actor=fabrice, household_id=household)


def test_the_pages_of_a_household_answer_its_papers(world, sign_in) -> None:
    own, other = world.households["UMU-1001"], world.households["UMU-2001"]
    foreign = world.households["INE-1001"]
    agnes = sign_in("agnes")
    page = agnes.get(reverse("household_detail", args=[own])).content.decode()
    for address in (
        reverse("household_family_file", args=[own]),
        reverse("household_certificate", args=[own, 2025]),
    ):
        answer = agnes.get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert f'href="{address}"' in page
    for household in (other, foreign):
        assert agnes.get(reverse("household_family_file", args=[household])).status_code == 404
        address = reverse("household_certificate", args=[household, 2025])
        assert agnes.get(address).status_code == 404


def test_the_page_of_papers_leads_to_each(world, sign_in) -> None:
    agnes = sign_in("agnes")
    unit = world.units["UMU-S1"]
    page = agnes.get(reverse("papers"), {"unit": unit, "papier": "registre"})
    assert page.context["form"].initial["paper"] == "registre"
    assert "Section Umuco 2" not in page.content.decode()
    typed = {"paper": "bulletins-vierges", "unit": unit, "year": 2025, "count": 2, "first": 7}
    answer = agnes.post(reverse("papers"), typed)
    assert answer.status_code == 302
    assert "N° UMU-S1-2025-0008" in text_of(agnes.get(answer["Location"]).content)
    made = agnes.post(reverse("papers"), {**typed, "paper": "registre"})
    job = agnes.get(made["Location"])
    assert "Registre des membres : Section Umuco 1, 2025" in job.content.decode()
    assert "en attente" in agnes.get(reverse("papers")).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"paper": "autre"},
        {"unit": ""},
        {"year": "1999"},
        {"count": "0"},
        {"count": "999"},
        {"first": "-4"},
        {"paper": "registre", "year": "2022"},
        {"paper": "liste", "year": "2022"},
        {"paper": "a-renouveler", "year": "2023"},
    ],
)
def test_what_is_wrong_is_told_in_the_form(changes, world, sign_in) -> None:
    typed = {"paper": "bulletins-vierges", "unit": world.units["UMU-S1"], "year": 2025, **changes}
    answer = sign_in("agnes").post(reverse("papers"), typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors


@pytest.mark.parametrize(
    ("paper", "asked"),
    [
        ("liste", {}),
        ("liste", {"unit": "x", "annee": "2025"}),
        ("liste", {"unit": "{unit}", "annee": "12"}),
        ("registre", {"unit": "{unit}", "annee": "2025"}),
        ("liste", {"unit": "{other}", "annee": "2025"}),
        ("autre", {"unit": "{unit}", "annee": "2025"}),
    ],
)
def test_an_address_made_by_hand_finds_nothing(paper, asked, world, sign_in) -> None:
    units = {"unit": world.units["UMU-S1"], "other": world.units["INE-S1"]}
    filled = {name: value.format(**units) for name, value in asked.items()}
    answer = sign_in("amina").get(reverse("paper_now", args=[paper]), filled)
    assert answer.status_code == 404


def test_a_file_is_seen_by_its_unit_and_its_federation_only(own_database, as_actor) -> None:
    world = own_database
    with as_actor(world.actor("amina")):
        job = papers.request_paper(
            actor=world.actor("amina"), paper=Paper.REGISTER, **_asked(world, "UMU-S2")
        )
    run_job(job.pk)
    amina, agnes, beatrice = (world.actor(name) for name in ("amina", "agnes", "beatrice"))
    with as_actor(amina):
        assert paper_file(amina, job.pk).size_bytes > 1_000
    for actor in (agnes, beatrice):
        with as_actor(actor), pytest.raises(NotFound):
            paper_file(actor, job.pk)
    with as_actor(amina), pytest.raises(NotFound):
        paper_file(amina, uuid4())


def test_a_pile_of_blank_forms_is_made_by_a_job(own_database) -> None:
    """Sent by the form of the page; opened by whoever asked, numbered on."""
    client = Client()
    client.post("/compte/login/", {"login": "agnes", "password": PASSWORD})
    sent = {"paper": "bulletins-vierges", "unit": own_database.units["UMU-S1"], "year": 2025}
    few = client.post("/menages/imprimer/", {**sent, "count": 20})
    assert few["Location"].startswith("/menages/imprimer/bulletins-vierges.pdf")
    asked = client.post("/menages/imprimer/", {**sent, "count": 21, "first": 7})
    job_id = asked["Location"].rstrip("/").rsplit("/", 1)[1]
    run_job(UUID(job_id))
    answer = client.get(f"/fichiers/{job_id}/")
    text = _text(type("Printed", (), {"content": answer.getvalue()}))
    assert "N° UMU-S1-2025-0007" in text
    assert "N° UMU-S1-2025-0027" in text
    too_many = client.post("/menages/imprimer/", {**sent, "count": 201})
    assert too_many.status_code == 422
