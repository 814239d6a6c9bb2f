"""Forms about people: an invitation, a role, a password chosen with a link."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from conamus import clock
from conamus.pages.forms import RefusableForm, ServiceForm
from federations.forms.fields import DayField, UnitField, offer_choices, offer_rows
from federations.forms.versions import ReadForm
from federations.models import Federation, HealthFacility, RoleAssignment, Unit
from federations.rules.people import RoleRequest, role_problems
from federations.rules.roles import ASSIGNABLE_ROLES, FACILITY_ROLES, UNIT_ROLES, Role
from federations.selectors.people import roles_to_give, sees_every_tenant, tenants_for_roles
from federations.selectors.units import unclosed_on
from federations.services.invitations import Invitee
from federations.services.people_edit import PersonDetails


class _ByWorkplace(ModelChoiceIterator):
    """Units under two headings: where agents work, where operators do."""

    def __iter__(self) -> Iterator[Any]:
        """Give the empty choice, then each heading that has units."""
        yield ("", self.field.empty_label)
        insuring: list[Any] = []
        centres: list[Any] = []
        for unit in self.queryset:
            group = insuring if unit.kind in Unit.INSURING else centres
            group.append(self.choice(unit))
        for heading, group in (
            ("Mutuelles et sections", insuring),
            ("Centres de gestion", centres),
        ):
            if group:
                yield (heading, group)


class WorkplaceField(UnitField):
    """The unit that a role is limited to."""

    iterator = _ByWorkplace


class RoleForm(ServiceForm):
    """A role to give: the actor meets only what may be given."""

    tenant = forms.ModelChoiceField(
        label="Fédération", queryset=Federation.objects.none(), empty_label=None
    )
    role = forms.ChoiceField(label="Rôle")
    unit = WorkplaceField(
        label="Unité",
        queryset=Unit.objects.none(),
        required=False,
        help_text=(
            "Pour un agent de mutuelle : sa mutuelle ou section. Pour un opérateur de centre de "
            "gestion : son centre de gestion. Pour les autres rôles : laissez vide."
        ),
    )
    facility = forms.ModelChoiceField(
        label="Formation sanitaire",
        queryset=HealthFacility.objects.none(),
        required=False,
        help_text="Pour un utilisateur de formation sanitaire.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tenants = list(tenants_for_roles(self.actor))
        given = {role for tenant in tenants for role in roles_to_give(self.actor, tenant)}
        words = [(role.value, role.label) for role in ASSIGNABLE_ROLES if role in given]
        offer_choices(self, "role", words)
        self._offer_tenants(tenants)
        if given & UNIT_ROLES:
            offer_rows(self, "unit", self._units())
        else:
            del self.fields["unit"]
        if given & FACILITY_ROLES:
            offer_rows(self, "facility", HealthFacility.objects.order_by("sort_key"))
        else:
            del self.fields["facility"]

    def _offer_tenants(self, tenants: list[Federation]) -> None:
        offer_rows(self, "tenant", tenants_for_roles(self.actor))
        self.fields["tenant"].initial = self.actor.tenant_id
        if len(tenants) == 1:
            self.fields["tenant"].widget = forms.HiddenInput()

    def _units(self) -> Any:
        kinds = (*Unit.INSURING, Unit.Kind.MANAGEMENT_CENTRE)
        units = Unit.objects.filter(unclosed_on(clock.today()), kind__in=kinds)
        if not sees_every_tenant(self.actor):
            units = units.filter(tenant_id=self.actor.tenant_id)
        return units.order_by("tenant_id", "kind", "sort_key")

    def clean(self) -> dict[str, Any]:
        """Ask the rule what the role lacks or names too much."""
        data = super().clean() or self.cleaned_data
        if "role" in data and "tenant" in data:
            for problem in role_problems(self.role_request()):
                field = problem.field if problem.field in self.fields else None
                self.add_error(field, problem.message)
            self._check_tenant_of_unit()
        return data

    def _check_tenant_of_unit(self) -> None:
        """Whoever gives roles everywhere is offered every tenant's units."""
        unit = self.cleaned_data.get("unit")
        if unit and unit.tenant_id != self.cleaned_data["tenant"].pk:
            self.add_error("unit", "Cette unité n’est pas de la fédération choisie.")

    def role_request(self) -> RoleRequest:
        """Return what was chosen, for the service."""
        data = self.cleaned_data
        unit, facility = data.get("unit"), data.get("facility")
        return RoleRequest(
            role=Role(data["role"]),
            tenant_id=data["tenant"].pk,
            unit_id=unit.pk if unit else None,
            facility_id=facility.pk if facility else None,
        )


class InvitationForm(RoleForm):
    """A new person with a first role."""

    full_name = forms.CharField(label="Nom complet", max_length=150)
    username = forms.CharField(
        label="Identifiant",
        max_length=60,
        help_text="Pour se connecter : lettres sans accent, chiffres, points ou tirets.",
    )
    email = forms.EmailField(label="Courriel", help_text="Le lien d’accès y est envoyé.")
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)
    field_order = ("full_name", "username", "email", "phone", "tenant", "role", "unit", "facility")

    def invitee(self) -> Invitee:
        """Return the person, for the service."""
        names = ("full_name", "username", "email", "phone")
        return Invitee(**{name: self.cleaned_data[name] for name in names})


class PersonEditForm(ReadForm):
    """A person's name, address and telephone."""

    full_name = forms.CharField(label="Nom complet", max_length=150)
    email = forms.EmailField(
        label="Courriel",
        help_text="Si le compte est déjà ouvert, l’ancienne adresse est avertie du changement.",
    )
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)
    is_invited_anew = forms.BooleanField(
        label="Envoyer un nouveau lien d’invitation",
        required=False,
        help_text="Une nouvelle adresse met fin aux liens envoyés à l’ancienne.",
    )

    def omit_invitation(self) -> None:
        """Ask for no link: the account is open."""
        del self.fields["is_invited_anew"]

    def details(self) -> PersonDetails:
        """Return what was typed, for the service."""
        names = ("full_name", "email", "phone")
        return PersonDetails(**{name: self.cleaned_data[name] for name in names})


class RoleEndForm(ServiceForm):
    """The day from which a role is no longer held."""

    on_date = DayField(label="À partir du", help_text="Aujourd’hui : le rôle prend fin aussitôt.")


class PasswordForm(RefusableForm):
    """A password chosen by the invited person."""

    password = forms.CharField(
        label="Mot de passe",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Dix signes au moins ; plusieurs mots que vous seul reliez sont un bon choix.",
    )
    again = forms.CharField(
        label="Le même, encore une fois",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Require the same password twice."""
        data = super().clean() or self.cleaned_data
        if not self.errors and data["password"] != data["again"]:
            self.add_error("again", "Les deux mots de passe diffèrent.")
        return data


def role_initial(assignment: RoleAssignment) -> dict[str, Any]:
    """Return the form's start from a role as it is."""
    return {
        "tenant": assignment.tenant_id,
        "role": assignment.role,
        "unit": assignment.unit_id,
        "facility": assignment.facility_id,
    }
