"""The generator of second records: each kind does what it says, and the bench counts rightly."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from bench.corruptions import HOW_MANY, MIX, WHERE, Kind, Record, Surroundings, Where, plant
from bench.corruptions.planting import CHANGES, corrupt
from bench.duplicates import Outcome, as_person
from membership.rules.identity import Match, Pair, Verdict

AROUND = Surroundings({"M": ("Jean", "Bosco"), "F": ("Marie", "Goreth")}, date(2025, 3, 31))
SOMEBODY = Record(
    key=1, family_name="Ndikuriyo", given_name="Scholastique", sex="F",
    birth_date=date(1984, 5, 11), is_birth_estimated=False, federation="F", unit="U1",
    colline="C1", household=1, phone="79111111", paper="123456789",
)  # fmt: skip


def drawing(seed: int) -> Random:
    """A generator that draws the same each time."""
    return Random(seed)  # noqa: S311 - no secret


def outcomes(kind: Kind, **known: object) -> list[Record]:
    """Many draws of one change of one record."""
    record = replace(SOMEBODY, **known)
    drawn = [CHANGES[kind](drawing(seed), record, AROUND) for seed in range(200)]
    return [one for one in drawn if one is not None]


def family_names(kind: Kind, name: str) -> set[str]:
    """What one change makes of a family name, where it is not the given name that it changes."""
    changed = {one.family_name for one in outcomes(kind, family_name=name, given_name="Bbx")}
    return changed - {name}


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (Kind.L_R, "Rukara", {"Lukara", "Rukala"}),
        (Kind.SH_S, "Shaka", {"Saka"}),
        (Kind.NZ_Z, "Nzeyimana", {"Zeyimana"}),
        (Kind.NZ_Z, "Bizimana", {"Binzimana"}),
        (Kind.IYE, "Bibiyé", {"Bibiye"}),
        (Kind.IYE, "Ndikiye", {"Ndikie", "Ndikiyé"}),
        (Kind.Y_I, "Sindayigaya", {"Sindaigaya", "Syndayigaya"}),
        (Kind.W_U, "Nduwimana", {"Nduimana"}),
        (Kind.VY_BY, "Havyarimana", {"Habyarimana"}),
        (Kind.C_K, "Caritas", {"Karitas"}),
        (Kind.C_K, "Dominique", {"Dominike"}),
        (Kind.PH_F, "Joseph", {"Josef"}),
        (Kind.MARKS, "Désiré", {"Desire"}),
        (Kind.MARKS, "Nta", {"N'Ta"}),
    ],
)
def test_a_name_is_spelt_by_ear_in_one_place(kind, name, expected):
    assert family_names(kind, name) == expected


def test_a_letter_is_doubled_or_undoubled():
    assert family_names(Kind.DOUBLED, "Anna") == {"Ana"}
    assert family_names(Kind.DOUBLED, "Keza") == {"Keeza"}


def test_the_finger_slips_once():
    assert family_names(Kind.MISSING, "Keza") == {"Eza", "Kza", "Kea", "Kez"}
    assert family_names(Kind.TRANSPOSED, "Keza") == {"Ekza", "Kzea", "Keaz"}
    wrong = family_names(Kind.WRONG, "Keza")
    assert {"Jeza", "Leza"} <= wrong
    assert all(sum(a != b for a, b in zip("Keza", one, strict=True)) == 1 for one in wrong)


def test_what_a_name_is_changes():
    assert {(o.family_name, o.given_name) for o in outcomes(Kind.SWAPPED)} == {
        ("Scholastique", "Ndikuriyo")
    }
    assert {o.given_name for o in outcomes(Kind.INITIAL)} == {"S", "S."}
    assert {o.given_name for o in outcomes(Kind.SECOND, given_name="Marie")} == {
        "Marie Goreth", "Marie-Goreth"
    }  # fmt: skip
    assert {o.given_name for o in outcomes(Kind.SECOND, given_name="Marie-Goreth")} == {
        "Marie", "Goreth"
    }  # fmt: skip


def test_the_birth_date_is_another():
    bare = {(o.birth_date, o.is_birth_estimated) for o in outcomes(Kind.DAY_OR_YEAR)}
    assert bare == {(date(1984, 1, 1), True), (date(1984, 1, 1), False)}
    known = outcomes(Kind.DAY_OR_YEAR, birth_date=date(2025, 1, 1), is_birth_estimated=True)
    assert all(not one.is_birth_estimated for one in known)
    assert all(date(2025, 1, 1) <= one.birth_date <= AROUND.latest for one in known)
    assert {o.birth_date.year for o in outcomes(Kind.YEAR_2)} == {1982, 1986}
    leap = outcomes(Kind.YEAR_1, birth_date=date(2024, 2, 29))
    assert {o.birth_date for o in leap} == {date(2023, 2, 28), date(2025, 2, 28)}
    assert {o.birth_date for o in outcomes(Kind.DAY_MONTH)} == {date(1984, 11, 5)}
    assert outcomes(Kind.DAY_MONTH, birth_date=date(1984, 5, 13)) == []


def test_nobody_is_born_after_the_register():
    newborn = outcomes(Kind.YEAR_1, birth_date=date(2025, 3, 30))
    assert {o.birth_date for o in newborn} == {date(2024, 3, 30)}


def test_telephone_paper_and_sex():
    assert {o.phone for o in outcomes(Kind.PHONE_LOST)} == {""}
    assert "79111111" not in {o.phone for o in outcomes(Kind.PHONE_OTHER)}
    assert outcomes(Kind.PHONE_NEW) == []
    assert outcomes(Kind.PHONE_NEW, phone="", birth_date=date(2015, 1, 2)) == []
    assert len(outcomes(Kind.PHONE_NEW, phone="")) == 200
    assert outcomes(Kind.PHONE_LOST, phone="") == []
    assert {o.paper for o in outcomes(Kind.PAPER_LOST)} == {""}
    assert {o.sex for o in outcomes(Kind.SEX)} == {"M"}


def test_kinds_of_one_record_differ_and_never_touch_the_birth_twice():
    births = {Kind.DAY_OR_YEAR, Kind.YEAR_1, Kind.YEAR_2, Kind.DAY_MONTH}
    for seed in range(300):
        changed, kinds = corrupt(drawing(seed), SOMEBODY, AROUND, count=4)
        assert len(set(kinds)) == 4
        assert len(births & set(kinds)) <= 1
        assert (changed.birth_date != SOMEBODY.birth_date) == bool(births & set(kinds))
        assert changed != SOMEBODY


def test_the_mix_is_in_hundredths_and_knows_every_kind():
    assert [sum(table.values()) for table in (MIX, WHERE, HOW_MANY)] == [100, 100, 100]
    assert set(MIX) == set(CHANGES) == set(Kind)
    assert set(WHERE) == set(Where)


def register() -> list[Record]:
    """Two federations, of two and one units, six collines each, two homes on each colline."""
    places = [(f, u, c) for f, u in (("F", "U1"), ("F", "U2"), ("G", "U3")) for c in range(6)]
    homes = [place for place in places for _ in range(2)]
    return [
        replace(
            SOMEBODY, key=2 * at + rank, household=at, federation=federation, unit=unit,
            colline=f"{unit}-{colline}", given_name=f"Marie{'abc'[rank]}", sex="F",
        )
        for at, (federation, unit, colline) in enumerate(homes)
        for rank in range(2)
    ]  # fmt: skip


def test_a_second_record_is_where_it_says():
    people = register()
    seen = set()
    for seed in range(12):
        for one in plant(people, AROUND, count=40, seed=str(seed)):
            first, second = one.original, one.copy
            seen.add(one.where)
            assert second.federation == first.federation
            assert (second.household == first.household) == (one.where is Where.HOUSEHOLD)
            same_place = one.where in (Where.HOUSEHOLD, Where.COLLINE)
            assert (second.colline == first.colline) == same_place
            assert (second.unit != first.unit) == (one.where is Where.UNIT)
    assert seen == set(Where)


def test_planting_is_the_same_each_time_and_copies_nobody_twice():
    people = register()
    planted = plant(people, AROUND, count=40)
    assert planted == plant(people, AROUND, count=40)
    assert planted != plant(people, AROUND, count=40, seed="another")
    keys = [one.copy.key for one in planted]
    assert len({one.original.key for one in planted}) == len(set(keys)) == 40
    assert not set(keys) & {person.key for person in people}


def test_the_bench_counts_true_false_and_missed_pairs():
    """Of four planted, three are found, one of them told backwards; two more are false."""
    people = register()
    planted = plant(people, AROUND, count=4)
    match = Match(score=90, reasons=(), verdict=Verdict.CERTAIN)
    pair = [Pair(as_person(one.original), as_person(one.copy), match) for one in planted]
    turned = Pair(pair[0].other, pair[0].one, match)
    untouched = [p for p in people if p.key not in {one.original.key for one in planted}]
    strangers = Pair(as_person(untouched[0]), as_person(untouched[1]), match)
    mixed = Pair(as_person(untouched[0]), as_person(planted[0].copy), match)
    outcome = Outcome(planted, [turned, pair[1], pair[2], strangers, mixed])
    assert (outcome.precision, outcome.recall) == (3 / 5, 3 / 4)
    assert outcome.missed == [planted[3]]
    assert outcome.between_strangers() == [strangers]
    assert Outcome(planted, []).precision == 0.0
