"""The choice of a unit and a day."""

from typing import Any

from django import forms

from federations.forms.fields import DayField, UnitField, offer_rows
from federations.tenancy.actor import Actor
from membership.selectors.households import units_with_households


class CashSheetForm(forms.Form):
    """Which unit's day; units in the actor's sight."""

    unit = UnitField(label="Unité", queryset=None, empty_label=None)
    day = DayField(label="Jour")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units_with_households(actor))
