"""The faults of a package, told at their place before it is used.

A package decides every claim of a year, so it must say something of every care, once: a rate for
each place, family and age, and never two as close as one another. What it says must have a
meaning: shares between 0 and 1, nothing negative, ages the right way round.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

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
from claims.rules.targets import closeness, do_meet, is_within_ages
from claims.rules.words import LEVELS, OWNERSHIPS, SEXES, CareKind, Family

#: A package's parts, as the page that edits it names them.
PARTS = {
    "package": "paquet",
    "rates": "taux",
    "ceilings": "plafond",
    "limits": "limite",
    "intervals": "intervalle",
    "waits": "délai d’attente",
    "conditions": "condition",
    "exclusions": "exclusion",
    "requirements": "pièce exigée",
    "other_payers": "autre payeur",
    "deductibles": "franchise",
}
Clause = (
    Rate
    | Ceiling
    | Limit
    | Interval
    | Wait
    | Condition
    | Exclusion
    | Requirement
    | OtherPayer
    | Deductible
)
_MOST_GAPS = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a clause: the package's part and the clause's rank there, from 1."""

    part: str
    rank: int
    sentence: str

    @property
    def place(self) -> str:
        """Where, in French.

        >>> Fault("rates", 2, "…").place
        'taux n° 2'
        """
        return PARTS[self.part] + (f" n° {self.rank}" if self.rank else "")


def clauses_of(package: Package) -> Iterator[tuple[str, int, Clause]]:
    """Yield each clause with its part's name and its rank there, from 1."""
    for part in PARTS:
        for rank, clause in enumerate(getattr(package, part, ()), start=1):
            yield part, rank, clause


def faults(package: Package) -> tuple[Fault, ...]:
    """Return all that is wrong with a package, in the order of its parts; nothing: it stands.

    >>> [fault.sentence for fault in faults(Package(2025, rates=()))]
    ['Le paquet n’a aucun taux : rien ne pourrait être payé.']
    """
    found = [*_own_faults(package)]
    for part, rank, clause in clauses_of(package):
        found += [Fault(part, rank, sentence) for sentence in _clause_faults(clause)]
    for part in ("rates", "waits"):
        found += _as_close(part, getattr(package, part))
    for part in ("ceilings", "limits", "deductibles"):
        found += _said_twice(part, getattr(package, part))
    return tuple(found)


def _own_faults(package: Package) -> Iterator[Fault]:
    if package.late_after_days is not None and package.late_after_days < 0:
        yield Fault("package", 0, "Le délai de réception n’est pas négatif.")
    if not package.rates:
        yield Fault("package", 0, "Le paquet n’a aucun taux : rien ne pourrait être payé.")
    else:
        for gap in _gaps(package.rates):
            yield Fault("rates", 0, f"Aucun taux pour : {gap}. Ajoutez-en un, au besoin général.")


def _clause_faults(clause: Clause) -> Iterator[str]:
    """What is wrong with a clause by itself."""
    yield from _target_faults(clause.target)
    yield from _number_faults(clause)
    match clause:
        case Rate() | OtherPayer() if not 0 <= clause.share <= 1:
            yield "La part est entre 0 et 100 %."
        case Condition():
            yield from _condition_faults(clause)
        case Exclusion() if not clause.is_chronic and clause.target == Target():
            yield "Cette exclusion n’exclut rien de précis : elle exclurait tout."
        case OtherPayer() if not clause.name.strip():
            yield "L’autre payeur n’a pas de nom."
        case Ceiling() | Deductible() | Limit():
            yield from _scope_faults(clause)


def _number_faults(clause: Clause) -> Iterator[str]:
    named = (("francs", "Le montant"), ("from_francs", "Le montant"), ("quantity", "La quantité"))
    for name, what in named:
        if getattr(clause, name, 0) < 0:
            yield f"{what} est négati{'ve' if name == 'quantity' else 'f'}."
    days = getattr(clause, "days", None)
    if days is not None and days < 0:
        yield "Le nombre de jours est négatif."
    elif days == 0 and isinstance(clause, Limit):
        yield "Le nombre de jours est d’au moins 1."


def _target_faults(target: Target) -> Iterator[str]:
    yield from _age_faults(target.age_from, target.age_to)
    if target.sex not in (None, *SEXES):
        yield f"Le sexe « {target.sex} » n’est pas connu."
    if target.level not in (None, *LEVELS):
        yield f"Le type de formation sanitaire « {target.level} » n’est pas connu."
    if target.ownership not in (None, *OWNERSHIPS):
        yield f"Le statut « {target.ownership} » n’est pas connu."


def _age_faults(age_from: int | None, age_to: int | None) -> Iterator[str]:
    if min(age_from or 0, age_to or 0) < 0:
        yield "Un âge est négatif."
    elif age_from is not None and age_to is not None and age_to < age_from:
        yield f"Les âges sont à l’envers : de {age_from} à {age_to} ans."


def _condition_faults(clause: Condition) -> Iterator[str]:
    yield from _age_faults(clause.age_from, clause.age_to)
    if clause.sex not in (None, *SEXES):
        yield f"Le sexe « {clause.sex} » n’est pas connu."
    if (clause.sex, clause.age_from, clause.age_to) == (None, None, None):
        yield "Cette condition ne demande ni âge ni sexe."


def _scope_faults(clause: Ceiling | Deductible | Limit) -> Iterator[str]:
    target, scope = clause.target, clause.scope
    is_personal = (target.sex, target.age_from, target.age_to) != (None, None, None)
    if scope is Scope.HOUSEHOLD_YEAR and is_personal:
        yield "Ce qui se compte par ménage ne peut viser ni un âge ni un sexe."
    if scope is Scope.STAY and target.kind is CareKind.OUTPATIENT:
        yield "Ce qui se compte par séjour ne peut viser les soins ambulatoires."


def _as_close(part: str, clauses: Sequence[Rate | Wait]) -> Iterator[Fault]:
    """Two clauses of which the closest is taken, equally close, for some care in common."""
    for (rank, one), (other_rank, other) in combinations(enumerate(clauses, start=1), 2):
        is_tie = closeness(one.target) == closeness(other.target)
        if is_tie and do_meet(one.target, other.target):
            yield Fault(
                part,
                other_rank,
                f"Aussi proche que le n° {rank} pour les mêmes soins : un seul doit en parler.",
            )


def _said_twice(part: str, clauses: Sequence[Ceiling | Limit | Deductible]) -> Iterator[Fault]:
    """Two amounts for one scope and one target: the lower would silently win."""
    for (rank, one), (other_rank, other) in combinations(enumerate(clauses, start=1), 2):
        same_days = getattr(one, "days", None) == getattr(other, "days", None)
        if one.scope is other.scope and one.target == other.target and same_days:
            yield Fault(part, other_rank, f"Dit la même chose que le n° {rank} : gardez-en une.")


def _gaps(rates: Sequence[Rate]) -> list[str]:
    """Kinds of care that no rate speaks of, each in a few words; at most five.

    Only what some rate narrows is looked at: each family, type, ownership, kind and sex that
    exists, and an age on each side of every bound. Rates of single acts fill no gap.
    """
    broad = [rate.target for rate in rates if rate.target.act is None]
    if any(target == Target() for target in broad):
        return []
    grid = product(
        _values(broad, "family", tuple(Family)),
        _values(broad, "level", tuple(LEVELS)),
        _values(broad, "ownership", tuple(OWNERSHIPS)),
        _values(broad, "kind", tuple(CareKind)),
        _values(broad, "sex", tuple(SEXES)),
        _ages(broad),
    )
    gaps = []
    for family, level, ownership, kind, sex, age in grid:
        point = {
            "family": family, "level": level, "ownership": ownership, "kind": kind, "sex": sex,
        }  # fmt: skip
        if not any(_speaks_of(target, point, age) for target in broad):
            gaps.append(_point_words(point, age))
            if len(gaps) == _MOST_GAPS:
                break
    return gaps


def _values(targets: Iterable[Target], name: str, known: Sequence[str]) -> Sequence[str | None]:
    return known if any(getattr(target, name) is not None for target in targets) else (None,)


def _ages(targets: Iterable[Target]) -> list[int | None]:
    bounds = {0}
    for target in targets:
        bounds |= {target.age_from or 0}
        bounds |= {target.age_to + 1} if target.age_to is not None else set()
    return [None] if bounds == {0} else [*sorted(bounds)]


def _speaks_of(target: Target, point: dict[str, str | None], age: int | None) -> bool:
    if age is not None and not is_within_ages(age, target.age_from, target.age_to):
        return False
    return all(getattr(target, name) in (None, value) for name, value in point.items())


def _point_words(point: dict[str, str | None], age: int | None) -> str:
    family, level, ownership = point["family"], point["level"], point["ownership"]
    words = [
        Family(family).label if family else "",
        LEVELS[level] if level else "",
        f"secteur {OWNERSHIPS[ownership]}" if ownership else "",
        CareKind(point["kind"]).label if point["kind"] else "",
        SEXES[point["sex"]] if point["sex"] else "",
        f"{age} ans" if age is not None else "",
    ]
    return ", ".join(word for word in words if word) or "tous les soins"
