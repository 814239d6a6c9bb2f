"""A federation's year of care decided: each visit billed, judged by the real rules, on its way.

The rules are those of claims/rules, the facts those that claims/selectors would read: what is
loaded is what deciding it again gives, to the franc. A share of stays is drawn so that a case
costs the mutuelle what is published of MUNASA and Tugarukiramagara (the others' are ours).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice

from claims.models import Decision
from claims.rules.adjudication import Adjudication, adjudicate, as_earlier
from claims.rules.facts import (
    CareFacts,
    EarlierCare,
    FacilityFacts,
    LineFacts,
    PatientFacts,
    ReviewCut,
    RightsFacts,
)
from claims.rules.findings import FindingReason
from claims.rules.review import ReviewFacts, Why, needs_second_reader, rank, reasons_to_review
from claims.rules.rights import care_rights
from claims.rules.words import CareKind
from claims.selectors.care_facts import Case
from claims.selectors.control import ControlTermsInForce
from claims.selectors.packages import PackagesInForce
from conamus.demo.care import way
from conamus.demo.care.bills import Bill, draw_reason, make_bill, reasons
from conamus.demo.care.places import HOSPITAL, PUBLIC
from conamus.demo.care.season import LIVE_FROM, demo_seed, month_of
from conamus.demo.care.visits import FREE_UNTIL, Visit
from conamus.demo.loading.keys import Keys
from conamus.demo.provenance import stream
from membership.rules.rights import RightsFacts as MemberFacts
from membership.selectors.rights import own_people

#: Mutuelle's part of a case, in francs: published of the two first of them, the others' ours.
COST_PER_CASE = {
    "MUNASA": 4_600, "TUGARUKIRAMAGARA": 3_250, "FEMUSCABU": 4_050, "TWITEHO": 3_700,
    "TUZOKIRA": 4_800,
}  # fmt: skip
#: The share of hospital visits that are stays: where it starts, how it is held to the cost.
_STAYS, _FEWEST_STAYS, _MOST_STAYS = 0.2, 0.02, 0.9
_WINDOW_FRANCS = 10 * 20_000
#: What is dear waits for a reader longest: the months that are all decided aim above the cost, by
#: so many thousandths, for the year's decided cases to come to it.
_AHEAD = {"MUNASA": 70, "TUGARUKIRAMAGARA": 20, "FEMUSCABU": 60, "TWITEHO": 45, "TUZOKIRA": 62}
_CHUNK = 4_000
#: What readers do with what they see: take all off, take some off, else accept (ours).
_REJECTED, _CUT = 0.03, 0.10
_REJECTED_FRAUD, _CUT_FRAUD = 0.25, 0.5
_BY_DOCTOR = 0.2
_NOTHING_OFF: tuple[ReviewCut, ...] = ()

#: What a household was accepted this year: whose care, and its lines.
_Earlier = defaultdict[int, list[tuple[str, tuple[EarlierCare, ...]]]]


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader did: the outcome, what was taken off, on which day, and who."""

    outcome: str
    cuts: tuple[ReviewCut, ...]
    before_francs: int
    on: date
    by: way.Worker
    is_sampled: bool
    has_second: bool


@dataclass(frozen=True, slots=True)
class Attestation:
    """A visit as it is written: the case, the decision or none, the moves, the invoice."""

    visit: Visit
    bill: Bill
    case: Case
    unit_id: int
    reason_id: int
    entered_by: way.Worker
    is_live: bool
    #: What the rules say, and the decision: the same, or none yet.
    judged: Adjudication
    adjudication: Adjudication | None
    kind: Decision.Kind
    read: Read | None
    steps: list[way.Step]
    review_rank: int
    invoice: way.InvoicePlan | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is read once: packages, terms of control by federation, who works there."""

    packages: PackagesInForce
    control: dict[str, ControlTermsInForce]
    teams: dict[str, way.Team]


class Historian:
    """Decides a federation's visits month after month, each household's in the order of its days.

    Each month draws from a stream of its own, so that a month decided again is the same. What a
    household was accepted is kept until the end of the year of its ceilings.
    """

    def __init__(self, code: str, keys: Keys, terms: Terms) -> None:
        self._code, self._keys, self._terms = code, keys, terms
        self._rng = stream(f"history {code}")
        self._target = COST_PER_CASE[code] * (1000 + _AHEAD[code]) // 1000
        self._count = self._francs = 0
        self._rights: dict[tuple[int, date], RightsFacts] = {}
        self._facts: dict[tuple[int, int], MemberFacts] = {}
        self._earlier: _Earlier = defaultdict(list)

    def decide_month(self, month: date, visits: Iterable[Visit]) -> Iterator[list[Attestation]]:
        """Yield a month in parts, after the months before; the federation's scope is open."""
        self._rng = stream(f"history {self._code} {month}")
        if month.month == 1:
            self._earlier.clear()
        ordered = iter(sorted(visits, key=lambda one: (one.person.household, one.day)))
        while part := list(islice(ordered, _CHUNK)):
            self._read_facts(part)
            yield self._decided(part)

    def _read_facts(self, part: Sequence[Visit]) -> None:
        """Read the facts of the rights of those who came, year by year, in one query each."""
        self._facts.clear()
        self._rights.clear()
        for year in sorted({one.day.year for one in part}):
            wanted = {one.person.pk for one in part if one.day.year == year}
            tenant_id = self._keys.tenants[self._code]
            for found in own_people(tenant_id, wanted, date(year, 12, 31)):
                self._facts[found.beneficiary_id, year] = found.facts

    def _decided(self, part: Sequence[Visit]) -> list[Attestation]:
        made = []
        for visit in part:
            known = self._earlier[visit.person.household]
            one = self._attestation(visit, known)
            if one.adjudication is not None:
                known.append((visit.person.person_id, as_earlier(one.case.care, one.adjudication)))
            made.append(one)
        return made

    def _attestation(
        self, visit: Visit, known: Sequence[tuple[str, tuple[EarlierCare, ...]]]
    ) -> Attestation:
        rng = self._rng
        bill = visit.bill or self._bill(visit)
        month = month_of(visit.day)
        invoice = way.invoice_of(visit.processing, visit.facility.code, month)
        case = self._case(visit, bill, invoice, known)
        judged = adjudicate(case.care, case.package)
        received_on = case.care.received_on
        terms = replace(
            self._terms.control[visit.processing].of(received_on),
            seed=demo_seed(self._keys.tenants[visit.processing], month_of(received_on)),
        )
        whys = reasons_to_review(
            ReviewFacts(str(case.claim_id), judged.mutuelle_francs, len(judged.flags)), terms
        )
        team = self._terms.teams[visit.processing]
        checked = way.checked_on(rng, case.care.received_on)
        read, decided = None, checked
        if whys and checked is not None:
            decided = way.read_on(rng, checked, visit.day)
            if decided is not None:
                second = needs_second_reader(judged.mutuelle_francs, terms)
                read = self._read(visit, judged, decided, team, whys == (Why.SAMPLE,), second)
        if read is not None and read.cuts:
            case = replace(case, care=replace(case.care, review_cuts=read.cuts))
            judged = adjudicate(case.care, case.package)
        if decided is not None:
            self._count += 1
            self._francs += judged.mutuelle_francs
        entered_by = self._entered_by(visit, team, read)
        return Attestation(
            visit=visit,
            bill=bill,
            case=case,
            unit_id=visit.person.unit_id,
            reason_id=self._keys.reasons[bill.reason],
            entered_by=entered_by,
            is_live=visit.day >= LIVE_FROM,
            judged=judged,
            adjudication=judged if decided is not None else None,
            kind=Decision.Kind.REVIEW if read else Decision.Kind.AUTOMATIC,
            read=read,
            steps=way.steps_of(
                team, entered_by, case.care.received_on, checked, decided,
                ", ".join(why.label for why in whys), read.by if read else None, invoice,
            ),
            review_rank=rank(judged.mutuelle_francs) if whys and checked else 0,
            invoice=invoice,
        )  # fmt: skip

    def _bill(self, visit: Visit) -> Bill:
        rng, facility, day = self._rng, visit.facility, visit.day
        age = visit.person.age_on(day)
        is_stay = visit.is_stay
        if is_stay is None:
            is_stay = facility.facility_type == HOSPITAL and rng.random() < self._stays()
        is_free = facility.ownership == PUBLIC and (visit.fraud != "free_care" or age >= FREE_UNTIL)
        reason = draw_reason(
            rng, age, visit.person.sex, day.month, is_stay=is_stay, is_free=is_free
        )
        return make_bill(rng, reason, facility, day, is_stay=is_stay)

    def _stays(self) -> float:
        """Return the share of stays that brings the cost of a case back to what is published."""
        behind = self._target * self._count - self._francs
        return min(_MOST_STAYS, max(_FEWEST_STAYS, _STAYS + behind / _WINDOW_FRANCS))

    def _case(
        self,
        visit: Visit,
        bill: Bill,
        invoice: way.InvoicePlan | None,
        known: Sequence[tuple[str, tuple[EarlierCare, ...]]],
    ) -> Case:
        keys, person, facility, day = self._keys, visit.person, visit.facility, visit.day
        version = self._terms.packages.of(keys.tenants[visit.home], day)
        if version is None:
            raise RuntimeError(f"no package holds {day} for {visit.home}")
        claim_id, last = visit.claim_id, day + timedelta(days=max(1, bill.days) - 1)
        care = CareFacts(
            claim=str(claim_id),
            kind=CareKind.STAY if bill.is_stay else CareKind.OUTPATIENT,
            starts_on=day,
            ends_on=last,
            received_on=way.received_on(self._rng, last, invoice),
            patient=PatientFacts(person.birth_date, person.sex, person.other_cover),
            facility=FacilityFacts(facility.facility_type, facility.ownership),
            rights=self._rights_of(person.pk, day),
            lines=_lines(bill),
            is_chronic=reasons()[bill.reason].is_chronic,
            is_maternity=reasons()[bill.reason].is_maternity,
            earlier=tuple(_earlier(person.person_id, known)),
        )
        return Case(
            claim_id=claim_id,
            tenant_id=keys.tenants[visit.home],
            processing_id=keys.tenants[visit.processing],
            facility_id=keys.facilities[facility.code],
            household_id=person.household,
            person_id=person.person_id,
            state="",
            entered_by_user_id=None,
            signals=(),
            raised=frozenset(),
            act_ids={n: keys.acts[one.act] for n, one in enumerate(bill.lines, start=1)},
            care=care,
            package_id=version.row.pk,
            package=version.package,
        )

    def _rights_of(self, pk: int, day: date) -> RightsFacts:
        if (pk, day) not in self._rights:
            self._rights[pk, day] = care_rights(self._facts[pk, day.year], day)
        return self._rights[pk, day]

    def _read(
        self,
        visit: Visit,
        judged: Adjudication,
        on: date,
        team: way.Team,
        is_sampled: bool,
        has_second: bool,
    ) -> Read:
        draw = self._rng.random()
        rejected, cut = (_REJECTED_FRAUD, _CUT_FRAUD) if visit.fraud else (_REJECTED, _CUT)
        outcome, cuts = "accepted", _NOTHING_OFF
        if visit.fraud != "same_person" and judged.mutuelle_francs and draw < rejected:
            outcome, cuts = "rejected", _all_off(judged)
        elif visit.fraud != "same_person" and draw < rejected + cut:
            cuts = _half_off(judged)
            outcome = "cut" if cuts else "accepted"
        by = team.doctor if has_second or self._rng.random() < _BY_DOCTOR else team.nurse
        if visit.fraud == "same_person":
            by = team.nurse
        return Read(outcome, cuts, judged.mutuelle_francs, on, by, is_sampled, has_second)

    def _entered_by(self, visit: Visit, team: way.Team, read: Read | None) -> way.Worker:
        if visit.entered_by_reader:
            return read.by if read else team.nurse
        if visit.day >= LIVE_FROM:
            return replace(team.clerk, name=visit.facility.name[:150], user_id=None)
        return team.clerk


def _lines(bill: Bill) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts(
            position=position,
            act=one.act,
            family=one.family,
            quantity=Fraction(one.quantity),
            unit_price_francs=one.price_francs,
            agreed_price_francs=one.agreed_francs,
        )
        for position, one in enumerate(bill.lines, start=1)
    )


def _earlier(
    person_id: str, known: Sequence[tuple[str, tuple[EarlierCare, ...]]]
) -> Iterator[EarlierCare]:
    """What the household was accepted before in the year, told whether it was the patient's."""
    for other, lines in known:
        if other == person_id:
            yield from lines
        else:
            yield from (line._replace(is_same_person=False) for line in lines)


def _all_off(judged: Adjudication) -> tuple[ReviewCut, ...]:
    return tuple(
        ReviewCut(line.position, FindingReason.NOT_DONE.value, is_all=True) for line in judged.lines
    )


def _half_off(judged: Adjudication) -> tuple[ReviewCut, ...]:
    """Half the quantity of the dearest line that has more than one."""
    several = [line for line in judged.lines if line.quantity >= 2 and line.mutuelle_francs]
    if not several:
        return ()
    dearest = max(several, key=lambda line: line.mutuelle_francs)
    kept = Fraction(int(dearest.quantity // 2))
    return (ReviewCut(dearest.position, FindingReason.TOO_MUCH.value, to_quantity=kept),)
