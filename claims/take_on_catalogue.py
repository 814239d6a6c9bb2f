"""Bringing in acts, medicines and reasons for care from a file."""

from typing import Any

from claims.rules.words import Family
from claims.selectors.catalogue import act_by_code, reasons
from claims.services.catalogue import ActDetails, ReasonDetails, add_act, add_reason
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.take_on import ImportContext, Importer
from federations.take_on.lookups import refuse_difference

_FAMILIES = {family.label: family.value for family in Family}
_YES_NO = {"oui": "oui", "non": "non"}


def _yes_no(name: str, heading: str) -> Column:
    return Column(
        name=name, heading=heading, example="non", kind=CellKind.CHOICE, choices=_YES_NO,
        help="Vide : non.",
    )  # fmt: skip


_ACT = (
    Column(name="code", heading="Code", example="CODE1", is_required=True),
    Column(name="name", heading="Nom", example="Amoxicilline", is_required=True),
    Column(
        name="family", heading="Famille", example="médicament", kind=CellKind.CHOICE,
        is_required=True, choices=_FAMILIES, also={family.value: family.value for family in Family},
    ),
    Column(name="strength", heading="Dosage", example="500 mg"),
    Column(name="form", heading="Forme", example="gélule"),
    Column(name="atc", heading="Code ATC", example="J01CA04"),
)  # fmt: skip
_REASON = (
    Column(name="code", heading="Code", example="CODE1", is_required=True),
    Column(name="name", heading="Nom", example="Paludisme simple", is_required=True),
    Column(name="icd10", heading="Code CIM-10", example="B54"),
    _yes_no("is_chronic", "Chronique"),
    _yes_no("is_maternity", "Grossesse"),
    Column(name="usual_treatment", heading="Traitement habituel", example="Trois jours"),
)
#: What a row may leave out: a file of codes and names alone changes nothing else.
_NAMES = {"name": "nom", "family": "famille", "strength": "dosage", "form": "forme", "atc": "ATC"}


def bring_act(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Add the act, unless it is there already."""
    there = act_by_code(context.actor.tenant_id, values["code"])
    if there is None:
        details = ActDetails(**{name: values[name] for name in _NAMES})
        add_act(actor=context.actor, code=values["code"], details=details)
        return Outcome.CREATED
    refuse_difference(
        f"L’acte {there.code}",
        {word: (getattr(there, name), values[name]) for name, word in _NAMES.items()},
    )
    return Outcome.UNCHANGED


def bring_reason(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Add the reason for care, unless it is there already."""
    flags = {name: values[name] == "oui" for name in ("is_chronic", "is_maternity")}
    there = reasons(context.actor.tenant_id).filter(code__iexact=values["code"].strip()).first()
    if there is None:
        texts = {name: values[name] for name in ("name", "icd10", "usual_treatment")}
        add_reason(
            actor=context.actor, code=values["code"], details=ReasonDetails(**texts, **flags)
        )
        return Outcome.CREATED
    refuse_difference(
        f"Le motif {there.code}",
        {
            "nom": (there.name, values["name"]),
            "CIM-10": (there.icd10, values["icd10"]),
            "chronique": (there.is_chronic, flags["is_chronic"]),
            "grossesse": (there.is_maternity, flags["is_maternity"]),
        },
        if_given={"traitement habituel": (there.usual_treatment, values["usual_treatment"])},
    )
    return Outcome.UNCHANGED


ACTS = Importer(
    kind="actes",
    title="Actes et médicaments",
    explanation="Le catalogue de ce qu’une attestation peut porter.",
    permission=Permission.MANAGE_CARE_TERMS,
    columns=_ACT,
    apply=bring_act,
)
REASONS = Importer(
    kind="motifs-de-soins",
    title="Motifs de soins",
    explanation="La liste courte des motifs, avec leur code CIM-10.",
    permission=Permission.MANAGE_CARE_TERMS,
    columns=_REASON,
    apply=bring_reason,
)
