"""Packages and tariffs: what the cases do not say of them."""

from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from hypothesis import given

from claims.rules.package import Package, Rate, Target
from claims.rules.packages import PARTS, clauses_of, faults
from claims.rules.sentences import clause_sentence, describe
from claims.rules.targets import closeness, do_meet
from claims.rules.tariffs import Tariff, TariffBook, closest, overlaps
from claims.rules.words import LEVELS, OWNERSHIPS, SEXES
from conamus.kernel.periods import Period
from federations.models import HealthFacility
from membership.models import Beneficiary
from tests.rules.care_builders import random_package, random_target, seeds


class TestWords:
    def test_types_ownerships_and_sexes_are_those_of_the_registers(self) -> None:
        assert set(LEVELS) == set(HealthFacility.Type.values)
        assert set(OWNERSHIPS) == set(HealthFacility.Ownership.values)
        assert set(SEXES) == set(Beneficiary.Sex.values)

    def test_every_part_of_a_package_has_its_french_name(self) -> None:
        said = {part.name for part in fields(Package) if part.init}
        assert set(PARTS) - {"package"} == said - {"year", "late_after_days", "accepts_unpriced"}

    @given(seeds())
    def test_every_clause_is_explained_in_its_place(self, r: Random) -> None:
        package = random_package(r)
        said = describe(package)
        clauses = [clause for _, _, clause in clauses_of(package)]
        assert list(said[: len(clauses)]) == [clause_sentence(clause) for clause in clauses]
        assert all(sentence.endswith(".") for sentence in said)

    def test_acts_are_named_where_their_names_are_known(self) -> None:
        package = Package(2025, rates=(Rate(Fraction(1, 2), Target(act="ECHO")),))
        assert describe(package, {"ECHO": "échographie"})[0].startswith("Échographie : ")


class TestCloseness:
    @given(seeds())
    def test_clauses_as_close_that_meet_name_the_same_things(self, r: Random) -> None:
        one, other = random_target(r), random_target(r)
        if closeness(one) == closeness(other) and do_meet(one, other):
            assert (one.act, one.family, one.level, one.ownership, one.kind, one.sex) == (
                (other.act, other.family, other.level, other.ownership, other.kind, other.sex)
            )

    @given(seeds())
    def test_meeting_goes_both_ways(self, r: Random) -> None:
        one, other = random_target(r), random_target(r)
        assert do_meet(one, other) == do_meet(other, one)
        assert do_meet(one, one)
        assert do_meet(one, Target())

    def test_each_thing_named_outweighs_all_that_follow(self) -> None:
        names = {
            "act": "ECHO", "family": "imaging", "level": "CDS", "ownership": "public",
            "kind": "stay", "sex": "F", "age_from": 5,
        }  # fmt: skip
        ordered = list(names)
        for rank, name in enumerate(ordered[:-1]):
            alone = Target(**{name: names[name]})
            all_after = Target(**{after: names[after] for after in ordered[rank + 1 :]})
            assert closeness(alone) > closeness(all_after)


class TestFaults:
    @given(seeds())
    def test_a_fault_names_a_clause_that_is_there(self, r: Random) -> None:
        package = Package(2025, rates=tuple(Rate(Fraction(1), random_target(r)) for _ in range(4)))
        for fault in faults(package):
            assert fault.place
            assert fault.rank <= len(package.rates)

    @given(seeds())
    def test_faults_come_alike_whatever_the_order_of_the_rates(self, r: Random) -> None:
        rates = [Rate(Fraction(1), random_target(r)) for _ in range(4)]
        shuffled = r.sample(rates, len(rates))
        one, other = (Package(2025, rates=tuple(some)) for some in (rates, shuffled))
        assert len(faults(one)) == len(faults(other))


class TestTariffs:
    @given(seeds())
    def test_a_book_says_what_its_tariffs_say(self, r: Random) -> None:
        tariffs = _without_overlap([_tariff(r) for _ in range(12)])
        book = TariffBook(tariffs)
        for _ in range(10):
            question = (
                r.choice(["CONS", "ECHO"]),
                r.choice(["F1", "F2"]),
                r.choice(["CDS", "HOPITAL"]),
                r.choice(["public", "private"]),
                date(2025, 1, 1) + timedelta(days=r.randrange(365)),
            )
            found = closest(tariffs, *question)
            assert book.closest(*question) == found
            assert found is None or (found.act == question[0] and question[4] in found.period)

    @given(seeds())
    def test_without_overlap_one_is_always_closest(self, r: Random) -> None:
        tariffs = _without_overlap([_tariff(r) for _ in range(12)])
        assert overlaps(tariffs) == ()
        for days in range(0, 365, 30):
            on = date(2025, 1, 1) + timedelta(days=days)
            closest(tariffs, "CONS", "F1", "CDS", "public", on)

    def test_a_facilitys_own_tariff_is_one_whatever_type_is_written_beside_it(self) -> None:
        year = Period(date(2025, 1, 1), None)
        one = Tariff("CONS", "F1", "CDS", None, year, 1_000)
        other = Tariff("CONS", "F1", None, "public", year, 2_000)
        assert overlaps([one, other]) == ((one, other),)


def _tariff(r: Random) -> Tariff:
    start = date(2025, 1, 1) + timedelta(days=r.randrange(300))
    end = r.choice([None, start + timedelta(days=r.randrange(1, 120))])
    facility = r.choice([None, None, "F1", "F2"])
    return Tariff(
        act=r.choice(["CONS", "ECHO"]),
        facility=facility,
        level=None if facility else r.choice([None, "CDS", "HOPITAL"]),
        ownership=None if facility else r.choice([None, "public", "private"]),
        period=Period(start, end),
        price_francs=r.randrange(5_000),
    )


def _without_overlap(tariffs: list[Tariff]) -> list[Tariff]:
    kept: list[Tariff] = []
    for tariff in tariffs:
        if not overlaps([*kept, tariff]):
            kept.append(tariff)
    return kept
