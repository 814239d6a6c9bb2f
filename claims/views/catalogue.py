"""Pages of the catalogue: acts and medicines, reasons for care; added, corrected, withdrawn."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse

from claims.filters.terms import ActFilter, ReasonFilter
from claims.forms.catalogue import ActForm, CloseForm, ReasonForm
from claims.models import Act, CareReason
from claims.selectors.catalogue import acts, readable_act, readable_reason, reasons
from claims.selectors.tariffs import tariffs_held, whom
from claims.services.catalogue import (
    ActDetails,
    ReasonDetails,
    add_act,
    add_reason,
    change_act,
    change_reason,
    close_act,
    close_reason,
)
from claims.tables.terms import ActTable, ReasonTable
from claims.views.terms_lists import TermsList
from conamus import clock
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage


class ActList(TermsList):
    """Acts, medicines, laboratory and stays that an attestation may carry."""

    permission = Permission.SEE_CARE_TERMS
    title = "Actes et médicaments"
    table_class = ActTable
    filter_class = ActFilter
    import_kind = "actes"
    empty_text = "Le catalogue est vide : sans actes, aucune attestation ne se saisit."
    add_url_name = "act_add"
    add_label = "Ajouter un acte"
    add_permission = Permission.MANAGE_CARE_TERMS

    def rows(self) -> QuerySet[Act]:
        """Return the network's acts and one's own."""
        return acts(self.actor.tenant_id)


class ReasonList(TermsList):
    """The short list of reasons for care."""

    permission = Permission.SEE_CARE_TERMS
    title = "Motifs de soins"
    table_class = ReasonTable
    filter_class = ReasonFilter
    import_kind = "motifs-de-soins"
    empty_text = "La liste des motifs est vide : une attestation se saisit alors sans motif."
    add_url_name = "care_reason_add"
    add_label = "Ajouter un motif"
    add_permission = Permission.MANAGE_CARE_TERMS

    def rows(self) -> QuerySet[CareReason]:
        """Return the network's reasons and one's own."""
        return reasons(self.actor.tenant_id)


class _Kept(ActorPage):
    """An entry of one of the two lists, and what its keeper may do."""

    abstract = True
    template_name = "claims/catalogue_entry.html"
    names: ClassVar[str]

    def actions(self, row: Act | CareReason) -> dict[str, Any]:
        """Return the keeper's buttons."""
        may = is_permitted(self.actor.role, Permission.MANAGE_CARE_TERMS)
        if not may or row.tenant_id != self.actor.tenant_id:
            return {"keeper": row.tenant.short_name}
        args = [row.pk]
        return {
            "edit_url": reverse(f"{self.names}_edit", args=args),
            "close_url": "" if row.closed_on else reverse(f"{self.names}_close", args=args),
            "reopen_url": reverse(f"{self.names}_reopen", args=args) if row.closed_on else "",
        }


def _closed(row: Act | CareReason) -> str:
    return f"Retiré dès le {format_date(row.closed_on)}." if row.closed_on else "En usage."


class ActDetail(_Kept):
    """An act with the prices that hold today."""

    permission = Permission.SEE_CARE_TERMS
    names = "act"

    def page(self) -> dict[str, Any]:
        """Return its facts and today's prices, the closest tariffs first."""
        act = readable_act(self.actor.tenant_id, self.kwargs["pk"])
        held = tariffs_held(act, self.actor.tenant_id, clock.today())
        facts = [
            ("Code", act.code), ("Famille", act.get_family_display()), ("Dosage", act.strength),
            ("Forme", act.form), ("Code ATC", act.atc), ("Tenu par", act.tenant.short_name),
        ]  # fmt: skip
        return {
            "title": act.name,
            "state": _closed(act),
            "row": act,
            "facts": [fact for fact in facts if fact[1]],
            "prices": [(row, whom(row), format_francs(row.price_francs)) for row in held],
            "shows_prices": True,
            **self.actions(act),
        }


class ReasonDetail(_Kept):
    """A reason for care and what is usually done."""

    permission = Permission.SEE_CARE_TERMS
    names = "care_reason"

    def page(self) -> dict[str, Any]:
        """Return its facts."""
        reason = readable_reason(self.actor.tenant_id, self.kwargs["pk"])
        return {
            "title": reason.name,
            "state": _closed(reason),
            "row": reason,
            "facts": [
                ("Code", reason.code),
                ("Code CIM-10", reason.icd10),
                ("Maladie chronique", "oui" if reason.is_chronic else "non"),
                ("Grossesse ou accouchement", "oui" if reason.is_maternity else "non"),
                ("Traitement habituel", reason.usual_treatment),
                ("Tenu par", reason.tenant.short_name),
            ],
            **self.actions(reason),
        }


class _EntryForm(FormPage):
    """Adding or correcting an entry: the code is in the address of the second."""

    abstract = True
    names: ClassVar[str]
    list_url_name: ClassVar[str]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Ask for the code of a new entry only."""
        return {**super().get_form_kwargs(), "is_known": "pk" in self.kwargs}

    def done_url(self, made: Any) -> str:
        """Show it."""
        return reverse(f"{self.names}_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to it, or to the list."""
        if "pk" in self.kwargs:
            return reverse(f"{self.names}_detail", kwargs=self.kwargs)
        return reverse(self.list_url_name)


def _act_details(data: dict[str, Any]) -> ActDetails:
    return ActDetails(**{name: data[name] for name in ActDetails.__dataclass_fields__})


def _reason_details(data: dict[str, Any]) -> ReasonDetails:
    return ReasonDetails(**{name: data[name] for name in ReasonDetails.__dataclass_fields__})


class ActAdd(_EntryForm):
    """Add an act."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = ActForm
    names, list_url_name = "act", "acts"
    title = "Ajouter un acte ou un médicament"
    success_message = "L’acte est au catalogue ; donnez-lui un tarif."

    def save(self, data: dict[str, Any]) -> Act:
        """Call the service."""
        return add_act(
            actor=self.actor, code=data["code"], details=_act_details(data),
            key=data["submission_key"],
        )  # fmt: skip


class ActEdit(_EntryForm):
    """Correct an act."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = ActForm
    names, list_url_name = "act", "acts"
    title = "Corriger un acte"
    success_message = "L’acte est corrigé."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the act as it is."""
        act = readable_act(self.actor.tenant_id, self.kwargs["pk"])
        return {name: getattr(act, name) for name in ActDetails.__dataclass_fields__}

    def save(self, data: dict[str, Any]) -> Act:
        """Call the service."""
        return change_act(actor=self.actor, act_id=self.kwargs["pk"], details=_act_details(data))


class ReasonAdd(_EntryForm):
    """Add a reason for care."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = ReasonForm
    names, list_url_name = "care_reason", "care_reasons"
    title = "Ajouter un motif de soins"
    success_message = "Le motif est dans la liste."

    def save(self, data: dict[str, Any]) -> CareReason:
        """Call the service."""
        return add_reason(
            actor=self.actor, code=data["code"], details=_reason_details(data),
            key=data["submission_key"],
        )  # fmt: skip


class ReasonEdit(_EntryForm):
    """Correct a reason for care."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = ReasonForm
    names, list_url_name = "care_reason", "care_reasons"
    title = "Corriger un motif de soins"
    success_message = "Le motif est corrigé."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the reason as it is."""
        reason = readable_reason(self.actor.tenant_id, self.kwargs["pk"])
        return {name: getattr(reason, name) for name in ReasonDetails.__dataclass_fields__}

    def save(self, data: dict[str, Any]) -> CareReason:
        """Call the service."""
        return change_reason(
            actor=self.actor, reason_id=self.kwargs["pk"], details=_reason_details(data)
        )


#: What finds the entry of an address, by the name of its pages; another's does not exist.
_READABLE: dict[str, Callable[[int, int], Any]] = {
    "act": readable_act,
    "care_reason": readable_reason,
}


class _CloseForm(FormPage):
    """Withdraw an entry from a day on."""

    abstract = True
    form_class = CloseForm
    names: ClassVar[str]
    submit_label = "Retirer"
    intro = "Les soins donnés avant ce jour restent payés ; ceux d’après ne le citent plus."

    def get_initial(self) -> dict[str, Any]:
        """Begin today, of an entry that exists."""
        _READABLE[self.names](self.actor.tenant_id, self.kwargs["pk"])
        return {"closed_on": clock.today()}

    def done_url(self, made: Any) -> str:
        """Show it."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse(f"{self.names}_detail", kwargs=self.kwargs)


class ActClose(_CloseForm):
    """Withdraw an act."""

    permission = Permission.MANAGE_CARE_TERMS
    names = "act"
    title = "Retirer un acte du catalogue"
    success_message = "L’acte est retiré."

    def save(self, data: dict[str, Any]) -> Act:
        """Call the service."""
        return close_act(actor=self.actor, act_id=self.kwargs["pk"], closed_on=data["closed_on"])


class ReasonClose(_CloseForm):
    """Withdraw a reason for care."""

    permission = Permission.MANAGE_CARE_TERMS
    names = "care_reason"
    title = "Retirer un motif de soins"
    success_message = "Le motif est retiré."

    def save(self, data: dict[str, Any]) -> CareReason:
        """Call the service."""
        return close_reason(
            actor=self.actor, reason_id=self.kwargs["pk"], closed_on=data["closed_on"]
        )


class _Reopen(ConfirmPage):
    """Take a withdrawn entry back."""

    abstract = True
    names: ClassVar[str]
    submit_label = "Reprendre"

    @cached_property
    def detail_url(self) -> str:
        """Where it is shown."""
        return reverse(f"{self.names}_detail", kwargs=self.kwargs)

    def consequence(self) -> str:
        """Say what happens to an entry that exists."""
        _READABLE[self.names](self.actor.tenant_id, self.kwargs["pk"])
        return "Il redevient utilisable, pour les soins de tous les jours."

    def done_url(self, made: Any) -> str:
        """Show it."""
        return self.detail_url

    def cancel_url(self) -> str:
        """Go back to it."""
        return self.detail_url


class ActReopen(_Reopen):
    """Take a withdrawn act back."""

    permission = Permission.MANAGE_CARE_TERMS
    names = "act"
    title = "Reprendre un acte"
    success_message = "L’acte est de nouveau en usage."

    def save(self, data: dict[str, Any]) -> Act:
        """Call the service."""
        return close_act(actor=self.actor, act_id=self.kwargs["pk"], closed_on=None)


class ReasonReopen(_Reopen):
    """Take a withdrawn reason back."""

    permission = Permission.MANAGE_CARE_TERMS
    names = "care_reason"
    title = "Reprendre un motif"
    success_message = "Le motif est de nouveau en usage."

    def save(self, data: dict[str, Any]) -> CareReason:
        """Call the service."""
        return close_reason(actor=self.actor, reason_id=self.kwargs["pk"], closed_on=None)
