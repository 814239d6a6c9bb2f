"""Members' numbers: ranges handed out once, exhausted clearly, changed without being lost."""

from datetime import date

import pytest

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from membership.models import Beneficiary, FormerNumber, Household, NumberRange
from membership.selectors.households import found_by, households
from membership.services.numbers import issue_numbers, open_range, renumber_household

OPENED = date(2025, 1, 1)


def test_a_unit_hands_out_its_range_in_order(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        first = issue_numbers(actor=agnes, unit_id=world.units["UMU-S1"], count=2)
        then = issue_numbers(actor=agnes, unit_id=world.units["UMU-S1"], count=1)
    assert [*first, *then] == ["UMU-0010001", "UMU-0010002", "UMU-0010003"]


def test_the_next_range_takes_over_and_exhaustion_is_told(world, as_actor) -> None:
    amina = world.actor("amina")
    unit_id = world.units["UMU-S1"]
    with as_actor(amina):
        NumberRange.objects.filter(tenant_id=amina.tenant_id, unit_id=unit_id).update(
            following=19_999
        )
        open_range(actor=amina, unit_id=unit_id, prefix="um2", first=1, last=2, opened_on=OPENED)
        numbers = issue_numbers(actor=amina, unit_id=unit_id, count=3)
        assert numbers == ["UMU-0019999", "UM2-0000001", "UM2-0000002"]
        with pytest.raises(DomainError, match="épuisée"):
            issue_numbers(actor=amina, unit_id=unit_id, count=1)


def test_a_unit_without_a_range_says_what_to_do(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina), pytest.raises(DomainError, match="aucune plage"):
        issue_numbers(actor=amina, unit_id=world.units["UMU-C1"], count=1)


def test_a_number_that_a_register_brought_is_passed_over(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        Household.objects.filter(tenant_id=amina.tenant_id, pk=world.households["UMU-1001"]).update(
            number="UMU-0010001"
        )
        assert issue_numbers(actor=amina, unit_id=world.units["UMU-S1"], count=1) == ["UMU-0010002"]


@pytest.mark.parametrize(
    ("prefix", "first", "last", "told"),
    [
        ("UMU", 19_000, 25_000, "Deux plages"),
        ("UMU", 90_000, 80_000, "dernier numéro"),
        ("é", 1, 2, "préfixe"),
    ],
)
def test_a_range_that_cannot_stand(prefix, first, last, told, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina), pytest.raises(DomainError, match=told):
        open_range(
            actor=amina, unit_id=world.units["UMU-S2"], prefix=prefix, first=first, last=last,
            opened_on=OPENED,
        )  # fmt: skip


def test_a_prefix_is_one_federations_alone(world, as_actor) -> None:
    """Else one number led to two members, and care could be entered for neither."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    given = {"unit_id": world.units["INE-S1"], "first": 10_000, "last": 10_005, "opened_on": OPENED}
    with as_actor(bernard):
        with pytest.raises(DomainError, match="celui d’une autre fédération") as refused:
            open_range(actor=bernard, prefix=" umu ", **given)
        assert refused.value.field == "prefix"
        assert not NumberRange.objects.filter(prefix="UMU").exists()
        # Its own it goes on with.
        open_range(actor=bernard, prefix="INE", **given | {"last": 10_000})
    with as_actor(amina):
        given = {"unit_id": world.units["UMU-S1"], "first": 30_000, "last": 30_005}
        open_range(actor=amina, prefix="UMU", opened_on=OPENED, **given)


def test_ranges_are_the_federations_affair(world, as_actor) -> None:
    agnes, amina = world.actor("agnes"), world.actor("amina")
    given = {"prefix": "X", "first": 1, "last": 2, "opened_on": OPENED}
    with as_actor(agnes), pytest.raises(NotAllowed):
        open_range(actor=agnes, unit_id=world.units["UMU-S1"], **given)
    with as_actor(amina), pytest.raises(NotFound):
        open_range(actor=amina, unit_id=world.units["INE-S1"], **given)


def test_a_new_number_leaves_the_old_ones_findable(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        household = renumber_household(
            actor=amina, household_id=world.households["UMU-1001"], version=1, because="carte"
        )
        assert household.number == "UMU-0010001"
        people = Beneficiary.objects.filter(household=household).order_by("number")
        numbers = list(people.values_list("number", flat=True))
        assert numbers == ["UMU-0010001-01", "UMU-0010001-02", "UMU-0010001-03"]
        for old in ("UMU-1001", "UMU-1001-2"):
            found = found_by(households(amina), actor=amina, text=old)
            assert [row.pk for row in found] == [household.pk]
        assert FormerNumber.objects.filter(household=household).count() == 4
