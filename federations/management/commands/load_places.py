"""`manage.py load_places`: put the reference lists of places into a new installation."""

from typing import Any

from django.core.management.base import BaseCommand

from federations.selectors.tenants import find_confederation_id
from federations.services.places import load_places
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope

#: Tells the history that places came before any tenant; no tenant has this number.
NO_TENANT_YET = 0


class Command(BaseCommand):
    """Add the places, correspondences and health districts that are missing."""

    help = "Charge les deux découpages administratifs et les districts sanitaires."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load in the confederation's name and say what was added."""
        tenant_id = find_confederation_id() or NO_TENANT_YET
        actor = system_actor(tenant_id, "lieux de référence")
        with open_scope(actor, source="manage.py load_places"):
            added = load_places(actor=actor)
        self.stdout.write(
            f"Lieux ajoutés : {added.places} ; correspondances : {added.mappings} ; "
            f"districts sanitaires : {added.districts}."
        )
