"""Reads for printed papers: a unit's households of a year with their people, colline by colline.

A list or register of a unit holds the households that stand in it now, where they live now,
with their enrolment of the year wherever it was signed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from conamus.kernel.errors import DomainError, NotFound
from conamus.kernel.figures import format_integer
from federations.models import Federation, Job, StoredFile, Unit
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Card, Enrolment, Household, MutualistYear
from membership.rules.certificate import refusal
from membership.rules.payments import Owed
from membership.selectors.balances import with_paid
from membership.selectors.campaigns import mutualist_year
from membership.selectors.cards import good_on
from membership.selectors.enrolling import enrolments_in_sight
from membership.selectors.households import units_with_households
from membership.selectors.insured_years import running_promise

PAPER_JOB = "membership_paper"
#: A unit is a few hundred households; more than this is no paper to hold in hand.
MOST_HOUSEHOLDS = 3_000
#: A page each.
MOST_FORMS = 2_000
_HEAD = Beneficiary.Relationship.HEAD
_RANKS = {value: rank for rank, value in enumerate(Beneficiary.Relationship.values)}


class Paper(StrEnum):
    """The papers of a unit; the label completes « imprimer … »."""

    MEMBERS = "liste"
    RENEW = "a-renouveler"
    REGISTER = "registre"
    RENEWAL_FORMS = "bulletins-renouvellement"
    BLANK_FORMS = "bulletins-vierges"
    STICKERS = "vignettes"

    @property
    def label(self) -> str:
        """The French name on the screen."""
        return _LABELS[self]


_LABELS = {
    Paper.MEMBERS: "Liste des ménages inscrits, par colline",
    Paper.RENEW: "Liste des ménages à renouveler, par colline",
    Paper.REGISTER: "Registre des membres",
    Paper.RENEWAL_FORMS: "Bulletins de renouvellement, remplis d’avance",
    Paper.BLANK_FORMS: "Bulletins d’adhésion vierges",
    Paper.STICKERS: "Vignettes de l’année, pour les ménages qui ont leur carte",
}
#: Answered at once where they are short.
LISTS = frozenset({Paper.MEMBERS, Paper.RENEW, Paper.STICKERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the head of every paper of a unit says."""

    federation: str
    unit: Unit
    year: MutualistYear
    on: date


@dataclass(slots=True, kw_only=True)
class Entry:
    """A household of a register: its number in it, its enrolment, its people of the year."""

    rank: int
    enrolment: Any
    people: list[Beneficiary]

    @property
    def head(self) -> Beneficiary | None:
        """Whoever is, or was last, its head."""
        return next((one for one in self.people if one.relationship == _HEAD), None)


@dataclass(frozen=True, slots=True)
class Colline:
    """The entries of one colline."""

    name: str
    entries: list[Any]


def unit_to_print(actor: Actor, unit_id: int) -> Unit:
    """Return an insuring unit in the actor's sight; NotFound for any other."""
    unit = units_with_households(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("Cette unité n’existe pas, ou n’est pas la vôtre.", field="unit")
    return unit


def sheet_of(actor: Actor, *, unit_id: int, year: int, on: date) -> Sheet:
    """Return the head of a unit's paper."""
    return Sheet(
        federation=Federation.objects.get(pk=actor.tenant_id).name,
        unit=unit_to_print(actor, unit_id),
        year=mutualist_year(year),
        on=on,
    )


def enrolled_in(actor: Actor, *, unit_id: int, year: int) -> QuerySet[Enrolment]:
    """Return the year's enrolments of a unit's households, in a register's order, with the paid."""
    rows = enrolments_in_sight(actor).filter(
        household__unit_id=unit_id, year_id=year, cancelled_on__isnull=True
    )
    return with_paid(rows.select_related("household__colline")).order_by(
        "household__colline__sort_key", "household__colline_id", "household__number"
    )


def to_stick(actor: Actor, *, unit_id: int, year: int) -> QuerySet[Enrolment]:
    """Return the year's enrolments of a unit whose household has a good card, its ``serial``.

    In the order of the collines, where the stickers are handed out.
    """
    good = Card.objects.filter(
        good_on(date(year, 12, 31)), tenant_id=actor.tenant_id, household=OuterRef("household")
    )
    serial = Subquery(good.order_by("-pk").values("serial")[:1])
    rows = enrolled_in(actor, unit_id=unit_id, year=year).annotate(serial=serial)
    return rows.filter(serial__isnull=False)


def require_printable(count: int, most: int = MOST_HOUSEHOLDS) -> None:
    """Raise where there is nothing to print, or more than anybody holds in hand."""
    if not count:
        raise DomainError("Aucun ménage à imprimer pour cette unité et cette année.", field="unit")
    if count > most:
        raise DomainError(
            f"{format_integer(count)} ménages : {format_integer(most)} au plus sur ce papier. "
            "Demandez-le sous « Imprimer », ou exportez la liste des ménages.",
            field="unit",
        )


def register_of(actor: Actor, sheet: Sheet) -> list[Entry]:
    """Return the register of a unit for a year: each household with the people of that year."""
    rows = list(enrolled_in(actor, unit_id=sheet.unit.pk, year=sheet.year.year))
    people = people_of_year(actor, [row.household_id for row in rows], sheet.year)
    return [
        Entry(rank=rank, enrolment=row, people=people[row.household_id])
        for rank, row in enumerate(rows, start=1)
    ]


def people_of_year(
    actor: Actor, household_ids: Iterable[int], year: MutualistYear
) -> dict[int, list[Beneficiary]]:
    """Return each household's people of a year, the head first, then by age."""
    rows = Beneficiary.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=year.starts_on),
        tenant_id=actor.tenant_id,
        household_id__in=list(household_ids),
        joined_on__lt=year.ends_on,
    )
    return _by_household(rows)


def present_people(actor: Actor, household_ids: Iterable[int]) -> dict[int, list[Beneficiary]]:
    """Return each household's people of today, the head first, then by age."""
    rows = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id, household_id__in=list(household_ids), left_on__isnull=True
    )
    return _by_household(rows)


def _by_household(rows: QuerySet[Beneficiary]) -> dict[int, list[Beneficiary]]:
    found: dict[int, list[Beneficiary]] = defaultdict(list)
    for person in rows.order_by():
        found[person.household_id].append(person)
    for people in found.values():
        people.sort(
            key=lambda one: (
                one.left_on is not None, _RANKS[one.relationship], one.birth_date, one.number
            )
        )  # fmt: skip
    return found


def by_colline(entries: Iterable[Any], colline: Any) -> list[Colline]:
    """Group entries, already in the collines' order; ``colline`` gives the place of an entry."""
    groups = groupby(entries, key=lambda entry: (colline(entry).pk, colline(entry).name))
    return [Colline(name, list(found)) for (_, name), found in groups]


def certified_enrolment(household: Household, year: int) -> Enrolment:
    """Return the household's enrolment that a certificate tells of; DomainError: none."""
    row = (
        Enrolment.objects.select_related("unit", "year", "signed_at")
        .filter(
            tenant_id=household.tenant_id,
            household=household,
            year_id=year,
            cancelled_on__isnull=True,
        )
        .first()
    )
    if row is None:
        raise DomainError(f"Ce ménage n’est pas inscrit pour {year} : pas d’attestation.")
    if household.closed_on is not None:
        raise DomainError(
            f"Ce ménage est fermé depuis le {household.closed_on:%d/%m/%Y} : pas d’attestation."
        )
    return row


def certified_years(household: Household, rows: Iterable[Any]) -> set[int]:
    """Return the years a certificate is due for, of enrolments read `with_paid`, `with_facts`."""
    if household.closed_on is not None:
        return set()
    return {
        row.year_id
        for row in rows
        if row.cancelled_on is None and not refusal(_owed(row), row.year_id)
    }


def _owed(row: Any) -> Owed:
    household_francs = row.household_left_francs + row.household_paid_francs
    return Owed(
        enrolled_on=row.enrolled_on,
        is_cancelled=False,
        due_francs=row.owed_francs,
        fee_francs=row.joining_fee_francs,
        payer=row.payer,
        payer_share_francs=row.owed_francs - household_francs,
        paid_francs=row.paid_francs,
        household_paid_francs=row.household_paid_francs,
        fee_paid_francs=0,
        promise_id=running_promise(row),
        paid_before_francs=row.paid_before_francs,
    )


def paper_jobs(actor: Actor) -> QuerySet[Job]:
    """Return the papers asked for, the latest first: an agent sees those of their units."""
    found = Job.objects.filter(tenant_id=actor.tenant_id, kind=PAPER_JOB)
    unit_ids = visible_unit_ids(actor)
    if unit_ids is not None:
        found = found.filter(parameters__unit_id__in=list(unit_ids))
    return found.order_by("-created_at")


def paper_file(actor: Actor, job_id: UUID) -> StoredFile:
    """Return the paper that a job made; NotFound where it is not there, or not to be seen."""
    job = paper_jobs(actor).filter(pk=job_id).first()
    file_id = (job.result or {}).get("file_id") or 0 if job else 0
    file = StoredFile.objects.filter(tenant_id=actor.tenant_id, pk=file_id).first()
    if file is None:
        raise NotFound("Ce document n’existe pas, ou n’est pas encore prêt.")
    return file
