"""`manage.py create_tenant`: the first day of the confederation, or of a federation.

Creates the tenant, its root unit, its first manager with a one-time link, and (with the
first tenant) the reference places. Safe to repeat: what is there is left alone.
"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Federation, OutboxEvent, User
from federations.rules.people import RoleRequest
from federations.rules.roles import Role
from federations.services.invitations import Invitee, invite_person
from federations.services.places import load_places
from federations.services.tenants import create_tenant, open_root_unit
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope

SOURCE = "manage.py create_tenant"
#: Whom the history names before the first tenant exists.
NO_TENANT_YET = 0


class Command(BaseCommand):
    """Create a tenant and invite its first manager."""

    help = "Crée la confédération ou une fédération, et invite son premier gestionnaire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the tenant and its manager."""
        for name, text in (
            ("--code", "code court, p. ex. MUNASA"),
            ("--name", "nom complet"),
            ("--short-name", "nom court"),
            ("--manager-username", "identifiant du premier gestionnaire"),
            ("--manager-name", "son nom complet"),
            ("--manager-email", "son courriel"),
        ):
            parser.add_argument(name, required=True, help=text)
        parser.add_argument(
            "--opened-on", type=date.fromisoformat, default=None, help="AAAA-MM-JJ, sinon ce jour"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing and print the one-time link."""
        try:
            tenant = self._tenant(options)
            self._root_and_manager(tenant, options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _tenant(self, options: dict[str, Any]) -> Federation:
        actor = system_actor(NO_TENANT_YET, "création")
        with open_scope(actor, source=SOURCE):
            tenant = create_tenant(
                actor=actor,
                code=options["code"],
                name=options["name"],
                short_name=options["short_name"],
            )
            if tenant.kind == Federation.Kind.CONFEDERATION:
                load_places(actor=actor)
        self.stdout.write(f"{tenant.get_kind_display().capitalize()} « {tenant.name} » en place.")
        return tenant

    def _root_and_manager(self, tenant: Federation, options: dict[str, Any]) -> None:
        actor = system_actor(tenant.pk, "création")
        with open_scope(actor, source=SOURCE):
            opened_on = options["opened_on"] or clock.today()
            open_root_unit(actor=actor, tenant=tenant, opened_on=opened_on)
            if User.objects.filter(username=options["manager_username"]).exists():
                self.stdout.write("Le gestionnaire existe déjà : rien n’est changé.")
                return
            role = Role.FEDERATION_MANAGER
            if tenant.kind == Federation.Kind.CONFEDERATION:
                role = Role.CONFEDERATION_MANAGER
            invite_person(
                actor=actor,
                invitee=Invitee(
                    full_name=options["manager_name"],
                    username=options["manager_username"],
                    email=options["manager_email"],
                ),
                role=RoleRequest(role=role, tenant_id=tenant.pk),
                site_url=_site_url(),
            )
            mail = OutboxEvent.objects.filter(tenant=tenant).latest("pk")
            self.stdout.write(mail.payload["body"])


def _site_url() -> str:
    scheme = "https" if settings.HTTPS else "http"
    host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "127.0.0.1:8000"
    return f"{scheme}://{host}"
