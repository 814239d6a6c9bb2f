"""Members' numbers: the ranges that units hand out, and a household's change of number.

A number is handed out once and never derived from a place. Whoever issues holds the unit's
ranges until the transaction ends, so that two desks never get the same number (order of
locks: household, then ranges). A number that was replaced still leads to its household.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.holds import hold_alone
from federations.services.ownership import require_own_unit
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, FormerNumber, Household, LifeEvent, NumberRange
from membership.rules.numbers import Range, beneficiary_number, check_ranges, issue
from membership.selectors.import_facts import prefixes_elsewhere
from membership.services.card_ends import CardEnd, end_card
from membership.services.events import write_event
from membership.services.holding import hold_household, numbers_under


@transaction.atomic
def open_range(
    *,
    actor: Actor,
    unit_id: int,
    prefix: str,
    first: int,
    last: int,
    opened_on: date,
    key: str = "",
) -> NumberRange:
    """Give a unit numbers to hand out; they may not be another range's, nor the prefix another
    federation's: a number leads to one household of the whole network (docs/decisions/0060).
    """
    require(actor, Permission.DECIDE_MEMBERSHIP)
    prefix = prefix.strip().upper()
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["open_range", unit_id, prefix, first, last, opened_on],
        create=lambda: _open(actor, unit_id, prefix, first, last, opened_on),
        find=lambda pk: NumberRange.objects.get(tenant_id=actor.tenant_id, pk=int(pk)),
    )


def _open(
    actor: Actor, unit_id: int, prefix: str, first: int, last: int, opened_on: date
) -> NumberRange:
    unit = require_own_unit(actor, unit_id)
    if unit.kind not in Unit.INSURING:
        raise DomainError("Seules les mutuelles et les sections inscrivent.", field="unit")
    row = NumberRange(
        tenant_id=actor.tenant_id, unit=unit, prefix=prefix, first=first, last=last,
        following=first, opened_on=opened_on,
    )  # fmt: skip
    # Two ranges opened at once wait for one another: the row of the first is not there yet.
    hold_alone(numbers_under(prefix))
    if prefixes_elsewhere([prefix]):
        raise DomainError(
            f"Le préfixe « {prefix} » est celui d’une autre fédération : choisissez-en un autre.",
            field="prefix",
        )
    others = NumberRange.objects.filter(tenant_id=actor.tenant_id, prefix=prefix)
    check_ranges([_as_rule(row), *map(_as_rule, others)])
    save_checked(row, conflict_field="first")
    return row


@transaction.atomic
def issue_number(*, actor: Actor, unit_id: int) -> str:
    """Hand out the unit's next household number; DomainError where there is none left."""
    return issue_numbers(actor=actor, unit_id=unit_id, count=1)[0]


@transaction.atomic
def issue_numbers(*, actor: Actor, unit_id: int, count: int) -> list[str]:
    """Hand out the unit's next ``count`` numbers, from its oldest range on.

    Numbers that some household already has, brought in by a register, are passed over.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    ranges = list(
        NumberRange.objects.select_for_update()
        .filter(tenant_id=actor.tenant_id, unit_id=unit_id)
        .order_by("opened_on", "first")
    )
    numbers: list[str] = []
    for row in ranges:
        while len(numbers) < count and row.following <= row.last:
            numbers += _take(actor, row, count - len(numbers))
    if len(numbers) < count:
        raise _no_number(actor, unit_id, has_range=bool(ranges))
    return numbers


def _take(actor: Actor, row: NumberRange, count: int) -> list[str]:
    """Take up to ``count`` numbers of one range, and say how many of them are really free."""
    numbers = _as_rule(row)
    issued = issue(numbers, min(count, numbers.left))
    row.following = issued.next
    row.save(update_fields=["following"])
    taken = _taken(actor, issued.numbers)
    return [number for number in issued.numbers if number not in taken]


def _taken(actor: Actor, numbers: Sequence[str]) -> set[str]:
    """Those that a household of the tenant has, or had."""
    households = Household.objects.filter(tenant_id=actor.tenant_id, number__in=numbers)
    former = FormerNumber.objects.filter(tenant_id=actor.tenant_id, number__in=numbers)
    return {
        *households.values_list("number", flat=True),
        *former.values_list("number", flat=True),
    }


def _no_number(actor: Actor, unit_id: int, *, has_range: bool) -> DomainError:
    unit = require_own_unit(actor, unit_id)
    cause = "sa plage de numéros est épuisée" if has_range else "elle n’a aucune plage de numéros"
    return DomainError(
        f"« {unit.name} » ne peut pas inscrire : {cause}. Le gestionnaire de la fédération en "
        "ouvre une sous « Ménages, Plages de numéros ».",
        field="unit",
    )


def _as_rule(row: NumberRange) -> Range:
    return Range(prefix=row.prefix, first=row.first, last=row.last, next=row.following)


@transaction.atomic
def renumber_household(
    *, actor: Actor, household_id: int, version: int | None, because: str
) -> Household:
    """Give a household and its people new numbers; the old ones still lead to them."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    household = hold_household(actor, household_id, version)
    if household.closed_on is not None:
        raise DomainError("Ce ménage est fermé : son numéro ne change plus.")
    old = household.number
    give_number(actor, household, because)
    write_event(
        actor,
        household,
        LifeEvent.Kind.RENUMBERED,
        clock.today(),
        note=f"{old} devient {household.number}. {because}".strip(),
    )
    return household


def give_number(actor: Actor, household: Household, because: str) -> None:
    """Issue a new number to a household that is held, and keep the old ones findable."""
    old = household.number
    people = list(Beneficiary.objects.filter(tenant_id=actor.tenant_id, household=household))
    today = clock.today()
    kept = [
        FormerNumber(
            tenant_id=actor.tenant_id, household=household, beneficiary=person,
            number=number, replaced_on=today, because=because[:200],
        )
        for person, number in [(None, old), *((person, person.number) for person in people)]
    ]  # fmt: skip
    FormerNumber.objects.bulk_create(kept)
    household.number = issue_number(actor=actor, unit_id=household.unit_id)
    household.save(update_fields=["number"])
    end_card(household, CardEnd.NEW_NUMBER)
    _renumber(people, old, household.number)


def _renumber(people: list[Beneficiary], old: str, new: str) -> None:
    """A person keeps the position in the household; who had none gets the next free one."""
    positions = {person.pk: position_in(person.number, old) for person in people}
    following = max(filter(None, positions.values()), default=0) + 1
    for person in people:
        position = positions[person.pk]
        if not position:
            position, following = following, following + 1
        person.number = beneficiary_number(new, position)
    Beneficiary.objects.bulk_update(people, ["number"])


def position_in(number: str, household: str) -> int:
    """Return a person's position in the household's numbers; 0: the number tells none.

    >>> position_in("MUN-0010001-02", "MUN-0010001"), position_in("A-17", "MUN-0010001")
    (2, 0)
    """
    start, _, rank = number.rpartition("-")
    return int(rank) if start == household and rank.isdecimal() else 0
