"""How far back a signature or a payment may be dated, and by whom.

Rights open by the day of the signature and of the payment, so a day that is dated back opens
them as if all had been done in time: to somebody who falls ill, if it may be dated back at will.
Whoever writes may go back some days (a term of the campaign, for papers that travel), but not
before the end of the grace once it is over: a late renewal would escape its waiting. Further
back only who decides on membership, with a reason, and the operation is listed. What happens in
a household opens or closes rights as well (a birth's declaration, a death, a departure, a
closing): the same rule, with days of its own (``life_terms``).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from membership.rules.sentences import counted, day

#: Where no campaign says it. Ours: a week, the time that papers take to come to a desk.
USUAL_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class BackdatingTerms:
    """A campaign's terms on dating back; ``grace_until`` None: no campaign says any."""

    days: int
    grace_until: date | None

    def earliest(self, today: date) -> date:
        """Return the first day that needs no decision.

        >>> terms = BackdatingTerms(days=7, grace_until=date(2025, 1, 31))
        >>> terms.earliest(date(2025, 1, 20)), terms.earliest(date(2025, 2, 3))
        (datetime.date(2025, 1, 13), datetime.date(2025, 2, 1))
        """
        by_days = today - timedelta(days=self.days)
        if self.grace_until is None or today <= self.grace_until:
            return by_days
        return max(by_days, self.grace_until + timedelta(days=1))


def is_backdated(on: date, *, terms: BackdatingTerms, today: date) -> bool:
    """Tell whether a day needs the manager's decision."""
    return on < terms.earliest(today)


def backdating_refusal(
    on: date, *, terms: BackdatingTerms, today: date, may_decide: bool, reason: str
) -> str:
    """Return why an operation may not bear that day; empty where it may.

    >>> terms = BackdatingTerms(days=7, grace_until=date(2025, 1, 31))
    >>> today = date(2025, 2, 3)
    >>> backdating_refusal(date(2025, 2, 1), terms=terms, today=today, may_decide=False, reason="")
    ''
    >>> backdating_refusal(
    ...     date(2025, 1, 31), terms=terms, today=today, may_decide=True, reason="Carnet retrouvé"
    ... )
    ''
    """
    if not is_backdated(on, terms=terms, today=today) or (may_decide and reason.strip()):
        return ""
    told = f"Le {day(on)} est {_what(on, terms, today)}"
    if may_decide:
        return f"{told} : dites pourquoi, l’opération sera listée comme antidatée."
    return (
        f"{told} : datez du {day(terms.earliest(today))} au plus tôt, ou demandez au gestionnaire "
        "de la fédération."
    )


def life_terms(days: int) -> BackdatingTerms:
    """Return how far back something in a household's life is dated: a campaign's grace is no bound.

    >>> life_terms(30).earliest(date(2025, 6, 30))
    datetime.date(2025, 5, 31)
    """
    return BackdatingTerms(days=days, grace_until=None)


def _what(on: date, terms: BackdatingTerms, today: date) -> str:
    if terms.grace_until is not None and on <= terms.grace_until < today:
        return f"avant la fin du délai de grâce, passée depuis le {day(terms.grace_until)}"
    return f"à plus de {counted(terms.days, 'jour')} en arrière"
