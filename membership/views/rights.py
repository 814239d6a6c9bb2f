"""Pages of rights: the check, for whoever receives a patient, and the list kept on paper."""

from functools import cached_property
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date
from conamus.kernel.text import read_number
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView, WatchedPage
from federations.models import HealthFacility, Job
from federations.rules.roles import Permission, is_permitted
from membership.filters.rights import RightsCheckFilter
from membership.forms.rights import RightsForm, ValidMembersForm
from membership.models import RightsCheck
from membership.rules.sentences import counted
from membership.selectors.rights import rights_checks
from membership.selectors.valid_members import (
    facilities_in_reach,
    list_file,
    list_job,
    list_jobs,
)
from membership.services.rights import Outcome, RightsAnswer, ask_rights
from membership.services.valid_members import request_valid_members
from membership.tables.rights import RightsCheckTable

_STATES = {
    Job.State.QUEUED: "La liste attend son tour. Vous pouvez quitter cette page et y revenir.",
    Job.State.RUNNING: "La liste se fait. Vous pouvez quitter cette page et y revenir.",
    Job.State.DONE: "La liste est prête.",
    Job.State.FAILED: "La liste n’a pas pu être imprimée.",
}
#: A list to choose from carries the numbers signed, so that it gives none away.
_CHOICES = TimestampSigner(salt="rights-choice")
_CHOICE_SECONDS = 15 * 60
#: Lists shown under the form.
MOST_LISTS = 10


class RightsCheckPage(FormPage):
    """One field, and a large yes or no. What was typed stays out of the address."""

    permission = Permission.CHECK_RIGHTS
    form_class = RightsForm
    template_name = "membership/rights_check.html"
    title = "Vérifier les droits"
    submit_label = "Vérifier"
    #: What was found, once something was asked.
    answer: RightsAnswer | None = None

    def get_form(self, form_class: Any = None) -> RightsForm:
        """Ask what was typed, or who was chosen of several."""
        is_chosen = "choice" in self.request.POST
        return self._chosen_form() if is_chosen else super().get_form(form_class)

    def done(self, made: RightsAnswer) -> HttpResponse:
        """Answer on the same page: nothing is left to send again."""
        self.answer = made
        empty = self.form_class(actor=self.actor)
        # The next look is for the answer, not for the field.
        empty.fields["text"].widget.attrs.pop("autofocus", None)
        return self.render_to_response(self.get_context_data(form=empty))

    def _chosen_form(self) -> RightsForm:
        """Ask by the number of the person chosen, which the list itself does not show."""
        data = self.request.POST.copy()
        try:
            data["text"] = _CHOICES.unsign(str(data["choice"]), max_age=_CHOICE_SECONDS)
        except BadSignature:
            data["text"] = ""
        data["birth_year"] = ""
        return self.form_class(data=data, actor=self.actor)

    def save(self, data: dict[str, Any]) -> RightsAnswer:
        """Call the service."""
        return ask_rights(
            actor=self.actor,
            text=data["text"],
            birth_year=data["birth_year"],
            on=data["on"],
            born_on=data["born_on"],
        )

    def page(self) -> dict[str, Any]:
        """Return the answer or, before one, the paper list for those who may make it."""
        if self.answer is not None:
            return _answered(self.answer) | {"asked": self._asked()}
        may_list = is_permitted(self.actor.role, Permission.SEE_HOUSEHOLDS)
        return {
            "state": f"Au {format_date(clock.today())}, dans toutes les fédérations du réseau.",
            "lists_url": reverse("rights_lists") if may_list else "",
        }

    def _asked(self) -> dict[str, str]:
        """The days that were asked about, which a choice keeps."""
        return {name: self.request.POST.get(name, "") for name in ("on", "born_on")}


def _answered(answer: RightsAnswer) -> dict[str, Any]:
    """Return the words of the answer's page."""
    return {
        "answer": answer,
        "title": f"Droits : {answer.typed}",
        "state": f"Au {format_date(answer.on)}. {_outcome_sentence(answer)}",
        "single": answer.people[0] if len(answer.people) == 1 else None,
        "households": answer.by_household(),
        "choices": [(_CHOICES.sign(one.number), one) for one in answer.choices],
    }


def _outcome_sentence(answer: RightsAnswer) -> str:
    if answer.outcome is Outcome.NOBODY:
        return "Personne n’a été trouvé."
    if answer.outcome is Outcome.TOO_OFTEN:
        return "Vérification refusée."
    if answer.outcome is Outcome.TOO_MANY:
        return "Trop de ménages répondent : donnez le numéro de la carte."
    if answer.outcome is Outcome.CHOICE:
        people = counted(len(answer.choices), "personne")
        return f"{people} de ce nom, ou d’un nom qui sonne de même : choisissez."
    count = len(answer.people)
    if count == 1:
        return f"Droits {'ouverts' if answer.open_count else 'fermés'}."
    return f"{counted(count, 'personne')}, dont {answer.open_count} avec des droits ouverts."


class RightsCheckList(ListPage):
    """The traces of the tenant's checks."""

    permission = Permission.SEE_HISTORY
    title = "Vérifications de droits"
    table_class = RightsCheckTable
    filter_class = RightsCheckFilter
    empty_text = "Aucune vérification de votre fédération ou confédération n’a encore été faite."

    def rows(self) -> QuerySet[RightsCheck]:
        """Return the rows."""
        return rights_checks(self.actor.tenant_id)

    def state(self, count: int) -> str:
        """Say what it is for."""
        return "Qui a demandé les droits de qui, et ce qui a été répondu. Rien ne s’y efface."


class ValidMembersPage(FormPage):
    """Ask for the printed list of a facility, or of some communes; the lists already made."""

    permission = Permission.SEE_HOUSEHOLDS
    form_class = ValidMembersForm
    template_name = "membership/rights_lists.html"
    title = "Listes des membres aux droits ouverts"
    submit_label = "Préparer la liste"
    success_message = "La liste est demandée."

    @cached_property
    def facility(self) -> HealthFacility | None:
        """The facility that the address names."""
        asked = read_number(self.request.GET.get("formation", ""))
        if asked is None:
            return None
        return self.facilities.filter(pk=asked).first()

    @cached_property
    def facilities(self) -> QuerySet[HealthFacility]:
        """Those in the zones of the actor's units."""
        return facilities_in_reach(self.actor, clock.today())

    def get_initial(self) -> dict[str, Any]:
        """Begin with the facility's own commune."""
        return {"communes": [str(self.facility.commune_id)]} if self.facility else {}

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        return request_valid_members(
            actor=self.actor,
            facility_id=self.facility.pk if self.facility else None,
            communes=[int(commune) for commune in data["communes"]],
            units=[unit.pk for unit in data["units"]],
            key=data["submission_key"],
        )

    def done_url(self, made: Job) -> str:
        """Go and watch it."""
        return reverse("rights_list_job", args=[made.pk])

    def page(self) -> dict[str, Any]:
        """Add the facilities to choose from and the lists made before."""
        return {
            "state": "Pour une formation sanitaire sans connexion : qui a des droits ouverts "
            f"au {format_date(clock.today())}.",
            "facility": self.facility,
            "facilities": self.facilities,
            "jobs": list_jobs(self.actor)[:MOST_LISTS],
        }


class ValidMembersJob(WatchedPage):
    """A list in the making: its bar, then its file or the reason of its failure."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/rights_list_job.html"

    @cached_property
    def job(self) -> Job:
        """The list's task."""
        job = list_job(self.actor, self.kwargs["job_id"])
        if job is None:
            raise NotFound("Cette liste n’existe pas.")
        return job

    def is_under_way(self) -> bool:
        """Tell whether it waits or runs."""
        return self.job.is_unfinished

    def page(self) -> dict[str, Any]:
        """Return the job as it stands."""
        return {
            "title": self.job.title,
            "state": _STATES[Job.State(self.job.state)],
            "job": self.job,
            "is_unfinished": self.job.is_unfinished,
            "has_failed": self.job.state == Job.State.FAILED,
        }


class ValidMembersFile(ActorView):
    """A printed list's PDF."""

    permission = Permission.SEE_HOUSEHOLDS

    def get(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """Answer the file under a name that says what it is."""
        file = list_file(self.actor, job_id)
        if file is None:
            raise NotFound("Cette liste n’existe pas.")
        response = HttpResponse(bytes(file.content), content_type=file.content_type)
        name = f"membres-droits-ouverts-{file.created_at:%Y-%m-%d}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
