"""Checking a case: what the rule says against what the case expects.

A case names only what it is about; what the rule says beside is not compared. A refusal is what
the rule says too: « refus » is its sentence, « champ » the field at fault.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conamus.cases.facts import BadCase, Facts, as_day, as_flag, as_integer, folded, plain
from conamus.cases.files import Case
from conamus.cases.registry import all_rules
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer

REFUSAL, FIELD = "refus", "champ"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that the rule says otherwise than the case."""

    name: str
    expected: str
    got: str


def check_case(case: Case) -> list[Gap]:
    """Return where rule and case differ; BadCase when the case cannot be understood."""
    said = _said(case)
    known = {folded(name): value for name, value in said.items()}
    return [gap for name, value in case.then.items() for gap in _gaps(str(name), value, known)]


def _said(case: Case) -> Mapping[str, object]:
    """What the rule says, or its refusal."""
    rules = all_rules()
    if folded(case.rule) not in rules:
        names = ", ".join(sorted(name for name, _ in rules.values()))
        raise BadCase(f"la règle « {case.rule} » n’est pas connue ; celles-ci le sont : {names}.")
    facts = Facts({**case.given, **case.when}, f"« {case.title} »")
    _check_once(case)
    try:
        said = rules[folded(case.rule)][1](facts)
    except DomainError as error:
        return {REFUSAL: error.message, FIELD: error.field}
    facts.finish()
    return {REFUSAL: None, FIELD: None, **said}


def _check_once(case: Case) -> None:
    given = {folded(name) for name in case.given}
    for name in case.when:
        if folded(name) in given:
            raise BadCase(f"« {case.title} » : « {name} » est dans « soit » et dans « quand ».")


def _gaps(name: str, expected: object, said: Mapping[str, object]) -> Iterable[Gap]:
    refusal = said[REFUSAL]
    if folded(name) not in said:
        if refusal is None:
            known = ", ".join(sorted(said))
            raise BadCase(f"alors : « {name} » n’est pas dit par la règle, qui dit : {known}.")
        yield Gap(name, written(expected), f"refus : {refusal}")
    elif folded(name) == REFUSAL and as_flag(expected) is (refusal is not None):
        return  # « oui » or « non »: refused or not, whatever the sentence
    elif not is_same(expected, said[folded(name)]):
        got = said[folded(name)]
        beside = f" (refus : {refusal})" if refusal and folded(name) != REFUSAL else ""
        yield Gap(name, written(expected), written(got) + beside)


def is_same(expected: object, got: object) -> bool:
    """Tell whether an expected value, as typed, is what the rule said.

    >>> is_same("30 000 FBu", 30000), is_same("oui", True), is_same("31/12/2025", "non")
    (True, True, False)
    """
    if expected is None or (isinstance(expected, str) and folded(expected) in {"aucun", "aucune"}):
        return got is None or got in ([], ())
    if isinstance(got, bool):
        return as_flag(expected) is got
    if isinstance(got, list | tuple):
        return _is_same_list(expected, got)
    if isinstance(got, int):
        return as_integer(expected) == got
    if isinstance(got, date):
        return as_day(expected) == got
    if isinstance(got, Decimal):
        return isinstance(expected, int | Decimal) and got == expected
    if isinstance(got, str):
        return plain(str(expected)) == plain(got)
    return False


def _is_same_list(expected: object, got: list[object] | tuple[object, ...]) -> bool:
    if not isinstance(expected, list) or len(expected) != len(got):
        return False
    return all(is_same(one, other) for one, other in zip(expected, got, strict=True))


def written(value: object) -> str:
    """Write a value as an accountant reads it."""
    if value is None:
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return format_integer(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list | tuple):
        return " | ".join(map(written, value)) or "rien"
    return str(value)
