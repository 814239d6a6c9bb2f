"""How sentences about care write quantities, shares, days, ages, scopes and what is targeted."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from claims.rules.package import Scope, Target
from claims.rules.words import LEVELS, OWNERSHIPS
from conamus.kernel.figures import (
    NARROW_SPACE,
    format_date,
    format_francs,
    format_number,
)

SCOPES = {
    Scope.LINE: "par ligne",
    Scope.CLAIM: "par attestation",
    Scope.STAY: "par séjour",
    Scope.EPISODE: "par épisode de soins",
    Scope.PERSON_YEAR: "par personne et par an",
    Scope.HOUSEHOLD_YEAR: "par ménage et par an",
}
_FEMININE_LEVELS = frozenset({"CLINIQUE_POLYCLINIQUE", "PHARMACIE"})
_FEMININE = {"public": "publique", "private": "privée", "faith_based": "confessionnelle"}
_PATIENTS = {"F": "femmes", "M": "hommes"}
_MOST_DIGITS = 2


def figure(value: Fraction) -> str:
    """Write a quantity with the decimals it needs, two at most.

    >>> figure(Fraction(5, 2)), figure(Fraction(3))
    ('2,5', '3')
    """
    for digits in range(_MOST_DIGITS):
        if (value * 10**digits).denominator == 1:
            return format_number(value, digits)
    return format_number(value, _MOST_DIGITS)


def percent(share: Fraction) -> str:
    """Write a share of one in percent.

    >>> percent(Fraction(1, 5)) == "20\\u202f%", percent(Fraction(1, 8)) == "12,5\\u202f%"
    (True, True)
    """
    return f"{figure(share * 100)}{NARROW_SPACE}%"


def francs(written: str) -> str:
    """Write an amount that a cut's facts hold."""
    return format_francs(int(written))


def day(written: str) -> str:
    """Write a day that a cut's facts hold."""
    return format_date(date.fromisoformat(written))


def counted(value: Fraction, singular: str, plural: str = "") -> str:
    """Write a quantity with its noun, singular below two.

    >>> counted(Fraction(3, 2), "journée"), counted(Fraction(2), "journée")
    ('1,5 journée', '2 journées')
    """
    return f"{figure(value)} {singular if value < 2 else plural or singular + 's'}"


def ages(age_from: int | None, age_to: int | None) -> str:
    """Write an age range, nothing where there is none.

    >>> ages(None, 4), ages(15, 49), ages(60, None), ages(0, 0)
    ('jusqu’à 4 ans', 'de 15 à 49 ans', 'dès 60 ans', 'avant 1 an')
    """
    if not age_from and age_to == 0:
        return "avant 1 an"
    if age_from is None and age_to is None:
        return ""
    if not age_from:
        return f"jusqu’à {counted(Fraction(age_to or 0), 'an')}"
    if age_to is None:
        return f"dès {counted(Fraction(age_from), 'an')}"
    return f"de {age_from} à {counted(Fraction(age_to), 'an')}"


def target_words(target: Target, acts: Mapping[str, str]) -> str:
    """Say what a clause speaks of; ``acts`` names the acts by code.

    >>> target_words(Target(level="HOPITAL", ownership="private"), {})
    'Hôpital privé'
    >>> target_words(Target(), {}), target_words(Target(act="ECHO"), {"ECHO": "échographie"})
    ('Tous les soins', 'Échographie')
    """
    words = [
        _act_words(target, acts),
        _place_words(target.level, target.ownership),
        target.kind.label if target.kind else "",
        _PATIENTS.get(target.sex or "", ""),
        ages(target.age_from, target.age_to),
    ]
    said = ", ".join(word for word in words if word) or "tous les soins"
    return said[0].upper() + said[1:]


def _act_words(target: Target, acts: Mapping[str, str]) -> str:
    if target.act is not None:
        return acts.get(target.act, f"acte {target.act}")
    return target.family.label if target.family else ""


def _place_words(level: str | None, ownership: str | None) -> str:
    if level is None:
        return f"secteur {OWNERSHIPS.get(ownership, ownership)}" if ownership else ""
    owned = _FEMININE if level in _FEMININE_LEVELS else OWNERSHIPS
    place = LEVELS.get(level, level)
    return f"{place} {owned.get(ownership, ownership)}" if ownership else place
