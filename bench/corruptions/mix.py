"""Which corruptions there are and how often each is drawn; the package says why."""

from enum import StrEnum


class Kind(StrEnum):
    """What was done to a second record."""

    L_R = "l / r"
    DOUBLED = "doubled letter"
    IYE = "iye / ie / iyé"
    Y_I = "y / i"
    NZ_Z = "nz / z"
    SH_S = "sh / s"
    W_U = "w / u"
    VY_BY = "vy / by"
    C_K = "c / k / qu"
    PH_F = "ph / f"
    MARKS = "accent, apostrophe, hyphen"
    WRONG = "wrong letter"
    MISSING = "missing letter"
    TRANSPOSED = "transposed letters"
    SWAPPED = "family and given exchanged"
    SECOND = "second given name"
    INITIAL = "given name an initial"
    DAY_OR_YEAR = "day against estimated year"
    YEAR_1 = "birth year ±1"
    YEAR_2 = "birth year ±2"
    DAY_MONTH = "day and month exchanged"
    PHONE_LOST = "phone left out"
    PHONE_OTHER = "phone another"
    PHONE_NEW = "phone where none was"
    PAPER_LOST = "paper left out"
    SEX = "sex"


class Where(StrEnum):
    """Where the second record is, seen from the first."""

    HOUSEHOLD = "same household"
    COLLINE = "same colline"
    NEAR = "near colline of the unit"
    UNIT = "another unit"


WHERE = {Where.HOUSEHOLD: 8, Where.COLLINE: 47, Where.NEAR: 30, Where.UNIT: 15}
HOW_MANY = {1: 45, 2: 33, 3: 15, 4: 7}
MIX = {
    Kind.L_R: 8, Kind.DOUBLED: 5, Kind.IYE: 5, Kind.Y_I: 4, Kind.NZ_Z: 3, Kind.SH_S: 3,
    Kind.W_U: 2, Kind.VY_BY: 2, Kind.C_K: 2, Kind.PH_F: 1,
    Kind.MARKS: 6,
    Kind.WRONG: 5, Kind.MISSING: 4, Kind.TRANSPOSED: 3,
    Kind.SWAPPED: 8, Kind.SECOND: 6, Kind.INITIAL: 3,
    Kind.DAY_OR_YEAR: 8, Kind.YEAR_1: 6, Kind.YEAR_2: 3, Kind.DAY_MONTH: 2,
    Kind.PHONE_LOST: 3, Kind.PHONE_OTHER: 3, Kind.PHONE_NEW: 1, Kind.PAPER_LOST: 3,
    Kind.SEX: 1,
}  # fmt: skip
#: Of each group a record is given one at most: a second would undo or hide the first.
GROUPS = (
    frozenset({Kind.DAY_OR_YEAR, Kind.YEAR_1, Kind.YEAR_2, Kind.DAY_MONTH}),
    frozenset({Kind.PHONE_LOST, Kind.PHONE_OTHER, Kind.PHONE_NEW}),
    frozenset({Kind.SECOND, Kind.INITIAL}),
)
