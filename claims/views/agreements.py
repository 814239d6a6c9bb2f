"""Pages of agreements: the list, one with its suspensions and papers, signing to renewal."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_filters import FilterSet

from claims.filters.terms import AgreementFilter
from claims.forms import agreements as forms
from claims.models import Agreement
from claims.selectors.agreements import (
    agreements,
    readable_agreement,
    situation,
    suspension_of,
)
from claims.services import agreements as services
from claims.tables.terms import AgreementTable
from claims.views.terms_lists import TermsList
from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage


class AgreementList(TermsList):
    """One's agreements; a facility's user sees its own with every federation."""

    permission = Permission.SEE_CARE_TERMS
    title = "Conventions"
    table_class = AgreementTable
    filter_class = AgreementFilter
    import_kind = "conventions"
    empty_text = (
        "Aucune convention : sans elle, une formation sanitaire n’est pas payée par tiers payant."
    )
    add_url_name = "agreement_add"
    add_label = "Signer une convention"
    add_permission = Permission.MANAGE_AGREEMENTS

    def rows(self) -> QuerySet[Agreement]:
        """Return the rows in the actor's sight."""
        return agreements(self.actor).prefetch_related("suspensions")

    def listing(self) -> tuple[FilterSet, AgreementTable]:
        """Name the federation for a facility, which may have several."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        is_facilitys = self.actor.facility_id is not None
        return filters, AgreementTable(filters.qs, is_facilitys=is_facilitys)


class AgreementDetail(ActorPage):
    """An agreement, its suspensions and its papers."""

    permission = Permission.SEE_CARE_TERMS
    template_name = "claims/agreement_detail.html"

    def page(self) -> dict[str, Any]:
        """Return it, and what may be done."""
        row = readable_agreement(self.actor, self.kwargs["pk"])
        tone, words = situation(row, clock.today())
        return {
            "title": f"Convention avec {row.facility.name}",
            "state": f"{words.capitalize()}.",
            "row": row,
            "tone": tone,
            "words": words,
            "facts": _facts(row),
            "suspensions": row.suspensions.all(),
            "today": clock.today(),
            "documents": row.documents.all(),
            # A file lies behind its federation's wall: a facility's user has the paper itself.
            "may_open": self.actor.facility_id is None,
            **self._actions(row, tone),
        }

    def _actions(self, row: Agreement, tone: str) -> dict[str, Any]:
        may = is_permitted(self.actor.role, Permission.MANAGE_AGREEMENTS)
        runs = row.ends_on is None or row.ends_on > clock.today()
        return {
            "may_manage": may,
            "may_end": may and runs,
            "may_withdraw": may and row.starts_on > clock.today(),
            "may_renew": may and row.ends_on is not None,
            "may_suspend": may and runs and tone != "bad",
            "may_lift": may and tone == "bad",
        }


def _facts(row: Agreement) -> list[tuple[str, Any]]:
    return [
        ("Formation sanitaire", f"{row.facility.name} ({row.facility.code})"),
        ("Avec", row.tenant.short_name),
        ("Signée par", row.unit.name if row.unit else "toute la fédération"),
        ("Numéro", row.number),
        ("Dès le", format_date(row.starts_on)),
        ("Jusqu’au (exclu)", format_date(row.ends_on) if row.ends_on else "sans fin"),
        ("Délai de paiement", f"{row.payment_term_days} jours"),
        ("Avances", row.advances.sentence),
        *([("Motif de la fin", row.ended_because)] if row.ended_because else []),
    ]


class AgreementAdd(FormPage):
    """Sign an agreement."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = forms.AgreementForm
    title = "Signer une convention"
    success_message = "La convention est inscrite."
    intro = "Elle dit dès quel jour la formation sanitaire soigne vos membres en tiers payant."

    def get_initial(self) -> dict[str, Any]:
        """Begin today, with the facility of the address."""
        return {"starts_on": clock.today(), "facility": self.request.GET.get("formation", "")}

    def save(self, data: dict[str, Any]) -> Agreement:
        """Call the service."""
        advances = self.form.advances()
        terms = services.AgreementTerms(
            facility_id=data["facility"].pk,
            unit_id=data["unit"].pk if data["unit"] else None,
            number=data["number"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            payment_term_days=data["payment_term_days"],
            advance_francs=advances.francs,
            advance_percent=advances.percent,
            advance_months=advances.months,
        )
        return services.sign_agreement(actor=self.actor, terms=terms, key=data["submission_key"])

    def done_url(self, made: Agreement) -> str:
        """Show it."""
        return reverse("agreement_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("agreements")


class _AgreementForm(FormPage):
    """Something done to the agreement of the address."""

    abstract = True

    @property
    def row(self) -> Agreement:
        """The agreement."""
        return readable_agreement(self.actor, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Look the agreement up first: another's does not exist."""
        _ = self.row
        return super().get_context_data(**kwargs)

    def done_url(self, made: Any) -> str:
        """Show it."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("agreement_detail", kwargs={"pk": self.kwargs["pk"]})


class AgreementChange(_AgreementForm):
    """Correct the number, the payment term, the clause of advances."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = forms.AgreementChangeForm
    title = "Corriger la convention"
    success_message = "La convention est corrigée."

    def get_initial(self) -> dict[str, Any]:
        """Begin from it as it is."""
        row = self.row
        names = ("number", "payment_term_days", "advance_francs", "advance_percent")
        known = {name: getattr(row, name) for name in names}
        return known | ({"advance_months": row.advance_months} if row.advance_months else {})

    def save(self, data: dict[str, Any]) -> Agreement:
        """Call the service."""
        return services.change_agreement(
            actor=self.actor,
            agreement_id=self.kwargs["pk"],
            number=data["number"],
            payment_term_days=data["payment_term_days"],
            advances=self.form.advances(),
        )


class AgreementEnd(_AgreementForm):
    """End an agreement."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = forms.AgreementEndForm
    title = "Mettre fin à la convention"
    submit_label = "Mettre fin"
    success_message = "La convention a une fin."
    intro = "Les soins donnés avant ce jour restent dus à la formation sanitaire."

    def save(self, data: dict[str, Any]) -> Agreement:
        """Call the service."""
        return services.end_agreement(
            actor=self.actor,
            agreement_id=self.kwargs["pk"],
            ends_on=data["ends_on"],
            because=data["because"],
        )


class AgreementWithdraw(_AgreementForm, ConfirmPage):
    """Drop an agreement that has not begun."""

    permission = Permission.MANAGE_AGREEMENTS
    title = "Retirer cette convention"
    submit_label = "Retirer"
    success_message = "La convention est retirée."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what goes."""
        return (
            f"Elle commencerait le {format_date(self.row.starts_on)} : aucun soin n’a été pris "
            "sous elle. L’historique garde qu’elle était prévue."
        )

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        services.withdraw_agreement(actor=self.actor, agreement_id=self.kwargs["pk"])

    def done_url(self, made: None) -> str:
        """Go back to the list."""
        return reverse("agreements")


class AgreementRenew(_AgreementForm):
    """Follow it by another."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = forms.AgreementRenewForm
    title = "Renouveler la convention"
    submit_label = "Renouveler"
    success_message = "La convention est renouvelée."
    intro = (
        "La nouvelle commence le jour où l’ancienne finit, au même délai de paiement, avec les "
        "mêmes avances."
    )

    def save(self, data: dict[str, Any]) -> Agreement:
        """Call the service."""
        return services.renew_agreement(
            actor=self.actor,
            agreement_id=self.kwargs["pk"],
            number=data["number"],
            ends_on=data["ends_on"],
            key=data["submission_key"],
        )

    def done_url(self, made: Agreement) -> str:
        """Show the new one."""
        return reverse("agreement_detail", args=[made.pk])


class AgreementSuspend(_AgreementForm):
    """Suspend it."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = forms.SuspensionForm
    title = "Suspendre la convention"
    submit_label = "Suspendre"
    success_message = "La convention est suspendue."
    intro = "Les soins donnés ces jours-là ne sont pas payés ; ceux d’avant le restent."

    def get_initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"starts_on": clock.today()}

    def save(self, data: dict[str, Any]) -> Any:
        """Call the service."""
        return services.suspend_agreement(
            actor=self.actor,
            agreement_id=self.kwargs["pk"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            reason=data["reason"],
        )


class AgreementLift(_AgreementForm):
    """Take it up again."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = forms.LiftForm
    title = "Reprendre la convention"
    submit_label = "Reprendre"
    success_message = "La convention reprend ce jour-là."

    def get_initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"ends_on": clock.today()}

    def save(self, data: dict[str, Any]) -> Any:
        """Call the service."""
        return services.lift_suspension(
            actor=self.actor, agreement_id=self.kwargs["pk"], ends_on=data["ends_on"]
        )


class SuspensionWithdraw(_AgreementForm, ConfirmPage):
    """Drop a suspension that has not begun."""

    permission = Permission.MANAGE_AGREEMENTS
    title = "Retirer cette suspension"
    submit_label = "Retirer"
    success_message = "La suspension est retirée."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what goes."""
        pause = suspension_of(self.row, self.kwargs["suspension_id"])
        return (
            f"Elle commencerait le {format_date(pause.starts_on)} : {pause.reason}. Ces jours-là, "
            "la convention vaut. L’historique garde qu’elle était prévue."
        )

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        services.withdraw_suspension(
            actor=self.actor,
            agreement_id=self.kwargs["pk"],
            suspension_id=self.kwargs["suspension_id"],
        )


class AgreementDocumentAdd(_AgreementForm):
    """Keep a signed paper."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = forms.DocumentForm
    title = "Joindre un document"
    submit_label = "Joindre"
    success_message = "Le document est joint."

    def save(self, data: dict[str, Any]) -> Any:
        """Call the service."""
        upload = data["file"]
        return services.add_document(
            actor=self.actor,
            agreement_id=self.kwargs["pk"],
            title=data["title"],
            name=upload.name,
            content=upload.read(),
        )


class AgreementDocumentFile(ActorView):
    """A paper, to be saved."""

    permission = Permission.SEE_CARE_TERMS

    def get(self, request: HttpRequest, pk: int, document_id: int) -> HttpResponse:
        """Answer the file."""
        row = readable_agreement(self.actor, pk)
        may = row.tenant_id == self.actor.tenant_id and self.actor.facility_id is None
        found = row.documents.select_related("file").filter(pk=document_id).first() if may else None
        if found is None:
            raise NotFound("Ce document n’existe pas.")
        response = HttpResponse(bytes(found.file.content), content_type=found.file.content_type)
        ending = found.file.content_type.rpartition("/")[2]
        name = f"convention-{row.pk}-{found.pk}.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
