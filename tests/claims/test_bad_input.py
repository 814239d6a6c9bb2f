"""Bad input of an attestation, at both doors: the page says it at its field, the file at its row.

Each fault is typed on the page of the centre and brought in a file; nothing is written by either,
what was typed stays, and the words say what to do. What is not of an attestation stands in its own
tests (docs/acceptance.md names each).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from claims.models import Agreement, AgreementSuspension, Claim, StubBook
from claims.selectors.claims import paid_for
from claims.services.attestations import enter_claim
from federations.models import Unit
from federations.services.periods import lock_month
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary
from tests.claims.entering import an_entry, give_books
from tests.conftest import reading_all_tenants
from tests.world import World

PAGE = "/soins/saisie/"
GOOD = {
    "stub": "KIN-000001",
    "member": "UMU-1001-0",
    "starts_on": "2025-06-10",
    "ends_on": "",
    "received_on": "2025-06-20",
    "act": "CONS",
    "quantity": "1",
    "unit_price_francs": "1000",
}
HEADINGS = {
    "stub": "Souche",
    "facility_id": "Formation sanitaire",
    "member": "Membre",
    "starts_on": "Soins du",
    "ends_on": "Soins au",
    "received_on": "Reçue le",
    "act": "Acte",
    "quantity": "Quantité",
    "unit_price_francs": "Prix unitaire",
}
LINE = ("act", "quantity", "unit_price_francs")


def _nothing(world: World) -> None:
    """Leave the world as it is."""


def _died(world: World) -> None:
    with open_scope(world.system("UMUCO"), source="essai"):
        gone = {"died_on": date(2025, 6, 1), "left_on": date(2025, 6, 1), "left_because": "death"}
        Beneficiary.objects.filter(number="UMU-1001-0").update(**gone)


def _no_agreement_then(world: World) -> None:
    with reading_all_tenants():
        begun = Agreement.objects.filter(facility_id=world.facilities["FS-T001"])
        begun.update(starts_on=date(2025, 6, 11))


def _suspended(world: World) -> None:
    with open_scope(world.system("UMUCO"), source="essai"):
        agreement = Agreement.objects.get(facility_id=world.facilities["FS-T001"])
        AgreementSuspension(
            tenant_id=agreement.tenant_id,
            agreement=agreement,
            facility_id=agreement.facility_id,
            starts_on=date(2025, 6, 1),
            ends_on=date(2025, 6, 15),
            reason="contrôle",
        ).save()


def _used(world: World) -> None:
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        enter_claim(actor=albert, entry=an_entry(world, member="UMU-1002-0"))


def _withdrawn(world: World) -> None:
    with open_scope(world.system("UMUCO"), source="essai"):
        StubBook.objects.filter(prefix="KIN").update(withdrawn_on=date(2025, 6, 1))


def _may_is_closed(world: World) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        lock_month(actor=amina, unit=Unit.objects.get(code="UMU-C1"), month=date(2025, 5, 1))


@dataclass(frozen=True)
class Fault:
    """What is typed in place of the good values; what is said, at which field."""

    typed: dict[str, str]
    at: str
    words: str
    before: Callable[[World], None] = field(default=_nothing)


FAULTS = {
    "care after death": Fault({}, "ends_on", "décédée le 1er juin 2025", _died),
    "the end before the start": Fault({"ends_on": "2025-06-09"}, "ends_on", "avant de commencer"),
    "a future date": Fault({"starts_on": "2025-07-02"}, "starts_on", "dans le futur"),
    "received in the future": Fault({"received_on": "2025-07-02"}, "received_on", "futur"),
    "no date": Fault({"starts_on": "31/02/2025"}, "starts_on", ""),
    "an unknown act": Fault({"act": "XYZ"}, "act", "n’est pas dans le catalogue"),
    "a negative quantity": Fault({"quantity": "-1"}, "quantity", "négative"),
    "no quantity": Fault({"quantity": "0"}, "quantity", "zéro"),
    "a huge quantity": Fault({"quantity": "9999999"}, "quantity", "impossible"),
    "a stub out of range": Fault({"stub": "KIN-000501"}, "stub", "d’aucun carnet"),
    "another facility's stub": Fault({"stub": "GIT-000001"}, "stub", "d’aucun carnet"),
    "a stub used for other care": Fault({}, "stub", "a déjà servi", _used),
    "a book withdrawn": Fault({}, "stub", "retiré depuis le 1er juin 2025", _withdrawn),
    "no agreement on that day": Fault(
        {}, "facility_id", "n’a pas de convention le 10 juin 2025", _no_agreement_then
    ),
    "an agreement suspended": Fault({}, "facility_id", "suspendue le 10 juin 2025", _suspended),
    "nobody's number": Fault({"member": "UMU-9999-9"}, "member", "Personne n’a ce numéro"),
    "a closed month": Fault(
        {"starts_on": "2025-05-02", "received_on": "2025-05-20"},
        "received_on",
        "05/2025 est fermé",
        _may_is_closed,
    ),
    "no package on that day": Fault(
        {"starts_on": "2024-06-03"}, "starts_on", "Aucun paquet de prestations"
    ),
}


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _typed(fault: Fault) -> dict[str, str]:
    told = {**GOOD, **fault.typed}
    lines = {f"lines.1.{name}": told.pop(name) for name in LINE}
    return {**told, **lines, "care_kind": "outpatient"}


def _file(fault: Fault, facility: str = "FS-T001") -> bytes:
    told = {**GOOD, **fault.typed, "facility_id": facility}
    rows = [HEADINGS.values(), [told[name] for name in HEADINGS]]
    return "\r\n".join(";".join(row) for row in rows).encode("utf-8-sig")


def _count(world: World) -> int:
    with open_scope(world.system("UMUCO"), source="essai"):
        return Claim.objects.count()


@pytest.mark.parametrize("name", FAULTS)
def test_on_the_page(name: str, care: World, sign_in: Callable[[str], Client]) -> None:
    fault = FAULTS[name]
    fault.before(care)
    before = _count(care)
    address = f"{PAGE}?formation={care.facilities['FS-T001']}"
    answer = sign_in("albert").post(address, _typed(fault))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    at = f"lines.1.{fault.at}" if fault.at in LINE else fault.at
    # The facility is the page's own, not a field: what is wrong with it stands above.
    told = errors.get(at) or errors["__all__"]
    assert fault.words in " ".join(told)
    typed = _typed(fault)
    form = answer.context["form"]
    assert {key: form.data[key] for key in typed} == typed
    assert _count(care) == before


@pytest.mark.parametrize("name", FAULTS)
def test_in_a_file(name: str, care: World, sign_in: Callable[[str], Client]) -> None:
    fault = FAULTS[name]
    fault.before(care)
    before = _count(care)
    sent = {"file": SimpleUploadedFile("a.csv", _file(fault))}
    answer = sign_in("albert").post(f"{PAGE}fichier/", sent)
    told = [(one.number, one.column, one.cause) for one in answer.context["errors"]]
    assert answer.context["brought"].refused == 1
    wanted = [
        cause
        for number, column, cause in told
        if (number, column) == (2, HEADINGS[fault.at]) and fault.words in cause
    ]
    assert wanted, told
    assert _count(care) == before


@pytest.mark.parametrize("door", ["page", "file"])
def test_care_without_rights_is_entered_and_not_paid(
    door: str, care: World, sign_in: Callable[[str], Client]
) -> None:
    """The paper exists: it is kept, decided at nothing, and the sentence says why."""
    with open_scope(care.system("UMUCO"), source="essai"):
        gone = {"left_on": date(2025, 6, 1), "left_because": "left"}
        Beneficiary.objects.filter(number="UMU-1001-2").update(**gone)
    albert, good = sign_in("albert"), Fault({"member": "UMU-1001-2"}, "", "")
    if door == "page":
        albert.post(f"{PAGE}?formation={care.facilities['FS-T001']}", _typed(good))
    else:
        albert.post(f"{PAGE}fichier/", {"file": SimpleUploadedFile("a.csv", _file(good))})
    with open_scope(care.system("UMUCO"), source="essai"):
        claim = Claim.objects.get()
        step = claim.steps.filter(care_year=2025).latest("pk")
        # The check sees no right, and has a person look: nothing is paid by itself.
        assert (claim.state, paid_for(claim)) == ("to_review", 0)
    assert step.reason
    page = albert.get(f"/soins/attestations/2025/{claim.pk}/").content.decode()
    assert "examiner" in page


def test_the_same_paper_and_the_same_file_twice_change_nothing(
    care: World, sign_in: Callable[[str], Client]
) -> None:
    albert, good = sign_in("albert"), Fault({}, "", "")
    address = f"{PAGE}?formation={care.facilities['FS-T001']}"
    for _ in range(2):
        assert albert.post(address, _typed(good)).status_code == 302
    for _ in range(2):
        sent = {"file": SimpleUploadedFile("a.csv", _file(good))}
        brought = albert.post(f"{PAGE}fichier/", sent).context["brought"]
        assert (brought.entered, brought.known, brought.refused) == (0, 1, 0)
    assert _count(care) == 1
