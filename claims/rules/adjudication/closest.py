"""The clauses that speak of a claim, and of those the one that speaks most closely of a line."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from claims.rules.adjudication.sheet import Row
from claims.rules.package import Target
from claims.rules.targets import Scene, closeness, is_about_act, is_about_scene
from conamus.kernel.errors import DomainError


class UnusablePackage(DomainError):
    """A package that does not say what a line is owed; ``faults`` tells it beforehand."""

    code = "unusable-package"


class Targeted(Protocol):
    """A clause of a package."""

    @property
    def target(self) -> Target:
        """The care that it speaks of."""


_Clause = TypeVar("_Clause", bound=Targeted)


def near_clauses(clauses: Sequence[_Clause], scene: Scene) -> list[_Clause]:
    """Return the clauses that speak of this place, person and kind of care."""
    return [clause for clause in clauses if is_about_scene(clause.target, scene)]


def ranked_clauses(clauses: Sequence[_Clause], scene: Scene) -> list[tuple[int, _Clause]]:
    """Return the near clauses with their closeness, the closest first."""
    ranked = [(closeness(clause.target), clause) for clause in near_clauses(clauses, scene)]
    return sorted(ranked, key=lambda one: -one[0])


def closest_clause(ranked: Sequence[tuple[int, _Clause]], row: Row, year: int) -> _Clause | None:
    """Return the clause that speaks of a line most closely; UnusablePackage when two do."""
    best: _Clause | None = None
    best_rank = -1
    for rank, clause in ranked:
        if rank < best_rank:
            break
        if not is_about_act(clause.target, row.act, row.family):
            continue
        if best is not None:
            raise UnusablePackage(
                f"Le paquet {year} a deux clauses également proches pour « {row.family.label} » "
                f"(ligne {row.line.position}) : corrigez le paquet.",
                field="package",
            )
        best, best_rank = clause, rank
    return best
