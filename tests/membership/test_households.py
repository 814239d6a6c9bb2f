"""Households to read: who sees which, found by a name's beginning or a number."""

import pytest

from conamus.kernel.errors import NotFound
from federations.models import HistoryEvent
from membership.models import Beneficiary
from membership.selectors.households import (
    enrolled,
    found_by,
    household_by_id,
    households,
    members,
    not_enrolled,
    people_in_sight,
)


def _numbers(rows) -> list[str]:
    return [row.number for row in rows]


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("amina", ["UMU-1001", "UMU-1002", "UMU-1003", "UMU-2001", "UMU-2002", "UMU-2003"]),
        ("agnes", ["UMU-1001", "UMU-1002", "UMU-1003"]),
        ("albert", ["UMU-1001", "UMU-1002", "UMU-1003", "UMU-2001", "UMU-2002", "UMU-2003"]),
        ("beatrice", ["INE-1001", "INE-1002", "INE-1003"]),
        ("clara", []),
    ],
)
def test_who_sees_which_households(username, seen, world, as_actor) -> None:
    actor = world.actor(username)
    with as_actor(actor):
        assert _numbers(households(actor)) == seen


def test_a_household_outside_ones_unit_does_not_exist(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        assert household_by_id(agnes, world.households["UMU-1001"]).number == "UMU-1001"
        for number in ("UMU-2001", "INE-1001"):
            with pytest.raises(NotFound):
                household_by_id(agnes, world.households[number])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("umucob", 4),
        ("UMUCOA", 6),
        ("Umucoa Kéza", 6),
        ("umucoa x", 0),
        ("Kéza", 6),
        ("keza umucob", 4),
        ("Kéza X", 0),
        ("eza", 0),
        ("muco", 0),
        ("UMU-1", 3),
        ("umu-2003", 1),
        ("UMU-9", 0),
        ("%", 6),
        ("'; drop", 0),
    ],
)
def test_a_beginning_of_a_name_or_number_finds(text, found, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        assert found_by(households(amina), actor=amina, text=text).count() == found


def test_the_search_over_everything_finds_by_the_first_name(sign_in, world) -> None:
    page = sign_in("agnes").get("/recherche/?q=Kéza Umucob").content.decode()
    assert "Umucob Kéza" in page
    assert "Umucoa Kéza" not in page


@pytest.mark.parametrize(
    ("changes", "events"),
    [({"given_key": "aline umucoa"}, 0), ({"given_name": "Aline", "given_key": "aline umucoa"}, 1)],
)
def test_a_fold_that_changes_alone_is_no_event(changes, events, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        people = Beneficiary.objects.filter(tenant_id=amina.tenant_id, number="UMU-1001-0")
        assert people.update(**changes) == 1
        told = HistoryEvent.objects.filter(table_name="membership_beneficiary", operation="U")
        assert told.count() == events
        assert found_by(households(amina), actor=amina, text="Aline").count() == 1


def test_enrolled_and_not_enrolled_share_out_the_households(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        inside = _numbers(enrolled(households(amina), actor=amina, year=2024))
        outside = _numbers(not_enrolled(households(amina), actor=amina, year=2024))
    assert outside == ["UMU-1002", "UMU-2002"]
    assert len(inside) == 4


def test_the_head_comes_first(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        household = household_by_id(amina, world.households["UMU-1001"])
        assert [m.relationship for m in members(household)] == ["head", "spouse", "child"]


def test_a_person_is_found_in_ones_own_units_only(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        units = {person.household.unit_id for person in people_in_sight(agnes, "umuco")}
    assert units == {world.units["UMU-S1"]}


def test_the_page_of_a_household_shows_its_years(sign_in, world) -> None:
    page = sign_in("agnes").get(f"/menages/{world.households['UMU-1001']}/").content.decode()
    assert "Ménage UMU-1001" in page
    assert "inscrit pour 2025" in page
    assert page.count('data-label="Nature">renouvellement<') == 1
