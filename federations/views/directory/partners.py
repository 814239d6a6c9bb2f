"""Pages of partners and funders: each tenant keeps its own, everyone reads all."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from conamus.kernel.figures import format_integer
from conamus.pages.forms import FormPage, ServiceForm
from conamus.pages.lists import ListPage
from federations.filters.directory import PartnerFilter
from federations.forms.versions import ReadForm
from federations.models import Partner
from federations.rules.roles import Permission
from federations.selectors.directory import own_partner, partners
from federations.services.partners import add_partner, change_partner, partner_version
from federations.tables.directory import PartnerTable
from federations.views.versions import VersionedPage


class PartnerForm(ServiceForm):
    """What is said of a partner."""

    name = forms.CharField(label="Nom", max_length=200)
    acronym = forms.CharField(label="Sigle", max_length=40, required=False)
    kind = forms.ChoiceField(label="Nature", choices=Partner.Kind.choices)


class PartnerEditForm(ReadForm, PartnerForm):
    """The same, and whether it is still active."""

    is_active = forms.BooleanField(
        label="Actif",
        required=False,
        help_text="Un partenaire inactif n’est plus proposé dans les formulaires.",
    )


class PartnerList(ListPage):
    """Partners and funders of the network."""

    permission = Permission.SEE_REPORTS
    title = "Partenaires et bailleurs"
    table_class = PartnerTable
    filter_class = PartnerFilter
    empty_text = "Aucun partenaire n’est inscrit."
    add_url_name = "partner_add"
    add_label = "Ajouter un partenaire"
    add_permission = Permission.MANAGE_UNITS

    def rows(self) -> QuerySet[Partner]:
        """Return the directory's partners."""
        return partners()

    def state(self, count: int) -> str:
        """Say how many are shown, and which can be opened."""
        plural = "s" if count > 1 else ""
        own = " Ceux que vous avez inscrits s’ouvrent d’un clic." if self.may_add() else ""
        return f"{format_integer(count)} partenaire{plural} et bailleur{plural}.{own}"


class PartnerAdd(FormPage):
    """Add a partner."""

    permission = Permission.MANAGE_UNITS
    form_class = PartnerForm
    title = "Ajouter un partenaire"
    submit_label = "Ajouter"
    success_message = "Le partenaire est inscrit."

    def save(self, data: dict[str, Any]) -> Partner:
        """Call the service."""
        return add_partner(actor=self.actor, **data)

    def done_url(self, made: Partner) -> str:
        """Go back to the list."""
        return reverse("partners")

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("partners")


class PartnerEdit(VersionedPage):
    """Correct a partner of one's own tenant."""

    permission = Permission.MANAGE_UNITS
    form_class = PartnerEditForm
    title = "Modifier le partenaire"
    success_message = "Le partenaire est modifié."

    @cached_property
    def partner(self) -> Partner:
        """The partner of the address."""
        return own_partner(self.actor, self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """Begin from the partner as it is."""
        names = ("name", "acronym", "kind", "is_active")
        initial = {name: getattr(self.partner, name) for name in names}
        return initial | {"version": self.version_of(self.partner)}

    def version_of(self, thing: Partner) -> str:
        """Return the version of a partner."""
        return partner_version(thing)

    def change(self, data: dict[str, Any], version: str) -> Partner:
        """Call the service."""
        names = ("name", "acronym", "kind", "is_active")
        told = {name: data[name] for name in names}
        return change_partner(actor=self.actor, partner_id=self.partner.pk, version=version, **told)

    def facts_of(self, thing: Partner) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [
            ("Nom", thing.name),
            ("Sigle", thing.acronym),
            ("Nature", thing.get_kind_display()),
            ("Actif", "oui" if thing.is_active else "non"),
        ]

    def done_url(self, made: Partner) -> str:
        """Go back to the list."""
        return reverse("partners")

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("partners")
