"""A file of attestations: a row a line, those of one stub one after the other.

What is of the whole attestation is written on its first row; on the following ones it may be
left empty, and must be the same where it is not. Columns are recognised in French, whatever
their order, case and accents.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from claims.rules.entry import NewClaim, NewLine, read_quantity
from claims.rules.words import CareKind
from conamus.kernel.errors import DomainError, Gathering
from federations.rules.take_on import CellKind, Column, read_cells

#: Rows of a file that is entered while its sender waits; a longer one is entered by a task.
MOST_ROWS = 1_000
#: Rows of any file: some hundred bytes a row, and 5 MB a file.
LARGEST = 50_000

HEAD = (
    Column(name="stub", heading="Souche", example="KIN-000123", is_required=True),
    Column(
        name="facility_id",
        heading="Formation sanitaire",
        example="FS-0001",
        help="Son code ; vide : celle de qui apporte le fichier.",
    ),
    Column(name="member", heading="Membre", example="MUN-0010001-02", is_required=True),
    Column(
        name="care_kind",
        heading="Genre",
        example="soins ambulatoires",
        kind=CellKind.CHOICE,
        choices={kind.label: kind.value for kind in CareKind},
        also={"ambulatoire": "outpatient", "sejour": "stay", "hospitalisation": "stay"},
    ),
    Column(
        name="starts_on",
        heading="Soins du",
        example="12/03/2025",
        kind=CellKind.DAY,
        is_required=True,
    ),
    Column(name="ends_on", heading="Soins au", example="12/03/2025", kind=CellKind.DAY),
    Column(
        name="received_on",
        heading="Reçue le",
        example="02/04/2025",
        kind=CellKind.DAY,
        help="Le jour où le centre l’a reçue ; vide : aujourd’hui. D’une formation sanitaire, "
        "toujours aujourd’hui.",
    ),
    Column(name="reason", heading="Motif", example="PALU"),
    Column(
        name="episode",
        heading="Épisode de soins",
        example="",
        help="Le même nom sur les attestations d’une même maladie.",
    ),
    Column(
        name="has_referral",
        heading="Référé",
        example="non",
        help="oui : référé par un centre de santé.",
        kind=CellKind.CHOICE,
        choices={"oui": "oui", "non": ""},
    ),
    Column(name="told_total_francs", heading="Total écrit", example="1000", kind=CellKind.FRANCS),
    Column(
        name="told_mutuelle_francs",
        heading="Part mutuelle écrite",
        example="800",
        kind=CellKind.FRANCS,
    ),
    Column(
        name="told_patient_francs",
        heading="Part patient écrite",
        example="200",
        kind=CellKind.FRANCS,
    ),
)
LINE = (
    Column(name="act", heading="Acte", example="CONS", is_required=True),
    Column(name="quantity", heading="Quantité", example="1"),
    Column(
        name="unit_price_francs",
        heading="Prix unitaire",
        example="1000",
        kind=CellKind.FRANCS,
        is_required=True,
    ),
    Column(
        name="given_on",
        heading="Jour de l’acte",
        example="",
        kind=CellKind.DAY,
        help="Pendant un séjour, le jour de la ligne ; vide : non écrit.",
    ),
)
COLUMNS = (*HEAD, *LINE)
_HEADINGS = {column.name: column.heading for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of the file: its number in the sheet, its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class FileClaim:
    """The rows of one attestation, in the order of the file."""

    rows: tuple[FileRow, ...]

    @property
    def stub(self) -> str:
        """The stub as written."""
        return self.rows[0].cells.get("stub", "")


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row is refused: its number, the column, what to do."""

    number: int
    column: str
    cause: str


def claims_of_file(rows: Iterable[FileRow]) -> list[FileClaim]:
    """Return the attestations of a file; a row without a stub goes with the one above.

    >>> first, second = FileRow(2, {"stub": "A-1"}), FileRow(3, {"stub": ""})
    >>> [len(one.rows) for one in claims_of_file([first, second, FileRow(4, {"stub": "A-2"})])]
    [2, 1]
    """
    stub, tagged = "", []
    for row in rows:
        stub = row.cells.get("stub", "") or stub
        tagged.append((stub, row))
    return [
        FileClaim(tuple(row for _, row in group))
        for _, group in groupby(tagged, key=lambda pair: pair[0])
    ]


def parts_of_file(claims: Iterable[FileClaim], most: int) -> list[list[FileClaim]]:
    """Return a file's attestations in parts; those that bear one stub stay together.

    >>> rows = [FileRow(n, {"stub": stub}) for n, stub in enumerate(["A-1", "A-2", "a-1"], 2)]
    >>> parts = parts_of_file(claims_of_file(rows), 2)
    >>> [[one.stub for one in part] for part in parts]
    [['A-1', 'a-1'], ['A-2']]
    """
    by_stub: dict[str, list[FileClaim]] = {}
    for claim in claims:
        by_stub.setdefault("".join(claim.stub.upper().split()), []).append(claim)
    parts: list[list[FileClaim]] = []
    for alike in by_stub.values():
        if parts and len(parts[-1]) + len(alike) <= most:
            parts[-1].extend(alike)
        else:
            parts.append(alike)
    return parts


def read_claim(
    claim: FileClaim, *, facilities: dict[str, int], defaults: dict[str, Any]
) -> NewClaim:
    """Return an attestation of the file as it is entered; every cell at fault is told.

    ``facilities``: ids by code; ``defaults``: what holds where the file says nothing.
    """
    gathering = Gathering()
    head = read_cells(HEAD, claim.rows[0].cells, gathering)
    lines = [_line(row, position, gathering) for position, row in enumerate(claim.rows, start=1)]
    _refuse_differences(claim, gathering)
    with gathering.part():
        head["facility_id"] = _facility(str(head.get("facility_id") or ""), facilities, defaults)
    gathering.refuse()
    return NewClaim(
        facility_id=head["facility_id"],
        stub=head["stub"],
        member=head["member"],
        care_kind=CareKind(head["care_kind"] or CareKind.OUTPATIENT),
        starts_on=head["starts_on"],
        ends_on=head["ends_on"] or head["starts_on"],
        received_on=head["received_on"] or defaults["received_on"],
        lines=tuple(line for line in lines if line is not None),
        reason=head["reason"],
        episode=head["episode"],
        has_referral=bool(head["has_referral"]),
        told_total_francs=head["told_total_francs"],
        told_mutuelle_francs=head["told_mutuelle_francs"],
        told_patient_francs=head["told_patient_francs"],
    )


def located(claim: FileClaim, refusal: DomainError) -> RowError:
    """Return where in the file a refusal of the entry is."""
    field, row = str(refusal.field or ""), claim.rows[0]
    if field.startswith("lines."):
        _, position, field = field.split(".")
        row = claim.rows[min(int(position), len(claim.rows)) - 1]
    return RowError(row.number, _HEADINGS.get(field, ""), refusal.message)


def _line(row: FileRow, position: int, gathering: Gathering) -> NewLine | None:
    own = Gathering()
    cells = read_cells(LINE, row.cells, own)
    quantity = Decimal(1)
    with own.part():
        quantity = _quantity(str(cells.get("quantity") or "1"))
    gathering.found.extend(
        DomainError(one.message, field=f"lines.{position}.{one.field}") for one in own.found
    )
    if own.found:
        return None
    return NewLine(
        act=cells["act"],
        quantity=quantity,
        unit_price_francs=cells["unit_price_francs"],
        given_on=cells["given_on"],
    )


def _quantity(text: str) -> Decimal:
    found = read_quantity(text)
    if found is None:
        raise DomainError(f"« {text[:40]} » n’est pas une quantité.", field="quantity")
    return found


def _facility(code: str, facilities: dict[str, int], defaults: dict[str, Any]) -> int:
    if not code and defaults.get("facility_id"):
        return int(defaults["facility_id"])
    if code.upper() not in facilities:
        told = f"« {code[:40]} » n’est pas le code d’une" if code else "Donnez le code d’une"
        raise DomainError(
            f"{told} formation sanitaire qui a, ou a eu, une convention.", field="facility_id"
        )
    return facilities[code.upper()]


def _refuse_differences(claim: FileClaim, gathering: Gathering) -> None:
    """What is of the whole attestation is said once, or the same on each row."""
    first: Sequence[FileRow] = claim.rows[:1]
    for position, row in enumerate(claim.rows[1:], start=2):
        for column in HEAD[1:]:
            said = row.cells.get(column.name, "")
            if said and said != first[0].cells.get(column.name, ""):
                gathering.found.append(
                    DomainError(
                        f"« {column.heading} » n’est pas comme sur la première ligne de la souche.",
                        field=f"lines.{position}.{column.name}",
                    )
                )
