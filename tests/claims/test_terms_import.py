"""Catalogue, tariffs, agreements and books from files: as the pages do; twice is once."""

from datetime import date

import pytest

from claims.models import Act, Agreement, CareReason, StubBook, Tariff
from claims.rules.advances import AdvanceClause
from conamus.kernel.errors import NotAllowed
from federations.rules.take_on import Outcome
from federations.services.take_on import ImportContext, do_rows, importer_of, parse_file
from tests.claims.care import CONSULTATION, give_terms
from tests.federations.sheet_samples import as_csv, table
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _bring(actor, kind: str, *rows: dict[str, str]):
    importer = importer_of(kind)
    parsed = parse_file(importer, as_csv(table(importer, *rows)), most_rows=100)
    report = do_rows(importer, parsed.rows, context=ImportContext(actor))
    return [(result.outcome, result.cause) for result in report.results]


def _outcomes(results) -> list[Outcome]:
    return [outcome for outcome, _ in results]


def test_acts_and_reasons(care: World, as_actor) -> None:
    amina = care.actor("amina")
    act = {"code": "amox500", "name": "Amoxicilline", "family": "médicament"}
    with as_actor(amina):
        rows = (act, {**act, "code": "É 1"}, {**act, "code": "X1", "family": "plante"})
        results = _bring(amina, "actes", *rows)
        assert _outcomes(results) == [Outcome.CREATED, Outcome.REFUSED, Outcome.REFUSED]
        assert "lettres sans accent" in results[1][1]
        assert "n’est pas dans la liste" in results[2][1]
        assert _outcomes(_bring(amina, "actes", act)) == [Outcome.UNCHANGED]
        other = _bring(amina, "actes", {**act, "name": "Ampicilline"})
        assert other[0][0] is Outcome.REFUSED
        assert "existe déjà, avec une autre valeur (nom)" in other[0][1]
        assert Act.objects.get(code="AMOX500").tenant_id == amina.tenant_id
        reason = {"code": "HTA", "name": "Hypertension", "icd10": "I10", "is_chronic": "oui"}
        assert _outcomes(_bring(amina, "motifs-de-soins", reason)) == [Outcome.CREATED]
        assert _outcomes(_bring(amina, "motifs-de-soins", reason)) == [Outcome.UNCHANGED]
        assert CareReason.objects.get(code="HTA").is_chronic


def test_tariffs_follow_one_another(care: World, as_actor) -> None:
    amina = care.actor("amina")
    first = {"act": CONSULTATION, "price_francs": "1 200", "starts_on": "01/02/2025",
             "ends_on": ""}  # fmt: skip
    second = {**first, "price_francs": "1500", "starts_on": "01/05/2025"}
    unknown = {**first, "act": "RIEN", "facility": "FS-X"}
    with as_actor(amina):
        results = _bring(amina, "tarifs", first, second, unknown)
        assert _outcomes(results) == [Outcome.CREATED, Outcome.CREATED, Outcome.REFUSED]
        assert "RIEN" in results[2][1]
        assert "FS-X" in results[2][1]
        own = Tariff.objects.filter(tenant_id=amina.tenant_id).order_by("starts_on")
        assert [(row.price_francs, row.ends_on) for row in own] == [
            (1_200, date(2025, 5, 1)),
            (1_500, None),
        ]
        assert _outcomes(_bring(amina, "tarifs", second)) == [Outcome.UNCHANGED]
        overlapping = {**first, "price_francs": "1 300", "ends_on": "01/03/2025"}
        results = _bring(amina, "tarifs", overlapping)
        assert "vaut déjà" in results[0][1]


def test_the_same_file_of_tariffs_twice_changes_nothing(care: World, as_actor) -> None:
    amina = care.actor("amina")
    rows = (
        {"act": CONSULTATION, "price_francs": "1 200", "starts_on": "01/02/2025", "ends_on": ""},
        {"act": CONSULTATION, "price_francs": "1 500", "starts_on": "01/05/2025", "ends_on": ""},
    )
    with as_actor(amina):
        _bring(amina, "tarifs", *rows)
        assert _outcomes(_bring(amina, "tarifs", *rows)) == [Outcome.UNCHANGED] * 2
        assert Tariff.objects.filter(tenant_id=amina.tenant_id).count() == 2


def test_agreements_and_books_in_circulation(care: World, as_actor) -> None:
    amina = care.actor("amina")
    agreement = {"facility": "FS-T001", "starts_on": "01/01/2020"}
    book = {"facility": "FS-T001", "prefix": "kin", "first_number": "1", "last_number": "50",
            "issued_on": "01/02/2019"}  # fmt: skip
    with as_actor(amina):
        for kind, row in (("conventions", agreement), ("carnets", book)):
            assert _outcomes(_bring(amina, kind, row)) == [Outcome.CREATED]
            assert _outcomes(_bring(amina, kind, row)) == [Outcome.UNCHANGED]
        assert Agreement.objects.get().payment_term_days == 30
        # Before the agreement: it circulated already.
        assert StubBook.objects.get().is_take_on
        results = _bring(amina, "carnets", {**book, "first_number": "50", "last_number": "60"})
        assert "KIN-000050" in results[0][1]
        different = _bring(amina, "conventions", {**agreement, "payment_term_days": "60"})
        assert "délai de paiement" in different[0][1]


def test_agreements_say_what_may_be_advanced(care: World, as_actor) -> None:
    amina = care.actor("amina")
    row = {"facility": "FS-T001", "starts_on": "01/01/2020"}
    clause = {"advance_francs": "500 000", "advance_percent": "50", "advance_months": "3"}
    with as_actor(amina):
        for wrong, words in (
            ({"advance_percent": "400"}, "de 1 à 300"),
            ({"advance_months": "3"}, "de quelle part"),
            ({"advance_percent": "50", "advance_months": "6"}, "n’est pas dans la liste"),
            ({"advance_francs": "0"}, "supérieur à zéro"),
        ):
            [(outcome, cause)] = _bring(amina, "conventions", {**row, **wrong})
            assert outcome is Outcome.REFUSED
            assert words in cause
        assert _outcomes(_bring(amina, "conventions", {**row, **clause})) == [Outcome.CREATED]
        assert Agreement.objects.get().advances == AdvanceClause(500_000, 50, 3)
        assert _outcomes(_bring(amina, "conventions", {**row, **clause})) == [Outcome.UNCHANGED]
        # A file without these columns says nothing of them; another clause is another value.
        assert _outcomes(_bring(amina, "conventions", row)) == [Outcome.UNCHANGED]
        other = _bring(amina, "conventions", {**row, "advance_percent": "50"})
        assert "avances" in other[0][1]
        hospital = {**row, "facility": "FS-T002", "advance_percent": "50"}
        assert _outcomes(_bring(amina, "conventions", hospital)) == [Outcome.CREATED]
        found = Agreement.objects.get(facility__code="FS-T002").advances
        assert found == AdvanceClause(percent=50, months=12)


#: What is in a file, by importer; each other value below is told by its word, not dropped.
_THERE = {
    "factures-ouvertes": {
        "facility": "FS-T001", "number": "12/2024", "month": "01/12/2024",
        "received_on": "05/01/2025", "told_count": "84", "told_francs": "412 000",
        "payable_francs": "398 500", "due_on": "04/02/2025", "centre": "",
    },
    "conventions": {"facility": "FS-T001", "number": "12/2024", "starts_on": "01/01/2020"},
    "carnets": {
        "facility": "FS-T001", "prefix": "KIN", "first_number": "1", "last_number": "50",
        "issued_on": "01/02/2019",
    },
    "motifs-de-soins": {
        "code": "HTA", "name": "Hypertension", "icd10": "I10", "usual_treatment": "Régime",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "other", "told", "may_be_empty"),
    [
        ("factures-ouvertes", "due_on", "09/09/2025", "échéance", True),
        ("factures-ouvertes", "told_count", "12", "attestations", True),
        ("factures-ouvertes", "centre", "UMU-C1", "centre de gestion", False),
        ("conventions", "number", "2/2025", "numéro", True),
        ("carnets", "issued_on", "01/06/2019", "remise", False),
        ("motifs-de-soins", "usual_treatment", "Repos", "traitement habituel", True),
    ],
)
def test_a_file_that_says_something_else_is_told_so(
    care: World, as_actor, kind: str, name: str, other: str, told: str, may_be_empty: bool
) -> None:
    amina, row = care.actor("amina"), _THERE[kind]
    with as_actor(amina):
        assert _outcomes(_bring(amina, kind, row)) == [Outcome.CREATED]
        assert _outcomes(_bring(amina, kind, row)) == [Outcome.UNCHANGED]
        [(outcome, cause)] = _bring(amina, kind, {**row, name: other})
        assert outcome is Outcome.REFUSED
        assert f"existe déjà, avec une autre valeur ({told})" in cause
        if may_be_empty:
            assert _outcomes(_bring(amina, kind, {**row, name: ""})) == [Outcome.UNCHANGED]


def test_agents_bring_nothing(care: World, as_actor) -> None:
    agnes = care.actor("agnes")
    with as_actor(agnes), pytest.raises(NotAllowed):
        _bring(agnes, "conventions", {"facility": "FS-T001", "starts_on": "01/01/2020"})
