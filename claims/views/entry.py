"""Pages where attestations are entered: the pile of paper of one facility, one after the other.

The server says who the member is, which acts a code begins, what the lines come to: parts of the
page that htmx puts in their place. Nothing is kept in the browser.
"""

from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from claims.forms.entry import ChangeForm, EntryForm, FacilityChoiceForm, ReplaceForm
from claims.models import Claim
from claims.rules.entry import NewLine, line_field
from claims.rules.states import SETTLED, State
from claims.selectors.catalogue import act_by_code, reasons
from claims.selectors.claim_page import steps_of
from claims.selectors.claims import claim_by_id, paid_for, patient_of
from claims.selectors.entry import acts_beginning, facilities_to_enter, next_stub
from claims.selectors.tariffs import price_for
from claims.services.attestations import change_claim, enter_claim, replace_claim
from claims.views.one_claim import OfClaim
from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs
from conamus.kernel.text import read_number
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.forms.fields import offer_rows
from federations.models import HealthFacility
from federations.rules.roles import Permission, Role
from federations.tenancy.actor import Actor
from membership.services.rights import ask_rights

MOST_OFFERED = 12
#: What replacing does to an attestation that is final (True), or put to payment.
_REPLACED = {
    True: "Elle est définitive : un médecin ou un infirmier lira celle qui la remplace.",
    False: "Elle est mise en paiement : ce qui en est payé devient une dette de la formation "
    "sanitaire ; un médecin ou un infirmier lit celle qui la remplace, payée par une facture "
    "suivante.",
}
#: Of every other: who may not know of a visit learns nothing by it.
_READ_AGAIN = "Si une personne l’a déjà lue, un médecin ou un infirmier lira celle qui la remplace."
#: What the last paper of the pile was, handed from one form to the next.
_KEPT = ("received_on", "care_kind")


class EntryPage(FormPage):
    """Enter an attestation, then the next one."""

    permission = Permission.ENTER_CLAIMS
    form_class = EntryForm
    form: EntryForm
    template_name = "claims/entry.html"
    title = "Saisir une attestation"
    submit_label = "Enregistrer et suivante"

    @cached_property
    def facility(self) -> HealthFacility | None:
        """The facility of the papers: the actor's own, or the one that the address names."""
        if self.actor.role is Role.FACILITY_USER:
            return HealthFacility.objects.filter(pk=self.actor.facility_id or 0).first()
        asked = read_number(self.request.GET.get("formation", ""))
        if asked is None:
            return None
        return facilities_to_enter(self.actor, clock.today()).filter(pk=asked).first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; before it, for a centre, the choice of the facility."""
        if self.facility is not None:
            return super().get(request, *args, **kwargs)
        choice = FacilityChoiceForm()
        offer_rows(choice, "formation", facilities_to_enter(self.actor, clock.today()))
        context = {"title": self.title, "choice": choice, "view": self}
        return self.response_class(
            request=request, template=["claims/entry_facility.html"], context=context
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; without scripts, one button only asks for more lines."""
        if self.facility is None:
            return self.get(request, *args, **kwargs)
        if "more" in request.POST:
            form = self.get_form()
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Say whose attestation it is."""
        assert self.facility is not None  # noqa: S101 (asked before)
        return {**super().get_form_kwargs(), "facility_id": self.facility.pk}

    def get_form(self, form_class: Any = None) -> EntryForm:
        """A facility's attestation is received as it is sent."""
        form: EntryForm = super().get_form(form_class)
        if self.actor.role is Role.FACILITY_USER:
            form.fields["received_on"].disabled = True
            form.initial["received_on"] = clock.today()
        return form

    def get_initial(self) -> dict[str, Any]:
        """Propose the next stub, and what the last paper had in common with it."""
        assert self.facility is not None  # noqa: S101 (asked before)
        asked = self.request.GET
        kept = {name: asked[name] for name in _KEPT if asked.get(name)}
        return {
            "received_on": clock.today(),
            "care_kind": "outpatient",
            **kept,
            "member": asked.get("membre", ""),
            "stub": next_stub(self.actor, self.facility.pk, asked.get("souche", "")),
        }

    def save(self, data: dict[str, Any]) -> Claim:
        """Call the service; sent at once unless it is put aside."""
        is_sent = "keep" not in self.request.POST
        return enter_claim(actor=self.actor, entry=self.form.entry(), submit=is_sent)

    def success_message_for(self, made: Claim) -> str:
        """Say what became of it: the next form follows."""
        return what_became_of(self.actor, claim_by_id(self.actor, made.care_year, made.pk))

    def done_url(self, made: Claim) -> str:
        """Go on with the next paper of the pile."""
        query: dict[str, str | int] = {
            "formation": made.facility_id,
            "souche": made.stub_number,
            "received_on": made.received_on.isoformat(),
            "care_kind": made.care_kind,
        }
        return f"{reverse('claim_entry')}?{urlencode(query)}"

    def page(self) -> dict[str, Any]:
        """Add the facility, the reasons to choose from, and the sums so far."""
        assert self.facility is not None  # noqa: S101 (asked before)
        context: dict[str, Any] = {
            "facility": self.facility,
            "state": f"{self.facility.name}. Chaque attestation enregistrée est transmise.",
            "reasons": reasons(self.actor.tenant_id).filter(closed_on__isnull=True),
            "is_facility": self.actor.role is Role.FACILITY_USER,
            "is_alike": "is_distinct" in self.form.errors or self.form.data.get("is_distinct"),
        }
        if self.form.is_bound and hasattr(self.form, "cleaned_data"):
            context |= sums_of(self.actor, self.facility, self.form)
        return context


def what_became_of(actor: Actor, claim: Claim) -> str:
    """Return a sentence on where an attestation stands after it was entered."""
    told = f"{claim.stub_number} : {format_francs(claim.asked_francs)} demandés, "
    state = State(claim.state)
    if state is State.DECIDED:
        return f"{told}{format_francs(paid_for(claim))} à la charge de la mutuelle."
    if state is State.TO_REVIEW:
        reason = steps_of(actor, claim)[-1].reason
        why = f" ({reason})" if reason else ""
        return f"{told}à examiner{why}."
    if state is State.ENTERED:
        return f"{told}gardée sans être transmise."
    return f"{told}{state.label}."


class EntrySums(ActorPage):
    """What the lines typed so far come to, beside what the paper says."""

    permission = Permission.ENTER_CLAIMS
    template_name = "claims/_entry_sums.html"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the part of the page; nothing is written."""
        asked = request.POST.get("facility_id", "")
        facilities = facilities_to_enter(self.actor, clock.today())
        wanted = self.actor.facility_id or read_number(asked) or 0
        known = facilities.filter(pk=wanted).first()
        form = EntryForm(request.POST, actor=self.actor, facility_id=known.pk if known else 0)
        form.is_valid()
        return self.render_to_response(sums_of(self.actor, known, form) if known else {})


def sums_of(actor: Actor, facility: HealthFacility, form: EntryForm) -> dict[str, Any]:
    """Return each line with its act and agreed price, their sum, and what differs on paper."""
    data = form.cleaned_data
    on = data.get("starts_on") or clock.today()
    lines = [_summed(actor, facility, line, on) for line in form.lines()]
    total = sum(one["asked"] for one in lines)
    told, parts = data.get("told_total_francs"), _told_parts(data)
    return {
        "summed": lines,
        "total": total,
        "told": told,
        "is_same": told == total,
        "gap": None if told is None else total - told,
        "parts_gap": None if parts is None or told is None else told - parts,
    }


def _told_parts(data: dict[str, Any]) -> int | None:
    mutuelle, patient = data.get("told_mutuelle_francs"), data.get("told_patient_francs")
    return None if mutuelle is None or patient is None else mutuelle + patient


def _summed(actor: Actor, facility: HealthFacility, line: NewLine, on: Any) -> dict[str, Any]:
    act = act_by_code(actor.tenant_id, line.act)
    try:
        row = price_for(actor.tenant_id, act, facility, on).row if act else None
    except DomainError:
        row = None
    return {
        "code": line.act.upper(),
        "name": act.full_name if act else "inconnu au catalogue",
        "asked": line.asked_francs,
        "agreed": row.price_francs if row else None,
        "is_above": row is not None and line.unit_price_francs > row.price_francs,
    }


class EntryActs(ActorPage):
    """The acts that a code or words begin, for the field that completes them."""

    permission = Permission.ENTER_CLAIMS
    template_name = "claims/_acts.html"

    def page(self) -> dict[str, Any]:
        """Find by what the field that asks holds, among those of the day of care."""
        asked = self.request.GET
        try:
            on = _day_of_care(self.request)
        except ValidationError:
            on = clock.today()
        typed = str(asked.get(next((name for name in asked if name.endswith("act")), ""), ""))
        found = acts_beginning(self.actor.tenant_id, typed[:40], on, MOST_OFFERED)
        return {"acts": found}


def _day_of_care(request: HttpRequest) -> date:
    """Return the day of care typed so far, else today; ValidationError where it is no date."""
    day = EntryForm.base_fields["starts_on"]
    return day.to_python(request.GET.get("starts_on") or None) or clock.today()


class EntryMember(ActorPage):
    """Who a number leads to, and whether the rights are open on the day of care."""

    permission = Permission.ENTER_CLAIMS
    template_name = "claims/_patient.html"

    def page(self) -> dict[str, Any]:
        """Ask as the rights check does: it counts, and leaves its trace."""
        text = self.request.GET.get("member", "").strip()
        if not any(char.isdigit() for char in text):
            return {"refusal": "Tapez le numéro du membre." if text else ""}
        try:
            on = _day_of_care(self.request)
            return {"answer": ask_rights(actor=self.actor, text=text, on=on)}
        except DomainError as error:
            return {"refusal": error.message}
        except ValidationError:
            return {"refusal": "La date des soins n’est pas une date."}


class EntryOfClaim(OfClaim, EntryPage):
    """The same form for an attestation that there is already, at the version that was read."""

    abstract = True

    @cached_property
    def facility(self) -> HealthFacility:
        """Its facility."""
        return self.claim.facility

    def get_initial(self) -> dict[str, Any]:
        """Show what it says; the reason for care is typed again by who may not read it."""
        claim, patient = self.claim, patient_of(self.claim)
        lines: dict[str, Any] = {}
        for line in claim.lines.filter(care_year=claim.care_year).select_related("act"):
            lines[line_field(line.position, "act")] = line.act.code
            lines[line_field(line.position, "quantity")] = f"{line.quantity.normalize():f}"
            lines[line_field(line.position, "unit_price_francs")] = line.unit_price_francs
            lines[line_field(line.position, "given_on")] = line.given_on
        same = (
            "care_kind", "starts_on", "ends_on", "received_on", "episode", "has_referral",
            "told_total_francs", "told_mutuelle_francs", "told_patient_francs",
        )  # fmt: skip
        return {
            **lines,
            **{name: getattr(claim, name) for name in same},
            "stub": claim.stub_number,
            "member": patient.get("number", ""),
            "version": claim.version,
        }

    def success_message_for(self, made: Claim) -> str:
        """Say what became of it."""
        return what_became_of(self.actor, claim_by_id(self.actor, made.care_year, made.pk))

    def done_url(self, made: Claim) -> str:
        """Show it."""
        return reverse("claim_detail", args=[made.care_year, made.pk])

    def page(self) -> dict[str, Any]:
        """No next paper here."""
        told = (
            "Le motif des soins se garde si vous le laissez vide et que la formation reste la même."
        )
        return {**super().page(), "state": f"{self.facility.name}. {told}", "is_one": True}


class EntryChange(EntryOfClaim):
    """Correct an attestation that is not sent yet."""

    permission = Permission.ENTER_CLAIMS
    form_class = ChangeForm
    title = "Corriger l’attestation"
    submit_label = "Enregistrer la correction"

    def save(self, data: dict[str, Any]) -> Claim:
        """Call the service."""
        return change_claim(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            entry=self.form.entry(),
            version=data["version"],
        )


class EntryReplace(EntryOfClaim):
    """Replace a decided attestation by a corrected one."""

    permission = Permission.ENTER_CLAIMS
    form_class = ReplaceForm
    title = "Remplacer l’attestation"
    submit_label = "Remplacer et transmettre"

    def page(self) -> dict[str, Any]:
        """Say who reads what takes its place, and what becomes of what was put to payment."""
        shown, state = super().page(), State(self.claim.state)
        told = _REPLACED[state is State.FINAL] if state in SETTLED else _READ_AGAIN
        return {**shown, "state": f"{shown['state']} {told}"}

    def save(self, data: dict[str, Any]) -> Claim:
        """Call the service."""
        return replace_claim(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            entry=self.form.entry(),
            because=data["because"],
            version=data["version"],
        )
