"""Attestations brought by file: each entered as at the keyboard, then sent together.

The same file again finds what it brought and writes nothing. Good attestations are loaded and
the others told, row by row; or nothing at all where something is wrong, at the user's choice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from claims.models import Claim
from claims.rules.attestation_file import (
    COLUMNS,
    MOST_ROWS,
    FileClaim,
    FileRow,
    RowError,
    claims_of_file,
    located,
    read_claim,
)
from claims.selectors.entry import facilities_to_enter, stubs_known
from claims.services.attestations import enter_claim, submit_claims
from claims.services.decisions import lock_accounts
from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed
from federations.rules.roles import Permission, Role
from federations.rules.take_on import match_headings
from federations.services.access import require
from federations.services.sheets import read_sheet
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file came to; ``is_loaded``: False where everything was refused at its wish."""

    entered: int
    known: int
    refused: int
    errors: tuple[RowError, ...]
    is_loaded: bool


class _NothingAtAll(Exception):
    """Takes back what a file with faults had entered."""


def bring_attestations(*, actor: Actor, content: bytes, all_or_nothing: bool) -> Brought:
    """Enter and send the attestations of a CSV, XLSX or ODS file; DomainError for what is none."""
    return enter_file(
        actor=actor, claims=read_file(content, MOST_ROWS), all_or_nothing=all_or_nothing
    )


def enter_file(*, actor: Actor, claims: Sequence[FileClaim], all_or_nothing: bool) -> Brought:
    """Enter and send attestations of a file that is read; all of it in one transaction."""
    require(actor, Permission.ENTER_CLAIMS)
    loader = Loader(actor)
    try:
        with transaction.atomic():
            for claim in claims:
                loader.bring(claim)
            if loader.errors and all_or_nothing:
                raise _NothingAtAll
            loader.send()
    except _NothingAtAll:
        return Brought(0, 0, loader.refused, tuple(loader.errors), is_loaded=False)
    made = sum(len(ids) for ids in loader.made.values())
    return Brought(made, loader.known, loader.refused, tuple(loader.errors), is_loaded=True)


def read_file(content: bytes, most_rows: int) -> list[FileClaim]:
    """Return the attestations of a file; DomainError for what is none, or is too long."""
    sheet = read_sheet(content, most_rows=most_rows, least_columns=3)
    places = match_headings(COLUMNS, sheet.headings)
    rows = [
        FileRow(
            number,
            {
                name: cells[place].strip() if place < len(cells) else ""
                for name, place in places.items()
            },
        )
        for number, cells in sheet.rows
    ]
    return claims_of_file(rows)


class Loader:
    """What is known once for a file, and what became of its attestations so far."""

    def __init__(self, actor: Actor) -> None:
        self.actor, today = actor, clock.today()
        offered = facilities_to_enter(actor, today)
        self.facilities = {code.upper(): pk for pk, code in offered.values_list("pk", "code")}
        self.defaults = {"received_on": today, "facility_id": actor.facility_id}
        self.known, self.refused = 0, 0
        self.errors: list[RowError] = []
        self.made: dict[int, list[int]] = defaultdict(list)

    def bring(self, claim: FileClaim) -> None:
        """Enter one attestation, or keep why not."""
        try:
            with transaction.atomic():
                entry = read_claim(claim, facilities=self.facilities, defaults=self.defaults)
                before = stubs_known(self.actor, entry.stub)
                made = enter_claim(actor=self.actor, entry=entry, source=Claim.Source.FILE.value)
        except NotAllowed:
            raise
        except DomainError as error:
            self.refused += 1
            self.errors.extend(located(claim, one) for one in error.each())
        else:
            if made.pk in before:
                self.known += 1
            else:
                self.made[made.care_year].append(made.pk)

    def send(self) -> None:
        """Send what was entered; what cannot be decided stays entered, and is told."""
        if self.actor.role is not Role.FACILITY_USER:
            lock_accounts([pk for ids in self.made.values() for pk in ids], *self.made)
        for year, ids in sorted(self.made.items()):
            try:
                with transaction.atomic():
                    submit_claims(actor=self.actor, claim_ids=ids, year=year)
            except DomainError as error:
                told = f"Soins de {year} : enregistrés, pas encore transmis. {error.message}"
                self.errors.append(RowError(1, "", told))
