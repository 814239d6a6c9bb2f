"""New households and enrolments: registered whole, owed by the scale, refused with the cause."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotFound
from membership.models import (
    Beneficiary,
    Campaign,
    Enrolment,
    Household,
    LifeEvent,
    MutualistYear,
)
from membership.selectors.households import household_by_id
from membership.selectors.life import Step, situation
from membership.selectors.scales import scale_in_force
from membership.services.enrolments import enrol, undo_enrolment
from membership.services.households import (
    PossibleDuplicates,
    lock_household,
    register_household,
)
from membership.services.numbers import issue_number
from tests.membership.families import TODAY, family, head, person
from tests.membership.money import change_scale


def _register(actor, facts, **more):
    return register_household(actor=actor, facts=facts, **more)


def test_a_household_comes_whole_and_enrolled(world, as_actor) -> None:
    agnes = world.actor("agnes")
    child = person("Ange", birth_year=2019, identity_paper=" ex 12 ", phone="+257 79 12 34 56")
    with as_actor(agnes):
        made = _register(
            agnes, family(world, head(), child, other_cover="cam", other_cover_number="c 77"),
            enrol_year=2025,
        )  # fmt: skip
        household = household_by_id(agnes, made.pk)
        people = list(Beneficiary.objects.filter(household=household).order_by("number"))
        enrolment = Enrolment.objects.get(household=household)
        kinds = set(LifeEvent.objects.filter(household=household).values_list("kind", flat=True))
    assert (household.number, household.other_cover_number) == ("UMU-0010001", "C 77")
    assert [one.number for one in people] == ["UMU-0010001-01", "UMU-0010001-02"]
    assert (people[1].phone, people[1].identity_paper) == ("79123456", "EX 12")
    assert people[1].is_birth_estimated
    assert people[1].birth_date == date(2019, 7, 1)
    assert (enrolment.contribution_francs, enrolment.joining_fee_francs) == (20_000, 1_000)
    assert (enrolment.males, enrolment.females, enrolment.is_renewal) == (1, 1, False)
    assert kinds == {"registered"}


def test_the_same_submission_twice_is_one_household(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        first = _register(agnes, family(world), key="k1", enrol_year=2025)
        again = _register(agnes, family(world), key="k1", enrol_year=2025)
        assert first.pk == again.pk
        assert Household.objects.filter(tenant_id=agnes.tenant_id).count() == 7
        with pytest.raises(Conflict):
            _register(agnes, family(world, head(given_name="Autre")), key="k1", enrol_year=2025)


def test_apostrophes_and_accents_stay_and_are_found(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        made = _register(
            agnes, family(world, head(family_name="N’Dayizeye", given_name="Élysée d'Assise"))
        )
        row = Beneficiary.objects.get(household=made)
    assert str(row) == "N’Dayizeye Élysée d'Assise"
    assert row.search_key == "n dayizeye elysee d assise"


@pytest.mark.parametrize(
    ("people", "field", "told"),
    [
        ((head(), head(given_name="Paul")), None, "2 adhérents"),
        ((person("Ange"),), None, "pas d’adhérent"),
        ((head(birth_date=date(2026, 1, 1)),), "people-0-birth_date", "avenir"),
        ((head(), person("Ange", birth_date=date(1899, 1, 1))), "people-1-birth_date", "1900"),
        ((head(), person("Ange", birth_date=None)), "people-1-birth_date", "naissance"),
        ((head(birth_date=date(2015, 1, 1)),), "people-0-birth_date", "15"),
        ((head(phone="123"),), "people-0-phone", "8 chiffres"),
        ((head(family_name="’"),), "people-0-family_name", "aucune lettre"),
    ],
)
def test_what_cannot_be_is_told_at_its_place(people, field, told, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        with pytest.raises(DomainError, match=told) as refused:
            _register(agnes, family(world, *people))
        assert field in {one.field for one in refused.value.each()}
        assert Household.objects.filter(tenant_id=agnes.tenant_id).count() == 6


def test_everything_wrong_is_told_at_once(world, as_actor) -> None:
    agnes = world.actor("agnes")
    facts = family(
        world, head(phone="1"), person("Ange", birth_date=date(2030, 1, 1)), phone="x",
        other_cover="cam",
    )  # fmt: skip
    with as_actor(agnes), pytest.raises(DomainError) as refused:
        _register(agnes, facts)
    assert {one.field for one in refused.value.each()} == {
        "people-0-phone", "people-1-birth_date", "phone", "other_cover_number",
    }  # fmt: skip


def test_dependants_over_the_scales_limit(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        change_scale(scale_in_force(amina.tenant_id, 2025).row.pk, most_people=2)
        with pytest.raises(DomainError, match="le barème en admet 2"):
            _register(amina, family(world, head(), person("Ange"), person("Bella")))


def test_a_category_of_no_scale_shows_no_code(world, as_actor, sign_in) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        row = Household.objects.get(number="UMU-1001")
        Enrolment.objects.filter(household=row, year_id=2025).update(cancelled_on=TODAY)
        Household.objects.filter(pk=row.pk).update(category="pioneer")
        with pytest.raises(DomainError, match="n’a pas de catégorie « hors barème »"):
            enrol(actor=amina, household_id=row.pk, year=2025, enrolled_on=TODAY)
    page = sign_in("amina").get(reverse("household_edit", args=[row.pk])).content.decode()
    assert ">hors barème</option>" in page
    assert ">pioneer<" not in page


def test_somebody_known_already_is_told_before_anything_is_written(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _register(agnes, family(world))
        again = family(world, head(given_name="DESIRE", family_name="nzeimana"))
        with pytest.raises(PossibleDuplicates) as told:
            _register(agnes, again)
        assert [str(one.known) for one in told.value.found] == ["Nzeyimana Désiré"]
        assert Household.objects.filter(tenant_id=agnes.tenant_id).count() == 7
        assert _register(agnes, again, is_confirmed=True).number == "UMU-0010002"


def test_another_federation_is_only_named(world, as_actor) -> None:
    beatrice, agnes = world.actor("beatrice"), world.actor("agnes")
    with as_actor(beatrice):
        _register(beatrice, family(world, unit_id=world.units["INE-S1"]))
    with as_actor(agnes):
        with pytest.raises(PossibleDuplicates) as told:
            _register(agnes, family(world, head()))
        found = told.value.found[0]
    assert (found.known, found.federation) == (None, "Ineza")
    assert "INE-" not in repr(found)


def test_ones_own_unit_only(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        for unit in ("UMU-S2", "INE-S1"):
            with pytest.raises(NotFound):
                _register(agnes, family(world, unit_id=world.units[unit]))
        for number in ("UMU-2001", "INE-1001"):
            with pytest.raises(NotFound):
                enrol(
                    actor=agnes, household_id=world.households[number], year=2026,
                    enrolled_on=TODAY,
                )  # fmt: skip


def _enrol(world, actor, number="UMU-1001", year=2025, on=TODAY, **more):
    return enrol(
        actor=actor, household_id=world.households[number], year=year, enrolled_on=on, **more
    )


def _without_2025(world, number="UMU-1001"):
    Enrolment.objects.filter(household_id=world.households[number], year_id=2025).update(
        cancelled_on=TODAY
    )


def test_a_renewal_owes_no_joining_fee_and_keeps_what_was_declared(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _without_2025(world)
        row = _enrol(world, agnes)
    assert (row.is_renewal, row.is_same_unit) == (True, True)
    assert (row.contribution_francs, row.joining_fee_francs, row.due_francs) == (20_000, 0, 20_000)
    assert (row.males, row.females, row.head_sex) == (1, 2, "M")


def test_after_a_year_without_enrolment_it_is_new(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _without_2025(world, "UMU-1002")
        row = _enrol(world, agnes, "UMU-1002")
    assert (row.is_renewal, row.joining_fee_francs) == (False, 1_000)


def test_the_scale_says_after_how_long_the_joining_fee_is_owed_again(world, as_actor) -> None:
    """By default a skipped year; a scale may wait for two, and may ask it once and for all."""
    agnes, owed = world.actor("agnes"), []
    years = {"UMU-1001": 2023, "UMU-1002": 2022}
    with as_actor(world.actor("clara")):
        for year in years.values():
            MutualistYear.objects.get_or_create(
                year=year, defaults={"starts_on": date(year, 1, 1), "ends_on": date(year + 1, 1, 1)}
            )
    with as_actor(agnes):
        for number, year in years.items():
            rows = Enrolment.objects.filter(household_id=world.households[number])
            rows.exclude(year_id=2025).update(cancelled_on=TODAY)
            rows.filter(year_id=2025).update(year_id=year, enrolled_on=date(year - 1, 11, 2))
    for again in (1, 2, None):
        with as_actor(agnes):
            scale = scale_in_force(agnes.tenant_id, 2025)
            change_scale(scale.row.pk, fee_again_after_years=again)
            fees = {}
            for number in years:
                row = _enrol(world, agnes, number)
                assert not row.is_renewal
                fees[number] = row.joining_fee_francs
                undo_enrolment(actor=agnes, enrolment_id=row.pk, because="essai")
            owed.append(fees)
    assert owed == [
        {"UMU-1001": 1_000, "UMU-1002": 1_000},
        {"UMU-1001": 0, "UMU-1002": 1_000},
        {"UMU-1001": 0, "UMU-1002": 0},
    ]


def test_another_payer_is_kept_on_the_row(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        _without_2025(world)
        row = _enrol(world, amina, category="subsidised")
    assert (row.category, row.payer, row.payer_francs) == ("subsidised", "partner", 10_000)


@pytest.mark.parametrize(
    ("year", "on", "told"),
    [
        (2025, TODAY, "déjà inscrit"),
        (2026, TODAY, "ouvre le"),
        (2027, TODAY, "Aucune campagne"),
        (2025, date(2025, 7, 1), "avenir"),
        (2024, TODAY, "close depuis"),
    ],
)
def test_enrolments_that_are_refused(year, on, told, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes), pytest.raises(DomainError, match=told):
        _enrol(world, agnes, year=year, on=on)


def test_a_campaign_closed_early_is_told(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        _without_2025(world)
        Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(
            last_enrolment_on=date(2025, 3, 31)
        )
        with pytest.raises(DomainError, match="close depuis le 31/03/2025"):
            _enrol(world, amina)


def test_an_earlier_date_does_not_open_a_closed_campaign(world, as_actor) -> None:
    agnes, amina = world.actor("agnes"), world.actor("amina")
    in_time = date(2025, 3, 31)
    with as_actor(amina):
        _without_2025(world)
        Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(
            last_enrolment_on=in_time
        )
    with as_actor(agnes):
        with pytest.raises(DomainError, match="par le gestionnaire de la fédération") as refused:
            _enrol(world, agnes, on=in_time)
        assert refused.value.field == "enrolled_on"
    household = Household(pk=world.households["UMU-1001"], tenant_id=agnes.tenant_id)
    with as_actor(agnes):
        assert situation(agnes, household, [], TODAY).step is Step.NOTHING
    with as_actor(amina):
        assert situation(amina, household, [], TODAY).year == 2025
        made = _enrol(world, amina, on=in_time, backdating_reason="Papiers de mars")
        assert made.enrolled_on == in_time


def test_two_clerks_on_one_household(world, as_actor) -> None:
    agnes = world.actor("agnes")
    key = world.households["UMU-1001"]
    with as_actor(agnes):
        assert lock_household(actor=agnes, household_id=key, version=1).version == 2
        with pytest.raises(Conflict, match="modifié ce ménage"):
            lock_household(actor=agnes, household_id=key, version=1)
        assert lock_household(actor=agnes, household_id=key, version=None).version == 3


def _at_once(work, count=2) -> list[object]:
    """Do the same from several connections at the same moment; what each got."""
    start, found = Barrier(count), []

    def run() -> None:
        start.wait()
        try:
            found.append(work())
        except DomainError as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_clerks_enrol_one_household_at_once(own_database, as_actor) -> None:
    world = own_database
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _without_2025(world)

    def work() -> object:
        with as_actor(agnes):
            return _enrol(world, agnes)

    found = _at_once(work)
    assert {type(one) for one in found} == {Conflict, Enrolment}


def test_two_desks_never_get_one_number(own_database, as_actor) -> None:
    world = own_database
    agnes = world.actor("agnes")

    def work() -> object:
        with as_actor(agnes):
            return issue_number(actor=agnes, unit_id=world.units["UMU-S1"])

    assert sorted(map(str, _at_once(work, 4))) == [f"UMU-001000{n}" for n in range(1, 5)]


def test_an_enrolment_without_money_is_undone_and_signed_again(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        first = Enrolment.objects.get(household_id=world.households["UMU-1001"], year_id=2025)
        with pytest.raises(DomainError, match="pourquoi"):
            undo_enrolment(actor=agnes, enrolment_id=first.pk, because=" ")
        undone = undo_enrolment(actor=agnes, enrolment_id=first.pk, because="erreur")
        assert (undone.cancelled_on, undone.cancelled_because) == (TODAY, "erreur")
        with pytest.raises(Conflict):
            undo_enrolment(actor=agnes, enrolment_id=first.pk, because="encore")
        assert _enrol(world, agnes).pk != first.pk
