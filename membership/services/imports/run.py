"""What is looked up once for a whole import: its columns, its terms, the federation's directory."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache, partial

from conamus import clock
from conamus.kernel.text import search_key
from federations.selectors.units import visible_unit_ids
from federations.services.periods import closed_month, hold_months
from federations.tenancy.actor import Actor
from membership.models import MemberImport
from membership.rules.backdating import (
    BackdatingTerms,
    backdating_refusal,
    is_backdated,
    life_terms,
)
from membership.rules.imports import Categories, Directory, ImportTerms, Kind, Seen, Sheet
from membership.rules.scale import ORDINARY, Due, Scale, amount_due, owes_joining_fee
from membership.rules.sharing import SharingKey
from membership.selectors.campaigns import backdating_terms, campaign_of, mutualist_year
from membership.selectors.enrolling import EnrolmentTerms, enrolment_terms
from membership.selectors.import_facts import directory_of, replaced_units
from membership.selectors.scales import sharing_keys
from membership.services.sharing import hold_sharing_keys

#: How long before its first day a past year may have been signed for.
_PAST_CAMPAIGN = timedelta(days=366)
_ORDINARY_WORDS = {"ordinaire": ORDINARY, "ordinary": ORDINARY}


@dataclass(slots=True)
class ImportRun:
    """An import at work; in it the sharing keys alone are of the transaction that is open."""

    actor: Actor
    row: MemberImport
    sheet: Sheet
    today: date
    directory: Directory
    terms: EnrolmentTerms | None
    categories: Categories
    units_in_sight: frozenset[int] | None
    replaced: Mapping[int, frozenset[int]]
    #: As planned by; each loading holds them anew (hold_keys).
    keys: tuple[SharingKey, ...]
    due: Callable[[int, str, bool], Due] | None
    backdating: BackdatingTerms
    #: What earlier parts named already, and how many numbers they need of each unit.
    seen: Seen = field(default_factory=Seen)
    needed: dict[int, int] = field(default_factory=dict)

    def hold_keys(self) -> None:
        """Share what is loaded by the keys of now, which stay until the transaction ends."""
        self.keys = hold_sharing_keys(self.actor.tenant_id)

    @property
    def year(self) -> int:
        """The year of the enrolments: for a past register, the one before the file's."""
        return enrolment_year(self.sheet.kind, self.row.year_id)

    def category_label(self, code: str) -> str:
        """Return how the scale calls a category."""
        found = self.terms.scale.scale.categories if self.terms else ()
        return next((one.label for one in found if one.code == code), code)

    def import_terms(self, *, is_trial: bool, days: Iterable[tuple[int, date]]) -> ImportTerms:
        """Return the terms on which a part's rows come in; to be asked for in each transaction."""
        first, last, usual = self._days()
        return ImportTerms(
            kind=self.sheet.kind,
            year=self.year,
            today=self.today,
            first_day=first,
            last_day=last,
            default_enrolled_on=usual,
            default_unit_id=self.row.unit_id,
            most_people=self.terms.scale.scale.most_people if self.terms else None,
            due=self.due,
            owes_fee=partial(owes_joining_fee, self.terms.scale.scale)
            if self.terms
            else _never_enrolled,
            closed_month=closed_months(self.actor.tenant_id, days),
            # A file has few days.
            too_old=cache(self.too_old),
            entry_too_old=cache(self.entry_too_old),
            replaced_units=self.replaced,
            # Once loading, what an earlier part brought is in the register.
            is_seen=partial(_is_seen, self.seen) if is_trial else _nothing_seen,
        )

    def too_old(self, on: date) -> str:
        """Say why an operation cannot be dated so far back; a paper register always can."""
        return self._refusal(on, self.backdating)

    def entry_too_old(self, on: date) -> str:
        """Say why who joins a household that is there cannot be dated so far back."""
        return self._refusal(on, life_terms(self.backdating.days))

    def _refusal(self, on: date, terms: BackdatingTerms) -> str:
        if self.sheet.kind is Kind.PAST_REGISTER:
            return ""
        return backdating_refusal(
            on,
            terms=terms,
            today=self.today,
            may_decide=True,
            reason=self.row.backdating_reason,
        )

    @property
    def is_without_backdating(self) -> bool:
        """Whether nothing of it can be listed: what is old in a paper register is no surprise."""
        return self.sheet.kind is Kind.PAST_REGISTER or not self.row.backdating_reason

    def is_backdated(self, on: date) -> bool:
        """Tell whether an operation of that day is listed as dated back."""
        if self.sheet.kind is Kind.PAST_REGISTER:
            return False
        return is_backdated(on, terms=self.backdating, today=self.today)

    def is_entry_backdated(self, on: date) -> bool:
        """Tell whether who joins a household that is there is listed as dated back."""
        if self.sheet.kind is Kind.PAST_REGISTER:
            return False
        return is_backdated(on, terms=life_terms(self.backdating.days), today=self.today)

    def _days(self) -> tuple[date, date, date]:
        """First and last day of enrolment, and the one meant where a row names none."""
        if self.terms is not None:
            last = self.terms.last_day
            return self.terms.campaign.opens_on, last, min(self.today, last)
        year = mutualist_year(self.year)
        campaign = campaign_of(self.actor.tenant_id, self.year)
        first = campaign.opens_on if campaign else year.starts_on - _PAST_CAMPAIGN
        return first, year.ends_on - timedelta(days=1), year.starts_on


def open_run(actor: Actor, row: MemberImport) -> ImportRun:
    """Look up what an import needs; DomainError where the year is not ready for it."""
    kind, today = Kind(row.kind), clock.today()
    terms = require_terms(actor, kind, row.year_id, today=today)
    return ImportRun(
        actor=actor,
        row=row,
        sheet=Sheet(kind, row.headings["places"]),
        today=today,
        directory=directory_of(actor, on=today),
        terms=terms,
        categories=_categories(terms),
        units_in_sight=visible_unit_ids(actor),
        replaced=replaced_units(actor.tenant_id),
        keys=sharing_keys(actor.tenant_id),
        due=_due_by(terms.scale.scale) if terms else None,
        backdating=backdating_terms(actor.tenant_id, row.year_id),
    )


def require_terms(actor: Actor, kind: Kind, year: int, *, today: date) -> EnrolmentTerms | None:
    """Return the year's terms, which members need; DomainError says what is missing.

    Payments and past registers need the year only: what is owed is written already, or in the
    file.
    """
    mutualist_year(enrolment_year(kind, year))
    return enrolment_terms(actor.tenant_id, year) if kind is Kind.MEMBERS else None


def enrolment_year(kind: Kind, year: int) -> int:
    """Return the year of the enrolments that a file of a year speaks of."""
    return year - 1 if kind is Kind.PAST_REGISTER else year


def closed_months(tenant_id: int, days: Iterable[tuple[int, date]]) -> Callable[[int, date], str]:
    """Hold the months of units' days until the transaction ends; say why one is closed.

    ``days`` are those that are foreseen: another one is asked for by itself.
    """
    foreseen = {(unit, day.replace(day=1)) for unit, day in days}
    closed = hold_months(tenant_id=tenant_id, days=foreseen)

    def told(unit_id: int, on: date) -> str:
        month = unit_id, on.replace(day=1)
        if month not in foreseen:
            foreseen.add(month)
            closed.update(hold_months(tenant_id=tenant_id, days=[month]))
        return closed_month(month[1], field="").message if month in closed else ""

    return told


def _categories(terms: EnrolmentTerms | None) -> Categories:
    """Return each category's code under the words that a file may call it."""
    if terms is None:
        return Categories(_ORDINARY_WORDS, ("ordinaire",))
    found = terms.scale.scale.categories
    known = dict(_ORDINARY_WORDS) if any(one.code == ORDINARY for one in found) else {}
    for one in found:
        known |= {search_key(one.code): one.code, search_key(one.label): one.code}
    return Categories(known, tuple(one.label for one in found))


def _due_by(scale: Scale) -> Callable[[int, str, bool], Due]:
    @lru_cache(maxsize=1024)
    def due(size: int, category: str, is_new: bool) -> Due:
        return amount_due(scale, size=size, category=category, is_new=is_new)

    return due


def _is_seen(seen: Seen, number: str, former: str) -> bool:
    """As once loaded: the number goes before the old one."""
    return f"n:{number}" in seen if number else f"f:{former}" in seen


def _never_enrolled(last_year: int | None) -> bool:
    return last_year is None


def _nothing_seen(number: str, former: str) -> bool:
    return False
