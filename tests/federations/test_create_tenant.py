"""The first day of a tenant, from the console."""

import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from federations.models import Federation, RoleAssignment, Unit
from tests.world import World

OPTIONS = {
    "code": "URUMURI",
    "name": "Fédération Urumuri",
    "short_name": "Urumuri",
    "manager_username": "ursule",
    "manager_name": "Ursule Ndikumana",
    "manager_email": "ursule@exemple.bi",
}


def _create(**changes: str) -> str:
    output = StringIO()
    call_command("create_tenant", stdout=output, **{**OPTIONS, **changes})
    return output.getvalue()


def test_a_federation_gets_its_root_unit_and_an_invited_manager(
    world: World, behind_the_wall: Callable
) -> None:
    printed = _create()
    with behind_the_wall():
        tenant = Federation.objects.get(code="URUMURI")
        unit = Unit.objects.get(tenant=tenant)
        assert (unit.kind, unit.parent_id) == ("federation", world.units["CONAMUS"])
        role = RoleAssignment.objects.get(user__username="ursule")
        assert (role.role, role.tenant_id) == ("federation_manager", tenant.pk)
    link = re.search(r"https?://[^/\s]+(/invitation/\S+)", printed).group(1)
    assert Client().get(link).status_code == 200


def test_the_same_command_twice_changes_nothing(world: World, behind_the_wall: Callable) -> None:
    _create()
    assert "rien n’est changé" in _create()
    with behind_the_wall():
        assert Unit.objects.filter(code="URUMURI").count() == 1


def test_another_tenants_person_manages_nothing_here_and_nothing_is_created(
    world: World, behind_the_wall: Callable
) -> None:
    """A federation without a manager is one that nobody can enter."""
    for username in ("amina", "ARTHUR"):
        with pytest.raises(CommandError, match=r"--manager-username : .*déjà pris"):
            _create(manager_username=username)
        with behind_the_wall():
            assert not Federation.objects.filter(code="URUMURI").exists()
            assert not Unit.objects.filter(code="URUMURI").exists()


def test_every_refusal_of_the_manager_names_its_option_and_nothing_is_created(
    world: World, behind_the_wall: Callable
) -> None:
    with pytest.raises(CommandError) as refused:
        _create(manager_username="é", manager_email="pas-un-mail")
    assert "--manager-username : De 3 à 60 lettres" in str(refused.value)
    assert "--manager-email : " in str(refused.value)
    with behind_the_wall():
        assert not Federation.objects.filter(code="URUMURI").exists()


def test_the_link_is_where_the_site_answers(world: World, settings, monkeypatch) -> None:
    settings.ALLOWED_HOSTS, settings.HTTPS = ["127.0.0.1", "localhost"], False
    monkeypatch.setenv("PORT", "8123")
    assert "http://127.0.0.1:8123/invitation/" in _create()
    settings.ALLOWED_HOSTS, settings.HTTPS = ["mutuelles.exemple"], True
    assert "https://mutuelles.exemple/invitation/" in _create(manager_username="ulysse")
    given = _create(manager_username="ulrich", site_url="https://autre.exemple/")
    assert "https://autre.exemple/invitation/" in given


def test_a_code_already_taken_is_refused(world: World) -> None:
    for code in ("UMUCO", "umuco"):
        with pytest.raises(CommandError, match="déjà celui de « Fédération Umuco »"):
            _create(code=code)


def test_a_code_that_a_unit_has_is_refused(world: World, behind_the_wall: Callable) -> None:
    with pytest.raises(CommandError, match="déjà celui de « Section Umuco 1 »"):
        _create(code="UMU-S1")


def test_what_is_no_code_is_told_in_french(world: World) -> None:
    with pytest.raises(CommandError, match="--code : Ce champ ne doit contenir que des lettres"):
        _create(code="URU MURI")


def test_codes_are_kept_in_capitals(world: World, behind_the_wall: Callable) -> None:
    _create(code="urumuri")
    _create(code="Urumuri")
    with behind_the_wall():
        assert Federation.objects.filter(code="URUMURI").count() == 1
