"""The days of units agree: with those of what they hang from, their codes, their zones."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connections

from conamus.kernel.errors import Conflict, DomainError, PeriodClosed
from federations.models import Activity, Expense, PeriodLock, Recut, Unit, UnitZone
from federations.rules.activities import ExpenseFacts
from federations.rules.people import RoleRequest
from federations.rules.roles import Role
from federations.selectors.units import communes_on, open_on, unclosed_on
from federations.services.activities import record_activity
from federations.services.assignments import give_role
from federations.services.expenses import record_expense
from federations.services.following import follow_recut
from federations.services.periods import lift_lock, lock_month, require_open_month
from federations.services.recuts import Opening, recut_units, take_back_recut
from federations.services.units import (
    UnitDetails,
    change_unit,
    close_unit,
    create_unit,
    reopen_unit,
    set_zone,
    unit_version,
)
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.services.households import register_household
from tests.federations.leaving import leave
from tests.federations.test_activities import facts_for as activity_for
from tests.federations.test_expenses import facts_for as expense_for
from tests.membership.families import family

DAY = date(2025, 1, 1)
TODAY = date(2025, 6, 30)
SOON = date(2025, 7, 1)
LATER = date(2026, 6, 1)


def _open(actor, world, *, kind: str = "section", day: date = DAY, **changes) -> Unit:
    given = {"name": "Unité neuve", "code": "UMU-S9", "parent_id": world.units["UMUCO"]}
    details = UnitDetails(**{**given, **changes})
    return create_unit(actor=actor, kind=kind, details=details, valid_from=day)


def _change(actor, unit: Unit, *, valid_from: date | None = None, **changes) -> Unit:
    details = {name: getattr(unit, name) for name in UnitDetails.__dataclass_fields__}
    return change_unit(
        actor=actor,
        unit_id=unit.pk,
        details=UnitDetails(**{**details, **changes}),
        version=unit_version(unit),
        valid_from=valid_from,
    )


def _zone(unit_id: int) -> list[tuple]:
    rows = UnitZone.objects.filter(unit_id=unit_id).order_by("valid_from", "commune_id")
    return list(rows.values_list("commune__code", "valid_from", "valid_to"))


@contextmanager
def _scope(world, who: str = "amina") -> Iterator[Actor]:
    """Amina's scope, or another's, committed at its end."""
    actor = world.actor(who)
    with open_scope(actor, source="essai"):
        yield actor


class _Waiting:
    """What another does in the meantime, in a connection of their own."""

    def __init__(self, world, act: Callable[[Actor], object]) -> None:
        self.world, self.act, self.told = world, act, "rien n’a été refusé"
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with _scope(self.world) as actor:
                self.act(actor)
        except DomainError as error:
            self.told = error.message
        finally:
            connections.close_all()

    def begin(self) -> None:
        """Let it run until it waits."""
        self.thread.start()
        self.thread.join(timeout=0.7)
        assert self.thread.is_alive(), self.told

    def refusal(self) -> str:
        """Return what it was told, once it is through."""
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()
        return self.told


class TestCodes:
    def test_one_is_not_free_until_its_unit_has_closed(self, amina, world):
        old = close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=LATER)
        with pytest.raises(Conflict, match="« Section Umuco 2 »") as refused:
            _open(amina, world, code="UMU-S2", day=TODAY)
        assert refused.value.field == "code"
        heir = _open(amina, world, code="UMU-S2", day=LATER)
        for day, unit in ((TODAY, old), (LATER, heir)):
            assert Unit.objects.get(open_on(day), code="UMU-S2").pk == unit.pk

    def test_who_has_it_is_named_where_a_closing_is_taken_back(self, amina, world):
        unit = world.units["UMU-S2"]
        close_unit(actor=amina, unit_id=unit, closed_on=LATER)
        _open(amina, world, code="UMU-S2", day=LATER, name="Section héritière")
        with pytest.raises(Conflict, match="« Section héritière »") as refused:
            reopen_unit(actor=amina, unit_id=unit)
        assert refused.value.field == "code"
        assert Unit.objects.get(pk=unit).valid_to == LATER


class TestWhatAUnitHangsFrom:
    @pytest.fixture
    def mutuelle(self, amina, world) -> Unit:
        return _open(amina, world, kind="mutuelle", code="UMU-M1", name="Mutuelle neuve")

    def test_nothing_opens_or_moves_under_one_that_closes_before(self, amina, world, mutuelle):
        section = _open(amina, world)
        close_unit(actor=amina, unit_id=mutuelle.pk, closed_on=SOON)
        with pytest.raises(DomainError, match="ferme le 01/07/2025") as refused:
            _open(amina, world, code="UMU-S8", parent_id=mutuelle.pk, day=TODAY)
        assert refused.value.field == "parent"
        with pytest.raises(DomainError, match="ferme le 01/07/2025"):
            _change(amina, section, parent_id=mutuelle.pk)

    def test_it_does_not_close_before_what_is_to_close_later(self, amina, world, mutuelle):
        section = _open(amina, world, parent_id=mutuelle.pk)
        close_unit(actor=amina, unit_id=section.pk, closed_on=LATER)
        with pytest.raises(DomainError, match="dépendent encore"):
            close_unit(actor=amina, unit_id=mutuelle.pk, closed_on=SOON)
        assert close_unit(actor=amina, unit_id=mutuelle.pk, closed_on=LATER).valid_to == LATER
        section.refresh_from_db()
        _change(amina, section, phone="79 111 111")

    @pytest.mark.parametrize("day", [TODAY, LATER])
    def test_none_is_reopened_under_what_has_closed(self, day, amina, world, mutuelle):
        section = _open(amina, world, parent_id=mutuelle.pk)
        for unit in (section, mutuelle):
            close_unit(actor=amina, unit_id=unit.pk, closed_on=day)
        with pytest.raises(DomainError, match=r"« Mutuelle neuve » .* rouvrez-la d’abord"):
            reopen_unit(actor=amina, unit_id=section.pk)
        for unit in (mutuelle, section):
            assert reopen_unit(actor=amina, unit_id=unit.pk).valid_to is None

    def test_none_is_reopened_whose_centre_has_closed(self, amina, world):
        leave("agnes", "albert", actor=amina, on=TODAY)
        for code in ("UMU-S1", "UMU-S2", "UMU-C1"):
            close_unit(actor=amina, unit_id=world.units[code], closed_on=TODAY)
        with pytest.raises(DomainError, match="rouvrez-la d’abord"):
            reopen_unit(actor=amina, unit_id=world.units["UMU-S2"])

    def test_what_closes_after_a_recut_follows_it_and_comes_back(
        self, amina, world, mutuelle, settings
    ):
        section = _open(amina, world, parent_id=mutuelle.pk)
        close_unit(actor=amina, unit_id=section.pk, closed_on=LATER)
        details = UnitDetails(name="Mutuelle M2", code="UMU-M2", parent_id=world.units["UMUCO"])
        recut = recut_units(
            actor=amina,
            unit_ids=[mutuelle.pk],
            on_date=SOON,
            openings=[Opening(kind="mutuelle", details=details)],
        )
        section.refresh_from_db()
        assert section.parent_id == mutuelle.pk
        settings.BUSINESS_DATE = SOON
        follow_recut(actor=amina, recut_id=recut.pk)
        section.refresh_from_db()
        assert section.parent_id == recut.parts.get(is_new=True).unit_id
        take_back_recut(actor=amina, recut_id=Recut.objects.get(pk=recut.pk).pk)
        section.refresh_from_db()
        assert section.parent_id == mutuelle.pk

    def test_a_unit_may_be_older_than_what_it_hangs_from(self, amina, world, mutuelle):
        """Mutuals were there before their federation, sections before a re-cut mutuelle."""
        section = _open(amina, world, parent_id=mutuelle.pk, day=date(1995, 1, 1))
        assert section.valid_from < mutuelle.valid_from


class TestTwoAtOnce:
    """One closes a mutuelle, another hangs a section from it: the second waits for the first."""

    @pytest.fixture
    def mutuelle(self, own_database) -> Unit:
        with _scope(own_database) as actor:
            return _open(actor, own_database, kind="mutuelle", code="UMU-M1", name="Mutuelle neuve")

    def test_nothing_opens_moves_or_comes_back_under_one_that_closes(self, own_database, mutuelle):
        world = own_database
        with _scope(world) as actor:
            moved = _open(actor, world)
            back = _open(actor, world, code="UMU-S7", parent_id=mutuelle.pk)
            close_unit(actor=actor, unit_id=back.pk, closed_on=TODAY)
        for number, hang in enumerate(
            (
                lambda actor: _open(actor, world, code="UMU-S8", parent_id=mutuelle.pk),
                lambda actor: _change(actor, moved, parent_id=mutuelle.pk),
                lambda actor: reopen_unit(actor=actor, unit_id=back.pk),
            )
        ):
            waiting = _Waiting(world, hang)
            with _scope(world) as actor:
                close_unit(actor=actor, unit_id=mutuelle.pk, closed_on=TODAY)
                waiting.begin()
            assert "« Mutuelle neuve » (fermée le 30/06/2025)" in waiting.refusal(), number
            with _scope(world) as actor:
                assert not Unit.objects.filter(unclosed_on(TODAY), parent=mutuelle).exists()
                reopen_unit(actor=actor, unit_id=mutuelle.pk)

    def test_a_mutuelle_does_not_close_over_what_opens_under_it(self, own_database, mutuelle):
        waiting = _Waiting(
            own_database,
            lambda actor: close_unit(actor=actor, unit_id=mutuelle.pk, closed_on=TODAY),
        )
        with _scope(own_database) as actor:
            _open(actor, own_database, code="UMU-S8", parent_id=mutuelle.pk)
            waiting.begin()
        assert "dépendent encore" in waiting.refusal()
        with _scope(own_database):
            assert Unit.objects.get(pk=mutuelle.pk).valid_to is None


class TestMonthsAtOnce:
    """One closes or reopens a month, another opens a unit in it: the second waits for the first."""

    MAY = date(2025, 5, 10)

    def _close(self, actor: Actor) -> None:
        lock_month(actor=actor, unit=Unit.objects.get(code="UMUCO"), month=self.MAY)

    def _reopen(self, actor: Actor) -> None:
        lock = PeriodLock.objects.get(unit__code="UMUCO", lifted_at__isnull=True)
        lift_lock(actor=actor, lock_id=lock.pk, because="Une pièce oubliée")

    def _meanwhile(self, world, first: Callable, second: Callable) -> None:
        waiting = _Waiting(world, second)
        with _scope(world) as actor:
            first(actor)
            waiting.begin()
        assert waiting.refusal() == "rien n’a été refusé"

    def _closed(self, world) -> set[str]:
        with _scope(world):
            held = PeriodLock.objects.filter(month=date(2025, 5, 1), lifted_at__isnull=True)
            return set(held.values_list("unit__code", flat=True))

    def test_what_wins_days_meanwhile_is_closed_with_what_is_above(self, own_database):
        world = own_database
        with _scope(world) as actor:
            moved = _open(actor, world, code="UMU-S7", day=date(2025, 6, 1))
            back = _open(actor, world, code="UMU-S8")
            close_unit(actor=actor, unit_id=back.pk, closed_on=date(2025, 4, 1))
        for code, win in {
            "UMU-S9": lambda actor: _open(actor, world),
            "UMU-S7": lambda actor: _change(actor, moved, valid_from=DAY),
            "UMU-S8": lambda actor: reopen_unit(actor=actor, unit_id=back.pk),
        }.items():
            self._meanwhile(world, win, self._close)
            assert code in self._closed(world)
            with _scope(world) as actor:
                self._reopen(actor)

    def test_what_opens_during_a_closing_or_a_reopening_follows_it(self, own_database):
        world = own_database
        self._meanwhile(world, self._close, lambda actor: _open(actor, world))
        assert {"UMUCO", "UMU-S9"} <= self._closed(world)
        self._meanwhile(world, lambda actor: _open(actor, world, code="UMU-S8"), self._reopen)
        assert self._closed(world) == set()
        with _scope(world):
            assert PeriodLock.objects.filter(unit__code="UMU-S8").exists()


class TestFactsAtOnce:
    """One closes a unit, another writes of it: the second waits for the first."""

    @pytest.fixture(params=["expense", "activity", "household", "role"])
    def fact(self, request, own_database) -> tuple[str, Callable]:
        """Something of today in section 2, and what it is told as."""
        world = own_database
        unit = world.units["UMU-S2"]

        def spend(actor: Actor) -> None:
            record_expense(actor=actor, facts=expense_for(unit, spent_on=TODAY))

        def act(actor: Actor) -> None:
            facts = activity_for(unit, starts_on=TODAY, ends_on=TODAY)
            record_activity(actor=actor, facts=facts)

        def register(actor: Actor) -> None:
            facts = family(world, unit_id=unit, colline_id=world.places["N-GI-01-1-1"])
            register_household(actor=actor, facts=facts)

        def work(actor: Actor) -> None:
            role = RoleRequest(role=Role.MUTUELLE_AGENT, tenant_id=actor.tenant_id, unit_id=unit)
            give_role(actor=actor, user_id=world.users["annick"], role=role)

        return {
            "expense": ("1 × dépense", spend),
            "activity": ("1 × activité", act),
            "household": ("1 × ménage", register),
            "role": ("Annick Kaneza, le 30/06/2025", work),
        }[request.param]

    def _close(self, world) -> Callable:
        unit = world.units["UMU-S2"]
        return lambda actor: close_unit(actor=actor, unit_id=unit, closed_on=TODAY)

    def test_neither_slips_past_the_other(self, own_database, fact):
        told, write = fact
        waiting = _Waiting(own_database, write)
        with _scope(own_database) as actor:
            self._close(own_database)(actor)
            waiting.begin()
        assert "Section Umuco 2 »" in waiting.refusal()
        with _scope(own_database) as actor:
            reopen_unit(actor=actor, unit_id=own_database.units["UMU-S2"])
        waiting = _Waiting(own_database, self._close(own_database))
        with _scope(own_database) as actor:
            write(actor)
            waiting.begin()
        assert told in waiting.refusal()

    def test_nor_past_what_asks_for_its_month_alone(self, own_database):
        """Whatever writes of a unit asks for its month: a household that stays is enrolled."""
        waiting = _Waiting(own_database, self._close(own_database))
        with _scope(own_database) as actor:
            require_open_month(
                tenant_id=actor.tenant_id,
                unit_id=own_database.units["UMU-S2"],
                on_date=TODAY,
                field="enrolled_on",
            )
            waiting.begin()
        assert waiting.refusal() == "rien n’a été refusé"

    def test_nor_past_what_an_agent_writes_who_may_change_no_unit(self, own_database):
        unit = own_database.units["UMU-S1"]
        waiting = _Waiting(
            own_database, lambda actor: close_unit(actor=actor, unit_id=unit, closed_on=TODAY)
        )
        with _scope(own_database, "agnes") as agnes:
            record_activity(actor=agnes, facts=activity_for(unit, starts_on=TODAY, ends_on=TODAY))
            waiting.begin()
        assert "1 × activité" in waiting.refusal()


class TestClosedMonths:
    """What is closed for a unit is closed for what opens beneath it afterwards."""

    MAY = date(2025, 5, 10)

    @pytest.fixture(autouse=True)
    def closed(self, amina, world) -> None:
        lock_month(actor=amina, unit=Unit.objects.get(code="UMUCO"), month=self.MAY)

    def _spend(self, actor, unit: Unit, day: date = MAY) -> None:
        facts = ExpenseFacts(
            unit_id=unit.pk, spent_on=day, heading="PERSONNEL", amount_francs=1000, label="Mai"
        )
        record_expense(actor=actor, facts=facts)

    def _is_closed(self, actor, unit: Unit) -> bool:
        with pytest.raises(PeriodClosed, match="05/2025") as refused:
            self._spend(actor, unit)
        self._spend(actor, unit, date(2025, 6, 10))
        return refused.value.field == "spent_on"

    def test_a_unit_opened_in_the_past_takes_them_over(self, amina, world):
        assert self._is_closed(amina, _open(amina, world, day=date(2020, 1, 1)))
        assert not Expense.objects.filter(spent_on=self.MAY).exists()
        lock = PeriodLock.objects.get(unit__code="UMU-S9")
        assert (lock.month, lock.locked_by) == (date(2025, 5, 1), amina.name)

    def test_so_does_one_whose_opening_moves_before_them(self, amina, world):
        unit = _open(amina, world, day=date(2025, 6, 1))
        assert not PeriodLock.objects.filter(unit=unit).exists()
        assert self._is_closed(amina, _change(amina, unit, valid_from=date(2025, 5, 1)))

    def test_so_does_one_that_is_reopened(self, amina, world):
        unit = _open(amina, world)
        close_unit(actor=amina, unit_id=unit.pk, closed_on=date(2025, 4, 1))
        april = lock_month(actor=amina, unit=Unit.objects.get(code="UMUCO"), month=date(2025, 4, 1))
        assert unit.pk not in {lock.unit_id for lock in april}
        reopen_unit(actor=amina, unit_id=unit.pk)
        assert self._is_closed(amina, unit)
        with pytest.raises(PeriodClosed, match="04/2025"):
            self._spend(amina, unit, date(2025, 4, 2))

    def test_so_do_those_of_a_recut_and_it_is_still_taken_back(self, amina, world):
        old = Unit.objects.get(code="UMU-S2")
        details = UnitDetails(name="Section S3", code="UMU-S3", parent_id=world.units["UMUCO"])
        recut = recut_units(
            actor=amina,
            unit_ids=[old.pk],
            on_date=date(2025, 3, 1),
            openings=[Opening(kind="section", details=details)],
        )
        new = recut.parts.get(is_new=True).unit
        with pytest.raises(PeriodClosed, match="05/2025"):
            self._spend(amina, new)
        lock_month(actor=amina, unit=new, month=date(2025, 4, 1))
        take_back_recut(actor=amina, recut_id=recut.pk)
        for day in (self.MAY, date(2025, 4, 10)):
            with pytest.raises(PeriodClosed):
                self._spend(amina, old, day)

    def test_a_month_reopened_for_a_unit_alone_stays_open(self, amina, world):
        unit = _open(amina, world)
        [lock] = PeriodLock.objects.filter(unit=unit)
        lift_lock(actor=amina, lock_id=lock.pk, because="Une facture oubliée")
        _change(amina, Unit.objects.get(pk=unit.pk), phone="79 111 111")
        self._spend(amina, unit)


class TestZones:
    def test_an_end_to_come_is_taken_back_not_doubled(self, amina, world):
        unit, commune = world.units["UMU-S1"], world.places["A-GI-01"]
        set_zone(actor=amina, unit_id=unit, commune_ids=[], from_date=LATER)
        set_zone(actor=amina, unit_id=unit, commune_ids=[commune], from_date=TODAY)
        assert _zone(unit) == [("A-GI-01", date(2015, 1, 1), None)]

    def test_a_change_replaces_what_was_decided_for_later(self, amina, world):
        unit = world.units["UMU-S1"]
        one, two = world.places["A-GI-01"], world.places["A-GI-02"]
        set_zone(actor=amina, unit_id=unit, commune_ids=[two], from_date=LATER)
        set_zone(actor=amina, unit_id=unit, commune_ids=[], from_date=SOON)
        assert _zone(unit) == [("A-GI-01", date(2015, 1, 1), SOON)]
        set_zone(actor=amina, unit_id=unit, commune_ids=[one], from_date=SOON)
        assert _zone(unit) == [("A-GI-01", date(2015, 1, 1), None)]

    @pytest.mark.parametrize(("decided", "since"), [(LATER, TODAY), (TODAY, date(2024, 1, 1))])
    def test_a_beginning_comes_forward_to_the_day_that_is_said(self, decided, since, amina, world):
        unit = world.units["UMU-S1"]
        both = [world.places["A-GI-01"], world.places["A-GI-02"]]
        for day in (decided, since):
            set_zone(actor=amina, unit_id=unit, commune_ids=both, from_date=day)
            assert communes_on(Unit.objects.get(pk=unit), day) == set(both)
        assert _zone(unit) == [("A-GI-01", date(2015, 1, 1), None), ("A-GI-02", since, None)]

    def test_a_beginning_does_not_go_back(self, amina, world):
        unit, both = world.units["UMU-S1"], [world.places["A-GI-01"], world.places["A-GI-02"]]
        for day in (TODAY, LATER):
            set_zone(actor=amina, unit_id=unit, commune_ids=both, from_date=day)
        assert ("A-GI-02", TODAY, None) in _zone(unit)

    @pytest.mark.parametrize("communes", [["A-GI-01", "A-GI-02"], []])
    @pytest.mark.parametrize("changed_on", [SOON, LATER])
    def test_a_unit_closes_after_the_last_change(self, changed_on, communes, amina, world):
        unit = world.units["UMU-S2"]
        wanted = [world.places[code] for code in communes]
        set_zone(actor=amina, unit_id=unit, commune_ids=wanted, from_date=changed_on)
        before = _zone(unit)
        with pytest.raises(DomainError, match=f"change le {changed_on:%d/%m/%Y}") as refused:
            close_unit(actor=amina, unit_id=unit, closed_on=SOON)
        assert refused.value.field == "closed_on"
        close_unit(actor=amina, unit_id=unit, closed_on=date(2026, 6, 2))
        assert all(ended is not None for *_, ended in _zone(unit))
        reopen_unit(actor=amina, unit_id=unit)
        assert _zone(unit) == before

    def test_a_closing_to_come_is_told_as_such(self, amina, world):
        unit = world.units["UMU-S2"]
        close_unit(actor=amina, unit_id=unit, closed_on=LATER)
        with pytest.raises(DomainError, match="Cette unité ferme le 01/06/2026"):
            set_zone(actor=amina, unit_id=unit, commune_ids=[], from_date=TODAY)


def test_an_opening_is_not_moved_to_the_closing(amina, world) -> None:
    unit = _open(amina, world)
    close_unit(actor=amina, unit_id=unit.pk, closed_on=date(2025, 3, 1))
    unit.refresh_from_db()
    for day in (date(2025, 3, 1), date(2025, 4, 1)):
        with pytest.raises(DomainError, match="avant la fermeture") as refused:
            _change(amina, unit, valid_from=day)
        assert refused.value.field == "valid_from"
    assert _change(amina, unit, valid_from=date(2025, 2, 1)).valid_from == date(2025, 2, 1)


def test_the_opening_of_a_unit_that_closes_is_corrected_with_its_zone(amina, world) -> None:
    unit = _open(amina, world)
    commune = world.places["A-GI-02"]
    set_zone(actor=amina, unit_id=unit.pk, commune_ids=[commune], from_date=DAY)
    close_unit(actor=amina, unit_id=unit.pk, closed_on=LATER)
    unit.refresh_from_db()
    _change(amina, unit, valid_from=date(2025, 2, 1))
    assert _zone(unit.pk) == [("A-GI-02", date(2025, 2, 1), LATER)]


class TestWhatHappened:
    """A unit closes after it, whichever application holds it."""

    @pytest.mark.parametrize("day", [date(2016, 1, 1), date(2024, 11, 1)])
    def test_it_is_told_where_the_closing_comes_before(self, day, amina, world):
        with pytest.raises(DomainError, match=r"× adhésion.*, jusqu’au 01/11/2024") as refused:
            close_unit(actor=amina, unit_id=world.units["UMU-S1"], closed_on=day)
        assert refused.value.field == "closed_on"
        told = "ménage" in refused.value.message
        assert told == (day < date(2023, 10, 1))

    def test_it_holds_no_later_closing(self, amina, world):
        day = date(2024, 11, 2)
        assert close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=day).valid_to == day

    def test_an_activity_to_come_holds_it_too(self, amina, world):
        Activity.objects.create(
            tenant_id=amina.tenant_id,
            unit_id=world.units["UMU-S2"],
            starts_on=SOON,
            ends_on=SOON,
            kind="training",
            chapter="gender",
            theme="Genre",
        )
        with pytest.raises(DomainError, match="1 × activité, jusqu’au 01/07/2025"):
            close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=TODAY)
