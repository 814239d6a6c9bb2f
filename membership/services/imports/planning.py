"""A part of a file planned: its rows read, compared with the register, put to the rules.

Reading asks nothing of the database. Planning writes nothing; a trial and a load plan alike, so
that what is told is what is done.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from membership.rules.households import Relationship
from membership.rules.imports import (
    HouseholdPlan,
    HouseholdRows,
    Kind,
    KnownHousehold,
    KnownPayment,
    KnownPayments,
    Line,
    NewPayment,
    Notes,
    PaymentRow,
    PersonRow,
    Reader,
    Refusal,
    RowOutcome,
    RowsRefused,
    Wording,
    homonym_cause,
    household_notes,
    households_of,
    one_household,
    payment_note,
    plan_household,
    plan_payment,
    read_payment,
    refuse_together,
    title_of,
)
from membership.selectors.import_facts import (
    Named,
    colline_names,
    debtors,
    known_households,
    known_payments,
    numbers_left,
    prefixes_elsewhere,
)
from membership.services.imports.doubts import Doubt, doubts_of
from membership.services.imports.run import ImportRun, closed_months


@dataclass(slots=True)
class PartPlan:
    """What a part's rows come to."""

    households: list[HouseholdPlan] = field(default_factory=list)
    payments: list[NewPayment] = field(default_factory=list)
    #: What becomes of each row, and what is said of it.
    outcomes: dict[int, RowOutcome] = field(default_factory=dict)
    notes: Notes = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, lines: Sequence[int], refusals: Sequence[Refusal]) -> None:
        """Note rows that are refused together."""
        self.outcomes.update(dict.fromkeys(lines, RowOutcome.REFUSED))
        self.refusals += refuse_together(lines, refusals)

    def counts(self) -> dict[str, int]:
        """Return what a part keeps of it: rows by outcome, and what is written."""
        counts = Counter(outcome.value for outcome in self.outcomes.values())
        counts["households"] = sum(plan.is_new for plan in self.households)
        counts["people"] = sum(len(plan.new_people) for plan in self.households)
        counts["enrolments"] = sum(plan.enrolment is not None for plan in self.households)
        openings = [plan.opening.amount_francs for plan in self.households if plan.opening]
        counts["payments"] = len(self.payments) + len(openings)
        counts["francs"] = sum(one.amount_francs for one in self.payments) + sum(openings)
        return {name: count for name, count in counts.items() if count}

    def told(self) -> list[list[object]]:
        """Return the refusals as a part keeps them, in the order of the rows."""
        ordered = sorted(self.refusals, key=lambda one: one.line)
        return [[one.line, one.column, one.cause] for one in ordered]


@dataclass(slots=True)
class ReadPart:
    """A part's rows as they are read; ``plan`` has those that cannot be."""

    lines: Sequence[Line]
    households: list[HouseholdRows] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    plan: PartPlan = field(default_factory=PartPlan)


def read_part(run: ImportRun, lines: Sequence[Line]) -> ReadPart:
    """Read a part's rows: pure, so that it may be done while the database is busy."""
    part = ReadPart(lines)
    if run.sheet.kind is Kind.PAYMENTS:
        part.payments = _read_payments(run, lines, part.plan)
    else:
        part.households = _read_households(run, lines, part.plan)
    return part


def plan_part(run: ImportRun, read: ReadPart, *, is_trial: bool) -> PartPlan:
    """Plan a part; a load holds the households that it names until its transaction ends."""
    if run.sheet.kind is Kind.PAYMENTS:
        return _plan_payments(run, read, hold=not is_trial)
    return _plan_households(run, read, is_trial=is_trial)


def recall_part(run: ImportRun, part: ReadPart, refused: Sequence[Sequence[object]]) -> None:
    """Remember whom an earlier part named, as planning it did, when work goes on after a stop."""
    not_in = {line for line, _, _ in refused}
    for rows in part.households:
        if rows.line not in not_in:
            _see(run, rows)


def _plan_households(run: ImportRun, part: ReadPart, *, is_trial: bool) -> PartPlan:
    plan, read = part.plan, part.households
    named = _named(run, read, hold=not is_trial)
    elsewhere = prefixes_elsewhere(
        {_prefix(rows.number) for rows in read if rows.number not in named.by_number} - {""}
    )
    days = {(_unit(run, rows), rows.enrolled_on) for rows in read}
    terms = run.import_terms(
        is_trial=is_trial, days=[(unit, day) for unit, day in days if unit and day]
    )
    for rows in read:
        try:
            known = _known(run, rows, named)
            made = plan_household(rows, known, terms)
            _require_own_prefix(run, made, elsewhere)
            _require_unseen(run, rows)
        except RowsRefused as refused:
            plan.refuse(rows.lines, refused.refusals)
            continue
        plan.households.append(made)
        _see(run, rows)
    doubts = _doubts(run, plan, is_trial=is_trial)
    _require_numbers(run, plan, is_trial=is_trial)
    _tell_households(run, plan)
    for line, told in doubts.items():
        if plan.outcomes.get(line) is RowOutcome.CREATED:
            plan.outcomes[line] = RowOutcome.DOUBTFUL
            plan.notes.setdefault(line, []).extend((title, "", said) for title, said in told)
    return plan


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


def _read_households(run: ImportRun, lines: Sequence[Line], plan: PartPlan) -> list[HouseholdRows]:
    reader = Reader(run.sheet, run.directory, run.categories, run.row.unit_id)
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


def _named(run: ImportRun, read: Sequence[HouseholdRows], *, hold: bool) -> Named:
    heads = [
        (unit, head)
        for rows in read
        if _is_nameless(rows) and (head := _head(rows)) and (unit := _unit(run, rows))
    ]
    return known_households(
        run.actor,
        year=run.year,
        numbers={rows.number for rows in read if rows.number},
        former={rows.former_number for rows in read if rows.former_number},
        heads=heads,
        hold=hold,
    )


def _known(run: ImportRun, rows: HouseholdRows, named: Named) -> KnownHousehold | None:
    """Return the household of the register that rows speak of; RowsRefused where they disagree."""
    former = named.by_former.get(rows.former_number)
    found = named.by_number.get(rows.number) if rows.number else former
    if _is_nameless(rows):
        found = _by_head(run, rows, named)
    if found is None:
        _refuse_former(run, rows, former)
        return None
    in_sight = run.units_in_sight
    if in_sight is not None and found.unit_id not in in_sight:
        raise _refused(run, rows, "number", "ce ménage n’est pas de vos unités.")
    if former is not None and former is not found:
        _refuse_former(run, rows, former)
    found.knows_former = former is found
    return found


def _by_head(run: ImportRun, rows: HouseholdRows, named: Named) -> KnownHousehold | None:
    """Return the household of the head; RowsRefused where it is not told whether it is that one."""
    head, unit = _head(rows), _unit(run, rows)
    if head is None:
        return None
    homonyms = named.by_head.get((unit, head.search_key, head.sex, head.birth_date), ())
    found = one_household(homonyms, rows)
    cause = homonym_cause(homonyms, rows) if found is None else ""
    if cause:
        raise _refused(run, rows, "new_household", cause)
    return found


def _refuse_former(run: ImportRun, rows: HouseholdRows, former: KnownHousehold | None) -> None:
    if former is not None and rows.number:
        cause = f"cet ancien numéro est celui du ménage {former.number}."
        raise _refused(run, rows, "former_number", cause)


def _require_unseen(run: ImportRun, rows: HouseholdRows) -> None:
    """A household without number is known by its head: the same one again is to be explained.

    Said to be another, it is one, unless it tells nothing else than one above.
    """
    key = _head_key(run, rows)
    if rows.is_new and key:
        if _whole_key(run, rows) in run.seen:
            raise _refused(
                run, rows, "new_household",
                "un ménage en tout semblable est plus haut dans ce fichier.",
            )  # fmt: skip
    elif key and key in run.seen:
        raise _refused(
            run, rows, "household_key",
            "un ménage du même adhérent (nom, sexe, naissance) est plus haut dans ce fichier : "
            "si c’en est un autre, écrivez « oui » sous « Nouveau ménage ».",
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
        plan.refuse(
            made.rows.lines,
            [_refusal(run, made.rows, "number", "l’unité n’a plus de numéro : ouvrez une plage.")],
        )


def _require_own_prefix(run: ImportRun, made: HouseholdPlan, elsewhere: set[str]) -> None:
    """A number that another federation hands out is a household of its own, not a new one."""
    if made.is_new and _prefix(made.rows.number) in elsewhere:
        cause = (
            f"« {made.rows.number} » est d’une autre fédération, dont ce ménage se transfère ; si "
            "ce n’est qu’un ancien numéro, mettez-le sous ce titre."
        )
        raise _refused(run, made.rows, "number", cause)


def _prefix(number: str) -> str:
    return number.rpartition("-")[0]


def _see(run: ImportRun, rows: HouseholdRows) -> None:
    if rows.number:
        run.seen.add(f"n:{rows.number}")
    elif rows.former_number:
        run.seen.add(f"f:{rows.former_number}")
    key = _head_key(run, rows)
    if key:
        run.seen.add(key)
        run.seen.add(_whole_key(run, rows))


def _whole_key(run: ImportRun, rows: HouseholdRows) -> str:
    """All that tells a household without number from another one of the same head."""
    people = sorted(f"{one.search_key} {one.sex} {one.birth_date}" for one in rows.people)
    return f"w:{_unit(run, rows)}:{rows.colline_id}:{rows.phone}:{rows.cam}:{'|'.join(people)}"


def _head_key(run: ImportRun, rows: HouseholdRows) -> str:
    head = _head(rows)
    if head is None or not _is_nameless(rows):
        return ""
    return f"h:{_unit(run, rows)}:{head.search_key}:{head.sex}:{head.birth_date}"


def _is_nameless(rows: HouseholdRows) -> bool:
    return not rows.number and not rows.former_number


def _head(rows: HouseholdRows) -> PersonRow | None:
    return next((one for one in rows.people if one.relationship == Relationship.HEAD), None)


def _unit(run: ImportRun, rows: HouseholdRows) -> int:
    return rows.unit_id or run.row.unit_id or 0


def _refusal(run: ImportRun, rows: HouseholdRows, name: str, cause: str) -> Refusal:
    return Refusal(rows.line_of(name), title_of(run.sheet.kind, name), cause)


def _refused(run: ImportRun, rows: HouseholdRows, name: str, cause: str) -> RowsRefused:
    return RowsRefused([_refusal(run, rows, name, cause)])


def _plan_payments(run: ImportRun, part: ReadPart, *, hold: bool) -> PartPlan:
    plan, read = part.plan, part.payments
    numbers = {row.number for row in read}
    households, owing = debtors(run.actor, numbers=numbers, year=run.year, hold=hold)
    known = KnownPayments(
        known_payments(
            run.actor.tenant_id,
            references={row.request.reference for row in read if row.request.reference},
            papers={row.request.paper_receipt for row in read if row.request.paper_receipt},
        )
    )
    closed = closed_months(
        run.actor.tenant_id,
        {
            (owing[key].unit_id, row.request.received_on)
            for row in read
            if (key := households.get(row.number)) in owing
        },
    )
    for row in read:
        try:
            household = households.get(row.number)
            if household is None or household not in owing:
                raise _no_debtor(run, row, is_known=household is not None)
            debtor = owing[household]
            if known.same_as(row, debtor) is not None:
                plan.outcomes[row.line] = RowOutcome.UNCHANGED
                continue
            told = closed(debtor.unit_id, row.request.received_on)
            made = plan_payment(
                row,
                debtor,
                run.keys,
                today=run.today,
                closed_month=told,
                too_old=run.too_old(row.request.received_on),
            )
            made.attempt = known.attempt_of(row, debtor)
        except RowsRefused as refused:
            plan.refuse([row.line], refused.refusals)
            continue
        known.add(_planned(made))
        plan.payments.append(made)
        plan.outcomes[row.line] = RowOutcome.CREATED
        plan.notes[row.line] = [payment_note(made)]
    return plan


def _read_payments(run: ImportRun, lines: Sequence[Line], plan: PartPlan) -> list[PaymentRow]:
    read = []
    for line in lines:
        try:
            read.append(read_payment(run.sheet, line))
        except RowsRefused as refused:
            plan.refuse([line[0]], refused.refusals)
    return read


def _no_debtor(run: ImportRun, row: PaymentRow, *, is_known: bool) -> RowsRefused:
    cause = f"aucun ménage de vos unités n’a le numéro « {row.number[:30]} »."
    if is_known:
        cause = f"ce ménage n’est pas inscrit pour {run.year} : inscrivez-le d’abord."
    return RowsRefused([Refusal(row.line, title_of(run.sheet.kind, "number"), cause)])


def _planned(made: NewPayment) -> KnownPayment:
    asked = made.request
    return KnownPayment(
        enrolment_id=made.debtor.enrolment_id,
        unit_id=made.debtor.unit_id,
        amount_francs=made.amount_francs,
        method=asked.method,
        received_on=asked.received_on,
        reference=asked.reference,
        paper_receipt=asked.paper_receipt,
        receipt=f"ligne {made.line}",
        line=made.line,
        attempt=made.attempt,
    )
