"""Pages of people: who has access, in which role, and what a manager may do about it."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from conamus import clock
from conamus.kernel.figures import format_date, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.filters.people import PeopleFilter
from federations.forms.people import (
    InvitationForm,
    PersonEditForm,
    RoleEndForm,
    RoleForm,
    role_initial,
)
from federations.models import RoleAssignment, User
from federations.rules.roles import Permission
from federations.selectors import people as selectors
from federations.selectors.heirs import heirs_of_roles
from federations.services import assignments, invitations, people_edit
from federations.services import people as services
from federations.tables.people import PeopleTable, is_held, role_phrase
from federations.views.confirm import ConfirmPage
from federations.views.versions import VersionedPage


def site_url(request: HttpRequest) -> str:
    """Return the address of the site, for links in mails."""
    return request.build_absolute_uri("/")


class PeopleList(ListPage):
    """The people whom the actor looks after."""

    permission = Permission.MANAGE_PEOPLE
    title = "Utilisateurs"
    table_class = PeopleTable
    filter_class = PeopleFilter
    empty_text = "Personne n’a encore d’accès."
    add_url_name = "person_invite"
    add_label = "Inviter une personne"

    def rows(self) -> QuerySet[User]:
        """Return them with their roles."""
        return selectors.people(self.actor)

    def state(self, count: int) -> str:
        """Say how many are shown."""
        where = "dans tout le réseau" if selectors.sees_every_tenant(self.actor) else "chez vous"
        return f"{format_integer(count)} personne{'s' if count > 1 else ''} {where}."


class PersonInvite(FormPage):
    """Invite a person by mail."""

    permission = Permission.MANAGE_PEOPLE
    form_class = InvitationForm
    form: InvitationForm
    title = "Inviter une personne"
    submit_label = "Envoyer l’invitation"
    success_message = "L’invitation part par courriel ; le lien est valable sept jours."

    def save(self, data: dict[str, Any]) -> User:
        """Call the service."""
        return invitations.invite_person(
            actor=self.actor,
            invitee=self.form.invitee(),
            role=self.form.role_request(),
            site_url=site_url(self.request),
            key=data["submission_key"],
        )

    def done_url(self, made: User) -> str:
        """Show the person."""
        return reverse("person_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("people")


class PersonDetail(ActorPage):
    """One person: account, roles, open sessions."""

    permission = Permission.MANAGE_PEOPLE
    template_name = "federations/person_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the person and what can be done."""
        person = selectors.own_person(self.actor, self.kwargs["user_id"])
        today = clock.today()
        found = selectors.roles_of(self.actor, person)
        heirs = heirs_of_roles(found)
        roles = [(role, is_held(role, today), heirs.get(role.pk)) for role in found]
        return {
            "person": person,
            "title": person.full_name,
            "facts": _facts(person),
            "roles": roles,
            "has_lasting_roles": any(
                role.valid_to is None or role.valid_to > today for role in found
            ),
            "sessions": list(selectors.sessions_of(person)[:20]),
            "has_second_factor": selectors.has_second_factor(person),
            "is_self": person.pk == self.actor.user_id,
            "may_correct": people_edit.may_correct(self.actor, person),
            "may_reactivate": services.may_reactivate(self.actor, person),
            "is_invited": not person.has_usable_password(),
            "works_elsewhere": selectors.has_roles_elsewhere(self.actor, person, on_date=today),
        }


class PersonForm(FormPage):
    """A form or a question about one person whom the actor looks after."""

    abstract = True
    permission = Permission.MANAGE_PEOPLE

    @cached_property
    def person(self) -> User:
        """The person of the address."""
        return selectors.own_person(self.actor, self.kwargs["user_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the person under the title."""
        return super().get_context_data(**{"state": self.person.full_name, **kwargs})

    def done_url(self, made: Any) -> str:
        """Show the person."""
        return reverse("person_detail", args=[self.person.pk])

    def cancel_url(self) -> str:
        """Go back to the person."""
        return self.done_url(None)


class PersonEdit(VersionedPage, PersonForm):
    """Correct a person's name, address and telephone."""

    form_class = PersonEditForm
    form: PersonEditForm
    title = "Modifier la personne"
    intro = (
        "L’identifiant et les rôles n’en changent pas ; l’historique garde ce qui était écrit "
        "et qui l’a corrigé."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin from the person as they are, and from their version."""
        person = self.person
        return {
            "full_name": person.full_name,
            "email": person.email,
            "phone": person.phone,
            "version": self.version_of(person),
        }

    def get_form(self, form_class: Any = None) -> PersonEditForm:
        """Offer a new link to who has not opened the account yet."""
        form: PersonEditForm = super().get_form(form_class)
        if self.person.has_usable_password():
            form.omit_invitation()
        return form

    def version_of(self, thing: User) -> str:
        """Return the version of a person."""
        return people_edit.person_version(thing)

    def change(self, data: dict[str, Any], version: str) -> User:
        """Call the service."""
        return people_edit.correct_person(
            actor=self.actor,
            user_id=self.person.pk,
            details=self.form.details(),
            version=version,
            site_url=site_url(self.request),
            is_invited_anew=data.get("is_invited_anew", False),
        )

    def success_message_for(self, made: User) -> str:
        """Say who is told of it."""
        told = "La personne est modifiée."
        if self.form.cleaned_data.get("is_invited_anew"):
            return f"{told} Un nouveau lien part à {made.email}."
        if made.email.lower() != self.person.email.lower() and made.has_usable_password():
            return f"{told} L’ancienne adresse, {self.person.email}, en est avertie."
        return told

    def facts_of(self, thing: User) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [("Nom complet", thing.full_name), ("Courriel", thing.email),
                ("Téléphone", thing.phone)]  # fmt: skip


class AssignmentForm(PersonForm):
    """A form about one role of a person."""

    abstract = True

    @cached_property
    def assignment(self) -> RoleAssignment:
        """The role of the address."""
        return selectors.own_assignment(self.actor, self.kwargs["assignment_id"])

    @cached_property
    def person(self) -> User:
        """The person who holds it."""
        return self.assignment.user


class RoleGive(PersonForm):
    """Give a further role."""

    form_class = RoleForm
    form: RoleForm
    title = "Donner un rôle"
    submit_label = "Donner ce rôle"

    def success_message_for(self, made: RoleAssignment) -> str:
        """Say from when and, in a unit that closes, until when."""
        is_to_come = made.valid_from > clock.today()
        told = f"du {format_date(made.valid_from)}" if is_to_come else "d’aujourd’hui"
        until = f", jusqu’au {format_date(made.valid_to)} exclu" if made.valid_to else ""
        return f"Le rôle est donné, à partir {told}{until}."

    def save(self, data: dict[str, Any]) -> RoleAssignment:
        """Call the service."""
        return assignments.give_role(
            actor=self.actor, user_id=self.person.pk, role=self.form.role_request()
        )


class RoleChange(AssignmentForm):
    """Change a role for another."""

    form_class = RoleForm
    form: RoleForm
    title = "Changer le rôle"
    submit_label = "Changer le rôle"
    intro = (
        "L’ancien rôle prend fin quand le nouveau commence : aujourd’hui, ou le jour où son unité "
        "ouvre. L’historique garde les deux."
    )
    success_message = "Le rôle est changé."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the role as it is."""
        return role_initial(self.assignment)

    def save(self, data: dict[str, Any]) -> RoleAssignment:
        """Call the service."""
        return assignments.change_role(
            actor=self.actor, assignment_id=self.assignment.pk, role=self.form.role_request()
        )


class RoleClose(AssignmentForm):
    """End a role."""

    form_class = RoleEndForm
    title = "Retirer le rôle"
    submit_label = "Retirer le rôle"
    success_message = "La fin du rôle est inscrite."

    def get_initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"on_date": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which role."""
        return super().get_context_data(intro=role_phrase(self.assignment), **kwargs)

    def save(self, data: dict[str, Any]) -> RoleAssignment:
        """Call the service."""
        return assignments.close_role(
            actor=self.actor, assignment_id=self.assignment.pk, on_date=data["on_date"]
        )


class PersonConfirm(ConfirmPage, PersonForm):
    """A question about one person."""

    abstract = True


class PersonDeactivate(PersonConfirm):
    """Close a person's account."""

    title = "Désactiver le compte"
    submit_label = "Désactiver"
    is_dangerous = True

    def consequence(self) -> str:
        """Say what ends."""
        if selectors.has_roles_elsewhere(self.actor, self.person, on_date=clock.today()):
            return (
                f"{self.person.full_name} travaille aussi pour une autre fédération : ses rôles "
                "chez vous prennent fin, son compte reste ouvert."
            )
        return (
            f"{self.person.full_name} ne pourra plus se connecter, et ses sessions ouvertes "
            "prennent fin aussitôt. Le compte peut être réactivé ; rien n’est effacé."
        )

    def save(self, data: dict[str, Any]) -> services.Deactivation:
        """Call the service."""
        return services.deactivate_person(actor=self.actor, user_id=self.person.pk)

    def success_message_for(self, made: services.Deactivation) -> str:
        """Say which of the two happened."""
        if made.is_account_closed:
            return "Le compte est désactivé."
        return "Les rôles tenus chez vous ont pris fin."


class PersonReactivate(PersonConfirm):
    """Open a closed account again."""

    title = "Réactiver le compte"
    submit_label = "Réactiver"
    success_message = "Le compte est de nouveau actif."

    def consequence(self) -> str:
        """Say what comes back."""
        return f"{self.person.full_name} pourra de nouveau se connecter, avec les mêmes rôles."

    def save(self, data: dict[str, Any]) -> User:
        """Call the service."""
        return services.reactivate_person(actor=self.actor, user_id=self.person.pk)


class PersonSignOut(PersonConfirm):
    """End a person's sessions."""

    title = "Fermer les sessions"
    submit_label = "Fermer toutes les sessions"
    success_message = "Les sessions sont fermées."

    def consequence(self) -> str:
        """Say what ends."""
        return f"{self.person.full_name} devra se connecter de nouveau sur chaque appareil."

    def save(self, data: dict[str, Any]) -> int:
        """Call the service."""
        return services.end_sessions(actor=self.actor, user_id=self.person.pk)


class PersonSecondFactorReset(PersonConfirm):
    """Forget a lost second factor."""

    title = "Oublier le second facteur"
    submit_label = "Oublier le second facteur"
    success_message = "Le second facteur est oublié ; la personne peut en installer un autre."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what it means."""
        return (
            f"{self.person.full_name} se connectera avec son seul mot de passe jusqu’à ce qu’un "
            "autre second facteur soit installé. Assurez-vous que la demande vient bien de cette "
            "personne ; l’historique garde votre nom."
        )

    def save(self, data: dict[str, Any]) -> User:
        """Call the service."""
        return services.reset_second_factor(actor=self.actor, user_id=self.person.pk)


class PersonReinvite(PersonConfirm):
    """Send a new link."""

    title = "Renvoyer l’invitation"
    submit_label = "Envoyer un nouveau lien"
    success_message = "Un nouveau lien part par courriel."

    def consequence(self) -> str:
        """Say what happens to the old link."""
        return f"Un nouveau lien part à {self.person.email} ; l’ancien ne sert plus."

    def save(self, data: dict[str, Any]) -> Any:
        """Call the service."""
        return invitations.resend_invitation(
            actor=self.actor, user_id=self.person.pk, site_url=site_url(self.request)
        )


def _facts(person: User) -> list[tuple[str, Any]]:
    return [
        ("Identifiant", person.username),
        ("Courriel", person.email),
        ("Téléphone", person.phone),
        ("Compte", _account(person)),
        ("Second facteur", "installé" if selectors.has_second_factor(person) else "aucun"),
    ]


def _account(person: User) -> str:
    if not person.is_active:
        is_from_above = services.is_closed_from_above(person)
        return "désactivé par l’administrateur du système" if is_from_above else "désactivé"
    if person.has_usable_password():
        return "actif"
    invitation = selectors.latest_invitation(person)
    until = format_date(localdate(invitation.expires_at)) if invitation else "n.d."
    return f"invitation en attente, valable jusqu’au {until}"
