"""Everything a yearly report says, read once and then independent of the database.

The shape between reading (selectors, in one transaction) and printing (documents, outside
of any): frozen dataclasses of plain values. What a federation's report and the
confederation's have in common is here; they differ in their groups (mutuelles and
sections, or federations).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from conamus.kernel.text import sort_key
from prudential.rules.annual_care import CareFacts
from prudential.rules.annual_figures import CrossTable, Group, Membership
from prudential.rules.evolution import EvolutionRow, SeriesBreak
from prudential.rules.outline import ACTIVITY_CHAPTERS

#: The first mutualist year that the published series know.
FIRST_REPORT_YEAR = 2013


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Whose report it is."""

    code: str
    name: str
    short_name: str
    is_confederation: bool
    address: str = ""
    email: str = ""
    website: str = ""
    founded_year: int | None = None
    working_since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member federation in the presentation."""

    name: str
    working_since: int | None
    provinces: tuple[str, ...]
    units: int
    centres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyCount:
    """How many bodies of one kind the network has, by owner."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants:
    """A kind of participants; ``women`` None where it was not recorded for all."""

    label: str
    total: int
    women: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFact:
    """One line of the register of activities."""

    chapter: str
    kind: str
    starts_on: date
    ends_on: date
    theme: str
    place: str
    participants: tuple[Participants, ...]
    funder: str
    cost_francs: int | None
    result: str

    @property
    def people(self) -> int:
        """Participants of all kinds."""
        return sum(group.total for group in self.participants)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFact:
    """A picture of a narrative section."""

    caption: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeFact:
    """A narrative section as it was written."""

    body: str
    pictures: tuple[PictureFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceFact:
    """A province: its communes, covered or not, and who is insured there.

    ``households`` and ``people`` are None where the network's report may not print them.
    """

    key: int
    name: str
    covered: tuple[str, ...]
    uncovered: tuple[str, ...]
    federations: tuple[str, ...]
    households: int | None
    people: int | None
    facilities: int

    @property
    def communes(self) -> int:
        """All communes of the province."""
        return len(self.covered) + len(self.uncovered)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFact:
    """A mutuelle or section in the annexed list; counts too small to show are None."""

    group: str
    name: str
    code: str
    kind: str
    communes: tuple[str, ...]
    centre: str
    households: int | None
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """All of one yearly report."""

    organisation: Organisation
    year: int
    #: The real day on which it was made, and the business day of the data.
    produced_on: date
    settled_on: date
    membership: Membership
    members: tuple[Member, ...]
    bodies: tuple[BodyCount, ...]
    provinces: tuple[ProvinceFact, ...]
    division_note: str
    facilities: CrossTable
    care: CareFacts
    expenses: CrossTable
    activities: tuple[ActivityFact, ...]
    narrative: Mapping[str, NarrativeFact]
    series_groups: tuple[str, ...]
    series: tuple[EvolutionRow, ...]
    #: Mutuelles and sections as they were published, of the published years alone.
    series_sections: tuple[EvolutionRow, ...]
    series_breaks: tuple[SeriesBreak, ...]
    series_sources: tuple[str, ...]
    first_counted_year: int
    units: tuple[UnitFact, ...]
    is_demo: bool
    #: The regulator's edition: small movements of the network's households wait.
    is_as_released: bool = False

    @property
    def communes(self) -> int:
        """All communes of the division in force."""
        return sum(province.communes for province in self.provinces)

    @property
    def covered_communes(self) -> int:
        """Communes within the zone d'action of a mutuelle or section."""
        return sum(len(province.covered) for province in self.provinces)

    def activities_of(self, chapter: str) -> tuple[ActivityFact, ...]:
        """Return the activities counted under a chapter."""
        return tuple(fact for fact in self.activities if fact.chapter == chapter)


@dataclass(frozen=True, slots=True)
class ChapterSummary:
    """What a chapter's activities add up to; ``counted`` of them say who took part."""

    chapter: str
    activities: int
    counted: int
    people: int
    women: int | None
    cost_francs: int | None


def summarise(chapter: str, facts: Iterable[ActivityFact]) -> ChapterSummary:
    """Add up a chapter's activities; women and cost only where every line has them."""
    lines = list(facts)
    groups = [group for fact in lines for group in fact.participants]
    women = [group.women for group in groups]
    costs = [fact.cost_francs for fact in lines]
    return ChapterSummary(
        chapter=chapter,
        activities=len(lines),
        counted=sum(bool(fact.participants) for fact in lines),
        people=sum(group.total for group in groups),
        women=sum(w for w in women if w is not None) if groups and None not in women else None,
        cost_francs=sum(c for c in costs if c is not None) if lines and None not in costs else None,
    )


def participants_by_kind(facts: Iterable[ActivityFact]) -> tuple[Participants, ...]:
    """Add up the participants of the same kind, largest groups first.

    One kind is one in whatever case, accents or blanks; called as first written. Signs part kinds:
    « < 18 ans » is not « > 18 ans ».

    >>> one = Participants(label="prestataires", total=30, women=None)
    >>> fact = ActivityFact(
    ...     chapter="quality",
    ...     kind="atelier",
    ...     starts_on=date(2024, 5, 2),
    ...     ends_on=date(2024, 5, 2),
    ...     theme="Soins",
    ...     place="",
    ...     participants=(one, one),
    ...     funder="",
    ...     cost_francs=None,
    ...     result="",
    ... )
    >>> participants_by_kind([fact])
    (Participants(label='prestataires', total=60, women=None),)
    """
    found: dict[str, list[Participants]] = {}
    for fact in facts:
        for group in fact.participants:
            found.setdefault(sort_key(group.label), []).append(group)
    summed = [_sum_of(groups) for groups in found.values()]
    return tuple(sorted(summed, key=lambda group: -group.total))


def _sum_of(groups: list[Participants]) -> Participants:
    women = [group.women for group in groups]
    known = sum(w for w in women if w is not None) if None not in women else None
    total = sum(group.total for group in groups)
    return Participants(label=groups[0].label, total=total, women=known)


def chapter_summaries(facts: ReportFacts) -> tuple[ChapterSummary, ...]:
    """Return what each chapter of achievements adds up to, in the outline's order."""
    return tuple(summarise(key, facts.activities_of(key)) for key in ACTIVITY_CHAPTERS)


def figures_as_json(facts: ReportFacts) -> dict[str, Any]:
    """Return the figures that a produced report keeps beside its file: plain JSON values."""
    return {
        "year": facts.year,
        "membership": _plain(facts.membership),
        "totals": _totals(facts),
        "facilities": _table(facts.facilities),
        "care": _plain(facts.care.whole),
        "expenses": _table(facts.expenses),
        "series": {
            "groups": list(facts.series_groups),
            "rows": [[row.label, *row.values, row.total] for row in facts.series],
        },
    }


def _totals(facts: ReportFacts) -> dict[str, Any]:
    membership = facts.membership
    return {
        "units": membership.units,
        "households": membership.now.households,
        "people": membership.now.people,
        "growth": _plain(membership.growth),
        "retention": _plain(membership.retention),
        "mean_retention": _plain(membership.mean_retention),
        "communes": facts.communes,
        "covered_communes": facts.covered_communes,
        "facilities": facts.facilities.total,
        "expenses_francs": facts.expenses.total,
        "activities": len(facts.activities),
    }


def _table(table: CrossTable) -> list[list[Any]]:
    return [
        [row, *(table.value(row, column) for column in table.columns), table.row_total(row)]
        for row in table.rows
    ] + [["total", *(table.column_total(c) for c in table.columns), table.total]]


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Group | Membership) or is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
