"""Pages of promises to pay from the harvest: sign, accept or refuse, follow."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from conamus.pages.years import chosen_year
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage
from membership.filters.promises import PromiseFilter
from membership.forms.promises import PromiseForm, RefusalForm, WithdrawalForm
from membership.models import Promise
from membership.selectors import promises as selectors
from membership.selectors.arrears import due_days
from membership.selectors.payments import enrolment_by_id
from membership.selectors.promises import Course
from membership.selectors.rights import coverage_of_household
from membership.services.promises import answer_promise, sign_promise, withdraw_promise
from membership.tables.promises import PromiseTable

_TOLD = tuple(course for course in Course if course is not Course.VOID)
_FOLLOWS = {
    Course.TO_ACCEPT: "Les droits ne s’ouvrent qu’une fois la promesse acceptée.",
    Course.RUNNING: "Elle vaut paiement tant que les échéances sont tenues.",
    Course.MISSED: (
        "Une échéance est manquée : les droits sont fermés jusqu’à son paiement, et le ménage "
        "figure parmi les retards."
    ),
    Course.KEPT: "Tout est payé.",
    Course.REFUSED: "Refusée : la cotisation reste due, une autre promesse peut être signée.",
    Course.WITHDRAWN: "Retirée : elle n’ouvre plus de droits, la cotisation reste due.",
    Course.VOID: "L’adhésion est annulée.",
}


class PromiseList(ListPage):
    """The promises of the year in use."""

    permission = Permission.SEE_CONTRIBUTIONS
    title = "Promesses de paiement"
    table_class = PromiseTable
    filter_class = PromiseFilter
    focuses_search = True
    empty_text = (
        "Aucune promesse n’est signée pour cette année. Elle se signe depuis la fiche du ménage, "
        "pour les catégories qui l’admettent."
    )

    def rows(self) -> QuerySet[Any]:
        """Return the year's promises in the actor's sight."""
        return self.yearly

    @cached_property
    def yearly(self) -> QuerySet[Any]:
        """The year's promises: composing the statement takes longer than running it."""
        year = chosen_year(self.request)
        return selectors.yearly_promises(self.actor, year=year, on=clock.today())

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of them stand where."""
        return selectors.counts_by_course(self.yearly)

    def known_count(self) -> int:
        """Return how many there are."""
        return sum(self.counts.values())

    def state(self, count: int) -> str:
        """Say how many stand where."""
        counts = self.counts
        told = [
            f"{course.label} : {format_integer(counts[course])}"
            for course in _TOLD
            if counts.get(course)
        ]
        return f"{chosen_year(self.request)}, {' ; '.join(told)}." if told else ""


class PromiseAdd(FormPage):
    """Write a promise that was signed."""

    permission = Permission.COLLECT_CONTRIBUTIONS
    template_name = "membership/promise_form.html"
    form_class = PromiseForm
    title = "Promesse de paiement"
    submit_label = "Inscrire la promesse"
    success_message = "La promesse est inscrite ; la fédération doit l’accepter."
    intro = (
        "Le ménage promet tout ce qui lui reste à payer, retenu sur sa récolte. Acceptée par la "
        "fédération, la promesse ouvre les droits ; une échéance manquée les referme."
    )

    @cached_property
    def enrolment(self) -> Any:
        """The enrolment of the address."""
        return enrolment_by_id(self.actor, self.kwargs["enrolment_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what is left."""
        left = max(0, self.enrolment.household_left_francs)
        return {**super().get_form_kwargs(), "left_francs": left}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is to be promised."""
        one = self.enrolment
        state = (
            f"Année {one.year_id}, {one.household.unit.name} : reste "
            f"{format_francs(one.household_left_francs)} à payer par le ménage."
        )
        title = f"Promesse de paiement : ménage {one.household.number}"
        return super().get_context_data(state=state, title=title, **kwargs)

    def save(self, data: dict[str, Any]) -> Promise:
        """Call the service."""
        return sign_promise(
            actor=self.actor,
            enrolment_id=self.enrolment.pk,
            request=self.form.request(),
            paper=self.form.paper(),
            key=data["submission_key"],
        )

    def done_url(self, made: Promise) -> str:
        """Show the promise."""
        return reverse("promise_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go to the list."""
        return reverse("promises")


class PromiseDetail(ActorPage):
    """One promise, its instalments, and what can be done."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/promise_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the promise as it stands today."""
        today = clock.today()
        promise = selectors.promise_by_id(self.actor, self.kwargs["promise_id"], on=today)
        course = Course(promise.course)
        role = self.actor.role
        due = due_days(self.actor.tenant_id, promise.enrolment.year_id)
        may_decide = is_permitted(role, Permission.DECIDE_MEMBERSHIP)
        may_collect = is_permitted(role, Permission.COLLECT_CONTRIBUTIONS)
        return {
            "promise": promise,
            "title": f"Promesse du ménage {promise.enrolment.household.number}",
            "course": course.label,
            "follows": _follows(promise, course, today),
            "facts": _facts(promise),
            "lines": selectors.instalments_of(
                promise,
                left_francs=promise.left_francs,
                last_kept=today - timedelta(days=due.tolerance_days),
            ),
            "may_decide": may_decide and course is Course.TO_ACCEPT,
            "may_withdraw": may_decide and course in (Course.RUNNING, Course.MISSED),
            "may_collect": may_collect and course in (Course.RUNNING, Course.MISSED),
        }


def _follows(promise: Any, course: Course, today: date) -> str:
    """Say what follows: what no instalment covers; what the head has of one that runs."""
    if course is Course.MISSED and (beyond := promise.left_francs - promise.amount_francs) > 0:
        return (
            f"Un acompte payé avant la promesse a été annulé : il manque {format_francs(beyond)} "
            "qu’aucune échéance ne couvre. Les droits sont fermés jusqu’à son paiement, et le "
            "ménage figure parmi les retards."
        )
    told = _FOLLOWS[course]
    if course is not Course.RUNNING or promise.enrolment.year_id != today.year:
        return told
    people = coverage_of_household(promise.enrolment.household_id, today)
    return f"{told} L’adhérent, aujourd’hui : {people[0][1].sentence}" if people else told


class PromiseDocument(ActorView):
    """The signed paper."""

    permission = Permission.SEE_CONTRIBUTIONS

    def get(self, request: HttpRequest, promise_id: int) -> HttpResponse:
        """Answer the file as it was kept."""
        promise = selectors.promise_by_id(self.actor, promise_id, on=clock.today())
        if promise.document is None:
            raise NotFound("Aucun document n’est joint à cette promesse.")
        stored = promise.document
        response = HttpResponse(bytes(stored.content), content_type=stored.content_type)
        response["Content-Disposition"] = f'attachment; filename="promesse-{promise.pk}"'
        return response


class PromiseAnswerPage:
    """What accepting and refusing have in common."""

    kwargs: ClassVar[dict[str, Any]]

    def done_url(self, made: Promise) -> str:
        """Show the promise."""
        return reverse("promise_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the promise."""
        return reverse("promise_detail", args=[self.kwargs["promise_id"]])


class PromiseAccept(PromiseAnswerPage, ConfirmPage):
    """Accept a promise."""

    permission = Permission.DECIDE_MEMBERSHIP
    title = "Accepter la promesse"
    submit_label = "Accepter la promesse"
    success_message = "La promesse est acceptée."

    def consequence(self) -> str:
        """Say what follows."""
        promise = selectors.promise_by_id(self.actor, self.kwargs["promise_id"], on=clock.today())
        return (
            f"Le ménage {promise.enrolment.household.number} promet "
            f"{format_francs(promise.amount_francs)}, retenus par {promise.buyer}. Acceptée, la "
            "promesse ouvre les droits aux mêmes conditions qu’un paiement d’aujourd’hui."
        )

    def save(self, data: dict[str, Any]) -> Promise:
        """Call the service."""
        return answer_promise(actor=self.actor, promise_id=self.kwargs["promise_id"], accepts=True)


class PromiseReasonPage(PromiseAnswerPage, FormPage):
    """What refusing and withdrawing have in common: a reason."""

    abstract = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Look the promise up first: another's does not exist."""
        selectors.promise_by_id(self.actor, self.kwargs["promise_id"], on=clock.today())
        return super().get_context_data(**kwargs)


class PromiseRefuse(PromiseReasonPage):
    """Refuse a promise, saying why."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = RefusalForm
    title = "Refuser la promesse"
    submit_label = "Refuser la promesse"
    success_message = "La promesse est refusée."
    intro = "La cotisation reste due. Une autre promesse pourra être signée."

    def save(self, data: dict[str, Any]) -> Promise:
        """Call the service."""
        return answer_promise(
            actor=self.actor,
            promise_id=self.kwargs["promise_id"],
            accepts=False,
            answer=data["answer"],
        )


class PromiseWithdraw(PromiseReasonPage):
    """Take an accepted promise back, saying why."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = WithdrawalForm
    title = "Retirer la promesse"
    submit_label = "Retirer la promesse"
    success_message = "La promesse est retirée."
    intro = (
        "Dès aujourd’hui la promesse n’ouvre plus de droits ; ce qui a été couvert le reste. La "
        "cotisation est due tout de suite."
    )

    def save(self, data: dict[str, Any]) -> Promise:
        """Call the service."""
        return withdraw_promise(
            actor=self.actor, promise_id=self.kwargs["promise_id"], because=data["because"]
        )


def _facts(promise: Any) -> list[tuple[str, Any]]:
    answered = [
        (f"{promise.get_state_display().capitalize()} le", format_date(promise.answered_on)),
        ("Par", promise.answered_by),
    ]
    withdrawn = [
        ("Retirée le", format_date(promise.withdrawn_on)),
        ("Motif du retrait", promise.withdrawn_because),
    ]
    return [
        ("Montant promis", format_francs(promise.amount_francs)),
        ("Reste à payer", format_francs(promise.left_francs)),
        ("Retenue faite par", promise.buyer),
        ("Signée le", format_date(promise.signed_on)),
        *([("N° du papier", promise.paper_number)] if promise.paper_number else []),
        ("Unité", promise.enrolment.household.unit.name),
        ("Année", str(promise.enrolment.year_id)),
        *(answered if promise.answered_on else []),
        *([("Motif", promise.answer)] if promise.answer else []),
        *(withdrawn if promise.withdrawn_on else []),
    ]
