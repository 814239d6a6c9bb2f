"""Pages of reminders by text message: whom and what, with a preview; the log; failures again."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView
from conamus.pages.years import chosen_year
from federations.models import Job
from federations.rules.roles import Permission, is_permitted
from membership.filters.reminders import ReminderFilter
from membership.forms.reminders import ReminderForm
from membership.models import Reminder
from membership.rules.sentences import counted
from membership.rules.text_messages import LONGEST, length
from membership.selectors import reminders as selectors
from membership.selectors.enrolling import open_years
from membership.services.reminders import (
    MODELS,
    NAMES,
    OFF,
    Batch,
    prepare_reminders,
    request_reminders,
    retry_reminders,
)
from membership.sms import provider_in_use
from membership.tables.reminders import ReminderTable

_PURPOSES = {"payer": Reminder.Purpose.PAY, "renouveler": Reminder.Purpose.RENEW}
_TITLES = {
    Reminder.Purpose.PAY: "Rappeler de payer, par SMS",
    Reminder.Purpose.RENEW: "Rappeler de renouveler, par SMS",
}
_ON_TRIAL = "Essai : les messages sont notés au journal du serveur, aucun téléphone ne sonne."


def _standing() -> str:
    """Say whether messages go out at all; empty where they do."""
    provider = provider_in_use()
    if provider is None:
        return OFF
    return "" if provider.sends_for_real else _ON_TRIAL


class ReminderList(ListPage):
    """The log: every message, to whom, and what became of it."""

    permission = Permission.SEE_REMINDERS
    template_name = "membership/reminders.html"
    title = "Rappels par SMS"
    table_class = ReminderTable
    filter_class = ReminderFilter
    add_url_name = "reminder_send"
    add_label = "Rappeler par SMS"
    add_permission = Permission.SEND_REMINDERS
    empty_text = "Aucun SMS n’a encore été demandé."

    def rows(self) -> QuerySet[Reminder]:
        """Return the messages in the actor's sight."""
        return selectors.listed(selectors.reminders(self.actor))

    def state(self, count: int) -> str:
        """Say how today went."""
        today = selectors.sent_today(self.actor)
        return (
            f"Aujourd’hui : {counted(today.sent, 'envoyé')}, {counted(today.failed, 'échoué')}, "
            f"{today.waiting} à envoyer."
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether messages go out, and offer to send failures again."""
        may_send = is_permitted(self.actor.role, Permission.SEND_REMINDERS)
        again = len(selectors.failed_today(self.actor)) if may_send and provider_in_use() else 0
        return super().get_context_data(standing=_standing(), again=again, **kwargs)


class ReminderSend(FormPage):
    """Whom to remind and in which words; nothing goes out before the preview was seen."""

    permission = Permission.SEND_REMINDERS
    template_name = "membership/reminder_send.html"
    form_class = ReminderForm
    title = "Rappeler par SMS"
    submit_label: ClassVar[str] = "Voir l’aperçu"
    batch: Batch | None = None

    @property
    def purpose(self) -> Reminder.Purpose:
        """What the address names; to pay, unless told otherwise."""
        asked = self.request.GET.get("objet", "")
        return _PURPOSES.get(asked, Reminder.Purpose.PAY)

    def get_initial(self) -> dict[str, Any]:
        """Begin with the year concerned, the unit of the address, and the usual words."""
        year = chosen_year(self.request)
        if self.purpose == Reminder.Purpose.RENEW:
            year = next(iter(open_years(self.actor.tenant_id, clock.today())), year)
        unit = self.request.GET.get("unit", "")
        return {
            "unit": int(unit) if unit.isdecimal() and len(unit) < 10 else self.actor.unit_id,
            "year": year,
            "text": MODELS[self.purpose],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the preview, or send."""
        if "send" in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if form.is_valid():
            self._look(form)
        return self.render_to_response(
            self.get_context_data(form=form), status=422 if form.errors else 200
        )

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what would be sent now beside what is wrong."""
        if not form.has_error("text"):
            self._look(form)
        return super().form_invalid(form)

    def _look(self, form: Any) -> None:
        """Prepare the messages; what is wrong is told beside its field."""
        data = form.cleaned_data
        if not {"unit", "year", "text"} <= set(data):
            return
        try:
            self.batch = prepare_reminders(actor=self.actor, purpose=self.purpose, **_asked(data))
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.refuse(error)

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        return request_reminders(
            actor=self.actor,
            purpose=self.purpose,
            expected=data["seen"] or 0,
            key=data["submission_key"],
            **_asked(data),
        )

    def success_message_for(self, made: Job) -> str:
        """Say what was asked."""
        return f"{made.title} : demandé."

    def done_url(self, made: Job) -> str:
        """Go and watch it."""
        return reverse("job_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the log."""
        return reverse("reminders")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the preview and the names that a text may hold."""
        names = dict(NAMES)
        if self.purpose == Reminder.Purpose.RENEW:
            names.pop("reste")
        return super().get_context_data(
            **{
                "state": "Un message par téléphone de ménage, jamais deux le même jour.",
                "standing": _standing(),
                "is_on": provider_in_use() is not None,
                "purpose": self.purpose.value,
                "names": [(f"{{{name}}}", told) for name, told in names.items()],
                "preview": _preview(self.batch),
                "cancel_label": "Journal des rappels",
                **kwargs,
                "title": _TITLES[self.purpose],
            }
        )


def _asked(data: dict[str, Any]) -> dict[str, Any]:
    unit = data["unit"]
    return {"unit_id": unit.pk if unit else None, "year": data["year"], "text": data["text"]}


def _preview(batch: Batch | None) -> dict[str, Any] | None:
    if batch is None:
        return None
    out = batch.left_out
    left_out = [
        (out.without_mobile, "sans numéro de téléphone mobile"),
        (out.same_phone, "au même téléphone qu’un autre ménage"),
        (out.already_today, "déjà rappelés aujourd’hui"),
    ]
    longest = batch.longest
    return {
        "count": len(batch.messages),
        "told": f"{counted(out.total, 'ménage')} à rappeler, "
        f"{counted(len(batch.messages), 'message')} à envoyer.",
        "left_out": [(number, why) for number, why in left_out if number],
        "sample": longest,
        "length": length(longest.text) if longest else 0,
        "limit": LONGEST,
    }


class ReminderRetry(ActorView):
    """Send today's failures again."""

    permission = Permission.SEND_REMINDERS
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask, and show the job's bar; or say why there is nothing to send."""
        try:
            job = retry_reminders(actor=self.actor, key=request.POST.get("submission_key", "")[:64])
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(reverse("reminders"))
        return HttpResponseRedirect(reverse("job_detail", args=[job.pk]))
