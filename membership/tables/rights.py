"""Columns of the list of rights checks."""

from datetime import date
from typing import Any

import django_tables2 as tables

from conamus.pages.columns import DayColumn, MomentColumn, NumberColumn
from membership.models import RightsCheck
from membership.rules.coverage import ReasonCode
from membership.selectors.rights import REFUSED


class RightsCheckTable(tables.Table):
    """Who asked about whose rights, when, and what was answered."""

    asked_at = MomentColumn("Le")
    asked_by = tables.Column("Par", orderable=False)
    facility = tables.Column("Formation sanitaire", accessor="facility__name", default="",
                             orderable=False)  # fmt: skip
    asked = tables.Column("Demandé", orderable=False)
    for_day = DayColumn("Pour le", orderable=False)
    found = NumberColumn("Trouvés", orderable=False)
    answers = tables.Column("Répondu", orderable=False, default="")

    class Meta:
        model = RightsCheck
        fields = ("asked_at", "asked_by", "facility", "asked", "for_day", "found", "answers")
        order_by = ("-asked_at",)

    def order_asked_at(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        """The keys are given in the order of the moments, and have the index."""
        return rows.order_by("-pk" if is_descending else "pk"), True

    def render_answers(self, value: list[dict[str, Any]], record: RightsCheck) -> str:
        """Say number and reason of each, or that nothing was answered."""
        if record.how == REFUSED:
            return "refusé : trop de vérifications"
        if record.people and not value:
            return "rien sur les droits"
        return " ; ".join(f"{_whom(one)} : {ReasonCode(one['code']).label}" for one in value)

    def value_answers(self, value: list[dict[str, Any]], record: RightsCheck) -> str:
        """Say the same in an export."""
        return self.render_answers(value or [], record)


def _whom(answer: dict[str, Any]) -> str:
    """The number asked about, or the mother's of a newborn."""
    if "born_on" not in answer:
        return str(answer["number"])
    born_on = date.fromisoformat(answer["born_on"])
    return f"nouveau-né du {born_on:%d/%m/%Y} de {answer['number']}"
