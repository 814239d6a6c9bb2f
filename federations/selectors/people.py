"""Reads of people: who belongs to the actor's tenant, their roles, sessions, invitations.

Identity tables stand outside the row-level wall, so the predicate here is the wall: a
manager meets only people who hold or held a role at the own tenant.
"""

from datetime import date

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from conamus.kernel.errors import NotFound
from federations.models import Federation, Invitation, RoleAssignment, User
from federations.rules.people import (
    EVERY_TENANT_ROLES,
    free_username,
    givable_roles,
    username_stem,
)
from federations.rules.roles import Role
from federations.selectors.units import open_on
from federations.tenancy.actor import Actor

_UNKNOWN = "Cette personne n’existe pas."


def sees_every_tenant(actor: Actor) -> bool:
    """Tell whether the actor looks after the people of all tenants."""
    return actor.role in EVERY_TENANT_ROLES


def roles_of(actor: Actor, user: User) -> list[RoleAssignment]:
    """Return the person's roles, open or closed, that the actor may know of."""
    return list(visible_assignments(actor).filter(user=user).order_by("id"))


def lasting_roles_of(actor: Actor, user: User, *, on_date: date) -> list[RoleAssignment]:
    """Return those of the person's roles that the actor may know of and that are not over."""
    lasting = visible_assignments(actor).filter(not_over_on(on_date), user=user)
    return list(lasting.order_by("id"))


def visible_assignments(actor: Actor) -> QuerySet[RoleAssignment]:
    """Return the roles, open or closed, that the actor may know of."""
    roles = RoleAssignment.objects.select_related("tenant", "unit", "facility", "user")
    return roles if sees_every_tenant(actor) else roles.filter(tenant_id=actor.tenant_id)


def people(actor: Actor) -> QuerySet[User]:
    """Return the people that the actor looks after, each with the visible roles."""
    visible = visible_assignments(actor)
    users = User.objects.prefetch_related(
        Prefetch("assignments", queryset=visible.order_by("id"), to_attr="visible_roles")
    )
    if sees_every_tenant(actor):
        return users
    return users.filter(Exists(visible.filter(user=OuterRef("pk"))))


def own_person(actor: Actor, user_id: int) -> User:
    """Return a person that the actor looks after; NotFound for anyone else."""
    user = people(actor).filter(pk=user_id).first()
    if user is None:
        raise NotFound(_UNKNOWN)
    return user


def username_instead(wanted: str) -> str:
    """Return a name that nobody of the network has, in place of one that somebody has."""
    like = User.objects.filter(username__istartswith=username_stem(wanted))
    return free_username(wanted, {name.lower() for name in like.values_list("username", flat=True)})


def own_assignment(actor: Actor, assignment_id: int) -> RoleAssignment:
    """Return a role that the actor may close or change; NotFound for any other."""
    assignment = visible_assignments(actor).filter(pk=assignment_id).first()
    if assignment is None:
        raise NotFound("Ce rôle n’existe pas.")
    return assignment


def not_over_on(day: date) -> Q:
    """Return the predicate of roles held on a day or later."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


def has_roles_elsewhere(actor: Actor, user: User, *, on_date: date) -> bool:
    """Tell whether the person holds, or will hold, a role that the actor does not see."""
    if sees_every_tenant(actor):
        return False
    roles = RoleAssignment.objects.filter(not_over_on(on_date), user=user)
    return roles.exclude(tenant_id=actor.tenant_id).exists()


def other_holders(assignment: RoleAssignment, *, on_date: date) -> QuerySet[RoleAssignment]:
    """Return who else can act in the same role at the same tenant on a day, and goes on to.

    Whose own role is to end counts only where it lasts as long as the one that is ended: else
    two who are ended one after the other would leave nobody.
    """
    goes_on = Q(valid_to__isnull=True)
    if assignment.valid_to is not None:
        goes_on |= Q(valid_to__gte=assignment.valid_to)
    return RoleAssignment.objects.filter(
        open_on(on_date),
        goes_on,
        role=assignment.role,
        tenant=assignment.tenant_id,
        user__is_active=True,
    ).exclude(Q(user=assignment.user_id) | Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX))


def tenants_for_roles(actor: Actor) -> QuerySet[Federation]:
    """Return the tenants at which the actor may give roles."""
    tenants = Federation.objects.order_by("sort_key")
    return tenants if sees_every_tenant(actor) else tenants.filter(pk=actor.tenant_id)


def roles_to_give(actor: Actor, tenant: Federation) -> frozenset[Role]:
    """Return the roles that the actor may give at a tenant."""
    return givable_roles(
        actor.role,
        to_confederation=tenant.kind == Federation.Kind.CONFEDERATION,
        is_own_tenant=tenant.pk == actor.tenant_id,
    )


def sessions_of(user: User) -> QuerySet[UserSession]:
    """Return the person's open sessions, the latest seen first."""
    return UserSession.objects.filter(user=user).order_by("-last_seen_at")


def has_second_factor(user: User) -> bool:
    """Tell whether the person signs in with a second factor."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def latest_invitation(user: User) -> Invitation | None:
    """Return the last invitation sent to the person."""
    return Invitation.objects.filter(user=user).order_by("-created_at", "-id").first()
