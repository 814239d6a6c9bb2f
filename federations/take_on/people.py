"""Bringing in people: each gets a role and an invitation by mail."""

from typing import Any

from federations.models import RoleAssignment, User
from federations.rules.people import RoleRequest
from federations.rules.roles import ASSIGNABLE_ROLES, Permission, Role
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.invitations import Invitee, invite_person
from federations.services.take_on import ImportContext, Importer
from federations.take_on.lookups import facility, open_unit, refuse_difference

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
    Column(name="phone", heading="Téléphone", example="79 000 000"),
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


def bring_person(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Invite the person, unless they have this role already."""
    role = _role(context, values)
    invitee = Invitee(
        **{name: values[name] for name in ("full_name", "username", "email", "phone")}
    )
    there = User.objects.filter(
        username=invitee.username.lower(), assignments__tenant_id=context.actor.tenant_id
    ).first()
    if there is None:
        invite_person(actor=context.actor, invitee=invitee, role=role, site_url=context.site_url)
        return Outcome.CREATED
    held = RoleAssignment.objects.filter(
        user=there, role=role.role, tenant_id=role.tenant_id, valid_to__isnull=True
    ).values_list("unit_id", "facility_id")
    refuse_difference(
        f"La personne {there.username}",
        {
            "nom": (there.full_name, invitee.full_name),
            "courriel": (there.email, invitee.email),
            "rôle": ((role.unit_id, role.facility_id) in held, True),
        },
    )
    return Outcome.UNCHANGED


def _role(context: ImportContext, values: dict[str, Any]) -> RoleRequest:
    unit = open_unit(context, values["unit"], field="unit") if values["unit"] else None
    place = facility(context, values["facility"], field="facility") if values["facility"] else None
    return RoleRequest(
        role=Role(values["role"]),
        tenant_id=context.actor.tenant_id,
        unit_id=unit.pk if unit else None,
        facility_id=place.pk if place else None,
    )


PEOPLE = Importer(
    kind="utilisateurs",
    title="Utilisateurs",
    explanation="Chaque personne reçoit un rôle et, par courriel, un lien pour ouvrir son accès.",
    permission=Permission.MANAGE_PEOPLE,
    columns=COLUMNS,
    apply=bring_person,
)
