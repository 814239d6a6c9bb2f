"""Pages of cards: the list, one card, a batch by unit, the keys, the verification."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from conamus.kernel.figures import format_integer
from conamus.kernel.text import read_number
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from conamus.pages.years import chosen_year
from federations.models import Job, StoredFile
from federations.rules.roles import Permission, is_permitted
from federations.selectors.jobs import own_job
from membership.documents.cards import print_cards
from membership.filters.cards import CardFilter
from membership.forms.cards import BecauseForm, CardBatchForm, VerifyForm
from membership.models import Card
from membership.rules.cards import CardStatus, CardVerdict
from membership.selectors.cards import BATCH_JOB, card_by_id, cards, signing_keys
from membership.services.card_keys import revoke_key, rotate_key
from membership.services.cards import (
    issue_card,
    printed_cards,
    replace_card,
    request_card_batch,
    revoke_card,
    verify_card,
)
from membership.tables.cards import CardTable

_LIGHTS = {CardStatus.VALID: "good", CardStatus.EXPIRED: "watch"}


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Return a PDF that the browser shows."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


class CardList(ListPage):
    """The cards in the actor's sight."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/cards.html"
    title = "Cartes"
    table_class = CardTable
    filter_class = CardFilter
    focuses_search = True
    add_url_name = "card_batch"
    add_label = "Imprimer les cartes d’une unité"
    add_permission = Permission.ISSUE_CARDS
    empty_text = (
        "Aucune carte n’est émise. Une carte prouve l’identité d’un ménage, même sans connexion ; "
        "elle ne dit pas si les droits sont ouverts."
    )

    def rows(self) -> QuerySet[Card]:
        """Return the cards."""
        return cards(self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether the actor keeps the keys."""
        may = is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP)
        return super().get_context_data(may_keep_keys=may, **kwargs)

    def state(self, count: int) -> str:
        """Say how many there are."""
        plural = "s" if count > 1 else ""
        return f"{format_integer(count)} carte{plural} émise{plural}." if count else ""


class CardDetail(ActorPage):
    """One card: its state, its print, its revocation."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/card_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the card."""
        card = card_by_id(self.actor, self.kwargs["card_id"])
        return {
            "title": f"Carte {card.serial}",
            "card": card,
            "fault": card.fault(clock.today()),
            "may_issue": is_permitted(self.actor.role, Permission.ISSUE_CARDS),
        }


class CardPrint(ActorView):
    """One card on its sheet."""

    permission = Permission.SEE_HOUSEHOLDS

    def get(self, request: HttpRequest, card_id: int) -> HttpResponse:
        """Print it, unless it is no good any more."""
        card = card_by_id(self.actor, card_id)
        fault = card.fault(clock.today())
        if fault:
            raise DomainError(f"Cette carte est {fault}. Émettez-en une autre.")
        printed = print_cards(printed_cards(self.actor, [card]))
        return pdf_response(printed.content, f"carte-{card.serial}")


class CardIssue(ActorView):
    """Issue a household's card."""

    permission = Permission.ISSUE_CARDS

    def post(self, request: HttpRequest, household_id: int) -> HttpResponse:
        """Issue it, and show it."""
        card = issue_card(actor=self.actor, household_id=household_id)
        messages.success(request, "La carte est prête à imprimer.")
        return HttpResponseRedirect(reverse("card_detail", args=[card.pk]))


class _Because(FormPage):
    abstract = True
    form_class = BecauseForm

    def card(self) -> Card:
        """Return the card in question."""
        return card_by_id(self.actor, self.kwargs["card_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the card; one out of sight does not exist."""
        return super().get_context_data(state=f"Carte {self.card().serial}.", **kwargs)

    def cancel_url(self) -> str:
        """Back to the card."""
        return reverse("card_detail", args=[self.kwargs["card_id"]])

    def done_url(self, made: Card) -> str:
        """Show the card."""
        return reverse("card_detail", args=[made.pk])


class CardReplace(_Because):
    """Revoke a card and issue another."""

    permission = Permission.ISSUE_CARDS
    title = "Remplacer la carte"
    submit_label = "Révoquer et émettre une autre carte"
    success_message = "L’ancienne carte est révoquée ; la nouvelle est prête à imprimer."

    def save(self, data: dict[str, Any]) -> Card:
        """Call the service."""
        return replace_card(
            actor=self.actor,
            card_id=self.card().pk,
            because=data["because"],
            key=data["submission_key"],
        )


class CardRevoke(_Because):
    """Revoke a card."""

    permission = Permission.ISSUE_CARDS
    title = "Révoquer la carte"
    submit_label = "Révoquer"
    success_message = "La carte est révoquée."

    def save(self, data: dict[str, Any]) -> Card:
        """Call the service."""
        return revoke_card(actor=self.actor, card_id=self.card().pk, because=data["because"])


class CardBatch(FormPage):
    """Ask for a unit's cards."""

    permission = Permission.ISSUE_CARDS
    form_class = CardBatchForm
    title = "Imprimer les cartes d’une unité"
    submit_label = "Préparer les cartes"
    success_message = "Les cartes sont demandées."
    intro = (
        "Huit cartes par feuille A4, à imprimer recto verso (retourner sur le grand côté) puis à "
        "découper."
    )

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        return request_card_batch(
            actor=self.actor,
            unit_id=data["unit"].pk,
            year=chosen_year(self.request),
            key=data["submission_key"],
        )

    def done_url(self, made: Job) -> str:
        """Watch the job."""
        return reverse("job_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("cards")


class CardBatchFile(ActorView):
    """The sheets that a job has printed."""

    permission = Permission.ISSUE_CARDS

    def get(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """Answer the file, to whoever asked for it."""
        job = own_job(self.actor, job_id)
        if job.kind != BATCH_JOB or not job.result:
            raise NotFound("Ces cartes n’existent pas, ou ne sont pas de votre unité.")
        file = StoredFile.objects.get(pk=job.result["file_id"], tenant_id=self.actor.tenant_id)
        return pdf_response(bytes(file.content), "cartes")


class CardVerify(FormPage):
    """Whether a card is authentic: read by the camera, or pasted."""

    permission = Permission.CHECK_RIGHTS
    form_class = VerifyForm
    template_name = "membership/card_verify.html"
    title = "Vérifier une carte"
    submit_label = "Vérifier"

    def save(self, data: dict[str, Any]) -> CardVerdict:
        """Verify; nothing is written."""
        return verify_card(actor=self.actor, text=data["text"])

    def done(self, made: CardVerdict) -> HttpResponse:
        """Show the verdict on the same page, with an empty field for the next card."""
        return self.show_emptied(verdict=made, level=_LIGHTS.get(made.status, "bad"))


class SigningKeys(ActorPage):
    """The keys that sign the federation's cards."""

    permission = Permission.DECIDE_MEMBERSHIP
    template_name = "membership/signing_keys.html"

    def page(self) -> dict[str, Any]:
        """Return the keys."""
        keys = list(signing_keys(self.actor))
        return {
            "in_use": next((key.pk for key in keys if key.retired_on is None), None),
            "title": "Clés des cartes",
            "state": "La clé en service signe les nouvelles cartes ; une clé retirée n’en signe "
            "plus, mais ses cartes restent bonnes ; une clé révoquée les annule toutes.",
            "keys": keys,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Rotate, or revoke the named key."""
        revoked = request.POST.get("revoke")
        if revoked is not None:
            revoke_key(actor=self.actor, key_row_id=read_number(revoked) or 0)
            messages.success(request, "La clé est révoquée : ses cartes sont à remplacer.")
        else:
            rotate_key(actor=self.actor, in_use_id=read_number(request.POST.get("in_use", "")))
            messages.success(request, "Une nouvelle clé signe les cartes.")
        return HttpResponseRedirect(reverse("signing_keys"))
