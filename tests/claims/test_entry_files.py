"""Attestations brought by file: row by row, and the same file twice changes nothing."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from claims.models import Claim, ClaimLine
from claims.services.attestation_files import Brought, bring_attestations
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.entering import give_books
from tests.world import World

HEADINGS = [
    "Souche", "Formation sanitaire", "Membre", "Soins du", "Reçue le", "Acte", "Quantité",
    "Prix unitaire",
]  # fmt: skip
GOOD = [
    ["KIN-000001", "FS-T001", "UMU-1001-0", "10/06/2025", "20/06/2025", "CONS", "1", "1000"],
    ["", "", "", "", "", "PARA", "2,5", "500"],
    ["KIN-000002", "FS-T001", "INE-1001-0", "2025-06-11", "20/06/2025", "CONS", "", "1 000"],
]


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _csv(*rows: list[str], headings: list[str] = HEADINGS) -> bytes:
    return "\r\n".join(";".join(row) for row in (headings, *rows)).encode("utf-8-sig")


def _bring(
    world: World, content: bytes, *, by: str = "albert", all_or_nothing: bool = False
) -> Brought:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return bring_attestations(actor=actor, content=content, all_or_nothing=all_or_nothing)


def _stored(world: World) -> list[tuple[str, str, int]]:
    with open_scope(world.system("UMUCO"), source="essai"):
        rows = Claim.objects.order_by("stub_number")
        return list(rows.values_list("stub_number", "state", "asked_francs"))


def test_a_file_is_entered_and_sent(care: World) -> None:
    brought = _bring(care, _csv(*GOOD))
    assert (brought.entered, brought.known, brought.refused, brought.errors) == (2, 0, 0, ())
    assert _stored(care) == [("KIN-000001", "decided", 2_250), ("KIN-000002", "decided", 1_000)]
    with open_scope(care.system("UMUCO"), source="essai"):
        assert set(Claim.objects.values_list("source", flat=True)) == {"file"}
        assert ClaimLine.objects.count() == 3


def test_the_same_file_again_changes_nothing(care: World) -> None:
    _bring(care, _csv(*GOOD))
    before = _stored(care)
    brought = _bring(care, _csv(*GOOD))
    assert (brought.entered, brought.known, brought.refused) == (0, 2, 0)
    assert _stored(care) == before


FAULTY = [
    GOOD[0],
    ["", "", "", "", "", "XYZ", "beaucoup", ""],
    ["KIN-000002", "FS-9", "INE-1001-0", "31/02/2025", "", "CONS", "", "1000"],
    ["KIN-000003", "FS-T001", "UMU-9999-9", "10/06/2025", "20/06/2025", "CONS", "1", "1000"],
    ["KIN-000004", "FS-T001", "UMU-1002-0", "10/06/2025", "20/06/2025", "CONS", "1", "1000"],
    ["", "", "UMU-1001-0", "", "", "PARA", "1", "500"],
    ["KIN-000005", "FS-T001", "UMU-1002-0", "10/06/2025", "20/06/2025", "CONS", "1", "1000"],
]


def test_each_fault_at_its_row_and_column(care: World) -> None:
    brought = _bring(care, _csv(*FAULTY))
    assert (brought.entered, brought.refused) == (1, 4)
    assert {(one.number, one.column) for one in brought.errors} == {
        (3, "Prix unitaire"),
        (3, "Quantité"),
        (4, "Formation sanitaire"),
        (4, "Soins du"),
        (5, "Membre"),
        (7, "Membre"),
    }
    assert [stub for stub, _, _ in _stored(care)] == ["KIN-000005"]


def test_or_nothing_at_all(care: World) -> None:
    brought = _bring(care, _csv(*FAULTY), all_or_nothing=True)
    assert (brought.is_loaded, brought.entered, brought.refused) == (False, 0, 4)
    assert _stored(care) == []


def test_a_corrected_file_adds_what_was_missing(care: World) -> None:
    _bring(care, _csv(*FAULTY))
    brought = _bring(care, _csv(*GOOD, FAULTY[-1]))
    assert (brought.entered, brought.known, brought.refused) == (2, 1, 0)


def test_a_workbook_with_real_dates(care: World) -> None:
    book = Workbook()
    for row in (HEADINGS, *GOOD[:2]):
        book.active.append(row)
    buffer = BytesIO()
    book.save(buffer)
    assert _bring(care, buffer.getvalue()).entered == 1


def test_a_facility_brings_its_own(care: World) -> None:
    rows = [[*row[:1], "", *row[2:]] for row in GOOD]
    brought = _bring(care, _csv(*rows), by="fabrice")
    assert (brought.entered, brought.refused) == (2, 0)
    assert {state for _, state, _ in _stored(care)} == {"submitted"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "pas un tableau lisible"),
        (b"", "vide"),
        (_csv(["1", "2", "3"], headings=["Souche", "Membre", "Nom"]), "manquent"),
        (_csv(*[GOOD[0]] * 1_001), "Plus de 1000 lignes"),
    ],
)
def test_a_file_that_is_none(content: bytes, words: str, care: World) -> None:
    with pytest.raises(DomainError, match=words) as refusal:
        _bring(care, content)
    assert refusal.value.field == "file"
    assert _stored(care) == []


def test_the_page_tells_the_rows(care: World, sign_in: Callable[[str], Client]) -> None:
    albert = sign_in("albert")
    sent = {"file": SimpleUploadedFile("a.csv", _csv(*FAULTY))}
    page = albert.post("/soins/saisie/fichier/", sent).content.decode()
    assert "Enregistrées et transmises : 1 ; déjà là : 0 ; refusées : 4." in page
    assert "Personne n’a ce numéro" in page
    model = albert.get("/soins/saisie/fichier/modele.csv").content.decode("utf-8-sig")
    assert model.splitlines()[0].startswith("Souche;Formation sanitaire;Membre")
    bad = {"file": SimpleUploadedFile("a.csv", b"%PDF-")}
    assert albert.post("/soins/saisie/fichier/", bad).status_code == 422
