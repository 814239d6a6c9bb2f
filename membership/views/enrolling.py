"""Pages of enrolments: one household, a whole section from last year's list, the undoing."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs, format_integer
from conamus.pages.picking import PickPage, PickRow
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


class SectionRenewal(PickPage):
    """Last year's households of a unit, all ticked: enrolled together."""

    permission = Permission.ENROL_HOUSEHOLDS
    template_name = "membership/renewal.html"
    form_class = RenewalForm
    title = "Renouveler une section"

    @cached_property
    def units(self) -> list[Unit]:
        """The units to choose from."""
        return list(units_with_households(self.actor))

    @cached_property
    def unit(self) -> Unit | None:
        """The unit of the address, one's own, or the only one."""
        asked = self.request.GET.get("unit", "") or str(own_unit_id(self.actor) or "")
        found = next((unit for unit in self.units if str(unit.pk) == asked), None)
        return self.units[0] if found is None and len(self.units) == 1 else found

    @cached_property
    def terms(self) -> EnrolmentTerms | None:
        """The year that can be enrolled for today."""
        return open_terms(self.actor.tenant_id, clock.today())

    @cached_property
    def pick_rows(self) -> list[PickRow]:
        """The households of the unit, those that cannot be renewed last."""
        if self.unit is None or self.terms is None:
            return []
        rows = [_pick_row(row) for row in renewables(self.actor, self.unit.pk, self.terms)]
        return sorted(rows, key=lambda row: not row.is_open)

    def save(self, data: dict[str, Any]) -> Renewal:
        """Call the service."""
        if self.unit is None or self.terms is None:
            raise DomainError("Choisissez une unité.")
        if data["year"] != self.terms.year:
            raise DomainError(f"La campagne {self.terms.year} est ouverte : relisez la liste.")
        return renew_households(
            actor=self.actor,
            unit_id=self.unit.pk,
            year=self.terms.year,
            household_ids=self.picks.picked,
            enrolled_on=data["enrolled_on"],
            backdating_reason=data.get("backdating_reason", ""),
        )

    def success_message_for(self, made: Renewal) -> str:
        """Say how many, for how much, and who was left out."""
        year = self.terms.year if self.terms else ""
        plural = "s" if made.enrolled > 1 else ""
        told = (
            f"{format_integer(made.enrolled)} ménage{plural} renouvelé{plural} pour {year}, "
            f"{format_francs(made.due_francs)} dus."
        )
        if made.refused:
            causes = " ; ".join(f"{one.number} : {one.cause}" for one in made.refused[:5])
            told += f" {format_integer(len(made.refused))} non renouvelés : {causes}."
        if left := len(self.picks.picked) - made.enrolled - len(made.refused):
            told += f" {counted(left, 'ménage')} de la liste : inscrits ou partis entre-temps."
        return told + self.told_unseen("ménage")

    def done_url(self, made: Renewal) -> str:
        """Show what is left of the list."""
        unit = self.unit.pk if self.unit else ""
        return f"{reverse('renewals')}?unit={unit}"

    def cancel_url(self) -> str:
        """Go back to the list of households."""
        return reverse("households")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what the list is, and what it comes to."""
        year = self.terms.year if self.terms else None
        return super().get_context_data(
            **{
                "units": self.units,
                "unit": self.unit,
                "year": str(year or ""),
                "refusal": "" if year else "Aucune campagne n’est ouverte aujourd’hui.",
                "state": _renewal_state(self.pick_rows, self.unit, year),
                **kwargs,
            }
        )


def _pick_row(row: Renewable) -> PickRow:
    household = row.household
    words = f"{getattr(household, 'head_name', '')} {household.number} {household.colline.name}"
    is_open = row.asked is not None
    return PickRow(key=household.pk, words=words, shown=row, is_open=is_open)


def _renewal_state(rows: list[PickRow], unit: Unit | None, year: int | None) -> str:
    if unit is None or year is None:
        return ""
    if not rows:
        return f"{unit.name} : tous les ménages de {year - 1} sont inscrits pour {year}."
    due = sum(row.shown.asked.due.total_francs for row in rows if row.is_open)
    closed = sum(not row.is_open for row in rows)
    cannot = f", dont {format_integer(closed)} à compléter d’abord (en fin de liste)"
    return (
        f"{unit.name} : {counted(len(rows), 'ménage')} de {year - 1} pas encore inscrits pour "
        f"{year}{cannot if closed else ''}, {format_francs(due)} à attendre."
    )
