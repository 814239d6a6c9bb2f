"""Pages of a year's rates: by unit, place, sex, age and category, and what each is made of."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from conamus.kernel.figures import format_integer, format_rate
from conamus.kernel.text import read_number
from conamus.pages.figures import YearPage
from conamus.pages.lists import ListPage
from federations.rules.roles import Permission, is_permitted
from membership.filters.indicators import CountedFilter
from membership.models import Enrolment
from membership.rules.indicators import Flows, Part, total_flows
from membership.rules.rate_parts import Count, Rate, part_words, penetration_of, rates_of
from membership.rules.sentences import counted
from membership.rules.targets import (
    Handover,
    TargetPart,
    each_population_once,
    targets_by_group,
    whole_target,
)
from membership.selectors.indicator_names import NOT_KNOWN_KEY, federation_names, group_names
from membership.selectors.indicators import (
    Breakdown,
    GroupFlows,
    counted_enrolments,
    sees_network,
    with_heads,
    year_flows,
    year_targets,
)
from membership.selectors.targets import handovers
from membership.tables.indicators import TOTAL, CountedTable, FlowsTable
from membership.views.indicators import BREAKDOWNS, IndicatorPage

#: In an address, the group of those of whom it is not known, which an empty value would not be.
_UNKNOWN = "inconnu"
_OF_THE_HEAD = {"sexe": "sexe de l’adhérent", "age": "âge de l’adhérent"}
_LABELS = {key: _OF_THE_HEAD.get(key, label) for key, (_, label) in BREAKDOWNS.items()}


@dataclass(frozen=True, slots=True)
class FlowsRow:
    """A group's or federation's line, or the total's; where its rates open to."""

    label: str
    flows: Flows
    url: str = ""


class _RatesPage(YearPage):
    """What a page of a year's rates is asked for: the year, the breakdown, one federation."""

    abstract = True

    @cached_property
    def chosen(self) -> str:
        """The name of the breakdown."""
        asked = self.request.GET.get("par", "")
        return asked if asked in BREAKDOWNS else "unite"

    @property
    def by(self) -> Breakdown:
        """The breakdown."""
        return BREAKDOWNS[self.chosen][0]

    @cached_property
    def federation(self) -> int | None:
        """The one federation of the network that is looked at; None: all, or one's own."""
        asked = read_number(self.request.GET.get("federation", ""))
        return asked if sees_network(self.actor) else None

    @cached_property
    def group(self) -> str | None:
        """The group that is looked at; None: the whole."""
        asked = self.request.GET.get("groupe", "")
        # No text of the database holds the sign of code zero.
        return NOT_KNOWN_KEY if asked == _UNKNOWN else asked.replace("\0", "") or None

    def group_name(self) -> str:
        """Return what the group is called."""
        if self.group is None:
            return TOTAL
        return group_names(self.by, {self.group}).get(self.group, "groupe inconnu")

    @cached_property
    def found(self) -> list[GroupFlows]:
        """The counts of each group."""
        found = year_flows(self.actor, self.year, self.by)
        return [one for one in found if self.federation in (None, one.tenant_id)]

    @cached_property
    def targets(self) -> list[TargetPart]:
        """The target of each unit, where it acts."""
        found = year_targets(self.actor, self.year, self.by)
        return [one for one in found if self.federation in (None, one.tenant_id)]

    @cached_property
    def handovers(self) -> list[Handover]:
        """Whose population passed to whom by re-cuts."""
        return handovers()

    def whole(self) -> Flows:
        """Return the counts of all groups."""
        return total_flows((one.flows for one in self.found), self.target_of(self.targets))

    def by_federation(self, group: str | None = None) -> dict[int, Flows]:
        """Return the counts of each federation, or of one group in each."""
        flows, targets = defaultdict(list), defaultdict(list)
        for one in self.found:
            if group in (None, one.group_key):
                flows[one.tenant_id].append(one.flows)
        for target in self.targets:
            targets[target.tenant_id].append(target)
        return {
            key: total_flows(found, self.target_of(targets[key], group))
            for key, found in flows.items()
        }

    def group_targets(self, targets: list[TargetPart]) -> dict[str, int]:
        """Return the targets of groups; none where the breakdown tells none (units' are given)."""
        if self.by.is_place:
            targets = each_population_once(targets, self.handovers)
        return targets_by_group(targets) if self.by.has_targets else {}

    def target_of(self, targets: list[TargetPart], group: str | None = None) -> int:
        """Return the target of one group, or of the whole; 0: not known."""
        if group is not None:
            return self.group_targets(targets).get(group, 0)
        return whole_target(each_population_once(targets, self.handovers))

    def address(self, name: str, *, group: str | None = None, **more: str | int) -> str:
        """Return the address of a page of the same year, breakdown and federation."""
        asked: dict[str, str | int] = {"annee": self.year, "par": self.chosen}
        if self.federation is not None:
            asked["federation"] = self.federation
        if group is not None:
            asked["groupe"] = group or _UNKNOWN
        return f"{reverse(name)}?{urlencode({**asked, **more})}"


class YearIndicators(_RatesPage, IndicatorPage):
    """Growth, retention, penetration and collection of a year, group by group."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/year_indicators.html"
    title = "Indicateurs des membres"

    def page(self) -> dict[str, Any]:
        """Return each group's rates and the whole's."""
        total = self.whole()
        last = FlowsRow(TOTAL, total, self.address("membership_rate_parts"))
        table = FlowsTable([*self._rows(), last], year=self.year, has_targets=self.by.has_targets)
        return self.with_frame(
            table,
            year=str(self.year),
            before=str(self.year - 1),
            chosen=self.chosen,
            label=_LABELS[self.chosen],
            breakdowns=_LABELS.items(),
            federations=self._federations(),
            federation=self.federation,
            has_targets=self.by.has_targets,
            is_empty=not self.found,
            growth=format_rate(total.growth),
            retention=format_rate(total.network_retention),
            collection=format_rate(total.collection),
            households=format_integer(total.households),
        )

    def _federations(self) -> Mapping[int, str]:
        return federation_names(None) if sees_network(self.actor) else {}

    def _rows(self) -> list[FlowsRow]:
        if self.by is Breakdown.UNIT and sees_network(self.actor) and self.federation is None:
            return self._federation_rows()
        groups = defaultdict(list)
        for one in self.found:
            groups[one.group_key].append(one.flows)
        targets = self.group_targets(self.targets)
        return [
            FlowsRow(
                name,
                total_flows(groups[key], targets.get(key, 0)),
                self.address("membership_rate_parts", group=key),
            )
            for key, name in group_names(self.by, set(groups)).items()
        ]

    def _federation_rows(self) -> list[FlowsRow]:
        found = self.by_federation()
        return [
            FlowsRow(name, found[key], self.address("membership_indicators", federation=key))
            for key, name in federation_names(set(found)).items()
        ]


@dataclass(frozen=True, slots=True)
class ShownCount:
    """A count as the page tells it, and the list of what it is made of."""

    sign: str
    number: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownRate:
    """A rate with its numerator and denominator, or why there is none."""

    label: str
    value: str
    numerator: list[ShownCount]
    denominator: list[ShownCount]


class RateParts(_RatesPage):
    """What the rates of one group, or of the whole, are made of."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/rate_parts.html"

    def page(self) -> dict[str, Any]:
        """Return each rate with its numerator and denominator, and each federation's part."""
        flows, has_target = self._flows(), self.has_target
        rates = (*rates_of(flows, self.year), *((penetration_of(flows),) if has_target else ()))
        return {
            "title": f"Taux {self.year} : {self.group_name()}",
            "label": _LABELS[self.chosen],
            "year": str(self.year),
            "rates": [self._shown(rate) for rate in rates],
            "has_target": has_target,
            "back_url": self.address("membership_indicators"),
            "unit_url": self._unit_url(),
            "table": self._by_federation(),
        }

    @property
    def has_target(self) -> bool:
        """Whether a target can be told of what is looked at: of a whole it always can."""
        return self.by.has_targets or self.group is None

    def _flows(self) -> Flows:
        found = (one.flows for one in self.found if self.group in (None, one.group_key))
        return total_flows(found, self.target_of(self.targets, self.group))

    def _unit_url(self) -> str:
        """Return where the unit's figures are; what was typed may be no unit's key."""
        is_unit = self.by is Breakdown.UNIT and any(
            one.group_key == self.group for one in self.found
        )
        return reverse("unit_figures", args=[self.group]) if is_unit else ""

    def _by_federation(self) -> FlowsTable | None:
        if not sees_network(self.actor) or self.federation or self.by is Breakdown.UNIT:
            return None
        found = self.by_federation(self.group)
        rows = [FlowsRow(name, found[key]) for key, name in federation_names(set(found)).items()]
        return FlowsTable(rows, year=self.year, has_targets=self.has_target)

    def _shown(self, rate: Rate) -> ShownRate:
        return ShownRate(
            rate.label,
            format_rate(rate.value),
            [self._count(one) for one in rate.numerator],
            [self._count(one) for one in rate.denominator],
        )

    def _count(self, count: Count) -> ShownCount:
        unit = " FBu" if count.is_money else ""
        return ShownCount(
            "−" if count.is_subtracted else "",
            format_integer(count.number) + unit,
            count.words,
            self._list_url(count.part),
        )

    def _list_url(self, part: Part | None) -> str:
        """Return where the households are listed, for those who may see them."""
        if part is None or not is_permitted(self.actor.role, Permission.SEE_HOUSEHOLDS):
            return ""
        return self.address("membership_counted", group=self.group, partie=part.value)


class CountedEnrolments(_RatesPage, ListPage):
    """The households that a count of a rate is made of."""

    permission = Permission.SEE_HOUSEHOLDS
    title = "Ménages comptés"
    table_class = CountedTable
    filter_class = CountedFilter
    empty_text = "Aucun ménage n’est compté là."

    def rows(self) -> QuerySet[Enrolment]:
        """Return the enrolments of the year, or of the year before, that the count holds."""
        return counted_enrolments(
            self.actor,
            year=self.year,
            by=self.by,
            group=self.group,
            part=self.part,
        )

    def shown(self, rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        """Add the head's name, the people of both years, what is due and paid."""
        return with_heads(self.actor, rows)

    @cached_property
    def part(self) -> Part:
        """The count that is looked at."""
        asked = self.request.GET.get("partie", "")
        return Part(asked) if asked in set(Part) else Part.ENROLLED

    def state(self, count: int) -> str:
        """Say how many, of which year, and in which group."""
        of_group = f" ; {_LABELS[self.chosen]} : {self.group_name()}"
        where = "" if self.group is None else of_group
        return f"{counted(count, 'ménage')}, {part_words(self.part, self.year)}{where}."
