"""Bringing in people: each gets a role and an invitation by mail."""

from typing import Any

from conamus import clock
from federations.models import HealthFacility, RoleAssignment, Unit, User
from federations.rules.people import (
    EVERY_TENANT_ROLES,
    RoleRequest,
    givable_roles,
    person_problems,
    role_problems,
    workplace_problems,
)
from federations.rules.roles import ASSIGNABLE_ROLES, Permission, Role
from federations.rules.take_on import CellKind, Column, Outcome, refuse_readable
from federations.selectors.people import not_over_on
from federations.services.invitations import Invitee, invite_person, username_taken
from federations.services.take_on import ImportContext, Importer, Question
from federations.take_on.lookups import facility, open_unit, refuse_difference
from federations.tenancy.actor import Actor

COLUMNS = (
    Column(name="full_name", heading="Nom complet", example="Alice Exemple", is_required=True),
    Column(
        name="username", heading="Identifiant", example="alice.exemple", is_required=True,
        help="Pour se connecter : lettres sans accent, chiffres, points ou tirets.",
    ),
    Column(
        name="email", heading="Courriel", example="alice@exemple.bi", is_required=True,
        help="Le lien d’accès y est envoyé dès l’import.",
    ),
    Column(name="phone", heading="Téléphone", example="79 000 000", kind=CellKind.PHONE),
    Column(
        name="role", heading="Rôle", example=Role.MUTUELLE_AGENT.label, kind=CellKind.CHOICE,
        is_required=True, choices={role.label: role.value for role in ASSIGNABLE_ROLES},
    ),
    Column(
        name="unit", heading="Unité", example="EX-S01",
        help="Le code de la mutuelle ou section d’un agent, du centre d’un opérateur.",
    ),
    Column(
        name="facility", heading="Formation sanitaire", example="",
        help="Le code, pour un utilisateur de formation sanitaire.",
    ),
)  # fmt: skip


def _roles_for(actor: Actor) -> dict[str, str]:
    """Return the roles that a manager may give at home, by what they are called."""
    home = actor.role is Role.CONFEDERATION_MANAGER
    given = (
        frozenset(ASSIGNABLE_ROLES)
        if actor.role in EVERY_TENANT_ROLES
        else givable_roles(actor.role, to_confederation=home, is_own_tenant=True)
    )
    return {role.label: role.value for role in ASSIGNABLE_ROLES if role in given}


def bring_person(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Invite the person, unless they have this role already."""
    role = _role(context, values)
    invitee = _invitee(values)
    there = User.objects.filter(
        username=invitee.username.lower(), assignments__tenant_id=context.actor.tenant_id
    ).first()
    if there is None:
        invite_person(actor=context.actor, invitee=invitee, role=role, site_url=context.site_url)
        return Outcome.CREATED
    held = RoleAssignment.objects.filter(
        not_over_on(clock.today()), user=there, role=role.role, tenant_id=role.tenant_id
    ).values_list("unit_id", "facility_id")
    refuse_difference(
        f"La personne {there.username}",
        {
            "nom": (there.full_name, invitee.full_name),
            "courriel": (there.email, invitee.email),
            "rôle": ((role.unit_id, role.facility_id) in held, True),
        },
        if_given={"téléphone": (there.phone, invitee.phone)},
    )
    return Outcome.UNCHANGED


def _role(context: ImportContext, values: dict[str, Any]) -> RoleRequest:
    unit, place = values.get("unit"), values.get("facility")
    return RoleRequest(
        role=Role(values["role"]),
        tenant_id=context.actor.tenant_id,
        unit_id=unit.pk if unit else None,
        facility_id=place.pk if place else None,
    )


def _invitee(values: dict[str, Any]) -> Invitee:
    names = ("full_name", "username", "email", "phone")
    return Invitee(**{name: values.get(name, "") for name in names})


def _unit(context: ImportContext, values: dict[str, Any]) -> Unit | None:
    return open_unit(context, values["unit"], field="unit") if values["unit"] else None


def _facility(context: ImportContext, values: dict[str, Any]) -> HealthFacility | None:
    code = values["facility"]
    return facility(context, code, field="facility") if code else None


def _person_is_well_named(context: ImportContext, values: dict[str, Any]) -> None:
    invitee = _invitee(values)
    problems = person_problems(invitee.full_name, invitee.username, invitee.email)
    refuse_readable(problems, values)


def _role_is_placed(context: ImportContext, values: dict[str, Any]) -> None:
    refuse_readable(role_problems(_role(context, values)), values)


def _workplace_fits(context: ImportContext, values: dict[str, Any]) -> None:
    unit = values["unit"]
    if unit is not None:
        problems = workplace_problems(
            Role(values["role"]),
            is_insuring=unit.kind in Unit.INSURING,
            is_centre=unit.kind == Unit.Kind.MANAGEMENT_CENTRE,
        )
        refuse_readable(problems, values)


def _username_is_free(context: ImportContext, values: dict[str, Any]) -> None:
    """Somebody who works here is no obstacle: the row is compared with them."""
    username = values["username"].lower()
    taken = User.objects.filter(username=username)
    if taken.exclude(assignments__tenant_id=context.actor.tenant_id).exists():
        raise username_taken(username)


PEOPLE = Importer(
    kind="utilisateurs",
    title="Utilisateurs",
    explanation="Chaque personne reçoit un rôle et, par courriel, un lien pour ouvrir son accès.",
    permission=Permission.MANAGE_PEOPLE,
    columns=COLUMNS,
    words_for={"role": _roles_for},
    apply=bring_person,
    model=User,
    questions=(
        Question(ask=_unit, needs=("unit",), answers="unit"),
        Question(ask=_facility, needs=("facility",), answers="facility"),
        Question(ask=_person_is_well_named),
        Question(ask=_role_is_placed, needs=("role",)),
        Question(ask=_workplace_fits, needs=("role", "unit")),
        Question(ask=_username_is_free, needs=("username",), is_of_refused=True),
    ),
)
