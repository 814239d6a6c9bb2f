"""The clauses of a package that speak of a scene: what all claims of one place, sex, age share.

Worked out once a package and scene, and remembered with the package: a batch has thousands of
claims and a few hundred scenes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from claims.rules.package import (
    Ceiling,
    Condition,
    Deductible,
    Exclusion,
    Interval,
    Limit,
    OtherPayer,
    Package,
    Rate,
    Requirement,
    Scope,
    Target,
    Wait,
)
from claims.rules.targets import Scene, closeness, is_about_scene


class Targeted(Protocol):
    """A clause of a package."""

    @property
    def target(self) -> Target:
        """The care that it speaks of."""


_Clause = TypeVar("_Clause", bound=Targeted)
_NARROWEST_FIRST = {scope: rank for rank, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class NearClauses:
    """Clauses that speak of this place, person and kind of care; families and acts are left to see.

    Rates and waits stand beside their closeness, the closest first; ceilings from the narrowest
    scope to the widest, in a scope the closest first; other payers free care first.
    """

    rates: tuple[tuple[int, Rate], ...]
    waits: tuple[tuple[int, Wait], ...]
    ceilings: tuple[Ceiling, ...]
    limits: tuple[Limit, ...]
    intervals: tuple[Interval, ...]
    conditions: tuple[Condition, ...]
    exclusions: tuple[Exclusion, ...]
    requirements: tuple[Requirement, ...]
    other_payers: tuple[OtherPayer, ...]
    deductibles: tuple[Deductible, ...]


def near_clauses(package: Package, scene: Scene) -> NearClauses:
    """Return the clauses of a package that speak of a scene."""
    known = package.near.get(scene)
    if not isinstance(known, NearClauses):
        known = package.near[scene] = _worked_out(package, scene)
    return known


def _worked_out(package: Package, scene: Scene) -> NearClauses:
    ceilings = _near(package.ceilings, scene)
    payers = _near(package.other_payers, scene)
    return NearClauses(
        rates=_ranked(package.rates, scene),
        waits=_ranked(package.waits, scene),
        ceilings=tuple(
            sorted(ceilings, key=lambda one: (_NARROWEST_FIRST[one.scope], -closeness(one.target)))
        ),
        limits=_near(package.limits, scene),
        intervals=_near(package.intervals, scene),
        conditions=_near(package.conditions, scene),
        exclusions=_near(package.exclusions, scene),
        requirements=_near(package.requirements, scene),
        other_payers=tuple(sorted(payers, key=lambda one: one.other_cover is not None)),
        deductibles=_near(package.deductibles, scene),
    )


def _near(clauses: Iterable[_Clause], scene: Scene) -> tuple[_Clause, ...]:
    return tuple(clause for clause in clauses if is_about_scene(clause.target, scene))


def _ranked(clauses: Iterable[_Clause], scene: Scene) -> tuple[tuple[int, _Clause], ...]:
    ranked = [(closeness(clause.target), clause) for clause in _near(clauses, scene)]
    return tuple(sorted(ranked, key=lambda one: -one[0]))
