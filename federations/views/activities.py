"""Pages of the register of activities."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.kernel.text import read_number
from conamus.pages.views import ActorPage
from federations.filters.registers import ActivityFilter
from federations.forms.activities import ActivityForm, activity_initial, own_unit_id
from federations.models import Activity, ActivityParticipants
from federations.rules.roles import Permission, is_permitted
from federations.selectors.registers import (
    RegisterTotals,
    activities_in_reach,
    register_totals,
)
from federations.services.activities import (
    change_activity,
    own_activity,
    record_activity,
    remove_activity,
)
from federations.tables.registers import ActivityTable
from federations.views.registers import (
    RegisterFormPage,
    RegisterList,
    RegisterRemovePage,
    counted,
)
from federations.views.versions import VersionedPage


class ActivityList(RegisterList):
    """The register of a year, latest first."""

    permission = Permission.SEE_ACTIVITIES
    title = "Registre des activités"
    table_class = ActivityTable
    filter_class = ActivityFilter
    empty_text = (
        "Aucune activité n’est inscrite : formations, sensibilisations, ateliers, missions."
    )
    add_url_name = "activity_add"
    add_label = "Inscrire une activité"
    add_permission = Permission.RECORD_ACTIVITIES

    def rows(self) -> QuerySet[Activity]:
        """Return the register in the actor's reach."""
        return activities_in_reach(self.actor)

    def sum_up(self, rows: QuerySet[Activity]) -> str:
        """Count the activities and who took part."""
        totals = register_totals(rows)
        return f"{counted(totals.activities, 'activité')}, {_participants(totals)}."


class ActivityDetail(ActorPage):
    """One activity, with who took part."""

    permission = Permission.SEE_ACTIVITIES
    template_name = "federations/activity_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the activity and its facts."""
        activity = own_activity(self.actor, self.kwargs["activity_id"])
        return {
            "activity": activity,
            "title": activity.theme,
            "facts": _facts(activity),
            "groups": sorted(activity.participants.all(), key=lambda group: group.pk),
            "may_change": is_permitted(self.actor.role, Permission.RECORD_ACTIVITIES),
        }


class ActivityFormPage(RegisterFormPage):
    """What recording and changing have in common: rows of participants that can be added."""

    abstract = True
    permission = Permission.RECORD_ACTIVITIES
    form_class = ActivityForm
    template_name = "federations/activity_form.html"
    list_url_name, detail_url_name = "activities", "activity_detail"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or show the form with one more row and all that was typed."""
        if "add_row" not in request.POST:
            return super().post(request, *args, **kwargs)
        typed: dict[str, Any] = request.POST.dict()
        rows = read_number(typed.get("rows", ""))
        typed["rows"] = None if rows is None else rows + 1
        form = self.form_class(initial=typed, actor=self.actor)
        return self.render_to_response(self.get_context_data(form=form))


class ActivityAdd(ActivityFormPage):
    """Put an activity in the register."""

    title = "Inscrire une activité"
    submit_label = "Inscrire l’activité"
    success_message = "L’activité est inscrite."

    def get_initial(self) -> dict[str, Any]:
        """Begin at the actor's own unit."""
        return {"unit": own_unit_id(self.actor)}

    def save(self, data: dict[str, Any]) -> Activity:
        """Call the service."""
        facts = self.form.facts()
        return record_activity(actor=self.actor, facts=facts, key=data["submission_key"])


class ActivityEdit(VersionedPage, ActivityFormPage):
    """Correct an activity; a second writer is told, and loses nothing."""

    title = "Modifier l’activité"
    success_message = "L’activité est modifiée."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the activity as it is."""
        return activity_initial(own_activity(self.actor, self.kwargs["activity_id"]))

    def change(self, data: dict[str, Any], version: int) -> Activity:
        """Call the service."""
        return change_activity(
            actor=self.actor,
            activity_id=self.kwargs["activity_id"],
            facts=self.form.facts(),
            version=version,
        )

    def facts_of(self, thing: Activity) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return _all_facts(thing)


class ActivityRemove(RegisterRemovePage):
    """Take an activity out of the register."""

    permission = Permission.RECORD_ACTIVITIES
    title = "Supprimer l’activité"
    submit_label = "Supprimer l’activité"
    success_message = "L’activité est supprimée ; l’historique garde ce qu’elle était."
    list_url_name, detail_url_name = "activities", "activity_detail"

    def get_initial(self) -> dict[str, Any]:
        """Begin from the version that is shown."""
        return {"version": own_activity(self.actor, self.kwargs["activity_id"]).version}

    def consequence(self) -> str:
        """Say what goes and what stays."""
        activity = own_activity(self.actor, self.kwargs["activity_id"])
        return (
            f"« {activity.theme} » sort du registre avec ses participants : le rapport annuel "
            "ne la comptera plus. Ce qu’elle était reste lisible dans l’historique, d’où elle peut "
            "être ressaisie."
        )

    def change(self, data: dict[str, Any], version: int) -> None:
        """Call the service."""
        remove_activity(actor=self.actor, activity_id=self.kwargs["activity_id"], version=version)

    def facts_of(self, thing: Activity) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return _all_facts(thing)


def _all_facts(activity: Activity) -> list[tuple[str, Any]]:
    """Return what the form asks for, for who compares it with what they typed."""
    groups = sorted(activity.participants.all(), key=lambda group: group.pk)
    return [
        ("Thème", activity.theme),
        ("Du", format_date(activity.starts_on)),
        ("Au", format_date(activity.ends_on)),
        *_facts(activity),
        ("Participants", " ; ".join(map(_group_phrase, groups))),
    ]


def _group_phrase(group: ActivityParticipants) -> str:
    women = "n.d." if group.women is None else format_integer(group.women)
    return f"{group.label} : {format_integer(group.total)}, dont femmes : {women}"


def _facts(activity: Activity) -> list[tuple[str, Any]]:
    place = activity.place.name if activity.place else ""
    return [
        ("Nature", activity.get_kind_display()),
        ("Chapitre du rapport", activity.get_chapter_display()),
        ("Unité", activity.unit.name),
        ("Lieu", " : ".join(part for part in (place, activity.place_note) if part)),
        ("Bailleur", activity.funder.name if activity.funder else ""),
        ("Coût", format_francs(activity.cost_francs)),
        ("Résultat obtenu", activity.result),
        ("Source", activity.source),
    ]


def _participants(totals: RegisterTotals) -> str:
    """Say who took part, and of how many of them the sex is known."""
    if totals.participants is None:
        return "participants n.d."
    people = counted(totals.participants, "participant")
    women = counted(totals.women, "femme")
    if not totals.told_by_sex:
        return f"{people}, femmes n.d."
    if totals.told_by_sex < totals.participants:
        known = format_integer(totals.told_by_sex)
        return f"{people} ; parmi les {known} dont le sexe est noté, {women}"
    return f"{people}, dont {women}"
