"""The states of a claim, and who may move it from one to the next.

The table below is the whole of it. A claim is owned by the patient's federation (home), entered,
decided and paid by the processing one; the facility sees its own. Nothing is cancelled once it
is decided: a correction replaces it, and it is superseded. It is invoiced for payment only when
it is final, so no bill is older than its decision. Asking the facility, deferring, a second
reader are no states: the claim stays « to review » until it is decided; the answer to a contest
may bring a decision that supersedes the first, and makes the claim final, unless another side may
still contest it (`claims.rules.contests`). A final decision redone to somebody's loss is open
again; where the invoice is settled the facility may answer, and the claim then comes back to where
its invoice stands.

Who enters replaces, whatever was decided or paid: a manager enters nothing, so replaces nothing.
What takes the place of a claim that is final, or that a person has read, is never accepted by
itself: a doctor or a nurse reads it. So it is with what is entered anew once its check was given
up. A doctor may take one decision back, with a reason, until it is final.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from conamus.kernel.errors import DomainError
from federations.rules.roles import Role


class State(StrEnum):
    """Where a claim stands; the value is stored, the label is on the screen."""

    ENTERED = "entered"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    TO_REVIEW = "to_review"
    DECIDED = "decided"
    CONTESTED = "contested"
    FINAL = "final"
    INVOICED = "invoiced"
    PAID = "paid"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state's French name."""
        return _LABELS[self]


_LABELS = {
    State.ENTERED: "saisie",
    State.SUBMITTED: "transmise",
    State.CHECKED: "contrôlée",
    State.TO_REVIEW: "à examiner",
    State.DECIDED: "décidée",
    State.CONTESTED: "contestée",
    State.FINAL: "définitive",
    State.INVOICED: "à payer",
    State.PAID: "payée",
    State.SUPERSEDED: "remplacée",
    State.CANCELLED: "annulée",
}


class Side(StrEnum):
    """On which side of a claim somebody stands."""

    PROCESSING = "processing"
    HOME = "home"
    FACILITY = "facility"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The side's French name."""
        return _SIDES[self]


_SIDES = {
    Side.PROCESSING: "la fédération qui traite l’attestation",
    Side.HOME: "la fédération du membre",
    Side.FACILITY: "la formation sanitaire",
    Side.SYSTEM: "le système",
}

#: States in which a claim counts for its member's ceilings and limits.
ACCEPTED = frozenset({State.DECIDED, State.CONTESTED, State.FINAL, State.INVOICED, State.PAID})
#: States in which nobody may contest any more: what takes their place is always read.
SETTLED = frozenset({State.FINAL, State.INVOICED, State.PAID})
#: States into which somebody brings a claim by writing it: who did decides nothing of it.
WRITTEN = frozenset({State.ENTERED, State.SUBMITTED})
#: States that nothing leaves.
ENDED = frozenset({State.SUPERSEDED, State.CANCELLED})

Who = tuple[Side, Role]
_FACILITY: Who = (Side.FACILITY, Role.FACILITY_USER)
_CENTRE: Who = (Side.PROCESSING, Role.CENTRE_OPERATOR)
_MANAGER: Who = (Side.PROCESSING, Role.FEDERATION_MANAGER)
_DOCTOR: Who = (Side.PROCESSING, Role.MEDICAL_ADVISER)
_NURSE: Who = (Side.PROCESSING, Role.ADVISING_NURSE)
_HOME_DOCTOR: Who = (Side.HOME, Role.MEDICAL_ADVISER)
_HOME_NURSE: Who = (Side.HOME, Role.ADVISING_NURSE)
_SYSTEM: Who = (Side.SYSTEM, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table; ``source`` None: the claim begins."""

    source: State | None
    target: State
    verb: str
    who: frozenset[Who]


def _move(source: State | None, target: State, verb: str, *who: Who) -> Move:
    return Move(source, target, verb, frozenset(who))


MOVES: tuple[Move, ...] = (
    _move(None, State.ENTERED, "saisir", _FACILITY, _CENTRE, _SYSTEM),
    _move(State.ENTERED, State.ENTERED, "corriger", _FACILITY, _CENTRE, _SYSTEM),
    _move(State.ENTERED, State.SUBMITTED, "transmettre", _FACILITY, _CENTRE, _SYSTEM),
    _move(State.ENTERED, State.CANCELLED, "annuler", _FACILITY, _CENTRE, _MANAGER),
    _move(State.SUBMITTED, State.ENTERED, "rendre pour correction", _CENTRE, _MANAGER),
    _move(State.SUBMITTED, State.CHECKED, "contrôler", _CENTRE, _SYSTEM),
    _move(State.SUBMITTED, State.CANCELLED, "annuler", _FACILITY, _CENTRE, _MANAGER),
    _move(State.CHECKED, State.TO_REVIEW, "envoyer à l’examen", _CENTRE, _SYSTEM),
    _move(State.CHECKED, State.DECIDED, "accepter d’office", _SYSTEM),
    _move(State.CHECKED, State.CANCELLED, "annuler", _CENTRE, _MANAGER),
    _move(State.TO_REVIEW, State.DECIDED, "décider", _DOCTOR, _NURSE),
    _move(State.TO_REVIEW, State.CANCELLED, "annuler", _MANAGER),
    _move(State.DECIDED, State.TO_REVIEW, "reprendre", _DOCTOR, _MANAGER, _SYSTEM),
    _move(State.DECIDED, State.CONTESTED, "contester", _FACILITY, _HOME_DOCTOR, _HOME_NURSE),
    _move(State.DECIDED, State.FINAL, "rendre définitive", _FACILITY, _SYSTEM),
    _move(State.FINAL, State.DECIDED, "rouvrir à la réponse", _MANAGER, _SYSTEM),
    _move(State.INVOICED, State.CONTESTED, "contester", _FACILITY),
    _move(State.PAID, State.CONTESTED, "contester", _FACILITY),
    _move(State.CONTESTED, State.FINAL, "répondre", _DOCTOR, _NURSE),
    _move(State.CONTESTED, State.DECIDED, "répondre sans clore", _DOCTOR, _NURSE),
    _move(State.CONTESTED, State.INVOICED, "répondre", _DOCTOR, _NURSE),
    _move(State.CONTESTED, State.PAID, "répondre", _DOCTOR, _NURSE),
    _move(State.FINAL, State.INVOICED, "mettre en paiement", _CENTRE, _MANAGER, _SYSTEM),
    _move(State.INVOICED, State.FINAL, "retirer du paiement", _CENTRE, _MANAGER),
    _move(State.INVOICED, State.PAID, "payer", _CENTRE, _MANAGER, _SYSTEM),
    _move(State.PAID, State.INVOICED, "annuler le paiement", _MANAGER, _SYSTEM),
    _move(State.DECIDED, State.SUPERSEDED, "remplacer", _CENTRE, _SYSTEM),
    _move(State.FINAL, State.SUPERSEDED, "remplacer", _CENTRE, _SYSTEM),
    _move(State.INVOICED, State.SUPERSEDED, "remplacer", _CENTRE, _SYSTEM),
    _move(State.PAID, State.SUPERSEDED, "remplacer", _CENTRE, _SYSTEM),
)
_BY_ENDS = {(move.source, move.target): move for move in MOVES}


def may_move(source: State | None, target: State, *, side: Side, role: Role) -> bool:
    """Tell whether somebody on that side, in that role, may move a claim so.

    >>> may_move(State.DECIDED, State.CONTESTED, side=Side.FACILITY, role=Role.FACILITY_USER)
    True
    >>> may_move(State.DECIDED, State.CANCELLED, side=Side.SYSTEM, role=Role.SYSTEM)
    False
    """
    move = _BY_ENDS.get((source, target))
    return move is not None and (side, role) in move.who


def check_move(source: State | None, target: State, *, side: Side, role: Role) -> None:
    """Raise DomainError, with what is in the way, where ``may_move`` says no."""
    move = _BY_ENDS.get((source, target))
    if move is None:
        stands = "n’existe pas encore" if source is None else f"est {source.label}"
        raise DomainError(
            f"L’attestation {stands} : elle ne peut pas devenir {target.label}.", field="state"
        )
    if (side, role) not in move.who:
        of = "d’" if move.verb[0] in "aeéi" else "de "
        raise DomainError(
            f"Votre rôle ne permet pas {of}{move.verb} cette attestation.", field="state"
        )


def moves_from(source: State, *, side: Side, role: Role) -> Iterator[Move]:
    """Yield what somebody may do with a claim, in the table's order."""
    return (move for move in MOVES if move.source is source and (side, role) in move.who)
