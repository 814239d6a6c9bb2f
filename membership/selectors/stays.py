"""In which other households of the network people are, were until after a day, or have died.

Through a narrow function (membership/sql/other_stays.sql): a person is in one household of the
network at a time, under one network identifier, and the other one may be another federation's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from federations.models import Federation
from federations.selectors.statements import rows_of

_STAYS = "SELECT * FROM other_stays(%s, %s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Being in a household; ``ended_on`` is the first day without the person, None: there still.

    ``died_on``: the person died in it, and is in no household any more. Of another federation its
    name is told (``federation``), and no number.
    """

    person_id: UUID
    number: str
    federation: str
    ended_on: date | None
    died_on: date | None = None

    @property
    def where(self) -> str:
        """Say under which number here, or in which federation."""
        if self.number:
            return f"sous le numéro {self.number}"
        return f"à la fédération {self.federation}"

    @property
    def death(self) -> str:
        """Say where and on which day a death is written; of a stay that ended by one."""
        return f"décès inscrit {self.where}, le {self.died_on:%d/%m/%Y}"


def other_stays(people: Iterable[UUID], *, since: date) -> list[Stay]:
    """Return where people are, or were until after a day: those that last first, then the latest.

    A death comes before all, whatever its day. The record that is asked for is told like any other
    where it lasts so long.
    """
    rows = rows_of(_STAYS, list(people), since)
    names = dict(
        Federation.objects.filter(
            pk__in={row["tenant_id"] for row in rows if row["number"] is None}
        ).values_list("pk", "short_name")
    )
    stays = [
        Stay(
            person_id=row["person_id"],
            number=row["number"] or "",
            federation=names.get(row["tenant_id"], ""),
            ended_on=row["ended_on"],
            died_on=row["died_on"],
        )
        for row in rows
    ]
    return sorted(
        stays, key=lambda stay: (stay.died_on is not None, stay.ended_on or date.max), reverse=True
    )
