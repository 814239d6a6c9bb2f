"""Figures of care as the dashboards show them: sums of a group, rates, the names of cuts."""

from dataclasses import dataclass
from fractions import Fraction

from claims.rules.cuts import CutCode

CUT_LABELS = {
    CutCode.REFUSED: "refusée au contrôle",
    CutCode.LATE: "reçue trop tard",
    CutCode.NO_RIGHTS: "sans droits le jour des soins",
    CutCode.AFTER_RIGHTS: "après la fin des droits",
    CutCode.REVIEW: "coupée à l’examen médical",
    CutCode.PRICE: "prix au-dessus du tarif",
    CutCode.UNPRICED: "acte sans prix convenu",
    CutCode.EXCLUDED: "exclu du paquet",
    CutCode.CONDITION: "réservé à d’autres âges ou sexe",
    CutCode.WAITING: "délai d’attente",
    CutCode.NO_AUTHORISATION: "sans accord préalable",
    CutCode.NO_REFERRAL: "sans bon de référence",
    CutCode.QUANTITY: "quantité au-delà de la limite",
    CutCode.INTERVAL: "intervalle trop court",
    CutCode.OVER_AUTHORISATION: "au-delà de l’accord préalable",
    CutCode.OTHER_PAYER: "due par un autre payeur",
    CutCode.DEDUCTIBLE: "franchise",
    CutCode.COPAYMENT: "ticket modérateur",
    CutCode.CEILING: "plafond atteint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CareSums:
    """A group's attestations: how many, how much; of those decided, what the mutuelle owes."""

    key: str
    cases: int
    stays: int
    asked_francs: int
    decided: int
    decided_francs: int
    mutuelle_francs: int
    cut_francs: int
    rejected: int

    @property
    def cost_francs(self) -> Fraction | None:
        """Francs asked a case; None: there is none."""
        return Fraction(self.asked_francs, self.cases) if self.cases else None

    @property
    def mutuelle_cost_francs(self) -> Fraction | None:
        """The mutuelle's part a case decided."""
        return Fraction(self.mutuelle_francs, self.decided) if self.decided else None

    @property
    def stay_rate(self) -> Fraction | None:
        """The share of stays."""
        return Fraction(self.stays, self.cases) if self.cases else None

    @property
    def rejection_rate(self) -> Fraction | None:
        """The share of those decided that nobody owes anything for but the patient or facility."""
        return Fraction(self.rejected, self.decided) if self.decided else None

    @property
    def cut_rate(self) -> Fraction | None:
        """The share of the francs decided that the facility was not owed."""
        return Fraction(self.cut_francs, self.decided_francs) if self.decided_francs else None


def total_of(sums: list[CareSums], key: str = "") -> CareSums:
    """Return the sum of groups that do not overlap."""
    names = (
        "cases", "stays", "asked_francs", "decided", "decided_francs", "mutuelle_francs",
        "cut_francs", "rejected",
    )  # fmt: skip
    return CareSums(key=key, **{name: sum(getattr(one, name) for one in sums) for name in names})
