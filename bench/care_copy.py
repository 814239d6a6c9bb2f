"""What deciding claims cannot be under: a COPY of the rows that it writes, into the same tables.

What it wrote is told by the keys, above those that stood there before: decisions, lines, cuts,
steps, signals, accounts, sums of care; and the claims' new versions under keys of their own, for
a new version of a row is a row of the table and of its indexes. The role is the one that bypasses
row-level security; indexes and keys are on, the tables' own triggers off, since what they wrote is
copied too.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connections, transaction

from bench.care_table import BEYOND, YEAR, superuser
from bench.measure import Worked, worked

_CLAIM = "claims_claim"
#: In the order in which they can be read back.
_WRITTEN = (
    "claims_careaccount",
    "claims_decision",
    "claims_decisionline",
    "claims_decisioncut",
    "claims_claimstep",
    "claims_claimsignal",
    "claims_caresum",
    "claims_cutsum",
    "claims_delaycount",
    "claims_acceptedsum",
)
#: What the filling of `care_table` writes has keys of its own, beyond.
_AFTER = f"care_year = {YEAR} AND id > {{}} AND id < {BEYOND}"
_OF_CLAIMS = f"care_year = {YEAR} AND id = ANY (%s)"
#: Added to the keys of the claims that are copied.
_SHIFT = 2_000_000_000

Keys = Mapping[str, int]


def last_keys() -> Keys:
    """Return each table's last key: what a batch writes from now on comes after it."""
    with superuser() as cursor:
        return {table: _last_key(cursor, table) for table in _WRITTEN}


def _last_key(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table} WHERE {_AFTER.format(0)}")  # noqa: S608
    return int(cursor.fetchone()[0])


def copy_again(since: Keys, claims: Sequence[int]) -> Worked:
    """Take what was written since out of its tables, and time its COPY back."""
    with TemporaryDirectory() as name, superuser() as cursor:
        folder = Path(name)
        _copy_out(cursor, cursor.mogrify(_new_versions(cursor), [list(claims)]), folder / _CLAIM)
        for table, key in since.items():
            which = _AFTER.format(key)
            _copy_out(cursor, f"SELECT * FROM {table} WHERE {which}".encode(), folder / table)  # noqa: S608
        cursor.execute("SET session_replication_role = replica")
        for table in reversed(_WRITTEN):
            cursor.execute(f"DELETE FROM {table} WHERE {_AFTER.format(since[table])}")  # noqa: S608
        with _triggers_off(cursor):
            work = worked(partial(_copy_in, [_CLAIM, *_WRITTEN], folder), "loader")
        cursor.execute(f"DELETE FROM {_CLAIM} WHERE care_year = {YEAR} AND id > {_SHIFT}")  # noqa: S608
    return work


def _copy_out(cursor: Any, query: bytes, file: Path) -> None:
    with file.open("wb") as out:
        cursor.copy_expert(f"COPY ({query.decode()}) TO STDOUT", out)


def _new_versions(cursor: Any) -> str:
    """The claims as they became, under keys of their own: the columns in the table's order."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum",
        [_CLAIM],
    )
    columns = [f"id + {_SHIFT}" if name == "id" else name for (name,) in cursor.fetchall()]
    return f"SELECT {', '.join(columns)} FROM {_CLAIM} WHERE {_OF_CLAIMS}"  # noqa: S608


@contextmanager
def _triggers_off(cursor: Any) -> Iterator[None]:
    """Leave the keys' triggers on, and no others."""
    for table in (_CLAIM, *_WRITTEN):
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        for table in (_CLAIM, *_WRITTEN):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _copy_in(tables: Sequence[str], folder: Path) -> None:
    """Read the rows back by the role that bypasses row-level security."""
    with transaction.atomic(using="loader"), connections["loader"].cursor() as cursor:
        for table in tables:
            with (folder / table).open("rb") as text:
                cursor.copy_expert(f"COPY {table} FROM STDIN", text)
