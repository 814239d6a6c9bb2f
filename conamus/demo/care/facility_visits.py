"""Visits to facilities in the demonstration: a dozen, by the real services, in every state.

They come with the year of care, whose attestations they verify. Each federation's nurse leads some,
a medical adviser one that covers every federation. What is found is drawn by a seed.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db.models import Count

from claims.models import Claim, DecisionLine, Visit, VisitClaim
from claims.rules.states import ACCEPTED
from claims.rules.visit_sampling import SampleMethod, SamplePlan
from claims.rules.visits import Verdict
from claims.selectors.questionnaires import questions_of
from claims.selectors.visits import visit_claims
from claims.services import visits as services
from claims.services.visit_findings import record_finding, record_marks
from claims.services.visit_recovery import recover_findings
from conamus.demo.loading.run import SOURCE
from conamus.demo.network import CONFEDERATION, FEDERATIONS
from conamus.demo.provenance import stream
from federations.models import RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.actor import Actor
from federations.tenancy.scope import Scope, open_scope

#: How far a federation's visits have come, in the order of its facilities by cases.
_NURSES = ("closed", "sent")
_ADVISERS = ("answered", "planned")
_PLAN = SamplePlan(method=SampleMethod.STRATIFIED, at_most=12)
_PERIOD = (date(2025, 1, 1), date(2025, 5, 31))
_FIRST_DAY = date(2025, 6, 10)
#: By it the demonstration's own visits are known: each is planned and drawn in one transaction.
_SEED = "démonstration-"
#: Verdicts other than « conforme », and how often each is drawn.
_FOUND = ((Verdict.ABSENT, 2), (Verdict.NOT_DELIVERED, 3), (Verdict.NO_PAPER, 3))
_NOTES = {Verdict.NO_PAPER: "ordonnance non retrouvée"}


def write_visits() -> int:
    """Write the visits unless they are there; how many. Each federation in its own scope."""
    made = 0
    for facts in (*FEDERATIONS, CONFEDERATION):
        leader = _leader(facts.code)
        with _scope(leader):
            made += write_visits_of(leader)
    return made


def write_visits_of(leader: Actor) -> int:
    """Write the visits of one leader, in their open scope, unless they are there; how many.

    A visit that a user planned while the year loaded keeps none away: theirs is another's.
    """
    own = Visit.objects.filter(tenant_id=leader.tenant_id, sample_seed__startswith=_SEED)
    if own.exists():
        return 0
    return _Visitor(leader).write()


def _scope(actor: Actor) -> AbstractContextManager[Scope]:
    return open_scope(actor, source=SOURCE)


def _leader(code: str) -> Actor:
    """Return a federation's nurse, or CONAMUS's adviser."""
    role = Role.MEDICAL_ADVISER if code == CONFEDERATION.code else Role.ADVISING_NURSE
    found = RoleAssignment.objects.select_related("user").order_by("pk")
    return actor_of(found.filter(tenant__code=code, role=role)[0])


def _accepted_lines(rows: Sequence[VisitClaim]) -> dict[int, list[int]]:
    """Return the lines of attestations of which something is still accepted, by claim."""
    held = DecisionLine.objects.filter(
        care_year=_PERIOD[0].year,
        decision__care_year=_PERIOD[0].year,
        decision__claim_id__in=[row.claim_id for row in rows],
        decision__superseded_at__isnull=True,
        agreed_francs__gt=0,
    ).order_by("decision__claim_id", "position")
    found: defaultdict[int, list[int]] = defaultdict(list)
    for claim, position in held.values_list("decision__claim_id", "position"):
        found[claim].append(position)
    return found


class _Visitor:
    """One leader's visits."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._rng: Random = stream(f"visits {actor.tenant_id}")
        is_adviser = actor.role is Role.MEDICAL_ADVISER
        self._ways: Sequence[str] = _ADVISERS if is_adviser else _NURSES

    def write(self) -> int:
        """Write a visit to each of the busiest facilities; a federation without care has none."""
        facilities = self._busiest()
        for rank, (facility, way) in enumerate(zip(facilities, self._ways, strict=False)):
            self._visit(facility, way, _FIRST_DAY + timedelta(days=3 * rank))
        return min(len(facilities), len(self._ways))

    def _busiest(self) -> list[int]:
        decided = Claim.objects.filter(
            care_year=_PERIOD[0].year,
            starts_on__range=_PERIOD,
            state__in=[state.value for state in ACCEPTED],
        )
        if self._actor.role is not Role.MEDICAL_ADVISER:
            decided = decided.filter(processing_id=self._actor.tenant_id)
        counted = decided.order_by().values("facility_id").annotate(cases=Count("pk"))
        return [
            row["facility_id"]
            for row in counted.order_by("-cases", "facility_id")[: len(self._ways)]
        ]

    def _visit(self, facility: int, way: str, day: date) -> None:
        visit = services.plan_visit(
            actor=self._actor,
            visit=services.NewVisit(
                facility_id=facility,
                purpose=Visit.Purpose.VERIFICATION,
                starts_on=day,
                ends_on=day,
                period_from=_PERIOD[0],
                period_to=_PERIOD[1],
                team=self._actor.name,
            ),
        )
        self._act(services.draw_sample, visit, plan=_PLAN, seed=f"{_SEED}{facility}")
        if way == "planned":
            return
        self._find(visit)
        self._act(
            services.end_visit,
            visit,
            met="Titulaire et gestionnaire",
            conclusion="Registre tenu ; quelques attestations n’y sont pas retrouvées.",
            advice="Noter le numéro de la souche au registre, le jour même.",
        )
        self._act(services.send_report, visit)
        if way in ("answered", "closed"):
            self._answer_itself(visit)
        if way == "closed":
            self._close(visit)

    def _answer_itself(self, visit: Visit) -> None:
        """Have the facility accept by its own access."""
        holder = Actor(
            user_id=None,
            name="Titulaire",
            role=Role.FACILITY_USER,
            tenant_id=self._actor.tenant_id,
            facility_id=visit.facility_id,
        )
        version = Visit.objects.values_list("version", flat=True).get(pk=visit.pk)
        with _scope(holder):
            services.answer_report(
                actor=holder,
                visit_id=visit.pk,
                version=version,
                is_agreed=True,
                text="Vu et accepté.",
            )

    def _close(self, visit: Visit) -> None:
        if any(not row.is_settled for row in visit_claims(visit)):
            left = self._act(recover_findings, visit).left
            if left:
                return
        self._act(services.close_visit, visit, because="Tout est réglé.")

    def _find(self, visit: Visit) -> None:
        rows = list(visit_claims(visit))
        accepted = _accepted_lines(rows)
        for row in rows:
            self._act(record_finding, visit, row_id=row.pk, **self._found(accepted[row.claim_id]))
        if visit.questionnaire_id is not None:
            asked = questions_of(visit.questionnaire_id)
            self._act(
                record_marks,
                visit,
                answers={one.position: self._answer(one.choices, one.type) for one in asked},
            )

    def _found(self, accepted: Sequence[int]) -> dict[str, str]:
        """Draw a finding; ``accepted``: the lines of which a reader has left something."""
        if self._rng.random() < 0.8 or not accepted:
            return {"verdict": Verdict.AGREES.value}
        verdict = self._rng.choices([v for v, _ in _FOUND], [weight for _, weight in _FOUND])[0]
        return {
            "verdict": verdict.value,
            "lines": str(accepted[-1]) if verdict is Verdict.NOT_DELIVERED else "",
            "note": _NOTES.get(verdict, ""),
        }

    def _answer(self, choices: Sequence[Sequence[object]], kind: str) -> str:
        if choices:
            return str(self._rng.choice(choices)[0])
        told = {"scale": str(self._rng.randint(2, 5)), "yes_no": "oui", "number": "3"}
        if kind == "yes_no" and self._rng.random() < 0.25:
            return "non"
        return told.get(kind, "")

    def _act(self, service: Callable[..., Any], visit: Visit, **told: object) -> Any:
        version = Visit.objects.values_list("version", flat=True).get(pk=visit.pk)
        return service(actor=self._actor, visit_id=visit.pk, version=version, **told)
