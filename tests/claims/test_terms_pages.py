"""The pages of the terms of care, as people open and send them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from claims.models import (
    Act,
    Agreement,
    BenefitPackage,
    ControlTerms,
    PackageClause,
    StubBook,
    Tariff,
)
from claims.rules.clauses import SHAPES, TARGET
from claims.services.agreements import AgreementTerms, sign_agreement
from claims.services.catalogue import ActDetails, add_act
from tests.claims.care import CONSULTATION, DRUG, give_terms
from tests.world import World

LISTS = ("actes", "motifs", "tarifs", "conventions", "carnets", "paquets")


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _text(answer) -> str:
    return " ".join(answer.content.decode().replace("\u202f", " ").replace("\xa0", " ").split())


def _send(client: Client, path: str, data: dict, *, refused: bool = False) -> str:
    answer = client.post(path, data, follow=True)
    assert (answer.status_code == 422) is refused, _text(answer)
    return _text(answer)


@pytest.mark.parametrize("username", ["clara", "amina", "agnes", "albert", "fabrice", "annick",
                                      "medard", "arthur"])  # fmt: skip
def test_each_list_opens_for_those_who_work_with_it(care: World, sign_in, username: str) -> None:
    client = sign_in(username)
    for name in LISTS:
        answer = client.get(f"/soins/{name}/")
        assert answer.status_code == 200, name
    assert "Consultation" in _text(client.get("/soins/actes/"))
    csv = client.get("/soins/tarifs/?export=csv").content.decode("utf-8-sig")
    assert csv.splitlines()[0].startswith("Code;Acte;Formation sanitaire;Type")
    assert "hôpital" in csv


def test_a_facility_does_not_learn_what_is_accepted_unread(care: World, sign_in) -> None:
    assert sign_in("fabrice").get("/soins/regles-de-controle/").status_code == 403
    assert "20 000 FBu" in _text(sign_in("amina").get("/soins/regles-de-controle/"))


def test_an_act_is_added_priced_and_withdrawn(care: World, sign_in, as_actor) -> None:
    client = sign_in("amina")
    sent = {"code": "inj", "name": "Injection", "family": "care"}
    shown = _send(client, "/soins/actes/ajouter/", sent)
    assert "donnez-lui un tarif" in shown
    assert "Ce code est déjà celui" in _send(client, "/soins/actes/ajouter/", sent, refused=True)
    price = {"act": "INJ", "price_francs": "100", "starts_on": "2025-01-01"}
    assert "100 FBu" in _send(client, "/soins/tarifs/fixer/", price)
    shown = _send(client, "/soins/tarifs/fixer/", {**price, "price_francs": "120"}, refused=True)
    assert "vaut déjà dès le 1er janvier 2025" in shown
    with as_actor(care.actor("amina")):
        act, networks = Act.objects.get(code="INJ"), Act.objects.get(code=CONSULTATION)
    _send(client, f"/soins/actes/{act.pk}/retirer/", {"closed_on": "2025-05-01"})
    assert "INJ" in _text(client.get("/soins/actes/?state=closed"))
    assert "INJ" not in _text(client.get("/soins/actes/?state=open"))
    late = {**price, "starts_on": "2025-06-01", "level": "CDS"}
    assert "retiré du catalogue" in _send(client, "/soins/tarifs/fixer/", late, refused=True)
    _send(client, f"/soins/actes/{act.pk}/reprendre/", {})
    # The network's own are CONAMUS's to change.
    page = _text(client.get(f"/soins/actes/{networks.pk}/"))
    assert "Tenu par Conamus" in page
    assert "Corriger" not in page
    given = {"name": "X", "family": "care"}
    assert client.post(f"/soins/actes/{networks.pk}/corriger/", given).status_code == 403


def test_which_price_holds_and_why(care: World, sign_in) -> None:
    asked = {"act": CONSULTATION, "facility": "hôpital gitega", "on": "2025-03-01"}
    shown = _text(sign_in("agnes").get("/soins/tarifs/prix/", asked))
    assert "2 000 FBu" in shown
    assert "C’est le plus proche : tarif hôpital, de Conamus, dès le 1er janvier 2025." in shown
    shown = _text(sign_in("agnes").get("/soins/tarifs/prix/", {**asked, "on": "2024-03-01"}))
    assert "aucun prix convenu" in shown
    shown = _text(sign_in("agnes").get("/soins/tarifs/prix/", {**asked, "act": "RIEN"}))
    assert "Aucun acte du catalogue" in shown
    assert 'value="FS-T001"' in _text(sign_in("fabrice").get("/soins/tarifs/prix/"))


def test_a_price_is_changed_from_its_page(care: World, sign_in, as_actor) -> None:
    client = sign_in("clara")
    with as_actor(care.actor("clara")):
        row = Tariff.objects.get(act__code=DRUG)
    path = f"/soins/tarifs/{row.pk}"
    shown = _send(client, f"{path}/changer/", {"price_francs": "600", "starts_on": "2025-07-01"})
    assert "600 FBu" in shown
    assert "dès le 1er janvier 2025 jusqu’au 1er juillet 2025 exclu" in shown
    answer = client.get(f"{path}/changer/")
    assert answer.status_code == 200
    page = _text(sign_in("amina").get(f"{path}/"))
    assert "Changer le prix" not in page


def test_what_holds_in_place_of_a_withdrawn_price_is_said_before(
    care: World, sign_in, as_actor
) -> None:
    client = sign_in("clara")
    with as_actor(care.actor("clara")):
        row = Tariff.objects.get(act__code=DRUG)
    sent = {"price_francs": "600", "starts_on": "2025-07-01"}
    _send(client, f"/soins/tarifs/{row.pk}/changer/", sent)
    with as_actor(care.actor("clara")):
        coming = Tariff.objects.get(act__code=DRUG, starts_on=date(2025, 7, 1))
    path = f"/soins/tarifs/{coming.pk}/supprimer/"
    assert "Le prix d’avant, 500 FBu, continue à sa place, sans fin." in _text(client.get(path))
    _send(client, path, {})
    with as_actor(care.actor("clara")):
        row.refresh_from_db()
        assert row.ends_on is None
        alone = Tariff(
            tenant_id=row.tenant_id, act_id=row.act_id, level="CDS", price_francs=90,
            starts_on=date(2025, 7, 1),
        )  # fmt: skip
        alone.save()
    page = _text(client.get(f"/soins/tarifs/{alone.pk}/supprimer/"))
    assert "À sa place, le tarif le plus proche après lui vaut, ou aucun." in page


def test_a_suspension_to_come_is_withdrawn_from_the_agreements_page(
    care: World, sign_in, as_actor
) -> None:
    client, amina = sign_in("amina"), care.actor("amina")
    place = care.facilities["FS-T001"]
    with as_actor(amina):
        terms = AgreementTerms(facility_id=place, starts_on=date(2025, 1, 1))
        row = sign_agreement(actor=amina, terms=terms)
    path = f"/soins/conventions/{row.pk}"
    _send(client, f"{path}/suspendre/", {"starts_on": "2025-06-30", "ends_on": "2025-07-02",
                                         "reason": "Visite"})  # fmt: skip
    _send(client, f"{path}/suspendre/", {"starts_on": "2025-08-01", "reason": "Autre centre"})
    with as_actor(amina):
        began, coming = (pause.pk for pause in row.suspensions.order_by("starts_on"))
    page = client.get(f"{path}/").content.decode()
    withdraw = f"{path}/suspensions/{coming}/retirer/"
    assert withdraw in page
    assert f"/suspensions/{began}/retirer/" not in page
    said = _text(client.get(withdraw))
    assert "Elle commencerait le 1er août 2025 : Autre centre." in said
    assert "Autre centre" not in _send(client, withdraw, {})
    with as_actor(amina):
        assert [pause.pk for pause in row.suspensions.all()] == [began]


def test_an_agreement_to_come_is_withdrawn_from_its_page(care: World, sign_in, as_actor) -> None:
    client, amina = sign_in("amina"), care.actor("amina")
    sent = {"facility": "FS-T001", "starts_on": "2025-08-01", "payment_term_days": "30"}
    _send(client, "/soins/conventions/signer/", sent)
    with as_actor(amina):
        path = f"/soins/conventions/{Agreement.objects.get().pk}"
    assert f"{path}/retirer/" in client.get(f"{path}/").content.decode()
    said = _text(client.get(f"{path}/retirer/"))
    assert "Elle commencerait le 1er août 2025" in said
    _send(client, f"{path}/retirer/", {})
    with as_actor(amina):
        assert not Agreement.objects.exists()


def test_an_agreement_from_signing_to_renewal(care: World, sign_in, as_actor) -> None:
    client = sign_in("amina")
    sent = {"facility": "FS-T001", "starts_on": "2025-01-01", "payment_term_days": "30"}
    shown = _send(client, "/soins/conventions/signer/", {**sent, "facility": "X"}, refused=True)
    assert "Aucune formation sanitaire ne s’appelle" in shown
    assert "Convention avec CDS Mutoyi" in _send(client, "/soins/conventions/signer/", sent)
    with as_actor(care.actor("amina")):
        path = f"/soins/conventions/{Agreement.objects.get().pk}"
    pause = {"starts_on": "2025-06-01", "reason": "Factures non jointes"}
    assert "suspendue" in _send(client, f"{path}/suspendre/", pause)
    assert "suspendue" in _text(client.get("/soins/conventions/?state=suspended"))
    assert "en vigueur" in _send(client, f"{path}/reprendre/", {"ends_on": "2025-06-15"})
    end = {"ends_on": "2026-01-01", "because": "Terme"}
    _send(client, f"{path}/finir/", end)
    shown = _send(client, f"{path}/renouveler/", {"number": "2/2026"})
    assert "commence le 1er janvier 2026" in shown
    assert client.get(f"{path}/corriger/").status_code == 200


def test_a_paper_is_kept_and_given_back_to_its_federation_alone(
    care: World, sign_in, as_actor
) -> None:
    bernard = care.actor("bernard")
    with as_actor(bernard):
        terms = AgreementTerms(facility_id=care.facilities["FS-T001"], starts_on=date(2025, 1, 1))
        row = sign_agreement(actor=bernard, terms=terms)
    client, path = sign_in("bernard"), f"/soins/conventions/{row.pk}"
    paper = SimpleUploadedFile("signée.pdf", b"%PDF-1.7 essai")
    shown = _send(client, f"{path}/documents/joindre/", {"title": "Signée", "file": paper})
    link = shown.split(f'href="{path}/documents/')[1].split('"')[0]
    answer = client.get(f"{path}/documents/{link}")
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7 essai", "application/pdf")
    facility = sign_in("fabrice")
    page = _text(facility.get(f"{path}/"))
    assert "Signée, joint le" in page
    assert f"{path}/documents/{link}" not in page
    assert facility.get(f"{path}/documents/{link}").status_code == 404
    assert sign_in("amina").get(f"{path}/").status_code == 404


def test_a_book_is_issued_and_withdrawn(care: World, sign_in, as_actor) -> None:
    client = sign_in("amina")
    book = {"facility": "FS-T001", "prefix": "KIN", "first_number": "1", "last_number": "50",
            "issued_on": "2025-02-01"}  # fmt: skip
    shown = _send(client, "/soins/carnets/remettre/", book, refused=True)
    assert "n’en a jamais signé" in shown
    taken = {**book, "is_take_on": "on"}
    assert "000050" in _send(client, "/soins/carnets/remettre/", taken)
    shown = _send(client, "/soins/carnets/remettre/", {**taken, "first_number": "50"}, refused=True)
    assert "Deux carnets contiennent la souche KIN-000050" in shown
    with as_actor(care.actor("amina")):
        pk = StubBook.objects.get().pk
    _send(client, f"/soins/carnets/{pk}/retirer/", {"withdrawn_on": "2025-06-01"})
    assert "KIN" in _text(client.get("/soins/carnets/?is_withdrawn=yes&number=12"))
    assert "Retirer" not in _text(sign_in("agnes").get("/soins/carnets/"))


def _package(care: World, as_actor, **more: object) -> int:
    with as_actor(care.actor("amina")):
        return BenefitPackage.objects.filter(**more).latest("pk").pk


def test_a_package_in_words_with_what_differs(care: World, sign_in, as_actor) -> None:
    client = sign_in("amina")
    template = _package(care, as_actor)
    page = _text(client.get(f"/soins/paquets/{template}/"))
    for sentence in (
        "Secteur public : la mutuelle paie 80 %.",
        "Secteur privé : la mutuelle paie 50 %.",
        "la mutuelle paie au plus 200 000 FBu par séjour.",
        "Tous les soins : exclu pour une maladie chronique (maladie chronique).",
        "État (gratuité) paie 100 %.",
        "Une attestation reçue plus de 90 jours après les soins n’est pas payée.",
    ):
        assert sentence in page, sentence
    sent = {"year": "2026", "source": str(template)}
    shown = _send(client, "/soins/paquets/preparer/", sent)
    draft = _package(care, as_actor, year_id=2026)
    path = f"/soins/paquets/{draft}"
    assert "Il dit la même chose." not in shown
    rate = {"percent": "90", "ownership": "public"}
    shown = _send(client, f"{path}/clauses/ajouter/rate/", rate)
    assert "Taux n° 4 : Aussi proche que le n° 1" in shown
    shown = _send(client, f"{path}/en-vigueur/", {"in_force_from": "2026-01-01"}, refused=True)
    assert "Aussi proche que le n° 1" in shown


def test_two_strengths_of_one_medicine_are_told_apart(care: World, sign_in, as_actor) -> None:
    clara = care.actor("clara")
    with as_actor(clara):
        for code, strength in (("AMX250", "250 mg"), ("AMX500", "500 mg")):
            act = add_act(
                actor=clara,
                code=code,
                details=ActDetails(name="Amoxicilline", family="medicine", strength=strength),
            )
        limit = {"kind": "limit", "quantity": 10, "scope": "episode", "act": act}
        PackageClause(
            tenant_id=clara.tenant_id, package=BenefitPackage.objects.get(), **limit
        ).save()
    page = _text(sign_in("amina").get(f"/soins/paquets/{_package(care, as_actor)}/"))
    assert "Amoxicilline 500 mg : " in page
    assert "Amoxicilline : " not in page


def test_a_package_without_a_rate_says_so_before_and_after(care: World, sign_in, as_actor) -> None:
    client = sign_in("clara")
    _send(client, "/soins/paquets/preparer/", {"year": "2026", "source": ""})
    path = f"/soins/paquets/{_package(care, as_actor, year_id=2026)}"
    fault = "Le paquet n’a aucun taux : rien ne pourrait être payé."
    assert fault in _text(client.get(f"{path}/"))
    day = {"in_force_from": "2026-01-01"}
    assert fault in _send(client, f"{path}/en-vigueur/", day, refused=True)
    shown = _send(client, f"{path}/clauses/ajouter/rate/", {"percent": "80"})
    assert "Tous les soins : la mutuelle paie 80 %." in shown
    assert fault not in shown
    _send(client, f"{path}/delais/", {"late_after_days": "", "accepts_unpriced": "on"})
    shown = _send(client, f"{path}/en-vigueur/", day)
    assert "Vaut pour les soins donnés dès le 1er janvier 2026" in shown
    assert "Une attestation est acceptée quel que soit le jour" in shown
    assert "Ajouter : plafond" not in shown
    assert "Adopter tel quel" in _text(sign_in("amina").get(f"{path}/"))
    _send(sign_in("amina"), "/soins/paquets/adopter/?annee=2026", {})


@pytest.mark.parametrize("kind", list(SHAPES))
def test_a_clause_form_shows_only_what_its_kind_needs(
    care: World, sign_in, as_actor, kind: str
) -> None:
    client = sign_in("amina")
    sent = {"year": "2025", "source": str(_package(care, as_actor))}
    _send(client, "/soins/paquets/preparer/", sent)
    path = f"/soins/paquets/{_package(care, as_actor, year_id=2025)}"
    form = client.get(f"{path}/clauses/ajouter/{kind}/").context["form"]
    asked = set(form.fields) - {"submission_key", "opened_by"}
    assert asked == {*SHAPES[kind].says, *TARGET}
    assert {name for name in asked if form.fields[name].required} == set(SHAPES[kind].needs)


def test_a_clause_is_changed_and_taken_out(care: World, sign_in, as_actor) -> None:
    client = sign_in("amina")
    sent = {"year": "2025", "source": str(_package(care, as_actor))}
    _send(client, "/soins/paquets/preparer/", sent)
    amina = care.actor("amina")
    with as_actor(amina):
        row = BenefitPackage.objects.get(tenant_id=amina.tenant_id)
        clause = row.clauses.get(kind="ceiling", scope="stay")
    path = f"/soins/paquets/{row.pk}/clauses/{clause.pk}/"
    assert client.get(path).context["form"].initial["francs"] == 200_000
    changed = {"francs": "250 000", "scope": "stay", "care_kind": "stay"}
    assert "au plus 250 000 FBu par séjour" in _send(client, path, changed)
    shown = _send(client, f"{path}retirer/", {})
    assert "250 000" not in shown
    assert client.get(f"/soins/paquets/{row.pk}/clauses/ajouter/rien/").status_code == 404


def test_the_bill_is_simulated_on_the_page(care: World, sign_in, as_actor) -> None:
    path = f"/soins/paquets/{_package(care, as_actor)}/simuler/"
    client = sign_in("fabrice")
    assert 'value="FS-T001"' in _text(client.get(path))
    bill = {
        "facility": "FS-T001", "on": "2025-03-10", "kind": "outpatient", "days": "1",
        "age": "30", "sex": "F", "act-0": CONSULTATION.lower(), "act-2": DRUG,
        "quantity-2": "3", "price-2": "600",
    }  # fmt: skip
    page = _text(client.get(path, bill))
    assert "2 800 FBu demandés" in page
    assert "la mutuelle paie 2 000 FBu" in page
    assert "prix demandé 600 FBu, prix convenu 500 FBu : 300 FBu" in page
    assert "ticket modérateur 20 % : 200 FBu à la charge du patient" in page
    assert "la mutuelle paie" in _text(client.get(path, {**bill, "act-2": ""}))
    answer = client.get(path, {**bill, "act-0": "", "act-2": ""})
    assert answer.status_code == 422
    assert "au moins une ligne" in _text(answer)
    answer = client.get(path, {**bill, "on": "2024-03-10"})
    assert "Ligne 1 : CONS n’a pas de tarif ce jour-là" in _text(answer)
    assert list(answer.context["form"].errors) == ["price-0"]
    with as_actor(care.system("CONAMUS")):
        PackageClause(
            tenant_id=care.tenants["CONAMUS"], package=BenefitPackage.objects.get(),
            kind="requirement", paper="authorisation", family="consultation", percent=0,
        ).save()  # fmt: skip
    assert "la mutuelle paie 1 200 FBu" in _text(client.get(path, bill))
    assert "la mutuelle paie 1 600 FBu" in _text(
        client.get(path, {**bill, "authorised_francs": "500"})
    )


def test_the_bill_completes_acts_by_code_and_by_name(care: World, sign_in, as_actor) -> None:
    """Every act that may be delivered is offered; what has one name needs no code."""
    with as_actor(care.system("CONAMUS")):
        for code, strength in (("AMO2", "250 mg"), ("AMO5", "500 mg")):
            Act(
                tenant_id=care.tenants["CONAMUS"],
                code=code,
                name="Amoxicilline",
                strength=strength,
                family="medicine",
            ).save()
    path = f"/soins/paquets/{_package(care, as_actor)}/simuler/"
    client = sign_in("fabrice")
    offered = client.get(path).content.decode()
    assert '<option value="CONS">Consultation</option>' in offered
    assert '<option value="AMO5">Amoxicilline 500 mg</option>' in offered
    assert 'list="codes-des-actes"' in offered
    bill = {
        "facility": "FS-T001", "on": "2025-03-10", "kind": "outpatient", "days": "1",
        "age": "30", "sex": "F", "act-0": "paracetamol 500 mg", "quantity-0": "2",
    }  # fmt: skip
    assert "1 000 FBu demandés" in _text(client.get(path, bill))
    bill["price-0"] = "100"
    assert "200 FBu demandés" in _text(client.get(path, {**bill, "act-0": "AMOXICILLINE 500 mg"}))
    several = client.get(path, {**bill, "act-0": "amoxicilline"})
    assert "écrivez le code (AMO2, AMO5)" in _text(several)
    unknown = client.get(path, {**bill, "act-0": "amoxi"})
    assert "n’a ce code ni ce nom" in _text(unknown)


def test_new_rules_of_control_from_a_day(care: World, sign_in, as_actor) -> None:
    client = sign_in("amina")
    rules = {
        "in_force_from": "2025-07-01", "accepted_below_francs": "30 000",
        "sample_percent": "2.5", "second_reader_from_francs": "20 000", "reply_days": "30",
        "contest_days": "30", "most_deferrals": "1", "deferral_days": "14",
    }  # fmt: skip
    path = "/soins/regles-de-controle/fixer/"
    assert "le plus grand des deux" in _send(client, path, rules, refused=True)
    shown = _send(client, path, {**rules, "second_reader_from_francs": "90 000"})
    assert "2,5" in shown
    # Until that day CONAMUS's hold.
    assert "au-dessous de 20 000 FBu (Conamus)" in shown
    past = {**rules, "second_reader_from_francs": "90 000", "in_force_from": "2025-06-01"}
    assert "dès aujourd’hui" in _send(client, path, past, refused=True)
    with as_actor(care.actor("amina")):
        row = ControlTerms.objects.get(tenant_id=care.tenants["UMUCO"])
    assert (row.most_deferrals, row.deferral_days) == (1, 14)
