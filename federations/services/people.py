"""Accounts of people: deactivate, reactivate, end sessions, forget a lost second factor.

A manager acts on the people of the own tenant only. Where a person also holds a role
elsewhere, only what is here ends: the account is not this manager's alone.
"""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Conflict
from federations.models import User
from federations.rules.people import EVERY_TENANT_ROLES
from federations.rules.roles import Permission
from federations.selectors.people import (
    has_roles_elsewhere,
    has_second_factor,
    lasting_roles_of,
    own_person,
)
from federations.services.access import require
from federations.services.assignments import (
    end_assignments,
    hold_people,
    require_not_last,
    require_somebody_else,
)
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Deactivation:
    """What a deactivation did: the whole account, or only the roles at this tenant."""

    user: User
    is_account_closed: bool


@transaction.atomic
def deactivate_person(*, actor: Actor, user_id: int) -> Deactivation:
    """Close a person's account, at once; with roles elsewhere, only the roles held here."""
    require(actor, Permission.MANAGE_PEOPLE)
    hold_people()
    user = own_person(actor, user_id)
    require_somebody_else(actor, user)
    today = clock.today()
    here = lasting_roles_of(actor, user, on_date=today)
    if has_roles_elsewhere(actor, user, on_date=today):
        end_assignments(here, on_date=today)
        return Deactivation(user, is_account_closed=False)
    if not user.is_active:
        raise Conflict("Ce compte est déjà désactivé.")
    for role in here:
        require_not_last(role, on_date=today)
    user.is_active, user.closed_by_role = False, actor.role
    user.save(update_fields=["is_active", "closed_by_role"])
    _end_sessions(user)
    return Deactivation(user, is_account_closed=True)


@transaction.atomic
def reactivate_person(*, actor: Actor, user_id: int) -> User:
    """Open a closed account again, with the roles that it still holds."""
    require(actor, Permission.MANAGE_PEOPLE)
    user = own_person(actor, user_id)
    require_somebody_else(actor, user)
    if user.is_active:
        raise Conflict("Ce compte est déjà actif.")
    require_no_roles_elsewhere(actor, user)
    if not may_reactivate(actor, user):
        raise Conflict(
            "L’administrateur du système a désactivé ce compte : lui seul peut le réactiver."
        )
    user.is_active, user.closed_by_role = True, ""
    user.save(update_fields=["is_active", "closed_by_role"])
    return user


def may_reactivate(actor: Actor, user: User) -> bool:
    """Tell whether a closed account is the actor's to open: not one closed from above."""
    return actor.role in EVERY_TENANT_ROLES or not is_closed_from_above(user)


def is_closed_from_above(user: User) -> bool:
    """Tell whether somebody who looks after the people of every tenant closed the account."""
    return user.closed_by_role in EVERY_TENANT_ROLES


@transaction.atomic
def end_sessions(*, actor: Actor, user_id: int) -> int:
    """Sign a person out everywhere; return from how many places."""
    require(actor, Permission.MANAGE_PEOPLE)
    user = own_person(actor, user_id)
    require_no_roles_elsewhere(actor, user)
    return _end_sessions(user)


@transaction.atomic
def reset_second_factor(*, actor: Actor, user_id: int) -> User:
    """Forget the second factor of a person who lost it; sessions end, the history says so."""
    require(actor, Permission.MANAGE_PEOPLE)
    user = own_person(actor, user_id)
    require_somebody_else(actor, user)
    require_no_roles_elsewhere(actor, user)
    if not has_second_factor(user):
        raise Conflict("Cette personne n’a pas de second facteur.")
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    return user


def _end_sessions(user: User) -> int:
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
    return len(keys)


def require_no_roles_elsewhere(actor: Actor, user: User) -> None:
    """Refuse acts on an account that is not the actor's tenant's alone."""
    if has_roles_elsewhere(actor, user, on_date=clock.today()):
        raise Conflict(
            "Cette personne travaille aussi pour une autre fédération : "
            "demandez à l’administrateur du système."
        )
