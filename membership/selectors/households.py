"""Reads of households: lists and one household, within the actor's tenant and units.

Names are searched by the beginning of their folds (family name first, given name first), the
one comparison that uses an index behind row-level security; a text with a digit in it is a
number (of today or of before) or a telephone.
"""

from typing import Any

from django.db.models import (
    Count,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat

from conamus.kernel.errors import NotFound
from conamus.kernel.phones import phone_in
from conamus.kernel.text import prefix_range, search_key, sort_key, tidy
from federations.models import Place, Unit
from federations.selectors.reach import units_in_reach
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import Balance, Beneficiary, Enrolment, FormerNumber, Household
from membership.rules.identity import phonetic_key

#: Rows that numbers, references and telephones may lead to by their keys; more is no search.
MOST_LED_TO = 500


def households(actor: Actor) -> QuerySet[Household]:
    """Return the households that the actor may see, by number."""
    found = Household.objects.filter(in_sight(actor, "unit"), tenant_id=actor.tenant_id)
    return found.order_by("number")


def listed(rows: QuerySet[Household], *, actor: Actor, year: int) -> QuerySet[Household]:
    """Add what a list shows: the head, how many members, whether enrolled for the year.

    All by subqueries, which a count leaves out and a page computes for its own rows only.
    """
    return rows.select_related("unit", "colline__parent__parent").annotate(
        head_name=Subquery(
            _heads(actor).values_list(Concat("family_name", Value(" "), "given_name"))[:1]
        ),
        members_count=_members_count(actor),
        is_enrolled=_is_enrolled(actor, year),
    )


def by_head(rows: QuerySet[Household], *, actor: Actor, descending: bool) -> QuerySet[Household]:
    """Return the households in the order of their heads' names; here a join is cheaper."""
    is_head = Q(
        members__tenant_id=actor.tenant_id,
        members__relationship=Beneficiary.Relationship.HEAD,
        members__left_on__isnull=True,
    )
    joined = rows.annotate(head=FilteredRelation("members", condition=is_head))
    name = F("head__sort_key")
    order = name.desc(nulls_last=True) if descending else name.asc(nulls_last=True)
    return joined.order_by(order, "number")


def _heads(actor: Actor) -> QuerySet[Beneficiary]:
    """The head, or whoever was it last where everybody has left."""
    found = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("pk"),
        relationship=Beneficiary.Relationship.HEAD,
    )
    return found.order_by(F("left_on").desc(nulls_first=True))


def _members_count(actor: Actor) -> Coalesce:
    present = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id, household=OuterRef("pk"), left_on__isnull=True
    )
    counted = present.order_by().values("household").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _is_enrolled(actor: Actor, year: int) -> Coalesce:
    """Ask for one enrolment of each row shown: "exists" would read the whole year's first."""
    found = _enrolments(actor, year).values(found=Value(True))
    return Coalesce(Subquery(found[:1]), Value(False))


def _enrolments(actor: Actor, year: int) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("pk"),
        year_id=year,
        cancelled_on__isnull=True,
    )


def enrolled(rows: QuerySet[Household], *, actor: Actor, year: int) -> QuerySet[Household]:
    """Keep the households enrolled for a year."""
    return rows.filter(pk__in=_enrolled_ids(actor, year))


def not_enrolled(rows: QuerySet[Household], *, actor: Actor, year: int) -> QuerySet[Household]:
    """Keep the households that are not enrolled for a year."""
    return rows.exclude(pk__in=_enrolled_ids(actor, year))


def paid_up(rows: QuerySet[Household], *, actor: Actor, year: int) -> QuerySet[Household]:
    """Keep the households enrolled for a year that owe nothing more themselves."""
    return enrolled(rows, actor=actor, year=year).exclude(pk__in=_owing_ids(actor, year))


def in_arrears(rows: QuerySet[Household], *, actor: Actor, year: int) -> QuerySet[Household]:
    """Keep the households enrolled for a year that still owe something themselves."""
    return rows.filter(pk__in=_owing_ids(actor, year))


def _owing_ids(actor: Actor, year: int) -> QuerySet[Enrolment, int]:
    """From the kept balances: an index leads to the few that owe."""
    owing = Balance.objects.filter(
        tenant_id=actor.tenant_id, year=year, household_left_francs__gt=0
    )
    return _enrolled_ids(actor, year).filter(pk__in=owing.values("pk"))


def _enrolled_ids(actor: Actor, year: int) -> QuerySet[Enrolment, int]:
    found = Enrolment.objects.filter(
        tenant_id=actor.tenant_id, year_id=year, cancelled_on__isnull=True
    )
    return found.values_list("household_id", flat=True)


def found_by(rows: QuerySet[Household], *, actor: Actor, text: str) -> QuerySet[Household]:
    """Keep the households that a name, a number (former ones too) or a telephone leads to."""
    if any(char.isdigit() for char in text):
        return _numbered(rows, actor, text)
    people = people_named(actor, text)
    return rows.filter(pk__in=people.values("household_id"))


def _numbered(rows: QuerySet[Household], actor: Actor, text: str) -> QuerySet[Household]:
    """Their own numbers by a range of the index; what else leads to them is a few keys."""
    number = " ".join(text.upper().split())
    low, high = prefix_range(number)
    own = {"tenant_id": actor.tenant_id}
    beginning = {"number__gte": low, "number__lt": high}
    leads = [
        FormerNumber.objects.filter(**own, **beginning).order_by().values_list("household_id"),
        Beneficiary.objects.filter(**own, number=number).order_by().values_list("household_id"),
    ]
    if phone := phone_in(text):
        leads += [
            Household.objects.filter(**own, phone=phone).order_by().values_list("pk"),
            Beneficiary.objects.filter(**own, phone=phone).order_by().values_list("household_id"),
        ]
    led_to = [key for (key,) in leads[0].union(*leads[1:])[:MOST_LED_TO]]
    return rows.filter(Q(**beginning) | Q(pk__in=led_to) if led_to else Q(**beginning))


#: What bears numbers, and leads to which household by them: its own, those of before, a person's.
_NUMBERED: tuple[tuple[Any, str], ...] = (
    (Household.objects, "pk"),
    (FormerNumber.objects, "household_id"),
    (Beneficiary.objects, "household_id"),
)


def household_numbered(actor: Actor, text: str) -> int | None:
    """Return the one household in sight that a whole number leads to, its own before others'."""
    number = tidy(text).upper()
    if not any(char.isdigit() for char in number):
        return None
    ways = [
        rows.filter(tenant_id=actor.tenant_id, number=number)
        .order_by()
        .values_list(key, Value(rank))
        for rank, (rows, key) in enumerate(_NUMBERED)
    ]
    led_to = list(ways[0].union(*ways[1:]))
    if not led_to:
        return None
    keys = [key for key, _ in led_to]
    seen = set(households(actor).filter(pk__in=keys).values_list("pk", flat=True))
    best = min((rank for key, rank in led_to if key in seen), default=None)
    found = {key for key, rank in led_to if key in seen and rank == best}
    return found.pop() if len(found) == 1 else None


def people_named(actor: Actor, text: str) -> QuerySet[Beneficiary]:
    """Return the tenant's people whose name begins with the first word and holds the others.

    Either way round, family name or given name first; and, of whole names, those that sound so:
    an apostrophe or an l for an r hides nobody.
    """
    words = _typed_words(text) or [""]
    either = _begins(actor, "search_key", words) | _begins(actor, "given_key", words)
    if len(words) > 1:
        either |= Q(tenant_id=actor.tenant_id, phonetic_key=phonetic_key(text, ""))
    return Beneficiary.objects.filter(either, tenant_id=actor.tenant_id).order_by("search_key")


def _typed_words(text: str) -> list[str]:
    """Return the folded words of what was typed; an apostrophe holds its two sides together.

    Else « n'dayi » would ask for everybody whose name begins with an n.

    >>> _typed_words("N’Dayi Jean-Claude")
    ['n dayi', 'jean', 'claude']
    """
    words: list[str] = []
    for piece in sort_key(text).split():
        fold = search_key(piece)
        words += [fold] if "'" in piece and fold else fold.split()
    return words


def _begins(actor: Actor, column: str, words: list[str]) -> Q:
    """Each side of an "or" names the tenant again: so it can use its own index."""
    low, high = prefix_range(words[0])
    predicate = Q(tenant_id=actor.tenant_id, **{f"{column}__gte": low, f"{column}__lt": high})
    for word in words[1:]:
        predicate &= Q(**{f"{column}__contains": f" {word}"})
    return predicate


def people_in_sight(actor: Actor, text: str) -> QuerySet[Beneficiary]:
    """Return the people named so in the households that the actor may see."""
    found = people_named(actor, text).select_related("household__unit")
    return found.filter(in_sight(actor, "household__unit"))


def household_by_id(actor: Actor, household_id: int) -> Household:
    """Return a household within the actor's sight."""
    related = (
        "unit__management_centre",
        "colline__parent__parent__parent",
        "colline__former_commune",
    )
    found = households(actor).select_related(*related).filter(pk=household_id).first()
    if found is None:
        raise NotFound("Ce ménage n’existe pas, ou n’est pas de votre unité.")
    return found


def members(household: Household) -> list[Beneficiary]:
    """Return its members, present ones first, the head before the others."""
    found = Beneficiary.objects.filter(tenant_id=household.tenant_id, household=household)
    rank = list(Beneficiary.Relationship.values)
    return sorted(
        found,
        key=lambda person: (
            person.left_on is not None,
            rank.index(person.relationship),
            person.birth_date,
        ),
    )


def enrolments(household: Household) -> list[Enrolment]:
    """Return its yearly enrolments, latest first."""
    found = Enrolment.objects.filter(tenant_id=household.tenant_id, household=household)
    return list(found.select_related("unit").order_by("-year_id"))


def units_with_households(actor: Actor) -> QuerySet[Unit]:
    """Return the insuring units that the actor may choose from."""
    return units_in_reach(actor).filter(kind__in=Unit.INSURING).order_by("sort_key")


def communes_with_households(actor: Actor) -> QuerySet[Place]:
    """Return the communes to choose from: for one unit's people, where its households are."""
    found = Place.objects.filter(kind=Place.Kind.COMMUNE, division=Place.Division.SINCE_2025)
    if actor.unit_id is not None:
        # The collines first, which are few: each household would look three places up.
        collines = Place.objects.filter(pk__in=households(actor).order_by().values("colline"))
        found = found.filter(pk__in=collines.values("parent__parent"))
    return found.order_by("sort_key")
