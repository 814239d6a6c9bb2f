"""What is unusual in a facility's month: against its peers, and in the runs of its amounts.

Peers are the facilities of one type and ownership; where these are too few, of one type. Only
what is above is signalled: who bills little harms nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.rules.signals import shares
from claims.rules.signals.facts import Told
from claims.rules.signals.peers import (
    FEWEST_CASES,
    FEWEST_PEERS,
    Measure,
    Peers,
    is_far,
    mean_measure,
    peers_of,
)
from claims.rules.signals.runs import surprising_run, usual_amounts
from claims.rules.signals.shares import Share
from claims.rules.signals.words import francs, number, plural
from conamus.kernel.figures import format_number, format_rate

#: The last days of a month, in which attestations cluster that were written to fill it.
LAST_DAYS = 3
#: An amount is round where it is a whole number of these.
ROUND_FRANCS = 1_000


@dataclass(frozen=True, slots=True)
class FacilityMonth:
    """A facility's attestations of a month (or of any days), added up.

    ``amounts`` is what each of them asks, in the order of the stubs; left out where no rule that
    asks for it looks.
    """

    facility: str
    name: str
    level: str
    ownership: str
    cases: int
    asked_francs: int
    asked_squares: float
    medicines: int = 0
    medicine_squares: float = 0
    stays: int = 0
    last_days: int = 0
    amounts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FacilityRule:
    """A rule of a facility's month: it compares a mean, or counts a share; neither: its runs."""

    code: str
    label: str
    sentence: Callable[[Told], str]
    measure: Callable[[FacilityMonth], Measure | None] | None = None
    count: Callable[[FacilityMonth], int] | None = None


@dataclass(frozen=True, slots=True)
class FacilityRaised:
    """A signal of one facility."""

    facility: str
    rule: str
    facts: Told


def cost_measure(month: FacilityMonth) -> Measure | None:
    """Francs asked a case."""
    return mean_measure(month.facility, month.cases, month.asked_francs, month.asked_squares)


def _medicines(month: FacilityMonth) -> Measure | None:
    return mean_measure(month.facility, month.cases, month.medicines, month.medicine_squares)


def _rounds(month: FacilityMonth) -> int:
    return sum(francs > 0 and francs % ROUND_FRANCS == 0 for francs in month.amounts)


def _say_cost(told: Told) -> str:
    return f"{francs(told, 'value')} demandés par cas, {_others(told, francs(told, 'usual'))}."


def _say_medicines(told: Told) -> str:
    value, usual = (format_number(Decimal(str(told[name])), 1) for name in ("value", "usual"))
    return f"{value} médicaments par cas, {_others(told, usual)}."


def _say_share(what: str) -> Callable[[Told], str]:
    def say(told: Told) -> str:
        value, usual = (format_rate(Decimal(str(told[name])), 0) for name in ("value", "usual"))
        return f"{value} {what}, {_others(told, usual)}."

    return say


def _others(told: Told, usual: str) -> str:
    cases = plural(number(told, "cases"), "cas", "cas")
    return f"{usual} chez ses {told['peers']} pairs (sur {cases})"


def _say_run(told: Told) -> str:
    count, stretch = number(told, "run"), number(told, "stretch")
    which = f"{count} attestations de suite"
    if stretch > count:
        which = f"{count} attestations sur {stretch} qui se suivent"
    return (
        f"{which} demandent {francs(told, 'francs')}, sur "
        f"{plural(number(told, 'cases'), 'cas', 'cas')} : le hasard n’en donne pas autant."
    )


COST = FacilityRule("facility_cost", "Coût par cas loin des pairs", _say_cost, cost_measure)
RULES: tuple[FacilityRule, ...] = (
    COST,
    FacilityRule(
        "facility_medicines", "Médicaments par cas loin des pairs", _say_medicines, _medicines
    ),
    FacilityRule(
        "facility_stays",
        "Part des séjours loin des pairs",
        _say_share("de séjours"),
        count=lambda month: month.stays,
    ),
    FacilityRule(
        "facility_rounds", "Montants ronds", _say_share("de montants ronds"), count=_rounds
    ),
    FacilityRule(
        "facility_month_end",
        "Attestations groupées en fin de mois",
        _say_share(f"des cas dans les {LAST_DAYS} derniers jours du mois"),
        count=lambda month: month.last_days,
    ),
    FacilityRule("facility_runs", "Suite de montants égaux", _say_run),
)
BY_CODE: Mapping[str, FacilityRule] = {rule.code: rule for rule in RULES}


def facility_signals_of(months: Sequence[FacilityMonth]) -> tuple[FacilityRaised, ...]:
    """Return what is unusual in facilities' months, each against its peers."""
    groups = list(peer_groups(months))
    return tuple(raised for rule in RULES for group in groups for raised in _raised(rule, group))


def _raised(rule: FacilityRule, group: "PeerGroup") -> Iterator[FacilityRaised]:
    if rule.measure:
        return _far(rule, group)
    return _above(rule, group) if rule.count else _runs(rule, group)


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """The facilities that are judged, and those that they are compared with."""

    judged: tuple[FacilityMonth, ...]
    peers: tuple[FacilityMonth, ...]


def peer_groups(months: Iterable[FacilityMonth]) -> Iterator[PeerGroup]:
    """Yield groups of one type and ownership; of one type where these are too few."""
    closest: defaultdict[tuple[str, str], list[FacilityMonth]] = defaultdict(list)
    by_level: defaultdict[str, list[FacilityMonth]] = defaultdict(list)
    for month in months:
        closest[month.level, month.ownership].append(month)
        by_level[month.level].append(month)
    for (level, _), judged in sorted(closest.items()):
        counted = [month for month in judged if month.cases >= FEWEST_CASES]
        peers = judged if len(counted) >= FEWEST_PEERS else by_level[level]
        yield PeerGroup(tuple(judged), tuple(peers))


def measured(rule: FacilityRule, months: Iterable[FacilityMonth]) -> list[Measure]:
    """Return the measures of a rule, of those months that have one."""
    assert rule.measure is not None  # noqa: S101 (asked of rules that measure only)
    found = (rule.measure(month) for month in months)
    return [one for one in found if one is not None]


def _far(rule: FacilityRule, group: PeerGroup) -> Iterator[FacilityRaised]:
    compared = measured(rule, group.peers)
    peers = peers_of(compared)
    if peers is None:
        return
    for one in measured(rule, group.judged):
        if is_far(one, peers):
            yield FacilityRaised(one.key, rule.code, _told(one, peers, len(compared)))


def _told(one: Measure, peers: Peers, compared: int) -> Told:
    digits = 0 if one.value >= 100 else 3
    return {
        "cases": one.cases,
        "value": round(one.value, digits or None),
        "usual": round(peers.usual, digits or None),
        "shrunk": round(peers.shrunk(one), digits or None),
        "limit": round(peers.limits(one.cases)[1], digits or None),
        "distance": round(peers.distance(one), 1),
        "peers": compared - 1,
    }


def _above(rule: FacilityRule, group: PeerGroup) -> Iterator[FacilityRaised]:
    """A share above the peers'."""
    compared = _shares(rule, group.peers)
    usual = shares.usual_share(compared)
    if usual is None:
        return
    for one in _shares(rule, group.judged):
        if shares.is_far(one, usual):
            facts = {
                "cases": one.cases,
                "value": round(one.value, 3),
                "usual": round(usual.value, 3),
                "distance": round(usual.distance(one), 1),
                "peers": len(compared) - 1,
            }
            yield FacilityRaised(one.key, rule.code, facts)


def _shares(rule: FacilityRule, months: Iterable[FacilityMonth]) -> list[Share]:
    assert rule.count is not None  # noqa: S101 (asked of rules that count only)
    return [Share(one.facility, one.cases, rule.count(one)) for one in months if one.cases]


def _runs(rule: FacilityRule, group: PeerGroup) -> Iterator[FacilityRaised]:
    """More of one amount close together than the peers' amounts give by chance."""
    counted = [month.amounts for month in group.peers if month.cases >= FEWEST_CASES]
    if len(counted) < FEWEST_PEERS:
        return
    usual = usual_amounts(counted)
    for month in group.judged:
        run = surprising_run(month.amounts, usual)
        if run is not None:
            facts = {
                "run": run.count,
                "stretch": run.stretch,
                "francs": run.francs,
                "cases": month.cases,
            }
            yield FacilityRaised(month.facility, rule.code, facts)
