"""Bringing in the activities and expenses of past months."""

from typing import Any

from conamus.kernel.errors import DomainError
from federations.models import Activity, Expense
from federations.rules.activities import ActivityFacts, ExpenseFacts, ParticipantGroup
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.activities import record_activity
from federations.services.expenses import record_expense
from federations.services.take_on import ImportContext, Importer
from federations.take_on.lookups import (
    commune,
    division_on,
    funder,
    open_unit,
    refuse_difference,
    root_unit,
)

GROUPS = (1, 2, 3)
_UNIT = Column(
    name="unit", heading="Unité", example="", help="Le code de l’unité. Vide : la fédération."
)
_FUNDER = Column(
    name="funder", heading="Bailleur", example="",
    help="Le nom ou sigle d’un de vos partenaires. Vide : pas de bailleur.",
)  # fmt: skip


def _group_columns(number: int) -> tuple[Column, ...]:
    first = number == 1
    return (
        Column(
            name=f"label_{number}", heading=f"Participants {number}",
            example="prestataires de soins" if first else "",
        ),
        Column(
            name=f"total_{number}", heading=f"Nombre {number}", example="31" if first else "",
            kind=CellKind.INTEGER,
        ),
        Column(
            name=f"women_{number}", heading=f"Dont femmes {number}", example="12" if first else "",
            kind=CellKind.INTEGER, help="Vide : pas connu.",
        ),
    )  # fmt: skip


ACTIVITY_COLUMNS = (
    Column(name="theme", heading="Thème", example="Soins subsidiés (exemple)", is_required=True),
    Column(
        name="kind", heading="Nature", example="formation", kind=CellKind.CHOICE, is_required=True,
        choices={label: value for value, label in Activity.Kind.choices},
    ),
    Column(
        name="chapter", heading="Chapitre du rapport",
        example=str(Activity.Chapter.QUALITY.label), kind=CellKind.CHOICE, is_required=True,
        choices={label: value for value, label in Activity.Chapter.choices},
    ),
    _UNIT,
    Column(
        name="starts_on", heading="Du", example="06/05/2024", kind=CellKind.DAY, is_required=True
    ),
    Column(
        name="ends_on", heading="Au", example="08/05/2024", kind=CellKind.DAY,
        help="Vide : le même jour.",
    ),
    Column(name="province", heading="Province", example="",
           help="Nécessaire seulement quand plusieurs communes ont le même nom."),
    Column(name="place", heading="Commune", example=""),
    Column(name="place_note", heading="Précision sur le lieu", example="Salle paroissiale"),
    _FUNDER,
    Column(name="cost_francs", heading="Coût (FBu)", example="1 200 000", kind=CellKind.FRANCS),
    Column(name="result", heading="Résultat obtenu", example=""),
    Column(name="source", heading="Source", example="Rapport de mission"),
    *(column for number in GROUPS for column in _group_columns(number)),
)  # fmt: skip

EXPENSE_COLUMNS = (
    Column(name="label", heading="Libellé", example="Salaires de mai (exemple)", is_required=True),
    Column(
        name="spent_on", heading="Date", example="31/05/2024", kind=CellKind.DAY, is_required=True
    ),
    _UNIT,
    Column(
        name="heading", heading="Rubrique", example="Personnel", kind=CellKind.CHOICE,
        is_required=True, choices={label: value for value, label in Expense.Heading.choices},
    ),
    _FUNDER,
    Column(
        name="amount_francs", heading="Montant (FBu)", example="1 234 568", kind=CellKind.FRANCS,
        is_required=True,
    ),
    Column(
        name="voucher", heading="Pièce", example="P-12",
        help="Deux dépenses en tout point pareilles comptent pour une : la pièce les distingue.",
    ),
)  # fmt: skip


def bring_activity(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Record the activity, unless the same stands in the register."""
    facts = _activity_facts(context, values)
    there = Activity.objects.filter(
        tenant_id=context.actor.tenant_id,
        unit_id=facts.unit_id,
        starts_on=facts.starts_on,
        kind=facts.kind,
        theme=facts.theme,
    ).first()
    if there is None:
        record_activity(actor=context.actor, facts=facts)
        return Outcome.CREATED
    groups = there.participants.order_by("pk").values_list("label", "total", "women")
    refuse_difference(
        "Cette activité",
        {
            "fin": (there.ends_on, facts.ends_on),
            "bailleur": (there.funder_id, facts.funder_id),
            "coût": (there.cost_francs, facts.cost_francs),
            "participants": (
                list(groups),
                [(group.label, group.total, group.women) for group in facts.participants],
            ),
        },
    )
    return Outcome.UNCHANGED


def bring_expense(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Record the expense, unless the very same is there."""
    funded = funder(context, values["funder"], field="funder")
    facts = ExpenseFacts(
        unit_id=_unit_id(context, values),
        spent_on=values["spent_on"],
        heading=values["heading"],
        amount_francs=values["amount_francs"],
        label=values["label"],
        funder_id=funded.pk if funded else None,
        voucher=values["voucher"],
    )
    same = Expense.objects.filter(
        tenant_id=context.actor.tenant_id,
        unit_id=facts.unit_id,
        spent_on=facts.spent_on,
        heading=facts.heading,
        amount_francs=facts.amount_francs,
        label=facts.label,
        funder_id=facts.funder_id,
        voucher=facts.voucher,
    )
    if same.exists():
        return Outcome.UNCHANGED
    record_expense(actor=context.actor, facts=facts)
    return Outcome.CREATED


def _activity_facts(context: ImportContext, values: dict[str, Any]) -> ActivityFacts:
    place = values["place"] and commune(
        context,
        values["place"],
        field="place",
        division=division_on(values["starts_on"]),
        province=values["province"],
    )
    funded = funder(context, values["funder"], field="funder")
    return ActivityFacts(
        unit_id=_unit_id(context, values),
        starts_on=values["starts_on"],
        ends_on=values["ends_on"] or values["starts_on"],
        kind=values["kind"],
        chapter=values["chapter"],
        theme=values["theme"],
        place_id=place.pk if place else None,
        place_note=values["place_note"],
        funder_id=funded.pk if funded else None,
        cost_francs=values["cost_francs"],
        result=values["result"],
        source=values["source"],
        participants=_groups(values),
    )


def _groups(values: dict[str, Any]) -> tuple[ParticipantGroup, ...]:
    found = []
    for number in GROUPS:
        label, total, women = (values[f"{part}_{number}"] for part in ("label", "total", "women"))
        if not label and total is None and women is None:
            continue
        if total is None:
            raise DomainError("donnez le nombre de participants.", field=f"total_{number}")
        found.append(ParticipantGroup(label=label, total=total, women=women))
    return tuple(found)


def _unit_id(context: ImportContext, values: dict[str, Any]) -> int:
    code = values["unit"]
    return (open_unit(context, code, field="unit") if code else root_unit(context)).pk


ACTIVITIES = Importer(
    kind="activites",
    title="Activités",
    explanation="Formations, sensibilisations, ateliers et missions des années passées.",
    permission=Permission.RECORD_ACTIVITIES,
    columns=ACTIVITY_COLUMNS,
    apply=bring_activity,
)
EXPENSES = Importer(
    kind="depenses",
    title="Dépenses",
    explanation="Les dépenses des mois passés, par rubrique et bailleur.",
    permission=Permission.RECORD_EXPENSES,
    columns=EXPENSE_COLUMNS,
    apply=bring_expense,
)
