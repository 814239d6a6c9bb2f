"""A newborn whom nobody has declared, answered for by its mother's card."""

from datetime import date

import pytest

from conamus.kernel.errors import DomainError
from membership.models import Beneficiary, Campaign, Enrolment, RightsCheck
from membership.services.rights import Outcome
from tests.membership.asking import ask
from tests.membership.families import TODAY

BORN = date(2025, 6, 10)


def _make_mother(world, as_actor, **changes) -> str:
    """Make the second person of a household a woman of thirty; return her number."""
    with as_actor(world.system("UMUCO")):
        rows = Beneficiary.objects.filter(number="UMU-1001-1")
        rows.update(**{"sex": "F", "birth_date": date(1995, 3, 1), **changes})
    return "UMU-1001-1"


@pytest.mark.parametrize("who", ["fabrice", "agnes", "medard", "bernard"])
def test_the_mothers_number_answers_for_the_child_in_every_federation(who, world, as_actor) -> None:
    number = _make_mother(world, as_actor)
    [mother] = ask(world, as_actor, who, number, born_on=BORN).people
    assert mother.newborn is not None
    assert mother.newborn.is_open
    assert mother.newborn.last_day == date(2025, 9, 7)
    assert "enfant né le 10/06/2025, à déclarer" in mother.newborn.sentence


def test_the_years_own_days_count(world, as_actor) -> None:
    number = _make_mother(world, as_actor)
    with as_actor(world.actor("amina")):
        Campaign.objects.filter(tenant_id=world.tenants["UMUCO"]).update(newborn_days=20)
    open_until = [
        ask(world, as_actor, "fabrice", number, on=on, born_on=BORN).people[0].newborn.is_open
        for on in (date(2025, 6, 29), TODAY)
    ]
    assert open_until == [True, False]


def test_the_mother_must_have_been_covered_on_the_day(world, as_actor) -> None:
    number = _make_mother(world, as_actor)
    with as_actor(world.system("UMUCO")):
        rows = Enrolment.objects.filter(household_id=world.households["UMU-1001"], year_id=2025)
        rows.update(contribution_francs=99_000)
    [mother] = ask(world, as_actor, "fabrice", number, born_on=BORN).people
    assert not mother.newborn.is_open
    assert mother.newborn.sentence == "Cotisation non payée entièrement."


def test_a_birth_of_the_year_before_is_judged_by_the_mothers_rights_then(world, as_actor) -> None:
    """Enrolled for last year only: the child of December is covered in January all the same."""
    number = _make_mother(world, as_actor)
    with as_actor(world.system("UMUCO")):
        rows = Enrolment.objects.filter(household_id=world.households["UMU-1001"])
        assert rows.filter(year_id=2024).exists()
        rows.filter(year_id=2025).update(cancelled_on=date(2025, 1, 1))
    asked = {"on": date(2025, 1, 15), "born_on": date(2024, 12, 20)}
    [mother] = ask(world, as_actor, "fabrice", number, **asked).people
    assert not mother.is_open
    assert mother.newborn.is_open
    assert mother.newborn.last_day == date(2025, 3, 19)


def test_a_household_card_tells_of_each_woman_who_may_be_the_mother(world, as_actor) -> None:
    number = _make_mother(world, as_actor)
    answer = ask(world, as_actor, "fabrice", "UMU-1001", born_on=BORN)
    mothers = [person.number for person in answer.people if person.newborn]
    assert number in mothers
    children = [person for person in answer.people if BORN.year - person.birth_year < 12]
    men = [person for person in answer.people if person.is_male]
    assert all(person.newborn is None for person in children + men)


def test_a_man_is_no_mother_and_the_page_says_so(world, as_actor, sign_in) -> None:
    number = _make_mother(world, as_actor, sex="M")
    answer = ask(world, as_actor, "fabrice", number, born_on=BORN)
    assert answer.outcome is Outcome.FOUND
    assert not answer.has_mother
    page = sign_in("fabrice").post("/droits/", {"text": number, "born_on": "2025-06-10"})
    assert "par le numéro ou la carte de sa mère" in page.content.decode()


@pytest.mark.parametrize("born_on", [date(2025, 7, 1), date(2024, 6, 30)])
def test_a_day_that_cannot_be_is_refused_at_its_field(born_on, world, as_actor) -> None:
    with pytest.raises(DomainError) as refused:
        ask(world, as_actor, "fabrice", "UMU-1001", born_on=born_on)
    assert refused.value.field == "born_on"


def test_the_page_says_yes_and_until_when_to_declare_and_the_trace_stays(
    world, as_actor, sign_in
) -> None:
    number = _make_mother(world, as_actor)
    page = sign_in("fabrice").post("/droits/", {"text": number, "born_on": "2025-06-10"})
    text = page.content.decode()
    assert "son nouveau-né du 10/06/2025" in text
    assert "À déclarer à la mutuelle au plus tard le 07/09/2025" in text
    with as_actor(world.actor("amina")):
        [trace] = RightsCheck.objects.all()
        assert [one.get("born_on") for one in trace.answers] == [None, "2025-06-10"]
    traces = sign_in("amina").get("/droits/verifications/").content.decode()
    assert "nouveau-né du 10/06/2025 de UMU-1001-1 : droits ouverts" in traces
