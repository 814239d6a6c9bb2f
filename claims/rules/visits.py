"""Visits to facilities: their states, what is found of an attestation, what it takes off.

A visit is planned, held, told in a report that the facility answers once within a term, and closed
when each amount is recovered or given up. The table below is the whole of its way. What is found of
an attestation is a verdict of a short list; some verdicts take something off, by the same findings
as a reader's (``claims.rules.findings``), so that recovery is a decision like any other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from claims.rules.facts import ReviewCut
from claims.rules.findings import FindingReason
from conamus.kernel.errors import DomainError, Gathering
from conamus.kernel.figures import format_francs
from federations.rules.amounts import parse_francs


class VisitState(StrEnum):
    """Where a visit stands; the value is stored, the label is on the screen."""

    PLANNED = "planned"
    DONE = "done"
    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state's French name."""
        return _STATES[self]


_STATES = {
    VisitState.PLANNED: "prévue",
    VisitState.DONE: "faite",
    VisitState.SENT: "rapport envoyé",
    VisitState.ANSWERED: "réponse reçue",
    VisitState.CLOSED: "close",
    VisitState.CANCELLED: "annulée",
}
#: From where to where; what is sent is never taken back.
MOVES = frozenset(
    {
        (VisitState.PLANNED, VisitState.DONE),
        (VisitState.PLANNED, VisitState.CANCELLED),
        (VisitState.DONE, VisitState.SENT),
        (VisitState.SENT, VisitState.ANSWERED),
        (VisitState.SENT, VisitState.CLOSED),
        (VisitState.ANSWERED, VisitState.CLOSED),
    }
)
#: States in which findings are written: on the spot, or afterwards from the paper.
OPEN = frozenset({VisitState.PLANNED, VisitState.DONE})
#: States that the facility sees: it learns of no sample before the report.
TOLD = frozenset({VisitState.SENT, VisitState.ANSWERED, VisitState.CLOSED})


def check_visit_move(source: VisitState, target: VisitState) -> None:
    """Refuse a move that the table does not have.

    >>> check_visit_move(VisitState.PLANNED, VisitState.DONE)
    """
    if (source, target) not in MOVES:
        raise DomainError(
            f"Une visite « {source.label} » ne peut pas devenir « {target.label} ».",
            field="state",
        )


class Verdict(StrEnum):
    """What the facility's register and the patient said of an attestation."""

    AGREES = "agrees"
    ABSENT = "absent"
    NO_PATIENT = "no_patient"
    NOT_DELIVERED = "not_delivered"
    PRICE = "price"
    NO_PAPER = "no_paper"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The verdict in French."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.AGREES: "conforme au registre",
    Verdict.ABSENT: "absente du registre",
    Verdict.NO_PATIENT: "patient introuvable",
    Verdict.NOT_DELIVERED: "acte non délivré",
    Verdict.PRICE: "prix non conforme",
    Verdict.NO_PAPER: "pièce manquante",
    Verdict.OTHER: "autre constat",
}
#: Verdicts that take off the whole attestation, and as what.
_WHOLE = {
    Verdict.ABSENT: FindingReason.NOT_DONE,
    Verdict.NO_PATIENT: FindingReason.NOT_THE_MEMBER,
}
#: Verdicts that take off lines that the finding names, and as what.
_LINES = {
    Verdict.NOT_DELIVERED: FindingReason.NOT_DONE,
    Verdict.PRICE: FindingReason.TOO_DEAR,
}
#: Verdicts that only words explain; they take nothing off.
_SAID = frozenset({Verdict.NO_PAPER, Verdict.OTHER})
_LINE = re.compile(r"(\d{1,3})(?:\s*:\s*(\d[\d\s\u202f\u00a0]*))?")


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line that a finding names; ``francs`` None: all of it."""

    position: int
    francs: int | None = None


def read_lines(text: str) -> tuple[FoundLine, ...]:
    """Read the lines of a finding as they are typed: positions, perhaps with francs.

    >>> read_lines("2, 3: 1 500")
    (FoundLine(position=2, francs=None), FoundLine(position=3, francs=1500))
    """
    found: dict[int, FoundLine] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,;]", text))):
        match = _LINE.fullmatch(part)
        if match is None:
            raise DomainError(
                "Écrivez les lignes ainsi : « 2, 3 » ou, avec le montant en trop, « 2: 500 ».",
                field="lines",
            )
        position = int(match[1])
        if position in found:
            raise DomainError(f"La ligne {position} est écrite deux fois.", field="lines")
        francs = parse_francs(match[2], field="lines") if match[2] else None
        found[position] = FoundLine(position, francs)
    return tuple(found.values())


def check_verdict(verdict: Verdict, lines: Sequence[FoundLine], note: str) -> None:
    """Refuse a finding that does not say what its verdict needs, or says more."""
    if verdict in _LINES and not lines:
        raise DomainError("Dites quelles lignes, par leur numéro.", field="lines")
    if verdict not in _LINES and lines:
        raise DomainError("Ce constat porte sur l’attestation entière.", field="lines")
    if verdict is Verdict.PRICE and any(line.francs is None for line in lines):
        raise DomainError("Dites le montant en trop de chaque ligne : « 2: 500 ».", field="lines")
    if verdict is Verdict.NOT_DELIVERED and any(line.francs is not None for line in lines):
        raise DomainError("Un acte non délivré est ôté entier : sans montant.", field="lines")
    if verdict in _SAID and not note:
        raise DomainError("Dites en quelques mots ce qui a été constaté.", field="note")


def cuts_of(
    verdict: Verdict, lines: Sequence[FoundLine], positions: Sequence[int], note: str = ""
) -> tuple[ReviewCut, ...]:
    """Return what a finding takes off an attestation whose lines are ``positions``.

    >>> [(cut.position, cut.is_all) for cut in cuts_of(Verdict.ABSENT, (), [1, 2])]
    [(1, True), (2, True)]
    >>> cuts_of(Verdict.AGREES, (), [1, 2])
    ()
    """
    told = note[:300]
    if verdict in _WHOLE:
        reason = _WHOLE[verdict].value
        return tuple(ReviewCut(p, reason, is_all=True, note=told) for p in positions)
    if verdict not in _LINES:
        return ()
    reason = _LINES[verdict].value
    return tuple(
        ReviewCut(line.position, reason, is_all=line.francs is None, francs=line.francs, note=told)
        for line in lines
    )


def check_room(found: Sequence[ReviewCut], accepted: Mapping[int, int]) -> None:
    """Refuse a visit's cuts that take more than what is still accepted of a line; all at once.

    ``accepted``: francs by line, once earlier readers and the agreed prices have taken theirs.
    """
    gathering = Gathering()
    for cut in found:
        with gathering.part():
            _check_room(cut, accepted.get(cut.position, 0))
    gathering.refuse()


def _check_room(cut: ReviewCut, room: int) -> None:
    if not room:
        message = f"Ligne {cut.position} : plus rien n’en est accepté."
        raise DomainError(message, field="lines")
    if cut.francs is not None and cut.francs > room:
        message = f"Ligne {cut.position} : {format_francs(room)} en sont encore acceptés, pas plus."
        raise DomainError(message, field="lines")


def merge_cuts(earlier: Sequence[ReviewCut], found: Sequence[ReviewCut]) -> tuple[ReviewCut, ...]:
    """Put a visit's cuts on top of those in force: what a reader took off is never given back.

    >>> one, two = ReviewCut(1, "too_much", francs=500), ReviewCut(1, "too_dear", francs=600)
    >>> merge_cuts([one], [two]) == (one, two)
    True
    """
    return (*earlier, *found)


def taken_off(before: int, after: int) -> int:
    """Return what a decision with a visit's findings takes off the mutuelle's part.

    Refused where it would add to it: the terms have changed since, and a visit gives nothing.

    >>> taken_off(2_400, 2_000)
    400
    """
    if after > before:
        raise DomainError(
            "décidée de nouveau, elle coûterait plus à la mutuelle : ses règles ont changé depuis. "
            "Faites d’abord refaire sa décision."
        )
    return before - after


def answer_due(sent_on: date, days: int) -> date:
    """Return the last day on which the facility may answer the report.

    >>> answer_due(date(2025, 6, 1), 30)
    datetime.date(2025, 7, 1)
    """
    return sent_on + timedelta(days=days)


def has_said(state: VisitState, due_on: date | None, on: date) -> bool:
    """Tell whether the facility has had its say: it answered, or its term has passed.

    >>> has_said(VisitState.SENT, date(2025, 7, 1), date(2025, 7, 1))
    False
    """
    return state is VisitState.ANSWERED or may_recover(state, due_on, on, is_accepted=False)


def may_recover(state: VisitState, due_on: date | None, on: date, *, is_accepted: bool) -> bool:
    """Tell whether amounts may be recovered: the facility itself accepted, or its term has passed.

    An answer on paper, or one that contests, waits for the term: the facility may yet bring proof.

    >>> may_recover(VisitState.ANSWERED, date(2025, 7, 1), date(2025, 6, 2), is_accepted=False)
    False
    """
    if state is VisitState.ANSWERED and is_accepted:
        return True
    is_told = state in (VisitState.SENT, VisitState.ANSWERED)
    return is_told and due_on is not None and on > due_on
