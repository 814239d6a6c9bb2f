"""What others do to people, units and months while a re-cut passes them on, or is taken back."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError
from federations.models import Expense, PeriodLock, Recut, RoleAssignment, Unit
from federations.rules.people import RoleRequest
from federations.rules.roles import Role
from federations.services.assignments import change_role, close_role, give_role
from federations.services.expenses import record_expense
from federations.services.following import follow_recut
from federations.services.people import deactivate_person
from federations.services.periods import lift_lock, lock_month
from federations.services.recuts import Opening, recut_units, take_back_recut
from federations.services.units import UnitDetails, close_unit, create_unit, reopen_unit
from membership.services.recuts import decide_recut, undo_recut
from tests.federations.leaving import leave
from tests.federations.test_expenses import facts_for as expense_for
from tests.federations.test_people import request_for
from tests.federations.test_unit_days import _change, _scope, _Waiting
from tests.membership.test_recuts_to_come import _mutuelle, _recut, _roles, _unit

TODAY = date(2025, 6, 30)
DAY = date(2025, 10, 1)
LATER = date(2026, 3, 1)
SECTIONS = ("UMU-S1", "UMU-S2")


def _centre(actor, world, **more) -> Recut:
    """The centre C1, where Albert works, is to become C2."""
    return _recut(actor, world, "UMU-C1", "UMU-C2", "management_centre", **more)


def _operator(actor, unit: str) -> RoleRequest:
    return RoleRequest(role=Role.CENTRE_OPERATOR, tenant_id=actor.tenant_id, unit_id=_unit(unit).pk)


def _details(world, code: str) -> UnitDetails:
    return UnitDetails(name=f"Neuve {code}", code=code, parent_id=world.units["UMUCO"])


def _serve_nobody(actor) -> None:
    for code in SECTIONS:
        _change(actor, _unit(code), management_centre_id=None)


class TestDismissedMeanwhile:
    """A dismissal and what passes roles on wait for each other (two connections)."""

    @pytest.fixture
    def recut(self, own_database, settings) -> Recut:
        with _scope(own_database) as amina:
            made = _centre(amina, own_database)
        settings.BUSINESS_DATE = DAY
        return made

    @pytest.mark.parametrize("act", ["close", "change"])
    def test_by_who_met_the_passage(self, recut, own_database, act):
        world, mine = own_database, own_database.assignments["albert"]

        def close(actor) -> object:
            return close_role(actor=actor, assignment_id=mine, on_date=DAY)

        def change(actor) -> object:
            auditor = request_for(world, Role.AUDITOR)
            return change_role(actor=actor, assignment_id=mine, role=auditor)

        manager = _Waiting(world, {"close": close, "change": change}[act])
        with _scope(world) as amina:
            follow_recut(actor=amina, recut_id=recut.pk)
            manager.begin()
        assert manager.refusal() == "Ce rôle est déjà terminé."
        with _scope(world):
            assert [row[::2] for row in _roles("albert")] == [("UMU-C1", DAY), ("UMU-C2", None)]

    def test_before_the_passage_it_stays_so(self, recut, own_database):
        world, mine = own_database, own_database.assignments["albert"]
        task = _Waiting(world, lambda actor: follow_recut(actor=actor, recut_id=recut.pk))
        with _scope(world) as amina:
            close_role(actor=amina, assignment_id=mine, on_date=DAY)
            task.begin()
        task.refusal()
        with _scope(world):
            assert [row[::2] for row in _roles("albert")] == [("UMU-C1", DAY)]

    def test_an_account_waits_too(self, recut, own_database):
        world = own_database
        user = world.users["albert"]
        manager = _Waiting(world, lambda actor: deactivate_person(actor=actor, user_id=user))
        with _scope(world) as amina:
            follow_recut(actor=amina, recut_id=recut.pk)
            manager.begin()
        assert manager.refusal() == "rien n’a été refusé"

    def test_by_who_met_the_taking_back(self, recut, own_database):
        world = own_database
        with _scope(world) as amina:
            follow_recut(actor=amina, recut_id=recut.pk)
            new = RoleAssignment.objects.get(unit__code="UMU-C2").pk
        on = DAY + timedelta(days=2)
        manager = _Waiting(
            world, lambda actor: close_role(actor=actor, assignment_id=new, on_date=on)
        )
        with _scope(world) as amina:
            undo_recut(actor=amina, recut_id=recut.pk)
            manager.begin()
        assert manager.refusal() == "Ce rôle est déjà terminé."
        with _scope(world):
            assert [row[::2] for row in _roles("albert")] == [("UMU-C1", None), ("UMU-C2", DAY)]


class TestWrittenInTheNewUnitMeanwhile:
    """Who takes a re-cut back holds the units: nothing slips into one that becomes of no day."""

    def test_a_role(self, own_database):
        world = own_database
        with _scope(world) as amina:
            recut, role = _centre(amina, world), _operator(amina, "UMU-C2")
        annick = world.users["annick"]
        other = _Waiting(world, lambda actor: give_role(actor=actor, user_id=annick, role=role))
        with _scope(world) as amina:
            undo_recut(actor=amina, recut_id=recut.pk)
            other.begin()
        assert "choisissez une autre unité" in other.refusal()
        with _scope(world):
            assert not RoleAssignment.objects.filter(unit__code="UMU-C2").exists()

    @pytest.mark.parametrize("code", ["UMU-S9", "UMU-S2"])
    def test_an_expense(self, own_database, code):
        """In the new unit it is refused; in the old one it waits, and is written."""
        world = own_database
        with _scope(world) as amina:
            recut = recut_units(
                actor=amina,
                unit_ids=[_unit("UMU-S2").pk],
                on_date=TODAY,
                openings=[Opening(kind="section", details=_details(world, "UMU-S9"))],
            )
            facts = expense_for(_unit(code).pk, spent_on=TODAY)
        other = _Waiting(world, lambda actor: record_expense(actor=actor, facts=facts))
        with _scope(world) as amina:
            undo_recut(actor=amina, recut_id=recut.pk)
            other.begin()
        told = other.refusal()
        with _scope(world):
            written = Expense.objects.filter(unit__code=code, spent_on=TODAY).count()
        expected = (0, True) if code == "UMU-S9" else (1, False)
        assert (written, "choisissez un jour" in told) == expected


class TestTakenBack:
    def test_its_unit_is_never_opened_again(self, world, as_actor, sign_in):
        with as_actor(amina := world.actor("amina")):
            recut = _centre(amina, world)
            undo_recut(actor=amina, recut_id=recut.pk)
            old, new = _unit("UMU-C1").pk, _unit("UMU-C2").pk
            with pytest.raises(DomainError, match="n’a jamais ouvert"):
                reopen_unit(actor=amina, unit_id=new)
        client = sign_in("amina")
        page = client.get(reverse("unit_detail", args=[new])).content.decode()
        for address in ("unit_reopen", "unit_edit"):
            assert reverse(address, args=[new]) not in page
        assert (
            reverse("unit_edit", args=[old])
            in client.get(reverse("unit_detail", args=[old])).content.decode()
        )

    def test_a_role_given_in_both_goes_on_in_the_old(self, amina, world, settings):
        """Who had the role in the heir already has it once; it is not lost with the heir."""
        recut = _centre(amina, world)
        give_role(actor=amina, user_id=world.users["albert"], role=_operator(amina, "UMU-C2"))
        settings.BUSINESS_DATE = DAY
        follow_recut(actor=amina, recut_id=recut.pk)
        assert [row[::2] for row in _roles("albert")] == [("UMU-C1", DAY), ("UMU-C2", None)]
        undo_recut(actor=amina, recut_id=recut.pk)
        assert [row[::2] for row in _roles("albert")] == [("UMU-C1", None), ("UMU-C2", DAY)]

    def test_it_closes_no_month_that_nobody_closed(self, amina, world):
        def locked(code: str) -> set[date]:
            rows = PeriodLock.objects.filter(unit__code=code, lifted_at__isnull=True)
            return set(rows.values_list("month", flat=True))

        april, may = date(2025, 4, 1), date(2025, 5, 1)
        lock_month(actor=amina, unit=_unit("UMU-S1"), month=may)
        recut = recut_units(
            actor=amina,
            unit_ids=[_unit(code).pk for code in SECTIONS],
            on_date=date(2025, 3, 1),
            openings=[Opening(kind="section", details=_details(world, "UMU-S9"))],
        )
        assert locked("UMU-S9") == {may}
        lock_month(actor=amina, unit=_unit("UMU-S9"), month=april)
        take_back_recut(actor=amina, recut_id=recut.pk)
        assert (locked("UMU-S1"), locked("UMU-S2")) == ({april, may}, {april})

    def test_a_month_closed_anew_is_closed_for_all(self, amina, world):
        may = date(2025, 5, 1)
        lock_month(actor=amina, unit=_unit("UMU-S1"), month=may)
        recut = recut_units(
            actor=amina,
            unit_ids=[_unit(code).pk for code in SECTIONS],
            on_date=date(2025, 3, 1),
            openings=[Opening(kind="section", details=_details(world, "UMU-S9"))],
        )
        lock = PeriodLock.objects.get(unit__code="UMU-S9")
        lift_lock(actor=amina, lock_id=lock.pk, because="Erreur")
        lock_month(actor=amina, unit=_unit("UMU-S9"), month=may)
        take_back_recut(actor=amina, recut_id=recut.pk)
        closed = PeriodLock.objects.filter(month=may, lifted_at__isnull=True)
        assert {lock.unit.code for lock in closed} >= set(SECTIONS)


class TestWhereTheHeirCannotHoldPeople:
    def test_it_does_not_close_over_who_is_to_follow(self, amina, world, settings):
        recut = _centre(amina, world)
        _serve_nobody(amina)
        new = _unit("UMU-C2").pk
        with pytest.raises(DomainError, match="Albert") as refused:
            close_unit(actor=amina, unit_id=new, closed_on=LATER)
        assert refused.value.field == "closed_on"
        leave("albert", actor=amina, on=LATER)
        close_unit(actor=amina, unit_id=new, closed_on=LATER)
        given = give_role(
            actor=amina, user_id=world.users["annick"], role=_operator(amina, "UMU-C1")
        )
        assert given.valid_to == LATER
        settings.BUSINESS_DATE = DAY
        follow_recut(actor=amina, recut_id=recut.pk)
        there = RoleAssignment.objects.filter(unit=new)
        assert {role.valid_to for role in there} == {LATER}
        assert len(there) == 2

    def test_nor_is_of_a_kind_in_which_they_cannot_work(self, amina, world):
        _serve_nobody(amina)
        opening = Opening(kind="section", details=_details(world, "UMU-S9"))
        given = {"unit_ids": [_unit("UMU-C1").pk], "on_date": DAY, "openings": [opening]}
        with pytest.raises(DomainError, match=r"Albert.* Opérateur de centre") as refused:
            decide_recut(actor=amina, **given)
        assert refused.value.field == "kind"
        leave("albert", actor=amina, on=DAY)
        decide_recut(actor=amina, **given)
        with pytest.raises(DomainError, match="devient « Neuve UMU-S9 »") as refused:
            give_role(actor=amina, user_id=world.users["annick"], role=_operator(amina, "UMU-C1"))
        assert refused.value.field == "unit"

    def test_of_several_new_units_the_heir_is_asked(self, amina, world):
        section = _unit("UMU-S1").pk
        openings = [
            Opening(kind="management_centre", details=_details(world, "UMU-C9")),
            Opening(kind="section", details=_details(world, "UMU-S9")),
        ]
        given = {"actor": amina, "unit_ids": [section], "on_date": DAY, "openings": openings}
        with pytest.raises(DomainError, match=r"Agnès.* Agent de mutuelle"):
            recut_units(**given)
        assert recut_units(**given, heirs={section: 1}).parts.count() == 3


class TestRolesOutsideTheirUnit:
    def test_an_end_is_not_moved_beyond_the_closing(self, amina, world):
        leave("agnes", actor=amina, on=LATER)
        close_unit(actor=amina, unit_id=_unit("UMU-S1").pk, closed_on=LATER)
        mine = world.assignments["agnes"]
        with pytest.raises(DomainError, match="ferme le 01/03/2026") as refused:
            close_role(actor=amina, assignment_id=mine, on_date=date(2027, 1, 1))
        assert refused.value.field == "on_date"
        sooner = close_role(actor=amina, assignment_id=mine, on_date=DAY)
        assert sooner.valid_to == DAY
        assert close_role(actor=amina, assignment_id=mine, on_date=LATER).valid_to == LATER

    @pytest.mark.parametrize("day", [date(2026, 6, 1), date(2025, 9, 1)])
    def test_an_opening_does_not_move_away_from_who_begins_with_it(self, amina, world, day):
        opening = date(2026, 1, 1)
        unit = create_unit(
            actor=amina, kind="section", details=_details(world, "UMU-S9"), valid_from=opening
        )
        role = RoleRequest(role=Role.MUTUELLE_AGENT, tenant_id=amina.tenant_id, unit_id=unit.pk)
        given = give_role(actor=amina, user_id=world.users["annick"], role=role)
        with pytest.raises(DomainError, match=r"Annick.*01/01/2026") as refused:
            _change_opening(amina, unit, day)
        assert refused.value.field == "valid_from"
        close_role(actor=amina, assignment_id=given.pk, on_date=TODAY)
        assert _change_opening(amina, unit, day).valid_from == day

    def test_it_moves_before_who_began_later(self, amina, world):
        unit = create_unit(
            actor=amina,
            kind="section",
            details=_details(world, "UMU-S9"),
            valid_from=date(2025, 3, 1),
        )
        role = RoleRequest(role=Role.MUTUELLE_AGENT, tenant_id=amina.tenant_id, unit_id=unit.pk)
        give_role(actor=amina, user_id=world.users["annick"], role=role)
        for day in (date(2025, 1, 1), TODAY):
            assert _change_opening(amina, unit, day).valid_from == day

    def test_a_section_open_today_does_not_hang_from_what_opens_later(self, amina, world):
        _mutuelle(amina, world)
        _recut(amina, world, "UMU-M1", "UMU-M2", "mutuelle")
        above = _unit("UMU-M2").pk
        with pytest.raises(DomainError, match="n’ouvre que le 01/10/2025") as refused:
            _change(amina, _unit("UMU-S1"), parent_id=above)
        assert refused.value.field == "parent"
        details = UnitDetails(name="Section", code="UMU-S9", parent_id=above)
        with pytest.raises(DomainError, match="n’ouvre que le 01/10/2025"):
            create_unit(actor=amina, kind="section", details=details, valid_from=TODAY)
        made = create_unit(actor=amina, kind="section", details=details, valid_from=DAY)
        assert made.parent_id == above

    def test_nor_is_served_by_a_centre_that_does(self, amina, world):
        _centre(amina, world)
        with pytest.raises(DomainError, match="n’ouvre que le 01/10/2025") as refused:
            _change(amina, _unit("UMU-S1"), management_centre_id=_unit("UMU-C2").pk)
        assert refused.value.field == "management_centre"


def _change_opening(actor, unit: Unit, day: date) -> Unit:
    return _change(actor, _unit(unit.code), valid_from=day)


def test_the_same_key_with_another_heir_is_told(amina, world) -> None:
    _serve_nobody(amina)
    centre = _unit("UMU-C1").pk
    given = {
        "actor": amina,
        "unit_ids": [centre],
        "on_date": TODAY,
        "openings": [
            Opening(kind="management_centre", details=_details(world, code))
            for code in ("UMU-C7", "UMU-C8")
        ],
        "submission_key": "a" * 32,
    }
    first = decide_recut(**given, heirs={centre: 0})
    assert decide_recut(**given, heirs={centre: 0}).pk == first.pk
    with pytest.raises(Conflict, match="déjà servi"):
        decide_recut(**given, heirs={centre: 1})
    assert Recut.objects.count() == 1


#: Raw statements on a re-cut: their parameters are a word to write and the re-cut.
FORGED = {
    "followed": "UPDATE federations_recut SET followed = %s, on_date = '2025-01-01' WHERE id = %s",
    "taken back": "UPDATE federations_recut SET taken_back_at = now(), taken_back_by = %s"
    " WHERE id = %s",
    "told of": "INSERT INTO federations_recut"
    " (tenant_id, on_date, decided_by, decided_at, followed, taken_back_by)"
    " SELECT tenant_id, on_date, %s, now(), '{}', '' FROM federations_recut WHERE id = %s",
}


def _touched(statement: str, *parameters: object) -> int:
    """Return how many rows a statement writes; 0 where it is refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount
    except DatabaseError:
        return 0


@pytest.mark.parametrize("who", ["agnes", "arthur", "albert", "annick"])
def test_who_manages_no_units_writes_no_recut(who: str, world, as_actor: Callable) -> None:
    with as_actor(amina := world.actor("amina")):
        recut = _centre(amina, world)
    for actor, rows in ((world.actor(who), 0), (amina, 1)):
        with as_actor(actor):
            written = {name: _touched(sql, "{}", recut.pk) for name, sql in FORGED.items()}
        assert written == dict.fromkeys(FORGED, rows), actor.name


def test_only_what_followed_comes_back(amina, world) -> None:
    """Whatever a re-cut's row says: another's ended role is not opened again by it."""
    recut = _centre(amina, world)
    ended = give_role(
        actor=amina, user_id=world.users["annick"], role=request_for(world, Role.AUDITOR)
    )
    close_role(actor=amina, assignment_id=ended.pk, on_date=TODAY)
    lasting = [world.assignments[name] for name in ("agnes", "albert", "annick")]
    pairs = [[ended.pk, one] for one in lasting] + [[ended.pk, 10**9]]
    Recut.objects.filter(pk=recut.pk).update(followed={"roles": json.loads(json.dumps(pairs))})
    before = list(RoleAssignment.objects.order_by("pk").values())
    undo_recut(actor=amina, recut_id=recut.pk)
    assert list(RoleAssignment.objects.order_by("pk").values()) == before
