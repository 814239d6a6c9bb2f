"""What a report reads of the small world: each tenant its own, the network by counts."""

from collections.abc import Callable
from datetime import date

import pytest

from federations.models import (
    Activity,
    ActivityParticipants,
    Expense,
    HealthFacility,
    Partner,
    Unit,
)
from federations.services.narrative import save_section
from membership.models import PastYear
from prudential.documents.achievements_part import achievements
from prudential.documents.blocks import Numbering, Paragraph, Table
from prudential.rules.annual_facts import (
    ReportFacts,
    chapter_summaries,
    figures_as_json,
    participants_by_kind,
)
from prudential.rules.outline import section
from prudential.selectors.annual_facts import annual_facts
from tests.world import World

READ_ON = date(2025, 6, 30)
MADE_ON = date(2026, 1, 15)


@pytest.fixture
def facts_of(world: World, as_actor: Callable) -> Callable[[str, str], ReportFacts]:
    """Return a function that reads the facts of 2024 as a member of the cast."""

    def read(username: str, code: str) -> ReportFacts:
        actor = world.actor(username)
        with as_actor(actor):
            unit = Unit.objects.select_related("tenant").get(pk=world.units[code])
            return annual_facts(unit, 2024, produced_on=MADE_ON, settled_on=READ_ON)

    return read


def record_activity(world: World, tenant: str, *, year: int, women: int | None) -> None:
    activity = Activity.objects.create(
        tenant_id=world.tenants[tenant], unit_id=world.units[tenant], kind="training",
        starts_on=date(year, 5, 2), ends_on=date(year, 5, 3), chapter="quality",
        theme=f"Soins {year}", cost_francs=1000,
    )  # fmt: skip
    for label, total in (("prestataires", 30), ("gestionnaires", 10)):
        ActivityParticipants.objects.create(
            tenant_id=world.tenants[tenant], activity=activity, label=label, total=total,
            women=women,
        )  # fmt: skip


def test_the_confederation_counts_federations(facts_of: Callable) -> None:
    facts = facts_of("clara", "CONAMUS")
    assert [(g.name, g.units) for g in facts.membership.groups] == [
        ("Fédération Ineza", 1),
        ("Fédération Umuco", 2),
    ]


def test_the_confederation_prints_no_group_under_five(facts_of: Callable) -> None:
    """Three households and four dependants beside six and eight: neither, nor what gives them."""
    facts = facts_of("clara", "CONAMUS")
    membership = facts.membership
    assert [(g.now.households, g.now.people) for g in membership.groups] == [(None, None)] * 2
    assert (membership.now.households, membership.renewed, membership.growth) == (None,) * 3
    assert facts.series[-1].values == (None, None)


def test_a_federation_counts_its_own_sections(facts_of: Callable) -> None:
    facts = facts_of("amina", "UMUCO")
    assert [group.name for group in facts.membership.groups] == [
        "Section Umuco 1",
        "Section Umuco 2",
    ]
    assert facts.membership.now.households == 6
    assert [unit.group for unit in facts.units] == ["Umuco", "Umuco"]
    assert facts.series_groups == ("Umuco",)


def test_a_section_that_closed_keeps_its_line(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    """Without it the households of the years, their growth and retention would not be whole."""
    whole = facts_of("amina", "UMUCO").membership
    with as_actor(world.actor("amina")):
        Unit.objects.filter(code="UMU-S2").update(valid_to=date(2024, 12, 1))
    membership = facts_of("amina", "UMUCO").membership
    assert [(group.name, group.units) for group in membership.groups] == [
        ("Section Umuco 1", 1), ("Section Umuco 2 (fermée)", 0),
    ]  # fmt: skip
    for of_year in ("now", "before"):
        assert getattr(membership, of_year) == getattr(whole, of_year)
    assert (membership.growth, membership.retention) == (whole.growth, whole.retention)


def test_communes_are_covered_by_zones_and_people_counted_where_they_live(
    facts_of: Callable,
) -> None:
    facts = facts_of("clara", "CONAMUS")
    [province] = facts.provinces
    assert (province.covered, province.uncovered) == (("Bugendana",), ("Giheta",))
    assert (facts.covered_communes, facts.communes) == (1, 2)
    # A section and a commune of this small world have fewer than five households in common.
    assert (province.households, province.people, province.facilities) == (None, None, 2)
    [own] = facts_of("amina", "UMUCO").provinces
    assert (own.households, own.people) == (6, 14)
    assert facts.facilities.total == 2
    assert facts.facilities.value("CDS", "public") == 1


def test_a_facility_closed_in_the_year_is_not_counted_at_its_end(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    with as_actor(world.actor("clara")):
        HealthFacility.objects.filter(code="FS-T001").update(closed_on=date(2024, 12, 31))
    assert facts_of("clara", "CONAMUS").facilities.total == 1


def test_small_units_are_shown_to_their_own_federation_only(facts_of: Callable) -> None:
    assert {unit.households for unit in facts_of("clara", "CONAMUS").units} == {None}
    assert {unit.households for unit in facts_of("amina", "UMUCO").units} == {3}


def test_activities_of_the_year_by_chapter(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    with as_actor(world.actor("clara")):
        record_activity(world, "CONAMUS", year=2024, women=5)
        record_activity(world, "CONAMUS", year=2024, women=None)
        record_activity(world, "CONAMUS", year=2023, women=5)
    with as_actor(world.actor("amina")):
        record_activity(world, "UMUCO", year=2024, women=5)
    facts = facts_of("clara", "CONAMUS")
    quality = next(s for s in chapter_summaries(facts) if s.chapter == "quality")
    assert (quality.activities, quality.people, quality.women, quality.cost_francs) == (
        2, 80, None, 2000,
    )  # fmt: skip
    kinds = participants_by_kind(facts.activities)
    assert [(g.label, g.total, g.women) for g in kinds] == [
        ("prestataires", 60, None), ("gestionnaires", 20, None),
    ]  # fmt: skip


def test_a_kind_of_participants_is_one_however_it_is_typed(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    tenant = world.tenants["CONAMUS"]
    typed = ("Agents de santé", "agents de santé", "Agents  de sante", "< 18 ans", "> 18 ans")
    with as_actor(world.actor("clara")):
        activity = Activity.objects.create(
            tenant_id=tenant, unit_id=world.units["CONAMUS"], starts_on=date(2024, 5, 2),
            ends_on=date(2024, 5, 3), chapter="quality", kind="training", theme="Soins",
        )  # fmt: skip
        for label, total in zip(typed, (30, 20, 10, 5, 4), strict=True):
            ActivityParticipants.objects.create(
                tenant_id=tenant, activity=activity, label=label, total=total, women=1
            )
    kinds = participants_by_kind(facts_of("clara", "CONAMUS").activities)
    assert [(g.label, g.total, g.women) for g in kinds] == [
        ("Agents de santé", 60, 3), ("< 18 ans", 5, 1), ("> 18 ans", 4, 1),
    ]  # fmt: skip


def _summary_of(facts: ReportFacts) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the paragraph and the figures by chapter with which part II begins."""
    words, table = achievements(facts, Numbering("essai"))
    assert isinstance(words, Paragraph)
    assert isinstance(table, Table)
    return words.text, {row.cells[0]: row.cells[1:4] for row in table.rows}


def test_participants_that_were_not_counted_are_said(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    """Somebody was there, nobody counted: neither their chapter nor the total is the whole."""
    quality, capacities = (section(key).title for key in ("quality", "capacities"))
    with as_actor(world.actor("clara")):
        record_activity(world, "CONAMUS", year=2024, women=5)
    said, rows = _summary_of(facts_of("clara", "CONAMUS"))
    assert "1\xa0activité et 40\xa0participants." in said
    assert rows[quality] == rows["Total"] == ("1", "40", "10")
    with as_actor(world.actor("clara")):
        for chapter in ("quality", "capacities"):
            Activity.objects.create(
                tenant_id=world.tenants["CONAMUS"], unit_id=world.units["CONAMUS"],
                starts_on=date(2024, 5, 2), ends_on=date(2024, 5, 3), chapter=chapter,
                kind="training", theme="Sans liste",
            )  # fmt: skip
    said, rows = _summary_of(facts_of("clara", "CONAMUS"))
    assert "3\xa0activités, dont 1 où les participants ont été comptés : 40\xa0p" in said
    assert rows[quality] == ("2", "≥\xa040", "≥\xa010")
    assert rows[capacities] == ("1", "n.d.", "n.d.")
    assert rows["Total"] == ("3", "≥\xa040", "≥\xa010")


def test_expenses_of_the_year_by_heading_and_funder(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    tenant = world.tenants["CONAMUS"]
    with as_actor(world.actor("clara")):
        funder = Partner.objects.get(tenant_id=tenant)
        for heading, payer, amount, year in (
            ("ACTIVITES", funder, 700, 2024),
            ("ACTIVITES", None, 200, 2024),
            ("PERSONNEL", None, 100, 2024),
            ("PERSONNEL", None, 999, 2023),
        ):
            Expense.objects.create(
                tenant_id=tenant, unit_id=world.units["CONAMUS"], spent_on=date(year, 6, 1),
                heading=heading, funder=payer, amount_francs=amount, label="essai",
            )  # fmt: skip
    table = facts_of("clara", "CONAMUS").expenses
    assert table.total == 1000
    assert table.value("ACTIVITES", "Bailleur du réseau") == 700
    assert table.column_total("Ressources propres") == 300


def test_a_funder_called_as_own_resources_is_not_taken_for_them(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    """One recorded before such a name was refused."""
    tenant = world.tenants["CONAMUS"]
    with as_actor(world.actor("clara")):
        homonym = Partner(tenant_id=tenant, name="Ressources propres", kind="funder")
        homonym.save()
        for payer, amount in ((homonym, 7), (None, 100)):
            Expense.objects.create(
                tenant_id=tenant, unit_id=world.units["CONAMUS"], spent_on=date(2024, 6, 1),
                heading="ACTIVITES", funder=payer, amount_francs=amount, label="essai",
            )  # fmt: skip
    table = facts_of("clara", "CONAMUS").expenses
    assert {column: table.column_total(column) for column in table.columns} == {
        "Ressources propres": 100, "Ressources propres (bailleur)": 7,
    }  # fmt: skip


def test_past_years_join_the_series_and_leave_a_gap(
    world: World, as_actor: Callable, facts_of: Callable
) -> None:
    with as_actor(world.actor("amina")):
        PastYear.objects.create(
            tenant_id=world.tenants["UMUCO"], promoter_id=world.partners["Bailleur Umuco"],
            label="2018", starts_year=2018, sections=2, households=77, source="un rapport",
        )  # fmt: skip
    facts = facts_of("amina", "UMUCO")
    by_label = {row.label: row.total for row in facts.series}
    assert (by_label["2018"], by_label["2024"], by_label["2025"]) == (77, 4, 6)
    assert by_label["2019"] is None
    assert facts.series_sources == ("un rapport",)


def test_texts_are_the_tenants_own(world: World, as_actor: Callable, facts_of: Callable) -> None:
    for username in ("clara", "amina"):
        actor = world.actor(username)
        with as_actor(actor):
            save_section(
                actor=actor, year=2024, outline_key="lessons", body=f"Texte de {username}",
                version=0,
            )  # fmt: skip
    facts = facts_of("amina", "UMUCO")
    assert {key: text.body for key, text in facts.narrative.items()} == {
        "lessons": "Texte de amina"
    }


def test_the_figures_kept_beside_the_file_are_plain(facts_of: Callable) -> None:
    kept = figures_as_json(facts_of("clara", "CONAMUS"))
    assert kept["totals"]["households"] is None
    assert kept["totals"]["people"] is None
    assert kept["facilities"][-1][-1] == 2
