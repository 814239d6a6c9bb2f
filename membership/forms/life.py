"""Forms of what happens in a household: birth, arrival, death, departure, new head, closing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, PhotoField, UnitField, offer_choices, offer_rows
from federations.rules.roles import Permission, is_permitted
from membership.forms.fields import CollineField, offer_backdating, offer_guardian
from membership.forms.households import insuring_units, person_fields
from membership.models import Beneficiary
from membership.rules.households import MOST_DAYS_BACK
from membership.services.guardians import has_grown_up

_DEPENDANTS = [one for one in Beneficiary.Relationship.choices if one[0] != "head"]
_HEADS_OTHERS = [
    ("", "choisir…"),
    *((value, label) for value, label in _DEPENDANTS if value != "child"),
    ("child", "enfant"),
]


class PersonForm(ServiceForm):
    """What describes a person; ``members`` are those who are in the household."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = list(self.fields.items())
        self.fields.clear()
        self.fields.update(person_fields())
        self.fields.update(own)
        offer_choices(self, "relationship", _DEPENDANTS)


class BirthForm(PersonForm):
    """A newborn."""

    declared_on = DayField(label="Déclaré le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth"].label = "Né le"
        self.fields["birth"].help_text = (
            "Le jour exact : il décide des droits du nouveau-né. Un enfant d’un an ou plus "
            "s’inscrit sous « Nouvelle personne à charge »."
        )
        self.fields["identity_paper"].label = "Acte de naissance"
        self.fields["declared_on"].initial = clock.today()
        self.fields["relationship"].initial = Beneficiary.Relationship.CHILD.value
        newborn = [one for one in _DEPENDANTS if one[0] != Beneficiary.Relationship.SPOUSE.value]
        offer_choices(self, "relationship", newborn)
        offer_backdating(self)
        del self.fields["phone"]


class DependantForm(PersonForm):
    """Somebody who joins the household."""

    photo = PhotoField(label="Photo", required=False)
    joined_on = DayField(
        label="Dans le ménage depuis le",
        help_text=(
            "Ni avant l’inscription du ménage, ni plus de "
            f"{MOST_DAYS_BACK} jours en arrière, sauf par le gestionnaire de la fédération. La "
            "carence court du jour où vous l’inscrivez, sauf si la campagne en compte d’avant."
        ),
    )
    by_marriage = forms.BooleanField(label="Entre par mariage", required=False)
    known_number = forms.CharField(
        label="Numéro de sa fiche, si elle vient d’un ménage du réseau",
        max_length=24,
        required=False,
        help_text=(
            "Son départ de l’autre ménage est déjà inscrit. Couverte la veille, elle n’attend pas "
            "de nouveau."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["joined_on"].initial = clock.today()
        offer_backdating(self)


class PersonEditForm(PersonForm):
    """A record to correct; a photo that is chosen takes the place of the other."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    photo = PhotoField(label="Photo", required=False, more_help="Vide : la photo reste.")
    joined_on = DayField(label="Dans le ménage depuis le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("relationship") == Beneficiary.Relationship.HEAD:
            offer_choices(self, "relationship", Beneficiary.Relationship.choices[:1])
        if is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP):
            self.fields["replacement_reason"] = forms.CharField(
                label="Pourquoi la fiche était celle d’une autre personne",
                max_length=150,
                required=False,
                help_text=(
                    "Seulement si le nom, le sexe et la naissance changent ensemble : la fiche "
                    "devient alors celle d’une autre personne, avec les droits de la première."
                ),
            )
        offer_backdating(self)


class LeavingForm(ServiceForm):
    """Somebody leaves; who was the head names the next one."""

    new_head = forms.TypedChoiceField(
        label="Nouvel adhérent", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        others: Sequence[Beneficiary] = kwargs.pop("others")
        super().__init__(*args, **kwargs)
        offer_backdating(self)
        if not others:
            del self.fields["new_head"]
            return
        offer_choices(
            self, "new_head", [("", "choisir…"), *((str(one.pk), str(one)) for one in others)]
        )
        self.order_fields([*(name for name in self.fields if name != "new_head"), "new_head"])
        # Who turned 15 of late may still have been a child on the day that is written.
        if not has_grown_up(others, clock.today() - timedelta(days=365)):
            offer_guardian(self)


class DeathForm(LeavingForm):
    """A death."""

    died_on = DayField(label="Décédé le")


class DepartureForm(LeavingForm):
    """A departure, with its reason."""

    left_on = DayField(label="Quitte le ménage le")
    because = forms.ChoiceField(
        label="Raison",
        choices=[
            (one.value, one.label)
            for one in (
                Beneficiary.Leaving.MARRIAGE,
                Beneficiary.Leaving.DEPARTURE,
                Beneficiary.Leaving.MISTAKE,
            )
        ],
    )
    note = forms.CharField(label="Précision", max_length=200, required=False)


class TakeBackForm(ServiceForm):
    """A death or a departure taken back, and why."""

    because = forms.CharField(label="Motif", max_length=200)
    returns_as = forms.ChoiceField(
        label="Revient comme",
        choices=_HEADS_OTHERS,
        required=False,
        help_text="Seulement si un autre est devenu l’adhérent depuis.",
    )


class NewHeadForm(ServiceForm):
    """Another member becomes the head."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    new_head = forms.TypedChoiceField(label="Nouvel adhérent", coerce=int)
    former_becomes = forms.ChoiceField(label="L’ancien adhérent devient", choices=_HEADS_OTHERS)
    named_on = DayField(label="Depuis le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        others: Sequence[Beneficiary] = kwargs.pop("others")
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), str(one)) for one in others]
        offer_choices(self, "new_head", [("", "choisir…"), *named])
        self.fields["named_on"].initial = clock.today()


class DecisionForm(ServiceForm):
    """A dated decision on a household, with its reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = DayField(label="À partir du")
    because = forms.CharField(label="Motif", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class NewNumberForm(ServiceForm):
    """A new number, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    because = forms.CharField(
        label="Motif", max_length=200, help_text="Par exemple : numéro attribué deux fois."
    )


class MoveForm(ServiceForm):
    """Another unit of the federation, and another colline where the household moves house."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    unit = UnitField(label="Nouvelle unité", queryset=None)
    colline = CollineField(required=False, label="Nouvelle colline")
    moved_on = DayField(label="À partir du")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", insuring_units(self))
        colline = self.fields["colline"]
        assert isinstance(colline, CollineField)  # noqa: S101 -- for the type's sake
        colline.help_text = "Vide : la colline ne change pas."
        colline.offer_to(self.actor)
        self.fields["moved_on"].initial = clock.today()
