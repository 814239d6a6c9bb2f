"""`manage.py create_tenant`: the first day of the confederation, or of a federation.

Creates the tenant, its root unit, its first manager with a one-time link, and (with the
first tenant) the reference places: all of it or nothing. Safe to repeat: what is there is
left alone.
"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.standalone.ports import wanted_port
from federations.models import Federation, OutboxEvent, RoleAssignment
from federations.rules.people import RoleRequest
from federations.rules.roles import Role
from federations.services.invitations import Invitee, invite_person
from federations.services.places import load_places
from federations.services.tenants import create_tenant, open_root_unit
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope

SOURCE = "manage.py create_tenant"
#: Whom the history names before the first tenant exists.
NO_TENANT_YET = 0
#: Each option, the field of which a refusal of it speaks, and what it is.
_OPTIONS = (
    ("--code", "code", "code court, p. ex. MUNASA"),
    ("--name", "name", "nom complet"),
    ("--short-name", "short_name", "nom court"),
    ("--manager-username", "username", "identifiant du premier gestionnaire"),
    ("--manager-name", "full_name", "son nom complet"),
    ("--manager-email", "email", "son courriel"),
)


class Command(BaseCommand):
    """Create a tenant and invite its first manager."""

    help = "Crée la confédération ou une fédération, et invite son premier gestionnaire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the tenant and its manager."""
        for name, _, text in _OPTIONS:
            parser.add_argument(name, required=True, help=text)
        parser.add_argument(
            "--opened-on", type=date.fromisoformat, default=None, help="AAAA-MM-JJ, sinon ce jour"
        )
        parser.add_argument(
            "--site-url", default="", help="adresse du site, pour le lien de l’invitation"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing and print the one-time link; where one thing fails, nothing."""
        try:
            with transaction.atomic():
                tenant = _tenant(options)
                told = _root_and_manager(tenant, options)
        except DomainError as error:
            raise CommandError(_by_option(error)) from error
        self.stdout.write(f"{tenant.get_kind_display().capitalize()} « {tenant.name} » en place.")
        self.stdout.write(told)


def _tenant(options: dict[str, Any]) -> Federation:
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
    return tenant


def _root_and_manager(tenant: Federation, options: dict[str, Any]) -> str:
    """Return the mail of the invitation, or that there is nothing to do."""
    role = Role.FEDERATION_MANAGER
    if tenant.kind == Federation.Kind.CONFEDERATION:
        role = Role.CONFEDERATION_MANAGER
    actor = system_actor(tenant.pk, "création")
    with open_scope(actor, source=SOURCE):
        opened_on = options["opened_on"] or clock.today()
        open_root_unit(actor=actor, tenant=tenant, opened_on=opened_on)
        request = RoleRequest(role=role, tenant_id=tenant.pk)
        if _is_held(request, options["manager_username"]):
            return "Le gestionnaire existe déjà : rien n’est changé."
        return _invite(actor, request, options)


def _is_held(role: RoleRequest, username: str) -> bool:
    """Tell whether that person manages this tenant; one of another tenant's is somebody else."""
    return RoleAssignment.objects.filter(
        user__username__iexact=username.strip(),
        role=role.role,
        tenant_id=role.tenant_id,
        valid_to__isnull=True,
    ).exists()


def _invite(actor: Actor, role: RoleRequest, options: dict[str, Any]) -> str:
    invitee = Invitee(
        full_name=options["manager_name"],
        username=options["manager_username"],
        email=options["manager_email"],
    )
    site_url = options["site_url"] or _site_url()
    invite_person(actor=actor, invitee=invitee, role=role, site_url=site_url)
    body: str = OutboxEvent.objects.filter(tenant_id=role.tenant_id).latest("pk").payload["body"]
    return body


def _by_option(error: DomainError) -> str:
    """Say every refusal, each after the option that it is about."""
    options = {field: name for name, field, _ in _OPTIONS}
    return " ".join(
        f"{options[one.field]} : {one.message}" if one.field in options else one.message
        for one in error.each()
    )


def _site_url() -> str:
    """Return where the site answers: behind its proxy, or on the demonstration's port."""
    host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "127.0.0.1"
    if settings.HTTPS:
        return f"https://{host}"
    return f"http://{host}:{wanted_port()}"
