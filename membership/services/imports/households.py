"""The households of a part: read, recognised, planned, and what is said of each row."""

from collections.abc import Sequence

from membership.rules.imports import (
    HouseholdPlan,
    HouseholdRows,
    KnownHousehold,
    Line,
    Reader,
    Refusal,
    RowOutcome,
    RowsRefused,
    Wording,
    household_notes,
    households_of,
    plan_household,
    title_of,
)
from membership.selectors.import_facts import colline_names, numbers_left, prefixes_elsewhere
from membership.services.imports.doubts import Doubt, doubts_of
from membership.services.imports.part import PartPlan, ReadPart
from membership.services.imports.recognition import (
    known_household,
    named_in,
    refusal_at,
    refused_at,
    remember,
    require_unseen,
    unit_of,
)
from membership.services.imports.run import ImportRun


def read_households(run: ImportRun, lines: Sequence[Line], plan: PartPlan) -> list[HouseholdRows]:
    """Return the households that can be read; ``plan`` has the rows of the others."""
    reader = Reader(
        run.sheet, run.directory, run.categories, today=run.today, unit_id=run.row.unit_id
    )
    found = []
    for key, group in households_of(run.sheet, lines):
        if not key:
            _refuse_nameless(run, group, plan)
            continue
        rows = reader.household(group)
        if reader.refusals:
            plan.refuse(rows.lines, reader.refusals)
        else:
            found.append(rows)
    return found


def _refuse_nameless(run: ImportRun, group: Sequence[Line], plan: PartPlan) -> None:
    title = title_of(run.sheet.kind, "household_key")
    cause = "donnez le N° ménage, l’ancien numéro ou une clé : à quel ménage est cette ligne ?"
    for line, _ in group:
        plan.refuse([line], [Refusal(line, title, cause)])


def plan_households(run: ImportRun, part: ReadPart, *, is_trial: bool) -> PartPlan:
    """Plan the households that were read."""
    plan, read = part.plan, part.households
    named = named_in(run, read, hold=not is_trial)
    elsewhere = prefixes_elsewhere(
        {_prefix(rows.number) for rows in read if rows.number not in named.by_number} - {""}
    )
    days = {(unit_of(run, rows), rows.enrolled_on) for rows in read}
    terms = run.import_terms(
        is_trial=is_trial, days=[(unit, day) for unit, day in days if unit and day]
    )
    planned: set[int] = set()
    for rows in read:
        try:
            known = known_household(run, rows, named)
            _require_one_group(run, rows, known, planned)
            made = plan_household(rows, known, terms)
            _require_own_prefix(run, made, elsewhere)
            require_unseen(run, rows)
        except RowsRefused as refused:
            plan.refuse(rows.lines, refused.refusals)
            continue
        plan.households.append(made)
        if known is not None:
            planned.add(known.id)
        remember(run, rows)
    doubts = _doubts(run, plan, is_trial=is_trial)
    _require_numbers(run, plan, is_trial=is_trial)
    _tell_households(run, plan)
    for line, told in doubts.items():
        if plan.outcomes.get(line) is RowOutcome.CREATED:
            plan.outcomes[line] = RowOutcome.DOUBTFUL
            plan.notes.setdefault(line, []).extend((title, "", said) for title, said in told)
    return plan


def _require_one_group(
    run: ImportRun, rows: HouseholdRows, known: KnownHousehold | None, planned: set[int]
) -> None:
    """Rows under another number of a household of this part do not see what is planned for it.

    Its people, its enrolment and what it paid would be written twice.
    """
    if known is not None and known.id in planned:
        named_by = ("number", rows.number), ("former_number", rows.former_number)
        name = next((column for column, value in named_by if value), "household_key")
        raise refused_at(
            run, rows, name,
            f"le ménage {known.number} est plus haut dans ce fichier, nommé autrement : donnez le "
            "même N° ménage à toutes ses lignes.",
        )  # fmt: skip


def _require_numbers(run: ImportRun, plan: PartPlan, *, is_trial: bool) -> None:
    """Refuse the households for which the unit has no number left."""
    wanting = [made for made in plan.households if made.is_new and not made.rows.number]
    left = numbers_left(run.actor.tenant_id, {made.unit_id for made in wanting})
    for made in wanting:
        used = run.needed.get(made.unit_id, 0) if is_trial else 0
        if left.get(made.unit_id, 0) - used > 0:
            if is_trial:
                run.needed[made.unit_id] = used + 1
            else:
                left[made.unit_id] -= 1
            continue
        plan.households.remove(made)
        cause = "l’unité n’a plus de numéro : ouvrez une plage."
        plan.refuse(made.rows.lines, [refusal_at(run, made.rows, "number", cause)])


def _require_own_prefix(run: ImportRun, made: HouseholdPlan, elsewhere: set[str]) -> None:
    """A number that another federation hands out is a household of its own, not a new one."""
    if made.is_new and _prefix(made.rows.number) in elsewhere:
        cause = (
            f"« {made.rows.number} » est d’une autre fédération, dont ce ménage se transfère ; si "
            "ce n’est qu’un ancien numéro, mettez-le sous ce titre."
        )
        raise refused_at(run, made.rows, "number", cause)


def _prefix(number: str) -> str:
    return number.rpartition("-")[0]


def _doubts(run: ImportRun, plan: PartPlan, *, is_trial: bool) -> dict[int, list[Doubt]]:
    """Find who may be there already: told by a check; left out by a load where it was so decided.

    A load that takes them does not look again.
    """
    if not is_trial and run.row.takes_doubtful:
        return {}
    doubts = doubts_of(run.actor.tenant_id, plan.households)
    if is_trial:
        return doubts
    for made in list(plan.households):
        told = [(line, doubts[line]) for line in made.rows.lines if line in doubts]
        if told:
            plan.households.remove(made)
            plan.refuse(
                made.rows.lines,
                [
                    Refusal(line, "", f"{title} : {said}. Laissé de côté, à votre demande.")
                    for line, found in told
                    for title, said in found
                ],
            )
    return {}


def _tell_households(run: ImportRun, plan: PartPlan) -> None:
    """Say what becomes of each row of the households that come in."""
    moved = [made for made in plan.households if "colline_id" in made.household_changes]
    collines = colline_names(
        {made.known.colline_id for made in moved if made.known}
        | {made.household_changes["colline_id"] for made in moved}
    )
    wording = Wording(
        kind=run.sheet.kind,
        year=run.year,
        colline=lambda key: collines.get(key, ""),
        category=run.category_label,
    )
    for made in plan.households:
        plan.outcomes.update(made.outcomes)
        plan.notes.update(household_notes(made, wording))
