"""Signals in the actor's sight, and what was made of them rule by rule.

A federation settles what it processes; CONAMUS's medical advisers settle everywhere.
"""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When

from claims.models import Claim, ClaimSignal, FacilitySignal
from claims.rules.signals import BY_CODE, weight_percent
from claims.rules.signals.facilities import BY_CODE as FACILITY_RULES
from claims.rules.signals.weights import ENOUGH
from claims.rules.states import ACCEPTED
from conamus.kernel.errors import NotFound
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

_SETTLED = Q(state__in=[ClaimSignal.State.CONFIRMED, ClaimSignal.State.DISMISSED])
_CONFIRMED = Q(state=ClaimSignal.State.CONFIRMED)


def visible_signals(actor: Actor) -> QuerySet[ClaimSignal]:
    """Return the claims' signals that the actor looks into."""
    if actor.role is Role.MEDICAL_ADVISER:
        return ClaimSignal.objects.all()
    return ClaimSignal.objects.filter(processing_id=actor.tenant_id)


def facility_signals(actor: Actor) -> QuerySet[FacilitySignal]:
    """Return the facilities' signals of the actor's federation; CONAMUS's are of the network."""
    return FacilitySignal.objects.filter(tenant_id=actor.tenant_id)


def open_facility_months(actor: Actor) -> QuerySet[FacilitySignal]:
    """Return those of them that nobody has settled."""
    return facility_signals(actor).filter(state=ClaimSignal.State.OPEN)


def listed_signals(actor: Actor) -> QuerySet[ClaimSignal]:
    """Return them as a list shows them: with facility and stub, what waits and weighs first."""
    claims = Claim.objects.filter(care_year=OuterRef("care_year"), pk=OuterRef("claim_id"))
    return (
        visible_signals(actor)
        .select_related("facility")
        .annotate(stub=Subquery(claims.values("stub_number")[:1]))
        .order_by(_waits_first(), "-weight", "-pk")
    )


def listed_facility_signals(actor: Actor) -> QuerySet[FacilitySignal]:
    """Return them as a list shows them: what waits first, the latest month first."""
    signals = facility_signals(actor).select_related("facility")
    return signals.order_by(_waits_first(), "-month", "-pk")


def _waits_first() -> Case:
    return Case(When(state=ClaimSignal.State.OPEN, then=0), default=1)


def signal_by_id(
    actor: Actor, signal_id: int, *, is_facility: bool
) -> ClaimSignal | FacilitySignal:
    """Return a signal in the actor's sight; NotFound otherwise."""
    rows: QuerySet = facility_signals(actor) if is_facility else visible_signals(actor)
    found: ClaimSignal | FacilitySignal | None = (
        rows.select_related("facility").filter(pk=signal_id).first()
    )
    if found is None:
        raise NotFound("Ce signal n’existe pas, ou n’est pas de votre ressort.")
    return found


def claim_of_signal(signal: ClaimSignal) -> Claim:
    """Return the claim that a signal is about, with its facility and federations."""
    return Claim.objects.select_related("facility", "processing", "tenant").get(
        care_year=signal.care_year, pk=signal.claim_id
    )


def settled_counts(actor: Actor) -> dict[str, tuple[int, int]]:
    """Return how many signals of each rule were confirmed, and settled, in the actor's sight."""
    counted = (
        visible_signals(actor)
        .filter(_SETTLED)
        .values("rule")
        .annotate(confirmed=Count("pk", filter=_CONFIRMED), settled=Count("pk"))
    )
    return {row["rule"]: (row["confirmed"], row["settled"]) for row in counted}


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What a rule raised and what people made of it; ``weight`` is what its next signal weighs."""

    code: str
    label: str
    opened: int
    confirmed: int
    dismissed: int
    weight: int | None = None
    is_base: bool = True

    @property
    def settled(self) -> int:
        """How many people have settled."""
        return self.confirmed + self.dismissed

    @property
    def raised(self) -> int:
        """How many the rule raised."""
        return self.opened + self.settled

    @property
    def rate(self) -> Fraction | None:
        """The share confirmed of those settled; None: nobody has settled one."""
        return Fraction(self.confirmed, self.settled) if self.settled else None


def rule_figures(actor: Actor) -> list[RuleFigures]:
    """Return every rule of attestations with its signals in sight, in the registry's order."""
    counted = _counted(visible_signals(actor))
    return [_figures(code, *counted.get(code, (0, 0, 0))) for code in BY_CODE]


def facility_figures(actor: Actor) -> list[RuleFigures]:
    """Return every rule of facilities' months with its signals; they weigh on no claim."""
    counted = _counted(facility_signals(actor))
    return [
        RuleFigures(rule.code, rule.label, *counted.get(rule.code, (0, 0, 0)))
        for rule in FACILITY_RULES.values()
    ]


def _counted(signals: QuerySet) -> dict[str, tuple[int, int, int]]:
    """Of each rule: open, confirmed, dismissed."""
    counted = signals.values("rule").annotate(
        opened=Count("pk", filter=Q(state=ClaimSignal.State.OPEN)),
        confirmed=Count("pk", filter=_CONFIRMED),
        dismissed=Count("pk", filter=Q(state=ClaimSignal.State.DISMISSED)),
    )
    return {row["rule"]: (row["opened"], row["confirmed"], row["dismissed"]) for row in counted}


def _figures(code: str, opened: int, confirmed: int, dismissed: int) -> RuleFigures:
    rule, settled = BY_CODE[code], confirmed + dismissed
    return RuleFigures(
        code=code,
        label=rule.label,
        opened=opened,
        confirmed=confirmed,
        dismissed=dismissed,
        weight=weight_percent(rule.base_percent, confirmed=confirmed, settled=settled),
        is_base=settled < ENOUGH,
    )


def confirmed_to_redo(actor: Actor) -> QuerySet[ClaimSignal]:
    """Return what was learnt after a decision and confirmed, while that decision still stands."""
    claims = Claim.objects.filter(
        care_year=OuterRef("care_year"),
        pk=OuterRef("claim_id"),
        state__in=[state.value for state in ACCEPTED],
        decision_id=OuterRef("after_decision_id"),
    )
    found = visible_signals(actor).filter(_CONFIRMED, after_decision_id__isnull=False)
    return found.filter(Exists(claims))
