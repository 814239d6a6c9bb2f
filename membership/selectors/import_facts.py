"""What planning an import asks of the register: a handful of queries for a whole part."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, Sum

from conamus import clock
from conamus.kernel.text import search_key
from federations.models import Place, Unit, UnitZone
from federations.selectors.units import open_on, replaced_by_each, visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import (
    Beneficiary,
    Enrolment,
    EnrolmentSupplement,
    FormerNumber,
    Household,
    Method,
    NumberRange,
    PayerKind,
    Payment,
    Promise,
)
from membership.rules.imports import (
    Colline,
    Debtor,
    Directory,
    KnownEnrolment,
    KnownHousehold,
    KnownOpening,
    KnownPerson,
    PersonRow,
)
from membership.rules.payments import Owed
from membership.selectors.identities import states_of
from membership.selectors.insured_years import insured_of, waiting_of, with_facts
from membership.selectors.payments import receipt_of

#: What the narrow function answers of at a time.
_PREFIXES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Named:
    """The households that a part names: by number (present or former), or by their head."""

    by_number: Mapping[str, KnownHousehold]
    by_former: Mapping[str, KnownHousehold]
    by_head: Mapping[tuple[int, str, str, date], Sequence[KnownHousehold]]


def directory_of(actor: Actor, *, on: date) -> Directory:
    """Return the units in the actor's sight that insure, and the collines."""
    units = Unit.objects.filter(open_on(on), tenant_id=actor.tenant_id, kind__in=Unit.INSURING)
    in_sight = visible_unit_ids(actor)
    if in_sight is not None:
        units = units.filter(pk__in=in_sight)
    by_name: dict[str, tuple[Colline, ...]] = defaultdict(tuple)
    by_code: dict[str, int] = {}
    for code, name, colline in _collines():
        by_code[code.upper()] = colline.id
        by_name[name] += (colline,)
    codes = {code.upper(): key for code, key in units.values_list("code", "pk")}
    return Directory(codes, by_code, dict(by_name), _action_zones(actor.tenant_id, on))


def _action_zones(tenant_id: int, on: date) -> dict[int, frozenset[int]]:
    """Return the communes that each unit works in on a day; a unit without its own says nothing."""
    zones: dict[int, frozenset[int]] = defaultdict(frozenset)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    found = UnitZone.objects.filter(lasting, tenant_id=tenant_id, valid_from__lte=on)
    for unit, commune in found.order_by().values_list("unit_id", "commune_id"):
        zones[unit] |= {commune}
    return dict(zones)


def _collines() -> Iterator[tuple[str, str, Colline]]:
    """Return each colline's code, folded name, and what tells it from others of that name.

    Plain values: a country has three thousand, and each import looks them all up.
    """
    rows = Place.objects.filter(kind=Place.Kind.COLLINE).values_list(
        "pk", "code", "search_key", "parent__search_key", "parent__parent_id",
        "parent__parent__name", "former_commune_id", "former_commune__name",
    )  # fmt: skip
    for key, code, name, zone, today_id, today, former_id, former in rows:
        communes = {pk: called for pk, called in ((today_id, today), (former_id, former)) if pk}
        folds = frozenset(map(_folded, communes.values()))
        yield code, name, Colline(key, zone or "", folds, frozenset(communes))


#: Communes are few.
_folded = lru_cache(maxsize=1024)(search_key)


def colline_names(ids: Collection[int]) -> dict[int, str]:
    """Return how collines are called."""
    return dict(Place.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def replaced_units(tenant_id: int) -> dict[int, frozenset[int]]:
    """Return, for each unit, those that it replaced at a re-cut."""
    return replaced_by_each(Unit.objects.filter(tenant_id=tenant_id, kind__in=Unit.INSURING))


def known_households(
    actor: Actor,
    *,
    year: int,
    numbers: Collection[str],
    former: Collection[str],
    heads: Sequence[tuple[int, PersonRow]],
    hold: bool,
) -> Named:
    """Return the households named; with ``hold``, locked until the transaction ends.

    A number is looked for among the present ones, then among the former ones.
    """
    leads = _led_to(actor.tenant_id, {*numbers, *former})
    by_head = _head_keys(actor.tenant_id, heads)
    rows = Household.objects.filter(tenant_id=actor.tenant_id)
    heading = {key for keys in by_head.values() for key in keys}
    wanted = Q(number__in=numbers) | Q(pk__in={*leads.values(), *heading})
    rows = rows.filter(wanted).order_by("pk")
    if hold:
        rows = rows.select_for_update(of=("self",), no_key=True)
    known = {row.pk: _household(row) for row in rows}
    if known:
        _add_people(actor.tenant_id, known)
        _add_enrolments(actor.tenant_id, known, year)
    by_number = {one.number: one for one in known.values()}
    by_former = {number: known[key] for number, key in leads.items() if key in known}
    return Named(
        {
            number: one
            for number in numbers
            if (one := by_number.get(number) or by_former.get(number))
        },
        by_former,
        {head: [known[key] for key in keys if key in known] for head, keys in by_head.items()},
    )


def _led_to(tenant_id: int, numbers: Collection[str]) -> dict[str, int]:
    found = FormerNumber.objects.filter(
        tenant_id=tenant_id, number__in=numbers, beneficiary__isnull=True
    )
    return dict(found.values_list("number", "household_id"))


def _head_keys(
    tenant_id: int, heads: Sequence[tuple[int, PersonRow]]
) -> dict[tuple[int, str, str, date], list[int]]:
    """Return the households whose head has that name, sex and birth in that unit."""
    if not heads:
        return {}
    found = Beneficiary.objects.filter(
        tenant_id=tenant_id,
        search_key__in={head.search_key for _, head in heads},
        relationship=Beneficiary.Relationship.HEAD,
        left_on__isnull=True,
        household__closed_on__isnull=True,
    ).values_list("household__unit_id", "search_key", "sex", "birth_date", "household_id")
    by_head: dict[tuple[int, str, str, date], list[int]] = defaultdict(list)
    for unit, key, sex, birth, household in found.order_by("household_id"):
        by_head[unit, key, sex, birth].append(household)
    return by_head


def _household(row: Household) -> KnownHousehold:
    return KnownHousehold(
        id=row.pk,
        number=row.number,
        unit_id=row.unit_id,
        colline_id=row.colline_id,
        category=row.category,
        phone=row.phone,
        cam=row.other_cover_number if row.other_cover == Household.OtherCover.CAM else "",
        other_cover=row.other_cover,
        registered_on=row.registered_on,
        in_network_since=row.in_network_since,
        closed_on=row.closed_on,
        last_year=row.insured_until_year,
    )


def _add_people(tenant_id: int, known: dict[int, KnownHousehold]) -> None:
    people = Beneficiary.objects.filter(tenant_id=tenant_id, household_id__in=known)
    rows = people.order_by("household_id", "number").values_list(
        "household_id", "id", "number", "search_key", "sex", "birth_date", "is_birth_estimated",
        "relationship", "phone", "identity_paper", "joined_on", "left_on", "died_on",
        "family_name", "given_name",
    )  # fmt: skip
    found = list(rows)
    states = states_of(tenant_id, [row[1] for row in found])
    household: int
    for household, key, number, names, *rest in found:
        words = tuple(sorted(names.split()))
        facts: list[Any] = [*rest, states[key]]
        known[household].people.append(KnownPerson(key, number, words, *facts))


def _add_enrolments(tenant_id: int, known: dict[int, KnownHousehold], year: int) -> None:
    found = Enrolment.objects.filter(
        tenant_id=tenant_id,
        household_id__in=known,
        year_id__lte=year,
        cancelled_on__isnull=True,
    ).order_by()
    rows = list(with_facts(found))
    of_year = [row for row in rows if row.year_id == year]
    owed, opened = _owed_by(tenant_id, of_year), _openings(tenant_id, of_year)
    earlier = [row for row in rows if row.year_id < year]
    insured = insured_of(tenant_id, earlier, on=clock.today())
    waiting = waiting_of(tenant_id, earlier, on=clock.today())
    for row in rows:
        household = known[row.household_id]
        if row.year_id == year:
            household.enrolment = KnownEnrolment(
                row.pk, row.due_francs, owed[row.pk], opened.get(row.pk, ())
            )
            continue
        if row.year_id == year - 1:
            household.unit_before = row.unit_id
            household.waits_until = waiting.get(row.pk)
        if row.pk in insured:
            household.last_year = max(row.year_id, household.last_year or 0)


def _openings(tenant_id: int, rows: Sequence[Enrolment]) -> dict[int, list[KnownOpening]]:
    """Return what paper registers brought as paid, those cancelled since too."""
    found = Payment.objects.filter(
        tenant_id=tenant_id,
        enrolment_id__in=[row.pk for row in rows],
        method=Method.OPENING,
        reverses__isnull=True,
    ).select_related("unit", "reversed_by")
    opened: dict[int, list[KnownOpening]] = defaultdict(list)
    for one in found.order_by("pk"):
        opened[one.enrolment_id].append(
            KnownOpening(
                one.amount_francs,
                one.received_on,
                f"reçu {receipt_of(one)}",
                is_cancelled=hasattr(one, "reversed_by"),
            )
        )
    return opened


def prefixes_elsewhere(prefixes: Collection[str]) -> set[str]:
    """Return those of numbers' prefixes that only other federations hand out."""
    found: set[str] = set()
    some = sorted(prefixes)
    with connection.cursor() as cursor:
        for at in range(0, len(some), _PREFIXES_AT_ONCE):
            asked = some[at : at + _PREFIXES_AT_ONCE]
            cursor.execute("SELECT prefix FROM prefixes_elsewhere(%s::text[])", [asked])
            found.update(prefix for (prefix,) in cursor.fetchall())
    return found


def numbers_left(tenant_id: int, unit_ids: Iterable[int]) -> dict[int, int]:
    """Return how many numbers the ranges of units can still hand out."""
    left: dict[int, int] = defaultdict(int)
    ranges = NumberRange.objects.filter(tenant_id=tenant_id, unit_id__in=set(unit_ids))
    for unit, last, following in ranges.values_list("unit_id", "last", "following"):
        left[unit] += last - following + 1
    return left


def debtors(
    actor: Actor, *, numbers: Collection[str], year: int, hold: bool
) -> tuple[dict[str, int], dict[int, Debtor]]:
    """Return the households that numbers lead to, and what each owes for a year.

    A household without enrolment for the year has no debtor.
    """
    leads = _led_to(actor.tenant_id, numbers)
    rows = Household.objects.filter(tenant_id=actor.tenant_id)
    in_sight = visible_unit_ids(actor)
    if in_sight is not None:
        rows = rows.filter(unit_id__in=in_sight)
    rows = rows.filter(Q(number__in=numbers) | Q(pk__in=set(leads.values()))).order_by("pk")
    if hold:
        rows = rows.select_for_update(no_key=True)
    found = list(rows)
    units = {row.pk: row.unit_id for row in found}
    known = {number: key for number, key in leads.items() if key in units}
    known |= {row.number: row.pk for row in found}
    return known, _owing(actor.tenant_id, units, year)


def _owing(tenant_id: int, units: Mapping[int, int], year: int) -> dict[int, Debtor]:
    enrolments = Enrolment.objects.filter(
        tenant_id=tenant_id, household_id__in=units, year_id=year, cancelled_on__isnull=True
    ).order_by()
    rows = list(enrolments)
    owed = _owed_by(tenant_id, rows)
    promised = _standing_promises(tenant_id, list(owed))
    return {
        row.household_id: Debtor(
            row.pk,
            units[row.household_id],
            replace(
                owed[row.pk],
                promise_id=promised.get((row.pk, Promise.State.ACCEPTED.value)),
                has_unanswered_promise=(row.pk, Promise.State.SIGNED.value) in promised,
            ),
        )
        for row in rows
    }


def _owed_by(tenant_id: int, rows: Sequence[Enrolment]) -> dict[int, Owed]:
    """Return what each enrolment owes, promises apart; two queries."""
    keys = [row.pk for row in rows]
    sums, more = _sums(tenant_id, keys), _supplements(tenant_id, keys)
    return {
        row.pk: _owed(row, sums.get(row.pk, (0, 0, 0)), more.get(row.pk, (0, 0))) for row in rows
    }


def _standing_promises(tenant_id: int, enrolments: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the promises neither refused nor withdrawn, by enrolment and state."""
    found = Promise.objects.filter(
        tenant_id=tenant_id, enrolment_id__in=enrolments, withdrawn_on__isnull=True
    ).exclude(state=Promise.State.REFUSED)
    rows = found.order_by().values_list("enrolment_id", "state", "pk")
    return {(enrolment, state): key for enrolment, state, key in rows}


def _supplements(tenant_id: int, enrolments: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return, by enrolment, what people who joined added to it, and another payer's part."""
    lines = EnrolmentSupplement.objects.filter(tenant_id=tenant_id, enrolment_id__in=enrolments)
    rows = lines.order_by().values_list("enrolment_id")
    sums = rows.annotate(all=Sum("contribution_francs"), payer=Sum("payer_francs"))
    return {key: (more, payer) for key, more, payer in sums}


def _owed(row: Enrolment, sums: tuple[int, int, int], more: tuple[int, int]) -> Owed:
    paid, household, fee = sums
    return Owed(
        enrolled_on=row.enrolled_on,
        is_cancelled=row.cancelled_on is not None,
        due_francs=row.due_francs + more[0],
        fee_francs=row.joining_fee_francs,
        payer=row.payer,
        payer_share_francs=row.payer_francs + more[1],
        paid_francs=paid,
        household_paid_francs=household,
        fee_paid_francs=fee,
    )


def _sums(tenant_id: int, enrolments: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Return, by enrolment: all that was paid, by the household itself, of the joining fee."""
    rows = (
        Payment.objects.filter(tenant_id=tenant_id, enrolment_id__in=enrolments)
        .order_by()
        .values_list("enrolment_id")
        .annotate(
            paid=Sum("amount_francs"),
            household=Sum("amount_francs", filter=Q(payer=PayerKind.HOUSEHOLD), default=0),
            fee=Sum("fee_francs"),
        )
    )
    return {key: (paid, household, fee) for key, paid, household, fee in rows}
