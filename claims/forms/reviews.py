"""Forms of a case before its reader: one small form an outcome, and the facility's answer."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms

from claims.models import Review
from claims.rules.facts import LineFacts, ReviewCut
from claims.rules.findings import FindingReason
from claims.rules.review import MOST_CONTEST
from conamus.kernel.reasons import MOST_REASON
from conamus.pages.forms import ServiceForm
from conamus.pages.widgets import DayInput

#: Beside every remark: the facility reads it, and so does whoever reads the reason for care.
NO_ILLNESS = "Sans motif médical : la formation sanitaire et d’autres lecteurs la lisent."
Outcome = Review.Outcome
_REASONS = [("", "motif…"), *((reason.value, reason.label) for reason in FindingReason)]
KEEP, ALL, QUANTITY, FRANCS = "", "all", "quantity", "francs"
_HOWS = [
    (KEEP, "garder"),
    (ALL, "toute la ligne"),
    (QUANTITY, "quantité retenue"),
    (FRANCS, "montant coupé (FBu)"),
]


class OutcomeForm(ServiceForm):
    """What every outcome sends: which one, the version read, when the case was opened."""

    outcome = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)


class AcceptForm(OutcomeForm):
    """Accepted as the rules say: nothing more to tell."""


class NoteForm(OutcomeForm):
    """A reason in one's own words."""

    note = forms.CharField(
        label="Remarque", max_length=MOST_REASON, required=False, help_text=NO_ILLNESS
    )


class SecondForm(NoteForm):
    """Handed to a second reader."""


class MaintainForm(OutcomeForm):
    """A contested decision that stands."""

    note = forms.CharField(
        label="Pourquoi la décision est maintenue", max_length=MOST_REASON, help_text=NO_ILLNESS
    )


class AskForm(OutcomeForm):
    """A question to the facility."""

    note = forms.CharField(
        label="Question à la formation sanitaire",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=NO_ILLNESS,
    )


class DeferForm(NoteForm):
    """Put off to a day."""

    field_order = ("until", "note")
    until = forms.DateField(label="À revoir le", widget=DayInput)


class RejectForm(OutcomeForm):
    """Rejected whole, for one reason."""

    reason = forms.ChoiceField(label="Motif", choices=_REASONS)
    note = forms.CharField(
        label="Remarque", max_length=MOST_REASON, required=False, help_text=NO_ILLNESS
    )


class CutForm(NoteForm):
    """Lines cut, each in one way, with its reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.lines: tuple[LineFacts, ...] = kwargs.pop("lines")
        self.names: Mapping[str, str] = kwargs.pop("names")
        found: Mapping[int, ReviewCut] = kwargs.pop("found")
        super().__init__(*args, **kwargs)
        for line in self.lines:
            self._add_fields(line, found.get(line.position))

    def _add_fields(self, line: LineFacts, found: ReviewCut | None) -> None:
        n = line.position
        where = f", ligne {n}"
        how, value = _told(found)
        fields: dict[str, forms.Field] = {
            "how": forms.ChoiceField(
                label=f"Coupe{where}", choices=_HOWS, required=False, initial=how
            ),
            "value": forms.DecimalField(
                label=f"Quantité ou montant{where}",
                max_digits=12,
                decimal_places=2,
                required=False,
                localize=False,
                initial=value,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
            ),
            "reason": forms.ChoiceField(
                label=f"Motif{where}",
                choices=_REASONS,
                required=False,
                initial=found.reason if found else "",
            ),
            "note": forms.CharField(
                label=f"Remarque{where}",
                max_length=300,
                required=False,
                initial=found.note if found else "",
            ),
        }
        for name, field in fields.items():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.update({"class": f"{css} {css}-sm", "aria-label": field.label})
            self.fields[f"{name}_{n}"] = field

    def rows(self) -> list[dict[str, Any]]:
        """Return each line with its fields, for the template."""
        return [
            {
                "line": line,
                "name": self.names.get(line.act, line.act),
                "asked_francs": round(line.quantity * line.unit_price_francs),
                "quantity": _plain(line.quantity),
                **{name: self[f"{name}_{line.position}"] for name in _NAMES},
            }
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for the figure where a way of cutting needs one; a whole amount of francs."""
        data = super().clean() or {}
        for line in self.lines:
            how, value = data.get(f"how_{line.position}"), data.get(f"value_{line.position}")
            if how in (QUANTITY, FRANCS) and value is None:
                self._refuse(line, "Écrivez la quantité ou le montant.")
            elif how == FRANCS and value is not None and value != int(value):
                self._refuse(line, "Un montant est en francs entiers.")
        return data

    def _refuse(self, line: LineFacts, message: str) -> None:
        name = f"value_{line.position}"
        if name not in self.errors:
            self.add_error(name, message)

    def cuts(self) -> tuple[ReviewCut, ...]:
        """Return the findings that were typed."""
        data = self.cleaned_data
        return tuple(
            _cut(line.position, data) for line in self.lines if data.get(f"how_{line.position}")
        )


_NAMES = ("how", "value", "reason", "note")


def _cut(n: int, data: Mapping[str, Any]) -> ReviewCut:
    how, value = data[f"how_{n}"], data.get(f"value_{n}") or 0
    return ReviewCut(
        position=n,
        reason=data[f"reason_{n}"],
        is_all=how == ALL,
        to_quantity=Fraction(value) if how == QUANTITY else None,
        francs=int(value) if how == FRANCS else None,
        note=data[f"note_{n}"],
    )


def _told(found: ReviewCut | None) -> tuple[str, str]:
    """Return how an earlier reader cut a line, as the fields say it."""
    if found is None:
        return KEEP, ""
    if found.is_all:
        return ALL, ""
    if found.to_quantity is not None:
        return QUANTITY, _plain(found.to_quantity)
    return FRANCS, str(found.francs)


def _plain(value: Fraction) -> str:
    """Write a quantity as it is typed: no needless zeros.

    >>> _plain(Fraction(5, 2)), _plain(Fraction(60))
    ('2.5', '60')
    """
    decimal = Decimal(value.numerator) / value.denominator
    return f"{decimal.normalize():f}"


class ReplyForm(ServiceForm):
    """A facility's answer, once."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    is_agreed = forms.TypedChoiceField(
        label="Votre réponse",
        choices=[("non", "Nous contestons, ou nous répondons"), ("oui", "Nous acceptons")],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Explication",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce qui a été fait et pourquoi. Vous répondez une seule fois.",
    )


class ContestForm(ServiceForm):
    """Why the home federation contests."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    because = forms.CharField(
        label="Pourquoi",
        max_length=MOST_CONTEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="La fédération qui a décidé relit l’attestation. Vous contestez une seule fois.",
    )


class BatchReasonForm(ServiceForm):
    """Why a batch is taken back; redoing it needs no reason but the new terms."""

    because = forms.CharField(label="Pourquoi (pour reprendre)", required=False, max_length=200)


class BatchForm(BatchReasonForm):
    """Which decided claims."""

    from_on = forms.DateField(label="Soins dès le", widget=DayInput)
    to_on = forms.DateField(label="Jusqu’au (inclus)", widget=DayInput)
    facility = forms.CharField(
        label="Code de la formation sanitaire",
        required=False,
        max_length=20,
        help_text="Vide : toutes.",
    )
    field_order = ("from_on", "to_on", "facility", "because")

    def clean(self) -> dict[str, Any]:
        """Keep to one year, in order."""
        data = super().clean() or {}
        start, end = data.get("from_on"), data.get("to_on")
        if start and end and end < start:
            self.add_error("to_on", "La fin suit le début.")
        elif start and end and start.year != end.year:
            self.add_error("to_on", "Choisissez des jours d’une seule année.")
        return data
