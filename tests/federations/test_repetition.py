"""Safe repetition: one key, one thing, whoever asks twice and however quickly."""

import threading

import pytest
from django.db import connections

from conamus.kernel.errors import Conflict
from federations.models import Partner
from federations.services.repetition import once
from federations.tenancy.scope import open_scope


def _create(actor, name: str) -> Partner:
    partner = Partner(tenant_id=actor.tenant_id, name=name, kind="funder")
    partner.save()
    return partner


def _once(actor, key: str, name: str) -> Partner:
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"name": name},
        create=lambda: _create(actor, name),
        find=lambda result: Partner.objects.get(pk=int(result), tenant_id=actor.tenant_id),
    )


def test_the_same_key_and_content_give_the_same_thing(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        assert _once(actor, "k", "Aide").pk == _once(actor, "k", "Aide").pk


def test_another_content_under_the_key_is_refused(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        _once(actor, "k", "Aide")
        with pytest.raises(Conflict):
            _once(actor, "k", "Autre aide")


def test_without_a_key_each_call_creates(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        assert _once(actor, "", "Aide").pk != _once(actor, "", "Autre aide").pk


def test_keys_of_two_federations_do_not_meet(world, as_actor):
    made = []
    for username in ("amina", "bernard"):
        actor = world.actor(username)
        with as_actor(actor):
            made.append(_once(actor, "k", "Aide").pk)
    assert made[0] != made[1]


def test_a_refused_creation_does_not_use_the_key_up(own_database):
    actor = own_database.actor("amina")
    with pytest.raises(ZeroDivisionError), open_scope(actor, source="essai"):
        _once(actor, "k", "Aide")
        raise ZeroDivisionError
    with open_scope(actor, source="essai"):
        assert _once(actor, "k", "Autre").name == "Autre"


def test_two_requests_at_the_same_moment_create_once(own_database):
    actor = own_database.actor("amina")
    start, made = threading.Barrier(2), []

    def request():
        start.wait()
        with open_scope(actor, source="essai"):
            made.append(_once(actor, "double", "Double clic").pk)
        connections.close_all()

    threads = [threading.Thread(target=request) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert len(set(made)) == 1
