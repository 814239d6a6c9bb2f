"""What each rate of a group is made of: its numerator and denominator, count by count.

A count names the households that it is made of (``Part``), so that a page can list them.
"""

from dataclasses import dataclass
from fractions import Fraction

from membership.rules.indicators import Flows, Part


@dataclass(frozen=True, slots=True)
class Count:
    """A number of a numerator or denominator; ``part`` None: no household is behind it."""

    number: int | None
    words: str
    part: Part | None
    is_subtracted: bool = False
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate; ``value`` None: not known."""

    label: str
    value: Fraction | None
    numerator: tuple[Count, ...]
    denominator: tuple[Count, ...]


def rates_of(flows: Flows, year: int) -> tuple[Rate, ...]:
    """Return the rates that every group has, in the order of the table; not penetration.

    >>> growth, *_ = rates_of(Flows(households=3, before_households=2), 2025)
    >>> growth.value, [count.number for count in growth.numerator]
    (Fraction(1, 2), [3, 2])
    """
    before = Count(flows.before_households, f"ménages {year - 1}", Part.BEFORE)
    return (
        Rate(
            "Croissance",
            flows.growth,
            (
                Count(flows.households, f"ménages {year}", Part.ENROLLED),
                Count(flows.before_households, f"ménages {year - 1}", Part.BEFORE, True),
            ),
            (before,),
        ),
        Rate(
            "Fidélisation dans l’unité",
            flows.unit_retention,
            (Count(flows.kept_in_unit, "réinscrits dans la même unité", Part.KEPT_IN_UNIT),),
            (before,),
        ),
        Rate(
            "Fidélisation dans le réseau",
            flows.network_retention,
            (Count(flows.kept_in_network, "réinscrits dans le réseau", Part.KEPT_IN_NETWORK),),
            (before,),
        ),
        *_growth_of_people(flows, year),
        Rate(
            "Recouvrement",
            flows.collection,
            (Count(flows.collected_francs, "encaissés", Part.ENROLLED, is_money=True),),
            (Count(flows.due_francs, f"dus pour {year}", Part.ENROLLED, is_money=True),),
        ),
    )


def _growth_of_people(flows: Flows, year: int) -> tuple[Rate, Rate]:
    people = (Count(flows.before_people, f"bénéficiaires {year - 1}", Part.BEFORE),)
    gained = "personnes gagnées ou perdues dans les ménages restés"
    came = [
        Count(flows.people_arrived, "personnes des ménages arrivés", Part.ARRIVED),
        Count(flows.people_gone, "personnes des ménages partis", Part.GONE, True),
    ]
    if flows.people_changed_group:
        words = "personnes, solde des ménages venus d’un autre groupe ou passés à un autre"
        came.append(Count(flows.people_changed_group, words, Part.JOINED_GROUP))
    return (
        Rate(
            "Croissance interne",
            flows.internal_growth,
            (Count(flows.people_gained_inside, gained, Part.STAYED),),
            people,
        ),
        Rate("Croissance externe", flows.external_growth, tuple(came), people),
    )


def penetration_of(flows: Flows) -> Rate:
    """Return penetration, where a target population is told by the breakdown."""
    target = Count(flows.target_households or None, "ménages cibles", None)
    enrolled = Count(flows.households, "ménages inscrits", Part.ENROLLED)
    return Rate("Pénétration", flows.penetration, (enrolled,), (target,))


def part_words(part: Part, year: int) -> str:
    """Say which households a count is made of.

    >>> part_words(Part.GONE, 2025)
    'de 2024, qui ne sont plus dans l’unité'
    """
    before = year - 1
    return {
        Part.ENROLLED: f"inscrits pour {year}",
        Part.STAYED: f"de {year}, déjà dans l’unité en {before}",
        Part.ARRIVED: f"de {year}, arrivés dans l’unité depuis {before}",
        Part.JOINED_GROUP: f"de {year}, restés dans l’unité et venus d’un autre groupe",
        Part.BEFORE: f"inscrits pour {before}",
        Part.KEPT_IN_UNIT: f"de {before}, réinscrits dans la même unité",
        Part.KEPT_IN_NETWORK: f"de {before}, réinscrits dans le réseau",
        Part.GONE: f"de {before}, qui ne sont plus dans l’unité",
        Part.LEFT_GROUP: f"de {before}, restés dans l’unité et passés à un autre groupe",
    }[part]
