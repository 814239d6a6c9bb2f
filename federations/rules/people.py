"""Who may give which role, and what a role must name.

A manager gives the roles of the own tenant and no other; the system's administrator gives
every role, so that a federation's first manager can be invited at all. A role that works
in one place names it: an operator a management centre, an agent a mutuelle or section, a
facility's user the facility.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

from federations.rules.problems import Problem
from federations.rules.roles import (
    CONFEDERATION_ROLES,
    EITHER_ROLES,
    FACILITY_ROLES,
    FEDERATION_ROLES,
    ROLES_OF,
    UNIT_ROLES,
    Permission,
    Role,
)

#: Roles that each tenant must keep somebody in, once it has somebody.
KEY_ROLES = frozenset(
    {Role.CONFEDERATION_MANAGER, Role.FEDERATION_MANAGER, Role.SYSTEM_ADMINISTRATOR}
)
#: Those who look after the people of every tenant.
EVERY_TENANT_ROLES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SYSTEM})
#: CONAMUS's doctors are told by what the sample was drawn: who enters could foresee the draw.
TOLD_THE_DRAW = frozenset({Role.MEDICAL_ADVISER})
ENTERING = ROLES_OF[Permission.ENTER_CLAIMS]
#: A name has 60 signs at most, a number of five digits among them.
MOST_STEM = 55
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequest:
    """A role to give: at which tenant, and where in it."""

    role: Role
    tenant_id: int
    unit_id: int | None = None
    facility_id: int | None = None


def givable_roles(giver: Role, *, to_confederation: bool, is_own_tenant: bool) -> frozenset[Role]:
    """Return the roles that ``giver`` may give at a tenant.

    >>> sorted(givable_roles(Role.FEDERATION_MANAGER, to_confederation=True, is_own_tenant=False))
    []
    >>> Role.AUDITOR in givable_roles(
    ...     Role.FEDERATION_MANAGER, to_confederation=False, is_own_tenant=True
    ... )
    True
    """
    of_tenant = CONFEDERATION_ROLES if to_confederation else FEDERATION_ROLES
    if giver in EVERY_TENANT_ROLES:
        return of_tenant | EITHER_ROLES
    # Whoever looks after the people of every tenant is named by one of their own: else a
    # manager could reach, through an administrator of their making, what is not theirs.
    of_tenant -= EVERY_TENANT_ROLES
    managers = Role.CONFEDERATION_MANAGER if to_confederation else Role.FEDERATION_MANAGER
    return of_tenant | EITHER_ROLES if is_own_tenant and giver is managers else frozenset()


def never_beside(role: Role, *, held: Collection[Role], once_held: Collection[Role]) -> str:
    """Say why somebody cannot be given ``role``, who holds some and once held others; or nothing.

    What a doctor was told of the draw is not forgotten with the role; who entered enters no more.

    >>> never_beside(Role.AUDITOR, held=[Role.MEDICAL_ADVISER], once_held=[])
    ''
    >>> bool(never_beside(Role.FACILITY_USER, held=[], once_held=[Role.MEDICAL_ADVISER]))
    True
    >>> never_beside(Role.MEDICAL_ADVISER, held=[], once_held=[Role.FACILITY_USER])
    ''
    """
    if role in ENTERING and TOLD_THE_DRAW.intersection([*held, *once_held]):
        return (
            "Cette personne est ou a été médecin conseil : elle connaît le tirage de l’échantillon"
            " et ne saisit donc pas d’attestations."
        )
    if role in TOLD_THE_DRAW and ENTERING.intersection(held):
        return (
            "Cette personne saisit des attestations, et un médecin conseil n’en saisit pas : "
            "retirez-lui d’abord ce rôle."
        )
    return ""


def free_username(wanted: str, taken: Collection[str]) -> str:
    """Return the first name after a taken one that nobody has; the number of its end goes up.

    >>> free_username("alice", {"alice"}), free_username("alice2", {"alice", "alice2", "alice3"})
    ('alice2', 'alice4')
    """
    stem = username_stem(wanted)
    return next(name for number in count(2) if (name := f"{stem}{number}") not in taken)


def username_stem(name: str) -> str:
    """Return a name without the number of its end, short enough to be given another."""
    return (name.rstrip("0123456789") or name)[:MOST_STEM]


def person_problems(full_name: str, username: str, email: str) -> list[Problem]:
    """Return what is wrong with how a person to invite is named.

    >>> [problem.field for problem in person_problems("Alice", "é", "alice@exemple.bi")]
    ['username']
    """
    problems = correction_problems(full_name, email)
    if not _USERNAME.fullmatch(username.lower()):
        sentence = "De 3 à 60 lettres sans accent, chiffres, points ou tirets."
        problems.append(Problem("username", sentence))
    return problems


def correction_problems(full_name: str, email: str) -> list[Problem]:
    """Return what is wrong with how a person is named and written to.

    >>> [problem.field for problem in correction_problems("", "élise@exemple.bi")]
    ['full_name', 'email']
    """
    problems = []
    if not full_name:
        problems.append(Problem("full_name", "Donnez le nom de la personne."))
    if not email:
        sentence = "L’invitation part par courriel : donnez l’adresse."
        problems.append(Problem("email", sentence))
    if not email.isascii():
        problems.append(Problem("email", "Une adresse s’écrit sans accent."))
    return problems


def role_problems(request: RoleRequest) -> list[Problem]:
    """Return what the role lacks, or names too much.

    >>> role_problems(RoleRequest(role=Role.MUTUELLE_AGENT, tenant_id=1))[0].field
    'unit'
    """
    problems = []
    needs_unit, needs_facility = request.role in UNIT_ROLES, request.role in FACILITY_ROLES
    if needs_unit and request.unit_id is None:
        problems.append(Problem("unit", "Choisissez l’unité où cette personne travaille."))
    if not needs_unit and request.unit_id is not None:
        problems.append(Problem("unit", "Ce rôle ne se limite pas à une unité : laissez vide."))
    if needs_facility and request.facility_id is None:
        problems.append(Problem("facility", "Choisissez la formation sanitaire."))
    if not needs_facility and request.facility_id is not None:
        problems.append(
            Problem(
                "facility", "Ce rôle ne se limite pas à une formation sanitaire : laissez vide."
            )
        )
    return problems


def workplace_problems(role: Role, *, is_insuring: bool, is_centre: bool) -> list[Problem]:
    """Return what is wrong with the kind of unit that a role names.

    >>> workplace_problems(Role.CENTRE_OPERATOR, is_insuring=False, is_centre=True)
    []
    >>> workplace_problems(Role.MUTUELLE_AGENT, is_insuring=False, is_centre=True)[0].field
    'unit'
    """
    if role is Role.MUTUELLE_AGENT and not is_insuring:
        return [Problem("unit", "Un agent travaille dans une mutuelle ou une section.")]
    if role is Role.CENTRE_OPERATOR and not is_centre:
        return [Problem("unit", "Un opérateur travaille dans un centre de gestion.")]
    return []
