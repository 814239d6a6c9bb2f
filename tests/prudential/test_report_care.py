"""The care of the year in the annual report: a federation's own, the network's as released."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import time

import pytest

from claims.models import Claim, DecisionLine
from claims.selectors.care_figures import By
from claims.services.decisions import decide_submitted
from conamus.charts.formats import MASKED
from conamus.demo.care.notice import tell_loading, tell_nothing
from conamus.kernel.figures import NOT_KNOWN
from federations.models import StoredFile, Unit
from federations.tenancy.scope import open_scope
from prudential.documents.annual_report import report_html
from prudential.documents.blocks import Figure, Numbering, Paragraph, Table
from prudential.documents.care_part import care
from prudential.documents.norms_part import norms_of_year
from prudential.rules.annual_care import known_whole
from prudential.rules.annual_facts import ReportFacts, figures_as_json
from prudential.rules.care_aggregates import whole_of
from prudential.selectors import care_held
from prudential.selectors.annual_facts import annual_facts
from prudential.selectors.care_releases import care_aggregates
from prudential.services.releases import release_all_figures
from tests.claims.care import CONSULTATION, DAY, DRUG, give_claim, give_terms
from tests.claims.reviewing import review
from tests.prudential.reading import plain, text_of
from tests.prudential.releasing import produce, read_by_regulator
from tests.world import World

READ_ON = date(2025, 6, 30)
UMUCO_CHILD = "UMU-1001-1"
#: The reports' names of federations, and who reads each report.
READERS = {"UMUCO": "amina", "INEZA": "bernard", "CONAMUS": "clara"}


@pytest.fixture
def terms(world: World) -> World:
    give_terms(world)
    return world


@pytest.fixture
def facts_of(world: World, as_actor: Callable) -> Callable[..., ReportFacts]:
    def read(code: str, year: int = 2025) -> ReportFacts:
        with as_actor(world.actor(READERS[code])):
            unit = Unit.objects.select_related("tenant").get(pk=world.units[code])
            return annual_facts(unit, year, produced_on=READ_ON, settled_on=READ_ON)

    return read


def _decide(world: World, tenant: str = "UMUCO", year: int = 2025) -> None:
    system = world.system(tenant)
    with open_scope(system, source="essai"):
        waiting = Claim.objects.filter(processing_id=system.tenant_id, state="submitted")
        claims = list(waiting.values_list("pk", flat=True))
        decide_submitted(actor=system, claim_ids=claims, year=year)


def _give(world: World, count: int, *, month: int = 3, year: int = 2025, since: int = 1) -> None:
    """One attestation of 1 000 francs a day, of the same member."""
    for n in range(count):
        give_claim(world, lines=[(DRUG, 2, 500)], on=date(year, month, since + n))


def _printed(facts: ReportFacts) -> tuple[str, dict[str, tuple[str, ...]], list[str]]:
    """Return the section's sentences, its tables' rows by their first cell, its titles."""
    blocks = list(care(facts, Numbering("essai")))
    words = plain(" ".join(one.text for one in blocks if isinstance(one, Paragraph)))
    tables = [one for one in blocks if isinstance(one, Table)]
    rows = {row.cells[0]: tuple(map(plain, row.cells[1:])) for one in tables for row in one.rows}
    return words, rows, [one.title for one in blocks if isinstance(one, Table | Figure)]


def test_a_federation_tells_what_its_members_had_to_the_franc(
    terms: World, facts_of: Callable, as_actor: Callable
) -> None:
    """Wherever it was processed; of those decided, each franc is owed by somebody or cut."""
    dear = give_claim(terms, lines=[(CONSULTATION, 1, 1_300), (DRUG, 4, 500)])
    give_claim(terms, member=UMUCO_CHILD, on=date(2025, 5, 2))
    give_claim(terms, facility="FS-T002", lines=[(DAY, 3, 10_000)], days=3, on=date(2025, 4, 7))
    give_claim(terms, processing="INEZA", on=date(2025, 4, 20))
    give_claim(terms, member="INE-1001-0", on=date(2025, 2, 3), lines=[(DRUG, 7, 500)])
    for tenant in ("UMUCO", "INEZA"):
        _decide(terms, tenant)
    review(terms, "annick", dear, "accepted")
    found = facts_of("UMUCO").care
    assert (found.whole.cases, found.whole.stays, found.whole.decided, found.people) == (4, 1, 3, 2)
    with as_actor(terms.actor("amina")):
        own = {"tenant_id": terms.tenants["UMUCO"]}
        asked = sum(Claim.objects.filter(**own).values_list("asked_francs", flat=True))
        lines = list(DecisionLine.objects.filter(**own))
    assert found.whole.asked_francs == asked == 35_300
    paid = found.payers
    assert paid is not None
    assert paid.patient_francs == sum(line.patient_francs for line in lines) > 0
    assert paid.other_payer_francs == sum(line.other_payer_francs for line in lines)
    assert paid.mutuelle_francs == sum(line.mutuelle_francs for line in lines) > 0
    assert paid.cut_francs == sum(one.asked_francs - one.agreed_francs for one in lines) == 300
    assert paid.asked_francs == sum(line.asked_francs for line in lines)
    assert {name: sums.cases for name, sums in found.facility_types} == {"CDS": 3, "HOPITAL": 1}
    [ineza] = found.exchanges
    assert (ineza.sent.cases, ineza.received.cases, ineza.received.asked_francs) == (1, 1, 3_500)
    words, rows, titles = _printed(facts_of("UMUCO"))
    assert "4 attestations de soins, pour 35 300 FBu" in words
    assert rows["Membres soignés, une fois ou plus"][0] == "2"
    assert rows["dont dû par personne : coupé à la formation sanitaire"][0] == "300"
    assert rows["Ensemble"] == ("1", "800", "1", "2 800")
    assert "Attestations de soins de 2025 par mois (attestations)" in titles
    assert "1 attestation des membres traitée par d’autres" in words


def test_months_that_are_not_held_and_a_year_that_goes_on_are_said(
    terms: World, facts_of: Callable
) -> None:
    _give(terms, 6, month=2)
    _give(terms, 6, month=4)
    words, _, _ = _printed(facts_of("UMUCO"))
    assert "aucune attestation n’est tenue : janvier, mars et mai à décembre" in words
    assert "L’année n’était pas finie le 30 juin 2025" in words


def test_a_year_without_care_says_whether_nothing_is_held_or_nothing_was(
    terms: World, facts_of: Callable
) -> None:
    for code in ("UMUCO", "CONAMUS"):
        words, rows, _ = _printed(facts_of(code, 2024))
        assert "ne sont pas connus (n.d.)" in words
        assert rows == {}
    _give(terms, 6, year=2023)
    _give(terms, 6, year=2025)
    release_all_figures(on=READ_ON)
    for code in ("UMUCO", "CONAMUS"):
        assert _printed(facts_of(code, 2024))[0].endswith("n’est inscrite pour 2024.")
        before = _printed(facts_of(code, 2022))[0]
        assert "sont de 2023" in before
        assert NOT_KNOWN in before


def test_a_demonstration_half_loaded_tells_and_releases_no_care(
    terms: World, facts_of: Callable, settings, tmp_path: Path
) -> None:
    settings.DEMO_NOTICE = tmp_path / "notice.txt"
    _give(terms, 9)
    tell_loading(9, 120)
    long_ago = time() - 3_600
    os.utime(settings.DEMO_NOTICE, (long_ago, long_ago))
    release_all_figures(on=READ_ON)
    for code in ("UMUCO", "CONAMUS"):
        facts = facts_of(code)
        words, rows, titles = _printed(facts)
        assert "n’étaient pas toutes chargées : les soins de 2025 ne sont pas connus" in words
        assert NOT_KNOWN in words
        assert (rows, titles) == ({}, [])
        assert set(figures_as_json(facts)["care"].values()) == {None, ""}
        assert "inachevé" in report_html(facts)
    _give(terms, 2, since=10)
    tell_nothing()
    release_all_figures(on=READ_ON)
    # Released at nine, the two that came after would wait.
    assert facts_of("CONAMUS").care.whole.cases == 11
    assert "11 attestations de soins" in _printed(facts_of("UMUCO"))[0]


def test_whoever_brings_care_in_holds_it_back(
    terms: World, facts_of: Callable, settings, monkeypatch
) -> None:
    """No demonstration is asked: another long loading says the same."""
    settings.DEMO_MODE = False
    still_loading = [True]
    monkeypatch.setattr(care_held, "_LOADINGS", [])
    care_held.hold_care_while(lambda: bool(still_loading))
    _give(terms, 9)
    release_all_figures(on=READ_ON)
    assert [facts_of(code).care.is_incomplete for code in ("UMUCO", "CONAMUS")] == [True, True]
    still_loading.clear()
    release_all_figures(on=READ_ON)
    assert [facts_of(code).care.whole.cases for code in ("UMUCO", "CONAMUS")] == [9, 9]


def test_a_corrected_year_counts_what_replaced(terms: World, facts_of: Callable) -> None:
    """What is cancelled or superseded since the last report counts no more."""
    _give(terms, 6)
    before = facts_of("UMUCO").care
    with open_scope(terms.system("UMUCO"), source="essai"):
        first, second = Claim.objects.order_by("pk")[:2]
        for claim, state in ((first, "superseded"), (second, "cancelled")):
            Claim.objects.filter(pk=claim.pk).update(state=state)
    give_claim(terms, lines=[(DRUG, 6, 500)], on=date(2025, 3, 1))
    after = facts_of("UMUCO").care
    assert (before.whole.cases, before.whole.asked_francs) == (6, 6_000)
    assert (after.whole.cases, after.whole.asked_francs, after.people) == (5, 7_000, 1)


def test_the_network_tells_what_the_regulator_reads_and_no_more(
    terms: World, facts_of: Callable
) -> None:
    for month, count in ((1, 6), (2, 3), (3, 9), (4, 5)):
        _give(terms, count, month=month)
    assert facts_of("CONAMUS").care.months == ()
    release_all_figures(on=READ_ON)
    found = facts_of("CONAMUS").care
    with open_scope(terms.actor("regine"), source="essai"):
        pages = {by: care_aggregates(2025, by) for by in (By.MONTH, By.KIND, By.FEDERATION)}
    assert [sums for _, sums in found.months] == sorted(pages[By.MONTH], key=lambda s: int(s.key))
    assert [sums for _, sums in found.kinds] == pages[By.KIND]
    assert [sums for _, sums in found.federations] == pages[By.FEDERATION]
    assert found.whole == known_whole(*pages.values())
    assert (found.people, found.payers, found.facility_types, found.exchanges) == (
        None,
        None,
        (),
        (),
    )
    assert [sums.cases for _, sums in found.months] == [6, None, 9, None]
    assert whole_of(pages[By.MONTH]).cases is None
    assert found.whole.cases == 23
    words, rows, _ = _printed(facts_of("CONAMUS"))
    assert "23 attestations" in words
    assert rows["Ensemble"][:2] == ("23", "23 000")


def test_what_is_few_is_masked_and_not_said_to_be_unknown_or_nothing(
    terms: World, facts_of: Callable
) -> None:
    _give(terms, 3)
    release_all_figures(on=READ_ON)
    words, rows, _ = _printed(facts_of("CONAMUS"))
    assert plain(MASKED) in words
    assert rows["Attestations de soins"][0] == plain(MASKED)
    assert rows["Umuco"] == (plain(MASKED),) * 5
    assert NOT_KNOWN not in words


def test_editions_tell_one_to_four_more_attestations_to_nobody(
    terms: World, as_actor: Callable
) -> None:
    """Care as released stands in each edition: the own is not another for it, nor tells more."""
    _give(terms, 9, year=2024)
    first = produce(terms)
    _give(terms, 4, year=2024, since=10)
    second = produce(terms)
    assert first.is_for_regulator
    assert second.is_for_regulator
    assert first.facts["care"] == second.facts["care"]
    assert first.facts["care"]["cases"] == 9
    _give(terms, 1, year=2024, since=14)
    third = produce(terms)
    assert third.facts["care"]["cases"] == 14
    with as_actor(terms.actor("clara")):
        text = text_of(bytes(StoredFile.objects.get(pk=third.file_id).content))
    assert "En 2024, les membres des fédérations ont eu 14 attestations de soins" in text
    assert "Attestations de soins de 2024 par mois" in text
    assert [one.facts["care"]["cases"] for one in read_by_regulator(terms, as_actor)] == [9, 9, 14]


def test_each_norm_is_named_with_what_is_missing(facts_of: Callable) -> None:
    words, table = norms_of_year(facts_of("UMUCO", 2024), Numbering("essai"))
    assert isinstance(words, Paragraph)
    assert isinstance(table, Table)
    assert [row.cells[0] for row in table.rows] == [str(n) for n in range(1, 15)]
    assert {row.cells[3] for row in table.rows} == {NOT_KNOWN}
    assert all(row.cells[1] and row.cells[4] for row in table.rows)
    assert table.rows[9].cells[1:3] == ("Taux de sinistralité", "mutuelle")
