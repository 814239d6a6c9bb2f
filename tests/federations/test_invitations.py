"""Invitations: a role of the own tenant, a link by mail that works once and for a week."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import (
    HistoryEvent,
    Invitation,
    OutboxEvent,
    RoleAssignment,
    User,
)
from federations.rules.roles import Role
from federations.services.assignments import close_role, give_role
from federations.services.invitations import (
    Invitee,
    accept_invitation,
    resend_invitation,
)
from tests.federations.test_people import (
    NEW_PASSWORD,
    SITE,
    TODAY,
    invite,
    link_token,
    request_for,
)


class TestInvitation:
    def test_a_person_with_a_role_and_a_link_by_mail(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            user = invite(actor, request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S2"))
            role = user.assignments.get()
            assert (role.role, role.unit_id) == ("mutuelle_agent", world.units["UMU-S2"])
            assert role.valid_from == TODAY
            assert not user.has_usable_password()
            mail = OutboxEvent.objects.get().payload
            assert mail["to"] == "alice@exemple.bi"
            assert "Agent de mutuelle" in mail["body"]
            invitation = Invitation.objects.get(user=user)
            assert link_token() not in invitation.token_hash
            assert timedelta(days=6) < invitation.expires_at - timezone.now() <= timedelta(days=7)

    def test_sent_twice_it_invites_once(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            role = request_for(world, Role.AUDITOR)
            assert invite(actor, role, key="k").pk == invite(actor, role, key="k").pk
            assert OutboxEvent.objects.count() == 1

    @pytest.mark.parametrize(
        ("username", "role", "tenant"),
        [
            ("amina", Role.SYSTEM_ADMINISTRATOR, "UMUCO"),
            ("amina", Role.CONFEDERATION_MANAGER, "UMUCO"),
            ("amina", Role.REGULATOR, "UMUCO"),
            ("clara", Role.FEDERATION_MANAGER, "CONAMUS"),
            ("arthur", Role.AUDITOR, "UMUCO"),
            ("agnes", Role.AUDITOR, "UMUCO"),
        ],
    )
    def test_a_role_beyond_the_givers_is_refused(self, world, as_actor, username, role, tenant):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(NotAllowed):
            invite(actor, request_for(world, role, tenant))
        assert not User.objects.filter(username="alice").exists()

    @pytest.mark.parametrize(("username", "tenant"), [("amina", "INEZA"), ("clara", "UMUCO")])
    def test_another_tenant_does_not_exist(self, world, as_actor, username, tenant):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(NotFound):
            invite(actor, request_for(world, Role.AUDITOR, tenant))

    def test_the_administrator_invites_a_federations_first_manager(self, world, as_actor):
        actor = world.actor("sylvere")
        with as_actor(actor):
            user = invite(actor, request_for(world, Role.FEDERATION_MANAGER, "INEZA"))
        assert user.assignments.get().tenant_id == world.tenants["INEZA"]

    @pytest.mark.parametrize(
        ("role", "unit", "facility", "error", "field"),
        [
            (Role.MUTUELLE_AGENT, None, None, DomainError, "unit"),
            (Role.FACILITY_USER, None, None, DomainError, "facility"),
            (Role.AUDITOR, "UMU-S1", None, DomainError, "unit"),
            (Role.AUDITOR, None, "FS-T001", DomainError, "facility"),
            (Role.MUTUELLE_AGENT, "INE-S1", None, NotFound, "unit"),
            (Role.MUTUELLE_AGENT, "UMU-C1", None, DomainError, "unit"),
            (Role.CENTRE_OPERATOR, "UMU-S1", None, DomainError, "unit"),
        ],
    )
    def test_a_role_names_its_place_and_no_other(
        self, world, as_actor, role, unit, facility, error, field
    ):
        actor = world.actor("amina")
        with as_actor(actor), pytest.raises(error) as refused:
            invite(actor, request_for(world, role, "UMUCO", unit, facility))
        assert type(refused.value) is error
        assert refused.value.field == field

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"username": "AMINA"}, "username"),
            ({"username": "a b"}, "username"),
            ({"username": "ab"}, "username"),
            ({"email": ""}, "email"),
            ({"email": "pas-une-adresse"}, "email"),
            ({"full_name": "  "}, "full_name"),
        ],
    )
    def test_each_mistake_is_told_at_its_field(self, world, as_actor, changes, field):
        actor = world.actor("amina")
        invitee = Invitee(
            **{"full_name": "Alice", "username": "alice", "email": "a@exemple.bi", **changes}
        )
        with as_actor(actor), pytest.raises(DomainError) as refused:
            invite(actor, request_for(world, Role.AUDITOR), invitee)
        assert refused.value.field == field


class TestNameOfSomebodyElse:
    """Names to sign in with are of the whole network; whose one is, is nobody else's business."""

    @pytest.mark.parametrize(
        ("wanted", "free"), [("beatrice", "beatrice2"), ("Agnes", "agnes2"), ("eve3", "eve5")]
    )
    def test_a_free_one_is_proposed_and_is_free(self, world, as_actor, wanted, free):
        actor = world.actor("amina")
        role = request_for(world, Role.AUDITOR)
        asked = {"full_name": "Une Autre", "email": "une@exemple.bi"}
        with as_actor(actor):
            for taken in ("eve", "eve2", "eve3", "eve4"):
                invite(actor, role, Invitee(**asked, username=taken))
            with pytest.raises(Conflict) as refused:
                invite(actor, role, Invitee(**asked, username=wanted))
            assert refused.value.field == "username"
            said = f"Cet identifiant est déjà pris. « {free} » est libre."
            assert refused.value.message == said
            assert invite(actor, role, Invitee(**asked, username=free)).username == free

    def test_the_refusal_is_the_same_for_a_colleague_and_a_stranger(self, world, sign_in):
        client = sign_in("amina")
        typed = {
            "full_name": "Une Autre", "email": "une@exemple.bi", "role": "auditor",
            "tenant": str(world.tenants["UMUCO"]),
        }  # fmt: skip
        said = []
        for name in ("albert", "beatrice"):
            answer = client.post("/personnes/inviter/", {**typed, "username": name})
            page = answer.content.decode()
            assert answer.status_code == 422
            beside = page.split('id="id_username_error"')[1].split("</div>")[0]
            said.append(beside.replace(name, "…"))
        assert said[0] == said[1]
        assert "« …2 » est libre" in said[0]


class TestAcceptance:
    @pytest.fixture
    def token(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            invite(actor, request_for(world, Role.AUDITOR))
            return link_token()

    def test_the_person_chooses_a_password_and_signs_in(self, world, token, behind_the_wall):
        accept_invitation(token=token, password=NEW_PASSWORD)
        client = Client()
        client.post("/compte/login/", {"login": "alice", "password": NEW_PASSWORD})
        assert "_auth_user_id" in client.session
        with behind_the_wall():
            event = HistoryEvent.objects.filter(
                table_name="federations_invitation", operation="U"
            ).get()
        assert (event.actor_name, event.source) == ("Alice Ndayishimiye", "invitation")
        assert event.tenant_id == world.tenants["UMUCO"]

    def test_a_link_works_once(self, token):
        accept_invitation(token=token, password=NEW_PASSWORD)
        with pytest.raises(NotFound):
            accept_invitation(token=token, password="un-autre-mot-de-passe-9")

    def test_a_weak_password_leaves_the_link_open(self, token):
        with pytest.raises(DomainError) as refused:
            accept_invitation(token=token, password="alice")
        assert refused.value.field == "password"
        accept_invitation(token=token, password=NEW_PASSWORD)

    def test_after_seven_days_it_is_too_late(self, token, behind_the_wall):
        with behind_the_wall():
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(NotFound):
            accept_invitation(token=token, password=NEW_PASSWORD)

    def test_a_new_link_ends_the_old_one(self, world, as_actor, token):
        actor = world.actor("amina")
        with as_actor(actor):
            user_id = User.objects.get(username="alice").pk
            resend_invitation(actor=actor, user_id=user_id, site_url=SITE)
            second = link_token()
        assert second != token
        with pytest.raises(NotFound):
            accept_invitation(token=token, password=NEW_PASSWORD)
        accept_invitation(token=second, password=NEW_PASSWORD)

    def test_no_new_link_for_who_has_a_password(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor), pytest.raises(Conflict):
            resend_invitation(actor=actor, user_id=world.users["agnes"], site_url=SITE)

    def test_nor_for_who_has_no_role_any_more(self, world, as_actor, token):
        actor = world.actor("amina")
        alice = User.objects.get(username="alice")
        with as_actor(actor):
            role = RoleAssignment.objects.get(user=alice)
            close_role(actor=actor, assignment_id=role.pk, on_date=TODAY)
            with pytest.raises(Conflict, match="n’a plus de rôle"):
                resend_invitation(actor=actor, user_id=alice.pk, site_url=SITE)
            given = request_for(world, Role.FEDERATION_MANAGER)
            give_role(actor=actor, user_id=alice.pk, role=given)
            resend_invitation(actor=actor, user_id=alice.pk, site_url=SITE)
            body = OutboxEvent.objects.order_by("-id").first().payload["body"]
        assert "Gestionnaire de fédération" in body

    def test_nor_from_another_federation(self, world, as_actor, token):
        actor = world.actor("bernard")
        user_id = User.objects.get(username="alice").pk
        with as_actor(actor), pytest.raises(NotFound):
            resend_invitation(actor=actor, user_id=user_id, site_url=SITE)

    def test_a_deactivated_person_cannot_open_the_account(self, token, behind_the_wall):
        with behind_the_wall():
            User.objects.filter(username="alice").update(is_active=False)
        with pytest.raises(NotFound):
            accept_invitation(token=token, password=NEW_PASSWORD)
