"""One person, one household of the network at a time; who is struck off may die, leave, enter."""

import threading
from datetime import date

import pytest
from django.db import connection

from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Household
from membership.selectors.rights import coverage_of_household
from membership.selectors.stays import other_stays
from membership.services.life_events import add_dependant, record_death, record_departure
from membership.services.merges import merge_people
from membership.services.numbers import renumber_household
from membership.services.standing import close_household, reinstate, strike_off
from membership.services.taken_back import take_back_leaving
from tests.membership.families import TODAY, person

CLOSED_ON, ENTERED_ON = date(2025, 6, 10), date(2025, 6, 24)
DIED_ON = date(2025, 6, 26)
NUMBER = "UMU-1002-2"


def _record(number: str = NUMBER) -> Beneficiary:
    return Beneficiary.objects.get(number=number)


@pytest.fixture
def ange(world, as_actor) -> Beneficiary:
    """A girl of UMU-1002, of another birthday than her homonyms of the other households."""
    with as_actor(world.actor("amina")):
        Beneficiary.objects.filter(number=NUMBER).update(birth_date=date(2012, 5, 17))
        return _record()


def _shut(world, actor, how) -> None:
    how(
        actor=actor, household_id=world.households["UMU-1002"], version=None, on=CLOSED_ON,
        because="faux papiers",
    )  # fmt: skip


def _enter(world, actor, household: str, one: Beneficiary, number: str = NUMBER, on=ENTERED_ON):
    facts = person(
        one.given_name, "other", family_name=one.family_name, sex=one.sex,
        birth_date=one.birth_date,
    )  # fmt: skip
    return add_dependant(
        actor=actor, household_id=world.households[household], facts=facts, joined_on=on,
        known_number=number,
    )  # fmt: skip


def _return(world, actor, on: date = ENTERED_ON):
    return reinstate(
        actor=actor, household_id=world.households["UMU-1002"], on=on, because="Assemblée"
    )


@pytest.mark.parametrize("how", [strike_off, close_household])
def test_a_household_does_not_bring_back_who_is_elsewhere(how, ange, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        _shut(world, amina, how)
        made = _enter(world, amina, "UMU-1001", ange)
        assert (made.person_id, made.continues_cover) == (ange.person_id, False)
        with pytest.raises(DomainError, match=f"sous le numéro {made.number}.*d’ici ou de là-bas"):
            _return(world, amina)
        record_departure(actor=amina, person_id=ange.pk, left_on=ENTERED_ON, because="departure")
        _return(world, amina)
        assert _record("UMU-1002-1").left_on is None
        open_under = [
            one.number
            for home in ("UMU-1001", "UMU-1002")
            for one, rights in coverage_of_household(world.households[home], TODAY)
            if rights.is_open and one.person_id == ange.person_id
        ]
        assert open_under == [], "she waits in the one household that she is in"


def test_nor_who_is_in_another_federation(ange, world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _shut(world, amina, strike_off)
    with as_actor(bernard):
        made = _enter(world, bernard, "INE-1001", ange)
    with as_actor(amina):
        with pytest.raises(DomainError, match="à la fédération Ineza") as refused:
            _return(world, amina)
        assert made.number not in refused.value.message, "a number stays where it is"
    with as_actor(bernard):
        record_departure(actor=bernard, person_id=made.pk, left_on=TODAY, because="departure")
    with as_actor(amina):
        with pytest.raises(DomainError, match="jusqu’au 30/06/2025") as refused:
            _return(world, amina)
        assert refused.value.field == "on"
        assert _return(world, amina, on=TODAY).closed_on is None


@pytest.mark.parametrize(("household", "where"), [("UMU-1001", "numéro"), ("INE-1001", "Ineza")])
def test_a_leaving_is_not_taken_back_from_elsewhere(
    household, where, ange, world, as_actor
) -> None:
    """Left by marriage, entered by number; in her own federation or another."""
    amina = world.actor("amina")
    host = amina if household == "UMU-1001" else world.actor("bernard")
    with as_actor(amina):
        record_departure(actor=amina, person_id=ange.pk, left_on=CLOSED_ON, because="marriage")
    with as_actor(host):
        made = _enter(world, host, household, ange)
    with as_actor(amina), pytest.raises(DomainError, match=f"{where}.*son départ de là"):
        take_back_leaving(actor=amina, person_id=ange.pk, because="erreur")
    with as_actor(host):
        record_departure(actor=host, person_id=made.pk, left_on=TODAY, because="mistake")
    with as_actor(amina):
        assert take_back_leaving(actor=amina, person_id=ange.pk, because="erreur").left_on is None


def test_an_old_number_does_not_lead_past_the_last_household(ange, world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        record_departure(actor=amina, person_id=ange.pk, left_on=CLOSED_ON, because="departure")
        made = _enter(world, amina, "UMU-1001", ange)
    with as_actor(bernard), pytest.raises(DomainError, match=r"encore dans.*fédération Umuco"):
        _enter(world, bernard, "INE-1001", ange)
    with as_actor(amina):
        record_departure(actor=amina, person_id=made.pk, left_on=TODAY, because="departure")
    with as_actor(bernard):
        with pytest.raises(DomainError, match="que le 30/06/2025") as refused:
            _enter(world, bernard, "INE-1001", ange)
        assert refused.value.field == "joined_on"
        assert _enter(world, bernard, "INE-1001", ange, on=TODAY).person_id == ange.person_id


def test_who_was_merged_is_where_the_kept_record_is(ange, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        kept = _record("UMU-1001-2")
        merge_people(actor=amina, kept_id=kept.pk, dropped_id=ange.pk, because="une personne")
        (stay,) = other_stays([ange.person_id], since=TODAY)
        assert (stay.number, stay.ended_on) == (kept.number, None)
        for household in ("UMU-1001", "UMU-1002"):
            renumber_household(
                actor=amina, household_id=world.households[household], version=None,
                because="deux fois le même",
            )  # fmt: skip
        kept.refresh_from_db()
        for asked in (ange.person_id, kept.person_id):
            assert [stay.number for stay in other_stays([asked], since=TODAY)] == [kept.number]


def test_a_merge_does_not_put_her_into_a_second_household(ange, world, as_actor) -> None:
    """The dropped record was left, and goes on in another federation."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        record_departure(actor=amina, person_id=ange.pk, left_on=CLOSED_ON, because="departure")
        kept = _record("UMU-1001-2")
    with as_actor(bernard):
        made = _enter(world, bernard, "INE-1001", ange)
    given = {"actor": amina, "kept_id": kept.pk, "dropped_id": ange.pk, "because": "une personne"}
    with as_actor(amina), pytest.raises(DomainError, match="fédération Ineza : inscrivez d’abord"):
        merge_people(**given)
    with as_actor(bernard):
        record_departure(actor=bernard, person_id=made.pk, left_on=TODAY, because="departure")
    with as_actor(amina):
        assert merge_people(**given).left_on is None


def test_two_federations_at_the_same_moment(own_database) -> None:
    """One takes the household back while the other takes the girl in: who comes second is told."""
    world, refused = own_database, []
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with open_scope(amina, source="essai"):
        _shut(world, amina, strike_off)
        girl = _record()

    def take_in() -> None:
        try:
            with open_scope(bernard, source="essai"):
                _enter(world, bernard, "INE-1001", girl)
        except DomainError as error:
            refused.append(error.message)
        finally:
            connection.close()

    second = threading.Thread(target=take_in)
    with open_scope(amina, source="essai"):
        _return(world, amina)
        second.start()
        second.join(timeout=1)
    second.join()
    assert "encore dans un autre ménage, à la fédération Umuco" in "".join(refused)


class TestStruckOff:
    def test_a_member_enters_another_household_by_number(self, ange, world, as_actor):
        amina = world.actor("amina")
        with as_actor(amina):
            strike_off(
                actor=amina, household_id=ange.household_id, version=None, on=date(2025, 6, 25),
                because="faux papiers",
            )  # fmt: skip
            with pytest.raises(DomainError, match="que le 25/06/2025"):
                _enter(world, amina, "UMU-1001", ange)
            made = _enter(world, amina, "UMU-1001", ange, on=date(2025, 6, 26))
            # Not covered on the day before: she waits like anybody.
            rights = dict(coverage_of_household(made.household_id, TODAY))[made]
            assert rights.opens_on == date(2025, 7, 26)

    def test_deaths_and_departures_are_written_and_taken_back(self, ange, world, as_actor):
        agnes, amina = world.actor("agnes"), world.actor("amina")
        with as_actor(amina):
            _shut(world, amina, strike_off)
        with as_actor(agnes):
            head, wife = _record("UMU-1002-0"), _record("UMU-1002-1")
            with pytest.raises(DomainError, match="choisissez qui le devient"):
                record_death(actor=agnes, person_id=head.pk, died_on=ENTERED_ON)
            record_death(
                actor=agnes, person_id=head.pk, died_on=ENTERED_ON, new_head_id=wife.pk
            )  # fmt: skip
            for one in (ange, wife):
                record_departure(
                    actor=agnes, person_id=one.pk, left_on=TODAY, because="departure"
                )  # fmt: skip
        with as_actor(amina):
            home = Household.objects.get(pk=ange.household_id)
            assert (home.closed_on, home.closed_because) == (CLOSED_ON, "struck_off")
            with pytest.raises(DomainError, match="n’a plus personne"):
                _return(world, amina)
            take_back_leaving(actor=amina, person_id=wife.pk, because="elle est restée")
            home.refresh_from_db()
            assert home.closed_on == CLOSED_ON, "that she is back does not undo the striking off"
            _return(world, amina)
            told = {one.number: one.left_on for one in home.members.all()}
            assert told == {"UMU-1002-0": date(2025, 6, 25), "UMU-1002-1": None, NUMBER: TODAY}

    def test_a_household_that_does_not_return_writes_nothing_more(self, ange, world, as_actor):
        agnes = world.actor("agnes")
        with as_actor(agnes):
            Household.objects.filter(pk=ange.household_id).update(
                closed_on=CLOSED_ON, closed_because="transferred"
            )
            with pytest.raises(DomainError, match="fermé"):
                record_death(actor=agnes, person_id=ange.pk, died_on=TODAY)

    def test_only_what_may_happen_is_offered(self, ange, world, as_actor, sign_in):
        with as_actor(world.actor("amina")):
            _shut(world, world.actor("amina"), strike_off)
        address = f"/menages/personnes/{ange.pk}/"
        page = sign_in("agnes").get(address).content.decode()
        for what, is_offered in (("depart/", True), ("deces/", True), ("corriger/", False)):
            assert (address + what in page) is is_offered, what
        sent = {"died_on": "2025-06-30", "submission_key": "t"}
        assert sign_in("agnes").post(f"{address}deces/", sent).status_code == 302


class TestDead:
    """Who died under one record is dead under every other, and no road brings them back alive."""

    @pytest.fixture(params=[("UMU-1001", "sous le numéro UMU-1001-04"), ("INE-1001", "Ineza")])
    def died(self, request, ange, world, as_actor):
        """Returns how to write that she entered elsewhere and died there, and what is told."""
        household, where = request.param
        host = world.actor("amina" if household == "UMU-1001" else "bernard")

        def write() -> Beneficiary:
            with as_actor(host):
                made = _enter(world, host, household, ange)
                return record_death(actor=host, person_id=made.pk, died_on=DIED_ON)

        return write, f"écès inscrit .*{where}, le 26/06/2025", host

    def test_does_not_return_with_a_household(self, died, ange, world, as_actor):
        write, told, _ = died
        agnes, amina = world.actor("agnes"), world.actor("amina")
        with as_actor(amina):
            _shut(world, amina, strike_off)
        write()
        with as_actor(amina), pytest.raises(DomainError, match=f"{NUMBER}.*{told}"):
            _return(world, amina, on=date(2025, 6, 28))
        with as_actor(agnes):
            with pytest.raises(DomainError, match=f"{told}.*ici son départ"):
                record_death(actor=agnes, person_id=ange.pk, died_on=date(2025, 6, 27))
            record_departure(
                actor=agnes, person_id=ange.pk, left_on=ENTERED_ON, because="departure"
            )
        with as_actor(amina):
            _return(world, amina, on=date(2025, 6, 28))
            assert _rights_under(ange.person_id, ange.household_id) == [False]

    def test_does_not_enter_by_an_old_number(self, died, ange, world, as_actor):
        write, told, _ = died
        agnes = world.actor("agnes")
        with as_actor(agnes):
            record_departure(
                actor=agnes, person_id=ange.pk, left_on=ENTERED_ON, because="departure"
            )
        write()
        with as_actor(agnes), pytest.raises(DomainError, match=told) as refused:
            _enter(world, agnes, "UMU-1003", ange, on=date(2025, 6, 28))
        assert refused.value.field == "known_number"

    def test_does_not_live_on_in_a_merged_record(self, died, ange, world, as_actor):
        write, told, _ = died
        amina = world.actor("amina")
        with as_actor(amina):
            record_departure(
                actor=amina, person_id=ange.pk, left_on=ENTERED_ON, because="departure"
            )
        write()
        with as_actor(amina):
            kept = _record("UMU-1003-0")
            Beneficiary.objects.filter(pk=kept.pk).update(sex="F")
            given = {"kept_id": kept.pk, "dropped_id": ange.pk, "because": "une personne"}
            with pytest.raises(DomainError, match=f"{told}.*UMU-1003-0 et {NUMBER}"):
                merge_people(actor=amina, **given)
            # Dead under both, neither death could be taken back.
            record_death(actor=amina, person_id=kept.pk, died_on=DIED_ON)
            with pytest.raises(DomainError, match=told):
                merge_people(actor=amina, **given)
            take_back_leaving(actor=amina, person_id=kept.pk, because="un départ")
            record_departure(
                actor=amina, person_id=kept.pk, left_on=ENTERED_ON, because="departure"
            )
            merge_people(actor=amina, **given)
            with pytest.raises(DomainError, match=told):
                take_back_leaving(actor=amina, person_id=kept.pk, because="erreur")

    def test_comes_back_only_where_the_death_is_written(self, died, ange, world, as_actor):
        """A death that was a mistake: taken back there, nothing hinders any more."""
        write, told, host = died
        amina = world.actor("amina")
        with as_actor(amina):
            record_departure(
                actor=amina, person_id=ange.pk, left_on=ENTERED_ON, because="departure"
            )
        dead = write()
        with as_actor(amina), pytest.raises(DomainError, match=f"ne revient pas : d{told}"):
            take_back_leaving(actor=amina, person_id=ange.pk, because="erreur")
        with as_actor(host):
            back = take_back_leaving(actor=host, person_id=dead.pk, because="erreur de nom")
            assert (back.died_on, back.left_on) == (None, None)
            record_departure(actor=host, person_id=dead.pk, left_on=TODAY, because="departure")
        with as_actor(amina):
            assert _enter(world, amina, "UMU-1003", ange, on=TODAY).person_id == ange.person_id

    def test_dies_where_she_lives_not_where_she_was_struck_off(self, ange, world, as_actor):
        """Written under the record that she left, the death would leave the other one alive."""
        agnes, amina = world.actor("agnes"), world.actor("amina")
        with as_actor(amina):
            _shut(world, amina, strike_off)
            made = _enter(world, amina, "UMU-1001", ange)
        with as_actor(agnes):
            with pytest.raises(DomainError, match=f"{made.number} : inscrivez le décès là"):
                record_death(actor=agnes, person_id=ange.pk, died_on=DIED_ON)
            assert record_death(actor=agnes, person_id=made.pk, died_on=DIED_ON).died_on == DIED_ON

    def test_a_dropped_record_does_not_come_back(self, ange, world, as_actor):
        """Its death is the kept record's: taken back there, and only there."""
        amina = world.actor("amina")
        with as_actor(amina):
            kept = _record("UMU-1001-2")
            for one in (ange, kept):
                record_death(actor=amina, person_id=one.pk, died_on=DIED_ON)
            merge_people(actor=amina, kept_id=kept.pk, dropped_id=ange.pk, because="une personne")
            with pytest.raises(DomainError, match="doublon d’une autre fiche"):
                take_back_leaving(actor=amina, person_id=ange.pk, because="erreur")
            assert take_back_leaving(
                actor=amina, person_id=kept.pk, because="erreur"
            ).left_on is None  # fmt: skip


def _rights_under(person_id, household_id: int) -> list[bool]:
    rows = coverage_of_household(household_id, TODAY)
    return [rights.is_open for one, rights in rows if one.person_id == person_id]
