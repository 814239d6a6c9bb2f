"""How the portal puts counts together: gaps, hidden parts, sorting, sentences."""

from dataclasses import replace
from fractions import Fraction

import pytest

from conamus.charts.lines import LineChart
from conamus.kernel.figures import NARROW_SPACE
from conamus.portal.figures import (
    Line,
    evolution,
    lost,
    membership_by_federation,
    membership_by_unit,
)
from conamus.portal.links import address
from conamus.portal.maps import Commune, Measure, commune_figures, provinces_of
from conamus.portal.pictures import evolution_picture, province_picture
from conamus.portal.selectors.waiting import Tally
from conamus.portal.sorting import SortKey, sort_groups, sort_key_of
from conamus.portal.tasks import decline_tasks, manager_tasks, most_pressing_first
from federations.models import Place
from membership.selectors import InsuredCount, PastCount
from prudential.rules.outline import NARRATIVE_KEYS

NAMES = {2: "Umuco", 3: "Ineza"}


def count(tenant: int, unit: int, year: int, households: int, **more: int | None) -> InsuredCount:
    given = {
        "male_heads": households - 1, "female_heads": 1, "males": households * 2,
        "females": households * 3, "renewals": 0, "same_unit_renewals": 0, **more,
    }  # fmt: skip
    return InsuredCount(tenant_id=tenant, unit_id=unit, year=year, **given)


def line(key: int, name: str, units: int = 1) -> Line:
    return Line(key=key, name=name, short_name=name, code=name, units=units)


def past(tenant: int, label: str, households: int, promoter: str = "P") -> PastCount:
    return PastCount(
        tenant_id=tenant, promoter=promoter, label=label, starts_year=int(label[:4]),
        sections=1, households=households, source="essai",
    )  # fmt: skip


COUNTS = [
    count(2, 20, 2024, 100),
    count(2, 21, 2024, 50),
    count(2, 20, 2025, 150, renewals=90, same_unit_renewals=80),
    count(2, 21, 2025, 40, renewals=30, same_unit_renewals=30),
    count(3, 30, 2024, 50),
    count(3, 30, 2025, 45, renewals=40, same_unit_renewals=40),
]


def test_the_network_is_weighted_and_the_simple_mean_is_beside_it() -> None:
    lines = [line(2, "Umuco", 2), line(3, "Ineza")]
    network = membership_by_federation(2025, lines, COUNTS)
    assert network.now.households == 235
    assert network.retention == Fraction(160, 200)
    assert network.mean_retention == (Fraction(120, 150) + Fraction(40, 50)) / 2
    assert [group.growth for group in network.groups] == [Fraction(40, 150), Fraction(-5, 50)]


def test_a_unit_keeps_its_own_and_the_whole_those_who_moved_inside() -> None:
    units = [line(20, "Section 1"), line(21, "Section 2")]
    own = membership_by_unit(2025, units, [c for c in COUNTS if c.tenant_id == 2])
    assert own.groups[0].renewed == 80
    assert lost(own.groups[0]) == 20
    assert own.renewed == 120


def test_a_unit_without_enrolment_counts_zero_and_has_no_rate() -> None:
    empty = membership_by_unit(2025, [line(99, "Vide")], COUNTS).groups[0]
    assert empty.now.households == 0
    assert empty.growth is None


def test_the_evolution_keeps_the_years_between_as_unknown() -> None:
    published = [past(2, "2018", 70), past(2, "2019", 60), past(3, "2019", 9)]
    shown = evolution(published, COUNTS, NAMES, 2025)
    assert shown.years == ("2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025")
    assert shown.series["Umuco"] == (70, 60, None, None, None, None, 150, 190)
    assert shown.series["Ineza"] == (None, 9, None, None, None, None, 50, 45)
    # 2018 is not known of Ineza: the sum of the others is no total.
    assert shown.total == (None, 69, None, None, None, None, 200, 235)


def test_a_count_hidden_from_the_reader_stays_unknown_in_the_evolution() -> None:
    hidden = count(3, 30, 2025, 1, male_heads=None, female_heads=None)
    shown = evolution([], [*COUNTS[:4], hidden], NAMES, 2025)
    assert shown.series["Ineza"][-1] is None
    assert shown.total[-1] is None


def test_the_break_of_memisa_is_marked_only_where_it_is() -> None:
    published = [past(2, "2018", 70, "MEMISA"), past(2, "2019", 60, "MEMISA")]
    picture = evolution_picture(evolution(published, COUNTS, NAMES, 2025))
    assert isinstance(picture, LineChart)
    assert [one.after for one in picture.breaks] == ["2018"]
    others = [past(2, "2018", 70), past(2, "2019", 60)]
    assert evolution_picture(evolution(others, COUNTS, NAMES, 2025)).breaks == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("menages", ["Section 2", "Section 1", "Vide"]),
        ("-menages", ["Section 1", "Section 2", "Vide"]),
        ("croissance", ["Section 2", "Section 1", "Vide"]),
        ("n'importe quoi", ["Section 1", "Section 2", "Vide"]),
    ],
)
def test_units_sort_by_a_column_and_the_unknown_come_last(text: str, expected: list[str]) -> None:
    units = [line(20, "Section 1"), line(21, "Section 2"), line(99, "Vide")]
    counts = [*COUNTS[:4], count(2, 99, 2025, 1, male_heads=None, female_heads=None)]
    groups = membership_by_unit(2025, units, counts).groups
    assert [group.name for group in sort_groups(groups, sort_key_of(text))] == expected


def test_a_sort_key_reads_back_what_it_writes() -> None:
    assert sort_key_of(SortKey("retention", backwards=True).text) == SortKey("retention", True)


def commune(key: int, name: str, province: str, households: int | None) -> Commune:
    return Commune(key, name, province, households)


def test_a_province_sums_its_communes_and_one_hidden_hides_it() -> None:
    communes = [
        commune(1, "Giheta", "Gitega", 40),
        commune(2, "Itaba", "Gitega", None),
        commune(3, "Busiga", "Ngozi", 12),
    ]
    figures = commune_figures(communes, [frozenset({1, 3}), frozenset({3})])
    gitega, ngozi = provinces_of(figures)
    assert (gitega.households, gitega.covered, gitega.communes) == (None, 1, 2)
    assert (ngozi.households, ngozi.value(Measure.COVERAGE)) == (12, Fraction(1))
    assert [figure.federations for figure in figures] == [1, 0, 2]
    picture = province_picture(figures, Measure.HOUSEHOLDS, Place.Division.UNTIL_2025, 2025)
    assert dict(picture.values) == {"Gitega": None, "Ngozi": 12}


def test_a_province_without_a_household_is_named_so_and_not_put_with_few() -> None:
    communes = [commune(1, "Giheta", "Gitega", 40), commune(2, "Busiga", "Ngozi", 0)]
    figures = commune_figures(communes, [frozenset({1})])
    picture = province_picture(figures, Measure.HOUSEHOLDS, Place.Division.UNTIL_2025, 2025)
    classes = {row[0]: row[2] for row in picture.table().rows}
    assert classes["Ngozi"] == "aucun ménage"
    assert classes["Gitega"] != "aucun ménage"
    everywhere = commune_figures(communes[:1], [frozenset({1})])
    picture = province_picture(everywhere, Measure.HOUSEHOLDS, Place.Division.UNTIL_2025, 2025)
    assert "aucun ménage" not in {band.label for band in picture.bands}


QUIET = Tally(
    failed_jobs=0, running_jobs=0, open_invitations=0, expired_invitations=0, open_months=0,
    narrative_sections=len(NARRATIVE_KEYS), reports=1, activities=3, unsent=0, people=4,
    transfers=0, promises=0, imports=0, statement_lines=0, duplicates=0,
    stranded=0,
)  # fmt: skip


def test_nothing_waits_when_everything_is_done() -> None:
    assert manager_tasks(QUIET, activity_year=2024) == []


def test_what_failed_comes_before_what_is_to_do() -> None:
    busy = replace(
        QUIET, failed_jobs=1, running_jobs=2, expired_invitations=1, open_months=5,
        narrative_sections=0, reports=0, activities=0, people=1,
    )  # fmt: skip
    found = most_pressing_first(manager_tasks(busy, activity_year=2024))
    assert [task.level for task in found] == ["bad", "watch", "watch", "watch", "watch", "none"]
    assert found[0].sentence == "1 tâche a échoué depuis trente jours."
    assert "5 mois terminés ne sont pas fermés." in [task.sentence for task in found]


def test_what_only_a_manager_decides_about_members_is_told() -> None:
    waiting = replace(QUIET, transfers=1, promises=2, imports=1, statement_lines=3, duplicates=4)
    found = manager_tasks(waiting, activity_year=2024)
    assert [task.url for task in found] == [
        "/transferts/", "/cotisations/promesses/", "/imports/", address("statements"),
        "/doublons/",
    ]  # fmt: skip
    assert found[0].sentence == "1 ménage vous est proposé par une autre fédération."
    assert found[1].sentence == "2 promesses de paiement attendent votre accord."


def test_a_federation_that_shrinks_and_an_empty_unit_are_named() -> None:
    lines = [line(2, "Umuco", 2), line(3, "Ineza", 2)]
    network = membership_by_federation(2025, lines, COUNTS)
    (task,) = decline_tasks(network, {3: "/federations/ineza/"})
    assert task.sentence == f"Ineza : −10{NARROW_SPACE}% de ménages, 10 ménages partis."
    assert task.url == "/federations/ineza/"
    units = membership_by_unit(2025, [line(20, "Section 1"), line(99, "Vide")], COUNTS)
    assert [t.sentence for t in decline_tasks(units, {})] == [
        "1 unité n’a aucun ménage assuré : Vide."
    ]
