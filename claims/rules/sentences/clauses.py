"""A package in words: one French sentence for each clause, for the page that explains it."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

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
    Wait,
)
from claims.rules.packages import Clause, clauses_of
from claims.rules.sentences.figures import SCOPES, ages, counted, figure, percent, target_words
from claims.rules.words import SEXES, Bearer
from conamus.kernel.figures import format_francs

_BORNE = {
    Bearer.PATIENT: "à la charge du patient",
    Bearer.FACILITY: "à la charge de la formation sanitaire",
    Bearer.OTHER_PAYER: "à la charge d’un autre payeur",
}
Acts = Mapping[str, str]


def describe(package: Package, acts: Acts | None = None) -> tuple[str, ...]:
    """Explain a package, clause by clause; ``acts`` names the acts by code.

    >>> describe(Package(2025, rates=(Rate(Fraction(1, 2)),)))[0]
    'Tous les soins : la mutuelle paie 50\\u202f%.'
    """
    said = [clause_sentence(clause, acts) for _, _, clause in clauses_of(package)]
    return (*said, *_own_sentences(package))


def clause_sentence(clause: Clause, acts: Acts | None = None) -> str:
    """Explain one clause."""
    about = target_words(clause.target, acts or {})
    return f"{about} : {_SENTENCES[type(clause)](clause)}."


def _own_sentences(package: Package) -> tuple[str, ...]:
    late = package.late_after_days
    return (
        "Une attestation est acceptée quel que soit le jour de sa réception."
        if late is None
        else f"Une attestation reçue plus de {counted(Fraction(late), 'jour')} après les soins "
        "n’est pas payée.",
        "Un acte sans prix convenu est pris au prix demandé et examiné par une personne."
        if package.accepts_unpriced
        else "Un acte sans prix convenu n’est pas payé.",
    )


def _rate(clause: Rate) -> str:
    paid = percent(clause.share)
    return f"la mutuelle paie {paid}" if clause.share else "la mutuelle ne paie rien (0 %)"


def _ceiling(clause: Ceiling) -> str:
    if not clause.francs:
        return f"la mutuelle ne paie rien {SCOPES[clause.scope]} (plafond de 0)"
    return f"la mutuelle paie au plus {format_francs(clause.francs)} {SCOPES[clause.scope]}"


def _limit(clause: Limit) -> str:
    over = SCOPES[clause.scope]
    if clause.days is not None:
        over = f"par personne en {counted(Fraction(clause.days), 'jour')}"
    return f"au plus {figure(clause.quantity)} {over}, au-delà {_BORNE[clause.bearer]}"


def _interval(clause: Interval) -> str:
    days = counted(Fraction(clause.days), "jour")
    return f"au moins {days} entre deux fois, sinon {_BORNE[clause.bearer]}"


def _wait(clause: Wait) -> str:
    if not clause.days:
        return "couvert dès l’ouverture des droits"
    return f"couvert {counted(Fraction(clause.days), 'jour')} après l’ouverture des droits"


def _condition(clause: Condition) -> str:
    asked = [f"sexe {SEXES.get(clause.sex, clause.sex)}" if clause.sex else ""]
    asked.append(ages(clause.age_from, clause.age_to))
    return f"seulement {', '.join(word for word in asked if word)}, sinon {_BORNE[clause.bearer]}"


def _exclusion(clause: Exclusion) -> str:
    why = f" ({clause.wording})" if clause.wording else ""
    return f"exclu{' pour une maladie chronique' if clause.is_chronic else ''}{why}"


def _requirement(clause: Requirement) -> str:
    paper = "accord préalable" if clause.paper is Paper.AUTHORISATION else "bon de référence"
    above = f" dès {format_francs(clause.from_francs)} par ligne" if clause.from_francs else ""
    return f"{paper} exigé{above}, sinon {_BORNE[clause.bearer]}"


def _other_payer(clause: OtherPayer) -> str:
    whose = " pour la grossesse et l’accouchement" if clause.is_maternity else ""
    cover = (
        f" pour les ménages couverts par {clause.other_cover.upper()}"
        if (clause.other_cover)
        else ""
    )
    return f"{clause.name} paie {percent(clause.share)}{whose}{cover}"


def _deductible(clause: Deductible) -> str:
    return (
        f"les premiers {format_francs(clause.francs)} {SCOPES[clause.scope]} "
        "sont à la charge du patient"
    )


_SENTENCES: Mapping[type, Callable[[Any], str]] = {
    Rate: _rate,
    Ceiling: _ceiling,
    Limit: _limit,
    Interval: _interval,
    Wait: _wait,
    Condition: _condition,
    Exclusion: _exclusion,
    Requirement: _requirement,
    OtherPayer: _other_payer,
    Deductible: _deductible,
}
