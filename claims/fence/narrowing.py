"""How the tables of `claims` are narrowed: columns that change, guards, moments written once."""

from claims.fence import claim_wall
from federations.tenancy.declarations import FEDERATION_SIDE, Guard

FACILITY = ("conamus_facility",)
BOTH = (*FEDERATION_SIDE, *FACILITY)
#: A person's work on a claim is told by its steps; the history keeps what was changed of it.
CHANGES = ("update", "delete")
#: What names a row of care, in what a federation's other roles read of it. Of what readers, and
#: facilities to them, have written, that is all but their own words, and the facts that tell an
#: illness. The readers have roles of their own; who acts as the confederation is CONAMUS, of which
#: no claim is, a doctor of it, or the system.
OF_CARE = ("care_year", "tenant_id", "processing_id", "facility_id", "id")


def changing(*columns: str, by: tuple[str, ...] = FEDERATION_SIDE) -> dict[str, tuple[str, ...]]:
    """The columns that services change: what else a row says, it says for ever."""
    return dict.fromkeys(by, columns)


def narrow(name: str, command: str, roles: tuple[str, ...], using: str, check: str) -> Guard:
    """A guard that lets through less than the table's policy does."""
    return Guard(name, command, roles, using=using, check=check, is_narrowing=True)


def once(column: str, by: tuple[str, ...] = FEDERATION_SIDE) -> tuple[Guard]:
    """A moment is written once: it is neither moved nor taken back."""
    return (narrow(f"{column}_once", "UPDATE", by, f"{column} IS NULL", f"{column} IS NOT NULL"),)


def added(name: str, check: str) -> Guard:
    """What a row that a federation or a facility adds must meet."""
    return narrow(name, "INSERT", BOTH, "", check)


def while_written(table: str) -> Guard:
    """Lines and reasons are written until the claim is sent; never after."""
    return added("while_written", claim_wall.WHILE_WRITTEN.format(table=table))
