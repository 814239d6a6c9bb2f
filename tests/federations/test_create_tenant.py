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


def test_a_code_already_taken_is_refused(world: World) -> None:
    with pytest.raises(CommandError, match="déjà celui"):
        _create(code="UMUCO")
