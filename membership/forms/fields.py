"""Fields of the households' forms: births as they are told, collines as they are typed."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from conamus import clock
from conamus.kernel.text import read_number
from conamus.pages.forms import ServiceForm
from federations.models import Place
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.rules.households import year_alone
from membership.selectors.collines import colline_label, collines_typed, offered_collines

_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{4})")
_EIGHT = re.compile(r"(\d{2})(\d{2})(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Birth:
    """A day of birth, or its year where the day is not known."""

    day: date | None
    year: int | None

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.day:%d/%m/%Y}" if self.day else str(self.year)


class BirthField(forms.Field):
    """A birth as people tell it: 12/03/1990, 1990, or « vers 1990 » as pages show it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "placeholder": "jj/mm/aaaa ou aaaa", "maxlength": "14"}
        )
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Birth | None:
        """Return the birth, or None where nothing was typed."""
        text = str(value or "").strip()
        if not text:
            return None
        if year := year_alone(text):
            return Birth(None, year)
        try:
            return Birth(_day(text), None)
        except ValueError as error:
            raise forms.ValidationError(
                "Écrivez la naissance comme 12/03/1990, ou seulement l’année."
            ) from error

    def prepare_value(self, value: Any) -> Any:
        """Show a birth as it is typed."""
        return str(value) if isinstance(value, Birth) else value


def _day(text: str) -> date:
    if found := (_DAY_FIRST.fullmatch(text) or _EIGHT.fullmatch(text)):
        day, month, year = map(int, found.groups())
        return date(year, month, day)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
        return date(year, month, day)
    raise ValueError(text)


def offer_backdating(form: ServiceForm) -> None:
    """Ask who may date an operation far back why; nobody else is asked, nor may."""
    if not is_permitted(form.actor.role, Permission.DECIDE_MEMBERSHIP):
        return
    form.fields["backdating_reason"] = forms.CharField(
        label="Motif d’une date ancienne",
        max_length=200,
        required=False,
        help_text=(
            "Seulement si le jour est plus ancien que ce qu’un agent peut inscrire : l’opération "
            "est alors listée parmi les opérations antidatées."
        ),
    )


def offer_guardian(form: ServiceForm) -> None:
    """Ask who answers for a household in which nobody is old enough to be its head."""
    form.fields["guardian_name"] = forms.CharField(
        label="Qui répond des enfants",
        max_length=120,
        required=False,
        help_text=(
            "Si personne n’a 15 ans parmi ceux qui restent : un tuteur, membre du ménage ou non. "
            "L’un des enfants tient la place de l’adhérent jusqu’à ce qu’un adulte la prenne."
        ),
    )
    form.fields["guardian_phone"] = forms.CharField(
        label="Son téléphone", max_length=20, required=False
    )


class CollineInput(forms.TextInput):
    """A text with the browser's own suggestions; works without a script."""

    template_name = "membership/widgets/colline.html"

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "maxlength": "200"})
        self.offered: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add what is suggested."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}-proposees"
        context["offered"] = self.offered
        return context


class CollineField(forms.Field):
    """A colline chosen by typing its name; the form gives the actor with ``offer_to``."""

    widget = CollineInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Colline")
        kwargs.setdefault(
            "help_text", "Tapez le début du nom ; ajoutez « , zone » si plusieurs le portent."
        )
        super().__init__(**kwargs)

    def offer_to(self, actor: Actor, *, unit: Any = None) -> None:
        """Suggest the collines of the actor's zone d'action; ``unit``: the key that is typed."""
        self.actor = actor
        self.unit_id = read_number(str(unit or ""))
        widget = self.widget
        assert isinstance(widget, CollineInput)  # noqa: S101 -- for the type's sake
        offered = offered_collines(actor, on=clock.today())
        widget.offered = [colline_label(place) for place in offered]

    def to_python(self, value: Any) -> Place | None:
        """Return the colline; an error lists those that the text may mean."""
        text = str(value or "").strip()
        if not text:
            return None
        found = collines_typed(self.actor, text, on=clock.today(), unit_id=self.unit_id)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError("Aucune colline ne porte ce nom.")
        labels = [colline_label(place) for place in found]
        widget = self.widget
        assert isinstance(widget, CollineInput)  # noqa: S101 -- for the type's sake
        widget.offered = labels
        shown = " ; ".join(labels[:6])
        raise forms.ValidationError(f"Plusieurs collines portent ce nom, précisez : {shown}.")

    def prepare_value(self, value: Any) -> Any:
        """Show a colline as it is typed."""
        return colline_label(value) if isinstance(value, Place) else value
