"""Where people go for care: the centre near home, the hospital, a clinic in town, or elsewhere.

Who belongs to a federation is treated on its card where it has an agreement; who is away from
home, where another federation has one, which then processes the attestation.
"""

from collections import defaultdict
from random import Random

from conamus.demo.care.agreements import plan_agreements
from conamus.demo.network import FacilityPlan
from conamus.demo.plan import NetworkPlan

CENTRE, HOSPITAL = "CDS", "HOPITAL"
#: Shares of visits by the facility's type (ours): the rest goes to clinics and medical centres.
CENTRE_SHARE, HOSPITAL_SHARE = 0.72, 0.21
AWAY_SHARE = 0.025
PUBLIC = "public"


class Places:
    """The facilities that treat a federation's members, from near to far."""

    def __init__(self, plan: NetworkPlan, code: str) -> None:
        province_of = plan.gazetteer.province_of
        by_code = {facility.code: facility for facility in plan.facilities}
        agreed: defaultdict[str, set[str]] = defaultdict(set)
        for agreement in plan_agreements(plan):
            agreed[agreement.facility].add(agreement.tenant)
        own = [by_code[facility] for facility, tenants in agreed.items() if code in tenants]
        self._all = own
        #: Facilities of other federations, each with those that have an agreement there.
        self._elsewhere = [
            (by_code[facility], sorted(tenants))
            for facility, tenants in agreed.items()
            if code not in tenants
        ]
        self._rings: dict[str, tuple[list[FacilityPlan], ...]] = {}
        for unit in plan.insuring_units(code):
            provinces = {province_of[commune] for commune in unit.zone}
            self._rings[unit.code] = (
                [one for one in own if one.former_commune in unit.zone],
                [one for one in own if province_of[one.former_commune] in provinces],
                own,
            )
        self._found: dict[tuple[str, str, bool], list[FacilityPlan]] = {}

    def near(self, rng: Random, unit: str, *, pays_for_all: bool) -> FacilityPlan:
        """Return a facility for a visit; ``pays_for_all``: none where the care would be free."""
        draw = rng.random()
        kind = CENTRE if draw < CENTRE_SHARE else HOSPITAL
        if draw >= CENTRE_SHARE + HOSPITAL_SHARE:
            kind = ""
        return rng.choice(self._of(unit, kind, pays_for_all))

    def hospital(self, rng: Random, unit: str, *, pays_for_all: bool) -> FacilityPlan:
        """Return a hospital for a stay."""
        return rng.choice(self._of(unit, HOSPITAL, pays_for_all))

    def away(self, rng: Random, *, pays_for_all: bool) -> tuple[FacilityPlan, str] | None:
        """Return a facility of another federation's, and that federation; None: there is none."""
        held = [one for one in self._elsewhere if not pays_for_all or one[0].ownership != PUBLIC]
        if not held:
            return None
        facility, tenants = rng.choice(held)
        return facility, rng.choice(tenants)

    def _of(self, unit: str, kind: str, pays_for_all: bool) -> list[FacilityPlan]:
        """The facilities of the nearest ring that has one of the kind, else of any."""
        key = (unit, kind, pays_for_all)
        if key not in self._found:
            self._found[key] = self._nearest(*key)
        return self._found[key]

    def _nearest(self, unit: str, kind: str, pays_for_all: bool) -> list[FacilityPlan]:
        for wanted in (kind, None):
            for ring in self._rings[unit]:
                found = [
                    one
                    for one in ring
                    if (not pays_for_all or one.ownership != PUBLIC) and _is_of(one, wanted)
                ]
                if found:
                    return found
        return self._all


def _is_of(facility: FacilityPlan, kind: str | None) -> bool:
    if kind is None:
        return True
    if kind:
        return facility.facility_type == kind
    return facility.facility_type not in (CENTRE, HOSPITAL)
