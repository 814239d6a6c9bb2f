"""Pages of members' complaints: list with delays, registering, answering."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from claims.filters.money import ComplaintFilter
from claims.forms.complaints import AnswerForm, CancelForm, ComplaintForm
from claims.models import Complaint, ComplaintAnswer
from claims.selectors import complaints as selectors
from claims.services.complaints import answer_complaint, cancel_complaint, register_complaint
from claims.tables.money import ComplaintTable
from conamus import clock
from conamus.kernel.figures import format_date, format_integer, format_number, format_rate
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission
from membership.rules.sentences import counted


class ComplaintList(ListPage):
    """Complaints, the latest first, with their delays."""

    permission = Permission.RECORD_COMPLAINTS
    title = "Réclamations des membres"
    table_class = ComplaintTable
    filter_class = ComplaintFilter
    empty_text = "Aucune réclamation n’est inscrite. Chacune reçoit une réponse dans le délai."
    add_url_name = "complaint_add"
    add_label = "Inscrire une réclamation"

    def rows(self) -> QuerySet[Complaint]:
        """Return the complaints in the actor's sight."""
        return selectors.visible_complaints(self.actor).order_by("-received_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep what the filters let through, to sum it up."""
        self.found = kwargs["filters"].qs
        return super().get_context_data(**kwargs)

    def state(self, count: int) -> str:
        """Say how many wait, how many wait too long, and how long answers take."""
        if not count:
            return ""
        told = selectors.delays(self.found, clock.today())
        sentence = (
            f"{counted(told.waiting, 'réclamation')} à répondre, dont "
            f"{format_integer(told.late)} en retard"
        )
        if told.answered:
            days = format_number(told.mean_days, 1)
            sentence += (
                f" ; {counted(told.answered, 'répondue')}, en {days} jours en moyenne, "
                f"{format_rate(told.in_time_rate)} dans le délai"
            )
        if told.cancelled:
            sentence += f" ; {counted(told.cancelled, 'annulée')}, hors de ces comptes"
        return f"{sentence}."


class ComplaintAdd(FormPage):
    """Register a complaint, or one that follows another."""

    permission = Permission.RECORD_COMPLAINTS
    form_class = ComplaintForm
    title = "Inscrire une réclamation"
    submit_label = "Inscrire"
    success_message = "La réclamation est inscrite."

    @cached_property
    def follows(self) -> Complaint | None:
        """The complaint of the address, which this one takes up again."""
        wanted = self.kwargs.get("complaint_id")
        return selectors.complaint_by_id(self.actor, wanted) if wanted else None

    def get_initial(self) -> dict[str, Any]:
        """Begin with who complained before."""
        before = self.follows
        if before is None:
            return {}
        return {
            "complainant": before.complainant,
            "phone": before.phone,
            "household_number": before.household.number if before.household else "",
            "facility": before.facility.code if before.facility else "",
            "subject": before.subject,
        }

    def save(self, data: dict[str, Any]) -> Complaint:
        """Call the service."""
        before = self.follows
        return register_complaint(
            actor=self.actor,
            complaint=self.form.complaint(before.pk if before else None),
            key=data["submission_key"],
        )

    def done_url(self, made: Complaint) -> str:
        """Show the complaint."""
        return reverse("complaint_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("complaints")


class ComplaintDetail(ActorPage):
    """One complaint, its answer or its delay."""

    permission = Permission.RECORD_COMPLAINTS
    template_name = "claims/complaint_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the complaint as it stands today."""
        complaint = selectors.complaint_by_id(self.actor, self.kwargs["complaint_id"])
        today = clock.today()
        return {
            "complaint": complaint,
            "standing": selectors.standing_on(complaint, today),
            "days": selectors.days_on(complaint, today),
            "answer": getattr(complaint, "answer", None),
            "title": f"Réclamation n° {complaint.pk}",
            "facts": _facts(complaint),
        }


class ComplaintAnswerPage(FormPage):
    """Write the answer that was given."""

    permission = Permission.RECORD_COMPLAINTS
    form_class = AnswerForm
    title = "Répondre à une réclamation"
    submit_label = "Inscrire la réponse"
    success_message = "La réponse est inscrite."
    intro = (
        "Une réponse ne se change plus. Si le membre revient, inscrivez une nouvelle réclamation."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show which complaint it is."""
        complaint = selectors.complaint_by_id(self.actor, self.kwargs["complaint_id"])
        state = f"{complaint.complainant} : {complaint.get_subject_display()}"
        return super().get_context_data(state=state, **kwargs)

    def save(self, data: dict[str, Any]) -> ComplaintAnswer:
        """Call the service."""
        return answer_complaint(
            actor=self.actor,
            complaint_id=self.kwargs["complaint_id"],
            outcome=data["outcome"],
            text=data["text"],
            answered=data["answered_on"],
        )

    def done_url(self, made: ComplaintAnswer) -> str:
        """Show the complaint."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the complaint."""
        return reverse("complaint_detail", args=[self.kwargs["complaint_id"]])


class ComplaintCancel(FormPage):
    """Tell that a complaint was written by error."""

    permission = Permission.RECORD_COMPLAINTS
    form_class = CancelForm
    title = "Annuler une réclamation inscrite par erreur"
    submit_label = "Annuler la réclamation"
    success_message = "La réclamation est annulée."
    intro = (
        "Elle reste dans la liste, annulée, et ne compte plus dans les délais. Pour corriger un "
        "jour ou un nom, annulez-la puis inscrivez-la de nouveau."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show which complaint it is."""
        complaint = selectors.complaint_by_id(self.actor, self.kwargs["complaint_id"])
        state = f"{complaint.complainant} : {complaint.get_subject_display()}"
        return super().get_context_data(state=state, **kwargs)

    def save(self, data: dict[str, Any]) -> Complaint:
        """Call the service."""
        return cancel_complaint(
            actor=self.actor, complaint_id=self.kwargs["complaint_id"], because=data["because"]
        )

    def done_url(self, made: Complaint) -> str:
        """Show the complaint."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the complaint."""
        return reverse("complaint_detail", args=[self.kwargs["complaint_id"]])


def _facts(complaint: Complaint) -> list[tuple[str, Any]]:
    optional = [
        ("Téléphone", complaint.phone),
        ("Ménage", complaint.household.number if complaint.household else ""),
        ("Formation sanitaire", complaint.facility.name if complaint.facility else ""),
    ]
    return [
        ("Plaignant", complaint.complainant),
        *((name, value) for name, value in optional if value),
        ("Objet", complaint.get_subject_display()),
        ("Reçue le", format_date(complaint.received_on)),
        ("Reçue par", f"{complaint.unit.name}, {complaint.get_channel_display()}"),
        ("Réponse due le", format_date(complaint.due_on)),
        ("Inscrite par", complaint.recorded_by),
    ]
