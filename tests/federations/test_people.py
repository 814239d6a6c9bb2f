"""People: invited with a role of the own tenant, ended at once, never the last of the keys."""

import re
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import (
    HistoryEvent,
    OutboxEvent,
    RoleAssignment,
    User,
)
from federations.rules.people import RoleRequest, givable_roles
from federations.rules.roles import CONFEDERATION_ROLES, FEDERATION_ROLES, Role
from federations.selectors.assignments import actor_of
from federations.selectors.people import own_person, people
from federations.services.assignments import change_role, close_role, give_role
from federations.services.invitations import (
    Invitee,
    invite_person,
)
from federations.services.people import (
    deactivate_person,
    end_sessions,
    reactivate_person,
    reset_second_factor,
)
from federations.tenancy.scope import open_identity_scope, open_scope
from tests.world import PASSWORD

SITE = "https://conamus.exemple"
NEW_PASSWORD = "umurima-w-ibiharage-7"
TODAY = date(2025, 6, 30)
ALICE = Invitee(full_name="Alice Ndayishimiye", username="alice", email="alice@exemple.bi")


def request_for(world, role: Role, tenant="UMUCO", unit=None, facility=None) -> RoleRequest:
    return RoleRequest(
        role=role,
        tenant_id=world.tenants[tenant],
        unit_id=world.units[unit] if unit else None,
        facility_id=world.facilities[facility] if facility else None,
    )


def invite(actor, role: RoleRequest, invitee: Invitee = ALICE, **more):
    return invite_person(actor=actor, invitee=invitee, role=role, site_url=SITE, **more)


def link_token() -> str:
    """Return the secret of the last link in the outbox."""
    body = OutboxEvent.objects.order_by("-id").first().payload["body"]
    return re.search(rf"{SITE}/invitation/([^/\s]+)/", body)[1]


def second_role(world, username: str, role: Role, tenant: str) -> RoleAssignment:
    """Give a member of the cast a role at a second tenant, as the administrator did."""
    with open_scope(world.system(tenant), source="essai"):
        return RoleAssignment.objects.create(
            user_id=world.users[username],
            role=role,
            tenant_id=world.tenants[tenant],
            valid_from=date(2020, 1, 1),
        )


class TestWhoMayGiveWhat:
    def test_managers_give_the_roles_of_their_own_tenant(self):
        given = givable_roles(Role.FEDERATION_MANAGER, to_confederation=False, is_own_tenant=True)
        assert given == FEDERATION_ROLES | {Role.AUDITOR}
        given = givable_roles(Role.CONFEDERATION_MANAGER, to_confederation=True, is_own_tenant=True)
        assert given == CONFEDERATION_ROLES - {Role.SYSTEM_ADMINISTRATOR} | {Role.AUDITOR}

    @pytest.mark.parametrize("role", [r for r in Role if r.value != "system"])
    def test_nobody_but_the_administrator_gives_elsewhere(self, role):
        for to_confederation in (True, False):
            given = givable_roles(role, to_confederation=to_confederation, is_own_tenant=False)
            assert bool(given) == (role is Role.SYSTEM_ADMINISTRATOR)


class TestSight:
    def test_managers_meet_only_the_people_of_their_tenant(self, world, as_actor):
        amina = world.actor("amina")
        second_role(world, "beatrice", Role.AUDITOR, "UMUCO")
        with as_actor(amina):
            names = set(people(amina).values_list("username", flat=True))
            assert names == {
                "amina", "arthur", "agnes", "albert", "annick", "fabrice", "beatrice",
            }  # fmt: skip
            beatrice = own_person(amina, world.users["beatrice"])
            assert [role.role for role in beatrice.visible_roles] == ["auditor"]

    def test_the_administrator_meets_everyone(self, world, as_actor):
        actor = world.actor("sylvere")
        with as_actor(actor):
            assert people(actor).count() == User.objects.count()

    def test_every_act_on_anothers_people_finds_nobody(self, world, as_actor):
        actor = world.actor("bernard")
        agnes, role = world.users["agnes"], world.assignments["agnes"]
        request = request_for(world, Role.AUDITOR, "INEZA")
        with as_actor(actor):
            for attempt in (
                lambda: own_person(actor, agnes),
                lambda: deactivate_person(actor=actor, user_id=agnes),
                lambda: reactivate_person(actor=actor, user_id=agnes),
                lambda: end_sessions(actor=actor, user_id=agnes),
                lambda: reset_second_factor(actor=actor, user_id=agnes),
                lambda: give_role(actor=actor, user_id=agnes, role=request),
                lambda: change_role(actor=actor, assignment_id=role, role=request),
                lambda: close_role(actor=actor, assignment_id=role, on_date=TODAY),
            ):
                with pytest.raises(NotFound):
                    attempt()

    @pytest.mark.parametrize("username", ["arthur", "agnes", "regine", "medard", "annick"])
    def test_others_may_not_at_all(self, world, as_actor, username):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(NotAllowed):
            deactivate_person(actor=actor, user_id=world.users["albert"])


class TestRoles:
    def test_one_is_changed_for_another_from_today(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            new = change_role(
                actor=actor,
                assignment_id=world.assignments["agnes"],
                role=request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S2"),
            )
        old = RoleAssignment.objects.get(pk=world.assignments["agnes"])
        assert (old.valid_to, new.valid_from, new.valid_to) == (TODAY, TODAY, None)

    def test_the_same_role_twice_is_refused(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor), pytest.raises(DomainError, match="déjà ce rôle"):
            give_role(
                actor=actor,
                user_id=world.users["agnes"],
                role=request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S1"),
            )

    def test_one_ends_today_at_the_earliest(self, world, as_actor):
        actor = world.actor("amina")
        role = world.assignments["agnes"]
        with as_actor(actor):
            with pytest.raises(DomainError) as refused:
                close_role(actor=actor, assignment_id=role, on_date=TODAY - timedelta(days=1))
            assert refused.value.field == "on_date"
            closed = close_role(actor=actor, assignment_id=role, on_date=TODAY)
            assert closed.valid_to == TODAY
            with pytest.raises(Conflict):
                close_role(actor=actor, assignment_id=role, on_date=TODAY)

    def test_a_closed_role_ends_at_the_next_click(self, world, as_actor, sign_in):
        client = sign_in("agnes")
        actor = world.actor("amina")
        with as_actor(actor):
            close_role(actor=actor, assignment_id=world.assignments["agnes"], on_date=TODAY)
        response = client.get("/unites/")
        assert (response.status_code, response["Location"]) == (302, reverse("no_role"))

    def test_nobody_changes_the_own_roles(self, world, as_actor):
        second_role(world, "arthur", Role.FEDERATION_MANAGER, "UMUCO")
        actor = world.actor("amina")
        mine = world.assignments["amina"]
        role = request_for(world, Role.AUDITOR)
        with as_actor(actor):
            for attempt in (
                lambda: give_role(actor=actor, user_id=actor.user_id, role=role),
                lambda: change_role(actor=actor, assignment_id=mine, role=role),
                lambda: close_role(actor=actor, assignment_id=mine, on_date=TODAY),
            ):
                with pytest.raises(NotAllowed):
                    attempt()

    @pytest.mark.parametrize("when", [TODAY, TODAY + timedelta(days=30)])
    def test_the_last_manager_stays(self, world, as_actor, when):
        actor = world.actor("sylvere")
        amina = world.assignments["amina"]
        with as_actor(actor):
            with pytest.raises(Conflict, match="Personne d’autre"):
                close_role(actor=actor, assignment_id=amina, on_date=when)
            second_role(world, "arthur", Role.FEDERATION_MANAGER, "UMUCO")
            assert close_role(actor=actor, assignment_id=amina, on_date=when).valid_to == when

    def test_who_is_to_end_does_not_stand_in_for_the_last_manager(self, world, as_actor):
        """Amina ends Arthur's role for August; Arthur, manager until then, cannot end hers."""
        arthurs = second_role(world, "arthur", Role.FEDERATION_MANAGER, "UMUCO")
        amina, arthur = world.actor("amina"), actor_of(arthurs)
        mine, august = world.assignments["amina"], date(2025, 8, 1)
        with as_actor(amina):
            close_role(actor=amina, assignment_id=arthurs.pk, on_date=august)
        with as_actor(arthur):
            for attempt in (
                lambda: close_role(actor=arthur, assignment_id=mine, on_date=TODAY),
                lambda: close_role(actor=arthur, assignment_id=mine, on_date=august),
                lambda: deactivate_person(actor=arthur, user_id=amina.user_id),
            ):
                with pytest.raises(Conflict, match="Personne d’autre"):
                    attempt()
        with as_actor(amina):
            sooner = close_role(actor=amina, assignment_id=arthurs.pk, on_date=TODAY)
        assert sooner.valid_to == TODAY

    def test_of_two_who_are_to_end_the_one_who_lasts_stands_in(self, world, as_actor):
        """As a take-on may find them: nobody's end is open, and no day is left to nobody."""
        arthurs = second_role(world, "arthur", Role.FEDERATION_MANAGER, "UMUCO")
        amina, sylvere = world.assignments["amina"], world.actor("sylvere")
        august, september = date(2025, 8, 1), date(2025, 9, 1)
        with as_actor(sylvere):
            for key, day in ((arthurs.pk, august), (amina, september)):
                RoleAssignment.objects.filter(pk=key).update(valid_to=day)
            with pytest.raises(Conflict, match="Personne d’autre"):
                close_role(actor=sylvere, assignment_id=amina, on_date=TODAY)
            assert close_role(actor=sylvere, assignment_id=arthurs.pk, on_date=TODAY)

    def test_a_manager_who_never_opened_the_account_does_not_count(self, world, as_actor):
        actor = world.actor("sylvere")
        with as_actor(actor):
            invite(actor, request_for(world, Role.FEDERATION_MANAGER))
            with pytest.raises(Conflict):
                deactivate_person(actor=actor, user_id=world.users["amina"])


class TestDeactivation:
    def test_sessions_end_at_once(self, world, as_actor, sign_in):
        client = sign_in("agnes")
        assert client.get("/unites/").status_code == 200
        actor = world.actor("amina")
        with as_actor(actor):
            done = deactivate_person(actor=actor, user_id=world.users["agnes"])
        assert done.is_account_closed
        assert client.get("/unites/")["Location"].startswith("/compte/login/")
        assert not UserSession.objects.filter(user_id=world.users["agnes"]).exists()
        client.post("/compte/login/", {"login": "agnes", "password": PASSWORD})
        assert "_auth_user_id" not in client.session

    def test_and_the_account_can_be_opened_again(self, world, as_actor, sign_in):
        actor = world.actor("amina")
        with as_actor(actor):
            deactivate_person(actor=actor, user_id=world.users["agnes"])
            with pytest.raises(Conflict):
                deactivate_person(actor=actor, user_id=world.users["agnes"])
            reactivate_person(actor=actor, user_id=world.users["agnes"])
        assert sign_in("agnes").get("/unites/").status_code == 200

    def test_nobody_deactivates_themself(self, world, as_actor):
        second_role(world, "arthur", Role.FEDERATION_MANAGER, "UMUCO")
        actor = world.actor("amina")
        with as_actor(actor), pytest.raises(NotAllowed):
            deactivate_person(actor=actor, user_id=actor.user_id)

    def test_nor_the_last_manager(self, world, as_actor):
        actor = world.actor("sylvere")
        for username in ("amina", "clara"):
            with as_actor(actor), pytest.raises(Conflict, match="Personne d’autre"):
                deactivate_person(actor=actor, user_id=world.users[username])
        assert User.objects.get(username="amina").is_active

    def test_with_a_role_elsewhere_only_what_is_here_ends(self, world, as_actor, sign_in):
        theirs = second_role(world, "agnes", Role.AUDITOR, "INEZA")
        actor = world.actor("amina")
        with as_actor(actor):
            done = deactivate_person(actor=actor, user_id=world.users["agnes"])
        assert not done.is_account_closed
        theirs.refresh_from_db()
        assert theirs.valid_to is None
        assert RoleAssignment.objects.get(pk=world.assignments["agnes"]).valid_to == TODAY
        response = sign_in("agnes").get("/unites/")
        assert response.status_code == 200
        assert "Ineza" in response.content.decode()

    def test_who_was_deactivated_elsewhere_is_not_woken_here(self, world, as_actor):
        second_role(world, "agnes", Role.AUDITOR, "INEZA")
        with as_actor(world.system("INEZA")):
            User.objects.filter(username="agnes").update(is_active=False)
        actor = world.actor("amina")
        with as_actor(actor), pytest.raises(Conflict, match="autre fédération"):
            reactivate_person(actor=actor, user_id=world.users["agnes"])


class TestWhoClosed:
    """What the system's administrator closed, no manager opens again."""

    def close(self, world, as_actor, username: str) -> None:
        actor = world.actor(username)
        with as_actor(actor):
            deactivate_person(actor=actor, user_id=world.users["agnes"])

    def reopen(self, world, as_actor, username: str) -> User:
        actor = world.actor(username)
        with as_actor(actor):
            return reactivate_person(actor=actor, user_id=world.users["agnes"])

    def test_a_manager_does_not_undo_the_administrator(self, world, as_actor):
        self.close(world, as_actor, "sylvere")
        with pytest.raises(Conflict, match="lui seul peut le réactiver"):
            self.reopen(world, as_actor, "amina")
        assert not User.objects.get(username="agnes").is_active
        opened = self.reopen(world, as_actor, "sylvere")
        assert (opened.is_active, opened.closed_by_role) == (True, "")

    def test_each_undoes_a_managers(self, world, as_actor):
        for username in ("amina", "sylvere"):
            self.close(world, as_actor, "amina")
            assert self.reopen(world, as_actor, username).is_active

    def test_an_earlier_closing_by_the_administrator_is_over(self, world, as_actor):
        self.close(world, as_actor, "sylvere")
        self.reopen(world, as_actor, "sylvere")
        self.close(world, as_actor, "amina")
        assert self.reopen(world, as_actor, "amina").is_active

    def test_the_page_says_who_and_offers_nothing(self, world, as_actor, sign_in):
        self.close(world, as_actor, "sylvere")
        agnes = world.users["agnes"]
        reopen = reverse("person_reactivate", args=[agnes])
        detail = reverse("person_detail", args=[agnes])
        client = sign_in("amina")
        page = client.get(detail).content.decode()
        assert "désactivé par l’administrateur du système" in page
        assert reopen not in page
        answer = client.post(reopen, {})
        assert answer.status_code == 422
        assert "lui seul peut le réactiver" in answer.content.decode()
        assert reopen in sign_in("sylvere").get(detail).content.decode()


class TestSecondFactor:
    def _with_totp(self, world, username: str) -> None:
        own = {"source": "essai", "request_id": "essai"}
        with open_identity_scope(world.actor(username), **own):
            Authenticator.objects.create(
                user_id=world.users[username], type=Authenticator.Type.TOTP, data={"secret": "x"}
            )

    def test_a_lost_one_is_forgotten_and_the_history_says_so(
        self, world, as_actor, behind_the_wall
    ):
        self._with_totp(world, "agnes")
        actor = world.actor("amina")
        with as_actor(actor):
            reset_second_factor(actor=actor, user_id=world.users["agnes"])
        assert not Authenticator.objects.exists()
        with behind_the_wall():
            event = HistoryEvent.objects.get(table_name="mfa_authenticator", operation="D")
            assert event.actor_name == "Amina Nduwimana"
            assert "data" not in event.before

    def test_not_where_there_is_none_nor_for_oneself(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            with pytest.raises(Conflict):
                reset_second_factor(actor=actor, user_id=world.users["agnes"])
            with pytest.raises(NotAllowed):
                reset_second_factor(actor=actor, user_id=actor.user_id)

    def test_not_by_one_manager_of_two(self, world, as_actor):
        """Else a federation's manager could open the confederation manager's account."""
        self._with_totp(world, "clara")
        second_role(world, "clara", Role.AUDITOR, "UMUCO")
        actor = world.actor("amina")
        with as_actor(actor):
            for act in (reset_second_factor, end_sessions):
                with pytest.raises(Conflict, match="administrateur du système"):
                    act(actor=actor, user_id=world.users["clara"])
        administrator = world.actor("sylvere")
        with as_actor(administrator):
            reset_second_factor(actor=administrator, user_id=world.users["clara"])


class TestWhoIsToldTheDraw:
    """A doctor of CONAMUS knows by what months over were drawn: such a person enters nothing."""

    @pytest.fixture
    def entering(self, world):
        return (
            request_for(world, Role.CENTRE_OPERATOR, unit="UMU-C1"),
            request_for(world, Role.FACILITY_USER, facility="FS-T001"),
        )

    def test_is_given_no_role_that_enters_even_after(self, world, as_actor, entering):
        sylvere, medard = world.actor("sylvere"), world.users["medard"]
        role = world.assignments["medard"]

        def refuse_both():
            for request in entering:
                with pytest.raises(Conflict, match="ne saisit donc pas") as refused:
                    give_role(actor=sylvere, user_id=medard, role=request)
                assert refused.value.field == "role"

        with as_actor(sylvere):
            refuse_both()
            with pytest.raises(Conflict, match="ne saisit donc pas"):
                change_role(actor=sylvere, assignment_id=role, role=entering[0])
            close_role(actor=sylvere, assignment_id=role, on_date=TODAY)
            refuse_both()
            # What tells nothing to a draw is his as anybody's.
            nurse = request_for(world, Role.ADVISING_NURSE)
            assert give_role(actor=sylvere, user_id=medard, role=nurse).role == nurse.role

    def test_who_enters_becomes_one_once_that_is_over(self, world, as_actor):
        sylvere = world.actor("sylvere")
        adviser = request_for(world, Role.MEDICAL_ADVISER, "CONAMUS")
        with as_actor(sylvere):
            for username in ("albert", "fabrice"):
                told = {"actor": sylvere, "user_id": world.users[username], "role": adviser}
                with pytest.raises(Conflict, match="retirez-lui d’abord"):
                    give_role(**told)
                role = world.assignments[username]
                close_role(actor=sylvere, assignment_id=role, on_date=TODAY)
                assert give_role(**told).role == Role.MEDICAL_ADVISER
