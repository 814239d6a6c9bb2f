"""What becomes of each row of an import, as a person reads it: outcome, and old → new by field.

Kept with a part in a short form: a line with a letter for each row in the order of the file, and
notes for those that something is to be said of.
"""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from membership.rules.households import Relationship
from membership.rules.imports.columns import Kind, title_of
from membership.rules.imports.known import KnownPerson
from membership.rules.imports.outcomes import Line, RowOutcome
from membership.rules.imports.payments import NewPayment
from membership.rules.imports.planned import HouseholdPlan, NewEnrolment
from membership.rules.imports.rows import PersonRow
from membership.rules.sentences import day, francs

#: What is told of a field: its title, what the register says, what the file makes of it.
Note = tuple[str, str, str]
Notes = dict[int, list[Note]]

_LETTERS = {
    RowOutcome.CREATED: "c", RowOutcome.CHANGED: "m", RowOutcome.UNCHANGED: "u",
    RowOutcome.REFUSED: "r", RowOutcome.DOUBTFUL: "d",
}  # fmt: skip
_OUTCOMES = {letter: outcome for outcome, letter in _LETTERS.items()}
_RELATIONSHIPS = {
    Relationship.HEAD.value: "adhérent", Relationship.SPOUSE.value: "conjoint",
    Relationship.CHILD.value: "enfant", Relationship.OTHER.value: "autre",
}  # fmt: skip
_KEEP_FAST = 1
_JSON = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class RowFindings:
    """What a part's rows come to, in the order of the file; its notes as JSON, by rank."""

    letters: str
    packed_notes: str

    def notes(self, rank: int) -> Sequence[Sequence[str]]:
        """Return what is said of a row; only this is read of thousands."""
        # Unescaped quotes before a colon are a key's: no word of a note looks like one.
        key = f'"{rank}": '
        at = self.packed_notes.find(key)
        return _JSON.raw_decode(self.packed_notes, at + len(key))[0] if at >= 0 else ()

    def outcome(self, rank: int) -> RowOutcome:
        """Return what becomes of a row."""
        return _OUTCOMES[self.letters[rank]]

    def ranks(self, outcome: RowOutcome) -> list[int]:
        """Return the rows that an outcome has."""
        letter = _LETTERS[outcome]
        return [rank for rank, one in enumerate(self.letters) if one == letter]


def pack_findings(lines: Sequence[Line], outcomes: Mapping[int, RowOutcome], notes: Notes) -> bytes:
    """Return what a part keeps of its rows."""
    letters = "".join([_LETTERS[outcomes[number]] for number, _ in lines])
    told = {rank: notes[number] for rank, (number, _) in enumerate(lines) if number in notes}
    text = f"{letters}\n{json.dumps(told, ensure_ascii=False)}"
    return zlib.compress(text.encode(), _KEEP_FAST)


def unpack_findings(content: bytes) -> RowFindings:
    """Return what a part kept; nothing where it was not looked at yet."""
    if not content:
        return RowFindings("", "{}")
    letters, _, told = zlib.decompress(content).decode().partition("\n")
    return RowFindings(letters, told)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a plan's codes are called."""

    kind: Kind
    year: int
    colline: Callable[[int], str]
    category: Callable[[str], str]


def household_notes(plan: HouseholdPlan, wording: Wording) -> Notes:
    """Return what is said of a household's rows; of the household itself on its first row."""
    notes: Notes = {}
    first = _of_household(plan, wording)
    if first:
        notes[plan.rows.line] = first
    if plan.known is not None:
        for new in plan.new_people:
            title = title_of(wording.kind, "joined_on")
            notes.setdefault(new.row.line, []).append((title, "", _day(new.joined_on)))
    for found, row, changes in plan.changed_people:
        notes.setdefault(row.line, []).extend(_of_person(found, row, changes, wording.kind))
    return notes


def _of_household(plan: HouseholdPlan, wording: Wording) -> list[Note]:
    told: list[Note] = []
    if plan.is_new:
        told.append(("Ménage", "", "nouveau"))
    known, changes = plan.known, plan.household_changes
    if known is not None and changes:
        words: dict[str, Callable[[object], str]] = {
            "colline_id": lambda value: wording.colline(int(str(value))),
            "category": lambda value: wording.category(str(value)),
        }
        for name, value in changes.items():
            word = words.get(name, str)
            title = title_of(wording.kind, _TITLES.get(name, name))
            told.append((title, word(getattr(known, name)), word(value)))
    if plan.former_number and known is not None:
        told.append((title_of(wording.kind, "former_number"), "", plan.former_number))
    if plan.enrolment is not None:
        told.append((f"Adhésion {wording.year}", "", _enrolment(plan.enrolment)))
    if plan.opening is not None:
        paid = f"{francs(plan.opening.amount_francs)} le {_day(plan.opening.received_on)}"
        told.append((title_of(Kind.PAST_REGISTER, "paid"), "", paid))
    return told


#: The columns of what a household's row is called otherwise in the register.
_TITLES = {"colline_id": "colline", "phone": "household_phone"}


def _enrolment(new: NewEnrolment) -> str:
    word = "renouvellement" if new.is_renewal else "nouvelle"
    owed = _francs(new.contribution_francs + new.joining_fee_francs)
    return f"{word}, {_day(new.enrolled_on)}, {owed}"


def _of_person(
    found: KnownPerson, row: PersonRow, changes: Mapping[str, object], kind: Kind
) -> list[Note]:
    said = {
        "phone": (found.phone, row.phone),
        "identity_paper": (found.paper, row.paper),
        "relationship": tuple(
            _RELATIONSHIPS.get(one, one) for one in (found.relationship, row.relationship)
        ),
        "birth_date": (_birth(found), _birth(row)),
    }
    told = [
        (title_of(kind, "birth" if name == "birth_date" else name), before, after)
        for name, (before, after) in said.items()
        if name in changes
    ]
    if "family_name" in changes:
        told.append(("Nom et prénom", f"{found.family} {found.given}", f"{row.family} {row.given}"))
    return told


def _birth(one: KnownPerson | PersonRow) -> str:
    return f"vers {one.birth_date.year}" if one.is_birth_estimated else day(one.birth_date)


def payment_note(made: NewPayment) -> Note:
    """Return what a payment leaves to pay."""
    left = made.left_francs
    return ("Reste à payer", francs(left + made.amount_francs), francs(left))


#: A register has few days and few amounts.
_day = lru_cache(maxsize=4096)(day)
_francs = lru_cache(maxsize=4096)(francs)
