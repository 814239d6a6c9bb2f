"""Forms of households: a new one with its people row by row, and corrections of one."""

import re
from dataclasses import replace
from typing import Any

from django import forms

from conamus import clock
from conamus.kernel.text import read_number
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, PhotoField, UnitField, offer_choices, offer_rows
from federations.models import Unit
from federations.selectors.reach import units_in_reach
from federations.selectors.units import open_on
from membership.forms.fields import (
    Birth,
    BirthField,
    CollineField,
    offer_backdating,
    offer_guardian,
)
from membership.models import Beneficiary, Household
from membership.rules.scale import ORDINARY
from membership.selectors.enrolling import offered_categories, open_years
from membership.selectors.scales import category_name
from membership.services.corrections import HouseholdDetails
from membership.services.guardians import Guardian
from membership.services.households import HouseholdFacts, PersonFacts

PARTS = (
    "family_name", "given_name", "sex", "relationship", "birth", "phone", "identity_paper",
    "known_number",
)  # fmt: skip
FEWEST_ROWS, MORE_ROWS, MOST_ROWS = 4, 3, 30
#: What a clerk types of a person; the rest has a usual value.
_TYPED = ("family_name", "given_name", "birth", "phone", "identity_paper", "known_number")
#: Once chosen, a photo stays chosen where rows are added to the page.
_PHOTO_ATTRS = {"class": "form-control form-control-sm", "hx-preserve": "true"}
_ROW_FIELD = re.compile(r"people-(\d{1,4})-(\w+)")
#: The rules and services speak of the day and of the year; the form has one field for both.
_BIRTH_FIELDS = ("birth_date", "birth_year", "joined_on")
#: A refusal of the enrolment is told at the field that asked for it.
_ENROLMENT_FIELDS = {"enrolled_on": "registered_on", "year": "enrol_year", "size": None}


def row_field(row: int, part: str) -> str:
    """Return the name of a person row's field, which is also where its errors go."""
    return f"people-{row}-{part}"


def person_fields(*, is_optional: bool = False) -> dict[str, forms.Field]:
    """Return the fields that describe a person."""
    needed = not is_optional
    return {
        "family_name": forms.CharField(label="Nom", max_length=60, required=needed),
        "given_name": forms.CharField(label="Prénom", max_length=60, required=needed),
        "sex": forms.ChoiceField(
            label="Sexe", choices=[("", ""), *Beneficiary.Sex.choices], required=needed
        ),
        "relationship": forms.ChoiceField(
            label="Lien", choices=Beneficiary.Relationship.choices, required=needed
        ),
        "birth": BirthField(label="Naissance", required=needed),
        "phone": forms.CharField(
            label="Téléphone", max_length=20, required=False,
            widget=forms.TextInput(attrs={"inputmode": "tel"}),
        ),
        "identity_paper": forms.CharField(
            label="Pièce d’identité", max_length=30, required=False
        ),
    }  # fmt: skip


def person_facts(data: dict[str, Any], prefix: str = "") -> PersonFacts:
    """Return what a form says of a person."""
    birth: Birth | None = data.get(f"{prefix}birth")
    photo = data.get(f"{prefix}photo")
    return PersonFacts(
        family_name=data[f"{prefix}family_name"],
        given_name=data[f"{prefix}given_name"],
        sex=data[f"{prefix}sex"],
        relationship=data[f"{prefix}relationship"],
        birth_date=birth.day if birth else None,
        birth_year=birth.year if birth else None,
        phone=data[f"{prefix}phone"],
        identity_paper=data[f"{prefix}identity_paper"],
        photo=photo.read() if photo else None,
    )


def insuring_units(form: ServiceForm) -> Any:
    """Return the open mutuelles and sections in the actor's reach."""
    units = units_in_reach(form.actor).filter(open_on(clock.today()), kind__in=Unit.INSURING)
    return units.order_by("sort_key")


class HouseholdForm(ServiceForm):
    """A new household and its people, enrolled at once unless told otherwise."""

    unit = UnitField(label="Mutuelle ou section", queryset=None)
    colline = CollineField()
    phone = forms.CharField(
        label="Téléphone du ménage", max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    category = forms.ChoiceField(label="Catégorie", required=False)
    other_cover = forms.ChoiceField(
        label="Autre couverture", choices=Household.OtherCover.choices, required=False
    )
    other_cover_number = forms.CharField(
        label="Numéro de cette couverture", max_length=30, required=False
    )
    registered_on = DayField(label="Inscrit le")
    enrol_year = forms.TypedChoiceField(
        label="Adhésion", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", insuring_units(self))
        colline = self.fields["colline"]
        assert isinstance(colline, CollineField)  # noqa: S101 -- for the type's sake
        colline.offer_to(self.actor, unit=self.data.get("unit"))
        years = open_years(self.actor.tenant_id, clock.today())
        offer_choices(
            self, "enrol_year",
            [*((year, f"inscrire pour {year}") for year in years), ("", "plus tard")],
        )  # fmt: skip
        offered = offered_categories(self.actor, clock.today(), own=ORDINARY)
        offer_choices(self, "category", offered)
        offer_backdating(self)
        self.row_count = self._rows_wanted()
        for row in range(self.row_count):
            self._add_row(row)

    def _rows_wanted(self) -> int:
        wanted = read_number(str(self.data.get("rows") or ""))
        return max(FEWEST_ROWS, min(wanted or 0, MOST_ROWS))

    def _add_row(self, row: int) -> None:
        for part, field in person_fields(is_optional=True).items():
            kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = f"{kind} {kind}-sm"
            self.fields[row_field(row, part)] = field
        self.fields[row_field(row, "relationship")].initial = _usual(row)
        self.fields[row_field(row, "known_number")] = forms.CharField(
            label="N° dans un ancien ménage",
            max_length=24,
            required=False,
            widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
        )
        photo = PhotoField(label=f"Personne {row + 1}", required=False, help_text="")
        photo.widget.attrs |= _PHOTO_ATTRS
        self.fields[row_field(row, "photo")] = photo

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields of the household itself."""
        return [field for field in self.visible_fields() if not _ROW_FIELD.match(field.name)]

    def people_rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of the people, row by row."""
        return [[self[row_field(row, part)] for part in PARTS] for row in range(self.row_count)]

    def photos(self) -> list[forms.BoundField]:
        """Return the fields of the photos: after the people, out of the way of who types."""
        return [self[row_field(row, "photo")] for row in range(self.row_count)]

    def has_wrong_photo(self) -> bool:
        """Whether a photo was refused: the fields then show."""
        return any(field.errors for field in self.photos())

    def clean(self) -> dict[str, Any]:
        """A row where something is typed says who, of what sex and when born."""
        data = super().clean() or self.cleaned_data
        self.used = [row for row in range(self.row_count) if self._is_used(row)]
        for row in self.used:
            for part in ("family_name", "given_name", "sex", "birth"):
                name = row_field(row, part)
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "À remplir.")
        beyond = self._beyond()
        if beyond:
            self.add_error(
                None,
                f"Ce formulaire prend {MOST_ROWS} personnes ; {beyond} de plus sont envoyées. Rien "
                "n’est inscrit : partagez le ménage, ou importez-le d’un tableur.",
            )
        if not self.used:
            self.add_error(row_field(0, "family_name"), "Inscrivez au moins l’adhérent.")
        return data

    def _beyond(self) -> int:
        """How many people are sent that the form has no row for: they are never left out unsaid."""
        rows = {
            int(found[1])
            for name, value in self.data.items()
            if (found := _ROW_FIELD.fullmatch(name)) and found[2] in _TYPED and str(value).strip()
        }
        return sum(row >= self.row_count for row in rows)

    def _is_used(self, row: int) -> bool:
        if row_field(row, "photo") in self.files:
            return True
        return any(str(self.data.get(row_field(row, part), "")).strip() for part in _TYPED)

    def facts(self) -> HouseholdFacts:
        """Return what the form says."""
        data = self.cleaned_data
        return HouseholdFacts(
            unit_id=data["unit"].pk,
            colline_id=data["colline"].pk,
            registered_on=data["registered_on"],
            category=data["category"] or "ordinary",
            phone=data["phone"],
            other_cover=data["other_cover"],
            other_cover_number=data["other_cover_number"],
            people=tuple(self._person(row) for row in self.used),
            backdating_reason=data.get("backdating_reason", ""),
        )

    def _person(self, row: int) -> PersonFacts:
        facts = person_facts(self.cleaned_data, f"people-{row}-")
        return replace(facts, known_number=self.cleaned_data[row_field(row, "known_number")])

    def field_of(self, name: str | None) -> str | None:
        """Return the form's field for a service's: its people are numbered among those typed."""
        found = _ROW_FIELD.fullmatch(name or "")
        if found is None:
            return super().field_of(_ENROLMENT_FIELDS.get(name or "", name))
        row, part = self.used[int(found[1])], found[2]
        return row_field(row, "birth" if part in _BIRTH_FIELDS else part)


def _usual(row: int) -> str:
    """The head first, then the spouse, then the children."""
    kinds = Beneficiary.Relationship
    return (kinds.HEAD, kinds.SPOUSE)[row].value if row < 2 else kinds.CHILD.value


class DetailsForm(ServiceForm):
    """What may be corrected of a household itself."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    colline = CollineField()
    category = forms.ChoiceField(label="Catégorie", required=False)
    phone = forms.CharField(label="Téléphone du ménage", max_length=20, required=False)
    other_cover = forms.ChoiceField(
        label="Autre couverture", choices=Household.OtherCover.choices, required=False
    )
    other_cover_number = forms.CharField(
        label="Numéro de cette couverture", max_length=30, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colline = self.fields["colline"]
        assert isinstance(colline, CollineField)  # noqa: S101 -- for the type's sake
        colline.offer_to(self.actor)
        own = self.initial.get("category", ORDINARY)
        offered = offered_categories(self.actor, clock.today(), own=own)
        if own not in dict(offered):
            offered = [(own, category_name(self.actor.tenant_id, own)), *offered]
        offer_choices(self, "category", offered)
        if self.initial.get("guardian_name"):
            offer_guardian(self)

    def details(self) -> HouseholdDetails:
        """Return what the form says."""
        data = self.cleaned_data
        return HouseholdDetails(
            colline_id=data["colline"].pk,
            category=data["category"] or "ordinary",
            phone=data["phone"],
            other_cover=data["other_cover"],
            other_cover_number=data["other_cover_number"],
            guardian=Guardian(data.get("guardian_name", ""), data.get("guardian_phone", "")),
        )
