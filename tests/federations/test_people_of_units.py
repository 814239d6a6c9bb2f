"""Who works in a unit: only while it is open, and it closes once they have left."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from conamus.kernel.errors import DomainError
from federations.models import RoleAssignment, Unit
from federations.rules.roles import Role
from federations.services.assignments import change_role, close_role, give_role
from federations.services.units import UnitDetails, close_unit, create_unit
from tests.federations.leaving import leave
from tests.federations.test_people import invite, request_for

TODAY = date(2025, 6, 30)
LATER = date(2026, 6, 1)


@pytest.fixture
def agent_of_two(amina, world) -> RoleAssignment:
    """Annick, who works in section 2 as an agent since today."""
    role = request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S2")
    return give_role(actor=amina, user_id=world.users["annick"], role=role)


class TestClosing:
    @pytest.mark.parametrize("day", [date(2025, 1, 1), TODAY, LATER])
    def test_it_waits_until_people_have_left(self, day, amina, world):
        unit = world.units["UMU-S1"]
        with pytest.raises(DomainError, match=r"travaillent encore .*Agnès Irakoze") as refused:
            close_unit(actor=amina, unit_id=unit, closed_on=day)
        assert refused.value.field == "closed_on"
        leave("agnes", actor=amina, on=max(day, TODAY))
        assert close_unit(actor=amina, unit_id=unit, closed_on=day).valid_to == day

    def test_who_leaves_after_the_day_holds_it_still(self, amina, world):
        leave("agnes", actor=amina, on=LATER + timedelta(days=1))
        with pytest.raises(DomainError, match="Agnès Irakoze"):
            close_unit(actor=amina, unit_id=world.units["UMU-S1"], closed_on=LATER)

    def test_it_comes_after_the_roles_that_began(self, amina, world, agent_of_two):
        role, unit = agent_of_two, world.units["UMU-S2"]
        RoleAssignment.objects.filter(pk=role.pk).update(valid_to=TODAY + timedelta(days=2))
        for day in (date(2025, 1, 1), TODAY):
            with pytest.raises(DomainError, match="Annick Kaneza, le 30/06/2025") as refused:
                close_unit(actor=amina, unit_id=unit, closed_on=day)
            assert refused.value.field == "closed_on"
        closed = close_unit(actor=amina, unit_id=unit, closed_on=TODAY + timedelta(days=2))
        assert closed.valid_to == TODAY + timedelta(days=2)

    def test_a_role_that_was_never_held_tells_nothing(self, amina, world, agent_of_two):
        close_role(actor=amina, assignment_id=agent_of_two.pk, on_date=TODAY)
        unit = close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=date(2025, 1, 1))
        assert unit.valid_to == date(2025, 1, 1)

    def test_the_page_names_them_at_the_day(self, world, sign_in):
        client, page = sign_in("amina"), f"/unites/{world.units['UMU-S1']}/fermer/"
        assert "Retirez d’abord" in client.get(page).content.decode()
        answer = client.post(page, {"closed_on": "2025-06-30"})
        assert answer.status_code == 422
        assert "Agnès Irakoze" in answer.context["form"].errors["closed_on"][0]


class TestGiving:
    @pytest.fixture
    def to_come(self, world, as_actor) -> Unit:
        details = UnitDetails(name="Section à venir", code="UMU-S9", parent_id=world.units["UMUCO"])
        with as_actor(actor := world.actor("amina")):
            unit = create_unit(actor=actor, kind="section", details=details, valid_from=LATER)
        world.units["UMU-S9"] = unit.pk
        return unit

    @pytest.mark.parametrize("day", [date(2025, 1, 1), TODAY])
    def test_a_closed_unit_has_no_work_to_give(self, day, amina, world):
        unit = Unit.objects.get(pk=world.units["UMU-S2"])
        close_unit(actor=amina, unit_id=unit.pk, closed_on=day)
        role = request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S2")
        mine = world.assignments["agnes"]
        for give in (
            lambda: give_role(actor=amina, user_id=world.users["annick"], role=role),
            lambda: change_role(actor=amina, assignment_id=mine, role=role),
            lambda: invite(amina, role),
        ):
            with pytest.raises(DomainError, match=f"fermée le {day:%d/%m/%Y}") as refused:
                give()
            assert refused.value.field == "unit"
        assert not RoleAssignment.objects.filter(unit=unit).exists()

    def test_in_a_unit_to_come_it_begins_as_that_opens(self, world, to_come, sign_in):
        typed = {"tenant": world.tenants["UMUCO"], "role": "mutuelle_agent", "unit": to_come.pk}
        give = reverse("person_role_give", args=[world.users["annick"]])
        page = sign_in("amina").post(give, typed, follow=True).content.decode()
        assert "Le rôle est donné, à partir du 1er juin 2026." in page
        role = RoleAssignment.objects.get(unit=to_come)
        assert (role.valid_from, role.valid_to) == (LATER, None)

    @pytest.mark.parametrize("was_to_end", [None, date(2025, 9, 1)])
    def test_who_changes_into_it_works_where_they_are_until_then(
        self, was_to_end, world, as_actor, to_come
    ):
        mine = world.assignments["agnes"]
        with as_actor(actor := world.actor("amina")):
            if was_to_end:
                leave("agnes", actor=actor, on=was_to_end)
            role = request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S9")
            new = change_role(actor=actor, assignment_id=mine, role=role)
            assert new.valid_from == LATER
            assert RoleAssignment.objects.get(pk=mine).valid_to == (was_to_end or LATER)

    def test_who_is_invited_into_a_unit_to_come_can_be_sent_a_new_link(
        self, world, as_actor, to_come, sign_in
    ):
        with as_actor(actor := world.actor("amina")):
            user = invite(actor, request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S9"))
        page = sign_in("amina").get(reverse("person_detail", args=[user.pk])).content.decode()
        assert reverse("person_reinvite", args=[user.pk]) in page

    def test_in_a_unit_that_closes_it_ends_with_it(self, amina, world):
        close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=LATER)
        role = request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S2")
        given = give_role(actor=amina, user_id=world.users["annick"], role=role)
        assert (given.valid_from, given.valid_to) == (TODAY, LATER)

    @pytest.mark.parametrize("day", ["2026-06-01", "2014-12-31"])
    def test_the_database_asks_the_same(self, day, amina, world):
        """Of the first day of a role: before the opening, or from the closing on."""
        close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=LATER)
        give = (
            "INSERT INTO federations_roleassignment (user_id, role, tenant_id, unit_id, valid_from)"
            " VALUES (%s, 'mutuelle_agent', %s, %s, %s)"
        )
        given = [world.users["annick"], amina.tenant_id, world.units["UMU-S2"]]
        with connection.cursor() as cursor:
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                cursor.execute(give, [*given, day])
            cursor.execute(give, [*given, "2026-05-31"])
            assert cursor.rowcount == 1
