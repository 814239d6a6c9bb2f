"""Of the clauses that speak of a claim, the one that speaks most closely of a line."""

from collections.abc import Sequence
from typing import TypeVar

from claims.rules.adjudication.near import Targeted
from claims.rules.adjudication.sheet import Row
from claims.rules.targets import is_about_act
from conamus.kernel.errors import DomainError


class UnusablePackage(DomainError):
    """A package that does not say what a line is owed; ``faults`` tells it beforehand."""

    code = "unusable-package"


_Clause = TypeVar("_Clause", bound=Targeted)


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
