"""Re-cuts with their households: counted before, moved by a job, given back as a whole."""

import re
from datetime import date

import pytest

from conamus.kernel.errors import DomainError, NotFound
from federations.models import Activity, Job, RoleAssignment, Unit
from federations.selectors.assignments import actor_of
from federations.selectors.units import open_on, story_of, unit_by_id, visible_unit_ids, zones_of
from federations.services.following import follow_recut
from federations.services.jobs import due_job_ids, run_job
from federations.services.recuts import Opening
from federations.services.units import UnitDetails, close_unit, create_unit, reopen_unit
from membership.models import Beneficiary, Enrolment, Household, LifeEvent, RecutMove
from membership.selectors.enrolling import enrollings, enrolment_terms
from membership.selectors.households import households
from membership.selectors.insured import insured_by_unit
from membership.selectors.payments import receipt_of
from membership.services import recuts
from membership.services.enrolments import enrol, undo_enrolment
from membership.services.life_events import record_death
from membership.services.recuts import ToConfirm, decide_recut, recut_batch, send_rest, undo_recut
from membership.services.standing import reinstate, strike_off
from membership.services.taken_back import take_back_leaving
from membership.services.transfers import move_household
from tests.federations.leaving import leave
from tests.membership.families import TODAY
from tests.membership.money import paid

DAY = date(2025, 6, 1)


def _opening(world, n: int, *communes: str, **changes) -> Opening:
    details = UnitDetails(
        name=f"Section neuve {n}", code=f"NEUVE-{n}", parent_id=world.units["UMUCO"]
    )
    given = {"kind": "section", "details": details}
    return Opening(
        **{**given, **changes}, commune_ids=tuple(world.places[code] for code in communes)
    )


def _decide(world, actor, *openings: Opening, closing=("UMU-S1",), on_date=DAY, **more):
    """Decide as a person does: look at the plan, then confirm it."""
    given = {
        "actor": actor, "unit_ids": [world.units[code] for code in closing],
        "on_date": on_date, "openings": openings, **more,
    }  # fmt: skip
    with pytest.raises(ToConfirm) as question:
        decide_recut(**given)
    return decide_recut(**given, confirmed=question.value.plan.digest)


def _new(recut) -> list[int]:
    return list(recut.parts.filter(is_new=True).order_by("pk").values_list("unit_id", flat=True))


def _open_role(username: str) -> RoleAssignment:
    """The role that a person holds: one ended, another begun where its unit was cut anew."""
    return RoleAssignment.objects.select_related("user").get(
        user__username=username, valid_to__isnull=True
    )


def _numbers(unit_id: int) -> set[str]:
    return set(Household.objects.filter(unit_id=unit_id).values_list("number", flat=True))


def _run_jobs(actor, as_actor) -> list[Job]:
    """Run what waits as a worker does, outside of any scope; return the jobs as they ended."""
    for key in due_job_ids():
        run_job(key)
    with as_actor(actor):
        return list(Job.objects.filter(tenant_id=actor.tenant_id).order_by("created_at"))


@pytest.fixture
def amina(own_database):
    return own_database.actor("amina")


class TestDeciding:
    def test_nothing_is_written_before_the_counts_are_confirmed(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            with pytest.raises(ToConfirm) as question:
                decide_recut(
                    actor=actor, unit_ids=[world.units["UMU-S1"]], on_date=DAY,
                    openings=[_opening(world, 1)],
                )  # fmt: skip
            assert question.value.plan.counts() == {("Section Umuco 1", 0): 3}
            assert unit_by_id(world.units["UMU-S1"]).valid_to is None
            assert not Unit.objects.filter(code="NEUVE-1").exists()

    def test_a_plan_that_changed_meanwhile_is_shown_again(self, world, as_actor):
        actor = world.actor("amina")
        given = {
            "actor": actor, "unit_ids": [world.units["UMU-S1"]], "on_date": DAY,
            "openings": [_opening(world, 1)],
        }  # fmt: skip
        with as_actor(actor):
            with pytest.raises(ToConfirm) as question:
                decide_recut(**given)
            move_household(
                actor=actor, household_id=world.households["UMU-1001"], version=None,
                unit_id=world.units["UMU-S2"], moved_on=TODAY,
            )  # fmt: skip
            with pytest.raises(ToConfirm) as again:
                decide_recut(**given, confirmed=question.value.plan.digest)
            assert again.value.plan.counts() == {("Section Umuco 1", 0): 2}

    def test_zones_part_the_collines(self, world, as_actor):
        actor = world.actor("amina")
        openings = [_opening(world, 1, "A-GI-01"), _opening(world, 2, "A-GI-02")]
        with as_actor(actor), pytest.raises(ToConfirm) as question:
            decide_recut(
                actor=actor, unit_ids=[world.units["UMU-S1"]], on_date=DAY, openings=openings
            )
        plan = question.value.plan
        assert plan.is_decided
        assert plan.counts() == {("Section Umuco 1", 0): 1, ("Section Umuco 1", 1): 2}

    def test_what_zones_leave_open_is_asked_for(self, world, as_actor):
        actor = world.actor("amina")
        # The new commune holds both collines: the zones say nothing.
        openings = [_opening(world, 1, "N-GI-01"), _opening(world, 2, "N-GI-01")]
        given = {
            "actor": actor, "unit_ids": [world.units["UMU-S1"]], "on_date": DAY,
            "openings": openings,
        }  # fmt: skip
        with as_actor(actor):
            with pytest.raises(ToConfirm) as question:
                decide_recut(**given)
            plan = question.value.plan
            assert not plan.is_decided
            assert all(line.is_asked for line in plan.lines)
            with pytest.raises(ToConfirm):
                decide_recut(**given, confirmed=plan.digest)
            chosen = {(line.unit_id, line.colline_id): 1 for line in plan.lines}
            with pytest.raises(ToConfirm) as question:
                decide_recut(**given, chosen=chosen)
            assert question.value.plan.counts() == {("Section Umuco 1", 1): 3}
            recut = decide_recut(**given, chosen=chosen, confirmed=question.value.plan.digest)
            assert len(_new(recut)) == 2

    def test_households_need_a_unit_that_insures(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            leave("agnes", actor=actor, on=TODAY)
            with pytest.raises(DomainError, match="au moins une mutuelle") as refusal:
                decide_recut(
                    actor=actor, unit_ids=[world.units["UMU-S1"]], on_date=DAY,
                    openings=[_opening(world, 1, kind="management_centre")],
                )  # fmt: skip
        assert refusal.value.field == "kind"

    def test_a_centre_without_households_asks_nothing(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            recut = decide_recut(
                actor=actor, unit_ids=[world.units["UMU-C1"]], on_date=DAY,
                openings=[_opening(world, 1, kind="management_centre")],
            )  # fmt: skip
            assert not Job.objects.filter(tenant_id=actor.tenant_id).exists()
            section = unit_by_id(world.units["UMU-S1"])
            assert section.management_centre_id == _new(recut)[0]

    def test_a_refusal_about_the_second_unit_stands_at_its_own_field(self, world, as_actor):
        actor = world.actor("amina")
        twin = UnitDetails(name="", code="UMU-S2", parent_id=world.units["UMUCO"])
        with as_actor(actor), pytest.raises(DomainError) as refusal:
            decide_recut(
                actor=actor, unit_ids=[world.units["UMU-S1"]], on_date=DAY,
                openings=[_opening(world, 1), _opening(world, 2, details=twin)],
            )  # fmt: skip
        assert {one.field for one in refusal.value.each()} == {"code_2", "name_2"}

    def test_sent_twice_it_is_one(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            first = _decide(world, actor, _opening(world, 1), submission_key="k1")
            again = decide_recut(
                actor=actor, unit_ids=[world.units["UMU-S1"]], on_date=DAY,
                openings=[_opening(world, 1)], submission_key="k1",
            )  # fmt: skip
        assert again.pk == first.pk


class TestMoving:
    def test_one_successor_receives_all_and_the_past_stays(self, own_database, as_actor, amina):
        world = own_database
        with as_actor(amina):
            before = insured_by_unit(amina.tenant_id, [2024, 2025])
            recut = _decide(world, amina, _opening(world, 1, "A-GI-01"))
        [job] = _run_jobs(amina, as_actor)
        run_job(job.pk)
        assert (job.state, job.result["households"], job.result["left"]) == ("done", 3, 0)
        with as_actor(amina):
            [new] = _new(recut)
            assert _numbers(new) == {"UMU-1001", "UMU-1002", "UMU-1003"}
            assert _numbers(world.units["UMU-S1"]) == set()
            told = LifeEvent.objects.filter(kind="moved")
            assert set(told.values_list("happened_on", "note")) == {
                (DAY, "De Section Umuco 1 à Section neuve 1, par redécoupage.")
            }
            assert told.count() == 3
            by_unit = {(row.unit_id, row.year): row.households for row in before}
            after = insured_by_unit(amina.tenant_id, [2024, 2025])
            assert {(row.unit_id, row.year): row.households for row in after} == by_unit
            assert by_unit[world.units["UMU-S1"], 2025] == 3

    def test_two_units_into_one(self, own_database, as_actor, amina):
        world = own_database
        with as_actor(amina):
            opening = _opening(world, 1)
            recut = _decide(world, amina, opening, closing=("UMU-S1", "UMU-S2"))
        _run_jobs(amina, as_actor)
        with as_actor(amina):
            [new] = _new(recut)
            assert len(_numbers(new)) == 6
            for code in ("UMU-S1", "UMU-S2"):
                closed = unit_by_id(world.units[code])
                assert closed.valid_to == DAY
                story = [sentence for _, sentence, _ in story_of(closed, zones_of(closed), TODAY)]
                assert "Remplacée par Section neuve 1" in story
        agnes = actor_of(_open_role("agnes"))
        with as_actor(agnes):
            seen = visible_unit_ids(agnes)
        assert seen == {new, world.units["UMU-S1"], world.units["UMU-S2"]}

    def test_who_renews_in_the_merged_unit_renews_in_the_same(self, own_database, as_actor, amina):
        world = own_database
        with as_actor(amina):
            closing = ("UMU-S1", "UMU-S2")
            recut = _decide(world, amina, _opening(world, 1), closing=closing)
        _run_jobs(amina, as_actor)
        with as_actor(amina):
            terms = enrolment_terms(amina.tenant_id, 2026)
            numbers = ("UMU-1001", "UMU-2001")
            moved = list(Household.objects.filter(number__in=numbers))
            assert {one.unit_id for one in moved} == set(_new(recut))
            found = enrollings(moved, terms)
            assert [one.is_same_unit for one in found.values()] == [True, True]

    def test_who_renews_after_two_recuts_renews_in_the_same(self, world, as_actor):
        """Section 1 became another on 1 June, and that one a third on the 20th."""
        actor, later = world.actor("amina"), date(2025, 6, 20)
        with as_actor(actor):
            recut = _decide(world, actor, _opening(world, 1))
            assert recut_batch(actor=actor, recut_id=recut.pk) == 3
            given = {
                "actor": actor, "unit_ids": _new(recut), "on_date": later,
                "openings": [_opening(world, 2)],
            }  # fmt: skip
            with pytest.raises(ToConfirm) as asked:
                decide_recut(**given)
            again = decide_recut(**given, confirmed=asked.value.plan.digest)
            assert recut_batch(actor=actor, recut_id=again.pk) == 3
            household = Household.objects.get(number="UMU-1001")
            assert [household.unit_id] == _new(again)
            (found,) = enrollings([household], enrolment_terms(actor.tenant_id, 2026)).values()
            assert found.is_same_unit

    def test_one_unit_into_two_each_household_by_its_colline(self, own_database, as_actor, amina):
        world = own_database
        with as_actor(amina):
            openings = [_opening(world, 1, "A-GI-01"), _opening(world, 2, "A-GI-02")]
            recut = _decide(world, amina, *openings, heirs={world.units["UMU-S1"]: 1})
        _run_jobs(amina, as_actor)
        with as_actor(amina):
            first, second = _new(recut)
            assert _numbers(first) == {"UMU-1002"}
            assert _numbers(second) == {"UMU-1001", "UMU-1003"}
            assert _open_role("agnes").unit_id == second

    def test_killed_between_two_batches_it_goes_on(
        self, own_database, as_actor, amina, monkeypatch
    ):
        world = own_database
        monkeypatch.setattr(recuts, "BATCH", 2)
        with as_actor(amina):
            recut = _decide(world, amina, _opening(world, 1))
        with as_actor(amina):
            assert recut_batch(actor=amina, recut_id=recut.pk) == 2
        # The worker died here; the job is given out again and does the rest only.
        [job] = _run_jobs(amina, as_actor)
        assert (job.state, job.result["households"]) == ("done", 1)
        with as_actor(amina):
            assert RecutMove.objects.count() == LifeEvent.objects.filter(kind="moved").count() == 3

    def test_a_later_day_is_waited_for(self, own_database, as_actor, amina, settings):
        world = own_database
        later = date(2025, 9, 1)
        with as_actor(amina):
            recut = _decide(world, amina, _opening(world, 1), on_date=later)
        [job] = _run_jobs(amina, as_actor)
        run_job(job.pk)
        with as_actor(amina):
            assert Job.objects.get(pk=job.pk).state == "queued"
            assert len(_numbers(world.units["UMU-S1"])) == 3
            with pytest.raises(DomainError, match="01/09/2025"):
                recut_batch(actor=amina, recut_id=recut.pk)
        settings.BUSINESS_DATE = later
        [job] = _run_jobs(amina, as_actor)
        assert (job.state, job.result["households"]) == ("done", 3)

    def test_a_colline_that_came_later_is_asked_for_and_sent(
        self, own_database, as_actor, amina, settings
    ):
        world = own_database
        later = date(2025, 9, 1)
        openings = [_opening(world, 1, "A-GI-01"), _opening(world, 2, "A-GI-01")]
        with as_actor(amina):
            only = Household.objects.get(number="UMU-1002")
            Household.objects.exclude(pk=only.pk).filter(unit=only.unit).update(
                unit=world.units["UMU-S2"]
            )
            chosen = {(only.unit_id, only.colline_id): 0}
            recut = _decide(world, amina, *openings, on_date=later, chosen=chosen)
            other = Household.objects.get(number="UMU-1001")
            Household.objects.filter(pk=other.pk).update(unit=world.units["UMU-S1"])
        settings.BUSINESS_DATE = later
        [job] = _run_jobs(amina, as_actor)
        assert (job.state, job.result["households"], job.result["left"]) == ("done", 1, 1)
        with as_actor(amina):
            with pytest.raises(DomainError, match="Dites d’abord"):
                send_rest(actor=amina, recut_id=recut.pk, chosen={})
            first, second = _new(recut)
            chosen = {(world.units["UMU-S1"], other.colline_id): second}
            send_rest(actor=amina, recut_id=recut.pk, chosen=chosen)
        _run_jobs(amina, as_actor)
        with as_actor(amina):
            assert (_numbers(first), _numbers(second)) == ({"UMU-1002"}, {"UMU-1001"})
            with pytest.raises(DomainError, match="rien à faire"):
                send_rest(actor=amina, recut_id=recut.pk, chosen={})


class TestReturning:
    """What was closed as its unit was cut anew passes as it opens again."""

    @pytest.fixture
    def struck_off(self, world, as_actor) -> int:
        """A household that was enrolled for 2025, and is so no more."""
        amina, key = world.actor("amina"), world.households["UMU-1002"]
        with as_actor(amina):
            strike_off(
                actor=amina, household_id=key, version=None, on=date(2025, 5, 20), because="papiers"
            )
            enrolment = Enrolment.objects.get(household=key, year_id=2025)
            undo_enrolment(actor=amina, enrolment_id=enrolment.pk, because="radié")
        return key

    def test_a_household_taken_back_is_kept_where_the_others_went(
        self, world, as_actor, struck_off
    ):
        amina = world.actor("amina")
        with as_actor(amina):
            recut = _decide(world, amina, _opening(world, 1))
            [new] = _new(recut)
            follow_recut(actor=amina, recut_id=recut.pk)
            assert recut_batch(actor=amina, recut_id=recut.pk) == 2
            found = _reinstate(amina, struck_off, on=date(2025, 6, 15))
            assert found.unit_id == Household.objects.get(pk=struck_off).unit_id == new
            moved = LifeEvent.objects.get(household=struck_off, kind="moved")
            assert (moved.happened_on, moved.note) == (
                date(2025, 6, 15), "De Section Umuco 1 à Section neuve 1, par redécoupage.",
            )  # fmt: skip
            assert RecutMove.objects.filter(recut=recut, household=struck_off).exists()
            made = enrol(actor=amina, household_id=struck_off, year=2025, enrolled_on=TODAY)
            assert made.unit_id == new
            receipt = paid(amina, made)
            assert receipt_of(receipt) == "NEUVE-1-2025-00001"
        agnes = actor_of(_open_role("agnes"))
        with as_actor(agnes):
            assert households(agnes).filter(pk=struck_off).exists()

    def test_through_one_recut_after_another(self, world, as_actor, struck_off):
        amina = world.actor("amina")
        with as_actor(amina):
            recut = _decide(world, amina, _opening(world, 1))
            # Section 1's households have gone elsewhere: nobody is to be confirmed.
            Household.objects.filter(unit=world.units["UMU-S1"], closed_on=None).update(
                unit=world.units["UMU-S2"]
            )
            again = decide_recut(
                actor=amina, unit_ids=_new(recut), on_date=date(2025, 6, 20),
                openings=[_opening(world, 2)],
            )  # fmt: skip
            assert _reinstate(amina, struck_off, on=TODAY).unit_id == _new(again)[0]

    def test_a_death_taken_back_opens_the_household_where_the_others_went(self, world, as_actor):
        amina, key = world.actor("amina"), world.households["UMU-1003"]
        with as_actor(amina):
            [alone] = Beneficiary.objects.filter(household=key)
            record_death(actor=amina, person_id=alone.pk, died_on=date(2025, 6, 1))
            recut = _decide(world, amina, _opening(world, 1))
            recut_batch(actor=amina, recut_id=recut.pk)
            take_back_leaving(actor=amina, person_id=alone.pk, because="homonyme")
            found = Household.objects.get(pk=key)
            assert (found.closed_on, [found.unit_id]) == (None, _new(recut))

    def test_who_was_not_placed_is_asked_for_and_not_enrolled_in_the_closed_unit(
        self, world, as_actor, struck_off
    ):
        amina = world.actor("amina")
        with as_actor(amina):
            # Its colline is in neither zone, and nobody else is there to be asked for.
            openings = [_opening(world, n, "A-GI-02") for n in (1, 2)]
            home = Household.objects.get(pk=struck_off)
            Household.objects.filter(unit=home.unit_id).exclude(pk=home.pk).update(
                unit=world.units["UMU-S2"]
            )
            recut = decide_recut(
                actor=amina, unit_ids=[home.unit_id], on_date=DAY, openings=openings
            )
            assert _reinstate(amina, struck_off, on=TODAY).unit_id == home.unit_id
            with pytest.raises(DomainError, match="fermée le 01/06/2025") as refused:
                enrol(actor=amina, household_id=struck_off, year=2025, enrolled_on=TODAY)
            assert refused.value.field == "enrolled_on"
            chosen = {(home.unit_id, home.colline_id): _new(recut)[1]}
            send_rest(actor=amina, recut_id=recut.pk, chosen=chosen)
            assert recut_batch(actor=amina, recut_id=recut.pk) == 1
            made = enrol(actor=amina, household_id=struck_off, year=2025, enrolled_on=TODAY)
            assert made.unit_id == _new(recut)[1]


def _reinstate(actor, household_id: int, *, on: date) -> Household:
    return reinstate(actor=actor, household_id=household_id, on=on, because="erreur")


class TestTakingBack:
    @pytest.fixture
    def carried_out(self, own_database, as_actor, amina):
        """UMU-S1 cut into two, its households moved; agnes follows to the first."""
        world = own_database
        with as_actor(amina):
            openings = [_opening(world, 1, "A-GI-01"), _opening(world, 2, "A-GI-02")]
            recut = _decide(world, amina, *openings)
        _run_jobs(amina, as_actor)
        return recut

    def test_all_is_as_before(self, own_database, as_actor, amina, carried_out):
        world, old = own_database, own_database.units["UMU-S1"]
        with as_actor(amina):
            undo_recut(actor=amina, recut_id=carried_out.pk)
            assert len(_numbers(old)) == 3
            unit = unit_by_id(old)
            assert unit.valid_to is None
            assert [zone.valid_to for zone in zones_of(unit)] == [None]
            assert [sentence for _, sentence, _ in story_of(unit, zones_of(unit), TODAY)] == [
                "Ouverte"
            ]
            role = _open_role("agnes")
            assert (role.pk, role.unit_id) == (world.assignments["agnes"], old)
            for key in _new(carried_out):
                for day in (DAY, TODAY):
                    assert not Unit.objects.filter(open_on(day), pk=key).exists()
            told = LifeEvent.objects.filter(kind="moved", household__number="UMU-1001")
            assert [row.note for row in told.order_by("pk")] == [
                "De Section Umuco 1 à Section neuve 2, par redécoupage.",
                "Rendu à Section Umuco 1 : redécoupage repris.",
            ]
            with pytest.raises(DomainError, match="déjà repris"):
                undo_recut(actor=amina, recut_id=carried_out.pk)
            # It can be decided anew, with the same codes.
            openings = [_opening(world, 1, "A-GI-01"), _opening(world, 2, "A-GI-02")]
            _decide(world, amina, *openings)
        agnes = world.actor("agnes")
        with as_actor(agnes):
            assert old in (visible_unit_ids(agnes) or ())

    def test_before_its_households_have_moved(self, own_database, as_actor, amina):
        world = own_database
        with as_actor(amina):
            recut = _decide(world, amina, _opening(world, 1))
            undo_recut(actor=amina, recut_id=recut.pk)
        [job] = _run_jobs(amina, as_actor)
        assert (job.state, job.result["households"]) == ("done", 0)
        with as_actor(amina):
            assert len(_numbers(world.units["UMU-S1"])) == 3

    def _prevented(self, actor, recut, words: str) -> None:
        with pytest.raises(DomainError) as refusal:
            undo_recut(actor=actor, recut_id=recut.pk)
        assert words in refusal.value.message
        assert unit_by_id(recut.parts.get(is_new=False).unit_id).valid_to == DAY

    def test_a_household_that_went_on_prevents_it(self, own_database, as_actor, amina, carried_out):
        world = own_database
        with as_actor(amina):
            move_household(
                actor=amina, household_id=world.households["UMU-1001"], version=None,
                unit_id=world.units["UMU-S2"], moved_on=TODAY,
            )  # fmt: skip
            self._prevented(amina, carried_out, "UMU-1001 est passé ailleurs")

    def test_an_enrolment_prevents_it(self, as_actor, amina, carried_out):
        with as_actor(amina):
            household = Household.objects.get(number="UMU-1001")
            Enrolment.objects.create(
                tenant_id=amina.tenant_id, household=household, unit_id=household.unit_id,
                year_id=2026, colline_id=household.colline_id, enrolled_on=TODAY,
                is_renewal=True, head_sex="M", males=1, females=2,
            )  # fmt: skip
            self._prevented(amina, carried_out, "1 × adhésion")

    def test_a_household_that_came_prevents_it(self, own_database, as_actor, amina, carried_out):
        with as_actor(amina):
            move_household(
                actor=amina, household_id=own_database.households["UMU-2001"], version=None,
                unit_id=_new(carried_out)[0], moved_on=TODAY,
            )  # fmt: skip
            self._prevented(amina, carried_out, "1 × ménage")

    def test_an_activity_prevents_it(self, as_actor, amina, carried_out):
        with as_actor(amina):
            Activity.objects.create(
                tenant_id=amina.tenant_id, unit_id=_new(carried_out)[0], chapter="quality",
                kind="training", starts_on=TODAY, ends_on=TODAY, theme="Essai",
            )  # fmt: skip
            self._prevented(amina, carried_out, "1 × activité")

    def test_a_unit_opened_beneath_prevents_it(self, own_database, as_actor, amina):
        world = own_database
        with as_actor(amina):
            recut = _decide(world, amina, _opening(world, 1, kind="mutuelle"))
            details = UnitDetails(name="Dessous", code="DESSOUS", parent_id=_new(recut)[0])
            create_unit(actor=amina, kind="section", details=details, valid_from=TODAY)
            self._prevented(amina, recut, "1 × unité")

    def test_a_closure_since_prevents_it(self, own_database, as_actor, amina, carried_out):
        with as_actor(amina):
            leave("agnes", actor=amina, on=TODAY)
            close_unit(actor=amina, unit_id=_new(carried_out)[0], closed_on=TODAY)
            self._prevented(amina, carried_out, "a été fermée ou redécoupée depuis")

    def test_a_code_taken_meanwhile_prevents_it(self, own_database, as_actor, amina, carried_out):
        world = own_database
        with as_actor(amina):
            details = UnitDetails(name="Autre", code="UMU-S1", parent_id=world.units["UMUCO"])
            create_unit(actor=amina, kind="section", details=details, valid_from=TODAY)
            self._prevented(amina, carried_out, "Le code UMU-S1 est déjà celui")

    def test_a_recut_unit_is_not_reopened_alone(self, own_database, as_actor, amina, carried_out):
        with as_actor(amina), pytest.raises(DomainError, match="redécoupage qui se reprend"):
            reopen_unit(actor=amina, unit_id=own_database.units["UMU-S1"])

    def test_another_federation_knows_nothing_of_it(
        self, own_database, as_actor, amina, carried_out
    ):
        bernard = own_database.actor("bernard")
        with as_actor(bernard):
            for act in (
                lambda: undo_recut(actor=bernard, recut_id=carried_out.pk),
                lambda: send_rest(actor=bernard, recut_id=carried_out.pk, chosen={}),
                lambda: recut_batch(actor=bernard, recut_id=carried_out.pk),
            ):
                with pytest.raises(NotFound):
                    act()


class TestPages:
    def _sent(self, world, **more) -> dict[str, str]:
        return {
            "on_date": "2025-06-01", "kind": "section", "name": "Section de Kibasi",
            "code": "KIBASI", "parent": str(world.units["UMUCO"]),
            "communes": [str(world.places["N-GI-01"])], **more,
        }  # fmt: skip

    def test_the_counts_are_shown_then_confirmed(self, world, sign_in):
        client = sign_in("amina")
        address = f"/unites/{world.units['UMU-S1']}/redecouper/"
        sent = self._sent(world)
        shown = client.post(address, sent)
        page = shown.content.decode()
        assert shown.status_code == 422
        assert "Vérifiez ci-dessous où vont les ménages" in page
        assert "Confirmer le redécoupage" in page
        assert '<td class="num" data-label="Ménages">3</td>' in page
        confirmed = re.search(r'name="confirmed" value="([0-9a-f]{64})"', page)
        assert confirmed
        done = client.post(address, {**sent, "confirmed": confirmed[1]})
        assert done.status_code == 302
        assert re.fullmatch(r"/redecoupages/\d+/", done["Location"])
        page = client.get(done["Location"]).content.decode()
        assert "Section de Kibasi" in page
        assert "Suivre le passage des ménages" in page
        old = client.get(f"/unites/{world.units['UMU-S1']}/").content.decode()
        assert done["Location"] in old
        assert "Rouvrir l’unité" not in old
        undo = client.post(f"{done['Location']}reprendre/")
        assert undo.status_code == 302
        assert "repris par" in client.get(done["Location"]).content.decode()

    def test_two_new_units_and_collines_placed_by_hand(self, world, sign_in):
        client = sign_in("amina")
        address = f"/unites/{world.units['UMU-S1']}/redecouper/"
        form = client.get(address, {"nouvelles": "2"}).content.decode()
        assert "Deuxième nouvelle unité" in form
        second = {f"{k}_2": v for k, v in self._sent(world).items() if k != "on_date"}
        sent = self._sent(world, nouvelles="2", heir="1") | second
        sent |= {"name_2": "Section de Rwisabi", "code_2": "RWISABI"}
        page = client.post(address, sent).content.decode()
        assert "Dites ci-dessous où vont les ménages" in page
        names = re.findall(r'<select class="form-select" name="(vers_\d+_\d+)"', page)
        assert len(names) == 2
        sent |= {names[0]: "0", names[1]: "1"}
        page = client.post(address, sent).content.decode()
        assert "Vérifiez ci-dessous" in page
        confirmed = re.search(r'name="confirmed" value="([0-9a-f]{64})"', page)
        assert confirmed
        done = client.post(address, {**sent, "confirmed": confirmed[1]})
        assert done.status_code == 302
        page = client.get(done["Location"]).content.decode()
        assert "Section de Rwisabi" in page

    def test_who_may_not_decide_meets_a_refusal(self, world, sign_in):
        address = f"/unites/{world.units['UMU-S1']}/redecouper/"
        assert sign_in("agnes").get(address).status_code == 403
        assert sign_in("bernard").get(address).status_code == 404
