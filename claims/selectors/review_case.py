"""What a reader looks at beside the claim: past care, the facility among its peers, the agreement.

Past care and the agreement come through narrow functions, for a claim in sight only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection

from claims.models import Claim, ClaimSignal
from claims.rules.states import State
from conamus.kernel.money import round_franc
from federations.models import HealthFacility

#: Days of care before the claim's on which a facility is compared.
COMPARED_DAYS = 90
#: Peers under which no median is told.
FEWEST_PEERS = 3


@dataclass(frozen=True, slots=True)
class PastCare:
    """Another claim of the same person: where, when, what, how much; never why."""

    claim_id: int
    care_year: int
    stub_number: str
    care_kind: str
    starts_on: date
    ends_on: date
    facility: str
    facility_type: str
    federation: str
    state: str
    asked_francs: int
    mutuelle_francs: int | None
    acts: str | None

    @property
    def state_label(self) -> str:
        """Where it stands, in French."""
        return State(self.state).label


@dataclass(frozen=True, slots=True)
class HeldAgreement:
    """The agreement that held on the day of care."""

    number: str
    unit: str | None
    starts_on: date
    ends_on: date | None
    payment_term_days: int
    suspended_because: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A facility's cases of some days, and the median of its peers; None: too few to tell."""

    cases: int
    cost_francs: int | None
    peers: int
    peers_cost_francs: int | None
    stay_percent: Fraction | None
    peers_stay_percent: Fraction | None
    cases_per_person: Fraction | None
    peers_cases_per_person: Fraction | None
    signals_confirmed: int
    signals_settled: int


_PROFILE = """
SELECT c.facility_id = %(facility)s, count(*), sum(c.asked_francs),
       count(*) FILTER (WHERE c.care_kind = 'stay'), count(DISTINCT c.person_id)
FROM claims_claim c
WHERE c.processing_id = %(processing)s AND c.facility_id = ANY (%(facilities)s)
  AND c.care_year BETWEEN %(from_year)s AND %(to_year)s
  AND c.starts_on BETWEEN %(since)s AND %(until)s
  AND c.state NOT IN ('cancelled', 'superseded')
GROUP BY c.facility_id
"""


def past_care(claim: Claim) -> list[PastCare]:
    """Return the person's care of a year around the claim, wherever it was given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM claim_person_history(%s, %s)", [[claim.pk], claim.care_year])
        return [PastCare(*row) for row in cursor.fetchall()]


def agreements_held(claim: Claim) -> list[HeldAgreement]:
    """Return the agreements between the facility and who processes, on the day of care."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM claim_agreement(%s, %s)", [[claim.pk], claim.care_year])
        return [HeldAgreement(*row) for row in cursor.fetchall()]


def facility_profile(claim: Claim) -> Profile:
    """Compare the facility with those of its type, ownership and province, as one payer sees them.

    Of the same province: prices and diseases are alike there, and few claims are read.
    """
    until = claim.starts_on
    since = until - timedelta(days=COMPARED_DAYS)
    values: dict[str, Any] = {
        "processing": claim.processing_id,
        "from_year": since.year,
        "to_year": until.year,
        "since": since,
        "until": until,
        "facility": claim.facility_id,
        "facilities": [claim.facility_id, *_peers(claim.facility)],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PROFILE, values)
        rows = cursor.fetchall()
    own = next((row[1:] for row in rows if row[0]), (0, 0, 0, 0))
    peers = [row[1:] for row in rows if not row[0]]
    return _profile(own, peers, *_signals(claim))


def _peers(facility: HealthFacility) -> list[int]:
    """Return the facilities of the same type, ownership and former province."""
    peers = HealthFacility.objects.filter(
        facility_type=facility.facility_type,
        ownership=facility.ownership,
        former_commune__parent_id=facility.former_commune.parent_id,
    )
    return list(peers.exclude(pk=facility.pk).values_list("pk", flat=True))


Counts = tuple[int, int, int, int]


def _profile(own: Counts, peers: list[Counts], confirmed: int, settled: int) -> Profile:
    cases, asked, stays, persons = own
    cost = _median([Fraction(int(one[1]), one[0]) for one in peers])
    return Profile(
        cases=cases,
        cost_francs=round_franc(Fraction(int(asked), cases)) if cases else None,
        peers=len(peers),
        peers_cost_francs=None if cost is None else round_franc(cost),
        stay_percent=Fraction(100 * stays, cases) if cases else None,
        peers_stay_percent=_median([Fraction(100 * one[2], one[0]) for one in peers]),
        cases_per_person=Fraction(cases, persons) if persons else None,
        peers_cases_per_person=_median([Fraction(one[0], one[3]) for one in peers]),
        signals_confirmed=confirmed,
        signals_settled=settled,
    )


def _median(values: list[Fraction]) -> Fraction | None:
    """Return the middle of the values; None for too few.

    >>> _median([Fraction(3), Fraction(1), Fraction(2)])
    Fraction(2, 1)
    """
    if len(values) < FEWEST_PEERS:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _signals(claim: Claim) -> tuple[int, int]:
    """How many of the facility's signals were confirmed, of those settled."""
    settled = ClaimSignal.objects.filter(
        processing_id=claim.processing_id, facility_id=claim.facility_id
    ).exclude(state=ClaimSignal.State.OPEN)
    states = list(settled.values_list("state", flat=True))
    return states.count(ClaimSignal.State.CONFIRMED), len(states)
