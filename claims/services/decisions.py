"""Deciding claims: one or thousands, by the same road, and never by editing a decision.

The households' accounts are locked first, so that two decisions at the same moment cannot use up
the same remaining ceiling; then the facts are read, the rules asked, and everything is written in
one statement. Claims of one household are decided in the order of their dates, each seeing those
before it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db import connection
from django.utils import timezone

from claims.models import Claim, Decision
from claims.rules.adjudication import Adjudication, Drawn, adjudicate, as_earlier, less_drawn
from claims.rules.contests import Stakes, opens_again
from claims.rules.facts import CareFacts, EarlierCare
from claims.rules.review import ReviewFacts, ReviewTerms, rank, reasons_to_review
from claims.rules.states import ACCEPTED, Side, State, check_move
from claims.selectors.care_facts import Case, load_cases
from claims.selectors.replies import stakes_in_force
from claims.services.decision_rows import Outcome, write_outcomes
from claims.services.sample_seeds import sampling_terms
from claims.services.signals import Findings
from claims.services.system_acts import cases_to_decide
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission, Role
from federations.services.access import require
from federations.tenancy.actor import Actor

#: Why a person reads what is entered anew, by its stub or by its care, after it was checked.
GIVEN_UP = "déjà contrôlée, puis annulée ou remplacée"
#: Claims read, decided and written together: bounds memory.
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Tally:
    """What a batch came to."""

    decided: int = 0
    to_review: int = 0
    mutuelle_francs: int = 0

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Tally":
        """Return what outcomes came to: what is not decided waits for a person."""
        decided = [one.adjudication for one in outcomes if one.adjudication is not None]
        return cls(
            decided=len(decided),
            to_review=len(outcomes) - len(decided),
            mutuelle_francs=sum(one.mutuelle_francs for one in decided),
        )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.decided + other.decided,
            self.to_review + other.to_review,
            self.mutuelle_francs + other.mutuelle_francs,
        )


def decide_submitted(
    *,
    actor: Actor,
    claim_ids: Sequence[int],
    year: int,
    batch: str | None = None,
    looks_for_signals: bool = False,
    read_because: str = "",
) -> Tally:
    """Check claims that were submitted, all of one year of care: accept them, or send to review.

    What no flag or signal touches, is under the amount and was not drawn is decided at once.
    ``looks_for_signals``: raise them first, on the same facts; else those raised before count.
    ``read_because``: why a person reads them in any case.
    """
    require(actor, Permission.CHECK_CLAIMS)
    lock_accounts(claim_ids, year)
    cases = load_cases(claim_ids, year)
    found = Findings(actor, year, cases) if looks_for_signals else None
    check = _Check(sampling_terms(actor), read_because, found)
    outcomes = _outcomes(cases, check.outcome)
    if found:
        found.write()
    write_outcomes(actor, year, outcomes, batch=batch)
    return Tally.of(outcomes)


def redo_decisions(
    *, actor: Actor, claim_ids: Sequence[int], year: int, batch: str | None = None
) -> Tally:
    """Decide claims again that are decided already; each new decision supersedes the one before.

    Redoing what has not changed gives the same francs. The claims stay in their state, but for a
    final one of which a side loses something: that side may answer, and it is decided again.
    """
    require(actor, Permission.REDO_DECISIONS)
    side = Side.SYSTEM if actor.role is Role.SYSTEM else Side.PROCESSING
    check_move(State.FINAL, State.DECIDED, side=side, role=actor.role)
    lock_accounts(claim_ids, year)
    _hold(claim_ids, year)
    redo = _Redo(stakes_in_force(claim_ids, year))
    retire_decisions(claim_ids, year)
    outcomes = _outcomes(cases_to_decide(actor, claim_ids, year), redo.outcome)
    write_outcomes(actor, year, outcomes, batch=batch)
    return Tally.of(outcomes)


def decide_by_person(
    *, actor: Actor, year: int, case: Case, path: Sequence[State], kind: Decision.Kind, reason: str
) -> Adjudication:
    """Decide a claim that somebody has read, with the findings that its facts carry.

    The caller holds its accounts and has asked who may; the decision before it counts no more.
    """
    require(actor, Permission.REVIEW_CLAIMS)
    retire_decisions([case.claim_id], year)
    adjudication = adjudicate(case.care, case.package)
    outcome = Outcome(case, tuple(path), adjudication, kind=kind, reason=reason)
    write_outcomes(actor, year, [outcome])
    return adjudication


@dataclass(frozen=True, slots=True)
class _Redo:
    """Decisions taken again: with what those before them were to both sides, by claim."""

    before: dict[int, Stakes]

    def outcome(self, case: Case, adjudication: Adjudication) -> Outcome:
        """Return the new decision of a claim that is decided already."""
        if case.state not in ACCEPTED:
            raise DomainError("Cette attestation n’est pas encore décidée.", field="state")
        kind = Decision.Kind.REDONE
        if not self._opens_again(case, adjudication):
            return Outcome(case, (), adjudication, kind=kind)
        return Outcome(case, (State.DECIDED,), adjudication, kind=kind, reason="décision refaite")

    def _opens_again(self, case: Case, adjudication: Adjudication) -> bool:
        if case.state != State.FINAL:
            return False
        after = Stakes(adjudication.facility_francs, adjudication.mutuelle_francs)
        is_away = case.tenant_id != case.processing_id
        return opens_again(self.before[case.claim_id], after, is_away=is_away)


@dataclass(frozen=True, slots=True)
class _Check:
    """The check of what was submitted: by which terms, and the signals looked for, if any are."""

    terms_on: Callable[[date], ReviewTerms]
    read_because: str
    found: Findings | None

    def outcome(self, case: Case, adjudication: Adjudication) -> Outcome:
        """Return whether a claim is accepted by itself, or why a person must see it."""
        if case.state != State.SUBMITTED:
            raise DomainError("Cette attestation n’attend pas de vérification.", field="state")
        amount, signals = adjudication.mutuelle_francs, case.signals
        if self.found:
            signals += self.found.look_at(case, adjudication)
        facts = ReviewFacts(
            key=str(case.claim_id),
            mutuelle_francs=amount,
            flags=len(adjudication.flags),
            signals=signals,
        )
        why = reasons_to_review(facts, self.terms_on(case.care.received_on))
        # Who cancels and enters anew escapes no reader.
        given_up = GIVEN_UP if case.was_given_up else ""
        reasons = [*filter(None, [self.read_because, given_up]), *(one.label for one in why)]
        if not reasons:
            return Outcome(case, (State.CHECKED, State.DECIDED), adjudication)
        return Outcome(
            case,
            (State.CHECKED, State.TO_REVIEW),
            reason=", ".join(reasons),
            review_rank=rank(amount, signals),
        )


def lock_accounts(claim_ids: Sequence[int], *years: int) -> None:
    """Hold the accounts of the claims' households: before any claim is locked, always.

    All the claims of a transaction at once, whatever their ``years`` of care.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock_care_accounts(%s, %s)", [list(claim_ids), list(years)])


def _hold(claim_ids: Sequence[int], year: int) -> None:
    """Wait for who puts these claims to payment meanwhile: what is invoiced is not opened again."""
    claims = Claim.objects.filter(care_year=year, pk__in=claim_ids).order_by("pk")
    list(claims.select_for_update(no_key=True).values_list("pk"))


def retire_decisions(claim_ids: Sequence[int], year: int) -> None:
    """Let the decisions in force count no more, whatever takes their place."""
    Decision.objects.filter(
        care_year=year, claim_id__in=claim_ids, superseded_at__isnull=True
    ).update(superseded_at=timezone.now())


def _outcomes(
    cases: Iterable[Case], outcome_of: Callable[[Case, Adjudication], Outcome]
) -> list[Outcome]:
    """Return what becomes of each case, as if they came one after the other.

    What waits for a person uses no ceiling of the others', in a batch as alone.
    """
    accepted = _Accepted()
    outcomes = []
    for case in cases:
        care = accepted.seen_by(case)
        adjudication = adjudicate(care, case.package)
        outcome = outcome_of(case, adjudication)
        if outcome.adjudication is not None:
            accepted.add(case, care, adjudication)
        outcomes.append(outcome)
    return outcomes


class _Taken:
    """A claim that was decided; its lines are told once a later claim asks: few ever do."""

    def __init__(self, case: Case, care: CareFacts, adjudication: Adjudication) -> None:
        self.case, self._care, self._adjudication = case, care, adjudication

    @cached_property
    def lines(self) -> tuple[EarlierCare, ...]:
        """What was accepted, as later claims see it."""
        return as_earlier(self._care, self._adjudication)


class _Accepted:
    """What a batch has accepted so far: of each household, of each person elsewhere, of papers."""

    def __init__(self) -> None:
        self._of: defaultdict[object, list[_Taken]] = defaultdict(list)
        self._drawn: list[Drawn] = []

    def add(self, case: Case, care: CareFacts, adjudication: Adjudication) -> None:
        taken = _Taken(case, care, adjudication)
        for key in self._keys(case):
            self._of[key].append(taken)
        self._drawn.extend(adjudication.drawn)

    def seen_by(self, case: Case) -> CareFacts:
        """Return a case's facts with what the batch accepted before it."""
        earlier = tuple(self._before(case))
        if not earlier:
            return case.care
        return replace(
            case.care,
            earlier=case.care.earlier + earlier,
            authorisations=less_drawn(case.care.authorisations, self._drawn),
        )

    def _before(self, case: Case) -> Iterator[EarlierCare]:
        """Yield the lines that count for a case: its household's, its person's elsewhere."""
        household, person = self._keys(case)
        for other in self._of.get(household, ()):
            is_same_person = other.case.person_id == case.person_id
            yield from (line._replace(is_same_person=is_same_person) for line in other.lines)
        for other in self._of.get(person, ()):
            if self._keys(other.case)[0] != household:
                yield from (line._replace(is_same_household=False) for line in other.lines)

    @staticmethod
    def _keys(case: Case) -> tuple[object, object]:
        return (case.tenant_id, case.household_id), case.person_id
