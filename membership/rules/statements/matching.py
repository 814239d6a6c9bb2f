"""Which payment a line of a statement is: matched, ambiguous or unknown, with the reason.

First by the operator's reference; then, for what is left, by telephone, amount and day within a
tolerance, and only where line and payment have no other choice. A machine never chooses between
two: it says which, and a person decides.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from membership.rules.payments import plain_reference
from membership.rules.sentences import counted, day, francs
from membership.rules.statements.reading import ReadLine

#: An evening's payment is often written the day after, a Saturday's on Monday.
TOLERANCE_DAYS = 2


class Outcome(StrEnum):
    """What became of a line; the values are those that are stored."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCandidate:
    """A payment of the operator that no line of a statement is tied to yet.

    ``is_part``: of a transfer that pays for several households, which only its reference tells;
    ``returned_francs``: what was given back of it.
    """

    payment_id: int
    reference: str
    phone: str
    amount_francs: int
    received_on: date
    is_part: bool = False
    returned_francs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What was found for a line; several payments where a transfer pays for several households."""

    line: ReadLine
    outcome: Outcome
    explanation: str
    payment_ids: tuple[int, ...] = ()


def match_lines(
    lines: Sequence[ReadLine],
    candidates: Iterable[PaymentCandidate],
    *,
    known: Iterable[ReadLine] = (),
    undone: Collection[tuple[str, int]] = (),
    tolerance_days: int = TOLERANCE_DAYS,
) -> list[Match]:
    """Return what each line is, in order.

    ``known``: lines that were brought before; the same transaction twice is set aside.
    ``undone``: what other statements say came to nothing, as ``undone_by`` tells it.
    """
    free = {one.payment_id: one for one in candidates}
    found: dict[int, Match] = {}
    came_to_nothing = undone_by(lines) | set(undone)
    for line in _fresh(lines, known, found):
        match = _by_reference(line, free)
        if (line.reference, line.amount_francs) in came_to_nothing:
            match = _undone(line, match)
        if match:
            found[line.number] = match
            for payment_id in match.payment_ids:
                del free[payment_id]
    rest = [line for line in lines if line.number not in found]
    found.update(_by_circumstance(rest, list(free.values()), tolerance_days))
    return [found[line.number] for line in lines]


def undone_by(lines: Iterable[ReadLine]) -> set[tuple[str, int]]:
    """Return the references and amounts of transactions that these lines say came to nothing."""
    return {
        (line.reference, line.amount_francs) for line in lines if line.reference and line.undoes
    }


def candidates_of(
    line: ReadLine,
    candidates: Iterable[PaymentCandidate],
    *,
    tolerance_days: int = TOLERANCE_DAYS,
) -> list[PaymentCandidate]:
    """Return the payments that a line may be: same telephone and amount, about the same day."""
    return [
        one
        for one in candidates
        if line.phone
        and not one.is_part
        and one.phone == line.phone
        and one.amount_francs == line.amount_francs
        and abs((one.received_on - line.paid_on).days) <= tolerance_days
    ]


def _fresh(
    lines: Sequence[ReadLine], known: Iterable[ReadLine], found: dict[int, Match]
) -> Iterable[ReadLine]:
    """Yield what may be a payment; say of the others what they are, or were before."""
    before: dict[object, list[ReadLine]] = defaultdict(list)
    for line in known:
        before[_mark(line)].append(line)
    for line in lines:
        match = _no_money(line) or _seen_before(line, before[_mark(line)])
        # Two payments of a day from one telephone have no reference to be told apart by.
        if line.reference:
            before[_mark(line)].append(line)
        if match:
            found[line.number] = match
        elif line.doubt:
            found[line.number] = _match(line, Outcome.AMBIGUOUS, line.doubt)
        else:
            yield line


def _mark(line: ReadLine) -> object:
    """Return what lines of one transaction have in common."""
    return line.reference or (line.phone, line.amount_francs, line.paid_on)


def _no_money(line: ReadLine) -> Match | None:
    return _match(line, Outcome.SET_ASIDE, line.aside) if line.aside else None


def _seen_before(line: ReadLine, earlier: Iterable[ReadLine]) -> Match | None:
    """Say that a line was there before: as the very same, or with other facts."""
    # A word that nobody knows may tell news of a transaction that was already there.
    alike = [one for one in earlier if (one.status == line.status if line.doubt else one.is_money)]
    differences = [_difference(line, one) for one in alike]
    if "" in differences:
        if line.reference:
            return _match(
                line, Outcome.SET_ASIDE, "Transaction déjà apportée par une ligne de relevé."
            )
        return _match(
            line,
            Outcome.AMBIGUOUS,
            "Sans référence, et un relevé a déjà une ligne de ce téléphone, de ce montant et de "
            "ce jour : est-ce la même transaction ?",
        )
    if not differences or not line.reference:
        return None
    return _match(
        line,
        Outcome.AMBIGUOUS,
        f"Même référence qu’une autre ligne de relevé, mais {differences[0]} : vérifiez.",
    )


def _difference(line: ReadLine, other: ReadLine) -> str:
    """Say what tells two lines of one reference apart; empty: they are one transaction."""
    if line.amount_francs != other.amount_francs:
        return f"autre montant ({francs(other.amount_francs)})"
    if line.paid_on != other.paid_on:
        return f"autre jour ({day(other.paid_on)})"
    # Some statements leave the telephone out.
    if line.phone and other.phone and line.phone != other.phone:
        return f"autre téléphone ({other.phone})"
    return ""


def _undone(line: ReadLine, match: Match | None) -> Match:
    """Keep a receipt tied to a transaction that the operator took back, for a person to cancel."""
    if match is None or not match.payment_ids:
        return _match(line, Outcome.AMBIGUOUS, told_undone(has_receipt=False))
    return replace(match, outcome=Outcome.AMBIGUOUS, explanation=told_undone(has_receipt=True))


def lost_receipt(match: Match) -> Match:
    """Return what a line is whose receipt was cancelled, or tied elsewhere, since it was found."""
    words = "Le reçu qui lui ressemblait vient de changer : rapprochez de nouveau."
    return replace(match, outcome=Outcome.UNKNOWN, explanation=words, payment_ids=())


def told_undone(*, has_receipt: bool) -> str:
    """Say what to do about a transaction that the operator took back."""
    if has_receipt:
        return "Annulée par l’opérateur : contre-reçu à faire."
    return "Annulée par l’opérateur : aucun reçu n’en reste."


def _by_reference(line: ReadLine, free: dict[int, PaymentCandidate]) -> Match | None:
    if not line.reference:
        return None
    same = [one for one in free.values() if plain_reference(one.reference) == line.reference]
    if not same:
        return None
    total = sum(one.amount_francs for one in same)
    if total + same[0].returned_francs != line.amount_francs:
        words = f"reçu de {francs(total)}"
        if len(same) > 1:
            words = f"{counted(len(same), 'reçu')} qui font {francs(total)}"
        return _match(line, Outcome.AMBIGUOUS, f"Même référence, autre montant : {words}.")
    words = "Même référence et même montant."
    if len(same) > 1:
        words = f"Même référence, {counted(len(same), 'reçu')} qui font le montant."
    return _match(line, Outcome.MATCHED, words, *same)


def together(
    line: ReadLine,
    candidates: Iterable[PaymentCandidate],
    *,
    tolerance_days: int = TOLERANCE_DAYS,
) -> list[PaymentCandidate]:
    """Return the payments from a line's telephone about its day, if they make its amount together.

    All of them, or none: which of them a lesser amount would be is for a person to say.
    """
    near = [
        one
        for one in candidates
        if line.phone
        and one.phone == line.phone
        and not (one.is_part or one.reference)
        and abs((one.received_on - line.paid_on).days) <= tolerance_days
    ]
    makes_it = sum(one.amount_francs for one in near) == line.amount_francs
    return near if len(near) > 1 and makes_it else []


def _by_circumstance(
    lines: Sequence[ReadLine], free: Sequence[PaymentCandidate], tolerance: int
) -> dict[int, Match]:
    by_phone: dict[str, list[PaymentCandidate]] = defaultdict(list)
    for one in free:
        by_phone[one.phone].append(one)
    choices = {
        line.number: candidates_of(line, by_phone[line.phone], tolerance_days=tolerance)
        for line in lines
    }
    wanted = Counter(one.payment_id for found in choices.values() for one in found)
    return {
        line.number: _chosen(line, choices[line.number], wanted)
        if choices[line.number]
        else _made_of_several(line, by_phone[line.phone], tolerance)
        for line in lines
    }


def _made_of_several(line: ReadLine, free: Sequence[PaymentCandidate], tolerance: int) -> Match:
    several = together(line, free, tolerance_days=tolerance)
    if several:
        return _match(
            line,
            Outcome.AMBIGUOUS,
            f"{counted(len(several), 'paiement')} de ce téléphone font ensemble ce montant : "
            "confirmez.",
        )
    return _match(line, Outcome.UNKNOWN, "Aucun reçu correspondant.")


def _chosen(line: ReadLine, found: list[PaymentCandidate], wanted: Counter[int]) -> Match:
    if len(found) > 1:
        return _match(
            line, Outcome.AMBIGUOUS, f"{counted(len(found), 'paiement')} semblables : choisissez."
        )
    payment = found[0]
    if payment.reference and line.reference:
        return _match(
            line,
            Outcome.AMBIGUOUS,
            f"Même téléphone et montant, autre référence : {payment.reference}.",
        )
    if wanted[payment.payment_id] > 1:
        return _match(line, Outcome.AMBIGUOUS, "Une autre ligne ressemble au même paiement.")
    return _match(
        line,
        Outcome.MATCHED,
        f"Même téléphone et même montant, reçu le {day(payment.received_on)}.",
        payment,
    )


def _match(
    line: ReadLine, outcome: Outcome, explanation: str, *payments: PaymentCandidate
) -> Match:
    return Match(
        line=line,
        outcome=outcome,
        explanation=explanation,
        payment_ids=tuple(one.payment_id for one in payments),
    )
