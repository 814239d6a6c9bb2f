"""Forms of scales and sharing keys: the bands and categories row by row.

People read and write the names of categories. Their codes, which last from year to year, travel
hidden; a new category takes the code that its name already has in a scale, else one made of it.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms

from conamus.kernel.text import read_number, search_key
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField, offer_choices
from federations.models import Partner
from federations.selectors.tenants import is_confederation
from membership.models import ContributionScale
from membership.rules.scale import Band, Category, Growth, PayerKind, Scale
from membership.rules.sharing import SharingKey
from membership.selectors.scales import LoadedScale, known_codes
from membership.services.scales import ScaleDraft

BANDS, CATEGORIES = "bands", "categories"
MOST_ROWS = 40
#: The id of the list of names that a band's category is chosen from.
CATEGORY_NAMES = "noms-des-categories"
_LONGEST_CODE = 20
_ROW_FIELD = re.compile(r"(bands|categories)-(\d{1,4})(?:-(\w+))?")
#: The first part of each row: what marks it as filled, and where errors of the whole row go.
_FIRST = {BANDS: "size_from", CATEGORIES: "label"}
_PARTS = {
    BANDS: {
        "category": "catégorie (vide : toutes)",
        "size_from": "de (personnes)",
        "size_to": "à (vide : et plus)",
        "amount_francs": "cotisation (FBu)",
        "supplement_from": "supplément dès la personne n°",
        "supplement_francs": "supplément (FBu)",
    },
    CATEGORIES: {
        "code": "",
        "label": "catégorie",
        "payer": "autre payeur",
        "payer_percent": "sa part (%)",
        "payer_partner": "partenaire",
        "joining_fee_due": "droit d’adhésion dû",
        "may_promise": "promesse admise",
        "agents_may_grant": "accordée par un agent",
    },
}


class ScaleForm(ServiceForm):
    """A draft: joining fee, derogation, bands and categories."""

    joining_fee_francs = FrancsField(label="Droit d’adhésion (FBu)")
    fee_again_after_years = forms.IntegerField(
        label="Droit d’adhésion dû de nouveau après (années sans adhésion)",
        required=False,
        min_value=1,
        help_text="1 : dès qu’une année est sautée. Vide : il ne se paie qu’une fois.",
    )
    most_people = forms.IntegerField(
        label="Personnes au plus dans un ménage",
        required=False,
        min_value=1,
        help_text="Vide : un ménage peut être de toute taille.",
    )
    growth = forms.ChoiceField(
        label="Personne entrée après la signature de l’adhésion",
        choices=[(one.value, one.label) for one in Growth],
        initial=Growth.RENEWAL.value,
        help_text=(
            "Le supplément est la différence de cotisation entre la nouvelle taille du ménage et "
            "celle déjà payée ; les droits de la personne suivent son paiement."
        ),
    )
    derogation_on = DayField(label="Dérogation du", required=False)
    derogation_reason = forms.CharField(
        label="Motif de la dérogation",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Demandé si ce barème s’écarte de celui de CONAMUS.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_confederation(self.actor.tenant_id):
            # CONAMUS writes the template: it derogates from nobody.
            del self.fields["derogation_on"], self.fields["derogation_reason"]
        self.row_counts = {kind: self._rows_wanted(kind) for kind in _PARTS}
        for kind, count in self.row_counts.items():
            for row in range(count):
                self._add_row(kind, row)

    def _rows_wanted(self, kind: str) -> int:
        given = self.data.get(f"{kind}-rows") if self.is_bound else None
        wanted = read_number(str(given or self.initial.get(f"{kind}-rows") or ""))
        return max(1, min(wanted or 1, MOST_ROWS))

    def _add_row(self, kind: str, row: int) -> None:
        for part, field in _row_fields(kind).items():
            field.label = f"Ligne {row + 1}, {_PARTS[kind][part]}"
            self.fields[f"{kind}-{row}-{part}"] = field
        if kind == CATEGORIES:
            partners = Partner.objects.filter(tenant_id=self.actor.tenant_id, is_active=True)
            named = [(str(partner.pk), partner.name) for partner in partners.order_by("sort_key")]
            offer_choices(self, f"{kind}-{row}-payer_partner", [("", "—"), *named])

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields above the tables."""
        return [field for field in self.visible_fields() if not _ROW_FIELD.match(field.name)]

    def tables(self) -> list[tuple[str, str, list[str], list[list[forms.BoundField]]]]:
        """Return for each table its kind, title, headings and rows of fields."""
        titles = {BANDS: "Tranches", CATEGORIES: "Catégories de membres"}
        return [
            (kind, titles[kind], list(filter(None, parts.values())), list(self._bound_rows(kind)))
            for kind, parts in _PARTS.items()
        ]

    def _bound_rows(self, kind: str) -> Iterator[list[forms.BoundField]]:
        for row in range(self.row_counts[kind]):
            yield [self[f"{kind}-{row}-{part}"] for part, name in _PARTS[kind].items() if name]

    def filled(self, kind: str) -> list[int]:
        """Return the rows in which something was typed."""
        return [
            row
            for row in range(self.row_counts[kind])
            if self.cleaned_data.get(f"{kind}-{row}-{_FIRST[kind]}") not in (None, "")
        ]

    def field_of(self, name: str | None) -> str | None:
        """Translate the field that a rule names, which knows no blank rows, to the form's."""
        match = _ROW_FIELD.fullmatch(name or "")
        if match is None:
            return super().field_of(name)
        kind, number, part = match.groups()
        rows = self.filled(kind)
        row = rows[int(number)] if int(number) < len(rows) else 0
        return f"{kind}-{row}-{_FIRST[kind] if part in (None, 'code') else part}"

    def category_names(self) -> list[str]:
        """Return the names written in the form, which its bands may choose from."""
        fields = [self[f"{CATEGORIES}-{row}-label"] for row in range(self.row_counts[CATEGORIES])]
        return [str(name) for name in (field.value() for field in fields) if name]

    def clean(self) -> dict[str, Any]:
        """Find the code of each category written, and that of each band's category."""
        data = super().clean() or self.cleaned_data
        known = known_codes(self.actor.tenant_id)
        codes = {}
        for row in self.filled(CATEGORIES):
            name, label = f"{CATEGORIES}-{row}-code", data[f"{CATEGORIES}-{row}-label"]
            key = search_key(label)
            data[name] = data.get(name) or known.get(key) or key.replace(" ", "-")[:_LONGEST_CODE]
            codes[key] = data[name]
        for row in self.filled(BANDS):
            name = f"{BANDS}-{row}-category"
            typed = data.get(name, "")
            if typed and search_key(typed) not in codes:
                self.add_error(name, f"Aucune catégorie de ce barème ne s’appelle « {typed} ».")
            data[name] = codes.get(search_key(typed), "")
        return data

    def draft(self, year: int) -> ScaleDraft:
        """Return what was typed, for the service."""
        data = self.cleaned_data
        scale = Scale(
            year=year,
            bands=tuple(self._band(row) for row in self.filled(BANDS)),
            categories=tuple(self._category(row) for row in self.filled(CATEGORIES)),
            joining_fee_francs=data["joining_fee_francs"],
            most_people=data["most_people"],
            fee_again_after_years=data["fee_again_after_years"],
            growth=Growth(data["growth"]),
        )
        partners = {
            data[f"{CATEGORIES}-{row}-code"]: int(data[f"{CATEGORIES}-{row}-payer_partner"])
            for row in self.filled(CATEGORIES)
            if data[f"{CATEGORIES}-{row}-payer_partner"]
        }
        return ScaleDraft(
            scale=scale,
            partners=partners,
            derogation_on=data.get("derogation_on"),
            derogation_reason=data.get("derogation_reason", ""),
        )

    def _band(self, row: int) -> Band:
        typed = {part: self.cleaned_data[f"{BANDS}-{row}-{part}"] for part in _PARTS[BANDS]}
        typed["amount_francs"] = typed["amount_francs"] or 0
        typed["supplement_francs"] = typed["supplement_francs"] or 0
        return Band(**typed)

    def _category(self, row: int) -> Category:
        typed = {
            part: self.cleaned_data[f"{CATEGORIES}-{row}-{part}"]
            for part in _PARTS[CATEGORIES]
            if part != "payer_partner"
        }
        typed["payer"] = PayerKind(typed["payer"] or PayerKind.HOUSEHOLD)
        typed["payer_percent"] = typed["payer_percent"] or Decimal(0)
        return Category(**typed)


def _row_fields(kind: str) -> dict[str, forms.Field]:
    number = {"class": "form-control form-control-sm num"}
    text = forms.TextInput(attrs={"class": "form-control form-control-sm"})
    listed = forms.TextInput(attrs={**text.attrs, "list": CATEGORY_NAMES})
    if kind == BANDS:
        return {
            "category": forms.CharField(required=False, max_length=60, widget=listed),
            "size_from": _whole(number),
            "size_to": _whole(number),
            "amount_francs": _francs(number),
            "supplement_from": _whole(number),
            "supplement_francs": _francs(number),
        }
    select = forms.Select(attrs={"class": "form-select form-select-sm"})
    return {
        "code": forms.SlugField(required=False, max_length=_LONGEST_CODE, widget=forms.HiddenInput),
        "label": forms.CharField(required=False, max_length=60, widget=text),
        "payer": forms.ChoiceField(
            choices=[(kind.value, kind.label) for kind in PayerKind],
            required=False,
            widget=select,
        ),
        "payer_percent": _percent(number),
        "payer_partner": forms.ChoiceField(required=False, widget=select),
        "joining_fee_due": forms.BooleanField(required=False),
        "may_promise": forms.BooleanField(required=False),
        "agents_may_grant": forms.BooleanField(required=False),
    }


def _whole(attrs: dict[str, str]) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, widget=forms.NumberInput(attrs=attrs))


def _francs(attrs: dict[str, str]) -> FrancsField:
    field = FrancsField(required=False)
    field.widget.attrs.update(attrs)
    return field


def _percent(attrs: dict[str, str]) -> forms.DecimalField:
    return forms.DecimalField(
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=forms.NumberInput(attrs={**attrs, "step": "any"}),
    )


def scale_initial(loaded: LoadedScale) -> dict[str, Any]:
    """Return the form's start from a draft as it is, with a blank row under each table."""
    row = loaded.row
    names = (
        "joining_fee_francs", "fee_again_after_years", "most_people", "growth", "derogation_on",
        "derogation_reason",
    )  # fmt: skip
    initial: dict[str, Any] = {name: getattr(row, name) for name in names}
    labels = {category.code: category.label for category in row.categories.all()}
    for kind, lines in ((BANDS, row.bands.all()), (CATEGORIES, row.categories.all())):
        for number, line in enumerate(lines):
            for part in _PARTS[kind]:
                name = "payer_partner_id" if part == "payer_partner" else part
                initial[f"{kind}-{number}-{part}"] = getattr(line, name)
            if kind == BANDS:
                code = initial[f"{kind}-{number}-category"]
                initial[f"{kind}-{number}-category"] = labels.get(code, code)
        initial[f"{kind}-rows"] = len(lines) + 1
    return initial


class ScaleStartForm(ServiceForm):
    """For which year a scale is prepared, and from which one it is copied."""

    year = forms.TypedChoiceField(label="Pour l’année", coerce=int)
    source = forms.TypedChoiceField(label="Commencer comme", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        years: list[int] = kwargs.pop("years")
        sources: list[ContributionScale] = kwargs.pop("sources")
        super().__init__(*args, **kwargs)
        offer_choices(self, "year", [(str(year), str(year)) for year in years])
        offer_choices(self, "source", [(str(row.pk), scale_name(row)) for row in sources])


def scale_name(row: ContributionScale) -> str:
    """Return how a scale is called: whose, of which year, in which state."""
    return f"{row.tenant.short_name} {row.year_id}, {row.get_state_display()}"


class EnforceForm(ServiceForm):
    """From which day a scale is in force."""

    in_force_from = DayField(label="En vigueur dès le")


class SharingKeyForm(ServiceForm):
    """Which part of what is collected goes up, from a day on."""

    valid_from = DayField(label="Dès le")
    federation_percent = forms.DecimalField(
        label="Cotisation : part de la fédération (%)", min_value=0, max_value=100,
        decimal_places=2,
    )  # fmt: skip
    confederation_percent = forms.DecimalField(
        label="Cotisation : part de CONAMUS (%)", min_value=0, max_value=100, decimal_places=2
    )
    fee_federation_percent = forms.DecimalField(
        label="Droit d’adhésion : part de la fédération (%)", min_value=0, max_value=100,
        decimal_places=2,
    )  # fmt: skip
    fee_confederation_percent = forms.DecimalField(
        label="Droit d’adhésion : part de CONAMUS (%)", min_value=0, max_value=100,
        decimal_places=2,
    )  # fmt: skip


def sharing_from(data: dict[str, Any]) -> SharingKey:
    """Return what was typed in the form above, for the service."""
    percents = [name for name in SharingKey.__dataclass_fields__ if name.endswith("_percent")]
    return SharingKey(
        valid_from=data["valid_from"], valid_to=None, **{name: data[name] for name in percents}
    )
