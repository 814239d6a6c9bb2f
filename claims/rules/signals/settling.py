"""Who settles a signal: somebody whom it does not concern.

Concerned is, by the person and not by the role they act in today, whoever put a hand to what the
signal looks at, or belongs to the facility. Before it is decided, its reader settles a claim's
signals and then decides; afterwards whoever decided has a decision to defend.
"""

from collections.abc import Collection
from enum import StrEnum


class Tie(StrEnum):
    """How a person is bound to what a signal is about; in the order in which it is told."""

    ENTERED = "entered"
    CHECKED = "checked"
    DECIDED = "decided"
    AUTHORISED = "authorised"
    BACKDATED = "backdated"
    WORKS_THERE = "works_there"


_TOLD = {
    Tie.ENTERED: "vous avez saisi l’attestation, ou celle qu’elle remplace",
    Tie.CHECKED: "vous l’avez transmise ou vérifiée, ou celle qu’elle remplace",
    Tie.DECIDED: "vous avez décidé de l’attestation",
    Tie.AUTHORISED: "vous avez accordé le bon de prise en charge",
    Tie.BACKDATED: "vous avez inscrit l’opération antidatée qui ouvre les droits",
    Tie.WORKS_THERE: "vous avez, ou avez eu, un rôle dans cette formation sanitaire",
}


def why_another_settles(ties: Collection[Tie]) -> str:
    """Say why a person with these ties does not settle a signal; empty: they may.

    >>> why_another_settles({Tie.DECIDED, Tie.AUTHORISED})
    'Ce signal vous concerne (vous avez décidé de l’attestation) : quelqu’un d’autre le traite.'
    >>> why_another_settles(())
    ''
    """
    first = next((tie for tie in Tie if tie in ties), None)
    if first is None:
        return ""
    return f"Ce signal vous concerne ({_TOLD[first]}) : quelqu’un d’autre le traite."
