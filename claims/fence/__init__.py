"""How the tables of `claims` stand to the wall, a module a subject; by whose hand: `claim_wall`."""

from claims.fence import (
    claims,
    decisions,
    files,
    members,
    money,
    private,
    readers,
    sums,
    terms,
    visits,
)

_SUBJECTS = (terms, claims, decisions, readers, sums, private, money, files, visits, members)
TABLES = tuple(table for subject in _SUBJECTS for table in subject.TABLES)
