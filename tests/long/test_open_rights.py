"""« Inscrits » and « droits ouverts » on a day: two counts, the second out of the first."""

from collections import Counter
from datetime import date

import pytest

from federations.models import Job, RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.services.jobs import run_job
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Enrolment, OpenRights
from membership.rules.rights import coverage_on
from membership.selectors.indicators import Breakdown, insured_on
from membership.selectors.open_rights import insured_people, open_rights_on
from membership.selectors.rights import coverage_of_household, own_people
from membership.services.enrolments import enrol, undo_enrolment
from membership.services.open_rights import count_all_open_rights, count_open_rights

#: The day on which tests take place.
BUSINESS_DATE = date(2025, 6, 30)
DAYS = (date(2025, 1, 10), BUSINESS_DATE)


def _no_bar(*_: object) -> None:
    """Show no progress."""


def _people(groups) -> int:
    return sum(group.males + group.females for group in groups)


def _households(groups) -> int:
    return sum(group.male_heads + group.female_heads for group in groups)


def _by_group(groups) -> dict[str, Counter]:
    found: dict[str, Counter] = {}
    for group in groups:
        counts = found.setdefault(group.group_key, Counter())
        counts.update(
            male_heads=group.male_heads, female_heads=group.female_heads,
            males=group.males, females=group.females,
        )  # fmt: skip
    return found


@pytest.mark.parametrize("day", DAYS)
def test_a_federation_counted_as_each_check_would_answer(demo_network: None, day: date) -> None:
    """Every breakdown has the same whole: the insured for whom the rule says yes, no others."""
    held = RoleAssignment.objects.filter(
        role=Role.FEDERATION_MANAGER, tenant__code="TUGARUKIRAMAGARA"
    )
    actor = actor_of(held[0])
    count_open_rights(actor=actor, day=day, progress=_no_bar)
    with open_scope(actor, source="essai"):
        present = Beneficiary.objects.filter(
            household__enrolments__year_id=day.year,
            household__enrolments__enrolled_on__lte=day,
            household__enrolments__cancelled_on__isnull=True,
            joined_on__lte=day,
        ).exclude(left_on__lte=day)
        answers = own_people(actor.tenant_id, present.values_list("pk", flat=True), day)
        yes = sum(coverage_on(one.facts, day).is_open for one in answers)
        for by in Breakdown:
            insured, opened = insured_on(actor, day, by), open_rights_on(actor, day, by)
            assert _people(insured) == len(answers)
            assert _people(opened.groups) == yes, by
            every = _by_group(insured)
            for key, counts in _by_group(opened.groups).items():
                assert all(counts[name] <= every[key][name] for name in counts), (by, key)
    assert 0 < yes < len(answers)


def _open(actor, day: date, by: Breakdown = Breakdown.UNIT):
    found = open_rights_on(actor, day, by)
    return None if found is None else found.groups


def _owes(world, number: str, year: int = 2025) -> None:
    household = world.households[number]
    Enrolment.objects.filter(household_id=household, year_id=year).update(
        contribution_francs=30_000
    )


def test_who_owes_is_insured_without_open_rights(own_database, as_actor) -> None:
    world = own_database
    amina = world.actor("amina")
    with as_actor(amina):
        _owes(world, "UMU-1001")
    count_open_rights(actor=amina, day=BUSINESS_DATE, progress=_no_bar)
    with as_actor(amina):
        insured = insured_on(amina, BUSINESS_DATE, Breakdown.UNIT)
        opened = _open(amina, BUSINESS_DATE)
        answers = coverage_of_household(world.households["UMU-1001"], BUSINESS_DATE)
    assert not any(coverage.is_open for _, coverage in answers)
    assert (_households(insured), _people(insured)) == (6, 14)
    assert (_households(opened), _people(opened)) == (5, 11)


def test_who_waits_has_no_open_rights_yet(own_database, as_actor) -> None:
    """New for 2025, signed anew on 10 January: thirty days without rights."""
    world = own_database
    amina = world.actor("amina")
    with as_actor(amina):
        Enrolment.objects.filter(household_id=world.households["UMU-1002"]).update(
            enrolled_on=date(2025, 1, 10)
        )
    counted = {}
    for day in (date(2025, 1, 9), date(2025, 1, 10), date(2025, 2, 8), date(2025, 2, 9)):
        count_open_rights(actor=amina, day=day, progress=_no_bar)
        with as_actor(amina):
            counted[day.isoformat()] = (
                _people(insured_on(amina, day, Breakdown.UNIT)), _people(_open(amina, day)),
            )  # fmt: skip
    assert counted == {
        "2025-01-09": (11, 11),
        "2025-01-10": (14, 11),
        "2025-02-08": (14, 11),
        "2025-02-09": (14, 14),
    }


def test_signed_anew_for_the_same_days_a_household_is_insured_once(world, as_actor) -> None:
    amina = world.actor("amina")
    day = date(2025, 6, 29)
    with as_actor(amina):
        before = insured_on(amina, day, Breakdown.UNIT)
        row = Enrolment.objects.get(household_id=world.households["UMU-1001"], year_id=2025)
        undo_enrolment(actor=amina, enrolment_id=row.pk, because="erreur")
        enrol(
            actor=amina, household_id=row.household_id, year=2025, enrolled_on=day,
            backdating_reason="papier retrouvé",
        )  # fmt: skip
        assert insured_on(amina, day, Breakdown.UNIT) == before
        assert len(insured_people(amina.tenant_id, day)) == _people(before)


def test_stopped_in_the_middle_the_count_of_before_stays(own_database, as_actor) -> None:
    world = own_database
    amina = world.actor("amina")
    first = count_open_rights(actor=amina, day=BUSINESS_DATE, progress=_no_bar)
    with as_actor(amina):
        _owes(world, "UMU-1001")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_open_rights(actor=amina, day=BUSINESS_DATE, progress=stop)
    with as_actor(amina):
        assert OpenRights.objects.get().figures == first.figures
    count_open_rights(actor=amina, day=BUSINESS_DATE, progress=_no_bar)
    with as_actor(amina):
        assert OpenRights.objects.get().figures != first.figures


def test_each_day_counts_every_federation_once(own_database, as_actor) -> None:
    assert count_all_open_rights(on=BUSINESS_DATE) == 2
    assert count_all_open_rights(on=BUSINESS_DATE) == 0
    clara = own_database.actor("clara")
    with as_actor(clara):
        opened = open_rights_on(clara, BUSINESS_DATE, Breakdown.COMMUNE)
    assert opened.tenants == {own_database.tenants["UMUCO"], own_database.tenants["INEZA"]}
    assert _people(opened.groups) == 14 + 7


class TestPage:
    """Both counts on the page, and who sees which."""

    ADDRESS = "/indicateurs/assures/?le=2025-06-30&par=unite"

    def _last(self, client) -> list[str]:
        lines = client.get(f"{self.ADDRESS}&export=csv").content.decode("utf-8-sig").splitlines()
        return lines[-1].split(";")

    def test_asked_for_by_a_button_and_shown_beside(self, own_database, as_actor, sign_in) -> None:
        amina = own_database.actor("amina")
        with as_actor(amina):
            _owes(own_database, "UMU-2001")
        client = sign_in("amina")
        assert self._last(client)[-2:] == ["n.d.", "n.d."]
        assert "Compter les droits ouverts" in client.get(self.ADDRESS).content.decode()
        for _ in range(2):
            answer = client.post("/indicateurs/droits-ouverts/", {"le": "2025-06-30"})
            assert answer.status_code == 302
        with as_actor(amina):
            (job,) = Job.objects.all()
        run_job(job.pk)
        assert self._last(client)[-2:] == ["5", "11"]
        page = client.get(self.ADDRESS).content.decode()
        assert "droits ouverts pour 11 bénéficiaires" in page

    def test_an_agent_sees_their_units_of_it(self, own_database, sign_in) -> None:
        count_all_open_rights(on=BUSINESS_DATE)
        assert self._last(sign_in("agnes"))[-2:] == ["3", "7"]

    def test_with_a_federation_missing_the_network_has_no_sum(self, own_database, sign_in) -> None:
        count_open_rights(
            actor=own_database.actor("amina"), day=BUSINESS_DATE, progress=_no_bar
        )  # fmt: skip
        client = sign_in("clara")
        assert self._last(client)[-2:] == ["n.d.", "n.d."]
        assert ";6;14" in client.get(f"{self.ADDRESS}&export=csv").content.decode()

    def test_neither_a_day_to_come_nor_a_word(self, world, as_actor, sign_in) -> None:
        client, amina = sign_in("amina"), world.actor("amina")
        for typed, told in (
            ("2025-07-01", "pas encore venu"), ("hier", "Donnez la date"), ("", "Donnez la date"),
        ):  # fmt: skip
            answer = client.post("/indicateurs/droits-ouverts/", {"le": typed})
            assert answer.status_code >= 400
            assert told in answer.content.decode()
        with as_actor(amina):
            assert not Job.objects.exists()

    @pytest.mark.parametrize("username", ["clara", "regine", "fabrice"])
    def test_who_sees_no_household_asks_for_no_count(self, world, sign_in, username) -> None:
        answer = sign_in(username).post("/indicateurs/droits-ouverts/", {"le": "2025-06-30"})
        assert answer.status_code == 403
        if username != "clara":
            assert sign_in(username).get(self.ADDRESS).status_code == 403


def test_each_person_counts_by_their_own_sex_and_age(own_database, as_actor) -> None:
    world = own_database
    amina = world.actor("amina")
    with as_actor(amina):
        _owes(world, "UMU-1001")
    count_open_rights(actor=amina, day=BUSINESS_DATE, progress=_no_bar)
    with as_actor(amina):
        by_sex = _by_group(_open(amina, BUSINESS_DATE, Breakdown.SEX))
        by_age = _by_group(_open(amina, BUSINESS_DATE, Breakdown.AGE))
    assert by_sex == {
        "M": Counter(male_heads=3, female_heads=0, males=3, females=0),
        "F": Counter(male_heads=0, female_heads=2, males=0, females=8),
    }
    assert sum(counts.total() for counts in by_age.values()) == 5 + 11
