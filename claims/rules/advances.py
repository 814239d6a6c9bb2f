"""How much a facility may be paid in advance: what its agreement says, and what is open already.

An agreement says an amount, a share of what the facility is billed for in a mean month, or both,
of which the lower holds. It bounds what is open: advances given that no invoice has used up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from conamus.kernel.figures import format_francs
from conamus.kernel.money import round_franc
from conamus.kernel.periods import month_of, next_month
from federations.rules.problems import Problem

#: Over how many past months a mean is taken.
MEAN_MONTHS = (3, 12)
#: A share of three mean months: more is no advance.
MOST_PERCENT = 300
_MEANS = " ou ".join(map(str, MEAN_MONTHS))
_FIELD = "amount_francs"


@dataclass(frozen=True, slots=True)
class AdvanceClause:
    """What an agreement says of advances; all empty: that there are none.

    ``percent`` is of the mean month of the last ``months``, one of ``MEAN_MONTHS``.
    """

    francs: int | None = None
    percent: int | None = None
    months: int | None = None

    @classmethod
    def said(cls, francs: int | None, percent: int | None, months: int | None) -> "AdvanceClause":
        """Return the clause of what was written; a share of no said months is of a year's.

        >>> AdvanceClause.said(None, 50, None).months
        12
        """
        if percent is not None and months is None:
            months = MEAN_MONTHS[-1]
        return cls(francs, percent, months)

    @property
    def allows_some(self) -> bool:
        """Whether the agreement foresees advances at all."""
        return self.francs is not None or self.percent is not None

    def mean_francs(self, billed_francs: int) -> int:
        """Return the mean month of what was billed over the clause's months."""
        return round_franc(Fraction(billed_francs, self.months or 1))

    def most_francs(self, billed_francs: int) -> int:
        """Return what may be open; ``billed_francs``: of the clause's months together.

        >>> AdvanceClause(percent=50, months=3).most_francs(900_000)
        150000
        >>> AdvanceClause(100_000, percent=50, months=3).most_francs(900_000)
        100000
        """
        said = [] if self.francs is None else [self.francs]
        if self.percent is not None and self.months:
            said.append(round_franc(Fraction(billed_francs * self.percent, 100 * self.months)))
        return min(said, default=0)

    @property
    def sentence(self) -> str:
        """Say the clause.

        >>> AdvanceClause().sentence
        'aucune'
        >>> AdvanceClause(percent=50, months=12).sentence
        '50\xa0% de la moyenne mensuelle des factures arrêtées des 12 derniers mois'
        """
        if not self.allows_some:
            return "aucune"
        share = (
            f"{self.percent}\u00a0% de la moyenne mensuelle des factures arrêtées des "
            f"{self.months} derniers mois"
            if self.percent is not None
            else ""
        )
        most = f"{format_francs(self.francs)} au plus" if self.francs is not None else ""
        return ", ".join(part for part in (share, most) if part)


def mean_months(paid_on: date, months: int) -> tuple[date, date]:
    """Return the first days of the first month of a mean, and of the month that follows the last.

    The month of the payment is not over, and is none of them.

    >>> mean_months(date(2025, 2, 20), 3)
    (datetime.date(2024, 11, 1), datetime.date(2025, 2, 1))
    """
    return next_month(paid_on, -months), month_of(paid_on).start


def clause_problems(clause: AdvanceClause) -> Iterator[Problem]:
    """Yield what a clause cannot say.

    >>> [one.field for one in clause_problems(AdvanceClause(0, 400, 12))]
    ['advance_francs', 'advance_percent']
    >>> [one.field for one in clause_problems(AdvanceClause(months=3))]
    ['advance_percent']
    """
    if clause.francs is not None and clause.francs <= 0:
        yield Problem(
            "advance_francs", "Un montant d’avances est supérieur à zéro ; sans avance, rien."
        )
    if clause.percent is None and clause.months is not None:
        yield Problem(
            "advance_percent",
            f"Une moyenne sur {clause.months} mois, et de quelle part ? Donnez-la en pour cent.",
        )
    if clause.percent is not None and not 1 <= clause.percent <= MOST_PERCENT:
        yield Problem("advance_percent", f"Une part est de 1 à {MOST_PERCENT} % du mois moyen.")
    if clause.percent is not None and clause.months not in MEAN_MONTHS:
        yield Problem("advance_months", f"La moyenne est sur {_MEANS} mois.")


def advance_limit_problems(
    francs: int, clause: AdvanceClause, *, billed_francs: int, open_francs: int
) -> Iterator[Problem]:
    """Yield what keeps an advance from being given, with the figures."""
    if not clause.allows_some:
        yield Problem(
            _FIELD,
            "La convention ne prévoit pas d’avance : inscrivez-y d’abord ce qui est convenu "
            "(page de la convention, « Corriger »).",
        )
        return
    most = clause.most_francs(billed_francs)
    left = max(0, most - open_francs)
    if francs <= left:
        return
    mean = f" ({format_francs(clause.mean_francs(billed_francs))} par mois)"
    yield Problem(
        _FIELD,
        f"La convention permet {format_francs(most)} d’avances ouvertes : {clause.sentence}"
        f"{mean if clause.percent is not None else ''}. {format_francs(open_francs)} le sont "
        f"déjà : il reste {format_francs(left)}.",
    )
