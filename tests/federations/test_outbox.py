"""The outbox: told with its cause, sent afterwards, tried again, the secret wiped."""

import pytest
from django.core import mail

from federations.models import OutboxEvent
from federations.services.outbox import MAX_ATTEMPTS, enqueue, publish_pending
from federations.tenancy.scope import open_dispatcher_scope, open_scope

MAIL = {"to": "quelqu-un@exemple.bi", "subject": "Bonjour", "body": "Votre lien : secret"}


def _wait(world, *, username="amina", payload=MAIL) -> int:
    actor = world.actor(username)
    with open_scope(actor, source="essai"):
        return enqueue(tenant_id=actor.tenant_id, topic="mail", payload=payload).pk


def _stored(event_id: int) -> OutboxEvent:
    with open_dispatcher_scope():
        return OutboxEvent.objects.get(pk=event_id)


def test_mails_of_every_federation_are_sent_once(own_database):
    events = [_wait(own_database), _wait(own_database, username="bernard")]
    assert publish_pending() == 2
    assert publish_pending() == 0
    assert [message.to for message in mail.outbox] == [["quelqu-un@exemple.bi"]] * 2
    assert mail.outbox[0].body == MAIL["body"]
    assert all(_stored(event).published_at for event in events)


def test_once_sent_the_body_is_wiped(own_database):
    event = _wait(own_database)
    publish_pending()
    assert _stored(event).payload == {"to": MAIL["to"], "subject": MAIL["subject"]}


def test_nothing_is_sent_for_what_was_rolled_back(own_database):
    actor = own_database.actor("amina")
    with pytest.raises(ZeroDivisionError), open_scope(actor, source="essai"):
        enqueue(tenant_id=actor.tenant_id, topic="mail", payload=MAIL)
        raise ZeroDivisionError
    assert publish_pending() == 0
    assert mail.outbox == []


def test_a_mail_server_that_is_away_keeps_the_mail_waiting(own_database, settings):
    event = _wait(own_database)
    memory = settings.EMAIL_BACKEND
    # Port 9 (discard) answers nobody.
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    assert publish_pending(limit=1) == 0
    assert (_stored(event).attempts, _stored(event).published_at) == (1, None)
    assert _stored(event).error
    assert _stored(event).payload["body"] == MAIL["body"]
    settings.EMAIL_BACKEND = memory
    assert publish_pending() == 1
    assert _stored(event).error == ""


def test_one_bad_mail_does_not_hold_up_the_others(own_database, settings):
    bad = _wait(own_database)
    with open_dispatcher_scope():
        OutboxEvent.objects.filter(pk=bad).update(attempts=MAX_ATTEMPTS)
    good = _wait(own_database)
    assert publish_pending() == 1
    assert _stored(good).published_at
    assert _stored(bad).published_at is None


def test_an_unknown_topic_is_a_mistake_of_ours(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor), pytest.raises(KeyError):
        enqueue(tenant_id=actor.tenant_id, topic="pigeon", payload={})
