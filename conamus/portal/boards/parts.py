"""The parts that several home pages share: key figures, tables, pictures with downloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from conamus.charts.formats import MASKED, MASKED_NOTE
from conamus.charts.picture import Picture
from conamus.kernel.figures import (
    MINUS,
    NOT_KNOWN,
    format_date,
    format_integer,
    format_number,
    format_rate,
)
from conamus.portal.desk import Desk
from conamus.portal.figures import Standing, is_counted, womens_share
from conamus.portal.linked import all_expenses
from conamus.portal.links import address
from conamus.portal.selectors.registers import latest_activities, latest_expenses
from federations.rules.roles import Role
from membership.rules.insured import InsuredCount
from prudential.rules.annual_figures import Group, Membership
from prudential.selectors.releases import Subject, settled_on

MASKING_NOTE = (
    f"{MASKED_NOTE} {NOT_KNOWN} : donnée non disponible. Une année dont les deux découpages,"
    " comparés, donneraient un groupe de un à quatre n’est montrée que dans celui de son rapport."
)


def regulator_note(desk: Desk) -> str:
    """Say what the regulator's figures are and of which day; nothing to others. One query."""
    if desk.role is not Role.REGULATOR:
        return ""
    day = settled_on(Subject.INSURED)
    if day is None:
        return f"Aucun chiffre des assurés n’est encore arrêté. {MASKING_NOTE}"
    return (
        f"Assurés : chiffres arrêtés au {format_date(day)} ; une unité où un à quatre ménages ont"
        f" changé garde ses chiffres d’avant. {MASKING_NOTE}"
    )


def is_before_register(desk: Desk, standing: Standing) -> bool:
    """Tell whether the year lies before the households that are held."""
    return desk.year < desk.today.year and standing is Standing.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A figure already written in French, and where its parts are."""

    label: str
    value: str
    unit: str = ""
    trend: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a membership table, already written, with its address."""

    name: str
    url: str
    units: str
    units_url: str
    before: str
    households: str
    female_heads: str
    people: str
    females: str
    growth: str
    retention: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes counts for a reader: what is hidden from the regulator says so."""

    role: Role
    #: Whether the year, and the one before it, have counts at all: if not, what is missing
    #: is not hidden.
    is_counted: bool = True
    was_counted: bool = True

    def count(self, value: int | None) -> str:
        """A count, masked where the reader may not see it, "n.d." where nobody can."""
        return self.missing(self.is_counted) if value is None else format_integer(value)

    def count_before(self, value: int | None) -> str:
        """A count of the year before; none at all then is not known rather than nobody."""
        return self.missing(self.was_counted) if value is None else format_integer(value or None)

    def rate(self, rate: Fraction | None, written: str, *counts: int | None) -> str:
        """A rate already written; without it, masked where one of its counts is."""
        if rate is None and None in counts:
            return self.missing(self.is_counted and self.was_counted)
        return written

    def missing(self, is_counted: bool) -> str:
        """What stands for a count that is absent although the year was counted, or not."""
        return MASKED if is_counted and self.role is Role.REGULATOR else NOT_KNOWN

    def row(self, group: Group | Membership, name: str, url: str = "", units_url: str = "") -> Row:
        """A line of a membership table."""
        before, now = group.before.households, group.now.households
        growth, retention = signed_rate(group.growth), format_rate(group.retention, 0)
        return Row(
            name=name,
            url=url,
            units=format_integer(group.units),
            units_url=units_url,
            before=self.count_before(before),
            households=self.count(now),
            female_heads=self.count(group.now.female_heads),
            people=self.count(group.now.people),
            females=self.count(group.now.females),
            growth=self.rate(group.growth, growth, before, now),
            retention=self.rate(group.retention, retention, before, group.renewed),
        )


def signed_rate(rate: Fraction | None, digits: int = 0) -> str:
    """A rate with its sign, as a change is written.

    >>> signed_rate(Fraction(54, 100)) == "+54\\u202f%"
    True
    """
    written = format_rate(rate, digits)
    plain = rate is None or written.startswith(MINUS) or rate == 0
    return written if plain else f"+{written}"


def membership_figures(
    membership: Membership, writer: Writer, urls: Mapping[str, str]
) -> list[KeyFigure]:
    """Return the key figures of a membership: households, people, women, rates."""
    now, year = membership.now, membership.year
    size = format_number(membership.household_size, 1)
    return [
        KeyFigure(
            label="Ménages assurés",
            value=writer.count(now.households),
            trend=_trend(membership.growth, year),
            url=urls.get("households", ""),
        ),
        KeyFigure(
            label="Bénéficiaires",
            value=writer.count(now.people),
            trend=_trend(membership.people_growth, year),
            note=f"{size} personnes par ménage" if now.people else "",
            url=urls.get("people", ""),
        ),
        KeyFigure(
            label="Femmes parmi les bénéficiaires",
            value=writer.rate(
                womens_share(now), format_rate(womens_share(now)), now.females, now.people
            ),
            note=_women_heads(membership),
            url=urls.get("people", ""),
        ),
        KeyFigure(
            label="Fidélisation",
            value=writer.rate(
                membership.retention,
                format_rate(membership.retention),
                membership.before.households,
                membership.renewed,
            ),
            note=_retention_note(membership),
            url=urls.get("rates", ""),
        ),
    ]


def without_a_number(standing: Standing, year: int) -> str:
    """Say why a year's households are not told: there are none, or they are not shown."""
    if standing is Standing.MASKED:
        return f"Des ménages sont assurés pour {year} ; leur nombre n’est pas montré ici."
    return nobody_counted(year)


def nobody_counted(year: int) -> str:
    """Say that a year has no enrolments, and where its published total is, if any."""
    return f"Aucune adhésion n’est inscrite pour {year} ; ce qui fut publié est dans l’évolution."


def _trend(rate: Fraction | None, year: int) -> str:
    return "" if rate is None else f"{signed_rate(rate)} depuis {year - 1}"


def _women_heads(membership: Membership) -> str:
    now = membership.now
    if now.female_heads is None or not now.households:
        return ""
    share = Fraction(now.female_heads, now.households)
    return f"{format_rate(share, 0)} des chefs de ménage"


def _retention_note(membership: Membership) -> str:
    """Ours is weighted; the published report takes the simple mean, and is named."""
    if membership.retention is None or len(membership.groups) < 2:
        return ""
    if any(group.units > 1 for group in membership.groups):
        mean = format_rate(membership.mean_retention)
        return f"Pondérée ; moyenne simple des fédérations (méthode du rapport 2024) : {mean}"
    return f"des ménages de {membership.year - 1}"


def downloadable(picture: Picture, name: str, desk: Desk, **options: object) -> Picture:
    """Return the picture with the address of its data."""
    url = address("chart_data", name, "csv", **{"annee": desk.year, **options})
    return replace(picture, download_url=url)


def masked(picture: Picture, writer: Writer, *, of_two_years: bool = False) -> Picture:
    """Return a picture of a year's counts with what is hidden from the reader said to be so.

    Curves and maps know themselves which of their values are hidden.
    """
    is_known = writer.is_counted and (writer.was_counted or not of_two_years)
    missing = writer.missing(is_known)
    return replace(picture, format=replace(picture.format, missing=missing))


def writer_for(desk: Desk, counts: Sequence[InsuredCount]) -> Writer:
    """Return the writer of a reader's figures of a year and the year before it."""
    return Writer(desk.role, is_counted(desk.year, counts), is_counted(desk.before, counts))


def federation_rows(membership: Membership, writer: Writer, codes: Mapping[int, str]) -> list[Row]:
    """Return a line per federation and one for the network."""
    rows = [
        writer.row(
            group,
            group.short_name,
            address("federation_figures", codes[group.key]),
            address("units", federation=group.key),
        )
        for group in membership.groups
    ]
    return [*rows, writer.row(membership, "Réseau", units_url=address("units"))]


def registers_part(desk: Desk) -> dict[str, Any]:
    """Return the tenant's latest activities and expenses: two queries."""
    tenant = desk.actor.tenant_id
    spent = latest_expenses(tenant, desk.year)
    return {
        "activities": latest_activities(tenant, desk.year),
        "expenses": spent,
        "expenses_picture": spent
        and downloadable(all_expenses(spent), "depenses", desk, annee=spent.year),
    }
