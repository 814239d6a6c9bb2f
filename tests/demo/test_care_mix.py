"""Who comes for care in the demonstration, where and why: the draw, without any database.

A made-up people, as many of each age and sex in every unit of a federation: what differs is the
draw's own. That the loaded year keeps to it is shown by tests/long/test_care_year.py.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from conamus.demo.care.bills import MALARIA_REASONS, MATERNITY, acts, draw_reason, make_bill
from conamus.demo.care.people import Person
from conamus.demo.care.places import (
    AWAY_SHARE,
    CENTRE,
    CENTRE_SHARE,
    HOSPITAL,
    HOSPITAL_SHARE,
    PUBLIC,
    Places,
)
from conamus.demo.care.visits import CASES_PER_BENEFICIARY_YEAR, Visit, draw_visits
from conamus.demo.network import FacilityPlan
from conamus.demo.plan import NetworkPlan, plan_network
from conamus.demo.provenance import stream

CODE = "TUGARUKIRAMAGARA"
#: Born on 1 January of the year in which they are so old at its end.
AGES = (2, 10, 30, 65)
OF_EACH = 1_200


@pytest.fixture(scope="module")
def plan() -> NetworkPlan:
    return plan_network()


@pytest.fixture(scope="module")
def visits(plan: NetworkPlan) -> list[Visit]:
    people = list(_people(plan))
    return list(draw_visits(stream("mix"), CODE, people, Places(plan, CODE)))


def _people(plan: NetworkPlan) -> Iterator[Person]:
    units = plan.insuring_units(CODE)
    for age in AGES:
        born = date(2025 - age, 1, 1)
        for rank in range(2 * OF_EACH):
            yield Person(
                pk=rank, household=rank, person_id=f"{age} {rank}",
                unit=units[rank % len(units)].code, unit_id=0, centre_id=None, other_cover="",
                birth_date=born, sex="FM"[rank % 2], opens=(date(2024, 7, 1), date(2025, 1, 1)),
                enrolled=(True, True), joined_on=born, is_head=False,
            )  # fmt: skip


def _share(visits: list[Visit], is_so: Callable[[Visit], bool]) -> float:
    return sum(map(is_so, visits)) / len(visits)


def _is_infant(one: Visit) -> bool:
    return one.person.age_on(one.day) < 5


def test_as_many_cases_as_are_published(visits: list[Visit]) -> None:
    people = len(AGES) * 2 * OF_EACH
    assert len(visits) == pytest.approx(people * CASES_PER_BENEFICIARY_YEAR, abs=1)


def test_older_people_and_women_come_more_children_less(visits: list[Visit]) -> None:
    cases = Counter((2025 - one.person.birth_date.year, one.person.sex) for one in visits)
    for sex in "FM":
        assert cases[65, sex] > cases[10, sex] > cases[2, sex]
    assert cases[30, "F"] / cases[30, "M"] == pytest.approx(1.35 / 0.85, rel=0.1)
    for age in (2, 10, 65):
        assert cases[age, "F"] == pytest.approx(cases[age, "M"], rel=0.1)


def test_most_go_to_the_health_centre_a_fifth_to_hospital(visits: list[Visit]) -> None:
    near = [one for one in visits if one.processing == CODE and not _is_infant(one)]
    of_type = Counter(one.facility.facility_type for one in near)
    assert of_type[CENTRE] / len(near) == pytest.approx(CENTRE_SHARE, abs=0.02)
    assert of_type[HOSPITAL] / len(near) == pytest.approx(HOSPITAL_SHARE, abs=0.02)
    assert len(of_type) > 2
    away = _share(visits, lambda one: one.processing != CODE)
    assert away == pytest.approx(AWAY_SHARE, abs=0.005)


def test_who_is_free_in_public_facilities_is_billed_by_others(visits: list[Visit]) -> None:
    infants = [one for one in visits if _is_infant(one)]
    assert infants
    assert not [one for one in infants if one.facility.ownership == PUBLIC]
    assert _share([one for one in visits if not _is_infant(one)], _is_public) > 0.5


def _is_public(one: Visit) -> bool:
    return one.facility.ownership == PUBLIC


def _reasons(age: int, sex: str, month: int, **more: bool) -> Counter[str]:
    rng, told = stream(f"reasons {age} {sex} {month}"), {"is_stay": False, "is_free": False, **more}
    return Counter(draw_reason(rng, age, sex, month, **told) for _ in range(2_000))


def test_reasons_follow_age_sex_and_season() -> None:
    def malaria(found: Counter[str]) -> int:
        return sum(found[code] for code in MALARIA_REASONS)

    assert malaria(_reasons(30, "M", 5)) > 1.5 * malaria(_reasons(30, "M", 8))
    assert _reasons(2, "M", 1)["DIAR"] > 2 * _reasons(30, "M", 1)["DIAR"]
    assert _reasons(65, "M", 1)["LOMB"] > 2 * _reasons(30, "M", 1)["LOMB"]
    assert not MATERNITY & set(_reasons(30, "M", 1, is_stay=True))
    assert MATERNITY & set(_reasons(30, "F", 1, is_stay=True))
    assert not MATERNITY & set(_reasons(30, "F", 1, is_stay=True, is_free=True))


def _bills(facility: FacilityPlan, reason: str, *, is_stay: bool) -> list[int]:
    rng = stream(f"bills {facility.code}")
    made = [make_bill(rng, reason, facility, date(2025, 3, 3), is_stay=is_stay) for _ in range(200)]
    if facility.facility_type == CENTRE:
        assert all(acts()[line.act].is_at_cds for bill in made for line in bill.lines)
    assert all(bill.is_stay == is_stay for bill in made)
    return [sum(line.asked_francs for line in bill.lines) for bill in made]


def test_a_stay_costs_more_than_a_visit_and_a_hospital_more_than_a_centre(
    plan: NetworkPlan,
) -> None:
    def public(kind: str) -> FacilityPlan:
        return next(
            one for one in plan.facilities if (one.facility_type, one.ownership) == (kind, PUBLIC)
        )

    at_centre = _bills(public(CENTRE), "PALU", is_stay=False)
    at_hospital = _bills(public(HOSPITAL), "PALU", is_stay=False)
    stays = _bills(public(HOSPITAL), "PALUG", is_stay=True)
    assert sum(at_centre) < sum(at_hospital) < sum(stays) / 2
