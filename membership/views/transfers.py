"""Pages of transfers between federations, and of whole sections that move."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from conamus import clock
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.picking import PickPage, PickRow
from conamus.pages.views import ActorPage
from federations.models import Job
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage
from membership.filters.transfers import TransferFilter
from membership.forms.transfers import (
    AcceptForm,
    ProposalForm,
    ReceiveForm,
    RefuseForm,
    SectionMoveForm,
)
from membership.models import Beneficiary, Household, Transfer
from membership.rules.sentences import counted
from membership.selectors.transfers import (
    incoming,
    incoming_by_id,
    outgoing,
    own_transfer,
    transfer_by_id,
    waiting_here,
)
from membership.services.transfers import (
    accept_transfer,
    propose_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from membership.services.units_move import (
    request_section_move,
    request_section_proposal,
    request_section_reception,
)
from membership.tables.transfers import TransferTable
from membership.views.parts import HouseholdFormPage

_SEXES = dict(Beneficiary.Sex.choices)
_LINKS = dict(Beneficiary.Relationship.choices)


class TransferList(ListPage):
    """What leaves and what comes, the latest first."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/transfers.html"
    title = "Transferts"
    table_class = TransferTable
    filter_class = TransferFilter
    empty_text = (
        "Aucun ménage n’a changé de fédération. Un transfert se propose depuis la fiche du ménage."
    )

    def rows(self) -> QuerySet[Transfer]:
        """Return the transfers of both directions."""
        return outgoing(self.actor) | incoming(self.actor)

    def state(self, count: int) -> str:
        """Say how many wait for an answer of ours."""
        waiting = waiting_here(self.actor).count()
        return f"{counted(waiting, 'ménage')} en attente de votre réponse." if waiting else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer to move a whole section to those who decide."""
        may = is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP)
        return super().get_context_data(may_decide=may, **kwargs)


class TransferDetail(ActorPage):
    """One transfer: what each side may see, and what it may answer."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/transfer_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the transfer."""
        row = transfer_by_id(self.actor, self.kwargs["pk"])
        is_ours = row.tenant_id == self.actor.tenant_id
        waits = row.state == Transfer.State.PROPOSED
        may = is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP) and waits
        return {
            "title": f"Transfert du ménage {row.number}",
            "transfer": row,
            "state": f"De {row.tenant.name} vers {row.destination.name} : "
            f"{row.get_state_display()}.",
            "facts": _facts(row),
            "people": [_person(one) for one in row.people],
            "household_id": row.household_id if is_ours else row.opened_household_id,
            "may_answer": may and not is_ours,
            "may_withdraw": may and is_ours,
        }


def _facts(row: Transfer) -> list[tuple[str, Any]]:
    return [
        ("Adhérent", row.head_name),
        ("Quitte la fédération le", format_date(row.leaves_on)),
        ("Raison", row.because),
        *([("Reste à payer chez vous", owed)] if (owed := told_owed(row)) else []),
        ("Proposé par", row.proposed_by),
        *([("Réponse de", row.answered_by)] if row.answered_by else []),
        *([("Motif", row.answer)] if row.answer else []),
    ]


def told_owed(row: Transfer) -> str:
    """Say what the household owed as it was proposed; empty: unknown."""
    if row.left_francs is None:
        return ""
    promise = " ; une promesse court" if row.has_promise else ""
    return f"{format_francs(row.left_francs)}{promise}" if row.left_francs else "rien"


def _person(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "sex": _SEXES.get(one["sex"], ""),
        "birth_year": str(one["birth_year"]),
        "relationship": _LINKS.get(one["relationship"], ""),
    }


class TransferPropose(HouseholdFormPage):
    """Propose a household to another federation."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = ProposalForm
    title = "Proposer à une autre fédération"
    submit_label = "Proposer le transfert"
    intro = (
        "L’autre fédération verra le numéro, les noms, les sexes, les années de naissance et ce "
        "qui reste à payer, rien de plus. Si elle accepte, le ménage est fermé ici et ouvert chez "
        "elle ; ses droits continuent. Ce qui est payé reste chez vous."
    )
    success_message = "Le transfert est proposé ; l’autre fédération répondra."

    def get_initial(self) -> dict[str, Any]:
        """Carry the version."""
        return {"version": self.household.version}

    def save(self, data: dict[str, Any]) -> Transfer:
        """Call the service."""
        return propose_transfer(
            actor=self.actor,
            household_id=self.household.pk,
            version=data["version"],
            destination_id=data["destination"].pk,
            leaves_on=data["leaves_on"],
            because=data["because"],
            key=data["submission_key"],
        )


class TransferAnswerPage(FormPage):
    """What accepting and refusing have in common."""

    abstract = True
    permission = Permission.DECIDE_MEMBERSHIP
    template_name = "membership/household_form.html"

    @cached_property
    def transfer(self) -> Transfer:
        """The transfer of the address, proposed to us."""
        return incoming_by_id(self.actor, self.kwargs["pk"])

    def cancel_url(self) -> str:
        """Go back to the transfer."""
        return reverse("transfer_detail", args=[self.transfer.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which household."""
        row = self.transfer
        told = f"{row.head_name}, {row.number}, {counted(len(row.people), 'personne')}"
        owed = f". Reste à payer : {left}" if (left := told_owed(row)) else ""
        state = f"{told} ; de {row.tenant.name}{owed}"
        return super().get_context_data(**{"state": state, **kwargs})


class TransferAccept(TransferAnswerPage):
    """Receive a household."""

    form_class = AcceptForm
    title = "Accueillir le ménage"
    submit_label = "Accueillir le ménage"
    intro = "Le ménage reçoit un numéro de l’unité ; l’ancien le retrouve. Ses droits continuent."
    success_message = "Le ménage est accueilli."

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        return accept_transfer(
            actor=self.actor,
            transfer_id=self.transfer.pk,
            unit_id=data["unit"].pk,
            colline_id=data["colline"].pk,
            is_outside_zone=data["is_outside_zone"],
        )

    def done_url(self, made: Household) -> str:
        """Show the household that was opened."""
        return reverse("household_detail", args=[made.pk])


class TransferRefuse(TransferAnswerPage):
    """Refuse a household, saying why."""

    form_class = RefuseForm
    title = "Refuser le transfert"
    submit_label = "Refuser le transfert"
    success_message = "Le transfert est refusé ; l’autre fédération lira le motif."

    def save(self, data: dict[str, Any]) -> Transfer:
        """Call the service."""
        return refuse_transfer(
            actor=self.actor, transfer_id=self.transfer.pk, answer=data["answer"]
        )

    def done_url(self, made: Transfer) -> str:
        """Go back to the list."""
        return reverse("transfers")


class TransferWithdraw(ConfirmPage):
    """Take a proposal back."""

    permission = Permission.DECIDE_MEMBERSHIP
    title = "Retirer la proposition"
    submit_label = "Retirer la proposition"
    success_message = "La proposition est retirée."

    def consequence(self) -> str:
        """Say what goes."""
        row = own_transfer(self.actor, self.kwargs["pk"])
        return f"{row.destination.name} ne verra plus de proposition pour le ménage {row.number}."

    def save(self, data: dict[str, Any]) -> Transfer:
        """Call the service."""
        return withdraw_transfer(actor=self.actor, transfer_id=self.kwargs["pk"])

    def done_url(self, made: Transfer) -> str:
        """Go back to the list."""
        return reverse("transfers")

    def cancel_url(self) -> str:
        """Go back to the transfer."""
        return reverse("transfer_detail", args=[self.kwargs["pk"]])


class TransferReceive(PickPage):
    """Receive several proposals at once, all ticked, as a task with its progress."""

    permission = Permission.DECIDE_MEMBERSHIP
    template_name = "membership/transfers_receive.html"
    form_class = ReceiveForm
    title = "Accueillir plusieurs ménages"
    submit_label = "Accueillir les ménages cochés"

    @cached_property
    def pick_rows(self) -> list[PickRow]:
        """The proposals that wait."""
        return [
            PickRow(
                key=row.pk, words=f"{row.head_name} {row.number} {row.tenant.short_name}", shown=row
            )
            for row in waiting_here(self.actor)
        ]

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        return request_section_reception(
            actor=self.actor,
            transfer_ids=sorted(self.picks.picked),
            unit_id=data["unit"].pk,
            is_outside_zone=data["is_outside_zone"],
            key=data["submission_key"],
        )

    def success_message_for(self, made: Job) -> str:
        """Say how many, and that those proposed meanwhile wait."""
        told = counted(len(made.parameters["transfers"]), "ménage")
        return f"Accueil lancé, {told} : il se poursuit sans vous.{self.told_unseen('ménage')}"

    def done_url(self, made: Job) -> str:
        """Follow the task."""
        return reverse("job_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("transfers")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count what waits."""
        told = f"{counted(len(self.pick_rows), 'ménage')} en attente de votre réponse."
        return super().get_context_data(**{"state": told, **kwargs})


class SectionMove(FormPage):
    """Move all households of a unit, as a task with its progress."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = SectionMoveForm
    title = "Déplacer toute une section"
    submit_label = "Déplacer les ménages"
    intro = (
        "Tous les ménages ouverts de l’unité passent à l’autre, avec leurs numéros et leurs "
        "droits. Vers une autre fédération, chacun est proposé : elle doit accepter."
    )
    success_message = "La tâche est lancée ; elle se poursuit sans vous."

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        if data["to_unit"] is not None:
            return request_section_move(
                actor=self.actor,
                from_unit_id=data["from_unit"].pk,
                to_unit_id=data["to_unit"].pk,
                moved_on=data["moved_on"],
                key=data["submission_key"],
            )
        return request_section_proposal(
            actor=self.actor,
            from_unit_id=data["from_unit"].pk,
            destination_id=data["destination"].pk,
            leaves_on=data["moved_on"],
            because=data["because"],
            key=data["submission_key"],
        )

    def get_initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"moved_on": clock.today()}

    def done_url(self, made: Job) -> str:
        """Follow the task."""
        return reverse("job_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("transfers")
