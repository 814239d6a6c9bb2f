"""What happens to names: spelt by ear, mistyped, unmarked, exchanged, more or fewer, cut short.

A change looks at one name in small letters and returns another, or None where it has no hold.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from bench.corruptions.mix import Kind
from bench.corruptions.record import Change, Record, Surroundings

#: How often the family name is touched, and not the given one.
FAMILY_NAME_SHARE = 0.6
_CONSONANT = "bcdfghjklmnpqrstvwxz"
#: Rewritings of each kind, both ways: an expression over the name in small letters, what for it.
_BY_EAR: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.L_R: ((r"l", "r"), (r"r", "l")),
    Kind.DOUBLED: (
        (r"([a-zé])\1", r"\1"),
        (r"(?<=[a-zé])([aeioulmnprst])(?!\1)(?<!\1\1)(?=[a-zé])", r"\1\1"),
    ),
    Kind.IYE: ((r"iye", "ie"), (r"iye\b", "iyé"), (r"iyé", "iye"), (r"ie", "iye")),
    Kind.Y_I: (
        (rf"(?<=[{_CONSONANT}])y(?=[{_CONSONANT}])", "i"), (r"\by(?=[aeou])", "i"),
        (rf"(?<=[{_CONSONANT}])i(?=[{_CONSONANT}])", "y"),
        (r"ayi", "ai"), (r"iyo", "io"), (r"iya", "ia"), (r"io", "iyo"), (r"ia", "iya"),
    ),
    Kind.NZ_Z: ((r"nz", "z"), (r"(?<!n)z", "nz")),
    Kind.SH_S: ((r"sh", "s"), (r"(?<![sc])s(?=[aeiou])", "sh")),
    Kind.W_U: (
        (rf"(?<=[{_CONSONANT}])w(?=[aeio])", "u"), (r"uw(?=[aeio])", "u"),
        (r"(?<=[bcdfhjklmnprstvwxz])u(?=[aeio])", "w"),
    ),
    Kind.VY_BY: ((r"vy", "by"), (r"by", "vy")),
    Kind.C_K: ((r"c(?=[aolru])", "k"), (r"qu(?=[eéi])", "k"), (r"k(?=[aolru])", "c")),
    Kind.PH_F: ((r"ph", "f"), (r"f", "ph")),
}  # fmt: skip


def _respelt(kind: Kind) -> Change:
    rewrites = [(re.compile(pattern), to) for pattern, to in _BY_EAR[kind]]

    def change(rng: Random, name: str) -> str | None:
        spots = [(found, to) for pattern, to in rewrites for found in pattern.finditer(name)]
        if not spots:
            return None
        found, to = rng.choice(spots)
        return name[: found.start()] + found.expand(to) + name[found.end() :]

    return _in_a_name(change)


def _in_a_name(change: Callable[[Random, str], str | None]) -> Change:
    """Change the family name or the given one: the other where the first gives no hold."""

    def changed(rng: Random, record: Record, around: Surroundings) -> Record | None:
        fields = ["family_name", "given_name"]
        if rng.random() >= FAMILY_NAME_SHARE:
            fields.reverse()
        for field in fields:
            name = change(rng, getattr(record, field).lower())
            if name:
                return _renamed(record, field, name)
        return None

    return changed


def _renamed(record: Record, field: str, name: str) -> Record:
    """The record with a name in small letters written with its capitals."""
    capitals = re.sub(r"(?:^|(?<=[\s'-]))\w", lambda first: first[0].upper(), name)
    if field == "family_name":
        return replace(record, family_name=capitals)
    return replace(record, given_name=capitals)


_PLAIN = str.maketrans("àâäçéèêëîïôöùûü", "aaaceeeeiioouuu")
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_BESIDE = {
    letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    for row in _ROWS
    for at, letter in enumerate(row)
}


def _remarked(rng: Random, name: str) -> str | None:
    """Without its accents, hyphens or apostrophes; or with one that was not there."""
    possible = [name.translate(_PLAIN), name.replace("-", " "), name.replace("'", "")]
    possible.append(re.sub(r"e(?=[^e]*$)", "é", name, count=1))
    possible.append(re.sub(r"^([mn])(?=[dgktbp])", r"\1'", name))
    possible.append(name.replace(" ", "-"))
    different = [other for other in possible if other != name]
    return rng.choice(different) if different else None


def _wrong_letter(rng: Random, name: str) -> str | None:
    spots = [at for at, letter in enumerate(name) if letter in _BESIDE]
    if not spots:
        return None
    at = rng.choice(spots)
    return name[:at] + rng.choice(_BESIDE[name[at]]) + name[at + 1 :]


def _missing_letter(rng: Random, name: str) -> str | None:
    if len(name) < 3:
        return None
    at = rng.randrange(len(name))
    return name[:at] + name[at + 1 :]


def _transposed(rng: Random, name: str) -> str | None:
    spots = [at for at in range(len(name) - 1) if name[at] != name[at + 1]]
    if len(name) < 3 or not spots:
        return None
    at = rng.choice(spots)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def swapped(rng: Random, record: Record, around: Surroundings) -> Record:
    return replace(record, family_name=record.given_name, given_name=record.family_name)


def _second_name(rng: Random, record: Record, around: Surroundings) -> Record | None:
    """One given name fewer where there are two, one more where there is one."""
    names = record.given_name.replace("-", " ").split()
    if len(names) > 1:
        return replace(record, given_name=rng.choice(names))
    another = rng.choice(around.given_names[record.sex])
    if another == record.given_name:
        return None
    return replace(record, given_name=f"{record.given_name}{rng.choice(' -')}{another}")


def _initial(rng: Random, record: Record, around: Surroundings) -> Record | None:
    if len(record.given_name) < 3:
        return None
    return replace(record, given_name=record.given_name[0] + rng.choice(("", ".")))


NAMES: dict[Kind, Change] = {
    **{kind: _respelt(kind) for kind in _BY_EAR},
    Kind.MARKS: _in_a_name(_remarked),
    Kind.WRONG: _in_a_name(_wrong_letter),
    Kind.MISSING: _in_a_name(_missing_letter),
    Kind.TRANSPOSED: _in_a_name(_transposed),
    Kind.SWAPPED: swapped,
    Kind.SECOND: _second_name,
    Kind.INITIAL: _initial,
}
