"""The demonstration's users: one per role and federation, and who they are limited to.

Passwords are not here: they are drawn at loading and written to `var/demo-logins.json`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conamus.demo.members.names import FAMILY_NAMES, GIVEN_NAMES
from conamus.demo.network import CONFEDERATION, FEDERATIONS, FacilityPlan, UnitPlan
from conamus.demo.provenance import stream

#: Sign-in name before the dot → role, at CONAMUS.
AT_CONAMUS = (
    ("gestionnaire", "confederation_manager"),
    ("medecin1", "medical_adviser"),
    ("medecin2", "medical_adviser"),
    ("regulateur", "regulator"),
    ("administrateur", "system_administrator"),
    ("auditeur", "auditor"),
)
#: The same in each federation.
AT_FEDERATION = (
    ("gestionnaire", "federation_manager"),
    ("centre", "centre_operator"),
    ("agent", "mutuelle_agent"),
    ("infirmier", "advising_nurse"),
    ("auditeur", "auditor"),
    ("fosa", "facility_user"),
)
#: Six senior nurses in all (published): the largest federation has two.
SECOND_NURSE = ("MUNASA", "infirmier2", "advising_nurse")


@dataclass(frozen=True, slots=True)
class CastMember:
    """A user in one role; ``unit`` and ``facility`` by code where the role needs one."""

    username: str
    full_name: str
    role: str
    tenant: str
    unit: str | None = None
    facility: str | None = None


def plan_cast(units: Sequence[UnitPlan], facilities: Sequence[FacilityPlan]) -> list[CastMember]:
    """Return the users, CONAMUS's first."""
    rng = stream("cast")
    families = iter(rng.sample(FAMILY_NAMES, 60))
    sexes = iter("MF" * 30)

    def name() -> str:
        return f"{rng.choice(GIVEN_NAMES[next(sexes)])} {next(families)}"

    tenant = CONFEDERATION.code
    cast = [CastMember(_username(post, tenant), name(), role, tenant) for post, role in AT_CONAMUS]
    for federation in FEDERATIONS:
        for post, role in _posts(federation.code):
            limits = _limits(role, federation.code, units, facilities)
            username = _username(post, federation.code)
            cast.append(CastMember(username, name(), role, federation.code, *limits))
    return cast


def _posts(code: str) -> Iterator[tuple[str, str]]:
    yield from AT_FEDERATION
    if code == SECOND_NURSE[0]:
        yield SECOND_NURSE[1:]


def _username(post: str, tenant: str) -> str:
    return f"{post}.{tenant.lower()}"


def _limits(
    role: str, tenant: str, units: Sequence[UnitPlan], facilities: Sequence[FacilityPlan]
) -> tuple[str | None, str | None]:
    """The unit of an operator or agent, the facility of a facility user: in the same area."""
    agent_of = next(unit for unit in units if unit.tenant == tenant and unit.zone)
    if role == "centre_operator":
        return agent_of.centre, None
    if role == "mutuelle_agent":
        return agent_of.code, None
    if role == "facility_user":
        return None, _facility_near(tenant, agent_of, facilities)
    return None, None


def _facility_near(tenant: str, unit: UnitPlan, facilities: Sequence[FacilityPlan]) -> str:
    """A facility in the unit's zone; another one for each federation."""
    rank = [federation.code for federation in FEDERATIONS].index(tenant)
    found = [f.code for f in facilities if f.former_commune in unit.zone]
    return found[rank % len(found)]
