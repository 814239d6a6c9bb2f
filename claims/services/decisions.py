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
from functools import cache, cached_property

from django.db import connection
from django.utils import timezone

from claims.models import Decision
from claims.rules.adjudication import Adjudication, Drawn, adjudicate, as_earlier, less_drawn
from claims.rules.facts import CareFacts, EarlierCare
from claims.rules.review import ReviewFacts, ReviewTerms, rank, reasons_to_review
from claims.rules.states import ACCEPTED, State
from claims.selectors.care_facts import Case, load_cases
from claims.selectors.control import control_terms
from claims.services.decision_rows import Outcome, write_outcomes
from claims.services.signals import raise_found
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor

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
    terms_on = cache(control_terms(actor.tenant_id).of)
    outcomes = []
    decided = _decided_cases(claim_ids, year)
    if looks_for_signals:
        decided = _with_signals(actor, year, decided)
    for one in decided:
        if one.case.state != State.SUBMITTED:
            raise DomainError("Cette attestation n’attend pas de vérification.", field="state")
        outcomes.append(_outcome(one, terms_on, read_because))
    write_outcomes(actor, year, outcomes, batch=batch)
    return Tally.of(outcomes)


def redo_decisions(
    *, actor: Actor, claim_ids: Sequence[int], year: int, batch: str | None = None
) -> Tally:
    """Decide claims again that are decided already; each new decision supersedes the one before.

    Redoing what has not changed gives the same francs. The claims stay in their state.
    """
    require(actor, Permission.REDO_DECISIONS)
    lock_accounts(claim_ids, year)
    retire_decisions(claim_ids, year)
    outcomes = []
    for one in _adjudicated(load_cases(claim_ids, year)):
        if one.case.state not in ACCEPTED:
            raise DomainError("Cette attestation n’est pas encore décidée.", field="state")
        outcomes.append(Outcome(one.case, (), one.adjudication, kind=Decision.Kind.REDONE))
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


def _outcome(one: "Decided", terms_on: Callable[[date], ReviewTerms], read_because: str) -> Outcome:
    """Return whether a submitted claim is accepted by itself, or why a person must see it."""
    amount = one.adjudication.mutuelle_francs
    facts = ReviewFacts(
        key=str(one.case.claim_id),
        mutuelle_francs=amount,
        flags=len(one.adjudication.flags),
        signals=one.case.signals,
    )
    found = reasons_to_review(facts, terms_on(one.case.care.received_on))
    reasons = [*([read_because] if read_because else []), *(why.label for why in found)]
    if not reasons:
        return Outcome(one.case, (State.CHECKED, State.DECIDED), one.adjudication)
    return Outcome(
        one.case,
        (State.CHECKED, State.TO_REVIEW),
        reason=", ".join(reasons),
        review_rank=rank(amount, one.case.signals),
    )


def _decided_cases(claim_ids: Sequence[int], year: int) -> list["Decided"]:
    """Lock the households' accounts, and return what the rules say of each claim."""
    lock_accounts(claim_ids, year)
    return _adjudicated(load_cases(claim_ids, year))


def _with_signals(actor: Actor, year: int, decided: Sequence["Decided"]) -> list["Decided"]:
    """Raise what the rules of signals find, and return the claims with what they now weigh."""
    pairs = [(one.case, one.adjudication) for one in decided]
    found = raise_found(actor, year, pairs)
    return [
        replace(one, case=replace(one.case, signals=one.case.signals + found[one.case.claim_id]))
        if one.case.claim_id in found
        else one
        for one in decided
    ]


def lock_accounts(claim_ids: Sequence[int], *years: int) -> None:
    """Hold the accounts of the claims' households: before any claim is locked, always.

    All the claims of a transaction at once, whatever their ``years`` of care.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock_care_accounts(%s, %s)", [list(claim_ids), list(years)])


def retire_decisions(claim_ids: Sequence[int], year: int) -> None:
    """Let the decisions in force count no more, whatever takes their place."""
    Decision.objects.filter(
        care_year=year, claim_id__in=claim_ids, superseded_at__isnull=True
    ).update(superseded_at=timezone.now())


@dataclass(frozen=True, slots=True)
class Decided:
    """A case with what the rules say of it."""

    case: Case
    adjudication: Adjudication


def _adjudicated(cases: Iterable[Case]) -> list[Decided]:
    accepted = _Accepted()
    decided = []
    for case in cases:
        care = accepted.seen_by(case)
        adjudication = adjudicate(care, case.package)
        accepted.add(case, care, adjudication)
        decided.append(Decided(case, adjudication))
    return decided


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
