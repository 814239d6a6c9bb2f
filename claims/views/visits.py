"""Pages of visits: list, plan, one visit with all that hangs on it, its moves, its papers."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django_filters import FilterSet

from claims.documents.visits import report_pdf, worksheet_pdf
from claims.filters.visits import VisitFilter
from claims.forms.visits import (
    AnswerForm,
    BecauseForm,
    EndForm,
    SendForm,
    VisitForm,
    this_month,
)
from claims.models import Visit, VisitReply
from claims.rules.visits import OPEN, TOLD, VisitState, has_said
from claims.selectors import visits as selectors
from claims.services import visits as services
from claims.services.visit_recovery import Recovered, recover_findings
from claims.tables.visits import VisitTable
from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, Role, is_permitted
from membership.rules.sentences import counted
from membership.views.payments import pdf_response

#: Colour and shape of a visit's state.
_LIGHTS = {
    VisitState.PLANNED: "watch",
    VisitState.DONE: "watch",
    VisitState.SENT: "watch",
    VisitState.ANSWERED: "watch",
    VisitState.CLOSED: "good",
    VisitState.CANCELLED: "none",
}


class VisitList(ListPage):
    """Visits in sight, the latest first."""

    permission = Permission.SEE_VISITS
    title = "Visites de formations sanitaires"
    table_class = VisitTable
    filter_class = VisitFilter
    empty_text = (
        "Aucune visite. Une visite vérifie sur place un échantillon d’attestations et une grille."
    )
    add_url_name = "visit_add"
    add_label = "Prévoir une visite"
    add_permission = Permission.VISIT_FACILITIES

    def rows(self) -> QuerySet[Visit]:
        """Return the visits in the actor's sight."""
        return selectors.listed_visits(self.actor)

    def listing(self) -> tuple[FilterSet, VisitTable]:
        """Leave out what the actor knows, and attestations for who may see none."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        hidden = ["facility"] if self.actor.facility_id is not None else ["tenant"]
        if not is_permitted(self.actor.role, Permission.SEE_CLAIMS):
            hidden += ["verified", "wrong", "proposed_francs", "recovered_francs"]
        return filters, VisitTable(filters.qs, exclude=tuple(hidden))

    def state(self, count: int) -> str:
        """Count the visits, and those that wait for the facility."""
        if not count:
            return ""
        waiting = self.rows().filter(state=VisitState.SENT).count()
        return f"{counted(count, 'visite')}, {format_integer(waiting)} en attente de réponse."


class VisitAdd(FormPage):
    """Plan a visit."""

    permission = Permission.VISIT_FACILITIES
    form_class = VisitForm
    title = "Prévoir une visite"
    submit_label = "Prévoir la visite"
    success_message = "La visite est prévue. Tirez maintenant son échantillon."

    def get_initial(self) -> dict[str, Any]:
        """Begin with today and the quarter before; a facility may come from its own page."""
        code = self.request.GET.get("formation", "")
        return {**this_month(), "team": self.actor.name, "facility": code[:20]}

    def save(self, data: dict[str, Any]) -> Visit:
        """Call the service."""
        return services.plan_visit(
            actor=self.actor, visit=self.form.visit(), key=data["submission_key"]
        )

    def done_url(self, made: Visit) -> str:
        """Show the visit."""
        return reverse("visit_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("visits")


class VisitDetail(ActorPage):
    """One visit: where it stands, its sample, its findings, what may be done with it."""

    permission = Permission.SEE_VISITS
    template_name = "claims/visit_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the visit as it stands today."""
        visit = selectors.visit_by_id(self.actor, self.kwargs["visit_id"])
        shows_claims = is_permitted(self.actor.role, Permission.SEE_CLAIMS)
        rows = list(selectors.visit_claims(visit)) if shows_claims else []
        marks = selectors.marks_of(visit)
        state = VisitState(visit.state)
        return {
            "title": f"Visite n° {visit.pk}, {visit.facility.name}",
            "visit": visit,
            "light": _LIGHTS[state],
            "facts": _facts(visit),
            "shows_claims": shows_claims,
            "rows": [(row, selectors.finding_sentence(row)) for row in rows],
            "tally": selectors.tally_of(rows),
            "rest": selectors.extrapolated(visit, rows) if visit.sample_method and rows else None,
            "marks": marks,
            "score": selectors.checklist_score(marks),
            "reply": getattr(visit, "reply", None),
            "drawn_before": selectors.drawn_before(visit),
            "steps": [
                (localdate(step.at), f"{_step(step.to_state)}, {step.by_name}", "")
                for step in visit.steps.all()
            ],
            "may": _open_moves(self.actor.role, visit, is_own=self._is_own(visit)),
        }

    def _is_own(self, visit: Visit) -> bool:
        return self.actor.facility_id is not None or visit.tenant_id == self.actor.tenant_id


def _open_moves(role: Role, visit: Visit, *, is_own: bool) -> dict[str, bool]:
    """Return what somebody of a role may do with a visit now."""
    state = VisitState(visit.state)
    leads = is_own and is_permitted(role, Permission.VISIT_FACILITIES)
    said = has_said(state, visit.answer_due_on, clock.today())
    in_term = state is VisitState.SENT and not said
    decides = leads and is_permitted(role, Permission.REVIEW_CLAIMS)
    return {
        "find": leads and state in OPEN,
        "draw": leads and state in OPEN and not visit.sample_method,
        "end": leads and state in OPEN,
        "send": leads and state is VisitState.DONE,
        "cancel": leads and state is VisitState.PLANNED,
        "answer": in_term and (leads or role is Role.FACILITY_USER),
        "settle": leads and said,
        "waive": decides and said,
        "recover": decides and selectors.may_recover_now(visit),
        "print": state in TOLD or leads,
    }


class VisitMovePage(FormPage):
    """A form that moves one visit, at the version that was read."""

    abstract = True
    permission = Permission.VISIT_FACILITIES

    @cached_property
    def visit(self) -> Visit:
        """The visit of the address."""
        return selectors.visit_by_id(self.actor, self.kwargs["visit_id"])

    def get_initial(self) -> dict[str, Any]:
        """Carry the version that was read."""
        return {"version": self.visit.version}

    def held(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return what every service on a visit is told."""
        return {"actor": self.actor, "visit_id": self.visit.pk, "version": data["version"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which visit it is."""
        day = format_date(self.visit.starts_on)
        return super().get_context_data(state=f"{self.visit.facility.name}, {day}", **kwargs)

    def cancel_url(self) -> str:
        """Go back to the visit."""
        return reverse("visit_detail", args=[self.visit.pk])

    def done_url(self, made: Any) -> str:
        """Go back to the visit."""
        return self.cancel_url()


class VisitEnd(VisitMovePage):
    """Say that the visit was held, and what it came to."""

    form_class = EndForm
    title = "Conclure la visite"
    submit_label = "Enregistrer la conclusion"
    success_message = "La visite est faite. Envoyez son rapport quand les constats sont complets."

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was written before."""
        names = ("met", "conclusion", "advice")
        return {**super().get_initial(), **{name: getattr(self.visit, name) for name in names}}

    def save(self, data: dict[str, Any]) -> Visit:
        """Call the service."""
        names = ("met", "conclusion", "advice")
        return services.end_visit(**self.held(data), **{name: data[name] for name in names})


class VisitSend(VisitMovePage):
    """Send the report to the facility."""

    form_class = SendForm
    title = "Envoyer le rapport"
    submit_label = "Envoyer le rapport"
    success_message = "Le rapport est envoyé : la formation sanitaire le lit et peut y répondre."
    intro = (
        "La formation sanitaire lira le rapport, ses constats et ses montants, et y répondra une "
        "fois dans le délai. Plus rien n’y changera."
    )

    def save(self, data: dict[str, Any]) -> Visit:
        """Call the service."""
        return services.send_report(**self.held(data))


class VisitAnswer(VisitMovePage):
    """Write the facility's answer."""

    # The service asks which side it is.
    permission = Permission.SEE_VISITS
    form_class = AnswerForm
    title = "Répondre au rapport"
    submit_label = "Envoyer la réponse"
    success_message = "La réponse est inscrite."
    intro = "On répond une fois ; la réponse ne se change plus."

    def save(self, data: dict[str, Any]) -> VisitReply:
        """Call the service."""
        return services.answer_report(
            **self.held(data),
            is_agreed=data["is_agreed"] == "yes",
            text=data["text"],
            answered_by=data.get("answered_by", ""),
            paper=data.get("paper", ""),
        )


class VisitRecover(VisitMovePage):
    """Decide again what is to be recovered."""

    permission = Permission.REVIEW_CLAIMS
    form_class = SendForm
    title = "Récupérer les montants"
    submit_label = "Décider et récupérer"
    intro = (
        "Chaque attestation non conforme est décidée de nouveau avec le constat de la visite. Ce "
        "qui n’est pas payé le sera pour moins ; ce qui l’est devient une dette de la formation "
        "sanitaire, retenue sur sa prochaine facture."
    )

    def save(self, data: dict[str, Any]) -> Recovered:
        """Call the service."""
        return recover_findings(**self.held(data))

    def success_message_for(self, made: Recovered) -> str:
        """Say what it came to, and what is left."""
        told = f"{counted(made.attestations, 'attestation')}, {format_francs(made.francs)} retirés."
        return told if not made.left else f"{told} Restent : {' ; '.join(made.left)}"


class VisitClose(VisitMovePage):
    """Close a visit."""

    form_class = BecauseForm
    title = "Clore la visite"
    submit_label = "Clore la visite"
    success_message = "La visite est close."

    def save(self, data: dict[str, Any]) -> Visit:
        """Call the service."""
        return services.close_visit(**self.held(data), because=data["because"])


class VisitCancel(VisitMovePage):
    """Cancel a visit that will not be held."""

    form_class = BecauseForm
    title = "Annuler la visite"
    submit_label = "Annuler la visite"
    success_message = "La visite est annulée."

    def save(self, data: dict[str, Any]) -> Visit:
        """Call the service."""
        return services.cancel_visit(**self.held(data), because=data["because"])


class VisitReport(ActorView):
    """The report, to print."""

    permission = Permission.SEE_VISITS

    def get(self, request: HttpRequest, visit_id: int) -> HttpResponse:
        """Answer the PDF."""
        visit = selectors.visit_by_id(self.actor, visit_id)
        if not visit.conclusion:
            raise NotFound("Cette visite n’a pas encore de rapport.")
        shows = is_permitted(self.actor.role, Permission.SEE_CLAIMS)
        return pdf_response(
            report_pdf(visit, shows_claims=shows).content, f"rapport-visite-{visit.pk}.pdf"
        )


class VisitWorksheet(ActorView):
    """The sheet that the team takes along."""

    permission = Permission.VISIT_FACILITIES

    def get(self, request: HttpRequest, visit_id: int) -> HttpResponse:
        """Answer the PDF."""
        visit = selectors.visit_by_id(self.actor, visit_id)
        return pdf_response(worksheet_pdf(visit).content, f"feuille-visite-{visit.pk}.pdf")


def _step(state: str) -> str:
    return VisitState(state).label.capitalize()


def _facts(visit: Visit) -> list[tuple[str, Any]]:
    optional = [
        ("Précision", visit.purpose_note),
        ("Reçus par", visit.met),
        ("Réponse due le", format_date(visit.answer_due_on) if visit.answer_due_on else ""),
        ("Fin", visit.ended_because),
    ]
    return [
        ("Formation sanitaire", f"{visit.facility.name} ({visit.facility.code})"),
        ("Conduite par", visit.tenant.name),
        ("Objet", visit.get_purpose_display()),
        ("Jours", _days(visit.starts_on, visit.ends_on)),
        ("Soins regardés", _days(visit.period_from, visit.period_to)),
        ("Équipe", " ; ".join(visit.team.splitlines())),
        *((name, value) for name, value in optional if value),
    ]


def _days(first: Any, last: Any) -> str:
    if first == last:
        return format_date(first)
    return f"du {format_date(first)} au {format_date(last)}"
