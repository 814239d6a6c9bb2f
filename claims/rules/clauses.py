"""What each kind of clause says: the columns that it needs, may have, and does not know.

One table for the form, which shows only what the kind needs, and for the service, which keeps
nothing else. What a clause targets (family, act, place, sex, ages) any kind may narrow.
"""

from dataclasses import dataclass

TARGET = ("family", "act", "level", "ownership", "care_kind", "sex", "age_from", "age_to")


@dataclass(frozen=True, slots=True)
class ClauseShape:
    """The columns of a kind: those that it cannot do without, those that it may have."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def says(self) -> tuple[str, ...]:
        """All of its own columns, in the order of the form."""
        return self.needs + self.may


SHAPES = {
    "rate": ClauseShape(needs=("percent",)),
    "ceiling": ClauseShape(needs=("francs", "scope")),
    "limit": ClauseShape(needs=("quantity",), may=("scope", "days", "bearer")),
    "interval": ClauseShape(needs=("days",), may=("bearer",)),
    "wait": ClauseShape(needs=("days",)),
    "condition": ClauseShape(may=("owed_sex", "owed_age_from", "owed_age_to", "bearer")),
    "exclusion": ClauseShape(may=("is_chronic", "wording")),
    "requirement": ClauseShape(needs=("paper",), may=("francs", "bearer")),
    "other_payer": ClauseShape(needs=("payer", "percent"), may=("is_maternity", "other_cover")),
    "deductible": ClauseShape(needs=("francs", "scope")),
}
