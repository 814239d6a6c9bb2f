"""Forms of agreements and stub books."""

from typing import Any

from django import forms

from claims.forms.term_fields import FacilityField
from claims.rules.advances import MEAN_MONTHS, MOST_PERCENT, AdvanceClause
from claims.rules.stubs import MOST
from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField, PaperField, UnitField, offer_rows
from federations.models import Unit
from federations.selectors.reach import units_in_reach
from federations.selectors.units import unclosed_on

_END_HELP = "Le premier jour où elle ne vaut plus ; vide : sans fin."


class AdvanceClauseForm(ServiceForm):
    """What an agreement says of advances; all empty: none are given."""

    advance_francs = FrancsField(
        label="Avances ouvertes, au plus (FBu)",
        required=False,
        help_text="Vide, ici et dessous : aucune avance.",
    )
    advance_percent = forms.IntegerField(
        label="Avances : part du mois moyen (%)",
        min_value=1,
        max_value=MOST_PERCENT,
        required=False,
        help_text="De ce qui est facturé et arrêté, par mois. Avec un montant : le plus bas vaut.",
    )
    advance_months = forms.TypedChoiceField(
        label="Moyenne des",
        choices=[(months, f"{months} derniers mois") for months in MEAN_MONTHS],
        coerce=int,
        initial=MEAN_MONTHS[-1],
        required=False,
    )

    def advances(self) -> AdvanceClause:
        """Return the clause, once valid; months are those of a share."""
        data = self.cleaned_data
        percent = data["advance_percent"]
        months = None if percent is None else data["advance_months"] or None
        return AdvanceClause.said(data["advance_francs"], percent, months)


class AgreementForm(AdvanceClauseForm):
    """An agreement with a facility."""

    field_order = ("facility", "unit", "number", "starts_on", "ends_on", "payment_term_days")

    facility = FacilityField()
    unit = UnitField(
        label="Signée par",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="toute la fédération",
    )
    number = forms.CharField(label="Numéro", max_length=40, required=False)
    starts_on = DayField(label="Dès le")
    ends_on = DayField(label="Jusqu’au (exclu)", required=False, help_text=_END_HELP)
    payment_term_days = forms.IntegerField(
        label="Délai de paiement (jours)", min_value=0, max_value=365, initial=30
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unclosed = unclosed_on(clock.today())
        units = units_in_reach(self.actor).filter(unclosed, kind__in=Unit.INSURING)
        offer_rows(self, "unit", units.order_by("sort_key"))


class AgreementChangeForm(AdvanceClauseForm):
    """What may be corrected of an agreement."""

    field_order = ("number", "payment_term_days")

    number = forms.CharField(label="Numéro", max_length=40, required=False)
    payment_term_days = forms.IntegerField(
        label="Délai de paiement (jours)", min_value=0, max_value=365
    )


class AgreementEndForm(ServiceForm):
    """When and why an agreement ends."""

    ends_on = DayField(label="Finit le", help_text="Le premier jour où elle ne vaut plus.")
    because = forms.CharField(label="Motif", max_length=200)


class AgreementRenewForm(ServiceForm):
    """What follows an agreement that ends."""

    number = forms.CharField(label="Numéro de la nouvelle", max_length=40, required=False)
    ends_on = DayField(label="Jusqu’au (exclu)", required=False, help_text=_END_HELP)


class SuspensionForm(ServiceForm):
    """From when to when, and why, an agreement does not hold."""

    starts_on = DayField(label="Suspendue dès le")
    ends_on = DayField(
        label="Reprend le", required=False, help_text="Vide : jusqu’à ce que vous la repreniez."
    )
    reason = forms.CharField(label="Motif", max_length=200)


class LiftForm(ServiceForm):
    """From which day a suspended agreement holds again."""

    ends_on = DayField(label="Reprend le")


class DocumentForm(ServiceForm):
    """A signed paper."""

    title = forms.CharField(label="Titre", max_length=120)
    file = PaperField(label="Fichier")


class BookForm(ServiceForm):
    """A book of numbered attestations issued to a facility."""

    facility = FacilityField()
    first_number = forms.IntegerField(label="Premier numéro", min_value=1, max_value=MOST)
    last_number = forms.IntegerField(label="Dernier numéro", min_value=1, max_value=MOST)
    issued_on = DayField(label="Remis le", initial=clock.today)
    is_take_on = forms.BooleanField(
        label="Déjà en circulation à la reprise",
        required=False,
        help_text="Remis avant ce logiciel : la convention d’alors n’est pas vérifiée.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not among the class's own: a form's ``prefix`` is something else there.
        self.fields["prefix"] = forms.CharField(
            label="Préfixe", max_length=8, help_text="Lettres et chiffres."
        )
        self.order_fields(["facility", "prefix"])


class WithdrawForm(ServiceForm):
    """From which day a book is withdrawn."""

    withdrawn_on = DayField(label="Retiré le")
