"""Whether a clause speaks of some care, and which of two clauses speaks of it more closely.

Closeness is one total order, read like a dictionary: the act first, then the family, the
facility's type, its ownership, the kind of care, the sex, the age. A clause that names the act
beats any that does not, whatever else they name; and so on. Two clauses that name the same
things and meet on some care are equally close: a fault of the package (``packages.faults``).
"""

from dataclasses import dataclass

from claims.rules.package import Target
from claims.rules.words import CareKind, Family

#: What each named thing weighs: each outweighs all that follow together.
_WEIGHTS = (
    ("act", 64),
    ("family", 32),
    ("level", 16),
    ("ownership", 8),
    ("kind", 4),
    ("sex", 2),
)
_AGE = 1
_OLDEST = 999


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and to whom the care was given: what all lines of an attestation have in common."""

    level: str
    ownership: str
    kind: CareKind
    sex: str
    age: int


def is_within_ages(age: int, age_from: int | None, age_to: int | None) -> bool:
    """Tell whether an age is in a range whose ends are included; None: no end."""
    return (age_from is None or age >= age_from) and (age_to is None or age <= age_to)


def is_about_scene(target: Target, scene: Scene) -> bool:
    """Tell whether nothing in the target speaks of another place, person or kind of care."""
    return (
        (target.level is None or target.level == scene.level)
        and (target.ownership is None or target.ownership == scene.ownership)
        and (target.kind is None or target.kind is scene.kind)
        and (target.sex is None or target.sex == scene.sex)
        and is_within_ages(scene.age, target.age_from, target.age_to)
    )


def is_about_act(target: Target, act: str, family: Family) -> bool:
    """Tell whether nothing in the target speaks of another act or family."""
    return (target.act is None or target.act == act) and (
        target.family is None or target.family is family
    )


def closeness(target: Target) -> int:
    """Return how closely a target speaks: more is closer.

    >>> closeness(Target(act="ECHO")) > closeness(Target(family=Family.IMAGING, level="HOPITAL"))
    True
    >>> closeness(Target())
    0
    """
    weight = sum(weight for name, weight in _WEIGHTS if getattr(target, name) is not None)
    return weight + (_AGE if target.age_from is not None or target.age_to is not None else 0)


def do_meet(one: Target, other: Target) -> bool:
    """Tell whether some care may be spoken of by both targets.

    >>> do_meet(Target(age_to=4), Target(age_from=5)), do_meet(Target(sex="F"), Target(age_to=4))
    (False, True)
    """
    for name, _ in _WEIGHTS:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine is not None and theirs is not None and mine != theirs:
            return False
    youngest = max(one.age_from or 0, other.age_from or 0)
    return youngest <= min(_oldest(one), _oldest(other))


def _oldest(target: Target) -> int:
    return _OLDEST if target.age_to is None else target.age_to
