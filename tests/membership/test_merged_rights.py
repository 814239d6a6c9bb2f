"""A merge takes no right from a person and gives none unseen: deaths, entries, covered days."""

from datetime import date

import pytest

from conamus.kernel.errors import DomainError
from membership.models import Beneficiary, DuplicatePair, Enrolment
from membership.selectors.backdatings import backdatings
from membership.selectors.rights import coverage_of_household
from membership.services.households import register_household
from membership.services.life_events import add_dependant, record_death, record_departure
from membership.services.merges import merge_people
from membership.services.standing import strike_off
from tests.membership.families import TODAY, family, head, person
from tests.membership.money import owing

KEPT, OTHER = "UMU-1001-2", "UMU-1002-2"
DIED_ON = date(2025, 6, 20)


def _record(number: str) -> Beneficiary:
    return Beneficiary.objects.get(number=number)


def _merge(actor, kept: str, dropped: str) -> Beneficiary:
    return merge_people(
        actor=actor, kept_id=_record(kept).pk, dropped_id=_record(dropped).pk, because="un enfant"
    )


def _rights(number: str):
    record = _record(number)
    return dict(coverage_of_household(record.household_id, TODAY))[record]


def test_nobody_lives_on_whose_death_is_written(world, as_actor, behind_the_wall) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        record_death(actor=amina, person_id=_record(OTHER).pk, died_on=DIED_ON)
        for kept, dropped in ((KEPT, OTHER), (OTHER, KEPT)):
            with pytest.raises(DomainError, match=f"{OTHER} dit un décès le 20/06/2025"):
                _merge(amina, kept, dropped)
        record_death(actor=amina, person_id=_record(KEPT).pk, died_on=date(2025, 6, 21))
        with pytest.raises(DomainError, match="le 20/06/2025 et le 21/06/2025"):
            _merge(amina, KEPT, OTHER)
        # As it is once the wrong one was taken back and written again.
        with behind_the_wall():
            Beneficiary.objects.filter(number=KEPT).update(
                died_on=DIED_ON, left_on=date(2025, 6, 21)
            )
        assert _merge(amina, KEPT, OTHER).died_on == DIED_ON


def test_who_had_left_is_dead_under_the_record_that_is_kept(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        record_departure(
            actor=amina, person_id=_record(KEPT).pk, left_on=DIED_ON, because="departure"
        )
        record_death(actor=amina, person_id=_record(OTHER).pk, died_on=date(2025, 6, 19))
        assert _merge(amina, KEPT, OTHER).died_on == date(2025, 6, 19)


def test_no_death_is_taken_over_of_who_is_in_another_household(world, as_actor) -> None:
    """Who left and entered a household of another federation lives there, whatever is merged."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        kept = _record(KEPT)
        record_departure(
            actor=amina, person_id=kept.pk, left_on=date(2025, 6, 10), because="departure"
        )
        record_death(actor=amina, person_id=_record(OTHER).pk, died_on=DIED_ON)
    with as_actor(bernard):
        facts = person(
            kept.given_name, "other", family_name=kept.family_name, sex=kept.sex,
            birth_date=kept.birth_date,
        )  # fmt: skip
        add_dependant(
            actor=bernard, household_id=world.households["INE-1001"], facts=facts,
            joined_on=TODAY, known_number=KEPT,
        )  # fmt: skip
    with as_actor(amina), pytest.raises(DomainError, match=r"dit un décès.*fédération Ineza"):
        _merge(amina, KEPT, OTHER)


def test_both_pages_tell_deaths_closings_and_rights(world, as_actor, sign_in) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        record_death(actor=amina, person_id=_record(OTHER).pk, died_on=DIED_ON)
        strike_off(
            actor=amina, household_id=world.households["UMU-1001"], version=None, on=TODAY,
            because="faux papiers",
        )  # fmt: skip
        kept, other = _record(KEPT), _record(OTHER)
        pair = DuplicatePair.objects.create(
            tenant_id=amina.tenant_id, first=kept, second=other, score=99, reasons="noms"
        )
    client = sign_in("amina")
    for at in (
        f"/menages/personnes/{kept.pk}/fusionner/?number={OTHER}", f"/doublons/{pair.pk}/"
    ):  # fmt: skip
        told = client.get(at).content.decode()
        assert "<td>20/06/2025</td><td>différent" in told
        assert "<td>radiation le 30/06/2025</td><td>ouvert</td>" in told
        assert "Ménage radié" in told
    refused = client.post(f"/doublons/{pair.pk}/", {"decision": f"keep-{kept.pk}"})
    assert refused.status_code == 409
    assert "inscrivez-y d’abord ce décès" in refused.content.decode()


@pytest.fixture
def newcomer(world, as_actor) -> Beneficiary:
    """A wife who entered UMU-1003 five days ago, and waits; 2025 is paid there."""
    amina = world.actor("amina")
    wife = person("Odette", "spouse", birth_date=date(1990, 3, 1))
    with as_actor(amina):
        return add_dependant(
            actor=amina, household_id=world.households["UMU-1003"], facts=wife,
            joined_on=date(2025, 6, 25),
        )  # fmt: skip


def test_years_in_a_household_never_enrolled_spare_no_waiting(newcomer, world, as_actor) -> None:
    amina = world.actor("amina")
    long_ago = date(2025, 2, 4)
    with as_actor(amina):
        wife = person("Odette", "spouse", birth_date=date(1990, 3, 1))
        other = register_household(
            actor=amina, facts=family(world, head(), wife, registered_on=long_ago),
            is_confirmed=True,
        )  # fmt: skip
        dropped = other.members.get(relationship="spouse")
        assert dropped.joined_on == long_ago
        assert _rights(newcomer.number).opens_on == date(2025, 7, 25)
        merged = _merge(amina, newcomer.number, dropped.number)
        assert merged.joined_on == date(2025, 6, 25)
        assert _rights(newcomer.number).opens_on == date(2025, 7, 25)
        assert not backdatings(amina)


def test_the_earlier_entry_into_the_same_household_counts_and_is_listed(
    newcomer, world, as_actor
) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        again = add_dependant(
            actor=amina, household_id=newcomer.household_id, joined_on=TODAY, is_confirmed=True,
            facts=person("Odeta", "spouse", birth_date=date(1990, 3, 1)),
        )  # fmt: skip
        merged = _merge(amina, again.number, newcomer.number)
        assert (merged.joined_on, merged.declared_on) == (date(2025, 6, 25), date(2025, 6, 25))
        assert _rights(again.number).opens_on == date(2025, 7, 25)
        (row,) = backdatings(amina)
        assert (row.event.kind, row.dated_on, row.written_on, row.reason) == (
            "merged", date(2025, 6, 25), TODAY, "un enfant",
        )  # fmt: skip


def test_covered_days_are_not_lost(world, as_actor) -> None:
    """The other record is covered; the kept one is in a household that owes, or struck off."""
    amina = world.actor("amina")
    with as_actor(amina):
        owing("UMU-1001")
        with pytest.raises(DomainError, match="couverte du 01/01/2025 au 31/12/2025") as refused:
            _merge(amina, KEPT, OTHER)
        for told in (f"Gardez la fiche {OTHER}", "soldez d’abord", "inscription par erreur"):
            assert told in refused.value.message
        assert _record(OTHER).left_on is None
        owing("UMU-1001", contribution_francs=0)
        strike_off(
            actor=amina, household_id=world.households["UMU-1001"], version=None, on=TODAY,
            because="faux papiers",
        )  # fmt: skip
        with pytest.raises(DomainError, match=r"UMU-1001 est fermé \(radiation\)"):
            _merge(amina, KEPT, OTHER)
        assert _merge(amina, OTHER, KEPT).left_on is None
        assert _rights(OTHER).is_open


def test_the_next_year_is_not_lost_either(world, as_actor) -> None:
    """Of a household of which others are left: it does not close, and keeps its enrolments."""
    amina = world.actor("amina")
    with as_actor(amina):
        row = Enrolment.objects.get(household__number="UMU-1002", year_id=2025)
        row.pk, row.year_id, row.is_renewal = None, 2026, True
        row.save(force_insert=True)
        with pytest.raises(DomainError, match="couverte du 01/01/2026 au 31/12/2026 ;"):
            _merge(amina, KEPT, OTHER)
        assert _merge(amina, OTHER, KEPT).pk


def _days_open(number: str, days: list[date]) -> list[bool]:
    record = _record(number)
    return [dict(coverage_of_household(record.household_id, on))[record].is_open for on in days]


class TestOneHouseholdTwoEntries:
    """A cousin written twice into UMU-1001: as a stranger, who waits, and by number, covered."""

    DAYS = [date(2025, 5, 25), date(2025, 6, 10), date(2025, 6, 22), date(2025, 6, 29)]

    @pytest.fixture
    def twice(self, world, as_actor):
        """Returns how to write the stranger on a day, then the girl of UMU-1002 on 28 June."""
        amina = world.actor("amina")

        def write(stranger_on: date, *, leaves_on: date | None = None):
            Enrolment.objects.filter(household__number="UMU-1002", year_id=2025).update(
                enrolled_on=date(2025, 5, 16)
            )
            Beneficiary.objects.filter(number=OTHER).update(birth_date=date(2012, 5, 17))
            ange, home = _record(OTHER), world.households["UMU-1001"]
            stranger = add_dependant(
                actor=amina, household_id=home, joined_on=stranger_on, is_confirmed=True,
                backdating_reason="papier tardif",
                facts=person(
                    "Keza", "other", family_name=ange.family_name, sex=ange.sex,
                    birth_date=date(2012, 5, 18),
                ),
            )  # fmt: skip
            if leaves_on is not None:
                record_departure(
                    actor=amina, person_id=stranger.pk, left_on=leaves_on, because="departure",
                    backdating_reason="parti",
                )  # fmt: skip
            record_departure(
                actor=amina, person_id=ange.pk, left_on=date(2025, 6, 28), because="departure"
            )
            known = add_dependant(
                actor=amina, household_id=home, joined_on=date(2025, 6, 28), known_number=OTHER,
                is_confirmed=True,
                facts=person(
                    ange.given_name, "other", family_name=ange.family_name, sex=ange.sex,
                    birth_date=ange.birth_date,
                ),
            )  # fmt: skip
            assert (stranger.continues_cover, known.continues_cover) == (False, True)
            return stranger.number, known.number

        with as_actor(amina):
            yield write

    def test_a_continued_cover_does_not_reach_back_to_the_earlier_entry(self, twice, world):
        stranger, known = twice(date(2025, 5, 20))
        assert _days_open(stranger, self.DAYS) == [False, False, True, True]
        assert _days_open(known, self.DAYS) == [False, False, False, True]
        merged = _merge(world.actor("amina"), known, stranger)
        assert (merged.joined_on, merged.continues_cover) == (date(2025, 5, 20), False)
        assert _days_open(known, self.DAYS) == [False, False, True, True], "what either had"

    def test_nor_is_it_given_up_for_a_waiting(self, twice, world):
        stranger, known = twice(date(2025, 6, 20))
        days = [*self.DAYS, date(2025, 7, 10), date(2025, 8, 1)]
        own = [False, False, False, True, True, True]
        assert _days_open(known, days) == own
        assert not _days_open(stranger, days)[4], "who waits until 20 July"
        merged = _merge(world.actor("amina"), known, stranger)
        assert (merged.joined_on, merged.continues_cover) == (date(2025, 6, 28), True)
        assert _days_open(known, days) == own

    def test_who_left_and_came_again_was_not_there_in_between(self, twice, world):
        """Two entries, not one written twice: no single record says both without the gap."""
        stranger, known = twice(date(2025, 5, 1), leaves_on=date(2025, 6, 20))
        assert _days_open(stranger, self.DAYS) == [False, True, False, False]
        with pytest.raises(DomainError, match=f"{stranger}, ou reprenez d’abord sa sortie"):
            _merge(world.actor("amina"), known, stranger)
