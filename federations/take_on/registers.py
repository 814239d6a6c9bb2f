"""Bringing in the activities and expenses of past months."""

from dataclasses import asdict, replace
from typing import Any

from conamus import clock
from federations.models import Activity, Expense, Partner, Place, Unit
from federations.rules.activities import (
    ActivityFacts,
    ExpenseFacts,
    ParticipantGroup,
    activity_problems,
    expense_problems,
)
from federations.rules.problems import Problem, refuse_problems
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome, refuse_readable
from federations.services.activities import record_activity
from federations.services.expenses import record_expense
from federations.services.ownership import require_unit_open_on
from federations.services.periods import require_open_month
from federations.services.take_on import ImportContext, Importer, Question
from federations.take_on.lookups import (
    commune,
    division_on,
    funder,
    open_unit,
    refuse_difference,
    root_unit,
)

GROUPS = (1, 2, 3)
PARTS = ("label", "total", "women")
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
    facts = _activity_facts(values)
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
            "chapitre": (there.chapter, facts.chapter),
            "participants": (
                list(groups),
                [(group.label, group.total, group.women) for group in facts.participants],
            ),
        },
        if_given={
            "commune": (there.place_id, facts.place_id),
            "précision sur le lieu": (there.place_note, facts.place_note),
            "résultat": (there.result, facts.result),
            "source": (there.source, facts.source),
        },
    )
    return Outcome.UNCHANGED


def bring_expense(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Record the expense, unless the very same is there."""
    facts = _expense_facts(values)
    same = Expense.objects.filter(tenant_id=context.actor.tenant_id, **asdict(facts))
    if same.exists():
        return Outcome.UNCHANGED
    record_expense(actor=context.actor, facts=facts)
    return Outcome.CREATED


def _expense_facts(values: dict[str, Any]) -> ExpenseFacts:
    """Return the row's facts; something neutral in the place of what cannot be read."""
    return ExpenseFacts(
        unit_id=_key(values, "unit") or 0,
        spent_on=values.get("spent_on", clock.today()),
        heading=values.get("heading", ""),
        amount_francs=values.get("amount_francs", 0),
        label=values.get("label", ""),
        funder_id=_key(values, "funder"),
        voucher=values.get("voucher", ""),
    )


def _activity_facts(values: dict[str, Any]) -> ActivityFacts:
    """Return the row's facts; something neutral in the place of what cannot be read."""
    starts_on = values.get("starts_on") or values.get("ends_on") or clock.today()
    return ActivityFacts(
        unit_id=_key(values, "unit") or 0,
        starts_on=starts_on,
        ends_on=values.get("ends_on") or starts_on,
        kind=values.get("kind", ""),
        chapter=values.get("chapter", ""),
        theme=values.get("theme", ""),
        place_id=_key(values, "place"),
        place_note=values.get("place_note", ""),
        funder_id=_key(values, "funder"),
        cost_francs=values.get("cost_francs"),
        result=values.get("result", ""),
        source=values.get("source", ""),
        participants=tuple(_groups(values).values()),
    )


def _key(values: dict[str, Any], column: str) -> int | None:
    thing = values.get(column)
    return thing.pk if thing else None


def _groups(values: dict[str, Any]) -> dict[int, ParticipantGroup]:
    """Return the groups that are told and can be read, by their number in the file."""
    found = {}
    for number in GROUPS:
        cells: dict[str, Any] = {part: values.get(f"{part}_{number}") for part in PARTS}
        is_readable = all(f"{part}_{number}" in values for part in PARTS)
        if is_readable and cells["total"] is not None:
            found[number] = ParticipantGroup(**cells)
    return found


def _unit(context: ImportContext, values: dict[str, Any]) -> Unit:
    code = values["unit"]
    return open_unit(context, code, field="unit") if code else root_unit(context)


def _funder(context: ImportContext, values: dict[str, Any]) -> Partner | None:
    return funder(context, values["funder"], field="funder")


def _place(context: ImportContext, values: dict[str, Any]) -> Place | None:
    if not values["place"]:
        return None
    return commune(
        context,
        values["place"],
        field="place",
        division=division_on(values["starts_on"]),
        province=values["province"],
    )


def _expense_is_right(context: ImportContext, values: dict[str, Any]) -> None:
    refuse_readable(expense_problems(_expense_facts(values), today=clock.today()), values)


def _activity_is_right(context: ImportContext, values: dict[str, Any]) -> None:
    """Ask the rule; the rows of its answers are translated to the file's columns."""
    numbers = list(_groups(values))
    problems = activity_problems(_activity_facts(values), today=clock.today())
    refuse_readable([_at_column(problem, numbers) for problem in problems], values)


def _at_column(problem: Problem, numbers: list[int]) -> Problem:
    _, _, place = problem.field.partition("participants-")
    if not place:
        return problem
    row, part = place.split("-")
    return replace(problem, field=f"{part}_{numbers[int(row)]}")


def _groups_are_counted(context: ImportContext, values: dict[str, Any]) -> None:
    refuse_problems(
        Problem(f"total_{number}", "donnez le nombre de participants.")
        for number in GROUPS
        if values.get(f"total_{number}", 0) is None
        and (values.get(f"label_{number}") or values.get(f"women_{number}") is not None)
    )


def _month_is_open(day_column: str) -> Question:
    """A row that stands in a closed month already is no fault; a new one is, with the others."""

    def ask(context: ImportContext, values: dict[str, Any]) -> None:
        require_open_month(
            tenant_id=context.actor.tenant_id,
            unit_id=values["unit"].pk,
            on_date=values[day_column],
            field=day_column,
        )

    return Question(ask=ask, needs=("unit", day_column), is_of_refused=True)


def _unit_is_open(day_column: str) -> Question:
    """The same of the unit: what stands there already is no fault."""

    def ask(context: ImportContext, values: dict[str, Any]) -> None:
        if values[day_column] is not None:
            require_unit_open_on(values["unit"], values[day_column], field=day_column)

    return Question(ask=ask, needs=("unit", day_column), is_of_refused=True)


_OF_BOTH = (
    Question(ask=_unit, needs=("unit",), answers="unit"),
    Question(ask=_funder, needs=("funder",), answers="funder"),
)
ACTIVITIES = Importer(
    kind="activites",
    title="Activités",
    explanation="Formations, sensibilisations, ateliers et missions des années passées.",
    permission=Permission.RECORD_ACTIVITIES,
    columns=ACTIVITY_COLUMNS,
    apply=bring_activity,
    model=Activity,
    questions=(
        *_OF_BOTH,
        Question(ask=_place, needs=("place", "province", "starts_on"), answers="place"),
        Question(ask=_groups_are_counted),
        Question(ask=_activity_is_right),
        _unit_is_open("starts_on"),
        _unit_is_open("ends_on"),
        _month_is_open("starts_on"),
    ),
)
EXPENSES = Importer(
    kind="depenses",
    title="Dépenses",
    explanation="Les dépenses des mois passés, par rubrique et bailleur.",
    permission=Permission.RECORD_EXPENSES,
    columns=EXPENSE_COLUMNS,
    apply=bring_expense,
    model=Expense,
    questions=(
        *_OF_BOTH,
        Question(ask=_expense_is_right),
        _unit_is_open("spent_on"),
        _month_is_open("spent_on"),
    ),
)
