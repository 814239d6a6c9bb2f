"""What happens to the rest of a record: birth date, telephone, paper, sex."""

from dataclasses import replace
from datetime import date
from random import Random

from bench.corruptions.mix import Kind
from bench.corruptions.record import Change, Record, Surroundings

#: Of the births written as 1 January, how many nobody ticked as estimated.
UNTICKED_SHARE = 0.3
ADULT_YEARS = 18


def _day_or_year(rng: Random, record: Record, around: Surroundings) -> Record | None:
    """The bare year of a known day, or a day in the year that was estimated."""
    first = record.birth_date.replace(month=1, day=1)
    if not record.is_birth_estimated:
        ticked = rng.random() >= UNTICKED_SHARE
        return replace(record, birth_date=first, is_birth_estimated=ticked)
    last = min(first.replace(month=12, day=31), around.latest)
    day = date.fromordinal(rng.randint(first.toordinal(), last.toordinal()))
    return replace(record, birth_date=day, is_birth_estimated=False)


def _years_off(years: int) -> Change:
    def change(rng: Random, record: Record, around: Surroundings) -> Record | None:
        born = record.birth_date
        day = min(born.day, 28) if born.month == 2 else born.day
        possible = [born.replace(year=born.year + by, day=day) for by in (-years, years)]
        return replace(
            record, birth_date=rng.choice([other for other in possible if other <= around.latest])
        )

    return change


def _day_month(rng: Random, record: Record, around: Surroundings) -> Record | None:
    born = record.birth_date
    if record.is_birth_estimated or born.day > 12 or born.day == born.month:
        return None
    turned = born.replace(month=born.day, day=born.month)
    return replace(record, birth_date=turned) if turned <= around.latest else None


def draw_phone(rng: Random) -> str:
    """Return a mobile number's eight digits."""
    return rng.choice(("61", "68", "69", "71", "76", "79")) + f"{rng.randrange(10**6):06d}"


def _phone_lost(rng: Random, record: Record, around: Surroundings) -> Record | None:
    return replace(record, phone="") if record.phone else None


def _phone_other(rng: Random, record: Record, around: Surroundings) -> Record | None:
    return replace(record, phone=draw_phone(rng)) if record.phone else None


def _phone_new(rng: Random, record: Record, around: Surroundings) -> Record | None:
    """Only grown people have a telephone of their own."""
    if record.phone or around.latest.year - record.birth_date.year < ADULT_YEARS:
        return None
    return replace(record, phone=draw_phone(rng))


def _paper_lost(rng: Random, record: Record, around: Surroundings) -> Record | None:
    return replace(record, paper="") if record.paper else None


def _other_sex(rng: Random, record: Record, around: Surroundings) -> Record:
    return replace(record, sex="F" if record.sex == "M" else "M")


FACTS: dict[Kind, Change] = {
    Kind.DAY_OR_YEAR: _day_or_year,
    Kind.YEAR_1: _years_off(1),
    Kind.YEAR_2: _years_off(2),
    Kind.DAY_MONTH: _day_month,
    Kind.PHONE_LOST: _phone_lost,
    Kind.PHONE_OTHER: _phone_other,
    Kind.PHONE_NEW: _phone_new,
    Kind.PAPER_LOST: _paper_lost,
    Kind.SEX: _other_sex,
}
