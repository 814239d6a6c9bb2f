"""Filters of the queue of possible duplicates."""

from typing import Any

import django_filters

from membership.models import DuplicatePair, Enrolment


class DuplicateFilter(django_filters.FilterSet):
    """By state; what waits is shown unless something else is asked."""

    state = django_filters.ChoiceFilter(
        label="État", choices=DuplicatePair.State.choices, empty_label="tous"
    )

    class Meta:
        model = DuplicatePair
        fields = ("state",)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and "state" not in data:
            data = data.copy()
            data["state"] = DuplicatePair.State.WAITING
        super().__init__(data, *args, **kwargs)


class EnrolledDuplicateFilter(django_filters.FilterSet):
    """None: there are few, and each is to be settled."""

    class Meta:
        model = Enrolment
        fields = ()
