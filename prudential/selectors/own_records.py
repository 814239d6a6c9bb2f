"""Read the tenant's own part of a yearly report: register, expenses, texts and pictures."""

from federations.models import Activity, Expense
from federations.rules.activities import OWN_RESOURCES, is_own_resources
from federations.selectors.activities import activities_of_year
from federations.selectors.expenses import expense_sums
from federations.selectors.narrative import narrative_texts
from prudential.rules.annual_facts import ActivityFact, NarrativeFact, Participants, PictureFact
from prudential.rules.annual_figures import CrossTable, cross_table


def _source(funder: str | None) -> str:
    """Call who paid; a funder once recorded under the name of own resources is told apart."""
    if funder is None:
        return OWN_RESOURCES
    return f"{funder} (bailleur)" if is_own_resources(funder) else funder


def expenses_of(tenant_id: int, year: int) -> CrossTable:
    sums = expense_sums(tenant_id, year)
    present = {entry.heading for entry in sums}
    return cross_table(
        ((e.heading, _source(e.funder), e.amount_francs) for e in sums),
        rows=[heading for heading in Expense.Heading.values if heading in present],
    )


def activities_of(tenant_id: int, year: int) -> tuple[ActivityFact, ...]:
    return tuple(_activity(activity) for activity in activities_of_year(tenant_id, year))


def _activity(activity: Activity) -> ActivityFact:
    places = [activity.place.name if activity.place else "", activity.place_note]
    funder = activity.funder
    groups = sorted(activity.participants.all(), key=lambda group: group.pk)
    return ActivityFact(
        chapter=activity.chapter,
        kind=activity.get_kind_display(),
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
        theme=activity.theme,
        place=", ".join(place for place in places if place),
        participants=tuple(
            Participants(label=group.label, total=group.total, women=group.women)
            for group in groups
        ),
        funder=(funder.acronym or funder.name) if funder else "",
        cost_francs=activity.cost_francs,
        result=activity.result,
    )


def narrative_of(tenant_id: int, year: int) -> dict[str, NarrativeFact]:
    return {
        key: NarrativeFact(
            body=text.body,
            pictures=tuple(
                PictureFact(
                    caption=image.caption, content_type=image.content_type, content=image.content
                )
                for image in text.images
            ),
        )
        for key, text in narrative_texts(tenant_id, year).items()
    }
