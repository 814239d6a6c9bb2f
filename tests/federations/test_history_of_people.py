"""Where a person's changes are told: to those who look after the person now, and to no others."""

import pytest
from allauth.mfa.models import Authenticator

from federations.models import HistoryEvent, User
from federations.rules.roles import Role
from federations.selectors.history import HistoryQuery, history_page
from federations.services.assignments import close_role, give_role
from federations.services.people import deactivate_person, reset_second_factor
from federations.services.people_edit import PersonDetails, correct_person, person_version
from federations.tenancy.scope import open_identity_scope
from tests.federations.test_people import SITE, TODAY, request_for


def _told(world, as_actor, who: str) -> list[tuple]:
    """What a reader's history tells of Béatrice's account: who changed what."""
    asked = HistoryQuery(table="federations_user", row=str(world.users["beatrice"]))
    with as_actor(actor := world.actor(who)):
        events = history_page(actor, asked).events
        return [(event.actor_name, tuple(event.after)) for event in events if event.after]


def _leave(world, as_actor) -> None:
    """End Béatrice's work at INEZA."""
    with as_actor(bernard := world.actor("bernard")):
        close_role(actor=bernard, assignment_id=world.assignments["beatrice"], on_date=TODAY)


def _come(world, as_actor) -> None:
    """Give Béatrice work at UMUCO, as the administrator alone may."""
    with as_actor(sylvere := world.actor("sylvere")):
        role = request_for(world, Role.AUDITOR, tenant="UMUCO")
        give_role(actor=sylvere, user_id=world.users["beatrice"], role=role)


def _correct(world, as_actor, who: str, email: str) -> None:
    with as_actor(actor := world.actor(who)):
        user = User.objects.get(pk=world.users["beatrice"])
        correct_person(
            actor=actor,
            user_id=user.pk,
            details=PersonDetails(full_name=user.full_name, email=email),
            version=person_version(user),
            site_url=SITE,
        )


def test_who_left_is_told_at_the_new_federation_and_not_at_the_former(world, as_actor):
    _leave(world, as_actor)
    _come(world, as_actor)
    _correct(world, as_actor, "amina", "beatrice@umuco.bi")
    assert _told(world, as_actor, "amina") == [("Amina Nduwimana", ("email",))]
    assert _told(world, as_actor, "bernard") == []


def test_a_second_factor_is_forgotten_before_the_eyes_of_the_new_federation(world, as_actor):
    _leave(world, as_actor)
    _come(world, as_actor)
    beatrice = world.users["beatrice"]
    with open_identity_scope(world.actor("beatrice"), source="essai", request_id=""):
        kind = Authenticator.Type.TOTP
        Authenticator.objects.create(user_id=beatrice, type=kind, data={"secret": "x"})
    with as_actor(amina := world.actor("amina")):
        reset_second_factor(actor=amina, user_id=beatrice)
    removed = {"table_name": "mfa_authenticator", "operation": "D"}
    with as_actor(world.actor("amina")):
        assert HistoryEvent.objects.get(**removed).actor_name == "Amina Nduwimana"
    with as_actor(world.actor("bernard")):
        assert not HistoryEvent.objects.filter(**removed).exists()


def test_who_works_for_two_is_told_to_both(world, as_actor):
    _come(world, as_actor)
    _correct(world, as_actor, "sylvere", "beatrice@exemple.org")
    told = [("Sylvère Hatungimana", ("email",))]
    assert _told(world, as_actor, "amina") == told
    assert _told(world, as_actor, "bernard") == told
    assert _told(world, as_actor, "sylvere") == []


def test_who_works_nowhere_any_more_is_told_where_the_last_work_was(world, as_actor):
    _leave(world, as_actor)
    _correct(world, as_actor, "sylvere", "beatrice@exemple.org")
    assert _told(world, as_actor, "bernard") == [("Sylvère Hatungimana", ("email",))]


def test_of_two_former_federations_the_one_that_acts_is_told(world, as_actor):
    _leave(world, as_actor)
    _come(world, as_actor)
    with as_actor(amina := world.actor("amina")):
        role = User.objects.get(pk=world.users["beatrice"]).assignments.last()
        close_role(actor=amina, assignment_id=role.pk, on_date=TODAY)
    _correct(world, as_actor, "bernard", "beatrice@ineza.bi")
    assert _told(world, as_actor, "bernard") == [("Bernard Ntahomvukiye", ("email",))]
    assert _told(world, as_actor, "amina") == []


@pytest.mark.parametrize("who", ["bernard", "sylvere"])
def test_a_closed_account_is_told_where_it_was_open(world, as_actor, who):
    with as_actor(actor := world.actor(who)):
        deactivate_person(actor=actor, user_id=world.users["beatrice"])
    [(name, changed)] = _told(world, as_actor, "bernard")
    assert (name, "is_active" in changed) == (actor.name, True)
