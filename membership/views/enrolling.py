"""Pages of enrolments: one household, a whole section from last year's list, the undoing."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs, format_integer
from conamus.pages.forms import FormPage
from federations.forms.activities import own_unit_id
from federations.models import Unit
from federations.rules.roles import Permission
from membership.forms.enrolling import EnrolForm, ReasonForm, RenewalForm
from membership.models import Enrolment, Household
from membership.rules.sentences import counted
from membership.selectors.enrolling import (
    Enrolling,
    EnrolmentTerms,
    enrolling_of,
    enrolment_by_id,
    enrolment_terms,
    open_terms,
)
from membership.selectors.households import household_by_id, units_with_households
from membership.selectors.renewals import Renewable, renewables
from membership.services.enrolments import enrol, undo_enrolment
from membership.services.renewals import Renewal, renew_households
from membership.views.parts import HouseholdFormPage


class HouseholdEnrol(HouseholdFormPage):
    """Enrol or renew a household for a year; says what is owed, why, and what changed."""

    form_class = EnrolForm
    title = "Adhésion du ménage"
    terms: EnrolmentTerms | None = None
    asked: Enrolling | None = None
    refusal = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nothing before the actor is known."""
        self.year = kwargs["year"]
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        """Ask what the enrolment comes to before the form is made."""
        try:
            self.terms = enrolment_terms(self.actor.tenant_id, self.year)
            self.asked = enrolling_of(self.household, self.terms)
        except DomainError as error:
            self.refusal = error.message
        return super().get_form(form_class)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what is asked."""
        return {**super().get_form_kwargs(), "asked": self.asked, "terms": self.terms}

    def get_initial(self) -> dict[str, Any]:
        """Begin today or on the campaign's last day, in the household's own category."""
        today = clock.today()
        day = today if self.terms is None else min(today, self.terms.last_day)
        return {"enrolled_on": day, "category": self.household.category}

    def save(self, data: dict[str, Any]) -> Enrolment:
        """Call the service."""
        return enrol(
            actor=self.actor,
            household_id=self.household.pk,
            year=self.year,
            enrolled_on=data["enrolled_on"],
            category=data["category"],
            backdating_reason=data.get("backdating_reason", ""),
            key=data["submission_key"],
        )

    def success_message_for(self, made: Enrolment) -> str:
        """Say what is owed."""
        return f"Ménage inscrit pour {self.year} : {format_francs(made.due_francs)} dus."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Explain the amount, before it is signed."""
        context = super().get_context_data(**kwargs)
        asked = self.asked
        told = [self.refusal] if self.refusal else []
        is_renewal = asked is not None and asked.is_renewal
        if asked is not None:
            told = _explanation(asked, self.year)
        verb = "Renouveler" if is_renewal else "Inscrire"
        return {
            **context,
            "title": f"{verb} pour {self.year}",
            "submit_label": f"{verb} pour {self.year}",
            "explanation": told,
        }


def _explanation(asked: Enrolling, year: int) -> list[str]:
    kind = "Renouvellement" if asked.is_renewal else "Nouvelle adhésion"
    due = asked.due
    first = (
        f"{kind} pour {year} : {counted(asked.people, 'personne')}, "
        f"{format_francs(due.total_francs)} dus"
    )
    if due.payer_francs:
        first += f", dont {format_francs(due.household_francs)} par le ménage"
    changes = f"Depuis {year - 1} : {', '.join(asked.changes)}." if asked.changes else ""
    return [f"{first}.", " ".join(due.explanation), *([changes] if changes else [])]


class EnrolmentUndo(HouseholdFormPage):
    """Undo an enrolment for which nothing was paid."""

    form_class = ReasonForm
    title = "Annuler l’adhésion"
    submit_label = "Annuler l’adhésion"
    success_message = "L’adhésion est annulée ; la ligne reste lisible sur la fiche."

    @cached_property
    def enrolment(self) -> Enrolment:
        """The enrolment of the address."""
        return enrolment_by_id(self.actor, self.kwargs["enrolment_id"])

    @cached_property
    def household(self) -> Household:
        """Its household."""
        return household_by_id(self.actor, self.enrolment.household_id)

    def save(self, data: dict[str, Any]) -> Enrolment:
        """Call the service."""
        return undo_enrolment(
            actor=self.actor, enrolment_id=self.enrolment.pk, because=data["because"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what will happen."""
        told = (
            f"L’adhésion de {self.enrolment.year_id} "
            f"({format_francs(self.enrolment.due_francs)}) ne compte plus et n’ouvre plus de "
            "droits. Elle ne peut être annulée que si rien n’est payé."
        )
        return super().get_context_data(**{"explanation": [told], **kwargs})


class SectionRenewal(FormPage):
    """Last year's households of a unit, all ticked: enrolled together."""

    permission = Permission.ENROL_HOUSEHOLDS
    template_name = "membership/renewal.html"
    form_class = RenewalForm
    title = "Renouveler une section"
    refusal = ""
    rows: tuple[Renewable, ...] = ()
    unit: Unit | None = None
    year: int | None = None

    def _read(self) -> None:
        """Read unit, year and list from the address."""
        self.units = list(units_with_households(self.actor))
        asked = self.request.GET.get("unit", "") or str(own_unit_id(self.actor) or "")
        self.unit = next((unit for unit in self.units if str(unit.pk) == asked), None)
        if self.unit is None and len(self.units) == 1:
            self.unit = self.units[0]
        terms = open_terms(self.actor.tenant_id, clock.today())
        self.year = terms.year if terms else None
        if terms is None:
            self.refusal = "Aucune campagne n’est ouverte aujourd’hui."
        elif self.unit is not None:
            self.rows = tuple(renewables(self.actor, self.unit.pk, terms))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the households of the list."""
        self._read()
        offered = [row.household.pk for row in self.rows if row.asked is not None]
        return {**super().get_form_kwargs(), "offered": offered}

    def save(self, data: dict[str, Any]) -> Renewal:
        """Call the service."""
        if self.unit is None or self.year is None:
            raise DomainError("Choisissez une unité.")
        return renew_households(
            actor=self.actor,
            unit_id=self.unit.pk,
            year=self.year,
            household_ids=data["household_ids"],
            enrolled_on=data["enrolled_on"],
            backdating_reason=data.get("backdating_reason", ""),
        )

    def success_message_for(self, made: Renewal) -> str:
        """Say how many, for how much, and who was left out."""
        plural = "s" if made.enrolled > 1 else ""
        told = (
            f"{format_integer(made.enrolled)} ménage{plural} renouvelé{plural} pour {self.year}, "
            f"{format_francs(made.due_francs)} dus."
        )
        if made.refused:
            causes = " ; ".join(f"{one.number} : {one.cause}" for one in made.refused[:5])
            told += f" {len(made.refused)} non renouvelés : {causes}"
        return told

    def done_url(self, made: Renewal) -> str:
        """Show what is left of the list."""
        unit = self.unit.pk if self.unit else ""
        return f"{reverse('renewals')}?unit={unit}"

    def cancel_url(self) -> str:
        """Go back to the list of households."""
        return reverse("households")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the list with what each renewal comes to."""
        context = super().get_context_data(**kwargs)
        ready = [row for row in self.rows if row.asked is not None]
        form = context["form"]
        ticked = form.data.getlist("household_ids") if form.is_bound else None
        chosen = {str(row.household.pk) for row in ready} if ticked is None else set(ticked)
        return {
            **context,
            "units": self.units,
            "unit": self.unit,
            "year": str(self.year or ""),
            "refusal": self.refusal,
            "lines": [_line(row, chosen) for row in self.rows],
            "ready": len(ready),
            "state": _renewal_state(self.rows, ready, self.unit, self.year),
        }


def _line(row: Renewable, chosen: set[str]) -> dict[str, Any]:
    household, asked = row.household, row.asked
    return {
        "household": household,
        "head": getattr(household, "head_name", None),
        "people": asked.people if asked else None,
        "due_francs": asked.due.total_francs if asked else None,
        "told": ", ".join(asked.changes) if asked else row.cause,
        "is_ready": asked is not None,
        "is_ticked": str(household.pk) in chosen,
    }


def _renewal_state(
    rows: tuple[Renewable, ...], ready: list[Renewable], unit: Unit | None, year: int | None
) -> str:
    if unit is None or year is None:
        return ""
    if not rows:
        return f"{unit.name} : tous les ménages de {year - 1} sont inscrits pour {year}."
    due = sum(row.asked.due.total_francs for row in ready if row.asked)
    return (
        f"{unit.name} : {counted(len(rows), 'ménage')} de {year - 1} pas encore inscrits pour "
        f"{year}, {format_francs(due)} à attendre."
    )
