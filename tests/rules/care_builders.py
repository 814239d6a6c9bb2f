"""Any package, any attestation, any history of a household, drawn from a seeded generator.

Hypothesis draws the seeds: building these from single draws would be a hundred times slower.
"""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from claims.rules.facts import (
    Authorisation,
    CareFacts,
    FacilityFacts,
    LineFacts,
    PatientFacts,
    ReviewCut,
    RightsFacts,
)
from claims.rules.package import (
    Ceiling,
    Condition,
    Deductible,
    Exclusion,
    Interval,
    Limit,
    OtherPayer,
    Package,
    Paper,
    Rate,
    Requirement,
    Scope,
    Target,
    Wait,
)
from claims.rules.packages import faults
from claims.rules.words import LEVELS, OWNERSHIPS, Bearer, CareKind, Family
from conamus.kernel.periods import Period

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
#: Mostly the year's rights, sometimes renewed, seldom none.
RIGHTS = [(YEAR,)] * 3 + [(YEAR, Period(date(2026, 1, 1)))] * 2 + [()]
ACTS = {
    "CONS": Family.CONSULTATION,
    "AMOX": Family.MEDICINE,
    "PARA": Family.MEDICINE,
    "RADIO": Family.IMAGING,
    "HERNIE": Family.SURGERY,
    "LIT": Family.HOSPITAL_DAY,
    "NAISSANCE": Family.DELIVERY,
}
#: A mother with a second cover, and her child.
PEOPLE = {
    "mother": PatientFacts(date(1990, 5, 4), "F", "cam"),
    "child": PatientFacts(date(2015, 5, 4), "M"),
}


def seeds() -> st.SearchStrategy[Random]:
    """Seeded generators: the same for the same example."""
    return st.integers(0, 2**40).map(Random)


def random_francs(r: Random) -> int:
    """Often small, sometimes zero."""
    return r.choice([0, r.randrange(100), r.randrange(5_000), r.randrange(60_000)])


def random_target(r: Random, *, is_personal: bool = True) -> Target:
    """Any care, mostly broad."""
    ages = r.choice([(None, None), (None, 14), (15, None)]) if is_personal else (None, None)
    return Target(
        family=r.choice([None, None, *ACTS.values()]),
        act=r.choice([None] * 5 + [*ACTS]),
        level=r.choice([None, None, None, "CDS", "HOPITAL"]),
        ownership=r.choice([None, None, None, "public", "private"]),
        kind=r.choice([None, None, CareKind.STAY]),
        sex=r.choice([None, None, "F"]) if is_personal else None,
        age_from=ages[0],
        age_to=ages[1],
    )


def random_rates(r: Random) -> tuple[Rate, ...]:
    """A general rate, and others none of which is as close as another."""
    rates = [Rate(_share(r))]
    for _ in range(r.randrange(5)):
        more = [*rates, Rate(_share(r), random_target(r))]
        found = faults(Package(2025, rates=tuple(more)))
        rates = rates if any("proche" in fault.sentence for fault in found) else more
    return tuple(r.sample(rates, len(rates)))


def random_package(r: Random) -> Package:
    """Any package whose rates stand, with every kind of clause."""

    def broad() -> Target:
        return random_target(r, is_personal=False)

    def some(most: int) -> range:
        return range(r.randrange(most + 1))

    def borne() -> Bearer:
        return r.choice([Bearer.PATIENT, Bearer.FACILITY])

    scopes = list(Scope)
    return Package(
        year=2025,
        rates=random_rates(r),
        ceilings=tuple(Ceiling(r.choice(scopes), random_francs(r), broad()) for _ in some(4)),
        limits=tuple(
            Limit(_quantity(r), r.choice(scopes), r.choice([None, 7, 30]), broad(), borne())
            for _ in some(2)
        ),
        intervals=tuple(Interval(r.randrange(30), broad(), borne()) for _ in some(1)),
        waits=tuple(Wait(r.randrange(200)) for _ in some(1)),
        conditions=tuple(Condition(broad(), "F", bearer=borne()) for _ in some(1)),
        exclusions=tuple(Exclusion(broad(), r.random() < 0.5) for _ in some(1)),
        requirements=tuple(
            Requirement(r.choice(list(Paper)), broad(), random_francs(r), borne()) for _ in some(1)
        ),
        other_payers=tuple(
            OtherPayer(
                "gratuité", _share(r), random_target(r), r.random() < 0.5, r.choice([None, "cam"])
            )
            for _ in some(2)
        ),
        deductibles=tuple(Deductible(r.choice(scopes), random_francs(r), broad()) for _ in some(2)),
        late_after_days=r.choice([None, 90, 90, 0]),
        accepts_unpriced=r.random() < 0.7,
    )


def random_care(r: Random, claim: str = "c1", person: str = "mother") -> CareFacts:
    """Any attestation of one person, mostly with rights."""
    starts_on = YEAR.start + timedelta(days=r.randrange(365))
    ends_on = starts_on + timedelta(days=r.randrange(7))
    return CareFacts(
        claim=claim,
        kind=r.choice(list(CareKind)),
        starts_on=starts_on,
        ends_on=ends_on,
        received_on=ends_on + timedelta(days=r.choice([0, 30, 30, 120])),
        patient=PEOPLE[person],
        facility=FacilityFacts(r.choice([*LEVELS, "CDS", "HOPITAL"]), r.choice([*OWNERSHIPS])),
        rights=RightsFacts(r.choice(RIGHTS), r.choice([None, YEAR.start])),
        lines=tuple(_line(r, rank, starts_on) for rank in range(1, r.randrange(1, 6) + 1)),
        episode=r.choice(["", "e1"]),
        is_chronic=r.random() < 0.2,
        is_maternity=r.random() < 0.2,
        has_referral=r.random() < 0.7,
        authorisations=tuple(_authorisation(r, rank) for rank in range(r.randrange(3))),
        review_cuts=tuple(_review_cut(r) for _ in range(r.choice([0, 0, 1, 2]))),
        refusals=r.choice([()] * 8 + [("duplicate",)]),
        declared_total_francs=r.choice([None, random_francs(r)]),
        declared_patient_francs=r.choice([None, random_francs(r)]),
        declared_mutuelle_francs=r.choice([None, random_francs(r)]),
    )


def random_history(r: Random) -> list[CareFacts]:
    """The claims of a household's two people, in the order in which they are decided."""
    return [random_care(r, f"c{rank}", r.choice([*PEOPLE])) for rank in range(r.randrange(1, 7))]


def _line(r: Random, position: int, starts_on: date) -> LineFacts:
    act, price = r.choice([*ACTS]), random_francs(r)
    return LineFacts(
        position=position,
        act=act,
        family=ACTS[act],
        quantity=_quantity(r),
        unit_price_francs=price,
        agreed_price_francs=r.choice([None, 0, price, price, price // 2, price + 10]),
        given_on=r.choice([None, starts_on + timedelta(days=r.randrange(7))]),
    )


def _authorisation(r: Random, rank: int) -> Authorisation:
    family = r.choice([None, None, *ACTS.values()])
    return Authorisation(YEAR, r.choice([None, random_francs(r)]), family, key=f"a{rank}")


def _review_cut(r: Random) -> ReviewCut:
    return r.choice(
        [
            ReviewCut(1, "r", is_all=True),
            ReviewCut(1, "r", to_quantity=_quantity(r)),
            ReviewCut(1, "r", francs=random_francs(r)),
        ]
    )


def _quantity(r: Random) -> Fraction:
    return r.choice([Fraction(1), Fraction(r.randrange(30)), Fraction(r.randrange(80), 4)])


def _share(r: Random) -> Fraction:
    return r.choice([Fraction(0), Fraction(1), Fraction(4, 5), Fraction(r.randrange(101), 100)])
