"""`manage.py load_demo`: the demonstration network, its users and their sign-ins.

For `make demo`, and only in demo mode: users with known passwords have no place elsewhere. Run
again, it finds the network in place and only makes sure that the sign-ins are known.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from conamus.demo.care.requested import request_care_year
from conamus.demo.loading import is_loaded, load_network
from conamus.demo.loading.statistics import refresh_statistics
from conamus.demo.loading.users import (
    are_logins_good,
    draw_logins,
    hash_passwords,
    logins_file,
    renew_passwords,
    write_logins,
)
from conamus.demo.plan import plan_network
from conamus.demo.provenance import NOTICE
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer

_CARE_COMES = (
    "L’année de soins se charge ensuite, pendant que le site est déjà utilisable "
    "(tâche « Année de soins de la démonstration »)."
)


class Command(BaseCommand):
    """Load the network unless it is there; write the sign-ins unless they are known."""

    help = "Charge le réseau de démonstration (mode démonstration seulement)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is missing, and say each long step."""
        if not settings.DEMO_MODE:
            raise CommandError("Le réseau de démonstration ne se charge qu’avec DEMO_MODE=1.")
        if is_loaded():
            self._make_sure_of_logins()
        else:
            self._load()

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _load(self) -> None:
        """Load while the passwords are hashed beside."""
        plan = plan_network()
        logins = draw_logins(plan.cast)
        with ThreadPoolExecutor(1) as beside:
            hashes = beside.submit(hash_passwords, logins)
            try:
                loaded = load_network(plan, hashes=hashes.result, say=self._say)
            except DomainError as error:
                raise CommandError(str(error)) from error
        if loaded.was_there:
            self._make_sure_of_logins()
            return
        write_logins(logins)
        refresh_statistics()
        seconds = loaded.times.generation + loaded.times.database
        self._say(
            f"Réseau chargé : {format_integer(loaded.rows)} lignes "
            f"écrites en {seconds:.0f} s. Identifiants : {logins_file()}"
        )
        self._say(NOTICE)
        if request_care_year():
            self._say(_CARE_COMES)

    def _make_sure_of_logins(self) -> None:
        cast = plan_network().cast
        if are_logins_good(cast):
            self._say(f"Réseau déjà chargé. Identifiants : {logins_file()}")
            return
        logins = renew_passwords(cast)
        write_logins(logins)
        self._say(f"Réseau déjà chargé. Nouveaux mots de passe : {logins_file()}")
