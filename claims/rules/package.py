"""A benefit package: what a federation's members are owed for care in a mutualist year.

Dated data, never code: every rate, ceiling, limit and condition is a clause of the package
(how-mutuelles-work, « contributions and rights », « other payers », « open questions »). An
absent clause is no rule; a clause of zero is zero.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from claims.rules.words import Bearer, CareKind, Family

#: Days: a stay is filed under its admission, its lines may be given as much later.
_LONG_STAY = 60


class Scope(StrEnum):
    """What a ceiling, deductible or limit is counted over."""

    LINE = "line"
    CLAIM = "claim"
    STAY = "stay"
    EPISODE = "episode"
    PERSON_YEAR = "person_year"
    HOUSEHOLD_YEAR = "household_year"


#: What looks beyond the attestation itself.
_REACHING = frozenset({Scope.EPISODE, Scope.PERSON_YEAR, Scope.HOUSEHOLD_YEAR})


@dataclass(frozen=True, slots=True)
class Target:
    """The care that a clause speaks of; what is None does not narrow it.

    ``act`` is the act's code; ``level`` a facility's type (CDS, HOPITAL…); ``ownership`` public,
    private or faith_based; ages in completed years, both included; ``kind`` visit or stay.
    """

    family: Family | None = None
    act: str | None = None
    level: str | None = None
    ownership: str | None = None
    kind: CareKind | None = None
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """The mutuelle's share of what is covered, 0 to 1; the closest clause is taken."""

    share: Fraction
    target: Target = Target()


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most ``francs`` of the mutuelle's part over ``scope``; 0 pays nothing."""

    scope: Scope
    francs: int
    target: Target = Target()


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``quantity`` of what is targeted over ``scope`` or within ``days`` days.

    With ``days``, counted over the days before and after the care, for the person.
    """

    quantity: Fraction
    scope: Scope = Scope.CLAIM
    days: int | None = None
    target: Target = Target()
    bearer: Bearer = Bearer.FACILITY


@dataclass(frozen=True, slots=True)
class Interval:
    """At least ``days`` days between two cares of what is targeted, for one person."""

    days: int
    target: Target = Target()
    bearer: Bearer = Bearer.FACILITY


@dataclass(frozen=True, slots=True)
class Wait:
    """What is targeted is covered only ``days`` days after the rights opened."""

    days: int
    target: Target = Target()


@dataclass(frozen=True, slots=True)
class Condition:
    """What is targeted by family or act is owed only at these ages, or to this sex."""

    target: Target
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None
    bearer: Bearer = Bearer.FACILITY


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is not covered: an act, a family, or care for a reason that is flagged chronic."""

    target: Target = Target()
    is_chronic: bool = False
    wording: str = ""


class Paper(StrEnum):
    """What must stand beside some care."""

    AUTHORISATION = "authorisation"
    REFERRAL = "referral"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is targeted needs a paper, where the line asks for ``from_francs`` or more."""

    paper: Paper
    target: Target = Target()
    from_francs: int = 0
    bearer: Bearer = Bearer.FACILITY


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Someone else owes ``share`` of the agreed price: free care, CAM, another mutual.

    ``is_maternity`` narrows to pregnancy and delivery (reason of care or family);
    ``other_cover`` to households that hold that cover.
    """

    name: str
    share: Fraction = Fraction(1)
    target: Target = Target()
    is_maternity: bool = False
    other_cover: str | None = None


@dataclass(frozen=True, slots=True)
class Deductible:
    """The first ``francs`` of what is covered, over ``scope``, are the patient's."""

    scope: Scope
    francs: int
    target: Target = Target()


class Counted(StrEnum):
    """Whose earlier care some clause counts, and what of it some clause tells apart."""

    HOUSEHOLD = "household"
    PERSON = "person"
    FAMILY = "family"
    ACT = "act"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Reach:
    """Which earlier care is counted: the household's of the year, the person's own, and by what.

    Lines of one attestation that no clause tells apart may be told as one. ``years``: how many
    before and after the year of care the person's is looked for.
    """

    counted: frozenset[Counted] = frozenset()
    years: int = 0

    def __or__(self, other: "Reach") -> "Reach":
        """Return what either counts."""
        return Reach(self.counted | other.counted, max(self.years, other.years))


@dataclass(frozen=True, slots=True)
class Package:
    """A package as the rules take it; ``late_after_days`` None: a claim is never too late.

    ``accepts_unpriced``: an act without an agreed price is taken at the price asked and shown
    to a person; otherwise it is not paid.
    """

    year: int
    rates: tuple[Rate, ...]
    ceilings: tuple[Ceiling, ...] = ()
    limits: tuple[Limit, ...] = ()
    intervals: tuple[Interval, ...] = ()
    waits: tuple[Wait, ...] = ()
    conditions: tuple[Condition, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()
    deductibles: tuple[Deductible, ...] = ()
    late_after_days: int | None = 90
    accepts_unpriced: bool = True
    #: What was worked out of it for a scene (`adjudication.near`): nothing that it says.
    near: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def reach(self) -> Reach:
        """Which earlier care some clause counts; what none counts need not be known.

        A limit in days and an interval look as far as their days, and a long stay more; an episode
        looks into the year before and after, no further. What is counted over a year stays in it.

        >>> sorted(Package(2025, (), intervals=(Interval(7),)).reach.counted)
        [<Counted.DAY: 'day'>, <Counted.PERSON: 'person'>]
        >>> Package(2025, (), ceilings=(Ceiling(Scope.HOUSEHOLD_YEAR, 50_000),)).reach
        Reach(counted=frozenset({<Counted.HOUSEHOLD: 'household'>}), years=0)
        >>> Package(2025, (), ceilings=(Ceiling(Scope.STAY, 50_000),)).reach
        Reach(counted=frozenset(), years=0)
        """
        over: list[Ceiling | Deductible] = [*self.ceilings, *self.deductibles]
        over = [one for one in over if one.scope in _REACHING]
        limits = [one for one in self.limits if one.days or one.scope in _REACHING]
        scopes = {one.scope for one in over} | {one.scope for one in limits}
        targets = [one.target for one in over]
        targets += [one.target for one in limits] + [one.target for one in self.intervals]
        days = [one.days or 0 for one in limits] + [one.days for one in self.intervals]
        in_days = max(days, default=0)
        counted = {
            Counted.HOUSEHOLD: Scope.HOUSEHOLD_YEAR in scopes,
            Counted.PERSON: bool(in_days or scopes & {Scope.PERSON_YEAR, Scope.EPISODE}),
            Counted.FAMILY: any(target.family for target in targets),
            Counted.ACT: any(target.act for target in targets),
            Counted.DAY: bool(in_days),
        }
        return Reach(
            frozenset(name for name, is_so in counted.items() if is_so),
            max(int(Scope.EPISODE in scopes), 1 + (in_days + _LONG_STAY) // 365 if in_days else 0),
        )
