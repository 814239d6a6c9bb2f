"""Why a reader takes something off a line: the short list, and what a finding must say.

A finding is what a person took off (``claims.rules.facts.ReviewCut``). Its reason is of this list,
so that reasons can be counted; what the list does not say, the note does.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum

from claims.rules.facts import LineFacts, ReviewCut
from conamus.kernel.errors import DomainError, Gathering
from conamus.kernel.money import round_franc


class FindingReason(StrEnum):
    """A reason of the list; the value is stored, the label is on the screen."""

    NOT_INDICATED = "not_indicated"
    TOO_MUCH = "too_much"
    NOT_DONE = "not_done"
    ALREADY_BILLED = "already_billed"
    TOO_DEAR = "too_dear"
    NO_PAPER = "no_paper"
    NOT_THE_MEMBER = "not_the_member"
    NOT_COVERED = "not_covered"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason in French."""
        return REASONS[self]


#: The reasons by their stored value, as the sentences of cuts take them.
REASONS: Mapping[str, str] = {
    FindingReason.NOT_INDICATED: "non indiqué pour ce motif de soins",
    FindingReason.TOO_MUCH: "quantité au-delà du traitement habituel",
    FindingReason.NOT_DONE: "acte non prouvé",
    FindingReason.ALREADY_BILLED: "déjà facturé",
    FindingReason.TOO_DEAR: "prix sans rapport avec l’usage",
    FindingReason.NO_PAPER: "pièce manquante",
    FindingReason.NOT_THE_MEMBER: "le malade n’est pas le titulaire de la carte",
    FindingReason.NOT_COVERED: "non couvert par le paquet",
    FindingReason.OTHER: "autre raison",
}


def check_findings(cuts: Sequence[ReviewCut], lines: Sequence[LineFacts]) -> None:
    """Refuse findings that say nothing, or more than a line holds; all refusals at once."""
    by_position = {line.position: line for line in lines}
    gathering = Gathering()
    for cut in cuts:
        with gathering.part():
            _check_finding(cut, by_position.get(cut.position))
    gathering.refuse()


def _check_finding(cut: ReviewCut, line: LineFacts | None) -> None:
    where = f"Ligne {cut.position} : "
    if line is None:
        raise DomainError(f"{where}elle n’est pas de cette attestation.", field="position")
    if cut.reason not in REASONS:
        raise DomainError(f"{where}choisissez un motif.", field=field_of("reason", cut))
    if cut.reason == FindingReason.OTHER and not cut.note:
        raise DomainError(f"{where}dites quelle autre raison.", field=field_of("note", cut))
    if cut.to_quantity is not None and not 0 <= cut.to_quantity < line.quantity:
        raise DomainError(
            f"{where}la quantité retenue est de 0 au moins, et moins que la quantité demandée.",
            field=field_of("value", cut),
        )
    asked = line.quantity * line.unit_price_francs
    if cut.francs is not None and not 0 < cut.francs <= asked:
        raise DomainError(
            f"{where}le montant coupé est de 1 FBu au moins, et pas plus que le montant demandé.",
            field=field_of("value", cut),
        )


def one_a_line(cuts: Sequence[ReviewCut], lines: Sequence[LineFacts]) -> dict[int, ReviewCut]:
    """Return cuts by line, as a form holds them: several of one line told as one, in francs."""
    by_line: dict[int, list[ReviewCut]] = defaultdict(list)
    for cut in cuts:
        by_line[cut.position].append(cut)
    facts = {line.position: line for line in lines}
    return {
        position: own[0] if len(own) == 1 else _as_one(own, facts[position])
        for position, own in by_line.items()
    }


def _as_one(cuts: Sequence[ReviewCut], line: LineFacts) -> ReviewCut:
    asked = round_franc(line.quantity * line.unit_price_francs)
    left = asked
    for cut in cuts:
        if cut.to_quantity is not None:
            left = min(left, round_franc(left * cut.to_quantity / line.quantity))
        else:
            left = max(0, left - (left if cut.francs is None else cut.francs))
    is_all = not left
    return ReviewCut(
        line.position,
        cuts[-1].reason,
        is_all=is_all,
        francs=None if is_all else asked - left,
        note=" ; ".join(cut.note for cut in cuts if cut.note),
    )


def field_of(name: str, cut: ReviewCut) -> str:
    """Return the name of a form's field for a line's finding.

    >>> field_of("reason", ReviewCut(position=2, reason=""))
    'reason_2'
    """
    return f"{name}_{cut.position}"


def reject_all(lines: Sequence[LineFacts], reason: str, note: str = "") -> tuple[ReviewCut, ...]:
    """Return the findings of a claim rejected whole.

    >>> reject_all([], "not_done")
    ()
    """
    return tuple(
        ReviewCut(position=line.position, reason=reason, is_all=True, note=note) for line in lines
    )
