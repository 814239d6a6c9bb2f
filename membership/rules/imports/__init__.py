"""How rows of a file become households, people, enrolments and payments: pure, no database.

``columns`` recognises titles, ``sheet`` brings a household's rows together, ``cells`` and
``reading`` read them; ``plan`` (with ``people`` and ``enrolling``) and ``payments`` compare them
with what is there and say what to write or why not; ``notes`` says it of each row, ``search``
finds rows; ``known`` and ``directory`` are what the selectors must provide.
"""

from membership.rules.imports.columns import (
    COLUMNS,
    MOST_PREAMBLE,
    ImportColumn,
    Kind,
    Titles,
    find_titles,
    read_titles,
    title_of,
)
from membership.rules.imports.directory import Colline, Directory
from membership.rules.imports.homonyms import homonym_cause, one_household
from membership.rules.imports.known import (
    ImportTerms,
    KnownEnrolment,
    KnownHousehold,
    KnownOpening,
    KnownPerson,
)
from membership.rules.imports.notes import (
    Note,
    Notes,
    RowFindings,
    Wording,
    household_notes,
    pack_findings,
    payment_note,
    unpack_findings,
)
from membership.rules.imports.outcomes import (
    Line,
    Refusal,
    RowOutcome,
    RowsRefused,
    refuse_together,
)
from membership.rules.imports.payments import (
    Debtor,
    KnownPayment,
    KnownPayments,
    NewPayment,
    PaymentRow,
    plan_payment,
    read_payment,
)
from membership.rules.imports.plan import plan_household
from membership.rules.imports.planned import (
    HouseholdPlan,
    NewEnrolment,
    NewPerson,
    Opening,
)
from membership.rules.imports.reading import Categories, Reader
from membership.rules.imports.rows import HouseholdRows, PersonRow
from membership.rules.imports.search import found_rows, searched_text, searched_words
from membership.rules.imports.seen import Seen
from membership.rules.imports.sheet import HouseholdMarks, Sheet, households_of

__all__ = [
    "COLUMNS",
    "MOST_PREAMBLE",
    "Categories",
    "Colline",
    "Debtor",
    "Directory",
    "HouseholdMarks",
    "HouseholdPlan",
    "HouseholdRows",
    "ImportColumn",
    "ImportTerms",
    "Kind",
    "KnownEnrolment",
    "KnownHousehold",
    "KnownOpening",
    "KnownPayment",
    "KnownPayments",
    "KnownPerson",
    "Line",
    "NewEnrolment",
    "NewPayment",
    "NewPerson",
    "Note",
    "Notes",
    "Opening",
    "PaymentRow",
    "PersonRow",
    "Reader",
    "Refusal",
    "RowFindings",
    "RowOutcome",
    "RowsRefused",
    "Seen",
    "Sheet",
    "Titles",
    "Wording",
    "find_titles",
    "found_rows",
    "homonym_cause",
    "household_notes",
    "households_of",
    "one_household",
    "pack_findings",
    "payment_note",
    "plan_household",
    "plan_payment",
    "read_payment",
    "read_titles",
    "refuse_together",
    "searched_text",
    "searched_words",
    "title_of",
    "unpack_findings",
]
