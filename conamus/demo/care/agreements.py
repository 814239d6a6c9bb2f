"""Which facilities treat which federations' members in the demonstration, and their stub books.

A facility has an agreement with each federation that works in its (former) province, from the
day on which it was contracted or the federation's mutuelles began; where none works, with MUNASA,
the most widespread. Suspensions and numbers are ours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from claims.rules.advances import AdvanceClause
from conamus.demo.network import FEDERATIONS, FacilityPlan
from conamus.demo.plan import NetworkPlan

ELSEWHERE = "MUNASA"
_TERM_DAYS = {"private": 15}
_USUAL_TERM_DAYS = 30
#: Each so many agreements is suspended for a spring.
_SUSPENDED_EVERY = 97
_SUSPENSION = (date(2025, 2, 3), date(2025, 4, 1))
SUSPENDED_BECAUSE = "Factures de trois mois sans attestations jointes."
#: Stubs in a book: more where more people are treated.
_STUBS = {"CDS": 1_500}
_MANY_STUBS = 5_000
_BOOK_SINCE = date(2024, 1, 1)
#: What agreements say of advances (ours).
_CENTRES_ADVANCES = AdvanceClause(francs=300_000)
_HOSPITALS_ADVANCES = AdvanceClause(francs=5_000_000, percent=50, months=3)


@dataclass(frozen=True, slots=True)
class AgreementPlan:
    """That a facility treats a federation's members on third-party payment."""

    tenant: str
    facility: str
    number: str
    starts_on: date
    payment_term_days: int
    #: First day, and the day after the last, on which it does not hold.
    suspended: tuple[date, date] | None
    advances: AdvanceClause


@dataclass(frozen=True, slots=True)
class BookPlan:
    """A stub book issued to a facility by a federation."""

    tenant: str
    facility: str
    prefix: str
    first: int
    last: int
    issued_on: date


def plan_agreements(plan: NetworkPlan) -> list[AgreementPlan]:
    """Return all agreements, facility by facility."""
    working = _provinces_of(plan)
    numbers: Counter[str] = Counter()
    agreements: list[AgreementPlan] = []
    for facility in plan.facilities:
        province = plan.gazetteer.province_of[facility.former_commune]
        for tenant in working.get(province, [ELSEWHERE]):
            numbers[tenant] += 1
            agreements.append(_agreement(tenant, facility, numbers[tenant], len(agreements) + 1))
    return agreements


def plan_books(plan: NetworkPlan) -> Iterator[BookPlan]:
    """Yield a book for each agreement; hospitals' and clinics' under a prefix of their own."""
    prefixes = {federation.code: federation.prefix for federation in FEDERATIONS}
    levels = {facility.code: facility.facility_type for facility in plan.facilities}
    following: defaultdict[str, int] = defaultdict(lambda: 1)
    for agreement in plan_agreements(plan):
        level = levels[agreement.facility]
        prefix = prefixes[agreement.tenant] + ("" if level in _STUBS else "H")
        first = following[prefix]
        following[prefix] += _STUBS.get(level, _MANY_STUBS)
        issued_on = max(agreement.starts_on, _BOOK_SINCE)
        yield BookPlan(
            agreement.tenant, agreement.facility, prefix, first, following[prefix] - 1, issued_on
        )


def _provinces_of(plan: NetworkPlan) -> dict[str, list[str]]:
    """The federations at work in each former province."""
    found: dict[str, list[str]] = {}
    for federation in FEDERATIONS:
        for unit in plan.insuring_units(federation.code):
            for commune in unit.zone:
                tenants = found.setdefault(plan.gazetteer.province_of[commune], [])
                if federation.code not in tenants:
                    tenants.append(federation.code)
    return found


def _agreement(tenant: str, facility: FacilityPlan, number: int, rank: int) -> AgreementPlan:
    since = next(f.first_year for f in FEDERATIONS if f.code == tenant)
    starts_on = max(facility.contracted_on, date(since, 1, 1))
    return AgreementPlan(
        tenant=tenant,
        facility=facility.code,
        number=f"{number:03d}/{starts_on.year}",
        starts_on=starts_on,
        payment_term_days=_TERM_DAYS.get(facility.ownership, _USUAL_TERM_DAYS),
        suspended=_SUSPENSION if rank % _SUSPENDED_EVERY == 0 else None,
        advances=_advances(facility),
    )


def _advances(facility: FacilityPlan) -> AdvanceClause:
    """Health centres by an amount, hospitals by what they are billed for; private ones: none."""
    if facility.ownership == "private":
        return AdvanceClause()
    return _CENTRES_ADVANCES if facility.facility_type == "CDS" else _HOSPITALS_ADVANCES
