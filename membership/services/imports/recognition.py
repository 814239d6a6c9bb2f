"""Which household of the register, or of the file so far, the rows of a household speak of."""

from collections.abc import Sequence

from membership.rules.households import Relationship
from membership.rules.imports import (
    HouseholdRows,
    KnownHousehold,
    PersonRow,
    Refusal,
    RowsRefused,
    homonym_cause,
    one_household,
    title_of,
)
from membership.selectors.import_facts import Named, known_households
from membership.services.imports.run import ImportRun


def named_in(run: ImportRun, read: Sequence[HouseholdRows], *, hold: bool) -> Named:
    """Return the households of the register that a part names; ``hold``: locked till its end."""
    heads = [
        (unit, head)
        for rows in read
        if _is_nameless(rows) and (head := _head(rows)) and (unit := unit_of(run, rows))
    ]
    return known_households(
        run.actor,
        year=run.year,
        numbers={rows.number for rows in read if rows.number},
        former={rows.former_number for rows in read if rows.former_number},
        heads=heads,
        hold=hold,
    )


def known_household(run: ImportRun, rows: HouseholdRows, named: Named) -> KnownHousehold | None:
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
        raise refused_at(run, rows, "number", "ce ménage n’est pas de vos unités.")
    if former is not None and former is not found:
        _refuse_former(run, rows, former)
    found.knows_former = former is found
    return found


def _by_head(run: ImportRun, rows: HouseholdRows, named: Named) -> KnownHousehold | None:
    """Return the household of the head; RowsRefused where it is not told whether it is that one."""
    head, unit = _head(rows), unit_of(run, rows)
    if head is None:
        return None
    homonyms = named.by_head.get((unit, head.search_key, head.sex, head.birth_date), ())
    found = one_household(homonyms, rows)
    cause = homonym_cause(homonyms, rows) if found is None else ""
    if cause:
        raise refused_at(run, rows, "new_household", cause)
    return found


def _refuse_former(run: ImportRun, rows: HouseholdRows, former: KnownHousehold | None) -> None:
    if former is not None and rows.number:
        cause = f"cet ancien numéro est celui du ménage {former.number}."
        raise refused_at(run, rows, "former_number", cause)


def require_unseen(run: ImportRun, rows: HouseholdRows) -> None:
    """A household without number is known by its head: the same one again is to be explained.

    Said to be another, it is one, unless it tells nothing else than one above.
    """
    key = _head_key(run, rows)
    if rows.is_new and key:
        if _whole_key(run, rows) in run.seen:
            raise refused_at(
                run, rows, "new_household",
                "un ménage en tout semblable est plus haut dans ce fichier.",
            )  # fmt: skip
    elif key and key in run.seen:
        raise refused_at(
            run, rows, "household_key",
            "un ménage du même adhérent (nom, sexe, naissance) est plus haut dans ce fichier : "
            "si c’en est un autre, écrivez « oui » sous « Nouveau ménage ».",
        )  # fmt: skip


def remember(run: ImportRun, rows: HouseholdRows) -> None:
    """Note that the file has named this household."""
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
    return f"w:{unit_of(run, rows)}:{rows.colline_id}:{rows.phone}:{rows.cam}:{'|'.join(people)}"


def _head_key(run: ImportRun, rows: HouseholdRows) -> str:
    head = _head(rows)
    if head is None or not _is_nameless(rows):
        return ""
    return f"h:{unit_of(run, rows)}:{head.search_key}:{head.sex}:{head.birth_date}"


def _is_nameless(rows: HouseholdRows) -> bool:
    return not rows.number and not rows.former_number


def _head(rows: HouseholdRows) -> PersonRow | None:
    return next((one for one in rows.people if one.relationship == Relationship.HEAD), None)


def unit_of(run: ImportRun, rows: HouseholdRows) -> int:
    """Return the unit that rows name, else the file's; 0: neither."""
    return rows.unit_id or run.row.unit_id or 0


def refusal_at(run: ImportRun, rows: HouseholdRows, name: str, cause: str) -> Refusal:
    """Return a refusal, told where the rows first say that of their household."""
    return Refusal(rows.line_of(name), title_of(run.sheet.kind, name), cause)


def refused_at(run: ImportRun, rows: HouseholdRows, name: str, cause: str) -> RowsRefused:
    """Return what to raise for one cause."""
    return RowsRefused([refusal_at(run, rows, name, cause)])
