"""Columns of the list of people, and of the refused attempts."""

from datetime import date

import django_tables2 as tables
from django_tables2.utils import A

from conamus import clock
from conamus.pages.columns import MomentColumn
from federations.models import Refusal, RoleAssignment, User
from federations.rules.roles import Role


class PeopleTable(tables.Table):
    """People with the roles that the actor may know of."""

    full_name = tables.Column("Nom", linkify=("person_detail", {"user_id": A("pk")}))
    username = tables.Column("Identifiant")
    roles = tables.Column("Rôles", empty_values=(), orderable=False)
    is_active = tables.Column("Compte")
    last_login = MomentColumn("Dernière connexion", default="jamais")

    class Meta:
        model = User
        fields = ("full_name", "username", "roles", "is_active", "last_login")
        order_by = ("full_name",)

    def render_roles(self, record: User) -> str:
        """Name the roles held today and where."""
        today = clock.today()
        roles: list[RoleAssignment] = getattr(record, "visible_roles", [])
        held = (role for role in roles if is_held(role, today))
        return " ; ".join(role_phrase(role) for role in held) or "aucun rôle"

    def render_is_active(self, record: User) -> str:
        """Say whether the person can sign in."""
        if not record.is_active:
            return "désactivé"
        return "actif" if record.has_usable_password() else "invitation en attente"


class RefusalTable(tables.Table):
    """Attempts that were refused."""

    at = MomentColumn("Quand")
    actor_name = tables.Column("Qui")
    role = tables.Column("Rôle")
    method = tables.Column("Action")
    path = tables.Column("Page")
    reason = tables.Column("Raison")
    request_id = tables.Column("Requête", orderable=False)

    class Meta:
        model = Refusal
        fields = ("at", "actor_name", "role", "method", "path", "reason", "request_id")
        order_by = ("-at",)

    def render_role(self, value: str) -> str:
        """Name the role in French."""
        return Role(value).label if value in set(Role) else value

    def render_method(self, value: str) -> str:
        """Say whether something was read or written."""
        return "lecture" if value in ("GET", "HEAD") else "écriture"


def is_held(role: RoleAssignment, today: date) -> bool:
    """Tell whether the role is held on the day."""
    return role.valid_from <= today and (role.valid_to is None or role.valid_to > today)


def role_phrase(role: RoleAssignment) -> str:
    """Name a role with where it works: « Agent de mutuelle, Section Giheta (MUNASA) »."""
    place = role.unit or role.facility
    where = f", {place.name}" if place else ""
    return f"{role.get_role_display()}{where} ({role.tenant.short_name})"
