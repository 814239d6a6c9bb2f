"""Reads of the activities register. Every function needs an open scope."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from federations.models import Activity, ActivityParticipants


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterCount:
    """What the register holds under one chapter of the report for a year."""

    chapter: str
    activities: int
    cost_francs: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantCount:
    """The participants of one kind under one chapter; ``women`` None: not all recorded."""

    chapter: str
    label: str
    total: int
    women: int | None


def activities(tenant_id: int) -> QuerySet[Activity]:
    """Return the tenant's register, latest first, with what a list or a report shows."""
    return (
        Activity.objects.filter(tenant_id=tenant_id)
        .select_related("unit", "place", "place__parent", "funder")
        .prefetch_related("participants")
    )


def activities_of_year(tenant_id: int, year: int) -> QuerySet[Activity]:
    """Return the activities that began in a year, in the order in which they took place."""
    return activities(tenant_id).filter(starts_on__year=year).order_by("starts_on", "id")


def chapter_counts(tenant_id: int, year: int) -> list[ChapterCount]:
    """Count a year's activities by chapter of the report; one query."""
    counted = (
        Activity.objects.filter(tenant_id=tenant_id, starts_on__year=year)
        .order_by()
        .values("chapter")
        .annotate(activities=Count("id"), cost=Sum("cost_francs"))
    )
    return [
        ChapterCount(chapter=row["chapter"], activities=row["activities"], cost_francs=row["cost"])
        for row in counted
    ]


def participant_counts(tenant_id: int, year: int) -> list[ParticipantCount]:
    """Sum a year's participants by chapter and kind, largest groups first; one query."""
    counted = (
        ActivityParticipants.objects.filter(
            tenant_id=tenant_id, activity__tenant_id=tenant_id, activity__starts_on__year=year
        )
        .values("activity__chapter", "label")
        .annotate(
            people=Sum("total"), women_known=Sum("women"), groups=Count("id"), known=Count("women")
        )
        .order_by("activity__chapter", "-people", "label")
    )
    return [
        ParticipantCount(
            chapter=row["activity__chapter"],
            label=row["label"],
            total=row["people"],
            women=row["women_known"] if row["known"] == row["groups"] else None,
        )
        for row in counted
    ]
