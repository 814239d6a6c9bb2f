"""A newborn whom nobody has declared, answered for by its mother's card."""

from datetime import date

import pytest
from django.urls import reverse

from claims.rules.rights import care_rights
from conamus.kernel.errors import DomainError
from membership.documents.certificate import certificate_pdf
from membership.models import Beneficiary, Campaign, Enrolment, Household, RightsCheck
from membership.rules.rights import open_periods
from membership.selectors.backdatings import backdatings
from membership.selectors.balances import owed_by
from membership.selectors.rights import coverage_of_household, own_people
from membership.selectors.valid_members import people_living_in, valid_members
from membership.services.corrections import correct_person
from membership.services.life_events import add_dependant, record_birth
from membership.services.rights import Outcome
from membership.services.standing import strike_off
from tests.membership.asking import ask
from tests.membership.families import TODAY, person
from tests.membership.importing import child as child_row
from tests.membership.importing import csv_of, loaded, outcomes, told
from tests.membership.test_receipts import text_of

BORN = date(2025, 6, 10)
#: Of a household insured in 2024 that signs for 2025 on ``SIGNED``.
DECEMBER, SIGNED = date(2024, 12, 20), date(2025, 1, 10)


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


def _signs_late(world, as_actor) -> str:
    """UMU-1001, insured in 2024, signs for 2025 on 10 January only; return the mother's number."""
    number = _make_mother(world, as_actor)
    with as_actor(world.system("UMUCO")):
        rows = Enrolment.objects.filter(household_id=world.households["UMU-1001"], year_id=2025)
        rows.update(enrolled_on=SIGNED)
    return number


@pytest.mark.parametrize(
    ("on", "is_open"),
    [
        (date(2025, 1, 5), True),
        (SIGNED, True),
        (date(2025, 3, 19), True),
        (date(2025, 3, 20), False),
        (TODAY, False),
    ],
)
def test_a_signature_after_the_birth_takes_nothing_and_declares_nobody(
    on, is_open, world, as_actor
) -> None:
    number = _signs_late(world, as_actor)
    [mother] = ask(world, as_actor, "fabrice", number, on=on, born_on=DECEMBER).people
    assert mother.newborn.is_open is is_open
    assert mother.newborn.last_day == (date(2025, 3, 19) if is_open else None)


def test_every_door_tells_the_same_of_twins_of_whom_one_is_declared_in_june(
    world, as_actor
) -> None:
    """Rights check, the household's page, the printed list and what a claim is judged by."""
    mother = _signs_late(world, as_actor)
    amina = world.actor("amina")
    with as_actor(amina):
        child = record_birth(
            actor=amina,
            household_id=world.households["UMU-1001"],
            facts=person("Ketsia", birth_date=DECEMBER),
            declared_on=TODAY,
            is_confirmed=True,
        )
    days = [date(2025, 1, 5), date(2025, 3, 19), date(2025, 3, 20), date(2025, 6, 29), TODAY]
    expected = [True, True, False, False, True]
    checked = [ask(world, as_actor, "fabrice", child.number, on=on).people[0] for on in days]
    assert [one.is_open for one in checked] == expected
    with as_actor(amina):
        assert [child.pk in _open_in_household(child, on) for on in days] == expected
        assert [child.number in _printed(child, on) for on in days] == expected
        judged = [own_people(child.tenant_id, [child.pk], on)[0].facts for on in days]
        rights = [care_rights(facts, on) for facts, on in zip(judged, days, strict=True)]
        assert [
            any(on in p for p in one.periods) for one, on in zip(rights, days, strict=True)
        ] == (expected)
    twin = ask(world, as_actor, "fabrice", mother, on=TODAY, born_on=DECEMBER).people[0].newborn
    assert not twin.is_open
    assert twin.sentence.startswith("Enfant né le 20/12/2024, non déclaré")


def _open_in_household(child: Beneficiary, on: date) -> list[int]:
    return [one.pk for one, told in coverage_of_household(child.household_id, on) if told.is_open]


def _printed(child: Beneficiary, on: date) -> list[str]:
    batches = valid_members(child.tenant_id, [child.pk], on)
    return [line.number for _, lines in batches for line in lines]


#: A child born before its mother came, and the day on which both came.
IN_MAY, CAME = date(2025, 5, 10), date(2025, 6, 20)


def test_who_enters_a_covered_household_covers_no_child_that_she_had_before(
    world, as_actor
) -> None:
    """Nor one that is born while she waits: her own rights of the day decide."""
    agnes = world.actor("agnes")
    with as_actor(agnes):
        wife = add_dependant(
            actor=agnes, household_id=world.households["UMU-1001"], joined_on=CAME,
            facts=person("Diane", "spouse", birth_date=date(1998, 2, 1)), is_confirmed=True,
        )  # fmt: skip
    for born in (date(2025, 5, 1), date(2025, 6, 25)):
        [mother] = ask(world, as_actor, "fabrice", wife.number, born_on=born).people
        assert not mother.is_open
        assert not mother.newborn.is_open
        assert mother.newborn.sentence.startswith(f"Enfant né le {born:%d/%m/%Y}, non déclaré")


def test_a_child_that_a_woman_brings_with_her_is_no_birth_in_the_household(world, as_actor) -> None:
    """Unless another may be its mother, who was there on the day, even if she is gone since."""
    agnes, key = world.actor("agnes"), world.households["UMU-1001"]
    asked = {"actor": agnes, "household_id": key, "declared_on": TODAY, "is_confirmed": True}
    with as_actor(agnes):
        Beneficiary.objects.filter(household_id=key).update(sex="M")
        add_dependant(
            actor=agnes, household_id=key, joined_on=TODAY, is_confirmed=True,
            facts=person("Diane", "spouse", birth_date=date(1998, 2, 1)),
        )  # fmt: skip
        with pytest.raises(DomainError, match="que depuis le 30/06/2025") as refused:
            record_birth(facts=person("Kelly", birth_date=IN_MAY), **asked)
        assert refused.value.field == "birth_date"
        since_birth = {"facts": person("Kelly", birth_date=CAME), "joined_on": CAME}
        with pytest.raises(DomainError, match="que depuis le 30/06/2025"):
            add_dependant(actor=agnes, household_id=key, is_confirmed=True, **since_birth)
        Beneficiary.objects.filter(number="UMU-1001-1").update(
            sex="F", birth_date=date(1995, 3, 1), left_on=TODAY, left_because="departure"
        )
        assert record_birth(facts=person("Kelly", birth_date=IN_MAY), **asked).joined_on == IN_MAY


@pytest.mark.parametrize("relationship", ["child", "other"])
def test_a_baby_that_enters_waits_from_its_entry_as_anybody(relationship, world, as_actor) -> None:
    """Of seven weeks, or of more than the first days: nothing is open before it came."""
    agnes, key = world.actor("agnes"), world.households["UMU-1001"]
    with as_actor(agnes):
        babies = [
            add_dependant(
                actor=agnes, household_id=key, joined_on=TODAY, is_confirmed=True,
                facts=person(given, relationship, birth_date=born),
            )
            for given, born in (("Kelly", IN_MAY), ("Lise", date(2025, 3, 20)))
        ]  # fmt: skip
        for baby in babies:
            [found] = own_people(baby.tenant_id, [baby.pk], TODAY)
            [period] = open_periods(found.facts)
            assert period.start == date(2025, 7, 30)


def _declared(actor, world, born: date, declared_on: date = TODAY) -> Beneficiary:
    return record_birth(
        actor=actor, household_id=world.households["UMU-1001"], declared_on=declared_on,
        facts=person("Ketsia", birth_date=born), is_confirmed=True,
    )  # fmt: skip


def _born_on(actor, child: Beneficiary, born: date, **more) -> Beneficiary:
    """Correct a birthday as the page does, which sends the entry as it was."""
    return correct_person(
        actor=actor, person_id=child.pk, facts=person("Ketsia", birth_date=born), is_confirmed=True,
        version=Household.objects.get(pk=child.household_id).version,
        **{"joined_on": child.joined_on, **more},
    )  # fmt: skip


def _starts(child: Beneficiary) -> list[date]:
    [found] = own_people(child.tenant_id, [child.pk], TODAY)
    return [period.start for period in open_periods(found.facts)]


def test_a_birth_whose_day_was_mistyped_stays_a_birth_in_the_household(world, as_actor) -> None:
    _make_mother(world, as_actor)
    amina = world.actor("amina")
    with as_actor(amina):
        child = _declared(amina, world, BORN)
        for right in (date(2025, 6, 8), date(2025, 6, 12)):
            child = _born_on(amina, child, right, backdating_reason="acte de naissance")
            assert _starts(child) == [right]


class TestABirthdayThatOpensDaysThatAreOver:
    """It is the manager's, with a reason, and listed, whichever way the birth is moved."""

    #: Typed, right, the first day that was closed until then, and one such day.
    OPENS = [
        (date(2025, 6, 20), date(2025, 1, 5), date(2025, 1, 5), date(2025, 2, 1)),
        # Declared in June, after the first days: a later birth has later ones.
        (date(2025, 1, 5), date(2025, 4, 1), date(2025, 4, 5), date(2025, 5, 15)),
    ]

    @pytest.mark.parametrize(("typed", "right", "opened_on", "day"), OPENS)
    def test_an_agent_asks_the_manager(self, world, as_actor, typed, right, opened_on, day) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            child = _declared(agnes, world, typed)
            with pytest.raises(DomainError, match=f"dès le {opened_on:%d/%m/%Y}") as refused:
                _born_on(agnes, child, right, backdating_reason="un agent n’en décide pas")
            assert refused.value.field == "birth_date"
            child.refresh_from_db()
            assert (child.birth_date, child.joined_on) == (typed, typed)
            assert child.pk not in _open_in_household(child, day)

    @pytest.mark.parametrize(("typed", "right", "opened_on", "day"), OPENS)
    def test_the_manager_says_why(self, world, as_actor, typed, right, opened_on, day) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            child = _declared(amina, world, typed)
            with pytest.raises(DomainError, match="dites pourquoi") as refused:
                _born_on(amina, child, right)
            assert refused.value.field == "backdating_reason"
            child = _born_on(amina, child, right, backdating_reason="acte de naissance")
            assert child.joined_on == right
            assert child.pk in _open_in_household(child, day)
            [row] = backdatings(amina)
            assert (row.event.kind, row.event.beneficiary_id) == ("corrected", child.pk)
            assert (row.dated_on, row.reason) == (opened_on, "acte de naissance")

    def test_the_page_tells_it_at_the_birth_and_asks_the_manager_why(
        self, world, as_actor, sign_in
    ) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            child = _declared(agnes, world, date(2025, 6, 20))
            version = Household.objects.get(pk=child.household_id).version
        typed = {
            "family_name": child.family_name, "given_name": child.given_name, "sex": "F",
            "relationship": "child", "birth": "05/01/2025", "joined_on": "2025-06-20",
            "version": version, "confirmed": "1",
        }  # fmt: skip
        page = reverse("household_person_edit", args=[child.pk])
        refused = sign_in("agnes").post(page, typed)
        assert refused.status_code == 422
        assert "id_birth_error" in refused.content.decode()
        assert "dès le 05/01/2025 : demandez-la au gestionnaire" in refused.content.decode()
        amina = sign_in("amina")
        unsaid = amina.post(page, typed)
        assert unsaid.status_code == 422
        assert "id_backdating_reason_error" in unsaid.content.decode()
        said = {**typed, "backdating_reason": "acte de naissance"}
        assert amina.post(page, said).status_code == 302
        assert "acte de naissance" in amina.get(reverse("backdatings")).content.decode()

    def test_an_entry_made_a_birth_or_a_birth_an_entry(self, world, as_actor) -> None:
        """A birth does not wait; an entry may count from before the declaration."""
        agnes, key = world.actor("agnes"), world.households["UMU-1001"]
        with as_actor(world.actor("amina")):
            Campaign.objects.filter(tenant_id=world.tenants["UMUCO"]).update(entry_back_days=365)
        with as_actor(agnes):
            came = add_dependant(
                actor=agnes, household_id=key, joined_on=date(2025, 6, 10), is_confirmed=True,
                facts=person("Ketsia", birth_date=date(2025, 6, 1)),
            )  # fmt: skip
            with pytest.raises(DomainError, match="dès le 10/06/2025") as refused:
                _born_on(agnes, came, date(2025, 6, 10))
            assert refused.value.field == "birth_date"
            born = _declared(agnes, world, date(2025, 1, 4))
            with pytest.raises(DomainError, match="dès le 04/04/2025") as refused:
                _born_on(agnes, born, born.birth_date, joined_on=date(2025, 1, 5))
            assert refused.value.field == "joined_on"

    def test_what_opens_nothing_is_the_agents_and_is_not_listed(self, world, as_actor) -> None:
        """Declared within the first days, a later birth closes days; so does an earlier entry."""
        agnes, amina = world.actor("agnes"), world.actor("amina")
        with as_actor(agnes):
            child = _declared(agnes, world, date(2025, 6, 10))
            child = _born_on(agnes, child, date(2025, 6, 26))
            # As far back as an agent declares a birth.
            child = _born_on(agnes, child, date(2025, 6, 23))
            assert _starts(child) == [date(2025, 6, 23)]
        with as_actor(amina):
            assert not backdatings(amina).exists()

    def test_nobody_is_declared_before_the_birth(self, world, as_actor) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            child = _declared(agnes, world, date(2025, 6, 20), declared_on=date(2025, 6, 25))
            with pytest.raises(DomainError, match="après sa déclaration, le 25/06") as refused:
                _born_on(agnes, child, date(2025, 6, 28))
            assert refused.value.field == "birth_date"
            assert _born_on(agnes, child, date(2025, 6, 25)).joined_on == date(2025, 6, 25)

    def test_who_was_told_by_coming_is_told_by_the_birth_that_is_right(
        self, world, as_actor
    ) -> None:
        amina, key = world.actor("amina"), world.households["UMU-1001"]
        with as_actor(amina):
            Beneficiary.objects.filter(number="UMU-1001-1").update(sex="F")
            child = add_dependant(
                actor=amina, household_id=key, joined_on=date(2025, 6, 24), is_confirmed=True,
                facts=person("Ketsia", birth_date=date(2025, 6, 24)),
            )  # fmt: skip
            child = _born_on(amina, child, date(2025, 6, 26))
            assert (child.joined_on, child.declared_on) == (date(2025, 6, 26), date(2025, 6, 26))


@pytest.mark.parametrize(
    ("brings", "joined_on", "is_open"),
    [((), DECEMBER, True), (("conjoint",), SIGNED, False), (("autre",), DECEMBER, True)],
)
def test_a_birth_that_the_renewals_file_brings_is_one_where_its_mother_was_there(
    brings, joined_on, is_open, world, as_actor, tmp_path
) -> None:
    """A child who may have come with a woman of the same rows waits with her."""
    _signs_late(world, as_actor)
    amina, here = world.actor("amina"), {"number": "UMU-1001", "unit": "UMU-S1", "key": ""}
    here["enrolled"] = f"{SIGNED:%d/%m/%Y}"
    rows = [child_row("Kelly", birth=f"{DECEMBER:%d/%m/%Y}", **here)]
    rows += [child_row("Diane", birth="01/02/1998", link=link, **here) for link in brings]
    with as_actor(amina):
        made = loaded(amina, tmp_path, csv_of(rows))
        assert outcomes(made) == {"created": len(rows)}, told(made)
        baby = Beneficiary.objects.get(given_name="Kelly")
        assert (baby.joined_on, baby.declared_on) == (joined_on, SIGNED)
        on = date(2025, 1, 20)
        [found] = own_people(baby.tenant_id, [baby.pk], on)
        assert any(on in period for period in open_periods(found.facts)) is is_open


def test_a_baby_is_on_the_list_though_its_household_is_struck_off(world, as_actor) -> None:
    _make_mother(world, as_actor)
    amina, household_id = world.actor("amina"), world.households["UMU-1001"]
    with as_actor(amina):
        child = record_birth(
            actor=amina,
            household_id=household_id,
            facts=person("Ketsia", birth_date=BORN),
            declared_on=BORN,
            backdating_reason="Déclaré au poste de la colline.",
            is_confirmed=True,
        )
        strike_off(
            actor=amina, household_id=household_id, version=None, on=date(2025, 6, 20),
            because="Fausse déclaration.",
        )  # fmt: skip
        commune = child.household.colline.parent.parent_id
        listed = people_living_in(amina, communes=[commune], units=[], on=TODAY)
        of_household = Beneficiary.objects.filter(household_id=household_id, pk__in=listed)
        assert [one.number for one in of_household] == [child.number]
        assert _printed(child, TODAY) == [child.number]


def test_a_babys_first_days_do_not_certify_an_unpaid_household(world, as_actor) -> None:
    _signs_late(world, as_actor)
    amina, household_id = world.actor("amina"), world.households["UMU-1001"]
    with as_actor(amina):
        rows = Enrolment.objects.filter(household_id=household_id, year_id=2025)
        rows.update(contribution_francs=99_000)
        Enrolment.objects.filter(pk=rows.get().pk).update(enrolled_on=date(2025, 6, 15))
        Beneficiary.objects.filter(household_id=household_id, birth_date__year=2012).update(
            birth_date=DECEMBER, joined_on=DECEMBER, declared_on=date(2024, 12, 27)
        )
        household, row = Household.objects.get(pk=household_id), rows.get()
        on = date(2025, 3, 1)
        [baby] = [told for one, told in coverage_of_household(household_id, on) if told.is_open]
        assert "d’une mère couverte et déclaré le 27/12/2024" in baby.sentence
        printed = certificate_pdf(amina, household, row, owed_by(row), printed_on=on)
        assert "elle ne dit pas que ce ménage n’a pas à prendre" in text_of(printed.content)
