"""Pages of attestations: typed, sent, found again, explained, their papers read and traced."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from claims.models import Claim, ClaimAttachment, PrivateReading
from claims.rules.states import State
from claims.services.attestations import enter_claim
from federations.tenancy.scope import open_scope
from tests.claims.entering import an_entry, give_books
from tests.world import World

SignIn = Callable[[str], Client]


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _typed(world: World, **changes: str) -> dict[str, str]:
    return {
        "facility_id": str(world.facilities["FS-T001"]),
        "stub": "KIN-000001",
        "member": "UMU-1001-0",
        "care_kind": "outpatient",
        "starts_on": "2025-06-10",
        "received_on": "2025-06-20",
        "reason": "PALU",
        "lines.1.act": "cons",
        "lines.1.unit_price_francs": "1 000",
        "lines.3.act": "PARA",
        "lines.3.quantity": "2,5",
        "lines.3.unit_price_francs": "500",
        **changes,
    }


def _page(world: World, facility: str = "FS-T001") -> str:
    return f"/soins/saisie/?formation={world.facilities[facility]}"


def _entered(world: World, *, submit: bool = True, by: str = "albert") -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=an_entry(world), submit=submit)


def test_a_centre_chooses_its_facility_first(care: World, sign_in: SignIn) -> None:
    page = sign_in("albert").get("/soins/saisie/").content.decode()
    assert "CDS Mutoyi" in page
    assert "Hôpital Gitega" in page


def test_the_next_stub_is_proposed_and_the_pile_goes_on(care: World, sign_in: SignIn) -> None:
    albert = sign_in("albert")
    assert 'value="KIN-000001"' in albert.get(_page(care)).content.decode()
    answer = albert.post(_page(care), _typed(care), follow=True)
    page = answer.content.decode()
    assert "KIN-000001 : 2\u202f250\u00a0FBu demandés, 1\u202f800\u00a0FBu à la charge" in page
    assert 'value="KIN-000002"' in page
    assert 'value="2025-06-20"' in page
    with open_scope(care.actor("albert"), source="essai"):
        claim = Claim.objects.get()
        assert list(claim.lines.values_list("position", "asked_francs")) == [(1, 1_000), (2, 1_250)]


def test_refused_it_says_where_and_keeps_what_was_typed(care: World, sign_in: SignIn) -> None:
    sent = _typed(care, member="UMU-9999-9", **{"lines.3.act": "XYZ", "lines.3.quantity": "-1"})
    answer = sign_in("albert").post(_page(care), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"member", "lines.2.act", "lines.2.quantity"}
    assert 'value="XYZ"' in page
    assert 'href="#id_lines.2.act"' in page
    with open_scope(care.actor("albert"), source="essai"):
        assert not Claim.objects.exists()


def test_a_line_half_typed(care: World, sign_in: SignIn) -> None:
    sent = _typed(care, **{"lines.3.unit_price_francs": ""})
    form = sign_in("albert").post(_page(care), sent).context["form"]
    assert form.errors["lines.2.unit_price_francs"] == ["Ligne 2 : le prix manque."]


def test_likeness_is_asked_about_on_the_page(care: World, sign_in: SignIn) -> None:
    albert = sign_in("albert")
    albert.post(_page(care), _typed(care))
    again = _typed(care, stub="KIN-000002")
    page = albert.post(_page(care), again).content.decode()
    assert "deux attestations différentes" in page
    assert albert.post(_page(care), {**again, "is_distinct": "on"}).status_code == 302


def test_more_lines_without_scripts(care: World, sign_in: SignIn) -> None:
    sent = _typed(care, **{f"lines.{n}.act": "CONS" for n in range(1, 5)}, more="1")
    page = sign_in("albert").post(_page(care), sent).content.decode()
    assert "lines.5.act" in page
    with open_scope(care.actor("albert"), source="essai"):
        assert not Claim.objects.exists()


def test_kept_without_being_sent(care: World, sign_in: SignIn) -> None:
    albert = sign_in("albert")
    page = albert.post(_page(care), _typed(care, keep="1"), follow=True).content.decode()
    assert "gardée sans être transmise" in page
    with open_scope(care.actor("albert"), source="essai"):
        claim = Claim.objects.get()
    address = f"/soins/attestations/2025/{claim.pk}/"
    assert "Transmettre" in albert.get(address).content.decode()
    page = albert.post(f"{address}transmettre/", follow=True).content.decode()
    assert "Transmise." in page
    assert "Décision n° 1" in page


@pytest.mark.parametrize("username", ["fabrice", "albert"])
def test_the_entry_names_nobody(username: str, care: World, sign_in: SignIn) -> None:
    """A household's number, of the own federation or another: its people are the check's."""
    client = sign_in(username)
    for number in ("UMU-1001", "INE-1001"):
        page = client.post(_page(care), _typed(care, member=number))
        text = page.content.decode()
        assert (page.status_code, "plusieurs personnes" in text) == (422, True)
        assert "Kéza" not in text
        assert f"{number}-1" not in text


def test_sums_beside_the_papers(care: World, sign_in: SignIn) -> None:
    albert = sign_in("albert")
    sent = _typed(care, told_total_francs="2 300", **{"lines.1.unit_price_francs": "1 200"})
    page = albert.post("/soins/saisie/calcul/", sent).content.decode()
    assert "2\u202f450\u00a0FBu" in page
    assert "prix convenu 1\u202f000\u00a0FBu" in page
    assert "150\u00a0FBu d’écart" in page
    same = {**sent, "told_total_francs": "2450"}
    assert (
        "Le total écrit est le même" in albert.post("/soins/saisie/calcul/", same).content.decode()
    )


def test_acts_by_code_and_by_name(care: World, sign_in: SignIn) -> None:
    albert = sign_in("albert")
    for typed in ("con", "paracetamol", "hospitalisation jour"):
        assert (
            "<option" in albert.get("/soins/saisie/actes/", {"lines.2.act": typed}).content.decode()
        )
    assert (
        "<option" not in albert.get("/soins/saisie/actes/", {"lines.2.act": "zzz"}).content.decode()
    )


def test_the_member_and_the_rights_of_the_day(care: World, sign_in: SignIn) -> None:
    albert = sign_in("albert")
    asked = {"member": "INE-1001-0", "starts_on": "2025-06-10"}
    page = albert.get("/soins/saisie/membre/", asked).content.decode()
    assert "Inezaa Kéza" in page
    assert "droits ouverts" in page
    assert "Personne" in albert.get("/soins/saisie/membre/", {"member": "X-1"}).content.decode()
    wrong = {"member": "INE-1001-0", "starts_on": "hier"}
    assert "pas une date" in albert.get("/soins/saisie/membre/", wrong).content.decode()


def test_a_facility_types_its_own(care: World, sign_in: SignIn) -> None:
    fabrice = sign_in("fabrice")
    page = fabrice.get("/soins/saisie/?membre=UMU-1001-0").content.decode()
    assert 'value="UMU-1001-0"' in page
    assert 'value="KIN-000001"' in page
    answer = fabrice.post("/soins/saisie/", _typed(care), follow=True)
    assert "transmise" in answer.content.decode()
    with open_scope(care.actor("fabrice"), source="essai"):
        claim = Claim.objects.get()
        assert (claim.source, claim.received_on.isoformat()) == ("facility", "2025-06-30")


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        ("albert", True),
        ("amina", True),
        ("agnes", True),
        ("annick", True),
        ("fabrice", True),
        ("medard", True),
        ("arthur", True),
        ("bernard", False),
        ("beatrice", False),
    ],
)
def test_the_list_and_the_page(username: str, sees: bool, care: World, sign_in: SignIn) -> None:
    claim = _entered(care)
    client = sign_in(username)
    page = client.get("/soins/attestations/").content.decode()
    assert ("KIN-000001" in page) is sees
    answer = client.get(f"/soins/attestations/2025/{claim.pk}/")
    assert answer.status_code == (200 if sees else 404)


def test_a_visitors_home_finds_the_care_among_its_members(care: World, sign_in: SignIn) -> None:
    actor = care.actor("albert")
    with open_scope(actor, source="essai"):
        enter_claim(actor=actor, entry=an_entry(care, member="INE-1001-0"), submit=True)
    bernard = sign_in("bernard")
    assert "KIN-000001" not in bernard.get("/soins/attestations/").content.decode()
    page = bernard.get("/soins/attestations/?cote=membres").content.decode()
    assert "KIN-000001" in page
    assert "Inezaa Kéza" in page
    assert "Inezaa Kéza" in sign_in("albert").get("/soins/attestations/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=kin 1", True),
        ("q=KIN-000002", False),
        ("q=UMU-1001-0", True),
        ("q=UMU-1001", True),
        ("q=UMU-1002-0", False),
        ("q=Keza", False),
        ("facility=mutoyi", True),
        ("facility=FS-T002", False),
        ("state=decided", True),
        ("state=paid", False),
        ("month=6", True),
        ("month=5", False),
        ("source=centre", True),
        ("annee=2024", False),
    ],
)
def test_filters(query: str, found: bool, care: World, sign_in: SignIn) -> None:
    _entered(care)
    page = sign_in("albert").get(f"/soins/attestations/?{query}").content.decode()
    assert ("Mutoyi</td>" in page) is found


def test_the_export_is_the_list(care: World, sign_in: SignIn) -> None:
    _entered(care)
    sheet = sign_in("albert").get("/soins/attestations/?export=csv").content.decode("utf-8-sig")
    titles, row = sheet.splitlines()
    assert titles.split(";")[0] == "Souche"
    assert row.split(";")[:7] == [
        "KIN-000001", "2025-06-10", "2025-06-20", "UMU-1001-0", "Umucoa Kéza", "CDS Mutoyi", "1000",
    ]  # fmt: skip


def test_each_franc_is_explained(care: World, sign_in: SignIn) -> None:
    claim = _entered(care)
    page = sign_in("albert").get(f"/soins/attestations/2025/{claim.pk}/").content.decode()
    assert "ticket modérateur 20\u202f% : 200\u00a0FBu à la charge du patient" in page
    assert "800\u00a0FBu à la mutuelle, 200\u00a0FBu au patient" in page
    for word in ("Saisie", "transmise", "contrôlée", "décidée", "Umucoa Kéza, UMU-1001-0"):
        assert word.lower() in page.lower()
    assert "Paludisme" not in page


def test_the_reason_is_read_by_few_and_each_reading_is_kept(
    care: World, sign_in: SignIn, behind_the_wall: Callable
) -> None:
    claim = _entered(care)
    address = f"/soins/attestations/2025/{claim.pk}/motif/"
    for username in ("albert", "amina", "agnes", "arthur"):
        assert sign_in(username).get(address).status_code == 403
    for username in ("annick", "medard", "fabrice"):
        assert "Paludisme" in sign_in(username).get(address).content.decode()
    with behind_the_wall():
        kept = PrivateReading.objects.order_by("pk").values_list("read_by", "read_as")
        assert list(kept) == [
            ("Annick Kaneza", "advising_nurse"),
            ("Médard Ndayizeye", "medical_adviser"),
            ("Fabrice Manirakiza", "facility_user"),
        ]


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (20, 20), "white").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("username", ["albert", "fabrice"])
def test_a_paper_is_attached_and_read_by_few(
    username: str, care: World, sign_in: SignIn, behind_the_wall: Callable
) -> None:
    claim = _entered(care)
    address = f"/soins/attestations/2025/{claim.pk}/"
    # As heavy as telephones make them: more than a PDF may be.
    photo = _picture() + bytes(6 * 1024 * 1024)
    sent = {"title": "Ordonnance", "file": SimpleUploadedFile("x.exe", photo)}
    answer = sign_in(username).post(f"{address}joindre/", sent, follow=True)
    assert "La pièce est jointe" in answer.content.decode()
    with behind_the_wall():
        paper = ClaimAttachment.objects.get()
        assert (paper.content_type, len(paper.content) < 1024) == ("image/jpeg", True)
    assert sign_in("albert").get(f"{address}pieces/{paper.pk}/").status_code == 403
    answer = sign_in("annick").get(f"{address}pieces/{paper.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment")
    with behind_the_wall():
        assert PrivateReading.objects.get().what == "paper"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00 un programme", "ni un PDF ni une photo lisible"),
        (b"%PDF-" + b"x" * 6_000_000, "5 Mo"),
    ],
)
def test_a_paper_that_is_none(
    content: bytes, words: str, care: World, sign_in: SignIn, behind_the_wall: Callable
) -> None:
    claim = _entered(care)
    sent = {"title": "Ordonnance", "file": SimpleUploadedFile("x.pdf", content)}
    answer = sign_in("albert").post(f"/soins/attestations/2025/{claim.pk}/joindre/", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with behind_the_wall():
        assert not ClaimAttachment.objects.exists()


def test_corrected_cancelled_and_replaced_from_the_page(care: World, sign_in: SignIn) -> None:
    claim, albert = _entered(care, submit=False), sign_in("albert")
    address = f"/soins/attestations/2025/{claim.pk}/"
    page = albert.get(f"{address}corriger/").content.decode()
    assert 'value="UMU-1001-0"' in page
    sent = _typed(care, version="1", **{"lines.1.unit_price_francs": "900"})
    assert albert.post(f"{address}corriger/", sent).status_code == 302
    assert albert.post(f"{address}corriger/", sent).status_code == 422
    albert.post(f"{address}transmettre/")
    with open_scope(care.actor("albert"), source="essai"):
        version = Claim.objects.get().version
    sent |= {"version": str(version), "because": "prix relu"}
    answer = albert.post(f"{address}remplacer/", sent, follow=True)
    page = answer.content.decode()
    assert "où la mutuelle payait" in page
    assert "0\u00a0FBu de différence" in page
    assert "une autre sous la même souche" in albert.get(address).content.decode()
    with open_scope(care.actor("albert"), source="essai"):
        states = Claim.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [State.SUPERSEDED, State.DECIDED]


def test_cancelled_from_the_page(care: World, sign_in: SignIn) -> None:
    claim, albert = _entered(care, submit=False), sign_in("albert")
    address = f"/soins/attestations/2025/{claim.pk}/"
    assert 'name="version" value="1"' in albert.get(f"{address}annuler/").content.decode()
    page = albert.post(
        f"{address}annuler/", {"because": "saisie deux fois", "version": "1"}, follow=True
    ).content.decode()
    assert "saisie deux fois" in page


def test_the_search_over_everything_finds_a_stub(care: World, sign_in: SignIn) -> None:
    claim = _entered(care)
    address = f"/soins/attestations/2025/{claim.pk}/"
    for username in ("albert", "fabrice"):
        answer = sign_in(username).get("/recherche/", {"q": "kin 1"}, follow=True)
        found = answer.redirect_chain[-1][0] if answer.redirect_chain else ""
        assert address in (found or answer.content.decode())
    answer = sign_in("bernard").get("/recherche/", {"q": "kin 1"}, follow=True)
    assert address not in answer.content.decode()
