"""Ways in that were tried on the application and must stay shut."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from conamus.kernel.errors import DomainError, NotFound
from conamus.pages.exports import harmless
from federations.models import OutboxEvent, Partner, User
from federations.rules.people import RoleRequest, givable_roles
from federations.rules.roles import Role
from federations.services.activities import record_activity
from federations.services.invitations import (
    Invitee,
    accept_invitation,
    invite_person,
    open_invitation,
)
from federations.services.outbox import enqueue, publish_pending
from federations.services.partners import add_partner
from tests.federations.test_activities import facts_for
from tests.world import World

SITE = "https://conamus.example.org"
PASSWORD = "umurima-w-ibiharage-42"


def _invite(world: World, as_actor: Callable, username: str, email: str) -> str:
    actor = world.actor("amina")
    role = RoleRequest(role=Role.ADVISING_NURSE, tenant_id=actor.tenant_id)
    invitee = Invitee(full_name="Une Personne", username=username, email=email)
    with as_actor(actor):
        invite_person(actor=actor, invitee=invitee, role=role, site_url=SITE)
        body = OutboxEvent.objects.latest("pk").payload["body"]
    return body.split("/invitation/")[1].split("/")[0]


def test_one_bad_address_does_not_hold_the_mails_of_others(
    world: World, as_actor: Callable
) -> None:
    for username, to in (("amina", "a@" + "é" * 70 + ".com"), ("bernard", "b@exemple.bi")):
        actor = world.actor(username)
        with as_actor(actor):
            payload = {"to": to, "subject": "s", "body": "b"}
            enqueue(tenant_id=actor.tenant_id, topic="mail", payload=payload)
    publish_pending()
    assert [message.to for message in mail.outbox if message.to == ["b@exemple.bi"]]


def test_an_address_with_accents_is_refused(world: World, as_actor: Callable) -> None:
    with pytest.raises(DomainError) as refused:
        _invite(world, as_actor, "ernest", "ernest@été.bi")
    assert refused.value.field == "email"


def test_two_people_may_share_a_mailbox(world: World, as_actor: Callable) -> None:
    tokens = [_invite(world, as_actor, name, "bureau@exemple.bi") for name in ("eve", "egide")]
    for token in tokens:
        assert accept_invitation(token=token, password=PASSWORD).has_usable_password()


def test_an_account_opened_otherwise_ends_its_invitation(
    world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    token = _invite(world, as_actor, "edith", "edith@exemple.bi")
    with behind_the_wall():
        user = User.objects.get(username="edith")
        user.set_password(PASSWORD)
        user.save()
    with pytest.raises(NotFound):
        open_invitation(token)


def test_only_an_administrator_makes_an_administrator() -> None:
    manager = givable_roles(Role.CONFEDERATION_MANAGER, to_confederation=True, is_own_tenant=True)
    administrator = givable_roles(
        Role.SYSTEM_ADMINISTRATOR, to_confederation=True, is_own_tenant=True
    )
    assert Role.SYSTEM_ADMINISTRATOR not in manager
    assert Role.SYSTEM_ADMINISTRATOR in administrator


def test_ones_address_is_not_changed_from_an_open_session(
    world: World, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("annick")
    answer = client.post("/compte/email/", {"action_add": "", "email": "autre@exemple.bi"})
    assert answer.status_code == 404


def test_invisible_characters_are_refused_at_entry_and_gone_from_exports(
    world: World, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("amina").post("/partenaires/ajouter/", {"name": "A\x0bB", "kind": "funder"})
    assert answer.status_code == 422
    assert "caractère invisible" in answer.content.decode()
    assert harmless("A\x0bB") == "AB"


_UNSEEN = (
    "Ress\u200bources propres",
    "Fonds \u202eémrof",
    "Fon\u00adds",
    "Fon\x08ds",
    "F\u3164nds",
)


@pytest.mark.parametrize("name", _UNSEEN)
def test_a_name_that_looks_like_another_is_refused_whichever_door_it_takes(
    name: str, world: World, as_actor: Callable
) -> None:
    refused = "caractère invisible"
    with as_actor(amina := world.actor("amina")):
        with pytest.raises(DomainError, match=refused) as told:
            add_partner(actor=amina, name=name, kind="funder", acronym="")
        assert told.value.field == "name"
        with pytest.raises(DomainError, match=refused) as told:
            record_activity(actor=amina, facts=facts_for(world.units["UMUCO"], theme=name))
        assert told.value.field == "theme"
        invitee = Invitee(full_name=name, username="fonds", email="fonds@exemple.bi")
        with pytest.raises(DomainError, match=refused) as told:
            role = RoleRequest(role=Role.AUDITOR, tenant_id=amina.tenant_id)
            invite_person(actor=amina, invitee=invitee, role=role, site_url=SITE)
        assert told.value.field == "full_name"
        assert not Partner.objects.filter(kind="funder", name=name).exists()
    assert not User.objects.filter(username="fonds").exists()


def test_a_result_keeps_its_lines(world: World, as_actor: Callable) -> None:
    lines = "Trente agents formés.\nUn guide."
    with as_actor(amina := world.actor("amina")):
        facts = facts_for(world.units["UMUCO"], result=lines)
        assert record_activity(actor=amina, facts=facts).result == lines


def test_the_end_of_time_is_a_date(world: World, sign_in: Callable[[str], Client]) -> None:
    assert sign_in("amina").get("/historique/?until=9999-12-31").status_code == 200


def test_the_request_id_is_not_the_clients(world: World) -> None:
    given = "deadbeefdeadbeef0001"
    answer = Client().get("/compte/login/", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
