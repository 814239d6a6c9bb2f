"""Pages of the register of health facilities, which all federations share."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotAllowed
from conamus.kernel.figures import format_date, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.filters.directory import FacilityFilter
from federations.models import HealthFacility
from federations.rules.facilities import SHARED_REGISTER, may_change_facility
from federations.rules.roles import Permission
from federations.selectors.directory import facility_by_id, units_around
from federations.selectors.facilities import facilities, is_closed_by, situation_of
from federations.selectors.standings import former_standings, was_until
from federations.services import facilities as services
from federations.tables.directory import FacilityTable
from federations.views.directory import facility_forms as forms
from federations.views.versions import VersionedPage

_CHANGED = (
    "Quelqu’un a modifié la situation de cette formation sanitaire entre-temps : voici ce qu’elle "
    "est. Recommencez si vous le voulez toujours."
)


class FacilityList(ListPage):
    """The register."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/facilities.html"
    title = "Formations sanitaires"
    table_class = FacilityTable
    filter_class = FacilityFilter
    empty_text = "Le registre est vide. Ajoutez une formation sanitaire, ou importez le registre."
    add_url_name = "facility_add"
    add_label = "Ajouter une formation sanitaire"
    add_permission = Permission.MANAGE_FACILITIES

    def rows(self) -> QuerySet[HealthFacility]:
        """Return the register."""
        return facilities()

    def state(self, count: int) -> str:
        """Say how many are shown."""
        plural = "s" if count > 1 else ""
        return f"{format_integer(count)} formation{plural} sanitaire{plural} du registre commun."

    def page(self) -> dict[str, Any]:
        """Say who may do what, to those who would look for the buttons."""
        return {"register_note": SHARED_REGISTER if self.may_add() else ""}


class FacilityDetail(ActorPage):
    """One facility."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/facility_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the facility and the units around it."""
        facility = facility_by_id(self.kwargs["pk"])
        return {
            "facility": facility,
            "title": facility.name,
            "situation": situation_of(facility, clock.today()),
            "version": services.situation_version(facility),
            "turns": _turns(facility),
            "is_closed": is_closed_by(facility, clock.today()),
            "facts": _facts(facility),
            "units": units_around(facility, clock.today()),
            "may_change": may_change_facility(self.actor.role),
            "register_note": SHARED_REGISTER,
        }


def _turns(facility: HealthFacility) -> list[tuple[str, str]]:
    """Return the buttons that change how a facility stands: address and label."""
    if is_closed_by(facility, clock.today()):
        return [("facility_resume", "Reprendre")]
    is_suspended = facility.status == HealthFacility.Status.SUSPENDED
    turns = [
        ("facility_resume", "Lever la suspension")
        if is_suspended
        else ("facility_suspend", "Suspendre")
    ]
    if facility.closed_on:
        turns.append(("facility_closing_taken_back", "Annuler la fermeture"))
    return turns


def _facts(facility: HealthFacility) -> list[tuple[str, Any]]:
    return [
        ("Code", facility.code),
        ("Type", facility.get_facility_type_display()),
        ("Statut juridique", facility.get_ownership_display()),
        *(("Auparavant", was_until(*one)) for one in former_standings(facility)),
        ("Commune (depuis 2025)", f"{facility.commune}, {facility.commune.parent}"),
        ("Commune (avant 2025)", f"{facility.former_commune}, {facility.former_commune.parent}"),
        ("District sanitaire", facility.health_district.name),
        ("Téléphone", facility.phone),
        ("Conventionnée le", format_date(facility.contracted_on)),
        *([("Ferme le", format_date(facility.closed_on))] if facility.closed_on else []),
    ]


class FacilityAdd(FormPage):
    """Add a facility to the register."""

    permission = Permission.MANAGE_FACILITIES
    form_class = forms.FacilityForm
    title = "Ajouter une formation sanitaire"
    submit_label = "Ajouter au registre"
    success_message = "La formation sanitaire est au registre."
    intro = SHARED_REGISTER

    def save(self, data: dict[str, Any]) -> HealthFacility:
        """Call the service."""
        return services.add_facility(
            actor=self.actor,
            details=forms.details_of(data),
            submission_key=data["submission_key"],
        )

    def done_url(self, made: HealthFacility) -> str:
        """Show the facility."""
        return reverse("facility_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the register."""
        return reverse("facilities")


class OneFacilityForm(FormPage):
    """A form about one facility."""

    abstract = True
    permission = Permission.MANAGE_FACILITIES
    template_name = "federations/facility_form.html"

    @cached_property
    def facility(self) -> HealthFacility:
        """The facility of the address, for those who may change it."""
        if not may_change_facility(self.actor.role):
            raise NotAllowed(SHARED_REGISTER)
        return facility_by_id(self.kwargs["pk"])

    def done_url(self, made: HealthFacility) -> str:
        """Show the facility."""
        return reverse("facility_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the facility."""
        return reverse("facility_detail", args=[self.facility.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the facility."""
        return super().get_context_data(facility=self.facility, **kwargs)


class FacilityEdit(VersionedPage, OneFacilityForm):
    """Correct what the register says."""

    form_class = forms.FacilityEditForm
    title = "Modifier la formation sanitaire"
    success_message = "Le registre est corrigé."
    intro = SHARED_REGISTER

    def get_initial(self) -> dict[str, Any]:
        """Begin from the facility as it is, and from its version."""
        return {**forms.initial_of(self.facility), "version": self.version_of(self.facility)}

    def version_of(self, thing: HealthFacility) -> str:
        """Return the version of a facility."""
        return services.facility_version(thing)

    def change(self, data: dict[str, Any], version: str) -> HealthFacility:
        """Call the service."""
        return services.change_facility(
            actor=self.actor,
            facility_id=self.facility.pk,
            details=forms.details_of(data),
            version=version,
            changed_on=data["changed_on"],
        )

    def facts_of(self, thing: HealthFacility) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [("Nom", thing.name), *_facts(thing)]


class FacilityClose(VersionedPage, OneFacilityForm):
    """Close a facility."""

    form_class = forms.FacilityCloseForm
    title = "Fermer la formation sanitaire"
    submit_label = "Fermer"
    intro = "Elle reste au registre et dans les rapports jusqu’à ce jour. Elle peut être rouverte."
    success_message = "La fermeture est inscrite."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the situation that is shown."""
        return {"version": self.version_of(self.facility)}

    def version_of(self, thing: HealthFacility) -> str:
        """Return the version of a facility's situation."""
        return services.situation_version(thing)

    def change(self, data: dict[str, Any], version: str) -> HealthFacility:
        """Call the service."""
        return services.close_facility(
            actor=self.actor,
            facility_id=self.facility.pk,
            closed_on=data["closed_on"],
            version=version,
        )

    def facts_of(self, thing: HealthFacility) -> list[tuple[str, Any]]:
        """Return what the other decided."""
        return [("Situation", situation_of(thing, clock.today()))]


class FacilityTurn(ActorView):
    """One button that changes the situation that was read; another undoes it."""

    abstract = True
    permission = Permission.MANAGE_FACILITIES
    http_method_names = ("post",)

    #: The service.
    turn: Callable[..., HealthFacility]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it and show the facility."""
        version = request.POST.get("version", "")
        try:
            facility = type(self).turn(actor=self.actor, facility_id=pk, version=version)
        except services.SituationChanged:
            messages.error(request, _CHANGED)
        else:
            messages.success(request, f"Situation : {situation_of(facility, clock.today())}.")
        return HttpResponseRedirect(reverse("facility_detail", args=[pk]))


class FacilitySuspend(FacilityTurn):
    """Suspend a contracted facility."""

    turn = services.suspend_facility


class FacilityResume(FacilityTurn):
    """Take a suspended or closed facility back."""

    turn = services.resume_facility


class FacilityClosingTakenBack(FacilityTurn):
    """Take back a closing that has not come yet."""

    turn = services.take_back_closing
