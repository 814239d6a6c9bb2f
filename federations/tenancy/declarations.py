"""How a table stands to the wall: the words in which each application declares its own.

Each application has a `fence.py` with a tuple `TABLES` of these; `fence.py` here turns
them into policies, grants and history triggers, and the tests hold the database to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from django.apps import apps


class Policy(Enum):
    """Which rows an actor's role meets in a table."""

    #: The tenant's rows only, to read and to write.
    TENANT = "tenant"
    #: The network's directory: everyone reads, the tenant writes its own rows.
    DIRECTORY = "directory"
    #: Between two tenants: both read, the one that it belongs to writes.
    SHARED = "shared"
    #: Between a federation and a facility: the facility meets its own rows in every federation.
    FACILITY = "facility"
    #: A claim's: its home federation, the one that processes it, its facility, the advisers.
    CARE = "care"
    #: A claim's private part: written by who enters it, read through narrow functions alone.
    PRIVATE = "private"
    #: Like TENANT, and the dispatcher sees every tenant's rows.
    DISPATCHED = "dispatched"
    #: The tenant's rows are read; only the history trigger writes.
    HISTORY = "history"
    #: Outside the wall: identity, read before any scope exists; written as its guards say.
    IDENTITY = "identity"
    #: Outside the wall: reference data of the whole network, nobody's in particular.
    REFERENCE = "reference"


#: Rights by database role: letters of SELECT, INSERT, UPDATE, DELETE.
Rights = dict[str, str]

FEDERATION_SIDE = ("conamus_federation", "conamus_confederation")


def side(letters: str, **others: str) -> Rights:
    """Rights of the federation side, plus those named: ``side("SIU", facility="S")``."""
    rights = dict.fromkeys(FEDERATION_SIDE, letters)
    rights.update({f"conamus_{name}": value for name, value in others.items()})
    return rights


@dataclass(frozen=True)
class Guard:
    """A policy of a table's own: which rows these roles may write (or read), and made how."""

    name: str
    command: str
    roles: tuple[str, ...]
    #: SQL that the row as it was must meet, and the row as it becomes.
    using: str = ""
    check: str = ""
    #: Narrows what the table's other policies let through, rather than letting more through.
    is_narrowing: bool = False


@dataclass(frozen=True)
class Table:
    """One table's place: policy, rights, and what the history keeps of it."""

    name: str
    policy: Policy
    rights: Rights = field(default_factory=dict)
    history: bool = True
    #: Which changes the history keeps; what only ever grows tells its own beginning.
    events: tuple[str, ...] = ("insert", "update", "delete")
    #: Columns that a role may change, where it may not change them all.
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Columns that a role may read, where it may not read them all.
    readable: dict[str, tuple[str, ...]] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    #: SQL over ``o``, a row as it was, and ``n``, as it becomes, that each change must meet; the
    #: system's are its services' alone to ask.
    changes: str = ""
    #: Columns whose values never enter the history (secrets, file contents).
    hidden: tuple[str, ...] = ()
    #: Columns whose change alone is no event (folds, counters, last sign-in).
    ignored: tuple[str, ...] = ("sort_key", "search_key")
    key: str = "id"
    #: The tenants whose history tells of the row ``r``, a query; ``scope.tenant_id`` is the one of
    #: who changed it, and told where the query finds none. Empty: the column tenant_id, if any.
    told_to: str = ""


@cache
def declared_tables() -> Mapping[str, Table]:
    """Gather the tables that every installed application of ours declares.

    An application downstream may add guards to a table upstream (``GUARDS``, by table): who reads
    a file may depend on what the file is to it.
    """
    tables: dict[str, Table] = {}
    for config in apps.get_app_configs():
        module = f"{config.name}.fence"
        if find_spec(module):
            fence = import_module(module)
            tables.update({table.name: table for table in fence.TABLES})
            for name, guards in getattr(fence, "GUARDS", {}).items():
                tables[name] = replace(tables[name], guards=tables[name].guards + guards)
    return MappingProxyType(tables)


@cache
def shared_registers() -> frozenset[str]:
    """Return the tables of the whole network with a history, which is the whole network's too."""
    return frozenset(
        table.name
        for table in declared_tables().values()
        if table.policy is Policy.REFERENCE and table.history
    )


def declared_functions() -> list[tuple[str, str]]:
    """Gather (file name, SQL) of each application's narrow functions, in a stable order."""
    folders = (Path(config.path) / "sql" for config in apps.get_app_configs())
    files = (path for folder in folders for path in sorted(folder.glob("*.sql")))
    return [(path.name, path.read_text("utf-8")) for path in files]
