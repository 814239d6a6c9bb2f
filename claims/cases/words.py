"""The French words of care that several rules' cases share."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from claims.rules.package import Paper, Scope, Target
from claims.rules.words import Bearer, CareKind, Family
from conamus.cases.facts import Facts

_Choice = TypeVar("_Choice")

FAMILIES: Mapping[str, Family] = {family.label: family for family in Family}
LEVELS = {
    "CDS": "CDS",
    "hôpital": "HOPITAL",
    "clinique": "CLINIQUE_POLYCLINIQUE",
    "centre médical": "CENTRE_MEDICAL",
    "pharmacie": "PHARMACIE",
}
OWNERSHIPS = {"public": "public", "privé": "private", "confessionnel": "faith_based"}
SEXES = {"femme": "F", "homme": "M"}
KINDS = {"ambulatoire": CareKind.OUTPATIENT, "séjour": CareKind.STAY}
SCOPES = {
    "ligne": Scope.LINE,
    "attestation": Scope.CLAIM,
    "séjour": Scope.STAY,
    "épisode": Scope.EPISODE,
    "personne et an": Scope.PERSON_YEAR,
    "ménage et an": Scope.HOUSEHOLD_YEAR,
}
BEARERS = {"patient": Bearer.PATIENT, "formation sanitaire": Bearer.FACILITY}
PAPERS = {"accord préalable": Paper.AUTHORISATION, "bon de référence": Paper.REFERRAL}


def target(row: Facts) -> Target:
    """Read what a clause speaks of; what is not given does not narrow it."""
    return Target(
        family=optional(row, "famille", FAMILIES),
        act=row.text("acte") if row.has("acte") else None,
        level=optional(row, "type", LEVELS),
        ownership=optional(row, "secteur", OWNERSHIPS),
        kind=optional(row, "soins", KINDS),
        sex=optional(row, "sexe", SEXES),
        age_from=row.optional_integer("dès l'âge de"),
        age_to=row.optional_integer("jusqu'à l'âge de"),
    )


def optional(row: Facts, name: str, choices: Mapping[str, _Choice]) -> _Choice | None:
    """Read one of the named choices, or nothing."""
    return row.choice(name, choices) if row.has(name) else None


def share(row: Facts, name: str) -> Fraction:
    """Read a rate in percent as a share of one."""
    return Fraction(row.rate(name)) / 100


def quantity(row: Facts, name: str, default: int | None = None) -> Fraction:
    """Read a quantity, with its decimals."""
    if default is not None and not row.has(name):
        return Fraction(default)
    return Fraction(row.rate(name))
