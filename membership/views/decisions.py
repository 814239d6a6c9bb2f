"""Pages of decisions on a household: struck off, taken back, closed, moved, renumbered, merged."""

from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse

from conamus.kernel.errors import DomainError, NotFound
from conamus.pages.forms import ServiceForm
from federations.forms.fields import offer_choices
from federations.rules.roles import Permission
from membership.forms.life import DecisionForm, MoveForm, NewNumberForm
from membership.models import Beneficiary, Household
from membership.selectors.merging import likeness, people_to_merge
from membership.services.holding import may_return
from membership.services.merges import merge_people
from membership.services.numbers import renumber_household
from membership.services.standing import close_household, reinstate, strike_off
from membership.services.transfers import move_household
from membership.views.duplicates import compared_facts
from membership.views.parts import HouseholdFormPage, PersonFormPage


class VersionedPage(HouseholdFormPage):
    """A form that carries the version of the household that was read."""

    abstract = True

    def get_initial(self) -> dict[str, Any]:
        """Carry the version."""
        return {"version": self.household.version}


class HouseholdStrikeOff(VersionedPage):
    """Strike a household off."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = DecisionForm
    title = "Radier le ménage"
    submit_label = "Radier le ménage"
    intro = (
        "Les droits se ferment ce jour-là ; un nouveau-né couvert à sa naissance garde ses "
        "premiers jours. La réintégration reste possible."
    )
    success_message = "Le ménage est radié."

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        return strike_off(
            actor=self.actor,
            household_id=self.household.pk,
            version=data["version"],
            on=data["on"],
            because=data["because"],
        )


class HouseholdReinstate(HouseholdFormPage):
    """Take back a household that was struck off or had left."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = DecisionForm
    title = "Réintégrer le ménage"
    submit_label = "Réintégrer le ménage"
    intro = "Les droits rouvrent ce jour-là, sans nouvelle carence, si la cotisation est payée."
    success_message = "Le ménage est réintégré."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer it for a household that may be taken back alone."""
        if not may_return(self.household):
            raise NotFound("Seul un ménage radié ou parti peut être réintégré.")
        return super().get_context_data(**kwargs)

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        return reinstate(
            actor=self.actor,
            household_id=self.household.pk,
            on=data["on"],
            because=data["because"],
        )


class HouseholdClose(VersionedPage):
    """Close a household that went away."""

    form_class = DecisionForm
    title = "Départ du ménage"
    submit_label = "Fermer le ménage"
    intro = (
        "Tout le ménage s’en va : ses droits se ferment ce jour-là ; un nouveau-né couvert à sa "
        "naissance garde ses premiers jours. Rien n’est effacé."
    )
    success_message = "Le ménage est fermé."

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        return close_household(
            actor=self.actor,
            household_id=self.household.pk,
            version=data["version"],
            on=data["on"],
            because=data["because"],
        )


class HouseholdMove(VersionedPage):
    """Pass a household to another unit of the federation."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = MoveForm
    title = "Passer à une autre unité"
    submit_label = "Passer le ménage"
    intro = (
        "Le numéro et les droits restent. L’adhésion de l’année reste comptée où elle fut prise."
    )
    success_message = "Le ménage est passé à l’autre unité."

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        colline = data["colline"]
        return move_household(
            actor=self.actor,
            household_id=self.household.pk,
            version=data["version"],
            unit_id=data["unit"].pk,
            moved_on=data["moved_on"],
            colline_id=colline.pk if colline else None,
        )


class HouseholdRenumber(VersionedPage):
    """Give a household and its people new numbers."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = NewNumberForm
    title = "Attribuer un nouveau numéro"
    submit_label = "Attribuer un nouveau numéro"
    intro = "Le ménage et ses personnes reçoivent de nouveaux numéros ; les anciens les retrouvent."

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        return renumber_household(
            actor=self.actor,
            household_id=self.household.pk,
            version=data["version"],
            because=data["because"],
        )

    def success_message_for(self, made: Household) -> str:
        """Say the new number."""
        return f"Le ménage porte maintenant le numéro {made.number}."


class MergeForm(ServiceForm):
    """Which of two records that are shown side by side is kept, and why they are one person."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=24)
    kept = forms.ChoiceField(
        label="Fiche gardée", choices=[("this", "celle-ci"), ("other", "l’autre")]
    )
    because = forms.CharField(
        label="Pourquoi c’est une seule personne",
        max_length=200,
        help_text="Par exemple : la même personne, inscrite deux fois en mars.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pair: tuple[Beneficiary, Beneficiary] | None = kwargs.pop("pair")
        super().__init__(*args, **kwargs)
        if pair is not None:
            names = [f"{one.number}, {one}" for one in pair]
            offer_choices(self, "kept", list(zip(("this", "other"), names, strict=True)))


class PersonMerge(PersonFormPage):
    """Make two records of one person one: found by number, looked at side by side, decided."""

    permission = Permission.DECIDE_MEMBERSHIP
    template_name = "membership/person_merge.html"
    form_class = MergeForm
    title = "Fusionner deux fiches"
    submit_label = "Fusionner les deux fiches"
    intro = (
        "Les deux numéros mèneront à la fiche gardée. Une fusion ne se défait pas : vérifiez que "
        "c’est bien la même personne. Elle est refusée si elle fait perdre un décès ou des jours "
        "couverts."
    )
    success_message = "Les deux fiches n’en font plus qu’une."

    @cached_property
    def number(self) -> str:
        """The other record's number, asked for by the address or sent back by the form."""
        asked = self.request.POST.get("number") or self.request.GET.get("number", "")
        return asked.strip().upper()[:24]

    @cached_property
    def other(self) -> Beneficiary | None:
        """The other record, in the actor's sight."""
        found = people_to_merge(self.actor, self.number).exclude(pk=self.person.pk)
        return found.first() if self.number else None

    def get_initial(self) -> dict[str, Any]:
        """Carry the number of the record that is shown."""
        return {"number": self.number}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name both records where one of them is chosen."""
        pair = None if self.other is None else (self.person, self.other)
        return {**super().get_form_kwargs(), "pair": pair}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show both records fact by fact, and what the identity rules say of them."""
        shown: dict[str, Any] = {"person": self.person, "other": self.other, "number": self.number}
        if self.other is not None:
            match = likeness(self.person, self.other)
            reasons = ", ".join(match.reasons)
            told = f"{match.verdict.label}, ressemblance {match.score} sur 100"
            shown["rows"] = compared_facts(self.person, self.other)
            shown["verdict"] = f"{told} : {reasons}." if reasons else f"{told}."
        return super().get_context_data(**{**shown, **kwargs})

    def save(self, data: dict[str, Any]) -> Beneficiary:
        """Call the service."""
        other = self.other
        if other is None:
            raise DomainError("Personne ne porte ce numéro, ou c’est celui de la fiche ouverte.")
        kept, dropped = self.person.pk, other.pk
        if data["kept"] == "other":
            kept, dropped = dropped, kept
        return merge_people(
            actor=self.actor, kept_id=kept, dropped_id=dropped, because=data["because"]
        )

    def done_url(self, made: Beneficiary) -> str:
        """Show the record that is kept."""
        return reverse("household_person", args=[made.pk])
