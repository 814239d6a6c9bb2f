"""The rights check: who is found by what, what is told to whom, and the facts behind it."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection

from conamus.kernel.errors import DomainError, NotAllowed
from federations.models import Unit
from membership.models import (
    Beneficiary,
    Campaign,
    Card,
    Enrolment,
    FormerNumber,
    Household,
    Payment,
    Promise,
    PromiseInstalment,
    RightsCheck,
    SigningKey,
)
from membership.rules.rights import read_query
from membership.selectors.rights import coverage_of_household, people_found
from membership.services.people import set_names
from membership.services.rights import Outcome, ask_rights
from membership.services.standing import reinstate, strike_off
from tests.membership.asking import ask as _ask
from tests.membership.asking import numbers as _numbers

TODAY = date(2025, 6, 30)


def _named(answer) -> list[str]:
    """The people told, or to choose from."""
    return _numbers(answer) or [one.number for one in answer.choices]


@pytest.mark.parametrize(
    ("text", "birth_year", "numbers"),
    [
        ("UMU-1001", None, ["UMU-1001-0", "UMU-1001-1", "UMU-1001-2"]),
        ("  umu 1001 ", None, ["UMU-1001-0", "UMU-1001-1", "UMU-1001-2"]),
        ("UMU-1003-0", None, ["UMU-1003-0"]),
        ("INE-1003", None, ["INE-1003-0"]),
        ("umucoc kéza", 2011, []),
        ("umuco kéza", 2012, []),
        ("UMU-100", None, []),
        ("UMU-1%", None, []),
    ],
)
def test_people_are_found_by_a_number_or_a_whole_name(
    text, birth_year, numbers, world, as_actor
) -> None:
    answer = _ask(world, as_actor, "fabrice", text, birth_year=birth_year)
    assert sorted(_numbers(answer)) == numbers
    assert answer.outcome is (Outcome.FOUND if numbers else Outcome.NOBODY)


@pytest.mark.parametrize(
    ("text", "birth_year", "field"),
    [
        ("", None, "text"),
        ("   ", None, "text"),
        ("Umucoa", 1980, "text"),
        ("Umucoa Kéza", None, "birth_year"),
        ("Umucoa Kéza", 1850, "birth_year"),
        ("Umucoa Kéza", 2031, "birth_year"),
        ("x1" * 80, None, "text"),
        ("Umucoakez", None, "text"),
        ("Umucoilola", None, "text"),
    ],
)
def test_fishing_is_refused_at_its_field(text, birth_year, field) -> None:
    with pytest.raises(DomainError) as refused:
        read_query(text, birth_year=birth_year, today=TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize("username", ["fabrice", "agnes", "amina", "annick", "medard", "beatrice"])
def test_every_role_that_may_is_answered_about_other_federations(username, world, as_actor) -> None:
    answer = _ask(world, as_actor, username, "INE-1001")
    assert [person.is_open for person in answer.people] == [True, True, True]
    assert {person.federation for person in answer.people} == {"Ineza"}


@pytest.mark.parametrize("username", ["regine", "arthur", "clara"])
def test_the_others_are_refused(username, world, as_actor) -> None:
    with pytest.raises(NotAllowed):
        _ask(world, as_actor, username, "INE-1001")


@pytest.mark.parametrize("username", ["regine"])
def test_the_database_refuses_them_too(username, world, as_actor) -> None:
    with pytest.raises(ProgrammingError, match="denied"), as_actor(world.actor(username)):
        people_found(read_query("INE-1001", birth_year=None, today=TODAY), TODAY)


def test_a_household_is_opened_only_by_who_may_see_it(world, as_actor) -> None:
    def links(username: str, text: str) -> set[int | None]:
        return {one.household_id for one in _ask(world, as_actor, username, text).people}

    own = world.households["UMU-1001"]
    assert links("agnes", "UMU-1001") == {own}
    assert links("amina", "UMU-1001") == {own}
    assert links("agnes", "UMU-2001") == {None}
    assert links("beatrice", "UMU-1001") == {None}
    assert links("fabrice", "UMU-1001") == {None}


def _owe(world, as_actor, *, paid: int = 0, year: int = 2025, number: str = "UMU-1001") -> None:
    """Let a household of UMUCO owe 31,000 FBu and pay some of it on the 1st of December."""
    with as_actor(world.system("UMUCO")):
        enrolment = Enrolment.objects.get(household_id=world.households[number], year_id=year)
        enrolment.contribution_francs, enrolment.joining_fee_francs = 30_000, 1_000
        enrolment.save()
        if paid:
            _pay(enrolment, paid, date(year - 1, 12, 1), number=1)


def _pay(enrolment: Enrolment, amount: int, day: date, *, number: int, payer="household") -> None:
    Payment.objects.create(
        tenant_id=enrolment.tenant_id,
        enrolment=enrolment,
        unit_id=enrolment.unit_id,
        receipt_year=day.year,
        receipt_number=number,
        amount_francs=amount,
        contribution_francs=amount,
        fee_francs=0,
        federation_francs=0,
        confederation_francs=0,
        method="cash",
        payer=payer,
        received_on=day,
        recorded_by="essai",
    )


def test_what_a_household_owes_is_told_in_its_federation_only(world, as_actor) -> None:
    _owe(world, as_actor, paid=20_000)
    for username, tells in (("agnes", True), ("beatrice", False), ("fabrice", False)):
        [person] = _ask(world, as_actor, username, "UMU-1001-0").people
        assert (person.is_open, person.code) == (False, "unpaid")
        assert ("11\u202f000" in person.sentence) is tells


def test_rights_follow_the_payments(world, as_actor) -> None:
    _owe(world, as_actor, paid=31_000)
    [person] = _ask(world, as_actor, "fabrice", "UMU-1001-0").people
    assert (person.is_open, person.opens_on, person.last_day) == (
        True,
        date(2025, 1, 1),
        date(2025, 12, 31),
    )


def test_another_payers_part_does_not_keep_the_household_waiting(world, as_actor) -> None:
    """The household owes its own part; a sponsor's money settles none of it."""
    _owe(world, as_actor)
    with as_actor(world.system("UMUCO")):
        enrolment = Enrolment.objects.get(household_id=world.households["UMU-1001"], year_id=2025)
        enrolment.payer_francs, enrolment.payer = 15_500, "sponsor"
        enrolment.save()
        _pay(enrolment, 15_500, date(2024, 12, 1), number=1, payer="sponsor")
    assert not _ask(world, as_actor, "fabrice", "UMU-1001-0").people[0].is_open
    with as_actor(world.system("UMUCO")):
        _pay(enrolment, 15_500, date(2024, 12, 2), number=2)
    assert _ask(world, as_actor, "fabrice", "UMU-1001-0").people[0].is_open


def test_an_accepted_promise_opens_and_a_missed_date_closes(world, as_actor) -> None:
    _owe(world, as_actor)
    with as_actor(world.system("UMUCO")):
        enrolment = Enrolment.objects.get(household_id=world.households["UMU-1001"], year_id=2025)
        promise = Promise.objects.create(
            tenant_id=enrolment.tenant_id,
            enrolment=enrolment,
            amount_francs=31_000,
            signed_on=date(2024, 11, 1),
            buyer="Station",
        )
        PromiseInstalment.objects.create(
            tenant_id=enrolment.tenant_id,
            promise=promise,
            due_on=date(2025, 6, 15),
            amount_francs=31_000,
        )
    before = date(2025, 6, 1)
    assert not _ask(world, as_actor, "fabrice", "UMU-1001-0", on=before).people[0].is_open
    with as_actor(world.system("UMUCO")):
        promise.state, promise.answered_on = "accepted", date(2024, 11, 5)
        promise.save(update_fields=["state", "answered_on"])
    assert _ask(world, as_actor, "fabrice", "UMU-1001-0", on=before).people[0].is_open
    [person] = _ask(world, as_actor, "fabrice", "UMU-1001-0").people
    assert (person.is_open, person.code) == (False, "promise_broken")
    assert "31" not in person.sentence


def test_the_answer_is_that_of_the_day_asked_for(world, as_actor) -> None:
    [person] = _ask(world, as_actor, "fabrice", "UMU-1001-0", on=date(2026, 2, 1)).people
    assert (person.is_open, person.code) == (False, "not_enrolled")
    assert _ask(world, as_actor, "fabrice", "UMU-1001-0", on=date(2024, 2, 1)).people[0].is_open


def test_a_baby_of_last_december_is_covered_although_the_household_did_not_renew(
    world, as_actor
) -> None:
    born = date(2025, 12, 15)
    with as_actor(world.system("UMUCO")):
        head = Beneficiary.objects.get(number="UMU-1001-0")
        Beneficiary.objects.create(
            tenant_id=head.tenant_id,
            household_id=head.household_id,
            number="UMU-1001-3",
            family_name="Iteka",
            given_name="Joie",
            sex="F",
            birth_date=born,
            relationship="child",
            joined_on=born,
        )
    for on, is_open in ((date(2026, 1, 20), True), (date(2026, 3, 14), True),
                        (date(2026, 3, 15), False)):  # fmt: skip
        [baby] = _ask(world, as_actor, "fabrice", "UMU-1001-3", on=on).people
        assert baby.is_open is is_open, on


def test_death_striking_off_and_records_that_are_nobody(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        people = Beneficiary.objects.filter(household_id=world.households["UMU-1001"])
        people.filter(number="UMU-1001-1").update(
            died_on=date(2025, 6, 30), left_on=date(2025, 6, 30), left_because="death"
        )
        people.filter(number="UMU-1001-2").update(left_on=date(2025, 6, 1), left_because="mistake")
        Household.objects.filter(number="UMU-1003").update(
            closed_on=date(2025, 6, 1), closed_because="struck_off"
        )
    answer = _ask(world, as_actor, "fabrice", "UMU-1001")
    assert _numbers(answer) == ["UMU-1001-0", "UMU-1001-1"]
    assert answer.people[1].is_open
    [person] = _ask(world, as_actor, "fabrice", "UMU-1001-1", on=date(2025, 7, 1)).people
    assert person.code == "dead"
    assert _ask(world, as_actor, "fabrice", "UMU-1003").people[0].code == "struck_off"


def test_the_days_between_striking_off_and_return_stay_without_rights(world, as_actor) -> None:
    amina = world.actor("amina")
    household = world.households["UMU-1003"]
    with as_actor(amina):
        strike_off(
            actor=amina, household_id=household, version=None, on=date(2025, 3, 1),
            because="Fausse déclaration",
        )  # fmt: skip
        reinstate(actor=amina, household_id=household, on=date(2025, 5, 1), because="Assemblée")
    found = {
        on: _ask(world, as_actor, "fabrice", "UMU-1003", on=on).people[0].is_open
        for on in (date(2025, 2, 28), date(2025, 3, 1), date(2025, 4, 30), date(2025, 5, 1))
    }
    assert list(found.values()) == [True, False, False, True]


def test_a_former_number_a_card_and_a_telephone_lead_to_the_household(world, as_actor) -> None:
    household = world.households["UMU-1002"]
    with as_actor(world.system("UMUCO")):
        tenant = world.tenants["UMUCO"]
        FormerNumber.objects.create(
            tenant_id=tenant, household_id=household, number="12/034", replaced_on=TODAY
        )
        key = SigningKey.objects.create(
            tenant_id=tenant, key_id="essai-1", public_key="-", sealed_private_key="-",
            valid_from=TODAY,
        )  # fmt: skip
        Card.objects.create(
            tenant_id=tenant, household_id=household, serial="UMU-C0007", key=key, payload="-",
            issued_on=TODAY, expires_on=TODAY, issued_by="essai",
        )  # fmt: skip
        Household.objects.filter(pk=household).update(phone="79123456")
        Beneficiary.objects.filter(number="UMU-1003-0").update(phone="71000001")
    for text in ("12/034", "umu-c0007", "+257 79 12 34 56", "79123456"):
        assert _numbers(_ask(world, as_actor, "beatrice", text)) == [
            "UMU-1002-0", "UMU-1002-1", "UMU-1002-2",
        ], text  # fmt: skip
    assert _numbers(_ask(world, as_actor, "fabrice", "71 00 00 01")) == ["UMU-1003-0"]


def test_a_telephone_of_many_households_is_no_answer(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        assert (
            Household.objects.filter(tenant_id=world.tenants["UMUCO"]).update(phone="79123456") == 6
        )
    answer = _ask(world, as_actor, "fabrice", "79123456")
    assert (answer.outcome, answer.people) == (Outcome.TOO_MANY, ())


@pytest.mark.parametrize("text", ["umucoc kéza", "KEZA Umucoc", "Umukocc Khéza"])
def test_several_of_a_name_are_a_list_to_choose_from(text, world, as_actor) -> None:
    answer = _ask(world, as_actor, "fabrice", text, birth_year=2012)
    assert (answer.outcome, answer.people) == (Outcome.CHOICE, ())
    assert [one.number for one in answer.choices] == [
        "UMU-1001-2", "UMU-1002-2", "UMU-2001-2", "UMU-2002-2",
    ]  # fmt: skip
    with as_actor(world.system("UMUCO")):
        trace = RightsCheck.objects.first()
    assert (trace.how, trace.found, trace.answers) == ("name", 4, [])


def _renamed(world, as_actor, number: str, family: str, given: str) -> None:
    with as_actor(world.system("UMUCO")):
        one = Beneficiary.objects.get(number=number)
        set_names(one, family, given)
        one.save()


@pytest.mark.parametrize(
    "typed", ["Ndayishimiye Aline", "aline ndayisimie", "NDAYISHIMIYE Arine", "Ndaayisimiye alline"]
)
def test_a_whole_name_is_found_as_it_sounds(typed, world, as_actor) -> None:
    _renamed(world, as_actor, "UMU-1003-0", "Ndayishimiye", "Aline")
    answer = _ask(world, as_actor, "fabrice", typed, birth_year=1980)
    assert _numbers(answer) == ["UMU-1003-0"]
    assert answer.is_by_sound == (typed != "Ndayishimiye Aline")


@pytest.mark.parametrize("typed", ["Ndayishimiye", "Ndayishim Aline", "Ndayishimiye Alice"])
def test_what_does_not_sound_so_is_not(typed, world, as_actor) -> None:
    _renamed(world, as_actor, "UMU-1003-0", "Ndayishimiye", "Aline")
    if " " not in typed:
        with pytest.raises(DomainError, match="entiers"):
            _ask(world, as_actor, "fabrice", typed, birth_year=1980)
        return
    assert _ask(world, as_actor, "fabrice", typed, birth_year=1980).outcome is Outcome.NOBODY


def test_who_is_spelled_so_comes_first_and_alone_if_there_are_too_many(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        many = list(Beneficiary.objects.order_by("number")[:10])
        for rank, one in enumerate(many):
            set_names(one, "Ndayishimiye" if rank in (3, 7) else "Ndayisimie", "Aline")
            one.birth_date = date(1990, 5, 1)
            one.save()
    answer = _ask(world, as_actor, "fabrice", "Ndayishimiye Aline", birth_year=1990)
    assert answer.outcome is Outcome.CHOICE
    assert [one.number for one in answer.choices] == [many[3].number, many[7].number]
    other = _ask(world, as_actor, "fabrice", "Ndayissimie Aline", birth_year=1990)
    assert (other.outcome, other.choices) == (Outcome.TOO_MANY, ())


def test_an_estimated_year_of_birth_may_be_two_years_off(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        Beneficiary.objects.filter(number="UMU-1003-0").update(is_birth_estimated=True)
    found = {
        year: "UMU-1003-0" in _named(
            _ask(world, as_actor, "fabrice", "Umucoa Kéza", birth_year=year)
        )
        for year in (1977, 1978, 1982, 1983)
    }  # fmt: skip
    assert found == {1977: False, 1978: True, 1982: True, 1983: False}


def test_who_left_for_another_federation_is_told_once_where_they_are(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        gone = Beneficiary.objects.get(number="UMU-1003-0")
        gone.left_on, gone.left_because = date(2025, 3, 1), "transfer"
        gone.save()
    with as_actor(world.system("INEZA")):
        here = Beneficiary.objects.get(number="INE-1003-0")
        here.person_id = gone.person_id
        here.save()
        FormerNumber.objects.create(
            tenant_id=here.tenant_id,
            household_id=here.household_id,
            beneficiary=here,
            number="UMU-1003-0",
            replaced_on=date(2025, 3, 1),
        )
    assert _numbers(_ask(world, as_actor, "fabrice", "UMU-1003-0")) == ["INE-1003-0"]


def test_who_to_call(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        Unit.objects.filter(pk=world.units["UMU-C1"]).update(phone="22000001")
    assert _ask(world, as_actor, "fabrice", "UMU-1003").people[0].phone == "22000001"
    with as_actor(world.system("UMUCO")):
        Unit.objects.filter(pk=world.units["UMU-S1"]).update(phone="22000002")
        Unit.objects.filter(pk=world.units["UMUCO"]).update(phone="22000003")
        Household.objects.filter(number="UMU-1003").update(
            closed_on=date(2025, 6, 1), closed_because="struck_off"
        )
    [person] = _ask(world, as_actor, "fabrice", "UMU-1003").people
    assert (person.call, person.phone) == ("la fédération du ménage", "22000003")
    assert _ask(world, as_actor, "fabrice", "UMU-1001").people[0].phone == "22000002"


def test_a_federation_without_campaign_lives_by_the_confederations(world, as_actor) -> None:
    _owe(world, as_actor)
    with as_actor(world.system("UMUCO")):
        enrolment = Enrolment.objects.get(household_id=world.households["UMU-1001"], year_id=2025)
        _pay(enrolment, 31_000, date(2025, 2, 10), number=1)
        own = Campaign.objects.filter(tenant_id=world.tenants["UMUCO"], year_id=2025)
        own.update(waiting_days_late=10)
    opened = _ask(world, as_actor, "fabrice", "UMU-1001-0").people[0].opens_on
    assert opened == date(2025, 2, 20)
    with as_actor(world.system("UMUCO")):
        own.update(year_id=2027)
    opened = _ask(world, as_actor, "fabrice", "UMU-1001-0").people[0].opens_on
    assert opened == date(2025, 3, 12)


def test_a_check_is_one_query_for_all_the_facts(world, as_actor) -> None:
    fabrice = world.actor("fabrice")
    with as_actor(fabrice):
        query = read_query("UMU-1001", birth_year=None, today=TODAY)
        with connection.execute_wrapper(_count := _Counter()):
            assert len(people_found(query, TODAY).people) == 3
    assert _count.statements == 1


class _Counter:
    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


def test_the_coverage_of_a_household_keeps_to_the_tenant(world, as_actor) -> None:
    with as_actor(world.actor("amina")):
        own = coverage_of_household(world.households["UMU-1001"], TODAY)
        assert [member.number for member, _ in own] == ["UMU-1001-0", "UMU-1001-1", "UMU-1001-2"]
        assert all(coverage.is_open for _, coverage in own)
        assert coverage_of_household(world.households["INE-1001"], TODAY) == []


def test_the_facts_function_itself_stays_behind_the_wall(world, as_actor) -> None:
    """Called by a federation with another's identifiers it gives nothing."""
    with as_actor(world.system("INEZA")):
        ids = list(Beneficiary.objects.values_list("pk", flat=True))
    with as_actor(world.actor("amina")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM coverage_facts(%s, %s)", [ids, TODAY])
        assert (len(ids), cursor.fetchone()) == (7, (0,))
    with (
        pytest.raises(ProgrammingError, match="denied"),
        as_actor(world.actor("fabrice")),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM coverage_facts(%s, %s)", [ids, TODAY])


def test_every_check_leaves_a_trace_in_one_statement(world, as_actor) -> None:
    fabrice = world.actor("fabrice")
    with as_actor(fabrice):
        ask_rights(actor=fabrice, text="INE-1003-0")
        ask_rights(actor=fabrice, text="Personne Inconnue", birth_year=1990)
    with as_actor(world.system("UMUCO")):
        nobody, found = RightsCheck.objects.filter(tenant_id=fabrice.tenant_id)
    assert (found.facility_id, found.asked_by) == (world.facilities["FS-T001"], fabrice.name)
    assert (found.how, found.asked, found.for_day, found.found) == (
        "number", "INE-1003-0", TODAY, 1,
    )  # fmt: skip
    assert found.answers == [
        {"tenant": world.tenants["INEZA"], "number": "INE-1003-0", "code": "open"}
    ]
    assert (nobody.how, nobody.found, nobody.answers) == ("name", 0, [])


def test_a_trace_is_not_read_by_another_federation_nor_changed(world, as_actor) -> None:
    fabrice = world.actor("fabrice")
    with as_actor(fabrice):
        ask_rights(actor=fabrice, text="INE-1003-0")
    with as_actor(world.actor("bernard")):
        assert not RightsCheck.objects.exists()
    for act in (RightsCheck.objects.all().delete, lambda: RightsCheck.objects.update(found=9)):
        with pytest.raises(ProgrammingError, match="denied"), as_actor(fabrice):
            act()


def test_a_check_with_its_pace_and_trace_is_two_statements(world, as_actor) -> None:
    fabrice = world.actor("fabrice")
    with as_actor(fabrice), connection.execute_wrapper(counter := _Counter()):
        ask_rights(actor=fabrice, text="UMU-1001")
    assert counter.statements == 2
