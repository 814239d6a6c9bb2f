"""What enrolling a household for a year would come to: new or renewal, people, amount, why.

Read before it is signed (a page shows it) and when it is (a service writes it), for one
household and for a whole section alike: the facts are read in a few queries whatever the
number of households, the amount is the scale's rule.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Unit
from federations.rules.roles import Permission, is_permitted
from federations.selectors.units import in_sight, replaced_by_each
from federations.tenancy.actor import Actor
from membership.models import (
    Beneficiary,
    Campaign,
    ContributionScale,
    Enrolment,
    Household,
    ScaleCategory,
)
from membership.rules.scale import Due, amount_due, owes_joining_fee
from membership.rules.sentences import day
from membership.selectors.campaigns import (
    campaigns_around,
    campaigns_of,
    last_day_of,
    mutualist_year,
    open_among,
)
from membership.selectors.insured_years import insured_of, waiting_of, with_facts
from membership.selectors.scales import (
    LoadedScale,
    category_name,
    decided_categories,
    scale_in_force,
)


@dataclass(frozen=True)
class EnrolmentTerms:
    """A year's campaign and scale in force at a tenant."""

    campaign: Campaign
    scale: LoadedScale
    #: The campaigns that were read with it, by year: that of the year before among them.
    campaigns: Mapping[int, Campaign]

    @property
    def year(self) -> int:
        """The mutualist year."""
        return self.campaign.year_id

    @property
    def last_day(self) -> date:
        """The last day on which an enrolment for the year is accepted."""
        return last_day_of(self.campaign)

    @cached_property
    def _categories(self) -> dict[str, ScaleCategory]:
        return {row.code: row for row in self.scale.row.categories.all()}

    def category_row(self, code: str) -> ScaleCategory:
        """Return a category of the scale, with who pays for it."""
        if code not in self._categories:
            name = category_name(self.scale.row.tenant_id, code)
            raise DomainError(
                f"Le barème {self.year} n’a pas de catégorie « {name} ».", field="category"
            )
        return self._categories[code]

    def categories(self) -> list[tuple[str, str]]:
        """Return the categories to choose from."""
        return [(row.code, row.label) for row in self._categories.values()]


def enrolment_terms(tenant_id: int, year: int) -> EnrolmentTerms:
    """Return a year's terms; DomainError says what is missing."""
    campaigns = campaigns_of(tenant_id, (year - 1, year))
    campaign = campaigns.get(year)
    if campaign is None:
        mutualist_year(year)
        raise DomainError(
            f"Aucune campagne n’est ouverte pour {year} : le gestionnaire de la fédération "
            "l’ouvre sous « Cotisations, Campagne ».",
            field="year",
        )
    scale = scale_in_force(tenant_id, year)
    if scale is None:
        raise DomainError(
            f"Aucun barème n’est en vigueur pour {year} : le gestionnaire de la fédération "
            "l’adopte sous « Cotisations, Barèmes ».",
            field="year",
        )
    return EnrolmentTerms(campaign, scale, campaigns)


def open_terms(tenant_id: int, today: date) -> EnrolmentTerms | None:
    """Return the terms of the first year that can be enrolled for today, the coming one first."""
    wanted = (today.year + 1, today.year)
    campaigns = campaigns_of(tenant_id, (*wanted, today.year - 1))
    for year in wanted:
        campaign = campaigns.get(year)
        if campaign is None or not campaign.opens_on <= today <= last_day_of(campaign):
            continue
        if (scale := scale_in_force(tenant_id, year)) is not None:
            return EnrolmentTerms(campaign, scale, campaigns)
    return None


def require_enrolment_day(terms: EnrolmentTerms, day: date, *, today: date, actor: Actor) -> None:
    """Raise unless an enrolment for the year, signed on the day, may be written today.

    After the last day only who decides on membership writes papers signed in time: otherwise an
    earlier date would take whoever falls ill.
    """
    opens = terms.campaign.opens_on
    if day > today:
        raise DomainError("La date d’adhésion est dans l’avenir.", field="enrolled_on")
    if day < opens:
        raise DomainError(
            f"La campagne {terms.year} ouvre le {opens:%d/%m/%Y} : pas d’adhésion avant.",
            field="enrolled_on",
        )
    if day > terms.last_day:
        raise DomainError(
            f"La campagne {terms.year} est close depuis le {terms.last_day:%d/%m/%Y} : plus "
            "d’adhésion pour cette année.",
            field="enrolled_on",
        )
    if today > terms.last_day and not is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        raise DomainError(
            f"La campagne {terms.year} est close depuis le {terms.last_day:%d/%m/%Y} : une "
            "adhésion signée avant ce jour est inscrite par le gestionnaire de la fédération.",
            field="enrolled_on",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolling:
    """What one household's enrolment comes to; ``before`` is that of the year before."""

    household: Household
    category: str
    head_sex: str
    head_birth_year: int
    males: int
    females: int
    #: Last year's, where it was signed here, insured or not.
    before: Enrolment | None
    #: The year before insured it, here or where it came from (rules/renewals).
    is_renewal: bool
    is_same_unit: bool
    #: Last year's enrolment was signed in another unit.
    has_moved: bool
    #: New, or back after so long that the scale asks the joining fee anew.
    owes_fee: bool
    due: Due
    #: When a waiting ends that last year was too short for.
    waits_until: date | None = None

    @property
    def people(self) -> int:
        """How many people it has."""
        return self.males + self.females

    @property
    def changes(self) -> list[str]:
        """What differs from last year, in sentences."""
        if self.before is None:
            return []
        told = (
            []
            if self.is_renewal
            else ["adhésion d’avant jamais réglée, donc une nouvelle adhésion"]
        )
        more = self.people - self.before.people
        if more:
            told.append(
                f"{abs(more)} personne{'s' if abs(more) > 1 else ''} de "
                f"{'plus' if more > 0 else 'moins'}"
            )
        if self.category != self.before.category:
            told.append("autre catégorie")
        if self.has_moved:
            told.append("autre unité")
        if self.waits_until is not None:
            told.append(f"carence commencée l’an passé, finie le {day(self.waits_until)}")
        return told


def enrolling_of(household: Household, terms: EnrolmentTerms) -> Enrolling:
    """Return what a household's enrolment comes to; DomainError where it cannot be."""
    found = enrollings([household], terms)[household.pk]
    if isinstance(found, DomainError):
        raise found
    return found


def enrollings(
    households: Sequence[Household], terms: EnrolmentTerms
) -> dict[int, Enrolling | DomainError]:
    """Return, for each household, what its enrolment comes to or why it cannot be."""
    if not households:
        return {}
    tenant_id = households[0].tenant_id
    keys = [household.pk for household in households]
    people = _people(tenant_id, keys)
    before = _year_before(tenant_id, keys, terms.year)
    last_years = _last_years(households, before, terms)
    known = terms.campaigns
    waiting = waiting_of(tenant_id, list(before.values()), on=clock.today(), known=known)
    replaced = _replaced_units(households, before)
    dues: dict[tuple[int, str, bool], Due] = {}
    found: dict[int, Enrolling | DomainError] = {}
    for household in households:
        last = before.get(household.pk)
        is_renewal = last_years.get(household.pk) == terms.year - 1
        same = last is not None and (
            last.unit_id == household.unit_id or last.unit_id in replaced.get(household.unit_id, ())
        )
        try:
            owes_fee = owes_joining_fee(terms.scale.scale, last_years.get(household.pk))
            one = _one(
                household, people[household.pk], last, is_renewal, same, owes_fee, terms, dues
            )
            waits_until = waiting.get(last.pk) if last and is_renewal else None
            found[household.pk] = replace(one, waits_until=waits_until)
        except DomainError as error:
            found[household.pk] = error
    return found


def _one(
    household: Household,
    people: list[tuple[str, str, date]],
    last: Enrolment | None,
    is_renewal: bool,
    is_same_unit: bool,
    owes_fee: bool,
    terms: EnrolmentTerms,
    dues: dict[tuple[int, str, bool], Due],
) -> Enrolling:
    heads = [(sex, born) for sex, link, born in people if link == Beneficiary.Relationship.HEAD]
    if not heads:
        raise DomainError(f"Le ménage {household.number} n’a pas d’adhérent : désignez-le d’abord.")
    asked = (len(people), household.category, owes_fee)
    if asked not in dues:
        size, category, is_new = asked
        terms.category_row(category)
        dues[asked] = amount_due(terms.scale.scale, size=size, category=category, is_new=is_new)
    head_sex, head_born_on = heads[0]
    males = sum(sex == Beneficiary.Sex.MALE for sex, *_ in people)
    return Enrolling(
        household=household,
        category=household.category,
        head_sex=head_sex,
        head_birth_year=head_born_on.year,
        males=males,
        females=len(people) - males,
        before=last,
        is_renewal=is_renewal,
        is_same_unit=is_same_unit,
        has_moved=last is not None and not is_same_unit,
        owes_fee=owes_fee,
        due=dues[asked],
    )


def _people(tenant_id: int, keys: list[int]) -> dict[int, list[tuple[str, str, date]]]:
    """Sex, relationship and day of birth of each household's people."""
    found: dict[int, list[tuple[str, str, date]]] = defaultdict(list)
    present = Beneficiary.objects.filter(
        tenant_id=tenant_id, household_id__in=keys, left_on__isnull=True
    ).order_by()
    facts = present.values_list("household_id", "sex", "relationship", "birth_date")
    for key, sex, relationship, birth_date in facts:
        found[key].append((sex, relationship, birth_date))
    return found


def _year_before(tenant_id: int, keys: list[int], year: int) -> dict[int, Enrolment]:
    rows = Enrolment.objects.filter(
        tenant_id=tenant_id, household_id__in=keys, year_id=year - 1, cancelled_on__isnull=True
    ).order_by()
    return {row.household_id: row for row in with_facts(rows)}


def _last_years(
    households: Sequence[Household], before: dict[int, Enrolment], terms: EnrolmentTerms
) -> dict[int, int]:
    """The last year before this one that insured each household, where one ever did.

    Further back than the year before only where the scale asks how long they were away: by
    default a skipped year is all that matters. What was insured elsewhere came with the transfer.
    """
    tenant_id = households[0].tenant_id
    rows = list(before.values())
    if terms.scale.scale.fee_again_after_years != 1:
        earlier = Enrolment.objects.filter(
            tenant_id=tenant_id,
            household_id__in=[household.pk for household in households],
            year_id__lt=terms.year - 1,
            cancelled_on__isnull=True,
        ).order_by()
        rows += with_facts(earlier)
    insured = insured_of(tenant_id, rows, on=clock.today(), known=terms.campaigns)
    found = {
        household.pk: household.insured_until_year
        for household in households
        if household.insured_until_year is not None and household.insured_until_year < terms.year
    }
    for row in rows:
        if row.pk in insured:
            found[row.household_id] = max(row.year_id, found.get(row.household_id, 0))
    return found


def _replaced_units(
    households: Sequence[Household], before: dict[int, Enrolment]
) -> dict[int, frozenset[int]]:
    """Of each unit that a household is newly in, those that it replaced at a re-cut.

    For who renews in it they are the same.
    """
    moved = {
        household.unit_id
        for household in households
        if household.pk in before and before[household.pk].unit_id != household.unit_id
    }
    return replaced_by_each(Unit.objects.filter(pk__in=moved)) if moved else {}


def enrolments_in_sight(actor: Actor) -> QuerySet[Enrolment]:
    """Return the enrolments of the households that the actor may see."""
    in_units = in_sight(actor, "household__unit")
    return Enrolment.objects.filter(in_units, tenant_id=actor.tenant_id)


def enrolment_by_id(actor: Actor, enrolment_id: int) -> Enrolment:
    """Return an enrolment in the actor's sight, with its household."""
    found = enrolments_in_sight(actor).select_related("household", "unit")
    row = found.filter(pk=enrolment_id).first()
    if row is None:
        raise NotFound("Cette adhésion n’existe pas, ou n’est pas de votre unité.")
    return row


def open_years(tenant_id: int, today: date, *, with_late: bool = False) -> list[int]:
    """Return the years that can be enrolled for today, the coming one first; one query.

    ``with_late``: those too of which only papers signed in time may still be written.
    """
    return open_among(campaigns_around(tenant_id, today), today, with_late=with_late)


def category_choices(tenant_id: int, today: date) -> list[tuple[str, str]]:
    """Return the categories of the scale in force, the coming year's first; one query."""
    rows = ScaleCategory.objects.filter(
        tenant_id=tenant_id,
        scale__state=ContributionScale.State.IN_FORCE,
        scale__year_id__in=(today.year, today.year + 1),
    ).order_by("-scale__year_id", "pk")
    named: dict[str, str] = {}
    for code, label in rows.values_list("code", "label"):
        named.setdefault(code, label)
    return list(named.items()) or [("ordinary", "Ordinaire")]


def offered_categories(actor: Actor, today: date, *, own: str) -> list[tuple[str, str]]:
    """Return the categories that the actor may put a household of ``own`` category in."""
    found = category_choices(actor.tenant_id, today)
    if is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        return found
    decided = decided_categories(actor.tenant_id, today)
    return [(code, label) for code, label in found if code == own or code not in decided]
