"""A link that opens an account, used or sent while somebody ends it: in two connections."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from conamus.kernel.errors import DomainError
from federations.models import Invitation, OutboxEvent, User
from federations.rules.roles import Role
from federations.services.invitations import accept_invitation, resend_invitation
from federations.services.people_edit import PersonDetails, correct_person, person_version
from federations.tenancy.scope import open_scope
from tests.federations.test_people import NEW_PASSWORD, SITE, invite, link_token, request_for


@pytest.fixture
def invited(own_database) -> tuple[int, str]:
    """Invite Alice; return her key and the secret of her link."""
    with open_scope(amina := own_database.actor("amina"), source="essai"):
        alice = invite(amina, request_for(own_database, Role.AUDITOR))
        return alice.pk, link_token()


def _correct_while(world, user_id: int, act: Callable[[], object]) -> str:
    """Correct Alice's address while another acts, who waits; return what the other is told."""
    told = []

    def meanwhile() -> None:
        try:
            act()
            told.append("")
        except DomainError as error:
            told.append(error.message)
        finally:
            connections.close_all()

    other = threading.Thread(target=meanwhile)
    with open_scope(amina := world.actor("amina"), source="essai"):
        user = User.objects.get(pk=user_id)
        correct_person(
            actor=amina,
            user_id=user_id,
            details=PersonDetails(full_name=user.full_name, email="alice@umuco.bi"),
            version=person_version(user),
            site_url=SITE,
        )
        other.start()
        other.join(1.0)
        assert other.is_alive()
    other.join(10)
    return told[0]


def test_a_link_that_is_being_ended_opens_nothing(own_database, invited):
    alice, token = invited
    told = _correct_while(
        own_database, alice, lambda: accept_invitation(token=token, password=NEW_PASSWORD)
    )
    assert "plus valable" in told
    assert not User.objects.get(pk=alice).has_usable_password()
    assert Invitation.objects.get(user=alice).accepted_at is None


def test_a_link_sent_meanwhile_goes_to_the_new_address(own_database, invited):
    def send() -> None:
        with open_scope(amina := own_database.actor("amina"), source="essai"):
            resend_invitation(actor=amina, user_id=alice, site_url=SITE)

    alice, _ = invited
    assert _correct_while(own_database, alice, send) == ""
    with open_scope(own_database.actor("amina"), source="essai"):
        sent = OutboxEvent.objects.order_by("id").values_list("payload__to", flat=True)
        assert list(sent) == ["alice@exemple.bi", "alice@umuco.bi"]
