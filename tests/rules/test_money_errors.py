"""The classes of money errors known elsewhere: each, put into our rules, breaks its case.

A case that no error can break would pin nothing. So each error is made here on purpose, for one
test, and its case (`tests/cases/adjudication/known_errors.yaml`) must then say that something is
wrong. What rules alone cannot show (two decisions at once, a bill before the decision, a batch
redone) is pinned on the database: see the table of docs/algorithms/money-errors.md.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from claims.rules.adjudication import Adjudication, near, sharing, sheet
from claims.rules.adjudication.near import NearClauses
from claims.rules.adjudication.sheet import Row, Sheet
from claims.rules.cuts import Cut, CutCode
from claims.rules.package import Ceiling, OtherPayer, Package, Rate
from claims.rules.targets import Scene
from claims.rules.words import Bearer, Family
from conamus.cases.checking import check_case
from conamus.cases.files import read_file
from tests.rules.test_cases import CASES as FOLDER

KNOWN = read_file(FOLDER / "adjudication" / "known_errors.yaml").cases
CASES = {case.title.partition(" : ")[0]: case for case in KNOWN}

Patch = pytest.MonkeyPatch
Ceilings = tuple[Ceiling, ...]


def _multiplied(patch: Patch) -> None:
    """Sums over a join of two line tables that multiply each other."""

    def asked(self: Adjudication) -> int:
        medicines = [line for line in self.lines if line.family is Family.MEDICINE]
        return sum(line.asked_francs for line in self.lines) * max(1, len(medicines))

    patch.setattr(Adjudication, "asked_francs", property(asked))


def _second_path(patch: Patch) -> None:
    """A second path that values a claim and skips ceilings."""
    _with_ceilings(patch, lambda clauses: ())


def _first_line(patch: Patch) -> None:
    """Totals taken from the first line."""
    first = property(lambda self: self.lines[0].mutuelle_francs)
    patch.setattr(Adjudication, "mutuelle_francs", first)


def _larger_than_the_line(patch: Patch) -> None:
    """A deductible larger than the line."""

    def cut(row: Row, code: CutCode, francs: int, bearer: Bearer, facts: dict[str, object]) -> int:
        if francs <= 0:
            return 0
        row.left -= francs
        told = {name: str(value) for name, value in facts.items()}
        row.cuts.append(Cut(code, francs, bearer, told))
        return francs

    patch.setattr(Row, "cut", cut)


def _twice(patch: Patch) -> None:
    """Two coverages that count every line twice."""

    def take(sheet: Sheet, row: Row, clause: OtherPayer) -> None:
        facts = {"payer": clause.name, "share": clause.share}
        francs = sharing.part_of(row.asked, clause.share)
        row.cut(CutCode.OTHER_PAYER, francs, Bearer.OTHER_PAYER, facts)

    patch.setattr(sharing, "_take_share", take)


def _adults(patch: Patch) -> None:
    """Adult limits applied to children."""
    patch.setattr(near, "is_about_scene", lambda target, scene: True)


def _zero_rate(patch: Patch) -> None:
    """A 0 % rate read as "no limit"."""
    right = sharing.closest_clause

    def closest_rate(*asked: object) -> object:
        found = right(*asked)  # type: ignore[arg-type]
        return found if found and found.share else Rate(Fraction(1))

    patch.setattr(sharing, "closest_clause", closest_rate)


def _zero_ceiling(patch: Patch) -> None:
    """A limit of 0 read as "no limit"."""
    _with_ceilings(patch, lambda clauses: tuple(one for one in clauses if one.francs))


def _with_ceilings(patch: Patch, kept: Callable[[Ceilings], Ceilings]) -> None:
    """Let the rules see some of a package's ceilings only."""

    def near_clauses(package: Package, scene: Scene) -> NearClauses:
        found = near.near_clauses(package, scene)
        return replace(found, ceilings=kept(found.ceilings))

    patch.setattr(sheet, "near_clauses", near_clauses)


def _no_decimals(patch: Patch) -> None:
    """Decimals dropped."""
    patch.setattr(sheet, "amount", lambda quantity, unit: int(quantity) * int(unit))


def _blind(patch: Patch) -> None:
    """Ceilings blind to earlier claims."""
    patch.setattr(Sheet, "earlier", lambda self, scope, target: [])


def _cancelled(patch: Patch) -> None:
    """Cancelled decisions that still consume a ceiling."""
    right = Sheet._is_in
    patch.setattr(
        Sheet, "_is_in", lambda self, one, scope: right(self, one._replace(claim="x"), scope)
    )


def _no_quantity(patch: Patch) -> None:
    """Quantities ignored."""
    patch.setattr(sheet, "amount", lambda quantity, unit: int(unit))


def _no_duplicates(patch: Patch) -> None:
    """A deduplication rule left switched off."""
    right = Row.cut_all

    def cut_all(row: Row, code: CutCode, *told: object) -> None:
        if code is not CutCode.REFUSED:
            right(row, code, *told)  # type: ignore[arg-type]

    patch.setattr(Row, "cut_all", cut_all)


ERRORS: dict[str, Callable[[Patch], None]] = {
    "Lignes multipliées entre elles": _multiplied,
    "Second chemin sans plafond": _second_path,
    "Total pris de la première ligne de chaque sorte": _first_line,
    "Franchise plus grande que la ligne": _larger_than_the_line,
    "Deux couvertures comptent chaque ligne deux fois": _twice,
    "Limites d’adultes appliquées aux enfants": _adults,
    "Taux de 0 % lu comme « aucun taux »": _zero_rate,
    "Plafond de 0 lu comme « aucun plafond »": _zero_ceiling,
    "Décimales perdues": _no_decimals,
    "Plafond d’une famille aveugle aux attestations d’avant": _blind,
    "Décision annulée qui consomme encore un plafond": _cancelled,
    "Deux décisions sur le même reste": _blind,
    "Quantités ignorées": _no_quantity,
    "Règle des doublons laissée éteinte": _no_duplicates,
}


def test_each_case_of_a_known_error_has_its_error() -> None:
    assert set(ERRORS) == set(CASES)


@pytest.mark.parametrize("title", ERRORS)
def test_the_error_breaks_its_case(title: str, monkeypatch: Patch) -> None:
    assert check_case(CASES[title]) == []
    ERRORS[title](monkeypatch)
    assert check_case(CASES[title]) != []
